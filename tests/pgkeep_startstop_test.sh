#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgkeep_startstop_test.sh: pgkeep start, stop, restart and end
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/pgkeep_lib.sh
. "$src/tests/pgkeep_lib.sh"

testTheClientWaitsUntilItsWantIsFulfilled()
{
	keep a
	is_soon a 'running 0 -'
	for line in 'stop:stopped 0 143' 'stop:stopped 0 143' \
	    'start:running 1 143' 'start:running 1 143' \
	    'restart:running 2 143' 'stop:stopped 2 143' \
	    'restart:running 3 143'; do
		want "${line%%:*}" a
		assertRan 0 '' ''
		is a "${line#*:}"
		assertEquals '.a.keeper a' "$(run_files)"
	done
	want end
	assertRan 0 '' ''
	assertDead "$(keeper_of a)"
	is a 'stopped 3 143'
	assertEquals '.stopping a' "$(run_files)"
	assertEquals 'starting running stopping stopped 143 starting running stopping starting running stopping stopped 143 starting running stopping stopped 143' \
		"$(sed 's/ a\( [0-9]*\)*$/\1/' events | paste -s -d ' ' -)"
}

testStartWaitsUntilTheServiceRunsAndStopUntilItHasEnded()
{
	for line in 'start stopping' 'start stopped' \
	    'start ended' 'start done' 'start failed' \
	    'restart running' 'restart failed' \
	    'stop running' 'stop waiting' \
	    'stop blocked' 'stop done'; do
		# shellcheck disable=SC2086
		set -- $line
		pretend a "$2"
		keeper=$pid
		client "$1" a
		wanted a "$1"
		is a "$2 2 3"
		waitfor 10 says a.out CONT || fail "$line: it is not continued"
		waits
		if [ "$1" != stop ]; then
			obey a 'starting 3 3'
			waits
			echo 'waiting 3 3' >run/a
			waits
			obey a 'delayed 3 3'
		else
			obey a 'stopping 3 3'
			waits
			obey a 'stopped 3 3'
		fi
		finish 0
		kill -s USR1 "$keeper"
		waitfor 10 says a.out USR1
		assertEquals "$line" 'CONT USR1' \
			"$(sed 1d a.out | paste -s -d ' ' -)"
	done
}

# The keeper gets no signal.
testAServiceInTheWantedStateIsLeftAlone()
{
	for line in 'start running' 'start delayed' 'stop stopped' \
	    'start waiting' 'start starting' 'start blocked'; do
		pretend a "${line#* }"
		keeper=$pid
		case $line in
		*ing)	[ "$line" = 'start running' ] || {
				client start a
				waits
				is a "${line#* } 2 3"
				echo 'done 2 3' >run/a
				finish 0
			} ;;
		*blocked)
			want start a
			assertRan 1 '' 'pgkeep: a: waits for a service that has failed' ;;
		*)	# shellcheck disable=SC2086
			want ${line% *} a
			assertRan 0 '' ''
			is a "${line#* } 2 3" ;;
		esac
		kill -s USR1 "$keeper"
		waitfor 10 says a.out USR1
		assertEquals "$line" USR1 "$(sed 1d a.out)"
		assertEquals "$line" '.a.keeper a' "$(run_files)"
	done
}

# The client checks all services before it changes one. With -K a keeper may start later.
testAServiceWithoutAKeeperIsRefused()
{
	launch true
	waitfor 10 dead "$pid"
	wait "$pid"
	for keeper in '' "$pid"; do
		[ -z "$keeper" ] || echo "$keeper" >run/.b.keeper
		pretend a running
		echo 'stopped 2 3' >run/b
		for word in start stop restart; do
			want $word a b
			assertRan 125 '' 'pgkeep: b: has no keeper'
		done
		is a 'running 2 3'
		is b 'stopped 2 3'
		want -K $$ stop b
		assertRan 0 '' ''
	done
	assertEquals '.a.keeper .b.keeper a b' "$(run_files)"
	rm run/.b.keeper
	client -K $$ start b
	wanted b start
	waits
	by=$pid
	keep b
	pid=$by
	finish 0
	is b 'running 3 3'
}

testABlockedServiceIsReported()
{
	echo 'failed 0 3' >run/db
	keep b
	keep_one a -A db
	is_soon a 'blocked 0 -'
	is_soon b 'running 0 -'
	want stop a b
	assertRan 0 '' ''
	for word in start start restart; do
		want $word b a
		assertRan 1 '' 'pgkeep: a: waits for a service that has failed'
		is a 'blocked 0 -'
	done
	is b 'running 2 143'
	echo 'running 0 -' >run/db
	want restart a
	assertRan 0 '' ''
}

