#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgup_background_test.sh: a runner in the background, what waits for its services, and
# what it says at its end. PGUP_SHELL is the shell that runs pgup, TEST_SHELL where it
# is unset.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"
# shellcheck source=tests/port_lib.sh
. "$src/tests/port_lib.sh"

# end_runner: end a runner in the background, which is no child of the test.
end_runner()
{
	record_group "$(pgtrack -b -D "$state" get runner 2>/dev/null)"
	run pgup stop
	assertRan 0 '' ''
}

# has_client: a client waits for the answer of the runner.
has_client()
{
	[ -n "$(find "$state" -name 'answer.*')" ]
}

testDReturnsWhenAllAreReady()
{
	printf '%s\n' '#: slow within=60 ready=log:^up' \
	    'slow: sleep 1; echo up; sleep 60' 'other: echo hi; sleep 60' >Procfile
	run pgup -d
	assertRan 0 '' ''
	assertEquals 'up' "$(printed slow)"
	assertEquals 'hi' "$(printed other)"
	run pgup status
	assertRanLike 0 '*
slow *running *
other *running *' ''
	run pgup -d
	assertRanLike 1 '' 'pgup: already running, PID *: pgup stop ends it'
	run pgup start slow -k 3 -p 3000
	assertRan 2 '' "pgup: already running, PID $(cat "$state/pid"): -p is only for its start"
	end_runner
	run pgup status
	assertRanLike 1 '*no runner' ''
}

testDHoldsNothingOfItsCaller()
{
	printf 'a: echo out; echo err >&2; exec sleep 60\n' >Procfile
	run sh -c '"$1" -d 2>&1 | cat' sh "$PGUP"
	assertRan 0 '' ''
	waitfor 60 has_printed a err || fail 'the log has no errors'
	handle=$(pgtrack -b -D "$state/services" get a)
	assertEquals 'a session of its own' "$handle" "$(session_of "$handle")"
	if [ -d "/proc/$handle/fd" ]; then
		for fd in 1 2; do
			assertEquals "$fd" "$state/log/a" \
				"$(readlink "/proc/$handle/fd/$fd")"
		done
	fi
	end_runner
}

testAStartThatFailsHasItsMessageAndStatus()
{
	printf 'a: exit 4\nb: sleep 60\n' >Procfile
	run pgup -d
	assertRanLike 4 '' "*pgup: a: exited with status 4
*pgup: a ended first, with status 4, * s after its start; its log: $state/log/a"
	run pgup status
	assertRanLike 1 '*no runner' ''
	printf '#: a within=0.5 ready=log:^up\na: sleep 60\n' >Procfile
	run pgup -d
	assertRanLike 124 '' "*pgup: a: not ready in 0.5 s: *
*pgup: a was not ready in time, * s after its start; its log: $state/log/a"
	printf 'a true\n' >Procfile
	run pgup -d
	assertRanLike 2 '' 'Procfile:1: line skipped: *'
}

testAStartThatFailsPrintsEachMessageOnce()
{
	printf '#: a ready=fd:3 bogus=1\na: exit 4\nb: sleep 60\n' >Procfile
	run pgup -d
	assertEquals 4 "$status"
	assertEquals 'the warning' 1 "$(printf '%s\n' "$err" | grep -c bogus=1)"
	assertEquals 'no start' '' "$(printf '%s\n' "$err" | grep ': port 5')"
}

testAStartThatFailsNamesTheProcessThatHasThePort()
{
	with_ports || return 0
	port_script
	take_port tcp
	printf '#: a ready=port
a: sleep 60
' >Procfile
	run pgup -d -p "$port"
	assertRanLike 125 '' "*pgup: a: port $port is taken by $pid, *"
}

# count_naps COMMAND...: run it; sets naps to the number of times that it slept for 0.1 s.
count_naps()
{
	mkdir -p counting
	printf '#!/bin/sh
echo "$1" >>%s/slept
PATH=%s exec sleep "$@"
' "$(pwd)" 	    "'$PATH'" >counting/sleep
	chmod +x counting/sleep
	: >slept
	PATH=$(pwd)/counting:$PATH run "$@"
	naps=$(grep -c '^0\.1$' slept)
}

# long_procfile LINE: twelve services with long names, and this line.
long_procfile()
{
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		echo "a-service-with-a-name-of-many-letters-$n: exec sleep 60"
	done >Procfile
	printf '%s\n' "$1" >>Procfile
}

