# shellcheck shell=sh
# lib.sh: the functions that the test files share. A test file begins with
#
#	#!/bin/sh
#	# NAME_test.sh: what it is about
#	. "${src:-.}/tests/lib.sh"
#
#	testTermWaitsForTheWholeGroup()
#	{
#		...
#	}
#
#	. "$SHUNIT2"
#
# Each test runs in an empty directory of its own ($dir), with the programs of
# the build and the helper programs in front of PATH. After it tearDown kills the
# processes that the test started with launch, or recorded, and no other process. A file
# with a setUp or tearDown of its own calls test_begin and test_end there.
#
# $bin is the build directory, $src that of the source; "make check" sets both.

bin=${bin:-$(pwd)}
src=$(CDPATH='' cd -- "${src:-.}" && pwd)
SHUNIT2=${SHUNIT2:-/usr/share/shunit2/shunit2}
work=${TEST_WORK:-$(mktemp -d "${TMPDIR:-/tmp}/pg.XXXXXX")}
: "${TEST_SHELL:=sh}" "${SHUNIT_COLOR:=none}"
PATH=$bin:$bin/tests:$PATH
HOME=$work/home
LC_ALL=C
TERM=xterm
SHELL=/bin/sh	# script(1) and tmux(1) run a command by it
PG_TEST=$work
PGUP_DIR=$work/pgup
export bin src PATH HOME LC_ALL SHELL TERM TEST_SHELL SHUNIT_COLOR PG_TEST PGUP_DIR
unset BASH_ENV CLICOLOR_FORCE ENV FORCE_COLOR MAKEFLAGS MAKELEVEL MFLAGS NO_COLOR PGSPAWN_ID PGTRACK_DIR PORT PS TMUX TZ XDG_RUNTIME_DIR
umask 022

chmod 755 "$work"
mkdir -p "$HOME"
started=$work/started
patience=10	# seconds that what a test has started may take to end after it
skipped=${TEST_SKIPPED:-$work/skipped}
dir=
pid=
out=
err=
status=
ran=

test_begin()
{
	: >"$started"
	rm -rf "$PGUP_DIR"
	dir=$work/t
	mkdir "$dir" && cd "$dir" || return
}

# shunit2 calls tearDown once more at the end of the file: then $dir is empty, and a
# file that tests/run did not start removes its own directory.
test_end()
{
	if [ -n "$dir" ]; then
		end_recorded
		waitfor "$patience" nothing_runs || fail "not ended: $running"
		cd "$work" || return
		rm -rf "$dir" 2>/dev/null ||
			{ chmod -R u+rwx "$dir"; rm -rf "$dir"; }
		dir=
	elif [ -z "${TEST_WORK:-}" ]; then
		cd / && rm -rf "$work"
	fi
}

setUp()
{
	test_begin
}

tearDown()
{
	test_end
}

# shunit2 calls expr(1) twice for each assertion: this is faster.
expr()
{
	case $2 in
	+)	echo "$(($1 + $3))" ;;
	*)	command expr "$@" ;;
	esac
}

