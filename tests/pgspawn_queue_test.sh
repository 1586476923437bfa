#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgspawn_queue_test.sh: a command that reads of signals in a FIFO (-Q)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

# read_queue: somebody reads the FIFO, and has what comes in the file lines.
read_queue()
{
	read_by=$pid
	launch sh -c 'exec 8<>events; echo reader; exec cat <&8' >lines
	waitfor 10 says lines reader || fail 'nobody reads'
	pid=$read_by
}

# lines, signals: what came there, and what sigreport got, in a line each.
lines()
{
	sed 1d lines | paste -s -d ' ' -
}

signals()
{
	sed 1d out | paste -s -d ' ' -
}

# is_line SIGNAL STATUS: it is sent, and becomes a line.
is_line()
{
	kill -s "$1" "$pid"
	waitfor 10 says lines "signal $2" || fail "$1 is no line"
}

# passes_on SIGNAL: it is sent, and gets to sigreport, as all before it has, if
# it was to.
passes_on()
{
	kill -s "$1" "$pid"
	waitfor 10 says out "$1" || fail "$1 is not passed on"
}

# killed ARG...: pgspawn is killed, whose command stays for the moment.
killed()
{
	: >out
	: >err
	launch sh -c 'exec pgspawn -K $$ "$@"' sh "$@" >out 2>err
	await
	kill -s KILL "$pid"
	waitfor 10 dead "$pid" || fail 'it lives'
	wait "$pid"
}

# refused ARG...: with exactly that line.
refused()
{
	run pgspawn "$@" touch started
	assertRan 125 '' 'pgspawn: -Q goes with none of -d -R -S -x'
	assertEquals "$ran: lines" 1 "$(wc -l <"$work/err" | tr -d ' ')"
	assertFalse "$ran: it was started" '[ -e started ]'
}

testWhatAsksToEndIsALineAndIsNotPassedOn()
{
	mkfifo events
	read_queue
	spawn -k 0 -Q events sigreport -x WINCH
	await
	is_line HUP 129
	is_line INT 130
	is_line QUIT 131
	is_line TERM 143
	kill -s TERM "$pid"
	waitfor 10 eval '[ "$(grep -c 143 lines)" -eq 2 ]' ||
		fail 'the second is no line'
	passes_on WINCH
	finish 0
	assertEquals WINCH "$(signals)"
	assertEquals 'signal 129 signal 130 signal 131 signal 143 signal 143' \
		"$(lines)"
}

testAllOthersArePassedOn()
{
	mkfifo events
	read_queue
	spawn -Q events sigreport -x WINCH
	await
	for signal in USR1 USR2 ALRM PIPE CONT WINCH; do
		passes_on $signal
	done
	finish 0
	assertEquals 'USR1 USR2 ALRM PIPE CONT WINCH' "$(signals)"
	assertEquals '' "$(lines)"
}

# As it is meant: what the command has made of it is its own business.
testACommandReadsOfItsSignals()
{
	cat >script <<-'END'
		mkfifo events
		exec 9<>events
		echo "ready $$"
		while read -r what status <&9; do
			echo "$what-$status"
			[ "$status" -ne 143 ] || exit 7
		done
	END
	launch sh -c 'exec pgspawn -K $$ -k forever -Q events -- sh script' \
		>out 2>err
	await
	for signal in 'HUP 129' 'INT 130' 'TERM 143'; do
		kill -s "${signal% *}" "$pid"
		waitfor 10 says out "signal-${signal#* }" ||
			fail "$signal is not read of"
	done
	finish 7
}

# With nothing that somebody could read a signal is passed on; what is there stays
# as it is.
testWhereNobodyHasAFifoOpenItIsPassedOn()
{
	mkfifo fifo
	ln -s fifo events
	read_queue
	for what in link dangling directory file unread nothing; do
		rm -rf events
		case $what in
		link)	ln -s fifo events ;;
		dangling) ln -s none events ;;
		directory) mkdir events ;;
		file)	echo text >events ;;
		unread)	mkfifo events ;;
		esac
		spawn -k forever -Q events sigreport -x TERM
		await
		for signal in HUP INT QUIT TERM; do
			passes_on $signal
		done
		finish 0
		assertEquals "$what" 'ready HUP INT QUIT TERM' \
			"$(sed 's/ .*//; /CONT/d' out | paste -s -d ' ' -)"
		[ $what != file ] || assertEquals text "$(cat events)"
	done
	assertEquals '' "$(lines)"
	assertFalse 'it was made' '[ -e events ] || [ -e none ]'
}

