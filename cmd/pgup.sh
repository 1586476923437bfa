#!/bin/sh
#
# pgup - run the services of a Procfile, and leave none of them behind.
#
# Each service has a keeper, a pgspawn that reads the Procfile for itself: it starts
# the service when it may, starts it again, and ends it. The runner starts the
# keepers, learns what becomes of them, and decides what that means for the others.
# All there is to know is in .pgup beside the Procfile:
#	runner/		record of the runner
#	events/HANDLE	FIFO of the runner: whatever happens is a line in it
#	pid		the runner's PID, for people
#	Procfile, env	as they were when the runner started
#	plan		what that says is to run, as lines "NAME PORT"
#	run/NAME	state of a service, restarts, last exit status
#	run/.NAME.*	its keeper, and what that is to do
#	services/	records of the services
#	log/NAME	what the service printed

# shellcheck disable=SC2086 # names and words are to be split
set -uf

warn() { printf 'pgup: %s\n' "$*" >&2; }
fail() { warn "$*"; exit 1; }
die() { warn "$*"; exit 2; }
usage() { die "$*: see pgup(1)"; }
say() { printf 'pgup: %s\n' "$*" 2>/dev/null; }

# The four commands are beside this one, else in PATH.
find_commands() {
	bin=$(dirname -- "$0")/pgspawn
	[ -x "$bin" ] || bin=$(command -v pgspawn) || die 'pgspawn: not found'
	bin=$(CDPATH='' cd -- "${bin%/*}/" && pwd -P) || exit 2
}

