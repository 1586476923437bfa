#!/bin/sh
# shellcheck disable=SC2016,SC2046,SC2086
# shutdown_test.sh: services of each shape, and each way in which pgup can end: no process
# is left, and the status names the reason. The same services under foreman show that the
# test would find processes that are left.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/shutdown_lib.sh
. "$src/tests/shutdown_lib.sh"

# --- runs --------------------------------------------------------------------

# start_run HOW COMMAND...: start the supervisor with services of the six shapes, and with
# what is necessary to end it in this way.
start_run()
{
	how=$1
	shift
	case $how in
	exit)	start_with_cue 'exit 7' "$@" ;;
	exec)	start_with_cue 'exec ./missing' "$@" ;;
	reader)	start_with_reader "$@" ;;
	term | kill)
		six_shapes
		supervise "$@" ;;
	*)	six_shapes
		supervise_on_terminal "$@" ;;
	esac
}

# start_with_cue SCRIPT COMMAND...: start a seventh service, too, which runs the script when
# the FIFO cue gets a line.
start_with_cue()
{
	mkfifo cue
	six_shapes "last: read x <cue; $1"
	shift
	supervise "$@"
}

start_with_reader()
{
	mkfifo cue
	six_shapes 'last: read x <cue; echo bye; exec stubborn'
	launch sh -c 'sh "$@" 2>err | while read -r line; do
			echo "$line"
			case $line in *bye) exit ;; esac
		done >out' sh "$work/parent" "$@"
}

# end_run HOW: end the run in this way.
end_run()
{
	case $1 in
	interrupt)
		press_interrupt ;;
	twice)	interrupt_twice ;;
	flood)	presses=0
		waitfor 60 press_on || fail "the runner is alive: $(cat out)" ;;
	close)	close_terminal ;;
	term)	kill -s TERM "$(cat runner)" ;;
	kill)	kill -s KILL "$(cat runner)" ;;
	exit | exec | reader)
		echo >cue ;;
	esac
}

# A second Ctrl-C counts half a second after the first. By the time that pgup names the
# processes that are left, that time is over.
interrupt_twice()
{
	press_interrupt
	waitfor 20 grep -q 'still there' out || fail "nobody is named: $(cat out)"
	press_interrupt
}

press_on()
{
	presses=$((presses + 1))
	[ "$presses" -gt 60 ] || press_interrupt
	[ -s ended ]
}

# ends_all HOW STATUS [SECS]: a run of pgup with this grace period that ends in this way has
# this status, and leaves no process.
ends_all()
{
	need_table && start_run "$1" "$PGUP" -k "${3:-0.5}" || return 0
	await_shapes
	end_run "$1"
	assertRunnerEnded "$2"
}

# --- signals to the runner ---------------------------------------------------

testInterruptOfTheKeyboard()
{
	ends_all interrupt 130
}

testSecondInterruptOfTheKeyboardWaitsForNothing()
{
	ends_all twice 130 40
}

testFloodOfInterrupts()
{
	ends_all flood 130 3
	assertEquals 'its own files' '' \
		"$(find "$state/." ! -name . -prune \( -name pid -o \
			-name events \) -print)"
}

testTerm()
{
	ends_all term 143
}

testTerminalThatIsClosed()
{
	ends_all close 129
}

testKillOfTheRunner()
{
	need_table || return 0
	start_run kill "$PGUP" -k 0.5
	await_shapes
	end_run kill
	waitfor 10 nothing_supervised_lives || fail 'something is left'
	assertRunnerEnded 137
}

# The record "runner" names the loop.
testKillOfTheLoop()
{
	need_table || return 0
	start_run kill "$PGUP" -k 0.5
	await_shapes
	loop=$(pgtrack -b -D "$state" get runner)
	record_pid "$loop"
	kill -s KILL "$loop"
	assertRunnerEnded 137
}

testReaderThatGoesAway()
{
	ends_all reader 141
}

# --- a service ends ----------------------------------------------------------

testServiceThatEnds()
{
	ends_all exit 7
	assertLike 'why' '*pgup: last: exited with status 7*' "$(cat err)"
}

testServiceThatCannotBeExecuted()
{
	ends_all exec 127
	assertLike 'why' '*pgup: last: exited with status 127*' "$(cat err)"
}

testAServiceFailsWhileOthersStart()
{
	need_table || return 0
	six_shapes 'fails: ./missing'
	supervise "$PGUP" -k 0.5
	assertRunnerEnded 127
}

# in_each FUNCTION...: call the function in each of the directories $cells; $cell is the
# current one. Each has a run of its own, and all of them run at the same time.
in_each()
{
	for cell in $cells; do
		enter "$dir/$cell" || return
		"$@"
	done
	enter "$dir" || return
}

# leader: prints the PID of the leader of the service that has the name of the cell.
leader()
{
	pgtrack -b -D "$state/services" get "$cell" | cut -f 1
}

kill_leader()
{
	kill -s KILL "$(leader)"
}

# The parent of the leader is its pgspawn.
kill_keeper()
{
	set -- $(stat_of "$(leader)")
	record_pid "$2"
	kill -s KILL "$2"
}

# each_shape_dies FUNCTION WHY: start a run for each shape, and let FUNCTION kill a process
# of the service of that shape. pgup reports WHY; $cell in it is the name of the service.
each_shape_dies()
{
	need_table || return 0
	cells='plain front obeys deaf away daemon'
	mkdir $cells
	in_each start_run kill "$PGUP" -k 0.5
	in_each await_shapes
	in_each "$1"
	in_each assertRunnerEnded 137
	why=$2
	in_each assertKilled
}

assertKilled()
{
	eval "said=\"$why\""
	assertTrue "not $said but $(cat err)" 'says err "$said"'
}

testKillOfTheLeaderOfEachShape()
{
	each_shape_dies kill_leader 'pgup: $cell: killed by signal KILL'
}

testKillOfThePgspawnOfEachShape()
{
	each_shape_dies kill_keeper 'pgup: $cell: killed by signal KILL'
}

# --- the same services under foreman -------------------------------------------

testForemanLeavesServicesInEachCellAndTheCheckSeesThem()
{
	need foreman && need_pty script && need_table || return 0
	cells='interrupt close term kill exit exec reader'
	mkdir $cells
	in_each start_foreman
	in_each end_foreman
	in_each assertLeft
}

# The runs start one after the other.
start_foreman()
{
	start_run "$cell" foreman start -t 1
	await_shapes
}

end_foreman()
{
	end_run "$cell"
}

# Without a reader foreman does not end. The cell "reader" is the last one, so it has had as
# much time as the others.
assertLeft()
{
	case $cell in
	reader)	waitfor 60 grep -q bye out || fail 'it has its reader' ;;
	*)	waitfor 60 test -s ended || fail "$cell: foreman is alive" ;;
	esac
	left=$(stubborn_alive)
	assertNotNull "$cell: nothing is left" "$left"
	kill -s KILL $left $(carriers)
	waitfor 10 nothing_supervised_lives || fail "$cell: they cannot be ended"
}

. "$SHUNIT2"
