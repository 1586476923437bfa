#!/bin/sh
# pgup_attach_test.sh: pgup attach, by which a terminal types to a service
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/terminal_lib.sh
. "$src/tests/terminal_lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

need_table || skip_file 'the system shows no processes'
haspty >/dev/null || skip_file "no pseudo-terminal: $(haspty)"

tearDown()
{
	exec 7>&-
	keep_record
	test_end
}

# web prints prompts and ends with its input; other reads nothing.
write_procfile()
{
	cat >Procfile <<-'END'
	web: printf '> '; while read -r x; do echo "got $x"; [ "$x" != over ] || exit 7; printf '> '; done; exit 9
	other: echo up; exec sleep 600
	END
}

# has FILE TEXT: FILE has TEXT in a line.
has()
{
	grep -Fq -e "$2" "$1"
}

await()
{
	waitfor 20 has "$@" || fail "no <$2> in: $(cat -v "$1")"
}

testATerminalTypesToAServiceAndLogAndRunnerGoOn()
{
	write_procfile
	start_pgup -t
	runner=$pid
	await out '> '
	mkdir desk && cd desk || return
	terminal "'$PGUP' -f ../Procfile attach web; echo \$? >status"
	await screen 'pgup: web: attached; ^P^Q detaches'
	await screen '> '
	type 'hello\r'
	await screen 'got hello'
	type '\020\021'
	script_ended
	assertEquals "status of the detached" 0 "$(cat status)"
	await ../out 'got hello'
	assertTrue "the log has no line" "has_printed web 'got hello'"
	assertFalse "returns in the log" "grep -q '$cr' '$state/log/web'"
	terminal "'$PGUP' -f ../Procfile attach -k '^]' web; echo \$? >status"
	await screen 'got hello'
	type '\035'
	script_ended
	assertTrue "the runner ends" "alive $runner"
	terminal "'$PGUP' -f ../Procfile attach web; echo \$? >status"
	await screen attached
	type 'over\r'
	script_ended
	assertEquals "status of the service" 7 "$(cat status)"
	cd ..
	pid=$runner
	ended
	assertEquals "status of pgup" 7 "$status"
	assertEquals "sockets left" "" "$(ls -A "$state/attach")"
}

# The service with the directive has a terminal, the other one a pipe.
testADirectiveGivesOneServiceATerminal()
{
	{ echo '#: web terminal'; write_procfile; cat Procfile; } >with
	mv with Procfile
	start_pgup
	waitfor 20 has_printed other up
	await out '> '
	run pgup attach other
	assertEquals "status of: attach other" 1 "$status"
	# shellcheck disable=SC2016
	run sh -c 'echo over | "$0" attach web' "$PGUP"
	assertEquals "status: $err" 7 "$status"
	assertContains "$out" 'got over'
	ended
	assertEquals "status of pgup" 7 "$status"
}

testAServiceWithoutATerminalSaysWhatToDo()
{
	write_procfile
	run pgup attach web
	assertRan 1 '' 'pgup: no runner'
	start_pgup
	waitfor 20 has_printed other up
	run pgup attach other
	assertRan 1 '' "pgup: other: has no terminal: start pgup with -t, or write $(
		)\"#: other terminal\" into Procfile"
	run pgup stop other
	run pgup attach other
	assertRan 1 '' "pgup: other: does not run: it is stopped"
	for words in '' 'web other' "*"; do
		set -f
		# shellcheck disable=SC2086
		run pgup attach $words
		set +f
		assertEquals "status of: attach $words" 2 "$status"
	done
	assertContains "$err" 'attach: * stands for several: web other'
	run pgup stop
	ended
}

. "$SHUNIT2"
