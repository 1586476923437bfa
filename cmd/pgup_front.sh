# shellcheck shell=sh disable=SC2015,SC2086,SC2154
# The front: the process that the user has started. It starts the loop (pgup_runner.sh)
# and waits for it.
#
# The front gets the signals. Its traps append them to a file, which never blocks, and
# then write a line to the FIFO, which wakes the loop.

# note STATUS: 128 + the number of a signal. While the front still has its folder, the
# loop has not begun, and has no service to end.
note() {
	asked=${asked:-$1}
	echo "$1" >&8
	if [ -d "$events" ]; then
		kill -s TERM "$loop"
	else
		echo signal >&9 7>&- 8>&- &
	fi
} 2>/dev/null

# suspend: the loop and its helpers are one group. They stop; the services run on.
suspend() {
	kill -s STOP -- "-$loop"
	kill -s STOP $$
	kill -s CONT -- "-$loop"
} 2>/dev/null

# pass_on: the pgspawn processes set the new size on the terminals of the services.
pass_on() { kill -s WINCH -- "-$loop"; } 2>/dev/null

# plan_front: reports the faults of the Procfile before any file is made.
plan_front() {
	shift $parsed
	make_plan
	[ "$faults" -lt 2 ] || leave 2
	case $plan in
	'' | "release$tab"*) [ $# -gt 0 ] || case $plan in
		*"$nl"*) ;;
		*) die 'no service to start' ;;
		esac ;;
	esac
	[ $# -eq 0 ] || { read_plan "$plan"; choose "$@"; }
}

# open_front: the first line of the file of signals reserves a block: the disk may be
# full later.
open_front() {
	trust -c
	events=$state/front.$$
	rm -rf "$events"
	stage=front
	mkdir -m 700 "$events" && echo start >"$events/signals" &&
		mkfifo "$events/fifo" "$events/life" "$events/watch" || give_up
	exec 3<"$events/signals" 7<>"$events/life" 9<>"$events/fifo" || give_up
	exec 8>>"$events/signals" || give_up
	copy_planned
}

# read_loop: sets taken if the loop has begun, and said to the status with which it
# ended. A loop without a status was killed, or gave up.
read_loop() {
	while read -r word number; do
		case $word in
		taken) taken=true ;;
		short) gave_up=true ;;
		exit) said=$number ;;
		esac
	done <&3
}

be_front() {
	if runner_lives; then
		[ "$parsed" -eq $# ] || return 0
		! front_lives || has_runner
	fi
	asked='' loop='' taken=false said='' gave_up=false
	detached=${PGUP_DETACHED:-}
	unset PGUP_DETACHED
	plan_front "$@"
	[ -z "$background" ] || [ -n "$detached" ] || detach "$@"
	open_front
	trap 'note 129' HUP
	trap 'note 130' INT
	trap 'note 131' QUIT
	trap 'note 143' TERM
	trap suspend TSTP
	trap pass_on WINCH
	(PGUP_FRONT=$$ && export PGUP_FRONT && exec "$bin/pgspawn" -x -- "$self" "$@") \
		</dev/null 3<&- 4>&- 7>&- 8>&- 9>&- &
	loop=$!
	watcher=''
	[ -z "$detached" ] || watch_readiness
	while :; do
		wait "$loop"
		status=$?
		[ $status -ne 127 ] || break
		kill -s 0 "$loop" 2>/dev/null || break
	done
	[ $status -le 256 ] || status=$((128 + status % 128))
	read_loop
	if [ -n "$said" ]; then
		status=$said
	elif $taken; then
		status=${asked:-$status}
		sweep || status=3
		! $gave_up || warn "$short"
	else
		status=${asked:-$status}
		rm -rf "$events"
	fi
	[ -z "$watcher" ] || wait "$watcher"
	echo over >&7
	[ -z "$owes" ] || [ "$status" != 143 ] || status=$owes
	leave "$status"
}

front_lives() { "$bin/pgspawn" -K "$(runner_pid)" true 2>/dev/null; }
