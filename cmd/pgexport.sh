#!/bin/sh
#
# pgexport - write the services of a Procfile as files of another engine.
#
# An exported service is
#
#	pgspawn -a -- pgproc -f /srv/shop/Procfile exec web
#
# pgproc reads the Procfile and the environment files when the service starts. An
# engine reads no line of them: it cannot misread a quote, a $ or a %, and no value of
# an environment file is copied. pgspawn ends the whole group. An engine that knows only
# one PID cannot do that; an engine with a cgroup for each service needs no pgspawn.
#
# cmd/export has a file for each engine. A new engine needs such a file, with a
# function export_NAME, and a word in the Makefile. The function may call
#	each FUNCTION	which calls FUNCTION for each service, with these variables:
#		service name instance id port policy tries stop grace within ready
#		stdin leader follow limit terminal predecessors (see take), stop_secs, start_secs
#	words FUNCTION OPTION...	which calls FUNCTION with the command of the
#		service; the options are those of pgspawn
#	put FILE MODE	which writes standard input to that file
#	advise COMMAND	which prints a command for the user to type
#	lose WHAT	which warns that the engine cannot do WHAT
# and read app, all, dir, procfile, user, image, bin.

# shellcheck disable=SC2034,SC2030,SC2031 # engines use what is set here, in subshells
set -uf

nl='
'
tab=$(printf '\t.') tab=${tab%.}

me=pgexport
@script.sh@

# The echo of some shells obeys backslashes in its words.
echo() { printf '%s\n' "$*"; }

help() {
	cat <<-'END'
	usage: pgexport [option ...] engine     (-h lists both)
	Write the services of a Procfile as files of another engine.

	END
	{ engines; echo; } | fold -s -w 60 | sed 's/^/  /; s/ *$//'
	cat <<-'END'

	  -e envfile     read variables from this file; may be repeated
	  -F             write over files that were changed
	  -f Procfile    read this file
	  -i image       image of the containers
	  -m name=N,...  how many of each service
	  -n name        name of the application
	  -o dir         directory for the files
	  -p port        base of the ports (5000)
	  -r policy      no, once, on-failure or always[,tries]
	  -u user        user that the services run as
	  -h, --help     print this text, and end
	  -V, --version  print the version, and end
	The manual page pgexport(1) says more.
	END
}

lose() {
	warn "$service: $engine $*"
	: >"$new/.lossy"
}

# The files of the engines consist of lines, so no path may contain a newline.
find_project() {
	file=$procfile
	find_dir
	procfile=${dir%/}/${procfile##*/}
	[ -n "$app" ] || app=$(printf '%s' "${dir##*/}" |
		LC_ALL=C tr -cs 'A-Za-z0-9_-' - | sed 's/^[-_]*//; s/[-_]*$//')
	case $app in
	'' | [!A-Za-z0-9]* | *[!A-Za-z0-9_-]*)
		die "$app: not a name of letters, digits, - and _: use -n" ;;
	esac
	case $procfile$bin$variables in
	*"$nl"*) die "$procfile: a path with a newline" ;;
	esac
}

# --- the plan ----------------------------------------------------------------

# proc ARGUMENT...: run pgproc with the Procfile, environment files and base port.
proc() {
	eval "set -- $variables ${base:+-p $base} \"\$@\""
	"$bin/pgproc" -f "$file" "$@"
}

read_plan() {
	plan=$(proc ${formation:+-m} ${formation:+"$formation"} \
		${default:+-r} ${default:+"$default"} list)
	lossy=$?
	[ "$lossy" -lt 2 ] || exit 2
	[ -n "$plan" ] || die "$file: no service to export"
	all=$(printf '%s\n' "$plan" | cut -f 1)
	every_after=,$(printf '%s\n' "$plan" | cut -f 3 | tr '\n' ,)
}

