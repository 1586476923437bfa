# shellcheck shell=sh
# pgterm_lib.sh: what the test files about pgterm share, after lib.sh: groups to end, and
# assertions on their end.

tab=$(printf '\t')

# with_processes: skips the test where the system shows no processes.
with_processes()
{
	pgterm -a </dev/null 2>/dev/null && return
	skip "the system shows no processes"
	return 1
}

# --- groups ------------------------------------------------------------------

# zoo OPTION...: run stubborn in a group of its own; the file zoo names its processes,
# $handle its group.
zoo()
{
	: >zoo
	handle=$(pgspawn -d -o zoo -- stubborn "$@")
	record_group "$handle"
	waitfor 10 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
}

# witness [OPTION...]: run sigreport in a group of its own; it writes its signals to the
# file out. Its handle is in $handle, its PID in $witness.
witness()
{
	: >out
	handle=$(pgspawn -d -o out -- sigreport "$@")
	witness=${handle%:*}
	record_group "$handle"
	waitfor 10 says out "ready $witness" || fail "the witness is not ready"
}

# unverifiable: make a group without leader and lineage; its handle is in $handle.
unverifiable()
{
	: >zoo
	# shellcheck disable=SC2016
	pgspawn -x -p 3 -o zoo -- sh -c 'env -i "$1" & :' sh \
		"$bin/tests/stubborn" 3>handle
	handle=$(cat handle)
	record_group "$handle"
	waitfor 10 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
}

# late HOW: make a group in which one process, on TERM, starts another that ignores TERM
# from its birth. freshsig gives that one a group (-g) or a session (-s) of its own.
late()
{
	: >zoo
	# shellcheck disable=SC2016
	handle=$(pgspawn -d -o zoo -- sh -c '
		late()
		{
			trap "" TERM
			exec freshsig -n "$0" stubborn -i TERM
		}
		trap "late & wait" TERM
		echo set up
		freshsig sleep 60 &
		wait' "$1")
	record_group "$handle"
	waitfor 10 says zoo "set up" || fail "it is not set up"
}

# assertKilledLate OPTION: pgterm kills that group and the process that was born late.
assertKilledLate()
{
	launch pgterm -v "$1" -k forever "$handle" >said
	waitfor 20 grep -q ^leader zoo || fail "nobody is born"
	record_zoo zoo
	kill -s INT "$pid"		# on to KILL
	wait "$pid"
	assertEquals "status" 0 $?
	assertLike "standard output" "$handle${tab}killed${tab}KILL${tab}*" \
		"$(cat said)"
	assertNamesDead leader
}

# no_process PID: there is no such process, not even a zombie.
no_process()
{
	! kill -0 "$1"
}

# signals_of_witness: prints the signals that the witness got.
signals_of_witness()
{
	tr '\n' ' ' <out | sed 's/ $//'
}

# assertWitnessUntouched: the witness got no signal but the one that is sent here.
assertWitnessUntouched()
{
	kill -s USR1 "$witness"
	waitfor 5 says out USR1 || fail "USR1 is not told of"
	assertEquals "signals" "ready $witness USR1" "$(signals_of_witness)"
}

# assertTold STATE SIGNAL: the last "pgterm -v" printed one line, this one about $handle.
assertTold()
{
	assertRanLike 0 \
		"$handle$tab$1$tab$2${tab}[0-9]*.[0-9][0-9][0-9]" ''
}

assertEnded()
{
	assertTold "${1:-ended}" "${2:-TERM}"
	assertTrue "the group lives" "group_dead $handle"
}

# assertNamesDead NAME...: all processes of these names in the zoo are dead.
assertNamesDead()
{
	for name; do
		for one in $(pids "$name" zoo); do
			assertTrue "$name lives" "dead $one"
		done
	done
}