# Tests that LEFT_OUT lists count as skipped, for the reason in the list.
if [ -n "${LEFT_OUT:-}" ]; then
	suite()
	{
		suite_file=${0##*/}
		while read -r suite_name suite_test suite_reason; do
			[ "$suite_name" = "${suite_file%.sh}" ] || continue
			[ -n "$suite_test" ] || continue
			printf '%s: %s\n' "$suite_test" "$suite_reason" >>"$skipped"
		done <"$LEFT_OUT"
		# shellcheck disable=SC2013
		for suite_test in $(sed -nE \
		    's/^(test[A-Za-z0-9_]*) *\(\).*/\1/p' "$0"); do
			grep -q "^${suite_file%.sh} $suite_test " "$LEFT_OUT" ||
				suite_addTest "$suite_test"
		done
	}
fi

# --- waiting -----------------------------------------------------------------

# clock: sets seconds to the whole seconds of a clock. Without /proc/uptime it starts two
# processes.
clock()
{
	if [ -r /proc/uptime ]; then
		IFS=. read -r seconds clock_rest </proc/uptime
	else
		seconds=$(date +%s)
	fi
}

# waitfor SECONDS COMMAND...: try COMMAND every 20 ms, later every 50 ms, until it
# succeeds; 1 after that many whole seconds.
waitfor()
{
	clock
	waitfor_end=$((seconds + $1)) waitfor_n=0
	shift
	until "$@" >/dev/null 2>&1; do
		clock
		[ "$seconds" -le "$waitfor_end" ] || return 1
		waitfor_n=$((waitfor_n + 1))
		if [ "$waitfor_n" -lt 10 ]; then sleep 0.02; else sleep 0.05; fi
	done
}

# usage_of COMMAND: prints the line that the command prints behind a message about usage.
usage_of()
{
	"$bin/$1" -h | sed q
}

# says FILE LINE: FILE has exactly this line.
says()
{
	grep -Fqx -e "$2" "$1"
}

# are_ready COUNT: that many stubborn processes wrote "ready" to the file zoo.
are_ready()
{
	[ "$(grep -cx ready zoo)" -eq "$1" ]
}

# pids [NAME] FILE: prints the PIDs that stubborn or sigreport wrote to FILE, under NAME, an
# extended regular expression, or under any name. A terminal ends lines with a return, too.
pids()
{
	awk -v name="^(${2:+$1})$" '
		{ sub(/\r$/, "") }
		NF == 2 && $2 ~ /^[0-9]+$/ && (name == "^()$" || $1 ~ name) { print $2 }
	' "${2:-$1}"
}

# --- processes ---------------------------------------------------------------

# look PID: sets looked to the fields after the name in /proc/PID/stat (state, parent,
# group, session ...), or to those fields from ps(1). The name may have any bytes. With
# /proc it starts no process, because waitfor calls it often.
look()
{
	looked=
	case $1 in
	''|*[!0-9]*) return 1 ;;
	esac
	if [ -r /proc/self/stat ]; then
		while IFS= read -r look_line; do
			looked=$looked$look_line
		done <"/proc/$1/stat" || return 1
		looked=${looked##*)}
	else
		looked=$(ps -o stat= -o ppid= -o pgid= -p "$1")
	fi 2>/dev/null
	[ -n "$looked" ]
}

# stat_of PID: prints the fields of look.
stat_of()
{
	look "$1" && printf '%s\n' "$looked"
}

# state_of PID: prints the state letter of the process.
state_of()
{
	look "$1" || return
	# shellcheck disable=SC2086
	set -- $looked
	printf '%.1s\n' "$1"
}

# parent_of PID, group_of PID, session_of PID: print the number of the parent, the group
# and the session of the process.
parent_of()
{
	look "$1" || return
	# shellcheck disable=SC2086
	set -- $looked
	printf '%s\n' "$2"
}

group_of()
{
	look "$1" || return
	# shellcheck disable=SC2086
	set -- $looked
	printf '%s\n' "$3"
}

session_of()
{
	look "$1" || return
	# shellcheck disable=SC2086
	set -- $looked
	printf '%s\n' "$4"
}

# children_of PID: prints the PIDs of the children, one a line.
children_of()
{
	if [ -r /proc/self/stat ]; then
		cat /proc/[0-9]*/stat 2>/dev/null |
			sed -n "s/^\\([0-9]*\\) .*) [^ ] $1 .*/\\1/p"
	else
		ps -A -o ppid= -o pid= | awk -v p="$1" '$1 == p { print $2 }'
	fi
}

# start_of PID: prints its start time in the system's unit; - if that is unknown.
start_of()
{
	look "$1"
	# shellcheck disable=SC2086
	set -- $looked
	printf '%s\n' "${20:--}"
}

# alive PID: the process exists and is no zombie.
alive()
{
	look "$1" || return
	# shellcheck disable=SC2086
	set -- $looked
	case $1 in
	[ZX]*)	return 1 ;;
	esac
}

dead()
{
	! alive "$1"
}

# in_state PID LETTER: the process has this state letter.
in_state()
{
	[ "$(state_of "$1")" = "$2" ]
}

# members PGID-or-handle: prints the states of all members, one a line, zombies too. A
# newline in a name does no harm, as only the text after the last ) counts.
members()
{
	if [ -r /proc/self/stat ]; then
		cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/.*) //p'
	else
		ps -A -o stat= -o ppid= -o pgid=
	fi | awk -v group="${1%%:*}" '$3 == group { print substr($1, 1, 1) }'
}

group_asker=$(id -u)

# group_alive PGID-or-handle: the group has a member that is no zombie.
group_alive()
{
	# Root may signal every process.
	[ "$group_asker" -ne 0 ] || kill -s 0 -- "-${1%%:*}" 2>/dev/null ||
		return
	members "$1" | grep -q '[^ZX]'
}

