# shellcheck shell=sh
# What the scripts of procgroup share; me is the name of the script.

warn() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { warn "$*"; exit 2; }
usage() { warn "$*"; help | sed q >&2; exit 2; }
version() { printf '%s (procgroup) @VERSION@\n' "$me"; }

# long_option WORD: the text after "--".
long_option() {
	case $1 in
	help) help ;;
	version) version ;;
	*) usage "unknown option --$1" ;;
	esac
	exit
}

# find_commands PROGRAM: sets bin to the directory of PROGRAM and the other commands:
# that of this script, else one in PATH.
find_commands() {
	bin=$(dirname -- "$0")/$1
	[ -x "$bin" ] || bin=$(command -v "$1") || die "$1: not found"
	bin=$(CDPATH='' cd -- "${bin%/*}/" && pwd -P) || exit 2
	PROCGROUP_NAME=$me
	export PROCGROUP_NAME
}

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s' "$PWD/$1" ;; esac }
