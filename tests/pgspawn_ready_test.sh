#!/bin/sh
# pgspawn_ready_test.sh: readiness by a datagram or a newline (-r notify, -r FD), and the
# descriptors of socket activation
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

setUp()
{
	test_begin
	TMPDIR=$dir/tmp
	export TMPDIR
	mkdir tmp
}

# early STATUS: the last command ended with this status before it was ready, and its socket
# is removed.
early()
{
	assertRan "$1" "" "pgspawn: sh: ended before it was ready"
	assertNothingLeft
}

assertNothingLeft()
{
	assertEquals "in TMPDIR:" "" "$(ls tmp)"
}

# --- ways to become ready ----------------------------------------------------

# becomes_ready COMMAND [OPTION...]: pgspawn -d with these options returns 0 for this
# command of sh, and its socket is removed.
becomes_ready()
{
	ready_command=$1
	shift
	rm -f said
	run pgspawn -d "$@" sh -c "$ready_command; exec sigreport >signals"
	assertLike "handle" "[1-9]*:*" "$out"
	assertEquals "standard error of $ready_command" "" "$err"
	assertEquals "status of $ready_command" 0 "$status"
	record_group "$out"
	assertTrue "$ready_command: it has ended" "group_alive $out"
	assertNothingLeft
	kill -s KILL "${out%%:*}"
}

testADatagramMakesItReady()
{
	for text in READY=1 "READY=1$nl" "STATUS=x${nl}READY=1" \
	    "READY=1${nl}STATUS=x" "${nl}READY=1" \
	    "MAINPID=1${nl}STATUS=READY=0${nl}READY=1${nl}X=1"; do
		becomes_ready "sdnotify '$text'" -r notify
	done
}

testOnlyTheWholeLineCounts()
{
	# shellcheck disable=SC2016
	run pgspawn -r notify sh -c 'sdnotify -w NOTREADY=1 XREADY=1 READY=10 \
		READY=0 "READY=1 " " READY=1" READY= READY ready=1 "" \
		STATUS=READY=1 "X=$(printf "\rREADY=1")" READY=1=1
		exit 7'
	early 7
}

testALongDatagramCounts()
{
	becomes_ready "sdnotify -b 4096 READY=1" -r notify
	becomes_ready "sdnotify -b 60000 'READY=1'; sdnotify READY=1" -r notify
}

# Of a datagram over 4 KiB only the beginning is read, without the line that is cut there.
testALineThatIsCutDoesNotCount()
{
	long=x$(head -c 4087 /dev/zero | tr '\0' x)
	# shellcheck disable=SC2016
	run pgspawn -r notify sh -c 'sdnotify -w "$1${2}READY=1more"
		exit 7' sh "$long" "$nl"
	early 7
	assertEquals "bytes before the line" 4088 ${#long}
}

testEmptyAndManyDatagramsDoNoHarm()
{
	becomes_ready "sdnotify -n 1000 '' STATUS=x X=1; sdnotify READY=1" \
	    -r notify
}

testTheSenderMayBeAGrandchild()
{
	becomes_ready "sdnotify -gw READY=1" -r notify
}

testTheSenderMayHaveLeftTheGroup()
{
	need_table || return 0
	becomes_ready "sdnotify -sw READY=1" -r notify
}

testTheSenderMayHaveNoEnvironment()
{
	# shellcheck disable=SC2016
	becomes_ready 'env -i NOTIFY_SOCKET="$NOTIFY_SOCKET" PATH="$PATH" \
		sdnotify READY=1' -r notify
}

testTheSenderMayBeGoneAtOnce()
{
	for n in 1 2 3 4 5 6 7 8 9 10; do
		becomes_ready "sdnotify -g READY=1" -r notify
	done
}

testAStrangerIsNotBelieved()
{
	# shellcheck disable=SC2016
	spawn -r notify -T 20 sh -c 'echo "$NOTIFY_SOCKET" >name
		echo ready >up; until [ -e go ]; do sleep 0.02; done; exit 7'
	await up
	NOTIFY_SOCKET=$(cat name) sdnotify -w READY=1 ||
		fail "it could not be sent"
	: >go
	finish 7 "pgspawn: sh: ended before it was ready"
	assertNothingLeft
}

# Other users cannot list the folder of the socket. Where the system does not tell the
# sender, they cannot enter it, either.
testOtherUsersCannotFindTheSocket()
{
	# shellcheck disable=SC2016
	run pgspawn -r notify sh -c 'umask 0; ls -ld "${NOTIFY_SOCKET%/*}"
		exit 7'
	assertLike "folder" "drwx--[-x]--[-x] *" "$out"
	assertEquals 7 "$status"
}

testACommandThatChangedItsUserCanReportReady()
{
	need_root || return 0
	need setpriv || return 0
	case $(uname -s) in
	Linux)	;;
	*)	skip "the system does not tell who sent a datagram"; return 0 ;;
	esac
	find_user
	# shellcheck disable=SC2086
	run pgspawn -r notify -T 5 $user_prefix sdnotify -w READY=1
	assertRan 0 '' ''
}

