# shellcheck shell=sh
# pgspawn_lib.sh: what the test files about pgspawn share, after lib.sh.

# spawn ARG...: run pgspawn in the background; its PID is in $pid, the output of it and
# its command in the files out and err.
spawn()
{
	launch pgspawn "$@" >out 2>err
}

# spawn_group ARG...: as spawn, but in a process group of its own, which is not orphaned, so
# that TSTP stops it.
spawn_group()
{
	launch_group pgspawn "$@" >out 2>err
}

# spawn_orphan ARG...: as spawn, but in an orphaned process group.
spawn_orphan()
{
	launch pgspawn -x pgspawn "$@" >out 2>err
}

# await [FILE]: wait until stubborn or sigreport has written "ready" to FILE (out), and
# record all processes that FILE names.
await()
{
	waitfor 10 grep -q '^ready' "${1:-out}" ||
		fail "nothing is ready in ${1:-out}: $(cat err)"
	# shellcheck disable=SC2046
	record_pid $(pids "${1:-out}")
}

# finish STATUS [STDERR]: wait until the pgspawn of spawn ends, ten seconds at most; it has
# this status and these messages.
finish()
{
	waitfor 10 dead "$pid" || {
		fail "pgspawn does not end"
		kill -s KILL "$pid"
	}
	status=0
	wait "$pid" || status=$?
	assertEquals "status of pgspawn:" "$1" "$status"
	assertEquals "standard error of pgspawn:" "${2:-}" "$(cat err)"
}

# assertDead PID...: these processes are dead now.
assertDead()
{
	for assert_pid; do
		assertTrue "$assert_pid lives" "dead $assert_pid"
	done
}

# assertStopsAndGoesOn: each stop signal stops pgspawn and sigreport; CONT continues both.
assertStopsAndGoesOn()
{
	leader=$(pids ready out)
	for signal in TSTP TTIN TTOU; do
		kill -s $signal "$pid"
		waitfor 10 in_state "$pid" T || fail "$signal does not stop us"
		waitfor 10 in_state "$leader" T || fail "$signal: it runs"
		kill -s CONT "$pid"
		waitfor 10 in_state "$leader" S || fail "it is still stopped"
		waitfor 10 in_state "$pid" S || fail "we are still stopped"
	done
}

# gone PID: there is no such process, not even a zombie.
gone()
{
	! stat_of "$1"
}

# pgspawn_of PID: prints the PID of the pgspawn of a command on a terminal: its parent or,
# where the system cannot make siblings, the parent of the session leader.
pgspawn_of()
{
	keeper_parent=$(parent_of "$1")
	[ "$keeper_parent" != "$(session_of "$1")" ] ||
		keeper_parent=$(parent_of "$keeper_parent")
	printf '%s\n' "$keeper_parent"
}

# now: prints hundredths of a second since the boot.
now()
{
	read -r now_uptime now_rest </proc/uptime
	printf '%s%s\n' "${now_uptime%.*}" "${now_uptime#*.}"
}

# assertTook FROM AT-LEAST AT-MOST: the time since FROM, in hundredths of a second.
# AT-MOST does not measure speed: it is shorter than the wait that must not happen.
assertTook()
{
	took=$(($(now) - $1))
	assertTrue "it took $took/100 s, not $2 to $3" \
		"[ $took -ge $2 ] && [ $took -le $3 ]"
}

# no_carrier MARKER: no process has it in its environment.
no_carrier()
{
	pgscan -aq "$1"
	[ $? -eq 1 ]
}
