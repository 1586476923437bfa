#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgspawn_wish_test.sh: what somebody wants of a service (-S): start, stop, restart
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

setUp()
{
	test_begin
	mkdir run
}

# serve SERVICE: in the background, as spawn does it.
serve()
{
	spawn -f Procfile -S run -E 6 "$@" 6>events
}

# wish SERVICE WORD: and wait until it is obeyed.
wish()
{
	ln -s "$2" "run/.$1.want"
	kill -s CONT "$pid"
	waitfor 10 [ ! -h "run/.$1.want" ] || fail "$1 does not $2"
}

# is_soon SERVICE LINE
is_soon()
{
	waitfor 10 says "run/$1" "$2" || fail "$1 is not $2: $(cat "run/$1")"
}

# events: all there were so far, in a line.
events()
{
	sed 's/ .*//' events | paste -s -d ' ' -
}

# has_run COUNT: the command has told of that many starts, which it can do only
# after its state is "running".
has_run()
{
	[ -e runs ] && [ "$(wc -l <runs)" -eq "$1" ]
}

testAServiceStopsAndStartsAndPgspawnStays()
{
	echo 'a: echo $$ >pid; exec sleep 60' >Procfile
	serve a
	is_soon a 'running 0 -'
	waitfor 10 [ -s pid ] || fail 'it does not run'
	wish a stop
	assertEquals 'stopped 0 143' "$(cat run/a)"
	assertTrue 'it lives' "dead $(cat pid)"
	wish a stop
	assertEquals 'stopped 0 143' "$(cat run/a)"
	wish a start
	is_soon a 'running 1 143'
	kill -s TERM "$pid"
	finish 143
	assertEquals 'stopped 1 143' "$(cat run/a)"
	assertEquals 'starting running stopping stopped stopped starting running stopping stopped' \
		"$(events)"
}

testARestartIsNoStopInBetween()
{
	echo 'a: echo run >>runs; exec sleep 60' >Procfile
	serve a
	is_soon a 'running 0 -'
	waitfor 10 has_run 1 || fail "not 1 runs"
	wish a restart
	is_soon a 'running 1 143'
	waitfor 10 has_run 2 || fail "not 2 runs"
	assertEquals 'starting running stopping starting running' "$(events)"
	kill -s TERM "$pid"
	finish 143
}

testAStartOfWhatRunsChangesNothing()
{
	echo 'a: exec sleep 60' >Procfile
	serve a
	is_soon a 'running 0 -'
	wish a start
	kill -s CONT "$pid"
	kill -s TERM "$pid"
	finish 143
	assertEquals 'starting running stopping stopped' "$(events)"
}

# The row of tries is over, too.
testWhatHasFailedStartsOrStopsWhenThatIsWanted()
{
	printf '#: a restart=always,1\na: exit 3\n' >Procfile
	serve a
	is_soon a 'failed 1 3'
	wish a start
	is_soon a 'failed 3 3'
	wish a stop
	assertEquals 'stopped 3 3' "$(cat run/a)"
	kill -s TERM "$pid"
	finish 3 "$(for _ in 1 2; do
		echo 'pgspawn: a: exited with status 3, again in 1 s'
		echo 'pgspawn: a: exited with status 3, failed after 1 tries'
	done)"
}

testADelayEndsWithAWish()
{
	printf '#: a restart=always\na: echo x >>runs; [ -e up ] || exit 3; exec sleep 60\n' >Procfile
	serve a
	is_soon a 'delayed 1 3'		# before the third run there are two seconds
	wish a stop
	assertEquals 'stopped 1 3' "$(cat run/a)"
	: >up
	wish a start
	is_soon a 'running 2 3'
	assertEquals 'starting running delayed starting running delayed stopped starting running' \
		"$(events)"
	kill -s TERM "$pid"
	finish 143 'pgspawn: a: exited with status 3, again in 1 s
pgspawn: a: exited with status 3, again in 2 s'
}

testAWaitEndsWithAWish()
{
	printf '#: a after=db\na: exec sleep 60\ndb: true\n' >Procfile
	for as in waiting failed; do
		echo "$as 0 -" >run/db
		serve a
		is_soon a "$(echo $as | sed 's/failed/blocked/') 0 -"
		wish a stop
		assertEquals 'stopped 0 -' "$(cat run/a)"
		echo 'running 0 -' >run/db
		wish a start
		is_soon a 'running 0 -'
		kill -s TERM "$pid"
		finish 143
		rm run/a
	done
}

testAWishThatIsThereBeforePgspawn()
{
	echo 'a: exec sleep 60' >Procfile
	ln -s stop run/.a.want
	serve a
	is_soon a 'stopped 0 -'
	kill -s TERM "$pid"
	finish 143
	ln -s start run/.a.want
	serve a
	is_soon a 'running 0 -'
	assertFalse 'it is not obeyed' '[ -h run/.a.want ]'
	kill -s TERM "$pid"
	finish 143
}

testWhatIsNoWishIsLeftThere()
{
	echo 'a: exec sleep 60' >Procfile
	serve a
	is_soon a 'running 0 -'
	ln -s dance run/.a.want
	kill -s CONT "$pid"
	kill -s TERM "$pid"
	finish 143
	assertTrue 'it is gone' '[ -h run/.a.want ]'
}

# A file that is written beside it must not be one that means something.
testAServiceMayHaveAnyName()
{
	long=$(printf %200s '' | tr ' ' x)
	printf '%s\n' 'stopping: exec sleep 60' "$long: exec sleep 60" >Procfile
	: >run/.stopping
	for service in stopping "$long" "$long.2"; do
		serve "$service"
		is_soon "$service" 'running 0 -'
		kill -s TERM "$pid"
		finish 143
		assertEquals "starting $service" "$(sed 1q events)"
	done
	assertTrue 'it is gone' '[ -e run/.stopping ]'
	echo "x$long: true" >>Procfile
	run pgspawn -f Procfile stopping
	assertRan 125 '' "Procfile:3: x$long: too long a name"
}

testTheHandleAndTheEventsMayGoToOneDescriptor()
{
	echo 'a: exec sleep 60' >Procfile
	spawn -f Procfile -S run -E 6 -p 6 a 6>events
	is_soon a 'running 0 -'
	kill -s TERM "$pid"
	finish 143
	assertLike 'all is there' 'starting *:* running stopping stopped' "$(events)"
}

testNothingStartsUnderAKeeperThatIsDead()
{
	printf '#: a restart=always\na: touch started\n' >Procfile
	launch true
	waitfor 10 dead "$pid"
	keeper=$pid
	wait "$keeper"
	run pgspawn -K "$keeper" -f Procfile -S run a
	assertRan 125 '' "pgspawn: process $keeper: No such process"
	assertFalse 'it was started' '[ -e started ]'
}

# Everything is told to end: TERM is the last word, whatever is wanted.
testTermIsTheLastWord()
{
	echo 'a: exec stubborn -i TERM -g 0.3' >Procfile
	serve -k 60 a
	is_soon a 'running 0 -'
	await
	ln -s restart run/.a.want
	kill -s TERM "$pid"
	waitfor 10 dead "$pid" || fail 'it goes on'
	assertEquals 'stopped 0' "$(sed 's/ [0-9]*$//' run/a)"
	wait "$pid"
}

. "$SHUNIT2"
