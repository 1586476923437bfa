# shellcheck shell=sh disable=SC2086
# The runner consists of two processes, front and loop, and a guard that ends all
# services when both are killed. Here is the loop; pgup_front.sh has the front.
#
# The loop has a session of its own, so that it gets no Ctrl-C. It starts the keepers and
# reads events:
#	STATE SERVICE [LAST]	from the keeper: its new state and last status
#	lost SERVICE	its keeper was killed; "pgup.front" stands for the front
#	unwatched	the watcher, which reports lost keepers, has ended
#	more		start the next services
#	keep SERVICE	start a keeper for it
#	again SERVICE	its keeper has ended; start another
#	dropped SERVICE	its keeper has ended; it is no longer in the Procfile
#	start|restart|reload N [NAME...]	client N asks: compare the Procfile
#			with the plan
#	compared N STATUS	that comparison has been carried out, or could not be
#	signal		the file of signals has a new line
#	wrote output|errors STATUS	the process that printed our messages has ended
#	swept STATUS	an attempt to end the leftovers is over; 125 if it could
#			not start its processes
#	sweep		make another attempt
#	decided, armed, tick, late, guard	timers
# So no event is lost between a check and a wait, and no trap cuts a line short that the
# loop is reading.
#
# Descriptors: 4 and 6 are the standard error and output of the runner; 5 goes to the
# watcher of keepers; 7 is open in front and loop only, so that the guard sees when both
# have ended; 8 is the file of signals; 9 is the FIFO.

# --- the loop ----------------------------------------------------------------

# say LINE, tell_error LINE: print a message without waiting for its reader. A process
# writes; the next process writes the messages that come meanwhile.
say() {
	output="${output}pgup: $*$nl"
	$writing || write_output
}
write_output() {
	writing=true
	(
		owe 'wrote output 1'
		printf '%s' "$output" >&$talk
		owe "wrote output $?"
		exit
	) 5>&- 7>&- &
	writer=$!
	output=''
}
tell_error() {
	errors="${errors}pgup: $*$nl"
	$erring || write_errors
}
write_errors() {
	erring=true
	(
		owe 'wrote errors 1'
		printf '%s' "$errors" >&4
		owe "wrote errors $?"
		exit
	) 5>&- 7>&- &
	error_writer=$!
	errors=''
}

# reopen_log: in the background a pgspawn writes our messages into the log. Once it has been
# killed, this process does.
reopen_log() {
	[ -n "$background" ] && ! $reopened && [ -w "${log%/*}/pgup.log" ] || return
	reopened=true
	exec 4>>"${log%/*}/pgup.log"
}

# lose_reader: in the background nobody waits for the messages.
lose_reader() {
	if [ -z "$background" ]; then
		decide 141
	elif reopen_log; then
		say 'what cuts this log was killed: it grows'
	fi
}

# on_written WHICH STATUS
on_written() {
	is_late=false
	case $1 in
	output)
		wait "$writer"
		writing=false
		[ "$2" -eq 0 ] || { output=''; $stopping || lose_reader; }
		[ -z "$output" ] || write_output ;;
	errors)
		wait "$error_writer"
		erring=false
		[ "$2" -eq 0 ] || errors=''
		[ -z "$errors" ] || write_errors ;;
	esac
}

# The input of the guard ends when front and loop have both ended. PGUP_FRONT tells the
# sweep which loop that was. The FIFO is opened here: in the new process that would
# block for ever if front and loop had ended meanwhile. A sweep that gives up is
# repeated.
# shellcheck disable=SC2016
start_guard() {
	exec 3<"$events/life"
	PGUP_FRONT=$$ "$bin/pgspawn" -x -- "$bin/pgtrack" -D "$state" exec guard -- sh -c '
		read -r word && [ "$word" = over ] && exit
		trap "exec \"\$@\"" EXIT
		"$@"
		[ $? -eq 125 ] || trap - EXIT' sh \
		"$self" -D "$root" -f "$procfile" -k "$grace" sweep \
		<&3 >/dev/null 2>&4 3<&- 7>&- 8<&- 9>&- &
	echo "pgup.guard $!" >&5
	exec 3<&-
}

# The watcher reads the PIDs of the keepers, and reports a keeper that was killed.
start_watcher() {
	exec 3<"$events/watch"
	(
		owe unwatched
		"$bin/pgkeep" -D "$state/run" watch <&3 3<&- >&9
		exit
	) 5>&- 7>&- 8<&- &
	exec 3<&-
	echo "pgup.front $front" >&5
}

@pgup_state.sh@

# open_events: standard error becomes /dev/null: shells report killed children there.
open_events() {
	exec 4>&2 5<>"$events/watch" 6>&1 7<>"$events/life" 8<"$events/signals" \
		9<>"$events/fifo" || give_up
	stage=loop told_by=4
	trap '' HUP INT QUIT PIPE
	exec 2>/dev/null
	[ ! -t 1 ] || has_terminal=true
}