group_dead()
{
	! group_alive "$1"
}

# launch COMMAND...: start it in the background with default signals and record it; its
# PID is in $pid. It inherits input and output. "launch as_user ..." works, too. INT and
# QUIT are ignored until the command runs: wait for its output before sending them.
launch()
{
	{ launch_flags=$-; set +x; } 2>/dev/null
	launch_by "" "$@"
	trace_again "$launch_flags"
}

# launch_group COMMAND...: the same, as leader of its own process group, which is
# recorded.
launch_group()
{
	{ launch_flags=$-; set +x; } 2>/dev/null
	launch_by -g "$@"
	waitfor 10 leads_group "$pid"
	trace_again "$launch_flags"
}

# leads_group PID: the process leads a process group, or is dead already.
leads_group()
{
	look "$1" || return 0
	# shellcheck disable=SC2086
	set -- "$1" $looked
	[ "$4" = "$1" ]
}

# A shell gives /dev/null to the standard input of a background command, unless that is
# redirected: so the input goes through descriptor 3.
launch_by()
{
	launch_how=$1
	shift
	if [ "$1" = as_user ]; then
		shift
		find_user
		# shellcheck disable=SC2086
		set -- $user_prefix "$@"
	fi
	# shellcheck disable=SC2086
	{ freshsig $launch_how "$@" <&3 3<&- & } 3<&0
	pid=$!
	record_pid "$pid"
	[ -z "$launch_how" ] || record_group "$pid"
}

# record_pid PID..., record_group PGID-or-handle...: record processes that the test started
# indirectly. The start time is recorded, too, so that a later process with the same PID
# is left alone. A process that is older than this shell is not of the test: the number
# is of another PID namespace, or no PID.
record_pid()
{
	for record_id; do
		record_start=$(start_of "$record_id")
		is_older "$record_start" ||
			echo "pid $record_id $record_start" >>"$started"
	done
}

# is_older START: started before this shell was.
is_older()
{
	: "${shell_start:=$(start_of $$)}"
	case $1$shell_start in
	*[!0-9]*) return 1 ;;
	esac
	[ "$1" -lt "$shell_start" ]
}

record_group()
{
	for record_id; do
		record_id=${record_id%%:*}
		echo "group $record_id $(start_of "$record_id")" >>"$started"
	done
}

# record_zoo FILE: record every process that stubborn wrote to FILE.
record_zoo()
{
	# shellcheck disable=SC2046
	record_pid $(pids "$1")
}

# is_recorded KIND NUMBER START: the number still names the recorded process or group.
# The number of a group is not reused while the group has members.
is_recorded()
{
	case $2 in
	''|0|1|*[!0-9]*) return 1 ;;
	esac
	is_start=$(start_of "$2")
	[ "$is_start" = "$3" ] || { [ "$1" = group ] && [ "$is_start" = - ]; }
}

# A second signal to the test must not interrupt the killing.
end_recorded()
{
	(trap '' HUP INT TERM; kill_recorded)
	while read -r end_kind end_id end_start; do
		is_recorded "$end_kind" "$end_id" "$end_start" || continue
		case $end_kind in
		pid)	waitfor 5 dead "$end_id" ;;
		group)	waitfor 5 group_dead "$end_id" ;;
		esac || fail "$end_kind $end_id cannot be ended"
	done <"$started"
	return 0
}

# nothing_runs: no process is alive that has this directory in its environment. Such a
# process would disturb the next test, whose directory has the same name.
nothing_runs()
{
	running=$(pgscan -a "PG_TEST=$work")
	[ -z "$running" ]
}

kill_recorded()
{
	while read -r end_kind end_id end_start; do
		is_recorded "$end_kind" "$end_id" "$end_start" || continue
		case $end_kind in
		pid)	kill -s KILL "$end_id" ;;
		group)	[ "$end_id" = "$(group_of $$)" ] ||
				kill -s KILL -- "-$end_id" ;;
		esac 2>/dev/null
	done <"$started"
}

# --- running and asserting ---------------------------------------------------

# run COMMAND...: run it. Its standard output is in $out, its standard error in $err,
# both without newlines at the end, and unchanged in $work/out and $work/err. Its status
# is in $status.
run()
{
	{ run_flags=$-; set +x; } 2>/dev/null
	ran=$*
	status=0
	"$@" >"$work/out" 2>"$work/err" || status=$?
	out='' err=''
	[ ! -s "$work/out" ] || out=$(cat "$work/out")
	[ ! -s "$work/err" ] || err=$(cat "$work/err")
	trace_again "$run_flags"
}

