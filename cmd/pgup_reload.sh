# shellcheck shell=sh disable=SC2086,SC2154
# Read the Procfile again: for reload, and for start and restart of some services. The
# loop starts a keeper for a new line of the plan, ends the keeper of a line that is
# gone, and replaces a keeper if its arguments would differ.

# publish SERVICE LINE: writes a state; opening something else than a file might block.
publish() {
	[ ! -e "$state/run/$1" ] || [ -f "$state/run/$1" ] || rm -rf "$state/run/$1"
	echo "$2" >"$state/run/$1"
}

# add_commands: appends to each line of a plan the command in the Procfile.
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
		}' kind=file "${copy:-$procfile}" kind=plan -
}

# is_meant SERVICE PATTERN...: it matches one of them, or there is no pattern.
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

# essence LINE: sets essence to the fields that need a new keeper when they change. The
# services that come after this one are not among them; the command is only for reload.
essence() {
	IFS=$tab
	set -- $1
	IFS=$blanks
	first="$1 $2 $3 $5 $6 $7" last_fields="$8 $9"
	shift 9
	essence="$first $last_fields $1 $2 $3 $4 $5"
	shift 5
	[ "$word" != reload ] || essence="$essence $*"
}

# runs: the service of that key runs or is about to run.
runs() {
	eval "now=\${state_$key:-stopped}"
	case $now in stopped | done | failed | blocked | ended) return 1 ;; esac
}

# look_at LINE PATTERN...: compares a line of the new plan with the old one.
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

# compare PATTERN...: sets added, changed, dropped, and merges the plans.
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

# replace: replaces the keepers of changed services, and ends those of dropped ones. A
# service that does not run gets its new keeper at the next start.
replace() {
	replaced=''
	for one in $changed; do
		key "$one"
		! runs || replaced="$replaced$one "
	done
	[ "$word" != restart ] || [ -z "$replaced" ] || answer "$client" "$replaced"
	set --
	for one in $changed $dropped; do
		! is_kept "$one" || set -- "$@" "$one"
	done
	held=$((held + 1))
	(
		owe "compared $client 125"
		[ $# -eq 0 ] || "$bin/pgkeep" -K $$ -D "$state/run" end "$@" 2>&4
		for one in $replaced; do echo "again $one"; done >&9
		for one in $dropped; do echo "dropped $one"; done >&9
		owe "compared $client 0"
		exit
	) 5>&- 7>&- 8<&- &
}

# add: a new service starts if the runner runs all services; otherwise it is stopped.
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

# answer CLIENT LINES: the client may have ended.
answer() { [ ! -p "$events/answer.$1" ] || printf '%s\n' "$2" 1<>"$events/answer.$1"; }

# copy_procfile FILE: copies the Procfile, and sets copy to FILE. A Procfile that is a
# pipe has no copy.
copy_procfile() {
	copy=''
	[ -f "$procfile" ] || return 0
	cp "$procfile" "$1" || return
	copy=$1
}

# The Procfile may have been edited since it was read.
copy_planned() {
	listed=$plan
	copy_procfile "$events/Procfile" || leave 2
	make_plan 2>/dev/null
	[ "$plan" = "$listed" ] || { rm -rf "$events"; die "$file: was edited meanwhile"; }
	plan=$(printf '%s\n' "$plan" | add_commands) || give_up
	printf '%s\n' "$plan" >"$events/plan" || give_up
}

keep_copy() {
	rm -f "$state/Procfile"
	[ ! -e "$events/Procfile" ] || {
		copy=$state/Procfile
		mv "$events/Procfile" "$copy" || give_up
	}
}

# read_again: makes the plan from the Procfile as it is now. If that has a fault, fails,
# and sets plan to the messages; then services start from the Procfile as it was.
read_again() {
	kept=$copy
	{ [ -f "$procfile" ] && cmp -s "$procfile" "$state/Procfile"; } ||
		copy_procfile "$state/Procfile.new" || {
		copy=$kept plan="pgup: $file: cannot be copied"
		return 1
	}
	plan=$(proc ${formation:+-m} ${formation:+"$formation"} -r "$policy" list 2>&1)
	faults=$?
	[ $faults -gt 1 ] || {
		make_plan
		plan=$(printf '%s\n' "$plan" | add_commands) || faults=2 plan="pgup: $short"
	}
	[ $faults -le 1 ] || { rm -f "$state/Procfile.new"; copy=$kept; return 1; }
	case $copy in *.new) copy=$state/Procfile; mv "$copy.new" "$copy" ;; esac
}

# on_ask start|restart|reload CLIENT PATTERN...
on_ask() {
	word=$1 client=$2 known=$plan
	shift 2
	! $stopping || { answer "$client" 'status 1'; return; }
	if ! read_again; then
		answer "$client" "$plan${nl}status 2"
		plan=$known
		return
	fi
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
	rm -f "$state/run/$1" "$state/run/.$1.keeper"
	key "$1"
	eval "plan_$key=''"
}

# on_compared CLIENT STATUS
on_compared() {
	held=$((held - 1))
	[ "$2" -eq 0 ] || answer "$1" "pgup: $short"
	answer "$1" "status $2"
	$stopping || finish_if_idle
}
