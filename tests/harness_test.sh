#!/bin/sh
# harness_test.sh: tests of the tests: lib.sh, the helper programs, and how tests/run
# avoids the traps of shunit2
. "${src:-.}/tests/lib.sh"

# --- lib.sh

testWaitforStopsWaitingInTime()
{
	begun=$(date +%s)
	waitfor 1 false
	assertEquals "status" 1 $?
	assertTrue "it took too long" "[ $(($(date +%s) - begun)) -le 3 ]"
	waitfor 1 true
	assertEquals "status" 0 $?
}

testAZombieIsDead()
{
	launch stubborn -z 1 >out
	waitfor 5 says out ready || fail "not ready"
	zombie=$(pids zombie out)
	assertEquals "state" Z "$(state_of "$zombie")"
	assertTrue "the leader lives" "alive $pid"
	assertTrue "the zombie is dead" "dead $zombie"
	assertTrue "nobody is dead" "dead 4194305"
}

testAGroupOfZombiesIsDead()
{
	launch_group stubborn -f 2 >out
	waitfor 5 says out ready || fail "not ready"
	assertTrue "the group lives" "group_alive $pid:1"
	assertEquals "members" 3 "$(members "$pid" | grep -c .)"
	kill -s KILL -- "-$pid"
	waitfor 5 group_dead "$pid" || fail "the group lives on"
}

testANameWithAParenthesisIsNoState()
{
	cp "$bin/tests/stubborn" 'Z) Z 1 1'
	launch "./Z) Z 1 1" >out
	waitfor 5 says out ready || fail "not ready"
	assertTrue "it lives" "alive $pid"
}

testALaunchedCommandCanBeInterrupted()
{
	launch sigreport -x INT >out
	waitfor 5 says out "ready $pid" || fail "not ready"
	kill -INT "$pid"
	waitfor 5 dead "$pid" || fail "INT is ignored"
	launch sh -c 'echo up; exec sleep 60' >out
	waitfor 5 says out up || fail "not up"
	kill -INT "$pid"
	waitfor 5 dead "$pid" || fail "INT is ignored"
}

testLaunchKeepsStandardInput()
{
	echo text >in
	launch cat <in >out
	waitfor 5 says out text || fail "no input"
}

testATraceIsNotInStandardError()
{
	launch sh -c 'echo one >&2' 2>launched
	waitfor 5 dead "$pid" || fail "it lives on"
	assertEquals one "$(cat launched)"
	as_user sh -c 'echo two >&2' 2>two
	assertEquals two "$(cat two)"
}

testRunKeepsOutputErrorAndStatus()
{
	run sh -c 'echo out; echo; echo err >&2; exit 3'
	assertRan 3 out err
	assertRanLike 3 'o*' '?rr'
}

testProcessesThatATestLeavesAreEnded()
{
	launch_group stubborn -i all -f 1 -s -D >out
	waitfor 5 says out ready || fail "not ready"
	record_zoo out
	all=$(pids out)
	end_recorded
	for each in $all; do
		assertTrue "$each is dead" "dead $each"
	done
}

testANumberGivenToAnotherProcessIsLeftAlone()
{
	launch stubborn >out
	waitfor 5 says out ready || fail "not ready"
	cp "$started" kept
	echo "pid $pid 1" >"$started"
	echo "group $pid 1" >>"$started"
	end_recorded
	assertTrue "it lives" "alive $pid"
	cp kept "$started"
}

testAsUserIsAnOrdinaryUser()
{
	assertNotEquals "user" 0 "$(as_user id -u)"
	launch as_user sigreport -n 1 >out
	waitfor 5 says out "ready $pid" || fail "not ready"
	run as_user pgup -h
	assertNotEquals "status of: pgup" 127 "$status"
}

# --- sigreport and stubborn

testSigreportNamesEverySignal()
{
	launch sigreport -x USR2 >out
	waitfor 5 says out "ready $pid" || fail "not ready"
	for sig in HUP INT QUIT TERM TSTP TTIN TTOU CONT WINCH PIPE ALRM \
	    CHLD USR1 USR2; do
		kill -"$sig" "$pid"
		waitfor 5 says out "$sig" || fail "$sig is not reported"
	done
	wait "$pid"
	assertEquals "status" 0 $?
}

testSigreportEndsAfterACount()
{
	launch sigreport -n 2 >out
	waitfor 5 says out "ready $pid" || fail "not ready"
	kill -HUP "$pid"
	waitfor 5 says out HUP || fail "HUP is not reported"
	assertTrue "it lives" "alive $pid"
	kill -TERM "$pid"
	wait "$pid"
	assertEquals "status" 0 $?
}

