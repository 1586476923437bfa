#!/bin/sh
# pgspawn_owner_test.sh: -K PID: a group does not outlive its owner
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

keeper=

# spawn_owned OPTION... COMMAND...: run pgspawn -K with an owner of its own, and wait until
# the command is ready. Sets keeper to the PID of the owner, guard and leader.
spawn_owned()
{
	launch sigreport >keeper
	keeper=$pid
	await keeper
	spawn_group -K "$keeper" "$@"
	await
	leader=$(pids out | head -n 1)
	for guard in $(children_of "$pid"); do
		[ "$(cat "/proc/$guard/comm")" != pgspawn ] || break
	done
	record_pid "$guard"
}

all_dead()
{
	for all_pid; do
		dead "$all_pid" || return
	done
}

# assertEnds: the guard and the processes of the command end within five seconds.
assertEnds()
{
	# shellcheck disable=SC2046
	waitfor 5 all_dead "$guard" $(pids out) ||
		fail "alive: $(pids out | while read -r p; do
			dead "$p" || echo "$p"; done) guard $guard"
}

testTheGroupDoesNotOutliveAKilledPgspawn()
{
	spawn_owned -k 0.1 stubborn -f 2
	kill -s KILL "$pid"
	assertEnds
	assertTrue "the keeper has ended" "alive $keeper"
}

testTheGroupDoesNotOutliveItsOwner()
{
	spawn_owned -k 0.1 stubborn -f 2
	kill -s KILL "$keeper"
	finish 143
	# shellcheck disable=SC2046
	assertDead "$guard" $(pids out)
}

testTheGroupDoesNotOutliveBoth()
{
	spawn_owned -k 0.1 stubborn -f 2
	kill -s KILL "$keeper" "$pid"
	assertEnds
	spawn_owned -k 0.1 stubborn -f 2
	kill -s KILL "$pid" "$keeper"
	assertEnds
}

testMembersThatIgnoreEverythingAreKilledAfterTheGrace()
{
	spawn_owned -k 0.25 stubborn -i all -f 1
	begun=$(now)
	kill -s KILL "$pid"
	assertEnds
	assertTook "$begun" 24 490
	spawn_owned -k 0.25 stubborn -i all -f 1
	begun=$(now)
	kill -s KILL "$keeper"
	finish 137
	assertTook "$begun" 24 490
	# shellcheck disable=SC2046
	assertDead $(pids out)
}

testTheGuardSendsTheSignalChosen()
{
	spawn_owned -s USR1 -k forever sigreport -x QUIT
	kill -s KILL "$pid"
	waitfor 5 says out CONT || fail "it got $(cat out)"
	kill -s QUIT "$leader"
	assertEnds
	assertEquals "USR1 CONT QUIT" \
		"$(sed 1d out | paste -s -d ' ' -)"
}

testAStoppedPgspawnEndsWithTheOwner()
{
	spawn_owned -k forever stubborn -f 1
	kill -s TSTP "$pid"
	waitfor 5 in_state "$pid" T || fail "it does not stop"
	kill -s KILL "$keeper"
	finish 143
	# shellcheck disable=SC2046
	assertDead "$guard" $(pids out)
}

testEscapeesDoNotOutliveAKilledPgspawn()
{
	spawn_owned -a -k 0.1 stubborn -f 1 -s -D
	kill -s KILL "$pid"
	assertEnds
	assertEquals "zoo" 4 "$(pids out | wc -l)"
	spawn_owned -a -k 0.1 stubborn -i all -f 1 -s -D
	kill -s KILL "$keeper" "$pid"
	assertEnds
}

testEscapeesDoNotOutliveTheOwner()
{
	spawn_owned -a -k 0.1 stubborn -f 1 -s -D -e
	kill -s KILL "$keeper"
	finish 143
	# shellcheck disable=SC2046
	assertDead "$guard" $(pids out)
}

# pgspawn is killed after it has reaped the leader, and the other member has no lineage.
testTheRestDoesNotOutliveAKilledPgspawn()
{
	mkfifo go
	# shellcheck disable=SC2016
	spawn_owned -k 1 sh -c 'env -i "$(command -v stubborn)" -i TERM >zoo &
		echo "ready $$"
		read -r line <go'
	waitfor 10 are_ready 1 || fail "nobody is there"
	record_zoo zoo
	echo >go
	waitfor 5 dead "$(pids ready out)" || fail "the leader lives"
	kill -s KILL "$pid"
	assertEnds
	# shellcheck disable=SC2046
	assertDead $(pids zoo)
}

