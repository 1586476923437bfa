#!/bin/sh
# script -e of util-linux, when script itself is asked to end.
#
# Guess: its page promises the status of the command with -e, 128 and the number if a
# signal ended that; so a script that is ended, and ends its command, does not exit with 0.
# Reality: it exits with 0, whatever became of the command, though the same signal to the
# command gives 143.
# Where it matters: "script -qec 'make test' log", which gives tests a terminal in CI,
# counts as passed when a time limit or a cancelled job ends it.
set -eu

version=1:2.38.1-5+deb12u3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download "bsdutils=$version" >/dev/null 2>&1
dpkg -x bsdutils_*.deb root
cat >tests <<-'END'
	#!/bin/sh
	trap 'echo "the command gets HUP, exits with 7" >outcome; exit 7' HUP
	trap 'echo "the command gets TERM, exits with 7" >outcome; exit 7' TERM
	echo $$ >pid
	while :; do sleep 0.1; done
END

# ended WHICH: the status of script when it, or its command, has got TERM.
ended() {
	rm -f pid
	SHELL=/bin/sh root/usr/bin/script -qec "$2" /dev/null </dev/null >/dev/null 2>&1 &
	script=$!
	until [ -s pid ]; do sleep 0.1; done
	case $1 in
	script) kill "$script" ;;
	command) kill "$(cat pid)" ;;
	esac
	status=0
	wait "$script" || status=$?
	echo "$status"
}

echo "script of bsdutils $version"
command=$(ended command 'echo $$ >pid; exec sleep 60')
echo "TERM to the command: script -e exits with $command"
script=$(ended script 'exec sh ./tests')
until [ -s outcome ]; do sleep 0.1; done
echo "TERM to script: $(cat outcome), script -e exits with $script"
[ "$command $script" = '143 0' ]
