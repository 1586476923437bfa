#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgspawn_parent_test.sh: -K parent: the group does not outlive the process that
# started pgspawn; what pgspawn reports to pgkeep through -p
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

tab='	'

# as_keeper SCRIPT ARG...: run the script in place of pgkeep, with its own handle in
# PGKEEP_ID. The file told gets what is written to descriptor 8; it is complete once the
# process $reader has ended.
as_keeper()
{
	rm -f fifo told
	mkfifo fifo
	launch cat fifo >told
	reader=$pid
	as_script=$1
	shift
	launch pgspawn -O -F 8 -- sh -c 'PGKEEP_ID=${PGSPAWN_ID##* }
		export PGKEEP_ID
		'"$as_script" sh "$@" 8>fifo >out 2>err
}

# told_of TEXT: descriptor 8 got a handle, a tab and TEXT.
told_of()
{
	case $(cat told) in
	[1-9]*"$tab$1") ;;
	*)	return 1 ;;
	esac
}

has_a_line()
{
	[ "$(wc -l <"$1")" -eq 1 ]
}

testTheGroupDoesNotOutliveTheParent()
{
	for how in '' -a -t -d '-L x'; do
		can_have "$how" || continue
		rm -f out
		launch sh -c "pgspawn $how -k 0.1 -K parent -o out \\
			stubborn -f 1; exec sleep 600" >screen 2>&1
		await
		kill -s KILL "$pid"
		for member in $(pids out); do
			waitfor 10 dead "$member" || fail "$how: $member lives"
		done
	done
}

# pgspawn makes the handle of its parent while that lives, so a later process with the same
# PID is not taken for it.
testAParentThatHasEndedIsNotConfusedWithItsSuccessor()
{
	as_keeper 'sh -c "kill -s KILL \$PPID; until [ \$(cut -d \" \" -f 4 \
		/proc/\$\$/stat) != \$PPID ]; do sleep 0.01; done
		pgspawn -K parent -p 8 echo no 2>&1; echo \$?
		exec pgspawn -K parent -p 8 echo no" & wait'
	waitfor 10 grep -q parent err || fail 'it goes on'
	assertLike 'message' "pgspawn: -K parent: pgkeep [1-9]* has ended" \
		"$(cat err)"
	assertEquals '' "$(cat told)"
}

testPgkeepLearnsTheHandleBeforeAndThatItIsReady()
{
	mkfifo go
	as_keeper 'pgspawn -a -s INT -k 2.5 -n web -K parent -p 8 -r 3 -- \
		sh -c "read -r line <go; echo >&3; exec sigreport -x USR1"'
	waitfor 10 told_of "-a${tab}INT/2.5/KILL/2" ||
		fail "it was told $(cat told)"
	record_group "$(cut -f 1 told)"
	assertEquals 'lines' 0 "$(wc -l <told | tr -d ' ')"
	echo >go
	waitfor 10 has_a_line told || fail 'no newline'
	waitfor 10 grep -q ready out
	kill -s USR1 "$(pids ready out)"
	finish 0
}

testPgkeepLearnsWhatEndsTheGroup()
{
	for how in 'TERM/5/KILL/2:' 'KILL/2:-k 0' 'HUP/forever/KILL/2:-s HUP \
	    -k forever' 'TERM/0.005/KILL/2:-k .005' 'KILL/2:-s KILL'; do
		as_keeper "pgspawn ${how#*:} -K parent -p 8 true"
		finish 0
		waitfor 5 told_of "-${tab}${how%%:*}" ||
			fail "$how: it was told $(cat told)"
	done
}

testPgkeepLearnsThatTheLeaderIsSignalledFirst()
{
	for how in '-i -' '-a -a' '-l -l' '-al -al'; do
		as_keeper "pgspawn ${how%% *} -K parent -p 8 -- true"
		finish 0
		assertEquals "$how" "${how##* }" "$(cut -sf 2 told)"
	done
}

