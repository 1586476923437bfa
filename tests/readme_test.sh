#!/bin/sh
# readme_test.sh: the session in README.md, from the page itself.
. "${src:-.}/tests/lib.sh"

# session: the lines of the first console block that a reader types.
session()
{
	awk '
		/^```/ { inside = /^```console$/; next }
		inside && /^[$>] / { print substr($0, 3) }' "$src/README.md"
}

testTheSessionRunsAsItStands()
{
	need_table || return 0
	need setsid || return 0
	session >typed
	assertTrue "there is a session" "[ -s typed ]"
	run sh -e typed
	assertEquals "status, $err" 0 "$status"
	assertEquals "handles printed" 2 \
		"$(printf '%s\n' "$out" | grep -c '^[0-9]*:[0-9]*$')"
	assertContains "$out" built
	assertContains "$out" APP=shop:db
	run pgscan -a -q 'APP=shop:*'
	assertRan 1 "" ""
}

. "$SHUNIT2"
