#!/bin/sh
# pgtrack_test.sh: records are complete, correct, and name the right process
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

tab=$(printf '\t')
nl='
'
owned='another user owns it'
writable='group or others may write to it: take another folder, or chmod go-w'
replaceable='another user could replace it, as owner of a folder above it or because that is writable'
special='not a plain file'
linked='has another name, a hard link'

# --- services ----------------------------------------------------------------

setUp()
{
	test_begin
	PGTRACK_DIR=$dir/db
	export PGTRACK_DIR
}

# claim NAME COMMAND...: run pgtrack exec as the leader of a group.
claim()
{
	claim_name=$1
	shift
	freshsig -g pgtrack exec "$claim_name" -- "$@"
}

# start NAME [COMMAND...]: start a service, and wait for its record; its PID is in $pid, its
# handle in $handle.
start()
{
	start_name=$1
	shift
	[ $# -gt 0 ] || set -- sleep 60
	launch_group pgtrack exec "$start_name" -- "$@" </dev/null
	waitfor 10 pgtrack get "$start_name" || fail "$start_name does not run"
	handle=$(pgtrack get "$start_name")
}

# group: start a group; its number is in $pid.
group()
{
	launch_group sleep 60
	waitfor 10 group_alive "$pid" || fail "no group"
}

# stop PID: kill the group that this child of the test leads, and reap the leader.
stop()
{
	kill -s KILL -- "-$1"
	wait "$1" 2>/dev/null
	waitfor 5 group_dead "$1" || fail "group $1 lives on"
}

# stale NAME: make the record of a service that has ended.
stale()
{
	start "$1"
	stop "$pid"
}

# edit NAME SCRIPT: change a record with sed.
edit()
{
	sed "$2" "$PGTRACK_DIR/$1/record" >edited
	cat edited >"$PGTRACK_DIR/$1/record"
}

# field NAME KEY: prints the value of this line of a record.
field()
{
	sed -n "s/^$2=//p" "$PGTRACK_DIR/$1/record"
}

# files FOLDER: prints the names of its files, hidden ones too.
files()
{
	# shellcheck disable=SC2012
	ls -A "$1" | tr '\n' ' ' | sed 's/ $//'
}

mode_of()
{
	# shellcheck disable=SC2012
	ls -ld "$1" | cut -c 1-10
}

# --- exec --------------------------------------------------------------------

testExecRecordsTheProcessThatBecomesTheCommand()
{
	start web
	assertEquals "handle" "$pid" "${handle%%:*}"
	assertEquals "keys" "handle pgid sid uid boot pidns started command" \
		"$(sed 's/=.*//' db/web/record | tr '\n' ' ' | sed 's/ $//')"
	assertEquals "handle" "$handle" "$(field web handle)"
	assertEquals "pgid" "$pid" "$(field web pgid)"
	assertEquals "uid" "$(id -u)" "$(field web uid)"
	assertEquals "command" "sleep 60" "$(field web command)"
	assertEquals "pid" "$pid" "$(cat db/web/pid)"
	age=$(($(date +%s) - $(field web started)))
	assertTrue "started $age s ago" "[ $age -ge 0 ] && [ $age -le 10 ]"
}

testTheCommandGetsThePathOfItsRecord()
{
	mkdir here
	cd here || return
	run freshsig -g pgtrack -D ../db exec a:b -- sh -c 'echo "$PGTRACK_RECORD"'
	assertRan 0 "$(cd .. && pwd -P)/db/a%3Ab/record" ""
}

testTheCommandIsRecordedBeforeItStarts()
{
	run claim web sh -c 'sed -n "s/^pgid=//p" "$PGTRACK_RECORD"; echo $$'
	assertEquals "pgid" "${out%%"$nl"*}" "${out##*"$nl"}"
	assertRanLike 0 '[1-9]*' ""
}

testTheStatusIsThatOfTheCommand()
{
	run claim web sh -c 'exit 42'
	assertRan 42 "" ""
}

testTheCommandKeepsArgumentsAndUmaskAndNoDescriptor()
{
	umask 027
	run claim web sh -c 'umask; printf "<%s>" "$@"' sh -x '' 'a b' --
	assertRan 0 "0027$nl<-x><><a b><-->" ""
	umask 022
	[ -d /proc/self/fd ] || return 0
	run claim web sh -c 'for fd in /proc/$$/fd/*; do readlink "$fd"; done'
	assertNotContains "descriptors" "$out" "$PGTRACK_DIR"
	assertNotContains "descriptors" "$out" pidfd
}

testTheRecordHoldsWhatATerminalMaySee()
{
	esc=$(printf '\033')
	start web sh -c "sleep 60; : ${esc}[1m${nl}x$tab"
	assertEquals "sh -c sleep 60; : \\x1b[1m\\x0ax\\x09" \
		"$(field web command)"
	long=$(printf '%0300d' 7)
	start app sh -c 'sleep 60' "$long"
	assertEquals "length" 255 "$(field app command | tr -d '\n' | wc -c |
		tr -d ' ')"
}

testExecRefusesAProcessThatLeadsNoGroup()
{
	run sh -c 'pgtrack exec web -- true; exit $?'
	assertRan 2 "" "pgtrack: exec: not a group leader: try \`pgspawn -d -- pgtrack exec ...'"
	assertFalse "something was made" "[ -e db ]"
}

testACommandThatCannotBeExecutedLeavesNothing()
{
	echo '#!/no/such/interpreter' >script
	chmod +x script
	: >plain
	run claim web ./nothing
	assertRan 127 "" "pgtrack: ./nothing: No such file or directory"
	run claim web no-such-command-anywhere
	assertRan 127 "" \
		"pgtrack: no-such-command-anywhere: not found in PATH"
	run claim web ./plain
	assertRan 126 "" "pgtrack: ./plain: Permission denied: chmod +x makes it executable"
	run claim web ./script
	assertRan 126 "" "pgtrack: ./script: interpreter: No such file or directory"
	mv script some-script-of-ours
	run env PATH="$dir:$bin:$bin/tests:/bin:/usr/bin" \
		freshsig -g pgtrack exec web some-script-of-ours
	assertRan 126 "" \
		"pgtrack: some-script-of-ours: interpreter: No such file or directory"
	assertEquals "what is left" "" "$(ls -A db)"
}

# execvp(3) fails with EACCES in both cases; pgspawn reports the same.
testAFolderThatMayNotBeSearchedIsSkipped()
{
	mkdir closed db
	: >closed/command
	chmod 0 closed
	chmod 700 db
	give db
	find_user
	run as_user env PATH="$dir/closed:$user_path" \
		freshsig -g pgtrack exec web command
	assertRan 127 "" "pgtrack: command: not found in PATH"
	run as_user freshsig -g pgtrack exec web ./closed/command
	assertRan 126 "" "pgtrack: ./closed/command: Permission denied"
}

testASecondExecIsRefusedAndNamesTheFirst()
{
	start web
	run claim web touch second
	assertRan 5 "" "pgtrack: web: already running: $handle"
	run freshsig -g pgtrack -b exec web true
	assertRan 5 "" "pgtrack: web: already running: $pid"
	assertFalse "it ran" "[ -e second ]"
	assertEquals "handle" "$handle" "$(pgtrack get web)"
}

testARecordedProcessMayRecordItselfAgain()
{
	run claim web pgtrack exec web -- sh -c 'pgtrack get web; echo $$'
	assertEquals "status of: $ran" 0 "$status"
	assertEquals "handle" "${out##*"$nl"}" "${out%%:*}"
	assertEquals "command" "sh -c pgtrack get web; echo \$\$" \
		"$(field web command)"
}

