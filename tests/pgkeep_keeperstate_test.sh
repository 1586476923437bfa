#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgkeep_keeperstate_test.sh: pgkeep start, stop and end with a keeper that is starting,
# stopped, dead or replaced
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/pgkeep_lib.sh
. "$src/tests/pgkeep_lib.sh"

testAKeeperThatIsStoppedIsContinued()
{
	keep a
	is_soon a 'running 0 -'
	for word in 'stop a' 'start a' 'restart a' end; do
		kill -s STOP "$(keeper_of a)"
		waitfor 10 in_state "$(keeper_of a)" T || fail 'it goes on'
		# shellcheck disable=SC2086
		want $word
		assertRan 0 '' ''
	done
	assertDead "$(keeper_of a)"
	is a 'stopped 2 143'
}

# Each service takes 0.1 s to end.
testServicesEndInTheReverseOrderOfTheirStart()
{
	for service in '-A b,c run a' '-A c -B a run b' '-B a,b run c'; do
		# shellcheck disable=SC2086
		launch pgkeep -D run $service sh -c 'trap "sleep 0.1
			echo $0 >>order; exit 0" TERM; : >"up.$0"
			while :; do sleep 0.02; done' "${service##* }" 2>err.${service##* }
		echo "$pid" >"${service##* }.pid"
	done
	for service in a b c; do
		waitfor 10 [ -e up.$service ] || fail "$service does not run"
	done
	want end
	assertRan 0 '' ''
	assertEquals 'a b c' "$(paste -s -d ' ' order)"
	assertEquals '.stopping a b c' "$(run_files)"
}

testEndWaitsForTheLastService()
{
	pretend a running
	pretend b stopped
	client end
	for service in a b; do
		waitfor 10 says $service.out CONT || fail "$service: no CONT"
	done
	kill -s KILL "$(keeper_of b)"
	waits
	assertEquals '.a.keeper .b.keeper .stopping a b' "$(run_files)"
	is a 'running 2 3'
	kill -s KILL "$(keeper_of a)"
	finish 0
	for service in a b; do
		assertEquals "$service" 'CONT TERM' \
			"$(sed 1d $service.out | sort | paste -s -d ' ' -)"
	done
}

# An empty keeper file means that the keeper is starting.
testAStartingKeeperIsAwaited()
{
	for word in start stop restart; do
		: >run/.a.keeper
		echo 'failed 0 -' >run/a
		client $word a
		wanted a $word
		waits
		by=$pid
		keep a
		pid=$by
		finish 0
		case $word in
		stop)	is a 'stopped 0 -' ;;
		*)	is a 'running 0 -' ;;
		esac
		kill -s TERM "$(keeper_of a)"
		keeper_ended a
		rm run/a
	done
}

testTheEndOfAStartingKeeperIsAwaited()
{
	: >run/.a.keeper
	client end
	waitfor 10 [ -h run/.stopping ] || fail 'it is not told'
	waits
	by=$pid
	keep a
	pid=$by
	finish 0
	assertDead "$(keeper_of a)"
	: >run/.a.keeper
	client end
	waits
	rm run/.a.keeper
	finish 0
	want end
	assertRan 0 '' ''
}

testADeadKeeperHasNotFulfilledTheWant()
{
	for word in start stop restart; do
		pretend a failed
		pretend b failed
		client $word a b
		wanted a $word
		wanted b $word
		obey b 'running 0 -'
		waits
		kill -s KILL "$(keeper_of a)"
		finish 1 'pgkeep: a: has no keeper any more'
		assertFalse "it is still wanted" '[ -h run/.a.want ]'
		want -K $$ $word a
		assertRan 1 '' 'pgkeep: a: has no keeper any more'
		assertFalse "it is still wanted" '[ -h run/.a.want ]'
	done
	kill -s KILL "$(keeper_of b)"
	echo 'blocked 2 3' >run/a
	want end
	assertRan 0 '' ''
}

