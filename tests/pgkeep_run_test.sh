#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgkeep_run_test.sh: pgkeep run: restarts, states, the order of services, and the end
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/pgkeep_lib.sh
. "$src/tests/pgkeep_lib.sh"

again="pgkeep: x: exited with status 3, again in 1 s"

# beside NAME ARG...: start one of several pgkeeps in the background.
# end_beside NAME STATUS STDOUT STDERR: wait for its end, and compare the result; the lines
# of its output are joined by blanks.
beside()
{
	beside_name=$1
	shift
	launch pgkeep "$@" >"$beside_name.out" 2>"$beside_name.err"
	echo "$pid" >"$beside_name.pid"
}

end_beside()
{
	pid=$(cat "$1.pid")
	waitfor 10 dead "$pid"
	cp "$1.err" err
	finish "$2" "$4"
	assertEquals "output of $1" "$3" \
	    "$(tr -d '\r' <"$1.out" | paste -s -d ' ' -)"
}

testFailuresAreRestartedUnlessTheKeeperIsEnding()
{
	beside a -D run.a -R on-failure run x sh -c '[ -e a ] || { : >a; exit 3; }'
	beside b -D run.b -R always,1 run x sh -c '[ ! -e b ] || exit 4; : >b'
	serve -R no run x sh -c 'exit 3'
	is_soon x 'ended 0 3'
	kill -s TERM "$pid"
	finish 3 'pgkeep: x: exited with status 3'
	for signal in TERM HUP; do
		serve -R always run x sigreport -x TERM
		await
		kill -s "$signal" "$pid"
		finish 0
	done
	waitfor 10 says run.a/x 'done 1 0'
	waitfor 10 says run.b/x 'failed 1 4'
	kill -s TERM "$(cat a.pid)" "$(cat b.pid)"
	end_beside a 0 "" "$again
pgkeep: x: exited with status 0"
	end_beside b 4 "" "pgkeep: x: exited with status 0, again in 1 s
pgkeep: x: exited with status 4, failed after 1 try"
}

testEachPolicyHasItsStateAtTheEnd()
{
	for line in 'no 0 ended' 'no 1 ended' 'once 0 done' 'once 1 ended' \
	    'on-failure 0 done' 'always 141 ended' 'on-failure 141 ended'; do
		# shellcheck disable=SC2086
		set -- $line
		serve -R "$1" run x sh -c "exit $2"
		is_soon x "$3 0 $2"
		kill -s TERM "$pid"
		finish "$2" "pgkeep: x: exited with status $2"
		assertEquals "$line" "starting running $3 stopped" "$(events)"
		rm run/x
	done
}

testAMissingCommandHasAStatus()
{
	touch plain
	printf '#!/no/such\n' >script
	chmod 755 script
	while IFS='|' read -r command last message; do
		serve run x "$command"
		is_soon x "ended 0 $last"
		kill -s TERM "$pid"
		finish "$last" "pgkeep: $message
pgkeep: x: could not be started"
		rm run/x
	done <<-END
		nosuch|127|nosuch: not found in PATH
		./plain|126|./plain: Permission denied: chmod +x makes it executable
		./script|126|./script: interpreter: No such file or directory
	END
}

testEveryRunHasTheSameSurroundings()
{
	launch sh -c 'cd /proc/$$/fd && echo * >&5' 5>plain 8>caller
	wait "$pid"
	serve -r 8 -R always,1 run x sh -c 'echo "$PGKEEP_ID" >>ids; echo >&8
		(echo >&6) 2>/dev/null && echo events; cd /proc/$$/fd && echo * >&5
		exit 3' 5>>fds 8>caller
	is_soon x 'failed 1 3'
	assertEquals 'descriptors' "$(cat plain plain)" "$(cat fds)"
	assertEquals 'who keeps it' "$(cat run/.x.keeper)" "$(sort -u ids)"
	assertEquals "2  " "$(wc -l <ids) $(cat caller) $(cat out)"
	kill -s TERM "$pid"
	finish 3 "$again
pgkeep: x: exited with status 3, failed after 1 try"
	PGKEEP_ID=1:1 serve run x sh -c 'env >env; exec sleep 60'
	waitfor 10 grep -q PGKEEP_ID env
	assertEquals 'one' 1 "$(grep -c PGKEEP_ID env)"
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
}

