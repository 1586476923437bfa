#!/bin/sh
# pgterm_targets_test.sh: leaders first (-l), whole sessions (-S), groups of processes
# (-p), and trees that keep forking (-a)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgterm_lib.sh
. "$src/tests/pgterm_lib.sh"

# pair OPTION...: start a group of two. The leader, a sigreport with these options, writes
# its signals to the file out, the other member to the file member; $last (USR2) ends that
# one. The handle is in $handle.
pair()
{
	: >out
	: >member
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o out -- sh -c '
		sigreport -x "${last:-USR2}" >member &
		exec sigreport "$@"' sh "$@")
	witness=${handle%:*}
	record_group "$handle"
	waitfor 10 says out "ready $witness" || fail "the leader is not ready"
	waitfor 10 grep -q ready member || fail "the member is not ready"
}

# start_session OPTION...: start a session with three groups; one of them is a stubborn with
# these options. The file zoo names the processes; the handle of the leader is in $handle.
start_session()
{
	: >zoo
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o zoo -- sh -c '
		freshsig -g stubborn "$@" &
		freshsig -g stubborn &
		exec stubborn' sh "$@")
	record_group "$handle"
	waitfor 10 are_ready 3 || fail "the session is not ready"
	record_zoo zoo
}

# start_leaderless: a group whose leader is gone; the handle is in $handle.
start_leaderless()
{
	: >zoo
	pgspawn -x -p 3 -o zoo -- sh -c 'stubborn & :' 3>handle
	handle=$(cat handle)
	record_group "$handle"
	waitfor 10 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
}

# --- leaders first ---------------------------------------------------------------

testOnlyTheLeaderGetsTheFirstSignal()
{
	pair
	run pgterm -v -l -k 0.2 "$handle"
	assertEnded killed KILL
	assertEquals "leader" "ready $witness TERM CONT" "$(signals_of_witness)"
	assertEquals "member" "ready" "$(cut -d ' ' -f 1 member)"
}

testTheSignalsAfterTheFirstAreForAll()
{
	pair -x USR2
	run pgterm -v -l -R USR1/0.1/USR2/5 "$handle"
	assertEnded ended USR2
	assertEquals "leader" "ready $witness USR1 CONT USR2" "$(signals_of_witness)"
	assertEquals "member" "ready USR2" \
		"$(tr '\n' ' ' <member | sed 's/ [0-9]*//; s/ $//')"
}

testTheRestGetsItOnceTheLeaderHasEnded()
{
	with_processes || return 0
	last=CONT
	export last
	pair -x CONT
	unset last
	run timeout 20 pgterm -v -l -k forever "$handle"
	assertEnded
	assertEquals "leader" "ready $witness TERM CONT" "$(signals_of_witness)"
	assertEquals "member" "ready TERM CONT" \
		"$(tr '\n' ' ' <member | sed 's/ [0-9]*//; s/ $//')"
}

testASignalForTheLeaderAloneIsNotWaitedFor()
{
	pair
	run pgterm -v -l -R HUP "$handle"
	assertTold sent HUP
	waitfor 5 says out CONT || fail "there is no CONT"
	assertEquals "leader" "ready $witness HUP CONT" "$(signals_of_witness)"
	kill -s USR1 -- "-$witness"
	waitfor 5 says member USR1 || fail "the member does not tell"
	assertFalse "the member got it, too" "says member HUP"
}

testWithoutALeaderTheFirstSignalIsForAll()
{
	with_processes || return 0
	start_leaderless
	run pgterm -v -l "$handle"
	assertEnded
}

testMembersEndedByTheirLeaderAreNotKilled()
{
	: >out
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o out -- sh -c '
		sigreport -x USR2 &
		trap "kill -s USR2 $!; exit" TERM
		while :; do wait; done')
	record_group "$handle"
	waitfor 10 grep -q ready out || fail "it is not ready"
	run pgterm -v -l "$handle"
	assertEnded
	assertTrue "the leader said nothing" "says out USR2"
	assertFalse "TERM came" "says out TERM"
}

