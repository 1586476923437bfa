#!/bin/sh
# pgspawn_test.sh: exit statuses, handles, -d and -x, bad arguments, and the examples of
# pgspawn(1)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

# --- exit status -------------------------------------------------------------

testEveryExitStatusIsPassedOn()
{
	# shellcheck disable=SC2016
	run sh -c 'i=0
		while [ "$i" -lt 256 ]; do
			pgspawn sh -c "exit $i"
			s=$?
			[ "$s" -eq "$i" ] || echo "$i came as $s"
			i=$((i + 1))
		done'
	assertRan 0 "" ""
}

# Signals that do not kill by default are left out.
testEverySignalThatKillsIsAHundredAndTwentyEightAndItsNumber()
{
	# shellcheck disable=SC3045
	ulimit -c 0
	for signal in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 \
	    PIPE ALRM TERM XCPU XFSZ VTALRM PROF SYS; do
		run pgspawn sh -c "kill -s $signal \$\$"
		assertEquals "killed by $signal" "$signal" "$(kill -l "$status")"
		assertRan "$status" "" ""
		assertTrue "$signal: $status" "[ $status -gt 128 ]"
	done
}

testRealtimeSignalsAreCountedToo()
{
	# shellcheck disable=SC3045
	ulimit -c 0
	for signal in 34 50 64; do
		run pgspawn sh -c "kill -$signal \$\$"
		assertRan $((128 + signal)) "" ""
	done
}

testTheStatusIsTheLeadersAndNotThatOfTheRest()
{
	run pgspawn sh -c 'sh -c "exit 9"; (exit 8) & exit 7'
	assertRan 7 "" ""
	run pgspawn sh -c 'sleep 60 & exit 7'
	assertRan 7 "" ""
}

testInputAndOutputAreTheCallers()
{
	echo in >in
	run pgspawn sh -c 'cat; echo err >&2' <in
	assertRan 0 in err
}

# --- handle ------------------------------------------------------------------

