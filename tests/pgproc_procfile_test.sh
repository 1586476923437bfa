#!/bin/sh
# shellcheck disable=SC2016
# pgproc_procfile_test.sh: how pgproc reads a Procfile, its directives, and the plan
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgproc_lib.sh
. "$src/tests/pgproc_lib.sh"

# --- entries -------------------------------------------------------------------

testEntriesAreNamesAndCommands()
{
	procfile 'web: true\nnospace:true\n9_a-Z:  true\ntab:\ttrue\n'
	run pgproc list
	assertListed 0 'web 5000
nospace 5100
9_a-Z 5200
tab 5300' ''
}

testCommentsAndBlankLinesAreSkipped()
{
	procfile '# one\n\n \t\n  # two\n#: web ready=port\nweb: true\n#web: no\n'
	run pgproc list
	assertListed 0 'web 5000' ''
}

testByteOrderMarkAndReturnsAndBlanksAtTheEndDoNotCount()
{
	procfile '\357\273\277a: echo x  \r\n\r\nb: echo y \t\r\nc: echo z'
	run pgproc exec a
	assertRan 0 x ''
	run pgproc list
	assertListed 0 'a 5000
b 5100
c 5200' ''
}

testMalformedLinesAreNamedAndDoNotCount()
{
	procfile 'a: true\nno colon\n  b: true\nc.1: true\nd:\n: true\ne : true\nf: true\n'
	run pgproc list
	assertListed 1 'a 5000
f 5100' \
'Procfile:2: line skipped: no colon after a name, as in "web: command"
Procfile:3: line skipped: blanks before the name
Procfile:4: line skipped: a name is made of letters, digits, _ and -
Procfile:5: d: line skipped: no command
Procfile:6: line skipped: a name is made of letters, digits, _ and -
Procfile:7: line skipped: a blank between name and colon'
	printf 'g: tr\0ue\n' >>Procfile
	run pgproc list
	assertLike "a NUL" '*
Procfile:9: line skipped: it has a NUL' "$err"
}

testOnlyListWarnsOfMalformedLines()
{
	procfile 'bad\n#: note that\n#: a colour=red\na: echo x\n'
	run pgproc exec a
	assertRan 0 x ''
	run pgproc run a
	assertRan 0 x ''
	run pgproc list
	assertListed 1 'a 5000' 'Procfile:1: line skipped: no colon after a name, as in "web: command"
Procfile:2: note: no such service; a note begins with # alone
Procfile:3: colour=red: no such directive: they are after ends follow log ready restart stdin stop terminal within'
}

testDuplicatesAreAnErrorThatNamesTheFirst()
{
	procfile 'a: echo 1\nb: true\na: false\n'
	run pgproc list
	assertRan 2 '' 'Procfile:3: a: already defined in line 1'
	for service in a b; do
		run pgproc exec "$service"
		assertRan 2 '' 'Procfile:3: a: already defined in line 1'
	done
	run pgproc run a
	assertRan 2 '' 'Procfile:3: a: already defined in line 1'
}

testProcfileWithoutServicesIsAnError()
{
	procfile '# nothing\n'
	run pgproc list
	assertRan 2 '' 'pgproc: Procfile: no services: a line "name: command" is one'
	run pgproc exec a
	assertRan 2 '' 'pgproc: Procfile: no services: a line "name: command" is one'
}

testAMissingProcfileIsAnError()
{
	run pgproc list
	assertRan 2 '' 'pgproc: Procfile: no such file here: it has a line "name: command" for each service; -f names another file'
	run pgproc exec a
	assertRan 2 '' 'pgproc: Procfile: no such file here: it has a line "name: command" for each service; -f names another file'
	run pgproc -f a/b list
	assertRan 2 '' 'pgproc: a/b: No such file or directory'
	run pgproc -f . list
	assertRan 2 '' 'pgproc: .: Is a directory'
}

