#!/bin/sh
# shellcheck disable=SC2016,SC2119,SC2094
# pgkeep_watch_list_test.sh: pgkeep watch and pgkeep list, and a state directory with
# foreign files or on a full disk
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/pgkeep_lib.sh
. "$src/tests/pgkeep_lib.sh"

# watch: start "pgkeep watch" in the background; its input is descriptor 9, its PID
# $watcher.
watch()
{
	mkfifo names
	launch sh -c 'exec pgkeep -D run watch <names' >lost 2>err.watch
	watcher=$pid
	exec 9>names
}

# unwatch [STDERR]: close its input, and wait for its end.
unwatch()
{
	exec 9>&-
	waitfor 10 dead "$watcher" || fail 'it goes on'
	assertEquals "$(cat err.watch)" "${1:-}"
}

testAKilledKeeperIsReported()
{
	keep a b c
	watch
	for service in a b c; do
		is_soon $service 'running 0 -'
		echo "$service $(keeper_of $service)" >&9
	done
	kill -s TERM "$(keeper_of a)"
	keeper_ended a
	kill -s KILL "$(keeper_of b)"
	waitfor 10 says lost 'lost b' || fail 'it is not told'
	keep a 9>&-
	is_soon a 'running 1 143'
	cat run/.a.keeper >handle
	echo "a $(cat handle)" >&9
	want end a c
	assertRan 0 '' ''
	unwatch
	assertEquals 'lost b' "$(cat lost)"
}

# The keepers of a, b and c died before they began: a has an empty keeper file, b no state,
# c a state that is not final.
testAKeeperThatNeverEnteredIsReported()
{
	for service in a b c d; do
		launch true
		eval "$service=$pid"
	done
	for dead_pid in "$a" "$b" "$c" "$d"; do
		waitfor 10 dead "$dead_pid"
	done
	: >run/.a.keeper
	echo 'stopped 0 -' >run/a
	echo 'waiting 0 -' >run/c
	echo 'stopped 0 143' >run/d
	watch
	printf 'a %s\nb %s\nc %s\nd %s\n' "$a" "$b" "$c" "$d" >&9
	unwatch
	assertEquals 'lost a lost b lost c' "$(paste -s -d ' ' lost)"
}

testMalformedLinesAreReported()
{
	watch
	printf '\nweb\n./x 5\nweb x\n' >&9
	unwatch 'pgkeep: web: not a service and its process
pgkeep: ./x: not a service and its process
pgkeep: web: not a service and its process'
	assertEquals '' "$(cat lost)"
}

testKeepersWithoutPidfdsArePolled()
{
	need strace || return 0
	keep a
	is_soon a 'running 0 -'
	mkfifo names
	launch strace -qq -o /dev/null -e inject=pidfd_open:error=ENOSYS \
		sh -c 'exec pgkeep -D run watch <names' >lost
	watcher=$pid
	: >err.watch
	exec 9>names
	echo "a $(keeper_of a)" >&9
	kill -s KILL "$(keeper_of a)"
	waitfor 10 says lost 'lost a' || fail 'it is not told'
	unwatch
}

testServicesAreListedByName()
{
	run pgkeep -D run list
	assertRan 0 '' ''
	echo 'running 3 143' >run/web
	echo 'stopped 0 -' >run/db.10
	echo 'done 0 0' >run/a
	echo 'something else' >run/other
	: >run/empty
	mkdir run/folder
	mkfifo run/fifo
	run pgkeep -D run list
	assertRan 0 'a	done	0	0
db.10	stopped	0	-
empty	waiting	0	-
web	running	3	143' ''
	run pgkeep -D run list web nosuch a
	assertRan 1 'web	running	3	143
a	done	0	0' 'pgkeep: nosuch: no such service'
	run sh -c 'pgkeep -D run list >/dev/full'
	assertRan 125 '' 'pgkeep: standard output: No space left on device'
}

testTheDirectoryHasADefault()
{
	XDG_RUNTIME_DIR=$dir/xdg
	export XDG_RUNTIME_DIR
	mkdir xdg
	for where in xdg/procgroup/keep other; do
		[ $where != other ] || { PGKEEP_DIR=other; export PGKEEP_DIR; }
		launch pgkeep run a sleep 60
		waitfor 10 grep -q '^running' $where/a || fail "not in $where"
		assertEquals 'drwx------' "$(stat -c %A $where)"
		assertEquals 'a	running	0	-' "$(pgkeep list)"
		kill -s TERM "$pid"
		waitfor 10 dead "$pid"
		wait "$pid"
	done
	unset XDG_RUNTIME_DIR PGKEEP_DIR
}

# --- other files in the directory --------------------------------------------

testItsDirectoryMayBeRemoved()
{
	serve -R always run x sh -c 'trap "exit 7" TERM; echo ready $$
		while :; do sleep 0.02; done'
	await
	serve_pid=$pid
	launch pgkeep -D run -A none run y true 2>err.y
	is_soon y 'waiting 0 -'
	y=$pid
	rm -rf run
	ticks=$(awk '{ print $14 + $15 }' "/proc/$y/stat")
	waits
	assertTrue 'it spins' "[ $(awk '{ print $14 + $15 }' "/proc/$y/stat") -le $((ticks + 5)) ]"
	kill -s TERM "$y" "$serve_pid"
	pid=$serve_pid
	finish 7 'pgkeep: x: its state cannot be written: No such file or directory'
	assertEquals 'starting running stopping stopped' "$(events)"
	waitfor 10 dead "$y"
	assertEquals 'pgkeep: y: its state cannot be written: No such file or directory' \
		"$(cat err.y)"
}

