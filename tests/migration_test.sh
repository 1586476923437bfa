#!/bin/sh
# shellcheck disable=SC2016
# migration_test.sh: the commands that procgroup(7) gives to users of other programs,
# taken from the page
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# coming NUMBER: runs that block of the section, each line of it.
coming()
{
	awk -v want="$1" '
		/^\.Sh/ { here = /COMING FROM/ }
		here && /^\.Ed/ { block = 0 }
		block && n == want
		here && /^\.Bd/ { n++; block = 1 }
	' "$src/man/procgroup.7" |
		sed "s/APP/COMING_TEST_$$/g"'; s/\\e/\\/g' >script
	[ -s script ] || fail "the section has no block $1"
	PGUP_DIR=$dir/state
	export PGUP_DIR
	run sh -e ./script
	assertEquals "status of block $1, $out, $err" 0 "$status"
}

testWhatToTypeForOneCommand()
{
	need_table || return 0
	need_pty timeout || return 0
	echo 'any file' >file
	coming 1
	assertContains "setsid --wait: $out" file
	assertContains 'script' "$(cat typescript)" file
	assertContains "pgrep: $out" "COMING_TEST_$$=shop:web"
	assertContains "start-stop-daemon -T: $out" running
	assertContains "concurrently: $out" "two | $dir"
	assertTrue 'nothing is left' nothing_runs
}

testWhatToTypeForAProcfile()
{
	need_table || return 0
	cat >Procfile <<-'END'
	web: case $PS$$ in web.2*) sleep 1 ;; *) exec sleep 600 ;; esac
	worker: echo working; exec sleep 600
	END
	coming 2
	assertContains "foreman check: $out" 'worker: port 5100'
	assertContains "overmind ps: $out" 'runner: PID'
	assertContains "overmind echo: $out" working
	assertContains "foreman run: $out" "$dir"
	assertContains "concurrently -k: $out" 'web.2'
	assertTrue 'foreman export' '[ -s units/t-web.service ]'
	assertTrue 'nothing is left' nothing_runs
}

testWhatToTypeForOneKeptService()
{
	need_table || return 0
	coming 3
	assertContains "pm2 list: $out" 'web	running'
	assertTrue 'nothing is left' nothing_runs
}

testOtherToolsAcceptThePrintedHandles()
{
	need pgrep start-stop-daemon || return 0
	coming 4
	assertEquals "$(cat web.pid)" "$out"
	assertFalse 'a block has no test' \
		'sed -n "/^.Sh COMING/,/^.Sh SEE/p" "$src/man/procgroup.7" | grep -c "^.Bd" | grep -vx 4'
}

testStatusesOfARecordAreThoseOfTheLsb()
{
	run pgtrack -D run status none
	assertEquals 'no record' 3 "$status"
	pgspawn -d -- pgtrack -D run exec web -- sleep 600 >handle
	record_group "$(cat handle)"
	run pgtrack -D run status web
	assertEquals 'it runs' 0 "$status"
	pgterm -k 0 "$(cat handle)"
	run pgtrack -D run status web
	assertEquals 'it is dead' 1 "$status"
}

. "$SHUNIT2"
