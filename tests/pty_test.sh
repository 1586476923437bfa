#!/bin/sh
# pty_test.sh: a command on a PTY of its own
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

# shellcheck source=tests/terminal_lib.sh
. "$src/tests/terminal_lib.sh"

tearDown()
{
	exec 7>&- 8>&-
	test_end
}

# --- the command's terminal --------------------------------------------------

testTheCommandHasATerminalOnAllThree()
{
	run pgspawn -t sh -c 'tty; readlink /proc/self/fd/1 /proc/self/fd/2'
	set -- "${out%%"$cr"*}"
	assertLike "terminal" "/dev/*" "$1"
	assertRan 0 "$1$cr$nl$1$cr$nl$1$cr" ""
}

testTheCommandIsInTheForegroundOfItsControllingTerminal()
{
	# shellcheck disable=SC2016
	run pgspawn -t sh -c 'echo over /dev/tty >/dev/tty
		set -- $$ $(sed "s/.*) //" /proc/$$/stat)
		[ "$1 $1" = "$4 $7" ] && [ "$5" != "$1" ] && [ "$6" != 0 ]'
	assertRan 0 "over /dev/tty$cr" ""
}

testNoOtherDescriptorIsPassedOn()
{
	run pgspawn -t ls /proc/self/fd
	assertEquals "0 1 2 3" \
	    "$(echo "$out" | tr -s '\r\n\t' ' ' | sed 's/ *$//')"
}

testTheStatusIsTheCommands()
{
	for code in 0 1 77 255; do
		run pgspawn -t sh -c "exit $code"
		assertRan "$code" "" ""
	done
	# shellcheck disable=SC2016
	run pgspawn -t sh -c 'kill -s KILL $$'
	assertRan 137 "" ""
}

testAFailedExecIsReportedWithItsReason()
{
	run pgspawn -t nonesuch
	assertRan 127 "" "pgspawn: nonesuch: not found in PATH"
	run pgspawn -t -L 'x ' -C nonesuch true
	assertRan 125 "" "pgspawn: nonesuch: No such file or directory"
}

# --- size --------------------------------------------------------------------

# size_is "ROWS COLS" COMMAND...: stty, run by this command, prints this size.
size_is()
{
	size=$1
	shift
	run "$@" stty size
	assertRan 0 "$size$cr" ""
}

testTheSizeIsAsGiven()
{
	size_is "50 132" pgspawn -t -g 132x50
	size_is "1 65535" env COLUMNS=70 LINES=20 pgspawn -t -g 65535x1
}

testABadSizeIsRefused()
{
	for size in "" x 80 80x x24 0x24 80x0 0x0 80X24 80x24x1 65536x24 \
	    80x65536 -1x24 80x+1 " 80x24" "80x24 " 1e2x5 0x10x5; do
		run pgspawn -t -g "$size" touch started
		assertRan 125 "" "pgspawn: $size: not a size COLSxROWS"
	done
	run pgspawn -g 80x24 touch started
	assertRan 125 "" "pgspawn: -g: only with -t"
	assertFalse "it was started" "[ -e started ]"
}

testWithoutATerminalTheSizeComesFromTheEnvironment()
{
	size_is "33 111" env COLUMNS=111 LINES=33 pgspawn -t
	size_is "24 111" env -u LINES COLUMNS=111 pgspawn -t
	size_is "33 80" env -u COLUMNS LINES=33 pgspawn -t
}

testTheSizeIsNeverZero()
{
	size_is "24 80" env -u LINES -u COLUMNS pgspawn -t
	for bad in 0 "" x -5 99999 65536; do
		size_is "24 80" env "LINES=$bad" "COLUMNS=$bad" pgspawn -t
	done
	terminal 'stty rows 0 cols 0
		env -u LINES -u COLUMNS pgspawn -t stty size >none
		COLUMNS=90 LINES=9 pgspawn -t stty size >told'
	script_ended
	assertEquals "24 80$cr" "$(cat none)"
	assertEquals "9 90$cr" "$(cat told)"
}

testTheSizeIsThatOfTheCallersTerminal()
{
	terminal 'export LINES=1 COLUMNS=1
		pgspawn -t stty size </dev/null >out1 2>/dev/null
		pgspawn -t stty size >out2 2>/dev/null
		pgspawn -t sh -c "stty size >out3" </dev/null 2>/dev/null
		pgspawn -t stty size </dev/null >out4
		pgspawn -t -g 7x8 stty size >out5
		pgspawn -d -t -o out6 stty size >handle'
	script_ended
	assertEquals "no terminal at all" "1 1" "$(lines out1)"
	assertEquals "terminal on 0" "30 100" "$(lines out2)"
	assertEquals "terminal on 1" "30 100" "$(lines out3)"
	assertEquals "terminal on 2" "30 100" "$(lines out4)"
	assertEquals "a given size" "8 7" "$(lines out5)"
	waitfor 5 test -s out6
	assertEquals "detached" "30 100" "$(lines out6)"
}