testEscapeesAreSparedTheFirstSignalToo()
{
	with_processes || return 0
	: >out
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o zoo -- sh -c '
		freshsig -s sigreport >out & exec stubborn -i TERM')
	record_group "$handle"
	waitfor 10 grep -q ready out || fail "it is not ready"
	# shellcheck disable=SC2046
	record_pid $(pids ready out)
	run pgterm -v -a -l -k 0.2 "$handle"
	assertEnded killed KILL
	assertFalse "TERM came" "says out TERM"
}

# --- sessions --------------------------------------------------------------------

testSEndsEveryGroupOfTheSession()
{
	with_processes || return 0
	start_session -f 2
	run pgterm -v "$handle"
	assertEnded
	for one in $(pids leader zoo); do
		[ "$one" = "${handle%:*}" ] ||
			assertTrue "another group was ended" "alive $one"
	done
	start_session -f 2
	run pgterm -v -S "$handle"
	assertEnded
	assertNamesDead leader child
}

testSWaitsForTheSessionAndKillsIt()
{
	with_processes || return 0
	start_session -i TERM
	run pgterm -v -S -k 0.2 "$handle"
	assertEnded killed KILL
	assertNamesDead leader
}

testSTakesAnyGroupOfTheSession()
{
	with_processes || return 0
	start_session -i TERM
	for one in $(pids leader zoo); do
		[ "$one" = "${handle%:*}" ] || other=$one
	done
	run pgterm -q -S -k 0.1 "$other"
	assertRan 0 '' ''
	assertNamesDead leader
}

testSLeavesOtherSessionsAlone()
{
	with_processes || return 0
	zoo -s
	run pgterm -v -S "$handle"
	assertEnded
	assertTrue "an escapee was ended" "alive $(pids setsid zoo)"
	zoo -s
	run pgterm -v -S -a "$handle"
	assertEnded
	assertNamesDead setsid
}

# leaderless_session [COMMAND...]: start a session of two groups whose leader is dead, and
# has no group any more. COMMAND runs the two. The handle of the leader is in $handle.
leaderless_session()
{
	: >zoo
	# shellcheck disable=SC2016
	pgspawn -x -p 3 -o zoo -- sh -c '
		"$@" freshsig -g stubborn -i TERM &
		"$@" freshsig -g stubborn -f 1 &' sh "$@" 3>handle
	handle=$(cat handle)
	record_group "$handle"
	waitfor 10 are_ready 2 || fail "the session is not ready"
	record_zoo zoo
	waitfor 5 no_process "${handle%:*}" || { skip "nobody reaps"; return 1; }
}

testSEndsTheGroupsOfASessionWhoseLeaderIsDead()
{
	with_processes || return 0
	need_keys || return 0
	for target in handle number other; do
		leaderless_session || return 0
		case $target in
		handle) ;;
		number) handle=${handle%:*} ;;
		other)	handle=$(pids leader zoo | head -n 1) ;;
		esac
		run pgterm -S -k 0.1 "$handle"
		assertRan 0 '' ''
		assertNamesDead leader child
		run pgterm -v -S "$handle"
		assertRanLike 0 "$handle*${tab}gone${tab}-${tab}0.000" ''
	done
}

# The processes of the session have no lineage, so nothing proves that the session is that of
# the handle.
testSSparesASessionThatCannotBeVerified()
{
	with_processes || return 0
	need_keys || return 0
	leaderless_session env -u PGSPAWN_ID || return 0
	for target in "$handle" "${handle%:*}:-"; do
		run pgterm -v -S -k 0.1 "$target"
		assertRan 3 "$target${tab}unverified${tab}-${tab}0.000" \
			"pgterm: $target: cannot be verified, not signalled"
	done
	for one in $(pids leader zoo) $(pids child zoo); do
		assertTrue "one was ended" "alive $one"
	done
	run pgterm -q -S -k 0.1 "${handle%:*}"
	assertRan 0 '' ''
	assertNamesDead leader child
}

