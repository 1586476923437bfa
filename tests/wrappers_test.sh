#!/bin/sh
# wrappers_test.sh: programs between pgspawn and a command. Measures the rows of the table
# in pgwrappers(7) again, for the wrappers that are installed; no process survives.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

AT_ONCE=25	# wrappers that are looked at
tab=$(printf '\t')

# table_rows: prints the rows of the table: wrapper, version, place, signals, statuses.
table_rows()
{
	awk -F ' Ta ' -v OFS="$tab" '
		/^\.It Em wrapper/ { on = 1; next }
		/^\.El/ { on = 0 }
		on && sub(/^\.It /, "") { print $1, $2, $3, $4, $5 }
	' "$src/man/pgwrappers.7"
}

# wrap NAME DO COMMAND...: call DO with the command behind that wrapper; returns 77 if the
# wrapper is not installed.
wrap()
{
	wrap_name=$1 wrap_do=$2 wrap_program=${1%%[, ]*}
	shift 2
	command -v "$wrap_program" >/dev/null || return 77
	case $wrap_name in
	env|nice|nohup|setsid|chpst|s6-setsid|fakeroot|valgrind|sudo|'setsid -w')
		# shellcheck disable=SC2086
		set -- $wrap_name "$@" ;;
	choom)		set -- choom -n 0 -- "$@" ;;
	chrt)		set -- chrt -o 0 "$@" ;;
	dbus-run-session) set -- dbus-run-session -- "$@" ;;
	flock)		set -- flock "$row/l" "$@" ;;
	'flock -o')	set -- flock -o "$row/l" "$@" ;;
	'find -exec')	set -- find "$row" -maxdepth 0 -exec "$@" ';' ;;
	ionice)		set -- ionice -c 3 "$@" ;;
	make)		printf 'all:\n\t%s\n' "$*" >"$row/Makefile"
			set -- make -sf "$row/Makefile" ;;
	prlimit)	set -- prlimit --core=0 "$@" ;;
	setarch)	set -- setarch -R "$@" ;;
	'script, '*)	set -- env "SHELL=$(command -v "${wrap_name#*, }")" \
			    script -qec "$*" /dev/null ;;
	setpriv)	set -- setpriv --no-new-privs "$@" ;;
	start-stop-daemon) wrap_program=$1; shift
			set -- start-stop-daemon -S -p "$row/none" -x "$wrap_program" -- "$@" ;;
	stdbuf)		set -- stdbuf -o L "$@" ;;
	strace)		set -- strace "$@" ;;
	'su root')	set -- su root -s /bin/sh -c "exec $*" ;;
	runuser)	set -- runuser -u root -- "$@" ;;
	taskset)	set -- taskset -c 0-999 "$@" ;;
	timeout)	set -- timeout 60 "$@" ;;
	'timeout --foreground') set -- timeout --foreground 60 "$@" ;;
	tini|catatonit|dumb-init) set -- "$wrap_name" -- "$@" ;;
	'tini -g')	set -- tini -s -g -- "$@" ;;
	'dumb-init -c')	set -- dumb-init -c "$@" ;;
	'unshare --fork') set -- unshare --fork "$@" ;;
	'unshare --pid') set -- unshare --fork --pid "$@" ;;
	'nsenter --net') set -- nsenter -t $$ --net "$@" ;;
	watch)		set -- env TERM=dumb watch -t -n 60 -x "$@" ;;
	xargs)		set -- xargs -a /dev/null "$@" ;;
	'npm run'|npx)	echo "{\"scripts\": {\"a\": \"$*\"}}" >"$row/package.json"
			[ "$wrap_name" = npx ] || set -- npm --prefix "$row" run a
			[ "$wrap_name" != npx ] || set -- npx --no -c "$*" ;;
	*" 'a && b'")	set -- "$wrap_program" -c ": && $*" ;;
	*" 'a; b'")	set -- "$wrap_program" -c "$*; exit \$?" ;;
	*)		return 77 ;;
	esac
	"$wrap_do" "$@"
}

# can_wrap NAME: the wrapper works here, as this user and in this container.
can_wrap()
{
	case $1 in
	su*|runuser|unshare*|nsenter*|chrt)
		[ "$(id -u)" -eq 0 ] || return 1 ;;
	script*)	haspty >/dev/null || return 1 ;;
	esac
	case $1 in
	watch|npm*|npx)	# this one for ever, these slowly
		command -v "${1%% *}" >/dev/null
		return ;;
	esac
	row=$dir/$n/can
	mkdir "$row"
	wrap "$1" quietly /usr/bin/env true
}

