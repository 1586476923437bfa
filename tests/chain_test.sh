#!/bin/sh
# chain_test.sh: commands of procgroup that become each other (a chain), and what the
# pgspawn in front of them learns from them
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

PGTRACK_DIR=db
export PGTRACK_DIR

# ways COMMAND: run it once for each way of starting a chain; $way has the options.
ways()
{
	for way in '' -d '-d -L x' '-L x' -a '-d -a' "-K $$" "-d -K $$" -t '-d -t' \
	    '-d -r 3' '-r 3'; do
		case $way in
		*-t)	haspty >/dev/null || continue ;;
		esac
		"$@"
	done
}

# breaks STATUS MESSAGE COMMAND...: in each way the chain fails with this status, prints
# the message once, and prints no handle.
breaks()
{
	want=$1 message=$2
	shift 2
	ways breaks_so "$@"
}

breaks_so()
{
	: >handle
	# shellcheck disable=SC2086
	run pgspawn $way -p 4 -- "$@" 4>handle
	assertRan "$want" '' "$message"
	assertEquals "handle with $way:" '' "$(cat handle)"
}

testTheCallerGetsTheReasonOfAFailedExec()
{
	: >plain
	printf '#!/none\n' >script
	chmod 755 script
	breaks 127 'pgtrack: nonesuch: not found in PATH' \
	    pgtrack exec web -- nonesuch
	breaks 126 'pgtrack: ./plain: Permission denied: chmod +x makes it executable' \
	    pgtrack exec web -- ./plain
	breaks 126 'pgtrack: ./script: interpreter: No such file or directory' \
	    pgtrack exec web -- ./script
	assertEquals 'records' '' "$(pgtrack list -a)"
}

testTheCallerGetsTheReasonOfARefusal()
{
	mkdir open
	chmod 777 open
	breaks 4 'pgtrack: open/db: another user could replace it, as owner of a folder above it or because that is writable' \
	    pgtrack -D open/db exec web -- touch ran
	breaks 2 'pgtrack: exec: no command' pgtrack exec web --
	handle=$(pgspawn -d -- pgtrack exec web -- sleep 60)
	record_group "$handle"
	breaks 5 "pgtrack: web: already running: $handle" \
	    pgtrack exec web -- touch ran
	assertFalse 'it ran' '[ -e ran ]'
}

testTheRecordIsThereWhenTheHandleIs()
{
	n=0
	while [ $((n += 1)) -le 20 ]; do
		handle=$(pgspawn -d -- pgtrack exec "web$n" -- sleep 60)
		record_group "$handle"
		assertEquals "$handle" "$(pgtrack get "web$n")"
	done
	run pgspawn -p 3 -- pgtrack exec db -- pgtrack get db 3>handle
	assertRan 0 "$(cat handle)" ''
}

testOfSeveralConcurrentStartsOneGetsAHandle()
{
	n=0
	while [ $((n += 1)) -le 8 ]; do
		{
			pgspawn -d -- pgtrack exec web -- sleep 60
			echo "status $?"
		} >"told$n" 2>&1 &
	done
	wait
	cat told* >told
	handle=$(pgtrack get web)
	record_group "$handle"
	assertEquals 'started' 1 "$(grep -cx 'status 0' told)"
	assertEquals 'refused' 7 "$(grep -cx 'status 5' told)"
	assertEquals 'handles' "$handle" "$(grep -x '[0-9:-]*' told)"
}

testALongChainReportsItsLastExec()
{
	breaks 127 'pgtrack: nonesuch: not found in PATH' \
	    pgtrack exec a -- pgtrack exec b -- nonesuch
	breaks 127 'pgspawn: nonesuch: not found in PATH' \
	    pgtrack exec a -- pgspawn -- nonesuch
	breaks 127 'pgspawn: nonesuch: not found in PATH' \
	    pgspawn -x -- pgspawn -d -- nonesuch
	breaks 127 'pgtrack: nonesuch: not found in PATH' \
	    pgspawn -d -L y -- pgspawn -x -- pgtrack exec c -- nonesuch
	breaks 125 'pgspawn: nowhere: No such file or directory' \
	    pgtrack exec a -- pgspawn -C nowhere true
	option=-t
	haspty >/dev/null || option=-a
	handle=$(pgspawn -d -- pgtrack exec a -- pgspawn $option -- \
	    pgtrack exec b -- sleep 60) || fail "status $?"
	record_group "$handle"
	record_group "$(pgtrack get b)"
	assertEquals "$handle" "$(pgtrack get a)"
}

testAProcfileIsReadBeforeTheHandleIsPrinted()
{
	printf 'web: exec sleep 60\nbad: nonesuch\n' >Procfile
	breaks 2 'pgproc: nonesuch: not in Procfile' \
	    pgtrack exec web -- pgproc exec nonesuch
	breaks 127 'pgproc: nonesuch: not found in PATH' \
	    pgproc run nonesuch
	breaks 127 'pgproc: nonesuch: not found in PATH' \
	    pgtrack exec web -- pgproc exec web nonesuch
	ways clean_in pgtrack exec web -- pgproc exec web
	rm Procfile
	breaks 2 'pgproc: Procfile: no such file here: it has a line "name: command" for each service; -f names another file' \
	    pgtrack exec web -- pgproc exec web
}

testASecondKeeperIsReported()
{
	PGKEEP_DIR=$dir/keep
	export PGKEEP_DIR
	handle=$(pgspawn -d -- pgtrack exec k -- pgkeep run web -- \
	    pgspawn -K parent sleep 60) || fail "status $?"
	record_group "$handle"
	run pgkeep list web
	assertLike 'list' "web*" "$out"
	run pgspawn -d -- pgtrack exec l -- pgkeep run web -- sleep 60
	assertEquals "$out" 125 "$status"
	assertLike 'message' "pgkeep: web: *" "$err"
	run pgspawn -d -- pgkeep run . -- sleep 60
	assertRanLike 125 '' 'pgkeep: .: a name has *'
	pgkeep end web
	unset PGKEEP_DIR
}