testTheRunnersOwnLogIsCut()
{
	own=$(dirname "$("$PGUP" where | sed -n 's/^logs //p')")/pgup.log
	long_procfile '#: b log=30
b: echo one line of b; echo another one of b; exec sleep 60'
	run pgup -d -z 300,1
	assertRan 0 '' ''
	waitfor 60 has_printed b "another one of b" || fail 'b prints nothing'
	assertTrue "$(wc -c "$own")" '[ "$(wc -c <"$own")" -le 300 ]'
	assertTrue 'an old one' '[ -s "$own~1" ] && [ ! -e "$own~2" ]'
	assertTrue 'as the directive says' "[ -s '${own%/*}/log/b~1' ]"
	run pgup logs a-service-with-a-name-of-many-letters-3
	assertRanLike 0 '--- * ---' ''
	end_runner
	long_procfile 'b: exit 4'
	run pgup -d -z 900,1
	assertRanLike 4 '' '*pgup: b ended first, with status 4*'
	run pgup clean
	assertRan 0 '' ''
	assertFalse 'its logs are left' '[ -e "$own" ] || [ -e "$own~1" ]'
	run pgup -d -z 5x
	assertRan 2 '' 'pgup: -z 5x: not a size and a number of files, such as 10M,5'
}

testTheLastWordsOfARunnerWhoseFrontIsKilledAreKept()
{
	own=$(dirname "$("$PGUP" where | sed -n 's/^logs //p')")/pgup.log
	printf 'a: exec sleep 60\n' >Procfile
	run pgup -d
	assertRan 0 '' ''
	record_group "$(pgtrack -b -D "$state" get runner)"
	kill -s KILL "$(cat "$state/pid")"
	waitfor 60 grep -q 'pgup: stopping' "$own" || fail "$(cat "$own")"
	run pgup stop
	assertRan 0 '' ''
}

testWhatWritesTheRunnersLogMayBeKilled()
{
	own=$(dirname "$("$PGUP" where | sed -n 's/^logs //p')")/pgup.log
	printf 'a: exec sleep 60\nb: exec sleep 60\n' >Procfile
	run pgup -d a
	assertRan 0 '' ''
	kill -s KILL "$(parent_of "$(cat "$state/pid")")"
	run pgup start b
	assertRan 0 '' ''
	waitfor 60 grep -q 'this log was killed' "$own" || fail "$(cat "$own")"
	run pgup status
	assertRanLike 0 '*
a  *running *
b  *running *' ''
	end_runner
	assertContains "$(cat "$own")" 'pgup: stopped by SIGTERM'
}

testWaitEndsSoonAfterTheRunner()
{
	printf 'a: sleep 0.3; exit 4
' >Procfile
	count_naps pgup -d
	assertEquals 4 "$status"
	assertTrue "$naps times" '[ "$naps" -lt 20 ]'
	count_naps pgup wait -T 0.2
	assertRan 1 '' 'pgup: no runner of Procfile: pgup starts one'
	assertTrue "$naps times" '[ "$naps" -lt 4 ]'
}

testAServiceThatIsGivenUpIsNamedAndTheOthersGoOn()
{
	printf '#: a ready=fd:5 restart=on-failure,1\na: exit 4\n#: b within=60 ready=log:^up\nb: until [ -e go ]; do sleep 0.05; done; echo up; sleep 60\n' >Procfile
	launch sh -c '"$1" -d >out 2>err; echo $? >is' sh "$PGUP"
	waitfor 60 test -s "$state/run/a" || fail 'no state'
	waitfor 60 grep -q failed "$state/run/a" || fail 'it is not given up'
	: >go
	waitfor 60 test -s is || fail 'it does not return'
	assertEquals 1 "$(cat is)"
	assertLike 'why' '*pgup: a: not ready: failed' "$(cat err)"
	run pgup wait b
	assertRan 0 '' ''
	run pgup wait
	assertRan 1 '' 'pgup: a: not ready: failed'
	end_runner
}

# Some shells carry out their trap for EXIT then.
testASignalEndsAClientSilentlyInEachShell()
{
	need timeout || return 0
	printf '%s\n' '#: a within=forever ready=log:^never' 'a: sleep 60' >Procfile
	launch "$PGUP" >out 2>err
	waitfor 60 test -s "$state/run/a" || fail "$(cat out err)"
	for shell in dash bash mksh yash zsh; do
		command -v $shell >/dev/null || continue
		for signal in HUP INT TERM; do
			run timeout -s $signal 1 $shell "$bin/pgup" wait
			assertRan 124 '' ''
		done
		run pgspawn sh -c '"$@" status | sleep 0' sh $shell "$bin/pgup"
		assertNotContains "$shell" "$err" 'cannot go on'
	done
	run pgup stop
	assertRan 0 '' ''
}

