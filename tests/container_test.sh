#!/bin/sh
# container_test.sh: the Dockerfiles of procgroup(7), run by an engine of containers:
# the image has the programs of this machine.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# instruction NUMBER NAME: prints the value of this instruction in that Dockerfile of the
# page, with the escapes of mdoc resolved.
instruction()
{
	awk -v n="$1" -v name="$2" '
		/^FROM / { seen++ }
		seen == n && $1 == name { sub(/^[A-Z]* /, ""); print; exit }
	' "$src/man/procgroup.7" | sed 's/\\-/-/g; s/\\(dq/"/g'
}

# a_container NUMBER: makes the folder c, the bundle of a container from that Dockerfile.
a_container()
{
	args=$(instruction "$1" ENTRYPOINT)
	cmd=$(instruction "$1" CMD)
	[ -z "$cmd" ] || args=${args%]},${cmd#[}
	mkdir -p c/rootfs srv commands
	for command in pgspawn pgterm pgscan pgtrack pgkeep pgproc pgup; do
		cp "$bin/$command" commands
	done
	cat >c/config.json <<-END
	{
	"ociVersion": "1.0.0",
	"process": {
		"args": $args,
		"cwd": "$(instruction "$1" WORKDIR)",
		"env": ["PATH=/usr/local/bin:/usr/bin:/bin", "ASAN_OPTIONS=${ASAN_OPTIONS:-}"],
		"user": {"uid": 0, "gid": 0}
	},
	"root": {"path": "rootfs"},
	"mounts": [
		$(system_folders)
		{"destination": "/usr/local/bin", "type": "bind", "source": "$PWD/commands",
			"options": ["bind", "ro"]},
		{"destination": "/srv", "type": "bind", "source": "$PWD/srv",
			"options": ["bind", "rw"]},
		{"destination": "/proc", "type": "proc", "source": "proc"},
		{"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
		{"destination": "/dev/pts", "type": "devpts", "source": "devpts",
			"options": ["newinstance", "ptmxmode=0666"]},
		{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}
	],
	"linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}]}
	}
	END
}

system_folders()
{
	for folder in /usr /bin /lib /lib64 /etc; do
		[ ! -d "$folder" ] || printf '{"destination": "%s", "type": "bind",
			"source": "%s", "options": ["rbind", "ro"]},\n' "$folder" "$folder"
	done
}

# engine SCRIPT: run the script in a mount namespace with cgroup v2, which crun needs; it
# may call begin and stop, which start and stop the container c.
engine()
{
	cat >engine <<-'END'
	mount --make-rprivate / || exit
	umount -R /sys/fs/cgroup 2>/dev/null
	mount -t cgroup2 none /sys/fs/cgroup || exit
	crun() { command crun --root "$PWD/state" --cgroup-manager=disabled "$@"; }
	begin() {
		crun run --no-pivot --bundle c "procgroup-test-$$" </dev/null >printed 2>&1 &
		first=$!
		until grep -q up printed; do kill -0 $first || return; sleep 0.05; done
	}
	# The container may print before crun knows that it runs.
	stop() {
		until crun kill "procgroup-test-$$" TERM || ! kill -0 $first; do
			sleep 0.05
		done 2>/dev/null
		wait $first
	}
	eval "$1"
	END
	timeout 60 unshare --mount sh engine "$1"
}

may_run()
{
	need crun unshare || return 1
	[ "$(id -u)" -eq 0 ] || { skip 'for root only'; return 1; }
	a_container 1
	printf '#!/bin/sh\necho up\n' >srv/server
	chmod 755 srv/server
	engine begin >may 2>&1 && says printed up && return
	skip 'no container can be run here'
	return 1
}

testTheServerIsEndedAndItsStatusReturned()
{
	may_run || return 0
	cat >srv/server <<-'END'
	#!/bin/sh
	exec 2>/dev/null
	trap 'echo drained; exit 3' TERM
	echo "$$ of $PPID is up"
	while :; do sleep 0.05; done
	END
	engine 'begin; stop'
	assertEquals "$(cat printed)" 3 $?
	assertEquals '2 of 1 is up
drained' "$(cat printed)"
}

testWhatTheServerLeavesIsSignalledToo()
{
	may_run || return 0
	cat >srv/server <<-'END'
	#!/bin/sh
	exec 2>/dev/null
	trap 'exit 0' TERM
	setsid sh -c 'trap "echo drained; exit" TERM; echo up; while :; do sleep 0.05; done' &
	while :; do sleep 0.05; done
	END
	engine 'begin; stop'
	assertEquals "$(cat printed)" 0 $?
	assertEquals 'up
drained' "$(cat printed)"
}

testOrphansAreReaped()
{
	may_run || return 0
	cat >srv/server <<-'END'
	#!/bin/sh
	for i in 1 2 3 4 5 6 7 8 9; do sh -c 'setsid true & true &'; done
	n=9
	while [ "$n" -gt 0 ]; do
		n=$(cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z ')
		sleep 0.05
	done
	echo up
	END
	engine begin
	assertEquals "$(cat printed)" up "$(cat printed)"
}

testPgupMayBeProcessOne()
{
	may_run || return 0
	a_container 2
	cat >srv/Procfile <<-'END'
	db: sleep 600
	web: trap 'sleep 0.1; echo drained; exit 0' TERM; echo up; while :; do sleep 0.05; done
	END
	engine 'begin; stop'
	assertEquals "$(cat printed)" 143 $?
	assertLike 'what it printed' "*drained*" "$(cat printed)"
}

. "$SHUNIT2"
