# shellcheck shell=sh disable=SC2016,SC2034
# jobs.sh: the normal jobs of each command, for run. A job is a function
# job_NAME, run by a shell of its own in an empty directory; "traced COMMAND..." runs
# the command that gets the fault, with its messages in the file err. Before it the
# job prepares what it needs, after it a lie is written to the file lie: a status 0
# for what was not done.
#
# want_NAME is the status of the job without a fault (0), options_NAME those of faulted.

jobs='spawn_plain spawn_tree spawn_terminal spawn_detached spawn_detached_terminal
	spawn_all spawn_all_terminal spawn_label spawn_all_label spawn_file spawn_notify
	spawn_fd spawn_log spawn_cgroup spawn_owner spawn_handle spawn_inplace
	term_group term_all term_member term_many term_session term_gone
	scan_orphans scan_all scan_groups scan_handle
	track_exec track_add track_get track_list track_status track_wait track_rm
	track_gc track_check
	keep_run keep_restart keep_list keep_stop keep_end
	proc_list proc_exec proc_run
	up_front up_loop up_background up_detached up_sweep up_stop up_start up_restart
	up_reload up_status up_wait up_logs up_run up_check up_clean up_pgkeep up_pgspawn
	up_pgtrack up_pgproc up_pgscan up_pgterm'

# What may be said instead, with a message.
fails_of()
{
	case $1 in
	spawn_*) echo '124 125 126 127' ;;
	term_*)	echo "1 2 3" ;;
	scan_*)	echo 3 ;;
	track_exec) echo '4 126 127' ;;
	track_*) echo 4 ;;
	keep_*)	echo '1 124 125 126 127' ;;
	proc_*)	echo '2 126 127' ;;
	up_*)	echo '1 2 3 4 5 7 124 125 126 127 137 143' ;;
	esac
}

# One that ignores TERM, in the group, and one that has left the group.
member='trap "" TERM; sleep 60 & exit 7'
escapee='trap "" TERM; setsid sleep 60 & sleep 60 & exit 7'

traced()
{
	$TRACE "$@" 2>err
}

lie()
{
	echo "$*" >>lie
}

runs()
{
	pgterm -R 0/0 "$1" >/dev/null 2>&1
	[ $? -eq 1 ]
}

# --- pgspawn -----------------------------------------------------------------

want_spawn_plain=3
job_spawn_plain() { traced pgspawn -- sh -c 'exit 3'; }

want_spawn_tree=7
job_spawn_tree() { traced pgspawn -k 0.1 -- sh -c "$member"; }

want_spawn_terminal=7 options_spawn_terminal=-t
job_spawn_terminal() { traced pgspawn -t -k 0.1 -- sh -c "echo up; $member"; }

options_spawn_detached=-d
job_spawn_detached()
{
	traced pgspawn -d -- sleep 60 >handle || return
	runs "$(cat handle)" || lie "status 0, and the handle is $(cat handle)"
}

options_spawn_detached_terminal=-d
job_spawn_detached_terminal()
{
	traced pgspawn -d -t -o out -- sleep 60 >handle || return
	runs "$(cat handle)" || lie "status 0, and the handle is $(cat handle)"
}

want_spawn_all=7
job_spawn_all() { traced pgspawn -a -k 0.1 -- sh -c "$escapee"; }

want_spawn_all_terminal=7 options_spawn_all_terminal=-t
job_spawn_all_terminal() { traced pgspawn -t -a -k 0.1 -- sh -c "$escapee"; }

want_spawn_label=7
job_spawn_label()
{
	traced pgspawn -L 'x ' -k 0.1 -- sh -c "echo up; $member" >out
	status=$?
	# Output that is lost is reported; the status is that of the command.
	[ $status -ne 7 ] || [ "$(cat out)" = 'x up' ] || [ -s err ] ||
		lie "printed $(cat out)"
	return $status
}

want_spawn_all_label=7
job_spawn_all_label()
{
	traced pgspawn -L 'x ' -a -k 0.1 -- sh -c "$escapee"
}

want_spawn_file=7
job_spawn_file()
{
	traced pgspawn -o out -k 0.1 -- sh -c "echo up; $member"
	status=$?
	[ $status -ne 7 ] || [ "$(cat out)" = up ] || lie "wrote $(cat out)"
	return $status
}

want_spawn_notify=7
job_spawn_notify()
{
	traced pgspawn -r notify -T 5 -k 0.1 -- sh -c "sdnotify READY=1; $member"
}

want_spawn_fd=7
job_spawn_fd() { traced pgspawn -r 3 -T 5 -k 0.1 -- sh -c "echo >&3; $member"; }

want_spawn_log=7
job_spawn_log()
{
	traced pgspawn -r log:up -T 5 -k 0.1 -- sh -c "echo up; sleep 0.1; $member"
}

