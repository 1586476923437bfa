# shellcheck shell=sh
# What the scripts of procgroup share; me is the name of the script.

warn() { printf '%s: %s\n' "$me" "$*" >&2; }
# leave [STATUS]: ends the script, without what its trap for EXIT would do.
leave() { set -- "${1:-$?}"; trap - EXIT; exit "$1"; }
die() { warn "$*"; leave 2; }
usage() { warn "$*"; help | sed q >&2; leave 2; }
version() { printf '%s (procgroup) @VERSION@\n' "$me"; }

# unknown_option WORD...: getopts found one among these words; it reports "-" for a
# word such as --help.
unknown_option() {
	[ "$OPTARG" != - ] || for word; do
		case $word in
		--help) help; leave ;;
		--version) version; leave ;;
		--?*) usage "unknown option $word" ;;
		esac
	done
	usage "unknown option -$OPTARG"
}

# find_commands PROGRAM: sets bin to the directory of PROGRAM and the other commands:
# that of this script, else one in PATH.
find_commands() {
	bin=$(dirname -- "$0")/$1
	[ -x "$bin" ] || bin=$(command -v "$1") || die "$1: not found"
	bin=$(CDPATH='' cd -- "${bin%/*}/" && pwd -P) || leave 2
	PROCGROUP_NAME=$me
	export PROCGROUP_NAME
}

# find_dir: sets dir to the directory of $procfile, as an absolute path without links.
find_dir() {
	dir=${procfile%"${procfile##*/}"}
	dir=$(CDPATH='' cd -- "${dir:-.}" 2>/dev/null && pwd -P 2>/dev/null)
	case $dir in /*) ;; *) die "$procfile: its directory is missing or cannot be entered" ;; esac
}

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s' "$PWD/$1" ;; esac }
