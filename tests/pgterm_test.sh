#!/bin/sh
# pgterm_test.sh: targets and refusals, schedules, the wait, escapees, statuses, and the
# examples of pgterm(1)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# shellcheck source=tests/pgterm_lib.sh
. "$src/tests/pgterm_lib.sh"

# --- refusals ----------------------------------------------------------------

testForeignZombiesDelayNothing()
{
	: >zoo
	launch stubborn -z 1 >zoo
	waitfor 10 are_ready 1 || fail "there is no zombie"
	record_zoo zoo
	handle=$(pgspawn -d sleep 60)
	record_group "$handle"
	run pgterm -v "$handle"
	assertRanLike 0 "$handle${tab}ended${tab}TERM${tab}0.*" ''
}

testAnInvalidTargetIsRefusedBeforeAnySignal()
{
	witness
	for word in 0 '' -1 -5 -- x "$witness:" 2147483648; do
		run pgterm -s KILL "$handle" "$word"
		assertRan 2 '' "pgterm: $word: not a process group; for a service: pgtrack get NAME | pgterm; by name: pgscan -gn NAME | pgterm"
		run pgterm -s KILL -- "$word" "$handle"
		assertRan 2 '' "pgterm: $word: not a process group; for a service: pgtrack get NAME | pgterm; by name: pgscan -gn NAME | pgterm"
	done
	assertWitnessUntouched
}

testTheFirstProcessIsRefused()
{
	witness
	for word in 1 1:1 1:- 01; do
		run pgterm -n "$handle" "$word"
		assertRan 2 '' "pgterm: $word: will not end this group: it holds process 1"
	done
}

testPgtermsOwnGroupIsRefused()
{
	witness
	for key in '' :1 :-; do
		: >said
		# shellcheck disable=SC2016
		launch_group sh -c 'pgterm "$1" "$$$2"; echo "status $?"' \
			sh "$handle" "$key" >said 2>&1
		waitfor 5 says said "status 2" || fail "$(cat said)"
		says said "pgterm: $pid$key: will not end this group: it holds pgterm" ||
			fail "$(cat said)"
	done
	assertWitnessUntouched
}

testTheGroupOfTheSessionsLeaderIsRefused()
{
	witness
	: >said
	# shellcheck disable=SC2016
	launch freshsig -s sh -c \
		'freshsig -g pgterm "$1" $$; echo "status $?"' sh "$handle" \
		>said 2>&1
	waitfor 5 says said "status 2" || fail "$(cat said)"
	says said "pgterm: $pid: will not end this group: it holds the session leader of pgterm" || fail "$(cat said)"
	assertWitnessUntouched
}

testAnUnknownOptionIsUsage()
{
	usage=$(usage_of pgterm)
	for word in -x --all; do
		run pgterm "$word"
		assertRan 2 '' "pgterm: unknown option $word
$usage"
	done
	for word in -c -k -R -s; do
		run pgterm "$word"
		assertRan 2 '' "pgterm: option $word needs an argument
$usage"
	done
}

testBadSecondsAreRefused()
{
	witness
	for word in '' -1 x 1x s 1,5 . 1.x 1e3 0x1 ' 1'; do
		run pgterm -k "$word" "$handle"
		assertRan 2 '' "pgterm: $word: not a duration: 5, 0.5, 90s, 2m, 1h, 1d, forever"
	done
	assertWitnessUntouched
}

testUnknownSignalsAreRefused()
{
	witness
	for word in '' 0 -9 NOPE SIG 999 'TERM ' TERMS RTMIN+999; do
		run pgterm -s "$word" "$handle"
		assertRan 2 '' "pgterm: $word: not a signal: a name such as TERM, or a number"
	done
	assertWitnessUntouched
}

testASignalMayBeGivenAsForKill()
{
	for word in -9 -KILL -SIGKILL; do
		zoo -i TERM
		run pgterm -v $word "$handle"
		assertRanLike 0 "$handle${tab}killed${tab}KILL${tab}*" ''
	done
	zoo
	run pgterm -v -l -INT -k 1m "$handle"
	assertRanLike 0 "$handle${tab}ended${tab}INT${tab}*" ''
	witness
	for word in HUP USR1 5; do
		run pgterm "-$word" "$handle"
		assertRan 2 '' "pgterm: -$word: -R $word sends it once; -s $word sends it, and KILL after the grace period"
	done
	assertWitnessUntouched
}

testBadSchedulesAreRefused()
{
	witness
	for word in '' / TERM/ TERM// /5 5s TERM/x TERM/-1 NOPE NOPE/5 \
	    TERM/5/ TERM/5/NOPE TERM/5/KILL/2/ TERM/5//2 TERM/1e3 \
	    'TERM /5' \
	    "$(awk 'BEGIN { for (; i < 33; i++) printf "USR1/0/" }')KILL/1"
	do
		run pgterm -R "$word" "$handle"
		assertRan 2 '' "pgterm: $word: not a schedule SIGNAL[/SECS[/SIGNAL/SECS]...], such as TERM/5/KILL"
	done
	assertWitnessUntouched
}

testWithoutTargetsOnATerminalIsAUsageError()
{
	need_pty script || return 0
	run script -qec pgterm /dev/null
	out=$(printf '%s\n' "$out" | tr -d '\r')
	assertRan 2 "pgterm: no target
$(usage_of pgterm)" ''
}

# --- targets on standard input -------------------------------------------------

testTheFirstFieldOfEachLineIsATarget()
{
	zoo
	first=$handle
	zoo
	second=$handle
	zoo
	printf '# header\n\n \t \n  %s\tany thing\r\n%s\r\n \t#no %s' \
		"$first" "$second" "$handle" >list
	run pgterm <list
	assertRan 0 '' ''
	assertTrue "the first lives" "group_dead $first"
	assertTrue "the second lives" "group_dead $second"
	assertTrue "the third does not" "group_alive $handle"
}

testADashIsStandardInput()
{
	zoo
	first=$handle
	zoo
	echo "$first" >list
	run pgterm "$handle" - <list
	assertRan 0 '' ''
	assertTrue "the first lives" "group_dead $first"
	assertTrue "the second lives" "group_dead $handle"
}

