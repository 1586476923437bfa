#!/bin/sh
# timeout-kill of an s6 service directory, and the restart of a service.
#
# Guess: where timeout-kill is 500, a service that ignores its down signal gets KILL
# after half a second, whether it is to stay down (s6-svc -d) or to restart (s6-svc -r).
# Reality: -d kills it; after -r the service lives on, however long that takes.
# Where it matters: a deployment that restarts services waits for ever for one that
# hangs. Bring it down, wait, and bring it up.
set -eu

version=2.11.3.2-1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download "s6=$version" "execline=$(apt-cache policy execline |
	sed -n 's/.*Candidate: //p')" >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
PATH=$work/root/usr/bin:$work/root/bin:$PATH
LD_LIBRARY_PATH=$(find "$work/root" -name 'lib*.so*' -exec dirname {} \; | sort -u | paste -sd :)
export PATH LD_LIBRARY_PATH

mkdir service
echo 500 >service/timeout-kill
cat >service/run <<-'END'
	#!/bin/sh
	trap '' TERM
	echo $$ >../pid
	while :; do sleep 0.1; done
END
chmod 755 service/run
s6-supervise service &

# lives N: is the process with that number the service still?
lives() { kill -s 0 "$1" 2>/dev/null; }

# up: waits until the service has written its number.
up() { until [ -s pid ]; do sleep 0.1; done; sleep 0.2; cat pid; }

echo "s6 $version, timeout-kill 500 ms"
pid=$(up)
s6-svc -r service
sleep 3
restarted=killed
lives "$pid" && restarted=alive
echo "3 s after s6-svc -r the service is $restarted"
s6-svc -d service
sleep 3
stopped=killed
lives "$pid" && stopped=alive
echo "3 s after s6-svc -d the service is $stopped"
s6-svc -x service
wait
[ "$restarted $stopped" = 'alive killed' ]
