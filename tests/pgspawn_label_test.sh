#!/bin/sh
# pgspawn_label_test.sh: -L: output by whole lines, with a label in front
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

# --- lines -------------------------------------------------------------------

testEveryLineHasTheLabel()
{
	run pgspawn -L 'web | ' sh -c 'echo one; echo; echo two; exit 3'
	assertRan 3 "web | one${nl}web | ${nl}web | two" ""
}

testOutputAndErrorStaySeparate()
{
	run pgspawn -L 'x ' sh -c 'echo out; echo err >&2; echo out'
	assertRan 0 "x out${nl}x out" "x err"
}

testALastLineWithoutNewlineGetsOne()
{
	run pgspawn -L 'x ' sh -c 'printf "one\ntwo"; printf three >&2'
	assertRan 0 "x one${nl}x two" "x three"
	assertEquals "bytes" 12 "$(wc -c <"$work/out")"
	assertEquals "bytes" 8 "$(wc -c <"$work/err")"
}

testNoOutputGetsNoLabel()
{
	run pgspawn -L 'x ' true
	assertRan 0 "" ""
	assertEquals "bytes" 0 "$(cat "$work/out" "$work/err" | wc -c)"
}

testAnEmptyLabelOnlyEndsTheLastLine()
{
	run pgspawn -L '' printf 'one\ntwo'
	assertRan 0 "one${nl}two" ""
	assertEquals "bytes" 8 "$(wc -c <"$work/out")"
}

testTheLabelIsFilledInByStrftime()
{
	before=$(date '+%Y-%m-%d')
	run pgspawn -L '%Y-%m-%d %% %n| ' echo said
	after=$(date '+%Y-%m-%d')
	[ "$out" = "$after % $nl| said" ] || after=$before
	assertRan 0 "$after % $nl| said" ""
	run env TZ=XYZ-3 pgspawn -L '%Z%z ' echo said
	assertRan 0 "XYZ+0300 said" ""
}

testAnEmptyExpandedLabelPrintsNoLabel()
{
	run env LC_ALL=C TZ= pgspawn -L '%%' echo said
	assertRan 0 "%said" ""
	run env LC_ALL=C pgspawn -L '' echo said
	assertRan 0 said ""
}

testEveryByteIsPassedOn()
{
	awk 'BEGIN { for (i = 0; i < 256; i++) printf "%c", i }' >bytes
	# awk may leave out the NUL.
	printf '\000\r\033[0m\377\n' >>bytes
	run pgspawn -L '' cat bytes
	assertTrue "they differ" "cmp bytes '$work/out'"
}

# A line over 64 KiB is passed on in pieces, without a label between them.
testALongLineHasOneLabel()
{
	awk 'BEGIN { for (i = 0; i < 300000; i++) printf "%d", i % 10 }' >long
	{ echo before; cat long; echo; echo after; } >lines
	run pgspawn -L 'x ' cat lines
	sed 's/^/x /' lines >labelled
	assertTrue "they differ" "cmp labelled '$work/out'"
	run pgspawn -L 'x ' cat long
	{ printf 'x '; cat long; echo; } >labelled
	assertTrue "they differ" "cmp labelled '$work/out'"
}

testManyLinesComeInOrder()
{
	awk 'BEGIN { for (i = 0; i < 100000; i++) print i }' >lines
	run pgspawn -L 'x ' cat lines
	sed 's/^/x /' lines >labelled
	assertTrue "they differ" "cmp labelled '$work/out'"
	run pgspawn -L 'x ' sh -c 'cat lines; cat lines >&2'
	assertTrue "output differs" "cmp labelled '$work/out'"
	assertTrue "error differs" "cmp labelled '$work/err'"
}

testInputIsTheCallers()
{
	echo in >in
	run pgspawn -L 'x ' cat <in
	assertRan 0 "x in" ""
}

# --- commands that share an output -------------------------------------------