testWithOperandsStandardInputIsNotRead()
{
	zoo
	echo nonsense >list
	run pgterm "$handle" <list
	assertRan 0 '' ''
}

testTheLastLineNeedsNoNewline()
{
	zoo
	printf %s "$handle" >list
	run pgterm -v <list
	assertEnded
}

testNoTargetsAtAllAreGone()
{
	run pgterm -v </dev/null
	assertRan 0 '' \
		'pgterm: nothing to end: no target, and standard input is a device'
	run pgterm -q </dev/null
	assertRan 0 '' ''
	: >list
	run pgterm <list
	assertRan 0 '' ''
	echo '# nothing' >list
	run pgterm -v - <list
	assertRan 0 '' ''
}

testABadLineIsRefusedBeforeAnySignal()
{
	witness
	for word in 0 -1 x 1:x; do
		printf '%s\n%s\n' "$handle" "$word" >list
		run pgterm <list
		assertRan 2 '' "pgterm: $word: not a process group; for a service: pgtrack get NAME | pgterm; by name: pgscan -gn NAME | pgterm"
	done
	printf '1\t%s\n' "$handle" >list
	run pgterm "$handle" - <list
	assertRan 2 '' "pgterm: 1: will not end this group: it holds process 1"
	assertWitnessUntouched
}

testANulInATargetIsRefused()
{
	witness
	printf '%s\0\n' "$handle" >list
	run pgterm <list
	assertRan 2 '' "pgterm: $handle: not a process group; for a service: pgtrack get NAME | pgterm; by name: pgscan -gn NAME | pgterm"
	printf '\0#\n' >list
	run pgterm <list
	assertEquals "status" 2 "$status"
	assertWitnessUntouched
	printf '%s\tx\0y\n#\0\n' "$handle" >list
	run pgterm -n <list
	assertRan 0 "$handle${tab}TERM/5/KILL/2" ''
}

testATargetThatIsTooLongIsRefused()
{
	witness
	printf '%s\n%0200000d\n' "$handle" 1 >list
	run pgterm <list
	assertRanLike 2 '' "pgterm: 000000000000*0: not a process group; for a service: pgtrack get NAME | pgterm; by name: pgscan -gn NAME | pgterm"
	assertTrue "the message is long" "[ ${#err} -lt 200 ]"
	assertWitnessUntouched
}

testALineMayBeOfAnyLength()
{
	zoo
	printf '%s %0200000d\n#%0200000d\n' "$handle" 1 1 >list
	run pgterm -v <list
	assertEnded
}

testAFailedReadIsAnError()
{
	run pgterm <&-
	assertRanLike 2 '' "pgterm: standard input: *"
	run pgterm <.
	assertRanLike 2 '' "pgterm: standard input: *"
}

testAGroupNamedTwiceIsOne()
{
	with_processes || return 0
	witness -x TERM
	echo "$handle" >list
	run pgterm -v "$handle" "$witness" - "$handle" "$witness:-" <list
	assertTold ended TERM
	assertEquals "signals" "ready $witness TERM" "$(signals_of_witness)"
}

testManyTargetLinesAreRead()
{
	zoo
	{
		# Groups that do not exist, and one group 200,000 times.
		awk 'BEGIN { for (i = 0; i < 126; i++) print 4194305 + i }'
		yes "$handle" | head -n 200000
	} >list
	run pgterm -v <list
	assertEquals "lines" 127 "$(printf '%s\n' "$out" | grep -c .)"
	assertEquals "gone" 126 "$(printf '%s\n' "$out" | grep -c gone)"
	assertEquals "status" 0 "$status"
	assertTrue "it lives" "group_dead $handle"
}

# --- schedules ---------------------------------------------------------------

testTermIsFollowedByContinueAndThenKill()
{
	witness
	run pgterm -v -k 0.3 "$handle"
	assertEnded killed KILL
	assertEquals "signals" "ready $witness TERM CONT" "$(signals_of_witness)"
}

testAnotherSignalCanTakeThePlaceOfTerm()
{
	for name in INT SIGINT int sigint 2; do
		witness -x INT
		run pgterm -v -s $name "$handle"
		assertEnded ended INT
		assertEquals "signals" "ready $witness INT" "$(signals_of_witness)"
	done
}

testAGraceOfZeroKillsAtOnce()
{
	witness
	run pgterm -v -k 0 "$handle"
	assertEnded killed KILL
	assertEquals "signals" "ready $witness" "$(signals_of_witness)"
}

testASignalAloneIsSentOnceAndNotWaitedFor()
{
	witness
	run pgterm -v -R HUP "$handle"
	assertTold sent HUP
	waitfor 5 says out CONT || fail "there is no CONT"
	assertEquals "signals" "ready $witness HUP CONT" "$(signals_of_witness)"
	assertTrue "it was ended" "alive $witness"
}

testASignalThatStopsIsNotContinued()
{
	witness
	run pgterm -R TSTP "$handle"
	assertRan 0 '' ''
	waitfor 5 says out TSTP || fail "there is no TSTP"
	kill -s USR1 "$witness"
	waitfor 5 says out USR1 || fail "there is no USR1"
	assertEquals "signals" "ready $witness TSTP USR1" "$(signals_of_witness)"
}

testASingleSignalToAGoneGroupReportsItGone()
{
	run pgterm -v -R HUP 4194305
	assertRan 0 "4194305${tab}gone${tab}-${tab}0.000" ''
}

testAScheduleMayHaveManySteps()
{
	witness
	run pgterm -v -R USR1/0.1/10/0/sigusr2/0.1/KILL/2 "$handle"
	assertEnded killed KILL
	assertEquals "signals" "CONT USR1 USR2" \
		"$(grep -v ready out | sort -u | tr '\n' ' ' | sed 's/ $//')"
}

testTheLastStepNeedsNoTime()
{
	zoo -i TERM
	run pgterm -v -R TERM/0.1/KILL "$handle"
	assertTold sent KILL
	waitfor 5 group_dead "$handle" || fail "it lives"
}