testTLimitsTheWait()
{
	printf '#: a within=forever ready=log:^up\na: until [ -e go ]; do sleep 0.05; done; echo up; sleep 60\nb: sleep 60\n' >Procfile
	run pgup -d -T 0.2
	assertRanLike 124 '' 'pgup: a: not ready: starting*'
	run pgup wait -T 0.1 a
	assertRan 124 '' 'pgup: a: not ready: starting'
	run pgup wait -T 1m b
	assertRan 0 '' ''
	: >go
	run pgup wait
	assertRan 0 '' ''
	run pgup wait nobody
	assertRan 2 '' 'pgup: nobody: not in Procfile, which has a b'
	end_runner
}

testWaitSaysWhenTheRunnerEnds()
{
	printf '#: a within=forever ready=log:^up\na: until [ -e go ]; do sleep 0.05; done; exit 3\n' >Procfile
	start_pgup
	waitfor 60 test -s "$state/run/a" || fail 'no state'
	launch sh -c '"$1" wait >wout 2>werr; echo $? >is' sh "$PGUP"
	waitfor 60 has_client || fail 'nothing waits'
	: >go
	waitfor 60 test -s is || fail 'it does not return'
	assertEquals 1 "$(cat is)"
	assertLike 'why' 'pgup: *' "$(cat werr)"
	run pgup wait
	assertRan 1 '' 'pgup: no runner of Procfile: pgup starts one'
}

testTheLastLineNamesTheServiceThatEndedFirst()
{
	printf 'a: kill -9 $$\nb: sleep 60\n' >Procfile
	run pgup
	assertRanLike 137 "*
pgup: a ended first, with status 137 (SIGKILL), * s after its start; its log: $state/log/a" '*'
	printf '#: a ends=ok\na: true\n#: b restart=once\nb: true\n' >Procfile
	run pgup
	assertRanLike 0 '*
pgup: all services are done after * s' '*'
	printf 'a: sleep 60\n' >Procfile
	start_pgup
	waitfor 60 says out 'pgup: a: port 5000' || fail 'it does not start'
	kill -s TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertLike 'the end' '*
pgup: stopped by SIGTERM after * s' "$(cat out)"
}

testAServiceThatWasGivenUpMakesTheStatusNonZero()
{
	printf '#: a ready=fd:5 restart=on-failure,1\na: exit 4\nb: until [ -e go ]; do sleep 0.05; done\n' >Procfile
	start_pgup
	waitfor 60 grep -q failed "$state/run/a" || fail 'it is not given up'
	: >go
	ended
	assertEquals 4 "$status"
	assertLike 'the end' "*
pgup: b ended first, with status 0, * s after its start; its log: $state/log/b; a was given up, with status 4; its log: $state/log/a" "$(cat out)"
}

testAServiceThatNeverRanIsNamedAtTheEnd()
{
	printf '#: a ready=fd:5 restart=on-failure,1\na: exit 4\n#: x after=a\nx: sleep 60\nb: until [ -e go ]; do sleep 0.05; done\n' >Procfile
	start_pgup
	waitfor 60 grep -q blocked "$state/run/x" || fail 'x is not blocked'
	: >go
	ended
	assertEquals 4 "$status"
	assertLike 'the end' "*; a was given up, with status 4; its log: $state/log/a; x never ran, as it has after=a" "$(cat out)"
}

testSeveralEnvironmentFilesAreRead()
{
	printf 'A=1\nB=1\n' >'one file'
	echo B=2 >other
	printf 'a: echo "$A $B"\n' >Procfile
	run pgup -e 'one file' -e other
	assertEquals '1 2' "$(printed a)"
	run pgup -e other -e 'one file' run sh -c 'echo "$A $B"'
	assertRan 0 '1 1' ''
}

testServicesKnowThePortsOfTheOthers()
{
	printf 'web: echo "$PORT $PORT_db"; sleep 60\ndb: echo "$PORT"\n' >Procfile
	run pgup -p 7000,1
	assertEquals '7000 7001' "$(printed web)"
	run env PORT=9 "$PGUP" -p none
	assertLike 'no ports' '*pgup: db: port none*' "$out"
	assertEquals '7001
9' "$(printed db)"
}

. "$SHUNIT2"
