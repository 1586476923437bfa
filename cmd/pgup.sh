#!/bin/sh
#
# pgup - run the services of a Procfile, and leave none of them behind.
#
# It composes the other commands. A service is
#
#	pgkeep run web -- pgspawn -- pgtrack exec web -- pgproc exec web
#
# pgproc reads the Procfile and becomes the command of web, pgtrack records the
# process, pgspawn makes it lead a group and ends the whole group, and pgkeep restarts
# it. The runner starts a pgkeep for each service, reads the events of all of them, and
# decides when to stop the others.
#
# pgup writes no file into the project. The state is a directory elsewhere:
#	runner/		the record of the runner (pgtrack)
#	guard/		the record of the process that acts when the runner is killed
#	events.HANDLE/	the FIFO of the runner with that handle, and its answers
#	pid		the PID of the runner, for people
#	plan		the services to run, as pgproc prints them
#	Procfile	that of the plan: what the services start from
#	run/NAME	the state of a service, as pgkeep writes it
#	services/	the records of the services (pgtrack)
#	swept		the last runner left no process of the project behind
# log/NAME, in a directory that pgup keeps, has the output of a service.

# shellcheck disable=SC2086 # names and words are split on purpose
set -uf

# What tells of an end in the middle comes first: a script that cannot be read ends there.
me=pgup
@script.sh@
@pgup_shell.sh@
nl='
'
tab=$(printf '\t.') tab=${tab%.}
blanks=" $tab$nl"

@pgup_help.sh@
@pgup_words.sh@

fail() { warn "$*"; leave 1; }

# print_lines TEXT: the answer to a question, which can be empty.
print_lines() {
	[ -z "$1" ] || printf '%s\n' "$1" 2>/dev/null || die 'standard output: cannot be written'
}

# The path of the Procfile is the value of the marker that all processes of the project
# carry. A colon would end that value, and the other characters have a meaning in the
# patterns of pgscan: encode them.
find_project() {
	find_dir
	file=$procfile procfile=${dir%/}/${procfile##*/} project=$procfile
	IFS=$nl
	for one in $variables; do envfiles=$envfiles$(absolute "$one")$nl; done
	IFS=$blanks
	case $project in
	*[%:*?[\\]* | *"$nl"*)
		project=$(printf '%s\n' "$project" | sed 's/%/%25/g; $!s/$/%0A/
			s/:/%3A/g; s/\*/%2A/g; s/?/%3F/g; s/\[/%5B/g; s/\\/%5C/g' |
			tr -d '\n') || give_up ;;
	esac
}

# trust [-c]: ends pgup if pgtrack refuses a directory of the state, as another user
# owns it or may write to it. With -c the missing ones are made if none is refused.
trust() {
	told=$("$bin/pgtrack" check "$@" "$root" "$state" "$home" "${log%/*}" "$log" 2>&1)
	[ $? -ne 4 ] || { printf '%s\n' "${told%%"$nl"*}" >&2; leave 2; }
}

# has FILE: is it there?  Ends pgup if it is not a regular file: reading might block.
has() {
	[ -f "$1" ] && [ ! -L "$1" ] && return
	[ ! -e "$1" ] && [ ! -L "$1" ] && return 1
	die "$1: not a regular file"
}

# key SERVICE: sets key to the part of a variable name that stands for the service.
key() {
	key='' rest=$1
	while :; do
		part=${rest%%[_.-]*}
		key=$key$part rest=${rest#"$part"}
		case $rest in
		_*) key=${key}__ ;;
		.*) key=${key}_d ;;
		-*) key=${key}_h ;;
		*) return ;;
		esac
		rest=${rest#?}
	done
}

