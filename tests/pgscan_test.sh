#!/bin/sh
# pgscan_test.sh: which processes pgscan finds, their states, and its output
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

tab=$(printf '\t')
esc=$(printf '\033')
nl='
'

# Other tests run at the same time, so the name of the marker has the PID of this one.
mark=PGSCAN_TEST_$$

# The POSIX back-end lists no processes, so most of the tests are skipped there.
system=$(sed -n 's/^SYSTEM *= *//p' "$bin/Makefile")

setUp()
{
	test_begin
	case $system,${_shunit_test_:-} in
	posix,testUsage|posix,testSystem*|posix,test*Agree*|posix,test*Lines*) ;;
	posix,?*)
		skip 'the system shows no processes'
		eval "$_shunit_test_() { :; }" ;;
	esac
}

testSystemWithoutProcessesIsAFailure()
{
	[ "$system" = posix ] || return 0
	run pgscan -a
	assertRan 3 '' 'pgscan: processes: Function not implemented'
}

# --- processes ---------------------------------------------------------------

# has_reports FILE [COUNT]: COUNT processes of sigreport have reported "ready" in FILE.
has_reports()
{
	[ "$(grep -c '^ready ' "$1" 2>/dev/null)" -eq "${2:-1}" ]
}

# await_reports FILE [COUNT]: wait for these reports; sets pid to the last PID.
await_reports()
{
	waitfor 10 has_reports "$1" "${2:-1}" || fail "nothing is ready: $1"
	# shellcheck disable=SC2046
	record_pid $(pids ready "$1")
	pid=$(pids ready "$1" | tail -n 1)
}

# carrier NAME=VALUE...: start a child of the test with these variables; its PID is in
# $pid.
carrier()
{
	: >said
	launch env "$@" sigreport >said
	await_reports said
}

# block FORMAT: start a child of the test with exactly the environment block that printf
# makes of FORMAT; its PID is in $pid.
block()
{
	# shellcheck disable=SC2059
	printf "$1" >block
	block_file
}

block_file()
{
	: >said
	launch freshsig -e block "$bin/tests/sigreport" >said
	await_reports said
}

# leave COMMAND...: start it in a session of its own, without a living parent. The caller
# has to record it.
leave()
{
	freshsig sh -c 'freshsig -s "$@" & ' leave "$@"
}

# orphan NAME=VALUE...: start a process with these variables that process 1 adopts.
# Returns 1 and skips the test where another process adopts orphans.
orphan()
{
	: >said
	leave env "$@" sigreport -x TERM >said
	await_reports said
	is_orphaned "$pid"
}

is_orphaned()
{
	[ "$(parent_of "$1")" = 1 ] && return
	skip "a reaper is at work here"
	return 1
}

# handle_of PID: prints the handle of a group, by its leader, which has the marker.
handle_of()
{
	pgscan -a "$mark" | awk -F '\t' -v pid="$1" '$2 == pid { print $1 }'
}

# state PID [OPERAND...]: prints the state of the process, the fourth column.
state()
{
	state_pid=$1
	shift
	[ $# -gt 0 ] || set -- "$mark"
	pgscan -a "$@" | awk -F '\t' -v pid="$state_pid" '$2 == pid { print $4 }'
}

# found PID OPERAND...: pgscan -a lists the process.
found()
{
	[ -n "$(state "$@")" ]
}

assertFound()
{
	found "$@" || fail "not found: $*"
}

assertNotFound()
{
	! found "$@" || fail "found: $*"
}

# --- markers -----------------------------------------------------------------

testNameMatchesAnyValue()
{
	carrier "$mark=some value"
	assertFound "$pid" "$mark"
	carrier "$mark="
	assertFound "$pid" "$mark"
	run pgscan -a "X$mark"
	assertRan 1 '' ''
}

testPatternMatchesTheWholeValue()
{
	carrier "$mark=.shop:web/1"
	assertFound "$pid" "$mark=.shop:web/1"
	assertFound "$pid" "$mark=*"
	assertFound "$pid" "$mark=*:[uvw]??/[0-9]"
	assertNotFound "$pid" "$mark=shop:web/1"
	assertNotFound "$pid" "$mark=.shop:web"
	assertNotFound "$pid" "$mark=SHOP*"
	assertNotFound "$pid" "$mark="
}

testEmptyPatternMatchesTheEmptyValue()
{
	carrier "$mark="
	assertFound "$pid" "$mark="
	assertFound "$pid" "$mark=*"
	assertNotFound "$pid" "$mark=?*"
}

testEveryOperandMustMatch()
{
	carrier "$mark=a" "${mark}_B=b"
	assertFound "$pid" "$mark=a" "${mark}_B=b"
	assertFound "$pid" "${mark}_B" "$mark"
	assertNotFound "$pid" "$mark=a" "${mark}_B=c"
	assertNotFound "$pid" "$mark=a" "${mark}_C"
}

testMarkerOfTheFirstOperandIsPrinted()
{
	carrier "$mark=a" "${mark}_B=b"
	run pgscan -a "${mark}_B" "$mark"
	assertRanLike 0 "*${tab}${mark}_B=b${tab}sigreport" ''
}

testNameIsNoPrefixOfAnother()
{
	block "${mark}2=1\\0X$mark=1\\0$mark\\0"
	run pgscan -a "$mark"
	assertRan 1 '' ''
}

testNewlineInAValueMakesNoMatch()
{
	carrier "${mark}_SAFE=hello${nl}$mark=forged${nl}"
	run pgscan -a "$mark"
	assertRan 1 '' ''
}

testEmptyEntryDoesNotEndTheBlock()
{
	block "A=1\\0\\0\\0$mark=1\\0"
	assertFound "$pid" "$mark=1"
}

testEveryValueOfANameIsTried()
{
	block "$mark=1\\0B=2\\0$mark=3\\0"
	assertFound "$pid" "$mark=3"
	run pgscan -a "$mark=[!1]"
	assertRanLike 0 "*${tab}$mark=3${tab}*" ''
}

testValueMayHoldAnyBytes()
{
	block "$mark=a,b=c=\\303\\244\\377 *[\\0"
	assertFound "$pid" "$mark=a,b=c*"
	assertFound "$pid" "$mark=*=c=????\\*\\["
	assertFound "$pid" "$mark=*$(printf '\377') *"
	assertNotFound "$pid" "$mark=b*"
}

testMarkerBehindAMegabyteIsFound()
{
	awk -v mark="$mark" 'BEGIN {
		for (value = "x"; length(value) < 65536; )
			value = value value
		for (i = 0; i < 16; i++)
			printf "FILL%d=%s\n", i, value
		print mark "=last"
	}' | tr '\n' '\0' >block
	block_file
	assertFound "$pid" "$mark=last"
	run pgscan -a "$mark=la?t" FILL15
	assertRanLike 0 "*${tab}$mark=last${tab}*" ''
}