testStubbornStartsAllItsProcesses()
{
	launch_group stubborn -f 2 -s -D -e -z 2 >out
	waitfor 5 says out ready || fail "not ready"
	record_zoo out
	assertEquals "processes" "2 child 1 daemon 1 leader 2 zombie 1 setsid " \
	    "$(for name in child daemon leader zombie setsid; do
		printf '%s %s ' "$(pids $name out | grep -c .)" $name; done)"
	assertEquals "ready comes last" ready "$(tail -n 1 out)"
	assertEquals "members" 5 "$(members "$pid" | grep -c .)"
	for name in setsid daemon; do
		away=$(pids $name out)
		assertEquals "$name leads a group or is in none of ours" \
		    "" "$([ "$(group_of "$away")" != "$pid" ] || echo ours)"
	done
}

testRunawaysHaveNoEnvironment()
{
	[ -r /proc/self/environ ] || { skip "no /proc"; return 0; }
	launch_group stubborn -s -D -e >out
	waitfor 5 says out ready || fail "not ready"
	record_zoo out
	for name in setsid daemon; do
		assertEquals "$name" "" "$(cat "/proc/$(pids $name out)/environ")"
	done
	assertNotEquals "leader" "" "$(tr -d '\0' <"/proc/$pid/environ")"
}

testStubbornIgnoresTheChosenSignals()
{
	launch stubborn -i TERM -i HUP >out
	waitfor 5 says out ready || fail "not ready"
	kill -TERM "$pid"
	kill -HUP "$pid"
	assertTrue "it lives" "alive $pid"
	kill -INT "$pid"
	waitfor 5 dead "$pid" || fail "INT is ignored"
	launch stubborn -i all >out
	waitfor 5 says out ready || fail "not ready"
	for sig in HUP INT QUIT TERM ALRM USR1 USR2; do
		kill -"$sig" "$pid"
	done
	assertTrue "it lives" "alive $pid"
}

testTheLeaderLeavesItsChildren()
{
	launch_group stubborn -l -f 2 >out
	waitfor 5 says out ready || fail "not ready"
	kill -s TERM -- "-$pid"
	waitfor 5 dead "$pid" || fail "the leader stays"
	assertTrue "the group lives" "group_alive $pid"
	assertEquals "members" 2 "$(members "$pid" | grep -c '[^ZX]')"
}

testStubbornForksOnTerm()
{
	launch_group stubborn -t >out
	waitfor 5 says out ready || fail "not ready"
	kill -TERM "$pid"
	waitfor 5 grep -q born out || fail "nobody is born"
	record_zoo out
	assertEquals "members" 2 "$(members "$pid" | grep -c .)"
	assertEquals "group" "$pid" "$(group_of "$(pids born out)")"
}

testStubbornTakesItsTimeToDie()
{
	launch stubborn -g 0.5 >out
	waitfor 5 says out ready || fail "not ready"
	kill -TERM "$pid"
	kill -TERM "$pid"
	assertTrue "it lives" "alive $pid"
	wait "$pid"
	assertEquals "status" 0 $?
}

testStubbornStopsItself()
{
	launch_group stubborn -S -f 1 >out
	waitfor 5 in_state "$pid" T || fail "it runs"
	assertTrue "it was ready" "says out ready"
	waitfor 5 in_state "$(pids child out)" T || fail "the child runs"
}

testNothingOutlivesItsLimitEvenStopped()
{
	launch_group stubborn -i all -S -f 1 -s -D -e -T 1 >out
	waitfor 5 says out ready || fail "not ready"
	record_zoo out
	for each in $(pids out); do
		waitfor 5 dead "$each" || fail "$each lives on"
	done
}

# --- tests/run

# a_file NAME: make a test file, from standard input, in a source tree of its own. Its
# lines begin with a bar, so that shunit2 does not take its tests for tests of this file.
a_file()
{
	mkdir -p tree/tests
	{
		echo ". '$src/tests/lib.sh'"
		sed 's/^[[:space:]]*|//'
		echo ". '$SHUNIT2'"
	} >"tree/tests/$1.sh"
}

# run_files NAME...: run test files of that tree. The build directory has the helper
# programs only.
run_files()
{
	mkdir -p build/tests
	cp "$bin/tests/freshsig" build/tests
	run env bin="$dir/build" src="$dir/tree" TMPDIR="$dir" AGAIN="${again:-0}" \
	    sh "$src/tests/run" "$@"
}

testAPassingFileIsOneLine()
{
	a_file good_test <<-'END'
	|testOne() { assertTrue 0; }
	|testTwo() { assertTrue 0; }
	END
	run_files
	assertRan 0 "ok good_test (2)
2 passed, 0 failed, 0 skipped" ""
	assertFalse "there is a log" "[ -e build/good_test.log ]"
}

testAFileWithoutATestFails()
{
	a_file empty_test <<-'END'
	|tesdOne() { assertTrue 0; }
	END
	run_files
	assertRan 1 "FAILED empty_test (1 of 0), see empty_test.log
    it defines no test
0 passed, 1 failed, 0 skipped" ""
}

testAFileThatFailedMayRunOnceMore()
{
	a_file flaky_test <<-'END'
	|testOne() { assertTrue "[ -e $src/seen ]"; : >"$src/seen"; }
	|testTwo() { assertTrue 0; }
	END
	again=1 run_files
	assertRanLike 0 "FAILED flaky_test (1 of 2), see flaky_test.log
*once more: flaky_test
ok flaky_test (2)
2 passed, 0 failed, 0 skipped" ""
}