# read_plan PLAN: keeps each line in a variable. Sets all to the names of the services,
# and width to the length of the longest.
read_plan() {
	all=' ' width=0 hue=0
	IFS=$nl
	for line in $1; do
		one=${line%%"$tab"*}
		key "$one"
		eval "plan_$key=\$hue\$tab\$line"
		all="$all$one " hue=$(((hue + 1) % 6))
		[ ${#one} -le "$width" ] || width=${#one}
	done
	IFS=$blanks
}

# take SERVICE: sets the variables of its line in the plan.
take() {
	key "$1"
	IFS=$tab
	eval "set -- \$plan_$key"
	IFS=$blanks
	hue=$1 service=$2 port=$3 after=$4 before=$5 restart=$6 stop=$7
	shift 7
	seconds=$1 within=$2 ready=$3 stdin=$4 leader=$5 follow=$6
	limit=$7 on_terminal=$8
	[ "$within" != - ] || within=30
	[ "$limit" != - ] || limit=$size
	[ "$seconds" != - ] || seconds=$grace
	[ "$stop" != - ] || stop=TERM
}

# proc COMMAND ARGUMENT...: becomes pgproc with the Procfile, environment file and base
# port; for command substitutions. Its messages name the files as the user typed them.
proc() {
	[ -z "$base" ] || set -- -p "$base" "$@"
	IFS=$nl
	for one in $variables; do set -- -e "$one" "$@"; done
	IFS=$blanks
	exec "$bin/pgproc" ${copy:+-c} ${copy:+"$copy"} -f "$file" "$@"
}

# make_plan: reads the plan from the Procfile. With faults above 1 it cannot be used.
make_plan() {
	plan=$(proc ${formation:+-m} ${formation:+"$formation"} -r "$policy" list)
	faults=$?
}

# take_plan: reads the plan of the runner or, without a runner, that of the Procfile.
take_plan() {
	lives=false plan=''
	! runner_lives || {
		lives=true
		! has "$state/plan" || plan=$(cat "$state/plan" 2>/dev/null)
	}
	[ -n "$plan" ] || plan=$(proc list 2>/dev/null)
	read_plan "$plan"
}

# load SERVICE: sets now, restarts and last from its state file.
load() {
	now=gone restarts=- last=-
	[ -f "$state/run/$1" ] && read -r now restarts last <"$state/run/$1"
} 2>/dev/null

# is_kept SERVICE: has it a keeper?  The file of a keeper that has ended holds a hyphen,
# that of a keeper that is starting an empty line.
is_kept() {
	holder=-
	[ ! -f "$state/run/.$1.keeper" ] || read -r holder <"$state/run/.$1.keeper"
	[ "$holder" != - ]
} 2>/dev/null

# choose PATTERN...: sets chosen to the services that match, or whose name without the
# instance matches; without a pattern to all of them but release, which is for
# deployment and runs only if it is named.
choose() {
	chosen=' '
	[ $# -gt 0 ] || for one in $all; do
		[ "$one" = release ] || chosen="$chosen$one "
	done
	for pattern; do
		known=false
		for one in $all; do
			# shellcheck disable=SC2254 # patterns
			case $one in $pattern | $pattern.*) ;; *) continue ;; esac
			known=true
			case $chosen in *" $one "*) continue ;; esac
			chosen="$chosen$one "
		done
		$known || unknown "$pattern"
	done
}

# make_label: labels have the same width; the next service gets another colour.
make_label() {
	label=$service
	while [ ${#label} -lt "$width" ]; do label="$label "; done
	label="$label | "
	[ -z "$escape" ] || label="${escape}[3$((1 + hue))m$label${escape}[0m"
}

# runner_lives: a pgtrack that was not executed has not answered no.
runner_lives() {
	"$bin/pgtrack" -D "$state" get runner >/dev/null 2>&1
	case $? in 0) ;; 1 | 3 | 4) return 1 ;; *) give_up ;; esac
}
runner_pid() {
	[ -f "$state/pid" ] && cat "$state/pid" 2>/dev/null || echo unknown
}

# pause SECS: fails as soon as there is no runner.
pause() {
	"$bin/pgtrack" -D "$state" wait -T "$1" runner >/dev/null 2>&1
	case $? in 124) ;; 0 | 1 | 3 | 4) return 1 ;; *) give_up ;; esac
}

# claim: pgtrack cannot record its own group, so run it in another one.
claim() { exec "$bin/pgspawn" -x -- "$bin/pgtrack" -D "$state" add runner $$ 2>&1; }