# A colon would end the project too early, and the others are magic in the
# patterns of pgscan.
find_project() {
	[ -r "$procfile" ] || die "$procfile: cannot be read"
	dir=$(CDPATH='' cd -- "$(dirname -- "$procfile")" && pwd -P) || exit 2
	state=$dir/.pgup services=$dir/.pgup/services
	project=$(printf '%s\n' "$dir" | sed 's/%/%25/g; $!s/$/%0A/
		s/:/%3A/g; s/\*/%2A/g; s/?/%3F/g; s/\[/%5B/g; s/\\/%5C/g' | tr -d '\n')
}

# Sets all, ports, as "NAME:PORT" of each, and width, that of the longest name.
read_plan() {
	plan=$1 all=' ' ports=' ' width=0
	while read -r one port; do
		all="$all$one " ports="$ports$one:$port "
		[ ${#one} -le "$width" ] || width=${#one}
	done <<-END
	$plan
	END
}

# That of the Procfile. Faults above 1 are none to go on with.
make_plan() {
	beside=${procfile%"${procfile##*/}"}.env
	[ -e "$beside" ] || beside=/dev/null
	envfile=${envfile:-$beside}
	plan=$("$bin/pgspawn" -f "$procfile" -N "$formation" -R "$policy" \
		-e "$envfile" ${base:+-m} ${base:+"PORT=$base"})
	faults=$?
	read_plan "$plan"
}

# That of the runner, or the Procfile's where there is none.
take_plan() {
	[ ! -d "$state" ] || [ "$mode" = logs ] ||
		"$bin/pgtrack" -D "$state" list >/dev/null || exit 2
	lives=false plan=''
	! runner_lives || { lives=true; plan=$(cat "$state/plan" 2>/dev/null); }
	[ -n "$plan" ] || plan=$("$bin/pgspawn" -f "$procfile" 2>/dev/null)
	read_plan "$plan"
}

# Of a service: its port; its state, and the numbers with it.
find_port() { port=${ports#*" $1:"} port=${port%% *}; }
load() { read -r now restarts last <"$state/run/$1"; } 2>/dev/null

# Sets chosen to the services that are meant, or instances of them. Only deployment
# runs "release"; whoever wants it here has to name it.
choose() {
	chosen=' '
	[ $# -gt 0 ] || for service in $all; do
		[ "$service" = release ] || chosen="$chosen$service "
	done
	for name; do
		known=false
		for service in $all; do
			# shellcheck disable=SC2254 # patterns
			case $service in $name | $name.*) ;; *) continue ;; esac
			known=true
			case $chosen in *" $service "*) continue ;; esac
			chosen="$chosen$service "
		done
		$known || die "$name: not in $procfile"
	done
}

# Labels are padded, and neighbours differ in colour.
make_label() {
	label=$service
	find_port "$service"
	while [ ${#label} -lt "$width" ]; do label="$label "; done
	label="$label | "
	! $coloured || label=$(printf '\033[3%dm%s\033[0m' \
		$((1 + port / 100 % 6)) "$label")
}

runner_lives() { "$bin/pgtrack" -D "$state" get runner >/dev/null 2>&1; }
runner_pid() { cat "$state/pid" 2>/dev/null || echo unknown; }

# pause SECS: fails when there is no runner any more.
pause() {
	"$bin/pgtrack" -D "$state" wait -T "$1" runner >/dev/null 2>&1
	[ $? -eq 124 ]
}

# Who has a record of that name is the runner. One that was killed counts until
# the last of its keepers has ended.
become_only_one() {
	(umask 077 && mkdir -p "$state/log") || exit 2
	until told=$("$bin/pgspawn" -x -- "$bin/pgtrack" -D "$state" add runner $$ 2>&1); do
		[ $? -eq 5 ] || { printf '%s\n' "$told" >&2; exit 2; }
		! pause 1 || ! "$bin/pgspawn" -K "$(runner_pid)" true 2>/dev/null ||
			return
	done
}

# Handles of what runs of this project. Who overwrote his environment has a
# record, who ran away has the marker.
leftovers() {
	"$bin/pgtrack" -D "$services" list 2>/dev/null
	"$bin/pgscan" -a -g "PGUP=$project:*"
}

# Names and PIDs of all that carries the marker.
living() {
	"$bin/pgscan" -a "PGUP=$project:*" | awk -F '\t' '{ sub(/.*:/, "", $5)
		printf "%s%s %s", comma, $5, $2; comma = ", " }'
}

# Ends the leftovers within so many seconds, and looks again until there are none.
sweep_now() {
	for n in 1 2 3 4 5; do
		left=$(leftovers)
		[ -n "$left" ] || return 0
		printf '%s\n' "$left" | "$bin/pgterm" -a -k "$1" || break
	done
	warn "survivors: $(living)"
	return 3
}

@pgup_runner.sh@

# Waits for the FIFO of the runner; fails if there is none.
find_events() {
	until runner=$("$bin/pgtrack" -D "$state" get runner 2>/dev/null) &&
		events=$state/events/$runner && [ -p "$events" ]; do
		pause 0.1 || return
	done
}

# tell LINE: "<>" does not block, whoever is at the other end, and may be suspended.
tell() { echo "$1" 1<>"$events"; kill -s CONT "$(runner_pid)" 2>/dev/null; }

# want SERVICE...: have their keepers, or those of all that run, do what the mode
# says, and wait until they have. One that was not to run may have none yet.
want() {
	find_events || return
	for service; do
		[ -e "$state/run/.$service.keeper" ] || tell "keep $service"
	done
	"$bin/pgspawn" -K "$runner" -S "$state/run" -W "$mode" -- "$@"
}

stop() {
	choose "$@"
	if [ $# -gt 0 ]; then
		want $chosen || ! runner_lives || exit 1
	elif find_events; then
		tell 'signal 143'
		! pause forever
	fi
	runner_lives || sweep_now "$grace"
}

restart() {
	$lives || fail 'no runner'
	choose "$@"
	[ $# -eq 0 ] || set -- $chosen
	want "$@"
}

# row NAME STATE PGID SINCE RESTARTS EXIT
row() { printf "%-${width}s  %-10s  %7s  %-19s  %8s  %4s\n" "$@"; }

# States are those of the runner, where there is one.
status() {
	row NAME STATE PGID SINCE RESTARTS EXIT
	"$bin/pgtrack" -D "$services" status -- $all 2>/dev/null | sed 1d |
	while read -r name now pgid day time _; do
		restarts=- last=-
		case $now in stale | missing) now=stopped pgid=- day=- time='' ;; esac
		! $lives || load "$name"
		row "$name" "$now" "$pgid" "$day${time:+ $time}" "$restarts" "$last"
	done
	$lives || { echo 'no runner'; exit 1; }
	echo "runner: PID $(runner_pid)"
}

# Of several services each line says whose it is, and none outlives this.
logs() {
	how='cat'
	[ "${1:-}" != -f ] || { how='tail -f'; shift; }
	choose "$@"
	set --
	for service in $chosen; do
		[ "$how" = cat ] || (umask 077 && mkdir -p "$state/log" &&
			: >>"$state/log/$service")
		[ ! -e "$state/log/$service" ] || set -- "$@" "$service"
	done
	[ $# -ne 1 ] || exec $how "$state/log/$1"
	for service; do
		make_label
		"$bin/pgspawn" -K $$ -L "$label" -- $how "$state/log/$service" &
		[ "$how" != cat ] || wait
	done
	wait
}

# A terminal is the command's.
run() {
	[ $# -gt 0 ] || usage 'run: no command'
	make_plan
	[ "$faults" -lt 2 ] || exit 2
	set -- -- "$@"
	[ ! -t 0 ] || [ ! -t 1 ] || set -- -t "$@"
	export PORT="${PORT:-5000}"
	exec "$bin/pgspawn" -a -k "$grace" -e "$envfile" \
		${base:+-m} ${base:+"PORT=$base"} -m PS=run.1 "$@"
}

clean() {
	[ -d "$state" ] || exit 0
	become_only_one || fail "already running, PID $(runner_pid)"
	[ -z "$(leftovers)" ] ||
		fail 'a dead runner left something: "pgup stop" ends it'
	find "$state/." ! -name . -prune ! -name runner -exec rm -rf {} +
	"$bin/pgtrack" -D "$state" rm -f runner
	rmdir "$state" 2>/dev/null
}

check() {
	make_plan
	printf '%s\n' "$plan" | sed -n '/^release[[:blank:]]/d
		s/[[:blank:]]/: port /p'
	[ "$faults" -eq 0 ] || exit 2
}

# take_options ARGUMENT...: sets what they say, and adds how many they are to parsed.
take_options() {
	OPTIND=1
	while getopts :e:f:k:m:p:r:t option; do
		case $option in
		e) envfile=$OPTARG ;;
		f) procfile=$OPTARG ;;
		k) grace=$OPTARG ;;
		m) formation=$formation${formation:+,}$OPTARG ;;
		p) base=$OPTARG ;;
		r) policy=$OPTARG ;;
		t) terminal=-t ;;
		:) usage "option -$OPTARG needs an argument" ;;
		*) usage "unknown option -$OPTARG" ;;
		esac
	done
	parsed=$((parsed + OPTIND - 1))
}

# Options may be on either side of the mode; those of logs are its own.
parse() {
	procfile=Procfile envfile='' grace=5 formation='' base='' policy=no
	terminal='' coloured=false mode=start parsed=0
	[ ! -t 1 ] || { terminal=-t; [ -n "${NO_COLOR:-}" ] || coloured=true; }
	take_options "$@"
	shift $parsed
	case ${1:-} in
	start | stop | restart | status | logs | run | check | clean)
		mode=$1 parsed=$((parsed + 1))
		shift
		[ "$mode" = logs ] || { take_options "$@"; shift $((OPTIND - 1)); } ;;
	esac
	case $mode in status | check | clean) [ $# -eq 0 ] || usage "$mode: no names" ;; esac
}

parse "$@"
find_commands
"$bin/pgterm" -n -k "$grace" - </dev/null || exit 2
find_project
case $mode in
start | clean) [ "${PGUP_FRONT:-}" = $PPID ] || be_front "$@" ;;
stop | restart | status | logs) take_plan ;;
esac
shift $parsed
"$mode" "$@"