# The group of the process lives on, so its record stays.
testARecordedProcessThatFailsToBecomeAnotherKeepsItsRecord()
{
	need_keys || return 0
	launch_group pgtrack exec web -- sh -c '
		PGSPAWN_ID=$(pgtrack get web)
		export PGSPAWN_ID; sleep 60 &
		exec pgtrack exec web -- ./nothing' 2>said
	wait "$pid"
	assertEquals "status" 127 $?
	assertEquals "said" "pgtrack: ./nothing: No such file or directory" \
		"$(cat said)"
	run pgtrack -b list
	assertRan 0 "$pid${tab}web${tab}leaderless" ""
	stop "$pid"
	run pgtrack get web
	assertRan 1 "" ""
}

testAStaleRecordIsReplaced()
{
	stale web
	old=$(cat db/web/record)
	run claim web sh -c 'cat "$PGTRACK_RECORD"'
	assertRanLike 0 'handle=*' ""
	assertNotEquals "record" "$old" "$out"
}

# A hundred shells wait for a byte of a FIFO, and get one each at the same time.
testOfAHundredClaimsOneWinsAndTheOthersNameIt()
{
	mkfifo go
	exec 9<>go
	all='' i=0
	while [ $((i += 1)) -le 100 ]; do
		launch_group sh -c 'read -r go <&9; exec pgtrack exec web -- \
			sh -c "echo won >&2; exec sleep 60" 2>"err.$1" 9<&-
			' sh "$i" </dev/null
		all="$all $i:$pid"
	done
	yes '' | head -n 100 >&9
	exec 9<&-
	waitfor 30 said_all 100 || fail "somebody is still thinking"
	handle=$(pgtrack get web)
	winners=
	for i in $all; do
		pid=${i#*:}
		i=${i%:*}
		if says "err.$i" won; then
			winners="$winners$pid "
			continue
		fi
		wait "$pid"
		assertEquals "status of $i" 5 $?
		assertLike "of $i" "pgtrack: web: *: $handle" "$(cat "err.$i")"
	done
	assertEquals "winners" "${handle%%:*} " "$winners"
}

# said_all COUNT: COUNT of the files err.* are not empty.
said_all()
{
	[ "$(grep -l . err.* | wc -l)" -eq "$1" ]
}

testAClaimDuringAnotherNamesTheLocksHolder()
{
	need flock || return 0
	start other
	mkdir -m 700 db/web
	printf '%s' "$handle" >db/web/lock
	launch_group flock -x db/web/lock sh -c 'echo locked; exec sleep 60' >said
	waitfor 10 says said locked || fail "not locked"
	run claim web true
	assertRan 5 "" "pgtrack: web: just being started: $handle"
	echo 999999 >db/web/lock
	run claim web true
	assertRan 5 "" "pgtrack: web: locked by another pgtrack"
	run pgtrack get web
	assertRan 3 "" ""
	run pgtrack gc
	assertRan 0 "" ""
	run pgtrack rm web
	assertRan 5 "" "pgtrack: web: locked by another pgtrack"
}

testReadersNeedNoLock()
{
	need flock || return 0
	start web
	launch_group flock -x db/web/lock sh -c 'echo locked; exec sleep 60' >said
	waitfor 10 says said locked || fail "not locked"
	run pgtrack get web
	assertRan 0 "$handle" ""
	run claim web true
	assertRan 5 "" "pgtrack: web: already running: $handle"
}

testTheLockIsNotInherited()
{
	start web sh -c 'sleep 60 & wait'
	run pgtrack rm -f web
	assertRan 0 "" ""
	run claim web true
	assertRan 0 "" ""
}

# --- records that are believed -----------------------------------------------

testGetDistinguishesRunningStaleAndMissing()
{
	start web
	run pgtrack get web
	assertRan 0 "$handle" ""
	run pgtrack -b get web
	assertRan 0 "$pid" ""
	run pgtrack get none
	assertRan 3 "" ""
	run pgtrack get none web
	assertRan 3 "$handle" ""
	stop "$pid"
	run pgtrack get web
	assertRan 1 "" ""
	run pgtrack get web none
	assertRan 3 "" ""
}

testARecordWithAnotherKeyIsStale()
{
	need_keys || return 0
	start web
	edit web 's/^handle=\(.*\):.*/handle=\1:1/'
	run pgtrack get web
	assertRan 1 "" ""
	run pgtrack list -a
	assertRan 0 "$pid:1${tab}web${tab}stale" ""
}

testARecordOfAnotherBootIsStale()
{
	need_keys || return 0
	start web
	edit web 's/^boot=./&x/'
	run pgtrack get web
	assertRan 1 "" ""
	run claim web echo started
	assertRan 0 started ""
	assertTrue "the stranger was ended" "alive $pid"
}

# Another boot_id stands for a reboot.
testAfterARebootNothingIsTakenForTheService()
{
	need_root || return 0
	need_keys || return 0
	need_unshare --mount || return 0
	start web
	cat >boot <<'END'
echo 0f0e0d0c-0b0a-4009-8807-060504030201 >id
mount --bind id /proc/sys/kernel/random/boot_id 2>/dev/null || exit 77
pgtrack list -a
pgtrack get web || echo $?
pgtrack status web | awk 'NR == 2 { print $2 }'
freshsig -g pgtrack exec web -- sh -c 'pgtrack get web'
pgtrack gc
pgtrack get web || echo $?
END
	run unshare --mount sh boot
	[ "$status" -ne 77 ] || { skip "nothing can be mounted"; return 0; }
	assertRanLike 0 "$handle${tab}web${tab}stale${nl}1${nl}stale${nl}*:*${nl}3" ""
	assertTrue "the stranger was ended" "alive $pid"
}

# A container can share the directory of records, but has other PIDs.
testInAnotherPidNamespaceNothingIsTakenForTheService()
{
	need_root || return 0
	need_keys || return 0
	need_unshare --pid --fork --mount-proc --kill-child || return 0
	start web
	run unshare --pid --fork --mount-proc --kill-child sh -c 'pgtrack list -a
		pgtrack get web || echo $?
		freshsig -g pgtrack exec web -- sh -c "pgtrack -b get web; echo \$\$"
		exit 0'
	assertRanLike 0 "$handle${tab}web${tab}stale${nl}1${nl}[1-9]*" ""
	inside=${out#*"${nl}1$nl"}
	assertEquals "inside" "${inside%%"$nl"*}" "${inside##*"$nl"}"
	run pgtrack list -a
	assertRanLike 0 "${inside%%"$nl"*}:*${tab}web${tab}stale" ""
}

testARecordOfAnotherNamespaceIsStale()
{
	need_keys || return 0
	start web
	edit web 's/^pidns=.*/pidns=1/'
	run pgtrack get web
	assertRan 1 "" ""
}

testARecordThatCannotBeParsedIsStale()
{
	start web
	cp db/web/record good
	for script in 1d 2d '$d' 's/^pgid/pid/' 's/^pgid=./&x/' 's/^handle=/& /' \
	    's/^\(handle=[0-9]*\).*/\1/' 's/^pgid=/&1/' 's/^sid=/&-/' \
	    's/^uid=.*/uid=4294967296/' 's/^started=.*/started=/' 's/^boot=/& /' \
	    's/^command=/&	/' 's/^command=/&'"$(printf '\302\233')/" 's/^\(uid=\)\(.*\)/\1\2\n\1\2/' '$p' '$s/$/\r/'; do
		cp good db/web/record
		edit web "$script"
		run pgtrack get web
		assertRan 1 "" ""
	done
	tr -d '\n' <good >db/web/record
	run pgtrack list -a
	assertRan 0 "-${tab}web${tab}stale" ""
	for text in '' '\000' '\n' 'x%02000d' '\377\376'; do
		# shellcheck disable=SC2059
		printf "$text" >db/web/record
		run pgtrack get web
		assertRan 1 "" ""
	done
	{ cat good; printf '\0'; } >db/web/record
	run pgtrack get web
	assertRan 1 "" ""
	cat good >db/web/record
	run pgtrack get web
	assertRan 0 "$handle" ""
}

testRecordsAndNamesAreReadAsTheyAreWritten()
{
	run "$bin/tests/fuzz/record" -n 20000 "$src/tests/fuzz/corpus/record"/*
	assertRan 0 "" ""
}

testThePidFileIsNeverRead()
{
	start web
	echo 1 >db/web/pid
	run pgtrack get web
	assertRan 0 "$handle" ""
	rm db/web/pid
	run pgtrack get web
	assertRan 0 "$handle" ""
}

# leaderless_service NAME LINEAGE: start a service whose leader has ended, and of which one
# member lives. PGSPAWN_ID of the member is LINEAGE, with the handle for %s.
leaderless_service()
{
	echo 'h=$(pgtrack get "$1"); export PGSPAWN_ID="${2%%%s}$h"
		[ -n "$2" ] || unset PGSPAWN_ID; sleep 60 & exit 0' >leader
	launch_group pgtrack exec "$1" -- sh leader "$1" "$2" </dev/null
	wait "$pid"
	handle=$(field "$1" handle)
	group_alive "$pid" || fail "no member"
}

testAGroupWhoseLeaderDiedRunsIfItsLineageSaysSo()
{
	need_keys || return 0
	leaderless_service web '1:2 %s'
	run pgtrack get web
	assertRan 0 "$handle" ""
	run pgtrack list
	assertRan 0 "$handle${tab}web${tab}leaderless" ""
	run claim web true
	assertRan 5 "" "pgtrack: web: already running: $handle"
	run pgtrack rm web
	assertRan 5 "" "pgtrack: web: already running: $handle"
	kill -s KILL -- "-$pid"
	run pgtrack wait web
	assertRan 0 "" ""
	run pgtrack get web
	assertRan 1 "" ""
}

testAGroupWithoutLeaderAndLineageIsNeitherBelievedNorForgotten()
{
	leaderless_service web ''
	said="pgtrack: web: unverifiable: group $pid may be another one"
	run pgtrack get web
	assertRan 4 "" "$said"
	run pgtrack list
	assertRan 4 "" "$said"
	run claim web touch second
	assertRan 4 "" "$said"
	run pgtrack rm web
	assertRan 4 "" "$said"
	run pgtrack gc
	assertRan 4 "" "$said"
	run pgtrack wait -T 0 web
	assertRan 124 "" ""
	assertFalse "it ran" "[ -e second ]"
	run pgtrack rm -f web
	assertRan 0 "" ""
}

# The first thread of a member looks like a zombie, but others of it live.
testAMemberWithoutItsFirstThreadRuns()
{
	need_keys || return 0
	launch_group pgtrack exec web -- sh -c '
		PGSPAWN_ID=$(pgtrack get web)
		export PGSPAWN_ID
		headless &
		echo "member $!" >said'
	wait "$pid"
	handle=$(field web handle)
	member=$(pids member said)
	record_pid "$member"
	waitfor 10 in_state "$member" Z || fail "it has its head"
	run pgtrack get web
	assertRan 0 "$handle" ""
	run pgtrack wait -T 0 web
	assertRan 124 "" ""
	run claim web touch second
	assertRan 5 "" "pgtrack: web: already running: $handle"
	run pgtrack gc
	assertRan 0 "" ""
	run pgtrack get web
	assertRan 0 "$handle" ""
	kill -s KILL "$member"
	run pgtrack wait web
	assertRan 0 "" ""
	run pgtrack get web
	assertRan 1 "" ""
}

# Where a sandbox forbids pidfds the record has the start time of the leader.
testAHandleThatWasMadeInASandboxIsNotTakenForAnother()
{
	need_keys || return 0
	[ -r /proc/self/stat ] || {
		skip "no start times"
		return 0
	}
	cat >sandboxed <<'END'
began=$(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 20)
PGSPAWN_ID=$1$$:$began
export PGSPAWN_ID
exec sleep 60
END
	for app in believed unknown; do
		lineage=
		[ "$app" = believed ] || lineage=x
		start "$app" sh sandboxed "$lineage"
		waitfor 10 comm_is "$pid" sleep || fail "it does not sleep"
		began=$(start_of "$pid")
		[ "$handle" != "$pid:$began" ] || {
			skip "there are no better keys"
			return 0
		}
		edit "$app" "s/^handle=.*/handle=$pid:$began/"
	done
	run pgtrack get believed
	assertRanLike 0 "*:*" ""
	said="pgtrack: unknown: unverifiable: group $pid may be another one"
	run pgtrack get unknown
	assertRan 4 "" "$said"
	run claim unknown touch second
	assertRan 4 "" "$said"
	assertFalse "it ran" "[ -e second ]"
}

# comm_is PID NAME: the process has this command name.
comm_is()
{
	[ "$(cat "/proc/$1/comm")" = "$2" ]
}

testAGroupOfZombiesIsGone()
{
	need_keys || return 0
	launch sh -c 'freshsig -g pgtrack exec web -- sleep 60 & exec sleep 60'
	waitfor 10 pgtrack get web || fail "web does not run"
	zombie=$(pgtrack -b get web)
	record_group "$zombie"
	kill -s KILL "$zombie"
	waitfor 5 in_state "$zombie" Z || fail "no zombie"
	run pgtrack get web
	assertRan 1 "" ""
	run pgtrack wait web
	assertRan 0 "" ""
	run pgtrack rm web
	assertRan 0 "" ""
}

testAReusedPidIsNotTaken()
{
	need_root || return 0
	need_keys || return 0
	need_unshare --pid --fork --mount-proc --kill-child || return 0
	[ -w /proc/sys/kernel/ns_last_pid ] || {
		skip "no ns_last_pid"
		return 0
	}
	cat >reuse <<'END'
freshsig -g pgtrack exec web -- sleep 60 &
first=$!
until pgtrack get web >/dev/null; do :; done
kill -9 $first
wait $first 2>/dev/null
echo $((first - 1)) >/proc/sys/kernel/ns_last_pid
freshsig -g sleep 60 &
second=$!
[ $first -eq $second ] && echo reused
pgtrack get web || echo $?
pgtrack rm web && echo forgotten
kill -0 $second && echo "the stranger lives"
kill -9 $second
END
	run unshare --pid --fork --mount-proc --kill-child sh reuse
	assertRanLike 0 "reused${nl}1${nl}forgotten${nl}the stranger lives" "*"
}

# One list of all processes is enough for all services; none is made if no leader is dead.
testManyServicesTakeOnePass()
{
	need_strace || return 0
	need_table || return 0
	leaderless_service web '%s'
	while [ $((n += 1)) -le 300 ]; do
		cp -R db/web "db/web.$n"
	done
	run traced -e trace=?open,openat pgtrack list
	assertEquals "status of: $ran" 0 "$status"
	assertEquals "listed" 301 "$(echo "$out" | grep -c leaderless)"
	assertEquals "passes" 1 "$(grep -c '"/proc",' trace)"
	rm -r db
	start web
	run traced -e trace=?open,openat pgtrack list
	assertRan 0 "$handle${tab}web${tab}running" ""
	assertEquals "passes" 0 "$(grep -c '"/proc",' trace)"
}

# --- list and status ---------------------------------------------------------

testListIsSortedAndShowsWhatRuns()
{
	start web
	web=$handle
	start app
	app=$handle
	stale db
	run pgtrack list
	assertRan 0 "$app${tab}app${tab}running${nl}$web${tab}web${tab}running" ""
	run pgtrack list -a
	assertRanLike 0 "$app${tab}app${tab}running$nl*:*${tab}db${tab}stale$nl$web${tab}web${tab}running" ""
	run pgtrack -b list
	assertRan 0 "${app%%:*}${tab}app${tab}running$nl${web%%:*}${tab}web${tab}running" ""
}

testListEscapesWhatATerminalWouldObey()
{
	start "a$tab$(printf '\033')[1mb\\"
	run pgtrack list
	assertRan 0 "$handle${tab}a\\x09\\x1b[1mb\\x5c${tab}running" ""
}

testStatusIsATableForPeople()
{
	TZ=UTC0
	export TZ
	start web
	edit web 's/^started=.*/started=1000000000/'
	run pgtrack status web none
	unset TZ
	assertEquals "status of: $ran" 3 "$status"
	assertEquals "standard error of: $ran" "" "$err"
	assertEquals "table" "NAME STATE PGID SINCE COMMAND
web running $pid 2001-09-09 01:46:40 sleep 60
none missing - - -" "$(printf '%s\n' "$out" | tr -s ' ')"
	assertEquals "columns" "STATE running missing" \
		"$(printf '%s\n' "$out" | cut -c 7-18 | tr -s ' \n' ' ' |
		sed 's/ $//')"
}

testStatusShowsAllWithoutNames()
{
	run pgtrack status
	assertRan 0 "" ""
	mkdir -m 700 db
	run pgtrack status
	assertRan 0 "" ""
	stale web
	start app
	run pgtrack status
	assertEquals "status of: $ran" 1 "$status"
	assertEquals "names" "NAME app web" \
		"$(printf '%s\n' "$out" | cut -d ' ' -f 1 | tr '\n' ' ' |
		sed 's/ $//')"
}

