#!/bin/sh
# shellcheck disable=SC2016,SC2046,SC2086
# pgup_fault_test.sh: stalled and lost readers, kills of several processes at once, and
# other faults that have left services alive or hung pgup
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

# --- the reader --------------------------------------------------------------

# unread ARGUMENT...: start pgup with its output in a pipe that no process reads; descriptor
# 7 holds the pipe open.
unread()
{
	mkfifo pipe
	exec 7<>pipe
	launch sh -c 'exec "$@" >pipe 2>err' sh "$PGUP" "$@" 7>&-
}

# pipe_is_full: the log of "loud" has not grown for a while.
pipe_is_full()
{
	size_now=$(wc -c <"$state/log/loud")
	[ "$size_now" = "$size" ] || quiet=0
	size=$size_now quiet=$((quiet + 1))
	[ "$quiet" -gt 10 ] && [ "$size" -gt 20000 ]
}

await_full_pipe()
{
	size=0 quiet=0
	waitfor 60 pipe_is_full || fail "the pipe is not full: $size"
}

testASignalIsObeyedWhileTheReaderReadsNothing()
{
	printf 'loud: until [ -e go ]; do sleep 0.05; done; while :; do echo 0123456789012345678901234567890123456789; done\nb: stubborn -l -s; true\n' >Procfile
	unread -k 0.5
	waitfor 60 has_printed b ready || fail 'b is not up'
	: >go
	await_full_pipe
	keep_record
	kill -TERM "$pid"
	waitfor 20 dead "$pid" || fail 'pgup is alive'
	status=0
	wait "$pid" || status=$?
	exec 7>&-
	assertEquals 143 "$status"
	assertTrue 'nothing lives' nothing_lives
}

# The grace period is for services; pgup does not wait so long for a reader. The log has
# all of the output.
testTheEndDoesNotWaitForAReaderThatReadsNothing()
{
	printf 'loud: until [ -e go ]; do sleep 0.05; done; while :; do echo 0123456789012345678901234567890123456789; done\nb: trap "echo bye; exit" TERM; while :; do sleep 0.1; done\n' >Procfile
	unread -k 300
	: >go
	await_full_pipe
	keep_record
	kill -TERM "$pid"
	waitfor 60 dead "$pid" || fail 'pgup is alive'
	exec 7>&-
	assertTrue 'it is in the log' 'has_printed b bye'
	assertTrue 'nothing lives' nothing_lives
}

testAStopFromOutsideIsObeyedWhileTheReaderReadsNothing()
{
	printf 'loud: while :; do echo 0123456789012345678901234567890123456789; done\n' >Procfile
	unread -k 0.5
	await_full_pipe
	launch "$PGUP" stop
	client=$pid
	waitfor 20 dead "$client" || fail 'stop waits'
	exec 7>&-
}

testAReaderThatGoesAwayIsNoReasonToStartAgain()
{
	printf 'a: while :; do echo tick; sleep 0.02; done\n' >Procfile
	run sh -c '{ "$@"; echo $? >status; } | sed 3q >/dev/null' sh "$PGUP" -r always
	assertEquals 141 "$(cat status)"
	assertEquals 'starts' 1 "$(grep -c . "$state/services/a/pid")"
	assertEquals '' "$err"
}

testEightShortServicesIntoAPipeEnd()
{
	for n in 1 2 3 4 5 6 7 8; do echo "s$n: echo $n"; done >Procfile
	for round in 1 2 3 4 5; do
		run timeout 60 sh -c '{ "$@"; echo $? >status; } | cat >/dev/null' sh "$PGUP"
		assertEquals "round $round" 0 "$(cat status)"
	done
}

