# shellcheck shell=sh disable=SC2016
# pgkeep_lib.sh: what the test files about pgkeep share, after lib.sh and
# pgspawn_lib.sh.

setUp()
{
	test_begin
	mkdir run
}

# A command that is not under pgspawn outlives a killed keeper, so record it.
tearDown()
{
	# shellcheck disable=SC2046
	[ ! -s "$dir/pids" ] || record_pid $(cat "$dir/pids")
	test_end
}

# serve ARG...: run pgkeep in the background; its PID is in $pid, its output in the files
# out and err, its events in the file events.
serve()
{
	launch pgkeep -D run -E 6 "$@" >out 2>err 6>events
}

# keep SERVICE...: start a keeper for each; its PID is in $pid and the file SERVICE.pid.
# The command appends its name to the file runs, and its PID to pids.
keep()
{
	for service; do
		keep_one "$service"
	done
}

# keep_one SERVICE OPTION...: the same for one service, with options of pgkeep.
keep_one()
{
	keep_service=$1
	shift
	launch pgkeep -D run -E 6 -K $$ "$@" run "$keep_service" -- \
		sh -c 'echo "$0" >>runs; echo $$ >>pids; exec sleep 60' \
		"$keep_service" >"out.$keep_service" 2>"err.$keep_service" 6>>events
	echo "$pid" >"$keep_service.pid"
}

keeper_of()
{
	cat "$1.pid"
}

# pretend SERVICE STATE: start a process that stands for the keeper; it writes its signals
# to SERVICE.out.
pretend()
{
	launch sigreport >"$1.out"
	echo "$pid" >"$1.pid"
	await "$1.out"
	echo "$2 2 3" >"run/$1"
	echo "$pid" >"run/.$1.keeper"
	rm -f "run/.$1.want" "run/.$1.taken" "run/.$1.answer"
}

# keeper_ended SERVICE: wait until its keeper has ended by itself.
keeper_ended()
{
	waitfor 10 dead "$(keeper_of "$1")" || fail "the keeper of $1 goes on"
}

# want [-K HANDLE] WORD [SERVICE...]: run a client, and wait for it. client runs one in
# the background; finish waits for that.
want()
{
	run pgkeep -D run "$@"
}

client()
{
	launch pgkeep -D run "$@" >out 2>err
}

# waits: the client has looked for an answer twice, and still waits.
waits()
{
	[ -r /proc/self/status ] || return 0
	switches_from=$(switches)
	waitfor 10 has_looked || fail 'it does not wait'
	assertTrue 'it does not wait' "alive $pid"
}

switches()
{
	awk '/^voluntary/ { print $2 }' "/proc/$pid/status"
}

has_looked()
{
	[ "$(switches)" -ge $((switches_from + 3)) ] || dead "$pid"
}

# is SERVICE LINE, is_soon SERVICE LINE: the state file of the service has this line, now
# or soon.
is()
{
	assertEquals "$1" "$2" "$(cat "run/$1")"
}

is_soon()
{
	waitfor 10 says "run/$1" "$2" || fail "$1 is not $2: $(cat "run/$1")"
}

# wanted SERVICE WORD: wait until a client has sent this want.
wanted()
{
	waitfor 10 is_wanted "$@" || fail "$1: it is not told to $2"
}

is_wanted()
{
	case $(ls -l "run/.$1.want") in
	*" -> $2 "*) ;;
	*)	return 1 ;;
	esac
}

# serial_of LINK: prints the serial of the want.
serial_of()
{
	# shellcheck disable=SC2012
	ls -l "$1" | sed 's/.* -> [a-z]* \([^ ]*\).*/\1/'
}

# obey SERVICE LINE: act as the keeper: take the want, write this state, and answer.
obey()
{
	obey_state=${2%% *}
	[ ! -h "run/.$1.want" ] || mv "run/.$1.want" "run/.$1.taken"
	echo "$2" >"run/$1"
	case $obey_state in
	waiting | starting | stopping) return ;;
	esac
	# shellcheck disable=SC2012
	obey_want=$(ls -l "run/.$1.taken" | sed 's/.* -> //')
	ln -sf "$obey_want $obey_state" "run/.$1.answer"
	rm "run/.$1.taken"
}

# run_files: prints the names of all files in run except answers, in one line.
run_files()
{
	# shellcheck disable=SC2010
	ls -A run | grep -v '\.answer$' | paste -s -d ' ' -
}

# events: prints the states of all events so far, in one line.
events()
{
	sed 's/ .*//' events | paste -s -d ' ' -
}

# says_soon FILE LINE: FILE has this line soon.
says_soon()
{
	waitfor 10 says "$1" "$2" || fail "$1 is not $2 but $(cat "$1")"
}

has_run()
{
	[ -e runs ] && [ "$(grep -c "^$1" runs)" -eq "$2" ]
}