# On Linux an entry has at most 131,072 bytes with its NUL.
testLongestEntryIsComparedWhole()
{
	awk -v mark="$mark" 'BEGIN {
		for (value = "x"; length(value) < 131072; )
			value = value value
		printf "%s", mark "=" substr(value, 1, 131071 - length(mark) - 2)
	}' >longest
	for last in y z; do
		{ cat longest; printf '%s\0' "$last"; } >block
		block_file
	done
	assertFound "$pid" "$mark=x*z"
	assertEquals 1 "$(pgscan -ac "$mark=x*z")"
	assertEquals 131071 "$(pgscan -a "$mark=x*y" | cut -f 5 | wc -c |
	    awk '{ print $1 - 1 }')"
}

testManyCarriersAreListedOnceAndInOrder()
{
	: >said
	launch_group env "$mark=1" stubborn -f 700 >said
	waitfor 30 says said ready || fail 'they are not set up'
	for scans in 1 2 3 4 5; do
		pgscan -a "$mark" | cut -f 2 >listed
		assertEquals 'all' 701 "$(wc -l <listed | tr -d ' ')"
		sort -c -n -u listed || fail 'in the order of the PIDs'
	done
	assertEquals 'one group' "$(handle_of "$pid")" "$(pgscan -ag "$mark")"
	run sh -c "ulimit -n 4 && exec pgscan -a $mark"
	assertRanLike 3 '' 'pgscan: processes: *file*'
}

# among COUNT: scan for a marker among COUNT processes that do not have it. $out has the
# numbers of threads started, of environments read and of stat files read.
among()
{
	# shellcheck disable=SC2016
	in_namespace sh -c 'stubborn -f "$1" >"said.$1" &
		until grep -qsx ready "said.$1"; do sleep 0.02; done
		strace -f -o trace pgscan -a "$2"
		for what in clone /environ "/stat\""; do
			grep -c "$what" trace
		done' sh "$1" "$mark"
	out=$(echo "$out" | tr '\n' ' ')
}

# Of processes that do not match pgscan reads the environment only. The stat files that it
# reads are those of its own ancestors.
testOnlyTheEnvironmentIsReadOfMost()
{
	need strace || return 0
	grep -q '__[a-z]*san_' "$bin/pgscan" &&
		{ skip 'a sanitizer reads and starts more'; return 0; }
	in_namespace strace -o /dev/null true || return 0
	[ "$status" -eq 0 ] || { skip 'no process may be traced'; return 0; }
	among 20
	assertLike 'threads, environments, stat files' '0 2[1-4] [1-4] ' "$out"
	among 900
	case $(getconf _NPROCESSORS_ONLN) in
	1)	assertLike 'one thread' '0 90[1-9] [1-4] ' "$out" ;;
	*)	assertLike 'some threads' '[1-3] 90[1-9] [1-4] ' "$out" ;;
	esac
}

# During an exec the environment block reads empty.
testProcessThatExecutesAllTheTimeIsAlwaysFound()
{
	launch env "$mark=1" "$bin/tests/forker" -e 1000000 >said
	waitfor 10 has_reports said || fail 'it is not ready'
	scans=0 missed=0
	while [ "$scans" -lt 300 ]; do
		scans=$((scans + 1))
		pgscan -aq "$mark" || missed=$((missed + 1))
	done
	assertEquals 'scans without it' 0 "$missed"
}

# A process that forks and exits all the time: in half of the scans the parent has ended,
# or the child is not on the list yet.
testProcessThatForksAllTheTimeIsFound()
{
	# shellcheck disable=SC2016
	launch sh -c 'env "$1" "$2" -f 1200 | cat' sh "$mark=1" \
	    "$bin/tests/forker" >said
	waitfor 10 has_reports said || fail 'it is not ready'
	scans=0 missed=0
	while alive "$pid"; do
		scans=$((scans + 1))
		pgscan -aq "$mark" || missed=$((missed + 1))
	done
	assertTrue "missed $missed of $scans" "[ $((missed * 4)) -lt $scans ]"
}

testProcessesWithoutAnEnvironmentDelayNothing()
{
	: >empty
	count=0
	while [ "$((count += 1))" -le 20 ]; do
		launch freshsig -e empty "$bin/tests/sigreport" >>said
	done
	await_reports said 20
	carrier "$mark=1"
	# A process that stays in exec counts as unreadable.
	run pgscan -av "$mark"
	assertRanLike 0 "*$tab$pid$tab*" ''
}