# Lines of up to 7,900 bytes, so that many do not fit in one atomic write.
testLinesOfManyAreNeverTornInOnePipe()
{
	cat >lines.awk <<-'EOF'
	BEGIN {
		for (i = 0; i < 100; i++) {
			n = (i * 7919) % 7900
			text = sprintf("%*s", n, "")
			gsub(/ /, who, text)
			print who, n, text
		}
	}
	EOF
	for who in a b c d; do
		pgspawn -L "$who: " awk -v who="$who" -f lines.awk &
	done | cat >seen
	awk '{
		text = $4
		if ($1 != $2 ":" || length(text) != $3 ||
		    gsub($2, "", text) != $3)
			print "torn: " substr($0, 1, 40)
	} END { print NR }' seen >verdict
	assertEquals 400 "$(cat verdict)"
}

testOutputAndErrorOfOneServiceAreNeverTorn()
{
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "0123456789" }' >lines
	pgspawn -L 'x ' sh -c 'cat lines & cat lines >&2; wait' 2>&1 | cat >seen
	assertEquals "40000 x 0123456789" \
		"$(sort seen | uniq -c | sed 's/^ *//')"
}

testAPipeIsNotMadeNonBlocking()
{
	mkfifo pipe
	exec 7<>pipe
	before=$(sed -n 's/flags:.//p' /proc/$$/fdinfo/7)
	pgspawn -L 'x ' echo said >&7 2>&7
	assertEquals "flags" "$before" "$(sed -n 's/flags:.//p' /proc/$$/fdinfo/7)"
	exec 7>&-
}

# --- slow readers, and none --------------------------------------------------

# peak PID: prints the largest resident size that the process had, in KiB.
peak()
{
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"
}

# The command writes more than pipes hold before the first line is read; pgspawn must not
# use more memory for that.
testASlowReaderMakesTheCommandWait()
{
	launch pgspawn -L 'x ' -p 6 sleep 60 6>handle
	waitfor 5 [ -s handle ] || fail "nothing is started"
	idle=$(peak "$pid")
	kill -s TERM "$pid"
	wait "$pid"
	mkfifo pipe
	exec 7<>pipe
	launch pgspawn -L 'x ' sh -c 'yes | head -c 6000000; echo end >end' \
		>pipe 2>err 7>&-
	waitfor 5 is_waiting || fail "the pipe is not full"
	assertFalse "it does not wait" "[ -e end ]"
	full=$(peak "$pid")
	assertTrue "it takes $full KiB, and at rest $idle" \
		"[ ${full:-0} -lt $((${idle:-0} + 2048)) ]"
	launch sh -c 'exec <pipe; : >reading; sort | uniq -c >seen' 7>&-
	reader=$pid
	waitfor 5 test -e reading || fail "nobody reads"
	exec 7>&-
	waitfor 10 dead "$reader" || fail "it does not end"
	assertEquals "3000000 x y" "$(sed 's/^ *//' seen)"
	assertTrue "it waits still" "[ -e end ]"
}

is_waiting()
{
	yes_pid=$(children_of "$(children_of "$pid")" | head -n 1)
	[ "$(cat "/proc/$yes_pid/wchan" 2>/dev/null)" = pipe_write ] ||
		[ "$(cat "/proc/$yes_pid/wchan" 2>/dev/null)" = anon_pipe_write ]
}

testAReaderThatGoesAwayEndsTheGroup()
{
	mkfifo pipe
	launch head -n 2 pipe >seen
	spawn_to_pipe -k forever sh -c 'while :; do echo y; done'
	finish 141
	assertEquals "x y${nl}x y" "$(cat seen)"
}

spawn_to_pipe()
{
	launch pgspawn -L 'x ' "$@" >pipe 2>err
}

# The command writes nothing more, so no write of pgspawn can fail.
testAReaderThatGoesAwayIsNoticedInSilence()
{
	mkfifo pipe
	launch head -n 1 pipe >seen
	spawn_to_pipe -k forever sh -c 'stubborn -f 1 -i PIPE >zoo &
		until grep -qs ready zoo; do sleep 0.01; done; echo up; wait'
	finish 141
	assertEquals "line" "x up" "$(cat seen)"
	# shellcheck disable=SC2046
	assertDead $(pids zoo)
}

