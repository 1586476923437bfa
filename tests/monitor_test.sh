#!/bin/sh
# monitor_test.sh: with pgspawn -t the terminal stays until the group is gone
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

# drains OPTION...: start a group on a terminal; TERM kills its leader at once, and its
# other member after 0.2 s. That member writes its signals to the file drain.
drains()
{
	: >drain
	cat >drain.sh <<-'EOF'
	trap 'echo HUP >>drain; exit' HUP
	trap 'echo TERM >>drain; asked=1' TERM
	asked=
	echo "ready $$" >>drain
	until [ "$asked" ]; do sleep 0.02; done
	for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.02; done
	echo drained
	echo drained >>drain
	EOF
	launch pgspawn -t -p 5 -k 20 "$@" sh -c 'sh ./drain.sh; true' \
		</dev/null >out 2>err 5>handle
	waitfor 10 grep -q ready drain || fail "it is not ready"
	record_pid "$(pids ready drain)"
	[ ! -s handle ] || record_group "$(cat handle)"
}

# monitor_of FILE: prints the PID of the monitor, which leads the session of the process
# that is "ready" in FILE.
monitor_of()
{
	session_of "$(pids ready "$1")"
}

assertDrained()
{
	waitfor 10 says drain drained || fail "it does not drain: $(cat drain)"
	assertEquals "what came" "TERM${nl}drained" "$(sed 1d drain)"
}

testMembersEndOnTheirTerminal()
{
	for how in -i -a -l '-s TERM' '-L x' '-K self'; do
		[ "$how" != '-K self' ] || how="-K $$"
		# shellcheck disable=SC2086
		drains $how
		kill -s TERM "$pid"
		finish 143
		assertDrained
		assertLike "its output" "*drained*" "$(cat out)"
	done
}

testDetachedMembersEndOnTheirTerminal()
{
	for how in -q -a -l; do
		[ $how != -a ] || pgterm -a </dev/null 2>/dev/null || continue
		drains -d -o log
		waitfor 10 dead "$pid"
		monitor=$(monitor_of drain)
		pgterm $how -k 20 "$(cat handle)" || fail "pgterm fails"
		# When the leader has ended, the relay also sends TERM to the other member.
		waitfor 10 says drain drained || fail "it does not drain"
		assertEquals "hangups" '' "$(grep HUP drain)"
		waitfor 10 grep -q drained log || fail "its output is lost"
		waitfor 10 dead "$monitor" || fail "the monitor stays"
	done
}

testTheMonitorLeadsTheSessionAndTheCommandTheGroup()
{
	launch pgspawn -t -p 5 sh -c 'exec sigreport -x USR1 >signals' \
		</dev/null >out 2>err 5>handle
	await signals
	leader=$(pids ready signals)
	assertEquals "handle" "$leader" "$(sed 's/:.*//' handle)"
	assertEquals "group" "$leader" "$(group_of "$leader")"
	monitor=$(session_of "$leader")
	assertFalse "it leads its session" "[ $monitor = $leader ]"
	assertEquals "the monitor's group" "$monitor" "$(group_of "$monitor")"
	assertEquals "its parent" "$pid" "$(parent_of "$monitor")"
	[ ! -e "/proc/$monitor/cwd" ] ||
		assertEquals "its directory" / "$(readlink "/proc/$monitor/cwd")"
	kill -s USR1 "$leader"
	finish 0
	assertTrue "the monitor stays" "gone $monitor"
}

# Only SIGKILL ends the monitor. The group ends even while the monitor is stopped.
testSignalsDoNothingToTheMonitor()
{
	drains
	monitor=$(monitor_of drain)
	for signal in HUP INT QUIT TERM USR1 PIPE ALRM CHLD; do
		kill -s $signal "$monitor"
	done
	kill -s STOP "$monitor"
	kill -s TERM "$pid"
	finish 143
	assertDrained
	assertTrue "the monitor stays" "gone $monitor"
}

