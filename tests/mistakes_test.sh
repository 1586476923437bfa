#!/bin/sh
# mistakes_test.sh: status and message of a hundred mistakes. Each line of mistakes.txt has
# a status, a pattern for the first line of standard error, and a command, with | in
# between. A command behind "tty" runs on a terminal.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# prepare: make the files that the commands use.
prepare()
{
	mkdir -m 777 open
	mkdir folder
	mkdir -m 700 db
	echo text >plain
	printf '#!/none/such\n' >script
	chmod 755 script
	printf 'web: sleep 60\nb: true\nrelease: true\n' >Procfile
	printf 'a: true\n#: a restart=allways\n' >allways
	printf 'worker = x\nweb 2: x\nb : x\n c: x\nd:\na: true\n' >odd
	printf 'a: true\na: false\n' >twice
	printf '#: note for you\n#: please follow the guide\na: true\n' >noted
	printf 'a\0:\0 \0x\0\n\0' >utf16
	printf '# nothing\n' >empty
	# shellcheck disable=SC2016
	printf 'A=${HOME}\nB=#c\nC\n// d\n' >surprises
	printf 'OVERMIND_TITLE=x\n' >over
	mkdir dev other
	cp Procfile dev/Procfile.dev
	cp Procfile other
	cp over other/.overmind.env
	find_closed
}

# find_closed: sets gone to the number of a group that has ended.
find_closed()
{
	gone=$(pgspawn -b -p 1 true)
	export gone
}

# check_row STATUS PATTERN COMMAND: prints how the result differs from the row. A terminal
# gets output and errors, so there the output is compared.
check_row()
{
	case $3 in
	'tty '*)
		"$has_terminal" || return 0
		run pgspawn -t -- sh -c "${3#tty }" </dev/null
		err=$out ;;
	*)	run sh -c "$3" </dev/null ;;
	esac
	err=${err%%"$newline"*}
	err=${err%"$return"}
	# shellcheck disable=SC2254
	case $err in
	$2)	[ "$status" -eq "$1" ] ||
			echo "$3: status $status, and not $1" ;;
	*)	echo "$3: $err" ;;
	esac
}

testEachMistakeIsNamedWithItsReasonAndARemedy()
{
	return=$(printf '\r') newline='
'
	rows=0 wrong=''
	has_terminal=true
	haspty >/dev/null || has_terminal=false
	prepare
	while IFS='|' read -r row_is row_like row_does; do
		case $row_is in
		''|'#'*) continue ;;
		esac
		rows=$((rows + 1))
		wrong=$wrong$(check_row "$row_is" "$row_like" "$row_does")$newline
	done <"$src/tests/mistakes.txt"
	assertEquals 'mistakes with another message' '' \
		"$(printf '%s' "$wrong" | sed '/^$/d')"
	assertTrue "only $rows rows" "[ $rows -ge 100 ]"
}

. "$SHUNIT2"
