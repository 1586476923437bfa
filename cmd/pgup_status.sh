# shellcheck shell=sh disable=SC2086
# pgup status: the state of each service, for people and for programs.

# row NAME STATE PGID SINCE RESTARTS EXIT, as the format has it. In JSON - is null;
# what is printed there has no character that would have to be escaped.
row() {
	case $format in
	plain) printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@" ;;
	json)
		printf '%s\n{"name":"%s","state":"%s"' "$comma" "$1" "$2"
		case $3 in - | '') set -- "$1" "$2" null "$4" "$5" "$6" ;; esac
		case $4 in - | '') set -- "$1" "$2" "$3" null "$5" "$6" ;;
		*) set -- "$1" "$2" "$3" "\"${4% *}T${4#* }Z\"" "$5" "$6" ;; esac
		case $5 in -) set -- "$1" "$2" "$3" "$4" null "$6" ;; esac
		case $6 in -) set -- "$1" "$2" "$3" "$4" "$5" null ;; esac
		printf ',"pgid":%s,"since":%s,"restarts":%s,"exit":%s}' \
			"$3" "$4" "$5" "$6"
		comma=, ;;
	*) printf "%-${width}s  %-10s  %7s  %-19s  %8s  %4s\n" "$@" ;;
	esac
}

# rows: with a runner, the states are those that its keepers wrote. Programs get UTC.
rows() {
	comma='' zone=''
	[ "$format" != json ] || zone=TZ=UTC0
	env $zone "$bin/pgtrack" -D "$services" status -- $all 2>/dev/null | sed 1d |
	while read -r name now pgid day time _; do
		restarts=- last=-
		case $now in stale | missing) now=stopped pgid=- day=- time='' ;; esac
		! $lives || load "$name"
		row "$name" "$now" "$pgid" "$day${time:+ $time}" "$restarts" "$last"
	done
}

status() {
	take_plan
	[ "$width" -ge 4 ] || width=4
	print_lines "$(table)"
	$lives
}

table() {
	pid=null
	! $lives || pid=$(runner_pid)
	case $format in
	plain) rows ;;
	json)
		printf '{"runner":%s,"services":[' "$pid"
		rows
		printf '\n]}\n' ;;
	*)
		row NAME STATE PGID SINCE RESTARTS EXIT
		rows
		if $lives; then echo "runner: PID $pid"; else echo 'no runner'; fi ;;
	esac
}
