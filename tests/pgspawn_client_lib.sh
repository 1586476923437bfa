# shellcheck shell=sh disable=SC2016
# pgspawn_client_lib.sh: what the test files about wishes (-W) and those who are told
# of them share, after pgspawn_lib.sh.

setUp()
{
	test_begin
	mkdir run
	printf '%s: echo $PS >>runs; exec sleep 60\n' a b c >Procfile
}

# keep SERVICE...: each has a keeper; its number is in $pid and SERVICE.pid.
keep()
{
	for service; do
		launch pgspawn -K $$ -f Procfile -S run -E 6 "$service" \
			>"out.$service" 2>"err.$service" 6>>events
		echo "$pid" >"$service.pid"
	done
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
}

# ended SERVICE: its keeper has done so by itself.
ended()
{
	waitfor 10 dead "$(keeper_of "$1")" || fail "the keeper of $1 goes on"
}

wish()
{
	run pgspawn -S run -W "$@"
}

# client ARG...: a wish in the background, that ends with finish.
client()
{
	spawn -S run -W "$@"
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
	*" -> $2") ;;
	*)	return 1 ;;
	esac
}

# obey SERVICE LINE: as its keeper does that.
obey()
{
	echo "$2" >"run/$1"
	rm "run/.$1.want"
}

# files: all that are in run, in a line.
files()
{
	# shellcheck disable=SC2012
	ls -A run | paste -s -d ' ' -
}

has_run()
{
	[ -e runs ] && [ "$(grep -c "^$1" runs)" -eq "$2" ]
}