testAFullOutputIsNoSuccess()
{
	[ -c /dev/full ] || return 0
	start web
	for sub in 'get web' list status 'get web web'; do
		run sh -c "pgtrack $sub >/dev/full"
		assertRan 4 "" "pgtrack: standard output: No space left on device"
	done
}

testAClosedOutputIsNoSuccess()
{
	start web
	for sub in 'get web' list status; do
		run sh -c "pgtrack $sub >&-"
		assertRan 4 "" "pgtrack: standard output: Bad file descriptor"
	done
	run sh -c 'pgtrack rm -f web >&-'
	assertRan 0 "" ""
	run sh -c 'freshsig -g pgtrack exec web -- echo up >&-'
	assertRan 0 "" ""
}

# --- add ---------------------------------------------------------------------

testAddRecordsAGroupThatRuns()
{
	group
	run pgtrack add web "$pid"
	assertRan 0 "" ""
	run pgtrack -b get web
	assertRan 0 "$pid" ""
	handle=$(pgtrack get web)
	run pgtrack add app "$handle"
	assertRan 0 "" ""
	run pgtrack get app
	assertRan 0 "$handle" ""
	need_keys || return 0
	assertEquals "uid" "$(id -u)" "$(field web uid)"
}

testAddRefusesWhatDoesNotRun()
{
	group
	stop "$pid"
	run pgtrack add web "$pid"
	assertRan 1 "" "pgtrack: $pid: no such process group"
	for target in 0 -1 x 1:2:3 '' 4194304x; do
		run pgtrack add -- web "$target"
		assertRan 2 "" "pgtrack: $target: not a process group: the target is a handle or a number, the name comes before it"
	done
	assertFalse "something was made" "[ -e db ]"
	need_keys || return 0
	group
	run pgtrack add web "$pid:1"
	assertRan 1 "" "pgtrack: $pid:1: no such process group"
}

