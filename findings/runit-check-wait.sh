#!/bin/sh
# sv -w N start of runit, for a service whose check script hangs.
#
# Guess: sv gives up after the N seconds of -w, whatever the check script does.
# Reality: sv waits for a check that has started without any limit, and if it succeeds in
# the end sv says "ok" and exits with 0, however late that is.
# Where it matters: a check such as "curl http://localhost/" without a limit of its own
# blocks sv, and the deployment that called it, for as long as the server does not answer.
# Put "timeout 2" into the check.
set -eu

version=2.1.2-54
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download "runit=$version" >/dev/null 2>&1
dpkg -x runit_*.deb root
PATH=$work/root/usr/bin:$work/root/bin:$PATH
mkdir service
printf '#!/bin/sh\nexec sleep 300\n' >service/run
printf '#!/bin/sh\nexec sleep 9\n' >service/check
chmod 755 service/run service/check
runsv service &
until [ -p service/supervise/control ]; do sleep 0.1; done

echo "runit $version, sv -w 2 start, a check that takes 9 s"
begun=$(date +%s)
status=0
sv -w 2 start ./service || status=$?
elapsed=$(($(date +%s) - begun))
echo "sv exits with $status after $elapsed s"
printf '#!/bin/sh\nexit 1\n' >service/check
failing=0
sv -w 2 start ./service || failing=$?
echo "with a check that fails at once it exits with $failing"
sv exit ./service >/dev/null || :
wait
[ "$status" -eq 0 ] && [ "$elapsed" -ge 8 ] && [ "$failing" -eq 1 ]