# agrees DRIVER: run this driver of tests/fuzz with many small inputs, the same every time;
# it compares a parser with a simple reference.
agrees()
{
	run "$bin/tests/fuzz/$1" -n 20000 "$src/tests/fuzz/corpus/$1"/*
	assertRan 0 '' ''
}

testMatchingAgreesWithASimpleReference()
{
	agrees block
}

testHandlesAgreeWithTheirGrammar()
{
	agrees handle
}

testStatusLinesAreReadForAnyProcessName()
{
	agrees stat
}

testHandleFindsTheLineage()
{
	carrier "$mark=1" "PGSPAWN_ID=70001:11 70002:12 70003:13"
	assertFound "$pid" 70001:11
	assertFound "$pid" 70002:12 "$mark"
	assertFound "$pid" 70003
	assertFound "$pid" 70003:-
	assertNotFound "$pid" 70003:11
	assertNotFound "$pid" 7000
	run pgscan -a 70002:12
	assertRanLike 0 "*${tab}PGSPAWN_ID=70001:11 70002:12 70003:13${tab}*" ''
}

testNoOperandFindsWhatPgspawnStarted()
{
	carrier "PGSPAWN_ID=70001:11"
	with=$pid
	carrier "PGSPAWN_ID="
	run pgscan -a
	assertEquals 'status' 0 "$status"
	assertLike 'one that was started' "*${tab}$with${tab}*" "$out"
	case $out in
	*"${tab}$pid${tab}"*) fail 'an empty lineage counts' ;;
	esac
}

testItselfAndItsAncestorsAreNotListed()
{
	run env "$mark=1" sh -c "env pgscan -a '$mark'; echo \$?"
	assertRan 0 1 ''
}

testZombieIsNotListed()
{
	: >said
	launch env "$mark=1" stubborn -z 1 >said
	waitfor 10 says said ready || fail 'no zombie'
	record_zoo said
	run pgscan -a "$mark"
	assertRanLike 0 "*${tab}stubborn" ''
	assertEquals 'the leader alone' 1 "$(pgscan -ac "$mark")"
}

# pgscan must not list the threads of each zombie: there may be many.
testThreadsOfAZombieAreNotListed()
{
	need strace || return 0
	grep -q '__[a-z]*san_' "$bin/pgscan" &&
		{ skip 'a sanitizer lists its own'; return 0; }
	: >said
	launch env "$mark=1" stubborn -z 3 >said
	waitfor 10 says said ready || fail 'no zombies'
	record_zoo said
	run strace -f -o trace pgscan -aq "$mark"
	grep -q /environ trace || { skip 'no process may be traced'; return 0; }
	assertEquals 'lists' '' "$(grep '/proc/[0-9]*/task"' trace)"
}

# A process whose first thread has ended looks like a zombie, and its environment cannot be
# read by the PID.
testAProcessWithoutItsFirstThreadIsFound()
{
	launch env "$mark=1" headless
	waitfor 10 in_state "$pid" Z || fail 'it has its head'
	run pgscan -a "$mark"
	assertRanLike 0 "*$tab$pid$tab$$${tab}supervised$tab$mark=1${tab}headless" ''
	find_user
	launch as_user env "$mark=2" sh -c 'echo "user $$"; exec headless' >said
	waitfor 10 grep -q user said || fail 'it does not start'
	pid=$(pids user said)
	record_pid "$pid"
	waitfor 10 in_state "$pid" Z || fail 'it has its head'
	run as_user pgscan -a "$mark=2"
	assertRanLike 0 "*$tab$pid$tab*${tab}headless" ''
}

# --- supervised or not -------------------------------------------------------

testChildOfALivingShellIsSupervised()
{
	carrier "$mark=1"
	assertEquals supervised "$(state "$pid")"
	run pgscan "$mark"
	assertRan 1 '' ''
}

testCarrierBelowACarrierIsSupervisedFromAbove()
{
	: >said
	launch env "$mark=1" sh -c 'sh -c "sigreport; :"; :' >said
	await_reports said
	assertEquals supervised "$(state "$pid")"
	assertEquals 3 "$(pgscan -ac "$mark")"
	assertEquals 0 "$(pgscan -c "$mark")"
}

testProcessOfItsOwnSessionIsAnOrphan()
{
	orphan "$mark=1" || return 0
	assertEquals orphan "$(state "$pid")"
	run pgscan "$mark"
	assertRanLike 0 \
	    "$pid:*${tab}$pid${tab}1${tab}orphan${tab}$mark=1${tab}sigreport" ''
}

testCarrierBelowAnOrphanIsAnOrphan()
{
	: >said
	leave env "$mark=1" sh -c 'sigreport & exec sigreport' >said
	await_reports said 2
	leader=$(session_of "$pid")
	is_orphaned "$leader" || return 0
	assertEquals 2 "$(pgscan -c "$mark")"
	assertEquals "$(handle_of "$leader")" "$(pgscan -g "$mark")"
}

testDoubleForkIsAnOrphanOnceItsGroupHasNoLeader()
{
	: >said
	freshsig -g sh -c "env $mark=1 sigreport &" >said
	await_reports said
	is_orphaned "$pid" || return 0
	assertEquals orphan "$(state "$pid")"
}

testLeaderOfTheGroupSupervisesWhatWasDoubleForked()
{
	: >said
	launch_group sh -c "(env $mark=1 sigreport &); exec sigreport" >said
	await_reports said 2
	inner=$(pids ready said | grep -vx "$(group_of "$pid")")
	is_orphaned "$inner" || return 0
	assertEquals supervised "$(state "$inner")"
}

testLeaderThatIsSupervisedSupervisesItsGroup()
{
	: >said
	launch_group env "$mark=1" sh -c '(sigreport &); exec sigreport' >said
	await_reports said 2
	assertEquals 2 "$(pgscan -ac "$mark")"
	assertEquals 0 "$(pgscan -c "$mark")"
}

testOwnGroupIsSupervised()
{
	: >said
	# shellcheck disable=SC2016
	leave env "$mark=1" sh -c 'sigreport & mark=$1
		until grep -qs ready said; do sleep 0.02; done
		pgscan -a "$mark" >listed; pgscan "$mark" >>listed; echo $? >>listed
		exec sigreport -x TERM' sh "$mark" >said
	await_reports said 2
	inner=$(pids ready said | head -n 1)
	is_orphaned "$pid" || return 0
	assertLike 'from inside' "*${tab}$inner${tab}*${tab}supervised$tab*${nl}1" \
	    "$(cat listed)"
	assertEquals 'from outside' orphan "$(state "$inner")"
}

