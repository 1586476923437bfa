#!/bin/sh
#
# pgup - run the services of a Procfile, and leave none of them behind.
#
# Everything it keeps is in .pgup beside the Procfile:
#	runner/		the lease: record of a process that ends with the runner
#	events.LEASE	FIFO of the runner: whatever happens is a line in it
#	pid		the runner's PID, for people
#	plan/NAME	what the Procfile says of a service: see lookup
#	run/NAME	its state, restarts, last exit status, and tries in a row
#	status		with which the runner is about to exit
#	services/	records of the services
#	keepers/NAME	handle of the pgspawn that keeps the service
#	log/NAME	what the service printed
#
# What the runner does is in pgup_runner.sh, and how a Procfile is read in
# procfile.awk; make puts them where their names are below.

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

is_readable() {
	if [ ! -r "$1" ] || [ -d "$1" ]; then die "$1: cannot be read"; fi
}

# A colon would end the project too early, and the others are magic in the
# patterns of pgscan.
find_project() {
	is_readable "$procfile"
	dir=$(dirname -- "$procfile")
	dir=$(CDPATH='' cd -- "$dir" && pwd -P) || exit 2
	state=$dir/.pgup services=$dir/.pgup/services
	project=$dir
	case $dir in
	*[%:*?[\\]*) project=$(printf '%s\n' "$dir" | sed 's/%/%25/g
		s/:/%3A/g; s/\*/%2A/g; s/?/%3F/g; s/\[/%5B/g; s/\\/%5C/g') ;;
	esac
}

read_envfile() {
	if [ -z "$envfile" ]; then
		case $procfile in */*) envfile=${procfile%/*}/ ;; esac
		envfile=$envfile.env
		[ -e "$envfile" ] || envfile=/dev/null
	fi
	is_readable "$envfile"
	# shellcheck disable=SC2016
	assigned=$("$bin/pgspawn" -x -e "$envfile" -- \
		sh -c 'printf %s "${PORT:-5000}"') || return 1
	base=${base:-$assigned}
	case $base in *[!0-9]* | ??????* | 0*) die "PORT $base: bad number" ;; esac
}

# make_plan DIR: what the Procfile says, as lines "service NAME PORT",
# "earlier NAME OTHER..." (whom it is after, and they are, and so on) and
# "later NAME OTHER..."; and in DIR, unless that is empty, a file for each service.
# The status is 1 if it has lines that mean nothing, 2 if it cannot be run.
make_plan() {
	file=$procfile into=$1 base=${base:-5000} grace=$grace \
	    policy=$policy formation=$formation LC_ALL=C awk '
@procfile.awk@
' <"$procfile"
}

# Sets all to the services, earlier and later to who is earlier and later than each
# (";web db cache;"), width to the length of the longest name.
read_plan() {
	all=' ' earlier=';' later=';' width=0
	while read -r kind one others; do
		case $kind in
		service) all="$all$one " ;;
		earlier) earlier="$earlier$one $others;" ;;
		later) later="$later$one $others;" ;;
		esac
		[ ${#one} -le "$width" ] || width=${#one}
	done <<-END
	$1
	END
}

# That of the Procfile, with the environment that goes with it.
make_own_plan() {
	read_envfile || faults=2
	plan=$(make_plan '') || case $?:$mode in 1:check | 2:*) faults=2 ;; esac
	read_plan "$plan"
}

# That of the runner, or the Procfile's where there is none.
take_plan() {
	[ ! -d "$state" ] || [ "$mode" = logs ] ||
		"$bin/pgtrack" -D "$state" list >/dev/null || exit 2
	plan=''
	! $lives || plan=$(cat "$state/plan/.list" 2>/dev/null)
	[ -n "$plan" ] || plan=$(make_plan '' 2>/dev/null)
	read_plan "$plan"
}

# Sets what the plan says of a service.
lookup() {
	{
		read -r port ps patience policy limit sig secs colour
		read -r ready
		IFS= read -r command
	} <"$state/plan/$1"
}

# load SERVICE, put STATE: its state, and the numbers with it. Others may look
# while it is written.
load() {
	service=$1
	until read -r now restarts last tries <"$state/run/$1"; do
		[ -e "$state/run/$1" ] || return 1
	done 2>/dev/null
}

put() { echo "$1 $restarts $last $tries" >"$state/run/$service"; }

# Sets are names with a blank around each.
has() { case $1 in *" $2 "*) ;; *) return 1 ;; esac; }

# has_any SET NAME: that one, or an instance of it.
has_any() { case $1 in *" $2 "* | *" $2."*) ;; *) return 1 ;; esac; }

# drop SET NAME
drop() {
	eval "rest=\$$1"
	! has "$rest" "$2" || eval "$1=\"\${rest%%\" $2 \"*} \${rest#*\" $2 \"}\""
}

# meets SET ORDER SERVICE: is there one in the set that ORDER, which is $earlier or
# $later, has for the service?
meets() {
	others=${2#*";${3%.*} "}
	for n in ${others%%;*}; do
		! has_any "$1" "$n" || return 0
	done
	return 1
}

# matches SERVICE [NAME ...]: is it one of these, or an instance of one?
matches() {
	of=$1
	shift
	[ $# -gt 0 ] || return 0
	for n; do
		# shellcheck disable=SC2254 # patterns
		case $of in $n | $n.*) return 0 ;; esac
	done
	return 1
}

# Sets chosen to those of the services that are meant. Only deployment runs
# "release"; whoever wants it here has to name it.
choose() {
	chosen=' '
	for service in $all; do
		[ $# -gt 0 ] || [ "$service" != release ] || continue
		! matches "$service" "$@" || chosen="$chosen$service "
	done
}

check_names() {
	for name; do
		choose "$name"
		[ "$chosen" != ' ' ] || die "$name: not in $procfile"
	done
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

# PIDs of all that carries the marker.
pids() { "$bin/pgscan" -a "PGUP=$project:*" | cut -f 2 | paste -s -d ' ' -; }

# Ends the leftovers within so many seconds, and looks again until there are
# none. A second Ctrl-C is for the runner, not for pgterm: hence its session.
sweep_now() {
	for n in 1 2 3 4 5; do
		left=$(leftovers)
		[ -n "$left" ] || return 0
		printf '%s\n' "$left" |
			"$bin/pgspawn" -x -- "$bin/pgterm" -a -k "$1" || break
	done
	warn "survivors: $(pids)"
	return 3
}

@pgup_runner.sh@

# Is a service just changing? One that is after a failed one is not.
is_unsettled() {
	failed=' '
	for service in $all; do
		! load "$service" || case $now in
		failed) failed="$failed$service " ;;
		esac
	done
	for service in $chosen; do
		! load "$service" || case $now in
		waiting) meets "$failed" "$earlier" "$service" || return 0 ;;
		starting | stopping) return 0 ;;
		esac
	done
	return 1
}

# request EVENT [NAME ...]: have the runner do that, and wait for it. The runner
# takes the token away when it has begun; one that is still there tells of the
# runner's end. "<>" does not block, whoever is at the other end.
request() {
	token=ask.$$ event=$1
	shift
	until lease=$("$bin/pgtrack" -D "$state" get runner 2>/dev/null) &&
		[ -p "$state/events.$lease" ]; do
		pause 0.1 || return
	done
	: >"$state/$token"
	echo "$event $token $*" 1<>"$state/events.$lease"
	choose "$@"
	while [ -e "$state/$token" ] || is_unsettled; do
		pause 0.1 || break
	done
	[ ! -e "$state/$token" ] || ! rm -f "$state/$token"
}

stop() {
	if request stop "$@" && [ $# -eq 0 ]; then
		! pause forever
	fi
	runner_lives || sweep_now "$grace"
}

# Of those asked for: does one still wait, for what has failed?
all_started() {
	blocked=0
	for service in $chosen; do
		if load "$service" && [ "$now" = waiting ]; then
			warn "$service: waits for one that has failed"
			blocked=1
		fi
	done
	return $blocked
}

restart() {
	request restart "$@" || { warn 'no runner'; exit 1; }
	[ $# -eq 0 ] || all_started
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
	check_names "$@"
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
	colour=36
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
	set -- -- "$@"
	[ ! -t 0 ] || [ ! -t 1 ] || set -- -t "$@"
	exec "$bin/pgspawn" -a -k "$grace" -e "$envfile" -m "PORT=$base" \
		-m PS=run.1 "$@"
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
	printf '%s\n' "$plan" | while read -r kind service port; do
		[ "$kind" = service ] || continue
		! has "$chosen" "$service" || echo "$service: port $port"
	done
	exit "$faults"
}

procfile=Procfile envfile='' grace=5 formation='' base='' policy=no
terminal=false coloured=false
if [ -t 1 ]; then
	terminal=true
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
	t) terminal=true ;;
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
check | run) make_own_plan ;;
*) take_plan ;;
esac
case $faults:$mode in 2:run) exit 2 ;; esac
case $mode in stop | restart) check_names "$@" ;; esac
"$mode" "$@"
