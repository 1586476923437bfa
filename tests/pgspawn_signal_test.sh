#!/bin/sh
# pgspawn_signal_test.sh: how pgspawn forwards signals, and ends the group and its
# escapees
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

# says_all NAME...: sigreport has reported all these signals.
says_all()
{
	for says_name; do
		says out "$says_name" || return
	done
}

# --- passed on ---------------------------------------------------------------

testEverySignalThatCanBeCaughtIsPassedOn()
{
	names="INT QUIT USR1 USR2 PIPE ALRM URG XCPU XFSZ VTALRM PROF WINCH IO PWR"
	spawn -k forever sigreport
	await
	for signal in $names 35 50 64; do
		kill -s "$signal" "$pid" || kill "-$signal" "$pid"
	done 2>/dev/null
	# shellcheck disable=SC2086
	waitfor 10 says_all $names 35 50 64 ||
		fail "some are missing: $(cat out)"
	for signal in HUP TERM; do
		kill -s "$signal" "$pid"
		waitfor 5 says out "$signal" || fail "no $signal"
	done
	assertEquals "passed on twice" "" "$(sort out | uniq -d | grep -v CONT)"
	kill -s KILL "$(pids ready out)"
	finish 137
}

testNoSignalIsLostOrDoubledAtAnyMoment()
{
	for how in "" -a -t "-K $$"; do
		can_have "$how" || continue
		# shellcheck disable=SC2086
		run volley 50 pgspawn -i $how sigreport -x 64
		assertRan 0 "" ""
	done
}

# have_come COUNT: the command got so many USR1. A pgspawn that is stopped passes none on.
have_come()
{
	[ "$(grep -c USR1 out)" -ge "$1" ]
}

testAContinueRightAfterAStopIsNotLost()
{
	for how in spawn_group spawn_orphan 'spawn_group -t' \
	    'spawn_orphan -t'; do
		can_have "$how" || continue
		: >out
		# shellcheck disable=SC2086
		$how -k forever sigreport -x TERM
		await
		times=0
		while [ "$times" -lt 40 ]; do
			kill -s TSTP "$pid"
			kill -s CONT "$pid"
			kill -s USR1 "$pid"
			times=$((times + 1))
			waitfor 5 have_come "$times" || {
				fail "it is stopped, at the ${times}th time"
				kill -s CONT "$pid"
				break
			}
		done
		kill -s TERM "$pid"
		finish 0
	done
}

testEveryMemberGetsTheSignal()
{
	spawn sh -c 'sigreport -x USR1 & sigreport -x USR1 & wait; exit 4'
	waitfor 10 two_are_ready || fail "not ready"
	kill -s USR1 "$pid"
	finish 138
	assertEquals "members that got it" 2 "$(grep -c USR1 out)"
}

two_are_ready()
{
	[ "$(grep -c ready out)" -eq 2 ]
}

testOneSignalArrivesOnce()
{
	spawn sigreport -x USR2
	await
	kill -s USR1 "$pid"
	waitfor 5 says out USR1
	kill -s USR2 "$pid"
	finish 0
	assertEquals "USR1${nl}USR2" "$(sed 1d out)"
}

# assertArrives SENT GOT: with -s USR1 the command gets that signal, and CONT.
assertArrives()
{
	spawn -s USR1 -k forever sigreport -x QUIT
	await
	kill -s "$1" "$pid"
	waitfor 5 says_all "$2" CONT || fail "it got $(cat out)"
	kill -s QUIT "$pid"
	finish 0
	assertEquals "$2${nl}CONT${nl}QUIT" "$(sed 1d out)"
}

testTermArrivesAsTheSignalChosenAndContinues()
{
	assertArrives TERM USR1
}

testHupStaysHupAndContinues()
{
	assertArrives HUP HUP
}

testAStoppedGroupObeysTermAndHup()
{
	for signal in 15 1; do
		spawn -k forever stubborn -S -f 2
		await
		waitfor 5 in_state "$(pids leader out)" T
		kill "-$signal" "$pid"
		finish $((128 + signal))
		# shellcheck disable=SC2046
		assertDead $(pids out)
	done
}

testACommandThatSurvivesInterruptAndQuitIsNotEnded()
{
	spawn -k 0 sigreport -x USR1
	await
	kill -s INT "$pid"
	kill -s QUIT "$pid"
	waitfor 5 says_all INT QUIT
	kill -s USR1 "$pid"
	finish 0
}