testAParentThatAdoptedDoesNotSupervise()
{
	: >said
	launch freshsig -a sh -c "freshsig -s sh -c 'env $mark=1 sigreport &'
		freshsig -s env ${mark}_B=1 sigreport & exec sigreport" >said
	reaper=$pid
	await_reports said 3
	inner=$(pgscan -a "$mark" | cut -f 2)
	assertEquals 'it adopts' "$reaper" "$(parent_of "$inner")"
	assertEquals orphan "$(state "$inner")"
	inner=$(pgscan -a "${mark}_B" | cut -f 2)
	assertEquals 'not proved' supervised "$(state "$inner" "${mark}_B")"
}

testServiceManagerSupervisesOnlyWhatItStarted()
{
	ln -s "$bin/tests/freshsig" systemd
	: >said
	# shellcheck disable=SC2016
	./systemd -o sh -c 'SYSTEMD_EXEC_PID=$$; export SYSTEMD_EXEC_PID
		freshsig sh -c "freshsig -s env $1=other sigreport &"
		exec env "$1=own" sigreport' sh "$mark" >said
	await_reports said 2
	manager=$(parent_of "$(pgscan -a "$mark=own" | cut -f 2)")
	record_pid "$manager"
	is_orphaned "$manager" || return 0
	assertEquals "$manager" "$(pgscan -a "$mark=other" | cut -f 3)"
	assertEquals supervised "$(pgscan -a "$mark=own" | cut -f 4)"
	assertEquals orphan "$(pgscan -a "$mark=other" | cut -f 4)"
}

# pgspawn supervises its command and the escapees of that, which it adopts.
testPgspawnSupervisesWhatItMarked()
{
	need pgspawn || return 0
	: >said
	launch pgspawn -a -m "$mark=outer" -- \
	    sh -c 'freshsig sh -c "freshsig -s sigreport &"; exec sigreport' >said
	outer=$pid
	await_reports said 2
	assertEquals 2 "$(pgscan -a "$mark" | awk -F '\t' -v outer="$outer" \
	    '$3 == outer && $4 == "supervised"' | wc -l | tr -d ' ')"
}

testAPgspawnThatAdoptedDoesNotSupervise()
{
	need pgspawn || return 0
	: >said
	launch pgspawn -a -- sh -c "pgspawn -m $mark=1 -- sigreport & echo inner \$!
		exec sigreport" >said
	outer=$pid
	await_reports said 2
	inner=$(pids inner said)
	record_pid "$inner"
	pid=$(pgscan -a "$mark" | cut -f 2)
	assertEquals supervised "$(state "$pid")"
	kill -KILL "$inner"
	waitfor 10 is_child "$pid" "$outer" || fail 'not adopted'
	assertEquals orphan "$(state "$pid")"
}

is_child()
{
	[ "$(parent_of "$1")" = "$2" ]
}

# in_namespace COMMAND...: run it as process 1 of a PID namespace, for a minute at most; the
# processes that it leaves behind are killed with it. Returns 1 and skips the test where
# no namespace can be made.
in_namespace()
{
	timeout 60 unshare --kill-child --pid --fork --mount-proc true \
	    2>/dev/null || { skip 'no PID namespace can be made'; return 1; }
	run timeout -s KILL 60 unshare --kill-child --pid --fork --mount-proc \
	    "$@"
}

# A script that starts a child of process 1 and a process that process 1 adopts, with the
# variable $1, and prints parent and state of each.
# shellcheck disable=SC2016
scan_inside='
	freshsig -s env "$1" sigreport >>said &
	freshsig sh -c "freshsig -s env \"\$1\" sigreport >>said &" sh "$1"
	until [ "$(grep -c ready said 2>/dev/null)" = 2 ]; do sleep 0.02; done
	pgscan -a "$1" >found
	grep sigreport found | cut -f 3-4'

testTheFirstProcessDoesNotSupervise()
{
	in_namespace sh -c "$scan_inside" sh "$mark=1" || return 0
	assertRan 0 "1${tab}orphan${nl}1${tab}orphan" ''
}

testMarkerOfTheFirstProcessComesFromOutside()
{
	in_namespace env "$mark=1" sh -c "$scan_inside; :" sh "$mark=1" ||
		return 0
	assertRan 0 "1${tab}supervised${nl}1${tab}supervised" ''
}

