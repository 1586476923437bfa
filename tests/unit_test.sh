#!/bin/sh
# unit_test.sh: parts of common/ that no command exercises completely; the checks are in
# unit.c
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

testACommandThatEndedIsJudgedByItsPolicyAndItsRestarts()
{
	assertUnit restart
}

testTheStartOrderFollowsFromAfter()
{
	assertUnit startorder
}

testADeadlineIsNeverEarly()
{
	assertUnit deadline
}

testAReplacedFileIsReadWhole()
{
	assertUnit dirfile
	assertEquals '' "$(ls -A)"
}

testAFullDiskHasRoomForWhatIsThereAlready()
{
	need_disk || return 0
	run on_small_disk 64k 'cd disk && echo text >a &&
		dd if=/dev/zero of=filler bs=1k count=64 2>/dev/null
		! cat a >none || exit 99
		rm none; unit fulldisk && ls -A'
	assertRanLike 0 "a
filler" '*'
}

testAWantIsAnsweredOnceAndByItsSerial()
{
	assertUnit want
	assertEquals '' "$(ls -A)"
}

testAKeepersFileIsItsOwn()
{
	assertUnit svckeeper
	assertEquals '' "$(ls -A)"
}

testTheStackOfFinishedCallsIsGivenBack()
{
	assertUnit stack
}

# The driver makes ten thousand inputs, the same in each run.
testProcfilesAgreeWithTheirGrammarAndTheirOrder()
{
	run "$bin/tests/fuzz/procfile" -n 10000 \
	    "$src/tests/fuzz/corpus/procfile"/*
	assertRan 0 '' ''
}

testTheArgumentsOfMacOSHoldAnEnvironment()
{
	assertUnit procargs
}

testAGroupOfZombiesDoesNotRefuse()
{
	assertUnit zombies
}

testTheDescriptorLimitIsNotExceeded()
{
	assertUnit limit
}

testALineKeepsTheOutputToItselfForSixteenMegabytes()
{
	assertUnit linebuf
}

testTheProcessTableOfMacOSIsParsed()
{
	run "$bin/tests/fuzz/procargs" -n 20000 \
	    "$src/tests/fuzz/corpus/procargs"/*
	assertRan 0 '' ''
}

testEnvironmentFilesAgreeWithTheirGrammar()
{
	run "$bin/tests/fuzz/envfile" -n 10000 \
	    "$src/tests/fuzz/corpus/envfile"/*
	assertRan 0 '' ''
}

testAnUnknownPartFails()
{
	run unit nonsense
	assertRan 1 '' ''
}

. "$SHUNIT2"