# sigreport catches every signal, so it reports a signal that pgspawn passes on.
testWhatWasIgnoredIsNotPassedOnAndEndsNothing()
{
	for how in "" -a -t "-L x" "-K $$"; do
		can_have "$how" || continue
		(trap '' HUP INT QUIT TERM USR2 TSTP WINCH
		# shellcheck disable=SC2086
		exec pgspawn -i -k 0 $how sigreport -x USR1 >out 2>err) &
		pid=$!
		record_pid "$pid"
		waitfor 10 grep -q ready out
		record_pid "$(tr -d '\r' <out | sed -n 's/.*ready //p')"
		for signal in HUP INT QUIT TERM USR2 TSTP WINCH; do
			kill -s $signal "$pid"
		done
		kill -s ALRM "$pid"
		waitfor 5 grep -q ALRM out || fail "$how: it does not go on"
		kill -s USR1 "$pid"
		finish 0
		assertEquals "$how" 'ready ALRM USR1' "$(tr -d '\r' <out |
			sed 's/^x *//; s/ready.*/ready/' | paste -s -d ' ' -)"
	done
}

# Without -i the signals of the command are at their default, and HUP is passed on.
testUnderNohupAHangupIsPassedOn()
{
	(trap '' HUP; exec pgspawn -k forever sigreport -x HUP >out 2>err) &
	pid=$!
	record_pid "$pid"
	await
	kill -s HUP "$pid"
	waitfor 5 says out HUP || fail "it is not passed on"
	finish 0
}

# The shell has no traps: a forked shell with traps could catch the TERM before it executes
# pgspawn. The delays grow until some TERMs arrive before the start and some after it.
testATermRightAfterTheStartIsNeverLost()
{
	# shellcheck disable=SC2016
	run sh -c 'i=0
		while [ $i -lt 100 ] || { [ ! -s started ] && [ $i -lt 2000 ]; }; do
			pgspawn -v -k forever -m PGTEST=$0 sleep 60 2>>started &
			delay=$((i * 80))
			while [ $delay -gt 0 ]; do
				delay=$((delay - 1))
			done
			kill -s TERM $!
			wait $!
			[ $? -eq 143 ] || echo lost
			i=$((i + 1))
		done' $$
	assertEquals "what it says" "" "$out"
	assertTrue "none was started" "grep -q started started"
	run pgscan -aq "PGTEST=$$"
	assertRan 1 "" ""
}

# The handle is printed when the command runs; the main loop of pgspawn may not have begun.
testATermRightAfterTheHandleIsNeverLost()
{
	mkfifo five
	exec 6<>five
	i=0
	while [ "$i" -lt 30 ]; do
		launch pgspawn -k forever -p 5 sleep 60 >out 2>err 5>&6
		read -r handle <&6
		kill -s TERM "$pid"
		record_group "$handle"
		wait "$pid"
		[ $? -eq 143 ] || fail "status is not 143"
		i=$((i + 1))
	done
	exec 6>&-
}

# --- stop and continue -------------------------------------------------------

testStopStopsTheGroupAndPgspawn()
{
	spawn_group sigreport -x USR1
	await
	assertStopsAndGoesOn
	waitfor 5 says out CONT
	kill -s USR1 "$pid"
	finish 0
	assertEquals "what it saw" "CONT${nl}USR1" "$(sed 1d out | sort -u)"
}

testInAnOrphanedGroupTheCommandStopsAlone()
{
	spawn_orphan -k forever sigreport -x TERM
	await
	leader=$(pids ready out)
	for signal in TSTP TTIN TTOU; do
		kill -s "$signal" "$pid"
		waitfor 5 in_state "$leader" T || fail "$signal: it runs"
		kill -s CONT "$pid"
		waitfor 5 in_state "$leader" S || fail "it is still stopped"
	done
	kill -s TSTP "$pid"
	waitfor 5 in_state "$leader" T || fail "it runs"
	kill -s TERM "$pid"
	finish 0
	assertEquals "CONT${nl}TERM" "$(sed 1d out | sort -u)"
}

testATermToAStoppedPgspawnIsNotLost()
{
	spawn_group -k forever stubborn -f 1
	await
	kill -s TSTP "$pid"
	waitfor 5 in_state "$pid" T
	kill -s TERM "$pid"
	kill -s CONT "$pid"
	finish 143
	# shellcheck disable=SC2046
	assertDead $(pids out)
}