testAddRefusesAGroupThatCannotBeVerifiedLater()
{
	need_keys || return 0
	leaderless_service web ''
	run pgtrack add app "$pid"
	assertRan 4 "" "pgtrack: $pid: unverifiable: a later group of that number would be taken for it"
	run pgtrack get app
	assertRan 3 "" ""
}

testAddRefusesAServiceThatRuns()
{
	start web
	group
	run pgtrack add web "$pid"
	assertRan 5 "" "pgtrack: web: already running: $handle"
	run pgtrack get web
	assertRan 0 "$handle" ""
}

# --- wait --------------------------------------------------------------------

testWaitEndsWithTheWholeGroup()
{
	start web sh -c 'sleep 60 & echo ready >said; wait'
	waitfor 10 says said ready || fail "not ready"
	leader=$pid
	launch sh -c 'pgtrack wait web; echo "status $?"' >waited
	kill -s KILL "$leader"
	wait "$leader" 2>/dev/null
	run pgtrack wait -T 0.05 web
	assertEquals "status of: $ran" 124 "$status"
	assertEquals "it returned" "" "$(cat waited)"
	kill -s KILL -- "-$leader"
	waitfor 10 says waited "status 0" || fail "it waits for nobody"
}

testWaitIsWokenByEvents()
{
	need_keys || return 0
	need_strace || return 0
	start web sleep 0.5
	run traced pgtrack wait web
	assertRan 0 "" ""
	awk '/^execve/ { on = 1 } on && /^(e?p?poll|select|nanosl|clock_n)/' \
		trace >waits
	assertTrue "$(cat waits)" "[ $(grep -c . waits) -le 10 ]"
}

testWaitRunsOutOfTime()
{
	start web
	run pgtrack wait -T 0 web
	assertRan 124 "" ""
	run pgtrack wait -T 0.01 web
	assertRan 124 "" ""
}

testWaitForAGoneServiceReturnsAtOnce()
{
	stale web
	run pgtrack wait web
	assertRan 0 "" ""
	run pgtrack wait web none
	assertRan 3 "" ""
}

testWaitTakesManyNames()
{
	start a
	a=$pid
	start b
	b=$pid
	launch sh -c 'pgtrack wait a b a; echo "status $?"' >waited
	stop "$a"
	run pgtrack wait -T 0.01 a b
	assertRan 124 "" ""
	stop "$b"
	waitfor 10 says waited "status 0" || fail "it waits for nobody"
}

# --- rm and gc ---------------------------------------------------------------

testRmIsRefusedWhileItRuns()
{
	start web
	run pgtrack rm web
	assertRan 5 "" "pgtrack: web: already running: $handle"
	run pgtrack get web
	assertRan 0 "$handle" ""
	run pgtrack rm -f web
	assertRan 0 "" ""
	run pgtrack get web
	assertRan 3 "" ""
	assertTrue "it was ended" "alive $pid"
}

testRmForgetsGoneServices()
{
	stale web
	: >db/web/record.tmp
	: >db/web/pid.tmp
	run pgtrack rm web none
	assertRan 3 "" ""
	assertEquals "what is left" "" "$(ls -A db)"
}

testRmLeavesForeignFiles()
{
	stale web
	echo mine >db/web/notes
	run pgtrack rm web
	assertRan 0 "" ""
	assertEquals "what is left" notes "$(ls -A db/web)"
	run pgtrack list -a
	assertRan 0 "" ""
}

# rm fails if it has removed the record but cannot remove the folder.
testRmAndGcSayThatTheFolderStays()
{
	need strace || return 0
	for sub in 'rm web' 'rm -f web' gc; do
		for error in EMFILE EIO; do
			stale web
			# shellcheck disable=SC2086
			run strace -qq -o trace \
			    -e inject=rmdir,unlinkat:error=$error:when=6 pgtrack $sub
			assertRan 4 "" "pgtrack: web: $(reason $error)"
		done
		run pgtrack rm -f web
	done
}