testTheReaderOfACopyMayGoAway()
{
	mkfifo pipe
	launch head -n 1 pipe >seen
	launch pgspawn -k forever -L 'x ' -o pipe sh -c 'while :; do echo y; done' \
		>out 2>err
	finish 141
	assertEquals y "$(cat seen)"
}

# The rest of the output is larger than a pipe.
testAReaderThatGoesAwayAfterTheCommandIsNoticed()
{
	mkfifo pipe
	exec 7<>pipe
	spawn_to_pipe sh -c 'echo $$ >>runs
		yes xxxxxxxxxxxxxxx | head -n 6000' 7>&-
	waitfor 10 [ -s runs ] || fail 'it does not run'
	record_pid "$(cat runs)"
	waitfor 10 dead "$(cat runs)" || fail 'the command waits'
	exec 7>&-
	finish 141
}

# The signal is that of -s.
testWithoutAReaderTheGroupEndsAsAfterTerm()
{
	mkfifo pipe
	for how in -t '-L x' '-t -L x'; do
		can_have "$how" || continue
		launch head -n 1 pipe >seen
		# shellcheck disable=SC2086
		launch pgspawn $how -s USR1 sh -c '
			exec 2>/dev/null
			trap "echo it was asked >said; exit" USR1
			echo up; while :; do sleep 0.05; done' \
			>pipe 2>err </dev/null
		finish 141
		assertEquals "$how" 'it was asked' "$(cat said)"
		rm said
	done
}

# A lost reader counts as TERM, not as HUP.
testWithoutAReaderTheGroupGetsItsSignal()
{
	mkfifo pipe
	for sig in TERM INT; do
		exec 7<>pipe
		: >signals
		spawn_to_pipe -s $sig -k forever sh -c 'echo up
			exec sigreport -n 2 >signals' 7>&-
		head -n 1 <&7 >/dev/null
		await signals
		exec 7>&-
		finish 141
		assertEquals "signals" "$sig${nl}CONT" "$(sed 1d signals)"
	done
}

# A terminal that is closed sends HUP and CONT to pgspawn. The group has got its signal and
# a CONT already.
testAHangupAfterTheReaderIsGoneSendsNoSecondCont()
{
	mkfifo pipe
	exec 7<>pipe
	: >signals
	spawn_to_pipe -k forever sh -c 'echo up
		exec sigreport >signals' 7>&-
	head -n 1 <&7 >/dev/null
	await signals
	exec 7>&-
	waitfor 10 says signals CONT || fail "it is not asked to end"
	kill -s STOP "$pid"
	waitfor 10 in_state "$pid" T
	kill -s HUP "$pid"
	kill -s CONT "$pid"
	kill -s URG "$pid"
	waitfor 10 says signals URG || fail "it does not go on"
	assertEquals "signals" "TERM${nl}CONT${nl}URG" "$(sed 1d signals)"
	kill -s KILL "$(pids ready signals)"
	finish 141
}

testWithoutAReaderTheGraceHolds()
{
	mkfifo pipe
	launch head -n 1 pipe >seen
	spawn_to_pipe -k 0.1 stubborn -i all
	finish 141
	assertDead "$(sed 's/.* //' seen)"
}

# After TERM pgspawn waits for the reader no longer than the grace period.
testTermEndsPgspawnWhoseReaderStalls()
{
	mkfifo pipe
	exec 7<>pipe
	for how in '' -t; do
		can_have "$how" || continue
		: >handle
		# shellcheck disable=SC2086
		launch pgspawn -k 0.3 -p 4 $how -L 'x ' yes \
		    4>handle >pipe 2>err 7>&-
		waitfor 5 test -s handle || fail "it has not begun"
		kill -s TERM "$pid"
		finish 143
	done
	exec 7>&-
}

