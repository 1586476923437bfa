#!/bin/sh
# shellcheck disable=SC2016 # the shell beside the manager expands it
# systemd_test.sh: systemd runs units with pgspawn, and the units that pgexport writes. It is
# a user manager in namespaces of its own, without the units and settings of this machine.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

manager=/lib/systemd/systemd

# under_manager SCRIPT: run the script beside a manager with the units of the folder units.
# At its end the cgroup is killed with all of its processes.
under_manager()
{
	mkdir -p units home
	for unit in basic default shutdown; do
		printf '[Unit]\nDescription=%s\n' "$unit" >"units/$unit.target"
	done
	cat >inside <<-END
	mount --make-rprivate / && mount -t tmpfs none /run || exit
	umount -R /sys/fs/cgroup 2>/dev/null
	mount -t cgroup2 none /sys/fs/cgroup || exit
	cgroup=/sys/fs/cgroup/procgroup-test.\$1
	mkdir "\$cgroup" && echo \$\$ >"\$cgroup/cgroup.procs" || exit
	mkdir -p /run/systemd/system /run/user/0 && chmod 700 /run/user/0
	export XDG_RUNTIME_DIR=/run/user/0 HOME="\$PWD/home" SYSTEMD_UNIT_PATH="\$PWD/units"
	$manager --user >manager.log 2>&1 &
	until systemctl --user list-units >/dev/null 2>&1 || ! kill -0 \$!; do
		sleep 0.05
	done
	$1
	status=\$?
	echo \$\$ >/sys/fs/cgroup/cgroup.procs
	echo 1 >"\$cgroup/cgroup.kill"
	until find "\$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null; do
		sleep 0.05
	done
	exit \$status
	END
	timeout 100 unshare --mount --pid --fork --kill-child --mount-proc sh inside "$$"
}

# may_run: skip the test where no user manager can be started.
may_run()
{
	need systemctl systemd-notify unshare || return 1
	[ "$(id -u)" -eq 0 ] || { skip 'for root only'; return 1; }
	under_manager 'systemctl --user list-units' >may 2>&1 || {
		skip 'no user manager of systemd can be started here'
		return 1
	}
}

# --- pgspawn in a unit --------------------------------------------------------

a_unit()
{
	mkdir -p units
	{
		echo '[Service]'
		echo 'TimeoutStartSec=20'
		cat
	} >units/web.service
}

# assertShown PROPERTY=VALUE ARGUMENT...: systemd shows it of a service that is pgspawn -a
# with these arguments.
assertShown()
{
	shown=$1
	shift
	a_unit <<-END
	Type=notify
	NotifyAccess=main
	KillMode=mixed
	ExecStart=$bin/pgspawn -a $*
	END
	under_manager "systemctl --user start web.service &&
		systemctl --user show -p ${shown%%=*} web.service" >said 2>complaints
	assertEquals "$(cat complaints manager.log)" "$shown" "$(cat said)"
}

testReadinessOfAnyKindReachesSystemd()
{
	may_run || return 0
	assertShown ActiveState=active \
	    "-r 7 -- sh -c 'echo >&7; exec sleep 600'"
}

testTheStatusOfTheCommandReachesSystemd()
{
	may_run || return 0
	assertShown StatusText=serving \
	    "-r notify -- sh -c 'systemd-notify --ready --status=serving; exec sleep 600'"
}

testAStopIsGracefulForAllThatTheCommandStarted()
{
	may_run || return 0
	a_unit <<-END
	Type=notify
	KillMode=mixed
	ExecStart=$bin/pgspawn -a -r 3 -- sh -c 'trap "sleep 0.2; echo drained >>drained; exit 0" TERM; sh -c "trap \\\\"sleep 0.3; echo drained >>drained; exit 0\\\\" TERM; echo >&3; while :; do sleep 0.05; done" & while :; do sleep 0.05; done'
	WorkingDirectory=$PWD
	END
	under_manager 'systemctl --user start web.service &&
		systemctl --user stop web.service' >said 2>complaints
	assertEquals "$(cat complaints manager.log)" 'drained
drained' "$(cat drained)"
}

testATransientUnitRunsAProcfile()
{
	may_run || return 0
	echo "web: trap 'sleep 0.1; echo drained >drained; exit 0' TERM; echo up >up; while :; do sleep 0.05; done" >Procfile
	awk '/^systemd-run/' "$src/man/procgroup.7" | sed "s, pgup\$, $bin/pgup," >script
	under_manager '. ./script; until [ -s up ]; do sleep 0.05; done
		systemctl --user stop shop.service' >said 2>complaints
	assertEquals "$(cat complaints manager.log)" drained "$(cat drained)"
}

# --- pgexport -----------------------------------------------------------------

testTheExportedServicesStartInOrderAndStop()
{
	may_run || return 0
	cat >Procfile <<-'END'
	#: odd stop=INT,2
	odd: trap 'exit 0' INT; printf '<%s>' "it's" '100%d %n $$ ${x}' a\ \;b ' ; #no' \\n "\\" '&' é∑ "$ODD" $PS "$PORT" >odd; while :; do sleep 0.05; done
	#: db ready=cmd:test -s db
	db: sleep 0.3; echo db is ready >db; exec sleep 600
	#: job restart=once
	job: sleep 0.2; echo job has ended >job; echo job
	#: web after=db,job:done ready=fd:5 stop=TERM,3,leader
	web: cat db job >web; echo >&5; exec sleep 600
	END
	echo "ODD='100% \"d\" \$HOME \\ ; # & é∑'" >.env
	launch pgproc exec odd
	waitfor 10 test -s odd
	mv odd expected
	kill -s INT "$pid"
	waitfor 10 dead "$pid"
	pgexport -n shop -o units systemd >wrote 2>&1
	under_manager 'systemctl --user start shop.target &&
		until [ -s web ] && [ -s odd ]; do sleep 0.05; done &&
		systemctl --user show -p ActiveState shop-web.service &&
		systemctl --user stop shop.target shop-odd.service shop-db.service shop-web.service &&
		systemctl --user show -p Result shop-odd.service shop-web.service' >said 2>complaints
	assertEquals "$(cat wrote complaints manager.log)" 'ActiveState=active
Result=success

Result=success' "$(cat said)"
	assertEquals 'db is ready
job has ended' "$(cat web)"
	assertEquals 'what odd prints' "$(cat expected)" "$(cat odd)"
}

. "$SHUNIT2"