# resize SETTING...: sets the size of the caller's terminal. The sigreport inside, whose
# file is signals, gets WINCH, and then HUP, which ends it.
resize()
{
	stty "$@" <"$(cat tty)"
	waitfor 5 says signals WINCH || fail "no WINCH"
	kill -s HUP "$(pids ready signals)"
	script_ended
}

testTheSizeFollowsTheCallersTerminal()
{
	# shellcheck disable=SC2016
	terminal 'pgspawn -t sh -c "sigreport -x HUP >signals
		stty size >size"'
	await signals
	resize rows 41
	assertEquals "size" "41 100" "$(cat size)"
	assertEquals "signals" "WINCH${nl}HUP" "$(sed 1d signals)"
}

testTheForegroundGroupOfTheInnerTerminalGetsTheWinch()
{
	terminal 'pgspawn -t sh -mc "sigreport -x HUP >signals; :"'
	await signals
	inner=$(pids ready signals)
	assertEquals "a group of its own" "$inner" "$(group_of "$inner")"
	resize cols 99
}

testAGivenSizeStays()
{
	terminal 'pgspawn -t -g 50x20 sh -c "sigreport -x HUP >signals
		stty size >size"'
	await signals
	resize rows 41
	assertEquals "20 50" "$(cat size)"
}

# --- modes of the caller's terminal ------------------------------------------

testTheModesBeginAsThoseOfTheCallersTerminal()
{
	terminal 'stty sane erase ^X kill ^Y -ixon intr ^G tab3
		stty -g >outer
		pgspawn -t stty -g >inner
		pgspawn -t stty -a </dev/null >silent'
	script_ended
	assertEquals "$(cat outer)" "$(lines inner)"
	assertLike "modes" "*erase = ^X; kill = ^Y;* -echo *" "$(cat silent)"
}

testWithoutATerminalTheModesAreTheSystemsAndNothingIsEchoed()
{
	run pgspawn -t stty -a
	assertLike "modes" "* icanon *" "$out"
	assertLike "modes" "* -echo *" "$out"
	assertEquals "status" 0 "$status"
}

# Each row has the status, the signal or "key", the target of the signal or the key, and the
# command.
testTheCallersTerminalIsRawMeanwhileAndRestoredAfterwards()
{
	# shellcheck disable=SC2016
	while read -r expected signal target command; do
		rm -f status handle
		terminal 'stty sane erase ^X; stty -g >before
			sh -c '\''echo $$ >pid; exec "$@"'\'' sh \
				pgspawn -t -p 3 -k 1 '"$command"' 3>handle
			echo $? >status; stty -g >after'
		waitfor 5 test -s handle || fail "$command: it was not started"
		waitfor 5 are_raw || fail "$command: the terminal is not raw"
		case $signal in
		key)	type "$target" ;;
		*)	kill -s "$signal" "$(sed 's/:.*//' "$target")" ;;
		esac
		script_ended
		assertEquals "$signal: status" "$expected" "$(cat status)"
		assertEquals "$signal: modes" "$(cat before)" "$(cat after)"
	done <<-'END'
		0 key x\n head -n 1
		0 key x\004\004 cat
		130 key \003 cat
		131 key \034 sleep 60
		143 TERM pid sleep 60
		129 HUP pid sleep 60
		130 INT pid sleep 60
		137 TERM pid stubborn -i TERM
		139 SEGV handle sleep 60
		137 KILL handle sleep 60
	END
}

testAFailedExecLeavesTheTerminalAsItWas()
{
	terminal 'stty sane erase ^X; stty -g >before
		pgspawn -t nonesuch 2>said; echo $? >status; stty -g >after'
	script_ended
	assertEquals 127 "$(cat status)"
	assertEquals "$(cat before)" "$(cat after)"
}

testTheTerminalIsGivenBackAroundStopAndContinue()
{
	# shellcheck disable=SC2016
	mkfifo go
	exec 8<>go
	terminal 'set -m; stty sane erase ^X; stty -g >before
		sh -c '\''echo $$ >pid; exec pgspawn -t cat'\''
		read go <go; fg; read go <go; fg
		stty -g >after'
	waitfor 5 test -s pid
	pid=$(cat pid)
	waitfor 5 are_raw || fail "the terminal is not raw"
	type 'one\n'
	waitfor 5 grep -q one screen
	for round in 1 2; do
		kill -s TSTP "$pid"
		waitfor 5 in_state "$pid" T || fail "it does not stop"
		assertEquals "modes while stopped" "$(cat before)" "$(modes)"
		stty erase ^Y <"$(cat tty)"
		modes >before
		echo >&8
		waitfor 5 are_raw || fail "not raw again, round $round"
		type "round $round\\n"
		waitfor 5 grep -q "round $round" screen || fail "it is deaf"
	done
	type '\004'
	script_ended
	assertEquals "the modes that were set meanwhile" "$(cat before)" \
	    "$(cat after)"
}

