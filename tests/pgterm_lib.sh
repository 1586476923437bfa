# shellcheck shell=sh
# pgterm_lib.sh: what the test files of pgterm share: groups to be ended, and
# what became of them. To be read after lib.sh.

tab=$(printf '\t')

# with_processes: the test is skipped where processes cannot be looked at.
with_processes()
{
	pgterm -a </dev/null 2>/dev/null && return
	skip "the system shows no processes"
	return 1
}

# --- groups ------------------------------------------------------------------

# zoo OPTION...: stubborn in a group of its own, told of in the file zoo; its
# handle is in $handle.
zoo()
{
	: >zoo
	handle=$(pgspawn -d -o zoo -- stubborn "$@")
	record_group "$handle"
	waitfor 10 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
}

# witness [OPTION...]: sigreport in a group of its own, which tells of signals in
# the file out; its handle is in $handle, its number in $witness.
witness()
{
	: >out
	handle=$(pgspawn -d -o out -- sigreport "$@")
	witness=${handle%:*}
	record_group "$handle"
	waitfor 10 says out "ready $witness" || fail "the witness is not ready"
}

# unverifiable: a group without leader and lineage; its handle is in $handle.
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

# late HOW: a group with one more process, which on TERM starts another that
# ignores it from its birth; by freshsig it gets a group (-g) or a session (-s)
# of its own.
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

# assertKilledLate OPTION: pgterm kills that group with the latecomer, to whom it
# leaves the time to come.
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

# no_process NUMBER: not even a zombie.
no_process()
{
	! kill -0 "$1"
}

# signals_of_witness: the signals that the witness tells of.
signals_of_witness()
{
	tr '\n' ' ' <out | sed 's/ $//'
}

# assertWitnessUntouched: the witness has got none but what it gets here.
assertWitnessUntouched()
{
	kill -s USR1 "$witness"
	waitfor 5 says out USR1 || fail "USR1 is not told of"
	assertEquals "signals" "ready $witness USR1" "$(signals_of_witness)"
}

# assertTold STATE SIGNAL: the last run of "pgterm -v" said this of $handle, and
# that is all it said.
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

# assertNamesDead NAME...: those of the zoo.
assertNamesDead()
{
	for name; do
		for one in $(pids "$name" zoo); do
			assertTrue "$name lives" "dead $one"
		done
	done
}