testTheClientEndsWithTheProcessOfK()
{
	pretend a failed
	for word in start end; do
		service=a
		[ $word = start ] || service=
		launch sleep 60
		for_whom=$pid
		# shellcheck disable=SC2086
		client -K "$for_whom" $word $service
		waits
		kill -s KILL "$for_whom"
		waitfor 10 dead "$pid"
		finish 1 "pgkeep: a: process $for_whom has ended"
	done
	before=$(cat run/a)
	want -K "$for_whom" stop a
	assertRan 1 '' "pgkeep: process $for_whom has ended"
	is a "$before"
}

# The keeper file holds no handle.
testAKeeperFileThatNamesNoProcessIsNotAwaited()
{
	echo 'running 0 -' >run/a
	echo nobody >run/.a.keeper
	want end
	assertRan 0 '' ''
	want restart a
	assertRan 125 '' 'pgkeep: a: has no keeper'
	want -K $$ restart a
	assertRan 1 '' 'pgkeep: a: has no keeper any more'
	assertEquals '.a.keeper .stopping a' "$(run_files)"
}

testAProcessThatFailsToBecomeTheKeeperLeavesNoFile()
{
	launch true
	wait "$pid"
	run pgkeep -K "$pid" -D run run a touch started
	assertRan 125 '' "pgkeep: process $pid: No such process"
	assertEquals '' "$(run_files)"
}

# The want comes after the keeper has looked for wants, and before it starts the service:
# while it reads the state of the other service, which strace(1) delays.
testAWantAtTheLastMomentIsFulfilled()
{
	need strace || return 0
	echo 'starting 0 -' >run/b
	# shellcheck disable=SC2016
	launch strace -qq -o trace -P b -e inject=openat:delay_enter=500000 \
		pgkeep -K $$ -D run -A b run a sleep 60 2>err.a
	is_soon a 'waiting 0 -'
	waitfor 10 [ -s run/.a.keeper ]
	record_pid "$(sed 's/:.*//' run/.a.keeper)"
	echo 'running 0 -' >run/b.new
	mv run/b.new run/b
	client stop a
	finish 0
	assertLike 'its state' 'stopped 0 *' "$(cat run/a)"
	want end
	assertRan 0 '' ''
}

# The process with the PID in the keeper file is not the keeper, and gets no signal.
testAnotherProcessOfThatNumberIsNotTheKeeper()
{
	need_keys || return 0
	pretend a failed
	echo "$pid:1" >run/.a.keeper
	want start a
	assertRan 125 '' 'pgkeep: a: has no keeper'
	want start
	assertRan 1 '' 'pgkeep: a: has no keeper any more'
	want end
	assertRan 0 '' ''
	kill -s USR1 "$pid"
	waitfor 10 says a.out USR1
	assertEquals USR1 "$(sed 1d a.out)"
}

testAReusedPidIsNotTheKeeper()
{
	need_keys || return 0
	keep a
	is_soon a 'running 0 -'
	kill -s KILL "$pid"
	waitfor 10 dead "$pid"
	wait "$pid"
	handle=$(cat run/.a.keeper)
	launch sh -c 'exec pidreuse "$@" 2>err' sh "$pid" sigreport >out
	waitfor 10 eval 'grep -q ready out || [ -s err ]'
	[ ! -s err ] || { skip "$(cat err)"; return 0; }
	await
	want restart
	assertRan 1 '' 'pgkeep: a: has no keeper any more'
	want end
	assertRan 0 '' ''
	kill -s USR1 "${handle%:*}"
	waitfor 10 says out USR1
	assertEquals USR1 "$(sed 1d out)"
}

testAKeepersFileIsThereAsLongAsTheKeeper()
{
	keep a
	is_soon a 'running 0 -'
	assertLike 'its handle' "$pid*" "$(cat run/.a.keeper)"
	for signal in TERM HUP; do
		kill -s $signal "$pid"
		keeper_ended a
		assertEquals "$signal" a "$(run_files)"
		keep a
		waitfor 10 grep -q running run/a || fail 'it does not run'
	done
	kill -s KILL "$pid"
	keeper_ended a
	assertEquals '.a.keeper a' "$(run_files)"
	rm run/a
	keep a
	is_soon a 'running 0 -'
	echo $$ >run/.a.keeper
	kill -s TERM "$pid"
	keeper_ended a
	assertEquals $$ "$(cat run/.a.keeper)"
}

. "$SHUNIT2"