testSystemdNotifyIsUnderstood()
{
	need systemd-notify || return 0
	# As root systemd-notify sends the message in the name of its parent.
	becomes_ready "systemd-notify --ready --status=up" -r notify
}

# systemd-notify sends a second datagram, to wait until the first was read. The socket must
# still be there, also where pgspawn does not stay.
testSystemdNotifyNeverFails()
{
	need systemd-notify || return 0
	for how in '' -d; do
		for round in 1 2 3 4 5 6 7 8 9 10; do
			# shellcheck disable=SC2016,SC2086
			run pgspawn $how -r notify sh -c 'systemd-notify --ready
				echo $? >told.new; mv told.new told'
			assertEquals "$how, round $round: $err" 0 "$status"
			waitfor 10 test -e told
			assertEquals "systemd-notify, $how, round $round" 0 \
			    "$(cat told)"
			rm -f told
		done
	done
}

testLaterDatagramsArriveToo()
{
	# shellcheck disable=SC2016
	run pgspawn -v -r notify sh -c 'sdnotify -w READY=1
		sdnotify -w STATUS=later && sdnotify -w STOPPING=1'
	assertEquals "$err" 0 "$status"
	assertContains "$err" later
}

testANewlineMakesItReady()
{
	for fd in 3 4 5 6 7 8 9; do
		becomes_ready "echo >&$fd" -r "$fd"
		becomes_ready "printf 'up\\nand more' >&$fd" -r "$fd"
	done
	becomes_ready "head -c 5000 /dev/zero >&3; echo >&3" -r 3
}

testTheDescriptorIsTheOneAskedFor()
{
	for fd in 3 4 5 6 7 8 9 50; do
		run pgspawn -r "$fd" ls /proc/self/fd
		assertEquals "descriptors with -r $fd" "0 1 2 3 $fd" \
		    "$(echo "$out" | sort -n | grep -vx 4 | tr '\n' ' ' |
		    sed "s/ \$//; s/^0 1 2 3\$/0 1 2 3 $fd/")"
	done
	run pgspawn -r 1000000 touch started
	assertRan 125 "" \
	    "pgspawn: cannot arrange descriptors: Bad file descriptor"
	assertFalse "it was started" "[ -e started ]"
}

testAFailedExecIsReportedOnAnyDescriptor()
{
	for fd in notify 3 4 5 6 7 8 9 10 11 12; do
		run pgspawn -r "$fd" nonesuch
		assertRan 127 "" "pgspawn: nonesuch: not found in PATH"
		run pgspawn -d -L x -K $$ -r "$fd" nonesuch
		assertRan 127 "" "pgspawn: nonesuch: not found in PATH"
	done
	assertNothingLeft
}

