#!/bin/sh
# pm2 stop, for a shell script with a program in the background.
#
# Guess: pm2 ends the whole tree (treekill is the default), and what is not gone after
# kill_timeout gets KILL: nothing is left of a stopped app.
# Reality: the program lives on, after "pm2 kill" too. Two things meet: pm2 asks with INT,
# which a shell without job control lets its "&" children ignore, and pm2 comes to KILL
# only if the script is still there, which ends at INT.
# Where it matters: each start script of the form "worker & exec server" or "a & b & wait"
# leaves a worker behind at each restart. Set PM2_KILL_SIGNAL=SIGTERM for pm2, or start
# each program as an app of its own.
set -eu

version=6.0.8
work=$(mktemp -d)
cleanup() {
	[ ! -e node_modules/.bin/pm2 ] || pm2 kill >/dev/null 2>&1 || :
	[ ! -s worker ] || kill -s KILL "$(cat worker)" 2>/dev/null || :
	cd /
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" "pm2@$version" >/dev/null
export PM2_HOME="$work/home"
cat >app.sh <<-'END'
	#!/bin/sh
	sleep 300 &
	echo $! >worker
	wait
END
chmod 755 app.sh

pm2() { node node_modules/pm2/bin/pm2 "$@"; }

# state: of the program in the background; a zombie is dead.
state() {
	case $(sed -n 's/^State:.\(.\).*/\1/p' "/proc/$(cat worker)/status" 2>/dev/null) in
	'' | Z | X) echo dead ;;
	*) echo alive ;;
	esac
}

# stopped: the state of the worker 3 s after the stop of its app.
stopped() {
	rm -f worker
	pm2 start ./app.sh --name app --silent
	until [ -s worker ]; do sleep 0.2; done
	sleep 1
	pm2 stop app --silent
	sleep 3
	state
}

echo "pm2 $(pm2 --version | tail -n 1)"
after_stop=$(stopped)
echo "after pm2 stop, with the default signal: the app is $(
	pm2 jlist | grep -o '"status":"[a-z]*"'), its worker is $after_stop"
sed -n 's/^SigIgn/signals that the worker ignores/p' "/proc/$(cat worker)/status"
pm2 kill >/dev/null
sleep 1
after_kill=$(state)
echo "after pm2 kill: the worker is $after_kill"
kill -s KILL "$(cat worker)" 2>/dev/null || :
export PM2_KILL_SIGNAL=SIGTERM
asked=$(stopped)
echo "after pm2 stop, with PM2_KILL_SIGNAL=SIGTERM: the worker is $asked"
[ "$after_stop $after_kill $asked" = 'alive alive dead' ]