# after SECS EVENT: a timer, which ends with the loop.
after() { (owe "$2"; sleep "$1"; exit) 5>&- 7>&- & }

# --- a service ---------------------------------------------------------------

# The shell code between pgspawn and pgtrack, for the directives ready=cmd: and follow.
#
# The command of ready= runs in the group of the service, with its environment. Its
# first message is shown, as the command may be misspelt. pgspawn shows the last one if
# the time is over: the shell writes it to descriptor 9, behind a carriage return.
#
# With follow, the service gets a group of its own, inside the session of this shell.
# The shell waits until the process has ended that took over from the first one.
# shellcheck disable=SC2016
launch='
check=$1 follow=$2 spawn=$3 track=$4 records=$5 name=$6
shift 6
[ -z "$check" ] || (
	exec 8>&2 2>/dev/null
	said="" last=""
	tell() { printf "\r%s: %s" "$check" "$1" >&9; }
	tell "it has not ended"
	until last=$("$@" sh -c "$check" 2>&1 >/dev/null </dev/null 8>&- 9>&-); do
		last=${last##*"
"}
		[ -n "$said" ] || [ -z "$last" ] || echo "pgup: not ready: $last" >&8
		said=yes
		tell "${last:-it fails}"
		sleep 0.2
	done
	echo >&9
) &
set -- "$track" -D "$records" exec -- "$name" "$@"
keep=8
case $follow in
no) exec "$@" 9>&- ;;
fd:8) keep=7; set -- -F 8 -- "$@" ;;
fd:*) set -- -F "${follow#fd:}" -- "$@" ;;
*) set -- -- "$@" ;;
esac
eval "exec $keep>&2 2>/dev/null; \"\$spawn\" -O \"\$@\" 2>&$keep"
status=$?
"$track" -D "$records" wait -- "$name"
exit "$status"'

# ready_option: sets option and word to the option -r of pgspawn.
ready_option() {
	option=-r word=$ready
	case $ready in
	-) option='' word='' ;;
	fd:*) word=${ready#fd:} ;;
	cmd:*) word=9 ;;
	esac
}

# run_keeper: it executes a command that a person can type, too.
run_keeper() {
	set -- ${base:+-p} ${base:+"$base"} exec "$service"
	IFS=$nl
	for one in $envfiles; do set -- -e "$one" "$@"; done
	IFS=$blanks
	set -- "$bin/pgproc" ${copy:+-c} ${copy:+"$copy"} -f "$procfile" "$@"
	case $ready in cmd:*) check=${ready#cmd:} ;; *) check='' ;; esac
	case $follow in -) following=no ;; *) following=$ready ;; esac
	case $check$following in
	no)	set -- "$bin/pgtrack" -D "$services" exec -- "$service" "$@" ;;
	*)	set -- sh -c "$launch" sh "$check" "$following" "$bin/pgspawn" \
			"$bin/pgtrack" "$services" "$service" "$@" ;;
	esac
	find_terminal
	# Without this a terminal that is not offered adds a return to each line of the log.
	# shellcheck disable=SC2016
	! $returns || set -- sh -c 'stty -onlcr; exec "$@"' sh "$@"
	ready_option
	[ "$leader" = leader ] || leader=''
	[ "$stdin" = null ] || stdin=idle
	[ "$after" != - ] || after=''
	[ "$before" != - ] || before=''
	exec "$bin/pgkeep" -K $$ -D "$state/run" ${before:+-B} ${before:+"$before"} \
		${after:+-A} ${after:+"$after"} -R "$restart" -r 8 -E 5 run "$service" -- \
		"$bin/pgspawn" -a -K parent -p 8 -I "$stdin" ${leader:+-l} \
		-n "$service" -k "$seconds" -s "$stop" \
		${option:+-T} ${option:+"$within"} ${option:+"$option"} ${option:+"$word"} \
		-m "PGUP=$project:$service" -C "$dir" ${label:+-L} ${label:+"$label"} ${label:+$erases} \
		-o "$log/$service" -M "--- %Y-%m-%d %H:%M:%S $service ---" \
		${stamp:+-w} ${stamp:+"$stamp"} ${limit:+-z} ${limit:+"$limit"} \
		$pty ${socket:+-A} ${socket:+"$socket"} -- "$@"
}

start_keeper() {
	take "$1"
	label=''
	[ -n "$background" ] || make_label
	set_state "$1" waiting
	echo 1<>"$state/run/.$1.keeper"
	run_keeper </dev/null 5>&9 1>&6 2>&4 4>&- 6>&- 7>&- 8<&- 9>&- &
	eval "keeper_$key=$!"
	echo "$1 $!" >&5
}