testZeroOnlyWaits()
{
	witness
	run pgterm -v -R 0/0.05 "$handle"
	assertRanLike 1 "$handle${tab}alive${tab}-${tab}0.0*" \
		"pgterm: $handle: still alive"
	assertWitnessUntouched
	launch pgterm -v -R 0/30 "$handle" >said
	kill -s KILL "$witness"
	wait "$pid"
	assertEquals "status" 0 $?
	assertLike "standard output" "$handle${tab}[eg]*${tab}-${tab}*" \
		"$(cat said)"
}

testForeverWaitsWithoutALimit()
{
	witness -x HUP
	launch pgterm -v -R USR1/forever/KILL/1 "$handle" >said
	waitfor 5 says out USR1 || fail "there is no USR1"
	kill -s HUP "$witness"
	wait "$pid"
	assertEquals "status" 0 $?
	assertLike "standard output" "$handle${tab}ended${tab}USR1${tab}*" \
		"$(cat said)"
}

# --- whole groups ----------------------------------------------------------------

testAWholeGroupEnds()
{
	zoo -f 5
	run pgterm -v "$handle"
	assertEnded
}

testMembersThatOutliveTheirLeaderAreKilled()
{
	zoo -l -f 3
	run pgterm -v -k 0.2 "$handle"
	assertEnded killed KILL
}

testAGroupThatIgnoresEverythingIsKilled()
{
	zoo -f 3 -i all
	run pgterm -v -k 0.1 "$handle"
	assertEnded killed KILL
}

testAGroupThatTakesItsTimeIsWaitedFor()
{
	with_processes || return 0
	zoo -f 3 -g 0.4
	run pgterm -v "$handle"
	assertEnded
	assertLike "seconds" "*${tab}0.[4-9]*" "$out"
}

testAStoppedGroupObeys()
{
	zoo -f 2 -S
	for one in $(pids leader zoo) $(pids child zoo); do
		waitfor 5 in_state "$one" T || fail "it is not stopped"
	done
	run pgterm -v "$handle"
	assertEnded
}

testAStoppedGroupIsKilled()
{
	need_table || return 0
	zoo -f 2 -S -i TERM
	run pgterm -v -k 0 "$handle"
	assertEnded killed KILL
}

testAGroupOfZombiesIsGone()
{
	with_processes || return 0
	: >zoo
	launch sh -c 'freshsig -g stubborn -f 2 & exec sleep 60' >zoo
	waitfor 5 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
	leader=$(pids leader zoo)
	kill -s KILL -- "-$leader"
	waitfor 5 group_dead "$leader" || fail "it lives"
	handle=$(pgterm -n "$leader" | cut -f 1)
	assertLike "handle" "$leader:*" "$handle"
	run pgterm -v "$handle"
	assertRan 0 "$handle${tab}gone${tab}-${tab}0.000" ''
}

testALeaderWithoutItsFirstThreadLives()
{
	with_processes || return 0
	launch_group headless
	waitfor 10 in_state "$pid" Z || fail "it has its head"
	handle=$(pgterm -n "$pid" | cut -f 1)
	run pgterm -R 0/0.05 "$handle"
	assertEquals "status of: $ran" 1 "$status"
	run pgterm -v "$handle"
	assertEnded
}

# Only the lineage of that member proves that the group is that of the handle.
testAMemberWithoutItsFirstThreadLives()
{
	with_processes || return 0
	need_keys || return 0
	: >zoo
	# shellcheck disable=SC2016
	pgspawn -x -p 3 -o zoo -- sh -c 'headless & echo "child $!"' 3>handle
	handle=$(cat handle)
	record_group "$handle"
	waitfor 5 grep -q child zoo || fail "there is no child"
	child=$(pids child zoo)
	record_pid "$child"
	waitfor 10 in_state "$child" Z || fail "it has its head"
	run pgterm -R 0/0.05 "$handle"
	assertEquals "status of: $ran" 1 "$status"
	run pgterm -v "$handle"
	assertEnded
	waitfor 5 no_process "$child" || fail "it lives"
}

testZombiesAmongTheLivingAreDead()
{
	zoo -f 1 -z 3 -g 0.1
	run pgterm -v "$handle"
	assertEnded
}

testMembersBornOnTermAreEndedToo()
{
	zoo -f 2 -t
	run pgterm -v -k 0.2 "$handle"
	assertEnded killed KILL
	assertEquals "births" 3 "$(pids born zoo | grep -c .)"
	assertNamesDead born
}

testMembersBornOnTermByTheDyingAreEndedToo()
{
	zoo -f 2 -t -g 0.05
	run pgterm -v -k 0.5 "$handle"
	assertEnded killed KILL
	assertNamesDead born
}

testAGroupThatForksAllTheTimeIsEnded()
{
	: >go
	cat >hop <<-'EOF'
	#!/bin/sh
	trap '' TERM
	[ -e deaf ] || : >deaf
	[ ! -e go ] || sh ./hop &
	EOF
	chmod +x hop
	handle=$(pgspawn -d ./hop)
	record_group "$handle"
	waitfor 5 test -e deaf || fail "it never ran"
	run pgterm -v -k 0.2 "$handle"
	rm go
	assertEnded killed KILL
}

# found_alive ROUNDS COMMAND: ROUNDS times start a group whose members fork and exit all the
# time, run COMMAND, and let pgterm look at the group: it must not report the group as ended.
found_alive()
{
	# shellcheck disable=SC2016
	run timeout -s KILL 60 unshare --kill-child --pid --fork --mount-proc sh -c '
		until [ "$1" -eq 0 ]; do
			handle=$(pgspawn -d sh -c "forker -c 60 & exec sleep 0.1")
			eval "$2"
			pgterm -v -R 0/0.4 "$handle" 2>/dev/null
			pgterm -k 0 "$handle" || exit
			set -- $(($1 - 1)) "$2"
		done | cut -f 2 | sort | uniq -c | sed "s/^ *//"' sh "$@"
	[ "$status:$err" = 0: ] || return 1
	assertEquals "$1 alive" "$out"
}

