#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgspawn_client_test.sh: telling the keepers of services what is wanted (-W)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"
# shellcheck source=tests/pgspawn_client_lib.sh
. "$src/tests/pgspawn_client_lib.sh"

testAWishIsWaitedFor()
{
	keep a
	is_soon a 'running 0 -'
	for line in 'stop:stopped 0 143' 'stop:stopped 0 143' \
	    'start:running 1 143' 'start:running 1 143' \
	    'restart:running 2 143' 'stop:stopped 2 143' \
	    'restart:running 3 143'; do
		wish "${line%%:*}" a
		assertRan 0 '' ''
		is a "${line#*:}"
		assertEquals '.a.keeper a' "$(files)"
	done
	wish end
	assertRan 0 '' ''
	assertDead "$(keeper_of a)"
	is a 'stopped 3 143'
	assertEquals '.stopping a' "$(files)"
	assertEquals 'starting running stopping stopped starting running stopping starting running stopping stopped starting running stopping stopped' \
		"$(sed 's/ a$//' events | paste -s -d ' ' -)"
}

testAStartEndsWhereItIsUpAndAStopAtOnce()
{
	for line in 'start stopping waiting' 'start stopped waiting' \
	    'start ended waiting' 'start done waiting' 'start failed waiting' \
	    'restart running stopping' 'restart failed stopping' \
	    'stop running stopping' 'stop waiting stopping' \
	    'stop blocked stopping' 'stop done stopping'; do
		# shellcheck disable=SC2086
		set -- $line
		pretend a "$2"
		keeper=$pid
		client "$1" a
		wanted a "$1"
		is a "$3 2 3"
		waitfor 10 says a.out CONT || fail "$line: it is not continued"
		waits
		if [ "$1" != stop ]; then
			obey a 'starting 3 3'
			waits
			echo 'waiting 3 3' >run/a
			waits
			echo 'delayed 3 3' >run/a
		else
			obey a 'starting 3 3'
		fi
		finish 0
		kill -s USR1 "$keeper"
		waitfor 10 says a.out USR1
		assertEquals "$line" 'CONT USR1' \
			"$(sed 1d a.out | paste -s -d ' ' -)"
	done
}

# Nobody is told anything.
testWhatIsAsItIsWantedIsLeftAlone()
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
			wish start a
			assertRan 1 '' 'pgspawn: a: waits for one that has failed' ;;
		*)	# shellcheck disable=SC2086
			wish ${line% *} a
			assertRan 0 '' ''
			is a "${line#* } 2 3" ;;
		esac
		kill -s USR1 "$keeper"
		waitfor 10 says a.out USR1
		assertEquals "$line" USR1 "$(sed 1d a.out)"
		assertEquals "$line" '.a.keeper a' "$(files)"
	done
}

# Before anything changes; but who has -K may be about to start a keeper.
testWhoHasNoKeeperIsToldNothing()
{
	launch true
	waitfor 10 dead "$pid"
	wait "$pid"
	for keeper in '' "$pid"; do
		[ -z "$keeper" ] || echo "$keeper" >run/.b.keeper
		pretend a running
		echo 'stopped 2 3' >run/b
		for word in start stop restart; do
			wish $word a b
			assertRan 125 '' 'pgspawn: b: has no keeper'
		done
		is a 'running 2 3'
		is b 'stopped 2 3'
		wish stop -K $$ b
		assertRan 0 '' ''
	done
	assertEquals '.a.keeper .b.keeper a b' "$(files)"
	rm run/.b.keeper
	client start -K $$ b
	wanted b start
	waits
	by=$pid
	keep b
	pid=$by
	finish 0
	is b 'running 3 3'
}

testOneThatIsBlockedIsToldOf()
{
	printf '%s\n' '#: a after=db' 'db: true' >>Procfile
	echo 'failed 0 3' >run/db
	keep a b
	is_soon a 'blocked 0 -'
	is_soon b 'running 0 -'
	wish stop a b
	assertRan 0 '' ''
	for word in start start restart; do
		wish $word b a
		assertRan 1 '' 'pgspawn: a: waits for one that has failed'
		is a 'blocked 0 -'
	done
	is b 'running 2 143'
	echo 'running 0 -' >run/db
	wish restart a
	assertRan 0 '' ''
}

testWithoutNamesAllThatAreKeptAreMeant()
{
	echo 'running 0 -' >run/other
	keep a b c
	wish start
	for service in a b c; do
		waitfor 10 has_run $service 1 || fail "$service does not run"
	done
	wish stop b
	wish restart
	assertRan 0 '' ''
	is a 'running 1 143'
	is b 'stopped 0 143'
	is c 'running 1 143'
	wish start
	is b 'running 1 143'
	is c 'running 1 143'
	wish restart c b
	is a 'running 1 143'
	is b 'running 2 143'
	is c 'running 2 143'
	wish stop
	is a 'stopped 1 143'
	is b 'stopped 2 143'
	is c 'stopped 2 143'
	wish end
	assertRan 0 '' ''
	assertDead "$(keeper_of a)" "$(keeper_of b)" "$(keeper_of c)"
	assertEquals '.stopping a b c other' "$(files)"
	is other 'running 0 -'
}

# To restart all is not for who does not run.
testARestartOfAllIsForThoseThatRunOrAreToRun()
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

# rows: each line of standard input is MESSAGE|ARGUMENTS, that of the shell.
rows()
{
	while IFS='|' read -r row_message row_arguments; do
		eval "run pgspawn $row_arguments" </dev/null
		assertRan 125 '' "pgspawn: $row_message"
		assertEquals "$ran: lines" 1 "$(grep -c '' "$work/err")"
	done
}

testWhatMakesNoSenseIsRefusedAndNothingIsChanged()
{
	for service in a b; do
		pretend $service running
	done
	rows <<-END
		nope: no such service|-S run -W stop a nope
		.a.keeper: no such service|-S run -W stop -K $$ .a.keeper
		./a: no such service|-S run -W stop ./a
		b: end is for all|-S run -W end b
		: no such service|-S run -W restart ''
		dance: none of start, stop, restart and end|-S run -W dance a
		: none of start, stop, restart and end|-S run -W ''
		-W goes with -S and -K only|-W stop a
		-W goes with -S and -K only|-W stop
		-W goes with -S and -K only|-f Procfile -S run -W stop a
		-W goes with -S and -K only|-S run -W stop -f Procfile
		-W goes with -S and -K only|-R no -S run -W stop a
		-W goes with -S and -K only|-t -S run -W stop a
		-W goes with -S and -K only|-S run -W stop -v a
		-W goes with -S and -K only|-k 1 -S run -W stop a
		-S goes with neither -d nor -x|-d -S run -W stop a
		none: No such file or directory|-S none -W stop a
		option -W needs an argument: see pgspawn(1)|-S run -W
	END
	chmod 555 run
	for word in stop restart; do
		run as_user pgspawn -S run -W $word b
		assertRan 125 '' 'pgspawn: b: Permission denied'
	done
	run as_user pgspawn -S run -W end
	assertRan 125 '' 'pgspawn: services: Permission denied'
	chmod 755 run
	for service in a b; do
		is $service 'running 2 3'
		kill -s USR1 "$(keeper_of $service)"
		waitfor 10 says $service.out USR1
		assertEquals USR1 "$(sed 1d $service.out)"
	done
	assertEquals '.a.keeper .b.keeper a b' "$(files)"
}

. "$SHUNIT2"
