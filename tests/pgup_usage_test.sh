#!/bin/sh
# shellcheck disable=SC2016
# pgup_usage_test.sh: the options of pgup, and its checks of a Procfile before a service
# runs. PGUP_SHELL is the shell that runs pgup; the default is TEST_SHELL.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# yash reads text only if it is valid in its locale.
LC_ALL=C.UTF-8

# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

testAFaultStopsItBeforeAnythingIsMade()
{
	procfile 'a: true\nb: true\na: false\n'
	for mode in '' check; do
		# shellcheck disable=SC2086
		run pgup $mode
		assertRan 2 '' 'Procfile:3: a: already defined in line 1'
	done
	procfile '# nothing\n'
	run pgup
	assertRanLike 2 '' '*: Procfile: no services: a line "name: command" is one'
	procfile 'a: true\n'
	run pgup -e other
	assertRanLike 2 '' '*: other: No such file or directory'
	assertFalse 'nothing was made' '[ -e "$PGUP_DIR" ]'
}

testAMissingProcfileIsAnError()
{
	run pgup
	assertRan 2 '' 'pgup: Procfile: no such file here: it has a line "name: command" for each service; -f names another file'
	run pgup -f . check
	assertEquals 2 "$status"
}

testEveryFaultFailsACheck()
{
	procfile 'a: true\n#: a restart=never\n'
	run pgup check
	assertEquals 2 "$status"
	procfile 'a: true\nno colon\n'
	run pgup check
	assertRan 1 'a: port 5000' 'Procfile:2: line skipped: no colon after a name, as in "web: command"'
}

testOptionsAreForTheServices()
{
	procfile 'a: true\nb: echo "$PORT $PS $A"\n'
	dotenv 'A=default\n'
	echo A=named >other
	PORT=3000 run pgup -e other -p 6000 b
	assertEquals '6100 b.1 named' "$(printed b)"
	run pgup -m b=2 check
	assertRan 0 'a: port 5000
b.1: port 5100
b.2: port 5101' ''
}

testOptionsMayStandBehindTheNames()
{
	printf 'a: echo "$PORT"; sleep 60\nb: echo "$PORT"; exit 3\n-k: sleep 60\n' >Procfile.dev
	state=$(pgup -f Procfile.dev where | sed -n 's/^state //p')
	run pgup start b -f Procfile.dev --port 3000
	assertEquals 3 "$status"
	assertEquals 3100 "$(printed b)"
	run pgup b -p 4000 -fProcfile.dev -r no
	assertEquals 3 "$status"
	run pgup -f Procfile.dev logs b -n 1
	assertRan 0 4100 ''
	run pgup start b -f Procfile.dev -p 3000 -- -k
	assertRanLike 3 '*pgup: -k: port 3200*' '*'
	run pgup stop a -f Procfile.dev
	assertRan 0 '' ''
	run pgup restart a -f Procfile.dev
	assertRan 1 '' 'pgup: no runner of Procfile.dev: pgup starts one'
	run pgup start a -f
	assertRanLike 2 '' 'pgup: option -f needs an argument*'
	run pgup -f Procfile.dev run echo a -f b
	assertRan 0 'a -f b' ''
}

testServicesRunInTheDirectoryOfTheProcfile()
{
	mkdir 'a b:*' && cd 'a b:*' || return
	procfile 'here: pwd\n'
	nl='
'
	cd ..
	run pgup -f 'a b:*/Procfile'
	assertEquals 0 "$status"
	assertLike 'output' "*here | $(pwd -P)/a b:\*$nl*" "$out"
}

testStartOnlyWarnsOfMalformedLines()
{
	procfile 'bad\na: echo x\n'
	run pgup
	assertRanLike 0 '*a | x*' \
'Procfile:1: line skipped: no colon after a name, as in "web: command"
pgup: a: exited with status 0'
}

