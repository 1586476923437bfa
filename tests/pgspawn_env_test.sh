#!/bin/sh
# shellcheck disable=SC2016
# pgspawn_env_test.sh: environment files (-e), and readiness of a port (-r tcp:)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# show FORMAT NAME...: what these variables are with the file that printf makes
# of FORMAT; unset ones are -.
show()
{
	# shellcheck disable=SC2059
	printf "$1" >file
	shift
	run pgspawn -e file -- sh -c '
		for n; do eval "printf \"<%s>\" \"\${$n--}\""; done' sh "$@"
}

testBlanksCommentsReturnsAndMarksDoNotCount()
{
	show '\357\273\277# c\n\n \t\r\n  # c\nA=1\r\nexport B=two  words \n  C =\tspaced\nexport\tD=\nLAST=end' \
		A B C D LAST
	assertRan 0 '<1><two  words><spaced><><end>' ''
}

testOnlyABlankAndASharpBeginAComment()
{
	show 'A=a#b\nB=x # c\nC= # c\nD=#frag\nE=h://p?q=1#f\nF=it'"'"'s "so"\nexported=y\n' \
		A B C D E F exported
	assertRan 0 "<a#b><x><><#frag><h://p?q=1#f><it's \"so\"><y>" ''
}

testQuotesAreTakenByTheirRules()
{
	cat >file <<-'END'
	A='as $it \n is # here' # comment
	B="q\nl \" \\ \$x \t # in"	# comment
	C=""
	D=a"b"
	E="end\\"
	F=''
	G="$(id) `id` $HOME"
	END
	run pgspawn -e file -- sh -c \
		'printf "<%s>" "$A" "$B" "$C" "$D" "$E" "$F" "$G"'
	assertRan 0 '<as $it \n is # here><q
l " \ $x \t # in><><a"b"><end\><><$(id) `id` $HOME>' ''
}

testEveryFaultIsToldAndNothingStarts()
{
	printf '%s\n' 'A="open' "B='open" 'C="x"y' '1D=2' 'no equals' '=x' \
		'E="back\"' 'F=fine' 'G-H=1' 'export' >file
	printf 'I=a\0b\n' >>file
	run pgspawn -e file echo started
	assertRan 125 '' 'file:1: A: bad quotes
file:2: B: bad quotes
file:3: C: bad quotes
file:4: not NAME=value
file:5: not NAME=value
file:6: not NAME=value
file:7: E: bad quotes
file:9: not NAME=value
file:10: not NAME=value
file:11: has a NUL'
}

testTheLaterSettingWins()
{
	printf 'A=1\nA=2\nB=one\n' >one
	printf 'B=two\n' >two
	B=zero run pgspawn -e one -e two sh -c 'echo $A $B'
	assertRan 0 '2 two' ''
	run pgspawn -e two -m B=marker -e one sh -c 'echo $B'
	assertRan 0 one ''
	run pgspawn -x -e two -m B=marker sh -c 'echo $B'
	assertRan 0 marker ''
	run pgspawn -e one -e two sh -c 'env | grep -c "^[AB]="'
	assertRan 0 2 ''
}

testNamesOfTheShellAndTheLineageAreSafe()
{
	printf 'UID=7\nIFS=x\nPATH=/none:%s\nPGSPAWN_ID=1:1\n' "$PATH" >file
	run pgspawn -p 3 -e file env 3>handle
	assertContains "$out" 'IFS=x'
	assertContains "$out" 'UID=7'
	assertContains "$out" 'PATH=/none:'
	assertContains "$out" "PGSPAWN_ID=$(cat handle)"
}

testAFileOfManyLinesAndOneOfNone()
{
	: >file
	run pgspawn -e file -- true
	assertRan 0 '' ''
	awk 'BEGIN { for (i = 0; i < 3000; i++) print "NR" i "=" i }' >file
	run pgspawn -e file -- sh -c 'echo $NR0 $NR2999; env | grep -c ^NR'
	assertRan 0 '0 2999
3000' ''
}

testAFileThatCannotBeReadIsAFailure()
{
	run pgspawn -e missing true
	assertRan 125 '' 'pgspawn: missing: No such file or directory'
	run pgspawn -e . true
	assertRan 125 '' 'pgspawn: .: Is a directory'
}

# --- ports -------------------------------------------------------------------

# free_port: prints the number of one that nobody listens on.
free_port()
{
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

testReadyIsWhoAcceptsOnAPort()
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

testAPortThatNobodyOpensIsTooLate()
{
	run pgspawn -d -k 0 -T 0.2 -r tcp:1 -- sleep 60
	assertRan 124 '' 'pgspawn: sleep: not ready in time'
	run pgspawn -r tcp:1 -- sh -c 'exit 3'
	assertRan 3 '' 'pgspawn: sh: ended before it was ready'
}

testBadPortsAreRefused()
{
	for port in tcp: tcp:0 tcp:65536 tcp:x tcp:-1; do
		run pgspawn -r "$port" true
		assertRan 125 '' "pgspawn: $port: not a port"
	done
	run pgspawn -x -r tcp:1 true
	assertRanLike 125 '' 'pgspawn: -x goes with none of *'
}

. "$SHUNIT2"