# The services write their signals to their logs.
testWhenTheReaderGoesEachServiceGetsItsOwnSignalOnce()
{
	cat >Procfile <<-'END'
	#: a stop=USR1,2
	a: exec sigreport
	#: loud stop=TERM,0.5
	loud: while :; do echo tick; sleep 0.02; done
	END
	launch sh -c '"$@" 2>err | while read -r line; do
			case $line in *tick*) [ ! -e go ] || exit ;; esac
		done' sh "$PGUP" -k 5
	waitfor 60 grep -q ready "$state/log/a" || fail 'a is not up'
	: >go
	waitfor 60 dead "$pid" || fail 'pgup is alive'
	waitfor 10 sh -c '! pgtrack -D "$state/services" get a' || fail 'a is alive'
	assertEquals USR1 "$(printed a | sed '1d;/CONT/d' | head -n 1)"
	assertFalse 'a hangup' 'has_printed a HUP'
}

# Each service has a terminal of its own, which outlives that of the runner.
testWhenTheTerminalIsClosedEachServiceGetsItsOwnSignalOnce()
{
	need_pty script || return 0
	cat >Procfile <<-'END'
	#: a stop=USR1,2
	a: exec sigreport
	b: while :; do echo tick; sleep 0.05; done
	END
	mkfifo keyboard
	exec 7<>keyboard
	launch script -qefc "exec '$PGUP' -k 5" /dev/null <keyboard >screen 2>&1 7>&-
	waitfor 60 grep -q ready "$state/log/a" || fail 'a is not up'
	keep_record
	kill -s KILL "$pid"
	exec 7>&-
	waitfor 20 nothing_lives || fail 'something lives'
	assertEquals USR1 "$(printed a | tr -d '\r' | sed '1d;/CONT/d')"
}

# --- killed parts of pgup ----------------------------------------------------

testAGuardThatIsKilledIsReplaced()
{
	echo 'a: exec stubborn' >Procfile
	start_pgup -k 0.5
	waitfor 60 has_printed a ready || fail 'a is not up'
	keep_record
	guard=$(pgtrack -b -D "$state" get guard)
	record_pid "$guard"
	kill -s KILL "$guard"
	waitfor 20 has_other_guard || fail 'there is no other guard'
	record_pid "$other"
	kill -s KILL "$pid" -- "-$(pgtrack -b -D "$state" get runner)"
	waitfor 60 nothing_lives || fail "it does nothing: $(living)"
}

has_other_guard()
{
	other=$(pgtrack -b -D "$state" get guard) && [ "$other" != "$guard" ]
}

