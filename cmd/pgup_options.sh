# shellcheck shell=sh disable=SC2086
# The command line of pgup.

# take_options ARGUMENT...: sets the options, and adds their number to parsed.
take_options() {
	OPTIND=1
	while getopts :D:dEe:f:HhJk:m:p:r:T:tVw:z: option; do
		case $option in
		h) help; leave ;;
		V) version; leave ;;
		D) place=$OPTARG ;;
		d) background=-d ;;
		E) erases=-E ;;
		e) take_envfile "$OPTARG" ;;
		f) procfile=$OPTARG ;;
		H) format=plain ;;
		J) format=json ;;
		k) grace=$OPTARG ;;
		m) formation=$formation${formation:+,}$OPTARG ;;
		p) base=$OPTARG ;;
		r) policy=$OPTARG ;;
		T) patience=$OPTARG ;;
		t) terminal=-t ;;
		w) stamp=$OPTARG ;;
		z) size=$OPTARG ;;
		:) usage "option -$OPTARG needs an argument" ;;
		*) unknown_option "$@" ;;
		esac
		given="$given $option"
	done
	parsed=$((parsed + OPTIND - 1))
}

# take_envfile FILE: puts it in front of the others: proc and run_keeper prepend each
# to a command line, so that the first one typed must be the last here.
take_envfile() {
	case $1 in
	'' | *"$nl"*) usage '-e: a name that is empty or has a newline' ;;
	esac
	variables=$1$nl$variables
}

# sort_words ARGUMENT...: sets kinds to a letter for each: o for options, their values and the
# mode, n for names; and mixed to whether an option is behind a name. The words behind
# run are a command and those behind -- are names.
sort_words() {
	kinds='' mixed=false takes=DefkmprTwz literal=false valued=false moded=false
	for word; do
		kind=o
		if $valued; then
			valued=false
		elif $literal; then
			kind=n
		else
			case $word in
			--) literal=true ;;
			-?*) find_value "$word" ;;
			*) find_kind "$word" ;;
			esac
			case $kinds$kind in *no) mixed=true ;; esac
		fi
		[ "$kind" != run ] || break
		kinds=$kinds$kind
	done
	! $mixed || ! $valued || usage "option $word needs an argument"
}

# find_value WORD: sets valued to whether the next word belongs to this option.
find_value() {
	flags=${1#-}
	while [ -n "$flags" ]; do
		letter=${flags%"${flags#?}"} flags=${flags#?}
		case $takes in *"$letter"*) break ;; esac
		letter=''
	done
	[ -z "$letter" ] || [ -n "$flags" ] || valued=true
}

# find_kind WORD: the first word that is no option may be a mode.
find_kind() {
	! $moded || { kind=n; return; }
	moded=true
	case $1 in
	run) kind=run ;;
	logs) takes=n ;;
	attach) takes=k ;;
	start | stop | restart | reload | status | where | wait | check | clean | sweep) ;;
	*) kind=n ;;
	esac
}

# check_options: refuses an option that the mode does not use. sweep is the mode in
# which pgup runs itself to end what is left.
check_options() {
	case $mode in
	start) case "$given " in *' d '*) useless='H J' ;; *) useless='H J T' ;; esac ;;
	check) useless='d E H J k T t w z' ;;
	run) useless='d E H J m r T t w z' ;;
	stop | sweep) useless='d E e H J m p r T t w z' ;;
	await) useless='d E e H J k m p r t w z' ;;
	status) useless='d E e k m p r T t w z' ;;
	*) useless='d E e H J k m p r T t w z' ;;
	esac
	for option in $useless; do
		case "$given " in *" $option "*) usage "$typed: -$option means nothing here" ;; esac
	done
}

# choose_colours: colours on a terminal, or where a variable forces them.
choose_colours() {
	escape=''
	[ ! -t 1 ] || escape=yes
	case ${CLICOLOR_FORCE:-0} in 0) ;; *) escape=yes ;; esac
	case ${FORCE_COLOR:-} in '') ;; 0 | false) escape='' ;; *) escape=yes ;; esac
	[ -z "${NO_COLOR:-}" ] || escape=''
	[ -z "$escape" ] || escape=$(printf '\033')
}

# parse: options may stand before or after the mode; attach and logs have options of their own.
parse() {
	place='' procfile=Procfile variables='' envfiles='' grace=5 formation='' base=''
	policy=no terminal='' background='' erases='' patience=forever format='' stamp='' size=''
	mode=start typed=start parsed=0 given='' met=''
	[ ! -t 1 ] || terminal=-t
	take_options "$@"
	shift $parsed
	case ${1:-} in
	start | stop | restart | reload | status | attach | logs | where | run | wait | check | clean | sweep)
		mode=$1 parsed=$((parsed + 1))
		typed=$1
		[ "$1" != wait ] || mode=await
		shift
		case ${1:-} in -h | --help) help; leave ;; esac
		case $mode in
		attach | logs) ;;
		*) take_options "$@"; shift $((OPTIND - 1)) ;;
		esac ;;
	esac
	check_options
	case $mode in
	reload | status | where | check | clean | sweep)
		[ $# -eq 0 ] || usage "$mode: no names" ;;
	esac
}
