#!/bin/sh
# shellcheck disable=SC2016,SC2119
# pgspawn_service_test.sh: a service, started again (-R) and among others (-S,
# -E); and a check that tells of readiness (-r cmd:)
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

testWhatMakesNoSenseIsRefused()
{
	echo 'web: touch started' >Procfile
	rows <<-'END'
		125||-S goes with -W, or with -f and a service only|pgspawn -S run touch started
		125||-S goes with -W, or with -f and a service only|pgspawn -S run -f Procfile
		125||-E goes with -S only|pgspawn -E 2 -f Procfile web
		125||-d does not go with -R|pgspawn -d -R always touch started
		125||-x goes with none of -a -c -d -K -L -R -r -t|pgspawn -x -R no touch started
		125||-r cmd: no descriptor is left|pgspawn -F 3 -F 4 -F 5 -F 6 -F 7 -F 8 -F 9 -r cmd:true touch started 3>&1 4>&1 5>&1 6>&1 7>&1 8>&1 9>&1
		125||always,0: not a policy|pgspawn -R always,0 touch started
		125||Procfile: Not a directory|pgspawn -f Procfile -S Procfile web
		125||77: not an open descriptor|pgspawn -f Procfile -S run -E 77 web
	END
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