# start_some: obeys a signal after each start.
start_some() {
	n=0
	while [ $n -lt 16 ] && [ -n "$to_start" ] && ! $stopping; do
		one=${to_start%% *} to_start=${to_start#* }
		is_kept "$one" || start_keeper "$one"
		look_for_signals
		n=$((n + 1))
	done
	[ -z "$to_start" ] || $stopping || echo more >&9 7>&- &
}

# set_state SERVICE STATE: busy counts the services that are in no final state.
set_state() {
	key "$1"
	eval "was=\${state_$key:-stopped} state_$key=\$2"
	case $was in
	stopped | done | failed | blocked) ;;
	running | ended) busy=$((busy - 1)) ;;
	*) busy=$((busy - 1)) unready=$((unready - 1)) ;;
	esac
	case $2 in
	stopped | done | failed | blocked) ;;
	running | ended) busy=$((busy + 1)) ;;
	*) busy=$((busy + 1)) unready=$((unready + 1)) ;;
	esac
}

# --- the end -----------------------------------------------------------------

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
		[ "$outcome" -ne 0 ] || {
			outcome=$3 given_up=$2 last_of=$3
			[ "$3" -ne 0 ] || outcome=1
		}
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
	reopen_log	# what wrote it has ended with the front
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

@pgup_reload.sh@

# --- events ------------------------------------------------------------------

# is_over: all services have ended, and our last messages are written or late.
is_over() { $swept && { $is_late || { ! $writing && ! $erring; }; }; }

run_events() {
	swept=false is_late=false	# late: a reader stands still
	until is_over; do
		look_for_signals
		read -r event what more <&9 || continue
		case $event in
		lost) lose "$what" ;;
		unwatched) $stopping || lose_watcher ;;
		guard) $stopping || start_guard ;;	# it was killed, alone
		more) start_some ;;
		keep) $stopping || is_kept "$what" || start_keeper "$what" ;;
		again | dropped | compared) "on_$event" "$what" $more ;;
		start | restart | reload) on_ask "$event" "$what" $more ;;
		wait) on_wait "$what" $more ;;
		signal) look_for_signals ;;
		wrote) on_written "$what" "$more" ;;
		swept) on_swept "$what" ;;
		sweep) if $hurried; then begin_sweep hurry; else begin_sweep gently; fi ;;
		decided) $stopping || decide 0 "$well" ;;
		armed) armed=true; after 0.5 late ;;
		tick) on_tick ;;
		late) ! $writing && ! $erring || is_late=true ;;
		*) on_state "$event" "$what" "${more:-0}" ;;
		esac
		answer_waiters
	done
}

# end_loop: the TERM is for the timers, which are in the group of the loop. The front
# reads the status from the file, and tells the guard that all is over.
end_loop() {
	trap '' TERM
	[ "$status" -eq 3 ] || $hurried || echo >"$state/swept"
	echo "exit $status" >>"$events/signals"
	dismiss
	rm -rf "$state/pid" "$events"
	$has_front || echo over >&7
	kill -s TERM -- "-$$"
	leave "$status"
}

loop() {
	status='' outcome=0 busy=0 unready=0 held=0 round=0 to_start='' stopping=false
	waiters='' first='' given_up='' closing='' unrun=''
	ending='part of pgup was killed'
	well='' output='' errors='' writing=false erring=false
	has_front=true reopened=false has_terminal=false sweeps=0
	prepare_state
	open_events
	talk=6
	[ -z "$background" ] || { talk=4; exec 6>/dev/null; }
	start_guard
	start_watcher
	if ! was_swept && { ! find_left || [ -n "$left" ]; }; then
		sweep_now gently 2>&4 || { status=3; end_loop; }
	fi
	to_start=${chosen# }
	start_some
	run_events
	end_loop
}

# start_runner: the loop begins here. Another runner may have been faster.
start_runner() {
	[ -f "$state/front.$front/plan" ] ||
		die 'PGUP_FRONT: is set, and not by pgup'
	plan=$(cat "$state/front.$front/plan") || give_up
	read_plan "$plan"
	choose "$@"
	is_all=true offered='' has_terminals=''
	[ $# -eq 0 ] || is_all=false
	case $terminal$plan in *-t* | *"$tab"terminal"$tab"*) try_terminal ;; esac
	case $#$all in
	0*' release '*) warn 'release: skipped, for it was not named' ;;
	esac
	for one in $chosen; do has "$log/$one" || continue; done
	! become_only_one || loop
	[ $# -gt 0 ] || has_runner
	start "$@"
}

# start NAME...: the runner that lives starts these services.
start() {
	for option in $given; do
		case $option in
		[emprtwz]) die "already running, PID $(runner_pid): -$option is only for its start" ;;
		esac
	done
	ask start "$@" || leave
	printf '%s' "$said"
	take_plan
	choose "$@"
	want $chosen
}