# --- grace -------------------------------------------------------------------

testGraceMayBeAFraction()
{
	for signal in TERM HUP; do
		spawn -k 0.25 stubborn -i TERM -i HUP -f 1
		await
		begun=$(now)
		kill -s "$signal" "$pid"
		finish 137
		assertTook "$begun" 24 490
		# shellcheck disable=SC2046
		assertDead $(pids out)
	done
}

testMembersThatObeyEndTheWait()
{
	spawn -k forever stubborn -f 2 -g 0.1
	await
	begun=$(now)
	kill -s TERM "$pid"
	finish 0
	assertTook "$begun" 9 1500
}

testNoGraceKillsAtOnce()
{
	spawn -k 0 stubborn -i all -f 1
	await
	begun=$(now)
	kill -s TERM "$pid"
	finish 137
	assertTook "$begun" 0 490
}

testGraceIsFiveSecondsUnlessItIsForever()
{
	spawn -k forever stubborn -i TERM
	await
	forever=$pid
	launch pgspawn stubborn -i TERM >out5 2>err
	await out5
	begun=$(now)
	kill -s TERM "$pid" "$forever"
	finish 137
	assertTook "$begun" 499 2000
	assertTrue "forever has ended" "alive $(pids leader out)"
	kill -s KILL "$(pids leader out)"
	pid=$forever
	finish 137
}

testASecondTermGoesToTheGroupAgain()
{
	spawn -k forever sigreport -x USR1
	await
	kill -s TERM "$pid"
	waitfor 5 says_all TERM CONT
	kill -s TERM "$pid"
	waitfor 5 two_terms || fail "the second is lost"
	kill -s USR1 "$pid"
	finish 0
}

two_terms()
{
	[ "$(grep -c TERM out)" -eq 2 ]
}

# --- members that outlive the leader -----------------------------------------

# The leader has ended, and a member ignores all signals.
testMembersThatIgnoreEverythingAreEndedAfterTheLeader()
{
	run pgspawn -k 0.1 sh -c 'stubborn -i all -f 1 >zoo &
		until grep -qs ready zoo; do sleep 0.01; done; exit 3'
	record_zoo zoo
	assertRan 3 "" ""
	# shellcheck disable=SC2046
	assertDead $(pids zoo)
}

testALeaderThatObeysDoesNotSaveItsChildren()
{
	spawn -k 0.1 stubborn -l -f 2
	await
	kill -s TERM "$pid"
	finish 0
	# shellcheck disable=SC2046
	assertDead $(pids out)
}

testStoppedMembersAreContinuedToObey()
{
	run pgspawn -k forever sh -c 'stubborn -S >zoo &
		until grep -qs ready zoo; do sleep 0.01; done; exit 3'
	record_zoo zoo
	assertRan 3 "" ""
	# shellcheck disable=SC2046
	assertDead $(pids zoo)
}

testTheRestGetsTheSignalChosen()
{
	run pgspawn -s USR1 -k 0.2 sh -c 'sigreport >said &
		until grep -qs ready said; do sleep 0.01; done'
	# shellcheck disable=SC2046
	record_pid $(pids said)
	assertRan 0 "" ""
	assertEquals "USR1${nl}CONT" "$(sed 1d said)"
}

testMembersThatKeepForkingAreEnded()
{
	spawn -k 0.3 stubborn -t -f 2
	await
	kill -s TERM "$pid"
	finish 137
	# shellcheck disable=SC2046
	assertDead $(pids out)
}

testOptionLeavesTheRest()
{
	run pgspawn -O -p 5 sh -c 'sigreport >said &
		until grep -qs ready said; do sleep 0.01; done; exit 3' 5>five
	record_group "$(cat five)"
	assertRan 3 "" ""
	assertTrue "the rest is ended" "alive $(pids ready said)"
	assertEquals "it got a signal" "" "$(sed 1d said)"
}

# leads OPTION...: run pgspawn with a command that writes its signals to the file leader,
# and another member that writes its signals to the file member. Both end with the first
# CONT.
leads()
{
	: >leader
	: >member
	# shellcheck disable=SC2016
	spawn "$@" -- sh -c 'sigreport -x CONT >member & exec sigreport -x CONT >leader'
	await member
	await leader
}