testTheGroupStopsAndContinuesWithPgspawn()
{
	spawn_group -t sh -c 'exec sigreport >signals'
	await signals
	command=$(pids ready signals)
	kill -s TSTP "$pid"
	waitfor 5 in_state "$pid" T || fail "pgspawn does not stop"
	waitfor 5 in_state "$command" T || fail "the command does not stop"
	kill -s CONT "$pid"
	waitfor 5 says signals CONT || fail "the command does not continue"
	kill -s KILL "$command"
	finish 137
}

# typed_first KEYS: type the keys before pgspawn takes the terminal over. cat reads them, and
# ends with the end of input among them.
typed_first()
{
	rm -f go got on
	# shellcheck disable=SC2016
	terminal 'stty echo; : >on; until [ -e go ]; do sleep 0.02; done
		pgspawn -t sh -c "cat >got; echo \$? >status"'
	waitfor 5 test -e on
	type "$1"
	# Once the terminal echoes a later key, it has all of the keys.
	type '~\177'
	waitfor 5 grep -q '~' screen || fail 'no echo'
	: >go
	waitfor 10 dead "$terminal" || fail "no end of input: $1"
	assertEquals 0 "$(cat status)"
	script_ended
}

testAnEndOfInputTypedBeforeTheStartIsNotLost()
{
	for round in 1 2 3; do
		typed_first '\004'
		assertEquals "round $round" '' "$(cat got)"
	done
	typed_first 'one\ntwo\n\004'
	assertEquals "one${nl}two" "$(cat got)"
	typed_first 'one\ntwo\004\004'
	assertEquals "one${nl}two" "$(cat got)"
}

testALineTypedPartlyBeforeTheStartIsReadWhole()
{
	# shellcheck disable=SC2016
	terminal 'stty echo; : >on; until [ -e go ]; do sleep 0.02; done
		pgspawn -t sh -c "echo \$\$ >pid; head -n 2 >got"'
	waitfor 5 test -e on
	type 'one\ntw'
	waitfor 5 grep -q tw screen || fail 'no echo'
	: >go
	waitfor 5 are_raw || fail 'not raw'
	type 'o\n'
	waitfor 10 dead "$terminal" || fail 'it was not read'
	assertEquals "one${nl}two" "$(cat got)"
	script_ended
}

testTheKeysGoToTheCommandAndNotToTheCaller()
{
	terminal 'trap "echo INT >trapped" INT QUIT
		pgspawn -t sh -c "exec sigreport -x HUP >signals"
		pgspawn -t sh -c ": >second; head -n 2 >got; : >over; cat"'
	await signals
	waitfor 5 are_raw
	type '\003\034\032'
	for signal in INT QUIT TSTP; do
		waitfor 5 says signals "$signal" || fail "no $signal"
	done
	kill -s HUP "$(pids ready signals)"
	waitfor 5 test -e second
	waitfor 5 are_raw
	type 'a b\nc\177d\n'
	waitfor 5 test -e over
	type '\004'
	script_ended
	assertEquals "a b${nl}d" "$(cat got)"
	assertFalse "the caller was interrupted" "[ -e trapped ]"
}

testTheTerminalIsGivenBackWhileOutputWaitsForItsReader()
{
	mkfifo pipe
	exec 8<>pipe
	dd if=/dev/zero bs=4096 count=999 oflag=nonblock >&8 2>/dev/null
	# shellcheck disable=SC2016
	terminal 'trap : INT; stty -g >before
		sh -c '\''echo $$ >pid; exec "$@"'\'' sh pgspawn -t -p 3 \
			sh -c "head -c 5000 /dev/zero; : >written" 3>handle >pipe
		stty -g >after'
	waitfor 5 test -e written || fail "it cannot write"
	waitfor 5 are_modes "$(cat before)" || fail "still raw"
	assertTrue "pgspawn does not wait" "alive $(cat pid)"
	type '\003'
	script_ended
	assertEquals "$(cat before)" "$(cat after)"
}

# --- input -------------------------------------------------------------------

testInputArrivesFromAFile()
{
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "line " i }' >lines
	pgspawn -t cat <lines >got
	assertEquals "status" 0 $?
	lines got | cmp - lines || fail "it is not the same"
}

testInputArrivesFromAPipe()
{
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "line " i }' >lines
	# shellcheck disable=SC2002
	cat lines | pgspawn -t cat >got
	lines got | cmp - lines || fail "it is not the same"
}

# cat_ends OUTPUT: cat on a terminal prints this for the standard input of this function, and
# ends with the end of that.
cat_ends()
{
	spawn -t cat
	finish 0
	assertEquals "$1" "$(cat out)"
}

testTheEndOfInputReachesTheCommand()
{
	cat_ends "" </dev/null
	run pgspawn -t cat <&-
	assertRan 0 "" ""
	: >empty
	cat_ends "" <empty
}

