#!/bin/sh
# tini -p, started by a thread of a program that lives on.
#
# Guess: the signal of -p comes when the parent, the program, has ended.
# Reality: it comes as soon as the thread that started tini ends, though the program is
# alive and is still the parent. (The kernel's parent death signal is tied to the thread.)
# Where it matters: test runners and web servers start programs from a pool whose idle
# threads end; their children die "for no reason" seconds or hours later.
set -eu

version=0.19.0-1+b3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download "tini=$version" >/dev/null 2>&1
dpkg -x tini_*.deb root
cat >program.py <<-'END'
	import subprocess, threading, time

	started = []

	def start(seconds):
	    started.append(subprocess.Popen(
	        ["root/usr/bin/tini", "-s", "-p", "SIGTERM", "--", "sleep", "30"]))
	    time.sleep(seconds)

	def tini(seconds):
	    """What tini is 5 s after its start by a thread that lives so long."""
	    thread = threading.Thread(target=start, args=(seconds,))
	    thread.start()
	    time.sleep(5)
	    child = started.pop()
	    status = child.poll()
	    if status is None:
	        child.terminate()
	        child.wait()
	    thread.join()
	    return "alive" if status is None else "dead, with status %d" % status

	print("the thread lives: tini is", tini(7))
	print("the thread has ended: tini is", tini(2))
END

echo "tini $version, -p SIGTERM"
python3 program.py | tee output
grep -qx 'the thread lives: tini is alive' output &&
	grep -qx 'the thread has ended: tini is dead, with status 143' output
