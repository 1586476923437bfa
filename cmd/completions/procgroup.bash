# shellcheck shell=bash
# Completion of procgroup for bash. Words are cut at blanks only, not at the colons of
# handles. readline cuts at colons, so the part in front of the colon is removed again.
_procgroup() {
	local line=${COMP_LINE:0:COMP_POINT} typed=${COMP_WORDS[COMP_CWORD]}
	local current before one IFS=$' \t\n'
	local -a words
	COMPREPLY=()
	read -ra words <<<"$line"
	case $line in *[[:blank:]]) words+=('') ;; esac
	current=${words[${#words[@]} - 1]}
	before=${current%"$typed"}
	case $typed in [:=]) before=$current ;; esac
	while IFS= read -r one; do
		case $one in
		'!files') _procgroup_generate -f "$current" ;;
		'!directories') _procgroup_generate -d "$current" ;;
		'!commands')
			((!${#COMPREPLY[@]})) || compopt -o nosort 2>/dev/null
			_procgroup_generate -c "$current" ;;
		'!users') _procgroup_generate -u "$current" ;;
		'!rest '*)
			if declare -F _command_offset >/dev/null; then
				_command_offset "${one#!rest }"
			else
				_procgroup_generate -f "$current"
			fi ;;
		*)	one=${one%%$'\t'*}
			case $one in *[:=]) compopt -o nospace 2>/dev/null ;; esac
			COMPREPLY+=("${one#"$before"}") ;;
		esac
	done < <("@COMPLETE@" "${words[@]}" 2>/dev/null)
}

_procgroup_generate() {
	local one
	case $1 in -[df]) compopt -o filenames 2>/dev/null ;; esac
	while IFS= read -r one; do
		COMPREPLY+=("$one")
	done < <(compgen "$1" -- "$2")
}

complete -F _procgroup @COMMANDS@