testAFileThatFailsTwiceHasFailed()
{
	a_file bad_test <<-'END'
	|testOne() { assertTrue 1; }
	|testTwo() { assertTrue 0; }
	END
	again=1 run_files
	assertRanLike 1 "*once more: bad_test
FAILED bad_test (1 of 2), see bad_test.log
*1 passed, 1 failed, 0 skipped" ""
}

testATestThatExitsIsNoticed()
{
	a_file exit_test <<-'END'
	|testOne() { assertTrue 0; }
	|testTwo() { exit 0; }
	|testThree() { assertTrue 0; }
	|testFour() { assertTrue 0; }
	END
	run_files
	assertRanLike 1 "FAILED exit_test (3 of 4), see exit_test.log
*it ran 2 of its 4 tests
1 passed, 3 failed, 0 skipped" ""
	assertTrue "there is no log" "[ -s build/exit_test.log ]"
}

testAFailedAssertIsShownWithoutColour()
{
	a_file bad_test <<-'END'
	|testOne() { assertEquals "greeting" hello world; }
	|testTwo() { return 3; }
	|testThree() { assertTrue 0; }
	END
	run_files bad_test
	assertRan 1 "FAILED bad_test (2 of 3), see bad_test.log
    testOne: greeting expected:<hello> but was:<world>
    testTwo: returned non-zero return code.
1 passed, 2 failed, 0 skipped" ""
}

testAFileThatCannotBeReadFails()
{
	a_file broken_test <<-'END'
	|testOne() { assertTrue 0; }
	|if
	END
	run_files
	assertRanLike 1 "FAILED broken_test (1 of 1)*
    it ran 0 of its 1 tests
*0 passed, 1 failed, 0 skipped" ""
}

testATestDefinedTwiceFails()
{
	a_file twice_test <<-'END'
	|testOne() { assertTrue 0; }
	|testOne() { assertTrue 0; }
	END
	run_files
	assertRanLike 1 "FAILED twice_test*defined twice: testOne*" ""
}

testAProcessThatIsLeftIsAFailure()
{
	need_table || return 0
	export left="$dir/left"
	a_file leaves_test <<-'END'
	|patience=0
	|testOne() { sh -c 'sleep 60 & echo $! >"$left"'; assertTrue 0; }
	END
	run_files
	record_pid "$(cat left)"
	assertRanLike 1 "FAILED leaves_test*testOne: not ended: *sleep*" ""
}

testAProcessThatIsOlderThanTheTestIsNotRecorded()
{
	need_table || return 0
	record_pid "$PPID"
	assertEquals '' "$(grep "^pid $PPID " "$started")"
}

testAMissingCommandIsAFailure()
{
	a_file typo_test <<-'END'
	|testOne() { waitfro 5 true; assertTrue 0; }
	END
	run_files
	assertRanLike 1 "FAILED typo_test*not a command: waitfro*" ""
}

testSkipsAreCounted()
{
	a_file a_test <<-'END'
	|testOne() { need no-such-command || return 0; assertTrue 1; }
	|testTwo() { assertTrue 0; }
	END
	a_file b_test <<-'END'
	|testOne() { skip "not today"; }
	END
	run_files
	assertRan 0 "ok a_test (1)
    skipped: testOne: no-such-command is not installed
ok b_test (0)
    skipped: testOne: not today
1 passed, 0 failed, 2 skipped" ""
}

testAFileCanBeSkippedAsAWhole()
{
	a_file a_test <<-'END'
	|skip_file "not here"
	|testOne() { fail "it runs"; }
	|testTwo() { fail "it runs"; }
	END
	run_files
	assertRan 0 "ok a_test (0)
    skipped: not here
0 passed, 0 failed, 2 skipped" ""
}

testAFileThatHangsIsEnded()
{
	a_file hang_test <<-'END'
	|testOne() { launch stubborn -i all; echo "$pid" >"$bin/pid"; sleep 60; }
	END
	LIMIT=1 run_files
	assertRanLike 1 "FAILED hang_test (1 of 1), see hang_test.log
*it took over 1 seconds
*0 passed, 1 failed, 0 skipped" ""
	assertTrue "it lives on" "dead $(cat build/pid)"
}

testAnUnknownFileIsAnError()
{
	a_file a_test </dev/null
	run_files b_test
	assertRan 1 "" "tests/run: there is no tests/b_test.sh"
}

testNothingIsLeftBehindByAFile()
{
	a_file leave_test <<-'END'
	|testOne()
	|{
	|	launch stubborn -i all
	|	echo "$pid" >"$bin/pid"
	|	mkdir -m 500 sub
	|}
	END
	run_files
	assertEquals "status" 0 "$status"
	assertTrue "it lives on" "dead $(cat build/pid)"
	assertEquals "files left" "" "$(ls -d pg.* 2>/dev/null)"
}

. "$SHUNIT2"
