#!/bin/sh
# forward_test.sh: a program behind a wrapper that forwards signals gets each signal as
# often as without pgspawn and pgterm
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

# counter: makes a program that counts the TERMs it gets, for a moment after the first
# one, and writes the number to the file count.
counter()
{
	cat >counter <<-'EOF'
	#!/bin/sh
	trap 'n=$((n + 1))' TERM
	n=0 i=0
	echo "ready $$" >>ready
	while [ $n -eq 0 ]; do sleep 0.02; done
	while [ $((i += 1)) -le 10 ]; do sleep 0.02; done
	echo "$n" >count
	EOF
	chmod +x counter
}

# assertOne HOW COMMAND...: behind this wrapper the counter gets exactly one TERM, from
# pgspawn HOW and from pgterm HOW. For pgterm the group is detached: a pgspawn that waits
# would end the rest of the group itself.
assertOne()
{
	how=$1
	shift
	for by in pgspawn pgterm; do
		rm -f ready count
		if [ $by = pgspawn ]; then
			launch pgspawn "$how" -k 20 -- "$@"
		else
			handle=$(pgspawn -d -- "$@")
			record_group "$handle"
		fi
		waitfor 10 test -s ready || fail "$*: it is not ready"
		record_pid "$(pids ready ready)"
		case $by in
		pgspawn) kill -s TERM "$pid" ;;
		*)	 pgterm "$how" -k 20 "$handle" ;;
		esac
		waitfor 10 test -s count || fail "$by $how $*: it got none"
		assertEquals "$by $how $*" 1 "$(cat count 2>/dev/null)"
		waitfor 10 dead "$pid" || fail "$by $how $*: it does not end"
	done
}

# has COMMAND...: the wrapper is installed, and works here.
has()
{
	command -v "$1" >/dev/null 2>&1 && "$@" true >/dev/null 2>&1
}

testBehindAWrapperOneTermArrivesOnce()
{
	need_table || return 0
	counter
	tried=
	for wrapper in 'tini -s --' 'dumb-init' 'catatonit --' 'setsid -w'; do
		# shellcheck disable=SC2086
		has $wrapper || continue
		tried="$tried $wrapper"
		# shellcheck disable=SC2086
		assertOne -a $wrapper ./counter
		assertOne -a sh -c "$wrapper ./counter; :"
	done
	[ -n "$tried" ] || skip "there is no wrapper"
}

# If /proc cannot be read for a moment, the ancestor must not count as dead.
testAnAncestorThatCannotBeReadCountsAsAlive()
{
	need strace && need_table || return 0
	strace -qq -o /dev/null true 2>/dev/null ||
		{ skip 'strace may not trace'; return 0; }
	counter
	cat >pass <<-'EOF'
	#!/bin/sh
	trap 'kill -s TERM $!' TERM
	freshsig -s "$@" &
	while :; do wait; kill -s 0 $! 2>/dev/null || exit; done
	EOF
	k=29
	while [ $((k += 1)) -le 44 ]; do
		mkdir $k
		(cd $k && end_with_fault $k) &
	done
	wait
	assertNotEquals 'it ran' '' "$(cat [0-9]*/count 2>/dev/null)"
	assertEquals 'TERM' '' "$(grep -vx 1 [0-9]*/count)"
}

# end_with_fault K: end a pgspawn in which the Kth openat(2) fails.
end_with_fault()
{
	launch strace -qq -o /dev/null -e trace=openat \
		-e inject=openat:error=ENOMEM:when="$1" \
		pgspawn -a -k 60 -p 5 -- sh ../pass ../counter 5>handle 2>err
	waitfor 10 is_ready_or_over
	[ -s ready ] || return
	record_pid "$(pids ready ready)"
	kill -s TERM "$(parent_of "$(sed 's/:.*//' handle)")"
	waitfor 10 dead "$pid"
}

is_ready_or_over()
{
	{ [ -s ready ] && [ -s handle ]; } || dead "$pid"
}

# The counter is in the group of its wrapper, and a signal to the group reaches both: so
# only the leader may be signalled.
testBehindAWrapperInTheGroupTheLeaderIsSignalled()
{
	need_table || return 0
	counter
	cat >pass <<-'EOF'
	#!/bin/sh
	trap 'kill -s TERM $!' TERM
	"$@" &
	while :; do wait; kill -s 0 $! 2>/dev/null || exit; done
	EOF
	assertOne -l sh ./pass ./counter
	assertOne -al sh ./pass ./counter
	has timeout --foreground 60 &&
		assertOne -al timeout --foreground 60 ./counter
	if [ "$(id -u)" -eq 0 ] && has su root -s /bin/sh -c; then
		assertOne -al su root -s /bin/sh -c 'exec ./counter'
	fi
	has sudo -n || { skip "there is no sudo"; return 0; }
	assertOne -l sudo -n ./counter
	assertOne -al sudo -n ./counter
}

# An ancestor that neither ends nor passes the signal on delays the signal to the escapee
# by half of the grace period at most.
testAnEscapeeGetsTheSignalLater()
{
	need_table || return 0
	for schedule in 1 forever; do
		: >deaf
		: >left
		launch pgspawn -a -k $schedule -p 5 -- sh -c 'trap "" TERM
			freshsig -s sigreport -x CONT >left & echo $$ >deaf
			while :; do wait; done' 5>handle
		await left
		record_pid "$(cat deaf)"
		from=$(now)
		kill -s TERM "$pid"
		waitfor 10 says left TERM || fail "it got none: $schedule"
		assertTook "$from" 40 900
		kill -s KILL "$(cat deaf)"
		waitfor 10 dead "$pid" || fail "it does not end"
		assertEquals "$schedule" "TERM${nl}CONT" "$(sed 1d left)"
	done
}

# With such a schedule pgterm does not wait, so it cannot signal escapees later.
testASignalWithoutAWaitGoesToAllAtOnce()
{
	need_table || return 0
	: >left
	launch pgspawn -p 5 -- sh -c 'trap "" HUP
		freshsig -s sigreport -x CONT >left &
		while :; do wait; done' 5>handle
	await left
	run pgterm -a -R HUP "$(cat handle)"
	assertRan 0 '' ''
	waitfor 5 says left HUP || fail "it got none"
	pgterm -k 0 "$(cat handle)"
	waitfor 10 dead "$pid"
}

. "$SHUNIT2"
