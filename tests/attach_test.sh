#!/bin/sh
# attach_test.sh: other terminals at the terminal of a command: pgspawn -A, pgattach
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/terminal_lib.sh
. "$src/tests/terminal_lib.sh"

haspty >/dev/null || skip_file "no pseudo-terminal: $(haspty)"

tearDown()
{
	exec 7>&- 8>&-
	test_end
}

# A service that prints a prompt, answers each line, and reports the end of its input.
# shellcheck disable=SC2016
asker='trap "" HUP; printf "> "; while read -r x; do
	[ "$x" != over ] || exit 7
	[ "$x" != size ] || x=$(stty size)
	[ "$x" != many ] || yes many | head -n 300000
	echo "got $x"; printf "> "
done; echo "its input has ended"; exec sleep 600'

# serve: start the service in the background, with its terminal offered on "socket".
# Its group is in $served, its output in the file log.
serve()
{
	served=$(pgspawn -d -t -A socket -o log -- sh -c "$asker") ||
		fail "status $? of pgspawn"
	record_group "$served"
	waitfor 10 grep -q '^> ' log || fail "it does not ask: $(cat log)"
}

# shows TEXT [FILE]: TEXT is on the screen, or in FILE.
shows()
{
	grep -Fq -e "$1" "${2:-screen}"
}

# await_text TEXT [FILE]: wait until the screen, or FILE, shows TEXT.
await_text()
{
	waitfor 10 shows "$@" || fail "no <$1> in: $(cat -v "${2:-screen}")"
}

# end_service: end the service by typing "over".
end_service()
{
	echo over | pgattach socket >over.out 2>over.err
	assertEquals "status of: pgattach" 7 $?
	waitfor 10 group_dead "$served" || fail "it lives"
}

testATypedLineIsAnsweredAndTheServiceGoesOnAfterTheDetach()
{
	serve
	terminal 'pgattach socket; echo "status $?" >status'
	await_text '> '
	type 'hello\r'
	await_text 'got hello'
	type '\020\021'
	waitfor 10 says status 'status 0' || fail "not detached: $(cat screen)"
	script_ended
	assertTrue "the service has ended" "group_alive $served"
	# The service has not read the end of its input, and another terminal can attach.
	terminal 'pgattach socket; echo "status $?" >status'
	await_text 'got hello'
	type 'again\r'
	await_text 'got again'
	type 'over\r'
	waitfor 10 says status 'status 7' || fail "$(cat screen)"
	script_ended
	assertFalse "its input ended" "grep -q ended log"
	assertFalse "the socket is left" "[ -e socket ]"
}

testInputThatIsNoTerminalYieldsToATerminal()
{
	serve
	terminal 'pgattach socket; echo "status $?" >status'
	await_text '> '
	type 'hello\r'
	await_text 'got hello'
	(echo over | timeout 60 pgattach socket >seen 2>seen.err; echo $? >seen.status) &
	record_pid $!
	await_text 'pgattach: socket: attached; a terminal types, and the input waits until that detaches' seen.err
	await_text 'got hello' seen
	type 'again\r'
	await_text 'got again' seen
	assertFalse 'the terminal lost its turn' 'grep -q "looks on" screen'
	type '\020\021'
	waitfor 10 says status 'status 0' || fail "not detached: $(cat screen)"
	script_ended
	waitfor 10 says seen.status 7 || fail "$(cat seen.err)"
	await_text 'the input is passed on from now on' seen.err
	waitfor 10 group_dead "$served" || fail 'it lives'
}

testATerminalTakesItsTurnFromOtherInput()
{
	serve
	mkfifo lines
	exec 8<>lines
	(timeout 60 pgattach socket <lines >seen 2>seen.err; echo $? >seen.status) 7>&- 8>&- &
	record_pid $!
	echo first >&8
	await_text 'got first' seen
	terminal 'pgattach socket; echo "status $?" >status'
	await_text 'got first'
	await_text 'a terminal types now, and the input waits' seen.err
	echo size >&8
	type 'mine\r'
	await_text 'got mine'
	assertFalse 'the input does not wait' 'grep -q "got [0-9]" seen'
	type '\020\021'
	waitfor 10 says status 'status 0' || fail "not detached: $(cat screen)"
	script_ended
	waitfor 10 grep -q 'got [0-9]' seen || fail "$(cat seen seen.err)"
	echo over >&8
	exec 8>&-
	waitfor 10 says seen.status 7 || fail "$(cat seen.err)"
}

