#!/bin/sh
#
# pgup - run the services of a Procfile, and leave none of them behind.
#
# Each service has a keeper, a pgspawn that reads the Procfile for itself: it
# starts the service when it may, starts it again, and ends it. The runner starts
# the keepers, learns what becomes of them, and decides what that means for the
# others; see pgup_runner.sh, which make puts where its name is below. All there
# is to know is in .pgup beside the Procfile:
#	runner/		the lease: record of a process that ends with the runner
#	events.LEASE	FIFO of the runner: whatever happens is a line in it
#	pid		the runner's PID, for people
#	Procfile, env	as they were when the runner started
#	plan		what that says is to run, as lines "NAME PORT"
#	run/NAME	state of a service, restarts, last exit status
#	keepers/NAME	handle of its keeper
#	status		with which the runner is about to exit
#	services/	records of the services
#	log/NAME	what the service printed

set -uf

escape=$(printf '\033')
newline='
'

warn() { printf 'pgup: %s\n' "$*" >&2; }

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
	dir=$(dirname -- "$procfile")
	dir=$(CDPATH='' cd -- "$dir" && pwd -P) || exit 2
	state=$dir/.pgup services=$dir/.pgup/services
	project=$(printf '%s\n' "$dir" | sed 's/%/%25/g
		s/:/%3A/g; s/\*/%2A/g; s/?/%3F/g; s/\[/%5B/g; s/\\/%5C/g')
}

# Sets all to the services of a plan, ports to "NAME:PORT" of each, and width to
# the length of the longest name.
read_plan() {
	plan=$1 all=' ' ports=' ' width=0
	while read -r one port; do
		all="$all$one " ports="$ports$one:$port "
		[ ${#one} -le "$width" ] || width=${#one}
	done <<-END
	$plan
	END
}

# That of the Procfile. That some lines of it mean nothing is a fault to go on
# with; others are above 1.
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
	plan=''
	! $lives || plan=$(cat "$state/plan" 2>/dev/null)
	[ -n "$plan" ] || plan=$("$bin/pgspawn" -f "$procfile" 2>/dev/null)
	read_plan "$plan"
}

# find_port SERVICE
find_port() { port=${ports#*" $1:"} port=${port%% *}; }

# load SERVICE: its state, and the numbers with it. It may just be written.
load() {
	service=$1
	until read -r now restarts last <"$state/run/$1"; do
		[ -e "$state/run/$1" ] || return
		pause 0.1 || return
	done 2>/dev/null
}

# put STATE: say so of the service, in place of its keeper.
put() { echo "$1 $restarts $last" >"$state/run/$service"; }

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
	! $coloured ||
		label="${escape}[3$((1 + port / 100 % 6))m$label${escape}[0m"
}

# pause SECS: fails when there is no runner any more.
pause() {
	"$bin/pgtrack" -D "$state" wait -T "$1" runner >/dev/null 2>&1
	[ $? -eq 124 ]
}

# after SECS EVENT: a timer, which the end of the runner ends too.
after() {
	(! pause "$1" || echo "$2" >&9) &
}

runner_lives() { "$bin/pgtrack" -D "$state" get runner >/dev/null 2>&1; }

runner_pid() { cat "$state/pid" 2>/dev/null || echo unknown; }

# The lease is a process that pgspawn ends with the runner, in whatever way that
# ends. pgtrack lets only one live.
take_lease() {
	lease=$(
		trap '' HUP INT QUIT TERM
		exec "$bin/pgspawn" -d -K $$ -r 3 -- \
			"$bin/pgtrack" -D "$state" exec runner -- \
			sh -c 'echo >&3; exec sleep 2147483647' 2>/dev/null
	)
	code=$?
	return $code
}

# The lease of a runner that died just now may last a moment more.
become_only_one() {
	(umask 077 && mkdir -p "$state/log") &&
		"$bin/pgtrack" -D "$state" list >/dev/null || exit 2
	take_lease || { ! pause 1 && take_lease; } && return
	[ "$code" -eq 5 ] || die "$state: pgtrack exited with status $code"
	return 1
}

give_up_lease() { "$bin/pgterm" -k 0 "$lease"; }

refuse() { warn "already running, PID $(runner_pid)"; exit 1; }

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

# Ends the leftovers within so many seconds, and looks again until there are
# none. A second Ctrl-C is for the runner, not for pgterm: hence its session.
sweep_now() {
	for n in 1 2 3 4 5; do
		left=$(leftovers)
		[ -n "$left" ] || return 0
		printf '%s\n' "$left" |
			"$bin/pgspawn" -x -- "$bin/pgterm" -a -k "$1" || break
	done
	warn "survivors: $(living)"
	return 3
}

@pgup_runner.sh@

# Waits for the FIFO of the runner; fails if there is none.
find_events() {
	until lease=$("$bin/pgtrack" -D "$state" get runner 2>/dev/null) &&
		events=$state/events.$lease && [ -p "$events" ]; do
		pause 0.1 || return
	done
}

# wish VERB: tell the keeper of the service. What others see of it is that it is
# not settled, and there is a file until the keeper has obeyed. "<>" does not block,
# whoever is at the other end.
wish() {
	keeper=$state/keepers/$service
	case $1 in start) put waiting ;; *) put stopping ;; esac
	echo "$1" >"$state/run/.$service.want"
	[ -e "$keeper" ] || echo "keep $service" 1<>"$events"
	until read -r n <"$keeper"; do
		pause 0.1 || return
	done 2>/dev/null
	handles=$handles$n$newline
}

# want VERB: have the keepers of the chosen do that, and wait until they have.
want() {
	handles=''
	find_events || return
	for service in $chosen; do
		load "$service"
		case $1:$now in
		stop:stopped | start:waiting | start:blocked | start:starting | \
		start:running | start:delayed) ;;
		*) wish "$1" || return ;;
		esac
	done
	printf %s "$handles" | "$bin/pgterm" -R CONT
	for service in $chosen; do
		while [ -e "$state/run/.$service.want" ] || is_starting "$1"; do
			pause 0.1 || return
		done
	done
}

