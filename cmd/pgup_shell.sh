# shellcheck shell=sh disable=SC2154
# The end of a shell that cannot go on. A shell that cannot fork, open a descriptor or
# get memory ends by itself, and its message goes where that of the command would have
# gone. Every other end of a shell of pgup is by leave, so its trap for EXIT knows this
# one, reports it, and ends what the shell has begun.
#
# Such a shell may fork no more: what is needed is built in, or becomes of it by exec.
# A command substitution of several commands may end so in the middle: look at its
# status before its output is believed.

short='cannot go on: it could not start a process, use a file or get memory'
stage=''	# what there is to end: that of front or loop; else what a client has begun
owes=''		# the status of the end that is to come, if one is settled
limiter='' pending=''
found=''	# a client has found a runner

# settle STATUS: the script ends with that, or with what it owes.
settle() {
	trap - EXIT
	[ "$1" -ne 0 ] || return "${owes:-0}"
	return "$1"
}

# give_up: ends this shell, which cannot go on. A redirection but that of exec needs one
# more descriptor. When a signal ends them, bash and mksh come here, too: mksh with the
# status of the signal, and bash with any but those of its failures to fork or to make a
# pipe. A client then ends by that signal.
give_up() {
	case $stage${BASH_VERSION:+bash}$? in
	bash254 | bash129) ;;
	bash* | 130 | 131 | 143)
		[ -z "$limiter" ] || kill -s TERM "$limiter" 2>/dev/null
		return ;;
	esac
	trap - EXIT
	[ "$stage" != loop ] || {
		exec 5>&-
		exec 6>&-
		exec >>"$events/signals"
		echo short
		exit 125
	}
	if is_deserted; then
		short='the runner has ended' owes=${owes:-1}
	fi
	tell_short
	owes=${owes:-125}
	[ "$stage" != front ] || give_up_front
	[ -z "$limiter" ] || kill -s TERM "$limiter" 2>/dev/null
	[ -z "$pending" ] || become_rm "$pending"
	exit "$owes"
}

# warn TEXT: dash closes a descriptor that it cannot keep elsewhere during a redirection, so
# standard error may be gone.
warn() {
	printf '%s: %s\n' "$me" "$*" >&2 ||
		printf '%s: %s\n' "$me" "$*" >&"$told_by"
}

# is_deserted: the runner that this client asks has ended, and its folder is gone: so a
# redirection has failed, which ends some shells.
is_deserted() { [ -n "$found" ] && [ ! -p "$events/fifo" ]; }

tell_short() {
	exec >&"$told_by"
	printf '%s: %s\n' "$me" "$short"
}

# give_up_front: the loop ends its services as by a signal; without a loop, become
# what ends them. The guard does so if that fails, too.
give_up_front() {
	if [ -n "$loop" ] && kill -s 0 "$loop" 2>/dev/null; then
		[ -n "$asked" ] || wake_loop 143
		while kill -s 0 "$loop" 2>/dev/null; do wait "$loop" 2>/dev/null; done
	fi
	owes=${asked:-$owes}
	read_loop
	if [ -n "$said" ]; then
		exec >&7
		echo over
		exit "$owes"
	fi
	! $taken || become_sweep
	become_rm "$events"
}

# wake_loop STATUS: has the loop end for a signal, without a fork.
wake_loop() {
	exec >&8
	echo "$1"
	exec >&9
	if [ -d "$events" ]; then kill -s TERM "$loop"; else echo signal; fi
}

# become_sweep: becomes a new shell that ends what is left.
become_sweep() {
	PGUP_FRONT=$loop PGUP_OWES=$owes
	export PGUP_FRONT PGUP_OWES
	exec 2>&"$told_by"
	exec "$self" -D "$root" -f "$procfile" -k "$grace" sweep
}

# become_rm FILE: removes the file or folder; the status is owes in any case.
# shellcheck disable=SC2016
become_rm() {
	exec sh -c 'trap "exit $1" EXIT; rm -rf -- "$2"' sh "$owes" "$1"
}

# owe EVENT: however this helper of the loop ends, the loop gets the event.
owe() {
	owing=$1
	trap 'exec >&9; echo "$owing"' EXIT
}

# end_by SIGNAL: the end that the signal would be without the trap for EXIT. Only bash, mksh
# and zsh carry that out then; in yash a read that waits would go on.
end_by() {
	trap - EXIT "$1"
	kill -s "$1" $$
}

told_by=2
trap give_up EXIT
[ -z "${BASH_VERSION:-}${KSH_VERSION:-}${ZSH_VERSION:-}" ] ||
	for signal in HUP INT PIPE TERM; do
		# shellcheck disable=SC2064 # the name is that of now
		trap "end_by $signal" $signal
	done
