#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgspawn_fullpipe_test.sh: output without a reader, or with a stalled one: pgspawn still
# obeys signals and watches its group
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

# full_pipe: make the FIFO "full" and fill it; descriptor 9 is its reader.
full_pipe()
{
	mkfifo full
	exec 9<>full
	dd if=/dev/zero of=full bs=4096 count=1000 oflag=nonblock 2>/dev/null
}

testAFifoWithoutAReaderCanBeGivenUp()
{
	mkfifo fifo
	for how in '' -d -t '-L x' -x; do
		can_have "$how" || continue
		while read -r signal expected; do
			# shellcheck disable=SC2086
			spawn $how -o fifo touch started
			waitfor 10 sleeps "$pid"
			kill -s "$signal" "$pid"
			finish "$expected"
		done <<-END
			TERM 143
			HUP 129
			INT 130
			QUIT 131
		END
	done
	assertFalse 'it was started' '[ -e started ]'
}

sleeps()
{
	[ "$(cat "/proc/$1/comm")" = pgspawn ] && in_state "$1" S
}

testAFifoIsWrittenToOnceItHasAReader()
{
	mkfifo fifo
	for how in '' '-L x' -d; do
		# shellcheck disable=SC2086
		spawn $how -o fifo sh -c 'echo hello'
		waitfor 10 sleeps "$pid"
		assertEquals "$how" hello "$(sed 's/^x//' fifo)"
		finish 0
	done
	spawn -i -o fifo sh -c 'kill -s USR1 $$'
	waitfor 10 sleeps "$pid"
	cat fifo
	finish 138
}

testWithoutTheOwnerTheFifoIsNotAwaited()
{
	mkfifo fifo
	launch sleep 60
	keeper=$pid
	spawn -K "$keeper" -o fifo touch started
	waitfor 10 sleeps "$pid"
	kill -s KILL "$keeper"
	finish 125 "pgspawn: process $keeper: No such process"
	assertFalse 'it was started' '[ -e started ]'
}

testAnUnreadMessageBlocksNothing()
{
	full_pipe
	for how in '' -t '-L x'; do
		can_have "$how" || continue
		# shellcheck disable=SC2086
		launch pgspawn -v $how sigreport >out 2>full 9>&-
		waitfor 10 grep -q ready out || fail 'it does not run'
		kill -s USR1 "$pid"
		waitfor 10 grep -q USR1 out || fail 'nothing is passed on'
		kill -s TERM "$pid"
		waitfor 10 grep -q TERM out || fail 'no TERM'
		kill -s KILL "$(tr -d '\r' <out | sed -n 's/.*ready //p')"
		: >err
		finish 137
	done
	exec 9>&-
}

testAMessageThatIsReadLateArrives()
{
	full_pipe
	launch pgspawn -v sigreport -x USR2 >out 2>full 9>&-
	waitfor 10 grep -q ready out || fail 'it does not run'
	(exec 8<full 9>&-; tr -d '\0' <&8 >seen) &
	reader=$!
	exec 9>&-
	kill -s USR2 "$(pids ready out)"
	: >err
	finish 0
	waitfor 10 dead "$reader"
	assertLike 'messages' "pgspawn: sigreport: started as *
pgspawn: sigreport: exited with status 0, nothing to end" "$(cat seen)"
}

testAnUnreadHandleBlocksNothing()
{
	full_pipe
	launch pgspawn -n web -p 7 sigreport -x USR2 >out 2>err 7>full 9>&-
	waitfor 10 grep -q ready out || fail 'it does not run'
	kill -s USR1 "$pid"
	waitfor 10 grep -q USR1 out || fail 'nothing is passed on'
	record_pid "$(pids ready out)"
	(exec 8<full 9>&-; tr -d '\0' <&8 >seen) &
	reader=$!
	exec 9>&-
	waitfor 10 dead "$reader" || fail 'it is not closed'
	assertLike 'handle' "$(pids ready out):*	web" "$(cat seen)"
	kill -s USR2 "$(pids ready out)"
	finish 0
}

testDetachedAnUnreadHandleCanBeGivenUp()
{
	full_pipe
	for how in '' "-K $$"; do
		rm -f out
		# shellcheck disable=SC2086
		launch pgspawn -d $how -o out sigreport >full 2>err 9>&-
		await
		kill -s TERM "$pid"
		finish 143
		waitfor 5 dead "$(pids ready out)" || fail 'the command lives'
	done
	exec 9>&-
}

testAnUnreadCopyBlocksNothing()
{
	full_pipe
	for how in '-L x' -t; do
		can_have "$how" || continue
		# shellcheck disable=SC2086
		launch pgspawn $how -k 0.2 -o full yes >out 2>err 9>&- </dev/null
		waitfor 10 test -s out || fail 'it does not run'
		kill -s TERM "$pid"
		finish 143
	done
	exec 9>&-
}

# A reader that begins late gets the whole copy.
testACopyIsWholeWhenItIsReadLate()
{
	mkfifo copy
	(sleep 0.2; exec cat copy >copied) &
	seq 1 100000 >expected
	run pgspawn -L '' -o copy seq 1 100000
	assertEquals 0 "$status"
	wait $!
	assertTrue 'the copy' 'cmp -s expected copied'
	assertTrue 'the output' 'cmp -s expected "$work/out"'
}

testAnUnreadErrorCanBeGivenUp()
{
	full_pipe
	for what in -Z nonesuch '-x nonesuch' '-x -v sleep 60' '-r tcp:x y'; do
		# shellcheck disable=SC2086
		launch pgspawn $what 2>full >out 9>&-
		waitfor 10 sleeps "$pid" || fail "$what: it has ended"
		kill -s TERM "$pid"
		: >err
		finish 143
	done
	exec 9>&-
}

. "$SHUNIT2"