# killable: prints the PIDs of all processes of pgup except the guard: the front, and the
# session of the loop with the keepers and pgspawns.
killable()
{
	loop=$(pgtrack -b -D "$state" get runner)
	echo "$pid"
	for one in /proc/[0-9]*; do
		[ "$(session_of "${one#/proc/}")" != "$loop" ] || echo "${one#/proc/}"
	done
}

testWhenAllOfPgupIsKilledAtOnceNothingSurvives()
{
	need_table || return 0
	cat >Procfile <<-'END'
	#: a stop=USR1,2
	a: exec sigreport
	b: stubborn -s -D -f 1
	c: exec sleep 600
	END
	start_pgup -k 0.5
	waitfor 60 has_printed b ready || fail 'b is not up'
	waitfor 60 grep -q ready "$state/log/a" || fail 'a is not up'
	waitfor 60 pgtrack -D "$state/services" get c || fail 'c is not up'
	keep_record
	kill -s KILL $(killable)
	wait "$pid" 2>/dev/null
	assertTrue 'it is over in time' 'waitfor 30 nothing_lives'
}

testARunnerStartedAfterThatFindsNothing()
{
	need_table || return 0
	echo 'a: echo "new $$"; exec stubborn -i all' >Procfile
	start_pgup -k 0.5
	waitfor 60 has_printed a ready || fail 'a is not up'
	keep_record
	kill -s KILL $(killable)
	wait "$pid" 2>/dev/null
	echo 'a: echo new' >Procfile
	run pgup -k 0.5
	assertRanLike 0 '*a | new*' '*pgup: a: exited with status 0'
	assertTrue 'nothing lives' nothing_lives
}

testWhenTheWatcherOfKeepersIsKilledAllIsEnded()
{
	need_table || return 0
	echo 'a: echo up; exec sleep 600' >Procfile
	start_pgup
	waitfor 60 has_printed a up || fail 'a is not up'
	keep_record
	for one in $(killable); do
		case $(tr '\0' ' ' <"/proc/$one/cmdline") in
		*pgkeep*' watch '*) kill -s KILL "$one" ;;
		esac
	done
	ended
	assertEquals 137 "$status"
	assertLike 'the last line:' 'pgup: part of pgup was killed after * s' \
		"$(tail -n 1 out)"
	assertTrue 'nothing lives' nothing_lives
}

# --- the status --------------------------------------------------------------

# b fails at the moment when a ends, before it is asked to end.
testAFailureIsNotMaskedByAServiceThatEndedWithZero()
{
	cat >Procfile <<-'END'
	a: echo up; until [ -e go ]; do sleep 0.01; done; exit 0
	b: echo up; until [ -e go ]; do sleep 0.01; done; exit 8
	END
	for round in 1 2 3; do
		rm -rf go "$PGUP_DIR"
		start_pgup
		waitfor 60 has_printed a up || fail 'a is not up'
		waitfor 60 has_printed b up || fail 'b is not up'
		: >go
		ended
		assertEquals "round $round" 8 "$status"
	done
}

testAnEndWithZeroRightAfterTheStartIsReported()
{
	printf 'a: exec cat </dev/null\nb: exec sleep 60\n' >Procfile
	run pgup
	assertRanLike 0 '*
pgup: stopping, as a ended soon after its start
pgup: a ended first, with status 0, ? s after its start; its log: */log/a' '*'
}

# --- input -------------------------------------------------------------------

testTheInputOfAServiceStaysOpen()
{
	printf 'a: cat; echo "end of input"; exit 5\nb: until [ -e go ]; do sleep 0.05; done; exit 6\n' >Procfile
	start_pgup
	waitfor 60 pgtrack -D "$state/services" get a b || fail 'they are not up'
	: >go
	ended
	assertEquals 6 "$status"
	assertFalse 'its input ended' 'has_printed a "end of input"'
}

testTheInputIsEmptyOnRequest()
{
	printf '#: a stdin=null\na: cat; echo "end of input"; exit 5\nb: exec sleep 60\n' >Procfile
	run pgup
	assertEquals 5 "$status"
	assertTrue 'its input ended' 'has_printed a "end of input"'
}

# --- directives --------------------------------------------------------------

testAReadyCommandThatIsMisspeltIsShown()
{
	cat >Procfile <<-'END'
	#: a within=1 ready=cmd:./nosuchcommand
	a: exec sleep 60
	END
	run pgup
	assertEquals 124 "$status"
	assertLike 'it is shown' '*a | pgup: not ready: *nosuchcommand*not found*' "$err"
	assertLike 'and in the end' '*
pgup: a: not ready in 1 s: ./nosuchcommand: *not found*' "$err"
}

testATimeOutNamesTheReadyCommandAndItsLastMessage()
{
	cat >Procfile <<-'END'
	#: a within=2 ready=cmd:echo one >>tries; echo "try $(wc -l <tries)" >&2; false
	a: exec sleep 60
	END
	run pgup
	assertEquals 124 "$status"
	assertLike 'it is shown' '*
pgup: a: not ready in 2 s: echo one >>tries; echo "try $(wc -l <tries)" >&2; false: try [1-9]*
*' "$err
"
	last=${err##*false: try }
	assertTrue 'the last one' '[ "${last%%[!0-9]*}" -gt 1 ]'
	printf '%s\n' '#: a within=1 ready=cmd:sleep 50' 'a: exec sleep 60' >Procfile
	run pgup
	assertLike 'it is shown' '*
pgup: a: not ready in 1 s: sleep 50: it has not ended*' "
$err"
}

testAServiceMayStartAfterAnotherIsDone()
{
	cat >Procfile <<-'END'
	#: migrate restart=once
	migrate: until [ -e go ]; do sleep 0.05; done; echo migrated; touch migrated
	#: web after=migrate:done
	web: test -e migrated && echo late; exit 7
	END
	start_pgup
	waitfor 60 pgtrack -D "$state/services" get migrate || fail 'migrate is not up'
	run pgup status
	assertLike status '*web *waiting *' "$out"
	: >go
	ended
	assertEquals 7 "$status"
	assertTrue 'in order' 'has_printed web late'
}

testAMatchingLineOfOutputMakesAServiceReady()
{
	cat >Procfile <<-'END'
	#: db ready=log:^listening
	db: echo starting; until [ -e go ]; do sleep 0.05; done; touch up; echo listening now; exec sleep 60
	#: web after=db
	web: test -e up && exit 7
	END
	start_pgup
	waitfor 60 has_printed db starting || fail 'db is not up'
	: >go
	ended
	assertEquals 7 "$status"
}

# The process that takes over is no child of pgspawn; it is a member of the group.
testAServiceIsFollowedToTheProcessThatTakesOver()
{
	cat >master <<-'END'
	trap 'echo "end of $1"; exit 0' TERM
	trap 'sh ./master new & sleep 0.2; exit 0' USR2
	echo "master $1"
	while :; do sleep 0.02; done
	END
	printf '#: m follow\nm: exec sh ./master old\nb: exec sleep 60\n' >Procfile
	start_pgup
	waitfor 60 has_printed m 'master old' || fail 'm is not up'
	old=$(pgtrack -b -D "$state/services" get m)
	kill -s USR2 "$old"
	waitfor 20 has_printed m 'master new' || fail 'no new master'
	waitfor 20 dead "$old" || fail 'the old one stays'
	run pgup status
	assertLike status '*
m *running *
b *running *' "$out"
	run pgup stop m
	assertRan 0 '' ''
	assertTrue 'its signal' 'has_printed m "end of new"'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

# --- systems without some features -------------------------------------------

testWithoutPseudoTerminalsServicesGetPipes()
{
	need_root && need_unshare --mount || return 0
	mkdir -p empty
	printf 'a: test -t 1 || echo pipe\n' >Procfile
	run unshare --mount sh -c 'mount --bind empty /dev/pts && exec "$1" -t' sh "$PGUP"
	assertRanLike 0 '*a | pipe*' '*pgup: no pseudo-terminal: *: services get pipes*'
	assertEquals 'said once' 1 "$(echo "$err" | grep -c pseudo)"
}

testWithoutProcThereIsOneMessage()
{
	need_root && need_unshare --mount || return 0
	! grep -q '__[a-z]*san_' "$bin/pgscan" ||
		{ skip 'this build needs /proc'; return 0; }
	printf 'a: true\n' >Procfile
	run unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$1"' sh "$PGUP"
	assertRanLike 2 '' 'pgup: */proc is not mounted'
	assertEquals 'one line' 1 "$(echo "$err" | grep -c .)"
}

testWithoutStandardDescriptorsItRunsAllTheSame()
{
	printf 'a: sleep 0.1; exit 3\n' >Procfile
	run sh -c '"$1" >&-' sh "$PGUP"
	assertRan 3 '' 'pgup: a: exited with status 3'
	run sh -c '"$1" >&- 2>&- <&-' sh "$PGUP"
	assertRan 3 '' ''
}

# The other runners exit, and leave the services of the first one alone.
testOfSeveralRunnersThatStartTogetherOneRuns()
{
	echo 'a: until [ -e go ]; do sleep 0.02; done; exit 3' >Procfile
	for n in 1 2 3; do
		launch sh -c '"$@" >out.$0 2>err.$0; echo $? >status.$0' $n "$PGUP"
	done
	waitfor 60 sh -c '[ "$(cat status.? | grep -c 1)" -eq 2 ]' ||
		fail 'two of them run'
	: >go
	waitfor 60 sh -c '[ "$(cat status.? | grep -c .)" -eq 3 ]' ||
		fail 'it does not end'
	assertEquals '1 1 3' "$(cat status.? | sort | paste -s -d ' ' -)"
	assertEquals 'refused' 2 "$(cat err.? | grep -c 'pgup: already running, PID')"
}

# --- what the system refuses -------------------------------------------------

# refusing CALLS NUMBER: a directory of programs whose pgup gets the fault in the shell that
# PART=front or PART=loop names: the call with that number fails.
refusing()
{
	mkdir refusing
	ln -s "$bin"/pg* refusing
	rm refusing/pgup
	sed "1d; s|^self=.*|self=$PWD/refusing/pgup|" "$PGUP" >refusing/pgup.real
	cat >refusing/pgup <<-END
	#!/bin/sh
	case \${PGUP_FRONT:+loop} in
	"\${PART#front}") set -- strace -D -qq -o "$PWD/trace" -e trace=$1 \
		-e inject=$1:error=EAGAIN:when=$2 "${PGUP%/*}/sh" "$PWD/refusing/pgup.real" "\$@" ;;
	*)	set -- "${PGUP%/*}/sh" "$PWD/refusing/pgup.real" "\$@" ;;
	esac
	exec "\$@"
	END
	chmod 755 refusing/pgup
}

# gives_up PART NUMBER: pgup whose shell cannot fork for the process with that number.
gives_up()
{
	refusing clone,clone3,fork,vfork "$2+"
	echo 'a: exec sleep 600' >Procfile
	PART=$1
	export PART
	run timeout 60 refusing/pgup -k 0.5
	assertEquals "status of $1, $2" 125 "$status"
	assertLike "message of $1, $2" '*pgup: cannot go on: it could not start a process, use a file or get memory' "$err"
	PART=none
	waitfor 20 sh -c '! pgscan -aq "PGUP=$PWD/*"' || fail "$1, $2: something is left"
	rm -r refusing
}

testAShellThatCannotForkSaysSoAndLeavesNothing()
{
	need_strace || return 0
	case ${PGUP_SHELL:-$TEST_SHELL} in
	*dash | sh) ;;
	*) skip 'only dash ends at once'; return 0 ;;
	esac
	gives_up front 3
	gives_up front 6
	gives_up loop 5
	gives_up loop 9
	gives_up loop 12
	echo 'a: exit 5' >Procfile
	run timeout 60 "$PGUP"
	assertEquals 'the next start' 5 "$status"
}