# Lines end with a newline in the log, and with return and newline on a terminal.
testOnlyAttachedTerminalsGetReturns()
{
	serve
	echo hello | timeout 10 pgattach socket >seen 2>seen.err &
	record_pid $!
	await_text 'got hello' log
	await_text "got hello$cr" seen
	assertFalse "a return in the log" "grep -q '$cr' log"
	end_service
}

testTheSocketIsForItsUserAlone()
{
	serve
	assertLike "mode" "srw------- *" "$(ls -l socket)"
	# Where processes have no keys pgspawn does not know the user that connects, either.
	if ! need_root || ! need_keys; then
		end_service
		return
	fi
	chmod 755 .
	run as_user pgattach "$PWD/socket"
	assertRan 125 "" "pgattach: $PWD/socket: Permission denied"
	chmod 666 socket
	run as_user timeout 10 pgattach "$PWD/socket"
	assertRan 125 "" "pgattach: $PWD/socket: it is another user's"
	end_service
}

# leave_by WAY: end pgattach in this way; then the terminal has its former modes.
leave_by()
{
	serve
	rm -f pid after
	# shellcheck disable=SC2016
	terminal 'stty -g >before
		sh -c '\''echo $$ >pid; exec pgattach socket'\''; echo $? >status
		stty -g >after'
	await_text '> '
	waitfor 10 are_raw || fail "not raw"
	client=$(cat pid)
	record_pid "$client"
	case $1 in
	detach)	type '\020\021' ;;
	end)	type 'over\r' ;;
	lost)	kill -s KILL "$(pgspawn_of "${served%%:*}")" ;;
	*)	kill -s "$1" "$client" ;;
	esac
	waitfor 10 [ -s after ] || fail "$1: pgattach does not end"
	script_ended
	assertEquals "modes after $1" "$(cat before)" "$(cat after)"
	assertEquals "status after $1" "$2" "$(cat status)"
	case $1 in
	end|lost) ;;
	*)	end_service ;;
	esac
	pgterm -k 0 "$served"
	rm -f socket screen
}

testTheTerminalHasItsModesAgainInEveryWayOut()
{
	leave_by detach 0
	leave_by end 7
	leave_by TERM 143
	leave_by HUP 129
	leave_by USR1 $((128 + $(kill -l USR1 2>/dev/null | grep -x '[0-9]*' || echo 10)))
	leave_by lost 125
}

testWhatTheCommandDidToTheTerminalIsUndone()
{
	pgspawn -d -t -A socket -o log -- sh -c 'read -r x
		printf "\033[?25l\033[?2004h\033[?1049hdrawn"; sleep 600' >served
	record_group "$(cat served)"
	terminal 'pgattach socket'
	await_text attached
	type '\r'
	await_text drawn
	type '\020\021'
	script_ended
	assertContains "$(cat -v screen)" '^[[?1049l^[[?2004l^[[?25h^[[m'
}

testAClientGoesOnAfterAStop()
{
	serve
	# shellcheck disable=SC2016
	terminal 'stty -g >before
		sh -c '\''echo $$ >pid; exec pgattach socket'\''; echo $? >status'
	await_text '> '
	waitfor 10 are_raw || fail "not raw"
	client=$(cat pid)
	record_pid "$client"
	kill -s STOP "$client"
	waitfor 10 in_state "$client" T
	kill -s CONT "$client"
	type 'one\r'
	await_text 'got one'
	type '\020\021'
	script_ended
	assertEquals "status" 0 "$(cat status)"
	end_service
}

# The service prints more than all buffers hold, and one of two clients is stopped.
testAClientThatIsStoppedStallsNothing()
{
	serve
	pgattach -r socket >seen 2>seen.err &
	client=$!
	record_pid "$client"
	await_text '> ' seen
	kill -s STOP "$client"
	waitfor 10 in_state "$client" T
	echo many | timeout 60 pgattach socket >/dev/null 2>typed.err &
	record_pid $!
	waitfor 60 grep -q '^got many\|> got many' log || fail "it waits"
	kill -s CONT "$client"
	await_text 'bytes of output are left out' seen.err
	await_text 'got many' seen
	end_service
	await_text 'ended with status 7' seen.err
}

