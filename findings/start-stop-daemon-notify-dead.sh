#!/bin/sh
# start-stop-daemon --notify-await of Debian, for a daemon that fails at its start.
#
# Guess: start-stop-daemon is the parent of the daemon: it sees at once that the daemon
# has ended without being ready, and fails.
# Reality: it waits for the whole --notify-timeout, then says that it timed out.
# Where it matters: a typing mistake in the configuration of a service delays the boot or
# the installation of a package by 60 s, which is the default, and the message misleads.
set -eu

version=1.21.23
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download "dpkg=$version" >/dev/null 2>&1
dpkg -x dpkg_*.deb root
cat >daemon <<-'END'
	#!/bin/sh
	echo $$ >"${0%/*}/pid"
	exit 3
END
chmod 755 daemon

echo "dpkg $version, a daemon that exits with 3, --notify-timeout 5"
begun=$(date +%s)
status=0
root/sbin/start-stop-daemon --start --background --notify-await --notify-timeout 5 \
	--pidfile "$work/none" --startas "$work/daemon" 2>message &
starter=$!
until [ -s pid ]; do sleep 0.1; done
sleep 2
state=dead
if kill -s 0 "$(cat pid)" 2>/dev/null; then
	state=$(sed -n 's/^State:.//p' "/proc/$(cat pid)/status" 2>/dev/null) || state=dead
fi
waits=no
kill -s 0 "$starter" 2>/dev/null && waits=yes
echo "2 s after its start the daemon is: $state; start-stop-daemon still waits: $waits"
wait "$starter" || status=$?
elapsed=$(($(date +%s) - begun))
sed 's|.*/start-stop-daemon|start-stop-daemon|' message
echo "start-stop-daemon exits with $status after $elapsed s"
case $state in dead | Z*) ;; *) exit 1 ;; esac
[ "$waits" = yes ] && [ "$status" -eq 2 ] && [ "$elapsed" -ge 4 ] &&
	grep -q 'timed out' message
