# shellcheck shell=sh
# pgup_runner.sh: the part of pgup that runs the services.
#
# The runner is two processes. The front is the one that was started: it takes
# signals, and waits for the loop. The loop has all signals ignored, starts the
# services, each under a keeper, and then reads events:
#	HANDLE SERVICE			from its keeper: it was executed, and is ready
#	ready SERVICE			the command of ready=cmd: has succeeded
#	end SERVICE STATUS		it ended
#	late, steady SERVICE RESTARTS	timers of a service, for that very start
#	again SERVICE			its delay is over
#	start, stop, restart TOKEN [NAME ...]	from another terminal: see request
#	signal STATUS			the front got a signal, 128 + its number
#	swept STATUS			an attempt to end what is left is over
#	ask, armed, tick		timers
#	lease				it was lost, or the front is dead
# Whatever happens is a line in the FIFO, which is descriptor 9: nothing can get
# lost between a check and a wait, and no trap can cut a line that is being read.
# Descriptor 6 is the runner's standard output.

prepare_state() {
	rm -rf "$state/plan" "$state/run" "$state/keepers" "$state/status"
	(umask 077 && mkdir "$state/plan" "$state/run" "$state/keepers") &&
		make_plan "$state/plan" >"$state/plan.new" 2>/dev/null
	[ $? -lt 2 ] && mv -f "$state/plan.new" "$state/plan/.list" &&
		echo $$ >"$state/pid" || exit 2
	restarts=0 last=- tries=0
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

sweep() {
	sweeps=$((sweeps + 1))
	(sweep_now "$1"; echo "swept $?" >&9) &
}

# Asks the condemned services to end, each once, by a TERM to its keeper, which
# passes it on and sees to the rest. To signal their groups from here would give
# a second TERM to who outlives his leader: the keeper sends it then. One that
# was only just started has no handle yet.
ask() {
	list=$condemned condemned=' ' handles='' early=false
	for service in $list; do
		has "$live" "$service" || continue
		! has "$asked" "$service" || continue
		if $stopping && meets "$live" "$later" "$service"; then
			condemned="$condemned$service "
		elif [ -s "$state/keepers/$service" ]; then
			read -r n <"$state/keepers/$service"
			handles=$handles$n$newline asked="$asked$service "
			load "$service"
			put stopping
		else
			condemned="$condemned$service " early=true
		fi
	done
	[ -z "$handles" ] || printf %s "$handles" | "$bin/pgterm" -R TERM
	! $early || after 0.1 ask
}

# Until armed, a second signal counts as the first: timeout(1), npm and others
# send theirs to those who got it from the terminal or the group already.
begin_stop() {
	stopping=true armed=false hurried=false finished=false
	after 0.5 armed
	after 2 tick
	for service in $waiting $delayed; do load "$service"; put stopped; done
	waiting=' ' delayed=' ' condemned=$live
	ask
	[ "$live" != ' ' ] || sweep "$grace"
}

# Nothing is left to run, since who waits now is after one that has failed: that is
# the end, of which the first failure decides.
finish_if_idle() {
	[ "$live$delayed" = '  ' ] && ! $stopping || return
	status=${status:-$outcome}
	begin_stop
}

report_end() {
	if [ "$2" -gt 128 ] && n=$(kill -l "$2" 2>/dev/null); then
		warn "$1 killed by signal $n"
	else
		warn "$1 exited with status $2"
	fi
}

# schedule SERVICE: it is to start as soon as it can.
schedule() {
	load "$1"
	[ "$last" = - ] || restarts=$((restarts + 1))
	put waiting
	drop delayed "$1"
	waiting="$waiting$1 "
	has "$unready" "$1" || unready="$unready$1 "
}

start_waiting() {
	list=$waiting waiting=' '
	for service in $list; do
		if meets "$unready" "$earlier" "$service"; then
			waiting="$waiting$service "
		else
			start_service "$service"
		fi
	done
}

# Labels are padded, and have a colour each.
make_label() {
	label=$service
	while [ ${#label} -lt "$width" ]; do label="$label "; done
	label="$label | "
	! $coloured || label="${escape}[${colour}m$label${escape}[0m"
}

# The outer pgspawn takes the keeper out of the terminal's foreground group,
# where Ctrl-C would reach it. A terminal would put returns into the log.
run_service() (
	set -- "$bin/pgtrack" -D "$services" exec -- "$service" sh -c "$command"
	# shellcheck disable=SC2016
	! $terminal || set -- -t -- sh -c 'stty -onlcr; exec "$@"' sh "$@"
	case $ready in - | cmd:*) ;; *) set -- -r "$ready" -T forever "$@" ;; esac
	exec "$bin/pgspawn" -x -p 3 -F 5 -- "$bin/pgspawn" -a -K $$ -p 5 \
		-n "$service" -s "$sig" -k "$secs" -C "$dir" -L "$label" \
		-o "$state/log/$service" -e "$envfile" -m "PORT=$port" \
		-m "PS=$ps" -m "PGUP=$project:$service" "$@" \
		5>&9 >&6 2>&4 3>"$state/keepers/$service"
)

await_command() {
	until "$bin/pgspawn" -a -K $$ -C "$dir" -e "$envfile" -m "PORT=$port" \
		-m "PS=$ps" -m "PGUP=$project:$service" -- \
		sh -c "${ready#cmd:}" </dev/null >/dev/null 2>&1; do
		load "$service" && [ "$now" = starting ] && pause 0.2 || return
	done
	echo "ready $service" >&9
}

# Of a pgspawn that was killed some shells add more than 128 to the signal, and
# some tell on standard error: that of the subshell, which is /dev/null.
start_service() {
	lookup "$1"
	load "$1"
	put starting
	: >"$state/keepers/$1"
	live="$live$1 "
	make_label
	say "$1: port $port"
	{
		run_service
		n=$?
		[ $n -le 256 ] || n=$((128 + n % 128))
		echo "end $service $n" >&9
	} 4>&2 2>/dev/null </dev/null &
	[ "$ready" = - ] || after "$patience" "late $service $restarts"
}

# ready=cmd: has somebody else say that it is ready.
on_handle() {
	lookup "$1"
	case $ready in
	cmd:*) load "$1"; await_command & ;;
	*) on_ready "$1" ;;
	esac
}