testTheGuardIsApartAndHoldsNothing()
{
	spawn_owned -F 5 stubborn 5>five
	assertEquals "session" "$guard" "$(session_of "$guard")"
	(cd "/proc/$guard/fd" && for fd in *; do
		readlink "$fd"
	done) | sed 's/:.*//' | sort | uniq -c | awk '{ print $1, $2 }' >seen
	assertTrue "of the caller: $(cat seen)" \
		"says seen '3 /dev/null' && ! grep -q five seen"
	assertTrue "too much: $(cat seen)" "[ $(wc -l <seen) -le 3 ]"
	kill -s TERM "$pid"
	finish 143
	assertDead "$guard"
}

testTheGuardGoesWithTheGroup()
{
	spawn_owned sigreport -x USR1
	kill -s USR1 "$pid"
	finish 0
	assertTrue "the guard is left over" "gone $guard"
	assertTrue "the keeper has ended" "alive $keeper"
}

testADeadGuardDoesNoHarm()
{
	spawn_owned sigreport -x USR1
	kill -s KILL "$guard"
	waitfor 5 gone "$guard" || fail "it is not reaped"
	kill -s USR1 "$pid"
	finish 0
}

testTheOwnerMayBeAHandle()
{
	handle=$(pgspawn -d sigreport)
	record_group "$handle"
	spawn -K "$handle" stubborn
	await
	kill -s KILL "${handle%:*}"
	finish 143
}

# At whatever moment pgspawn is killed, no process is left.
testThereIsNoMomentWithoutAGuard()
{
	# shellcheck disable=SC2016
	run sh -c 'i=0
		while [ $i -lt 60 ]; do
			pgspawn -K $0 -m PGTEST=$0 sleep 60 &
			delay=$((i * 120))
			while [ $delay -gt 0 ]; do
				delay=$((delay - 1))
			done
			kill -s KILL $!
			wait $!
			i=$((i + 1))
		done 2>/dev/null' $$
	assertEquals "" "$out"
	waitfor 10 no_carrier "PGTEST=$$" || fail "something is left"
}

# --- detached ----------------------------------------------------------------

# detach_owned OPTION... COMMAND...: the same with -d and -o out. Sets relay to the PID of
# the pgspawn that stays.
detach_owned()
{
	launch sigreport >keeper
	keeper=$pid
	await keeper
	rm -f out
	handle=$(pgspawn -d -K "$keeper" -o out "$@")
	record_group "$handle"
	await
	leader=${handle%:*}
	relay=$(parent_of "$leader")
	record_pid "$relay"
	guard=$relay
}

testDetachedOneProcessStays()
{
	detach_owned stubborn
	assertEquals "session" "$relay" "$(session_of "$relay")"
	assertEquals "children" "$leader" "$(children_of "$relay")"
	assertNotEquals "it is supervised by a pgspawn" pgspawn \
		"$(cat "/proc/$(parent_of "$relay")/comm")"
}

testADetachedGroupDoesNotOutliveItsOwner()
{
	detach_owned -k 0.1 stubborn -i all -f 1
	kill -s KILL "$keeper"
	assertEnds
	detach_owned -a -k 0.1 stubborn -f 1 -s -D -e
	kill -s KILL "$keeper"
	assertEnds
}

testDetachedTheLastProcessGoesWithTheGroup()
{
	detach_owned sigreport -x USR1
	kill -s USR1 "$leader"
	assertEnds
	assertTrue "the keeper has ended" "alive $keeper"
}

# --- no owner ----------------------------------------------------------------

# assertOwnerRefused PROCESS SHOWN: pgspawn -K refuses the process, and names it SHOWN.
assertOwnerRefused()
{
	for how in "" -d "-a" "-L x"; do
		# shellcheck disable=SC2086
		run pgspawn $how -K "$1" touch started
		assertRan 125 "" "pgspawn: process $2: No such process"
	done
	assertFalse "it was started" "[ -e started ]"
}

testADeadOwnerIsRefused()
{
	launch sigreport -x USR1 >keeper
	await keeper
	kill -s USR1 "$pid"
	wait "$pid"
	assertOwnerRefused "$pid" "$pid"
}

testAZombieIsNotTakenForTheOwner()
{
	launch stubborn -z 1 >out 2>err
	await
	zombie=$(pids zombie out)
	assertOwnerRefused "$zombie" "$zombie"
}

testAReusedPidIsNotTakenForTheOwner()
{
	handle=$(pgspawn -d sigreport)
	record_group "$handle"
	assertOwnerRefused "${handle}1" "${handle%:*}"
}

. "$SHUNIT2"
