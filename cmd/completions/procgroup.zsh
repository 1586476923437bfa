#compdef @COMMANDS@
# Completion of procgroup for zsh.
local one value meaning
local -a values shown others
for one in "${(@f)$("@COMPLETE@" "${(@Q)words[1,CURRENT]}" 2>/dev/null)}"; do
	case $one in
	'') ;;
	!files) others=(_files) ;;
	!directories) others=(_files -/) ;;
	!commands) others=(_command_names -e) ;;
	!users) others=(_users) ;;
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
local none=1
(( $#values )) && compadd -l -V procgroup -d shown -- "${values[@]}" && none=0
(( $#others )) && "${others[@]}" && none=0
return none