# The test acts in the third delay: it is 4 s, long enough for a slow machine.
testADelayEndsWithASignalOrTheProcessOfK()
{
	beside TERM -D run.t -R always run x sh -c 'echo run; exit 3'
	beside HUP -D run.h -R always run x sh -c 'echo run; exit 3'
	beside INT -D run.i -R always run x sh -c 'echo run; exit 3'
	launch sleep 60
	keeper=$pid
	beside KEEPER -D run.k -K "$keeper" -R always run x \
		sh -c 'echo run; exit 3'
	for how in TERM HUP INT KEEPER; do
		waitfor 10 grep -q 'again in 4 s' $how.err
		if [ $how = KEEPER ]; then
			kill -s KILL "$keeper"
		else
			kill -s $how "$(cat $how.pid)"
		fi
	done
	for how in TERM HUP INT KEEPER; do
		end_beside $how 3 "run run run" "$again
pgkeep: x: exited with status 3, again in 2 s
pgkeep: x: exited with status 3, again in 4 s"
	done
}

testTheStateIsAFileAndTheEventsAreLines()
{
	serve -R always,1 -r 7 run x sh -c 'until [ -e up ]; do sleep 0.02; done
		echo >&7; until [ -e go ]; do sleep 0.02; done; rm up go; exit 3'
	for line in "0 -" "1 3"; do
		says_soon run/x "starting $line"
		: >up
		says_soon run/x "running $line"
		: >go
	done
	says_soon run/x "failed 1 3"
	kill -s TERM "$pid"
	finish 3 "$again
pgkeep: x: exited with status 3, failed after 1 try"
	assertEquals "x stopped 1 3" "$(ls -A run) $(cat run/x)"
	assertEquals "starting running delayed starting running failed stopped" \
	    "$(events)"
	serve -R on-failure run web true
	says_soon run/web "done 0 0"
	kill -s TERM "$pid"
	finish 0 "pgkeep: web: exited with status 0"
}

# One of the two instances of db is running, and the other is not.
testAServiceWaitsForTheServicesOfA()
{
	all="waiting blocked starting delayed stopping ended failed"
	for other in $all; do
		mkdir "run.$other"
		echo "running 0 -" >"run.$other/db.1"
		echo "$other 0 -" >"run.$other/db.2"
		beside "$other" -D "run.$other" -A db run web echo web
	done
	for other in $all; do
		as=waiting up=stopped
		[ "$other" != failed ] || as=blocked up='done'
		says_soon "run.$other/web" "$as 0 -"
		echo "$up 0 -" >"run.$other/db.2"
	done
	for other in $all; do
		says_soon "run.$other/web" "ended 0 0"
		kill -s TERM "$(cat "$other.pid")"
		end_beside "$other" 0 web "pgkeep: web: exited with status 0"
	done
}

