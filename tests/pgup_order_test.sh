#!/bin/sh
# shellcheck disable=SC2016
# pgup_order_test.sh: directives in a Procfile: ready=, after=, stop=
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

# --- order -------------------------------------------------------------------

# are_so SERVICE STATE...: these services have these states.
are_so()
{
	while [ $# -gt 0 ]; do
		read -r is rest <"$state/run/$1" && [ "$is" = "$2" ] || return
		shift 2
	done
}

testAServiceStartsWhenItsDependencyIsReady()
{
	cat >Procfile <<-'END'
	#: web after=db,cache
	web: echo "web $([ -e db ] && [ -e cache ] && echo late)"; exit 5
	#: db ready=fd:3
	db: until [ -e go ]; do sleep 0.02; done; : >db; echo >&3; sleep 60
	#: cache ready=cmd:test -e go && : >cache
	cache: sleep 60
	free: sleep 60
	END
	start_pgup
	waitfor 60 are_so db starting cache starting free running ||
		fail 'free waits'
	run pgup status
	assertLike 'status' '*
web *waiting * - *
db *starting *
cache *starting *
free *running *' "$out"
	: >go
	ended
	assertEquals 5 "$status"
	assertEquals 'web is the last one' web "$(started | sed 's/.* //')"
	assertTrue 'both were ready' 'has_printed web "web late"'
}

testReadyByNotification()
{
	cat >Procfile <<-'END'
	#: web after=db
	web: exit 6
	#: db ready=notify
	db: sdnotify READY=1; sleep 60
	END
	run pgup
	assertEquals 6 "$status"
}

testReadyByPort()
{
	need python3 || return 0
	cat >connect <<-'END'
	import socket, sys
	socket.create_connection(("127.0.0.1", int(sys.argv[1])))
	END
	base=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	cat >Procfile <<-END
	#: db ready=port
	db: until [ -e go ]; do sleep 0.02; done; exec python3 -m http.server --bind 127.0.0.1 "\$PORT"
	#: web after=db
	web: python3 connect $base && exit 7
	END
	start_pgup -p "$base"
	waitfor 60 says out "pgup: db: port $base" || fail 'db does not start'
	: >go
	ended
	assertEquals 7 "$status"
}

testNotReadyInTimeIsAHundredAndTwentyFour()
{
	for how in notify fd:3 cmd:false port; do
		cat >Procfile <<-END
		#: db within=0.2 ready=$how
		db: sleep 60
		#: web after=db
		web: touch started
		END
		run pgup -p 1
		assertRanLike 124 '*pgup: db: port 1
*pgup: stopping
pgup: db was not ready in time, ? s after its start; its log: */log/db' '*pgup: db: not ready in 0.2 s: *
pgup: db: not ready in time'
		assertFalse 'web was started' '[ -e started ]'
	done
}

testTheEndBeforeReadinessDecides()
{
	cat >Procfile <<-'END'
	#: db ready=fd:3
	db: exit 3
	#: web after=db
	web: touch started
	END
	for option in '' -t; do
		can_have "$option" || continue
		# shellcheck disable=SC2086
		run pgup $option
		assertRanLike 3 '*' 'pgup: db: ended before it was ready
pgup: db: exited with status 3'
		assertFalse 'web was started' '[ -e started ]'
	done
}

testAnEndWithStatus0BeforeReadinessIsAFailureToo()
{
	for how in fd:3 cmd:false; do
		printf '#: db ready=%s\ndb: exit 0\n' "$how" >Procfile
		run pgup
		assertRanLike 125 '*' '*pgup: db: ended before it was ready
pgup: db: exited with status 125'
	done
}

testServicesThatAreNotStartedAreNotAwaited()
{
	printf '#: web after=db\nweb: exit 3\ndb: exit 4\n' >Procfile
	run pgup web
	assertEquals 3 "$status"
}

testAllInstancesAreAwaited()
{
	cat >Procfile <<-'END'
	#: web after=db
	web: exit 3
	#: db ready=cmd:test -e ready.$PS
	db: [ "$PS" = db.1 ] || until [ -e go ]; do sleep 0.02; done; : >ready.$PS; sleep 60
	END
	start_pgup -m db=2
	waitfor 60 [ -e ready.db.1 ] || fail 'the first is not ready'
	run pgup status
	assertLike status '*web *waiting *' "$out"
	: >go
	ended
	assertEquals 3 "$status"
}

testTheStopGoesTheOtherWayRound()
{
	cat >Procfile <<-'END'
	#: web after=app
	web: sh ./service web
	#: app after=db
	app: sh ./service app
	db: sh ./service db
	END
	cat >service <<-'END'
	trap "echo $1 >>order; sleep 0.1; exit" TERM
	echo up
	while :; do sleep 0.02; done
	END
	start_pgup
	waitfor 60 has_printed web up || fail 'web is not up'
	waitfor 60 has_printed db up || fail 'db is not up'
	waitfor 60 has_printed app up || fail 'app is not up'
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertEquals 'web app db' "$(paste -s -d ' ' order)"
}

testTheStopOrderHoldsAcrossAServiceThatDoesNotRun()
{
	cat >Procfile <<-'END'
	#: web after=app
	web: trap 'sleep 0.3; echo web >>order; exit' TERM; echo up; while :; do sleep 0.02; done
	#: app after=db
	app: sleep 60
	db: trap 'echo db >>order; exit' TERM; echo up; while :; do sleep 0.02; done
	END
	start_pgup
	waitfor 60 has_printed web up || fail 'web is not up'
	waitfor 60 has_printed db up || fail 'db is not up'
	run pgup stop app
	assertRan 0 '' ''
	run pgup stop
	ended
	assertEquals 143 "$status"
	assertEquals 'web db' "$(paste -s -d ' ' order)"
}

testTheStopDoesNotWaitForAServiceWithoutAKeeper()
{
	cat >Procfile <<-'END'
	#: web after=db
	web: echo up; sleep 60
	db: sleep 60
	END
	start_pgup
	waitfor 60 has_printed web up || fail 'web is not up'
	waitfor 60 grep -q running "$state/run/web" || fail 'web does not run'
	keep_record
	IFS=: read -r keeper _ <"$state/run/.web.keeper"
	record_pid "$keeper"
	kill -KILL "$keeper"
	ended
	assertEquals 137 "$status"
	assertEquals 'pgup: web: its keeper ended with status 137' "$(cat err)"
	assertTrue 'nothing lives' nothing_lives
}

testCyclesAreNamed()
{
	cat >Procfile <<-'END'
	#: a after=b
	a: touch started
	#: b after=c
	b: true
	#: c after=d,a
	c: true
	d: true
	END
	run pgup
	assertRan 2 '' 'Procfile:1: a cycle of after=: a b c a'
	assertFalse 'nothing started' '[ -e started ]'
	printf '#: a after=a\na: true\n' >Procfile
	run pgup check
	assertRan 2 '' 'Procfile:1: a cycle of after=: a a'
}

testDirectivesThatMeanNothingAreErrors()
{
	cat >Procfile <<-'END'
	#: a ready=soon
	#: a ready=fd:2 after=
	a: true
	#: b restart=never stop=FOO
	#: nobody after=a
	#: b after=nobody colour=red restart
	b: true
	#no directive
	#:--- nor this
	END
	run pgup
	ways='ready= is for notify, port, tcp:PORT, fd:N, log:REGEX or cmd:COMMAND'
	policies='restart= is for no, once, on-failure or always, perhaps with ,tries'
	assertRan 2 '' "Procfile:1: ready=soon: $ways
Procfile:2: ready=fd:2: $ways
Procfile:2: after=: after= is for names with commas between, each perhaps with :done
Procfile:4: restart=never: $policies
Procfile:4: stop=FOO: stop= is for a signal, perhaps with ,secs and ,leader
Procfile:5: nobody: no such service
Procfile:6: colour=red: no such directive: they are after ends follow log ready restart stdin stop terminal within
Procfile:6: restart: $policies
Procfile:6: after=nobody: no such service"
}

testDirectivesMayStandAnywhereWithAnyBlanks()
{
	printf 'a: exit 3\n#:\tb  after=a\t restart=on-failure,2  stop=INT,0.5 within=forever \r\nb: true\n#: a\n#: a ready=cmd:true "x" = y\n' >Procfile
	run pgup check
	assertRan 0 'a: port 5000
b: port 5100' ''
}

# --- stop= -------------------------------------------------------------------

testAServiceHasASignalAndAGraceOfItsOwn()
{
	cat >Procfile <<-'END'
	#: a stop=INT,0.1
	a: exec sigreport
	#: b stop=USR1,0.1
	b: stubborn -i all
	END
	start_pgup -k 60
	waitfor 60 grep -q ready "$state/log/a" || fail 'a is not up'
	waitfor 60 grep -q ready "$state/log/b" || fail 'b is not up'
	keep_record
	run pgup stop b
	assertRan 0 '' ''
	run pgup stop a
	assertRan 0 '' ''
	ended
	assertEquals INT "$(printed a | sed '1d;/CONT/d')"
	assertTrue 'nothing lives' nothing_lives
}

. "$SHUNIT2"