testGcForgetsAllThatAreGone()
{
	start web
	web=$handle
	stale a:b
	stale db
	echo junk >db/db/record
	mkdir -m 700 db/log
	: >db/plain
	ln -s /nowhere db/link
	run pgtrack gc
	assertRan 0 "" ""
	assertEquals "what is left" "link log plain web" \
		"$(files db)"
	run pgtrack list
	assertRan 0 "$web${tab}web${tab}running" ""
	run pgtrack gc
	assertRan 0 "" ""
}

testGcAndExecTogetherLoseNoRecord()
{
	cat >churn <<'END'
i=0
while [ $i -lt 40 ]; do
	freshsig -g pgtrack exec web -- sh -c '
		[ "$(sed -n "s/^pgid=//p" "$PGTRACK_RECORD")" = $$ ] || echo lost
		[ "$(pgtrack -b get web)" = $$ ] || echo lost' 2>&1
	i=$((i + 1))
done
echo done
END
	cat >collect <<'END'
until [ -e over ]; do pgtrack gc; pgtrack rm web 2>/dev/null; done
END
	cat >watch <<'END'
until [ -e over ]; do
	record=$(cat db/web/record 2>/dev/null) || continue
	case $record in
	handle=*command=*) ;;
	*)	echo "half: $record" ;;
	esac
done
END
	launch sh watch >watched
	launch sh collect
	launch sh collect
	launch sh churn >churned
	launch sh churn >churned2
	waitfor 20 says churned "done" || fail "not over"
	waitfor 20 says churned2 "done" || fail "not over"
	: >over
	assertEquals "read" "" "$(cat watched)"
	assertEquals "said" "done" "$(grep -v 'web: already running\|being started\|locked by' churned)"
	assertEquals "said" "done" "$(grep -v 'web: already running\|being started\|locked by' churned2)"
}

# --- crashes -----------------------------------------------------------------

# whole NAME OLD: the record is OLD or a new one, or there is none and OLD is empty. If the
# command has run, the record names it. The next exec succeeds.
whole()
{
	now=
	[ ! -e "db/$1/record" ] || now=$(cat "db/$1/record")
	if [ "$now" != "$2" ]; then
		assertEquals "lines of the record" 8 "$(grep -c = "db/$1/record")"
		assertLike "command" "*${nl}command=sh -c echo*" "$now"
	fi
	pgtrack get "$1" >/dev/null
	assertTrue "status $?" "[ $? -ne 4 ]"
	if [ -s ran ]; then
		assertContains "it ran unrecorded:" "$now" "pgid=$(cat ran)"
	fi
	run claim "$1" true
	assertRan 0 "" ""
}

# kill_at_each NAME: write to the file points the options of strace(1) that kill "exec NAME"
# at each of its system calls, and at some calls of its command. strace(1) counts the calls
# of each name.
kill_at_each()
{
	claim_traced "$1"
	awk '{
		call = $0
		sub(/\(.*/, "", call)
		count[call]++
	}
	/^getpg/ { on = 1 }
	/^execve/ && on { last = NR }
	on { point[NR] = call ":signal=KILL:when=" count[call] }
	END {
		for (n = 1; n <= last + 3; n++)
			if (n in point)
				print point[n]
	}' trace >points
	assertTrue "points" "[ $(grep -c . points) -gt 40 ]"
}

# traced OPTION... COMMAND...: run strace with a command that leads a group. LeakSanitizer
# does not work under strace.
traced()
{
	env ASAN_OPTIONS=detect_leaks=0 freshsig -g strace -DD -o trace "$@"
}

# claim_traced NAME [OPTION...]: run pgtrack exec under strace.
claim_traced()
{
	traced_name=$1
	shift
	traced "$@" pgtrack exec "$traced_name" -- sh -c 'echo $$ >ran' \
		>/dev/null 2>&1
}

testKilledAnywhereExecLeavesTheOldRecordOrTheNewOne()
{
	need_strace || return 0
	stale old
	cp -R db/old db/web
	old=$(cat db/old/record)
	kill_at_each web
	while read -r point; do
		rm -rf ran db/web
		cp -R db/old db/web
		claim_traced web -e "inject=$point"
		whole web "$old"
	done <points
}

testKilledAnywhereExecLeavesNoRecordOrTheNewOne()
{
	need_strace || return 0
	kill_at_each web
	while read -r point; do
		rm -rf ran db
		claim_traced web -e "inject=$point"
		whole web ''
	done <points
}

# add and rm are killed before each of their system calls.
testKilledAnywhereAddAndRmLeaveTheOldRecordOrTheNewOne()
{
	need_strace || return 0
	stale old
	old=$(cat db/old/record)
	group
	for sub in rm "add web $pid"; do
		[ "$sub" != rm ] || sub="rm web"
		cp -R db/old db/web
		# shellcheck disable=SC2086
		traced pgtrack $sub
		awk '{ sub(/\(.*/, ""); count[$0]++ }
			/^(unlink|rename|write|flock|ftruncate)/ {
				print $0 ":signal=KILL:when=" count[$0]
			}' trace >points
		assertTrue "points" "[ $(grep -c . points) -gt 4 ]"
		while read -r point; do
			rm -rf db/web
			cp -R db/old db/web
			# shellcheck disable=SC2086
			traced -e "inject=$point" pgtrack $sub
			now=$old
			[ ! -e db/web/record ] || now=$(cat db/web/record)
			case $now in
			"$old"|"handle=$pid:"*"${nl}command="*) ;;
			*)	fail "$sub, $point: $now" ;;
			esac
			run pgtrack -b get web
			case $status,$out in
			0,"$pid"|[13],) ;;
			*)	fail "$sub, $point: $status $out" ;;
			esac
			run pgtrack rm -f web
			assertEquals "$sub, $point" "" "$err"
			run pgtrack get web
			assertRan 3 "" ""
		done <points
		rm -rf db/web
	done 2>/dev/null
}

testAFailureOnTheWayLeavesTheOldRecord()
{
	need_strace || return 0
	stale web
	old=$(cat db/web/record)
	for fault in /rename:error=EIO:when=1 write:error=EIO:when=1 \
	    write:error=ENOSPC:when=1 write:error=EDQUOT:when=2; do
		run traced -e "inject=$fault" pgtrack exec web -- touch ran
		assertRanLike 4 "" "pgtrack: web: *"
		assertEquals "$fault" "$old" "$(cat db/web/record)"
		assertEquals "$fault" "lock pid record" \
			"$(files db/web)"
	done
	run traced -e inject=/rename:error=EIO:when=2 \
		pgtrack exec web -- touch ran
	assertRanLike 4 "" "pgtrack: web: *"
	run pgtrack get web
	assertRan 1 "" ""
	assertFalse "it ran" "[ -e ran ]"
}

# strace reports that one byte of the record was written, and writes nothing.
testAShortWriteIsContinued()
{
	need_strace || return 0
	run traced -e inject=write:retval=1:when=1 pgtrack exec web -- \
		sh -c 'cat "$PGTRACK_RECORD"'
	assertRanLike 0 "andle=*${nl}pgid=*${nl}command=sh -c *" ""
}

# on_tmpfs OPTIONS: run the script on standard input with a tmpfs on small. small/db is a copy
# of db, and $before has the record of web.
on_tmpfs()
{
	need_root && need_unshare --mount || return
	mkdir small
	{
		echo "mount -t tmpfs -o $1 tmpfs small || exit 77"
		echo 'cp -R db small/db; before=$(cat small/db/web/record)'
		cat
	} >script
	run unshare --mount sh script
	[ "$status" -ne 77 ] || { skip "no tmpfs can be mounted"; return 1; }
}