# Two clients on two terminals: the second one types until it detaches.
testTheLastTerminalToAttachTypesAndTheOthersAreTold()
{
	serve
	terminal 'pgattach socket'
	await_text '> '
	mkdir second
	(
		cd second || exit
		mkfifo keys
	)
	exec 8<>second/keys
	launch pgspawn -t -g 90x20 sh -c 'pgattach -k "^]" socket' \
		<second/keys >second/screen 2>second/err 7>&- 8>&-
	second=$pid
	await_text 'another terminal types now, this one looks on'
	type 'dropped\r'
	printf 'size\r' >&8
	await_text 'got 20 90'
	await_text 'got 20 90' second/screen
	assertFalse "two have typed" "grep -q dropped log"
	printf '\035' >&8
	waitfor 10 dead "$second" || fail "^] does not detach"
	await_text 'this terminal types again'
	type 'size\r'
	await_text 'got 30 100'
	type '\020\021'
	script_ended
	end_service
}

testATerminalThatLooksOnNeverTypes()
{
	serve
	terminal 'pgattach -r socket'
	await_text '> '
	type 'dropped\r'
	echo typed | timeout 20 pgattach socket >/dev/null 2>&1 &
	record_pid $!
	await_text 'got typed'
	assertFalse "it has typed" "grep -q dropped log"
	type '\020\021'
	script_ended
	end_service
}

testThePageHasAProgramInTheBackground()
{
	page_example pgspawn.1 13 || fail "the page has no example 13"
	terminal 'sh ./script'
	await_text attached
	record_group "$(sed -n 's/.*\([1-9][0-9]*:[0-9]*\).*/\1/p' screen | head -n 1)"
	type 'so\r'
	await_text 'so?'
	type '\004'
	script_ended
}

testTheExamplesOfPgattachsPage()
{
	need timeout || return 0
	page_example pgattach.1 1 || fail "the page has no example 1"
	terminal 'sh ./script'
	await_text attached
	# shellcheck disable=SC2016
	type 'echo it is $((40 + 2))\r'
	await_text 'it is 42'
	page_example pgattach.1 2 || fail "the page has no example 2"
	mkfifo other
	exec 8<>other
	launch pgspawn -t sh ./script <other >other.seen 2>&1 7>&- 8>&-
	await_text 'it is 42' other.seen
	printf '\035' >&8
	waitfor 10 dead "$pid" || fail "^] does not detach"
	type '\020\021'
	script_ended
	page_example pgattach.1 3 || fail "the page has no example 3"
	run sh ./script
	assertEquals "status: $err" 124 "$status"
	assertContains "$out" "$(uname -s)"
	echo exit | timeout 20 pgattach shell >/dev/null 2>&1
	assertEquals 'the shell' 0 $?
	assertFalse "an example has no test" "page_example pgattach.1 4"
}

# After a detach the debugger does not read the end of its input: it waits for the next
# terminal.
testADebuggerWaitsForTheNextTerminal()
{
	need python3 || return 0
	printf 'for i in 1, 2:\n breakpoint()\nprint("over", flush=True)\n' >app.py
	pgspawn -d -t -A socket -o log -- python3 app.py >served
	record_group "$(cat served)"
	for turn in 1 2; do
		waitfor 20 grep -q Pdb log || fail "no prompt: $(cat log)"
		rm -f screen status
		terminal 'pgattach socket; echo $? >status'
		await_text '(Pdb)'
		type "p $turn + 41\r"
		await_text "$((turn + 41))"
		type 'c\r'
		[ $turn -eq 2 ] || type '\020\021'
		script_ended
	done
	assertEquals "status of python3" 0 "$(cat status)"
	assertContains "$(cat log)" over
}

testAConsoleOfNodeIsDrawnAsItIsTyped()
{
	need node || return 0
	pgspawn -d -t -A socket -o log -- node -i >served
	record_group "$(cat served)"
	waitfor 20 grep -q '> ' log || fail "no prompt: $(cat log)"
	terminal 'pgattach socket; echo $? >status'
	await_text '> '
	type '[6, 7].reduce((a, b) => a * b)\r'
	waitfor 20 grep -q '42' screen || fail "$(cat -v screen)"
	type '.exit\r'
	script_ended
	assertEquals "status of node" 0 "$(cat status)"
}

