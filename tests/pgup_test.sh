#!/bin/sh
# shellcheck disable=SC2016
# pgup_test.sh: pgup ends all processes that it started, however it ends itself, and its
# status names the reason
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

esc=$(printf '\033')

# --- services of each shape ----------------------------------------------------

# five_shapes: make a Procfile with services of different shapes: a command; a shell in front
# of a command; a leader that obeys, with a child that ignores signals; processes that all
# ignore signals; processes that left the group.
five_shapes()
{
	cat >Procfile <<-'END'
	plain: sleep 61
	front: sleep 62; true
	obeys: stubborn -l -f 1
	deaf: stubborn -i all -f 1
	away: stubborn -s -D -f 1
	last: until [ -e go ]; do sleep 0.05; done; exit 7
	END
}

shapes_are_up()
{
	has_printed obeys ready && has_printed deaf ready &&
		has_printed away ready &&
		[ "$(pgtrack -D "$state/services" list | grep -c .)" -eq 6 ]
}

start_shapes()
{
	five_shapes
	start_pgup -k 1
	waitfor 60 shapes_are_up || fail 'the services are not up'
	keep_record
	assertEquals 'processes of stubborn' 8 "$(echo "$zoo" | grep -c .)"
}

# no_shape_after STATUS: pgup ends with this status, and no process of a service lives.
no_shape_after()
{
	ended
	assertEquals 'what lives' '' "$(living)"
	assertEquals 'status of pgup' "$1" "$status"
}

testInterruptLeavesNothing()
{
	start_shapes
	kill -INT "$pid"
	no_shape_after 130
}

testTermLeavesNothing()
{
	start_shapes
	kill -TERM "$pid"
	no_shape_after 143
}

testHangupLeavesNothing()
{
	start_shapes
	kill -HUP "$pid"
	no_shape_after 129
}

testEndOfOneServiceLeavesNothing()
{
	start_shapes
	: >go
	no_shape_after 7
	assertEquals 'pgup: last: exited with status 7' "$(cat err)"
}

testKillOfTheRunnerLeavesNothing()
{
	start_shapes
	kill -KILL "$pid"
	wait "$pid"
	assertTrue 'it is over in time' 'waitfor 60 nothing_lives'
	run pgtrack -D "$state" get runner
	assertEquals 'the lease has ended' 1 "$status"
}

testKillOfAKeeperLeavesNothing()
{
	start_shapes
	IFS=: read -r keeper key <"$state/run/.obeys.keeper"
	record_pid "$keeper"
	kill -KILL "$keeper"
	no_shape_after 137
	assertEquals 'pgup: obeys: its keeper ended with status 137' "$(cat err)"
}

# --- status ------------------------------------------------------------------

testFirstToEndDecidesTheStatus()
{
	printf 'a: exit 3\nb: sleep 60\n' >Procfile
	run pgup
	assertRanLike 3 '*pgup: stopping*' 'pgup: a: exited with status 3'
	printf 'a: kill -KILL $$\nb: sleep 60\n' >Procfile
	run pgup
	assertRanLike 137 '*' 'pgup: a: killed by signal KILL'
	printf 'a: true\nb: trap "exit 7" TERM; echo up; while :; do sleep 0.02; done\n' >Procfile
	run pgup
	assertRanLike 0 '*' '*pgup: a: exited with status 0*'
}

testAMissingCommandStopsAllServices()
{
	printf 'a: ./missing\nb: sleep 60\n' >Procfile
	run pgup
	assertRanLike 127 '*' '*pgup: a: exited with status 127'
}

testReaderThatWentAwayEndsIt()
{
	printf 'a: while :; do echo tick; sleep 0.02; done\nb: sleep 60\n' >Procfile
	run sh -c '{ "$@"; echo $? >status; } | sed 2q >/dev/null' sh "$PGUP"
	assertEquals 141 "$(cat status)"
	assertEquals '' "$err"
	run pgtrack -D "$state/services" list
	assertEquals '' "$out"
}

# --- one signal, and two -----------------------------------------------------

testEachServiceGetsOneTerm()
{
	printf 'a: sigreport\nb: sigreport; true\n' >Procfile
	start_pgup -k 1
	waitfor 60 grep -q ready "$state/log/b" || fail 'b is not up'
	waitfor 60 grep -q ready "$state/log/a" || fail 'a is not up'
	# shellcheck disable=SC2046
	record_pid $(pids ready "$state/log/a") $(pids ready "$state/log/b")
	kill -INT "$pid"
	ended
	assertEquals TERM "$(printed a | sed '1d;/CONT/d')"
	assertEquals TERM "$(printed b | sed '1d;/CONT/d')"
}