# The reaper is in a session of another PID namespace, whose number reads 0. A process in
# the same session may be its own child; a process in a session made inside cannot be.
testParentInASessionOfAnotherNamespaceMayHaveAdopted()
{
	: >said
	# shellcheck disable=SC2016
	in_namespace sh -c 'freshsig -a sh -c "freshsig sh -c \"freshsig -g \\
			env $1=same sigreport &\"
		freshsig -s sh -c \"env $1=other sigreport &\"
		exec sigreport" >said &
		until [ "$(grep -c ready said)" = 3 ]; do sleep 0.02; done
		pgscan -a "$1" | cut -f 4-5 | sort -k 2
		pgscan -a "$1" | cut -f 3 | sort -u | grep -cx $!
		read -r stat </proc/$!/stat
		set -- ${stat##*)}
		echo "session $4"' sh "$mark" || return 0
	assertRan 0 "orphan$tab$mark=other${nl}supervised$tab$mark=same${nl}1${nl}session 0" ''
}

testGroupOfAnotherNamespaceHasNoHandle()
{
	# shellcheck disable=SC2016
	in_namespace sh -c 'env "$1=1" sigreport >said &
		until grep -qs ready said; do sleep 0.02; done
		pgscan -a "$1"; pgscan -ag "$1"; pgscan -ac "$1"' sh "$mark" ||
		return 0
	assertRan 0 "0:-${tab}2${tab}1${tab}supervised$tab$mark=1${tab}sigreport${nl}1" ''
}

testPgspawnAsTheFirstProcessSupervisesItsCommand()
{
	need pgspawn || return 0
	# shellcheck disable=SC2016
	in_namespace pgspawn -m "$mark=1" -- sh -c 'freshsig -s sigreport >said &
		until grep -qs ready said; do sleep 0.02; done
		pgscan -a "$1" >found
		grep sigreport found | cut -f 3-4' sh "$mark" || return 0
	assertRan 0 "2${tab}supervised" ''
}

# The first loop makes processes that all die soon. In the second one only the processes
# in the middle of the tree do.
testParentsThatDieMeanwhileAreNoError()
{
	orphan "$mark=1" || return 0
	steady=$pid
	# shellcheck disable=SC2016
	launch_group sh -c 'while :; do
		env "$1=1" sh -c "env sh -c : & :"; done' sh "$mark"
	# shellcheck disable=SC2016
	launch_group sh -c 'while :; do env "$1=1" sh -c "
		sh -c \"sleep 0.04 & sleep 0.01\"; sleep 0.02"; done' sh "$mark"
	scans=0
	while [ "$scans" -lt 20 ]; do
		scans=$((scans + 1))
		run pgscan -a "$mark"
		assertLike 'the steady one' "*${tab}$steady${tab}1${tab}orphan*" "$out"
		assertEquals 'nothing to say' '' "$err"
		assertEquals status 0 "$status"
	done
}

# --- records -----------------------------------------------------------------

# record HANDLE: write records/web/record for it, made in this boot and PID
# namespace.
record()
{
	mkdir -p records/web
	chmod 700 records records/web
	cat >records/web/record <<-end
	handle=$1
	pgid=${1%%:*}
	sid=${1%%:*}
	uid=$(id -u)
	boot=$(cat /proc/sys/kernel/random/boot_id)
	pidns=$(readlink /proc/self/ns/pid | tr -dc 0-9)
	started=1700000000
	command=sigreport
	end
	chmod 600 records/web/record
}

# recorded: start an orphan whose PGTRACK_RECORD names a record, and write that record.
recorded()
{
	orphan "$mark=1" "PGTRACK_RECORD=$dir/records/web/record" || return
	assertEquals 'no such record' orphan "$(state "$pid")"
	record "$(handle_of "$pid")"
}

testProcessOfARecordedGroupIsTracked()
{
	recorded || return 0
	assertEquals tracked "$(state "$pid")"
	run pgscan "$mark"
	assertRan 1 '' ''
	run pgscan -ag "$mark"
	assertRan 0 "$(handle_of "$pid")" ''
}

testRecordOfAnotherGroupIsNotBelieved()
{
	recorded || return 0
	record "$pid:1"
	assertEquals 'another key' orphan "$(state "$pid")"
	record "$pid:-"
	assertEquals 'no key' orphan "$(state "$pid")"
	record "$((pid + 1)):$(handle_of "$pid" | sed 's/.*://')"
	assertEquals 'another number' orphan "$(state "$pid")"
}

testRecordThatIsNotSafeIsNotBelieved()
{
	recorded || return 0
	chmod 620 records/web/record
	assertEquals 'the file' orphan "$(state "$pid")"
	chmod 600 records/web/record
	chmod 777 records/web
	assertEquals 'the folder' orphan "$(state "$pid")"
	chmod 700 records/web
	assertEquals 'safe again' tracked "$(state "$pid")"
	mv records/web/record records/web/other
	ln -s other records/web/record
	assertEquals 'a link' orphan "$(state "$pid")"
	rm records/web/record
	mkfifo -m 600 records/web/record
	assertEquals 'a FIFO' orphan "$(state "$pid")"
}

# Opening a device can have an effect.
testRecordThatIsADeviceIsNotOpened()
{
	need strace || return 0
	orphan "$mark=1" PGTRACK_RECORD=/dev/full || return 0
	run strace -o trace pgscan -aq "$mark"
	[ "$status" -eq 0 ] || { skip 'no process may be traced'; return 0; }
	assertEquals 'opened' '' "$(grep 'open.*"full"' trace)"
	assertLike 'looked at' '*"/dev"*' "$(cat trace)"
}

# If a record cannot be read, the state of the process is not known.
testRecordThatCannotBeReadIsAFailure()
{
	need strace || return 0
	recorded || return 0
	for error in EMFILE ENOMEM EIO; do
		run strace -o trace -P "$dir/records/web" \
		    -e inject=openat:error=$error pgscan "$mark"
		grep -q INJECTED trace ||
			{ skip 'no process may be traced'; return 0; }
		assertRanLike 3 '' 'pgscan: process *'
		run strace -f -o trace -P "/proc/$pid/" \
		    -e inject=?open,openat,?stat,?newfstatat:error=$error \
		    pgscan -A "$mark"
		assertLike 'whose it is' '*INJECTED*' "$(cat trace)"
		assertRanLike 3 '' '*pgscan: process *'
	done
}

testRecordOfAnotherBootIsNotBelieved()
{
	recorded || return 0
	sed 's/^boot=.*/boot=0f0e/' records/web/record >other
	cat other >records/web/record
	assertEquals orphan "$(state "$pid")"
	echo nonsense >records/web/record
	assertEquals orphan "$(state "$pid")"
}

# need_another_user: sets what find_user sets, and the name of that user.
need_another_user()
{
	[ "$(id -u)" -eq 0 ] || { skip 'only root has other users'; return 1; }
	find_user
	name=$(id -nu "$user" 2>/dev/null) || name=$user
}

testRecordOfTheProcessesUserIsBelieved()
{
	need_another_user || return 0
	: >said
	# shellcheck disable=SC2086
	leave $user_prefix env "$mark=1" \
	    "PGTRACK_RECORD=$dir/records/web/record" sigreport >said
	await_reports said
	is_orphaned "$pid" || return 0
	state_of_record "$user" "$user" tracked
	state_of_record 0 0 tracked
	state_of_record 0 1 orphan
	state_of_record 1 "$user" orphan
	state_of_record 1 1 orphan
}

# state_of_record OWNER-OF-FOLDER OWNER STATE: with a record of these owners the process
# $pid of the other user has this state.
state_of_record()
{
	rm -rf records
	record "$(pgscan -aA "$mark" | cut -f 1)"
	chown "$1" records/web
	chown "$2" records/web/record
	assertEquals "folder of $1, record of $2" "$3" \
	    "$(pgscan -aA "$mark" | cut -f 4)"
}

testGroupWithoutALeaderIsTrackedByItsNumber()
{
	: >said
	leave env "$mark=1" "PGTRACK_RECORD=$dir/records/web/record" \
	    sh -c 'sigreport & exec sigreport' >said
	await_reports said 2
	leader=$(session_of "$pid")
	is_orphaned "$leader" || return 0
	record "$(handle_of "$leader")"
	assertEquals 2 "$(pgscan -a "$mark" | grep -c "${tab}tracked$tab")"
	kill -KILL "$leader"
	waitfor 10 is_gone "$leader" || fail 'it is not reaped'
	run pgscan -a "$mark"
	assertRanLike 0 "$leader:-$tab*${tab}tracked$tab*" ''
}

is_gone()
{
	[ -z "$(state_of "$1")" ]
}

testSupervisedComesBeforeTracked()
{
	: >said
	launch_group env "$mark=1" "PGTRACK_RECORD=$dir/records/web/record" \
	    sigreport >said
	await_reports said
	record "$(handle_of "$pid")"
	assertEquals supervised "$(state "$pid")"
}

# --- output ------------------------------------------------------------------

testHeaderIsACommentForTerminals()
{
	run pgscan "$mark"
	assertRan 1 '' ''
	need_pty script || return 0
	run script -qec "pgscan $mark 2>/dev/null" /dev/null
	assertEquals "#GROUP${tab}PID${tab}PPID${tab}STATE${tab}MARKER${tab}COMMAND" \
	    "$(printf '%s\n' "$out" | tr -d '\r')"
	for options in -H -g -c -q; do
		script -qec "pgscan $options $mark 2>/dev/null" /dev/null >listed
		assertNotLike "$options" '*#*' "$(cat listed)"
	done
}

assertNotLike()
{
	# shellcheck disable=SC2254
	case $3 in
	$2)	fail "$1 expected unlike:<$2> but was:<$3>" ;;
	esac
}

