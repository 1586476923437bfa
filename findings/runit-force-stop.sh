#!/bin/sh
# sv force-stop of runit, for a service that has to be killed.
#
# Guess: as with other commands of sv the status is 0 if what was asked for holds at
# the end: the service is down.
# Reality: the service is killed and down, and sv exits with 1 all the same.
# Where it matters: a script with "set -e" ends at a stop that has worked. Ask for the
# state with "sv status" instead.
set -eu

version=2.1.2-54
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download "runit=$version" >/dev/null 2>&1
dpkg -x runit_*.deb root
PATH=$work/root/usr/bin:$work/root/bin:$PATH
mkdir service
cat >service/run <<-'END'
	#!/bin/sh
	trap '' TERM
	echo $$ >../pid
	while :; do sleep 0.1; done
END
chmod 755 service/run
runsv service &
until [ -s pid ]; do sleep 0.1; done

echo "runit $version"
status=0
sv -w 2 force-stop ./service || status=$?
sleep 1
state=alive
kill -s 0 "$(cat pid)" 2>/dev/null || state=dead
echo "sv force-stop exits with $status, the service is $state"
sv status ./service || :
sv exit ./service >/dev/null || :
wait
[ "$status $state" = '1 dead' ]
