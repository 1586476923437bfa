# shellcheck shell=sh
# shellcheck disable=SC2154 # lib.sh sets them
# shutdown_lib.sh: run pgup, or another supervisor, under a parent that outlives it and
# records its status. All processes that it starts carry a variable, by which the test
# finds them. The files are in the current directory:
#
#	runner	the PID of the process that runs the services
#	ended	its status, once it has ended
#	out err	what it printed
#	terminal	the PID of the process that holds its terminal
#	keyboard	the input of that terminal
#
# PGUP_SHELL is the shell that runs pgup; the default is TEST_SHELL.

PGUP=$(pgup_by "${PGUP_SHELL:-$TEST_SHELL}")

setUp()
{
	test_begin
	find_state "$PGUP"
}

# enter DIRECTORY: change to the directory of another Procfile.
enter()
{
	cd "$1" && find_state "$PGUP"
}

# The parent survives signals to the whole group; the commands that it starts do not ignore
# them.
cat >"$work/parent" <<'END'
trap : HUP INT QUIT TERM
sh -c 'echo $$ >runner; exec env "CELL=$(pwd -P)" "$@"' sh "$@"
code=$?
trap '' HUP INT QUIT TERM
echo "$code" >ended.new
mv ended.new ended
END

# six_shapes: write a Procfile with one service of each shape, and further lines.
#	plain	a command that obeys
#	front	a shell in front of it
#	obeys	the leader obeys, its child does not
#	deaf	neither obeys
#	away	one process left the session and ignores signals
#	daemon	the same after a double fork: its parent has ended
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

# supervise COMMAND...: run it in the background, with its output in the files out and err.
supervise()
{
	# shellcheck disable=SC2016
	launch sh -c 'exec sh "$@" >out 2>err' sh "$work/parent" "$@"
}

# supervise_on_terminal COMMAND...: run it on a terminal of its own, in a session whose
# leader forwards nothing.
supervise_on_terminal()
{
	need_pty script || return 1
	mkfifo keyboard
	launch script -qefc "trap : INT; sh '$work/parent' $*; :" /dev/null \
		<>keyboard >out 2>&1
	echo "$pid" >terminal
}

# press_interrupt: type Ctrl-C on that terminal; does not block if the terminal is gone.
press_interrupt()
{
	printf '\003' 1<>keyboard
}

# close_terminal: hang up, as when the window of the terminal is closed.
close_terminal()
{
	kill -s KILL "$(cat terminal)"
}

# stubborn_pids: prints the PIDs that stubborn wrote.
stubborn_pids()
{
	awk '
		match($0, /(leader|child|setsid|daemon) [0-9]+/) {
			split(substr($0, RSTART, RLENGTH), word, " ")
			print word[2]
		}' out
}

# are_up COUNT: that many services are ready.
are_up()
{
	[ "$(grep -c ready out)" -ge "$1" ]
}

# carriers: prints the PIDs of all processes that the runner started, and its own.
carriers()
{
	pgscan -a "CELL=$(pwd -P)" | cut -f 2
}

# await_shapes: wait until all are ready, and record their processes.
await_shapes()
{
	waitfor 60 are_up 6 || fail "the services are not up: $(cat out)"
	# shellcheck disable=SC2046
	record_pid $(stubborn_pids) $(carriers)
	assertEquals 'processes of stubborn' 10 "$(stubborn_pids | grep -c .)"
}

# stubborn_alive: prints which of the PIDs that stubborn wrote are alive.
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

# assertRunnerEnded STATUS: the runner has ended with this status. At that moment no
# process of a service was alive; its own helpers end soon after.
assertRunnerEnded()
{
	waitfor 20 test -s ended || fail "the runner is alive: $(cat out)"
	assertEquals 'what lives' '' "$(stubborn_alive)"
	assertTrue 'something is left' 'waitfor 10 nothing_supervised_lives'
	assertEquals "status, after: $(tail -n 3 err out 2>/dev/null):" \
		"$1" "$(cat ended)"
}
