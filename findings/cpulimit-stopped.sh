#!/bin/sh
# cpulimit, and a process that somebody else has stopped.
#
# Guess: a process that was stopped (Ctrl-Z, a supervisor that pauses, kill -s STOP) uses no
# processor time, so cpulimit has nothing to do and leaves it alone.
# Reality: cpulimit knows only the STOP of its own: its next CONT makes the process go on.
# Where it matters: under cpulimit nothing can be paused, neither a job of a shell nor the
# writers of a disk while a snapshot is taken; the stop seems to have worked for some
# milliseconds. Stop cpulimit first.
set -eu

version=2.8-1
work=$(mktemp -d)
busy=''
limiter=''
cleanup() {
	for pid in $limiter $busy; do kill -s KILL "$pid" 2>/dev/null || :; done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
apt-get -q download "cpulimit=$version" >/dev/null 2>&1
dpkg -x cpulimit_*.deb root

# used: the processor time of the process so far, in ticks.
used() { sed 's/.*) //' "/proc/$busy/stat" | awk '{ print $12 + $13 }'; }

# after_stop: stops the process, and prints how many ticks it uses in 3 s after that.
after_stop() {
	kill -s STOP "$busy"
	sleep 0.5
	before=$(used)
	sleep 3
	echo $(($(used) - before))
}

echo "cpulimit $version"
sh -c 'while :; do :; done' &
busy=$!
sleep 1
alone=$(after_stop)
echo "stopped, without cpulimit: $alone ticks in 3 s"
kill -s CONT "$busy"
root/usr/bin/cpulimit -l 50 -p "$busy" >/dev/null 2>&1 &
limiter=$!
sleep 2
limited=$(after_stop)
echo "stopped, under cpulimit -l 50: $limited ticks in 3 s"
[ "$alone" -eq 0 ] && [ "$limited" -gt 0 ]
