# shellcheck shell=sh
# kernels_checks.sh: the checks of tests/kernels, with what is in kernels_init.sh.

# --- handles -----------------------------------------------------------------

testAHandleIsVerifiedAndItsGroupEnded()
{
	detached stubborn -f 2
	ends "0 ended TERM" "$handle"
	nobody_lives
}

testAnotherKeyMeansGone()
{
	detached sigreport
	ends "0 gone -" "${handle}1"
	untouched
}

# is_before MAJOR MINOR: the kernel is older than that.
is_before()
{
	IFS=. read -r major minor rest </proc/sys/kernel/osrelease
	[ "$major" -lt "$1" ] || { [ "$major" -eq "$1" ] &&
		[ "${minor%%[!0-9]*}" -lt "$2" ]; }
}

# has_inode PID: sets inode to that of the pidfd of the leader which this process has.
has_inode()
{
	inode=$(cat "/proc/$1/fdinfo/"* | awk -v leader="${handle%:*}" \
		'/^ino:/ { ino = $2 } /^Pid:/ && $2 == leader { print ino; exit }')
	[ -n "$inode" ]
}

testTheKeyIsTheInodeOrTheStartTime()
{
	detached sigreport
	if is_before 6 9; then
		is "$(stat_of "${handle%:*}" 20)" "${handle#*:}"
	else
		pgterm -R 0/30 "$handle" &
		waitfor has_inode $!
		is "$inode" "${handle#*:}"
	fi
}

testALeaderlessGroupIsVerifiedByItsLineage()
{
	leaderless stubborn -f 1
	ends "0 ended TERM" "$handle"
	nobody_lives
}

testALeaderlessGroupWithoutLineageIsLeftAlone()
{
	leaderless env -i /bin/sigreport
	ends "3 unverified -" "$handle"
	ends "3 unverified -" -a "$handle"
	untouched
}

testANumberGivenAgainMeansGone()
{
	detached sigreport
	kill -s KILL "${handle%:*}"
	pidreuse "${handle%:*}" sigreport >out &
	waitfor are_ready 1
	is "${handle%:*}" "$(told ready)"
	ends "0 gone -" "$handle"
	ends "0 gone -" -a "$handle"
	untouched
}

# --- pgterm ------------------------------------------------------------------

testAMemberThatIgnoresTermIsKilledWithoutItsLeader()
{
	leaderless stubborn -f 1 -i TERM
	ends "0 killed KILL" -k 0.3 "$handle"
	nobody_lives
}

testAGroupIsKilledWhoseLeaderEndsMeanwhile()
{
	detached env -i /bin/stubborn -l -f 2
	ends "0 killed KILL" -k 0.3 "$handle"
	nobody_lives
}

testAZombieIsGone()
{
	sh -c 'pgspawn -x -p 3 -- true 3>handle & exec sleep 60' &
	waitfor test -s handle
	handle=$(cat handle)
	waitfor in_state "${handle%:*}" Z
	ends "0 gone -" "$handle"
	ends "0 gone -" "${handle%:*}"
	is Z "$(stat_of "${handle%:*}" 1)"
}

testAStoppedGroupIsContinuedAndEnded()
{
	detached stubborn -S -f 1
	waitfor in_state "$(told leader)" T
	ends "0 ended TERM" "$handle"
	nobody_lives
}

# crowd COUNT: start so many groups; the file list has their handles, out their PIDs.
crowd()
{
	for each in $(seq "$1"); do
		pgspawn -d sleep 60
	done >list
	sed 's/:.*//; s/^/leader /' list >out
}

testFewDescriptorsAreEnough()
{
	crowd 30
	returns 0 sh -c 'ulimit -n 16 && exec pgterm' <list
	nobody_lives
}

testFiftyGroupsAreEndedAtOnce()
{
	crowd 50
	returns 0 pgterm <list
	nobody_lives
}

testEscapeesAreEndedToo()
{
	detached stubborn -s -D
	ends "0 ended TERM" -a "$handle"
	nobody_lives
}

testAllGroupsOfASessionAreEnded()
{
	handle=$(pgspawn -d -o out -- \
		sh -c 'freshsig -g stubborn & exec stubborn')
	waitfor are_ready 2
	ends "0 ended TERM" -S "$handle"
	nobody_lives
}

# --- pgspawn -----------------------------------------------------------------

testTheStatusIsThatOfTheCommand()
{
	returns 7 pgspawn sh -c 'exit 7'
	# shellcheck disable=SC2016
	returns 137 pgspawn sh -c 'kill -s KILL $$'
}

testTermIsPassedOn()
{
	foreground sigreport -x TERM
	kill -s TERM "$pid"
	returns 0 wait "$pid"
	is "ready [0-9]* TERM " "$(tr '\n' ' ' <out)"
}

testKillFollowsTheGracePeriod()
{
	foreground -k 0.3 stubborn -i TERM -f 1
	kill -s TERM "$pid"
	returns 137 wait "$pid"
	nobody_lives
}

