# shellcheck shell=sh
# shellcheck disable=SC2154 # lib.sh sets them
# shutdown_lib.sh: runs pgup, or another who does its work, beside witnesses of its
# end: a parent that outlives it and writes down its status, and a variable in the
# environment of all that it starts. Everything happens in the current directory:
#
#	runner	the PID of the process that runs the services
#	ended	its status, once it has ended
#	out err	what it printed
#	terminal, keyboard	the PID of its terminal's holder, and what is typed
#
# PGUP_SHELL is the shell that runs pgup, TEST_SHELL where it is unset.

PGUP=$(pgup_by "${PGUP_SHELL:-$TEST_SHELL}")
SHELL=/bin/sh
export SHELL

setUp()
{
	test_begin
	find_state "$PGUP"
}

# enter DIRECTORY: of another Procfile.
enter()
{
	cd "$1" && find_state "$PGUP"
}

# The parent: what is sent to the whole group does not end it, nor what it starts.
cat >"$work/parent" <<'END'
trap : HUP INT QUIT TERM
sh -c 'echo $$ >runner; exec env "CELL=$(pwd -P)" "$@"' sh "$@"
code=$?
trap '' HUP INT QUIT TERM
echo "$code" >ended.new
mv ended.new ended
END

# One service of each shape, and further lines.
#	plain	a command that obeys
#	front	a shell in front of it
#	obeys	the leader obeys, its child does not
#	deaf	none of them does
#	away	one left the session, and ignores what it gets
#	daemon	the same by a double fork: its parent is gone
six_shapes()
{
	cat >Procfile <<-'END'
	plain: stubborn
	front: stubborn; true
	obeys: stubborn -l -f 1
	deaf: stubborn -i all -f 1
	away: stubborn -l -s
	daemon: stubborn -l -D
	END
	[ $# -eq 0 ] || printf '%s\n' "$@" >>Procfile
}

# supervise COMMAND...: in the background, its output in files.
supervise()
{
	# shellcheck disable=SC2016
	launch sh -c 'exec sh "$@" >out 2>err' sh "$work/parent" "$@"
}

# supervise_on_terminal COMMAND...: on a terminal of its own, whose session has a
# leader that hinders no process.
supervise_on_terminal()
{
	need_pty script || return 1
	mkfifo keyboard
	launch script -qefc "trap : INT; sh '$work/parent' $*; :" /dev/null \
		<>keyboard >out 2>&1
	echo "$pid" >terminal
}

# press_interrupt: on its keyboard. It does not block, should there be none any more.
press_interrupt()
{
	printf '\003' 1<>keyboard
}

# close_terminal: as when its window goes.
close_terminal()
{
	kill -s KILL "$(cat terminal)"
}

# stubborn_pids: the processes that stubborn told of.
stubborn_pids()
{
	awk '
		match($0, /(leader|child|setsid|daemon) [0-9]+/) {
			split(substr($0, RSTART, RLENGTH), word, " ")
			print word[2]
		}' out
}

# are_up COUNT: so many services said that they are ready.
are_up()
{
	[ "$(grep -c ready out)" -ge "$1" ]
}

# carriers: all that the runner started, itself included.
carriers()
{
	pgscan -a "CELL=$(pwd -P)" | cut -f 2
}

# await_shapes: they are up, and belong to the test from now on.
await_shapes()
{
	waitfor 60 are_up 6 || fail "the services are not up: $(cat out)"
	# shellcheck disable=SC2046
	record_pid $(stubborn_pids) $(carriers)
	assertEquals 'processes of stubborn' 10 "$(stubborn_pids | grep -c .)"
}

# stubborn_alive: what is alive of those that stubborn told of.
stubborn_alive()
{
	for one in $(stubborn_pids); do
		dead "$one" || echo "$one"
	done
}

nothing_supervised_lives()
{
	[ -z "$(stubborn_alive)$(carriers)" ]
}

# assertRunnerEnded STATUS: the runner has ended with it, and then nothing that it
# supervised was alive; what it needed for itself ends too.
assertRunnerEnded()
{
	waitfor 20 test -s ended || fail "the runner is alive: $(cat out)"
	assertEquals 'what lives' '' "$(stubborn_alive)"
	assertTrue 'something is left' 'waitfor 10 nothing_supervised_lives'
	assertEquals "status, after: $(tail -n 3 err out 2>/dev/null):" \
		"$1" "$(cat ended)"
}
