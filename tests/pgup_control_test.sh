#!/bin/sh
# shellcheck disable=SC2016
# pgup_control_test.sh: pgup stop, start, restart, status and logs from another terminal,
# and the terminals of services
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

esc=$(printf '\033')

# assertRuns NAME: the service runs soon. It is started a moment before it has a record.
assertRuns()
{
	assertTrue "$1 does not run" "waitfor 10 group_of_service $1"
}

# --- restart -----------------------------------------------------------------

# The service keeps its port for a moment after TERM.
testARestartFindsThePortFree()
{
	need python3 || return 0
	cat >serve <<-'END'
	import os, signal, socket, sys, time
	s = socket.socket()
	s.bind(("127.0.0.1", int(os.environ["PORT"])))
	s.listen()
	def end(*_):
	    time.sleep(0.5)
	    sys.exit(0)
	signal.signal(signal.SIGTERM, end)
	print("up", flush=True)
	time.sleep(60)
	END
	port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	printf '#: web ready=port\nweb: exec python3 serve\nb: sleep 60\n' >Procfile
	start_pgup -p "$port"
	waitfor 60 grep -q '^running' "$state/run/web" || fail 'web is not up'
	before=$(group_of_service b)
	run pgup restart web
	assertRan 0 '' ''
	assertEquals 'twice' 'up
up' "$(printed web)"
	assertEquals 'b is left alone' "$before" "$(group_of_service b)"
	run pgup status
	assertRanLike 0 '*
web *running * 1 * 0
b *running * 0 * -
*' ''
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

testARestartWaitsForTheWholeGroup()
{
	echo 'a: stubborn -l -f 1; true' >Procfile
	start_pgup -k 0.3
	waitfor 60 has_printed a ready || fail 'a is not up'
	keep_record
	old=$zoo
	run pgup restart
	assertRan 0 '' ''
	waitfor 60 sh -c '[ "$(grep -c ^ready $state/log/a)" -eq 2 ]' ||
		fail 'there is no second'
	for one in $old; do
		assertTrue "$one lives" "dead $one"
	done
	keep_record
	kill -TERM "$pid"
	ended
	assertTrue 'nothing lives' nothing_lives
}

testRestartNeedsARunner()
{
	echo 'a: true' >Procfile
	run pgup restart a
	assertRan 1 '' 'pgup: no runner of Procfile: pgup starts one'
}

# --- start, stop -------------------------------------------------------------

testStartAddsToARunner()
{
	printf 'a: sleep 60\nb: echo up; sleep 60\nb-2: sleep 60\nc: true\n' >Procfile
	start_pgup a
	waitfor 60 group_of_service a || fail 'a is not up'
	run pgup start 'b*'
	assertRan 0 '' ''
	assertRuns b
	assertRuns b-2
	before=$(group_of_service b)
	run pgup b
	assertRan 0 '' ''
	assertEquals 'it runs already' "$before" "$(group_of_service b)"
	assertTrue 'its label' 'waitfor 10 says out "b   | up"'
	run pgup start nobody
	assertRanLike 2 '' 'pgup: nobody: not in Procfile, which has *'
	run pgup
	assertRan 1 '' "pgup: already running, PID $pid: pgup stop ends it"
	run pgup stop 'b*'
	assertRan 0 '' ''
	assertEquals a "$(pgtrack -D "$state/services" list | cut -f 2)"
	run pgup start b
	assertRan 0 '' ''
	assertRuns b
	kill -INT "$pid"
	ended
	assertEquals 130 "$status"
}

# Several clients may ask the runner for a keeper of the same service. A second keeper would
# fail, because the service runs already.
testConcurrentStartsOfAServiceStartItOnce()
{
	printf 'a: sleep 60\nb: echo up; sleep 60\n' >Procfile
	start_pgup a
	waitfor 60 group_of_service a || fail 'a is not up'
	fifo=$state/events.$(pgtrack -D "$state" get runner)/fifo
	assertTrue 'there is no FIFO' "[ -p '$fifo' ]"
	printf 'keep b\nkeep b\n' 1<>"$fifo"
	run pgup start b
	assertRan 0 '' ''
	assertTrue 'b is not up' 'waitfor 10 has_printed b up'
	assertEquals 'running 0 -' "$(cat "$state/run/b")"
	kill -INT "$pid"
	ended
	assertEquals 130 "$status"
	assertEquals 'starts of b' 1 "$(printed b | grep -c up)"
	assertEquals 'its messages' '' "$(cat err)"
}

# pgup start obeys the options of the runner, and the Procfile as it is now.
testNamesAreThoseOfTheRunner()
{
	printf 'web: sleep 60\nb: sleep 60\n' >Procfile
	start_pgup -m web=2
	waitfor 60 group_of_service web.2 || fail 'web.2 is not up'
	run pgup stop web.2
	assertRan 0 '' ''
	assertFalse 'web.2 runs' 'group_of_service web.2'
	printf 'web: sleep 60\nb: sleep 60\nnew: echo up; sleep 60\nother: true\n' >Procfile
	run pgup start web.2
	assertRan 0 '' ''
	assertRuns web.2
	run pgup start new
	assertRan 0 '' ''
	assertTrue 'new is up' 'waitfor 20 has_printed new up'
	run pgup start web.3
	assertRan 2 '' 'pgup: web.3: not in Procfile, which has web.1 web.2 b new'
	run pgup status
	assertFalse 'other is not known' 'echo "$out" | grep -q other'
	printf 'web: sleep 60\nnew: sleep 60\nweb: twice\n' >Procfile
	run pgup restart new
	assertRan 2 '' 'Procfile:3: web: already defined in line 1'
	run pgup stop new
	assertRan 0 '' ''
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
	run pgup start web
	assertRanLike 2 '' '*'
}

# pgup must not report "no runner" where it cannot read the state.
testTheStateOfAnotherUserIsRefused()
{
	need_root || return 0
	echo 'a: true' >Procfile
	(umask 077; mkdir -p "$state")
	chown 12345 "$state"
	for mode in status stop 'stop a' 'start a' start; do
		# shellcheck disable=SC2086
		run pgup $mode
		assertRanLike 2 '' "pgup: $state: another user owns it"
	done
}

testSubcommandsWorkWhileTheRunnerStarts()
{
	cat >Procfile <<-'END'
	#: db ready=cmd:test -e go
	db: sleep 60
	#: web after=db
	web: echo up; sleep 60
	#: worker after=db
	worker: echo up; sleep 60
	END
	start_pgup
	waitfor 60 group_of_service db || fail 'db is not up'
	run pgup stop web
	assertRan 0 '' ''
	run pgup status
	assertLike status '*
db *starting *
web *stopped *
worker *waiting *' "$out"
	: >go
	waitfor 60 has_printed worker up || fail 'worker is not up'
	assertFalse 'web does not start' '[ -s $state/log/web ]'
	run pgup stop
	assertRan 0 '' ''
	ended
	assertEquals 143 "$status"
}

testStopRightAfterStart()
{
	echo 'a: sleep 60' >Procfile
	start_pgup
	waitfor 60 [ -d "$state/runner" ] || fail 'no runner'
	waitfor 60 pgtrack -D "$state" get runner || fail 'no runner'
	run pgup stop
	assertRan 0 '' ''
	ended
	assertEquals 143 "$status"
}

# --- logs --------------------------------------------------------------------

testLogsOfAPastRun()
{
	printf 'a: echo one; echo two\nlonger: echo three\nnone: true\n' >Procfile
	run pgup a
	assertEquals "status of pgup a, $err" 0 "$status"
	run pgup longer
	assertEquals "status of pgup longer, $err" 0 "$status"
	mark='--- [0-9-]* [0-9:]*'
	run pgup logs
	assertRanLike 0 "a      | $mark a ---
a      | one
a      | two
longer | $mark longer ---
longer | three" ''
	run pgup logs a
	assertRanLike 0 "$mark a ---
one
two" ''
	run pgup logs 'l*'
	assertRanLike 0 "$mark longer ---
three" ''
	run pgup logs -n 1
	assertRan 0 'a      | two
longer | three' ''
	run pgup logs -n 2 a
	assertRan 0 'one
two' ''
	run pgup logs nobody
	assertRanLike 2 '' 'pgup: nobody: not in Procfile, which has *'
	run pgup logs none
	assertRan 0 '' ''
}

# The oldest file is printed first. The last lines are printed even when the newest file is
# still empty.
testLogsThatAreCutArePrintedAsAWhole()
{
	cat >Procfile <<-'END'
	#: a log=50,2
	a: for i in 1 2 3 4 5 6 7 8 9; do echo "it is line $i"; done
	#: b log=1M
	b: echo up
	END
	run pgup -w '%Y ' a
	assertEquals 'files' 'a a~1 a~2' "$(cd "$state/log" && echo a*)"
	run pgup logs -n 5 a
	assertRanLike 0 '[0-9]* it is line 5
[0-9]* it is line 6
[0-9]* it is line 7
[0-9]* it is line 8
[0-9]* it is line 9' ''
	run pgup logs a
	assertRanLike 0 '* line 4
* line 5
* line 6
* line 7
* line 8
* line 9' ''
	run pgup b
	assertFalse 'b is cut' '[ -e "$state/log/b~1" ]'
	for words in '-n x' '-n' -q; do
		# shellcheck disable=SC2086
		run pgup logs $words
		assertEquals "status of: logs $words" 2 "$status"
	done
	run pgup clean
	assertFalse 'a log is left' '[ -e "$state/log" ]'
}

testLogsAreFollowedWhereTheyAreCut()
{
	cat >Procfile <<-'END'
	#: a log=100,1
	a: i=0; until [ -e go ]; do sleep 0.05; done; while [ $i -lt 50 ]; do i=$((i + 1)); echo "line $i"; sleep 0.02; done; exec sleep 600
	END
	start_pgup
	runner=$pid
	waitfor 60 grep -q a "$state/log/a" || fail 'a is not up'
	launch sh -c 'exec "$@" >followed' sh "$PGUP" logs -f -n 3 a
	follower=$pid
	waitfor 60 grep -q -e '--- a ---\|[0-9] a ---' followed || fail 'nothing is shown'
	: >go
	waitfor 60 says followed 'line 50' || fail "it does not go on: $(cat followed)"
	kill -TERM "$follower" "$runner"
	pid=$runner
	ended
}

# follow: start pgup logs -f; its output goes into the file followed.
follow()
{
	: >followed
	launch sh -c 'exec "$@" >followed' sh "$PGUP" logs -f
}

testLogsAreFollowedAcrossRestarts()
{
	printf 'a: echo "a $$"; exec sleep 60\nbb: echo "b $$"; exec sleep 60\n' >Procfile
	start_pgup
	runner=$pid
	waitfor 60 grep -q b "$state/log/bb" || fail 'bb is not up'
	waitfor 60 grep -q a "$state/log/a" || fail 'a is not up'
	follow
	follower=$pid
	waitfor 60 sh -c 'grep -q "^a  | a" followed && grep -q "^bb | b" followed' ||
		fail 'it does not show what was'
	run pgup restart
	assertRan 0 '' ''
	waitfor 60 sh -c '[ "$(grep -c "^a  | a" followed)" -eq 2 ] &&
		[ "$(grep -c "^bb | b" followed)" -eq 2 ]' ||
		fail 'it does not go on'
	kill -TERM "$follower"
	waitfor 60 dead "$follower" || fail 'it does not end'
	kill -TERM "$runner"
	pid=$runner
	ended
	assertEquals 143 "$status"
}

testTheEndOfLogsLeavesNothing()
{
	printf 'a: echo x\nb: echo y\n' >Procfile
	run pgup a
	PGLOGS=$dir follow
	waitfor 60 says followed 'a | x' || fail 'it shows nothing'
	assertTrue 'there are some' "pgscan -a -q PGLOGS=$dir"
	kill -KILL "$pid"
	waitfor 60 sh -c "! pgscan -a -q PGLOGS=$dir" || fail 'something is left'
}

# --- run, clean --------------------------------------------------------------

testRunHasTheEnvironmentOfTheServices()
{
	printf 'A="x y"\nPORT=4000\n' >.env
	echo 'a: true' >Procfile
	run pgup run sh -c 'echo "$A|$PORT|$PS|$1"; exit 7' sh -z
	assertRan 7 'x y|4000|run.1|-z' ''
	run pgup -p 4100 run sh -c 'echo "$PORT"; cat' </dev/null
	assertRan 0 4100 ''
	run pgup run
	assertRan 2 '' "pgup: run: no command
$(usage_of pgup)"
	run pgup run ./missing
	assertRanLike 127 '' '*missing*'
}

testCleanForgetsEverythingButNotWhileItRuns()
{
	echo 'a: echo up; sleep 60' >Procfile
	run pgup clean
	assertRan 0 '' ''
	start_pgup
	waitfor 60 has_printed a up || fail 'a is not up'
	run pgup clean
	assertRan 1 '' "pgup: already running, PID $pid: pgup stop ends it"
	assertEquals up "$(printed a)"
	run pgup stop
	ended
	run pgup clean
	assertRan 0 '' ''
	assertFalse 'nothing is left' '[ -e $state ]'
}

testCleanIsRefusedWhileProcessesAreLeft()
{
	echo 'a: true' >Procfile
	run pgup
	left=$(pgspawn -d -m "PGUP=$(pwd -P)/Procfile:a" -- sleep 60)
	record_group "$left"
	run pgup clean
	assertRanLike 1 '' '*pgup stop*'
	assertTrue 'it lives' "group_alive $left"
	run pgup stop
	assertRan 0 '' ''
	run pgup clean
	assertRan 0 '' ''
}

# --- terminals ---------------------------------------------------------------

testTheOptionGivesTerminals()
{
	need_pty || return 0
	echo 'a: test -t 1 && test -t 0 && echo yes; until [ -e go ]; do sleep 0.02; done' >Procfile
	start_pgup -t
	waitfor 60 has_printed a yes || fail 'no terminal'
	: >go
	ended
	assertEquals 0 "$status"
	assertFalse 'returns in the log' "grep -q '$(printf '\r')' $state/log/a"
	assertFalse 'escapes in the output' "grep -q '$esc' out"
	echo 'a: test -t 1 || exit 5' >Procfile
	run pgup
	assertEquals 'without it there is none' 5 "$status"
}

testTheRunnersTerminalGivesTerminals()
{
	need_pty script || return 0
	echo 'a: test -t 1 && exit 6' >Procfile
	run script -qefc "'$PGUP'" /dev/null </dev/null
	assertEquals 6 "$status"
}

# --- the runner itself -------------------------------------------------------

testTheEndOfTheRunnersGroupEndsIt()
{
	echo 'a: echo up; sleep 60' >Procfile
	start_pgup
	waitfor 60 has_printed a up || fail 'a is not up'
	keep_record
	pgterm "$(pgtrack -D "$state" get runner)"
	ended
	assertEquals 143 "$status"
	assertTrue 'nothing lives' nothing_lives
}

# --- a runner that is suspended ----------------------------------------------

testASuspendedRunnerObeysItsClients()
{
	printf 'a: echo up; exec sleep 60\nb: echo up; exec sleep 60\n' >Procfile
	: >err
	launch_group sh -c 'exec "$@" >out 2>err' sh "$PGUP" a
	runner=$pid
	waitfor 60 has_printed a up || fail "a is not up: $(cat err)"
	keep_record
	for what in 'start b' 'restart a' stop; do
		kill -s TSTP "$runner"
		waitfor 10 in_state "$runner" T || fail 'it is not suspended'
		# shellcheck disable=SC2086
		launch "$PGUP" $what
		waitfor 20 dead "$pid" || kill -s KILL "$pid"
		wait "$pid"
		assertEquals "$what" 0 $?
	done
	pid=$runner
	ended
	assertEquals 143 "$status"
	assertTrue 'nothing lives' nothing_lives
}

# --- names of the directory --------------------------------------------------

testTheDirectoryMayHaveAnyName()
{
	name="-x a:b*?[c]\\d%25e'\"\$(touch hacked)
 \303\244 ~"
	mkdir "./$name" && cd "./$name" && find_state "$PGUP" || return
	echo 'a: stubborn -l -s; true' >Procfile
	start_pgup -k 0.3
	waitfor 60 has_printed a ready || fail "a is not up: $(cat err)"
	keep_record
	run pgup restart a
	assertRan 0 '' ''
	waitfor 60 sh -c '[ "$(grep -c ^ready $state/log/a)" -eq 2 ]' ||
		fail 'there is no second'
	keep_record
	kill -KILL "$pid"
	assertTrue 'it is over in time' 'waitfor 60 nothing_lives'
	assertEquals 'hacked' '' "$(find .. -name hacked)"
}

# --- a full disk -------------------------------------------------------------

testOnAFullDiskServicesCanBeStoppedAndNothingElseChanges()
{
	need_disk || return 0
	cat >script <<-'END'
	cd disk
	export PGUP_DIR="$PWD/state"
	: >out
	for name in a b; do echo "$name: echo up; exec sleep 600"; done >Procfile
	"$PGUP" >out 2>err &
	until [ "$(grep -c ' up' out)" -eq 2 ]; do sleep 0.02; done
	dd if=/dev/zero of=filler bs=1k count=1024 2>/dev/null
	for what in 'restart a' 'stop a' 'start a'; do
		"$PGUP" $what 2>&1
		echo "$what: $?"
	done
	"$PGUP" status | sed -n 's/^\([ab]\) *\([a-z]*\).* /\1 \2 /p'
	kill -s TERM $!
	wait $!
	echo "end: $?"
	cat err
	END
	export PGUP
	run on_small_disk 128k '. ./script'
	assertRan 0 'pgup: services: No space left on device
restart a: 125
stop a: 0
pgup: services: No space left on device
start a: 125
a stopped 143
b running -
end: 143' ''
}

testAServiceThatCannotBeStoppedIsReported()
{
	need_disk || return 0
	cat >script <<-'END'
	cd disk
	export PGUP_DIR="$PWD/state"
	: >out
	echo 'a: echo up; exec sleep 600' >Procfile
	"$PGUP" >out 2>err &
	until grep -q ' up' out; do sleep 0.02; done
	n=0
	while touch "file$n" 2>/dev/null; do n=$((n + 1)); done
	"$PGUP" stop a 2>&1
	echo "stop a: $?"
	"$PGUP" stop
	echo "stop: $?"
	wait $!
	echo "end: $?"
	cat err
	END
	export PGUP
	run on_small_disk 128k,nr_inodes=99 '. ./script'
	assertRan 0 'pgup: a: No space left on device
stop a: 1
stop: 0
end: 143' ''
}

# pgup runs pgscan and others itself: their hints for a terminal must not be seen.
testOnATerminalNoOtherCommandGivesAHint()
{
	need_pty script || return 0
	procfile 'a: sleep 600\n'
	for typed in stop clean; do
		run script -qec "$PGUP $typed" /dev/null
		assertNotContains "$typed" "$out" 'environment'
	done
}

. "$SHUNIT2"