on_ready() {
	load "$1"
	[ "$now" = starting ] || return
	put running
	lookup "$1"
	[ "$policy" = no ] || after 10 "steady $1 $restarts"
	drop unready "$1"
	start_waiting
}

# Where pgspawn waits for it to be ready that has made 125 of the 0.
judge_early_end() {
	lookup "$1"
	case $now:$ready:$code in
	starting:cmd:*:0)
		warn "$1: ended before it was ready"
		code=125 ;;
	esac
}

# A service that was told to stop does not decide.
on_end() {
	code=$2
	load "$1"
	judge_early_end "$1"
	last=$code
	drop live "$1"
	drop unready "$1"
	now=stopped
	$stopping || ! has "$again" "$1" || now=waiting
	put $now
	if $stopping; then
		ask
		[ "$live" != ' ' ] || sweep "$grace"
	elif has "$asked$condemned" "$1"; then
		drop asked "$1"
		drop condemned "$1"
		! has "$again" "$1" || schedule "$1"
		drop again "$1"
	else
		decide "$1" "$code"
	fi
	start_waiting
	finish_if_idle
}

# What the end of a service means. pgspawn ends one whose output has no reader:
# then the runner's own has none, too, and a terminal that is closed may tell of
# that before its SIGHUP comes.
decide() {
	lookup "$1"
	case $policy:$2 in
	no:*)
		status=$2
		if say stopping; then report_end "$1" "$2"; else status=$unread; fi
		begin_stop
		return ;;
	on-failure:0)
		put 'done'
		report_end "$1" "$2"
		return ;;
	esac
	unready="$unready$1 "
	tries=$((tries + 1))
	if [ "$tries" -gt "$limit" ]; then
		put failed
		[ "$outcome" -ne 0 ] || outcome=$2
		report_end "$1" "$2"
		warn "$1: failed after $limit tries"
		return
	fi
	delay=$((tries < 6 ? 1 << (tries - 1) : 30))
	put delayed
	delayed="$delayed$1 "
	report_end "$1" "$2"
	after $delay "again $1"
	say "$1: again in $delay s" || { status=$unread; begin_stop; }
}