testAPartialLastLineArrives()
{
	printf 'abc' >partial
	cat_ends abc <partial
	printf 'one\ntwo' >partial
	cat_ends "one$cr${nl}two" <partial
}

testTheEndOfInputIsTheCharacterThatTheCommandHasChosen()
{
	mkfifo in
	exec 7<>in
	launch pgspawn -t sh -c 'stty eof ^A; : >set; cat' <in >out 2>err 7>&-
	waitfor 5 test -e set
	printf 'a\n\004b\n' >&7
	waitfor 5 grep -q b out || fail "^D was not passed on"
	exec 7>&-
	finish 0
	assertEquals "a$cr$nl$(printf '\004')b$cr" "$(cat out)"
}

# If the command turns off canonical mode after pgspawn has typed VEOF, it reads a NUL.
testAnEndOfInputBeforeALineEditorIsRepeated()
{
	# shellcheck disable=SC2016
	spawn -t sh -c 'until [ -e idle ]; do sleep 0.02; done
		stty -icanon min 1; echo up
		until [ "$key" = 004 ]; do
			key=$(dd bs=1 count=1 2>/dev/null | od -An -to1 |
			    tr -d " ")
			echo "$key"
		done' </dev/null
	waitfor 5 in_state "$pid" S
	: >idle
	finish 0
	assertLike "output" "up${cr}*004$cr" "$(cat out)"
}

testACommandThatReadsBytesGetsNoEndCharacter()
{
	mkfifo in
	exec 7<>in
	launch pgspawn -t sh -c 'stty raw -echo; : >set; head -c 1; : >over
		stty time 2 min 0; cat' <in >out 2>err 7>&-
	waitfor 5 test -e set
	printf x >&7
	exec 7>&-
	finish 0
	assertEquals x "$(cat out)"
}

testInputIsCleanForEightBits()
{
	head -c 300000 /dev/urandom >bytes
	mkfifo in
	exec 7<>in
	launch pgspawn -t sh -c 'stty raw -echo; : >set; head -c 300000' \
		<in >out 2>err 7>&-
	waitfor 5 test -e set
	cat bytes >&7
	exec 7>&-
	finish 0
	cmp bytes out || fail "it is not the same"
}

testALineThatIsTooLongStopsNothing()
{
	head -c 100000 /dev/zero | tr '\0' x >long
	printf '\nend\n' >>long
	run pgspawn -t grep -c end <long
	assertRan 0 "1$cr" ""
}

# stuck PID: the process has read nothing since the last call.
stuck()
{
	stuck_now=$(sed -n 's/^rchar: //p' "/proc/$1/io")
	[ "${stuck_now:-x}" = "${stuck_then:-}" ] && return
	stuck_then=$stuck_now
	return 1
}

# take BYTES FILE: read so many bytes from descriptor 8 into FILE.
take()
{
	take_pid=$pid
	launch head -c "$1" <&8 >"$2"
	waitfor 10 dead "$pid" || fail "not even $1 bytes came"
	pid=$take_pid
}

testBothDirectionsFullIsNoDeadlock()
{
	head -c 1000000 /dev/urandom >bytes
	mkfifo in pipe
	exec 7<>in 8<>pipe
	launch pgspawn -t sh -c 'stty raw -echo; : >set
		head -c 1000000' <in >pipe 2>err 7>&- 8>&-
	waitfor 5 test -e set
	cat bytes >&7 &
	record_pid $!
	exec 7>&-
	waitfor 5 stuck "$pid" || fail "it is never full"
	take 1000000 out
	finish 0
	exec 8>&-
	cmp bytes out || fail "it is not the same"
}

# --- output ------------------------------------------------------------------

testAMillionBytesArrive()
{
	pgspawn -t sh -c 'head -c 1000000 /dev/zero | tr "\0" x' </dev/null >got
	assertEquals "status" 0 $?
	assertEquals 1000000 "$(tr -d -c x <got | wc -c | tr -d ' ')"
	assertEquals 1000000 "$(wc -c <got | tr -d ' ')"
}

testOutputIsCleanForEightBits()
{
	head -c 1000000 /dev/urandom >bytes
	pgspawn -t sh -c 'stty raw; cat bytes' </dev/null >got
	cmp bytes got || fail "it is not the same"
}

testAShortOutputIsNeverLost()
{
	for n in $(seq 200); do
		pgspawn -t echo "$n"
	done </dev/null >got
	seq 200 | cmp - got >/dev/null && fail "there is no terminal"
	seq 200 >expected
	lines got | cmp - expected || fail "it is not the same"
}

testAShortOutputIsNeverLostWithASlowReader()
{
	for n in $(seq 20); do
		rm -f written
		# shellcheck disable=SC2016
		pgspawn -t sh -c 'echo "$1"; : >written' sh "$n" | {
			waitfor 5 test -e written
			cat
		}
	done </dev/null >got
	seq 20 >expected
	lines got | cmp - expected || fail "it is not the same"
}