# seconds NUMBER MORE: prints NUMBER, rounded up to a whole number, plus MORE; prints
# nothing for "forever".
seconds() {
	case $1 in
	forever) return ;;
	*.*[1-9]*) set -- "${1%%.*}" $(($2 + 1)) ;;
	esac
	set -- "${1%%.*}" "$2"
	echo $((${1:-0} + $2))
}

# ended_by SIGNAL: prints the status of pgspawn when the signal killed its command. The
# number comes from a shell: some report 128 + number, others 256 + number.
# shellcheck disable=SC2016
ended_by() {
	{ sh -c 'ulimit -c 0; kill -s "$0" $$' "$1"; } 2>/dev/null
	echo $((128 + $? % 128))
}

# instances_of NAME: prints the exported instances of the service.
instances_of() {
	for one in $all; do
		case $one in "$1" | "$1".*) echo "$one" ;; esac
	done
}

# join_instances: for an engine whose objects have many instances. Names the object
# after the service and counts its instances; 1 after the first instance. done_names
# lists the services that were exported.
join_instances() {
	case $done_names in *" $name "*) return 1 ;; esac
	done_names="$done_names$name "
	many=$(instances_of "$name" | wc -l)
	service=$name
	[ "$after" = - ] || lose "does not wait for $after"
	[ "$follow" = - ] || lose 'does not follow a new leader'
	[ "$terminal" = - ] || lose 'gives it no terminal'
}

# take: sets the variables that the plan does not have. predecessors lists all instances
# of the services in after=, with :done where the service waits for their end.
take() {
	name=${service%%.*} instance=1 id=$app-$service
	[ "$name" = "$service" ] || instance=${service#*.}
	policy=${restart%%,*} tries=10
	[ "$policy" = "$restart" ] || tries=${restart#*,}
	[ "$stop" != - ] || stop=TERM
	[ "$grace" != - ] || grace=5
	[ "$within" != - ] || within=30
	stop_secs=$(seconds "$grace" 5) start_secs=$(seconds "$within" 5)
	predecessors=''
	[ "$after" != - ] || return 0
	for each in $(printf '%s' "$after" | tr , ' '); do
		for one in $(instances_of "${each%:done}"); do
			predecessors="$predecessors $one${each#"${each%:done}"}"
		done
	done
}

# each FUNCTION: call it for each service of the plan.
each() {
	while IFS=$tab read -r service port after before restart stop grace within \
	    ready stdin leader follow limit terminal; do
		take
		"$1"
	done <<-END
	$plan
	END
	service=''
}

# field_of SERVICE NUMBER: prints that column of the plan.
field_of() {
	printf '%s\n' "$plan" | awk -F '\t' -v one="$1" -v n="$2" '$1 == one { print $n }'
}

# is_awaited: some service waits for the end of this one.
is_awaited() { case $every_after in *",$name:done,"*) ;; *) return 1 ;; esac }

# line: prints the command line of the service in the Procfile.
# shellcheck disable=SC2016
line() {
	"$bin/pgproc" -f "$file" -e /dev/null exec "$service" \
		sh -c 'printf "%s\n" "$3"' sh
}

# --- the command -------------------------------------------------------------

# The shell code that runs the command of ready=cmd: in the group and with the
# environment of the service, until it succeeds, and becomes the service.
# shellcheck disable=SC2016
await='(until sh -c "$0" </dev/null >/dev/null 2>&1 3>&-; do sleep 0.2; done; echo >&3) & exec "$@" 3>&-'

# proc_words FUNCTION WORD...: calls FUNCTION with the words and the pgproc command that
# becomes the service.
proc_words() {
	printer=$1
	shift
	set -- "$@" "${bin:+$bin/}pgproc" -f "$procfile"
	eval "set -- \"\$@\" $variables"
	set -- "$@" ${base:+-p} ${base:+"$base"} exec "$service"
	case $ready in
	cmd:*) set -- "$@" sh -c "$await" "${ready#cmd:}" ;;
	esac
	"$printer" "$@"
}