testAMemberIsFoundHoweverSoonItEnds()
{
	need_table || return 0
	timeout 9 unshare --kill-child --pid --fork --mount-proc true 2>/dev/null ||
		{ skip 'no PID namespace can be made'; return 0; }
	found_alive 5 : || fail "status $status: $err"
}

# The test sets the counter of PIDs of its own namespace near its end.
testAMemberIsFoundWhenNumbersBeginAnew()
{
	need_table || return 0
	[ -w /proc/sys/kernel/ns_last_pid ] || { skip 'no ns_last_pid'; return 0; }
	timeout 9 unshare --kill-child --pid --fork --mount-proc true 2>/dev/null ||
		{ skip 'no PID namespace can be made'; return 0; }
	max=$(cat /proc/sys/kernel/pid_max)
	found_alive 5 "echo $((max - 30)) >/proc/sys/kernel/ns_last_pid" ||
		fail "status $status: $err"
}

testAMemberThatLeftTheGroupIsNotWaitedFor()
{
	mkfifo leave
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o out -- sh -c 'sigreport -x TERM &
		trap "" TERM
		echo armed
		read -r x <leave
		freshsig -g sleep 30 &
		echo "left $!"')
	record_group "$handle"
	waitfor 5 grep -q ready out || fail "it is not ready"
	waitfor 5 says out armed || fail "it would obey"
	launch pgterm -v -k 20 "$handle" >said
	waitfor 5 says out TERM || fail "there is no TERM"
	echo >leave
	waitfor 5 grep -q left out || fail "it has not left"
	left=$(pids left out)
	record_pid "$left"
	wait "$pid"
	assertEquals "status" 0 $?
	assertLike "standard output" "$handle${tab}ended${tab}TERM${tab}*" \
		"$(cat said)"
	assertTrue "it was ended" "alive $left"
}

testFiftyStubbornGroupsTakeOneGracePeriod()
{
	for i in 1 2 3 4 5 6 7 8 9 10; do
		for k in 1 2 3 4 5; do
			pgspawn -d -o zoo -- stubborn -i TERM
		done
	done >list
	# shellcheck disable=SC2046
	record_group $(cat list)
	waitfor 30 are_ready 50 || fail "they do not ignore it yet"
	run pgterm -v -k 0.5 <list
	assertEquals "status" 0 "$status"
	assertEquals "killed" 50 "$(printf '%s\n' "$out" |
		awk '$2 == "killed" && $4 >= 0.5 && $4 < 5' | grep -c .)"
	assertEquals "handles" "$(sort list)" \
		"$(printf '%s\n' "$out" | cut -f 1 | sort)"
}

testAFewDescriptorsAreEnough()
{
	with_processes || return 0
	zoo -f 40
	run sh -c 'ulimit -n 16 && exec pgterm -v "$@"' sh "$handle"
	assertEnded
	zoo -f 40 -s -i TERM
	run sh -c 'ulimit -n 10 && exec pgterm -v -a -k 0.1 "$@"' sh "$handle"
	assertEnded killed KILL
	assertNamesDead setsid
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		pgspawn -d -- stubborn
	done >list
	# shellcheck disable=SC2046
	record_group $(cat list)
	run sh -c 'ulimit -n 16 && exec pgterm -v' sh <list
	assertEquals "status" 0 "$status"
	assertEquals "ended" 20 "$(printf '%s\n' "$out" | grep -c ended)"
}

# --- escapees ---------------------------------------------------------------------

testWithoutAEscapeesAreLeftAlone()
{
	zoo -s -D
	run pgterm -v "$handle"
	assertEnded
	assertTrue "one was ended" "alive $(pids setsid zoo)"
	assertTrue "one was ended" "alive $(pids daemon zoo)"
}

testAEndsEscapeesByDescentAndByLineage()
{
	with_processes || return 0
	zoo -s -D -f 1
	run pgterm -v -a "$handle"
	assertEnded
	assertNamesDead setsid daemon
}

# Two lists of processes are made before the first signal. Every later one fails.
testAGroupIsNotGoneWhileEscapeesCannotBeFound()
{
	with_processes || return 0
	need strace || return 0
	zoo -s
	run env ASAN_OPTIONS=detect_leaks=0 strace -f -o trace \
		-P /proc -e trace=openat -e inject=openat:error=EMFILE:when=3+ \
		pgterm -v -a -R TERM/0.5 "$handle"
	grep -q INJECTED trace || { skip "/proc is not looked at"; return 0; }
	assertRanLike 1 "$handle${tab}alive${tab}TERM${tab}*" \
		"pgterm: $handle: still alive"
}

testAEndsEscapeesOfANumberToo()
{
	with_processes || return 0
	zoo -s -D
	run pgterm -v -a "${handle%:*}"
	assertEnded
	assertNamesDead setsid daemon
}

# leaderless_zoo: start a group whose leader is dead. One member has a lineage and a daemon
# that left the group; the other has an empty environment and a child in a session of its
# own. The handle is in $handle.
leaderless_zoo()
{
	: >zoo
	# shellcheck disable=SC2016
	pgspawn -x -p 3 -o zoo -- sh -c '
		stubborn -D -f 1 &
		env -i "$@" &' sh "$bin/tests/stubborn" -s 3>handle
	handle=$(cat handle)
	record_group "$handle"
	waitfor 10 are_ready 2 || fail "the zoo is not ready"
	record_zoo zoo
	waitfor 5 dead "${handle%:*}" || fail "the leader lives"
}

# The lineage of a member has the handle that the lineage of the daemon has.
testAEndsEscapeesOfTheNumberOfALeaderlessGroup()
{
	with_processes || return 0
	need_keys || return 0
	for target in number handle member; do
		leaderless_zoo
		waitfor 5 no_process "${handle%:*}" ||
			{ skip "nobody reaps"; return 0; }
		case $target in
		number) run pgterm -a "${handle%:*}" ;;
		handle) run pgterm -a "$handle" ;;
		member) run pgterm -a -p "$(pids child zoo)" ;;
		esac
		assertRan 0 '' ''
		assertNamesDead leader child daemon setsid
	done
}