testTwoSignalsAtOnceAreOne()
{
	printf 'a: trap "sleep 0.2; echo done; exit" TERM; echo up; while :; do sleep 0.02; done\n' >Procfile
	start_pgup -k 30
	waitfor 60 has_printed a up || fail 'a is not up'
	kill -TERM "$pid"
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertTrue 'it had its time' 'has_printed a done'
}

interrupt_again()
{
	kill -INT "$pid" 2>/dev/null
	dead "$pid"
}

testSecondInterruptKillsAtOnce()
{
	echo 'a: stubborn -i all -f 1 -s' >Procfile
	start_pgup -k 30
	waitfor 60 has_printed a ready || fail 'a is not up'
	keep_record
	kill -INT "$pid"
	waitfor 60 interrupt_again
	ended
	assertEquals 130 "$status"
	assertTrue 'nothing lives' nothing_lives
}

is_named()
{
	[ "$(grep -c '^pgup: still there: ' err)" -ge "$1" ]
}

# A HUP after the INT does not kill the services.
testAHangupIsNoSecondInterrupt()
{
	cat >Procfile <<-'END'
	slow: trap "" TERM; echo "me $$"; until [ -e go ]; do sleep 0.02; done; echo done
	END
	start_pgup -k 60
	waitfor 60 grep -q me "$state/log/slow" || fail 'slow is not up'
	keep_record
	kill -INT "$pid"
	waitfor 60 is_named 1 || fail 'it is not named'
	kill -HUP "$pid"
	waitfor 60 is_named 2 || fail 'it does not live'
	: >go
	ended
	assertEquals 130 "$status"
	assertTrue 'it had its time' 'has_printed slow done'
}

testSurvivingServicesAreNamed()
{
	cat >Procfile <<-'END'
	slow: trap "" TERM; echo "me $$"; until grep -q there err; do sleep 0.02; done
	quick: sleep 60
	END
	start_pgup -k 40
	waitfor 60 grep -q me "$state/log/slow" || fail 'slow is not up'
	keep_record
	kill -INT "$pid"
	ended
	assertLike 'who is there' "pgup: still there: *slow $zoo*" "$(cat err)"
}

testStopWhileItIsStarting()
{
	n=0
	while [ $n -lt 20 ]; do
		echo "s$n: sleep 60"
		n=$((n + 1))
	done >Procfile
	echo 'fails: exit 9' >>Procfile
	run pgup
	assertRanLike 9 '*' 'pgup: fails: exited with status 9*'
	run pgtrack -D "$state/services" list
	assertEquals '' "$out"
}

# --- terminal ----------------------------------------------------------------

# in_terminal SHELL-COMMAND: start it on a terminal of its own; descriptor 7 is the keyboard,
# the file screen has what the terminal shows.
in_terminal()
{
	need_pty script || return 1
	mkfifo keyboard
	exec 7<>keyboard
	launch script -qefc "$1" /dev/null <keyboard >screen 2>&1 7>&-
}

testControlCInATerminal()
{
	five_shapes
	in_terminal "exec '$PGUP' -k 1" || return 0
	waitfor 60 shapes_are_up || fail 'the services are not up'
	keep_record
	printf '\003' >&7
	no_shape_after 130
	exec 7>&-
	assertTrue 'labels have colours' 'grep -q "^$esc\[[0-9]*mobeys | $esc\[0mready" screen'
	assertFalse 'logs have none' 'grep -q "$esc" $state/log/*'
}

testTerminalThatIsClosed()
{
	five_shapes
	in_terminal "exec '$PGUP' -k 1" || return 0
	waitfor 60 shapes_are_up || fail 'the services are not up'
	keep_record
	kill -KILL "$pid"
	wait "$pid"
	exec 7>&-
	assertTrue 'it is over in time' 'waitfor 60 nothing_lives'
}

testServicesGetTheTerminalSizeAndItsChanges()
{
	echo 'a: trap "stty size" WINCH; stty size; while :; do sleep 0.02; done' >Procfile
	in_terminal "stty rows 30 cols 100; tty >name; exec '$PGUP' -k 1" || return 0
	waitfor 60 has_printed a '30 100' || fail "not that size: $(cat screen)"
	keep_record
	stty rows 20 cols 80 <"$(cat name)"
	waitfor 10 has_printed a '20 80' || fail "no new size: $(cat screen)"
	printf '\003' >&7
	ended
	exec 7>&-
	assertEquals 130 "$status"
	assertTrue 'nothing lives' nothing_lives
}