# Without the monitor the terminal is gone, so pgspawn ends the group.
testAKilledMonitorEndsTheGroup()
{
	: >signals
	launch pgspawn -t -s INT -k 0.3 sh -c 'exec sigreport >signals' \
		</dev/null >out 2>err
	await signals
	kill -s KILL "$(monitor_of signals)"
	finish 137
	assertEquals "signals" "CONT HUP INT" \
		"$(sed 1d signals | sort -u | tr '\n' ' ' | sed 's/ $//')"
	assertDead "$(pids ready signals)"
}

# With -K the guard ends the group; until then no member gets HUP.
testAfterAKillOfPgspawnTheGuardAsksTheGroupToEnd()
{
	drains -K $$
	monitor=$(monitor_of drain)
	kill -s KILL "$pid"
	assertDrained
	waitfor 10 dead "$monitor" || fail "the monitor stays"
}

# The member does not block when its output has no reader.
testAfterAKillOfPgspawnOutputIsDiscarded()
{
	: >ready
	# shellcheck disable=SC2016
	launch pgspawn -t -k 20 -K $$ sh -c 'trap "asked=1" TERM
		echo "ready $$" >ready
		until [ "$asked" ]; do sleep 0.02; done
		i=0
		while [ $((i += 1)) -lt 2000 ]; do printf "%80s\n" "$i"; done
		echo all >all' </dev/null >out 2>err
	await ready
	kill -s KILL "$pid"
	waitfor 10 says all all || fail "it stands still"
}

testWithoutAnOwnerAKillOfPgspawnIsAHangup()
{
	drains
	monitor=$(monitor_of drain)
	kill -s KILL "$pid"
	waitfor 10 says drain HUP || fail "there is no HUP"
	waitfor 10 dead "$monitor" || fail "the monitor stays"
}

# With -O the rest of the group lives on, and gets no HUP although its terminal is gone.
testWithOOnlyTheCommandEndsAndMembersGetNoHangup()
{
	: >signals
	launch pgspawn -t -O -p 5 sh -c 'sigreport >signals 2>&1 </dev/null &
		until grep -q ready signals; do sleep 0.02; done' \
		</dev/null >out 2>err 5>handle
	finish 0
	record_group "$(cat handle)"
	kill -s USR1 "$(pids ready signals)"
	waitfor 10 says signals USR1
	assertEquals "signals" USR1 "$(sed 1d signals)"
}

testAFailedStartLeavesNoMonitor()
{
	for how in '' -d "-K $$"; do
		# shellcheck disable=SC2086
		run pgspawn -t $how nonesuch
		assertRan 127 '' 'pgspawn: nonesuch: not found in PATH'
	done
	waitfor 10 nothing_runs || fail "left: $running"
}

# The monitor is not an escapee of any group.
testEndingTheEscapeesSparesTheMonitor()
{
	need_table || return 0
	drains -a
	monitor=$(monitor_of drain)
	kill -s TERM "$pid"
	waitfor 5 says drain TERM
	assertTrue "it was ended" "alive $monitor"
	finish 143
	assertDrained
}

testTheCommandStopsAndGoesOn()
{
	spawn_group -t sh -c 'exec sigreport -x USR1 >signals'
	await signals
	leader=$(pids ready signals)
	for round in 1 2; do
		kill -s TSTP "$pid"
		waitfor 10 in_state "$pid" T || fail "$round: it runs"
		waitfor 10 in_state "$leader" T || fail "$round: it does not stop"
		kill -s CONT "$pid"
		waitfor 10 in_state "$leader" S || fail "$round: it stays stopped"
	done
	kill -s USR1 "$leader"
	finish 0
}

testManyStatusesAreRight()
{
	for status in 0 1 77 143; do
		run pgspawn -t sh -c "exit $status" </dev/null
		assertEquals "$status" "$status" "$status"
		assertRan "$status" '' ''
	done
	for signal in TERM KILL USR1; do
		# shellcheck disable=SC2016
		run pgspawn -t sh -c 'kill -s '$signal' $$' </dev/null
		assertEquals "$signal" "$signal" "$(kill -l "$status")"
	done
}

. "$SHUNIT2"
