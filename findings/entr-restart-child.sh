#!/bin/sh
# entr -r, for a script whose server takes a moment to end.
#
# Guess: its page says that entr waits for the utility to exit, so that its sockets are
# closed before the next one starts; and it signals the whole process group.
# Reality: the signal reaches the group, but the wait is for the script alone: the next
# script runs while the server of the last one is still busy with its end.
# Where it matters: "address already in use" after some of the saves, and two servers
# that write to one database; write "exec server" at the end of the script.
set -eu

version=5.3-1
work=$(mktemp -d)
entr=''
cleanup() {
	for pid in $entr $(cat servers 2>/dev/null); do
		kill -s KILL "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
apt-get -q download "entr=$version" >/dev/null 2>&1
dpkg -x entr_*.deb root
cat >server <<-'END'
	#!/bin/sh
	trap 'sleep 5; exit' TERM
	echo $$ >>servers
	while :; do sleep 0.1; done
END
printf '#!/bin/sh\n./server &\nwait\n' >by-wait
printf '#!/bin/sh\nexec ./server\n' >by-exec
chmod 755 server by-wait by-exec

# lives PID: a zombie is dead.
lives() {
	case $(sed -n 's/^State:.\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) in
	'' | Z | X) return 1 ;;
	esac
}

# restarted SCRIPT: the state of the first server once the second has started.
restarted() {
	rm -f servers
	echo 1 >source
	echo source >files
	root/usr/bin/entr -n -r "./$1" <files >/dev/null 2>&1 &
	entr=$!
	until [ -s servers ]; do sleep 0.1; done
	sleep 1
	echo 2 >>source
	until [ "$(wc -l <servers)" -ge 2 ]; do sleep 0.1; done
	first=$(head -n 1 servers)
	state=dead
	lives "$first" && state=alive
	echo "$state"
	kill -s KILL "$entr"
	wait "$entr" 2>/dev/null || :
	entr=''
	# shellcheck disable=SC2046
	kill -s KILL $(cat servers) 2>/dev/null || :
}

echo "entr $version, a server that takes 5 s to end"
waited=$(restarted by-wait)
echo "server & wait: when the second starts the first is $waited"
replaced=$(restarted by-exec)
echo "exec server:   when the second starts the first is $replaced"
[ "$waited $replaced" = 'alive dead' ]