# --- labels ------------------------------------------------------------------

testLabelsArePadded()
{
	printf 'a: echo one; echo two >&2; sleep 60\nlonger: until [ -e go ]; do sleep 0.05; done; printf end\n' >Procfile
	start_pgup
	waitfor 60 has_printed a two || fail 'a says nothing'
	: >go
	ended
	assertEquals 'a      | one
longer | end
pgup: a: port 5000
pgup: longer: port 5100
pgup: stopping, as longer ended soon after its start' "$(grep -v 'ended first' out | sort)"
	assertEquals 'a      | two
pgup: longer: exited with status 0' "$(cat err)"
	assertEquals 'one
two' "$(printed a)"
}

testTextOfAnyLanguageStaysWhole()
{
	printf '\303\244 \342\202\254 \346\274\242\345\255\227 \360\237\231\202\n' >text
	printf 'a: cat text text; sleep 60\nb: until [ -e go ]; do sleep 0.05; done\n' >Procfile
	for option in '' -t; do
		can_have "$option" || continue
		rm -rf go "$state"
		# shellcheck disable=SC2086
		start_pgup $option
		waitfor 60 has_printed a "$(cat text)" || fail 'a says nothing'
		: >go
		ended
		assertEquals "$(sed 's/^/a | /' text text)" "$(grep '^a' out)"
		assertEquals "$(cat text text)" "$(printed a)"
	done
}

# has_gone_on: after the prompt of a, b has printed more lines.
has_gone_on()
{
	sed '1,/a | name? /d' out | grep -q '^b | tick$'
}

testAPromptIsShownWhileAnotherPrints()
{
	need_pty || return 0
	printf 'a: printf "name? "; sleep 60\nb: while :; do echo tick; sleep 0.02; done\n' >Procfile
	start_pgup -t
	waitfor 60 has_gone_on || fail 'the prompt is held back'
	kill -INT "$pid"
	ended
	assertEquals 'it is said once' 1 "$(grep -c 'a | name? ' out)"
}

testNoColourOnRequest()
{
	echo 'a: echo x' >Procfile
	in_terminal "NO_COLOR=1 exec '$PGUP'" ||
		return 0
	ended
	exec 7>&-
	assertTrue 'the label is there' 'grep -q "^a | x" screen'
	assertFalse 'without colour' 'grep -q "$esc" screen'
}

testInstancesHaveLabelsAndLogsOfTheirOwn()
{
	echo 'web: echo "$PS $PORT"; sleep 60' >Procfile
	start_pgup -m web=2
	waitfor 60 has_printed web.1 'web.1 5000' || fail 'web.1 is not up'
	waitfor 60 has_printed web.2 'web.2 5001' || fail 'web.2 is not up'
	kill -INT "$pid"
	ended
	assertTrue 'label' 'says out "web.2 | web.2 5001"'
}

# --- one runner --------------------------------------------------------------

testSecondRunnerIsRefused()
{
	echo 'a: echo up; sleep 60' >Procfile
	start_pgup
	waitfor 60 has_printed a up || fail 'a is not up'
	run pgup
	assertRan 1 '' "pgup: already running, PID $pid: pgup stop ends it"
	mkdir sub
	run pgup -f ./sub/../Procfile
	assertEquals 1 "$status"
	kill -INT "$pid"
	ended
	assertEquals 'once, and not disturbed' up "$(printed a)"
}

testStartEndsWhatADeadRunnerLeft()
{
	echo 'a: echo "new $$"; until [ -e go ]; do sleep 0.05; done' >Procfile
	project=$(pwd -P)
	(umask 077; mkdir -p "$state")
	recorded=$(pgspawn -d -- pgtrack -D "$state/services" exec a -- sleep 61)
	marked=$(pgspawn -d -m "PGUP=$project/Procfile:b" -- sleep 62)
	other=$(pgspawn -d -m "PGUP=$project/sub/Procfile:b" -- sleep 63)
	record_group "$recorded" "$marked" "$other"
	waitfor 10 pgtrack -D "$state/services" get a || fail 'there is no record'
	start_pgup
	waitfor 60 grep -q new "$state/log/a" || fail 'a is not up'
	assertTrue 'a record' "group_dead $recorded"
	assertTrue 'a marker' "group_dead $marked"
	assertTrue 'that of another project' "group_alive $other"
	: >go
	ended
	assertEquals 'silently' 'pgup: a: exited with status 0' "$(cat err)"
}