testNamesMayBeginWithADash()
{
	procfile -- '-x: echo up; sleep 60\n--: sleep 60\nb: exit 7\n#: b after=-x,--\n'
	run pgup
	assertRanLike 7 '*' 'pgup: b: exited with status 7'
	assertEquals up "$(printed -x)"
	run pgup status
	assertRanLike 1 '*
-x *stopped *
-- *stopped *
b *stopped *
no runner' ''
}

testTheUmaskOfTheCallerHasNoEffect()
{
	procfile 'a: umask; true\n'
	for mask in 002 000 077; do
		umask $mask
		run pgup
		assertRanLike 0 '*' 'pgup: a: exited with status 0'
		assertLike "of $mask" "*$mask" "$(printed a)"
		run pgup status
		assertRanLike 1 '*' ''
	done
	run pgup clean
	assertRan 0 '' ''
	umask 022
}

testReleaseIsSkippedUnlessNamed()
{
	procfile 'release: echo r\na: echo a\n'
	run pgup
	assertRanLike 0 '*' 'pgup: release: skipped*
pgup: a: exited with status 0'
	run pgup release
	assertRanLike 0 '*' 'pgup: release: exited with status 0'
	run pgup -m release=1 check
	assertRan 0 'release.1: port 5000
a: port 5100' ''
	procfile 'release: true\n'
	run pgup
	assertRan 2 '' 'pgup: no service to start'
}

testOptionsMayComeBeforeTheSubcommandAndAfterIt()
{
	procfile 'a: true\n'
	mv Procfile P
	for arguments in '-p 700 check -f P' 'check -p 700 -f P' '-f P -p 700 check' \
	    '-p 600 -f P check -p 700 --'; do
		# shellcheck disable=SC2086
		run pgup $arguments
		assertRan 0 'a: port 700' ''
	done
	run pgup -f P run -p 700 sh -c 'echo "$PORT $0"' -f
	assertRan 0 '700 -f' ''
	run pgup start -f P -k 1x
	assertRanLike 2 '' '*1x*'
	run pgup start -f P -- -f
	assertRan 2 '' 'pgup: -f: not in P, which has a'
	run pgup stop -Z
	assertRan 2 '' "pgup: unknown option -Z
$(usage_of pgup)"
	run pgup start -k 1 -f P
	assertRanLike 0 '*' 'pgup: a: exited with status 0'
	run pgup logs -f P
	assertRanLike 2 '' 'pgup: *'
}

testUnknownNamesAndOptionsAreUsageErrors()
{
	procfile 'a: true\n'
	run pgup a nobody
	assertRan 2 '' 'pgup: nobody: not in Procfile, which has a'
	run pgup stop nobody
	assertRan 2 '' 'pgup: nobody: not in Procfile, which has a'
	for mode in check status clean; do
		run pgup "$mode" a
		assertRan 2 '' "pgup: $mode: no names
$(usage_of pgup)"
	done
	run pgup -Z
	assertRan 2 '' "pgup: unknown option -Z
$(usage_of pgup)"
	run pgup -k
	assertRan 2 '' "pgup: option -k needs an argument
$(usage_of pgup)"
	run pgup -k 1x
	assertRanLike 2 '' '*1x*'
}

testAnAnswerThatCannotBeWrittenIsAFailure()
{
	[ -c /dev/full ] || { skip 'no /dev/full'; return 0; }
	echo 'web: exec sleep 60' >Procfile
	for asked in check where status 'status -H' 'status -J'; do
		run sh -c "pgup $asked >/dev/full"
		assertRan 2 '' 'pgup: standard output: cannot be written'
	done
}

has_started() { [ -n "$(children_of "$pid")" ]; }

# bash runs a trap for EXIT when a signal ends it, too.
testASignalThatEndsAClientIsNotTakenForALackOfProcesses()
{
	need bash || return 0
	echo 'web: exec sleep 60' >Procfile
	launch sh -c 'exec bash "$@" >out 2>err' sh "$PGUP" wait
	waitfor 60 has_started || fail 'it runs nothing'
	kill -s TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertEquals '' "$(cat err)"
}

. "$SHUNIT2"
