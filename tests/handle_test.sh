#!/bin/sh
# handle_test.sh: which group a handle names, and which signals reach it
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

tab=$(printf '\t')

# Where processes have no keys, the tests cannot look at processes, either.
has_keys()
{
	pgterm -a </dev/null 2>/dev/null
}

# with_keys: skip the test where processes have no keys.
with_keys()
{
	has_keys && return
	skip "the system has no keys"
	return 1
}

# --- groups ------------------------------------------------------------------

# is_set_up: stubborn has reported "ready" in the file zoo, or sigreport in the file out.
is_set_up()
{
	says zoo ready || grep -q '^ready ' out
}

# await_group: wait until the group is set up, and record the processes that it reported.
await_group()
{
	waitfor 10 is_set_up || fail "nothing is ready"
	record_zoo zoo
	# shellcheck disable=SC2046
	record_pid $(pids ready out)
}

fresh()
{
	: >zoo
	: >out
}

# detached OPTION...: start stubborn as the leader of a group; its handle is in $handle.
detached()
{
	fresh
	handle=$(pgspawn -d -o zoo -- stubborn "$@")
	record_group "$handle"
	await_group
}

# watchful: start sigreport in a group of its own, without lineage; sets pid and handle.
watchful()
{
	fresh
	launch_group sigreport >out
	await_group
	handle=$(handle_by_pgterm "$pid")
}

# leaderless COMMAND...: start the command as a member of the group $handle, whose leader
# is dead and reaped.
leaderless()
{
	fresh
	pgspawn -x -p 3 -- sh -c '"$@" & :' sh "$@" 3>handle
	handle=$(cat handle)
	record_group "$handle"
	await_group
}

# headless COMMAND...: the same, but the leader stays a zombie.
headless()
{
	fresh
	: >handle
	launch sh -c 'pgspawn -x -p 3 -- sh -c "\"\$@\" & :" sh "$@" 3>handle &
		exec sleep 60' sh "$@"
	await_group
	handle=$(cat handle)
	record_group "$handle"
	waitfor 10 in_state "${handle%:*}" Z || fail "the leader is no zombie"
}

# bury: kill and reap the process $pid, so that its number is free.
bury()
{
	kill -s KILL "$pid"
	wait "$pid" 2>/dev/null
}

has_zombie()
{
	members "$1" | grep -q Z
}

handle_by_pgterm()
{
	pgterm -n "$1" | cut -f 1
}

# other HANDLE: prints a handle with the same number and a key that no process has.
other()
{
	printf '%s:%s1\n' "${1%:*}" "${1#*:}"
}

# assertGroupEnded: the last run of "pgterm -v" ended $handle.
assertGroupEnded()
{
	assertRanLike 0 "$handle${tab}ended${tab}TERM${tab}[0-9]*.[0-9]*" ''
	assertTrue "the group lives" "group_dead $handle"
}

assertGone()
{
	assertRan 0 "$1${tab}gone${tab}-${tab}0.000" ''
}

assertUnverified()
{
	assertRan 3 "$1${tab}unverified${tab}-${tab}0.000" \
		"pgterm: $1: cannot be verified, not signalled"
}

# assertOnlyUsr1 PID: sigreport got no signal but the USR1 that is sent here.
assertOnlyUsr1()
{
	kill -s USR1 "$1"
	waitfor 5 says out USR1 || fail "USR1 is not told of"
	assertEquals "signals" "ready $1 USR1" "$(tr '\n' ' ' <out |
		sed 's/ $//')"
}

# reuse ARGUMENT...: run pidreuse, with its output in the file out. Returns 1 and skips the
# test where pidreuse is not permitted to choose PIDs.
reuse()
{
	fresh
	launch sh -c 'exec pidreuse "$@" 2>err' sh "$@" >out
	waitfor 10 is_settled || fail "nothing became of pidreuse"
	[ ! -s err ] || { skip "$(cat err)"; return 1; }
	# shellcheck disable=SC2046
	record_pid $(pids ready out)
}

is_settled()
{
	[ -s err ] || is_set_up
}

# --- verdicts ----------------------------------------------------------------

testALivingLeaderWithItsKeyIsVerified()
{
	with_keys || return 0
	detached -f 2
	run pgterm -v "$handle"
	assertGroupEnded
}