testStartRightAfterTheRunnerWasKilled()
{
	echo 'a: echo "ready $$"; exec stubborn -i all' >Procfile
	start_pgup -k 1
	waitfor 60 has_printed a ready || fail 'a is not up'
	keep_record
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	echo 'a: echo new' >Procfile
	run pgup -k 1
	assertRanLike 0 '*' '*pgup: a: exited with status 0'
	assertTrue 'nothing lives' nothing_lives
}

# --- from another terminal ---------------------------------------------------

testStopFromOutside()
{
	start_shapes
	run pgup stop
	assertRan 0 '' ''
	no_shape_after 143
	run pgup stop
	assertRan 0 '' ''
}

testStopWithoutARunnerEndsWhatIsLeft()
{
	echo 'a: true' >Procfile
	left=$(pgspawn -d -m "PGUP=$(pwd -P)/Procfile:a" -- stubborn -i all)
	record_group "$left"
	run pgup -k 0.2 stop
	assertRan 0 '' ''
	assertTrue 'gone' "group_dead $left"
}

testStopOfOneServiceLeavesTheOthers()
{
	printf 'a: echo up; sleep 61\nb: stubborn -s; true\nc: sleep 63\n' >Procfile
	start_pgup -k 1 -m c=2
	waitfor 60 has_printed b ready || fail 'b is not up'
	waitfor 60 has_printed a up || fail 'a is not up'
	keep_record
	run pgup stop b c
	assertRan 0 '' ''
	assertEquals a "$(pgtrack -D "$state/services" list | cut -f 2)"
	assertTrue 'the runner lives' "alive $pid"
	run pgup stop a
	assertRan 0 '' ''
	ended
	assertEquals 'all were told to' 0 "$status"
	assertTrue 'nothing lives' nothing_lives
}

testStatusPrintsServicesAndRunner()
{
	printf 'a: echo up; sleep 60\nweb: echo up; sleep 60\nidle: true\n' >Procfile
	run pgup status
	assertRanLike 1 'NAME *
a *stopped *
web *stopped *
idle *stopped *
no runner' ''
	start_pgup -m web=2 a web
	waitfor 60 has_printed a up || fail 'a is not up'
	waitfor 60 has_printed web.2 up || fail 'web.2 is not up'
	run pgup status
	assertRanLike 0 "NAME *
a *running *$(pgtrack -b -D "$state/services" get a) *0     -
web.1 *running *
web.2 *running *
idle *stopped *
runner: PID $pid" ''
	kill -INT "$pid"
	ended
}

# --- examples of the page, sample ----------------------------------------------

testExamplesOfThePage()
{
	printf 'web: sleep 60\nworker: echo up; sleep 60\n' >Procfile
	run_example pgup.1 2
	assertRan 0 'web: port 5000
worker: port 5100' ''
	take_example pgup.1 4
	launch sh -c "exec $(cat script)" >out 2>&1
	waitfor 60 has_printed worker up || fail 'worker is not up'
	assertTrue 'two instances' \
		'waitfor 10 pgtrack -D "$state/services" get web.1 web.2'
	run_example pgup.1 5
	assertRanLike 0 '--- * worker ---
up' ''
	run_example pgup.1 6
	assertRan 0 '' ''
	assertFalse 'it runs' 'pgtrack -D "$state/services" get worker'
	kill -INT "$pid"
	ended
}

testTheExampleInTheBackgroundRunsUntilItIsStopped()
{
	need nohup || return 0
	printf '#: web ready=fd:3\nweb: echo up; echo >&3; sleep 60\n' >Procfile
	run_example pgup.1 3
	assertRanLike 0 '*
web *running *' ''
	assertFalse 'it runs' 'pgup status'
	run_example pgup.1 7
	assertRan 0 '' ''
	assertContains "$(cat pgup.log)" 'web | up'
	assertFalse 'it runs' 'pgup status'
	assertFalse 'an example has no test' 'page_example pgup.1 8'
}

testProcfileOfThePage()
{
	take_example pgup.1 1
	mv script Procfile
	run pgup check
	assertRan 0 'web: port 5000
db: port 5100
worker: port 5200' ''
	start_pgup db worker
	waitfor 60 has_printed worker working || fail 'worker is not up'
	run pgup stop
	ended
	assertEquals 143 "$status"
}

testTheSampleProcfileIsValid()
{
	cp "$src/tests/sample/Procfile" .
	run pgup check
	assertRan 0 'main: port 5000
clock: port 5100
worker: port 5200
daemon: port 5300' ''
}

. "$SHUNIT2"