testAFifoMayComeAndGo()
{
	spawn -k forever -Q events sigreport -x WINCH
	await
	passes_on INT
	mkfifo events
	read_queue
	is_line INT 130
	rm events
	passes_on QUIT
	mkfifo events
	read_queue
	is_line TERM 143
	passes_on WINCH
	finish 0
	assertEquals 'INT QUIT WINCH' "$(signals)"
	assertEquals 'signal 143' "$(lines)"
}

# It is there for everybody who looks, so one more would say nothing new.
testWhereThereIsNoRoomForALineItIsDropped()
{
	mkfifo events
	launch sh -c 'exec 8<>events; exec cat /dev/zero >&8'
	waitfor 10 in_state "$pid" S || fail 'it does not get full'
	spawn -k 0 -Q events sigreport -x WINCH
	await
	for signal in HUP INT QUIT TERM; do
		kill -s $signal "$pid"
	done
	passes_on USR2
	passes_on WINCH
	finish 0
	assertEquals 'USR2 WINCH' "$(signals)"
}

# With a FIFO and without.
testWhatWasIgnoredAtTheStartIsSwallowed()
{
	for signal in HUP INT QUIT TERM; do
		rm -f events
		: >out
		launch sh -c "trap '' $signal
			exec pgspawn -k 0 -Q events sigreport -x WINCH" \
			>out 2>err
		await
		kill -s $signal "$pid"
		passes_on USR1
		mkfifo events
		read_queue
		kill -s $signal "$pid"
		case $signal in
		HUP)	is_line INT 130 ;;
		*)	is_line HUP 129 ;;
		esac
		passes_on WINCH
		finish 0
		assertEquals "$signal" 'USR1 WINCH' "$(signals)"
		assertEquals "$signal: lines" 2 "$(wc -l <lines | tr -d ' ')"
	done
}

testItStopsAndGoesOnAsEver()
{
	mkfifo events
	read_queue
	spawn_group -Q events sigreport -x WINCH
	await
	assertStopsAndGoesOn
	kill -s TSTP "$pid"
	waitfor 10 in_state "$pid" T || fail 'TSTP does not stop us'
	kill -s TERM "$pid"
	kill -s CONT "$pid"
	waitfor 10 says lines 'signal 143' || fail 'TERM is no line'
	passes_on WINCH
	finish 0
	assertEquals 'CONT WINCH' "$(sed 1d out | uniq | paste -s -d ' ' -)"
	assertEquals 'signal 143' "$(lines)"
}

# Nobody is left to write a line: the guard of -K says TERM, and nothing else.
testWhoIsKilledHasItsGroupEndedWithTerm()
{
	mkfifo events
	read_queue
	killed -k forever -Q events sigreport -x WINCH
	waitfor 10 says out CONT || fail "it goes on: $(cat out)"
	leader=$(pids ready out)
	kill -s WINCH "$leader"
	waitfor 10 dead "$leader" || fail 'it goes on'
	assertEquals 'TERM CONT WINCH' "$(signals)"
	killed -k forever -Q events stubborn -f 2
	for each in $(pids out); do
		waitfor 10 dead "$each" || fail "$each goes on"
	done
	assertEquals ' ' "$(cat err) $(lines)"
}

testItGoesWithoutServicesAndInTheForegroundOnly()
{
	mkdir run
	mkfifo events
	refused -Q events -d
	refused -x -Q events
	refused -Q events -R on-failure
	refused -S run -W start -Q events
	echo 'touch: touch started' >Procfile
	refused -Q events -f Procfile -S run
	assertEquals '' "$(ls -A run)"
	run pgspawn -Q
	assertRan 125 '' 'pgspawn: option -Q needs an argument: see pgspawn(1)'
}

. "$SHUNIT2"