# become_only_one: the process that the record "runner" names is the runner. Wait for a
# runner whose front was killed: it ends its services. Wait for the guard, too: it ends
# the services of a runner of which both processes were killed.
become_only_one() {
	until told=$(claim); do
		[ $? -eq 5 ] || { printf '%s\n' "$told" >&2; leave 2; }
		! pause 1 || ! "$bin/pgspawn" -K "$(runner_pid)" true 2>/dev/null ||
			return
	done
	"$bin/pgtrack" -D "$state" wait guard 2>/dev/null
	return 0
}

# find_marked: sets left to handle and name of each process with the marker, living to the
# names and PIDs; fails if they cannot be found out.
find_marked() {
	left='' living=''
	marked=$("$bin/pgscan" -a "PGUP=$project:*")
	[ $? -le 1 ] || return
	IFS=$nl
	for line in $marked; do
		IFS=$tab
		set -- $line
		left=$left$1$tab${5##*:}$nl living="$living${living:+, }${5##*:} $2"
	done
	IFS=$blanks
}

# find_left: sets left to handle and name of each group of this project that runs; fails
# if that cannot be found out. A process that overwrote its environment is found by its
# record, a process that left its group by its marker.
find_left() {
	left=''
	recorded=$("$bin/pgtrack" -D "$services" list 2>/dev/null)
	case $? in 0 | 4) ;; *) return 1 ;; esac
	find_marked || return
	[ -z "$recorded" ] || left=$recorded$nl$left
}

# end_by_plan PLAN: reads leftovers, and ends each group by the schedule of its service;
# one pgterm for each schedule.
end_by_plan() {
	awk -F '\t' -v secs="$grace" '
		kind == "plan" { signal[$1] = $6; grace[$1] = $7; leader[$1] = $11; next }
		$1 in seen { next }
		{
			how = leader[$2] == "leader" ? "-al" : "-a"
			s = signal[$2]; g = grace[$2]
			if (s == "" || s == "-") s = "TERM"
			if (g == "" || g == "-") g = secs
			all[how " " s "/" g "/KILL/2"] = all[how " " s "/" g "/KILL/2"] " " $1
			seen[$1] = 1
		}
		END { for (each in all) print each all[each] }' \
		kind=plan "$1" kind=left - | {
		while read -r how schedule handles; do
			printf '%s\n' $handles | "$bin/pgterm" $how -R "$schedule" &
		done
		wait
	}
}

# sweep_now gently|hurry: ends the leftovers, and repeats that until there are none.
sweep_now() {
	known=$state/plan
	[ -f "$known" ] || known=/dev/null
	for n in 1 2 3 4 5; do
		find_left || continue
		[ -n "$left" ] || return 0
		if [ "$1" = hurry ]; then
			printf '%s\n' "$left" | "$bin/pgterm" -a -k 0
		else
			printf '%s\n' "$left" | end_by_plan "$known"
		fi
	done
	find_marked || living='they cannot be found out'
	warn "survivors: $living"
	return 3
}

# dismiss: the runner reads no more events. Answer the clients that wait.
dismiss() {
	set +f
	for one in "$state"/events.*; do
		rm -f "$one/fifo"
		for answer in "$one"/answer.*; do
			[ ! -p "$answer" ] || echo 'status 1' 1<>"$answer"
		done
	done
	set -f
}

# sweep: ends what a runner left whose loop was killed: first the keepers, which end by
# themselves, then the rest. An empty line is of a keeper that was killed before it
# began. If another runner has begun meanwhile, leave all of it alone.
sweep() {
	case $("$bin/pgtrack" -b -D "$state" get runner 2>/dev/null) in
	'' | "$loop") ;;
	*) return 0 ;;
	esac
	dismiss
	[ ! -d "$state/run" ] || {
		set +f
		for one in "$state/run"/.*.keeper; do
			holder=-
			[ ! -f "$one" ] || { holder=''; read -r holder <"$one"; }
			[ -n "$holder" ] || echo - 1<>"$one"
		done
		set -f
		"$bin/pgkeep" -D "$state/run" end
	}
	sweep_now gently
}

@pgup_front.sh@
@pgup_runner.sh@

# find_events: waits until the runner has its FIFO; fails if there is no runner.
find_events() {
	until runner=$("$bin/pgtrack" -D "$state" get runner 2>/dev/null) &&
		events=$state/events.$runner && [ -p "$events/fifo" ]; do
		pause 0.1 || return
	done
	found=yes
}

