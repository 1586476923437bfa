# shellcheck shell=sh
# pgup_runner.sh: the part of pgup that runs the services.
#
# The runner is two processes. The front is the one that was started: it takes
# signals, and waits for the loop. The loop has all signals ignored, starts a
# keeper for each service, and then reads events:
#	STATE SERVICE	from its keeper: the state it is in now
#	lost SERVICE STATUS	its keeper ended
#	keep SERVICE	from another terminal: it is to have a keeper
#	signal STATUS	128 + the number of one that the front got
#	swept STATUS	an attempt to end what is left is over
#	armed, tick	timers
#	lease		it was lost, or the front is dead
# Whatever happens is a line in the FIFO, which is descriptor 9: nothing can get
# lost between a check and a wait, and no trap can cut a line that is being read.
# Descriptor 6 is the runner's standard output.

prepare_state() {
	rm -rf "$state/run" "$state/keepers" "$state/status"
	(umask 077 && mkdir "$state/run" "$state/keepers" &&
		cat <"$procfile" >"$state/Procfile" &&
		cat <"$envfile" >"$state/env" &&
		printf '%s\n' "$plan" >"$state/plan") &&
		echo $$ >"$state/pid" || exit 2
	restarts=0 last=-
	for service in $all; do put stopped; done
}

# Others may write to the FIFO as soon as it has its name.
open_events() {
	fifo=$state/events.$lease
	mkfifo "$fifo.new" || exit 2
	exec 6>&1 9<>"$fifo.new"
	find "$state/." ! -name . -prune -name 'events.*' \
		! -name "${fifo##*/}.new" -exec rm -f {} +
	mv -f "$fifo.new" "$fifo"
}

# The outer pgspawn takes the keeper out of the terminal's foreground group,
# where Ctrl-C would reach it. A terminal would put returns into the log.
run_keeper() (
	set -- "$bin/pgtrack" -D "$services" exec -- "$service"
	# shellcheck disable=SC2016
	[ -z "$terminal" ] || set -- sh -c 'stty -onlcr; exec "$@"' sh "$@"
	# shellcheck disable=SC2086 # options
	exec "$bin/pgspawn" -x -p 3 -F 5 -- "$bin/pgspawn" -a -K $$ -k "$grace" \
		-R "$policy" -f "$state/Procfile" -S "$state/run" -E 5 \
		-e "$state/env" ${base:+-m} ${base:+"PORT=$base"} \
		-m "PGUP=$project:$service" -C "$dir" -L "$label" \
		-o "$state/log/$service" $terminal -- "$service" "$@" \
		5>&9 >&6 2>&4 3>"$state/keepers/$service"
)

# Of a pgspawn that was killed some shells add more than 128 to the signal, and
# some tell on standard error: that of the subshell, which is /dev/null.
start_keeper() {
	service=$1
	: >"$state/keepers/$service"
	make_label
	{
		run_keeper
		n=$?
		[ $n -le 256 ] || n=$((128 + n % 128))
		rm -f "$state/keepers/$service"
		echo "lost $service $n" >&9
	} 4>&2 2>/dev/null </dev/null &
}

# Who comes after others has to see that they are to start.
start_services() {
	for service; do load "$service" && put waiting; done
	for service; do start_keeper "$service"; done
}

# Has the keepers end their services, each when its time has come, and waits for
# that, in a session where no Ctrl-C ends the wait. One that was only just started
# has no handle yet.
end_keepers() {
	until [ -z "$(find "$state/keepers/." -type f -size 0)" ]; do
		pause 0.1 || return
	done
	find "$state/keepers/." -type f -exec cat {} + |
		"$bin/pgspawn" -x -- "$bin/pgterm" -R TERM/forever
}

# Until armed, a second signal counts as the first: timeout(1), npm and others
# send theirs to those who got it from the terminal or the group already.
begin_stop() {
	stopping=true armed=false hurried=false finished=false
	after 0.5 armed
	after 2 tick
	: >"$state/run/.stopping"
	(end_keepers; sweep_now "$grace"; echo "swept $?" >&9) &
}

# Is nothing left to run? Who waits for one that has failed does so in vain. Then
# the first failure decides.
finish_if_idle() {
	for service in $all; do
		load "$service" || continue
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
	find_port "$2"
	load "$2"
	case $stopping:$1 in
	*:starting) say "$2: port $port" ;;
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
	[ "$now" = stopped ] || put ended
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

on_swept() {
	[ "$1" -eq 0 ] || status=3
	finished=true
}

on_tick() {
	$stopping || return
	left=$(living)
	[ -z "$left" ] || warn "still there: $left"
	after 2 tick
}

# When the front is dead each keeper ends its service.
on_lease() {
	"$bin/pgspawn" -K $$ true 2>/dev/null || exit
	warn 'lost the lease'
	on_signal 1
}

run_events() {
	until $finished; do
		read -r event what more <&9
		case $event in
		lost) lose "$what" "$more" ;;
		keep) $stopping || start_keeper "$what" ;;
		signal) on_signal "$what" ;;
		swept) on_swept "$what" ;;
		armed) armed=true ;;
		tick) on_tick ;;
		lease) on_lease ;;
		*) on_state "$event" "$what" ;;
		esac
	done
}

loop() {
	trap '' HUP INT QUIT TERM
	(pause forever; echo lease >&9) &
	status='' outcome=0 unread=141
	[ ! -t 1 ] || unread=129
	if [ -n "$(leftovers)" ]; then
		begin_stop
		run_events
	fi
	if [ -z "$status" ]; then
		rm -f "$state/run/.stopping"
		stopping=false finished=false
		# shellcheck disable=SC2086 # names
		start_services $chosen
		run_events
	fi
	echo "$status" >"$state/status"
}

# take_signal STATUS: from a trap, which also ends the wait for the loop.
take_signal() {
	interrupted=true caught=$1
	echo "signal $1" >&9
}

# A loop that did not come to its end, since somebody killed it, leaves a rest.
front() {
	caught=137
	trap 'take_signal 129' HUP
	trap 'take_signal 130' INT
	trap 'take_signal 143' TERM
	trap '' PIPE
	loop &
	interrupted=true
	while $interrupted; do
		interrupted=false
		wait $! 2>/dev/null
	done
	if [ -s "$state/status" ]; then
		read -r status <"$state/status"
	else
		status=$caught
		end_keepers
		sweep_now "$grace" || status=3
	fi
}

# Names are for the runner, if there is one, and from its Procfile.
start() {
	if $lives && [ $# -gt 0 ]; then
		take_plan
		choose "$@"
		want start && { all_started; exit; }
	fi
	make_plan
	[ "$faults" -lt 2 ] || exit 2
	choose "$@"
	[ "$chosen" != ' ' ] || die 'no service to start'
	case $#$all in
	0*' release '*) warn 'release: skipped, for it was not named' ;;
	esac
	if ! become_only_one; then
		if [ $# -eq 0 ] || ! want start; then refuse; fi
		all_started
		exit
	fi
	prepare_state
	open_events
	front
	trap '' HUP INT TERM
	rm -f "$state/pid" "$state/status" "$fifo"
	give_up_lease
	exit "$status"
}