want_spawn_cgroup=7
job_spawn_cgroup()
{
	group=faults.$$
	traced pgspawn -c "$group" -k 0.1 -- sh -c "$member"
}

want_spawn_owner=7
job_spawn_owner() { traced pgspawn -K $$ -k 0.1 -- sh -c "$member"; }

want_spawn_handle=7
job_spawn_handle()
{
	traced pgspawn -p 4 -k 0.1 -- sh -c "$member" 4>handle
	status=$?
	[ $status -ne 7 ] || case $(cat handle) in
	0 | *:0) lie "the handle is $(cat handle)" ;;
	'') [ -s err ] || lie 'there is no handle, and no message' ;;
	esac
	return $status
}

want_spawn_inplace=3
job_spawn_inplace() { traced pgspawn -x -- sh -c 'exit 3'; }

# --- pgterm ------------------------------------------------------------------

# ending COMMAND OPTION...: pgterm ends what the command has started; whether all of
# it is gone is asked by the number.
ending()
{
	handle=$(pgspawn -d -- sh -c "$1") || return 0
	shift
	traced pgterm "$@" "$handle"
	status=$?
	[ $status -ne 0 ] || ! runs "${handle%:*}" || lie "status 0, and it lives"
	pgscan -g "$handle" | pgterm -a -k 0
	pgterm -a -k 0 "$handle"
	return $status
}

job_term_group() { ending 'trap "" TERM; sleep 60 & wait' -k 0.1; }
job_term_all() { ending 'setsid sleep 60 & sleep 60 & wait' -a -k 0.1; }
job_term_session() { ending 'sleep 60 & wait' -S -k 0.1; }
job_term_member() { ending 'exec sleep 60' -p -k 0.1; }
job_term_gone() { traced pgterm 99999:1; }

job_term_many()
{
	for n in 1 2 3; do pgspawn -d -- sleep 60; done >handles
	traced pgterm -v <handles >out
	status=$?
	while read -r handle; do
		[ $status -ne 0 ] || ! runs "$handle" || lie "status 0, and $handle lives"
	done <handles
	pgterm -k 0 <handles
	return $status
}

# printing PATTERN COMMAND...: what the command prints has to be like the pattern.
# Ends the group $handle, which the command was about.
printing()
{
	pattern=$1
	shift
	traced "$@" >out
	status=$?
	# shellcheck disable=SC2254
	case $status:$(cat out) in
	0:$pattern | [1-9]*) ;;
	*) lie "status 0, printed $(cat out)" ;;
	esac
	pgterm -k 0 "$handle"
	return $status
}

# --- pgscan ------------------------------------------------------------------

# scanning PATTERN OPTION...: of pgscan, while a group with FAULTS_SCAN=$$ runs.
scanning()
{
	pattern=$1
	shift
	handle=$(FAULTS_SCAN=$$ pgspawn -d -- sleep 60) || return 0
	printing "$pattern" pgscan "$@"
}

# Here it has a parent that is none of ours, and that looks after it.
want_scan_orphans=1
job_scan_orphans() { scanning '*sleep' -e "FAULTS_SCAN=$$"; }
job_scan_all() { scanning '*sleep' -ae "FAULTS_SCAN=$$"; }
job_scan_groups() { scanning '[1-9]*:[1-9]*' -aeg "FAULTS_SCAN=$$"; }
job_scan_handle()
{
	handle=$(pgspawn -d -- sleep 60) || return 0
	printing '' pgscan -aeq "$handle"
}

# --- pgtrack -----------------------------------------------------------------

# service: one of the name web that runs.
service()
{
	handle=$(pgspawn -d -- sleep 60) && pgtrack -D db add web "$handle"
}

# tracking PATTERN OPERAND...: of pgtrack, while a service runs.
tracking()
{
	pattern=$1
	shift
	service || return 0
	printing "$pattern" pgtrack -D db "$@"
}

want_track_exec=3
job_track_exec()
{
	# shellcheck disable=SC2086
	freshsig -g $TRACE pgtrack -D db exec web -- \
		sh -c '[ -s db/web/record ] || echo unrecorded >lie; exit 3' 2>err
}

job_track_add()
{
	handle=$(pgspawn -d -- sleep 60) || return 0
	traced pgtrack -D db add web "$handle"
	status=$?
	[ $status -ne 0 ] || [ "$(pgtrack -D db get web)" = "$handle" ] ||
		lie 'status 0, and it is not recorded'
	pgterm -k 0 "$handle"
	return $status
}

job_track_get() { tracking '[1-9]*:[1-9]*' get web; }
job_track_list() { tracking '*web*running' list; }
job_track_status() { tracking '*web*running*' status; }
want_track_wait=124
job_track_wait() { tracking '' wait -T 0.1 web; }

