#!/bin/sh
# shellcheck disable=SC2016
# pgproc_test.sh: the commands and the environment of pgproc exec and run, the options,
# and the examples of pgproc(1)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgproc_lib.sh
. "$src/tests/pgproc_lib.sh"

# assertRows: each line of standard input is STATUS|STDOUT|STDERR|COMMAND. COMMAND is
# quoted for the shell; STDOUT and STDERR may have escapes of printf. "(usage)" stands for
# the second line of a message.
assertRows()
{
	while IFS='|' read -r row_status row_out row_err row_command; do
		eval "run $row_command" </dev/null
		case $row_err in
		*' (usage)') row_err="${row_err% (usage)}
$(usage_of pgproc)" ;;
		esac
		assertRan "$row_status" "$(printf %b "$row_out")" \
		    "$(printf %b "${row_err:+pgproc: $row_err}")"
	done
}

# --- PORT, PS, names -----------------------------------------------------------

testPortCountsEveryEntryOfTheFile()
{
	procfile 'a: true\nrelease: true\nb: echo "$PORT $PS"\n'
	run pgproc exec b
	assertRan 0 '5200 b.1' ''
}

testBaseOfPortComesFromOptionThenFileThenEnvironment()
{
	procfile 'a: echo "$PORT"\n'
	PORT=3000 run pgproc exec a
	assertRan 0 3000 ''
	dotenv 'PORT=4000\n'
	PORT=3000 run pgproc exec a
	assertRan 0 4000 ''
	PORT=3000 run pgproc -p 6000 exec a
	assertRan 0 6000 ''
	PORT=3000 run pgproc list
	assertListed 0 'a 4000' ''
	for mode in list 'exec a' 'run true'; do
		# shellcheck disable=SC2086
		run pgproc -p 80x $mode
		assertRan 2 '' 'pgproc: -p 80x: not a port from 1 to 65535, which may have ,STEP behind it, or none'
	done
	dotenv 'PORT=0\n'
	run pgproc list
	assertRan 2 '' 'pgproc: PORT 0: not a port from 1 to 65535: set PORT to one, or use -p'
}

testAServiceGetsPortNameAndWrapper()
{
	printf '%s\n' 'web: echo $PORT $PS' 'db: echo $PORT $PS' \
	    'x:  echo "$X"; exit 7 ' >Procfile
	echo PORT=8000 >dotenv
	assertRows <<-'END'
		0|5000 web.1||pgproc exec web
		0|5199 db.100||pgproc exec db.100
		0|6001 web.2||env PORT=6000 PS=x pgproc exec web.2
		0|8100 db.1||env PORT=6 pgproc -e dotenv exec db
		0|7100 db.1||env PORT=6 pgproc -e dotenv -p 7000 exec -- db
		7|a b||pgproc exec x env X='a b'
		7|a b||pgproc exec x -- env X='a b'
		0|<-x><sh><-c><echo "$X"; exit 7>||pgproc exec -- x printf '<%s>' -x
	END
	for name in '' nobody we web. web.0 web.01 web.x web.101 web.1.1; do
		echo "2||$name: not in Procfile|pgproc exec '$name'"
	done | assertRows
}

testNamesMayBeginWithADash()
{
	procfile -- '-x: echo up\n--: echo dashes\nb: exit 7\n#: b after=-x,--\n'
	assertRows <<-'END'
		0|up||pgproc exec -x
		0|up||pgproc exec -- -x
		0|dashes||pgproc exec --
		0|dashes||pgproc exec -- --
		7|||pgproc exec b
		0|up||pgproc run -x
	END
	run pgproc list
	assertField b 3 -x,--
}

# --- exec ----------------------------------------------------------------------

# pgproc exec executes the service, so the PID stays the same.
testTheProcessBecomesTheService()
{
	procfile 'a: echo $$; exec sh -c "echo \\$\\$"\n'
	run sh -c 'echo $$; exec pgproc exec a'
	assertEquals 1 "$(printf '%s\n' "$out" | sort -u | wc -l | tr -d ' ')"
	run pgspawn -n a -m APP=x -- pgproc exec a env WITH=it
	assertEquals 0 "$status$err"
}

# pgspawn gets the message and the status of the link that fails; the service inherits
# nothing of the chain.
testADetachedServiceThatCannotStartIsReported()
{
	procfile 'a: env >env.new; mv env.new env; exec sleep 60\n'
	run pgspawn -d -- pgproc exec nobody
	assertRan 2 '' 'pgproc: nobody: not in Procfile'
	run pgspawn -d -- pgtrack -D records exec a -- pgproc exec a no-such
	assertRan 127 '' 'pgproc: no-such: not found in PATH'
	run pgspawn -d -- pgproc -e missing run true
	assertRan 2 '' 'pgproc: missing: No such file or directory'
	handle=$(pgspawn -d -- pgproc exec a)
	record_group "$handle"
	waitfor 10 test -e env || fail 'it has not started'
	assertEquals '' "$(grep '^PGSPAWN_EXEC=' env)"
	[ ! -d /proc/self/fd ] ||
		assertEquals '0 1 2' "$(cd "/proc/${handle%:*}/fd" && echo *)"
	run pgspawn -d -- pgproc list
	assertEquals 0 "$status"
}

testTheFilesAreReadAtEachCall()
{
	procfile 'a: echo "$A" 1\n'
	dotenv 'A=1\n'
	run pgproc exec a
	assertRan 0 '1 1' ''
	procfile 'a: echo "$A" 2\n'
	dotenv 'A=2\n'
	run pgproc exec a
	assertRan 0 '2 2' ''
}