testStopAndContinueReachBoth()
{
	foreground stubborn
	kill -s TSTP "$pid"
	waitfor in_state "$pid" T
	waitfor in_state "$(told leader)" T
	kill -s CONT "$pid"
	waitfor in_state "$(told leader)" S
	kill -s TERM "$pid"
	returns 143 wait "$pid"
}

testProcessesThatTheCommandLeavesAreEnded()
{
	returns 3 pgspawn -k 0.3 sh -c 'stubborn -i TERM -f 1 >out &
		until grep -q ready out; do sleep 0.05; done; exit 3'
	nobody_lives
}

testADaemonWithoutEnvironmentIsEndedToo()
{
	foreground -a stubborn -e -D -s
	kill -s TERM "$pid"
	returns 143 wait "$pid"
	nobody_lives
}

testTheGroupEndsWhenPgspawnIsKilled()
{
	foreground -K $$ stubborn -f 1
	kill -s KILL "$pid"
	waitfor all_dead
	nobody_lives
}

testTheGroupEndsWhenItsOwnerIsKilled()
{
	sleep 60 &
	keeper=$!
	foreground -K "$keeper" stubborn -f 1
	kill -s KILL "$keeper"
	returns 143 wait "$pid"
	nobody_lives
}

testDetachedItReturnsOnceItWasExecuted()
{
	returns 127 pgspawn -d /none
	handle=$(pgspawn -d sleep 60)
	dead "${handle%:*}" && fail "it is dead"
	ends "0 ended TERM" "$handle"
}

testTheTerminalHasItsSizeAndLosesNothing()
{
	is "30 100" "$(pgspawn -t -g 100x30 stty size | tr -d '\r')"
	is 100000 "$(pgspawn -t sh -c 'head -c 100000 /dev/zero | tr "\0" x' |
		wc -c)"
}

testItWaitsUntilTheCommandIsReady()
{
	handle=$(pgspawn -d -r notify -T 20 \
		sh -c 'sdnotify -w READY=1; >ready; exec sleep 60') ||
		fail "status $?"
	waitfor test -e ready
	ends "0 ended TERM" "$handle"
	returns 124 pgspawn -d -r notify -T 0.3 sleep 60
}

testACgroupIsMadeAndKilledAndRemoved()
{
	[ -e /sys/fs/cgroup/cgroup.procs ] || return 0
	if is_before 5 14; then
		# Before 5.14 the kernel cannot kill a cgroup as a whole.
		returns 125 pgspawn -c box true
		[ ! -e /sys/fs/cgroup/box ] || fail "it is there"
		return
	fi
	returns 0 pgspawn -k 0.3 -c box sh -c 'cat /proc/self/cgroup >place
		stubborn -e -D -i TERM >out &
		until grep -q ready out; do sleep 0.05; done'
	is "*0::/box" "$(cat place)"
	nobody_lives
	[ ! -e /sys/fs/cgroup/box ] || fail "it is still there"
}

# --- pgscan, pgtrack, pgup ---------------------------------------------------

testOrphansAreFoundByTheirMarker()
{
	detached -m KERNELS=lost stubborn -s
	is "orphan orphan " "$(pgscan KERNELS=lost | cut -f 4 | tr '\n' ' ')"
	is "*$handle*" "$(pgscan -g KERNELS=lost)"
	pgscan -g KERNELS=lost >list
	returns 0 pgterm <list
	nobody_lives
	returns 1 pgscan -aq KERNELS
}

testASupervisedProcessIsNotAnOrphan()
{
	foreground -m KERNELS=kept sigreport
	is supervised "$(pgscan -a KERNELS=kept | cut -f 4)"
	returns 1 pgscan KERNELS=kept
}

testARecordIsStaleOnceItsProcessWasKilled()
{
	export PGTRACK_DIR="$PWD/records"
	detached pgtrack exec web sigreport
	is "$handle" "$(pgtrack get web)"
	is "*web*running*" "$(pgtrack status web)"
	returns 5 pgspawn pgtrack exec web true
	returns 5 pgtrack rm web
	kill -s KILL "${handle%:*}"
	waitfor all_dead
	returns 1 pgtrack get web
	returns 0 pgtrack rm web
	returns 3 pgtrack get web
}

# runner: start pgup with two services; its PID is in $pid.
runner()
{
	printf '%s\n' 'one: stubborn -s -f 1 >>out' 'two: stubborn -D >>out' \
		>Procfile
	pgup >log 2>&1 &
	pid=$!
	waitfor are_ready 2
}

nothing_is_left()
{
	all_dead && ! pgscan -aq PGUP
}

testNothingIsLeftWhenPgupIsKilled()
{
	runner
	kill -s KILL "$pid"
	waitfor nothing_is_left
	nobody_lives
}

testNothingIsLeftWhenPgupIsAsked()
{
	runner
	kill -s TERM "$pid"
	returns 143 wait "$pid"
	nobody_lives
	nothing_is_left || fail "something is left"
}
