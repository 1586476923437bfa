#!/bin/sh
# supervisord that ends, with programs of one priority that ignore TERM.
#
# Guess: programs of the same priority are asked to end together, as "supervisorctl
# stop all" does it, and all have ended after one stopwaitsecs.
# Reality: at its own end supervisord takes them one by one: the next program gets its
# TERM when the one before is dead. Three programs with 2 s each take 6 s.
# Where it matters: as process 1 of a container the last programs get no TERM at all: the
# engine kills everything after its 10 s. Say "stop all" before, or put the programs into
# one [group:x].
set -eu

version=4.2.5-1
work=$(mktemp -d)
supervisord=''
cleanup() {
	for pid in $supervisord $(cat pid.? 2>/dev/null); do
		kill -s KILL "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
apt-get -q download "supervisor=$version" "python3-pkg-resources=$(
	apt-cache policy python3-pkg-resources | sed -n 's/.*Candidate: //p')" >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
export PYTHONPATH="$work/root/usr/lib/python3/dist-packages"

cat >stubborn <<-'END'
	#!/bin/sh
	echo $$ >pid.$1
	trap '' TERM
	while :; do sleep 0.1; done
END
# configure LINE...: the three programs, and lines that come after them.
configure() {
	cat >config <<-END
		[supervisord]
		nodaemon=true
		user=$(id -un)
		logfile=$work/log
		pidfile=$work/pidfile
		[unix_http_server]
		file=$work/socket
		[rpcinterface:supervisor]
		supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
		[supervisorctl]
		serverurl=unix://$work/socket
	END
	for name in a b c; do
		printf '[program:%s]\ncommand=sh stubborn %s\n' $name $name
		printf 'startsecs=0\nstopwaitsecs=2\n'
	done >>config
	printf '%s\n' "$@" >>config
}

# start: all three programs ignore TERM by now.
start() {
	rm -f pid.*
	: >log
	/usr/bin/python3 -W ignore root/usr/bin/supervisord -c config >/dev/null 2>&1 &
	supervisord=$!
	until [ -s pid.a ] && [ -s pid.b ] && [ -s pid.c ] && [ -S socket ]; do sleep 0.1; done
	sleep 1
}

# spread: the seconds between the first KILL and the last, of the three in the log.
spread() {
	sed -n 's/^[^ ]* \([0-9:]*\),.* killing .*/\1/p' log |
		awk -F: '{ t[NR] = $1 * 3600 + $2 * 60 + $3 }
			END { print NR == 3 ? (t[3] - t[1] + 86400) % 86400 : "not 3" }'
}

# finish: has supervisord end, and waits for it.
finish() {
	kill "$supervisord"
	wait "$supervisord" || :
	supervisord=''
}

echo "supervisor $version, 3 programs, stopwaitsecs 2"
configure
start
/usr/bin/python3 -W ignore root/usr/bin/supervisorctl -c config stop all
together=$(spread)
echo "stop all: $together s from the first KILL to the last"
finish
start
finish
sed -n 's/^[^ ]* \([0-9:]*\),[0-9]* [A-Z]* \(killing\|stopped\)/\1 \2/p' log
apart=$(spread)
echo "TERM to supervisord: $apart s"
configure '[group:x]' 'programs=a,b,c'
start
finish
grouped=$(spread)
echo "TERM to supervisord, the programs in one group: $grouped s"
[ "$together" -lt 2 ] && [ "$apart" -ge 3 ] && [ "$grouped" -lt 2 ]