testAFullDiskLeavesTheOldRecord()
{
	stale web
	on_tmpfs size=64k <<-'END' || return 0
		dd if=/dev/zero of=small/fill bs=1k 2>/dev/null
		freshsig -g pgtrack -D small/db exec web -- echo started
		echo $?
		[ "$before" = "$(cat small/db/web/record)" ] && echo old
		rm small/fill
		freshsig -g pgtrack -D small/db exec web -- echo started
	END
	assertRan 0 "4${nl}old${nl}started" \
		"pgtrack: web: No space left on device"
}

# First the file system takes no new file, then it is read-only.
testAFileSystemThatTakesNoFilesLeavesTheOldRecord()
{
	stale web
	on_tmpfs nr_inodes=20 <<-'END' || return 0
		try()
		{
			for name in web other; do
				freshsig -g pgtrack -D small/db exec "$name" -- \
					echo started
				echo $?
			done
		}
		i=0
		while touch "small/$i" 2>/dev/null; do i=$((i + 1)); done
		try
		rm small/[0-9]*
		mount -o remount,ro small
		try
		[ "$before" = "$(cat small/db/web/record)" ] && echo old
		pgtrack -D small/db list -a | cut -f 2-
		pgtrack -D small/db rm web
		echo $?
	END
	full='No space left on device' ro='Read-only file system'
	assertRan 0 "4${nl}4${nl}4${nl}4${nl}old${nl}web${tab}stale${nl}4" \
		"pgtrack: web: $full${nl}pgtrack: other: $full
pgtrack: web: $ro${nl}pgtrack: other: $ro${nl}pgtrack: web: $ro"
}

# With the second limit 50 bytes of the record can be written.
testAFileThatMayNotGrowLeavesTheOldRecord()
{
	need setsid prlimit || return 0
	stale web
	old=$(cat db/web/record)
	for bytes in 0 50; do
		run sh -c "(trap '' XFSZ; prlimit --fsize=$bytes \
			setsid -w pgtrack exec web -- touch ran; echo \$?) 2>&1 |
			cat"
		assertRan 0 "pgtrack: web: File too large${nl}4" ""
		assertEquals "record" "$old" "$(cat db/web/record)"
		assertEquals "files" "lock pid record" "$(files db/web)"
	done
	assertFalse "it ran" "[ -e ran ]"
}

# --- names -------------------------------------------------------------------

testNamesCannotLeadElsewhere()
{
	for pair in 'a:b a%3Ab' '../x %2E.%2Fx' 'a/b a%2Fb' '.. %2E.' '. %2E' \
	    '/ %2F' 'a%3Ab a%253Ab' '-rf %2Drf' 'a-b.c_D9 a-b.c_D9' \
	    '.hidden %2Ehidden' '* %2A'; do
		name=${pair% *}
		run freshsig -g pgtrack exec -- "$name" -- sh -c \
			'echo "${PGTRACK_RECORD#"$PGTRACK_DIR"}"'
		assertRan 0 "/${pair#* }/record" ""
		run pgtrack rm -- "$name"
		assertRan 0 "" ""
	done
	for name in 'a b' "a$tab" "$(printf '\303\244')" "$(printf '\001')"; do
		run claim "$name" true
		assertRan 0 "" ""
	done
	assertEquals "folders" "%01 %C3%A4 a%09 a%20b" \
		"$(files db)"
	assertEquals "outside" "db" "$(ls -A)"
}

testTheLongestNameHas255Bytes()
{
	longest=$(printf '%0255d' 0)
	start "$longest"
	run pgtrack list
	assertRan 0 "$handle$tab$longest${tab}running" ""
	for name in "${longest}0" ":${longest#000}0"; do
		run pgtrack get "$name"
		assertRan 2 "" "pgtrack: $name: too long a name"
	done
}

testNoNameIsEmptyOrHasANewline()
{
	run pgtrack get ''
	assertRan 2 "" "pgtrack: : no name is empty or has a newline"
	run claim "a${nl}b" true
	assertRan 2 "" "pgtrack: a?b: no name is empty or has a newline"
	run pgtrack rm good "a${nl}b"
	assertRan 2 "" "pgtrack: a?b: no name is empty or has a newline"
	assertFalse "something was made" "[ -e db ]"
}

testAGroupThatNothingMayEndIsNotRecorded()
{
	for target in 1 0 0:1 "$(group_of $$)"; do
		run pgtrack add web "$target"
		case $target in
		0*)	assertRan 2 "" "pgtrack: $target: not a process group: the target is a handle or a number, the name comes before it" ;;
		*)	assertRan 2 "" "pgtrack: $target: will not record this group" ;;
		esac
	done
	run sh -c 'exec freshsig -g sh -c "pgtrack add web \$\$; echo \$?"'
	assertRanLike 0 2 "pgtrack: *: will not record this group"
	assertFalse "there is a record" "[ -e db ]"
}

# --- directories -------------------------------------------------------------

testTheDirectoryIsTheFirstThatIsNamed()
{
	show='echo "${PGTRACK_RECORD#"$PWD"/}"'
	HOME=$dir/home
	mkdir home run
	export XDG_RUNTIME_DIR="$dir/run"
	run freshsig -g pgtrack -D opt exec web -- sh -c "$show"
	assertRan 0 opt/web/record ""
	run claim web sh -c "$show"
	assertRan 0 db/web/record ""
	PGTRACK_DIR=
	run claim web sh -c "$show"
	assertRan 0 run/procgroup/web/record ""
	unset XDG_RUNTIME_DIR
	chmod 755 home
	give home
	run as_user env HOME="$HOME" freshsig -g pgtrack exec web -- sh -c "$show"
	assertRan 0 home/.local/state/procgroup/web/record ""
	HOME=
	run as_user env HOME= freshsig -g pgtrack exec web -- true
	assertRan 4 "" "pgtrack: no place for records: set HOME or PGTRACK_DIR"
	HOME=$work/home
	run pgtrack -D '' list
	assertRan 2 "" "pgtrack: -D: no directory"
}

# su(1) leaves XDG_RUNTIME_DIR of the former user.
testTheDirectoryOfAnotherUserIsNotTheSuperusers()
{
	need_root || return 0
	mkdir run
	chown "$user" run
	chmod 700 run
	unset PGTRACK_DIR
	XDG_RUNTIME_DIR=$dir/run
	export XDG_RUNTIME_DIR
	run claim web touch ran
	assertRan 4 "" "pgtrack: $dir/run/procgroup: $replaceable"
	mkdir run/procgroup
	chown "$user" run/procgroup
	for sub in list gc status "get web" "rm -f web"; do
		# shellcheck disable=SC2086
		run pgtrack $sub
		assertRan 4 "" "pgtrack: $dir/run/procgroup: $owned"
	done
	run claim web touch ran
	assertRan 4 "" "pgtrack: $dir/run/procgroup: $owned"
	assertEquals "what was made" "procgroup" "$(ls -A run)"
	unset XDG_RUNTIME_DIR
}

testFoldersAndFilesAreTheOwnersAlone()
{
	umask 0
	start web
	umask 022
	assertEquals "db" drwx------ "$(mode_of db)"
	assertEquals "db/web" drwx------ "$(mode_of db/web)"
	for file in record pid lock; do
		assertEquals "$file" -rw------- "$(mode_of db/web/$file)"
	done
}

testReadersMakeNothing()
{
	for sub in list status gc 'get web' 'rm web' 'rm -f web' 'wait web' \
	    'status web'; do
		# shellcheck disable=SC2086
		run pgtrack $sub
		case $sub in
		*web)	assertEquals "status of: $ran" 3 "$status" ;;
		*)	assertRan 0 "" "" ;;
		esac
	done
	assertFalse "something was made" "[ -e db ]"
}