testAEndsEscapeesWithoutEnvironmentThatDescendFromMembers()
{
	with_processes || return 0
	zoo -s -e
	run pgterm -v -a "$handle"
	assertEnded
	assertNamesDead setsid
}

testAEndsWhatDescendsFromEscapees()
{
	with_processes || return 0
	: >zoo
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o zoo -- sh -c 'env -i "$@" & wait' sh \
		"$bin/tests/freshsig" -s \
		/bin/sh -c '"$@" & wait' sh \
		"$bin/tests/freshsig" -s "$bin/tests/stubborn" -s)
	record_group "$handle"
	waitfor 5 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
	run pgterm -v -a "$handle"
	assertEnded
	assertNamesDead leader setsid
}

testAKillsStubbornEscapees()
{
	with_processes || return 0
	zoo -s -D -i TERM
	run pgterm -v -a -k 0.1 "$handle"
	assertEnded killed KILL
	assertNamesDead setsid daemon
}

testAWaitsForEscapees()
{
	with_processes || return 0
	zoo -s -D -g 0.3
	kill -s KILL "$(pids leader zoo)"
	waitfor 5 group_dead "$handle" || fail "the leader lives"
	run pgterm -v -a "$handle"
	assertEnded
	assertNamesDead setsid daemon
}

testAContinuesStoppedEscapees()
{
	with_processes || return 0
	zoo -s -S
	waitfor 5 in_state "$(pids setsid zoo)" T || fail "it is not stopped"
	run pgterm -v -a "$handle"
	assertEnded
	assertNamesDead setsid
}

testAEndsMembersThatEscapeOnTerm()
{
	with_processes || return 0
	late -s
	assertKilledLate -a
}

testAFindsTheEscapeesOfAGroupThatIsGone()
{
	with_processes || return 0
	zoo -D
	kill -s KILL "$(pids leader zoo)"
	waitfor 5 group_dead "$handle" || fail "the leader lives"
	run pgterm -v "$handle"
	assertRan 0 "$handle${tab}gone${tab}-${tab}0.000" ''
	run pgterm -v -a "$handle"
	assertEnded
	assertNamesDead daemon
	run pgterm -v -a "$handle"
	assertRan 0 "$handle${tab}gone${tab}-${tab}0.000" ''
}

testALeavesStrangersAlone()
{
	with_processes || return 0
	witness
	launch sleep 60
	stranger=$pid
	zoo -s -D
	run pgterm -v -a "$handle"
	assertEnded
	assertWitnessUntouched
	assertTrue "a stranger was ended" "alive $stranger"
}

testALeavesTheEscapeesOfAnotherGroupOfThatNumberAlone()
{
	with_processes || return 0
	zoo -s -D -f 1
	run pgterm -v -a "${handle}1"
	assertRan 0 "${handle}1${tab}gone${tab}-${tab}0.000" ''
	for name in leader child setsid daemon; do
		assertTrue "$name was ended" "alive $(pids $name zoo)"
	done
}

testACallerInTheTreeIsSpared()
{
	with_processes || return 0
	: >said
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o said -- sh -c '
		freshsig -s sh -c "pgterm -av \"\${PGSPAWN_ID##* }\"
			echo \"status \$?\"" &
		exec stubborn -s')
	record_group "$handle"
	waitfor 5 grep -q status said || fail "pgterm did not end"
	record_zoo said
	says said "status 0" || fail "$(cat said)"
	assertTrue "it lives" "group_dead $handle"
}

# --- statuses ---------------------------------------------------------------------

testSurvivorsAreStatusOne()
{
	zoo -i TERM
	run pgterm -R TERM/0.1 "$handle"
	assertRan 1 '' "pgterm: $handle: still alive"
	run pgterm -v -R TERM/0.1 "$handle"
	assertRanLike 1 "$handle${tab}alive${tab}TERM${tab}0.1*" \
		"pgterm: $handle: still alive"
}

testQuietPrintsNoSurvivors()
{
	zoo -i TERM
	run pgterm -q -R TERM/0.1 "$handle"
	assertRan 1 '' ''
}

testTheWorstStatusWinsAndTheRestIsEnded()
{
	with_processes || return 0
	unverifiable
	first=$handle
	zoo -i TERM
	second=$handle
	zoo
	run pgterm -R TERM/0.2 "$handle" "$second" "$first"
	assertEquals "status" 3 "$status"
	assertEquals "standard error" \
		"pgterm: $first: cannot be verified, not signalled
pgterm: $second: still alive" "$(printf '%s\n' "$err" | sort -t : -k 4)"
	assertTrue "the third lives" "group_dead $handle"
	assertTrue "the first was ended" "group_alive $first"
}

testAnotherUsersGroupIsStatusThreeAndTheRestIsEnded()
{
	[ "$(id -u)" -eq 0 ] || { skip "for root only"; return 0; }
	witness
	first=$handle
	: >zoo
	give .
	second=$(as_user pgspawn -d -o zoo -- stubborn)
	record_group "$second"
	waitfor 5 says zoo ready || fail "the zoo is not ready"
	run as_user pgterm "$first" "$second"
	assertRan 3 '' "pgterm: $first: still alive: Operation not permitted"
	assertTrue "the second lives" "group_dead $second"
	run as_user pgterm -v "$first"
	assertRanLike 3 "$first${tab}denied${tab}TERM${tab}0.0[0-9][0-9]" \
		"pgterm: $first: still alive: Operation not permitted"
	run as_user pgterm -q -R 0/0.1 "$first"
	assertRan 1 '' ''
	assertWitnessUntouched
}

testAnotherUsersMemberIsStatusThreeAndTheRestIsEnded()
{
	[ "$(id -u)" -eq 0 ] || { skip "for root only"; return 0; }
	with_processes || return 0
	find_user
	: >out
	: >zoo
	# shellcheck disable=SC2086
	handle=$(pgspawn -d -- sh -c '"$@" >zoo & exec sigreport >out' sh \
		$user_prefix stubborn)
	record_group "$handle"
	waitfor 5 says zoo ready || fail "the zoo is not ready"
	waitfor 5 grep -q ready out || fail "the witness is not ready"
	run as_user pgterm -v -k 0.1 "$handle"
	assertRanLike 3 "$handle${tab}denied${tab}KILL${tab}[0-9]*" \
		"pgterm: $handle: still alive: Operation not permitted"
	assertNamesDead leader
	assertFalse "TERM came" "says out TERM"
}