# tell LINE: writes an event. "<>" does not block if the runner has ended. The CONT is
# for a runner that is suspended.
tell() {
	echo "$1" 1<>"$events/fifo" || give_up
	kill -s CONT "$(runner_pid)" 2>/dev/null
}

# ask WORD NAME...: asks the runner to read the Procfile again and to start, restart or
# reload the services that changed; sets said to its answer.
ask() {
	find_events || no_runner
	request "$@"
	case $rest in
	0)	;;
	1)	fail 'the runner has ended' ;;
	*)	printf '%s' "$said" >&2
		return "$rest" ;;
	esac
}

# request WORD NAME...: tells the runner, and sets said to the lines of its answer,
# rest to the status in it, and ended to whether the runner has.
request() {
	answer=$events/answer.$$ said='' ended=false
	words=$*
	[ ${#words} -lt 3000 ] || usage 'so many names do not go into one line'
	mkfifo "$answer" 2>/dev/null || fail 'the runner has ended'
	exec 3<>"$answer" || leave 1
	pending=$answer
	[ "$patience" = forever ] || { limit_wait 3<&- 4>&- & limiter=$!; }
	word=$1
	shift
	[ -p "$events/fifo" ] || { rm -f "$answer"; fail 'the runner has ended'; }
	tell "$word $$ $*"
	while read -r word rest <&3; do
		[ "$word" != status ] || break
		said="$said$word $rest$nl"
	done
	exec 3<&-
	rm -f "$answer"
	[ -z "$limiter" ] || kill -s TERM "$limiter" 2>/dev/null
	limiter='' pending=''
	case $rest in ended*) ended=true rest=${rest#ended } ;; esac
}

@pgup_background.sh@

# want SERVICE...: asks the keepers of these services, or of all, to start, stop or
# restart, and waits for that. A service that was never started has no keeper: the
# runner starts it first.
want() {
	find_events || return
	for one; do
		is_kept "$one" || tell "keep $one"
	done
	"$bin/pgkeep" -K "$runner" -D "$state/run" "$mode" "$@"
}

stop() {
	take_plan
	choose "$@"
	if [ $# -gt 0 ]; then
		want $chosen || ! runner_lives || leave 1
	elif find_events; then
		echo 143 >>"$events/signals" || give_up
		tell signal
		! pause forever
	else
		hint "no runner of $file"
	fi
	runner_lives || {
		"$bin/pgtrack" -D "$state" wait guard 2>/dev/null
		sweep_now gently
	}
}

# A service whose line changed gets a new keeper, which starts it: do not restart that
# service a second time.
restart() {
	runner_lives || no_runner
	ask restart "$@" || leave
	again=${said%"$nl"}
	take_plan
	choose "$@"
	[ $# -gt 0 ] || choose_running
	set --
	for one in $chosen; do
		case " $again " in *" $one "*) ;; *) set -- "$@" "$one" ;; esac
	done
	result=0
	[ $# -eq 0 ] || want "$@" || result=$?
	mode=start
	[ -z "$again" ] || want $again || result=$?
	return $result
}

# choose_running: sets chosen to the services that run or are about to run.
choose_running() {
	chosen=''
	for one in $all; do
		load "$one"
		case $now in
		waiting | blocked | starting | running | delayed)
			chosen="$chosen$one " ;;
		esac
	done
}

reload() {
	runner_lives || no_runner
	ask reload || leave
	printf '%s' "$said"
}

@pgup_status.sh@

@pgup_look.sh@

where() { print_lines "state $state${nl}logs $log"; }

# run: the command gets the terminal, if there is one. Only the name of a service needs a
# Procfile.
run() {
	[ $# -gt 0 ] || usage 'run: no command'
	set -- run "$@"
	[ -z "$base" ] || set -- -p "$base" "$@"
	IFS=$nl
	for one in $variables; do set -- -e "$one" "$@"; done
	IFS=$blanks
	case "$given " in *' f '*) set -- -f "$procfile" "$@" ;; esac
	set -- -- "$bin/pgproc" "$@"
	[ ! -t 0 ] || [ ! -t 1 ] || set -- -t "$@"
	exec "$bin/pgspawn" -a -k "$grace" "$@"
}

# lead_group: clean records itself, and a record names a group: lead one.
lead_group() {
	[ -d "$state" ] || [ -d "${log%/*}" ] || leave 0
	PGUP_FRONT=none
	export PGUP_FRONT
	exec "$bin/pgspawn" -x -- "$self" "$@"
}

clean() {
	trust -c
	become_only_one || has_runner
	find_left || fail 'what a dead runner left cannot be found out'
	[ -z "$left" ] ||
		fail 'a dead runner left something: "pgup stop" ends it'
	find "$state/." ! -name . -prune ! -name runner -exec rm -rf {} +
	rm -rf "$log"
	find "${log%/*}/." ! -name . -prune -name 'pgup.log*' -exec rm -f {} +
	"$bin/pgtrack" -D "$state" rm -f runner
	rmdir "$state" "${log%/*}" 2>/dev/null
	return 0
}

check() {
	make_plan
	print_lines "$(printf '%s\n' "$plan" | awk -F '\t' '$1 != "release" && NF {
		print $1 ": port " ($2 == "-" ? "none" : $2) }')"
	[ "$faults" -lt 2 ] || leave 2
	leave "$faults"
}

@pgup_options.sh@

# Open the standard descriptors that are closed: the next file would take their number.
# dash closes standard error if it finds no descriptor to keep it in meanwhile.
{ true 3>&2; } || exec 2>/dev/null
exec 6>&2
told_by=6
{ true 3<&0; } 2>/dev/null || { true 3>&2 || give_up; exec </dev/null; }
{ true 3>&1; } 2>/dev/null || { true 3>&2 || give_up; exec >/dev/null; }

# Scripts that call foreman use its long options: each becomes one of ours.
case " $* " in
*' --'[efpt]*)
	literal=false n=$#
	while [ $n -gt 0 ]; do
		word=$1 n=$((n - 1)) letter=''
		shift
		case $literal$word in
		false--env | false--env=*) letter=e ;;
		false--procfile | false--procfile=*) letter=f ;;
		false--port | false--port=*) letter=p ;;
		false--formation | false--formation=*) letter=m ;;
		false--timeout | false--timeout=*) letter=k ;;
		false-- | falserun) literal=true ;;
		esac
		case $letter$word in
		[!-]*=*) [ -z "$letter" ] || word=-$letter${word#*=} ;;
		*) [ -z "$letter" ] || word=-$letter ;;
		esac
		set -- "$@" "$word"
	done ;;