# forgetting OPERAND...
forgetting()
{
	service || return 0
	pgterm -k 0 "$handle"
	traced pgtrack -D db "$@"
	status=$?
	[ $status -ne 0 ] || [ ! -e db/web ] || lie 'status 0, and the folder is there'
	return $status
}

job_track_rm() { forgetting rm web; }
job_track_gc() { forgetting gc; }

job_track_check()
{
	traced pgtrack check -c a/b c
	status=$?
	[ $status -ne 0 ] || [ -d a/b ] && [ -d c ] || [ $status -ne 0 ] ||
		lie 'status 0, and they are not there'
	return $status
}

# --- pgkeep ------------------------------------------------------------------

# keeping WORD STATE COMMAND: a keeper that gets the fault; once the service is in that
# state its keeper is ended.
keeping()
{
	mkdir -m 700 run
	$TRACE pgkeep -D run -R "$1" run web -- sh -c "$3" 2>err &
	keeper=$!
	n=0
	until case $(pgkeep -D run list web 2>/dev/null) in *"$2"*) ;; *) false ;; esac; do
		kill -s 0 $keeper 2>/dev/null || break
		[ $((n += 1)) -lt 250 ] || break
		sleep 0.02
	done
	kill -s TERM $keeper 2>/dev/null
	wait $keeper
}

want_keep_run=143
job_keep_run() { keeping no running 'exec sleep 60'; }
want_keep_restart=143
job_keep_restart() { keeping always,2 'running	1' '[ -e once ] || { mkdir once; exit 1; }; exec sleep 60'; }

# asking PATTERN WORD: a client that gets the fault, of a keeper that runs.
asking()
{
	mkdir -m 700 run
	pgkeep -D run run web -- sleep 60 2>/dev/null &
	keeper=$!
	until case $(pgkeep -D run list web 2>/dev/null) in *running*) ;; *) false ;; esac; do
		sleep 0.02
	done
	traced pgkeep -D run "$2" web >out
	status=$?
	# shellcheck disable=SC2254
	case $status:$(pgkeep -D run list web 2>/dev/null) in
	0:$1 | [1-9]*) ;;
	*) lie "status 0, and it is $(pgkeep -D run list web)" ;;
	esac
	kill -s TERM $keeper 2>/dev/null
	wait $keeper
	return $status
}

job_keep_list() { asking '*running*' list; }
job_keep_stop() { asking '*stopped*' stop; }
job_keep_end() { asking '*' end; }

# --- pgproc ------------------------------------------------------------------

procfile()
{
	printf 'web: [ "$A" = b ] && exit 3\n#: web restart=no ready=cmd:true\n' >Procfile
	printf 'A=b\n' >.env
}

job_proc_list()
{
	procfile
	traced pgproc list >out
	status=$?
	[ $status -ne 0 ] || grep -q '^web.*cmd:true' out || lie "printed $(cat out)"
	return $status
}

want_proc_exec=3
job_proc_exec() { procfile; traced pgproc exec web; }
want_proc_run=3
job_proc_run() { procfile; traced pgproc run sh -c '[ "$A" = b ] && exit 3'; }

# --- pgup --------------------------------------------------------------------

