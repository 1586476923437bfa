#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgspawn_service_test.sh: a service of a Procfile (-f, -N), started again (-R)
# and among others (-S, -E); and a check that tells of readiness (-r cmd:)
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

again="pgspawn: x: exited with status 3, again in 1 s"
again_and_failed="$again
pgspawn: x: exited with status 3, failed after 1 tries"

setUp()
{
	test_begin
	mkdir run
	printf '%s\n' '#: web after=app' 'web: echo web' 'app: touch started' \
	    '#: app after=db' 'db: exec sigreport -x WINCH' >Procfile
}

# rows: each line of standard input is STATUS|STDOUT|STDERR|COMMAND, that of the
# shell and the rest as printf has them; nothing is started by mistake.
rows()
{
	while IFS='|' read -r row_status row_out row_err row_command; do
		case $row_err in
		''|Procfile:[0-9]*) ;;
		*)	row_err="pgspawn: $row_err" ;;
		esac
		eval "run $row_command" </dev/null
		assertRan "$row_status" "$(printf %b "$row_out")" \
		    "$(printf %b "$row_err")"
		assertFalse "$ran: it was started" "[ -e started ]"
	done
}

# serve OPTION... SERVICE: in the background, as spawn does it.
serve()
{
	spawn -f Procfile -S run -E 6 "$@" 6>events
}

# says_soon FILE LINE
says_soon()
{
	waitfor 5 says "$1" "$2" || fail "$1 is not $2 but $(cat "$1")"
}