# words FUNCTION OPTION...: calls FUNCTION with the command of the service: pgspawn with
# the options, and pgproc.
words() {
	printer=$1
	shift
	case $stdin in null) set -- "$@" -I null ;; *) set -- "$@" -I idle ;; esac
	[ "$leader" != leader ] || set -- "$@" -l
	[ "$stop" = TERM ] || set -- "$@" -s "$stop"
	[ "$grace" = 5 ] || set -- "$@" -k "$grace"
	case $ready in
	-) ;;
	fd:*) set -- "$@" -T "$within" -r "${ready#fd:}" ;;
	cmd:*) set -- "$@" -T "$within" -r 3 ;;
	*) set -- "$@" -T "$within" -r "$ready" ;;
	esac
	proc_words "$printer" "${bin:+$bin/}pgspawn" -a "$@" --
}

# --- containers ---------------------------------------------------------------

# find_secret: sets secret to the environment file of the services, or to nothing.
find_secret() {
	secret=$envfile
	case $variables in
	'') [ ! -f "${dir%/}/.env" ] || secret=${dir%/}/.env ;;
	*' -e '*' -e '*) die "$engine takes one environment file" ;;
	esac
}

# container_words FUNCTION ENVFILE OPTION...: as words, for a container: the commands
# are in PATH, the Procfile is in the working directory, and the environment file, if
# there is one, is ENVFILE.
container_words() (
	bin='' procfile=${procfile##*/} variables=''
	[ -z "$secret" ] || variables=" -e $2"
	container_printer=$1
	shift 2
	words "$container_printer" "$@"
)

# container_command ENVFILE: prints that command as JSON. Once the service is ready,
# the command writes a line to a file, which a probe of the engine reads.
container_command() {
	if [ "$ready" = - ]; then
		container_words json_words "$1"
	else
		container_words container_ready "$1" -p 3
	fi
}

# shellcheck disable=SC2016 # a shell in the container expands it
container_ready() {
	json_words sh -c 'exec "$@" 3>/tmp/procgroup.ready' sh "$@"
}

# --- words --------------------------------------------------------------------

# quote, shell_words: print words for a shell. json, json_words: print JSON, which is
# also YAML.
quote() {
	case $1 in
	'' | *[!A-Za-z0-9_./:=,@+-]*)
		printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

shell_words() {
	quote "$1"
	shift
	for word; do
		printf ' '
		quote "$word"
	done
}

json() {
	case $1 in
	*[!A-Za-z0-9_./:=,@+-]*) ;;
	*)	printf '"%s"' "$1"
		return ;;
	esac
	printf '%s' "$1" | LC_ALL=C awk '
		BEGIN {
			for (i = 1; i < 32; i++)
				as[sprintf("%c", i)] = sprintf("\\u%04x", i)
			as["\177"] = "\\u007f"; as["\\"] = "\\\\"; as["\""] = "\\\""
			printf "\""
		}
		NR > 1 { printf "\\n" }
		{
			n = length($0)
			for (i = 1; i <= n; i++) {
				c = substr($0, i, 1)
				printf "%s", c in as ? as[c] : c
			}
		}
		END { printf "\"" }'
}

json_words() {
	between='['
	for word; do
		printf '%s' "$between"
		json "$word"
		between=', '
	done
	printf ']'
}

# --- files -------------------------------------------------------------------