# --- output ------------------------------------------------------------------

testWithoutVNothingIsPrinted()
{
	zoo
	run pgterm "$handle" 4194305
	assertRan 0 '' ''
}

testVerbosePrintsEachTarget()
{
	with_processes || return 0
	zoo
	first=$handle
	zoo -i TERM
	run pgterm -v -k 0.2 "$handle" "$first" 4194305
	assertRanLike 0 "4194305${tab}gone${tab}-${tab}0.000
$first${tab}ended${tab}TERM${tab}0.[0-9][0-9][0-9]
$handle${tab}killed${tab}KILL${tab}[0-9]*.[0-9][0-9][0-9]" ''
}

testNOnlySaysWhatWouldBeDone()
{
	with_processes || return 0
	unverifiable
	first=$handle
	witness
	run pgterm -n "$handle" 4194305 "$first"
	assertEquals "standard output" "$(printf '%s\n' \
		"$handle${tab}TERM/5/KILL/2" "4194305${tab}gone" \
		"$first${tab}unverified" | sort)" "$(printf '%s\n' "$out" | sort)"
	assertEquals "status" 0 "$status"
	assertWitnessUntouched
}

testAPlanThatCannotBeWrittenIsNoSuccess()
{
	[ -c /dev/full ] || { skip 'there is no /dev/full'; return 0; }
	witness
	run sh -c "pgterm -n $handle >/dev/full"
	assertRan 3 '' 'pgterm: standard output: No space left on device'
	assertWitnessUntouched
}

testNSaysEverySchedule()
{
	witness
	while read -r option word plan; do
		run pgterm -n "$option" "$word" "$handle"
		assertRan 0 "$handle$tab$plan" ''
	done <<-EOF
	-R HUP HUP
	-R TERM/0.25/sigint/forever/9/.1 TERM/0.250/INT/forever/KILL/0.100
	-R 0/30 0/30
	-R TERM/5/KILL TERM/5/KILL
	-R TERM/0/KILL/0 TERM/0/KILL/0
	-R USR1/1.0001 USR1/1.001
	-k 0 KILL/2
	-k 0.001 TERM/0.001/KILL/2
	-k forever TERM/forever/KILL/2
	-s KILL KILL/2
	-s INT INT/5/KILL/2
	EOF
	assertWitnessUntouched
}

testAClosedOutputChangesNothing()
{
	for how in '>&-' '<&- >&-' '<&- >&- 2>&-' '>/dev/full' '2>&-'; do
		[ "$how" != '>/dev/full' ] || [ -e /dev/full ] || continue
		zoo
		first=$handle
		zoo -f 1 -i TERM
		run sh -c "exec pgterm -v -k 0.1 \"\$@\" $how" sh "$first" \
			"$handle"
		assertEquals "status with $how" 0 "$status"
		assertEquals "standard error with $how" '' "$err"
		assertTrue "it lives" "group_dead $handle"
	done
}

# 3000 lines are more than a pipe holds (64 KiB).
testAStalledReaderDelaysNothing()
{
	zoo -f 1 -i TERM
	mkfifo pipe
	{
		awk 'BEGIN { for (i = 0; i < 3000; i++) print 4194305 + i }'
		echo "$handle"
	} >list
	launch sh -c 'exec sleep 60 <pipe'
	reader=$pid
	launch pgterm -v -k 0.2 - <list >pipe
	waitfor 10 group_dead "$handle" || fail "it lives"
	assertTrue "it does not wait for its reader" "alive $pid"
	kill -s KILL "$reader"
	wait "$pid"
	assertEquals "status" 0 $?
}

testEveryReportLineIsPrinted()
{
	zoo
	mkfifo pipe
	{
		awk 'BEGIN { for (i = 0; i < 3000; i++) print 4194305 + i }'
		echo "$handle"
	} >list
	launch sh -c 'until [ -e go ]; do sleep 0.02; done; exec cat' <>pipe >said
	reader=$pid
	launch pgterm -v - <list >pipe
	waitfor 10 group_dead "$handle" || fail "it lives"
	: >go
	wait "$pid"
	assertEquals "status" 0 $?
	waitfor 10 grep -q "^$handle" said
	kill -s KILL "$reader"
	assertEquals "lines" 3001 "$(grep -cE "^[0-9:-]+${tab}[a-z]+$tab" said)"
	assertEquals "lines of any kind" 3001 "$(grep -c '' said)"
}

testAnInterruptEndsTheWaitForAReader()
{
	zoo
	mkfifo pipe
	awk 'BEGIN { for (i = 0; i < 3000; i++) print 4194305 + i }' >list
	echo "$handle" >>list
	launch sh -c 'exec sleep 60 <pipe'
	launch pgterm -v - <list >pipe
	waitfor 10 group_dead "$handle" || fail "it lives"
	waitfor 10 ends_on_term "$pid" || fail "it does not end"
}

# ends_on_term PID: send TERM to pgterm again; it has ended. The first TERM may have come
# while pgterm still ended the group.
ends_on_term()
{
	kill -s TERM "$1"
	dead "$1"
}

testAReaderThatWentAwayChangesNothing()
{
	zoo -f 1
	first=$handle
	zoo -f 1 -i TERM
	{ pgterm -v -k 0.2 "$handle" "$first"; echo $? >status; } | :
	assertEquals "status" 0 "$(cat status)"
	assertTrue "the first lives" "group_dead $first"
	assertTrue "the second lives" "group_dead $handle"
}

# --- interrupts -------------------------------------------------------------------

testTheFirstInterruptJumpsToTheLastStep()
{
	for name in INT TERM; do
		witness
		launch pgterm -v -R USR1/forever/USR2/forever/KILL/2 \
			"$handle" >said
		waitfor 5 says out USR1 || fail "there is no USR1"
		kill -s $name "$pid"
		wait "$pid"
		assertEquals "status" 0 $?
		assertLike "standard output" \
			"$handle${tab}killed${tab}KILL${tab}*" "$(cat said)"
		assertFalse "USR2 was sent" "says out USR2"
	done
}

