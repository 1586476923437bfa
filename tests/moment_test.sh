#!/bin/sh
# moment_test.sh: what happens at one moment, between a look and what follows from
# it, which no test would hit on a real system; the moments are in moment.c
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

assertMoment()
{
	run moment "$1"
	assertRan 0 '' ''
	assertEquals '' "$(ls -A)"
}

testAProcessThatLeftItsGroupSinceTheListIsNoMember()
{
	assertMoment pgwatch
}

testASnapshotDuringAPidWrapIsIncomplete()
{
	assertMoment proctable
}

testTheChildOfAMemberThatVanishedVerifiesTheHandle()
{
	assertMoment handle
}

testANumberThatWasGivenAwayIsNoEscapee()
{
	assertMoment escapee
}

testANumberThatWasGivenAwayIsNoOrphan()
{
	assertMoment orphan
}

testAReusedPidIsForgotten()
{
	assertMoment pidcache
}

testARemovedLockFileIsNoLock()
{
	assertMoment recorddir
}

testAServiceWhoseMemberWasHiddenIsNotForgotten()
{
	assertMoment claim
}

testAStartRemovesNoStopThatCameMeanwhile()
{
	assertMoment want
}

testWithoutTheLockWritesAreWholeLinesAndAtomic()
{
	assertMoment output
}

testADeadChildWithTheNumberOfTheLeaderIsReaped()
{
	assertMoment reaper
}

testAnUnknownMomentFails()
{
	run moment nonsense
	assertRan 1 '' ''
}

# assertParts PROGRAM: all of its checks hold, and it leaves no file.
assertParts()
{
	run "$1"
	assertRan 0 '' ''
	assertEquals '' "$(ls -A)"
}

testHandlesAreVerifiedByTheirRules()
{
	assertParts handles
}

testServicesAreClaimedByTheirRules()
{
	assertParts claims
}

. "$SHUNIT2"
