#!/bin/sh
#
# pgup - run the services of a Procfile, and leave none of them behind.
#
# Everything it keeps is in .pgup beside the Procfile:
#	runner/		the lease: record of a process that ends with the runner
#	pid		the runner's PID, for people
#	events		FIFO: whatever happens is a line in it
#	services/	records of the services
#	keepers/NAME	handle of the pgspawn that keeps the service
#	log/NAME	what the service printed
#
# The runner starts the services, each under a keeper, and then reads events:
#	end SERVICE STATUS	a service ended
#	signal STATUS		the runner got a signal, 128 + its number
#	stop [NAME ...]		"pgup stop" in another terminal
#	swept STATUS		an attempt to end what is left is over
#	ask, armed, tick, nudge	timers
#	lease won|lost STATUS	see take_lease
# Traps and background jobs only write events: none can get lost between a
# check and a wait. Descriptor 9 is the FIFO, 8 holds the lease.

set -u

blank=$(printf ' \t\rx')
blank=${blank%x}
bom=$(printf '\357\273\277')
escape=$(printf '\033')
newline='
'

usage() {
	cat >&2 <<-'END'
	usage: pgup [-f Procfile] [-e envfile] [-k secs] [-m name=N,...]
	            [-p port] [start] [name ...]
	       pgup [-f Procfile] [-k secs] stop [name ...]
	       pgup [-f Procfile] status
	       pgup [-f Procfile] [-e envfile] [-m name=N,...] [-p port] check
	END
	exit 2
}

warn() { printf 'pgup: %s\n' "$*" >&2; }

die() { warn "$*"; exit 2; }

# The four commands are beside this one, else in PATH.
find_commands() {
	bin=$(dirname -- "$0")/pgspawn
	[ -x "$bin" ] || bin=$(command -v pgspawn) || die 'pgspawn: not found'
	bin=$(CDPATH='' cd -- "${bin%/*}/" && pwd -P) || exit 2
}

# Faults in the input are told at the first reading only.
fault() {
	$quiet || printf '%s:%s: %s\n' "$file" "$line" "$1" >&2
	faults=$((faults + 1))
}