testHeaderIsThereOnATerminal()
{
	need_pty script || return 0
	run script -qec "pgscan $mark 2>/dev/null" /dev/null
	assertLike 'on a terminal' '#GROUP*COMMAND*' "$out"
}

testBareNumberStandsForTheHandle()
{
	orphan "$mark=1" || return 0
	run pgscan -b "$mark"
	assertRanLike 0 "$pid$tab$pid${tab}1${tab}*" ''
	run pgscan -gb "$mark"
	assertRan 0 "$pid" ''
}

testGroupIsPrintedOnce()
{
	: >said
	launch_group env "$mark=1" sh -c 'sigreport & sigreport & exec sigreport' \
	    >said
	group=$pid
	await_reports said 3
	assertEquals "$group" "$(pgscan -agb "$mark")"
	assertEquals "$(handle_of "$group")" "$(pgscan -ag "$mark")"
	carrier "$mark=1"
	assertEquals 'processes' 4 "$(pgscan -ac "$mark")"
	assertEquals 'groups' 2 "$(pgscan -acg "$mark")"
}

testCountOfNoneIsPrintedToo()
{
	run pgscan -c "$mark"
	assertRan 1 0 ''
	carrier "$mark=1"
	run pgscan -ac "$mark"
	assertRan 0 1 ''
}

testQuietOnlyHasAStatus()
{
	run pgscan -aq "$mark"
	assertRan 1 '' ''
	carrier "$mark=1"
	run pgscan -aqgcH "$mark"
	assertRan 0 '' ''
}

testControlBytesNeverReachTheOutput()
{
	block "$mark"'=\001\t\n\033[31m\177\\\0'
	assertEquals "$mark"'=\x01\x09\x0a\x1b[31m\x7f\x5c' \
	    "$(pgscan -a "$mark" | cut -f 5)"
}

testUtf8TextIsPrintedAndInvalidBytesAreEscaped()
{
	text='\303\244\342\202\254\360\237\230\200'
	block "$mark=$text\\0"
	assertEquals 'text' "$mark=$(printf '%b' "$text")" \
	    "$(pgscan -a "$mark" | cut -f 5)"
	kill -KILL "$pid"
	waitfor 10 dead "$pid"
	block "$mark"'=\302\233\377\300\200\355\240\200\364\220\200\200\303\0'
	assertEquals 'none' \
	    "$mark"'=\xc2\x9b\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xc3' \
	    "$(pgscan -a "$mark" | cut -f 5)"
}

# named NAME: start a carrier with that command name.
named()
{
	ln -s "$bin/tests/sigreport" "$1"
	: >said
	launch env "$mark=1" "./$1" >said
	await_reports said
}

testHostileNamesOfCommandsDoNoHarm()
{
	named 'a) Z 1 1 (b'
	run pgscan -a "$mark"
	assertRanLike 0 "*$tab$pid$tab$$${tab}supervised$tab$mark=1${tab}a) Z 1 1 (b" ''
	kill -KILL "$pid"
	waitfor 10 dead "$pid"
	named "x${nl}1:1${tab}${esc}[2J"
	run pgscan -a "$mark"
	assertRanLike 0 "*${tab}x\\\\x0a1:1\\\\x09\\\\x1b\\[2J" ''
}

testFailedOutputIsAFailure()
{
	[ -c /dev/full ] || { skip 'there is no /dev/full'; return 0; }
	carrier "$mark=1"
	for options in -a -ag -ac -J; do
		run sh -c "pgscan $options $mark >/dev/full"
		assertRan 3 '' 'pgscan: standard output: No space left on device'
	done
}

# --- users -------------------------------------------------------------------

testOtherUsersProcessesAreListedOnDemand()
{
	[ "$(id -u)" -eq 0 ] || { skip 'only root has other users'; return 0; }
	: >said
	launch as_user env "$mark=1" sigreport >said
	await_reports said
	run pgscan -a "$mark"
	assertRan 1 '' ''
	run pgscan -aA "$mark"
	assertRanLike 0 "*$tab$pid$tab*" ''
	run pgscan -abg -u "$user" "$mark"
	assertRanLike 0 '[1-9]*' ''
	run pgscan -a -u 0 "$mark"
	assertRan 1 '' ''
	carrier "$mark=1"
	assertEquals 2 "$(pgscan -acA "$mark")"
}