testSOfANumberThatANewGroupHasIsGone()
{
	with_processes || return 0
	need_keys || return 0
	start_session
	run pgterm -v -S "${handle}1"
	assertRan 0 "${handle}1${tab}gone${tab}-${tab}0.000" ''
	for one in $(pids leader zoo); do
		assertTrue "one was ended" "alive $one"
	done
}

# The leader of the session stays a zombie.
testSKnowsTheSessionOfAZombie()
{
	with_processes || return 0
	: >zoo
	# shellcheck disable=SC2016
	launch sh -c 'freshsig -s sh -c "
			freshsig -g stubborn -i TERM &
			freshsig -g stubborn &
			exec stubborn" &
		exec sleep 60' >zoo
	waitfor 10 are_ready 3 || fail "the session is not ready"
	record_zoo zoo
	for leader in $(pids leader zoo); do
		# shellcheck disable=SC2046
		set -- $(stat_of "$leader")
		[ "$4" != "$leader" ] || break
	done
	kill -s KILL "$leader"
	waitfor 5 in_state "$leader" Z || fail "it is no zombie"
	run pgterm -q -S -k 0.1 "$leader"
	assertRan 0 '' ''
	assertNamesDead leader
}

testGroupsMadeMeanwhileAreOfTheSession()
{
	with_processes || return 0
	late -g
	assertKilledLate -S
}

testOurOwnSessionIsRefused()
{
	with_processes || return 0
	witness
	first=$handle
	launch_group sleep 60
	run pgterm -S -s KILL "$first" "$pid"
	assertRanLike 2 '' "pgterm: $pid:*: will not end this session"
	assertTrue "it was ended" "alive $pid"
	handle=$first
	assertWitnessUntouched
}

# --- processes -------------------------------------------------------------------

testPMeansTheGroupOfAProcess()
{
	zoo -f 2
	run pgterm -v -p "$(pids child zoo | head -n 1)"
	assertEnded
}

testPTakesHandlesOfProcesses()
{
	need_keys || return 0
	zoo -f 1
	child=$(pids child zoo)
	run pgterm -v -p "$handle"
	assertEnded
	zoo -f 1
	run pgterm -v -p "${handle}1"
	assertRan 0 "${handle}1${tab}gone${tab}-${tab}0.000" ''
	assertTrue "it was ended" "group_alive $handle"
}

testPNamesTheGroupOnce()
{
	witness -x TERM
	run pgterm -v -p "$witness" "$witness" "$handle"
	assertEnded
	assertEquals "signals" "ready $witness TERM" "$(signals_of_witness)"
}

testPReadsProcessesFromStandardInput()
{
	zoo -f 3
	pids child zoo >list
	run pgterm -v -p <list
	assertEnded
}

testPOfNoProcessIsGone()
{
	run pgterm -v -p 4194305
	assertRan 0 "4194305${tab}gone${tab}-${tab}0.000" ''
	run pgterm -n -p 4194305
	assertRan 0 "4194305${tab}gone" ''
	with_processes || return 0
	# The leader of this group is dead, so no process has the number of the group.
	start_leaderless
	waitfor 5 no_process "${handle%:*}" || { skip "nobody reaps"; return 0; }
	run pgterm -v -p "${handle%:*}"
	assertRan 0 "${handle%:*}${tab}gone${tab}-${tab}0.000" ''
	assertTrue "it was ended" "group_alive $handle"
	run pgterm -v -p "$(pids leader zoo)"
	assertRanLike 0 "${handle%:*}:*${tab}ended${tab}TERM${tab}*" ''
}