# put FILE MODE: prepare that file of the output folder; write_files puts it there.
put() {
	case $1 in */*) mkdir -p "$new/${1%/*}" ;; esac
	cat >"$new/$1" && chmod "$2" "$new/$1" || exit 2
	printf '%s\n' "$1" >>"$new/.files"
}

advise() { printf 'run: %s\n' "$*" >>"$new/.commands"; }

# is_ours FILE: a former export wrote the file, and it has not changed since.
is_ours() {
	[ -f "$out/$1" ] && [ -f "$known" ] &&
		printf '%s %s\n' "$(cksum <"$out/$1")" "$1" | grep -Fqxf "$known"
}

# Check all files before the first is written: a file that pgexport did not write, or
# that a person changed, is not replaced.
check_files() {
	$force || while IFS= read -r one; do
		if [ -e "$out/$one" ] || [ -h "$out/$one" ]; then
			cmp -s "$new/$one" "$out/$one" || is_ours "$one" || {
				warn "$out/$one: was changed, or is not ours:" \
					"-F replaces it"
				lossy=2
			}
		fi
	done <"$new/.files"
	[ "$lossy" -lt 2 ] || exit 2
}

write_files() {
	mkdir -p "$out" || exit 2
	while IFS= read -r one; do
		if cmp -s "$new/$one" "$out/$one"; then
			echo "same $out/$one"
		else
			case $one in */*) mkdir -p "$out/${one%/*}" || exit 2 ;; esac
			cp -p "$new/$one" "$out/$one.new" &&
				mv -f "$out/$one.new" "$out/$one" || exit 2
			echo "wrote $out/$one"
		fi
		printf '%s %s\n' "$(cksum <"$new/$one")" "$one" >>"$new/.known"
	done <"$new/.files"
}

# Warn about the files of services that are no longer in the Procfile.
warn_of_old() {
	[ -f "$known" ] || return 0
	while read -r _ _ one; do
		grep -Fqx -e "$one" "$new/.files" || [ ! -e "$out/$one" ] || {
			warn "$out/$one: of a former export; remove it"
			lossy=1
		}
	done <"$known"
}

finish() {
	known=$out/.pgexport.$app
	check_files
	write_files
	warn_of_old
	cp "$new/.known" "$known" || exit 2
	cat "$new/.commands"
	[ ! -e "$new/.lossy" ] || lossy=1
	exit "$lossy"
}

@export@

# --- options -----------------------------------------------------------------

parse() {
	procfile=Procfile app='' image='' formation='' base='' user='' out='' \
		default='' variables='' envfile='' force=false
	while getopts :Fe:f:hi:m:n:o:p:r:u:V option; do
		case $option in
		h) help; exit ;;
		V) version; exit ;;
		e)	envfile=$(absolute "$OPTARG")
			variables="$variables -e $(quote "$envfile")" ;;
		F) force=true ;;
		f) procfile=$OPTARG ;;
		i) image=$OPTARG ;;
		m) formation=$formation${formation:+,}$OPTARG ;;
		n) app=$OPTARG ;;
		o) out=$OPTARG ;;
		p) base=$OPTARG ;;
		r) default=$OPTARG ;;
		u) user=$OPTARG ;;
		:) usage "option -$OPTARG needs an argument" ;;
		*) unknown_option "$@" ;;
		esac
	done
	case $base in *[!0-9]*) die "$base: not a port" ;; esac
	case $user in *[!A-Za-z0-9_.-]*) die "$user: not a user" ;; esac
}

engines() { sed -n 's/^export_\([a-z0-9]*\)() {.*/\1/p' "$0" | sort | tr '\n' ' '; }

unset PORT
parse "$@"
shift $((OPTIND - 1))
case ${1:-} in
'') usage "which engine: $(engines)" ;;
*[!a-z0-9]*) usage "$1: not one of $(engines)" ;;
esac
engine=$1 service=''
[ $# -eq 1 ] || usage "$2: one engine only"
command -v "export_$engine" >/dev/null || usage "$1: not one of $(engines)"
find_commands pgproc
find_project
[ -n "$default" ] || [ "$engine" = procfile ] || default=always
: "${out:=$engine}" "${image:=$(printf '%s' "$app" | tr '[:upper:]' '[:lower:]')}"
read_plan
new=$(mktemp -d "${TMPDIR:-/tmp}/pgexport.XXXXXX") || exit 2
trap 'rm -rf "$new"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
"export_$engine"
finish