testStandardDescriptorsAndNonsenseAreRefused()
{
	for fd in 0 1 2 "" x -1 3x 99999999999; do
		run pgspawn -r "$fd" touch started
		assertRan 125 "" \
		    "pgspawn: -r $fd: neither notify nor tcp:port nor log:regex nor a descriptor above 2"
	done
	run pgspawn -r 5 -F 5 touch started 5>file
	assertRan 125 "" "pgspawn: -r 5: not with -F 5"
	assertFalse "it was started" "[ -e started ]"
}

# pgspawn closes its own copy of the descriptor, and not that of the command.
testTheDescriptorOfTheHandleMayBeTheCommands()
{
	for way in "" "-r 3"; do
		: >both
		# shellcheck disable=SC2016,SC2086
		run pgspawn -p 5 -F 5 $way sh -c '
			echo command >&5
			[ ! -e /dev/fd/3 ] || echo >&3
			n=0
			until grep -q : both || [ $((n = n + 1)) -gt 500 ]; do
				sleep 0.02
			done
			exit 7' 5>>both
		assertRan 7 "" ""
		assertLike "$way: what came" "command${nl}[1-9]*:*" \
		    "$(sort -r both)"
	done
}

testATimeOutShowsWhatTheDescriptorGotLast()
{
	for how in '' -d; do
		# shellcheck disable=SC2086
		run pgspawn $how -r 3 -T 1 sh -c 'printf "\rfirst try: refused" >&3
			printf "\rlast try: no\033[31m answer" >&3; exec sleep 60'
		assertRan 124 '' \
		    'pgspawn: sh: not ready in 1 s: last try: no?[31m answer'
	done
}

testAClosedDescriptorIsNotReady()
{
	run pgspawn -r 3 -T 0.2 sh -c 'echo up; exec 3>&-; exec sleep 60'
	assertRan 124 up \
	    "pgspawn: sh: not ready in 0.2 s: descriptor 3 got no newline"
	run pgspawn -r 3 sh -c 'printf x >&3; exit 7'
	early 7
}

testACommandThatReportsReadyAndEndsWasReady()
{
	for n in 1 2 3 4 5 6 7 8 9 10; do
		run pgspawn -r notify sdnotify '' X=1 READY=1
		assertRan 0 "" ""
		run pgspawn -r 3 sh -c 'printf "%0300d\n" 0 >&3; exit 9'
		assertRan 9 "" ""
	done
}

# --- waiting for readiness ---------------------------------------------------

# shellcheck disable=SC2016
waits='echo ready >up; until [ -e go ]; do sleep 0.02; done
	sdnotify READY=1; exec sigreport >signals'

nothing_in_tmp()
{
	[ -z "$(ls tmp)" ]
}

testDetachedTheHandleIsPrintedOnceItIsReady()
{
	for how in "" "-L x" "-t" "-K $$" "-a"; do
		can_have "$how" || continue
		rm -f up go signals
		# shellcheck disable=SC2086
		spawn -d $how -r notify sh -c "$waits"
		await up
		assertTrue "$how: it does not wait" "alive $pid"
		assertEquals "$how: handle" "" "$(cat out)"
		: >go
		finish 0
		assertLike "$how: handle" "[1-9]*:*" "$(cat out)"
		record_group "$(cat out)"
		assertTrue "$how: it is dead" "group_alive $(cat out)"
		# A pgspawn that stays keeps the socket, for later messages.
		case $how in
		''|-a)	assertNothingLeft ;;
		esac
		pgterm -q -k 0 "$(cat out)"
		waitfor 10 nothing_in_tmp
		assertNothingLeft
	done
}

testInTheForegroundTheHandleIsPrintedOnceItIsReady()
{
	launch pgspawn -p 4 -r notify sh -c "$waits" 4>handle >out 2>err
	await up
	assertEquals "" "$(cat handle)"
	: >go
	await signals
	waitfor 10 test -s handle
	assertEquals "$(pids ready signals)" "$(sed 's/:.*//' handle)"
	kill -s KILL "$(pids ready signals)"
	finish 137
}

