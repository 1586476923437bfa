#!/bin/sh
# shellcheck disable=SC2016
# pgup_restart_test.sh: restart= in a Procfile, and how a failure affects the services
# that start after it
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

# --- tries -------------------------------------------------------------------

testAFailedServiceIsRestarted()
{
	cat >Procfile <<-'END'
	#: a restart=on-failure
	a: [ -e twice ] && exit 0; [ -e once ] && : >twice; : >once; exit 3
	END
	run pgup
	assertRanLike 0 '*' 'pgup: a: exited with status 3, again in 1 s
pgup: a: exited with status 3, again in 2 s
pgup: a: exited with status 0'
}

testTooManyRestartsFailTheServiceAndOthersRunOn()
{
	cat >Procfile <<-'END'
	#: a restart=always,1
	a: exit 4
	b: echo up; until [ -e go ]; do sleep 0.02; done
	END
	start_pgup
	waitfor 60 says err 'pgup: a: exited with status 4, failed after 1 try' ||
		fail 'it is tried for ever'
	waitfor 60 has_printed b up || fail 'b is not up'
	run pgup status
	assertLike status '*
a *failed * 1 * 4
b *running *' "$out"
	run pgup restart a
	assertRan 0 '' ''
	assertTrue 'b runs' 'pgtrack -D "$state/services" get b'
	run pgup stop
	ended
	assertEquals 143 "$status"
}

testWhenAllHaveFailedTheRunnerEndsWithTheFirstStatus()
{
	cat >Procfile <<-'END'
	#: a restart=always,1
	a: exit 4
	#: b restart=on-failure
	b: exit 0
	END
	run pgup
	assertEquals 4 "$status"
}

testThePolicyIsAnOptionToo()
{
	printf 'a: [ -e once ] && exit 0; : >once; exit 3\n' >Procfile
	run pgup -r on-failure
	assertEquals 0 "$status"
	assertLike 'it was tried again' '*a: exited with status 3, again in 1 s*' "$err"
	run pgup -r sometimes
	assertRanLike 2 '' 'pgup: -r sometimes: it is for no, once, on-failure or always*'
}