# A terminal that is closed sends HUP to pgkeep, too. The group then ends as after TERM.
testUnderPgkeepAHangupAsksToEnd()
{
	as_keeper 'echo $$ >&2; pgspawn -K parent -s INT -p 8 sigreport -x CONT
		exit $?' 2>err
	await
	kill -s HUP "$(parent_of "$(pids ready out)")"
	finish 0 "$(cat err)"
	assertEquals "signals" "INT CONT" "$(sed 1d out | tr '\n' ' ' |
		sed 's/ $//')"
}

# pgkeep itself watches pgspawn, so a guard is not needed.
testUnderPgkeepThereIsNoGuard()
{
	as_keeper 'echo $$ >&2; pgspawn -K parent -p 8 sigreport -x USR1
		exit $?' 2>err
	await
	self=$(parent_of "$(pids ready out)")
	assertEquals pgspawn "$(cat "/proc/$self/comm")"
	assertEquals "$(pids ready out)" "$(children_of "$self")"
	kill -s USR1 "$(pids ready out)"
	finish 0 "$(cat err)"
}

testTheCommandDoesNotKnowOfPgkeep()
{
	for how in '-K parent -p 8' '-K parent' '' -x; do
		as_keeper "pgspawn $how -- \\
			sh -c 'echo \"(\${PGKEEP_ID-none})\"'"
		finish 0
		assertEquals "$how" '(none)' "$(cat out)"
	done
}

# If PGKEEP_ID is that of an ancestor other than the parent, or -p is not a pipe, or with
# -d, pgkeep does not learn the group: so pgspawn starts a guard.
testUnderAnotherParentThereIsAGuard()
{
	as_keeper 'sh -c "pgspawn -K parent -p 8 sigreport -x USR1; exit \$?"
		exit $?'
	await
	self=$(parent_of "$(pids ready out)")
	assertEquals 2 "$(children_of "$self" | wc -l | tr -d ' ')"
	waitfor 10 has_a_line told || fail 'no handle'
	assertLike 'told' '[1-9]*' "$(cat told)"
	assertEquals '' "$(cut -sf 2 told)"
	kill -s USR1 "$(pids ready out)"
	finish 0
	as_keeper 'pgspawn -K parent -p 8 true 8>file'
	finish 0
	assertEquals '' "$(cut -sf 2 file)"
	as_keeper 'pgspawn -d -K parent -p 8 sigreport'
	finish 0
	waitfor 10 has_a_line told || fail 'no handle'
	record_group "$(cat told)"
	assertEquals '' "$(cut -sf 2 told)"
}

# pgspawn does not wait for a reader, and starts no command of which pgkeep does not know.
testAFullPipeIsAFailure()
{
	mkfifo full
	exec 9<>full
	dd if=/dev/zero of=full bs=4096 count=1000 oflag=nonblock 2>/dev/null
	as_keeper 'pgspawn -K parent -p 8 echo it runs 8>full 9>&-'
	finish 125 'pgspawn: cannot make a handle: Resource temporarily unavailable'
	exec 9>&-
	assertEquals '' "$(cat out)"
}

# At whatever moment pgspawn is killed, pgkeep has the handle if a command runs.
testPgkeepKnowsTheGroupAtEveryMoment()
{
	ms=0
	while [ "$ms" -lt 40 ]; do
		ms=$((ms + 1))
		rm -f ran
		as_keeper 'exec timeout -s KILL "$1" pgspawn -K parent -p 8 -- \
			sh -c "echo \$PGSPAWN_ID >ran; exec sleep 600"' \
			"$(printf '0.00%02d' "$ms")"
		waitfor 10 dead "$pid"
		waitfor 10 dead "$reader"
		handle=$(cut -f 1 told)
		[ -n "$handle" ] || continue
		record_group "$handle"
		pgterm -k 0 "$handle"
	done
	assertEquals 'unknown' '' "$(pgscan -ag "PG_TEST=$work")"
}

. "$SHUNIT2"