testWithoutNamesEveryKeptServiceIsMeant()
{
	echo 'running 0 -' >run/other
	keep a b c
	want start
	for service in a b c; do
		waitfor 10 has_run $service 1 || fail "$service does not run"
	done
	want stop b
	want restart
	assertRan 0 '' ''
	is a 'running 1 143'
	is b 'stopped 0 143'
	is c 'running 1 143'
	want start
	is b 'running 1 143'
	is c 'running 1 143'
	want restart c b
	is a 'running 1 143'
	is b 'running 2 143'
	is c 'running 2 143'
	want stop
	is a 'stopped 1 143'
	is b 'stopped 2 143'
	is c 'stopped 2 143'
	want end
	assertRan 0 '' ''
	assertDead "$(keeper_of a)" "$(keeper_of b)" "$(keeper_of c)"
	assertEquals '.stopping a b c other' "$(run_files)"
	is other 'running 0 -'
}

# Restart without names leaves stopped services alone.
testARestartOfAllLeavesStoppedServicesAlone()
{
	for state in waiting blocked starting running delayed \
	    stopping stopped ended 'done' failed; do
		pretend $state $state
	done
	client restart
	for state in waiting blocked starting running delayed; do
		wanted $state restart
		obey $state 'running 2 3'
	done
	finish 0
	for state in stopping stopped ended 'done' failed; do
		is $state "$state 2 3"
	done
	# shellcheck disable=SC2010
	assertEquals '' "$(ls -A run | grep want)"
}

# assertUsageErrors: each line of standard input is MESSAGE|ARGUMENTS; the arguments are
# quoted for the shell. "(usage)" stands for the second line of the message.
assertUsageErrors()
{
	while IFS='|' read -r row_message row_arguments; do
		eval "run pgkeep $row_arguments" </dev/null
		case $row_message in
		*' (usage)') row_message="${row_message% (usage)}
$(usage_of pgkeep)" ;;
		*)	assertEquals "$ran: lines" 1 "$(grep -c '' "$work/err")" ;;
		esac
		assertRan 125 '' "pgkeep: $row_message"
	done
}

testAUsageErrorChangesNothing()
{
	for service in a b; do
		pretend $service running
	done
	assertUsageErrors <<-END
		nope: no such service|-D run stop a nope
		.a.keeper: no such service|-D run -K $$ stop .a.keeper
		./a: no such service|-D run stop ./a
		nope: no such service|-D run end nope
		: no such service|-D run restart ''
		dance: none of run, start, stop, restart, end, list and watch (usage)|-D run dance a
		: none of run, start, stop, restart, end, list and watch (usage)|-D run ''
		nothing to do (usage)|-D run
		run: no name (usage)|-D run run
		a: no command (usage)|-D run run a --
		stop: -R is not an option of it (usage)|-R no -D run stop a
		stop: -A is not an option of it (usage)|-A b -D run stop a
		list: -K is not an option of it (usage)|-K 5 -D run list
		watch: takes no operand (usage)|-D run watch a
		none: No such file or directory|-D none stop a
		option -D needs an argument (usage)|-D
		unknown option -S (usage)|-S run stop a
		always,0: not a policy: no, once, on-failure or always|-D run -R always,0 run x touch started
		: not a service|-D run -A a,,b run x touch started
		a:: not a service|-D run -A a: run x touch started
		a:done: not a service|-D run -B a:done run x touch started
		77: not an open descriptor|-D run -E 77 run x touch started
		2: not a descriptor from 3 up|-D run -r 2 run x touch started
		x: not a process|-D run -K x run x touch started
	END
	assertFalse 'it was started' '[ -e started ]'
	chmod 777 run
	assertUsageErrors <<-END
		run: group or others may write to it: take another folder, or chmod go-w|-D run stop a
	END
	chmod 755 run
	ln -s run link
	assertUsageErrors <<-END
		link: a symbolic link|-D link stop a
	END
	give run
	chmod 555 run
	for word in stop restart; do
		run as_user pgkeep -D run $word b
		assertRan 125 '' 'pgkeep: b: Permission denied'
	done
	run as_user pgkeep -D run end
	assertRan 125 '' 'pgkeep: services: Permission denied'
	chmod 755 run
	for service in a b; do
		is $service 'running 2 3'
		kill -s USR1 "$(keeper_of $service)"
		waitfor 10 says $service.out USR1
		assertEquals USR1 "$(sed 1d $service.out)"
	done
	assertEquals '.a.keeper .b.keeper a b' "$(run_files)"
}

. "$SHUNIT2"
