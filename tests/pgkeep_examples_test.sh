#!/bin/sh
# pgkeep_examples_test.sh: the examples of pgkeep(1), taken from the page
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

testAServiceIsKeptListedAndEnded()
{
	page_example pgkeep.1 1
	run timeout 30 sh ./script
	assertRan 0 'web	running	1	143' ''
	assertEquals 'stopped 1 143' "$(grep . run/web)"
}

testAServiceStartsWhenAnotherIsDone()
{
	page_example pgkeep.1 2
	run timeout 30 sh ./script
	assertRan 0 '' "pgkeep: setup: exited with status 0
pgkeep: web: exited with status 0"
}

. "$SHUNIT2"