# --- keys --------------------------------------------------------------------

# With -k xy: x alone is passed on after a moment, and so is an x that another key follows.
testKeysThatBeginTheSequenceReachTheCommand()
{
	pgspawn -d -t -A socket -o log -- sh -c 'stty raw -echo
		echo ready; dd bs=1 count=4 2>/dev/null | od -An -c; sleep 600' >served
	record_group "$(cat served)"
	await_text ready log
	terminal 'pgattach -k xy socket'
	await_text ready
	type 'x'
	type 'axx'
	await_text 'x   a   x   x' log
	type 'xy'
	script_ended
}

testInvalidDetachKeysAreRefused()
{
	for keys in '^' 'a^' '^é' 123456789; do
		run pgattach -k "$keys" socket
		assertRan 125 "" "pgattach: -k $keys: not keys such as ^P^Q, 8 at most"
	done
}

# --- the socket --------------------------------------------------------------

testALongPathIsNoFailure()
{
	long=$PWD
	part=$(printf '%0100d' 0)
	for n in 1 2 3; do long=$long/$part; done
	mkdir -p "$long"
	served=$(pgspawn -d -t -A "$long/$part$part" -o log -- sh -c "$asker") ||
		fail "status $?"
	record_group "$served"
	assertLike "mode" "srw------- *" "$(ls -l "$long/$part$part")"
	run sh -c "echo over | pgattach -n it '$long/$part$part'"
	assertEquals "$err" 7 "$status"
	assertContains "$err" 'pgattach: it: ended with status 7'
	assertEquals "left" "" "$(ls -A "$long")"
}

testAFileAtThePathIsRefusedUnlessItIsASocketWithoutAProcess()
{
	: >file
	run pgspawn -t -A file true
	assertRan 125 "" "pgspawn: -A file: exists and is no socket"
	serve
	run pgspawn -t -A socket true
	assertRan 125 "" "pgspawn: -A socket: another process listens there"
	run pgspawn -d -t -A socket true
	assertRan 125 "" "pgspawn: -A socket: another process listens there"
	kill -s KILL "$(pgspawn_of "${served%%:*}")"
	waitfor 10 refuses_connections || fail "pgspawn lives"
	assertTrue "the socket is gone" "[ -S socket ]"
	pgterm -k 0 "$served"
	serve
	end_service
}

refuses_connections()
{
	timeout 1 pgattach socket 2>&1 </dev/null | grep -q 'its pgspawn has ended'
}

testADirectoryOfOthersIsRefused()
{
	mkdir open sticky
	chmod 777 open
	chmod 1777 sticky
	run pgspawn -t -A open/s true
	assertRan 125 "" "pgspawn: -A open/s: others could replace it: its $(
		)directory is not yours, or others can write to it"
	run pgspawn -t -A sticky/s true
	assertRan 0 "" ""
	run pgspawn -t -A nonesuch/s true
	assertRan 125 "" "pgspawn: -A nonesuch/s: No such file or directory"
	run pgspawn -t -A open/ true
	assertRan 125 "" "pgspawn: -A open/: Is a directory"
	assertEquals "left" "" "$(ls -A open)$(ls -A sticky)"
}

testWrongUsageIsRefused()
{
	run pgspawn -A socket true
	assertRan 125 "" "pgspawn: -A: only with -t"
	run pgattach
	assertEquals "status" 125 "$status"
	assertContains "$err" 'no socket'
	run pgattach a b
	assertEquals "status" 125 "$status"
	run pgattach nonesuch
	assertRan 125 "" "pgattach: nonesuch: No such file or directory"
}

# A terminal that attaches later does not get the control sequences of the old output that
# clear the screen or make the terminal answer.
testALaterTerminalGetsTheLastLinesAsTextAlone()
{
	pgspawn -d -t -A socket -o log -- sh -c 'printf "old\033[6n\033[2J"
		printf "\033]0;title\a\033[1mbold\033[m\n"; sleep 600' >served
	record_group "$(cat served)"
	await_text bold log
	run timeout 1 pgattach -r socket
	assertEquals "old^[[1mbold^[[m^M" "$(cat -v "$work/out")"
}

. "$SHUNIT2"