testAStopEndsTheDelay()
{
	printf 'a: exit 3\nb: echo up; sleep 60\n' >Procfile
	start_pgup -r always
	waitfor 60 says err 'pgup: a: exited with status 3, again in 4 s' || fail 'no delay'
	run pgup stop a
	assertRan 0 '' ''
	run pgup status
	assertLike status '*a *stopped * 3*' "$out"
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

# twenty_services: prints a Procfile of 20 services; one of them fails twice, and then runs
# until there is a file "go".
twenty_services()
{
	n=1
	while [ $n -lt 20 ]; do
		echo "s$n: exec sleep 600"
		n=$((n + 1))
	done
	cat <<-'END'
	#: a restart=always
	a: echo run >>runs; [ $(grep -c run runs) -ge 3 ] || exit 3; until [ -e go ]; do sleep 0.5; done; exit 3
	END
}

all_run()
{
	[ "$(cat "$state"/run/* | grep -c ^running)" -eq 20 ] &&
		says "$state/run/a" 'running 2 3'
}

# ticks: prints the CPU time of the watched processes.
ticks()
{
	sum=0
	for one in $watched; do
		look "$one"
		# shellcheck disable=SC2086
		set -- $looked
		sum=$((sum + ${12} + ${13}))
	done
	echo "$sum"
}

# uses_no_time: the watched processes use no CPU time for two seconds.
uses_no_time()
{
	before=$(ticks)
	waitfor 2 false || [ "$before" = "$(ticks)" ]
}

# has_run_for SECS SERVICE: the state file of the service is older than SECS.
has_run_for()
{
	[ -n "$(find "$state/run/$2" -newermt "-$1 seconds")" ] && return 1
	return 0
}

# watch_runner: sets watched to the PIDs of the front, the guard and the session of the loop:
# the loop, the watcher of the keepers with a shell, 20 keepers, and 20 pgspawns.
watch_runner()
{
	loop=$(pgtrack -b -D "$state" get runner)
	watched="$pid $(pgtrack -b -D "$state" get guard)"
	for one in /proc/[0-9]*; do
		one=${one#/proc/}
		[ "$(session_of "$one")" != "$loop" ] || watched="$watched $one"
	done
	# shellcheck disable=SC2086
	set -- $watched
	assertEquals 'processes of the runner' 45 $#
}

testTenSecondsOfRunningStartTheDelayOverAndMeanwhileTheRunnerRests()
{
	twenty_services >Procfile
	CELL=$dir start_pgup
	waitfor 60 all_run || fail 'not all are up'
	keep_record
	if [ -r /proc/self/stat ]; then
		watch_runner
		assertTrue 'it is busy' 'waitfor 60 uses_no_time'
	fi
	waitfor 60 has_run_for 10 a || fail 'it ends too soon'
	: >go
	waitfor 60 sh -c '[ "$(grep -c "again in 1 s" err)" -eq 2 ]' ||
		fail 'the delay goes on'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertTrue 'nothing lives' nothing_lives
	assertFalse 'something is left' 'pgscan -aq "CELL=$dir"'
}

# --- services after a failed one ----------------------------------------------

# failing_database: make a Procfile in which web comes after app, and app after db, which
# fails until there is a file "good".
failing_database()
{
	cat >Procfile <<-'END'
	#: db ready=fd:3 restart=always,1
	db: [ -e good ] || exit 4; echo >&3; sleep 60
	#: web after=app
	web: touch started; until [ -e go ]; do sleep 0.02; done; exit 6
	#: app after=db
	app: sleep 60
	b: sleep 60
	END
}

testAServiceDoesNotStartAfterAFailedDependency()
{
	failing_database
	run pgup db app web
	assertRanLike 4 '*' '*pgup: db: exited with status 4, failed after 1 try'
	assertFalse 'web was started' '[ -e started ]'
}

testAServiceStartsWhenAFailedDependencyBecomesReady()
{
	failing_database
	start_pgup
	waitfor 60 says err 'pgup: db: exited with status 4, failed after 1 try' || fail 'no failure'
	for verb in start restart; do
		run pgup $verb web
		assertRan 1 '' 'pgup: web: waits for a service that has failed'
	done
	run pgup status
	assertLike status '*
db *failed *
web *blocked *
app *blocked *
b *running *' "$out"
	: >good
	run pgup start db
	assertRan 0 '' ''
	waitfor 60 [ -e started ] || fail 'web waits'
	: >go
	ended
	assertEquals 6 "$status"
	assertEquals 'db db db app web' "$(started | sed 's,^b ,,; s, b , ,')"
}

testAServiceStartsWhenAFailedDependencyIsStopped()
{
	failing_database
	: >go
	start_pgup
	waitfor 60 says err 'pgup: db: exited with status 4, failed after 1 try' || fail 'no failure'
	assertFalse 'web was started' '[ -e started ]'
	run pgup stop db
	assertRan 0 '' ''
	ended
	assertEquals 6 "$status"
	assertTrue 'web does not start' '[ -e started ]'
}

testAServiceStartsWhenItsDependencyIsDone()
{
	cat >Procfile <<-'END'
	#: web after=app
	web: exit 6
	#: app after=db ready=cmd:[ -e done ]
	app: sleep 60
	#: db restart=on-failure
	db: touch done
	END
	run pgup
	assertEquals 6 "$status"
}

testAServiceThatIsGivenUpIsAFailureAlsoAfterStatusZero()
{
	printf '#: a restart=always,1\na: true\n' >Procfile
	run pgup
	assertLike 'the last line:' \
		"pgup: all services are done after * s; a was given up, with status 0; its log: *" \
		"$(printf '%s\n' "$out" | tail -n 1)"
	assertEquals 1 "$status"
}

. "$SHUNIT2"