# Opening the FIFO would block, and reading /dev/zero would never end.
testAFileThatIsNotTextIsRefused()
{
	need timeout || return 0
	mkfifo fifo
	for file in fifo /dev/zero /dev/tty; do
		run timeout 10 pgproc -f "$file" list
		assertRanLike 2 '' "pgproc: $file: *"
		run timeout 10 pgproc -e "$file" run touch started
		assertRanLike 2 '' "pgproc: $file: *"
	done
	run timeout 10 pgproc -f fifo exec a
	assertRan 2 '' 'pgproc: fifo: not a regular file'
	for text in '\377\376a\0:\0 \0b\0\n\0' '\376\377\0a\0:\0 \0b\0\n' \
	    'a\0:\0 \0b\0\n\0' '\0a\0:\0 \0b\0\n'; do
		# shellcheck disable=SC2059
		printf "$text" >utf16
		run pgproc -f utf16 list
		assertRan 2 '' 'pgproc: utf16: is UTF-16 text, and has to be UTF-8'
		run pgproc -e utf16 run true
		assertRan 2 '' 'pgproc: utf16: is UTF-16 text, and has to be UTF-8'
	done
	assertFalse 'it was started' '[ -e started ]'
}

testCommandGoesToTheShellUntouched()
{
	cat >Procfile <<-'END'
	a: printf '%s|' "$PSQL" '$PORT' \\n "a  b" * ${NONE:-d:e} 'x # y'; echo "\$HOME"
	END
	PSQL=real run pgproc exec a
	assertRan 0 'real|$PORT|\n|a  b|Procfile|d:e|x # y|$HOME' ''
}

testForeignFilesAreReadUnchanged()
{
	procfile 'web: bin/serve -p $PORT\n\n# Heroku\nrelease: ./migrate\nworker:\t env A=b bin/work -q x:y ; wait\n'
	run pgproc list
	assertListed 0 'web 5000
release 5100
worker 5200' ''
}

# --- ports and instances -------------------------------------------------------

testInstancesHaveNumbersAndPorts()
{
	procfile 'a: true\nweb: true\nx-web: true\n'
	run pgproc -m web=2,x-web=1 -m a=0,web=2,x-web=1 list
	assertListed 0 'web.1 5100
web.2 5101
x-web.1 5200' ''
	for bad in web=x web=101 web=1=2 web=; do
		run pgproc -m "$bad" list
		assertRan 2 '' "pgproc: -m $bad: not NAME=NUMBER, or all=NUMBER, and at most 100"
	done
	run pgproc -m nobody=1 list
	assertRan 2 '' 'pgproc: -m nobody: not in Procfile'
	run pgproc -m web=3,a=0,web=1 list
	assertListed 0 'web.1 5100
x-web 5200' ''
}

testPortsEndAt65535()
{
	procfile 'a: echo a\nb: true\n'
	run pgproc -p 65435 list
	assertListed 0 'a 65435
b 65535' ''
	run pgproc -p 65436 list
	assertListed 0 'a 65436
b -' ''
	run pgproc -p 65434 -m b=2 list
	assertListed 0 'a 65434
b.1 65534
b.2 65535' ''
	run pgproc -p 65434 -m b=3 list
	assertListed 0 'a 65434
b.1 65534
b.2 65535
b.3 -' ''
}

testAServiceThatIsReadyByPortNeedsAPort()
{
	procfile 'a: echo a\n#: b ready=port\nb: true\n'
	for mode in list 'exec b'; do
		# shellcheck disable=SC2086
		run pgproc -p 65436 $mode
		assertRan 2 '' 'pgproc: b: there is no port 65536: begin at a lower one by -p'
	done
}

testAServiceWithoutAPortHasNoPORT()
{
	procfile 'a: echo a\nb: echo "${PORT-none}"\n'
	run env PORT=65436 pgproc exec b
	assertRan 0 none ''
}

# --- the plan ------------------------------------------------------------------

testALineHasFourteenFields()
{
	procfile 'a: true\n#: b after=a restart=on-failure,3 stop=SIGINT,.5,leader\n#: b within=forever stdin=null follow log=10M,3 terminal ready=cmd:a\tb = "c"\nb: true\n'
	run pgproc -m b=2 list
	assertRan 0 "$(printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
	    a 5000 - b - - - - - - - - - - \
	    b.1 5100 a - on-failure,3 INT 0.5 forever 'cmd:a b = "c"' null leader follow 10M,3 terminal \
	    b.2 5101 a - on-failure,3 INT 0.5 forever 'cmd:a b = "c"' null leader follow 10M,3 terminal)" ''
}

