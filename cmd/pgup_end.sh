# shellcheck shell=sh disable=SC2086,SC2154
# The end of the runner, in its loop: what decides it, and how the services end.

# begin_stop: until armed, a second signal counts as the first: timeout(1), npm and
# others repeat a signal that we got from the terminal already.
begin_stop() {
	stopping=true armed=false hurried=false
	after 0.5 armed
	after 2 tick
	begin_sweep gently
	find_unrun
}

# begin_sweep gently|hurry
begin_sweep() {
	(
		owe 'swept 125'
		[ "$1" = hurry ] || end_keepers
		sweep_now "$1" 2>&4
		owe "swept $?"
		exit
	) 5>&- 7>&- 8<&- &
	sweeper=$!
}

# on_swept STATUS
on_swept() {
	if [ "$1" -eq 125 ] && [ "$sweeps" -lt 5 ]; then
		sweeps=$((sweeps + 1))
		after 0.2 sweep
		return
	fi
	swept=true
	[ "$1" -eq 0 ] || status=3
	say_end
	$is_late || after 1 late
}

# end_keepers: ends the keepers in their order. If the state directory was removed, each
# gets TERM, in no order, and is waited for.
end_keepers() {
	[ ! -d "$state/run" ] || ! "$bin/pgkeep" -K $$ -D "$state/run" end 2>&4 ||
		return
	for one in $all; do
		key "$one"
		eval "kill -s TERM \"\${keeper_$key:-}\""
	done
	while "$bin/pgscan" -aq "PGUP=$project:*"; do sleep 0.1; done
}

# finish_if_idle: stops the runner if no service runs or will run; a service that waits
# for a failed one never starts. The status is that of the first failure.
finish_if_idle() {
	[ "$busy" -eq 0 ] && [ -z "$to_start" ] && [ "$held" -eq 0 ] || return 0
	status=$outcome ending='all services are done'
	begin_stop
}

# decide STATUS [SERVICE]: a service has ended and does not restart: stop all. A service
# whose output has no reader ends with 141, and our output has no reader, either. That
# can also be seen when a terminal is closed, before the HUP arrives: 129.
decide() {
	status=$1 why='' age=''
	[ "$1" -ne 0 ] || find_failure
	[ -z "${2:-}" ] || first=$2
	if [ -n "$first" ]; then
		! has_begun "$first" || ! age_of "$services/$first" || [ "$status" -ne 0 ] ||
			[ "$age" -gt 1 ] || why=", as $first ended soon after its start"
		say_end_of "$first" "$status"
	fi
	[ "$status" -ne 0 ] || status=$outcome
	[ "$1" -ne 141 ] || ! $has_terminal || [ -t 6 ] || status=129
	say "stopping$why"
	begin_stop
}

# find_failure: of the services that ended at the same moment one that failed decides.
find_failure() {
	for one in $all; do
		load "$one"
		[ "$now" != ended ] || [ "$last" = 0 ] || status=$last first=$one
	done
}

# on_end SERVICE STATUS: after a success wait 0.1 s: a failure of the same moment, which
# may be its cause, decides the status.
on_end() {
	if [ "$2" -ne 0 ]; then
		decide "$2" "$1"
	elif [ -z "$well" ]; then
		well=$1
		after 0.1 decided
	fi
}

# on_state STATE SERVICE LAST
on_state() {
	set_state "$2" "$1"
	case $stopping:$1 in
	*:starting)
		take "$2"
		[ "$port" != - ] || port=none
		say "$2: port $port" ;;
	false:ended) on_end "$2" "$3" ;;
	true:ended) [ "$status" != 0 ] || status=$3 ;;
	false:failed)
		[ "$outcome" -ne 0 ] || outcome=$3 given_up=$2
		finish_if_idle ;;
	false:done | false:stopped | false:blocked) finish_if_idle ;;
	esac
}

# lose SERVICE: its keeper was killed and cannot write the state: write it here. Some
# shells report a killed process as 256 + the signal.
lose() {
	case $1 in pgup.front) lose_front; return ;; pgup.guard) after 1 guard; return ;; esac
	load "$1"
	[ "$now" = stopped ] || publish "$1" "ended $restarts $last"
	key "$1"
	eval "n=\$keeper_$key"
	wait "$n"
	n=$?
	[ $n -le 256 ] || n=$((128 + n % 128))
	end="ended with status $n"
	! is_kept "$1" || {
		[ -n "$holder" ] || [ $n -gt 128 ] || end='could not begin' n=125
		echo - 1<>"$state/run/.$1.keeper"
	}
	! $stopping || return 0
	tell_error "$1: its keeper $end"
	decide "$n" "$1"
}

# lose_watcher: nothing reports lost keepers any more. Do not wait for a keeper that has not
# begun: it may never do so.
lose_watcher() {
	tell_error 'the watcher of the keepers has ended'
	decide 137
	for one in $all; do
		! is_kept "$one" || [ -n "$holder" ] || {
			key "$one"
			eval "kill -s KILL \"\$keeper_$key\""
			lose "$one"
		}
	done
}

# lose_front: without its front the runner ends. The next runner waits for that.
lose_front() {
	has_front=false
	rm -f "$state/pid"
	# What has written our messages has ended with it.
	[ -z "$background" ] || exec 4>>"${log%/*}/pgup.log"
	$stopping || decide 137
}

look_for_signals() {
	while read -r asked <&8; do
		case $asked in [1-9]*) on_signal "$asked" ;; esac
	done
}

on_signal() {
	status=${status:-$1}
	if ! $stopping; then
		signal=$(kill -l "$1") ending="stopped by SIG${signal#SIG}"
		say stopping
		begin_stop
	elif $armed && ! $hurried && [ "$1" -ne 129 ]; then
		hurried=true
		begin_sweep hurry
	fi
}

on_tick() {
	$stopping || return 0
	find_marked
	$swept || kill -s 0 "$sweeper" || on_swept 125
	[ -z "$living" ] || tell_error "still there: $living"
	after 2 tick
}