is_starting() {
	load "$service"
	case $1:$now in
	start:waiting | start:starting | restart:waiting | restart:starting) ;;
	*) return 1 ;;
	esac
}

stop() {
	choose "$@"
	if [ $# -gt 0 ]; then
		want stop
	elif find_events; then
		echo 'signal 143' 1<>"$events"
		! pause forever
	fi
	runner_lives || sweep_now "$grace"
}

# Of those asked for: does one wait in vain?
all_started() {
	for service in $chosen; do
		if load "$service" && [ "$now" = blocked ]; then
			warn "$service: waits for one that has failed"
			return 1
		fi
	done
}

restart() {
	$lives || { warn 'no runner'; exit 1; }
	# shellcheck disable=SC2046 # names
	[ $# -gt 0 ] || set -- $(find "$state/run/." -type f ! -name '.*' -exec \
		grep -lE 'waiting|blocked|starting|running|delayed' {} + |
		sed 's|.*/||')
	[ $# -gt 0 ] || exit 0
	choose "$@"
	want restart && all_started
}

# States are those of the runner, where there is one.
status() {
	printf "%-${width}s  %-10s  %7s  %-19s  %8s  %4s\n" \
		NAME STATE PGID SINCE RESTARTS EXIT
	# shellcheck disable=SC2086 # names
	"$bin/pgtrack" -D "$services" status -- $all 2>/dev/null |
	while read -r name word pgid day time _; do
		restarts=- last=- now=$word
		case $name:$word in
		NAME:STATE) continue ;;
		*:stale | *:missing) now=stopped pgid=- day=- time='' ;;
		esac
		! $lives || load "$name"
		printf "%-${width}s  %-10s  %7s  %-19s  %8s  %4s\n" "$name" \
			"$now" "$pgid" "$day${time:+ $time}" "$restarts" "$last"
	done
	$lives || { echo 'no runner'; exit 1; }
	echo "runner: PID $(runner_pid)"
}

# Of several services each line says whose it is, and none outlives this.
logs() {
	how='cat'
	[ "${1:-}" != -f ] || { how='tail -f'; shift; }
	choose "$@"
	set -- ''
	for service in $chosen; do
		[ "$how" = cat ] || (umask 077 && mkdir -p "$state/log" &&
			: >>"$state/log/$service")
		[ ! -e "$state/log/$service" ] || set -- "$@" "$service"
	done
	shift
	[ $# -gt 0 ] || exit 0
	# shellcheck disable=SC2086 # words
	[ $# -gt 1 ] || exec $how "$state/log/$1"
	for service; do
		make_label
		# shellcheck disable=SC2086 # words
		"$bin/pgspawn" -K $$ -L "$label" -- $how "$state/log/$service" &
		[ "$how" != cat ] || wait
	done
	wait
}

# A terminal is the command's.
run() {
	[ $# -gt 0 ] || usage 'run: no command'
	[ "$faults" -lt 2 ] || exit 2
	set -- -- "$@"
	[ ! -t 0 ] || [ ! -t 1 ] || set -- -t "$@"
	PORT=${PORT:-5000}
	export PORT
	exec "$bin/pgspawn" -a -k "$grace" -e "$envfile" \
		${base:+-m} ${base:+"PORT=$base"} -m PS=run.1 "$@"
}

clean() {
	[ -d "$state" ] || exit 0
	become_only_one || refuse
	if [ -n "$(leftovers)" ]; then
		give_up_lease
		warn 'a dead runner left something: "pgup stop" ends it'
		exit 1
	fi
	find "$state/." ! -name . -prune ! -name runner -exec rm -rf {} +
	give_up_lease
	"$bin/pgtrack" -D "$state" gc
	rmdir "$state" 2>/dev/null
}

check() {
	choose
	for service in $chosen; do
		find_port "$service"
		echo "$service: port $port"
	done
	[ "$faults" -eq 0 ] || exit 2
}

procfile=Procfile envfile='' grace=5 formation='' base='' policy=no
terminal='' coloured=false
if [ -t 1 ]; then
	terminal=-t
	[ -n "${NO_COLOR:-}" ] || coloured=true
fi
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
shift $((OPTIND - 1))
mode=start
case ${1:-} in
start | stop | restart | status | logs | run | check | clean) mode=$1; shift ;;
esac
case $mode in status | check | clean) [ $# -eq 0 ] || usage "$mode: no names" ;; esac

find_commands
"$bin/pgterm" -n -k "$grace" - </dev/null || exit 2
find_project
faults=0 lives=false
! runner_lives || lives=true
case $mode in
start) ;;
check | run) make_plan ;;
*) take_plan ;;
esac
"$mode" "$@"