testAfterAndBeforeReachAllTheWay()
{
	cat >Procfile <<-'END'
	#: web after=app
	#: app after=db,migrate:done
	#: migrate after=db restart=once
	web: true
	app: true
	db: true
	migrate: true
	other: true
	END
	run pgproc list
	assertEquals 0 "$status"
	assertEquals 'web app,db,migrate:done -
app db,migrate:done web
db - web,app,migrate
migrate db web,app
other - -' "$(printf '%s\n' "$out" | cut -f 1,3,4 | tr '\t' ' ')"
}

testThePolicyAppliesToServicesWithoutOne()
{
	procfile '#: a restart=no\na: true\nb: true\n'
	run pgproc -r always,4 list
	assertField a 5 no
	assertField b 5 always,4
	run pgproc list
	assertField b 5 -
	for bad in allways always,0 'once,' ''; do
		run pgproc -r "$bad" list
		assertRan 2 '' "pgproc: -r $bad: it is for no, once, on-failure or always, perhaps with ,tries"
	done
}

testReadinessIsTakenInAllItsWays()
{
	procfile '#: a ready=port\na: x\n#: b ready=tcp:5432\nb: x\n#: c ready=fd:3\nc: x\n#: d ready=notify\nd: x\n#: e ready=log:^(up|ready)  to [a-z]+$\ne: x\n#: f ready=cmd:curl -s "x=$PORT" || after\nf: x\n'
	run pgproc -m a=2 list
	assertEquals 0 "$status$err"
	assertField a.1 9 tcp:5000
	assertField a.2 9 tcp:5001
	assertField b 9 tcp:5432
	assertField c 9 fd:3
	assertField d 9 notify
	assertField e 9 'log:^(up|ready)  to [a-z]+$'
	assertField f 9 'cmd:curl -s "x=$PORT" || after'
}

testTheWordsBehindASignalComeInAnyOrder()
{
	procfile 'a: x\n'
	while read -r stop sig grace leader; do
		procfile "#: a stop=$stop\na: x\n"
		run pgproc list
		assertEquals 0 "$status$err"
		assertField a 6 "$sig"
		assertField a 7 "$grace"
		assertField a 11 "$leader"
	done <<-'END'
		TERM,10,leader TERM 10 leader
		term,leader,10 TERM 10 leader
		15,leader TERM - leader
		SIGQUIT QUIT - -
		INT,forever INT forever -
	END
	why='stop= is for a signal, perhaps with ,secs and ,leader'
	for stop in '' FOO 0 'TERM,' TERM,5,6 TERM,leader,leader TERM,5x leader,TERM 5,TERM; do
		procfile "#: a stop=$stop\na: x\n"
		run pgproc list
		assertRan 2 '' "Procfile:1: stop=$stop: $why"
	done
}

# --- directives that go wrong --------------------------------------------------

testARefusedValueIsReportedWithTheValidOnes()
{
	while IFS='|' read -r directive allowed; do
		printf '#: a %s\na: x\n' "$directive" >Procfile
		run pgproc list
		assertRan 2 '' "Procfile:1: $directive: ${directive%%=*}= is for $allowed"
		run pgproc exec a
		assertRan 2 '' "Procfile:1: $directive: ${directive%%=*}= is for $allowed"
	done <<-'END'
		restart=allways|no, once, on-failure or always, perhaps with ,tries
		restart=|no, once, on-failure or always, perhaps with ,tries
		restart=always,0|no, once, on-failure or always, perhaps with ,tries
		restart|no, once, on-failure or always, perhaps with ,tries
		ready=soon|notify, port, tcp:PORT, fd:N, log:REGEX or cmd:COMMAND
		ready=fd:2|notify, port, tcp:PORT, fd:N, log:REGEX or cmd:COMMAND
		ready=tcp:0|notify, port, tcp:PORT, fd:N, log:REGEX or cmd:COMMAND
		ready=tcp:65536|notify, port, tcp:PORT, fd:N, log:REGEX or cmd:COMMAND
		ready=log:|notify, port, tcp:PORT, fd:N, log:REGEX or cmd:COMMAND
		ready=cmd:|notify, port, tcp:PORT, fd:N, log:REGEX or cmd:COMMAND
		after=|names with commas between, each perhaps with :done
		after=a,|names with commas between, each perhaps with :done
		after=a:ready|names with commas between, each perhaps with :done
		after=:done|names with commas between, each perhaps with :done
		within=1x|a duration such as 30, 2m or forever
		stdin=/dev/null|idle or null
	END
	procfile '#: a follow=yes\na: x\n'
	run pgproc list
	assertRan 2 '' 'Procfile:1: follow=yes: follow has no value'
}

