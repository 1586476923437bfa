# shellcheck shell=sh disable=SC2034
# terminal_lib.sh: a terminal to type at and to look at, after lib.sh.

nl='
'
cr=$(printf '\r')

# lines FILE: its text without the CR that a terminal puts in front of newlines.
lines()
{
	tr -d '\r' <"$1"
}

# terminal SCRIPT: run it with sh on a terminal of 100x30, which is a PTY as
# well. What goes to descriptor 7 is typed there; what would be seen is in the
# file screen.
terminal()
{
	[ -p keys ] || mkfifo keys
	exec 7<>keys
	launch pgspawn -t -g 100x30 sh -c "tty >tty; $1" \
		<keys >screen 2>err 7>&-
	terminal=$pid
}

# type TEXT: with the conversions of printf(1).
type()
{
	# shellcheck disable=SC2059
	printf "$1" >&7
}

# modes: those of the terminal, for any user of it.
modes()
{
	stty -g <"$(cat tty)"
}

are_modes()
{
	[ "$(modes)" = "$1" ]
}

# are_raw: nothing of what is typed there means anything.
are_raw()
{
	raw=$(stty -a <"$(cat tty)")
	for raw_mode in -icanon -isig -echo -ixon -icrnl -opost; do
		case " $raw " in
		*[\ $nl]"$raw_mode"[\ \;$nl]*) ;;
		*)	return 1 ;;
		esac
	done
}

# script_ended: the script of the terminal has come to its end.
script_ended()
{
	waitfor 10 dead "$terminal" || {
		fail "the script does not end"
		kill -s KILL "$terminal"
	}
	wait "$terminal" || fail "status $? of the script"
	assertEquals "standard error of the terminal:" "" "$(cat err)"
}