testTheLeaderIsSignalledFirst()
{
	for signal in TERM HUP; do
		leads -l -k 20
		kill -s STOP "$(pids ready leader)"
		kill -s $signal "$pid"
		finish 0
		assertEquals "leader" "$signal${nl}CONT" "$(sed 1d leader)"
		assertEquals "member" "$signal${nl}CONT" "$(sed 1d member)"
	done
}

testMembersAreNotSignalledWhileTheLeaderLives()
{
	: >leader
	: >member
	spawn -l -k 20 -s INT -- sh -c 'sigreport >member &
		exec sigreport -x USR1 >leader'
	await member
	await leader
	kill -s TERM "$pid"
	waitfor 5 says leader CONT || fail "the leader is not asked"
	kill -s TERM "$pid"
	waitfor 5 is_told_twice || fail "the leader is not asked again"
	kill -s USR2 "$pid"
	waitfor 5 says member USR2 || fail "other signals are for all"
	assertEquals "member" USR2 "$(sed 1d member)"
	kill -s KILL "$(pids ready leader)"
	waitfor 5 says member INT || fail "it is not asked after that"
	kill -s KILL "$(pids ready member)"
	finish 137
}

is_told_twice()
{
	[ "$(grep -c INT leader)" -eq 2 ]
}

testTheKillGoesToAllMembers()
{
	: >member
	spawn -l -k 0.2 -- sh -c 'sigreport >member & exec sigreport >leader'
	await member
	await leader
	kill -s TERM "$pid"
	finish 137
	assertDead "$(pids ready leader)" "$(pids ready member)"
	assertEquals "member" '' "$(sed 1d member)"
}

# pgspawn is killed, so the guard ends the group.
testTheGuardAsksTheLeaderFirst()
{
	: >leader
	: >member
	spawn -l -k 20 -K $$ -- sh -c 'sigreport -x INT >member &
		exec sigreport >leader'
	await member
	await leader
	kill -s KILL "$pid"
	waitfor 5 says leader CONT || fail "the leader is not asked"
	assertEquals "member" '' "$(sed 1d member)"
	kill -s KILL "$(pids ready leader)"
	waitfor 5 says member TERM || fail "it is not asked after that"
	kill -s KILL "$(pids ready member)"
}

testTheRestIsReachedWhenTheLeaderIsGone()
{
	spawn -k forever stubborn -l -f 1
	await
	kill -s TERM "$pid"
	waitfor 5 dead "$(pids leader out)" || fail "the leader lives"
	assertTrue "pgspawn has gone" "alive $pid"
	kill -s USR2 "$pid"
	finish 0
	# shellcheck disable=SC2046
	assertDead $(pids out)
}

# pidfd_send_signal(2) to a group fails with EINVAL before Linux 6.9, and with EPERM in a
# sandbox.
testWhereNoDescriptorNamesTheGroupTheLeaderStaysAZombie()
{
	need strace || return 0
	for reason in EINVAL EPERM; do
		launch strace -DD -qq -o trace \
		    -e inject=pidfd_send_signal:error=$reason \
		    pgspawn -k forever stubborn -l -f 1 >out 2>err
		await
		leader=$(pids leader out)
		kill -s TERM "$pid"
		waitfor 5 in_state "$leader" Z || fail "the leader is reaped"
		assertEquals "its parent" "$pid" "$(parent_of "$leader")"
		kill -s USR2 "$pid"
		finish 0
		assertTrue "the leader is left over" "gone $leader"
		# shellcheck disable=SC2046
		assertDead $(pids out)
	done
}

# The parent of the zombie has left the group, and lives on without reaping it.
testAZombieOfAnotherGroupIsNotPartOfTheRest()
{
	need setsid || return 0
	# shellcheck disable=SC2016
	run pgspawn -v -k forever sh -c '
		sh -c "true & exec setsid sleep 60" &
		echo "runaway $!"
		until [ "$(cut -d " " -f 6 "/proc/$!/stat")" = "$!" ]; do
			sleep 0.02
		done
		exit 3'
	record_zoo "$work/out"
	assertEquals "status" 3 "$status"
	assertLike "what was ended" "*exited with status 3, nothing to end" "$err"
	assertTrue "the runaway is ended" "alive $(pids runaway "$work/out")"
	assertEquals "the zombie's group" Z \
	    "$(members "$(sed 's/.*as \([0-9]*\).*/\1/;q' "$work/err")")"
}