testAValueThatTakesTheRestOfTheLineComesLast()
{
	for ready in ready=cmd: ready=log:; do
		for word in restart=always stop=INT after=b within=3 stdin=null ready=port restart=allways; do
			procfile "#: a ${ready}x y $word z\na: x\nb: x\n"
			run pgproc list
			assertRan 2 '' "Procfile:1: $ready takes the rest of the line, with ${word%%=*}= in it: put ready= last"
		done
	done
	procfile '#: a restart=always ready=cmd:test -e x=y\nrestart=z b=c\na: x\n'
	run pgproc list
	assertField a 5 always
	assertField a 9 'cmd:test -e x=y'
}

testABadPatternIsAnError()
{
	procfile '#: a ready=log:up [\na: x\n'
	run pgproc list
	assertRanLike 2 '' 'Procfile:1: ready=log:up \[: ?*'
	procfile '#: a ready=log:(\na: x\n'
	run pgproc exec a
	assertRanLike 2 '' 'Procfile:1: ready=log:(: ?*'
}

testDirectivesMayStandAnywhereWithAnyBlanks()
{
	printf 'a: exit 3\n#:\tb  after=a\t restart=on-failure,2  stop=INT,0.5 within=forever \r\nb: true\n#: a\n#: a ready=cmd:true "x" = y\n' >Procfile
	run pgproc list
	assertListed 0 'a 5000
b 5100' ''
	assertField a 9 'cmd:true "x" = y'
	assertField b 3 a
}

testProseIsAWarningAndADirectiveWithoutAServiceAnError()
{
	these=': they are after ends follow log ready restart stdin stop terminal within'
	cat >Procfile <<-'END'
	#: note that a is the first = of all
	#: a is the first, with restart=always
	#: a colour=red restart=no size=3
	a: x
	#: nobody
	END
	run pgproc list
	assertListed 1 'a 5000' "Procfile:1: note: no such service; a note begins with # alone
Procfile:2: is: no such directive
Procfile:3: colour=red: no such directive$these
Procfile:3: size=3: no such directive$these
Procfile:5: nobody: no such service; a note begins with # alone"
	assertField a 5 no
	procfile '#: wbe ready=port red\nweb: x\n'
	run pgproc list
	assertRan 2 '' 'Procfile:1: wbe: no such service'
	procfile '#: wbe follow\nweb: x\n'
	run pgproc list
	assertRan 2 '' 'Procfile:1: wbe: no such service'
	procfile '#: please follow the ready=port of web\nweb: x\n'
	run pgproc list
	assertListed 1 'web 5000' \
	    'Procfile:1: please: no such service; a note begins with # alone'
}

testAServiceThatMayEndIsDoneAfterStatusZero()
{
	procfile 'a: x\n#: a ends=ok\nb: x\n#: b restart=on-failure,2 ends=ok\nc: x\n#: c after=a:done\n'
	run pgproc list
	assertListed 0 'a 5000
b 5100
c 5200' ''
	assertField a 5 once
	assertField b 5 on-failure,2
	for policy in no always; do
		procfile "a: x\n#: a restart=$policy\n#: a ends=ok\n"
		run pgproc list
		assertRan 2 '' 'Procfile:3: a: ends=ok is not for restart=no or restart=always'
	done
	procfile 'a: x\n#: a ends=no\n'
	run pgproc list
	assertRan 2 '' 'Procfile:2: ends=no: ends= is for ok: the end with status 0 stops no other service'
}

testDurationsHaveUnits()
{
	procfile 'a: x\n#: a within=2m stop=INT,1h\nb: x\n#: b within=1.5s stop=INT,0.1d,leader\n'
	run pgproc list
	assertField a 7 3600
	assertField a 8 120
	assertField b 7 8640
	assertField b 8 1.5
}

