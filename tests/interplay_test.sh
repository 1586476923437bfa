#!/bin/sh
# shellcheck disable=SC2016,SC2119
# interplay_test.sh: the recipes of procgroup(7) for the use with other programs, taken
# from the page
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

# recipe NUMBER [EXPRESSION]: write that block of the page, edited by sed, to the file
# script.
recipe()
{
	awk -v want="$1" '
		/^\.S[hs]/ { here = /With other programs/ }
		here && /^\.Ed/ { block = 0 }
		block && n == want
		here && /^\.Bd/ { n++; block = 1 }
	' "$src/man/procgroup.7" | sed "s/\\\\(dq/\"/g;${2:-}" >script
	[ -s script ] || fail "the section has no block $1"
}

# a_project: make a Procfile with a service that reports its start and its end in files, and
# that takes 0.1 s to end.
a_project()
{
	cat >Procfile <<-'END'
	#: web stop=INT,20
	web: trap 'sleep 0.1; echo drained >>drained; exit 0' INT; echo up >>up; while :; do sleep 0.05; done
	END
}

# was_up COUNT: the service has started that many times.
was_up()
{
	[ -e up ] && [ "$(grep -c . up)" -ge "$1" ]
}

is_free()
{
	! pgscan -aq "PG_TEST=$PG_TEST" "JOB=*"
}

testEntrRestartsAService()
{
	need entr || return 0
	a_project
	echo 1 >a.py
	start_pgup
	waitfor 20 was_up 1
	runner=$pid
	recipe 1
	launch sh ./script >entr.out 2>&1
	entr=$pid
	# entr misses a change that comes before it watches.
	waitfor 20 changes_until 2
	assertTrue "not started again: $(cat entr.out err)" 'was_up 2'
	assertTrue 'the first one was asked' '[ -s drained ]'
	kill "$(children_of "$entr")"
	waitfor 20 dead "$entr"
	pid=$runner
	kill "$pid"
	ended
	assertTrue 'nothing is left' nothing_runs
}

changes_until()
{
	echo 2 >>a.py
	was_up "$1"
}

testATargetOfAMakefileEndsAllAtControlC()
{
	need make || return 0
	a_project
	recipe 2
	mv script Makefile
	launch_group make dev >out 2>&1
	waitfor 20 was_up 1
	kill -s INT -- "-$pid"
	waitfor 20 dead "$pid"
	assertTrue "make ends: $(cat out)" $?
	waitfor 20 nothing_runs
	assertTrue 'nothing is left' nothing_runs
	assertEquals drained "$(cat drained)"
}

testUnderNohupAHangUpChangesNothing()
{
	need nohup || return 0
	a_project
	recipe 3
	echo 'echo $! >pid; wait' >>script
	launch sh ./script
	waitfor 20 was_up 1
	kill -s HUP "$(cat pid)"
	pgup restart web >/dev/null
	assertTrue 'the runner lives on' 'was_up 2'
	kill "$(cat pid)"
	waitfor 20 dead "$pid"
	assertTrue 'nothing is left' nothing_runs
}

testAKilledTmuxSessionEndsItsServicesGracefully()
{
	need tmux || return 0
	need_pty || return 0
	a_project
	recipe 4 's/^tmux/tm/'
	tm() { env -u TMUX tmux -S "$dir/tmux" -f /dev/null "$@"; }
	eval "$(sed 1q script)"
	waitfor 20 was_up 1
	eval "$(sed 1d script)"
	waitfor 20 test -s drained
	assertEquals drained "$(cat drained)"
	tm kill-server 2>/dev/null
	waitfor 20 nothing_runs
	assertTrue 'nothing is left' nothing_runs
}

