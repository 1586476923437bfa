#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgup_reload_test.sh: a Procfile that is edited while its runner lives
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

testARestartRunsTheLineAsItIsNow()
{
	printf 'a: echo old; exec sleep 60\nb: exec sleep 60\n' >Procfile
	start_pgup
	waitfor 60 has_printed a old || fail 'a is not up'
	printf 'a: echo new; exec sleep 60\nb: exec sleep 60\n' >Procfile
	run pgup restart a
	assertRan 0 '' ''
	assertTrue 'the new line' 'waitfor 20 has_printed a new'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

testARestartTakesTheDirectivesAsTheyAreNow()
{
	printf 'a: exec sigreport\nb: exec sleep 60\n' >Procfile
	start_pgup
	waitfor 60 grep -q ready "$state/log/a" || fail 'a is not up'
	waitfor 60 group_of_service b || fail 'b is not up'
	before=$(group_of_service b)
	printf '#: a stop=USR1,0.2 after=b\na: exec sigreport\nb: exec sleep 60\n' >Procfile
	run pgup restart a
	assertRan 0 '' ''
	waitfor 20 sh -c '[ "$(grep -c ready "$state/log/a")" -eq 2 ]' ||
		fail 'a is not up again'
	assertEquals 'b is left alone' "$before" "$(group_of_service b)"
	run pgup status
	assertLike 'it was started again once' "*
a *running * $(group_of_service a) * 1 *
b *" "$out"
	printf '#: a stop=USR2\na: exec sigreport\nb: exec sleep 60\n' >Procfile
	before=$(group_of_service a)
	run pgup start a
	assertRan 0 '' ''
	assertEquals 'a start leaves alone what runs' "$before" "$(group_of_service a)"
	run pgup stop a
	assertRan 0 '' ''
	assertTrue 'its signal' 'has_printed a USR1'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

testReloadAddsDropsAndReplaces()
{
	printf 'stays: echo up; exec sleep 60\nedited: echo old; exec sleep 60\ngone: exec sleep 60\n' >Procfile
	start_pgup
	waitfor 60 has_printed edited old || fail 'edited is not up'
	waitfor 60 has_printed stays up || fail 'stays is not up'
	waitfor 60 group_of_service gone || fail 'gone is not up'
	before=$(group_of_service stays)
	printf 'stays: echo up; exec sleep 60\nedited: echo new; exec sleep 60\nadded: echo hello; exec sleep 60\n' >Procfile
	run pgup reload
	assertRan 0 'added: added
edited: changed
gone: dropped' ''
	waitfor 20 has_printed edited new || fail 'edited is not new'
	waitfor 20 has_printed added hello || fail 'added is not up'
	assertFalse 'gone runs' 'group_of_service gone'
	assertEquals 'stays is left alone' "$before" "$(group_of_service stays)"
	run pgup status
	assertLike status '*
stays *running *
edited *running *
added *running *' "$out"
	assertFalse 'gone is known' 'echo "$out" | grep -q gone'
	run pgup reload
	assertRan 0 'nothing has changed' ''
	assertEquals 'once' 'up' "$(printed stays)"
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertEquals 'no message' '' "$(cat err)"
}

testReloadOfTheOnlyServiceDoesNotEndTheRunner()
{
	echo 'a: echo old; exec sleep 60' >Procfile
	start_pgup
	waitfor 60 has_printed a old || fail 'a is not up'
	echo 'a: echo new; exec sleep 60' >Procfile
	run pgup reload
	assertRan 0 'a: changed' ''
	assertTrue 'the new line' 'waitfor 20 has_printed a new'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

testReloadOfAFaultyProcfileChangesNothing()
{
	echo 'a: echo up; exec sleep 60' >Procfile
	start_pgup
	waitfor 60 has_printed a up || fail 'a is not up'
	before=$(group_of_service a)
	printf 'a: true\na: true\n' >Procfile
	run pgup reload
	assertRan 2 '' 'Procfile:2: a: already defined in line 1'
	assertEquals "$before" "$(group_of_service a)"
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

# shellcheck disable=SC2009 # pgrep -f would find the shell of this test
no_client_waits()
{
	ps -A -o args= | awk -v state="$state" '
		/pgtrack -D/ && index($0, state " wait runner") { n++ }
		END { exit n > 0 }'
}

testAClientLeavesNoWaitingProcess()
{
	echo 'a: echo up; exec sleep 60' >Procfile
	start_pgup
	waitfor 60 has_printed a up || fail 'a is not up'
	run pgup reload
	assertRan 0 'nothing has changed' ''
	run pgup restart a
	assertRan 0 '' ''
	printf 'a: true\na: true\n' >Procfile
	run pgup restart a
	assertRanLike 2 '' '*already defined*'
	assertTrue 'none' 'waitfor 10 no_client_waits'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

testReloadNeedsARunner()
{
	echo 'a: true' >Procfile
	run pgup reload
	assertRan 1 '' 'pgup: no runner of Procfile: pgup starts one'
}

# A restart by policy uses the Procfile as it was read last, not as it is now.
testAProcfileThatIsBrokenAfterAReloadStopsNothing()
{
	cat >Procfile <<-'END'
	#: a restart=always
	a: trap 'echo bye; until [ -e go ]; do sleep 0.05; done; exit' TERM; echo old; while :; do sleep 0.1; done
	b: echo up; exec sleep 60
	END
	start_pgup
	waitfor 60 has_printed a old || fail 'a is not up'
	waitfor 60 has_printed b up || fail 'b is not up'
	b=$(group_of_service b)
	printf '#: a restart=always\na: echo new $$; exec sleep 60\nb: echo up; exec sleep 60\n' >Procfile
	pgup reload >answer &
	waitfor 20 has_printed a bye || fail 'it is not replaced'
	printf '#: a restart=always ready=never\na: true\nb: true\n' >Procfile
	: >go
	waitfor 20 grep -q '^new' "$state/log/a" || fail 'the new one does not start'
	run pgup reload
	assertRanLike 2 '' 'Procfile:1: ready=never: *'
	waitfor 20 group_of_service a
	kill -s KILL -- "-$(group_of_service a)"
	waitfor 20 sh -c '[ "$(grep -c ^new "$state/log/a")" -eq 2 ]' ||
		fail 'it is not started again'
	run pgup restart a
	assertRanLike 2 '' 'Procfile:1: ready=never: *'
	assertEquals 'b was left alone' "$b" "$(group_of_service b)"
	rm Procfile
	run pgup reload
	assertRanLike 2 '' '*Procfile: No such file*'
	assertEquals 'b was left alone' "$b" "$(group_of_service b)"
	kill -s TERM "$pid"
	ended
	assertEquals 143 "$status"
}

. "$SHUNIT2"