# At the end of the command the pipe, pgspawn and the terminal hold output.
testOutputThatWaitsForASlowReaderIsNotLost()
{
	# shellcheck disable=SC2094
	for size in 66000 70000 74000 78000; do
		pgspawn -t -p 3 sh -c "head -c $size /dev/zero | tr '\\0' x" \
			</dev/null 3>handle | {
			waitfor 5 test -s handle
			waitfor 1 dead "$(sed 's/:.*//' handle)"
			wc -c
		} >got
		assertEquals "$size" "$(tr -d ' ' <got)"
	done
}

testASlowReaderMakesTheCommandWaitAndMemoryStaysFlat()
{
	grep -q '__[a-z]*san_' "$bin/pgspawn" && {
		skip "a sanitizer is linked in"
		return 0
	}
	mkfifo pipe
	exec 8<>pipe
	launch pgspawn -t -p 4 yes 8>&- </dev/null >pipe 2>err 4>handle
	waitfor 5 test -s handle
	command=$(sed 's/:.*//' handle)
	waitfor 5 stuck "$pid" || fail "it writes on"
	waitfor 5 in_state "$command" S || fail "the command does not wait"
	take 1000000 /dev/null
	waitfor 5 stuck "$pid" || fail "it writes on"
	kb=$(sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\).*/\1/p' \
	    "/proc/$pid/status")
	assertTrue "it uses $kb KB" "[ '${kb:-9999}' -lt 1000 ]"
	exec 8>&-
	finish 141
}

testAnEscapeeThatHoldsTheTerminalDoesNotDelayTheEnd()
{
	from=$(now)
	# shellcheck disable=SC2016
	run pgspawn -t sh -c 'setsid sh -c "echo said; echo \$\$ >escapee
			exec sleep 20" &
		until [ -s escapee ]; do sleep 0.02; done' </dev/null
	assertRan 0 "said$cr" ""
	assertTook "$from" 0 1500
	record_pid "$(cat escapee)"
	assertTrue "the escapee is dead" "alive $(cat escapee)"
}

testAnEscapeeThatFloodsTheTerminalDoesNotDelayTheEnd()
{
	from=$(now)
	# shellcheck disable=SC2016
	pgspawn -t sh -c 'setsid sh -c "echo \$\$ >escapee; exec yes" &
		until [ -s escapee ]; do sleep 0.02; done' \
		</dev/null >/dev/null
	assertEquals 0 $?
	record_pid "$(cat escapee)"
	assertTook "$from" 0 1500
}

testStandardOutputAndErrorAreOneStream()
{
	run pgspawn -t sh -c 'echo out; echo err >&2; echo out'
	assertRan 0 "out$cr${nl}err$cr${nl}out$cr" ""
}

# --- hangup ------------------------------------------------------------------

testAReaderThatWentAwayEndsTheGroupAsTermDoes()
{
	mkfifo pipe
	for sig in TERM INT; do
		exec 7<>pipe
		: >signals
		launch pgspawn -t -s $sig -k 0.3 sh -c 'echo up
			exec sigreport >signals' </dev/null 2>err >pipe 7>&-
		head -n 1 <&7 >/dev/null
		await signals
		from=$(now)
		exec 7>&-
		finish 141
		assertTook "$from" 25 490
		assertEquals "signals" "$sig${nl}CONT" "$(sed 1d signals)"
	done
}

testAMissingReaderContinuesWhatIsStopped()
{
	mkfifo pipe
	exec 7<>pipe
	launch pgspawn -t sh -c 'echo up; exec stubborn -S >zoo' \
		</dev/null 2>err >pipe 7>&-
	await zoo
	waitfor 5 in_state "$(pids leader zoo)" T
	exec 7>&-
	finish 141
}

testAMissingReaderDoesNotTearTheCopy()
{
	mkfifo pipe
	exec 7<>pipe
	launch pgspawn -t -k 5 -o copy sh -c 'trap "echo bye; exit 3" TERM
		echo up; while :; do :; done' </dev/null 2>err >pipe 7>&-
	head -n 1 <&7 >/dev/null
	exec 7>&-
	finish 141
	assertEquals "up$cr${nl}bye$cr" "$(cat copy)"
}

testTheEndOfTheCallersTerminalEndsTheGroupAsTermDoes()
{
	terminal 'pgspawn -t -k 0.3 sh -c "exec sigreport >signals"'
	await signals
	waitfor 5 are_raw
	kill -s KILL "$terminal"
	waitfor 5 dead "$(pids ready signals)" || fail "it lives"
	assertEquals "signals" "TERM${nl}CONT" "$(sed 1d signals)"
	waitfor 5 dead "$terminal"
}