quietly()
{
	timeout 20 "$@" </dev/null >/dev/null 2>&1
}

# each_row DO: call DO for each row whose wrapper works here, several at a time, with the row
# in $name $version $place $signals $statuses, and its own directory in $row. The file said
# gets the output of all.
each_row()
{
	n=0
	table_rows >table
	while IFS=$tab read -r name version place signals statuses; do
		n=$((n + 1))
		one_row "$1" </dev/null &
		[ $((n % AT_ONCE)) -ne 0 ] || wait
	done <table
	wait
	cat [0-9]*/said >said
}

one_row()
{
	mkdir "$dir/$n"
	can_wrap "$name" || return
	row=$dir/$n
	"$1" >"$row/said"
}

# --- the table of the page -----------------------------------------------------

measure()
{
	pgspawn -a -k 0 -- "$bin/tests/wrapped" "$row/fifo" "$@" >"$row/got" 2>"$row/why"
}

# has_version: the version of the row is installed.
has_version()
{
	has_package=${version% *}
	[ "$has_package" != "$version" ] || has_package=${name%% *}
	case $has_package in
	npm)	has=$(npm --version) ;;
	*)	has=$(dpkg-query -W -f '${Version}' "$has_package" 2>/dev/null) ;;
	esac
	has=${has#*:}
	[ "${has%-*}" = "${version##* }" ]
}

# is_as_told: a measurement gives the row of the table.
is_as_told()
{
	wrap "$name" measure "$bin/tests/wrapped" -l "$row/fifo"
	got=$(cat "$row/got" "$row/why")
	want=$place$tab$signals$tab$statuses
	[ "$got" = "$want" ]
}

# While many wrappers run at once a measurement can be wrong, so the ones that differ are
# measured again, one at a time.
compare()
{
	is_as_told || ! has_version || printf '%s\n' \
	    "$row$tab$name$tab$place$tab$signals$tab$statuses" >>"$dir/differ"
}

compare_again()
{
	WRAPPED_PATIENCE=6
	export WRAPPED_PATIENCE
	while IFS=$tab read -r row name place signals statuses; do
		for attempt in 1 2 3; do
			is_as_told </dev/null && continue 2
		done
		echo "$name: not $want, but $got"
	done <"$dir/differ"
}

testTheWrappersBehaveAsThePageSays()
{
	! grep -q '__[a-z]*san_' "$bin/tests/wrapped" ||
		{ skip 'a sanitizer goes with neither valgrind nor preloading'; return 0; }
	need_table || return 0
	: >differ
	each_row compare
	assertEquals '' "$(cat said; compare_again)"
	set -- [0-9]*/said
	assertTrue "only $#" "[ $# -ge 10 ]"
}

# --- no process outlives a wrapper ---------------------------------------------

# is_over: the command is dead, and so are all processes with the marker of this row.
is_over()
{
	: >>"$row/fifo.lock"
	flock -n "$row/fifo.lock" true && ! pgscan -aq "WRAPPED=$row"
}

# is_up: the command runs and ignores all signals, or pgspawn has ended it already because
# the wrapper did not wait for it.
is_up()
{
	[ -e "$row/fifo.pid" ] || dead "$pid"
}

begin()
{
	rm -f "$row/fifo.pid"
	echo i >"$row/fifo.how"
	pgspawn -a -k 0.2 -K $$ -m "WRAPPED=$row" -- "$@" >/dev/null 2>&1 &
	pid=$!
	waitfor 20 is_up || echo "$name: not started"
}

end_it()
{
	wrap "$name" begin "$bin/tests/wrapped" -l "$row/fifo"
	kill -s TERM "$pid" 2>/dev/null
	wait "$pid"
	is_over || echo "$name outlives pgspawn"
	wrap "$name" begin "$bin/tests/wrapped" -l "$row/fifo"
	kill -s KILL "$pid" 2>/dev/null
	waitfor 20 is_over || echo "$name outlives a pgspawn that was killed"
}

testNothingOutlivesAnyOfThem()
{
	need_table && need flock || return 0
	each_row end_it
	assertEquals '' "$(cat said)"
}

. "$SHUNIT2"