testAForeignFileBlocksNothing()
{
	for what in x .x.want .x.taken .x.answer .stopping db .db.keeper; do
		mkfifo "run/$what"
		serve -A db -B db run x sleep 60
		[ $what != db ] && echo 'running 0 -' >run/db
		if [ $what = db ]; then
			is_soon x 'waiting 0 -'
		elif [ $what != x ]; then
			is_soon x 'running 0 -'
		else
			waitfor 10 grep -qx 'pgkeep: x: its state cannot be written: '\
'not a regular file of this user' err
		fi
		[ $what != .stopping ] || echo 'stopped 0 -' >run/db
		timeout 10 pgkeep -D run list >/dev/null
		assertEquals "list beside $what" 0 $?
		kill -s TERM "$pid"
		waitfor 10 dead "$pid" || fail "$what: it hangs"
		wait "$pid"
		rm -rf run
		mkdir run
	done
	mkfifo run/.x.keeper
	run pgkeep -D run run x touch started
	assertRan 125 '' 'pgkeep: x: the file of its keeper: not a regular file of this user'
	ln -s /dev/zero run/y
	run timeout 10 pgkeep -D run list
	assertRan 0 '' ''
	assertFalse 'it was started' '[ -e started ]'
}

# On a full disk states are written, because their files exist already, and so are wants,
# which are symbolic links.
testAFullDiskTakesStatesAndWants()
{
	need_disk || return 0
	cat >full <<-'END'
		pgkeep -D disk/run run a sleep 60 2>err &
		until grep -q running disk/run/a; do sleep 0.02; done
		cat /dev/zero >disk/fill 2>/dev/null
		: >disk/more && echo more >disk/more && echo 'it is not full'
		rm -f disk/more
		timeout 10 pgkeep -D disk/run stop a || echo "stop $?"
		cat disk/run/a
		: >disk/fill
		timeout 10 pgkeep -D disk/run start a || echo "start $?"
		cat /dev/zero >disk/fill 2>/dev/null
		timeout 10 pgkeep -D disk/run end || echo "end $?"
		wait $!
		echo $?
		cat disk/run/a
	END
	run on_small_disk 64k '. ./full'
	assertEquals "$err" 'stopped 0 143 143 stopped 1 143' \
		"$(echo "$out" | grep . | paste -s -d ' ' -)"
	assertEquals '' "$(cat err)"
}

# --- events ------------------------------------------------------------------

# fill FIFO: write until the FIFO is full.
fill()
{
	timeout 1 dd if=/dev/zero of="$1" bs=4096 oflag=nonblock 2>/dev/null
	timeout 1 dd if=/dev/zero of="$1" bs=1 oflag=nonblock 2>/dev/null
	:
}

# A reader that reads nothing gets the newest state when it reads again. pgkeep does not
# change the flags of the descriptor, which it shares with its caller.
testAFullPipeBlocksNothingAndTheLastStateIsWritten()
{
	mkfifo events
	exec 7<>events
	fill events
	launch pgkeep -D run -E 7 run x sleep 60 2>err
	is_soon x 'running 0 -'
	want stop x
	assertRan 0 '' ''
	want start x
	assertRan 0 '' ''
	assertFalse 'it does not block' \
		"grep -q '^flags:.*4...\$' /proc/$$/fdinfo/7"
	kill -s TERM "$pid"
	waitfor 10 grep -q stopped run/x || fail "$(cat run/x)"
	# shellcheck disable=SC2094
	sed -n '/stopped x /q;p' <events | tr -d '\000' >got
	exec 7>&-
	finish 143
	assertEquals '' "$(cat got)"
}

testEventsWithoutAReaderAreDropped()
{
	mkfifo events
	exec 7<>events 8>events 7>&-
	launch pgkeep -D run -R always -E 8 run x sigreport -x TERM \
		>out 2>err
	is_soon x 'running 0 -'
	waitfor 10 grep -q ready out
	exec 8>&-
	kill -s TERM "$pid"
	finish 0
}

# --- cost --------------------------------------------------------------------

# is_quiet: the process $pid sleeps, and has not run since the last call.
is_quiet()
{
	quiet_from=$before
	before=$(switches)
	[ "$before" = "$quiet_from" ] && in_state "$pid" S
}

# A keeper whose command runs uses no CPU time; a keeper that waits for a service polls.
testAKeeperSleeps()
{
	[ -r /proc/self/status ] || { skip 'nothing tells'; return 0; }
	serve run x sleep 60
	is_soon x 'running 0 -'
	x=$pid before=
	waitfor 10 is_quiet || fail 'it does not settle'
	launch pgkeep -D run -A none run y true 2>err.y
	is_soon y 'waiting 0 -'
	waits
	waits
	y=$pid pid=$x
	assertEquals "$before" "$(switches)"
	kill -s TERM "$x" "$y"
	finish 143
}

. "$SHUNIT2"
