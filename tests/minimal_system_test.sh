#!/bin/sh
# minimal_system_test.sh: a system without pseudo-terminals or without /proc, such as a
# chroot or a build container
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# without PLACE COMMAND...: run it where PLACE, /dev/pts or /proc, is an empty folder;
# "without ptmx": where /dev/ptmx is missing, too.
without()
{
	# shellcheck disable=SC2016
	run timeout -s KILL 60 unshare --mount sh -c '
		case $1 in
		ptmx)	mount -t tmpfs none /dev && mkdir /dev/pts &&
			mknod /dev/null c 1 3 || exit 99 ;;
		*)	mount -t tmpfs none "$1" || exit 99 ;;
		esac
		shift && exec "$@"' sh "$@"
}

need_mounts()
{
	need_root && need_unshare --mount
}

# need_no_proc: skip the test in a build with a sanitizer, which itself needs /proc.
need_no_proc()
{
	need_mounts && need_keys || return
	grep -q '__[a-z]*san_' "$bin/pgscan" || return 0
	skip 'this build needs /proc'
	return 1
}

testWithoutPseudoTerminalsTheMessageNamesThem()
{
	need_mounts && need_pty || return 0
	for how in '' -a '-L x' -d '-r notify'; do
		# shellcheck disable=SC2086
		without /dev/pts pgspawn -t $how touch ran
		assertRan 125 '' \
		    'pgspawn: no pseudo-terminal: /dev/pts is not mounted'
		# shellcheck disable=SC2086
		without ptmx pgspawn -t $how touch ran
		assertRan 125 '' \
		    'pgspawn: no pseudo-terminal: /dev/ptmx is missing'
	done
	assertFalse 'the command ran' '[ -e ran ]'
}

testWithoutPseudoTerminalsTheTestsAreSkipped()
{
	need_mounts && need_pty || return 0
	without /dev/pts haspty
	assertEquals "status: $out" 1 "$status"
	without ptmx haspty
	assertEquals "status: $out" 1 "$status"
}

testWithoutProcStartingAndEndingWork()
{
	need_no_proc || return 0
	# shellcheck disable=SC2016
	without /proc sh -c 'pgspawn -K $$ sh -c "exit 7"
		echo $?; h=$(pgspawn -d sleep 60) && pgterm -q "$h"; echo $?'
	assertRan 0 "7
0" ''
}

testWithoutProcTheMessageNamesIt()
{
	need_no_proc || return 0
	handle=$(pgspawn -d sleep 60)
	record_group "$handle"
	pgtrack -D rec add web "$handle"
	without /proc pgscan
	assertRan 3 '' 'pgscan: processes: /proc is not mounted'
	without /proc pgterm -a "$handle"
	assertRan 3 '' 'pgterm: cannot look at processes: /proc is not mounted'
	without /proc pgspawn -- pgtrack -D rec exec db -- touch ran
	assertRan 4 '' \
	    'pgtrack: exec: cannot tell my own handle: /proc is not mounted'
	without /proc pgtrack -D rec add db "$handle"
	assertRan 4 '' "pgtrack: $handle: unverifiable: /proc is not mounted"
	without /proc pgtrack -D rec get web
	assertRan 4 '' 'pgtrack: web: unverifiable: /proc is not mounted'
	assertFalse 'the command ran' '[ -e ran ]'
	assertTrue 'it was ended' "group_alive $handle"
}

. "$SHUNIT2"