testPRefusesTheGroupsThatAreRefused()
{
	witness
	for word in 0 -1 x 1:x; do
		run pgterm -p -- "$handle" "$word"
		assertRan 2 '' "pgterm: $word: not a process group; for a service: pgtrack get NAME | pgterm; by name: pgscan -gn NAME | pgterm"
	done
	run pgterm -p "$witness" $$
	assertRanLike 2 '' "pgterm: $$: will not end this group: it holds *pgterm"
	run pgterm -p "$witness" 1
	assertRan 2 '' "pgterm: 1: will not end this group: it holds process 1"
	assertWitnessUntouched
}

testKernelThreadsAreNeverTouched()
{
	need_root || return 0
	with_processes || return 0
	thread=$(cat /proc/[0-9]*/stat 2>/dev/null |
		awk '$2 == "(kthreadd)" { print $1; exit }')
	[ -n "$thread" ] || { skip "no kernel thread is in sight"; return 0; }
	run pgterm -p "$thread"
	assertRan 2 '' "pgterm: $thread: will not end this group: it has no number here"
	run pgterm -v "$thread"
	assertRan 0 "$thread${tab}gone${tab}-${tab}0.000" ''
	need strace || return 0
	zoo -s -D
	run strace -f -o trace -e trace=kill,tkill,tgkill,pidfd_open \
		pgterm -v -a "$handle"
	assertEnded
	assertEquals "signals" "" "$(grep -E '(kill|open)\((-1|0|2|-2),' trace)"
}

# --- processes that keep forking ---------------------------------------------

# Each process starts one in a new session and exits: pgterm must not always find the one
# before.
testAProcessThatEscapesAgainAndAgainIsEnded()
{
	with_processes || return 0
	need setsid || return 0
	: >go
	cat >hop <<-'EOF'
	#!/bin/sh
	trap '' TERM
	[ -e deaf ] || : >deaf
	[ ! -e go ] || setsid sh ./hop &
	EOF
	chmod +x hop
	handle=$(pgspawn -d ./hop)
	record_group "$handle"
	waitfor 5 test -e deaf || fail "it never ran"
	run pgterm -v -a -R TERM/0.2/KILL/10 "$handle"
	assertRanLike 0 "$handle${tab}killed${tab}KILL${tab}*" ''
	carried=$(pgscan -a -c "$handle")
	rm go
	assertEquals "carriers" 0 "$carried"
}

# Each process starts others that leave the group, as many in total as the FIFO gets bytes.
testAForkBombOfEscapeesIsEnded()
{
	with_processes || return 0
	need setsid || return 0
	mkfifo fuel
	cat >bomb <<-'EOF'
	#!/bin/sh
	trap '' TERM HUP INT
	while read -r x <&5; do
		setsid sh ./bomb &
		echo "bomb $!" >>made
	done
	exec sleep 60
	EOF
	: >made
	# shellcheck disable=SC2016
	handle=$(pgspawn -F 5 -d -- sh ./bomb 5<>fuel)
	record_group "$handle"
	exec 6<>fuel
	i=0
	while [ $i -lt 60 ]; do
		echo x
		i=$((i + 1))
	done >&6
	waitfor 5 test -s made || fail "it never forked"
	run pgterm -v -a -k 0.1 "$handle"
	exec 6>&-
	assertRanLike 0 "$handle${tab}killed${tab}KILL${tab}*" ''
	assertEquals "carriers" 0 "$(pgscan -a -c "$handle")"
	for one in $(pids bomb made); do
		assertTrue "$one lives" "dead $one"
	done
}

# The fork bomb runs in a PID namespace, which ends with the test. Two busy loops compete
# with pgterm for the processors.
# shellcheck disable=SC2016
testAForkBombAtItsProcessLimitIsEnded()
{
	need_root || return 0
	with_processes || return 0
	need prlimit setpriv unshare || return 0
	need_unshare --kill-child --pid --fork --mount-proc || return 0
	chmod 755 .
	cp "$bin/tests/forker" bomb && chmod 755 bomb
	run timeout -s KILL 120 unshare --kill-child --pid --fork --mount-proc \
		pgspawn -- sh -c '
		bombs()
		{
			cat /proc/[0-9]*/stat 2>/dev/null | grep -c "(bomb) [^ZX]"
		}
		(while :; do :; done) &
		(while :; do :; done) &
		for round in 1 2 3; do
			handle=$(pgspawn -d -- setpriv --reuid 54321 \
				--clear-groups ./bomb -b 150)
			until [ "$(bombs)" -ge 100 ]; do :; done
			pgterm -v -a -R TERM/.1/KILL/20 "$handle"
			echo "left $(bombs)"
		done | cut -f 2 | sort | uniq -c | sed "s/^ *//"'
	assertRan 0 "3 killed
3 left 0" ''
}

