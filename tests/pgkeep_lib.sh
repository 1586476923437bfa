# shellcheck shell=sh disable=SC2016
# pgkeep_lib.sh: what the test files about pgkeep share, after lib.sh and
# pgspawn_lib.sh.

setUp()
{
	test_begin
	mkdir run
}

# A plain command outlives its keeper where that is killed.
tearDown()
{
	# shellcheck disable=SC2046
	[ ! -s "$dir/pids" ] || record_pid $(cat "$dir/pids")
	test_end
}

# serve ARG...: pgkeep in the background, as spawn does it; its events are in the
# file events.
serve()
{
	launch pgkeep -D run -E 6 "$@" >out 2>err 6>events
}

# keep SERVICE...: each has a keeper; its number is in $pid and SERVICE.pid. The
# command tells of each run, and its number.
keep()
{
	for service; do
		keep_one "$service"
	done
}

# keep_one SERVICE OPTION...: the same with options.
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

# pretend SERVICE STATE: that has a keeper, which is none and tells of its signals
# in SERVICE.out.
pretend()
{
	launch sigreport >"$1.out"
	echo "$pid" >"$1.pid"
	await "$1.out"
	echo "$2 2 3" >"run/$1"
	echo "$pid" >"run/.$1.keeper"
	rm -f "run/.$1.want" "run/.$1.taken" "run/.$1.answer"
}

# keeper_ended SERVICE: its keeper has done so by itself.
keeper_ended()
{
	waitfor 10 dead "$(keeper_of "$1")" || fail "the keeper of $1 goes on"
}

# want WORD [OPTION...] [SERVICE...]: as a client, and wait for that; client does so
# in the background, and ends with finish.
want()
{
	want_word=$1
	shift
	case $* in
	-K*)	want_by="-K $2"; shift 2 ;;
	*)	want_by= ;;
	esac
	# shellcheck disable=SC2086
	run pgkeep -D run $want_by "$want_word" "$@"
}

client()
{
	client_word=$1
	shift
	case $* in
	-K*)	client_by="-K $2"; shift 2 ;;
	*)	client_by= ;;
	esac
	# shellcheck disable=SC2086
	launch pgkeep -D run $client_by "$client_word" "$@" >out 2>err
}

# waits: the client has looked twice, and goes on.
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

# is SERVICE LINE, is_soon SERVICE LINE
is()
{
	assertEquals "$1" "$2" "$(cat "run/$1")"
}

is_soon()
{
	waitfor 10 says "run/$1" "$2" || fail "$1 is not $2: $(cat "run/$1")"
}

# wanted SERVICE WORD: that is, soon.
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

# serial_of LINK: that of the want in it.
serial_of()
{
	# shellcheck disable=SC2012
	ls -l "$1" | sed 's/.* -> [a-z]* \([^ ]*\).*/\1/'
}

# obey SERVICE LINE: as its keeper does that: take the want, tell the state, answer.
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

# run_files: all that are in run but answers, in a line.
run_files()
{
	# shellcheck disable=SC2010
	ls -A run | grep -v '\.answer$' | paste -s -d ' ' -
}

# events: the states of all there were so far, in a line.
events()
{
	sed 's/ .*//' events | paste -s -d ' ' -
}

# says_soon FILE LINE
says_soon()
{
	waitfor 10 says "$1" "$2" || fail "$1 is not $2 but $(cat "$1")"
}

has_run()
{
	[ -e runs ] && [ "$(grep -c "^$1" runs)" -eq "$2" ]
}