# A failed job blocks the service. A stopped service without a keeper is not awaited.
testAServiceWaitsUntilAnotherIsDone()
{
	for line in 'none waiting' 'waiting waiting' 'running waiting' \
	    'delayed waiting' 'ended blocked' 'failed blocked'; do
		# shellcheck disable=SC2086
		set -- $line
		[ "$1" = none ] || echo "$1 0 -" >run/job
		serve -A other,job:done run web echo web
		[ "$1" = none ] || echo 'running 0 -' >run/other
		is_soon web "$2 0 -"
		echo 'done 0 0' >run/job
		echo 'running 0 -' >run/other
		is_soon web 'ended 0 0'
		kill -s TERM "$pid"
		finish 0 'pgkeep: web: exited with status 0'
		rm run/*
	done
	echo 'stopped 0 -' >run/job
	: >run/.job.keeper
	serve -A job:done run web echo web
	is_soon web 'waiting 0 -'
	rm run/.job.keeper
	is_soon web 'ended 0 0'
	kill -s TERM "$pid"
	finish 0 'pgkeep: web: exited with status 0'
}

# The state file of a killed keeper still says "running".
testAServiceWhoseKeeperWasKilledIsNotReady()
{
	keep db
	is_soon db 'running 0 -'
	waitfor 10 [ -s pids ]
	kill -s KILL "$pid"
	waitfor 10 dead "$pid"
	wait "$pid"
	serve -A db run web echo web
	is_soon web 'waiting 0 -'
	assertEquals 'db lost web waiting' "$(pgkeep -D run list |
	    awk '{ print $1, $2 }' | paste -s -d ' ' -)"
	web=$pid
	keep db
	is_soon web 'ended 0 0'
	kill -s TERM "$pid" "$web"
	pid=$web
	finish 0 'pgkeep: web: exited with status 0'
}

testAWaitEndsWithASignalOrTheProcessOfK()
{
	echo "starting 0 -" >run/db
	for who in pid keeper; do
		launch sleep 60
		keeper=$pid
		serve -K "$keeper" -A db run web echo web
		says_soon run/web "waiting 0 -"
		eval "kill -s TERM \"\$$who\""
		finish 143
		assertEquals "stopped 0 - " "$(cat run/web) $(cat out)"
		rm run/web
	done
}

# asked_db STATE: start db, which web comes after, and send it TERM while web has this
# state.
asked_db()
{
	rm -f run/db out
	echo "$1 0 -" >run/web
	launch sleep 60
	keeper=$pid
	serve -K "$keeper" -B web run db sigreport -x WINCH
	await
	kill -s TERM "$pid"
	waitfor 5 grep -q '^stopping' run/db || fail "$(cat run/db)"
}

# Other signals are passed on while the TERM waits for web, and db gets one TERM only.
testWhenAllEndTheServicesOfBEndFirst()
{
	: >run/.stopping
	for behind in starting running stopping; do
		asked_db $behind
		kill -s TERM "$pid"
		kill -s USR2 "$pid"
		says_soon out USR2
		echo "stopped 0 -" >run/web
		says_soon out CONT
		kill -s TERM "$pid"
		kill -s WINCH "$pid"
		finish 0
		assertEquals "USR2 TERM CONT WINCH" \
		    "$(sed 1d out | paste -s -d ' ' -)"
	done
}

testAServiceThatEndsAloneDoesNotWait()
{
	for behind in running delayed waiting running; do
		[ $behind != delayed ] || : >run/.stopping
		asked_db $behind
		[ $behind != running ] || [ ! -e run/.stopping ] ||
			kill -s KILL "$keeper"
		says_soon out TERM
		kill -s WINCH "$pid"
		finish 0
	done
	# The process that ended all services in order, named by .stopping, is dead.
	rm run/.stopping
	ln -s "$keeper" run/.stopping
	waitfor 10 dead "$keeper"
	wait "$keeper"
	asked_db running
	says_soon out TERM
	kill -s WINCH "$pid"
	finish 0
}

# --- signals to pgkeep -------------------------------------------------------

# A runner of a terminal that was suspended may have stopped the command.
testAStoppedCommandIsContinued()
{
	serve -R always run x sigreport -x TERM
	await
	leader=$(pids ready out)
	kill -s STOP "$leader"
	waitfor 10 in_state "$leader" T
	kill -s TERM "$pid"
	finish 0
}

testNothingStartsAfterATerm()
{
	for signal in TERM HUP; do
		: >runs
		serve -R always run x sh -c 'trap "exit 3" TERM; echo >>runs
			while :; do sleep 0.02; done'
		waitfor 10 [ -s runs ]
		kill -s $signal "$pid"
		finish 3
		assertEquals "$signal" '1 stopped 0 3' "$(wc -l <runs) $(cat run/x)"
		rm run/x
	done
}

# A TERM that arrives at any moment of the start ends pgkeep.
testNoMomentOfTheStartLosesATerm()
{
	i=0
	while [ $i -lt 50 ]; do
		i=$((i + 1))
		launch pgkeep -D run -R always run x sh -c 'echo >>runs; exec sleep 60'
		waitfor 10 [ -s run/.x.keeper ]
		kill -s TERM "$pid"
		waitfor 10 dead "$pid" || { fail "round $i"; break; }
		status=0
		wait "$pid" || status=$?
		assertEquals "round $i" 143 $status
	done
}

testAnIgnoredHangupHasNoEffect()
{
	serve=$(command -v pgkeep)
	launch sh -c 'trap "" HUP; exec "$@"' sh "$serve" -D run run x sigreport -x USR1 \
		>out 2>err
	await
	kill -s HUP "$pid"
	kill -s HUP "$(pids ready out)"
	kill -s USR1 "$pid"
	is_soon x 'ended 0 0'
	kill -s TERM "$pid"
	finish 0 'pgkeep: x: exited with status 0'
}

# The command ignores the signals that pgkeep inherited as ignored, and blocks none.
testTheCommandInheritsTheSignalSettings()
{
	need_table || return 0
	mask='s/^Sig\([A-Z][a-z]*\):[[:space:]]*/\1 /p'
	launch sh -c 'trap "" USR1 QUIT CHLD; sed -n "$0" /proc/self/status >plain
		exec pgkeep -D run run x sed -n "$0" /proc/self/status' "$mask" >out 2>err
	is_soon x 'ended 0 0'
	kill -s TERM "$pid"
	finish 0 'pgkeep: x: exited with status 0'
	assertEquals "$(grep -e Ign -e Blk -e Cgt plain)" \
	    "$(grep -e Ign -e Blk -e Cgt out)"
}