testVerboseNamesTheUserOfTheGroup()
{
	need_another_user || return 0
	: >said
	# shellcheck disable=SC2086
	leave $user_prefix env "$mark=1" sigreport >said
	await_reports said
	is_orphaned "$pid" || return 0
	run pgscan -gvA "$mark"
	assertRanLike 0 "$pid:*" "pgscan: $out: of user $name"
}

testVerboseNamesTheUsersOfOtherMembers()
{
	need_another_user || return 0
	: >said
	# shellcheck disable=SC2086
	launch_group env "$mark=1" sh -c "$user_prefix sigreport & exec sigreport" \
	    >said
	group=$pid
	await_reports said 2
	run pgscan -agvA "$mark"
	assertRanLike 0 "$group:*" "pgscan: $out: of user $name"
	run pgscan -avA "$mark"
	assertRanLike 0 "$group:*${nl}$group:*" "pgscan: $group:*: of user $name"
	run pgscan -agv "$mark"
	assertRanLike 0 "$group:*" ''
}

# root owns the files in /proc of a process that cannot be dumped.
testProcessThatCannotBeDumpedIsItsUsers()
{
	need_another_user || return 0
	: >said
	leave env "$mark=1" sigreport -u "$(id -u "$user")" >said
	await_reports said
	is_orphaned "$pid" || return 0
	run pgscan -a "$mark"
	assertRan 1 '' ''
	run pgscan -abg -u "$user" "$mark"
	assertRan 0 "$pid" ''
	run pgscan -gvA "$mark"
	assertRanLike 0 "$pid:*" "pgscan: $out: of user $name"
	# shellcheck disable=SC2086
	run $user_prefix pgscan -abev "$mark"
	assertRan 3 '' 'pgscan: 1 environment could not be read'
}

testUserIsNamedOrNumbered()
{
	carrier "$mark=1"
	run pgscan -aq -u "$(id -u)" "$mark"
	assertRan 0 '' ''
	run pgscan -aq -u "$(id -nu)" "$mark"
	assertRan 0 '' ''
	run pgscan -u 'no such' "$mark"
	assertRan 2 '' 'pgscan: no such: no such user'
}

testUnreadableEnvironmentsAreCounted()
{
	[ "$(id -u)" -eq 0 ] || { skip 'only root has other users'; return 0; }
	as_user cat /proc/1/environ >said 2>&1 &&
		{ skip 'all environments can be read'; return 0; }
	# The ancestors of pgscan do not count: there may be no other process of root.
	launch sigreport >said
	await_reports said
	# Processes of other users start and end, so the test compares the form only.
	run as_user pgscan -vA "$mark"
	assertRanLike 1 '' 'pgscan: [1-9]* environment* could not be read'
	run as_user pgscan -eA "$mark"
	assertRanLike 3 '' 'pgscan: [1-9]* environment* could not be read'
	run as_user pgscan -ve "$mark"
	assertRan 1 '' ''
}

testUnreadableEnvironmentsAreCountedOnce()
{
	need_another_user || return 0
	: >said
	# shellcheck disable=SC2016,SC2086
	in_namespace sh -c 'mark=$1; shift
		sigreport >>said &
		sigreport >>said &
		freshsig -s "$@" env "$mark=1" sigreport >>said &
		until [ "$(grep -c ready said)" = 3 ]; do sleep 0.02; done
		"$@" pgscan -avAb "$mark"; echo $?; "$@" pgscan -aveqA "$mark"; echo $?
		"$@" pgscan -aveq "$mark"; echo $?' sh "$mark" $user_prefix || return 0
	assertRanLike 0 "4${tab}4${tab}1${tab}orphan$tab*${nl}0${nl}3${nl}0" \
	    'pgscan: 2 environments could not be read
pgscan: 2 environments could not be read'
}

# with_proc TYPE OPTIONS COMMAND...: run it with a file system of this type mounted on
# /proc. Returns 1 and skips the test where /proc cannot be mounted.
with_proc()
{
	# shellcheck disable=SC2016
	set -- unshare --mount sh -c 'mount -t "$1" $2 none /proc && shift 2 &&
		exec "$@"' sh "$@"
	unshare --mount sh -c 'mount -t proc -o hidepid=2 none /proc' \
	    2>/dev/null || { skip '/proc cannot be mounted'; return 1; }
	run "$@"
}

testHiddenProcessesAreNeitherFoundNorTrusted()
{
	with_proc tmpfs '' true || return 0
	find_user
	: >said
	launch env "$mark=1" sigreport >>said
	# shellcheck disable=SC2086
	launch $user_prefix env "$mark=1" sigreport >>said
	own=$pid
	# shellcheck disable=SC2086
	leave $user_prefix env "$mark=1" sigreport >>said
	# shellcheck disable=SC2086,SC2016
	leave $user_prefix sh -c 'SYSTEMD_EXEC_PID=$$
		export SYSTEMD_EXEC_PID
		exec env "$1" sigreport -x HUP' sh "$mark=1" >>said
	await_reports said 4
	is_orphaned "$pid" || return 0
	# This loop starts hidden processes during the scans.
	launch_group sh -c 'while :; do sleep 0 & sleep 0; done'
	for hidepid in 1 2 4; do
		# shellcheck disable=SC2086
		with_proc proc "-o hidepid=$hidepid" \
			$user_prefix pgscan -ab "$mark" || break
		assertEquals "hidepid=$hidepid" "supervised
orphan
supervised" "$(echo "$out" | cut -f 4)"
		assertLike 'first' "*$tab$own$tab*" "$(echo "$out" | head -n 1)"
		assertEquals 'nothing to say' '' "$err"
		# shellcheck disable=SC2086
		with_proc proc "-o hidepid=$hidepid" $user_prefix pgscan -aqvA "$mark"
		case $hidepid in
		1)	assertLike 'hidepid=1' '*environment* could not be read' \
			    "$err" ;;
		*)	assertEquals "hidepid=$hidepid" '' "$err" ;;
		esac
	done
}