# beside NAME ARG...: one pgspawn in the background of several, that come to
# end_beside NAME STATUS STDOUT STDERR, of which STDOUT is made one line.
beside()
{
	beside_name=$1
	shift
	launch pgspawn "$@" >"$beside_name.out" 2>"$beside_name.err"
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

testServicesAreListedAndTheStatusTellsOfFaults()
{
	printf 'web: true\ndb: exit 7\n' >Procfile
	rows <<-'END'
		0|web\t5000\ndb\t5100||pgspawn -f Procfile
		0|web\t5000\ndb.1\t5100\ndb.2\t5101||pgspawn -N db=2 -f Procfile
		0|web.1\t5000||pgspawn -f Procfile -N web=3,db=0,web=1
		7|||pgspawn -f Procfile db
	END
	echo '? x' >>Procfile
	why='Procfile:3: a name is made of letters, digits, _ and -'
	rows <<-END
		1|web\t5000|$why|pgspawn -f Procfile -N db=0
		7||$why|pgspawn -f Procfile db
	END
	printf 'web: touch started\n#: db after=x\n' >>Procfile
	why="$why\nProcfile:4: web: is there already\nProcfile:5: after=x: no such service"
	rows <<-END
		125||$why|pgspawn -f Procfile
		125||$why|pgspawn -f Procfile web
	END
}

testAServiceHasItsPortAndItsNameAndPerhapsAWrapper()
{
	printf '%s\n' 'web: echo $PORT $PS' 'db: echo $PORT $PS' \
	    'x:  echo "$X"; exit 7 ' >Procfile
	echo PORT=8000 >dotenv
	rows <<-'END'
		0|5000 web.1||pgspawn -f Procfile web
		0|5199 db.100||pgspawn -f Procfile db.100
		0|6001 web.2||env PORT=6000 PS=x pgspawn -m PS=y -f Procfile web.2
		0|7100 db.1||env PORT=6 pgspawn -e dotenv -m PORT=7000 -f Procfile db
		0|8100 db.1||env PORT=6 pgspawn -m PORT=7000 -e dotenv -f Procfile db
		0|web\t8000\ndb\t8100\nx\t8200||env PORT=6 pgspawn -e dotenv -f Procfile
		7|a b||pgspawn -f Procfile x env X='a b'
		0|<-x><sh><-c><echo "$X"; exit 7>||pgspawn -f Procfile -- x printf '<%s>' -x
		125||PORT 1x: bad number|pgspawn -m PORT=1x -f Procfile
		125||db: there is no port 65536|pgspawn -m PORT=65436 -f Procfile db
	END
}

testTheProcfileWinsOverOptions()
{
	printf '%s\n' '#: a stop=USR1,0.3' 'a: exec sigreport' \
	    '#: b ready=fd:4 restart=no' 'b: echo >&4; exit 7' 'd: exec sigreport' \
	    '#: c within=0.1' 'c: exec sleep 60' >Procfile
	spawn -f Procfile -s INT -k forever a
	await
	kill -s TERM "$pid"
	finish 137
	assertEquals "a got" "USR1 CONT" "$(sed 1d out | paste -s -d ' ' -)"
	spawn -f Procfile -s INT -k 0.3 -r 3 -T 0.5 d
	finish 124 "pgspawn: d: not ready in time"
	assertEquals "d got" "INT CONT" "$(sed 1d out | paste -s -d ' ' -)"
	rows <<-'END'
		7|||pgspawn -f Procfile -r notify -R always b
		124||c: not ready in time|pgspawn -f Procfile -r 3 -T forever c
	END
}

testWhatMakesNoSenseIsRefused()
{
	echo 'web: touch started' >Procfile
	rows <<-'END'
		125||-S goes with -W, or with -f and a service only|pgspawn -S run touch started
		125||-S goes with -W, or with -f and a service only|pgspawn -S run -f Procfile
		125||-E goes with -S only|pgspawn -E 2 -f Procfile web
		125||-N goes with -f and no service only|pgspawn -N web=1 -f Procfile web
		125||-N goes with -f and no service only|pgspawn -N x touch started
		125||web=101: not name=number, at most 100|pgspawn -f Procfile -N web=1,web=101
		125||x: not in Procfile|pgspawn -f Procfile -N web=1,x=1
		125||-d does not go with -R|pgspawn -d -R always touch started
		125||-x goes with none of -a -c -d -K -L -R -r -t|pgspawn -x -R no touch started
		125||-r cmd: no descriptor is left|pgspawn -F 3 -F 4 -F 5 -F 6 -F 7 -F 8 -F 9 -r cmd:true touch started 3>&1 4>&1 5>&1 6>&1 7>&1 8>&1 9>&1
		125||always,0: not a policy|pgspawn -R always,0 touch started
		125||none: No such file or directory|pgspawn -f none web
		125||Procfile: Not a directory|pgspawn -f Procfile -S Procfile web
		125||77: not an open descriptor|pgspawn -f Procfile -S run -E 77 web
	END
	for name in "" x we web. web.0 web.01 web.x web.101 web.1.1; do
		echo "125||$name: not in Procfile|pgspawn -f Procfile -- '$name'"
	done | rows
}

testEveryRunHasTheSameSurroundings()
{
	beside fds -p 4 -F 5 -R always,1 -n x sh -c 'echo $$ >>runs; echo >&5
		(echo >&4) 2>/dev/null || exit 3' 4>handle 5>five
	beside label -L '> ' -R always,1 -n x sh -c 'echo a; exit 3'
	beside tty -t -R always,1 -n x sh -c '[ -t 1 ] && cat && echo a; exit 3'
	end_beside fds 3 "" "$again_and_failed"
	assertLike "that of the first" "$(sed q runs):*	x" "$(cat handle)"
	assertEquals "runs" "2 2" "$(wc -l <runs) $(wc -l <five)"
	end_beside label 3 "> a > a" "$again_and_failed"
	end_beside tty 3 "a a" "$again_and_failed"
}

testItIsReadyOnceACheckSucceedsThatIsApartFromIt()
{
	printf '%s\n' '#: x ready=cmd:mkdir "$PORT" || : >again; [ -e go ]' \
	    'x: exec sigreport' >Procfile
	spawn -p 4 -f Procfile x.2 4>handle
	await
	waitfor 5 test -e again || fail "it is not tried again"
	leader=$(pids ready out)
	assertEquals "children" "" "$(children_of "$leader")"
	assertEquals "descriptors" "0 1 2" "$(cd "/proc/$leader/fd" && echo *)"
	assertEquals "handle" "" "$(cat handle)"
	: >go
	waitfor 5 test -s handle || fail "it does not become ready"
	assertEquals "$leader 5001" "$(sed 's/:.*//' handle) $(echo 5*)"
	kill -s KILL "$leader"
	finish 137
	run pgspawn -F 9 -p 4 -r cmd:true sh -c 'echo 9 >&9
		until [ -s handle ]; do sleep 0.02; done' 4>handle 9>nine
	assertEquals "$status$err: it has its own" 09 "$status$err$(cat nine)"
}

testTheCheckEndsWithTheGroup()
{
	hangs='cmd:echo check $$ >check; exec sleep 60'
	for how in "" -d; do
		run pgspawn $how -r "$hangs" -T 0.5 -n x sleep 60
		assertRan 124 "" "pgspawn: x: not ready in time"
		assertDead "$(pids check check)"
		for n in 7 0; do
			rm -f check
			run pgspawn $how -r "$hangs" -n x sh -c 'until [ -s check ]
				do sleep 0.02; done; exit $0' $n
			assertRan $((n ? n : 125)) "" \
			    "pgspawn: x: ended before it was ready"
			assertDead "$(pids check check)"
		done
	done
}

. "$SHUNIT2"
