#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgkeep_group_test.sh: the group that a command reports with -r, as pgspawn does: pgkeep
# ends it if the command is killed or leaves members
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/pgkeep_lib.sh
. "$src/tests/pgkeep_lib.sh"

# The script runner FLAGS SCHEDULE COMMAND... stands for a pgspawn -K parent. It starts a
# group, reports the group on descriptor 8, reports readiness unless there is a file
# unready, and ends the group on TERM.
setUp()
{
	test_begin
	mkdir run
	cat >runner <<-'END'
		#!/bin/sh
		flags=$1 schedule=$2
		shift 2
		handle=$(pgspawn -d -o group -- "$@")
		echo "$handle" >>handles
		printf '%s\t%s\t%s' "$handle" "$flags" "$schedule" >&8
		: >told
		trap 'trap "" TERM; pgterm "$handle"; exit 143' TERM
		[ -e unready ] || echo >&8
		until [ -s status ]; do sleep 0.02; done
		exit "$(cat status; rm status)"
	END
	chmod 755 runner
}

tearDown()
{
	# shellcheck disable=SC2046
	[ ! -e "$dir/handles" ] || record_group $(cat "$dir/handles")
	test_end
}

# serve_group FLAGS SCHEDULE COMMAND...: start a pgkeep of this runner. $runner is the PID
# of the runner, $leader that of the leader of its group.
serve_group()
{
	rm -f group told
	serve -r 8 -R always run x ./runner "$@"
	waitfor 10 grep -q '^ready' group || fail "nothing is ready: $(cat err)"
	waitfor 10 test -e told || fail 'the group is not known'
	[ -e unready ] || waitfor 10 grep -q '^running' run/x ||
		fail "$(cat run/x)"
	runner=$(children_of "$pid")
	leader=$(pids ready group)
	record_pid "$runner" "$leader"
}

testTheGroupOfAKilledRunnerIsEnded()
{
	serve_group - TERM/5/KILL/2 sigreport -x TERM
	kill -s KILL "$runner"
	finish 137 'pgkeep: x: killed by signal KILL'
	assertDead "$leader"
	assertEquals 'ended 0 137' "$(cat run/x)"
	assertEquals 'starting running stopping ended' "$(events)"
	assertEquals 1 "$(wc -l <handles)"
	assertEquals x "$(ls -A run)"
}

# The group is ended, too, if the runner is killed before it is ready.
testTheRunnerMayBeKilledAtAnyMoment()
{
	: >unready
	serve_group - TERM/5/KILL/2 sigreport -x TERM
	is_soon x 'starting 0 -'
	kill -s KILL "$runner"
	finish 137 'pgkeep: x: killed by signal KILL'
	assertDead "$leader"
}

testTheGroupIsEndedAsTheRunnerWouldEndIt()
{
	serve_group -l USR1/10/KILL/2 sigreport -x USR1
	kill -s KILL "$runner"
	finish 137 'pgkeep: x: killed by signal KILL'
	assertEquals USR1 "$(sed -n 2p group)"
	serve_group -a TERM/0.2/KILL/5 stubborn -f 1 -s -D -i all
	# shellcheck disable=SC2046
	record_pid $(pids group)
	kill -s KILL "$runner"
	finish 137 'pgkeep: x: killed by signal KILL'
	# shellcheck disable=SC2046
	assertDead $(pids group)
}

testAnEndOrAStopContinuesAfterTheRunnerIsKilled()
{
	serve_group - TERM/0.5/KILL/2 stubborn -i TERM
	kill -s TERM "$pid"
	is_soon x 'stopping 0 -'
	kill -s KILL "$runner"
	finish 137
	assertEquals 'stopped 0 137' "$(cat run/x)"
	rm run/x
	serve_group - TERM/0.5/KILL/2 stubborn -i TERM
	client stop x
	is_soon x 'stopping 0 -'
	stop=$pid
	keeper=$(sed 's/:.*//' run/.x.keeper)
	kill -s KILL "$runner"
	pid=$stop
	finish 0
	assertEquals 'stopped 0 137' "$(cat run/x)"
	assertTrue 'it has ended' "alive $keeper"
	kill -s TERM "$keeper"
	waitfor 10 dead "$keeper"
}