# The tests are traced, and the trace goes to standard error. It must not get into the
# standard error of a command: the functions that start one turn the trace off first.
trace_again()
{
	case $1 in
	*x*)	set -x ;;
	esac
}

# assertRan STATUS STDOUT STDERR: the whole result of the last run.
assertRan()
{
	assertEquals "standard output of: $ran:" "$2" "$out"
	assertEquals "standard error of: $ran:" "$3" "$err"
	assertEquals "status of: $ran:" "$1" "$status"
}

# assertRanLike STATUS STDOUT STDERR: the same with shell patterns.
assertRanLike()
{
	assertLike "standard output of: $ran:" "$2" "$out"
	assertLike "standard error of: $ran:" "$3" "$err"
	assertEquals "status of: $ran:" "$1" "$status"
}

# assertLike MESSAGE PATTERN TEXT
assertLike()
{
	# shellcheck disable=SC2254
	case $3 in
	$2)	assertTrue 0 ;;
	*)	fail "$1 expected like:<$2> but was:<$3>" ;;
	esac
}

# page_example PAGE NUMBER [NAME]: write that example of a manual page to the file script,
# with NAME for its APP, so that it cannot meet the services of other tests. 1 if there
# is no such example.
page_example()
{
	awk -v want="$2" '
		/^\.Sh/ { here = /EXAMPLES/ }
		here && /^\.Dl/ { n++; sub(/^\.Dl /, ""); if (n == want) print }
		here && /^\.Ed/ { block = 0 }
		block && n == want
		here && /^\.Bd/ { n++; block = 1 }
	' "$src/man/$1" | sed "s/APP/${3:-APP}/g"'
		s/\\(dq/"/g
		s/\\e/\\/g' >script
	[ -s script ]
}

# take_example PAGE NUMBER [NAME]: the same; a missing example is a failure.
take_example()
{
	page_example "$@" || fail "$1 has no example $2"
}

# run_example PAGE NUMBER [NAME]: take it, and run it.
run_example()
{
	take_example "$@"
	run sh ./script
}

# free_port: prints the number of a port without a listener. It needs python3.
free_port()
{
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# procfile FORMAT, dotenv FORMAT: write Procfile or .env with printf.
procfile()
{
	[ "$1" != -- ] || shift
	# shellcheck disable=SC2059
	printf -- "$1" >Procfile
}

dotenv()
{
	# shellcheck disable=SC2059
	printf "$1" >.env
}

# skip REASON: the running test is counted as skipped; it then returns 0.
skip()
{
	printf '%s: %s\n' "${_shunit_test_:-}" "$*" >>"$skipped"
	startSkipping
}

# skip_file REASON: called outside of tests: the whole file counts as skipped.
skip_file()
{
	printf ': %s\n' "$*" >>"$skipped"
	suite()
	{
		suite_addTest no_test
	}
	no_test()
	{
		:
	}
}

# need COMMAND...: "need strace || return 0" skips the test without strace.
need()
{
	for need_command; do
		command -v "$need_command" >/dev/null 2>&1 && continue
		skip "$need_command is not installed"
		return 1
	done
}

# need_strace: the same, where strace(1) may trace a process, which a container may
# forbid.
need_strace()
{
	need strace || return
	strace -DD -o /dev/null true 2>/dev/null && return
	skip "strace may not trace"
	return 1
}

# need_pty COMMAND...: skip the test without one of these commands, or without
# pseudo-terminals, which a chroot or a build container may lack.
need_pty()
{
	need_pty_lack=$(haspty) || {
		skip "no pseudo-terminal: $need_pty_lack"
		return 1
	}
	for need_pty_command; do
		need "$need_pty_command" || return
	done
}

# can_have OPTION...: 1 if the options have -t and the system has no pseudo-terminals.
can_have()
{
	case " $* " in
	*' -t '*)	haspty >/dev/null ;;
	esac
}

# pgup_by SHELL: prints the path of a pgup that this shell runs.
pgup_by()
{
	pgup_by=$work/pgup-by-$1
	mkdir -p "$pgup_by"
	ln -sf "$(command -v "$1")" "$pgup_by/sh"
	{ echo "#!$pgup_by/sh"; sed 1d "$bin/pgup"; } >"$pgup_by/pgup"
	chmod 755 "$pgup_by/pgup"
	echo "$pgup_by/pgup"
}

# find_state PGUP: sets state to the state directory of the Procfile in this directory,
# as this pgup prints it.
find_state()
{
	state=$("$1" where | sed -n 's/^state //p')
	export state
}

# need_unshare OPTION...: skip the test if unshare(1) fails with these options: in a
# chroot, for one, it cannot make a mount namespace.
need_unshare()
{
	unshare "$@" true >/dev/null 2>&1 && return
	skip "unshare $* cannot be done"
	return 1
}

# as_init COMMAND...: run it as process 1 of a PID namespace, with its own /proc.
# need_init: skips the test where that cannot be done.
as_init()
{
	[ "$(id -u)" -eq 0 ] || set -- -r "$@"
	unshare --pid --fork --kill-child --mount-proc "$@"
}

need_init()
{
	as_init true 2>/dev/null && return
	skip "no PID namespace to be had"
	return 1
}

# need_disk: skip the test if no file system can be mounted.
# on_small_disk SIZE SHELL-COMMAND...: run it with a file system of that size mounted on
# disk, in a mount namespace of its own.
need_disk()
{
	need_root && need_unshare --mount || return
	mkdir disk
	on_small_disk 64k : 2>/dev/null && return
	skip 'nothing can be mounted'
	return 1
}

on_small_disk()
{
	disk_size=$1
	shift
	# shellcheck disable=SC2016
	unshare --mount timeout 60 sh -c 'mount -t tmpfs -o "size=$1" none disk &&
		shift && eval "$*"' sh "$disk_size" "$@"
}

# need_borrowed: skip the test if no file can be mounted on /proc/loadavg.
# borrowed COMMAND...: run it with another file on /proc/loadavg, as lxcfs does in
# containers; by that file the system makes no new process.
need_borrowed()
{
	need_root && need_unshare --mount || return
	borrowed true 2>/dev/null && return
	skip 'nothing can be mounted on /proc/loadavg'
	return 1
}

borrowed()
{
	echo '0.00 0.01 0.05 1/100 4000' >loadavg
	# shellcheck disable=SC2016
	unshare --mount sh -c 'mount --bind loadavg /proc/loadavg && exec "$@"' \
		sh "$@"
}

# need_root, need_table, need_keys: skip the test for an ordinary user, on a system that
# lists no processes, and on one whose handles have no key.
need_root()
{
	[ "$(id -u)" -eq 0 ] && return
	skip "for root only"
	return 1
}

need_table()
{
	need_status=0
	pgscan -q >/dev/null 2>&1 || need_status=$?
	[ "$need_status" -lt 3 ] && return
	skip "the system shows no processes"
	return 1
}

need_keys()
{
	case $(pgspawn -p 1 true) in
	*:[0-9]*) ;;
	*)	skip "the system has no keys"
		return 1 ;;
	esac
}