# wrapped PART: a bin directory whose PART gets the fault: one of the programs, or of the
# shells of pgup the one that is typed (front), the one behind that (detached, cleaner), the
# loop, or what ends leftovers (sweep). The others are the build's.
wrapped()
{
	mkdir bin
	for program in pgspawn pgterm pgscan pgtrack pgkeep pgproc; do
		ln -s "$bin/$program" "bin/$program"
	done
	sed "s|^self=.*|self=$PWD/bin/pgup|" "$bin/pgup" >bin/pgup.real
	! cmp -s "$bin/pgup" bin/pgup.real || lie 'pgup does not start itself by self'
	part=pgup real=$PWD/bin/pgup.real
	case $1 in
	front) test='[ -z "${PGUP_FRONT:-}${PGUP_DETACHED:-}" ]' ;;
	detached) test='[ -n "${PGUP_DETACHED:-}" ]' ;;
	loop) test='case ${PGUP_FRONT:-none}" $* " in none* | *" sweep "*) false ;; esac' ;;
	cleaner) test='[ "${PGUP_FRONT:-}" = none ]' ;;
	sweep) test='! [ -e swept ] && case " $* " in *" sweep "*) : >swept ;; *) false ;; esac' ;;
	*) test=: part=$1 real=$bin/$1 ;;
	esac
	[ "$part" = pgup ] || mv bin/pgup.real bin/pgup
	rm -f "bin/$part"
	printf '#!/bin/sh\n! { %s; } || exec %s %s "$@"\nexec %s "$@"\n' "$test" "$TRACE" \
		"$real" "$real" >"bin/$part"
	chmod 755 bin/*
	PGUP_DIR=$PWD/state plain_path=$PATH PATH=$PWD/bin:$PATH
	export PGUP_DIR
	printf 'a: trap "" TERM; (setsid sleep 60 &) ; sleep 60 & sleep 0.2; exit 5\nb: exec sleep 60\n' >Procfile
}

# start_after STATUS: after a fault the next start works, and ends with 5.
start_after()
{
	[ "$1" != "$2" ] || return 0
	printf 'a: exit 5\n' >Procfile.next
	PATH=$plain_path
	mv Procfile.next Procfile
	"$bin/pgup" -k 0.1 >again 2>&1
	again=$?
	[ $again -eq 5 ] || lie "status $1, then a start ends with $again: $(sed q again)"
}

# supervising PART: the first service to end decides.
supervising()
{
	wrapped "$1"
	bin/pgup -k 0.1 >out 2>err
	status=$?
	start_after $status 5
	return $status
}

want_up_front=5
job_up_front() { supervising front; }
want_up_loop=5
job_up_loop() { supervising loop; }
want_up_pgkeep=5
job_up_pgkeep() { supervising pgkeep; }
want_up_pgspawn=5
job_up_pgspawn() { supervising pgspawn; }
want_up_pgtrack=5
job_up_pgtrack() { supervising pgtrack; }
want_up_pgproc=5
job_up_pgproc() { supervising pgproc; }
want_up_pgscan=5
job_up_pgscan() { supervising pgscan; }
want_up_pgterm=5
job_up_pgterm() { supervising pgterm; }

# up COMMAND...: a pgup that gets no fault.
up() { PATH=$plain_path "$bin/pgup" "$@" 2>/dev/null; }

# client STATE WORD...: a client of a runner that lives, by which b gets into that state;
# then the end of the runner.
client()
{
	wrapped front
	printf 'a: exec sleep 61\nb: exec sleep 60\n' >Procfile
	want=$1
	shift
	up -k 0.1 >out &
	runner=$!
	until up status | grep -q '^b *running'; do
		kill -s 0 $runner 2>/dev/null || break
		sleep 0.05
	done
	[ "$1" != start ] || up stop b
	[ "$1" != reload ] || printf 'c: exec sleep 62\n' >>Procfile
	bin/pgup "$@" >said 2>err
	status=$?
	now=$(up status)
	# shellcheck disable=SC2254
	case $status:$now in
	0:$want | [1-9]*) ;;
	*) lie "status 0, and it is $now" ;;
	esac
	up stop >/dev/null
	wait $runner
	return $status
}

job_up_stop() { client '*no runner*' stop; }
job_up_status() { client '*' status && { grep -q '^b *running' said || lie "said $(cat said)"; }; }
job_up_logs() { client '*' logs; }
job_up_start() { client '*b *ing *' start b; }
job_up_restart() { client '*b *ing *' restart b; }
job_up_reload() { client '*c *ing *' reload; }
job_up_wait() { client '*b *running*' wait -T 60; }

# background PART: what is in the background is ended if its start succeeds.
background()
{
	wrapped "$1"
	printf 'a: exec sleep 61\nb: exec sleep 60\n#: a ready=cmd:true\n#: b ready=cmd:true\n' >Procfile
	bin/pgup -d -k 0.1 >out 2>err
	status=$?
	if [ $status -eq 0 ]; then
		up status | grep -q '^b *running' || lie "status 0, and b does not run"
		up stop >/dev/null
	fi
	start_after $status 0
	return $status
}

job_up_background() { background front; }
job_up_detached() { background detached; }

# What a runner left whose front and loop were killed is ended by its guard.
job_up_sweep()
{
	wrapped sweep
	bin/pgup -k 0.1 >out 2>err &
	runner=$!
	until up status | grep -q '^b *running'; do
		kill -s 0 $runner 2>/dev/null || break
		sleep 0.05
	done
	kill -s KILL $runner "$(sed -n 's/^pgid=//p' state/*/runner/record)"
	wait $runner
	PATH=$plain_path "$bin/pgtrack" -D "$(echo state/*)" wait guard
	start_after 0 5
}

# a mode that ends at once
alone()
{
	wrapped front
	bin/pgup "$@" >out 2>err
}

want_up_run=7
job_up_run() { alone run sh -c 'sleep 60 & exit 7'; }
job_up_check() { alone check && { grep -q '^b: port 5100' out || lie "said $(cat out)"; }; }
job_up_clean()
{
	wrapped cleaner
	printf 'a: exit 0\n' >Procfile
	up >out
	bin/pgup clean 2>err
	status=$?
	[ $status -ne 0 ] || [ -z "$(find state -name 'Procfile-*' -prune -o -type f -print)" ] ||
		lie 'status 0, and there is state'
	start_after 5 0
	return $status
}
