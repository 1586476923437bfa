#!/bin/sh
# unbuffer of expect, and a program that a signal kills.
#
# Guess: unbuffer passes on how the program ended: 7 for exit 7, and so 137 for KILL.
# Reality: 7 for 7, and 0 for any signal. (expect reports a signal elsewhere than in the
# status, which is 0 then.)
# Where it matters: "unbuffer make test | tee log" in CI, under "pipefail": a test program
# that is killed for want of memory, or that ends at an assertion, passes.
set -eu

version=5.45.4-2+b1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download "expect=$version" "tcl-expect=$version" "libtcl8.6=$(
	apt-cache policy libtcl8.6 | sed -n 's/.*Candidate: //p')" >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(find "$work/root" -name 'lib*.so*' -exec dirname {} \; | sort -u | paste -sd :)
TCL_LIBRARY=$work/root/usr/share/tcltk/tcl8.6
export LD_LIBRARY_PATH TCL_LIBRARY

# status_of COMMAND: that of unbuffer for it.
status_of() {
	status=0
	root/usr/bin/expect "$(find root/usr/bin -name '*unbuffer' | head -n 1)" \
		sh -c "$1" </dev/null >/dev/null || status=$?
	echo "$status"
}

echo "expect $version"
exited=$(status_of 'exit 7')
killed=$(status_of 'kill -s KILL $$')
aborted=$(status_of 'kill -s ABRT $$')
echo "unbuffer exits with $exited for exit 7, $killed for KILL, $aborted for ABRT"
[ "$exited $killed $aborted" = '7 0 0' ]