testALinkInPlaceReportsItsExec()
{
	# This shell leads no group, so the pgspawn that it becomes need not fork.
	cat >starter <<-'END'
	exec 12>&1
	set -- "$(stat -L -c %i /proc/self/fd/12)" "$@"
	PGSPAWN_EXEC=12:$1
	export PGSPAWN_EXEC
	shift
	exec pgspawn -x -- "$@"
	END
	need bash stat || return 0
	assertEquals "$(printf '\005\004')" "$(bash starter true | cat)"
	assertEquals "$(printf '\005\004pgspawn: nonesuch: not found in PATH')" \
	    "$(bash starter nonesuch | cat)"
	assertEquals "$(printf '\005\005\004')" \
	    "$(bash starter pgtrack exec web -- true | cat)"
}

testOtherSubcommandsAreLastLinks()
{
	run pgspawn -p 1 pgtrack get nonesuch
	assertRanLike 3 '[1-9]*' ''
	run pgspawn pgtrack -D open nonesuch
	assertRanLike 2 '' 'pgtrack: nonesuch: no such subcommand*'
	run pgspawn -d pgtrack wait -T 60 nonesuch
	assertRanLike 0 '[1-9]*' ''
}

testTheCommandInheritsNothingOfTheChain()
{
	ways clean_in pgtrack exec web --
	ways clean_in pgtrack exec web -- pgtrack exec db --
	ways clean_in pgspawn -x --
}

# clean_in COMMAND...: the last command of this chain has no descriptor and no variable
# of the chain.
clean_in()
{
	rm -rf db seen
	# shellcheck disable=SC2016,SC2086
	pgspawn $way -o log -- "$@" sh -c '
		(env; ls -l /proc/$$/fd) >seen.new 2>&1
		echo 2>/dev/null >&3
		mv seen.new seen' >/dev/null
	waitfor 10 test -e seen || fail "$way $*: it did not run"
	assertEquals "$way $*: variables" '' "$(grep PGSPAWN_EXEC seen)"
	assertEquals "$way $*: descriptors" '' \
	    "$(grep -E ' (1[0-9]|[4-9]) -> pipe:' seen)"
}

testAForgedChainVariableIsNeitherBelievedNorPassedOn()
{
	for value in '' 0 1:1 3:0 x:y 3: :3 3:99999999999999999999 -1:1; do
		: >three
		run env "PGSPAWN_EXEC=$value" pgspawn env 3>three
		assertNotContains "$out" PGSPAWN_EXEC
		run env "PGSPAWN_EXEC=$value" freshsig -g pgtrack exec web -- \
		    env 3>three
		assertNotContains "$out" PGSPAWN_EXEC
		run env "PGSPAWN_EXEC=$value" freshsig -g pgtrack exec web -- \
		    nonesuch 3>three
		assertRan 127 '' 'pgtrack: nonesuch: not found in PATH'
		assertEquals '' "$(cat three)"
	done
}

testALinkWithoutAListenerWritesItsOwnMessages()
{
	mkfifo hung
	launch pgspawn -- pgspawn -o hung -- nonesuch 2>said
	outer=$pid
	waitfor 10 has_child "$outer" || fail 'not started'
	record_pid "$(children_of "$outer")"
	kill -s KILL "$outer"
	waitfor 10 dead "$outer"
	: <hung
	waitfor 10 says said 'pgspawn: nonesuch: not found in PATH' ||
		fail "$(cat said)"
}

# has_child PID
has_child()
{
	[ -n "$(children_of "$1")" ]
}

testADeadLinkIsReportedOnce()
{
	need_table || return 0
	mkfifo hung
	for how in '' -d '-d -L x'; do
		# shellcheck disable=SC2086
		launch pgspawn $how -m "HUNG=$pid" -- pgspawn -o hung true \
		    >handle 2>said
		waitfor 10 is_hung || fail "$how: not started"
		kill -s KILL "$hung"
		wait "$pid"
		assertEquals "status with $how" 137 $?
		assertEquals "$how" 'pgspawn: pgspawn: ended before it became a command' \
		    "$(cat said)"
		assertEquals "$how: handle" '' "$(cat handle)"
	done
}

# is_hung: the second pgspawn waits for a reader of the FIFO; sets hung to its PID.
is_hung()
{
	hung=$(pgscan -a HUNG PGSPAWN_ID | awk '$NF == "pgspawn" { print $2 }')
	[ -n "$hung" ] && in_state "$hung" S
}

testPgspawnCanBeEndedWhileALinkHangs()
{
	mkfifo hung
	for how in '' -d '-d -L x'; do
		# shellcheck disable=SC2086
		launch pgspawn $how -k 0.1 -- pgspawn -o hung true >handle 2>said
		waitfor 10 has_child "$pid" || fail "$how: not started"
		kill -s TERM "$pid"
		waitfor 10 dead "$pid" || fail "$how: it goes on"
		assertEquals "$how: handle" '' "$(cat handle)"
		assertEquals "$how: message" '' "$(cat said)"
	done
}

# pgspawn waits for the ENQ of this "link" as long as it waits for any.
testACommandNamedLikeALinkRuns()
{
	mkdir other
	ln -s "$(command -v sleep)" other/pgtrack
	handle=$(pgspawn -d other/pgtrack 60) || fail "status $?"
	record_group "$handle"
	assertTrue "it is gone" "group_alive $handle"
}

. "$SHUNIT2"
