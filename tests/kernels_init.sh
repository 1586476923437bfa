#!/bin/sh
# kernels_init.sh: process 1 of the virtual machine of tests/kernels (/init), and the
# functions that the checks in kernels_checks.sh share. Every function there whose name
# begins with test is a check. It runs in a directory and a session of its own, for a
# minute at most; its output is printed if it fails.
set -u

boot()
{
	export PATH=/bin HOME=/tmp
	/bin/busybox --install -s /bin
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs dev /dev
	mkdir -p /dev/pts
	mount -t devpts devpts /dev/pts
	mount -t tmpfs tmpfs /tmp
	mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null
	# The last line of the kernel or the firmware may have no newline.
	printf '\nkernel %s\n' "$(uname -r)"
	sed -n 's/^\(test[A-Za-z]*\)()$/\1/p' /checks >/tmp/names
	while read -r name; do
		try "$name" </dev/null
	done </tmp/names
	echo 'done'
	poweroff -f
}

try()
{
	status=0
	mkdir "/tmp/$1"
	setsid timeout 60 sh /init "$1" >/tmp/seen 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		echo "ok $1"
	else
		echo "not ok $1: status $status, $(tr '\n' ' ' </tmp/seen)"
	fi
}

# --- functions of the checks --------------------------------------------------

fail()
{
	echo "$*"
	exit 1
}

# is PATTERN TEXT: fail unless TEXT matches the shell pattern.
is()
{
	# shellcheck disable=SC2254
	case $2 in
	$1)	;;
	*)	fail "expected $1 but was $2" ;;
	esac
}

# returns STATUS COMMAND...: fail unless the command ends with this status.
returns()
{
	status=0 expected=$1
	shift
	"$@" || status=$?
	is "$expected" "$status"
}

# waitfor COMMAND...: wait until the command succeeds; fail after 20 s.
waitfor()
{
	tries=400
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || fail "never came: $*"
		sleep 0.05
	done
}

# stat_of PID N: prints the Nth field behind the name in /proc/PID/stat.
stat_of()
{
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f "$2"
}

in_state()
{
	[ "$(stat_of "$1" 1)" = "$2" ]
}

# dead PID: the process does not exist, or is a zombie.
dead()
{
	case $(stat_of "$1" 1) in
	''|Z|X)	;;
	*)	return 1 ;;
	esac
}

# told NAME: prints the PIDs that stubborn and sigreport wrote to the file out under this
# name.
told()
{
	sed -n "s/^$1 \\([0-9]*\\)\$/\\1/p" out
}

are_ready()
{
	[ "$(grep -c '^ready' out)" -eq "$1" ]
}

all_dead()
{
	for each in $(told '[a-z]*'); do
		dead "$each" || return
	done
}

nobody_lives()
{
	[ -s out ] || fail "nobody was there"
	all_dead || fail "process $each lives: $(tr '\n' ' ' <out)"
}

# detached ARGUMENT...: start stubborn or sigreport by pgspawn -d; the handle is in $handle.
detached()
{
	handle=$(pgspawn -d -o out "$@") || fail "pgspawn -d: $?"
	waitfor are_ready 1
}

# leaderless COMMAND...: start it as a member of the group $handle, which has no leader.
leaderless()
{
	# shellcheck disable=SC2016
	pgspawn -x -p 3 -- sh -c '"$@" >out & :' sh "$@" 3>handle
	handle=$(cat handle)
	waitfor are_ready 1
}

# foreground ARGUMENT...: start stubborn or sigreport by a pgspawn in the foreground, whose
# PID is in $pid. It has a group of its own, which is not orphaned: TSTP can stop it.
foreground()
{
	freshsig -g pgspawn "$@" >out &
	pid=$!
	waitfor are_ready 1
}

# ends "STATUS OUTCOME SIGNAL" ARGUMENT...: fail unless pgterm ends with this status, and
# reports this outcome and this last signal.
ends()
{
	status=0 expected=$1
	shift
	line=$(pgterm -qv "$@") || status=$?
	is "$expected" "$status $(echo "$line" | cut -f 2,3 | tr '\t' ' ')"
}

# untouched: sigreport got no signal but the USR1 that is sent here.
untouched()
{
	kill -s USR1 "$(told ready)"
	waitfor grep -qx USR1 out
	is "ready [0-9]* USR1 " "$(tr '\n' ' ' <out)"
}

case $0:$$ in
/init:1)
	boot ;;
/init:*)
	. /checks
	cd "/tmp/$1" && "$1" ;;
esac