# has_left_output GRACE: run a command that has ended, while pgspawn still waits for a
# reader of its output.
has_left_output()
{
	mkfifo pipe
	exec 7<>pipe
	# shellcheck disable=SC2016
	launch pgspawn -k "$1" -p 4 -L 'x ' sh -c 'i=0
		while [ $((i += 1)) -le 1500 ]; do printf "%80s\n" $i; done' \
		4>handle >pipe 2>err 7>&-
	waitfor 5 test -s handle || fail "it has not begun"
	waitfor 10 dead "$(sed 's/:.*//' handle)" || fail "it is alive"
}

# has_handled_signals: pgspawn has no pending signal, and sleeps.
has_handled_signals()
{
	grep -q '^ShdPnd:[^0-9]*0*$' "/proc/$pid/status" && in_state "$pid" S
}

testTermLeavesTheLastOutputItsTime()
{
	[ -r /proc/self/status ] || { skip "there is no /proc"; return 0; }
	has_left_output forever
	kill -s TERM "$pid"
	waitfor 5 has_handled_signals || fail "it has not waited"
	launch sh -c 'exec <pipe; : >reading; grep -c "^x *[0-9]*$" >seen' 7>&-
	reader=$pid
	waitfor 5 test -e reading || fail "nobody reads"
	exec 7>&-
	waitfor 10 dead "$reader" || fail "it does not end"
	assertEquals "lines" 1500 "$(cat seen)"
}

testTheLastOutputHasTheGracePeriodAfterTerm()
{
	has_left_output 0.1
	kill -s TERM "$pid"
	finish 0
	exec 7>&-
}

# A signal that arrives while pgspawn writes the last output counts as one before.
testALateTermIsReported()
{
	for signal in TERM HUP QUIT; do
		run lateask $signal
		assertRan 0 asked ''
	done
	run lateask USR1
	assertRan 0 'not asked' ''
}

testASecondTermGivesUpTheLastOutput()
{
	has_left_output forever
	waitfor 10 term_again || fail "it does not end"
	exec 7>&-
}

term_again()
{
	kill -s TERM "$pid"
	dead "$pid"
}

testAFullOutputIsReported()
{
	[ -c /dev/full ] || { skip "there is no /dev/full"; return 0; }
	status=0
	pgspawn -L 'x ' sh -c 'echo out; echo err >&2; exit 3' >/dev/full \
		2>err || status=$?
	assertEquals "status" 3 "$status"
	assertEquals "pgspawn: output: No space left on device${nl}x err" \
		"$(sort err)"
}

# --- escapees ----------------------------------------------------------------

testAnEscapeeThatHoldsThePipeDoesNotDelayTheExit()
{
	begun=$(now)
	run pgspawn -L 'x ' sh -c 'freshsig -s sh -c ": >left; exec sleep 60" &
		echo $! >pid; echo said
		until [ -e left ]; do sleep 0.01; done; exit 3'
	record_pid "$(cat pid)"
	assertTook "$begun" 0 1500
	assertRan 3 "x said" ""
	assertTrue "the escapee was ended" "alive $(cat pid)"
}

testAnEscapeeThatKeepsWritingDoesNotDelayTheExit()
{
	begun=$(now)
	run pgspawn -L 'x ' sh -c 'freshsig -s yes &
		echo $! >pid; echo said; exit 3'
	record_pid "$(cat pid)"
	assertTook "$begun" 0 1500
	assertEquals "status" 3 "$status"
	waitfor 5 dead "$(cat pid)" || fail "it has still a reader"
}

testWhatWasWrittenBeforeTheEndIsNotLost()
{
	i=0
	while [ "$i" -lt 20 ]; do
		run pgspawn -L 'x ' sh -c 'yes | head -n 20000; kill -s KILL $$'
		assertEquals "status" 137 "$status"
		assertEquals "lines" 20000 "$(wc -l <"$work/out")"
		i=$((i + 1))
	done
}

# --- with a file -------------------------------------------------------------