testALivingLeaderIsVerifiedWithoutLineage()
{
	with_keys || return 0
	watchful
	run pgterm -v -s KILL "$handle"
	assertRanLike 0 "$handle${tab}killed${tab}KILL${tab}0.*" ''
}

testTheKeySurvivesExec()
{
	with_keys || return 0
	fresh
	: >handle
	launch pgspawn -x -p 4 -- sh -c 'exec sh -c "exec stubborn"' \
		4>handle >zoo
	await_group
	handle=$(cat handle)
	assertEquals "handle" "$handle" "$(handle_by_pgterm "$pid")"
	run pgterm -v "$handle"
	assertGroupEnded
}

testAZombieLeaderWithItsKeyIsVerified()
{
	with_keys || return 0
	headless env -i "$bin/tests/stubborn" -f 1 >zoo
	run pgterm -v "$handle"
	assertGroupEnded
	assertEquals "the leader" Z "$(state_of "${handle%:*}")"
}

testAZombieLeaderAloneIsGone()
{
	with_keys || return 0
	headless stubborn >zoo
	kill -s KILL "$(pids leader zoo)"
	waitfor 5 group_dead "$handle" || fail "it lives"
	run pgterm -v "$handle"
	assertGone "$handle"
	run pgterm -v "${handle%:*}"
	assertGone "$handle"
}

testALeaderWithAnotherKeyMeansGone()
{
	with_keys || return 0
	watchful
	run pgterm -v "$(other "$handle")"
	assertGone "$(other "$handle")"
	assertOnlyUsr1 "$pid"
}

testAZombieLeaderWithAnotherKeyMeansGone()
{
	with_keys || return 0
	headless stubborn >zoo
	run pgterm -v "$(other "$handle")"
	assertGone "$(other "$handle")"
	assertTrue "it was ended" "group_alive $handle"
}

testANumberGivenToANewGroupMeansGone()
{
	with_keys || return 0
	watchful
	bury
	reuse "$pid" sigreport || return 0
	new=${handle%:*}
	assertNotEquals "handle" "$handle" "$(handle_by_pgterm "$new")"
	run pgterm -v "$handle"
	assertGone "$handle"
	run pgterm -v -a "$handle"
	assertGone "$handle"
	assertOnlyUsr1 "$new"
}

testAHandleWhoseNumberIsGivenToAMemberOfAnotherGroupMeansGone()
{
	with_keys || return 0
	watchful
	bury
	old=$handle
	watchful
	home=$pid
	reuse -g "$home" "${old%:*}" sigreport || return 0
	run pgterm -v "$old"
	assertGone "$old"
	run pgterm -v "${old%:*}"
	assertRan 2 "" "pgterm: ${old%:*} is a member of group $home: use -p"
	assertOnlyUsr1 "${old%:*}"
}

testNoLeaderAndNoMemberMeansGone()
{
	with_keys || return 0
	watchful
	bury
	for target in "$handle" "$pid" "$pid:-"; do
		run pgterm -v "$target"
		assertGone "$target"
	done
}

testWithoutALeaderTheLineageOfAMemberVerifies()
{
	with_keys || return 0
	leaderless stubborn -f 1 >zoo
	run pgterm -v "$handle"
	assertGroupEnded
}

testOneMemberWithLineageIsEnough()
{
	with_keys || return 0
	leaderless sh -c 'env -i "$@" & exec stubborn' sh \
		"$bin/tests/stubborn" >zoo
	waitfor 10 are_ready 2 || fail "one is missing"
	record_zoo zoo
	run pgterm -v "$handle"
	assertGroupEnded
}

testAnyHandleOfTheLineageCounts()
{
	with_keys || return 0
	PGSPAWN_ID="7:1  1:- x:y $(printf '%0100d' 1) "
	export PGSPAWN_ID
	leaderless stubborn >zoo
	unset PGSPAWN_ID
	run pgterm -v "$handle"
	assertGroupEnded
}

testWithoutALeaderAnotherKeyIsUnverifiable()
{
	with_keys || return 0
	leaderless sigreport >out
	run pgterm -v "$(other "$handle")"
	assertUnverified "$(other "$handle")"
	assertOnlyUsr1 "$(pids ready out)"
}

testWithoutLeaderAndLineageNothingIsSignalled()
{
	with_keys || return 0
	leaderless env -i "$bin/tests/sigreport" >out
	run pgterm -v "$handle"
	assertUnverified "$handle"
	run pgterm -v -a "$handle"
	assertUnverified "$handle"
	assertOnlyUsr1 "$(pids ready out)"
}