testTheReaderOfTheHandleGetsItsEndOnceTheCommandIsReady()
{
	mkfifo handles
	launch cat handles >handle
	reader=$pid
	launch pgspawn -p 4 -r notify sh -c "$waits" 4>handles >out 2>err
	await up
	assertTrue "the handle is there already" "alive $reader"
	: >go
	waitfor 5 dead "$reader" || fail "somebody holds it"
	await signals
	assertEquals "$(pids ready signals)" "$(sed 's/:.*//' handle)"
	kill -s KILL "$(pids ready signals)"
	finish 137
}

testTheStatusTextIsShown()
{
	# shellcheck disable=SC2016
	run pgspawn -v -r notify sh -c 'sdnotify "STATUS=warming up" \
		"X=1
STATUS=nearly
Y=1" "STATUS=" "STATUS=$(printf "a\033[1mb")" "STATUS=$(printf "\302\233mC\377")" "STATUS=up
READY=1"'
	assertLike "standard error" "pgspawn: sh: started as *
pgspawn: sh: warming up
pgspawn: sh: nearly
pgspawn: sh: a?\[1mb
pgspawn: sh: ??mC?
pgspawn: sh: up
pgspawn: sh: exited with status 0, *" "$err"
	run pgspawn -r notify sdnotify "STATUS=x" READY=1
	assertRan 0 "" ""
}

# --- commands that are not ready in time, or end before ----------------------

testACommandThatIsNotReadyInTimeIsEnded()
{
	for how in "" -d "-d -L x" "-d -t" "-d -K $$"; do
		can_have "$how" || continue
		for ready in notify 3; do
			rm -f zoo
			# shellcheck disable=SC2086
			run pgspawn $how -r $ready -T 0.3 sh -c \
				'exec stubborn -f 2 >zoo'
			assertRanLike 124 "" "pgspawn: sh: not ready in 0.3 s: *"
			# shellcheck disable=SC2046
			assertDead $(pids zoo)
			assertNothingLeft
		done
	done
}

testANotReadyCommandGetsSignalAndGracePeriod()
{
	from=$(now)
	run pgspawn -r notify -T 0.1 -s INT -k 0.3 sh -c \
		'exec sigreport >signals'
	assertRan 124 "" \
	    "pgspawn: sh: not ready in 0.1 s: READY=1 did not come"
	assertEquals "INT${nl}CONT" "$(sed 1d signals)"
	assertTook "$from" 35 490
}

testReadinessDuringTheShutdownDoesNotCount()
{
	for how in "" -d "-d -L x"; do
		# shellcheck disable=SC2086
		run pgspawn $how -r notify -T 0.3 sh -c '
		trap "sdnotify READY=1 2>told; exit 3" TERM; sleep 60 & wait'
		assertRan 124 "" \
		    "pgspawn: sh: not ready in 0.3 s: READY=1 did not come"
	done
}

testZeroAndBadTimeouts()
{
	run pgspawn -T 3 touch started
	assertRan 125 "" "pgspawn: -T: only with -r"
	assertFalse "it was started" "[ -e started ]"
	run pgspawn -r notify -T 0 sleep 60
	assertRan 124 "" \
	    "pgspawn: sleep: not ready in 0 s: READY=1 did not come"
	becomes_ready "sdnotify READY=1" -r notify -T forever
	becomes_ready "sdnotify READY=1" -r notify -T 99999999999999999999
	for secs in "" x -1 1x 1e3; do
		run pgspawn -r notify -T "$secs" touch started
		assertRan 125 "" "pgspawn: $secs: not a duration: 5, 0.5, 90s, 2m, 1h, 1d, forever"
	done
	assertFalse "it was started" "[ -e started ]"
}

testACommandThatEndsEarlyKeepsItsStatus()
{
	for how in "" -d "-d -L x"; do
		for ready in notify 3; do
			# shellcheck disable=SC2086
			run pgspawn $how -r $ready sh -c "exit 7"
			early 7
			# shellcheck disable=SC2086,SC2016
			run pgspawn $how -r $ready sh -c 'kill -s KILL $$'
			early 137
			# shellcheck disable=SC2086
			run pgspawn $how -r $ready sh -c "exit 0"
			early 125
		done
	done
}

testMembersAreEndedWhenTheCommandEndsEarly()
{
	for how in "" -d; do
		rm -f zoo
		# shellcheck disable=SC2086
		run pgspawn $how -r notify sh -c 'stubborn >zoo &
			until grep -qs ready zoo; do sleep 0.02; done; exit 7'
		early 7
		# shellcheck disable=SC2046
		assertDead $(pids leader zoo)
	done
}

testASignalEndsTheWaiting()
{
	for how in "" -d "-d -L x" "-d -t" "-d -K $$"; do
		can_have "$how" || continue
		while read -r signal expected; do
			rm -f up go signals
			# shellcheck disable=SC2086
			spawn $how -r notify sh -c "$waits"
			await up
			kill -s "$signal" "$pid"
			finish "$expected" \
			    "pgspawn: sh: ended before it was ready"
			assertEquals "$how $signal: output" "" "$(cat out)"
			assertNothingLeft
		done <<-END
			TERM 143
			HUP 129
			INT 130
		END
	done
}

# --- the socket --------------------------------------------------------------

testTheSocketIsThereWhileTheCommandLives()
{
	# shellcheck disable=SC2016
	run pgspawn -r notify sh -c 'ls tmp/*; sdnotify -w READY=1; ls tmp/*'
	assertRan 0 'notify
notify' ""
	assertEquals "the folder is gone" '' "$(ls tmp)"
}

testTheSocketIsRemovedWhenPgspawnDoesNotStay()
{
	# shellcheck disable=SC2016
	run pgspawn -d -o out -r notify sh -c 'sdnotify READY=1
		while [ -e "${NOTIFY_SOCKET%/*}" ]; do sleep 0.02; done'
	assertEquals 0 "$status"
	record_group "$out"
	waitfor 10 group_dead "$out"
	assertTrue 'it is there yet' $?
}

testTheSocketIsInTmp()
{
	unset TMPDIR
	for tmp in "" relative; do
		# shellcheck disable=SC2016
		run env ${tmp:+"TMPDIR=$tmp"} pgspawn -r notify sh -c \
			'echo "$NOTIFY_SOCKET"; exit 7'
		assertLike "socket" "/tmp/pgspawn.??????/notify" "$out"
		assertFalse "it is still there" "[ -e '${out%/*}' ]"
	done
}

# TMPDIR is too long for the name of a socket, or does not exist, or is no directory.
testTheSocketMovesIfTmpIsNotUsable()
{
	long=$dir/tmp/$(printf 'x%0100d' 0)
	mkdir "$long"
	for tmp in "$long" "$dir/none" /dev/null; do
		for how in '' -d '-d -L x'; do
			rm -f name
			# shellcheck disable=SC2016,SC2086
			run env -u XDG_RUNTIME_DIR TMPDIR="$tmp" pgspawn $how \
				-r notify sh -c 'echo "$NOTIFY_SOCKET" >name
				sdnotify READY=1; exec sleep 0.2'
			assertEquals "$tmp $how" 0 "$status"
			assertLike 'socket' '/tmp/pgspawn.??????/notify' \
				"$(cat name)"
			waitfor 5 [ ! -e "$(cat name)" ] || fail 'it is left'
		done
	done
	assertEquals "" "$(ls "$long")"
	# shellcheck disable=SC2016
	run env XDG_RUNTIME_DIR="$dir/tmp" TMPDIR="$long" pgspawn -r notify \
		sh -c 'sdnotify READY=1; echo "$NOTIFY_SOCKET"'
	assertRanLike 0 "$dir/tmp/pgspawn.??????/notify" ''
}

testWithoutAPlaceForTheSocketNothingStarts()
{
	need_root && need_unshare --mount || return 0
	# shellcheck disable=SC2016
	run unshare --mount sh -c 'for place in /tmp /run /var/tmp; do
			mount --bind "$place" "$place" &&
				mount -o remount,bind,ro "$place" || exit
		done
		unset XDG_RUNTIME_DIR
		TMPDIR=/none pgspawn -r notify touch started'
	assertRan 125 "" "pgspawn: -r notify: cannot make the socket \
pgspawn.XXXXXX/notify in TMPDIR, XDG_RUNTIME_DIR, /tmp, /run or /var/tmp: \
Read-only file system"
	assertFalse "it was started" "[ -e started ]"
}

# Another pgspawn stands for the service manager.
testAsMainProcessItTellsTheManager()
{
	# shellcheck disable=SC2016
	run pgspawn -v -r notify sh -c 'SYSTEMD_EXEC_PID=$$ exec pgspawn -r notify \
		sh -c "sdnotify -w STATUS=warm READY=1; exit 3"'
	assertContains "$err" ': warm'
	assertNotContains "$err" 'before it was ready'
	assertEquals 3 "$status"
}

testAnyOtherProcessLeavesTheManagerAlone()
{
	# shellcheck disable=SC2016
	run pgspawn -r notify sh -c 'SYSTEMD_EXEC_PID=1 pgspawn -r 3 \
		sh -c "echo >&3; exit 3"'
	assertRan 3 '' 'pgspawn: sh: ended before it was ready'
}

testAnotherNotifySocketStaysAsItIs()
{
	# shellcheck disable=SC2016
	run env NOTIFY_SOCKET=/outer pgspawn -r 3 sh -c \
		'echo "$NOTIFY_SOCKET"; echo >&3'
	assertRan 0 /outer ""
	# shellcheck disable=SC2016
	run env NOTIFY_SOCKET=/outer pgspawn -m NOTIFY_SOCKET=/marker \
		-r notify sh -c 'echo "$NOTIFY_SOCKET"; env |
		grep -c NOTIFY_SOCKET; sdnotify READY=1'
	assertLike "socket" "$dir/tmp/*/notify${nl}1" "$out"
	assertEquals "$err" 0 "$status"
}

# --- socket activation -------------------------------------------------------

# activated OPTION...: run pgspawn as systemd does with socket activation: LISTEN_PID is its
# PID.
activated()
{
	# shellcheck disable=SC2016
	run sh -c 'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_PIDFDID=12345
		exec "$@"' sh pgspawn -F 3 "$@" -o seen sh -c \
		'echo "$LISTEN_PID $$ $LISTEN_FDS ${LISTEN_PIDFDID-none}" >&3' \
		3>passed
	waitfor 5 test -s passed
	# shellcheck disable=SC2046
	set -- $(cat passed)
	assertEquals "$ran: number" "$1" "$2"
	assertEquals "$ran: the rest" "1 none" "$3 $4"
}

testDescriptorsOfSocketActivationAreForTheCommand()
{
	for how in "" -a -x "-K $$" "-L x" -t -d "-d -L x" "-d -t" \
	    "-d -K $$"; do
		can_have "$how" || continue
		rm -f passed
		# shellcheck disable=SC2086
		activated $how
	done
}

testSocketActivationOfAnotherProcessIsIgnored()
{
	# shellcheck disable=SC2016
	run env LISTEN_PID=1 LISTEN_FDS=1 LISTEN_PIDFDID=5 pgspawn sh -c \
		'echo "$LISTEN_PID $LISTEN_FDS $LISTEN_PIDFDID"'
	assertRan 0 "1 1 5" ""
	# shellcheck disable=SC2016
	run pgspawn sh -c 'echo "${LISTEN_PID-none}"'
	assertRan 0 none ""
}

. "$SHUNIT2"
