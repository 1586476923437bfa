# shellcheck shell=sh disable=SC2154
# What pgup says where a name, a file or a runner is missing, and at its end.

# unknown NAME: no service has the name. It may be a word of another runner.
unknown() {
	hint=''
	case $1 in
	up) hint='; to start all: pgup start' ;;
	down | quit | shutdown | kill) hint='; to end all: pgup stop' ;;
	ps | list | ls) hint='; for the states: pgup status' ;;
	connect | exec) hint='; for its terminal: pgup attach NAME' ;;
	log | tail | echo) hint='; for the output: pgup logs -f' ;;
	ready) hint='; to wait until all are ready: pgup wait' ;;
	export) hint='; to write files of another engine: pgexport' ;;
	version | help) hint="; pgup -h and pgup -V print that" ;;
	esac
	if [ -z "$hint" ] && [ ${#all} -lt 80 ]; then
		hint=${all% } hint=", which has${hint:- nothing}"
	fi
	die "$1: not in $file$hint"
}

no_procfile() {
	[ ! -e "$procfile" ] || die "$file: cannot be read"
	for one in Procfile.dev Procfile.local procfile; do
		[ ! -r "$dir/$one" ] || die "$file: no such file, but $one: pgup -f $one"
	done
	die "$file: no such file here: it has a line \"name: command\" for each service; -f names another file"
}

# hint TEXT: for a person who would wonder about the silence.
hint() { [ ! -t 2 ] || warn "$*"; }

no_runner() { fail "no runner of $file: pgup starts one"; }
has_runner() { fail "already running, PID $(runner_pid): pgup stop ends it"; }

# age_of FOLDER: sets age to the seconds since the start that the record there names.
age_of() {
	started=''
	while IFS='=' read -r word number; do
		[ "$word" != started ] || started=$number
	done <"$1/record"
	[ -n "$started" ] || return
	age=$(($(date +%s) - started))
} 2>/dev/null

# has_begun SERVICE: did this runner start it? If the record of the runner is newer, that of
# the service is of an earlier run. Some find(1) compare whole seconds: equal times do.
has_begun() {
	[ -f "$services/$1/record" ] && [ -z "$(find "$state/runner/record" \
		-newer "$services/$1/record" 2>/dev/null)" ]
}

# name_status STATUS: sets text to it, with the signal that it may stand for.
name_status() {
	text="status $1"
	[ "$1" -le 128 ] || ! signal=$(kill -l "$1" 2>/dev/null) || [ -z "$signal" ] ||
		text="$text (SIG${signal#SIG})"
}

# say_end_of SERVICE STATUS: sets closing to a sentence about the service that stops all.
say_end_of() {
	take "$1"
	name_status "$2"
	text="ended first, with $text"
	case $2,$ready in
	124,-) ;;
	124,*) text='was not ready in time' ;;
	125,*) has_begun "$1" || text='could not be started' ;;
	esac
	[ -z "$age" ] || text="$text, $age s after its start"
	closing="$1 $text; its log: $log/$1"
}

# say_given_up: says in closing which service its policy gave up, if one was.
say_given_up() {
	[ -n "$given_up" ] || return 0
	take "$given_up"
	name_status "$last_of"
	text="was given up, with $text"
	[ "$last_of" -ne 125 ] || has_begun "$given_up" || text='could not be started'
	closing="${closing:+$closing; }$given_up $text; its log: $log/$given_up"
}

# find_unrun: sets unrun to words about the services that never ran, for one that they come
# after has failed.
find_unrun() {
	unrun=''
	for one in $chosen; do
		key "$one"
		eval "now=\${state_$key:-}"
		[ "$now" = blocked ] || continue
		! has_begun "$one" || continue
		take "$one"
		unrun="$unrun; $one never ran, as it has after=$after"
	done
}

# say_end: the last line of the runner, once all has ended.
say_end() {
	if [ -z "$closing" ] && ! age_of "$state/runner"; then
		closing=$ending
	elif [ -z "$closing" ]; then
		closing="$ending after $age s"
	fi
	say_given_up
	closing=$closing$unrun
	[ "$status" = 141 ] || say "$closing"
}
