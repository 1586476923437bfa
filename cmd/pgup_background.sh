# shellcheck shell=sh disable=SC2086,SC2154
# A runner in the background, and clients that wait until its services are ready.
#
# pgup -d starts another pgup, the runner, in a session of its own; the messages of the
# runner go into a file beside the logs. The runner writes a line to descriptor 4 once its
# services are ready or cannot be, and the status of that into the file "ready".

# --- the pgup that the user typed --------------------------------------------

detach() {
	trust -c
	own=${log%/*}/pgup.log
	printf '' >>"$own" || give_up
	rm -f "$state/ready"
	told=$(PGUP_DETACHED=yes "$bin/pgspawn" -d -k forever -r 4 -T forever -o "$own" \
		-M '--- %Y-%m-%d %H:%M:%S pgup ---' -z "${size:-10M,1}" -- \
		"$self" "$@" 2>&1 >/dev/null)
	status=$?
	# The services run: do not report a failure because a read failed once.
	[ $status -ne 0 ] || read -r status <"$state/ready" ||
		read -r status <"$state/ready" || status=1
	owes=$status
	rm -f "$state/ready"
	[ "$status" -ne 0 ] || leave 0
	warned=$(make_plan 2>&1)	# the terminal has these lines already
	said=$(last_words | grep -Fvx -e "$warned" |
		grep -Ev '^pgup: [^ ]+: port ([0-9]+|none)$')
	printf '%s\n' "${said:-$told}" >&2
	leave "$status"
}

# last_words: prints what the runner that was started last has written.
last_words() {
	for one in "$own~1" "$own"; do
		[ ! -f "$one" ] || tail -n 1000 "$one"
	done | awk '/^--- .* pgup ---$/ { text = ""; next }
		{ text = text $0 "\n" }
		END { printf "%s", text }'
}

# --- the runner ----------------------------------------------------------------

# watch_readiness: tells the pgup that waits when the services are ready. It must not hold
# descriptor 7, by which the guard sees that front and loop live.
# If its shell ends early, the front ends, too.
watch_readiness() {
	trap 'owes=125; note 143' USR1
	(
		trap 'is_deserted || { tell_short; kill -s USR1 $$; }' EXIT
		leave() { exit; }
		give_up() { exit; }
		await_start
		echo $? >"$state/ready" && echo >&4 && trap - EXIT
		exit
	) 3<&- 7>&- 8>&- 9>&- &
	watcher=$!
	exec 4>&-
}

# await_start: a service without ready= has to live for a second. If the runner ends, its own
# status says more: then no status is written.
await_start() {
	await_ready 2>/dev/null
	! $ended || { trap - EXIT; exit; }
	code=$rest
	if [ "$code" -eq 0 ] && has_unannounced; then
		sleep 1
		until check_again; do sleep 0.2; done
	fi
	print_unready
	return "$code"
}

# check_again: succeeds once code is final. A keeper may notice the end of its service a
# moment later.
check_again() {
	await_ready 2>/dev/null
	! $ended || { trap - EXIT; exit; }
	code=$rest
	[ "$code" -eq 0 ] || return 0
	set --
	for one in $chosen; do
		load "$one"
		[ "$now" != running ] || set -- "$@" "$one"
	done
	[ $# -eq 0 ] || "$bin/pgtrack" -D "$services" get -- "$@" >/dev/null 2>&1
}

has_unannounced() {
	for one in $chosen; do
		take "$one"
		[ "$ready" != - ] || return 0
	done
	return 1
}

# --- pgup wait ---------------------------------------------------------------

# limit_wait: the answer once -T is over. The shell that waits kills it before.
limit_wait() {
	waiter=''
	trap 'exec 1<>"$answer"; echo "status 125"' EXIT
	trap 'kill -s TERM $waiter 2>/dev/null; leave' TERM
	"$bin/pgtrack" -D "$state" wait -T "$patience" runner >/dev/null 2>&1 &
	waiter=$!
	wait $waiter
	[ $? -ne 124 ] || echo 'status 124' 1<>"$answer"
	leave
}

# await_runner: waits for a runner that has no record yet, for 5 s or the time of -T at most.
# A runner that was found before and is gone has ended, and so has a loop that is gone.
await_runner() {
	tenths=50
	case $patience in
	*[!0-9.]*) ;;
	*) tenths=$(awk -v secs="$patience" 'BEGIN { print secs < 5 ? int(secs * 10) : 50 }') ;;
	esac
	until find_events; do
		case $met$tenths in yes* | 0) no_runner ;; esac
		[ -z "${loop:-}" ] || kill -s 0 "$loop" 2>/dev/null || { trap - EXIT; exit; }
		tenths=$((tenths - 1))
		sleep 0.1
	done
	met=yes
}

# unready NAME...: prints those that are not ready, with their states.
unready() {
	for one; do
		load "$one"
		case $now in running | done | stopped) ;; *) echo "$one: not ready: $now" ;; esac
	done
}

# await_ready NAME...: waits until these services, or all that the runner was started
# with, are ready. Sets rest to the status of that, and said to those that are not.
await_ready() {
	await_runner
	take_plan
	choose "$@"
	[ $# -eq 0 ] || set -- $chosen
	request wait "$@"
	[ $# -gt 0 ] || set -- $all
	[ "$rest" -ne 124 ] || [ -n "$said" ] || {
		said=$(unready "$@")
		said=${said:-not ready in time}$nl
	}
	[ "$rest" -ne 1 ] || [ -n "$said" ] || said="the runner has ended$nl"
	[ "$rest" -ne 125 ] || said=$short$nl
}

print_unready() { printf '%s' "$said" | sed 's/^/pgup: /' >&2; }

await() {
	await_ready "$@"
	print_unready
	return "$rest"
}

# --- in the loop -------------------------------------------------------------

# on_wait CLIENT NAME...: answers once the services are ready, or cannot be.
on_wait() {
	waiters="$waiters$1 "
	client=$1
	shift
	eval "waited_$client=\$*"
	answer_waiters
}

# is_pending [NAME...]: does one of them still get ready, or any at all?
is_pending() {
	if [ $# -eq 0 ]; then
		[ "$unready" -gt 0 ] || [ -n "$to_start" ] || [ "$held" -gt 0 ]
		return
	fi
	for one; do
		key "$one"
		eval "now=\${state_$key:-stopped}"
		case " $to_start$now " in
		*" $one "* | *' waiting ' | *' starting ' | *' delayed ' | *' stopping ') return ;;
		esac
	done
	return 1
}

# judge NAME...: sets verdict to the answer about services of which none is pending.
judge() {
	verdict='' code=0
	for one; do
		key "$one"
		eval "now=\${state_$key:-stopped}"
		case $now in
		running | done) ;;
		*) verdict="$verdict$one: not ready: $now$nl" code=1 ;;
		esac
	done
	verdict="${verdict}status $code"
}

# answer_waiters: answers the clients whose services are not pending any more, and at the end
# of the runner all clients.
answer_waiters() {
	[ -n "$waiters" ] || return 0
	left=''
	for client in $waiters; do
		eval "set -- \$waited_$client"
		if $stopping && $swept; then
			verdict="$closing${nl}status ended 1"
			[ "$status" != 124 ] || verdict="$closing${nl}status ended 124"
		elif $stopping || is_pending "$@"; then
			left="$left$client "
			continue
		else
			[ $# -gt 0 ] || set -- $chosen
			judge "$@"
		fi
		answer "$client" "$verdict"
	done
	waiters=$left
}
