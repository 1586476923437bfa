# shellcheck shell=sh disable=SC2086
# The runner is two processes. The front is a pgspawn, which writes the signals that
# it gets into the FIFO. The loop, pgup itself, starts the keepers, and reads events:
#	STATE SERVICE	from its keeper: the state it is in now
#	lost SERVICE STATUS	its keeper ended
#	keep SERVICE	from another terminal: it is to have a keeper
#	signal STATUS	128 + the number of one that the front got
#	swept STATUS	an attempt to end what is left is over
#	armed, tick	timers
# Whatever happens is a line in the FIFO, which is descriptor 9: nothing can get
# lost between a check and a wait, and no trap can cut a line that is being read.
# Loop and keepers are a session of their own, where no Ctrl-C comes. If the loop
# dies the front ends the keepers, and if the front dies its guard ends both.

be_front() {
	exec "$bin/pgspawn" -K $$ -k forever -Q "$state/events/$$" \
		-m "PGUP_FRONT=$$" -- "$(dirname -- "$0")/${0##*/}" "$@"
}

prepare_state() {
	rm -rf "$state/run" "$state/events"
	(umask 077 && mkdir "$state/run" "$state/events" &&
		cat <"$procfile" >"$state/Procfile" &&
		cat <"$envfile" >"$state/env" &&
		printf '%s\n' "$plan" >"$state/plan") &&
		echo $PPID >"$state/pid" || exit 2
	for service in $all; do echo 'stopped 0 -' >"$state/run/$service"; done
	for service in $chosen; do echo 'waiting 0 -' >"$state/run/$service"; done
}

# The front writes to the FIFO as soon as it is there, and so do others as soon as
# it has its second name. Descriptor 6 is the runner's standard output.
open_events() {
	mkfifo "$state/events/$PPID" && exec 6>&1 9<>"$state/events/$PPID" || exit 2
	trap '' HUP INT QUIT PIPE
	ln -s $PPID "$state/events/$("$bin/pgtrack" -D "$state" get runner)" || exit 2
}

# after SECS EVENT: a timer, which the front ends with the loop; mksh tells of that.
after() { (sleep "$1"; echo "$2" >&9) 2>/dev/null & }

# A terminal would put returns into the log.
run_keeper() (
	set -- "$bin/pgtrack" -D "$services" exec -- "$service"
	# shellcheck disable=SC2016
	[ -z "$terminal" ] || set -- sh -c 'stty -onlcr; exec "$@"' sh "$@"
	exec "$bin/pgspawn" -a -K $$ -k "$grace" \
		-R "$policy" -f "$state/Procfile" -S "$state/run" -E 5 \
		-e "$state/env" ${base:+-m} ${base:+"PORT=$base"} \
		-m "PGUP=$project:$service" -C "$dir" -L "$label" \
		-o "$state/log/$service" $terminal -- "$service" "$@" \
		5>&9 >&6 2>&4
)

# Of a pgspawn that was killed some shells add more than 128 to the signal, and some
# tell on standard error: that of the subshell, which is /dev/null.
start_keeper() {
	service=$1
	: >"$state/run/.$service.keeper"
	make_label
	{
		run_keeper
		n=$?
		[ $n -le 256 ] || n=$((128 + n % 128))
		rm -f "$state/run/.$service.keeper"
		echo "lost $service $n" >&9
	} 4>&2 2>/dev/null </dev/null &
}

# Until armed, a second signal counts as the first: timeout(1), npm and others
# send theirs to those who got it from the terminal or the group already.
begin_stop() {
	stopping=true armed=false hurried=false finished=false
	after 0.5 armed
	after 2 tick
	("$bin/pgspawn" -K $$ -S "$state/run" -W end
		sweep_now "$grace"
		echo "swept $?" >&9) &
}

# Is nothing left to run? Who waits for one that has failed does so in vain. Then
# the first failure decides.
finish_if_idle() {
	for service in $all; do
		load "$service"
		case $now in
		stopped | done | failed | blocked) ;;
		*) return ;;
		esac
	done
	status=$outcome
	begin_stop
}

# A service has ended, and is not started again: that is the end of all, with its
# status. pgspawn ends one whose output has no reader: then ours has none, too, and
# a terminal that is closed may tell of that before its SIGHUP comes.
decide() {
	status=$1
	say stopping || status=$unread
	begin_stop
}

# on_state STATE SERVICE
on_state() {
	load "$2"
	case $stopping:$1 in
	*:starting) find_port "$2"; say "$2: port $port" ;;
	false:ended) decide "$last" ;;
	false:failed)
		[ "$outcome" -ne 0 ] || outcome=$last
		finish_if_idle ;;
	false:done | false:stopped | false:blocked) finish_if_idle ;;
	esac
}

# lose SERVICE STATUS: nobody is there to say that it does not run.
lose() {
	load "$1"
	[ "$now" = stopped ] || echo "ended $restarts $last" >"$state/run/$1"
	! $stopping || return
	warn "$1: its keeper ended with status $2"
	decide "$2"
}

on_signal() {
	status=${status:-$1}
	if ! $stopping; then
		say stopping
		begin_stop
	elif $armed && ! $hurried && [ "$1" -ne 129 ]; then
		hurried=true
		(sweep_now 0; echo "swept $?" >&9) &
	fi
}

on_tick() {
	$stopping || return
	left=$(living)
	[ -z "$left" ] || warn "still there: $left"
	after 2 tick
}

run_events() {
	until $finished; do
		read -r event what more <&9
		case $event in
		lost) lose "$what" "$more" ;;
		keep) $stopping || [ -e "$state/run/.$what.keeper" ] ||
			start_keeper "$what" ;;
		signal) on_signal "$what" ;;
		swept) finished=true; [ "$what" -eq 0 ] || status=3 ;;
		armed) armed=true ;;
		tick) on_tick ;;
		*) on_state "$event" "$what" ;;
		esac
	done
}

loop() {
	unset PGUP_FRONT
	prepare_state
	open_events
	status='' outcome=0 unread=141
	[ ! -t 1 ] || unread=129
	[ -z "$(leftovers)" ] || { begin_stop; run_events; }
	if [ -z "$status" ]; then
		rm -f "$state/run/.stopping"
		stopping=false finished=false
		for service in $chosen; do start_keeper "$service"; done
		run_events
	fi
	trap '' TERM
	rm -rf "$state/pid" "$state/events"
	exit "$status"
}

# Names are for the runner, if there is one, and from its Procfile.
start() {
	if [ $# -eq 0 ] || ! runner_lives; then
		make_plan
		[ "$faults" -lt 2 ] || exit 2
		choose "$@"
		[ "$chosen" != ' ' ] || die 'no service to start'
		case $#$all in
		0*' release '*) warn 'release: skipped, for it was not named' ;;
		esac
		! become_only_one || loop
		[ $# -gt 0 ] || fail "already running, PID $(runner_pid)"
	fi
	take_plan
	choose "$@"
	want $chosen
}