testTheServiceDoesNotGetTheVariablesOfPgproc()
{
	procfile 'a: env | grep -c "^PGKEEP_ID=\\|^PROCGROUP_NAME="\n'
	for mode in 'exec a' 'run a'; do
		# shellcheck disable=SC2086
		PGKEEP_ID=1:1 PROCGROUP_NAME=pgup run pgproc $mode
		assertRan 1 0 ''
	done
	PGKEEP_ID=1:1 PROCGROUP_NAME=pgup run pgproc run env
	assertNotContains "$out" PGKEEP_ID
	assertNotContains "$out" PROCGROUP_NAME
}

testMessagesBearTheNameOfTheCommandThatWasTyped()
{
	procfile 'a: true\n'
	for typed in 'exec nobody' '-e missing list' 'run no-such-command' '-Z'; do
		# shellcheck disable=SC2086
		PROCGROUP_NAME=pgup run pgproc $typed
		assertLike "of $typed" 'pgup: *' "$err"
		# shellcheck disable=SC2086
		PROCGROUP_NAME='' run pgproc $typed
		assertLike "of $typed" 'pgproc: *' "$err"
	done
	PROCGROUP_NAME=$(printf 'a\nb\033c') run pgproc -Z
	assertRan 2 '' 'a?b?c: unknown option -Z: see a?b?c(1)'
}

testACommandThatCannotBeExecutedIsReported()
{
	procfile 'a: true\n'
	echo text >plain
	printf '#!/none/such\n' >script
	chmod 755 script
	assertRows <<-'END'
		127||no-such: not found in PATH|pgproc run no-such
		127||no-such: not found in PATH|pgproc exec a no-such
		127||./no-such: No such file or directory|pgproc run ./no-such x
		126||./plain: Permission denied: chmod +x makes it executable|pgproc run ./plain
		126||./plain: Permission denied: chmod +x makes it executable|pgproc exec a ./plain
		126||./script: interpreter: No such file or directory|pgproc exec a ./script
		127||'': the name of the command is empty|pgproc run '' x
	END
}

testAClosedDescriptorIsNotTheProcfile()
{
	procfile 'a: cat; echo out; echo err >&2\n'
	run sh -c 'exec pgproc exec a <&- >&- 2>&-'
	assertRan 0 '' ''
	run sh -c 'exec pgproc list >&-'
	assertRan 2 '' 'pgproc: standard output: Bad file descriptor'
}

testAPlanThatCannotBeWrittenIsAFailure()
{
	[ -c /dev/full ] || { skip 'no /dev/full'; return 0; }
	procfile 'a: true\n'
	run sh -c 'pgproc list >/dev/full'
	assertRan 2 '' 'pgproc: standard output: No space left on device'
}

# --- run -----------------------------------------------------------------------

testRunNeedsNoProcfile()
{
	assertRows <<-'END'
		0|5000 run.1||pgproc run sh -c 'echo $PORT $PS'
		0|700 run.1||pgproc -p 700 run -- sh -c 'echo $PORT $PS'
		3|||pgproc run sh -c 'exit 3'
	END
	run pgproc -f missing run true
	assertRan 2 '' 'pgproc: missing: No such file or directory'
	procfile 'true: exit 9\na: exit 1\na: exit 2\n'
	run pgproc run sh -c 'echo "$PORT $PS"'
	assertRan 0 '5000 run.1' ''
}

testRunOfAServiceRunsItsLine()
{
	procfile 'a: exit 1\nweb: echo "$PORT $PS $0"; exit 3\ntrue: echo line\n'
	assertRows <<-'END'
		3|5000 run.1 sh||pgproc run web
		3|800 run.1 sh||pgproc -p 800 run web
		0|line||pgproc run true
		0|||pgproc run true x
		127||web.1: not found in PATH|pgproc run web.1
	END
}

# --- options -------------------------------------------------------------------

testUsageErrorsAreReported()
{
	procfile 'a: touch started\n'
	assertRows <<-'END'
		2||list, exec or run? (usage)|pgproc
		2||start: no such subcommand (usage)|pgproc start
		2||unknown option -Z (usage)|pgproc -Z
		2||option -f needs an argument (usage)|pgproc -f
		2||list: no operands (usage)|pgproc list a
		2||exec: no service (usage)|pgproc exec
		2||run: no command (usage)|pgproc run
		2||run: no command (usage)|pgproc run --
		2||-m and -r are for list (usage)|pgproc -m a=2 exec a
		2||-m and -r are for list (usage)|pgproc -r always run a
	END
	assertFalse 'it was started' '[ -e started ]'
}

# --- examples of the page --------------------------------------------------------

testExamplesOfThePage()
{
	page_example pgproc.1 1
	mv script Procfile
	page_example pgproc.1 2
	mv script .env
	run_example pgproc.1 3
	assertRan 0 "$(printf '%s\t%s\n' web 5000 db 5100 migrate 5200 worker 5300)" ''
	run pgproc list
	assertField web 3 db,migrate:done
	run_example pgproc.1 4
	assertRan 0 'worker.2 is on 6301
ready to work' ''
	for number in 5 6; do
		run_example pgproc.1 $number
		assertRan 0 'worker.1 is on 5300
ready to work' ''
	done
	run_example pgproc.1 7
	assertRan 0 "it's literal: \$HOME
other" ''
	run pgproc run printenv GREETING spring.profiles.active DATABASE_URL
	assertRan 0 'hello,
world
dev
postgres://localhost/app?x=1#main' ''
	run_example pgproc.1 8
	assertRan 0 web ''
	assertFalse 'an example has no test' 'page_example pgproc.1 9'
}

. "$SHUNIT2"