# A pgscan that fails is not one that finds nothing.
testWhatCannotBeFoundOutIsNotTakenForNothing()
{
	mkdir failing
	ln -s "$bin"/pg* failing
	rm failing/pgscan failing/pgup
	printf '#!/bin/sh\nexit 3\n' >failing/pgscan
	chmod 755 failing/pgscan
	cp "$PGUP" failing/pgup
	echo 'a: exit 0' >Procfile
	run "$PGUP"
	run failing/pgup clean
	assertRan 1 '' 'pgup: what a dead runner left cannot be found out'
	assertTrue 'the state is there' '[ -d "$state" ]'
	run failing/pgup stop
	assertRanLike 3 '' 'pgup: survivors: they cannot be found out*'
}

# --- many services -----------------------------------------------------------

testASignalIsObeyedInTheMiddleOfTheStart()
{
	n=0
	while [ $n -lt 150 ]; do
		echo "service-with-a-rather-long-name-$n: exec sleep 600"
		n=$((n + 1))
	done >Procfile
	start_pgup
	waitfor 60 grep -q 'port 5000' out || fail 'it does not start'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertTrue 'not all were started' '[ "$(grep -c port out)" -lt 150 ]'
	run pgtrack -D "$state/services" list
	assertEquals '' "$out"
}

. "$SHUNIT2"
