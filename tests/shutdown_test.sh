#!/bin/sh
# shellcheck disable=SC2016
# shutdown_test.sh: whatever shape a service has and whatever ends pgup, nothing
# is alive when it is over, and the status says why. The same services under
# foreman show that the test would see what is left.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/shutdown_lib.sh
. "$src/tests/shutdown_lib.sh"

# start_shapes [LINE...]: a run of pgup with these services besides.
start_shapes()
{
	need_table || return 1
	six_shapes "$@"
	supervise "$PGUP" -k 0.5
	await_shapes
}

# start_on_terminal SECS: the same on a terminal, with this grace period.
start_on_terminal()
{
	need_table || return 1
	six_shapes
	supervise_on_terminal "$PGUP -k $1" || return 1
	await_shapes
}

# --- the runner gets something -----------------------------------------------

testInterruptOfTheKeyboard()
{
	start_on_terminal 0.5 || return 0
	printf '\003' >&7
	assertEnded 130
	exec 7>&-
}

# Only what comes half a second after the first counts as the second: by the time
# that those who are still there are named it does.
interrupt_twice()
{
	printf '\003' >&7
	waitfor 20 grep -q 'still there' out || fail "nobody is named: $(cat out)"
	printf '\003' >&7
}

testSecondInterruptOfTheKeyboardWaitsForNothing()
{
	start_on_terminal 40 || return 0
	interrupt_twice
	assertEnded 130
	exec 7>&-
}

press_on()
{
	presses=$((presses + 1))
	[ "$presses" -gt 60 ] || printf '\003' >&7
	[ -s ended ]
}

testFloodOfInterrupts()
{
	start_on_terminal 3 || return 0
	presses=0
	waitfor 60 press_on || fail "the runner is alive: $(cat out)"
	assertEnded 130
	assertEquals 'its own files' '' \
		"$(find .pgup/. ! -name . -prune \( -name pid -o \
			-name events \) -print)"
	exec 7>&-
}

testTerm()
{
	start_shapes || return 0
	kill -s TERM "$(cat runner)"
	assertEnded 143
}

testTerminalThatIsClosed()
{
	start_on_terminal 0.5 || return 0
	kill -s KILL "$pid"
	exec 7>&-
	assertEnded 129
}

testKillOfTheRunner()
{
	start_shapes || return 0
	kill -s KILL "$(cat runner)"
	assertTrue 'something is left' 'waitfor 10 nothing_lives'
	assertEquals 'status' 137 "$(cat ended)"
}

# The part of the runner that waits for events has the record.
testKillOfTheLoop()
{
	start_shapes || return 0
	loop=$(pgtrack -b -D .pgup get runner)
	record_pid "$loop"
	kill -s KILL "$loop"
	assertEnded 137
}

testReaderThatGoesAway()
{
	need_table || return 0
	mkfifo go
	six_shapes 'talks: read x <go; echo bye; exec stubborn'
	# shellcheck disable=SC2086
	launch sh -c 'sh "$@" 2>err | while read -r line; do
			echo "$line"
			case $line in *bye) exit ;; esac
		done >out' sh "$work/parent" "$PGUP" -k 0.5
	await_shapes
	echo >go
	assertEnded 141
}

# --- a service ends ----------------------------------------------------------

testServiceThatEnds()
{
	mkfifo "$dir/go"
	start_shapes 'ends: read x <go; exit 7' || return 0
	echo >go
	assertEnded 7
	assertLike 'why' '*pgspawn: ends: exited with status 7*' "$(cat err)"
}

testServiceThatCannotBeExecuted()
{
	mkfifo "$dir/go"
	start_shapes 'fails: read x <go; exec ./missing' || return 0
	echo >go
	assertEnded 127
	assertLike 'why' '*pgspawn: fails: exited with status 127*' "$(cat err)"
}

testServiceThatFailsWhileTheOthersStart()
{
	need_table || return 0
	six_shapes 'fails: ./missing'
	supervise "$PGUP" -k 0.5
	assertEnded 127
}

# in_each_shape FUNCTION...: in a run of its own for each shape, all at once.
in_each_shape()
{
	for shape in plain front obeys deaf away daemon; do
		cd "$dir/$shape" || return
		"$@"
	done
	cd "$dir" || return
}

start_cell()
{
	six_shapes
	supervise "$PGUP" -k 0.5
}

# leader: that of the group of the shape.
leader()
{
	pgtrack -b -D .pgup/services get "$shape" | cut -f 1
}

kill_leader()
{
	kill -s KILL "$(leader)"
}

# Its parent is the pgspawn that keeps the service.
kill_keeper()
{
	# shellcheck disable=SC2046
	set -- $(stat_of "$(leader)")
	record_pid "$2"
	kill -s KILL "$2"
}

# each_shape_dies FUNCTION WHY: which kills something of one shape in each run, and
# what is said of it; $shape in that is the shape.
each_shape_dies()
{
	need_table || return 0
	mkdir plain front obeys deaf away daemon
	in_each_shape start_cell
	in_each_shape await_shapes
	in_each_shape "$1"
	in_each_shape assertEnded 137
	why=$2
	in_each_shape assertKilled
}

assertKilled()
{
	eval "said=\"$why\""
	assertTrue "not $said but $(cat err)" 'says err "$said"'
}

testKillOfTheLeaderOfEachShape()
{
	each_shape_dies kill_leader 'pgspawn: $shape: killed by signal KILL'
}

testKillOfThePgspawnOfEachShape()
{
	each_shape_dies kill_keeper 'pgup: $shape: its keeper ended with status 137'
}

# --- the control -------------------------------------------------------------

testKillOfForemanLeavesServicesThatThisSees()
{
	need foreman && need_table || return 0
	six_shapes
	supervise foreman start -t 1
	await_shapes
	kill -s KILL "$(cat runner)"
	waitfor 10 test -s ended || fail 'foreman is alive'
	left=$(living)
	assertNotNull 'foreman leaves nothing' "$left"
	# shellcheck disable=SC2086
	kill -s KILL $left
	assertTrue 'they can be ended' 'waitfor 10 nothing_lives'
}

. "$SHUNIT2"
