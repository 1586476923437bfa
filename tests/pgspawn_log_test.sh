#!/bin/sh
# shellcheck disable=SC2016
# pgspawn_log_test.sh: readiness by a line of the command's output (-r log:)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

# log_makes_ready PATTERN SCRIPT [OPTION...]: returns 0 if a line of the script matches, 124
# if none does within a second.
log_makes_ready()
{
	ready_pattern=$1 ready_script=$2
	shift 2
	run pgspawn -d -k 0 -T 1 "$@" -r "log:$ready_pattern" -- sh -c \
		"$ready_script; exec sleep 600"
	case $status in
	0)	record_group "$out"
		pgterm -k 0 "$out" ;;
	esac
	return "$status"
}

testALineThatMatchesMakesItReady()
{
	for script in 'echo Listening on port 5000' \
	    'echo Listening on port 5000 >&2' \
	    'echo one; echo two >&2; printf Listen; sleep 0.1
		echo "ing on port 5000"; echo more' \
	    'printf "%070000d\n" 0; echo Listening on port 5000'; do
		for how in '' -t '-L x' '-o file'; do
			can_have "$how" || continue
			# shellcheck disable=SC2086
			log_makes_ready '^Listening on port [0-9]+$' "$script" $how ||
				fail "$how: $script"
		done
	done
}

testOnlyAWholeLineCounts()
{
	log_makes_ready '^up$' 'printf up'
	assertRan 124 '' 'pgspawn: sh: not ready in 1 s: no line matches ^up$'
	log_makes_ready '^up$' 'printf "up 1\n"; echo wake up'
	assertEquals 124 "$status"
	log_makes_ready '^up$' 'echo up'
	assertEquals 0 "$status"
}

# The pattern is matched against the text of the command, without the label.
testTheLabelIsNotLookedAt()
{
	log_makes_ready '^web' 'echo up' -L 'web | '
	assertEquals 124 "$status"
}

testTheHandleIsPrintedOnceItIsReady()
{
	mkfifo go
	spawn -p 4 -r 'log:up' sh -c 'echo starting; read -r line <go; echo up
		exec sigreport -x USR1' 4>handle
	waitfor 10 says out starting
	assertEquals 'too early' '' "$(cat handle)"
	echo >go
	waitfor 10 test -s handle || fail 'it is not ready'
	waitfor 10 grep -q ready out
	kill -s USR1 "$(pids ready out)"
	finish 0
}

testACommandThatReportsReadyAndEndsWasReady()
{
	for how in '' -t '-L x'; do
		can_have "$how" || continue
		# shellcheck disable=SC2086
		run pgspawn -r log:up $how sh -c 'echo up; exit 3'
		assertEquals "$how" 3 "$status"
		assertEquals "$how" '' "$err"
	done
	run pgspawn -r log:up sh -c 'exit 3'
	assertRan 3 '' 'pgspawn: sh: ended before it was ready'
}

testTheOutputGoesWhereItGoesWithoutTheOption()
{
	run pgspawn -r log:up sh -c 'echo up; echo out; echo err >&2'
	assertRan 0 "up${nl}out" err
	pgspawn -r log:1 sh -c 'for i in 1 2 3 4 5 6 7 8 9; do
		echo "out $i"; echo "err $i" >&2; done; printf up' >both 2>&1
	pgspawn -o file -r log:1 sh -c 'for i in 1 2 3 4 5 6 7 8 9; do
		echo "out $i"; echo "err $i" >&2; done; printf up'
	for i in 1 2 3 4 5 6 7 8 9; do
		echo "out $i"
		echo "err $i"
	done >expected
	printf up >>expected
	assertEquals "$(cat expected)" "$(cat both)"
	assertEquals "$(cat expected)" "$(cat file)"
	assertEquals 'bytes' "$(wc -c <expected)" "$(wc -c <both)"
}

testABadPatternIsRefused()
{
	run pgspawn -r 'log:(' touch started
	assertRanLike 125 '' 'pgspawn: -r log:(: ?*'
	run pgspawn -x -r log:up touch started
	assertRanLike 125 '' 'pgspawn: -x: not with *'
	assertFalse 'it was started' '[ -e started ]'
}

. "$SHUNIT2"
