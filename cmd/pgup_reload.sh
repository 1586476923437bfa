# shellcheck shell=sh disable=SC2086,SC2154
# What the loop does when it is asked to read the Procfile again: by reload, or by the
# start or restart of some services. A plan line that is new, gone, or another in what
# its keeper was started with makes a keeper, ends one, or replaces it.

# add_commands: to each line of a plan the command, as the Procfile has it.
add_commands() {
	awk -F '\t' '
		kind == "file" {
			n = index($0, ":")
			command[substr($0, 1, n - 1)] = substr($0, n + 1)
		}
		kind == "plan" {
			base = $1
			sub(/\..*/, "", base)
			gsub(/\t/, " ", command[base])
			print $0 "\t" command[base]
		}' kind=file "$procfile" kind=plan -
}

# is_meant SERVICE PATTERN...: without a pattern all are.
is_meant() {
	[ $# -gt 1 ] || return 0
	meant=$1
	shift
	for pattern; do
		# shellcheck disable=SC2254 # patterns
		case $meant in $pattern | $pattern.*) return ;; esac
	done
	return 1
}

# essence LINE: what a service needs another keeper for. Not who comes after it; and
# the command only if that is to run again for it, as by reload.
essence() {
	IFS=$tab
	set -- $1
	IFS=$blanks
	first="$1 $2 $3 $5 $6 $7" last_fields="$8 $9"
	shift 9
	essence="$first $last_fields $1 $2 $3"
	shift 3
	[ "$word" != reload ] || essence="$essence $*"
}

# Does the service of that key run, or is it about to?
runs() {
	eval "now=\${state_$key:-stopped}"
	case $now in stopped | done | failed | blocked | ended) return 1 ;; esac
}

# look_at LINE PATTERN...: what a line of the fresh plan comes to.
look_at() {
	line=$1
	shift
	one=${line%%"$tab"*}
	key "$one"
	eval "old=\${plan_$key:-} seen_$key=\$round"
	old=${old#*"$tab"}
	if ! is_meant "$one" "$@" || { [ "$word" = start ] && runs; }; then
		line=$old
	elif [ -z "$old" ]; then
		added="$added$one "
	else
		essence "$old"
		before_now=$essence
		essence "$line"
		[ "$essence" = "$before_now" ] || changed="$changed$one "
	fi
	merged=$merged$line${line:+$nl}
}

# compare PATTERN...: sets added, changed and dropped, and the plan to what comes of it.
compare() {
	merged='' added='' changed='' dropped='' round=$((round + 1))
	IFS=$nl
	for each in $plan; do
		IFS=$blanks
		look_at "$each" "$@"
	done
	IFS=$blanks
	for one in $all; do
		key "$one"
		eval "seen=\${seen_$key:-0} old=\$plan_$key"
		if [ "$seen" -eq $round ]; then
			:
		elif [ "$word" = reload ]; then
			dropped="$dropped$one "
		else
			merged=$merged${old#*"$tab"}$nl
		fi
	done
	plan=${merged%"$nl"}
	[ "$plan" != "$known" ] || return 0
	read_plan "$plan"
	printf '%s\n' "$plan" >"$state/plan.new" && mv "$state/plan.new" "$state/plan"
}

# Whose keeper is to be another. One that does not run gets it at the next start.
replace() {
	replaced=''
	for one in $changed; do
		key "$one"
		! runs || replaced="$replaced$one "
	done
	[ "$word" != restart ] || [ -z "$replaced" ] || answer "$client" "$replaced"
	set --
	for one in $changed $dropped; do
		[ ! -e "$state/run/.$one.keeper" ] || set -- "$@" "$one"
	done
	held=$((held + 1))
	(
		[ $# -eq 0 ] || "$bin/pgkeep" -K $$ -D "$state/run" end "$@" 2>&4
		for one in $replaced; do echo "again $one"; done >&9
		for one in $dropped; do echo "dropped $one"; done >&9
		echo "compared $client" >&9
	) 5>&- 7>&- 8<&- &
}

# What is added starts with all others; where some were named it waits for its start.
add() {
	for one in $added; do
		if [ "$word" = reload ] && $is_all && [ "$one" != release ]; then
			publish "$one" 'waiting 0 -'
			to_start="$to_start$one "
		else
			publish "$one" 'stopped 0 -'
		fi
	done
	start_some
}

# answer CLIENT LINES: it may have gone away.
answer() { [ ! -p "$events/answer.$1" ] || printf '%s\n' "$2" 1<>"$events/answer.$1"; }

# on_ask start|restart|reload CLIENT PATTERN...
on_ask() {
	word=$1 client=$2 known=$plan
	shift 2
	! $stopping || { answer "$client" 'status 1'; return; }
	plan=$(proc ${formation:+-m} ${formation:+"$formation"} -r "$policy" list 2>&1)
	if [ $? -gt 1 ]; then
		answer "$client" "$plan${nl}status 2"
		plan=$known
		return
	fi
	make_plan
	plan=$(printf '%s\n' "$plan" | add_commands)
	compare "$@"
	[ "$word" != reload ] || {
		for one in $added; do answer "$client" "$one: added"; done
		for one in $changed; do answer "$client" "$one: changed"; done
		for one in $dropped; do answer "$client" "$one: dropped"; done
		[ -n "${added# }${changed# }${dropped# }" ] ||
			answer "$client" 'nothing has changed'
	}
	add
	replace
}

on_again() {
	$stopping || start_keeper "$1"
}

on_dropped() {
	set_state "$1" stopped
	rm -f "$state/run/$1"
	key "$1"
	eval "plan_$key=''"
}

# on_compared CLIENT
on_compared() {
	held=$((held - 1))
	answer "$1" 'status 0'
	$stopping || finish_if_idle
}