on_signal() {
	status=${status:-$1}
	if ! $stopping; then
		say stopping
		begin_stop
	elif $armed && ! $hurried && [ "$1" -ne 129 ]; then
		hurried=true
		sweep 0
	fi
}

# on_stop TOKEN [NAME ...]: the token goes when the states tell of it.
on_stop() {
	token=$1
	shift
	if [ $# -eq 0 ]; then
		$stopping || on_signal 143
		rm -f "$state/$token"
		return
	fi
	choose "$@"
	for service in $chosen; do
		drop again "$service"
		if has "$live" "$service"; then
			condemned="$condemned$service "
		elif has "$unready" "$service"; then
			drop waiting "$service"
			drop delayed "$service"
			drop unready "$service"
			load "$service"
			put stopped
		fi
	done
	ask
	rm -f "$state/$token"
	start_waiting
	finish_if_idle
}

# on_start start|restart TOKEN [NAME ...]: a service that runs is started again
# when it has ended, and so is one that is just being stopped.
on_start() {
	verb=$1 token=$2
	shift 2
	# shellcheck disable=SC2086 # names
	[ $# -gt 0 ] || set -- $live
	choose "$@"
	$stopping || for one in $chosen; do
		if ! has "$live" "$one"; then
			has "$waiting" "$one" && continue
			load "$one"
			tries=0
			put "$now"
			schedule "$one"
		elif [ "$verb" = restart ] || has "$asked$condemned" "$one"; then
			load "$one"
			put stopping
			condemned="$condemned$one "
			has "$again" "$one" || again="$again$one "
		fi
	done
	ask
	start_waiting
	rm -f "$state/$token"
}

on_swept() {
	sweeps=$((sweeps - 1))
	[ "$1" -eq 0 ] || status=3
	[ "$sweeps" -eq 0 ] || return
	if $hurried || [ "$live" = ' ' ]; then finished=true; fi
}

on_tick() {
	$stopping || return
	left=$(pids)
	[ -z "$left" ] || warn "still there:$live(PID $left)"
	after 2 tick
}

on_again() {
	has "$delayed" "$1" || return
	schedule "$1"
	start_waiting
}

# A timer of a service is good for the start that it was set for.
on_timer() {
	load "$2"
	case $1:$now:$restarts in
	late:starting:"$3")
		warn "$2: not ready in time"
		$stopping || on_signal 124 ;;
	steady:running:"$3")
		tries=0
		put running ;;
	esac
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
		# shellcheck disable=SC2086 # names
		case $event in
		*:*) on_handle "$what" ;;
		ready) on_ready "$what" ;;
		end) on_end "$what" "$more" ;;
		late | steady) on_timer "$event" "$what" "$more" ;;
		again) on_again "$what" ;;
		signal) on_signal "$what" ;;
		stop) on_stop "$what" $more ;;
		start | restart) on_start "$event" "$what" $more ;;
		swept) on_swept "$what" ;;
		ask) ask ;;
		armed) armed=true ;;
		tick) on_tick ;;
		lease) on_lease ;;
		esac
	done
}

loop() {
	trap '' HUP INT QUIT TERM
	(pause forever; echo lease >&9) &
	status='' outcome=0 live=' ' waiting=' ' delayed=' ' unready=' '
	asked=' ' condemned=' ' again=' ' sweeps=0 unread=141
	[ ! -t 1 ] || unread=129
	if [ -n "$(leftovers)" ]; then
		begin_stop
		run_events
	fi
	if [ -z "$status" ]; then
		stopping=false finished=false
		for service in $wanted; do schedule "$service"; done
		start_waiting
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
		sweep_now "$grace" || status=3
	fi
}

# Names are for the runner, if there is one, and from its Procfile.
start() {
	if $lives && [ $# -gt 0 ]; then
		take_plan
		check_names "$@"
		request start "$@" && { all_started; exit; }
	fi
	make_own_plan
	[ "$faults" -lt 2 ] || exit 2
	check_names "$@"
	choose "$@"
	wanted=$chosen
	[ "$wanted" != ' ' ] || die 'no service to start'
	case $#$all in
	0*' release '*) warn 'release: skipped, for it was not named' ;;
	esac
	if ! become_only_one; then
		if [ $# -eq 0 ] || ! request start "$@"; then refuse; fi
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
