#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgkeep_want_test.sh: how a keeper takes and answers wants, and races between them
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/pgkeep_lib.sh
. "$src/tests/pgkeep_lib.sh"

# fulfil SERVICE WORD: send this want, and wait until the keeper has fulfilled it.
fulfil()
{
	want "$2" "$1"
	assertRan 0 '' ''
}

testAServiceStopsAndStartsAndPgkeepStays()
{
	serve run a sh -c 'echo $$ >pid; exec sleep 60'
	is_soon a 'running 0 -'
	waitfor 10 [ -s pid ] || fail 'it does not run'
	fulfil a stop
	assertEquals 'stopped 0 143' "$(cat run/a)"
	assertTrue 'it lives' "dead $(cat pid)"
	fulfil a stop
	assertEquals 'stopped 0 143' "$(cat run/a)"
	fulfil a start
	is_soon a 'running 1 143'
	kill -s TERM "$pid"
	finish 143
	assertEquals 'stopped 1 143' "$(cat run/a)"
	assertEquals 'starting running stopping stopped starting running stopping stopped' \
		"$(events)"
}

testARestartDoesNotEnterTheStateStopped()
{
	serve run a sh -c 'echo run >>runs; exec sleep 60'
	is_soon a 'running 0 -'
	waitfor 10 has_run run 1 || fail "not 1 runs"
	fulfil a restart
	is_soon a 'running 1 143'
	waitfor 10 has_run run 2 || fail "not 2 runs"
	assertEquals 'starting running stopping starting running' "$(events)"
	kill -s TERM "$pid"
	finish 143
}

# A user can write a want by hand: a link to a word, and a CONT.
testStartingARunningServiceChangesNothing()
{
	serve run a sleep 60
	is_soon a 'running 0 -'
	ln -s start run/.a.want
	kill -s CONT "$pid"
	waitfor 10 [ -h run/.a.answer ] || fail 'there is no answer'
	# shellcheck disable=SC2012
	assertEquals '.a.answer .a.keeper a' "$(ls -A run | paste -s -d ' ' -)"
	kill -s CONT "$pid"
	kill -s TERM "$pid"
	finish 143
	assertEquals 'starting running stopping stopped' "$(events)"
	assertEquals a "$(ls -A run)"
}

# A start by a want begins a new row of restarts.
testAFailedServiceStartsOrStopsWhenWanted()
{
	serve -R always,1 run a sh -c 'exit 3'
	is_soon a 'failed 1 3'
	fulfil a start
	is_soon a 'failed 3 3'
	fulfil a stop
	assertEquals 'stopped 3 3' "$(cat run/a)"
	kill -s TERM "$pid"
	finish 3 "$(for _ in 1 2; do
		echo 'pgkeep: a: exited with status 3, again in 1 s'
		echo 'pgkeep: a: exited with status 3, failed after 1 try'
	done)"
}

testADelayEndsWithAWant()
{
	serve -R always run a sh -c 'echo x >>runs; [ -e up ] || exit 3; exec sleep 60'
	is_soon a 'delayed 1 3'		# before the third run there are two seconds
	fulfil a stop
	assertEquals 'stopped 1 3' "$(cat run/a)"
	: >up
	fulfil a start
	is_soon a 'running 2 3'
	assertEquals 'starting running delayed starting running delayed stopped starting running' \
		"$(events)"
	kill -s TERM "$pid"
	finish 143 'pgkeep: a: exited with status 3, again in 1 s
pgkeep: a: exited with status 3, again in 2 s'
}

testAWaitEndsWithAWant()
{
	for as in waiting failed; do
		echo "$as 0 -" >run/db
		serve -A db run a sleep 60
		is_soon a "$(echo $as | sed 's/failed/blocked/') 0 -"
		fulfil a stop
		assertEquals 'stopped 0 -' "$(cat run/a)"
		echo 'running 0 -' >run/db
		fulfil a start
		is_soon a 'running 0 -'
		kill -s TERM "$pid"
		finish 143
		rm run/a
	done
}

testAWantMayBeThereBeforePgkeep()
{
	ln -s stop run/.a.want
	serve run a sleep 60
	is_soon a 'stopped 0 -'
	kill -s TERM "$pid"
	finish 143
	ln -s start run/.a.want
	serve run a sleep 60
	is_soon a 'running 0 -'
	assertFalse 'it is not obeyed' '[ -h run/.a.want ]'
	kill -s TERM "$pid"
	finish 143
}

testALinkThatIsNotAWantIsLeftAlone()
{
	serve run a sleep 60
	is_soon a 'running 0 -'
	ln -s dance run/.a.want
	kill -s CONT "$pid"
	kill -s TERM "$pid"
	finish 143
	assertTrue 'it is gone' '[ -h run/.a.want ]'
}