testTheRestIsFoundThoughOnlyTheLeaderWasWaitedFor()
{
	spawn -k 0.3 stubborn -l -f 3 -i TERM
	await
	kill -s TERM "$pid"
	finish 0
	# shellcheck disable=SC2046
	assertDead $(pids out)
}

testZombiesAreNotWaitedFor()
{
	spawn -k forever stubborn -z 3
	await
	begun=$(now)
	kill -s TERM "$pid"
	finish 143
	assertTook "$begun" 0 1500
}

# --- escapees ----------------------------------------------------------------

# One process stays in the group, one is after setsid(2), one after a double fork; with -e
# these two have an empty environment.
testEscapeesAreEndedWithTheGroup()
{
	for how in "" -e; do
		# shellcheck disable=SC2086
		spawn -a -k 0.1 stubborn -f 1 -s -D $how
		await
		kill -s TERM "$pid"
		finish 143
		assertEquals "zoo" 4 "$(pids out | wc -l)"
		# shellcheck disable=SC2046
		assertDead $(pids out)
	done
}

# pgspawn looks at its descendants only, and does not list all processes.
testEscapeesAreFoundWithoutALookAtOthers()
{
	need strace || return 0
	[ -r "/proc/$$/task/$$/children" ] ||
		{ skip "the system does not tell of children"; return 0; }
	for how in "" "-i all"; do
		# shellcheck disable=SC2086
		launch strace -DD -qq -o trace -e trace=?open,openat,getdents64 \
		    pgspawn -a -k 0.1 stubborn -f 1 -s -D $how >out 2>err
		await
		kill -s TERM "$pid"
		waitfor 10 dead "$pid" || fail "pgspawn does not end"
		# shellcheck disable=SC2046
		assertDead $(pids out)
		assertEquals "all processes are listed" "" "$(
			grep -e '"/proc"' -e getdents trace)"
	done
}

# without_children ARG...: run pgspawn where the system does not list the children of a
# process.
without_children()
{
	# shellcheck disable=SC2016
	launch sh -c 'exec strace -DD -qq -o trace -P "/proc/$$/task" \
	    -e inject=?open,openat:error=ENOENT pgspawn "$@"' sh "$@" \
	    >out 2>err
}

testEscapeesAreEndedWhereTheSystemDoesNotTellOfChildren()
{
	need strace || return 0
	for how in "" "-i all" "-i all -e"; do
		# shellcheck disable=SC2086
		without_children -a -k 0.1 stubborn -f 1 -s -D $how
		await
		kill -s TERM "$pid"
		waitfor 10 dead "$pid" || fail "pgspawn does not end"
		assertEquals "zoo" 4 "$(pids out | wc -l)"
		# shellcheck disable=SC2046
		assertDead $(pids out)
		assertTrue "it was told" "grep -q INJECTED trace"
	done
}

# The command belongs to root, so that the user of pgspawn cannot see it; its child belongs
# to that user.
testAnEscapeeBelowAHiddenProcessIsEnded()
{
	need_root && need setpriv setsid && need_unshare --mount || return 0
	find_user
	# shellcheck disable=SC2016,SC2086
	set -- unshare --mount sh -c 'mount -t proc -o hidepid=2 none /proc &&
		exec "$@"' sh $user_prefix
	"$@" sh -c '! test -e /proc/1/stat' ||
		{ skip "hidepid has no effect"; return 0; }
	give .
	cp "$(command -v dash || command -v sh)" "$dir/suid-sh"
	chmod 4755 suid-sh
	cat >hidden <<-END
		setpriv --reuid $user --regid $user --clear-groups \
			setsid sh -c 'echo ready \$\$; exec sleep 60' &
		wait
	END
	launch "$@" pgspawn -a -k 0.1 ./suid-sh -p ./hidden >out 2>err
	waitfor 10 grep -q '^ready' out || fail "nothing is ready: $(cat err)"
	record_zoo out
	kill -s TERM "$pid"
	waitfor 10 dead "$pid" || fail "pgspawn does not end: $(cat err)"
	# shellcheck disable=SC2046
	assertDead $(pids out)
}

testEscapeesThatIgnoreEverythingAreKilled()
{
	for how in "" -e; do
		# shellcheck disable=SC2086
		spawn -a -k 0.1 stubborn -i all -s -D $how
		await
		kill -s TERM "$pid"
		finish 137
		# shellcheck disable=SC2046
		assertDead $(pids out)
	done
}