# holding OPTION...: let pgterm kill a group with an escapee, under strace(1) with these
# options; its signals are in the file trace.
holding()
{
	zoo -s -i TERM -i HUP -i INT
	run strace -f -o trace -e trace=kill,pidfd_send_signal "$@" \
		pgterm -v -a -k 0.1 "$handle"
}

# pgterm stops escapees and group before it kills them.
testEscapeesAreStoppedBeforeTheKill()
{
	with_processes || return 0
	need strace || return 0
	holding
	assertEnded killed KILL
	assertNamesDead leader setsid
	assertEquals "signals" "SIGTERM SIGSTOP SIGKILL" "$(
		grep -o 'SIGTERM\|SIGSTOP\|SIGKILL' trace | uniq | xargs)"
}

testOnlyEscapeesAreStopped()
{
	with_processes || return 0
	need strace || return 0
	for option in -a -q; do
		case $option in
		-a)	zoo -f 1 -i TERM ;;
		*)	zoo -s -i TERM ;;
		esac
		run strace -f -o trace -e trace=kill,pidfd_send_signal \
			pgterm -v "$option" -k 0.1 "$handle"
		assertEnded killed KILL
		assertFalse "$option: it was stopped" "grep -q SIGSTOP trace"
	done
}

# A signal that arrives with the first STOP ends pgterm only after the KILL.
testNoProcessIsLeftStopped()
{
	with_processes || return 0
	need strace || return 0
	holding
	call=$(sed -n 's/.* \([a-z_]*\)(.*SIGSTOP.*/\1/p' trace | head -n 1)
	nth=$(grep "$call(" trace | grep -n SIGSTOP | head -n 1 | cut -d : -f 1)
	for sig in HUP INT TERM ALRM; do
		holding -e "inject=$call:signal=$sig:when=$nth"
		assertTrue "$sig: none arrived" "grep -q -- '--- SIG$sig' trace"
		waitfor 20 dead "${handle%:*}" || fail "$sig: the leader lives"
		waitfor 5 dead "$(pids setsid zoo)" || fail "$sig: one is left: \
$(state_of "$(pids setsid zoo)")"
	done
}

# The leader starts a child when it ends, which only a second survey finds.
testABorrowedLoadavgHidesNoMember()
{
	with_processes && need_borrowed || return 0
	for option in -q -a -S; do
		: >zoo
		# shellcheck disable=SC2016
		handle=$(pgspawn -d -o zoo -- sh -c '
			trap "freshsig stubborn -i TERM & exit" TERM
			echo set up
			while :; do sleep 0.1; done')
		record_group "$handle"
		waitfor 10 says zoo "set up" || fail "it is not set up"
		run borrowed pgterm -v "$option" -k 1 "$handle"
		record_zoo zoo
		assertRanLike 0 "$handle${tab}killed${tab}KILL${tab}*" ''
		assertTrue "$option: it lives" "group_dead $handle"
	done
}

# The process stays a zombie until the end of the test.
testABorrowedLoadavgMakesNoZombieLive()
{
	with_processes && need_borrowed || return 0
	launch_group sleep 60
	run borrowed timeout 10 pgterm -v -k 60 "$pid"
	assertRanLike 0 "$pid:*${tab}ended${tab}TERM${tab}*" ''
	wait "$pid" || :
}

. "$SHUNIT2"