testTheSecondInterruptEndsPgterm()
{
	witness
	launch pgterm -R USR1/forever/USR2/forever "$handle"
	waitfor 5 says out USR1 || fail "there is no USR1"
	kill -s INT "$pid"
	waitfor 5 says out USR2 || fail "there is no USR2"
	kill -s TERM "$pid"
	wait "$pid"
	assertEquals "status" 143 $?
	assertTrue "it was ended" "alive $witness"
}

testInterruptsWorkWithAClosedOutput()
{
	witness
	# shellcheck disable=SC2016
	launch sh -c 'exec pgterm -v -R USR1/forever/KILL/2 "$1" <&- >&-' \
		sh "$handle"
	waitfor 5 says out USR1 || fail "there is no USR1"
	kill -s INT "$pid"
	wait "$pid"
	assertEquals "status" 0 $?
	assertTrue "it lives" "group_dead $handle"
}

# --- processes that lead no group ------------------------------------------------

# member: start a group of two; the PID of the second process is in $member.
member()
{
	: >zoo
	zoo -f 1
	member=$(pids child zoo)
}

testTheNumberOfAMemberIsRefused()
{
	member
	group=${handle%:*}
	witness
	for how in '' -n '-R 0/30' '-R HUP' -v -l -q; do
		# shellcheck disable=SC2086
		run pgterm $how "$witness" "$member"
		assertRan 2 '' \
"pgterm: $member is a member of group $group: use -p"
	done
	run pgterm <<-EOF
	$witness
	$member	web
	EOF
	assertRan 2 '' \
"pgterm: $member is a member of group $group: use -p"
	assertTrue "it was ended" "alive $member"
	assertEquals "signals" "ready $witness" "$(signals_of_witness)"
	run pgterm -v -p "$member"
	assertRanLike 0 "$group*${tab}ended${tab}TERM${tab}*" ''
}

# A zombie is dead, so its group is not reported.
testAZombieIsNoMember()
{
	with_processes || return 0
	zoo -z 1
	zombie=$(pids zombie zoo)
	run pgterm -v "$zombie"
	assertRanLike 0 "$zombie${tab}gone${tab}-${tab}*" ''
}

# pgterm -p fails if it cannot open the process, or if /proc hides the leader of its group.
testPFailsWhereTheGroupCannotBeRead()
{
	need_keys || return 0
	need strace timeout || return 0
	member
	for target in "$member" "$handle"; do
		run timeout 10 strace -o trace -e trace=pidfd_open \
			-e inject=pidfd_open:error=EMFILE pgterm -p "$target"
		assertRan 3 '' "pgterm: $target: $(reason EMFILE)"
		assertTrue "it was ended" "alive $member"
	done
	need_root && need_unshare --mount || return 0
	find_user
	# shellcheck disable=SC2086
	run timeout 20 unshare --mount sh -c '
		mount -t proc -o hidepid=1 none /proc && exec "$@"' sh \
		strace -o trace -e trace=pidfd_open \
		-e inject=pidfd_open:error=ENOSYS $user_prefix pgterm -p "$member"
	assertRanLike 3 '' "pgterm: *${handle%:*}: *not*"
	assertTrue "it was ended" "alive $member"
}

# Where /proc hides the processes of other users, kill(2) reports that they exist.
testAHiddenGroupOfAnotherUserIsNotGone()
{
	need_keys || return 0
	need_root && need setpriv setsid && need_unshare --mount || return 0
	find_user
	# The session of the tests may have no number in this PID namespace.
	launch setsid sleep 60
	waitfor 10 leads_group "$pid" || fail 'no group'
	leader=$pid
	launch_group sh -c 'sleep 60 & echo "$!" >member; exec sleep 61'
	waitfor 10 test -s member || fail 'no member'
	orphan=$pid
	handle=$(pgtrack -D db add web "$orphan" && pgtrack -D db get web)
	kill -KILL "$orphan"
	wait "$orphan" 2>/dev/null
	record_pid "$(cat member)"
	for hidepid in 1 2 4; do
		# shellcheck disable=SC2016
		set -- unshare --mount sh -c 'mount -t proc -o "hidepid=$1" none /proc &&
			shift && exec "$@"' sh "$hidepid" setsid -w
		# shellcheck disable=SC2086
		set -- "$@" $user_prefix
		"$@" true 2>/dev/null || break
		for option in -v -va -vS -vp '-v -R HUP'; do
			# shellcheck disable=SC2086
			run timeout 60 "$@" pgterm $option "$leader"
			assertRanLike 3 "$leader*${tab}denied${tab}*" 'pgterm: *not permitted'
		done
		run timeout 60 "$@" pgterm -v "$handle"
		assertRanLike 3 "$handle${tab}unverified${tab}*" 'pgterm: *'
		run timeout 60 "$@" pgterm -v -R 0/0.2 "$leader"
		assertRanLike 1 "$leader*${tab}alive${tab}*" 'pgterm: *still alive'
	done
	assertTrue 'it was ended' "alive $leader"
	assertTrue 'the member was ended' "alive $(cat member)"
}

# --- examples of the manual pages -----------------------------------------------

# orphaned_zoo: start a group and an escapee with the marker that the examples look for.
orphaned_zoo()
{
	: >zoo
	handle=$(pgspawn -d -o zoo -m "PGTERM_TEST_$$=shop:web" -- \
		stubborn -s)
	record_group "$handle"
	waitfor 10 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
	pgscan -q "PGTERM_TEST_$$" && return
	skip "there are no orphans here"
	return 1
}

