#!/bin/sh
#
# complete - print the words that can complete a command line of procgroup
#
#	complete COMMAND [WORD ...] CURRENT
#
# prints a line for each candidate for CURRENT: the word, a tab, its meaning. A line
# "!KIND" asks the shell to complete instead: !files, !directories, !commands, !users, or
# !rest N, where the Nth WORD is the name of another command, whose arguments follow.
#
# Options and subcommands are those that COMMAND -h prints. The name of an argument there
# decides how it is completed. Services and records are those that exist now.

# shellcheck disable=SC2086 # words are to be split
set -uf

tab=$(printf '\t.') tab=${tab%.}
command=$1 name=${1##*/} bin=''
case $1 in */*) bin=${1%/*}/ ;; esac
shift
help=$("$command" -h 2>/dev/null) || exit 1

# offer: prints the lines of standard input that begin with CURRENT.
offer() {
	want=$current LC_ALL=C awk -F '\t' \
		'index($0, ENVIRON["want"]) == 1 && !seen[$1]++'
}

# words WORD...: offer these words.
words() { printf '%s\n' "$@" | offer; }

# options: prints the options that are valid here: letter, name of the argument or "-", and
# meaning, separated by tabs. Behind a subcommand these are the options of its line in the
# help; behind one of pgup also those of pgup.
options() {
	printf '%s\n' "$help" | LC_ALL=C awk -v sub_="$sub" -v name="$name" '
	function put(letter, arg, text) { print letter "\t" arg "\t" text }
	sub_ != "" && $1 == sub_ && /^  [a-z]/ {
		line = $0
		while (match(line, /\[-[A-Za-z]+( [^]]+)?\]/)) {
			one = substr(line, RSTART + 2, RLENGTH - 3)
			line = substr(line, RSTART + RLENGTH)
			n = split(one, part, " ")
			if (n == 2) { put(part[1], part[2], ""); continue }
			for (i = 1; i <= length(one); i++)
				put(substr(one, i, 1), "-", "")
		}
	}
	# Options of pgup itself are not valid behind attach and logs.
	(sub_ == "" || name == "pgup" && sub_ != "attach" && sub_ != "logs") && \
	/^  -[A-Za-z]/ {
		text = $0
		sub(/^  -[A-Za-z](, --[a-z]+| [^ ]+)? +/, "", text)
		put(substr($0, 4, 1), $0 ~ /^  -[A-Za-z] [^ ]/ ? $2 : "-", text)
	}'
}

# argument_of LETTER: prints the name of the argument of this option; nothing without one.
argument_of() {
	options | awk -F '\t' -v letter="$1" \
		'$1 == letter { if ($2 != "-") print $2; exit }'
}

has_subcommands() {
	case $name in pgtrack | pgkeep | pgproc | pgup) ;; *) return 1 ;; esac
}

# The meaning follows two blanks, or is in the next line.
subcommands() {
	printf '%s\n' "$help" | LC_ALL=C awk '
	/^  [a-z]/ {
		name = $1
		rest = substr($0, 3)
		at = index(rest, "  ")
		if (!at) next
		$0 = "   " substr(rest, at)
	}
	/^   / && name != "" {
		sub(/^ */, "")
		print name "\t" $0
	}
	{ name = "" }' | sort -u
}

# --- live values --------------------------------------------------------------

signals() { kill -l | tr -s '[:blank:]' '[\n*]' | sed -n 's/^SIG//; /^[A-Z]/p'; }

services() {
	"${bin}pgproc" ${procfile:+-f} ${procfile:+"$procfile"} list 2>/dev/null |
		cut -f 1
}

records() { "${bin}pgtrack" ${place:+-D} ${place:+"$place"} list -a 2>/dev/null |
	awk -F '\t' '{ print $2 "\t" $3 }'; }
keepers() { "${bin}pgkeep" ${place:+-D} ${place:+"$place"} list 2>/dev/null |
	cut -f 1,2; }
programs() { ps -A -o comm= 2>/dev/null | sed 's,.*/,,' | sort -u; }

# Print the handles of records and of orphans, each with its name.
targets() {
	"${bin}pgtrack" list 2>/dev/null | cut -f 1,2
	"${bin}pgscan" 2>/dev/null | cut -f 1,6
}

# listed FUNCTION: complete the last word of a list with commas.
listed() {
	case $current in *,*) front=${current%,*}, ;; *) front='' ;; esac
	"$1" | sed "s/$tab.*//" | while IFS= read -r one; do
		printf '%s%s\n' "$front" "$one"
	done | offer
}