testKillingPgspawnHangsUpTheCommand()
{
	spawn -t sh -c 'exec sigreport >signals'
	await signals
	kill -s KILL "$pid"
	waitfor 5 says signals HUP || fail "no HUP"
	kill -s KILL "$(pids ready signals)"
}

# --- a terminal that is not given back ------------------------------------------

# raw_by OPTION...: run pgspawn -t with these options on the terminal, which is then raw. The
# PID of pgspawn is in $spawned, the modes before it are in the file was.
raw_by()
{
	: >signals
	terminal "stty -g >was; pgspawn -t $* sh -c \"exec sigreport >signals\"
		: >after; until [ -e go ]; do sleep 0.02; done"
	await signals
	waitfor 5 are_raw || fail "it is not raw"
	spawned=$(pgspawn_of "$(pids ready signals)")
}

testAKilledPgspawnLeavesTheTerminalAsItWas()
{
	for how in '' "-K $$" '-a -L x'; do
		rm -f after go
		raw_by "$how"
		kill -s KILL "$spawned"
		waitfor 5 test -e after
		waitfor 5 are_modes "$(cat was)" || fail "$how: it is raw"
		: >go
		waitfor 10 dead "$terminal"
		# The command catches HUP and TERM.
		kill -s KILL "$(pids ready signals)"
		waitfor 10 dead "$(pids ready signals)"
	done
}

# Another program has changed the modes since.
testAKilledPgspawnLeavesOtherModesAlone()
{
	raw_by
	stty -echo icanon <"$(cat tty)"
	now=$(modes)
	monitor=$(session_of "$(pids ready signals)")
	kill -s KILL "$spawned"
	waitfor 5 test -e after
	waitfor 5 dead "$monitor" || fail "the monitor stays"
	assertEquals "modes" "$now" "$(modes)"
	: >go
	waitfor 10 dead "$terminal"
}

# --- with other options ------------------------------------------------------

testAFileGetsACopy()
{
	echo before >log
	run pgspawn -t -o log sh -c 'echo one; echo two >&2'
	assertRan 0 "one$cr${nl}two$cr" ""
	assertEquals "before${nl}one$cr${nl}two$cr" "$(cat log)"
}

testLinesGetALabel()
{
	run pgspawn -t -L 'x | ' -o log sh -c 'test -t 1 && echo one
		printf two >&2'
	assertRan 0 "x | one$cr${nl}x | two" ""
	assertEquals "one$cr${nl}two" "$(cat log)"
}

# A prompt is shown while the command waits for input, and its line does not delay the lines
# of other commands.
testAPromptIsShownAndBlocksNothing()
{
	mkfifo answer
	exec 7<>answer
	# shellcheck disable=SC2016
	launch pgspawn -t -L 'x | ' sh -c 'printf "one\nName? "; read -r name
		echo "I am $name"' <answer >>seen 7>&-
	waitfor 5 grep -q 'x | Name? $' seen || fail "it is not shown"
	pgspawn -L 'y | ' echo two >>seen
	assertEquals "x | one$cr${nl}x | Name? y | two" "$(cat seen)"
	echo me >&7
	waitfor 5 dead "$pid" || fail "it does not end"
	exec 7>&-
	assertEquals "x | one$cr${nl}x | Name? y | two${nl}I am me$cr" \
		"$(cat seen)"
}