testWithoutAProcessTableItFails()
{
	grep -q '__[a-z]*san_' "$bin/pgscan" &&
		{ skip 'a sanitizer wants one too'; return 0; }
	with_proc tmpfs '' pgscan "$mark" || return 0
	assertRan 3 '' 'pgscan: processes: /proc is not mounted'
}

# --- secrets -----------------------------------------------------------------

testNoOtherValueIsEverShown()
{
	secret=hunter2
	orphan A=$secret "$mark=1" "B=$secret" "PGTRACK_RECORD=/$secret/record" \
	    "PGSPAWN_ID=$secret" "SYSTEMD_EXEC_PID=$secret" \
	    "${mark}_$secret=1" || return 0
	for options in -v -ave -aevA -agv -acv -aHA -abv; do
		for operand in "$mark" A= "$mark=[" "=$mark"; do
			out=$(pgscan $options "$mark" "$operand" 2>&1)
			assertNotLike "$options $operand" "*$secret*" "$out"
		done
	done
	assertFound "$pid" A "$mark"
}

# --- ending the processes that are found -------------------------------------

testExamplesOfThePageListOrphans()
{
	orphan "$mark=shop:web" || return 0
	web=$pid
	orphan "$mark=bank:web"
	carrier "$mark=shop:db"
	run_example pgscan.1 1 "$mark"
	assertEquals 'all carriers' 3 "$(echo "$out" | wc -l | tr -d ' ')"
	run_example pgscan.1 2 "$mark"
	assertRanLike 0 "$web:*${tab}orphan$tab$mark=shop:web$tab*" ''
}

testExamplesOfThePageEndOrphans()
{
	need pgterm || return 0
	orphan "$mark=shop:web" || return 0
	web=$pid
	orphan "$mark=bank:web"
	bank=$pid
	carrier "$mark=shop:db"
	kill -STOP "$web"
	run_example pgscan.1 3 "$mark"
	assertRan 0 '' ''
	dead "$web" || fail 'the orphan lives'
	for other in "$bank" "$pid"; do
		alive "$other" || fail 'it ended what was none of its business'
	done
}

testExampleOfThePageEndsWhatForksMeanwhile()
{
	need pgterm || return 0
	orphan "$mark=shop:steady" || return 0
	: >said
	# shellcheck disable=SC2016
	leave env "$mark=shop:forking" sh -c 'echo ready $$; n=0
		while [ $((n += 1)) -le 40 ]; do
			freshsig -s stubborn -t -g 0.02 -D >>born &
			sleep 0.02
		done' >said
	await_reports said
	waitfor 10 grep -q leader born
	run_example pgscan.1 4 "$mark"
	record_zoo born
	assertRan 0 '' ''
	assertEquals 'what is left' 0 "$(pgscan -c "$mark")"
	while read -r what other; do
		[ "$what" = ready ] || dead "$other" || fail "it lives: $what"
	done <born
}

testExampleOfThePageCounts()
{
	carrier "PGSPAWN_ID=70001:11"
	run_example pgscan.1 5 "$mark"
	assertRanLike 0 '[1-9]*' ''
}

# --- statuses ----------------------------------------------------------------

testUsage()
{
	for operand in '' =x 12x 0 1:2:3 1=2; do
		run pgscan "$operand"
		assertRan 2 '' \
		    "pgscan: $operand: not NAME, NAME=PATTERN or a handle"
	done
	usage="
$(usage_of pgscan)"
	run pgscan -Z
	assertRan 2 '' "pgscan: unknown option -Z$usage"
	run pgscan -u
	assertRan 2 '' "pgscan: option -u needs an argument$usage"
	run pgscan -A -u 0
	assertRan 2 '' "pgscan: -A and -u exclude each other$usage"
}

# With any of these errors pgscan could miss a process.
testErrorsOnTheWayAreFailures()
{
	need strace || return 0
	carrier "$mark=1"
	for error in EMFILE ENFILE ENOMEM; do
		for file in stat ''; do
			run strace -f -o trace -P "/proc/$pid/$file" \
			    -e inject=?open,openat,?stat,?newfstatat:error=$error \
			    pgscan -a "$mark"
			grep -q INJECTED trace ||
				{ skip 'no process may be traced'; return 0; }
			assertRanLike 3 '' '*pgscan: *'
		done
		run strace -o trace -e inject=pidfd_open:error=$error \
		    pgscan -a "$mark"
		assertRanLike 3 '' 'pgscan: group *'
	done
	run strace -o trace -e inject=getdents64:error=EIO pgscan -a "$mark"
	assertRan 3 '' "pgscan: processes: $(reason EIO)"
}

# /proc shows another PID namespace, in which pgscan has by chance the same PID.
testProcessTableThatSeemsOursIsRefused()
{
	[ -w /proc/sys/kernel/ns_last_pid ] ||
		{ skip 'no ns_last_pid'; return 0; }
	need unshare || return 0
	in_namespace true || return 0
	# shellcheck disable=SC2016
	in_namespace unshare --pid --fork sh -c '
		tries=0
		until [ "$((tries = tries + 1))" -gt 50 ]; do
			last=$(readlink /proc/self)
			echo "$last" >/proc/sys/kernel/ns_last_pid
			sh -c '\''
				read -r n _ </proc/self/stat
				[ "$$" = "$n" ] || exit 9
				exec pgscan -a "$1"'\'' sh "$1"
			code=$?
			[ "$code" -eq 9 ] || break
		done
		exit "$code"' sh "$mark"
	assertRan 3 '' \
	    'pgscan: processes: the system shows another PID namespace'
}

testProcessTableOfAnotherNamespaceIsRefused()
{
	[ "$(id -u)" -eq 0 ] || { skip 'only root can make a namespace'; return 0; }
	need unshare || return 0
	unshare --pid --fork true 2>/dev/null ||
		{ skip 'no namespace can be made'; return 0; }
	run unshare --pid --fork pgscan -a "$mark"
	assertRan 3 '' \
	    'pgscan: processes: the system shows another PID namespace'
}

. "$SHUNIT2"