testEscapeesAreEndedWhenTheLeaderEnds()
{
	for how in "" -e; do
		run pgspawn -a -k 0.1 sh -c 'freshsig -s stubborn -l -s -D -f 1 '"$how"' >zoo &
			until grep -qs ready zoo; do sleep 0.01; done; exit 3'
		record_zoo zoo
		assertRan 3 "" ""
		# shellcheck disable=SC2046
		assertDead $(pids zoo)
	done
}

testWithoutTheOptionEscapeesLiveOn()
{
	run pgspawn sh -c 'freshsig -s sigreport >said &
		until grep -qs ready said; do sleep 0.01; done; exit 3'
	# shellcheck disable=SC2046
	record_pid $(pids said)
	assertRan 3 "" ""
	assertTrue "it was ended" "alive $(pids ready said)"
	assertEquals "it got a signal" "" "$(sed 1d said)"
}

testOptionLeavesEscapeesToo()
{
	run pgspawn -aO sh -c 'freshsig -s sigreport >said &
		until grep -qs ready said; do sleep 0.01; done; exit 3'
	# shellcheck disable=SC2046
	record_pid $(pids said)
	assertRan 3 "" ""
	assertTrue "it was ended" "alive $(pids ready said)"
}

testOrphansThatPgspawnAdoptsAreReaped()
{
	# shellcheck disable=SC2016
	spawn -a sh -c 'sh -c "freshsig -s sigreport >orphan &"
		exec sigreport -x USR1'
	await
	await orphan
	orphan=$(pids ready orphan)
	waitfor 5 is_child_of "$pid" "$orphan" || fail "it is not adopted"
	kill -s KILL "$orphan"
	waitfor 5 gone "$orphan" || fail "it is not reaped"
	kill -s USR1 "$pid"
	finish 0
}

is_child_of()
{
	[ "$(parent_of "$2")" = "$1" ]
}

# --- as process 1 ------------------------------------------------------------

testAsProcessOneOrphansAreReaped()
{
	need_init || return 0
	# shellcheck disable=SC2016
	run as_init pgspawn sh -c 'sh -c "freshsig -s sigreport >said &"
		until grep -qs ready said; do sleep 0.01; done
		read -r word orphan <said
		read -r stat </proc/$orphan/stat; echo "$stat"
		kill -s KILL "$orphan"
		i=0
		while [ -e /proc/$orphan ] && [ $i -lt 250 ]; do
			sleep 0.02; i=$((i + 1))
		done
		[ ! -e /proc/$orphan ] || exit 4
		exit 3'
	assertRanLike 3 "* (sigreport) ? 1 *" ""
}

testAsProcessOneSignalsArePassedOn()
{
	need_init || return 0
	run as_init pgspawn sh -c 'sigreport -x USR1 >said &
		until grep -qs ready said; do sleep 0.01; done
		trap : USR1; kill -s USR1 1; wait $!; wait $!; exit 9'
	assertRan 9 "" ""
	assertEquals "ready USR1" "$(sed 's/ .*//' said | paste -s -d ' ' -)"
	run as_init pgspawn -k forever sh -c 'kill -s TERM 1; exec sleep 60'
	assertRan 143 "" ""
	run as_init pgspawn sh -c 'trap "" TSTP; kill -s TSTP 1; exit 9'
	assertRan 9 "" ""
}

testAsProcessOneEscapeesAreEnded()
{
	need_init || return 0
	run as_init pgspawn -av -k 0.1 sh -c 'stubborn -i all -s -D -e >zoo &
		until grep -qs ready zoo; do sleep 0.01; done; exit 3'
	assertRanLike 3 "" "*exited with status 3, group killed"
}

# In a new PID namespace the PID of the leader is known beforehand.
testABorrowedLoadavgHidesNothingThatIsLeft()
{
	need_borrowed || return 0
	need_unshare --pid --fork --kill-child --mount-proc || return 0
	# shellcheck disable=SC2016
	run unshare --pid --fork --kill-child --mount-proc sh -c '
		mount --bind loadavg /proc/loadavg || exit
		sh -c "echo 0.00 0.01 0.05 1/100 \$((\$\$ + 1)) >loadavg
			exec pgspawn -k 0.2 -- sh -c \"
				echo leader \\\$\\\$
				freshsig -n stubborn -i TERM &\""
		pgscan -ac PGSPAWN_ID; :'
	assertRanLike 0 '*leader 4*0' ''
}

. "$SHUNIT2"
