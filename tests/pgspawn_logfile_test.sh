#!/bin/sh
# pgspawn_logfile_test.sh: the file of -o as a log: marks, times, size, files moved away
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

# count N: prints a command that prints N lines of 10 bytes.
count()
{
	# shellcheck disable=SC2016
	printf 'i=1000; while [ $i -lt %d ]; do i=$((i + 1)); echo line $i; done' \
	    $((1000 + $1))
}

testTheMarkIsTheFirstLineOfEachStart()
{
	TZ=UTC0
	export TZ
	for how in '' '-L x' -d; do
		rm -f log
		for turn in 1 2; do
			# shellcheck disable=SC2086
			run pgspawn $how -o log -M '--- %Y a 100%%' echo "turn $turn"
			assertEquals "status of: $ran: $err" 0 "$status"
			waitfor 10 says log "turn $turn" || fail "no turn $turn"
		done
		year=$(date +%Y)
		assertEquals "with $how" "--- $year a 100%
turn 1
--- $year a 100%
turn 2" "$(cat log)"
	done
	unset TZ
}

# After a crash the file may end within a line.
testTheMarkDoesNotContinueALine()
{
	printf 'cut' >log
	run pgspawn -o log -M mark echo on
	assertEquals "cut
mark
on" "$(cat log)"
}

# The time of a line is that of its first byte.
testEachLineHasItsTime()
{
	for how in '' '-L x' -d; do
		rm -f log
		# shellcheck disable=SC2086
		run pgspawn $how -o log -w '[%s] ' -- sh -c '
			printf "one\npart"; sleep 2; echo " of two"; echo >&2 err'
		assertEquals "status of: $ran: $err" 0 "$status"
		waitfor 10 grep -q err log || fail "no err"
		assertEquals "with $how" "one
part of two
err" "$(sed 's/^\[[1-9][0-9]*\] //' log)"
		first=$(sed -n 's/^\[\(.*\)\] one/\1/p' log)
		last=$(sed -n 's/^\[\(.*\)\] err/\1/p' log)
		assertTrue "$first to $last" "[ $((last - first)) -ge 2 ]"
	done
}

testOutputAndErrorsKeepTheirOrder()
{
	# shellcheck disable=SC2016
	run pgspawn -o log -w '' -z 1M -- sh -c '
		for i in 1 2 3; do echo out $i; echo err $i >&2; done'
	assertEquals "out 1
err 1
out 2
err 2
out 3
err 3" "$(cat log)"
}

testALogIsCutBetweenLines()
{
	for how in '' '-L x' -d; do
		rm -f log*
		# shellcheck disable=SC2086
		run pgspawn $how -o log -z 205,2 -- sh -c "$(count 70)"
		assertEquals "status of: $ran: $err" 0 "$status"
		waitfor 10 says log 'line 1070' || fail "no end"
		assertEquals "files" "log log~1 log~2" "$(echo log*)"
		assertEquals "sizes" "100 200 200" "$(wc -c <log | tr -d ' ') $(
		    wc -c <log~1 | tr -d ' ') $(wc -c <log~2 | tr -d ' ')"
		assertEquals "lines" "$(i=1020
		    while [ $i -lt 1070 ]; do i=$((i + 1)); echo "line $i"; done)" \
		    "$(cat log~2 log~1 log)"
	done
	rm -f log*
	run pgspawn -o log -z 1K,0 -- sh -c "$(count 205)"
	assertEquals "files" log "$(echo log*)"
	assertEquals "line 1205" "$(tail -n 1 log)"
	assertEquals "first" "line 1205" "$(head -n 1 log)"
}

testALineThatIsLongerThanTheLimitIsWhole()
{
	run pgspawn -o log -z 20,1 -- sh -c 'echo short; printf %050d\\n 0; echo end'
	assertEquals "end" "$(cat log)"
	assertEquals 51 "$(wc -c <log~1 | tr -d ' ')"
}

# Each line of both commands is in one of the files.
testTwoCommandsCanShareALog()
{
	pgspawn -o log -z 3K,200 -- sh -c "$(count 2000)" &
	one=$!
	record_pid $one
	pgspawn -o log -z 3K,200 -- sh -c "$(count 2000)"
	wait $one
	assertEquals 4000 "$(cat log* | wc -l | tr -d ' ')"
	assertEquals 2000 "$(cat log* | sort -u | wc -l | tr -d ' ')"
}

# follow_move OPTION...: move the log away, and wait until pgspawn has made a new one.
follow_move()
{
	rm -f old log go
	launch pgspawn "$@" -o log -- sh -c '
		echo before; until [ -e go ]; do sleep 0.05; done; echo after' >/dev/null
	waitfor 10 grep -q before log || fail "nothing before"
	mv log old
	: >go
	waitfor 10 grep -q after log || fail "$*: not made anew"
	assertEquals "$*" before "$(tr -d '\r' <old)"
	waitfor 10 dead "$pid" || fail "it lives"
}

testALogThatIsMovedAwayIsMadeAnew()
{
	follow_move -L 'x '
	follow_move -w ''
	follow_move -z 10M
	haspty >/dev/null || { skip "no pseudo-terminal"; return 0; }
	follow_move -t
	mkdir sub && rm -f go
	launch pgspawn -d -t -o sub/log -- sh -c '
		echo before; until [ -e go ]; do sleep 0.05; done; echo after' >handle
	waitfor 10 grep -q before sub/log || fail "nothing before"
	record_group "$(cat handle)"
	rm sub/log
	: >go
	waitfor 10 grep -q after sub/log || fail "-d: not made anew"
}

testAFullDiskIsReportedOnce()
{
	[ -c /dev/full ] || { skip 'no /dev/full'; return 0; }
	need_disk || return 0
	on_small_disk 64k 'pgspawn -L "" -o disk/log -w "%H " -z 10M -- \
		sh -c "yes | head -n 100000; echo end" >out 2>err; echo $? >status'
	assertEquals 0 "$(cat status)"
	assertEquals "pgspawn: disk/log: No space left on device" "$(cat err)"
	assertEquals end "$(tail -n 1 out)"
}

testWrongLimitsAndFilesAreRefused()
{
	for limit in '' x 0 '10M,' 10M,x 10T 10M,1000 -1 ',5'; do
		run pgspawn -o log -z "$limit" true
		assertRan 125 '' "pgspawn: -z $limit: not a size and a number of $(
			)files, such as 10M,5"
	done
	for how in '-M x' '-w x' '-z 1M'; do
		# shellcheck disable=SC2086
		run pgspawn $how true
		assertRan 125 '' 'pgspawn: -M, -w and -z: only with -o'
		# shellcheck disable=SC2086
		run pgspawn $how -o /dev/null true
		assertRan 125 '' "pgspawn: -M, -w and -z: /dev/null is not a $(
			)regular file"
	done
	assertEquals "log" "" "$(echo log* | grep -v '\*')"
}

. "$SHUNIT2"