testExamplesOfThePageEndGroups()
{
	zoo
	h=$handle
	export h
	run_example pgterm.1 1 "PGTERM_TEST_$$"
	assertEnded
	witness -x TERM
	h=$handle
	run_example pgterm.1 3 "PGTERM_TEST_$$"
	assertRan 0 '' ''
	waitfor 5 says out CONT || fail "there is no CONT"
	assertEquals "signals" "ready $witness HUP CONT" "$(signals_of_witness)"
	page_example pgterm.1 4 "PGTERM_TEST_$$"
	mv script waits
	launch sh ./waits
	run_example pgterm.1 2 "PGTERM_TEST_$$"
	assertRan 0 '' ''
	wait "$pid"
	assertEquals "status of the one that waits" 0 $?
	assertTrue "INT came" "says out INT"
	zoo -f 1
	h=$handle
	run_example pgterm.1 5 "PGTERM_TEST_$$"
	assertRan 0 '' ''
	assertTrue "it lives" "group_dead $h"
	unset h
}

testExamplesOfThePageEndWhatWasFound()
{
	with_processes || return 0
	orphaned_zoo || return 0
	run_example pgterm.1 6 "PGTERM_TEST_$$"
	assertRanLike 0 "*$handle${tab}TERM/5/KILL/2*" ''
	assertTrue "it was ended" "group_alive $handle"
	run_example pgterm.1 7 "PGTERM_TEST_$$"
	assertRan 0 '' ''
	assertNamesDead leader setsid
	PGTRACK_DIR=$dir/records
	export PGTRACK_DIR
	handle=$(pgspawn -d -- pgtrack exec web -- sleep 60)
	record_group "$handle"
	waitfor 5 pgtrack get web || fail "it does not run"
	run_example pgterm.1 8 "PGTERM_TEST_$$"
	assertRan 0 '' ''
	assertTrue "it lives" "group_dead $handle"
	unset PGTRACK_DIR
	assertFalse "an example has no test" "page_example pgterm.1 10"
}

testRecipesKeepAServiceForAScript()
{
	run_example procgroup.7 1 "PGTERM_TEST_$$"
	assertRanLike 0 'the work is done while *:* runs' ''
	handle=${out#*while }
	assertTrue "it lives" "group_dead ${handle% runs}"
}

testRecipesEndWhatADeadSupervisorLeft()
{
	with_processes || return 0
	orphaned_zoo || return 0
	tracked=$(pgspawn -d -- pgtrack -D .run exec db -- sleep 60)
	record_group "$tracked"
	waitfor 5 pgtrack -D .run get db || fail "it does not run"
	run_example procgroup.7 2 "PGTERM_TEST_$$"
	assertRan 0 '' ''
	assertNamesDead leader setsid
	assertTrue "it lives" "group_dead $tracked"
	assertEquals "records" '' "$(pgtrack -D .run list -a)"
	orphaned_zoo || return 0
	run_example pgscan.1 4 "PGTERM_TEST_$$"
	assertRan 0 '' ''
	assertNamesDead leader setsid
}

# A scan can miss a process that forks at that moment. Here the first scan finds nothing.
testRecipesLookTwice()
{
	with_processes || return 0
	orphaned_zoo || return 0
	mkdir blind
	cat >blind/pgscan <<-'EOF'
	#!/bin/sh
	[ "$1" != -q ] || [ -e looked ] || { : >looked; exit 1; }
	exec "${0%/*}/real" "$@"
	EOF
	chmod +x blind/pgscan
	ln -s "$bin/pgscan" blind/real
	page_example pgscan.1 4 "PGTERM_TEST_$$"
	run env PATH="$dir/blind:$PATH" sh ./script
	assertRan 0 '' ''
	assertTrue "no first look" "test -e looked"
	assertTrue "one was left" "dead $(pids leader zoo)"
}

testRecipesMakeTargetsThatStartAndStop()
{
	need make || return 0
	with_processes || return 0
	page_example procgroup.7 3 "PGTERM_TEST_$$"
	cp script Makefile
	run make -s dev
	assertRanLike 0 '*:*:*' ''
	# shellcheck disable=SC2086
	record_group $out
	first=$out
	waitfor 5 pgtrack -D .run get web db || fail "one does not run"
	run make -s dev
	assertEquals "status" 0 "$status"
	assertEquals "handles" "$first" "$out"
	run make -s stop
	assertRan 0 '' ''
	for handle in $first; do
		assertTrue "it lives" "group_dead $handle"
	done
}

# has_carriers NUMBER: so many processes carry the marker of the services.
has_carriers()
{
	[ "$(pgscan -a -c "PGTERM_TEST_$$=shop:*")" -eq "$1" ]
}

# supervisor_runs: both services run, and the escapee of web.
supervisor_runs()
{
	waitfor 10 pgtrack -D .run get web db && waitfor 10 has_carriers 3
}

testRecipesStartASupervisorThatMayBeKilled()
{
	with_processes || return 0
	page_example procgroup.7 4 "PGTERM_TEST_$$"
	mv script supervisor
	launch sh supervisor
	supervisor_runs || fail "the first does not come up"
	first=$(pgtrack -D .run get web db)
	# shellcheck disable=SC2086
	record_group $first
	old=$(pgscan -a "PGTERM_TEST_$$=shop:*" | cut -f 2)
	kill -KILL "$pid"
	assertTrue "the supervisor lives" "waitfor 5 dead $pid"
	assertTrue "services do not survive it" "has_carriers 3"
	launch sh supervisor
	for process in $old; do
		assertTrue "$process survives" "waitfor 15 dead $process"
	done
	supervisor_runs || fail "the second does not come up"
	second=$(pgtrack -D .run get web db)
	# shellcheck disable=SC2086
	record_group $second
	assertNotEquals "handles" "$first" "$second"
	kill -KILL "$pid"
	assertTrue "the supervisor lives" "waitfor 5 dead $pid"
	pgtrack -D .run list | pgterm -a
	pgscan -a -g "PGTERM_TEST_$$=shop:*" | pgterm -a
	assertTrue "something is left" "has_carriers 0"
	# Two are in container_test.sh, those of the subsection in interplay_test.sh.
	assertEquals "examples of procgroup(7)" 6 "$(sed -n \
	    '/^\.Sh EXAMPLES/,/^\.Ss/p' "$src/man/procgroup.7" | grep -c '^\.Bd')"
}

. "$SHUNIT2"