# pgkeep must not take other text on the descriptor of -r for the handle of a group.
testOtherLinesAreNotTakenForGroups()
{
	launch sleep 60
	other=$pid n=0
	for line in 'ready' "$other" "$other	-	KILL/1" "$other:1	x	KILL/1" \
	    "$other:1	-	dance" "$other:1	-R	KILL/1" '1:1	-	KILL/1' "$other:-	x"; do
		n=$((n + 1))
		launch pgkeep -D run -r 8 -R always,1 run "x$n" \
			sh -c 'echo "$0" >&8; kill -s KILL $$' "$line" 2>"err.$n"
		echo "$pid $n" >>keepers
	done
	while read -r pid n; do
		is_soon "x$n" 'failed 1 137'
		kill -s TERM "$pid"
		mv "err.$n" err
		finish 137 "pgkeep: x$n: killed by signal KILL, again in 1 s
pgkeep: x$n: killed by signal KILL, failed after 1 try"
	done <keepers
	assertTrue 'it was signalled' "alive $other"
}

# A pgspawn that exits with 137 reports that its command was killed: pgkeep starts it again.
testAKilledCommandIsRestarted()
{
	serve_group - TERM/5/KILL/2 sigreport -x TERM
	kill -s KILL "$leader"
	waitfor 10 dead "$leader"
	rm group
	echo 137 >status
	waitfor 10 grep -q 'x: killed by signal KILL, again in 1 s' err ||
		fail "$(cat err)"
	is_soon x 'running 1 137'
	kill -s TERM "$pid"
	finish 143 'pgkeep: x: killed by signal KILL, again in 1 s'
}

testACommandThatIsNotReadyInTimeIsReported()
{
	: >unready
	serve_group - TERM/5/KILL/2 sigreport -x TERM
	kill -s KILL "$leader"
	echo 124 >status
	waitfor 10 grep -q 'x: not ready in time, again in 1 s' err ||
		fail "$(cat err)"
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
}

testNoCommandStartsWhileMembersAreLeft()
{
	serve_group - TERM/5/KILL/2 sigreport -x TERM
	handle=$(cat handles)
	echo 1 >status
	is_soon x 'failed 1 1'
	what="pgkeep: x: exited with status 1, again in 1 s
pgkeep: x: not started again, as processes of $handle are left"
	assertEquals "$what" "$(cat err)"
	want start x
	assertRan 1 '' 'pgkeep: x: has failed'
	kill -s KILL "$leader"
	waitfor 10 dead "$leader"
	want start x
	assertRan 0 '' ''
	waitfor 10 has_handles 2
	record_pid "$(children_of "$pid")"
	kill -s TERM "$pid"
	finish 143 "$what
pgkeep: x: not started again, as processes of $handle are left"
	assertEquals 2 "$(wc -l <handles)"
}

has_handles()
{
	[ "$(wc -l <handles)" -eq "$1" ]
}

# pgkeep looks for pgterm in its own directory, then in PATH.
testAMissingPgtermIsReported()
{
	mkdir alone
	cp "$bin/pgkeep" alone
	launch alone/pgkeep -D run -r 8 run x ./runner - TERM/5 sigreport -x TERM \
		>out 2>err
	waitfor 10 grep -q '^running' run/x || fail "$(cat run/x)"
	leader=$(sed 's/:.*//' handles)
	kill -s KILL "$(children_of "$pid")"
	finish 137 "pgkeep: alone/pgterm: $(cat handles): No such file or directory
pgkeep: x: processes of $(cat handles) are left
pgkeep: x: killed by signal KILL"
}

# --- pgspawn itself ----------------------------------------------------------

testAKeptPgspawnLeavesNothing()
{
	for how in pgspawn pgkeep TERM; do
		rm -f group
		serve -r 8 -R always run x pgspawn -a -K parent -p 8 -o group -- \
			stubborn -f 1 -s -D
		waitfor 10 grep -q '^ready' group || fail "$how: $(cat err)"
		is_soon x 'running 0 -'
		spawner=$(children_of "$pid")
		# shellcheck disable=SC2046
		record_pid "$spawner" $(pids group)
		case $how in
		pgspawn)
			kill -s KILL "$spawner"
			finish 137 'pgkeep: x: killed by signal KILL' ;;
		pgkeep)
			kill -s KILL "$pid"
			waitfor 10 dead "$pid"
			waitfor 10 dead "$spawner" || fail 'pgspawn goes on' ;;
		TERM)
			kill -s TERM "$pid"
			finish 143 ;;
		esac
		for left in $(pids group); do
			assertTrue "$how: $left lives" "dead $left"
		done
		rm -rf run
		mkdir run
	done
}

. "$SHUNIT2"