testMissingFoldersAboveTheDirectoryAreMadeToo()
{
	for path in a/b/c ./e//f/../g/ "$dir/h/i"; do
		run freshsig -g pgtrack -D "$path" exec web -- true
		assertRan 0 "" ""
		assertEquals "$path" drwx------ "$(mode_of "$path")"
	done
	for path in a a/b e e/f h; do
		assertEquals "$path" drwx------ "$(mode_of "$path")"
	done
	mkdir open sticky
	chmod 777 open
	chmod 1777 sticky
	run freshsig -g pgtrack -D open/a/b exec web -- touch ran
	assertRan 4 "" "pgtrack: open/a/b: $replaceable"
	run freshsig -g pgtrack -D sticky/a/b exec web -- true
	assertRan 0 "" ""
	: >file
	run freshsig -g pgtrack -D file/a/b exec web -- touch ran
	assertRan 4 "" "pgtrack: file/a/b: Not a directory"
	ln -s nowhere link
	run freshsig -g pgtrack -D link/a exec web -- touch ran
	assertRan 4 "" "pgtrack: link/a: No such file or directory"
	assertEquals "what was made" "" "$(ls -A open; ls -d ran nowhere 2>/dev/null)"
}

# unsafe WHAT REASON: every subcommand refuses service web, and names this reason.
unsafe()
{
	for sub in get list gc rm; do
		set -- "$1" "$2" "$sub"
		case $sub in get|rm) set -- "$@" web ;; esac
		reason=$2
		what=$1
		shift 2
		run pgtrack "$@"
		assertRan 4 "" "pgtrack: $what: $reason"
		set -- "$what" "$reason"
	done
	run claim web touch ran
	assertRan 4 "" "pgtrack: $1: $2"
	assertFalse "it ran" "[ -e ran ]"
}

testADirectoryThatOthersMayWriteIsRefused()
{
	start web
	chmod 770 db
	unsafe "$PGTRACK_DIR" "$writable"
	chmod 707 db
	unsafe "$PGTRACK_DIR" "$writable"
	chmod 755 db
	run pgtrack get web
	assertRan 0 "$handle" ""
}

testADirectoryOfAnotherUserIsRefused()
{
	need_root || return 0
	stale web
	chown "$user" db
	unsafe "$PGTRACK_DIR" "$owned"
	chown 0 db
	chown "$user" db/web
	unsafe "web: unsafe" "$owned"
	chown 0 db/web
	chown "$user" db/web/record
	unsafe "web: unsafe" "$owned"
	run pgtrack rm -f web
	assertRan 0 "" ""
	mkdir theirs
	chown "$user" theirs
	run freshsig -g pgtrack -D theirs/db exec web -- true
	assertRan 4 "" "pgtrack: theirs/db: $replaceable"
	assertEquals "what was made" "" "$(ls -A theirs)"
}

testADirectoryIsNotMadeInAFolderThatOthersMayWrite()
{
	mkdir open
	chmod 777 open
	run freshsig -g pgtrack -D open/db exec web -- true
	assertRan 4 "" "pgtrack: open/db: $replaceable"
	chmod 1777 open
	run freshsig -g pgtrack -D open/db exec web -- true
	assertRan 0 "" ""
}

testNoSymbolicLinkIsFollowed()
{
	stale web
	mv db real
	ln -s real db
	unsafe "$PGTRACK_DIR" "a symbolic link"
	for PGTRACK_DIR in "$dir/db/" "$dir/db/." "$dir/db/.//./"; do
		unsafe "$PGTRACK_DIR" "a symbolic link"
	done
	PGTRACK_DIR=$dir/db
	rm db
	mv real db
	mv db/web real
	ln -s ../real db/web
	run pgtrack get web
	assertRan 4 "" "pgtrack: web: unsafe: a symbolic link"
	run pgtrack rm -f web
	assertRan 4 "" "pgtrack: web: unsafe: a symbolic link"
	run claim web true
	assertRan 4 "" "pgtrack: web: unsafe: a symbolic link"
	rm db/web
	mv real db/web
	mv db/web/record real
	ln -s ../../real db/web/record
	unsafe "web: unsafe" "a symbolic link"
	assertEquals "what it pointed to" 8 "$(grep -c = real)"
}

testAStrangersLinkAboveTheDirectoryIsNotFollowed()
{
	need_root || return 0
	mkdir -m 755 theirs
	mkdir -m 700 mine
	ln -s ../mine theirs/link
	chown -h "$user" theirs theirs/link
	run freshsig -g pgtrack -D theirs/link/db exec web -- true
	assertRan 4 "" "pgtrack: theirs/link/db: a symbolic link"
	run freshsig -g pgtrack -D theirs/link/a/b/db exec web -- true
	assertRan 4 "" "pgtrack: theirs/link/a/b/db: a symbolic link"
	assertEquals "what was made" "" "$(ls -A mine)"
	chown -h 0 theirs/link
	run freshsig -g pgtrack -D theirs/link/db exec web -- true
	assertRan 0 "" ""
}

testAMissingFileInProcIsNamed()
{
	need_keys && need_root && need_unshare --mount || return 0
	lacks=/proc/sys/kernel/random/boot_id
	# shellcheck disable=SC2016
	set -- unshare --mount sh -c 'mount -t proc -o subset=pid none /proc &&
		exec "$@"' sh
	"$@" sh -c "! test -e $lacks" 2>/dev/null ||
		{ skip 'a part of /proc cannot be mounted'; return 0; }
	start web
	run "$@" pgtrack get web
	assertRan 4 "" "pgtrack: web: unverifiable: $lacks cannot be read"
	run "$@" pgtrack add db "$handle"
	assertRan 4 "" "pgtrack: $handle: unverifiable: $lacks cannot be read"
	run "$@" freshsig -g pgtrack exec db -- true
	assertRan 4 "" "pgtrack: exec: cannot tell my own handle: $lacks cannot be read"
}

testWhatIsNoFileOrFolderIsRefusedAndNeverHangs()
{
	need timeout || return 0
	for file in record lock; do
		for sub in 'rm web' 'exec web true'; do
			stale web
			rm "db/web/$file"
			mkfifo -m 600 "db/web/$file"
			# shellcheck disable=SC2086
			run timeout 60 freshsig -g pgtrack $sub
			assertRanLike 4 "" "pgtrack: web: *"
			for look in 'get web' list 'status web' 'wait web' gc 'rm -f web'; do
				# shellcheck disable=SC2086
				timeout 60 pgtrack $look >/dev/null 2>&1
				assertNotEquals "$look with $file hangs" 124 $?
			done
			rm -rf db/web
		done
	done
	mkfifo -m 600 db/web
	for sub in 'get web' 'status web' 'wait web' 'rm web' 'exec web true'; do
		# shellcheck disable=SC2086
		run timeout 60 freshsig -g pgtrack $sub
		assertRanLike 4 "*" "pgtrack: web: unsafe: *"
	done
}

# --- check -------------------------------------------------------------------

testCheckTellsASafeDirectoryFromOthers()
{
	mkdir -m 700 safe
	mkdir open
	chmod 777 open
	ln -s safe link
	run pgtrack check safe
	assertRan 0 "" ""
	run pgtrack check safe nothing
	assertRan 3 "" ""
	run pgtrack check safe open nothing link
	assertRan 4 "" "pgtrack: open: group or others may write to it: take another folder, or chmod go-w
pgtrack: link: a symbolic link"
	run pgtrack check
	assertRanLike 2 "" "pgtrack: check: operands are missing*"
}

testCheckMakesAllDirectoriesOrNone()
{
	mkdir -m 777 open
	chmod 777 open
	run pgtrack check -c one/two open/three
	assertRanLike 4 "" "pgtrack: open/three: another user could replace it*"
	assertEquals "what was made" "open" "$(files .)"
	run pgtrack check -c one/two one/two/three four
	assertRan 0 "" ""
	for folder in one one/two one/two/three four; do
		assertEquals "$folder" drwx------ "$(mode_of "$folder")"
	done
}

