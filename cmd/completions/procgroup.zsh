#compdef @COMMANDS@
# Completion of procgroup for zsh.
local one value meaning
local -a values shown
for one in "${(@f)$("@COMPLETE@" "${(@Q)words[1,CURRENT]}" 2>/dev/null)}"; do
	case $one in
	'') ;;
	!files) _files; return ;;
	!directories) _files -/; return ;;
	!commands) _command_names -e; return ;;
	!users) _users; return ;;
	!rest*) shift "${one#!rest }" words
		(( CURRENT -= ${one#!rest } ))
		_normal
		return ;;
	*)	value=${one%%$'\t'*} meaning=
		[[ $one != *$'\t'* ]] || meaning=${one#*$'\t'}
		values+=("$value")
		shown+=("$value${meaning:+  -- $meaning}") ;;
	esac
done
(( $#values )) || return 1
compadd -l -d shown -- "${values[@]}"