esac

# Options may stand behind the names: put them in front, where getopts looks for them.
case " $* " in
*' -'*)
	sort_words "$@"
	if $mixed; then
		set -- "$@" "$@"
		for kind in o n; do
			left=$kinds
			while [ -n "$left" ]; do
				word=$1
				shift
				case $left in "$kind"*) set -- "$@" "$word" ;; esac
				left=${left#?}
			done
		done
	fi ;;
esac

parse "$@"
choose_colours
find_commands pgspawn
self=$(dirname -- "$0")/${0##*/}
"$bin/pgterm" -n -k "$grace" - </dev/null || leave 2
[ "$patience" = forever ] || "$bin/pgterm" -n -k "$patience" - </dev/null || leave 2
[ -z "$size" ] || told=$("$bin/pgspawn" -z "$size" -V 2>&1) || {
	printf '%s\n' "${told%%"$nl"*}" >&2
	leave 2
}
[ "$mode" = run ] || {
	find_project
	find_state
	[ -r "$procfile" ] || [ -d "$state" ] || [ "$mode" = where ] ||
		no_procfile
}
front=${PGUP_FRONT:-} copy=''
unset PGUP_FRONT
case $mode in
start)	if [ -n "$front" ]; then mode=start_runner; else be_front "$@"; fi ;;
stop | restart | reload | status | await | logs) trust ;;
clean)
	trust
	[ -n "$front" ] || lead_group "$@" ;;
sweep)	loop=$front owes=${PGUP_OWES:-} ;;
esac
shift $parsed
"$mode" "$@"
settle $?