testTheLineageOfAZombieVerifiesNothing()
{
	with_keys || return 0
	leaderless sh -c ': & exec env -i "$@"' sh "$bin/tests/stubborn" >zoo
	waitfor 5 has_zombie "$handle" || fail "there is no zombie"
	run pgterm -v "$handle"
	assertUnverified "$handle"
	assertTrue "it was ended" "group_alive $handle"
}

testABareNumberIsTakenAsItStands()
{
	with_keys || return 0
	leaderless env -i "$bin/tests/stubborn" >zoo
	run pgterm -v "${handle%:*}"
	assertRanLike 0 "${handle%:*}${tab}ended${tab}TERM${tab}0.*" ''
	assertTrue "it lives" "group_dead $handle"
}

testABareNumberIsHeldByTheKeyOfItsLeader()
{
	with_keys || return 0
	watchful
	run pgterm -n "$pid"
	assertRan 0 "$handle${tab}TERM/5/KILL/2" ''
}

# --- handles without a key ----------------------------------------------------

testAHandleWithoutAKeyHoldsWhileThereIsNoLeader()
{
	with_keys || return 0
	leaderless env -i "$bin/tests/stubborn" >zoo
	handle=${handle%:*}:-
	run pgterm -v "$handle"
	assertGroupEnded
}

testAHandleWithoutAKeyIsGoneOnceThereIsALeader()
{
	with_keys || return 0
	watchful
	run pgterm -v "$pid:-"
	assertGone "$pid:-"
	assertOnlyUsr1 "$pid"
}

testAGroupWithoutLeaderAndLineageGetsAHandleWithoutAKey()
{
	with_keys || return 0
	leaderless env -i "PROCID_TEST_$$=1" "$bin/tests/stubborn" >zoo
	run pgscan -ag "PROCID_TEST_$$"
	assertRan 0 "${handle%:*}:-" ''
}

testAGroupWithoutALeaderGetsTheHandleOfItsLineage()
{
	with_keys || return 0
	leaderless env "PROCID_TEST_$$=1" stubborn >zoo
	run pgscan -ag "PROCID_TEST_$$"
	assertRan 0 "$handle" ''
}

# --- the text of a handle ----------------------------------------------------

testAnInvalidHandleIsRefused()
{
	watchful
	for word in '' ' ' 0 -1 +1 1x 0x10 1e3 "$pid " " $pid" "$pid:" \
	    "$pid:x" "$pid:-1" "$pid:+1" "$pid: 1" "$pid:1 " "$pid:1:2" \
	    "$pid:--" "$pid:-1" "$pid::1" 0:1 0:- -- "$pid.0" "$pid,$pid" \
	    2147483648 99999999999999999999 4294967296 "$((pid + 1))/1" \
	    "$pid:18446744073709551616" "$(printf '%0100d' 0)"; do
		run pgterm -s KILL -- "$pid" "$word"
		assertRan 2 '' "pgterm: $word: not a process group; for a service: pgtrack get NAME | pgterm; by name: pgscan -gn NAME | pgterm"
	done
	assertOnlyUsr1 "$pid"
}

testLeadingZerosDoNotChangeANumber()
{
	with_keys || return 0
	watchful
	run pgterm -n "000$pid" "$pid:00${handle#*:}"
	assertRan 0 "$handle${tab}TERM/5/KILL/2" ''
}

testTheLargestKeyIsValid()
{
	with_keys || return 0
	watchful
	run pgterm -v "$pid:18446744073709551615"
	assertGone "$pid:18446744073709551615"
	assertOnlyUsr1 "$pid"
}

# --- kernels and sandboxes without some system calls ---------------------------

# run_traced CALLS COMMAND...: run it, and write these system calls to the file trace.
# LeakSanitizer does not work under strace.
run_traced()
{
	calls=$1
	shift
	run env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
		strace -f -o trace -e "trace=$calls" "$@"
}

# tamper CALL ERROR COMMAND...: run it, and let this system call fail with ERROR.
tamper()
{
	call=$1 error=$2
	shift 2
	# On 32 bits the system call has another name.
	[ "$call" != fstatfs ] || call='fstatfs,?fstatfs64'
	run_traced "$call" -e "inject=$call:error=$error" "$@"
	grep -q INJECTED trace || fail "$call was not called"
}