testTheFileGetsACopyWithoutLabels()
{
	echo old >file
	run pgspawn -L 'x ' -o file sh -c 'echo out; printf last'
	assertRan 0 "x out${nl}x last" ""
	assertEquals "old${nl}out${nl}last" "$(cat file)"
	run pgspawn -L 'x ' -o both sh -c 'echo out; echo err >&2'
	assertRan 0 "x out" "x err"
	assertEquals "err${nl}out" "$(sort both)"
}

testAFullFileIsReportedAndHarmsNothing()
{
	[ -c /dev/full ] || { skip "there is no /dev/full"; return 0; }
	run pgspawn -L 'x ' -o /dev/full sh -c 'echo out; exit 3'
	assertRan 3 "x out" "pgspawn: /dev/full: No space left on device"
}

# pgspawn reports the full disk while the command runs; the command waits for that message.
testAFullDiskMayHaveRoomAgain()
{
	need_disk || return 0
	on_small_disk 64k 'dd if=/dev/zero of=disk/filler bs=1k count=64 2>/dev/null
		pgspawn -L "x " -o disk/log sh -c "echo one
			until [ -s err ]; do sleep 0.02; done
			echo two; until grep -q two out; do sleep 0.02; done
			rm disk/filler; echo three" >out 2>err
		cat disk/log' >log
	assertEquals "x one${nl}x two${nl}x three" "$(cat out)"
	assertEquals 'pgspawn: disk/log: No space left on device' "$(cat err)"
	assertEquals three "$(cat log)"
}

testDetachedTheFileGetsTheLabels()
{
	run pgspawn -d -L 'x ' -o file sh -c 'echo out; printf last'
	assertRanLike 0 "[1-9]*:[1-9]*" ""
	waitfor 5 says file 'x last'
	assertEquals "x out${nl}x last" "$(cat file)"
}

testTheLabelIsRepeatedBehindAReturn()
{
	run pgspawn -L 'x| ' -- printf '1%%\r2%%\r3%%\n\rend\r\nplain\n\r'
	assertRan 0 "$(printf 'x| 1%%\rx| 2%%\rx| 3%%\nx| \rx| end\r\nx| plain\nx| \r')" ''
	# With a label behind each return this line is larger than the buffer of pgspawn.
	run pgspawn -L 'a long label: ' -- awk 'BEGIN {
		for (; i < 60000; i++) printf "\r"; print ""
		for (i = 0; i < 30000; i++) printf "y\r"; print "end" }'
	assertEquals 0 "$status"
	assertEquals 'no byte is lost' "$(awk 'BEGIN {
		for (; i < 60000; i++) printf "\r"; print ""
		for (i = 0; i < 30000; i++) printf "y\r"; print "end" }' | cksum)" \
		"$(printf '%s\n' "$out" | sed 's/a long label: //g' | cksum)"
}

testAProgressBarOnATerminalKeepsItsLabel()
{
	need_pty || return 0
	run pgspawn -t -L 'x| ' -- sh -c \
		"printf '1%%\r'; sleep 0.2; printf '2%%\r'; sleep 0.2; echo done"
	assertEquals "$(printf 'x| 1%%\rx| 2%%\rx| done\r')" "$out"
}

testClearingTheScreenCanBeDropped()
{
	esc=$(printf '\033')
	text="a${esc}[2Jb${esc}[3J${esc}[Hc${esc}cd${esc}[?1049he${esc}[31mred${esc}[0m${esc}[10;5Hf$esc"
	run pgspawn -E -L 'x ' -o log -- printf '%s\n' "$text"
	assertRan 0 "x abcde${esc}[31mred${esc}[0m${esc}[10;5Hf$esc" ''
	assertEquals 'the file has all' "$text" "$(cat log)"
	run pgspawn -L 'x ' -- printf '%s\n' "$text"
	assertRan 0 "x $text" ''
	run pgspawn -E true
	assertRan 125 '' 'pgspawn: -E: only with -L'
}

. "$SHUNIT2"
