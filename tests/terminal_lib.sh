# shellcheck shell=sh disable=SC2034
# terminal_lib.sh: a terminal on which a test types, and whose screen it reads; after lib.sh.

nl='
'
cr=$(printf '\r')

# lines FILE: prints FILE without the CR that a terminal puts in front of newlines.
lines()
{
	tr -d '\r' <"$1"
}

# terminal SCRIPT: run it with sh on a pseudo-terminal of 100x30. Bytes written to descriptor
# 7 are typed there; the file screen has what the terminal shows.
terminal()
{
	[ -p keys ] || mkfifo keys
	exec 7<>keys
	launch pgspawn -t -g 100x30 sh -c "tty >tty; $1" \
		<keys >screen 2>err 7>&-
	terminal=$pid
}

# type TEXT: type TEXT, with the escapes of printf(1).
type()
{
	# shellcheck disable=SC2059
	printf "$1" >&7
}

# modes: prints the modes of the terminal.
modes()
{
	stty -g <"$(cat tty)"
}

are_modes()
{
	[ "$(modes)" = "$1" ]
}

# are_raw: the terminal passes every key on, and changes no output.
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

# script_ended: wait until the script of the terminal ends, with status 0 and no errors.
script_ended()
{
	waitfor 10 dead "$terminal" || {
		fail "the script does not end"
		kill -s KILL "$terminal"
	}
	wait "$terminal" || fail "status $? of the script"
	assertEquals "standard error of the terminal:" "" "$(cat err)"
}