# --- another user ------------------------------------------------------------

user=65534

# as_user COMMAND...: run it as an ordinary user; for one, just run it.
as_user()
{
	{ user_flags=$-; set +x; } 2>/dev/null
	find_user
	user_status=0
	# shellcheck disable=SC2086
	$user_prefix "$@" || user_status=$?
	{ trace_again "$user_flags"; return $user_status; } 2>/dev/null
}

# give FILE...: hand files to the user of as_user.
give()
{
	[ "$(id -u)" -ne 0 ] || chown -R "$user:$user" "$@"
}

# find_user: sets user_prefix, and user_path to where that user finds the programs.
# The build directory may be out of reach; then there is a copy where all can go.
find_user()
{
	[ -z "${user_prefix+set}" ] || return 0
	user_prefix='' user_path=$PATH
	[ "$(id -u)" -eq 0 ] || return 0
	user_prefix="setpriv --reuid $user --regid $user --clear-groups --"
	$user_prefix test -x "$bin/pgspawn" 2>/dev/null && return 0
	user_path=$work/bin:$PATH
	user_prefix="$user_prefix env PATH=$user_path"
	# A subshell may have been here.
	mkdir "$work/bin" 2>/dev/null || return 0
	for user_file in "$bin"/pg* "$bin"/tests/*; do
		[ ! -f "$user_file" ] || [ ! -x "$user_file" ] ||
			cp "$user_file" "$work/bin"
	done
	chmod 755 "$work/bin" "$work/bin"/*
}