testTheHandleGoesToTheDescriptorAndNowhereElse()
{
	for how in "" -a "-K $$" -x "-L x"; do
		# shellcheck disable=SC2016,SC2086
		run pgspawn $how -p 5 sh -c 'echo $$' 5>five
		out=${out#x}
		assertRan 0 "$(sed 's/:.*//' five)" ""
		assertLike "handle" "[1-9]*:[1-9]*" "$(cat five)"
	done
}

testADetachedHandleGoesToTheDescriptorAndNowhereElse()
{
	for how in "" "-K $$" "-L x"; do
		# shellcheck disable=SC2086
		run pgspawn -d $how -p 5 sigreport 5>five
		assertRan 0 "" ""
		record_group "$(cat five)"
		assertTrue "the group is there" "group_alive $(cat five)"
	done
}

testTheHandleVerifies()
{
	for how in "-d" "-d -K $$" "-d -L x"; do
		# shellcheck disable=SC2086
		handle=$(pgspawn $how sigreport)
		record_group "$handle"
		run pgterm -k 1 "${handle}0"
		assertRan 0 "" ""
		assertTrue "another's key has ended it" "group_alive $handle"
		run pgterm -k 0.1 "$handle"
		assertRan 0 "" ""
		assertTrue "it lives" "group_dead $handle"
	done
}

testBareIsTheNumberAlone()
{
	# shellcheck disable=SC2016
	run pgspawn -b -p 5 sh -c 'echo $$' 5>five
	assertRan 0 "$(cat five)" ""
	run pgspawn -bd sigreport
	record_group "$out"
	assertRanLike 0 "[1-9]*" ""
	assertEquals "$out" "${out%%[!0-9]*}"
	run pgspawn -bx -p 5 sh -c 'echo $$' 5>five
	assertRan 0 "$(cat five)" ""
}

testTheHandleIsThereAsSoonAsTheCommandRuns()
{
	mkfifo five
	launch cat five >seen
	reader=$pid
	spawn -p 5 sigreport 5>five
	await out
	waitfor 5 dead "$reader" || fail "the descriptor is held open"
	assertLike "handle" "$(pids ready out):*" "$(cat seen)"
	kill -s KILL "$(pids ready out)"
	finish 137
}

testAHandleThatCannotBePrintedDoesNotHarmTheCommand()
{
	[ -c /dev/full ] || { skip "there is no /dev/full"; return 0; }
	run pgspawn -p 5 sh -c 'echo said; exit 3' 5>/dev/full
	assertRan 3 said \
	    "pgspawn: cannot print the handle: No space left on device"
	for how in "" -x; do
		# shellcheck disable=SC2016,SC2086
		run sh -c '{ pgspawn "$@"; echo $? >status; } 5>&1 | :' sh \
			$how -p 5 sh -c 'exit 3'
		waitfor 5 test -s status
		assertEquals 3 "$(cat status)"
	done
}

testAMessageThatCannotBePrintedDoesNotHarmTheCommand()
{
	for how in "" -x; do
		: >status
		# shellcheck disable=SC2016,SC2086
		sh -c '{ pgspawn "$@"; echo $? >status; } 2>&1 | :' sh \
			-v $how sh -c 'exit 3'
		waitfor 5 test -s status
		assertEquals 3 "$(cat status)"
	done
}

testADetachedCommandWithoutAPrintedHandleIsEnded()
{
	[ -c /dev/full ] || { skip "there is no /dev/full"; return 0; }
	for how in "" "-K $$"; do
		# shellcheck disable=SC2086
		pgspawn -d $how -m PGTEST=$$ sigreport >/dev/full 2>err
		assertEquals "status" 125 $?
		assertEquals "pgspawn: cannot print the handle: \
No space left on device" "$(cat err)"
		waitfor 5 no_carrier PGTEST=$$ || fail "it lives"
	done
}

# --- detached ----------------------------------------------------------------

testDetachedReturnsAtOnceAlsoFromASubstitution()
{
	for how in "" "-K $$" "-L x" "-o file" "-a -K $$" "-p 1"; do
		begun=$(now)
		# shellcheck disable=SC2086
		handle=$(pgspawn -d $how sigreport 5>&1)
		assertTook "$begun" 0 1500
		record_group "$handle"
		assertTrue "$how: $handle" "group_alive $handle"
	done
}

testDetachedHoldsNoDescriptorOfTheCaller()
{
	for how in "" "-K $$" "-L x"; do
		begun=$(now)
		# shellcheck disable=SC2086
		seen=$({ pgspawn -d $how -p 9 sigreport >&3 2>&3; } \
			3>file 5>&1 7>&1 9>&1)
		assertTook "$begun" 0 1500
		record_group "$seen"
		assertTrue "$how: $seen" "group_alive $seen"
	done
}

testDetachedReadsAndWritesNothing()
{
	echo in >in
	# shellcheck disable=SC2016
	run pgspawn -d sh -c 'set -- $(readlink /proc/$$/fd/0 /proc/$$/fd/1 \
		/proc/$$/fd/2) && echo "$@" >seeing && mv seeing seen' <in
	assertRanLike 0 "[1-9]*:[1-9]*" ""
	waitfor 5 test -e seen
	assertEquals "/dev/null /dev/null /dev/null" "$(cat seen)"
}

testDetachedAppendsToAFile()
{
	echo old >file
	for how in "" "-K $$"; do
		# shellcheck disable=SC2086
		run pgspawn -d $how -o file sh -c 'cat; echo out; echo err >&2'
		assertEquals 0 "$status"
		waitfor 5 group_dead "$out"
	done
	assertEquals "old${nl}out${nl}err${nl}out${nl}err" "$(cat file)"
}

# The parent of the command is not a pgspawn: a reaper has adopted it.
testDetachedLeavesNothingButTheCommand()
{
	run pgspawn -d -m PGTEST=$$ sigreport
	record_group "$out"
	leader=${out%%:*}
	parent=$(parent_of "$leader")
	assertNotEquals pgspawn "$(cat "/proc/$parent/comm")"
	run pgscan -ac PGTEST=$$
	assertRan 0 1 ""
}

testDetachedWithARelayLeavesOneProcessWhichEndsWithTheGroup()
{
	for how in "-K $$" "-L x" "-K $$ -L x -a"; do
		# shellcheck disable=SC2086
		run pgspawn -d $how sigreport
		record_group "$out"
		leader=${out%%:*}
		relay=$(parent_of "$leader")
		record_pid "$relay"
		assertEquals pgspawn "$(cat "/proc/$relay/comm")"
		assertEquals "session" "$relay" "$(session_of "$relay")"
		assertEquals "children" "$leader" "$(children_of "$relay")"
		(cd "/proc/$relay/fd" && readlink 0 1 2) >links
		assertEquals "its descriptors" "/dev/null" "$(sort -u links)"
		kill -s KILL "$leader"
		waitfor 5 dead "$relay" || fail "the relay lives on"
	done
}

testDetachedThatFailsPrintsNoHandle()
{
	run pgspawn -d ./nonesuch
	assertRan 127 "" "pgspawn: ./nonesuch: No such file or directory"
}

# --- in place ----------------------------------------------------------------

testInPlaceKeepsTheNumber()
{
	# shellcheck disable=SC2016
	run sh -c 'echo $$; exec pgspawn -x sh -c "echo \$\$; exit 3"'
	assertRan 3 "${out%%"$nl"*}$nl${out%%"$nl"*}" ""
}

testInPlaceOfAGroupLeaderIsForeground()
{
	launch_group pgspawn -x -p 5 -k 0.1 sigreport >out 2>err 5>five
	await out
	assertNotEquals "$pid" "$(pids ready out)"
	assertEquals "$pid" "$(parent_of "$(pids ready out)")"
	assertLike "handle" "$(pids ready out):[1-9]*" "$(cat five)"
	kill -s USR1 "$pid"
	waitfor 5 says out USR1 || fail "signals are not passed on"
	kill -s TERM "$pid"
	finish 137
}

testInPlaceWritesToAFile()
{
	run pgspawn -x -o file sh -c 'echo out; echo err >&2'
	assertRan 0 "" ""
	assertEquals "out${nl}err" "$(cat file)"
}

testInPlacePrintsToItsCaller()
{
	run pgspawn -xv -p 1 -o file echo out
	assertRanLike 0 "[1-9]*:[1-9]*" "pgspawn: echo: started as $out"
	assertEquals out "$(cat file)"
}

# --- output file -------------------------------------------------------------

testTheFileIsMadeByTheMaskAndAppendedTo()
{
	umask 027
	run pgspawn -o file sh -c 'echo out; echo err >&2'
	assertRan 0 "" ""
	run pgspawn -o file echo more
	umask 022
	assertRan 0 "" ""
	assertEquals "out${nl}err${nl}more" "$(cat file)"
	assertLike "mode" "-rw-r----- *" "$(ls -l file)"
}

testAFileThatCannotBeOpenedIsAnError()
{
	run pgspawn -o nonesuch/file touch started
	assertRan 125 "" "pgspawn: nonesuch/file: No such file or directory"
	run pgspawn -o . touch started
	assertRan 125 "" "pgspawn: .: Is a directory"
	assertFalse "it was started" "[ -e started ]"
}

# --- verbose -----------------------------------------------------------------

testVerbosePrintsStartAndEnd()
{
	run pgspawn -v -p 5 sh -c 'exit 3' 5>five
	assertRan 3 "" "pgspawn: sh: started as $(cat five)
pgspawn: sh: exited with status 3, nothing to end"
	# shellcheck disable=SC2016
	run pgspawn -v sh -c 'sleep 60 & kill -s KILL $$'
	assertRanLike 137 "" "pgspawn: sh: started as *
pgspawn: sh: killed by signal KILL, group ended"
	run pgspawn -v -k 0 sh -c 'sleep 60 & exit 0'
	assertRanLike 0 "" "pgspawn: sh: started as *
pgspawn: sh: exited with status 0, group killed"
	run pgspawn -vd true
	assertRan 0 "$out" "pgspawn: true: started as $out"
}

testTheCommandHasTheNameThatItIsGiven()
{
	run pgspawn -v -n web -r 3 sh -c 'exit 3'
	assertRanLike 3 "" "pgspawn: web: started as *
pgspawn: web: exited with status 3, nothing to end
pgspawn: web: ended before it was ready"
	run sh -c 'exec pgspawn -b -p 3 -n "my web" sh -c "echo \$\$" 3>handle'
	assertRanLike 0 '[1-9]*' ''
	assertEquals "the handle" "$out	my web" "$(cat handle)"
	run pgspawn -n '' true
	assertRan 125 "" "pgspawn: : not a name"
	run pgspawn -n "a${nl}b" true
	assertRan 125 "" "pgspawn: a?b: not a name"
	run pgspawn -n web ./missing
	assertRanLike 127 "" "pgspawn: ./missing: *"
}

# --- bad input ---------------------------------------------------------------

# assertRefused MESSAGE ARG...: pgspawn prints this message, exits with 125, and starts
# nothing.
assertRefused()
{
	refused_why=$1
	shift
	run pgspawn "$@" touch started
	assertRan 125 "" "pgspawn: $refused_why"
	assertFalse "$ran: it was started" "[ -e started ]"
}

testBadSecondsAreRefused()
{
	for bad in "" . x 5x s 5ms " 5" "5 " -1 +1 0x5 1e3 1,5 5. Forever \
	    infinity; do
		[ "$bad" = 5. ] || assertRefused "$bad: not a duration: 5, 0.5, 90s, 2m, 1h, 1d, forever" -k "$bad"
	done
	for good in 0 .5 5. 5s .5m 2h 1d 0.0000001 forever 315360000 \
	    99999999999 99999999999999999999999 99999999999999999999.5; do
		run pgspawn -k "$good" true
		assertRan 0 "" ""
	done
}

testBadSignalsAreRefused()
{
	for bad in "" FOO 0 EXIT -9 65 999 SIGSIG " TERM" TERM,INT; do
		assertRefused "$bad: not a signal: a name such as TERM, or a number" -s "$bad"
	done
	for good in TERM SIGTERM term 15 USR1 RTMIN+1; do
		run pgspawn -s "$good" true
		assertRan 0 "" ""
	done
}

testBadMarkersAreRefused()
{
	for bad in "" x =x 1x=y "a b=c" "a-b=c"; do
		assertRefused "$bad: not a marker NAME=VALUE" -m "$bad"
	done
	assertRefused "a=b?c: not a marker NAME=VALUE" -m "a=b${nl}c"
	assertRefused "PGSPAWN_ID is not for -m to set" -m PGSPAWN_ID=1:1
}

testTheRelayKeepsNoDirectoryBusy()
{
	need_root && need_unshare --mount || return 0
	mkdir m
	for how in '-L x' "-K $$" -t '-a -L x' '-r 3 -L x'; do
		can_have "$how" || continue
		# shellcheck disable=SC2016
		run unshare --mount sh -c 'mount -t tmpfs none m && cd m &&
			handle=$(pgspawn -d $1 -C / sh -c "echo >&3; exec sleep 60") &&
			cd .. && umount m; status=$?
			pgterm -q "$handle"; exit $status' sh "$how"
		assertRan 0 '' ''
	done
}

testTheGuardKeepsNoDirectoryBusy()
{
	[ -e /proc/self/cwd ] || { skip 'no /proc/PID/cwd'; return 0; }
	launch pgspawn -K $$ -p 5 sleep 60 5>handle
	waitfor 10 test -s handle
	record_group "$(cat handle)"
	guard=$(pgscan -a "PG_TEST=$PG_TEST" |
		awk -v pid="$pid" '$3 == pid && $NF == "pgspawn" { print $2 }')
	assertEquals / "$(readlink "/proc/$guard/cwd")"
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
}

testBadDescriptorsAreRefused()
{
	for bad in "" x -1 1x 0x1 99999999999 700; do
		assertRefused "$bad: not an open descriptor" -p "$bad"
		assertRefused "$bad: not an open descriptor" -F "$bad"
	done
}

testBadProcessesAreRefused()
{
	for bad in "" x 0 -1 -5:3 5:x : 1:2:3 99999999999; do
		assertRefused "$bad: not a process" -K "$bad"
		assertRefused "$bad: not a process" -d -K "$bad"
	done
}

testInPlaceGoesWithNoOptionThatNeedsAParent()
{
	for with in -d -a "-c x" "-L x" "-K $$" -t "-r 3"; do
		can_have "$with" || continue
		# shellcheck disable=SC2086
		run pgspawn -x $with touch started
		assertRanLike 125 "" "pgspawn: -x: not with -a -c -d -K *"
	done
	assertFalse "it was started" "[ -e started ]"
}

testAnUnknownOptionIsRefused()
{
	run pgspawn -y touch started
	assertRan 125 "" "pgspawn: unknown option -y
$(usage_of pgspawn)"
	run pgspawn -s
	assertRan 125 "" "pgspawn: option -s needs an argument
$(usage_of pgspawn)"
	assertFalse "it was started" "[ -e started ]"
}

testNoCommandIsRefused()
{
	for how in "" -- -d -a "-k 3"; do
		# shellcheck disable=SC2086
		run pgspawn $how
		assertRan 125 "" "pgspawn: no command
$(usage_of pgspawn)"
	done
}

testARefusalTouchesNoFile()
{
	assertRefused "x: not a duration: 5, 0.5, 90s, 2m, 1h, 1d, forever" -o file -k x
	run pgspawn -o file -x -d true
	assertEquals "status" 125 "$status"
	assertFalse "the file was made" "[ -e file ]"
}

# --- manual page -------------------------------------------------------------

# run_marked_example NUMBER: run that example of the page with a marker, by which the test
# finds processes that it leaves.
run_marked_example()
{
	take_example pgspawn.1 "$1"
	run env "PGTEST=example $$" sh ./script
}

nothing_left()
{
	waitfor 5 no_carrier "PGTEST=example $$" || fail "something is left"
}

testExamplesOfThePageLeaveNothing()
{
	run_marked_example 1
	assertRan 0 "" ""
	assertTrue "there is no log" "[ -e server.log ]"
	nothing_left
	run_marked_example 2
	assertRan 0 working ""
	nothing_left
	run_marked_example 6
	assertRan 0 "" ""
	nothing_left
	run_marked_example 8
	assertEquals "status" 0 "$status"
	nothing_left
}

testTheExampleWithATerminalHasItsSize()
{
	need_pty stty || return 0
	run_marked_example 7
	assertRan 0 "43 132$(printf '\r')" ""
}

testTheExampleWithTestsLeavesNothing()
{
	need make timeout || return 0
	printf 'test:\n\t@sleep 600 & echo tested\n' >Makefile
	run_marked_example 4
	assertRan 0 tested ""
	nothing_left
}

# is_started_again: change the file; the server has started a second time. entr can miss a
# change, so this is called again and again.
is_started_again()
{
	echo '# changed' >>server.sh
	[ "$(grep -c '^serving' out)" -ge 2 ]
}

one_sleeps()
{
	[ "$(pgscan -a "PGTEST=example $$" | grep -c 'sleep$')" -eq 1 ]
}

testTheExampleWithEntrStartsTheServerAgain()
{
	need entr || return 0
	echo 'sleep 600 & echo serving; wait' >server.sh
	page_example pgspawn.1 3 || fail "the page has no example 3"
	launch env "PGTEST=example $$" sh ./script >out 2>err
	waitfor 10 grep -q serving out || fail "no server: $(cat err)"
	waitfor 20 is_started_again || fail "not started again: $(cat out err)"
	waitfor 10 one_sleeps || fail "something is left of the first server"
	kill "$(children_of "$pid")"
	waitfor 10 dead "$pid" || fail "entr does not end"
	nothing_left
}

testExamplesOfThePageShowWhatTheySay()
{
	run_marked_example 9
	out=$(printf '%s\n' "$out" | sort)
	assertRanLike 0 "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] two | $(uname -s)
one | again
one | hello" ""
	run_marked_example 11
	assertRan 0 "$(uname -s)" ""
	assertLike "handle" "[1-9]*:[1-9]*" "$(cat handle)"
	run_marked_example 5
	assertRan 0 / ""
}

testTheExamplesThatRunOutOfTimeEndInTime()
{
	need timeout || return 0
	for number in 10 12; do
		begun=$(now)
		run_marked_example "$number"
		assertRan 124 "" ""
		assertTook "$begun" 99 900
		nothing_left
	done
	assertFalse "an example has no test" "page_example pgspawn.1 14"
}

. "$SHUNIT2"