# --- what is to be completed -----------------------------------------------------

# value ARGUMENT: complete an argument by its name in the help.
value() {
	case $1 in
	dir) echo '!directories' ;;
	file | envfile | Procfile | socket) echo '!files' ;;
	user) echo '!users' ;;
	signal) signals | offer ;;
	program) programs | offer ;;
	schedule) words TERM/5/KILL/2 TERM/30/KILL/2 INT/5/TERM/5/KILL/2 HUP ;;
	policy) words no once on-failure always ;;
	WHAT) words notify tcp: log: ;;
	pid\|parent) words parent ;;
	name=N,...) listed services | sed 's/$/=/' ;;
	name,...) listed keepers ;;
	*[!a-z\|]*) ;;
	*\|*)	IFS='|'
		words $1 ;;
	esac
}

# other N: the words from the Nth on are the command line of another command.
other() {
	if [ "$operands" -ge "$1" ]; then
		echo "!rest $at"
	else
		echo '!commands'
	fi
	exit
}

# service_or_command: commands come last, and not in their thousands before a letter is
# typed.
service_or_command() {
	[ "$operands" -lt 1 ] || return 0
	known=$(services | offer)
	[ -z "$known" ] || printf '%s\n' "$known"
	[ -n "$current" ] || [ -z "$known" ] || exit
}

operand() {
	[ "$name" != pgspawn ] || other 1
	case $name.$sub in
	pgtrack.exec | pgkeep.run | pgproc.exec) [ "$operands" -lt 1 ] || other 2 ;;
	pgup.run | pgproc.run)
		service_or_command
		other 1 ;;
	esac
	case $name.$sub in
	pgterm.) targets | offer ;;
	pgattach.) echo '!files' ;;
	pgscan.) env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1=/p' | offer ;;
	pgtrack.get | pgtrack.status | pgtrack.wait | pgtrack.rm | pgtrack.exec | \
	pgtrack.add)
		case $sub$operands in add1) targets ;; *) records ;; esac | offer ;;
	pgkeep.list | pgkeep.run | pgkeep.start | pgkeep.stop | pgkeep.restart | \
	pgkeep.end)
		keepers | offer ;;
	pgproc.exec) services | offer ;;
	pgup.)	{ subcommands; services; } | offer ;;
	pgup.reload | pgup.check | pgup.where | pgup.clean | pgup.status) ;;
	pgup.*) services | offer ;;
	pgexport.) printf '%s\n' "$help" | sed -n 's/^  \([a-z].*\)/\1/p' |
		tr ' ' '\n' | offer ;;
	pgtrack. | pgkeep. | pgproc.) subcommands | offer ;;
	esac
}

# take WORD: read a word before the last one. Sets awaited to the name of the argument that
# the next word is.
take() {
	if [ -n "$awaited" ]; then
		case $letter in D) place=$1 ;; f) procfile=$1 ;; esac
		awaited=''
		return
	fi
	case $stopped$1 in
	0--)	stopped=1
		return ;;
	0-?*)	take_letters "${1#-}"
		return ;;
	esac
	if has_subcommands && [ -z "$sub" ]; then
		sub=$1
		return
	fi
	operands=$((operands + 1)) stopped=1
	other_at "$operands"
}

# other_at N: note that the command line of another command begins at word N.
other_at() {
	case $name.$sub.$1 in
	pgspawn..1 | pgtrack.exec.2 | pgkeep.run.2 | pgproc.exec.2 | pgproc.run.1 | \
	pgup.run.1)
		at=$index ;;
	esac
}

take_letters() {
	rest=$1
	while [ -n "$rest" ]; do
		letter=${rest%"${rest#?}"} rest=${rest#?}
		awaited=$(argument_of "$letter")
		[ -n "$awaited" ] || continue
		[ -z "$rest" ] || take "$rest"
		return
	done
}

sub='' awaited='' letter='' place='' procfile='' stopped=0 operands=0 at=0 index=0
while [ $# -gt 1 ]; do
	index=$((index + 1))
	[ "$at" -gt 0 ] || take "$1"
	shift
done
current=${1:-}
if [ -n "$awaited" ]; then
	value "$awaited"
else
	case $stopped$current in
	0--*)	printf '%s\n' "--help${tab}print a summary of the usage" \
			"--version${tab}print the version" | offer ;;
	0-*)	options | awk -F '\t' '{ print "-" $1 "\t" $3 }' | offer ;;
	*)	operand ;;
	esac
fi