testDetachedItsOutputGoesToTheFile()
{
	handle=$(pgspawn -d -t -g 90x9 -o log sh -c 'stty size; tty
		exec sigreport')
	record_group "$handle"
	await log
	assertLike "output" "9 90$cr$nl/dev/*$cr${nl}ready ${handle%%:*}$cr" \
	    "$(cat log)"
	kill -s KILL "${handle%%:*}"
}

testDetachedNothingButTheRelayStaysAndItEndsWithTheGroup()
{
	handle=$(pgspawn -d -t sigreport)
	record_group "$handle"
	relay=$(pgspawn_of "${handle%%:*}")
	assertEquals "a session of its own" "$relay" "$(session_of "$relay")"
	kill -s KILL "${handle%%:*}"
	waitfor 5 dead "$relay" || fail "the relay lives"
}

testDetachedLinesGetALabelToo()
{
	handle=$(pgspawn -d -t -L 'x | ' -o log sh -c 'echo one; echo two >&2')
	record_group "$handle"
	waitfor 5 grep -q two log
	assertEquals "x | one$cr${nl}x | two$cr" "$(cat log)"
}

testDetachedTheInputIsAtItsEnd()
{
	pgspawn -d -t -o log sh -c 'cat; echo ended' >handle
	waitfor 5 says log "ended$cr" || fail "cat does not end"
}

testDetachedKillingTheRelayHangsUpTheCommand()
{
	handle=$(pgspawn -d -t sh -c 'exec sigreport >signals')
	record_group "$handle"
	await signals
	kill -s KILL "$(pgspawn_of "${handle%%:*}")"
	waitfor 5 says signals HUP || fail "no HUP"
}

testInPlaceThereIsNoTerminal()
{
	run pgspawn -x -t touch started
	assertLike "standard error" "pgspawn: -x: not with *" "$err"
	assertEquals 125 "$status"
	assertFalse "it was started" "[ -e started ]"
}

testAGuardedGroupHasATerminalToo()
{
	run pgspawn -t -a -K $$ sh -c 'test -t 0 && test -t 1 && echo yes'
	assertRan 0 "yes$cr" ""
}

# --- interactive programs ----------------------------------------------------

# tm COMMAND...: run a command of a tmux of this test.
tm()
{
	env -u TMUX tmux -S "$dir/tmux" -f /dev/null "$@"
}

# tmux_with COMMAND: start it in a tmux window of 90x20, without a status line.
tmux_with()
{
	need tmux || return
	TERM=screen tm new-session -d -x 90 -y 20 "$1" \; set status off ||
		fail "tmux does not start"
	record_pid "$(tm display-message -p '#{pid}')"
	tm resize-window -x 90 -y 20
	tm display-message -p '#{pane_tty}' >"$dir/tty"
}

# shows PATTERN: the screen has a line that matches.
shows()
{
	tm capture-pane -p | grep -q -e "$1"
}

# sees PATTERN: wait until the screen has a line that matches.
sees()
{
	waitfor 5 shows "$1" || fail "no $1 on the screen: $(tm capture-pane -p)"
}

# keys KEY...: type keys, by their names in tmux.
keys()
{
	tm send-keys "$@"
}

testAnInteractiveShellWorks()
{
	need bash || return 0
	tmux_with "pgspawn -t env PS1='in> ' bash --norc --noprofile
		echo status \$?; stty -a; exec cat" || return 0
	sees '^in>$'
	# shellcheck disable=SC2016
	keys 'echo $((6*7)); stty size' Enter
	sees '^42$'
	sees '^20 90$'
	keys 'cat' Enter 'word' Enter
	sees '^word$'
	keys C-z
	sees Stopped
	keys 'fg' Enter
	sees '^cat$'
	keys 'again' Enter
	sees '^again$'
	keys C-c
	sees '^^C'
	tm resize-window -x 70 -y 15
	keys 'clear; stty size' Enter
	sees '^15 70$'
	keys 'exit 7' Enter
	sees '^status 7$'
	sees ' icanon '
}

testJobControlOfAShellWorksWithPgspawn()
{
	need bash || return 0
	tmux_with "env PS1='out> ' bash --norc --noprofile" || return 0
	sees '^out>$'
	keys 'pgspawn -t -p 3 cat 3>handle' Enter
	waitfor 5 test -s handle
	pgspawn=$(pgspawn_of "$(sed 's/:.*//' handle)")
	waitfor 5 are_raw
	keys 'one' Enter
	sees '^one$'
	kill -s TSTP "$pgspawn"
	sees Stopped
	keys 'echo back' Enter
	sees '^back$'
	keys 'fg' Enter
	waitfor 5 are_raw
	keys 'two' Enter
	sees '^two$'
	keys C-c
	sees '^^Cout>$'
	assertEquals "one terminal echoes, one cat prints" \
	    "one${nl}one${nl}two${nl}two" \
	    "$(tm capture-pane -p | grep -x -e one -e two)"
}

# stops_with_its_command COMMAND: the job of the shell stops when its command stops itself,
# and goes on with fg; the command then prints "on".
stops_with_its_command()
{
	keys "clear; $1" Enter
	sees Stopped
	keys 'clear; stty -a' Enter
	sees ' icanon '
	keys 'clear; fg' Enter
	sees '^on$'
	keys 'clear; echo over' Enter
	sees '^over$'
}

testACommandThatIsStoppedFromWithinStopsTheJob()
{
	need bash || return 0
	tmux_with "env PS1='out> ' bash --norc --noprofile" || return 0
	sees '^out>$'
	# shellcheck disable=SC2016
	echo 'kill -s STOP $$; echo on' >halt
	stops_with_its_command 'pgspawn -t sh halt'
	stops_with_its_command 'pgspawn sh halt'
	stops_with_its_command "sh -c 'pgspawn -t sh halt; true'"
}

testInAnOrphanedGroupAStoppedCommandContinues()
{
	# shellcheck disable=SC2016
	echo 'kill -s STOP $$; echo on' >halt
	terminal 'pgspawn -t sh halt'
	script_ended
	assertEquals "on" "$(lines screen)"
}

testInTheBackgroundAStoppedCommandIsLeftAlone()
{
	for how in '' -t; do
		: >out
		# shellcheck disable=SC2086
		spawn_group $how sh -c 'exec sigreport -x USR1' </dev/null
		await
		command=$(pids ready out)
		kill -s STOP "$command"
		waitfor 5 in_state "$command" T
		kill -s USR1 "$pid"
		kill -s CONT "$command"
		finish 0
	done
}

testJobControlWorksWithoutATerminal()
{
	need bash || return 0
	need_table || return 0
	tmux_with "env PS1='out> ' bash --norc --noprofile" || return 0
	sees '^out>$'
	keys 'pgspawn -p 3 sleep 60 3>handle' Enter
	waitfor 5 test -s handle
	leader=$(sed 's/:.*//' handle)
	record_group "$leader"
	keys C-z
	sees Stopped
	waitfor 5 in_state "$leader" T || fail "it goes on"
	keys 'clear; bg' Enter
	waitfor 5 in_state "$leader" S || fail "it is not continued by bg"
	keys 'fg' Enter
	sees '^pgspawn.*sleep 60'
	keys C-z
	sees Stopped
	waitfor 5 in_state "$leader" T || fail "it goes on"
	keys 'clear; fg' Enter
	waitfor 5 in_state "$leader" S || fail "it is not continued by fg"
	keys C-z
	sees Stopped
	keys 'kill %1' Enter
	waitfor 5 dead "$leader" || fail "it lives"
	keys Enter
	sees 'Exit 143'
	keys 'clear; pgspawn -p 3 sleep 60 3>next; echo status $?' Enter
	waitfor 5 test -s next
	record_group "$(cat next)"
	keys C-c
	sees 'status 130$'
}

testInTheBackgroundItLeavesTheTerminalAlone()
{
	need bash || return 0
	tmux_with "env PS1='out> ' bash --norc --noprofile" || return 0
	sees '^out>$'
	keys 'pgspawn -t -p 3 cat 3>handle &' Enter
	waitfor 5 test -s handle
	pgspawn=$(parent_of "$(sed 's/:.*//' handle)")
	assertFalse "it disturbs the foreground" are_raw
	keys 'clear; echo free' Enter
	sees '^free$'
	assertFalse "it was stopped" "in_state $pgspawn T"
	keys 'fg' Enter
	waitfor 5 are_raw || fail "not raw"
	keys 'three' Enter 'four' Enter
	sees '^four$'
	assertEquals "one terminal echoes, one cat prints" \
	    "four${nl}four${nl}three${nl}three" \
	    "$(tm capture-pane -p | grep -x -e three -e four | sort)"
	keys C-d
	sees '^out>$'
}

testFullScreenProgramsWork()
{
	seq 100 >numbers
	tmux_with "env PS1='out> ' sh" || return 0
	sees '^out>$'
	if command -v less >/dev/null; then
		keys 'pgspawn -t less numbers; echo less $?' Enter
		sees '^19$'
		keys G
		sees '^100$'
		keys q
		sees '^less 0$'
	fi
	if command -v vi >/dev/null; then
		keys 'clear; pgspawn -t vi new; echo vi $?' Enter
		sees '^~'
		keys ihello Escape ':wq' Enter
		sees '^vi 0$'
		assertEquals hello "$(cat new)"
	fi
	if command -v top >/dev/null; then
		keys 'clear; pgspawn -t top; echo top $?' Enter
		sees 'PID.*COMMAND'
		keys q
		sees '^top 0$'
	fi
}

# On macOS poll(2) cannot wait for /dev/tty. pgspawn must not block there.
testTheTerminalMayBeNamedDevTty()
{
	terminal "pgspawn -t sh -c 'echo first; sleep 0.3; echo second
		read -r key; echo \"got \$key\"' </dev/tty"
	waitfor 10 grep -q second screen || fail "the screen: $(cat screen)"
	type 'x\n'
	waitfor 10 grep -q 'got x' screen || fail "the screen: $(cat screen)"
	script_ended
}

# On macOS a leader cannot die before its last output was read, so pgspawn discards it.
testUnreadOutputKeepsNoLeaderAlive()
{
	mkfifo full
	exec 8<>full
	launch pgspawn -t -k 0.2 -- sh -c \
	    'trap "" TERM; echo >ready; exec yes' >full 2>err
	waitfor 10 test -e ready || fail "it does not run"
	kill -s TERM "$pid"
	finish 137
}

testALineEditorWorks()
{
	need python3 || return 0
	tmux_with "env PS1='out> ' sh" || return 0
	sees '^out>$'
	keys 'pgspawn -t python3 -q' Enter
	sees '^>>>$'
	keys 'print(6*7)' Enter
	sees '^42$'
	keys Up BSpace '+1)' Enter
	sees '^43$'
	keys C-d
	sees '^out>$'
	echo 'print(7*7)' >in
	# The editor of Python 3.13 takes the NUL that VEOF may be for text; readline does not.
	spawn -t env PYTHON_BASIC_REPL=1 python3 -q <in
	finish 0
	assertLike "output" "*49*" "$(cat out)"
}

pty_lack=$(haspty) || skip_file "no pseudo-terminal: $pty_lack"

. "$SHUNIT2"