# The names of temporary and control files must not be names of services.
testAServiceMayHaveAnyName()
{
	long=$(printf %198s '' | tr ' ' x)
	: >run/.stopping
	for service in stopping "$long" "$long.2" a.b_c-d -a; do
		serve run "$service" sleep 60
		is_soon "$service" 'running 0 -'
		kill -s TERM "$pid"
		finish 143
		assertEquals "starting $service" "$(sed 1q events)"
	done
	assertTrue 'it is gone' '[ -e run/.stopping ]'
	for service in '' . .a a/b "x$long.2" 'a b' 'a
b'; do
		run pgkeep -D run run "$service" touch started
		assertRanLike 125 '' 'pgkeep: *: a name has up to 200 of *'
	done
	assertFalse 'it was started' '[ -e started ]'
}

testNothingStartsOnceTheProcessOfKIsDead()
{
	launch true
	waitfor 10 dead "$pid"
	keeper=$pid
	wait "$keeper"
	run pgkeep -K "$keeper" -D run -R always run a touch started
	assertRan 125 '' "pgkeep: process $keeper: No such process"
	assertFalse 'it was started' '[ -e started ]'
}

# A restart is wanted when pgkeep gets TERM.
testTermOverridesEveryWant()
{
	serve run a stubborn -i TERM -g 0.3
	is_soon a 'running 0 -'
	await
	ln -s restart run/.a.want
	kill -s TERM "$pid"
	waitfor 10 grep -q stopping run/a || fail 'it is not asked to end'
	kill -s KILL "$(pids ready out)"
	waitfor 10 dead "$pid" || fail 'it goes on'
	assertEquals 'stopped 0' "$(sed 's/ [0-9]*$//' run/a)"
	wait "$pid"
}

# --- races of wants ----------------------------------------------------------

# timeout(1) ends a client that hangs, with another status than 0.
testAStartRightAfterAStopIsNeverLost()
{
	serve run a sleep 60
	is_soon a 'running 0 -'
	i=0
	while [ $i -lt 300 ]; do
		i=$((i + 1))
		timeout 10 pgkeep -D run stop a && timeout 10 pgkeep -D run start a &&
			says run/a "running $i 143" && continue
		fail "round $i: $(cat run/a)"
		break
	done
	kill -s TERM "$pid"
	finish 143
}

# status_of CLIENT: sets status_of to the status of this background process.
status_of()
{
	status_of=0
	wait "$1" || status_of=$?
}

# Both clients end. At most one of them fails, and reports that the want of the other one
# was later.
testOfTwoClientsAtOnceBothGetAnAnswer()
{
	serve run a sleep 60
	keeper=$pid
	is_soon a 'running 0 -'
	i=0
	while [ $i -lt 100 ]; do
		i=$((i + 1))
		timeout 10 pgkeep -D run stop a 2>>told & one=$!
		timeout 10 pgkeep -D run start a 2>>told & other=$!
		status_of $one; first=$status_of
		status_of $other
		case $first$status_of in
		00 | 01 | 10) ;;
		*)	fail "round $i: $first $status_of"; break ;;
		esac
	done
	assertEquals '' "$(grep -v -e 'a: replaced by a later want$' \
		-e 'a: was stopped meanwhile$' told)"
	kill -s TERM "$keeper"
	pid=$keeper
	finish 143
}

# Two clients with the same want both succeed.
testTwoClientsMayWantTheSame()
{
	serve run a sleep 60
	keeper=$pid
	is_soon a 'running 0 -'
	for word in stop start restart stop start restart; do
		timeout 10 pgkeep -D run $word a & one=$!
		timeout 10 pgkeep -D run $word a & other=$!
		status_of $one
		assertEquals "$word" 0 "$status_of"
		status_of $other
		assertEquals "$word" 0 "$status_of"
	done
	pid=$keeper
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
}

# A later want takes the place of the earlier one, before or after the keeper has taken
# that.
testAReplacedWantIsReported()
{
	pretend a running
	client restart a
	wanted a restart
	replaced=$pid
	run_stop
	pid=$replaced
	finish 1 'pgkeep: a: replaced by a later want'
	obey a 'stopped 2 3'
	status_of "$later"
	assertEquals '0 ' "$status_of $(cat err.stop)"
	client start a
	wanted a start
	mv run/.a.want run/.a.taken
	replaced=$pid
	run_stop
	obey a 'stopped 2 3'
	status_of "$later"
	assertEquals '0 ' "$status_of $(cat err.stop)"
	pid=$replaced
	finish 1 'pgkeep: a: replaced by a later want'
}

run_stop()
{
	launch pgkeep -D run stop a 2>err.stop
	later=$pid
	wanted a stop
}

# A client ignores the answer to the want of another client.
testAnOldAnswerIsIgnored()
{
	pretend a 'done'
	ln -s 'start 1:1 running' run/.a.answer
	client start a
	wanted a start
	mv run/.a.want run/.a.taken
	waits
	echo 'failed 2 3' >run/a
	waits
	obey a 'running 3 3'
	finish 0
}

. "$SHUNIT2"