trim() {
	text=${text#"${text%%[!"$blank"]*}"}
	text=${text%"${text##*[!"$blank"]}"}
}

# Sets raw to the next line of standard input, and text to the same trimmed.
next_line() {
	raw=''
	IFS= read -r raw || [ -n "$raw" ] || return 1
	line=$((line + 1))
	[ "$line" -gt 1 ] || raw=${raw#"$bom"}
	text=$raw
	trim
}

# Sets name, command and position to those of the next entry of a Procfile.
next_entry() {
	while next_line; do
		case $text in '' | '#'*) continue ;; esac
		name=${raw%%:*} text=${raw#"${raw%%:*}"}
		text=${text#:}
		trim
		case $name in
		'' | *[!A-Za-z0-9_-]*)
			fault 'a name is made of letters, digits, _ and -'
			continue ;;
		esac
		[ -n "$text" ] || { fault "$name: no command"; continue; }
		command=$text position=$((position + 1))
		return 0
	done
	return 1
}

# Sets value to what is before the closing quote, and text to what is behind.
double_quoted() {
	value=
	while :; do
		plain=${text%%[\"\\]*}
		value=$value$plain
		text=${text#"$plain"}
		rest=${text#??}
		plain=${text%"$rest"}
		case $text in
		\"*) text=${text#?}; return 0 ;;
		\\n*) value=$value$newline ;;
		\\[\"\\\$]*) value=$value${plain#?} ;;
		\\?*) value=$value$plain ;;
		*) return 1 ;;
		esac
		text=$rest
	done
}

# Sets value to that of an assignment, of which text is the right-hand side.
parse_value() {
	case ${text#"${text%%[!"$blank"]*}"} in
	\'*\'*)
		text=${text#*\'}
		value=${text%%\'*}
		text=${text#*\'} ;;
	\"*)
		text=${text#*\"}
		double_quoted || return 1 ;;
	\'*)
		return 1 ;;
	*)
		text=${text%%["$blank"]#*}
		trim
		value=$text text='' ;;
	esac
	text=${text%%["$blank"]#*}
	trim
	[ -z "$text" ]
}

# Sets key and value to those of the next assignment in an environment file.
next_setting() {
	while next_line; do
		case $text in
		'' | '#'*) continue ;;
		export["$blank"]*=*) text=${text#export} ;;
		*=*) ;;
		*) text="=$text" ;;
		esac
		value=${text#*=} text=${text%%=*}
		trim
		key=$text text=$value
		case $key in
		'' | [0-9]* | *[!A-Za-z0-9_]*) fault 'not NAME=value'; continue ;;
		esac
		parse_value && return 0
		fault "$key: bad quotes"
	done
	return 1
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

rewind() { file=$1 line=0 position=-1; }

read_procfile() {
	names=' '
	rewind "$procfile"
	while next_entry; do
		case $names in
		*" $name "*) fault "$name: is there already"; $quiet || exit 2 ;;
		*) names="$names$name " ;;
		esac
	done <"$procfile"
}

read_envfile() {
	if [ -z "$envfile" ]; then
		case $procfile in */*) envfile=${procfile%/*}/ ;; esac
		envfile=$envfile.env
		[ -e "$envfile" ] || envfile=/dev/null
	fi
	is_readable "$envfile"
	assigned=''
	rewind "$envfile"
	while next_setting; do
		[ "$key" != PORT ] || assigned=$value
	done <"$envfile"
	base=${base:-${assigned:-${PORT:-5000}}}
	case $base in *[!0-9]* | ??????* | 0*) die "PORT $base: bad number" ;; esac
}

# check_names NAME ...: are they all services?
check_names() {
	for n; do
		case $names in
		*" $n "*) ;;
		*) die "$n: not in $procfile" ;;
		esac
	done
}

# The -m options.
check_formation() {
	list=${formation:+$formation,}
	while [ -n "$list" ]; do
		item=${list%%,*} list=${list#*,}
		check_names "${item%%=*}"
		case ${item#*=} in
		"$item" | '' | *[!0-9]* | ????*) die "-m $item: not name=number" ;;
		esac
	done
}

# Sets count to the number of instances of an entry, and dot to what joins the
# name and the number of each: without -m there is one, and it has no number.
instances() {
	count=1 dot=
	case ,$formation in
	*,"$name="*)
		count=,$formation dot=.
		count=${count##*,"$name="}
		count=${count%%,*} ;;
	esac
}

# Only deployment runs "release"; whoever wants it here has to name it.
selected() {
	case $wanted:$name in
	'  :release') [ -n "$dot" ] ;;
	'  :'* | *" $name "*) ;;
	*) return 1 ;;
	esac
}

# Calls a function for each instance of what is to run, with name, instance,
# service, port and command set.
for_each_service() {
	rewind "$procfile"
	while next_entry; do
		instances
		selected || continue
		instance=1
		while [ "$instance" -le "$count" ]; do
			service=$name${dot:+.$instance}
			port=$((base + 100 * position + instance - 1))
			"$1"
			instance=$((instance + 1))
		done
	done <"$procfile"
}

# For background jobs: signals are for the runner, and so is the lease.
in_background() {
	trap '' HUP INT QUIT TERM
	exec 8>&-
}

# after SECS EVENT: a timer, which the end of the runner ends too.
after() {
	(
		in_background
		"$bin/pgtrack" -D "$state" wait -T "$1" runner >/dev/null 2>&1
		[ $? -ne 124 ] || echo "$2" >&9
	) &
}

# Sets event, what and code; a trap makes read fail.
next_event() {
	until IFS=' ' read -r event what code <&9; do :; done
}

# The lease is a cat reading a FIFO that only the runner could write to: in
# whatever way the runner ends, it ends too. pgtrack lets only one live.
take_lease() {
	(
		in_background
		"$bin/pgspawn" -x -- "$bin/pgtrack" -D "$state" exec runner -- \
			sh -c 'echo lease won; exec cat >/dev/null' \
			<"$state/lease.$$" >&9 2>/dev/null
		echo "lease lost $?" >&9
	) &
	next_event
	until [ "$event" = lease ]; do
		[ "$event" != signal ] || status=$what
		next_event
	done
	[ "$what" = won ]
}

become_runner() {
	(umask 077 && mkdir -p "$state/log") &&
		"$bin/pgtrack" -D "$state" list >/dev/null &&
		mkfifo "$state/events.$$" "$state/lease.$$" || exit 2
	exec 9<>"$state/events.$$" 8<>"$state/lease.$$"
	trap 'echo signal 129 >&9' HUP
	trap 'echo signal 130 >&9' INT
	trap 'echo signal 143 >&9' TERM
	trap '' PIPE

	# The lease of a runner that died just now may last a moment more.
	take_lease || {
		"$bin/pgtrack" -D "$state" wait -T 1 runner >/dev/null 2>&1
		take_lease
	} || refuse
	rm -rf "$state/lease.$$" "$state/keepers"
	for n in "$state"/events.* "$state"/lease.*; do
		kill -0 "${n##*.}" 2>/dev/null || rm -f "$n"
	done
	mkdir "$state/keepers" && echo $$ >"$state/pid" &&
		mv -f "$state/events.$$" "$state/events" || exit 2
}

refuse() {
	rm -f "$state/lease.$$" "$state/events.$$"
	[ "$code" -eq 5 ] || die "$state: pgtrack exited with status $code"
	warn "already running, PID $(runner_pid)"
	exit 1
}

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

sweep() {
	sweeps=$((sweeps + 1))
	(
		in_background
		sweep_now "$1"
		echo "swept $?" >&9
	) &
}

# Asks the condemned services to end, each once, by a TERM to its keeper, which
# passes it on and sees to the rest. To signal their groups from here would give
# a second TERM to who outlives his leader: the keeper sends it then. One that
# was only just started has no handle yet.
ask() {
	list=$condemned condemned=' ' handles=
	for service in $list; do
		case $running in *" $service "*) ;; *) continue ;; esac
		case $asked in *" $service "*) continue ;; esac
		if [ -s "$state/keepers/$service" ]; then
			read -r n <"$state/keepers/$service"
			handles=$handles$n$newline
			asked="$asked$service "
		else
			condemned="$condemned$service "
		fi
	done
	[ -z "$handles" ] || printf %s "$handles" | "$bin/pgterm" -R TERM
	[ "$condemned" = ' ' ] || after 0.1 ask
}

# Until armed, a second signal counts as the first: timeout(1), npm and others
# send theirs to those who got it from the terminal or the group already.
begin_stop() {
	stopping=true armed=false hurried=false finished=false
	after 0.5 armed
	after 2 tick
	condemned=$running
	ask
	[ "$running" != ' ' ] || sweep "$grace"
}

say() { printf 'pgup: %s\n' "$*" 2>/dev/null; }

report_end() {
	if [ "$2" -gt 128 ] && n=$(kill -l "$2" 2>/dev/null); then
		warn "$1 killed by signal $n"
	else
		warn "$1 exited with status $2"
	fi
}

# A service that was told to stop does not decide. pgspawn ends one whose output
# has no reader: then the runner's own has none, too.
on_end() {
	running="${running%%" $1 "*} ${running#*" $1 "}"
	if $stopping; then
		[ "$running" != ' ' ] || sweep "$grace"
		return
	fi
	case $asked$condemned in
	*" $1 "*)
		[ "$running" = ' ' ] || return
		status=0 ;;
	*)
		status=$2
		if say stopping; then report_end "$1" "$2"; else status=141; fi ;;
	esac
	begin_stop
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

on_stop() {
	if [ $# -eq 0 ]; then
		$stopping || on_signal 143
		return
	fi
	for service in $running; do
		! matches "$service" "$@" || condemned="$condemned$service "
	done
	ask
}

on_swept() {
	sweeps=$((sweeps - 1))
	[ "$1" -eq 0 ] || status=3
	[ "$sweeps" -eq 0 ] || return
	if $hurried || [ "$running" = ' ' ]; then finished=true; fi
}

on_tick() {
	$stopping || return
	left=$(pids)
	[ -z "$left" ] || warn "still there:$running(PID $left)"
	after 2 tick
}

# yash 2.52 runs a trap only after read has got a line: strace shows that it
# goes back to pselect. There a line comes twice a second.
nudge() { [ -z "${YASH_VERSION:-}" ] || after 0.5 nudge; }

run_events() {
	until $finished; do
		next_event
		# shellcheck disable=SC2086 # names
		case $event in
		end) on_end "$what" "$code" ;;
		signal) on_signal "$what" ;;
		stop) on_stop $what $code ;;
		swept) on_swept "$what" ;;
		ask) ask ;;
		armed) armed=true ;;
		tick) on_tick ;;
		nudge) nudge ;;
		lease) warn 'lost the lease'; on_signal 1 ;;
		esac
	done
}

# Labels are padded, and take turns with the colours.
make_label() {
	label=$service
	while [ ${#label} -lt "$width" ]; do label="$label "; done
	label="$label | "
	$coloured || return 0
	label="${escape}[${colours%% *}m$label${escape}[0m"
	colours="${colours#* } ${colours%% *}"
}

# The environment file is for the service alone, and env takes every name: an
# exported IFS or UID would be the shell's own. The outer pgspawn takes the
# keeper out of the terminal's foreground group, where Ctrl-C would reach it.
run_service() (
	set --
	rewind "$envfile"
	while next_setting; do set -- "$@" "$key=$value"; done <"$envfile"
	exec env "$@" "PORT=$port" "PS=$name.$instance" \
		"$bin/pgspawn" -x -p 3 -- "$bin/pgspawn" -a -K $$ -k "$grace" \
		-C "$dir" -L "$label" -o "$state/log/$service" \
		-m "PGUP=$project:$service" -- \
		"$bin/pgtrack" -D "$services" exec "$service" -- \
		sh -c "$command" 2>&4 3>"$state/keepers/$service"
)

# Of a pgspawn that was killed some shells add more than 128 to the signal, and
# some tell on standard error: that of the subshell, which is /dev/null.
start_service() {
	running="$running$service "
	make_label
	say "$service: port $port"
	(
		in_background
		run_service 4>&2 2>/dev/null </dev/null
		n=$?
		[ $n -le 256 ] || n=$((128 + n % 128))
		echo "end $service $n" >&9
	) &
}

measure_service() {
	total=$((total + 1))
	[ ${#service} -le "$width" ] || width=${#service}
}

start() {
	total=0 width=0
	for_each_service measure_service
	[ "$total" -gt 0 ] || die 'no service to start'
	case $wanted$formation$names in
	'  release='* | '  '*,release=*) ;;
	'  '*' release '*) warn 'release: skipped, for it was not named' ;;
	esac
	coloured=false colours='36 33 32 35 34 31'
	[ ! -t 1 ] || [ -n "${NO_COLOR:-}" ] || coloured=true
	status='' running=' ' asked=' ' condemned=' ' sweeps=0

	become_runner
	nudge
	if [ -n "$(leftovers)" ]; then
		begin_stop
		run_events
	fi
	if [ -z "$status" ]; then
		stopping=false finished=false
		for_each_service start_service
		run_events
	fi
	rm -f "$state/pid" "$state/events"
	exit "$status"
}

runner_lives() { "$bin/pgtrack" -D "$state" get runner >/dev/null 2>&1; }

runner_pid() { cat "$state/pid" 2>/dev/null || echo unknown; }

# matches SERVICE [NAME ...]: is it one of these, or an instance of one?
matches() {
	of=$1
	shift
	[ $# -gt 0 ] || return 0
	for n; do
		case $of in "$n" | "$n".*) return 0 ;; esac
	done
	return 1
}

# Those of the services named that run; all of them without a name.
running_services() {
	"$bin/pgtrack" -D "$services" list 2>/dev/null |
	while read -r n list n; do
		! matches "$list" "$@" || printf '%s\n' "$list"
	done
}

# The runner is told once a second until it is done, for it may only just have
# started. "<>" does not block, whoever is at the other end.
stop() {
	names="$names$(running_services | tr '\n' ' ')"
	check_names "$@"
	while runner_lives; do
		where=$state left=runner
		[ $# -eq 0 ] || where=$services left=$(running_services "$@")
		[ -n "$left" ] || exit 0
		[ ! -p "$state/events" ] || echo "stop $*" 1<>"$state/events"
		# shellcheck disable=SC2086 # names
		"$bin/pgtrack" -D "$where" wait -T 1 $left >/dev/null 2>&1
	done
	sweep_now "$grace"
	exit
}

# A service has a row for each instance that runs, else one.
status() {
	left=" $(running_services | tr '\n' ' ')"
	for name in $names; do
		case $left in
		*" $name".*) ;;
		*) set -- "$@" "$name" ;;
		esac
		for service in $left; do
			case $service in "$name".*) set -- "$@" "$service" ;; esac
		done
	done
	"$bin/pgtrack" -D "$services" status "$@" | sed '
		s/^\([^ ]* *\)stale  /\1stopped/
		s/^\([^ ]* *\)missing/\1stopped/'
	runner_lives || { echo 'no runner'; exit 1; }
	echo "runner: PID $(runner_pid)"
}

check() {
	for_each_service print_service
	[ "$faults" -eq 0 ] || exit 2
}

print_service() { printf '%s: port %s\n' "$service" "$port"; }

procfile=Procfile envfile='' grace=5 formation='' base='' faults=0 quiet=true
while getopts e:f:k:m:p: option; do
	case $option in
	e) envfile=$OPTARG ;;
	f) procfile=$OPTARG ;;
	k) grace=$OPTARG ;;
	m) formation=$formation${formation:+,}$OPTARG ;;
	p) base=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
mode=start
case ${1:-} in start | stop | status | check) mode=$1; shift ;; esac
case $mode in status | check) [ $# -eq 0 ] || usage ;; esac
wanted=" $* "

find_commands
"$bin/pgterm" -n -k "$grace" - </dev/null || exit 2
find_project
case $mode in start | check) quiet=false ;; esac
read_procfile
if ! $quiet; then
	[ "$names" != ' ' ] || die "$procfile: no services"
	check_names "$@"
	check_formation
	read_envfile
	quiet=true
fi
"$mode" "$@"
