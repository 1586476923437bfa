#!/bin/sh
# pgscan_select_test.sh: pgscan -n and -P, which choose processes without a marker
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/port_lib.sh
. "$src/tests/port_lib.sh"

tab=$(printf '\t')

setUp()
{
	test_begin
	port_script
}

# runs_as NAME: start a process with this command name, in a group of its own; sets pid.
runs_as()
{
	cp "$bin/tests/sigreport" "$1"
	: >"$1.out"
	launch_group "./$1" >"$1.out"
	waitfor 10 grep -q ready "$1.out" || fail "$1 is not ready"
}

testAProcessIsFoundByItsName()
{
	need_table || return 0
	runs_as "askname"
	mine=$pid
	runs_as "other"
	run pgscan -n askname
	assertRanLike 0 "$mine:*$tab$mine$tab*$tab-$tab-${tab}askname" ''
	for pattern in 'askn*' 'ask[n]ame' '?skname'; do
		run pgscan -bgn "$pattern"
		assertRan 0 "$mine" ''
	done
	for pattern in ask askname2 ASKNAME sknam ''; do
		run pgscan -n "$pattern"
		assertRan 1 '' ''
	done
}

testALongNameIsFoundWhole()
{
	need_table || return 0
	grep -q '^SYSTEM *= linux' "$bin/Makefile" ||
		{ skip 'names are cut here'; return 0; }
	runs_as a-name-of-more-than-fifteen
	run pgscan -bgn a-name-of-more-than-fifteen
	assertRan 0 "$pid" ''
}

# Other processes may have the same name; a marker selects among them.
testNameAndMarkerMustBothMatch()
{
	need_table || return 0
	cp "$bin/tests/sigreport" askname
	ASK_MARK=$$ launch_group ./askname >out
	waitfor 10 grep -q ready out
	run pgscan -abgn askname "ASK_MARK=$$"
	assertRan 0 "$pid" ''
	run pgscan -an askname "ASK_MARK=0$$"
	assertRan 1 '' ''
	run pgscan -an other "ASK_MARK=$$"
	assertRan 1 '' ''
}

testAListenerIsFoundByItsPort()
{
	with_ports || return 0
	for kind in tcp udp; do
		take_port $kind
		server=$pid
		run pgscan -P "$port"
		assertRanLike 0 "$server:*$tab$server$tab*$tab-$tab-$tab*" ''
		[ $kind = tcp ] || continue
		take_port client "$port"
		run pgscan -bgP "$port"
		assertRan 0 "$server" ''
	done
	run pgscan -bgP "$port" -n nothing-is-called-so
	assertRan 1 '' ''
	pgscan -gP "$port" | pgterm || fail "$port was not ended"
	group_dead "$server" || fail 'the server lives'
	run pgscan -P "$port"
	assertRan 1 '' ''
}

testAnotherUsersPortIsRefused()
{
	with_ports && need_root || return 0
	take_port tcp
	run as_user pgscan -P "$port"
	assertRan 3 '' "pgscan: port $port: owned by root"
}

testRootFindsThePortOfAUser()
{
	with_ports && need_root || return 0
	python=/usr/bin/python3
	as_user $python -c '' 2>/dev/null || { skip 'no python3 for a user'; return 0; }
	launch_group as_user $python has tcp >out
	waitfor 10 test -s out || fail 'nobody took a port'
	run pgscan -bgP "$(cat out)"
	assertRan 0 "$pid" ''
	run pgscan -bgu 0 -P "$(cat out)"
	assertRan 1 '' ''
}

testBadPortsAreRefused()
{
	for port in '' 0 65536 x :3000; do
		run pgscan -P "$port"
		assertRan 2 '' "pgscan: port $port: not a port from 1 to 65535"
	done
}

testExampleOfThePage()
{
	need_table || return 0
	runs_as askname
	take_example pgscan.1 6
	says script 'pgscan -gn node | pgterm' || fail "$(cat script)"
	sed 's/node/askname/' script >mine
	run sh ./mine
	assertRan 0 '' ''
	group_dead "$pid" || fail 'it lives'
}

. "$SHUNIT2"