testPortsHaveAStepOrThereAreNone()
{
	procfile 'release: x\nweb-a: echo "$PORT $PORT_release $PORT_web_a $PORT_b"\nb: x\n'
	run pgproc -p 7000,1 list
	assertListed 0 'release 7000
web-a 7001
b 7002' ''
	run pgproc -p 7000,10 exec web-a
	assertRan 0 '7010 7000 7010 7020' ''
	PORT_b=5432 run pgproc exec web-a
	assertRan 0 '5100 5000 5100 5432' ''
	run pgproc -p none list
	assertListed 0 'release -
web-a -
b -' ''
	PORT=9 run pgproc -p none exec web-a
	assertRan 0 '9   ' ''
	for bad in '' x 0 65536 '7000,' 7000,0 7000,x ,1 None; do
		run pgproc -p "$bad" list
		assertRan 2 '' "pgproc: -p $bad: not a port from 1 to 65535, which may have ,STEP behind it, or none"
	done
	PORT=x run pgproc list
	assertRan 2 '' 'pgproc: PORT x: not a port from 1 to 65535: set PORT to one, or use -p'
	run pgproc -p 7000,2 -m b=3 list
	assertRan 2 '' 'pgproc: b: 3 instances need a larger step of ports than 2: -p 7000,3'
	procfile 'a: x\n#: a ready=port\n'
	run pgproc -p none list
	assertRan 2 '' 'pgproc: a: ready=port is not for -p none'
}

testAllServicesCanHaveInstances()
{
	procfile 'release: x\na: x\nb: x\n'
	run pgproc -m b=1 -m all=2 list
	assertListed 0 'release 5000
a.1 5100
a.2 5101
b.1 5200' ''
	procfile 'a: x\nall: x\n'
	run pgproc -m all=0 list
	assertListed 0 'a 5000' ''
}

testACycleAndAnUnknownServiceInAfterAreErrors()
{
	procfile '#: a after=b\n#: b after=c:done\n#: c after=a restart=once\na: x\nb: x\nc: x\n'
	run pgproc list
	assertRan 2 '' 'Procfile:1: a cycle of after=: a b c a'
	run pgproc exec a
	assertRan 2 '' 'Procfile:1: a cycle of after=: a b c a'
	procfile '#: a after=a\na: true\n'
	run pgproc list
	assertRan 2 '' 'Procfile:1: a cycle of after=: a a'
	procfile 'a: true\n#: a after=x:done,yy\n'
	run pgproc list
	assertRan 2 '' 'Procfile:2: after=x: no such service
Procfile:2: after=yy: no such service'
}

testDoneNeedsAServiceThatCanBeDone()
{
	why="it is never done: it needs once or on-failure"
	while read -r own default policy; do
		procfile "#: a after=m:done\n${own:+#: m restart=$own\n}a: x\nm: x\n"
		[ "$own" != - ] || procfile '#: a after=m:done\na: x\nm: x\n'
		# shellcheck disable=SC2046
		run pgproc $([ "$default" = - ] || echo -r "$default") list
		if [ "$policy" = good ]; then
			assertListed 0 'a 5000
m 5100' ''
		else
			assertRan 2 '' \
			    "Procfile:1: after=m:done: with restart=$policy $why"
		fi
	done <<-'END'
		- - no
		- always always
		- once good
		- on-failure,2 good
		no on-failure no
		once - good
		on-failure - good
		once always good
		always,3 once always,3
	END
	procfile '#: a after=m:done\na: echo a\nm: x\n'
	run pgproc exec a
	assertRan 0 a ''
}

# U+0080 to U+009F are control characters, too.
testControlCharactersAreEscapedInAllOutput()
{
	procfile '#: a stop=\302\233m\033[m\377\\x\n\302\2332J: x\na: x\n'
	run pgproc list
	assertListed 2 '' "Procfile:2: line skipped: a name is made of letters, digits, _ and -
Procfile:1: stop=??m?[m?\\x: stop= is for a signal, perhaps with ,secs and ,leader"
	procfile '#: a ready=cmd:printf "\302\2332J\t\033"\na: x\n'
	run pgproc list
	assertField a 9 "cmd:printf \"$(printf '\302\2332J \033')\""
	need_pty || return 0
	run pgspawn -t -- pgproc list
	assertLike 'on a terminal' '*cmd:printf "\\xc2\\x9b2J \\x1b"*' "$out"
}

. "$SHUNIT2"