testALinkInTheWayOfAWriteIsReplaced()
{
	stale web
	echo precious >precious
	for file in pid record.tmp pid.tmp; do
		rm -f "db/web/$file"
		ln -s ../../precious "db/web/$file"
	done
	run claim web true
	assertRan 0 "" ""
	assertEquals precious "$(cat precious)"
	assertLike "files" "lock pid record*" "$(files db/web)"
	rm db/web/lock
	ln -s ../../precious db/web/lock
	run claim web true
	assertRan 4 "" "pgtrack: web: a symbolic link"
	run pgtrack rm -f web
	assertRan 4 "" "pgtrack: web: a symbolic link"
	assertEquals precious "$(cat precious)"
}

testADirectoryIsNotMadeInAFolderThatAnotherGroupMayWrite()
{
	need_root || return 0
	mkdir shared
	chmod 775 shared
	chgrp 12345 shared
	run freshsig -g pgtrack -D shared/db exec web -- true
	assertRan 4 "" "pgtrack: shared/db: $replaceable"
	chgrp 0 shared
	run freshsig -g pgtrack -D shared/db exec web -- true
	assertRan 0 "" ""
}

testNothingButAPlainFileIsRead()
{
	stale web
	mv db/web/record good
	mkfifo db/web/record
	unsafe "web: unsafe" "$special"
	rm db/web/record
	mkdir db/web/record
	unsafe "web: unsafe" "$special"
	rmdir db/web/record
	ln good db/web/record
	unsafe "web: unsafe" "$linked"
	rm db/web/record
	cp good db/web/record
	chmod 660 db/web/record
	unsafe "web: unsafe" "$writable"
	run pgtrack rm -f web
	assertRan 0 "" ""
	assertEquals "what is left" "" "$(ls -A db)"
}

testALockThatIsNoPlainFileIsRefused()
{
	stale web
	rm db/web/lock
	mkfifo db/web/lock
	run claim web true
	assertRan 4 "" "pgtrack: web: $special"
	run pgtrack get web
	assertRan 1 "" ""
	rm db/web/lock
	: >plain
	ln plain db/web/lock
	run claim web true
	assertRan 4 "" "pgtrack: web: $linked"
	[ "$(id -u)" -eq 0 ] || return 0
	rm plain
	chown "$user" db/web/lock
	run claim web true
	assertRan 4 "" "pgtrack: web: $owned"
}

testAFileInPlaceOfAFolderIsUnsafe()
{
	mkdir -m 700 db
	: >db/web
	run pgtrack get web
	assertRan 4 "" "pgtrack: web: unsafe: Not a directory"
	run pgtrack list -a
	assertRan 0 "" ""
	run claim web true
	assertRan 4 "" "pgtrack: web: unsafe: Not a directory"
}

# --- the manual page ---------------------------------------------------------

# run_recorded_example NUMBER: run that example of the page, and record its groups.
run_recorded_example()
{
	run_example pgtrack.1 "$1"
	# pgspawn returns once pgtrack was executed; the record comes later.
	case $(cat script) in
	*exec*)	waitfor 10 pgtrack get web || fail "web does not run" ;;
	esac
	for name in web other; do
		example_pid=$(pgtrack -b get "$name") && record_group "$example_pid"
	done
}

testExamplesOfThePageWork()
{
	need pgspawn pgterm || return 0
	run_recorded_example 1
	web=$(pgtrack get web)
	assertRan 0 "$web" ""
	run_recorded_example 2
	assertRan 5 "" "pgtrack: web: already running: $web"
	run_recorded_example 3
	assertRanLike 0 "NAME *${nl}web *running*sleep 60" ""
	run_recorded_example 4
	assertRan 0 "$web" ""
	run_recorded_example 5
	assertRan 0 "" ""
	assertTrue "it lives on" "group_dead $web"
	run_recorded_example 4
	assertRan 0 "$(pgtrack get web)" ""
	run_recorded_example 5
	run_recorded_example 2
	assertRan 0 "$(pgtrack get web)" ""
	run_recorded_example 6
	assertRan 0 "" ""
	other=$(pgtrack get other)
	assertTrue "no group" "group_alive $other"
	run_recorded_example 7
	assertRan 0 "" ""
	assertTrue "it lives on" "group_dead $other"
	assertEquals "what is left" "" "$(files db)"
	assertFalse "an example has no test" "page_example pgtrack.1 8"
}

# supervisor: start the supervisor of procgroup(7), without the lines that end survivors.
supervisor()
{
	sed -n '/^#!\/bin\/sh$/,/^\.Ed/p' "$src/man/procgroup.7" |
		sed -e '/^\.Ed/d' -e '/^pg.*| pgterm -a/d' -e 's/\\e/\\/g' \
		    -e "s/APP/PGTRACK_TEST_$$/" >supervisor
	grep -q '^.keep web' supervisor || fail "the page has no supervisor"
	launch sh supervisor
}

# has_carriers NUMBER: so many processes have the marker of its services.
has_carriers()
{
	[ "$(pgscan -ac "PGTRACK_TEST_$$=shop:*")" -eq "$1" ]
}

testTheSupervisorOfThePageKeepsWhatSurvivesIt()
{
	need_table || return 0
	need_keys || return 0
	need setsid || return 0
	PGTRACK_DIR=$dir/.run
	supervisor
	waitfor 30 pgtrack get web db || fail "the first does not come up"
	waitfor 30 has_carriers 3 || fail "not one of each"
	web=$(pgtrack get web)
	db=$(pgtrack get db)
	record_group "$web" "$db"
	escaped=$(pgscan -a "PGTRACK_TEST_$$=shop:web" | cut -f 2 |
		grep -vx "${web%%:*}")
	record_pid "$escaped"
	kill -s KILL "$pid" "${web%%:*}"
	waitfor 10 dead "$pid" || fail "the supervisor lives"
	waitfor 10 has_carriers 2 || fail "nothing survives"
	supervisor
	waitfor 30 pgtrack get web db || fail "the second does not come up"
	waitfor 30 has_carriers 3 || fail "not one of each"
	record_group "$(pgtrack get web)"
	assertNotEquals "web" "$web" "$(pgtrack get web)"
	assertEquals "db" "$db" "$(pgtrack get db)"
	assertTrue "what had escaped lives" "dead $escaped"
	kill -s KILL "$pid"
	waitfor 10 dead "$pid" || fail "the supervisor lives"
	pgtrack list | pgterm -a
	pgscan -a -g "PGTRACK_TEST_$$=shop:*" | pgterm -a
	assertTrue "something is left" "has_carriers 0"
}

# --- usage -------------------------------------------------------------------

testUsageErrorsSayWhatIsWrongAndStatusTwo()
{
	for line in '' -x 'exec web' 'exec' 'add web' 'add web 1 2' get 'list x' \
	    'list -x' wait rm 'rm -x web' 'gc x' 'get -a web' 'wait -T' nonsense \
	    'wait -T x web' 'exec web --' '-D'; do
		# shellcheck disable=SC2086
		run pgtrack $line
		assertEquals "status of: $ran" 2 "$status"
		assertEquals "standard output of: $ran" "" "$out"
		case $(grep -c . "$work/err")$err in
		1'pgtrack: '*) ;;
		2'pgtrack: '*'
usage: pgtrack '*) ;;
		*)	fail "standard error of: $ran: $err" ;;
		esac
	done
	assertFalse "something was made" "[ -e db ]"
}

. "$SHUNIT2"
