#!/bin/sh
# init_test.sh: pgspawn as process 1 of a container
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

# foreign COMMAND...: as as_init, but /proc shows another PID namespace.
foreign()
{
	unshare --pid --fork --kill-child "$@"
}

# blind COMMAND...: as as_init, but without /proc.
blind()
{
	# shellcheck disable=SC2016
	unshare --pid --mount --fork --kill-child \
		sh -c 'umount -l /proc && exec "$@"' sh "$@"
}

# LeakSanitizer needs /proc.
ways="as_init foreign blind"
grep -q '__[a-z]*san_' "$bin/pgspawn" && ways="as_init foreign"

need_blind()
{
	need_unshare --pid --mount --fork --kill-child --mount-proc || return
	blind true 2>/dev/null && return
	skip "/proc cannot be unmounted"
	return 1
}

testTheStatusIsThatOfTheCommand()
{
	need_blind || return 0
	for how in $ways; do
		run $how pgspawn sh -c 'exit 77'
		assertRan 77 "" ""
		# shellcheck disable=SC2016
		run $how pgspawn sh -c 'kill -s KILL $$'
		assertRan 137 "" ""
		run $how pgspawn nonesuch
		assertRan 127 "" "pgspawn: nonesuch: not found in PATH"
	done
}

testOrphansAreReaped()
{
	need_blind || return 0
	# shellcheck disable=SC2016
	run as_init pgspawn sh -c 'i=0
		while [ $i -lt 100 ]; do
			sh -c "true & setsid true &"; i=$((i + 1))
		done
		i=0
		while grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null &&
		    [ $i -lt 250 ]; do sleep 0.02; i=$((i + 1)); done >seen
		[ $i -lt 250 ]'
	assertRan 0 "" ""
}

testTheGracePeriodHolds()
{
	need_blind || return 0
	for how in $ways; do
		from=$(now)
		run $how pgspawn -k 0.3 sh -c \
			'trap "" TERM; kill -s TERM 1; sleep 60 & wait'
		assertRan 137 "" ""
		assertTook "$from" 28 490
	done
}

testProcessesThatTheCommandLeavesAreEnded()
{
	need_blind || return 0
	for how in $ways; do
		for option in "" -a; do
			rm -f said up
			# shellcheck disable=SC2086
			run $how pgspawn -v $option -k 5 sh -c 'sh -c "
				trap \"echo asked >said; exit\" TERM; : >up
				while :; do sleep 0.02; done" &
				until [ -e up ]; do sleep 0.02; done; exit 3'
			assertLike "$how $option: standard error" \
			    "*exited with status 3, group ended" "$err"
			assertEquals "$how $option: status" 3 "$status"
			assertEquals "$how $option" asked "$(cat said)"
		done
		rm -f zoo
		run $how pgspawn -v -k 0.2 sh -c 'stubborn -i TERM -f 2 >zoo &
			until grep -qs ready zoo; do sleep 0.02; done; exit 4'
		assertLike "$how: standard error" \
		    "*exited with status 4, group killed" "$err"
		assertEquals "$how: status" 4 "$status"
	done
}

testATermFromOutsideEndsIt()
{
	need_blind || return 0
	for how in as_init foreign; do
		for command in "sigreport -x TERM" "stubborn -i TERM"; do
			case $how in
			as_init)	set -- --mount-proc ;;
			*)	set -- ;;
			esac
			rm -f signals
			launch unshare --pid --fork --kill-child "$@" \
				pgspawn -k 0.3 sh -c "exec $command >signals" \
				>out 2>err
			waitfor 5 grep -q ready signals
			init=$(children_of "$pid")
			kill -s TERM "$init"
			case $command in
			sig*)	finish 0 ;;
			*)	finish 137 ;;
			esac
			assertTrue "$how $command: it lives" "gone $init"
		done
	done
}

testATerminalIsAvailable()
{
	need_pty && need_blind || return 0
	for how in $ways; do
		run $how pgspawn -t sh -c 'tty; exit 3'
		assertLike "$how: terminal" "/dev/*" "$out"
		assertEquals "$how: $err" 3 "$status"
	done
}

. "$SHUNIT2"
