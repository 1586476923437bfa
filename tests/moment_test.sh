#!/bin/sh
# moment_test.sh: races and failures that no test can cause on a real system. The programs
# moment, handles, groups ... check C files with simulated system calls.
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

# assertParts PROGRAM: all checks of this program succeed, and it leaves no file.
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

testGroupsAreSignalledAndWatchedByTheirRules()
{
	assertParts groups
}

testRecordsAreReadAndWrittenByTheirRules()
{
	assertParts records
}

testGroupsAreAwaitedByTheirRules()
{
	assertParts watches
}

testServicesAreKeptByTheirRules()
{
	assertParts keepers
}

testEscapeesAreFoundByTheirRules()
{
	assertParts escapees
}

testStraysAreFoundByTheirRules()
{
	assertParts strays
}

testGroupsAreShutDownByTheirSchedule()
{
	assertParts shutdowns
}

testServicesAreClaimedByTheirRules()
{
	assertParts claims
}

. "$SHUNIT2"
