#!/bin/sh
# readme_test.sh: the session and the recipes in README.md, taken from the page
. "${src:-.}/tests/lib.sh"

# readme_session: prints the lines that a reader types in the first console block.
readme_session()
{
	awk '
		/^```/ { inside = /^```console$/; next }
		inside && /^[$>] / { print substr($0, 3) }' "$src/README.md"
}

testTheSessionRunsAsItStands()
{
	need_table || return 0
	need setsid || return 0
	readme_session >typed
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

# recipes: the block of shell below that headline.
recipes()
{
	awk '
		/^## / { here = $2 == "Recipes" }
		/^```/ { inside = /^```shell$/; next }
		here && inside' "$src/README.md"
}

testTheRecipesDoWhatTheySay()
{
	need_table && need_pty make timeout ls || return 0
	printf '#!/bin/sh\necho serving\nexec sleep 600\n' >server
	chmod +x server
	printf 'test:\n\t@sleep 600 & echo tested\n' >Makefile
	recipes >typed
	assertTrue "there are recipes" "[ -s typed ]"
	# Without TERM, as in CI, ls knows no colours.
	run env README_TEST="$$" PGTRACK_DIR="$PWD/run" TERM=xterm sh -e typed
	assertEquals "status, $err" 0 "$status"
	assertEquals "handles printed" 2 \
		"$(printf '%s\n' "$out" | grep -c '^[0-9]*:[0-9]*$')"
	assertContains "$out" tested
	assertContains "$out" "$(printf '\033[')"
	assertTrue "something is left" \
		'waitfor 5 nothing_carries "README_TEST=$$"'
}

# nothing_carries MARKER
nothing_carries()
{
	! pgscan -a -q "$1"
}

. "$SHUNIT2"
