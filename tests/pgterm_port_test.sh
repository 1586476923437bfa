#!/bin/sh
# pgterm_port_test.sh: pgterm :PORT ends the group that listens there, and no other
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/port_lib.sh
. "$src/tests/port_lib.sh"

setUp()
{
	test_begin
	port_script
}

testAListenerIsEndedAndItsClientIsNot()
{
	with_ports || return 0
	take_port tcp
	server=$pid
	take_port client "$port"
	client=$pid
	run pgterm ":$port"
	assertRan 0 '' ''
	group_dead "$server" || fail 'the server lives'
	alive "$client" || fail 'the client was hit'
}

testEachProtocolCounts()
{
	with_ports || return 0
	for kind in tcp udp six; do
		[ $kind != six ] || [ -s /proc/net/if_inet6 ] || continue
		take_port $kind
		run pgterm -v ":$port"
		assertRanLike 0 "$pid:*ended	TERM	*" ''
	done
}

testAllGroupsThatListenAreEnded()
{
	with_ports || return 0
	take_port tcp
	first=$pid
	take_port udp "$port"
	run pgterm -v ":$port"
	assertEquals 0 "$status"
	assertEquals 2 "$(grep -c '	ended	' "$work/out")"
	group_dead "$first" || fail 'the first lives'
	group_dead "$pid" || fail 'the second lives'
}

# The system gives UDP ports of this range to clients, too.
testAClientsUdpPortIsNotMixedUpWithAServer()
{
	with_ports || return 0
	low=$(cut -f 1 /proc/sys/net/ipv4/ip_local_port_range)
	port=$(python3 -c 'import socket
for port in range(int(__import__("sys").argv[1]), 65000):
    try:
        with socket.socket() as s, socket.socket(type=socket.SOCK_DGRAM) as u:
            s.bind(("127.0.0.1", port)); u.bind(("127.0.0.1", port))
            break
    except OSError: pass
print(port)' "$low")
	take_port udp "$port"
	other=$pid
	take_port tcp "$port"
	run pgterm -v ":$port"
	assertRanLike 0 "$pid:*ended*" ''
	alive "$other" || fail 'it was hit'
	run pgterm -v ":$port"
	assertRanLike 0 "$other:*ended*" ''
}

testAPortThatNobodyHasIsGone()
{
	with_ports || return 0
	take_port tcp
	pgterm ":$port"
	run pgterm ":$port"
	assertRan 0 '' ''
	run pgterm -v ":$port"
	assertRan 0 ":$port	gone	-	0.000" ''
	run pgterm -n ":$port"
	assertRan 0 ":$port	gone" ''
}

testDryRunNamesTheProcess()
{
	with_ports || return 0
	take_port tcp
	look "$pid"
	run pgterm -n ":$port"
	assertEquals "# :$port/tcp $pid $(cat /proc/"$pid"/comm)" "$(sed q "$work/out")"
	assertLike plan "$pid:*	TERM/5/KILL/2" "$(sed 1d "$work/out")"
	assertEquals "$status $err" '0 ' "$status $err"
	alive "$pid" || fail 'it was hit'
	printf '%s\n' "$out" | pgterm -k 1 || fail 'its output is no list of targets'
	group_dead "$pid" || fail 'the server lives'
}

testExampleOfThePage()
{
	with_ports || return 0
	take_port tcp
	take_example pgterm.1 9
	says script 'pgterm :3000' || fail "$(cat script)"
	sed "s/3000/$port/" script >mine
	run sh ./mine
	assertRan 0 '' ''
	group_dead "$pid" || fail 'the server lives'
}

# The user cannot see which process of root has the port.
testAnotherUsersPortIsReportedAsSuch()
{
	with_ports && need_root || return 0
	take_port tcp
	run as_user pgterm ":$port"
	assertRan 3 '' "pgterm: :$port: owned by root"
	alive "$pid" || fail 'it was hit'
	python=/usr/bin/python3
	as_user $python -c '' 2>/dev/null || return 0
	launch_group as_user $python has udp "$port" >udp.out
	waitfor 10 test -s udp.out || fail 'nobody took the port'
	run as_user pgterm ":$port"
	assertRan 3 '' "pgterm: :$port: owned by root"
	alive "$pid" || fail 'it was hit, though not all could be'
}

testTheOwnGroupIsRefused()
{
	with_ports || return 0
	cat >ask <<-'END'
	python3 has tcp >port &
	until [ -s port ]; do sleep 0.05; done
	pgterm ":$(cat port)"
	echo "status $?"
	kill $!
	END
	# shellcheck disable=SC2016
	run pgspawn sh ./ask
	assertRanLike 0 'status 2' "pgterm: :*: will not end the group of process *: it holds pgterm; kill * ends the process alone"
}

testOnlyWholePortsAreTargets()
{
	for word in : :0 :65536 :x :3000x :-1 :3000: ::3000; do
		run pgterm "$word"
		assertRan 2 '' "pgterm: $word: not a port from 1 to 65535"
	done
	for word in web node 127.0.0.1:3000; do
		run pgterm "$word"
		assertRanLike 2 '' "pgterm: $word: not a process group*"
	done
	echo :3000 | {
		run pgterm
		assertRanLike 2 '' 'pgterm: :3000: a port is an operand: pgterm :3000'
	}
}

testASystemThatDoesNotTellSaysSo()
{
	pgterm -n :1 >said 2>&1 && { skip 'the system tells'; return 0; }
	run pgterm :1
	assertRan 3 '' 'pgterm: :1: this system does not tell which process has a port'
}

. "$SHUNIT2"