# A terminal sends INT and QUIT to pgkeep and to the command, so pgkeep must not pass them
# on.
testAnInterruptIsNotedAndNotPassedOn()
{
	for line in 'INT 130' 'QUIT 131'; do
		# shellcheck disable=SC2086
		set -- $line
		serve -R always run x sigreport -x USR1
		await
		leader=$(pids ready out)
		kill -s "$1" "$pid"
		kill -s USR2 "$pid"
		says_soon out USR2
		assertEquals USR2 "$(sed 1d out)"
		kill -s KILL "$leader"
		finish 137
		assertEquals 'stopped 0 137' "$(cat run/x)"
		serve -R always run x sh -c 'trap "exit '"$2"'" '"$1"'; echo ready $$
			while :; do sleep 0.02; done'
		await
		kill -s "$1" "$pid" "$(pids ready out)"
		finish "$2"
		rm run/x
	done
}

# is_past SECONDS: the time of clock is at least this.
is_past()
{
	clock
	[ "$seconds" -ge "$1" ]
}

# A command that lives for five seconds after INT has survived it. Signals after the INT
# are passed on.
testASurvivedInterruptIsForgotten()
{
	serve -R always run x sh -c 'trap "" INT; trap "echo usr" USR2
		echo ready $$
		until [ -e go ]; do sleep 0.02; done; rm go; exit 3'
	await
	kill -s INT "$pid"
	kill -s USR2 "$pid"
	says_soon out usr
	clock
	waitfor 10 is_past $((seconds + 6))
	: >go
	waitfor 10 grep -q 'again in 1 s' err || fail "$(cat err)"
	waitfor 10 grep -q 'running 1 3' run/x || fail "$(cat run/x)"
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
	wait "$pid"
	assertEquals "$again" "$(cat err)"
}

testTheKeeperEndsWithTheProcessOfK()
{
	launch sleep 60
	keeper=$pid
	serve -K "$keeper" -R always run x sigreport -x TERM
	await
	kill -s KILL "$keeper"
	finish 0
	assertEquals 'TERM stopped 0 0' "$(sed -n 2p out) $(cat run/x)"
}

# Without a pidfd pgkeep polls the process of -K.
testTheDeathOfKIsNoticedWithoutAPidfd()
{
	need strace || return 0
	launch sleep 60
	keeper=$pid
	launch strace -qq -o /dev/null -e inject=pidfd_open:error=ENOSYS \
		pgkeep -D run -K "$keeper" -R always run x sigreport -x TERM \
		>out 2>err
	await
	record_pid "$(sed 's/:.*//' run/.x.keeper)"
	kill -s KILL "$keeper"
	finish 0
}

testOfTwoKeepersTheSecondIsRefused()
{
	keep a
	is_soon a 'running 0 -'
	waitfor 10 test -s pids
	run pgkeep -D run run a touch started
	assertRan 125 '' "pgkeep: a: process $pid keeps it already"
	assertFalse 'it was started' '[ -e started ]'
	kill -s KILL "$pid"
	waitfor 10 dead "$pid"
	wait "$pid"
	keep a
	is_soon a 'running 0 -'
	waitfor 10 has_run a 2
	waitfor 10 sh -c '[ "$(grep -c . pids)" -eq 2 ]'
}

testMessagesNameTheCommandThatWasTyped()
{
	PROCGROUP_NAME=pgup
	export PROCGROUP_NAME
	run pgkeep -D none list
	unset PROCGROUP_NAME
	assertRan 125 '' 'pgup: none: No such file or directory'
}

# sudo(8) takes rights that its keeper has not: the keeper says for what it waits.
testAKeeperSaysThatItMayNotEndItsCommand()
{
	need_strace || return 0
	launch strace -D -qq -o trace -e trace=kill -e inject=kill:error=EPERM:when=1 \
		pgkeep -D run run a -- sh -c 'echo $$ >pids; exec sleep 60' 2>err
	waitfor 20 [ -s pids ] || fail 'the command does not run'
	kill -TERM "$pid"
	waitfor 20 [ -s err ] || fail 'it says nothing'
	assertEquals "pgkeep: a: process $(cat pids) is waited for: Operation not permitted" \
		"$(cat err)"
	kill -TERM "$(cat pids)"
	waitfor 20 dead "$pid" || fail 'the keeper goes on'
}

. "$SHUNIT2"