testWhereTheKeyCannotBeReadTheLineageDecides()
{
	with_keys && need_strace || return 0
	for error in EPERM ENOSYS EMFILE; do
		detached -f 1
		tamper pidfd_open $error pgterm -v "$handle"
		assertGroupEnded
	done
	for error in EPERM ENOSYS; do
		detached -f 1
		tamper fstatfs $error pgterm -v "$handle"
		assertGroupEnded
	done
}

testAKeyThatCannotBeReadIsNotADifferentKey()
{
	with_keys && need_strace || return 0
	for call in pidfd_open fstatfs; do
		watchful
		tamper $call EPERM pgterm -v "$handle"
		assertUnverified "$handle"
		assertOnlyUsr1 "$pid"
	done
}

testABareNumberNeedsNoKey()
{
	with_keys && need_strace || return 0
	watchful
	tamper pidfd_open ENOSYS pgterm -q -R TERM/0.1 "$pid"
	assertRan 1 '' ''
	says out TERM || fail "no TERM"
	tamper pidfd_open ENOSYS pgterm -q -s KILL "$pid"
	assertRan 0 '' ''
}

testGroupsAreEndedWhereDescriptorsCannotSignal()
{
	with_keys && need_strace || return 0
	for error in EINVAL ENOSYS EPERM; do
		detached -f 1 -i TERM
		tamper pidfd_send_signal $error pgterm -v -k 0.1 "$handle"
		assertRanLike 0 "$handle${tab}killed${tab}KILL${tab}0.*" ''
		assertTrue "it lives" "group_dead $handle"
	done
}

testEscapeesAreEndedWhereDescriptorsCannotSignal()
{
	with_keys && need_strace || return 0
	for error in EINVAL ENOSYS EPERM; do
		detached -s
		tamper pidfd_send_signal $error pgterm -v -a -k 2 "$handle"
		assertGroupEnded
		assertTrue "it lives" "dead $(pids setsid zoo)"
	done
}

testEscapeesAreEndedWithoutDescriptors()
{
	with_keys && need_strace || return 0
	detached -s -f 1
	tamper pidfd_open ENOSYS pgterm -v -a "$handle"
	assertGroupEnded
	assertTrue "it lives" "dead $(pids setsid zoo)"
}

# left_by_leader: start a group whose leader ends on TERM and is then reaped, and whose
# other member stays. No member has a lineage.
left_by_leader()
{
	fresh
	launch sh -c 'pgspawn -x -- env -i "$@"; exec sleep 60' sh \
		"$bin/tests/stubborn" -l -f 1 >zoo
	await_group
	handle=$(handle_by_pgterm "$(pids leader zoo)")
	record_group "$handle"
}

testSignalsStayBoundToAGroupWhoseLeaderIsReaped()
{
	with_keys && need_strace || return 0
	left_by_leader
	run_traced kill,pidfd_send_signal pgterm -v -k 0.2 "$handle"
	grep -q 'pidfd_send_signal(.*SIGTERM.* = 0' trace ||
		{ skip "the kernel does not bind signals to groups"; return 0; }
	assertRanLike 0 "$handle${tab}killed${tab}KILL${tab}0.*" ''
	assertTrue "it lives" "group_dead $handle"
	assertEquals "through the descriptor" 1 \
		"$(grep -c 'pidfd_send_signal(.*SIGKILL.* = 0' trace)"
	assertEquals "by number" "" "$(grep 'kill(-.*SIG' trace)"
}

testOldKernelsEndAGroupWhoseLeaderIsReaped()
{
	with_keys && need_strace || return 0
	for how in pidfd_send_signal:EINVAL pidfd_open:ENOSYS; do
		left_by_leader
		tamper "${how%:*}" "${how#*:}" pgterm -v -k 0.2 "${handle%:*}"
		assertRanLike 0 "${handle%:*}*${tab}killed${tab}KILL${tab}0.*" ''
		assertTrue "it lives" "group_dead $handle"
	done
}

testWithoutKeysAHandleCountsAsANumber()
{
	! has_keys || { skip "the system has keys"; return 0; }
	leaderless sigreport >out
	assertLike "handle" "*:-" "$handle"
	run pgterm -q "${handle%-}1"
	assertRan 3 '' ''
	assertOnlyUsr1 "$(pids ready out)"
	run pgterm -R TERM "$handle"
	assertRan 0 '' ''
	waitfor 5 says out TERM || fail "there is no TERM"
}

. "$SHUNIT2"
