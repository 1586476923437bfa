#!/bin/sh
# pgspawn_port_test.sh: readiness of a port (-r tcp:)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

testACommandThatAcceptsOnThePortIsReady()
{
	need python3 || return 0
	cat >serve <<-'END'
	import socket, sys, time
	while not __import__("os").path.exists("go"):
	    time.sleep(0.02)
	s = socket.socket(int(sys.argv[2]))
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.bind((sys.argv[3], int(sys.argv[1])))
	s.listen()
	open("listens", "w").close()
	time.sleep(60)
	END
	port=$(free_port)
	for family in '2 127.0.0.1' '10 ::1'; do
		rm -f go listens handle
		# shellcheck disable=SC2086
		launch pgspawn -k 0 -r "tcp:$port" -p 4 -- \
			python3 serve "$port" $family 4>handle
		assertFalse 'not before' '[ -s handle ]'
		: >go
		if ! waitfor 60 [ -s handle ]; then
			[ -e listens ] || { skip "no ::1"; return 0; }
			fail "$family is not ready"
		fi
		assertTrue 'it listens' '[ -e listens ]'
		kill -TERM "$pid"
		wait "$pid" || :
	done
}

testAPortThatIsNeverOpenedIsTooLate()
{
	run pgspawn -d -k 0 -T 0.2 -r tcp:1 -- sleep 60
	assertRan 124 '' 'pgspawn: sleep: not ready in 0.2 s: port 1 does not accept'
	run pgspawn -r tcp:1 -- sh -c 'exit 3'
	assertRan 3 '' 'pgspawn: sh: ended before it was ready'
}

# listen_on PORT: start a process that listens on the port; its PID is in $pid.
listen_on()
{
	launch python3 -c 'import socket, sys, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
open("listens", "w").close()
time.sleep(60)' "$1"
	waitfor 60 [ -e listens ] || fail 'nobody listens'
}

testAPortThatIsTakenIsNotReadiness()
{
	need python3 || return 0
	port=$(free_port)
	listen_on "$port"
	name=$(cat "/proc/$pid/comm")
	for how in '' -d '-d -L x' -t; do
		can_have "$how" || continue
		# shellcheck disable=SC2086
		run pgspawn -n web $how -r "tcp:$port" touch started
		assertRan 125 '' "pgspawn: web: port $port is taken by $pid, $name"
	done
	assertFalse 'it was started' '[ -e started ]'
}

# A user does not see which process of another user has the port.
testTheOwnerOfATakenPortIsNotAlwaysNamed()
{
	need python3 && need_root || return 0
	port=$(free_port)
	listen_on "$port"
	run as_user pgspawn -n web -r "tcp:$port" true
	assertRan 125 '' "pgspawn: web: port $port is taken"
}

testBadPortsAreRefused()
{
	for port in tcp: tcp:0 tcp:65536 tcp:x tcp:-1; do
		run pgspawn -r "$port" true
		assertRan 125 '' "pgspawn: $port: not a port"
	done
	run pgspawn -x -r tcp:1 true
	assertRanLike 125 '' 'pgspawn: -x: not with *'
}

. "$SHUNIT2"