# an_sshd: start an sshd on a free port, for this user, with a key that is made here.
an_sshd()
{
	sshd=$(PATH=$PATH:/usr/sbin command -v sshd) && need ssh ssh-keygen python3 && need_root ||
		return 1
	[ -d /run/sshd ] || mkdir /run/sshd || return
	port=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f key && cp key.pub authorized || return
	cat >sshd.conf <<-END
	ListenAddress 127.0.0.1
	Port $port
	HostKey $dir/key
	AuthorizedKeysFile $dir/authorized
	StrictModes no
	UsePAM no
	PidFile none
	PermitRootLogin yes
	SetEnv PATH=$PATH
	END
	cat >ssh.conf <<-END
	Host shop
	HostName 127.0.0.1
	Port $port
	IdentityFile $dir/key
	StrictHostKeyChecking no
	UserKnownHostsFile /dev/null
	LogLevel ERROR
	END
	launch "$sshd" -D -e -f "$dir/sshd.conf" 2>sshd.err
	waitfor 20 grep -q listening sshd.err
}

testOverSshTheCommandEndsWithTheConnection()
{
	an_sshd || return 0
	cat >server <<-'END'
	#!/bin/sh
	# A shell that reports the end of sleep to a closed connection gets PIPE.
	exec >/dev/null 2>&1
	cd "${0%/*}" || exit
	trap 'echo drained >drained; exit 0' TERM
	setsid sleep 600 &
	echo up >>up
	while :; do sleep 0.05; done
	END
	chmod 755 server
	recipe 5 "s,^ssh,exec ssh -F $dir/ssh.conf,;s,\./server,$dir/server,"
	daemon=$pid
	launch sh ./script >ssh.out 2>&1
	waitfor 20 was_up 1
	assertTrue "started: $(cat ssh.out sshd.err)" $?
	kill -s KILL "$pid"
	waitfor 20 test -s drained
	assertTrue 'the server was asked' $?
	kill "$daemon"
	waitfor 20 nothing_runs
	assertTrue "left: $running" nothing_runs
}

testACronJobRunsOnce()
{
	cat >backup <<-'END'
	#!/bin/sh
	echo up >>up
	exec sleep 600
	END
	chmod 755 backup
	PGTRACK_DIR=$dir/run
	export PGTRACK_DIR
	recipe 7
	launch sh ./script
	waitfor 20 was_up 1
	run sh ./script
	assertLike 'message' '*backup*' "$err"
	assertEquals 5 "$status"
	kill "$(children_of "$pid")" "$pid" 2>/dev/null
	waitfor 20 nothing_runs
	assertTrue "left: $running" nothing_runs
}

# a_messy_job: make a job that ends at once, and leaves processes behind in every way.
a_messy_job()
{
	cat >job <<-'END'
	#!/bin/sh
	ssh-agent >agent 2>&1
	sleep 600 &
	setsid sh -c 'sleep 600 & setsid sleep 600 &'
	env -i "$(command -v setsid)" sleep 600 &
	(trap '' HUP INT TERM; exec sleep 600) &
	sed -n 's/.*SSH_AGENT_PID=\([0-9]*\).*/\1/p' agent >agent.pid
	echo done
	END
	chmod 755 job
}

testAJobLeavesNothing()
{
	need ssh-agent setsid || return 0
	need_table || return 0
	a_messy_job
	recipe 8 's/-a/-a -k 0.5/'
	give .
	run as_user sh ./script
	assertRan 0 'done' ''
	assertTrue 'it started an agent' '[ -s agent.pid ]'
	assertTrue "the agent lives" "dead $(cat agent.pid)"
	recipe 9
	run sh ./script
	waitfor 20 nothing_runs
	assertTrue "left: $running" nothing_runs
}

testNodeWithDetachedChildrenLeavesNothing()
{
	need node || return 0
	need_table || return 0
	cat >job <<-'END'
	#!/usr/bin/env node
	const { spawn } = require('child_process');
	for (let i = 0; i < 3; i++)
		spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH } }).unref();
	console.log('done');
	END
	chmod 755 job
	recipe 8 's/-a/-a -k 0.5/'
	run sh ./script
	assertRan 0 'done' ''
	waitfor 20 nothing_runs
	assertTrue "left: $running" nothing_runs
}

. "$SHUNIT2"
