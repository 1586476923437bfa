# shellcheck shell=sh disable=SC2086,SC2154
# How a person sees what services do: their logs, and their terminals.

# logs [-f] [-n LINES] [NAME ...]: with several services each line is labelled. No cat
# or tail outlives this shell.
logs() {
	follows=false lines=''
	OPTIND=1
	while getopts :fn: option; do
		case $option in
		f) follows=true ;;
		n) lines=$OPTARG ;;
		:) usage "logs: option -$OPTARG needs an argument" ;;
		*) usage "logs: unknown option -$OPTARG" ;;
		esac
	done
	shift $((OPTIND - 1))
	case $lines in *[!0-9]*) usage "logs: -n $lines: not a number of lines" ;; esac
	take_plan
	choose "$@"
	! $follows || trust -c
	set --
	for one in $chosen; do
		has "$log/$one" || { $follows && printf '' >>"$log/$one"; } || continue
		set -- "$@" "$one"
	done
	[ $# -gt 0 ] || hint "no log of $file: nothing has run yet"
	if [ $# -eq 1 ]; then
		one=$1
		show exec
	fi
	for one; do
		take "$one"
		make_label
		show "$bin/pgspawn" -K $$ -L "$label" -- &
		$follows || wait
	done
	wait
}

# show WORD...: has these words run what prints the log of a service. Older files of
# it have ~1, ~2 and so on behind their names.
# shellcheck disable=SC2016
show() {
	if $follows; then
		# The file is replaced when it is full, and tail would say so.
		exec 2>/dev/null
		"$@" tail -n "${lines:-10}" -F "$log/$one"
		leave
	fi
	old='' n=1
	while has "$log/$one~$n"; do
		old="$n $old" n=$((n + 1))
	done
	last=$log/$one words=$*
	set --
	for n in $old; do set -- "$@" "$last~$n"; done
	set -- "$@" "$last"
	[ -z "$lines" ] || set -- sh -c 'n=$1; shift; cat -- "$@" | tail -n "$n"' sh "$lines" "$@"
	[ -n "$lines" ] || set -- cat -- "$@"
	case $words in
	exec) exec "$@" ;;
	*) "$bin/pgspawn" -K $$ -L "$label" -- "$@" ;;
	esac
}

# try_terminal: finds out whether services can have terminals, and sets offered to the
# directory of the sockets by which others attach to these, if there can be any.
try_terminal() {
	has_terminals=true offered=$state/attach
	[ -d "$offered" ] || mkdir -m 700 "$offered" || give_up
	told=$("$bin/pgspawn" -t -A "$offered/.$$" true 2>&1 </dev/null) && return
	offered='' why=$told
	if told=$("$bin/pgspawn" -t true 2>&1 </dev/null); then
		warn "${why#pgup: }: nothing can attach to services"
	else
		warn "${told#pgup: }: services get pipes"
		has_terminals=false
	fi
}

# find_terminal: sets pty to -t if the service gets a terminal, socket to the path where it
# is offered, and returns to whether the terminal would add a return to each line.
find_terminal() {
	pty='' socket='' returns=false
	case $terminal$on_terminal in -) return ;; esac
	[ -n "$has_terminals" ] || try_terminal
	$has_terminals || return 0
	pty=-t
	if [ -n "$offered" ]; then socket=$offered/$service; else returns=true; fi
}

# attach [-r] [-k KEYS] NAME: a service with a terminal offers it on a socket as long as
# it runs.
attach() {
	looks='' keys='^P^Q'
	OPTIND=1
	while getopts :k:r option; do
		case $option in
		k) keys=$OPTARG ;;
		r) looks=-r ;;
		:) usage "attach: option -$OPTARG needs an argument" ;;
		*) usage "attach: unknown option -$OPTARG" ;;
		esac
	done
	shift $((OPTIND - 1))
	[ $# -eq 1 ] || usage 'attach: give the name of one service'
	take_plan
	choose "$1"
	one=${chosen# } one=${one% }
	case $one in *' '*) usage "attach: $1 stands for several: $one" ;; esac
	$lives || fail 'no runner'
	[ -S "$state/attach/$one" ] || explain_no_terminal
	exec "$bin/pgattach" $looks -k "$keys" -n "$one" "$state/attach/$one"
}

explain_no_terminal() {
	load "$one"
	case $now in
	starting | running)
		fail "$one: has no terminal: start pgup with -t, or write $(
			)\"#: ${one%%.*} terminal\" into $file" ;;
	*) fail "$one: does not run: it is $now" ;;
	esac
}
