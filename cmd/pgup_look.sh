# shellcheck shell=sh disable=SC2086,SC2154
# To look at what services do: their logs, and their terminals.

# logs: with several services each line is labelled. No cat or tail outlives this shell.
logs() {
	how='cat'
	[ "${1:-}" != -f ] || { how='tail -f'; shift; }
	take_plan
	choose "$@"
	[ "$how" = cat ] || make_state
	set --
	for one in $chosen; do
		has "$log/$one" || { [ "$how" != cat ] && : >>"$log/$one"; } || continue
		set -- "$@" "$one"
	done
	[ $# -ne 1 ] || exec $how "$log/$1"
	for one; do
		take "$one"
		make_label
		"$bin/pgspawn" -K $$ -L "$label" -- $how "$log/$one" &
		[ "$how" != cat ] || wait
	done
	wait
}

# attach [-r] [-k KEYS] NAME: a service that was started with -t offers its terminal
# there as long as it runs.
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
		fail "$one: has no terminal to attach to: start pgup with -t" ;;
	*) fail "$one: does not run: it is $now" ;;
	esac
}
