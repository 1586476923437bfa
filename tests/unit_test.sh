#!/bin/sh
# unit_test.sh: parts of common/ that the commands do not show whole; the
# questions are in unit.c
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

assertUnit()
{
	run unit "$1"
	assertRan 0 '' ''
}

testNumbersAreParsedStrictly()
{
	assertUnit number
}

testSecondsAreParsedStrictly()
{
	assertUnit seconds
}

testEverySignalHasOneNameBothWays()
{
	assertUnit signame
}

testEntriesOfAnEnvironmentAreComparedWhole()
{
	assertUnit envblock
}

testSchedulesFollowTheirGrammar()
{
	assertUnit schedule
}

testHandlesAreReadAsTheyAreWritten()
{
	assertUnit procid
}

testALineageHoldsWholeHandles()
{
	assertUnit lineage
}

testTargetsNamedTwiceTakeNoRoom()
{
	assertUnit targets
}

testADeadlineIsNeverEarly()
{
	assertUnit deadline
}

testAStackGivesBackWhatCallsTookThatReturned()
{
	assertUnit stack
}

testAnUnknownPartFails()
{
	run unit nonsense
	assertRan 1 '' ''
}

. "$SHUNIT2"
