#!/bin/sh
# shellcheck disable=SC2016
# pgexport_test.sh: the files that pgexport writes, checked by the programs that read them
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# shop: make a project whose path, commands and variables have every character that some
# engine treats specially. The service odd prints its arguments and variables.
shop()
{
	mkdir 'a b & 50%; #$x' && cd 'a b & 50%; #$x' || return
	cat >Procfile <<-'END'
	#: odd stop=INT,0.3 stdin=null
	odd: trap 'exit 0' INT; printf '<%s>' "it's" '100%d %n $$ $(id) ${x}' a\ \;b ' ; #no' \\n "\\" '&' é∑ -- "$ODD" "$LINES2" $PS "$PORT"; echo " %h # ;"; setsid sleep 600 & sleep 600 & wait
	#: db ready=cmd:test -s "db ready"
	db: sleep 0.3; echo db is ready >"db ready"; exec sleep 600
	#: web after=db,job:done ready=fd:5 stop=TERM,3,leader
	web: echo "$(cat 'db ready' 'job ended')"; echo >&5; exec sleep 600
	#: job restart=once
	job: sleep 0.2; echo job has ended >"job ended"
	END
	cat >.env <<-'END'
	export ODD='100% "d" $HOME ${x} \ ; # & é∑' # hush
	LINES2="it's \"two\"
	lines \\n ;# $1"
	END
	timeout 0.3 pgspawn -a -- pgproc exec odd >"$dir/expected"
}

# written ENGINE OPTION...: export the project, without any warning.
written()
{
	written_engine=$1
	shift
	run pgexport -n shop "$@" "$written_engine"
	assertEquals "standard error of $written_engine" '' "$err"
	assertEquals "status of $written_engine" 0 "$status"
}

# prints FILE: FILE has the first and the last line that odd prints under pgproc.
prints()
{
	grep -Fxq -e "$(sed -n '$p' "$dir/expected")" "$1" &&
		grep -Fxq -e "$(sed -n 1p "$dir/expected")" "$1"
}

assertPrints()
{
	waitfor 10 prints "$1"
	assertEquals "what $1 has of odd" "$(cat "$dir/expected")" \
		"$(sed -n '/^<it/,/ # ;$/p' "$1")"
}

# end_service: end the pgspawn that was launched last.
end_service()
{
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
	assertTrue 'pgspawn ends' $?
}

# --- the command -------------------------------------------------------------

testAnEngineThatItDoesNotKnowIsRefusedWithThoseThatItKnows()
{
	shop
	run pgexport
	assertEquals 2 "$status"
	assertContains "$err" 'compose kubernetes launchd nomad openrc procfile runit s6'
	run pgexport upstart
	assertLike 'message' 'pgexport: upstart: not one of *' "$err"
	assertEquals 2 "$status"
	assertFalse 'something was made' '[ -e upstart ]'
}

testItPrintsItsFilesAndHowToInstallThem()
{
	shop
	run pgexport -n shop -o ../out s6
	assertEquals 'wrote ../out/shop-odd/notification-fd' "$(printf '%s\n' "$out" | sed 1q)"
	assertEquals 'run: cp -R ../out/shop-* /run/service
run: s6-svscanctl -a /run/service' "$(printf '%s\n' "$out" | grep ^run)"
	assertEquals 0 "$status"
	run pgexport -n shop -o ../out s6
	assertEquals 'nothing is written twice' 0 "$(printf '%s\n' "$out" | grep -c ^wrote)"
}

testAChangedFileIsNotReplaced()
{
	echo 'a: sleep 1' >Procfile
	run pgexport -n x supervisord
	echo '; mine' >>supervisord/x.conf
	echo 'b: sleep 2' >>Procfile
	run pgexport -n x supervisord
	assertRan 2 '' 'pgexport: supervisord/x.conf: was changed, or is not ours: -F replaces it'
	assertContains "$(cat supervisord/x.conf)" '; mine'
	run pgexport -F -n x supervisord
	assertEquals 0 "$status"
	assertContains "$(cat supervisord/x.conf)" x-b
	echo 'c: sleep 3' >>Procfile
	run pgexport -n x supervisord
	assertEquals "what pgexport wrote it may write over: $err" 0 "$status"
	assertContains "$(cat supervisord/x.conf)" x-c
}

testTheFileOfARemovedServiceIsReported()
{
	printf 'a: sleep 1\nb: sleep 2\n' >Procfile
	run pgexport -n x runit
	echo 'a: sleep 1' >Procfile
	run pgexport -n x runit
	assertEquals 1 "$status"
	assertContains "$err" 'runit/x-b/run: of a former export; remove it'
}

testNoFileHoldsAnythingOfTheEnvironmentFile()
{
	shop
	for engine in systemd launchd s6 runit supervisord openrc compose kubernetes nomad \
	    procfile; do
		pgexport -n shop -o "../out/$engine" $engine >>../said 2>&1
		assertTrue "$engine wrote nothing" "[ -s ../out/$engine/.pgexport.shop ]"
	done
	assertEquals '' "$(grep -rl -e hush -e '100% "d"' -e LINES2= ../out ../said)"
}

testWhatAnEngineCannotDoIsReported()
{
	printf '#: a after=b\na: sleep 1\nb: sleep 2\n' >Procfile
	run pgexport -n x launchd
	assertEquals 'pgexport: a: launchd does not wait for b' "$err"
	assertEquals 1 "$status"
}

testAFaultOfTheProcfileWritesNothing()
{
	printf '#: a after=c\na: sleep 1\n' >Procfile
	run pgexport systemd
	assertEquals 2 "$status"
	assertFalse 'something was made' '[ -e systemd ]'
}

testEveryShellWritesTheSame()
{
	shop
	pgexport -n shop -o ../sh systemd >/dev/null
	for shell in bash busybox mksh yash zsh; do
		command -v $shell >/dev/null || continue
		mkdir ../$shell
		ln -s "$(command -v $shell)" ../$shell/sh
		../$shell/sh "$bin/pgexport" -n shop -o ../by-$shell systemd >../said 2>&1 ||
			fail "$shell: $(cat ../said)"
		assertEquals "what $shell writes" '' "$(diff -r ../sh ../by-$shell)"
	done
}

# --- systemd -----------------------------------------------------------------

# understood UNIT: prints the unit as systemd has parsed it.
understood()
{
	SYSTEMD_LOG_LEVEL=debug SYSTEMD_UNIT_PATH="$PWD/systemd:" \
		systemd-analyze verify --man=no "systemd/$1" 2>&1 |
		sed -n "/-> Unit $1:/,/CPUAccounting/p"
}

# as_systemd UNIT: start the command as systemd executes it. systemd-analyze quotes its
# words as for a shell, except that it doubles each $.
as_systemd()
{
	eval "set -- $(understood "$1" | sed -n 's/.*Command Line: //p' | sed 1q)"
	for as_word; do
		shift
		set -- "$@" "$(printf '%s' "$as_word" | sed 's/\$\$/$/g')"
	done
	launch pgspawn -a env -i "PATH=$PATH" "PG_TEST=$PG_TEST" "$@"
}

testSystemdParsesTheUnitsAsIntended()
{
	need systemd-analyze || return 0
	shop
	written systemd
	odd=$(understood shop-odd.service)
	assertContains "$odd" 'KillSignal: SIGINT'
	assertContains "$odd" 'TimeoutStopSec: 6s'
	assertContains "$odd" 'Restart: always'
	assertContains "$odd" "WorkingDirectory: $PWD"
	web=$(understood shop-web.service)
	assertContains "$web" 'After: shop-db.service (origin-file)'
	assertContains "$web" 'Requires: shop-job.service (origin-file)'
	assertContains "$(understood shop-job.service)" 'Type: oneshot'
	assertEquals 'units and keys that it does not know' '' \
		"$(systemd-analyze verify --man=no systemd/shop* 2>&1 |
		grep -i -e unknown -e fail -e ignor)"
	assertEquals 'services that the target wants' 4 \
		"$(grep -c ^Wants=shop- systemd/shop.target)"
}

# Each manager has the one target that wants it, and no user sees a warning of another.
testTheTargetIsWantedByOneThatTheManagerHas()
{
	mkdir -m 777 shared
	printf 'a: true\n' >shared/Procfile
	chmod 755 . shared/Procfile
	run as_user env TMPDIR="$PWD/shared" pgexport -f shared/Procfile -n x -o shared/user systemd
	assertEquals "$err" 0 "$status"
	assertContains "$out" 'systemctl --user enable --now x.target'
	assertEquals 'WantedBy=default.target' "$(sed -n '/^WantedBy/p' shared/user/x.target)"
	run as_user env TMPDIR="$PWD/shared" pgexport -f shared/Procfile -n x -u nobody -o shared/system systemd
	assertEquals "$err" 0 "$status"
	assertContains "$out" 'systemctl enable --now x.target'
	assertEquals 'WantedBy=multi-user.target' "$(sed -n '/^WantedBy/p' shared/system/x.target)"
}

testSystemdRunsTheServiceAsItStands()
{
	need systemd-analyze setsid || return 0
	shop
	written systemd
	as_systemd shop-odd.service >../printed
	assertPrints ../printed
	end_service
}

# --- s6 and runit ------------------------------------------------------------

in_order()
{
	says "$1" 'db is ready' && says "$1" 'job has ended'
}

testS6RunsTheServicesInOrder()
{
	need s6-svscan s6-svstat setsid || return 0
	shop
	written s6
	cd s6 || return
	launch s6-svscan . >../printed 2>&1
	scan=$pid
	waitfor 10 in_order ../printed
	assertTrue 'web came after db was ready, and job done' $?
	assertPrints ../printed
	assertTrue 'web tells that it is ready' 's6-svwait -t 5000 -U shop-web'
	assertContains 'job is not started again' "$(s6-svstat shop-job)" 'down (exitcode 0)'
	run s6-svc -wD -T 5000 -d shop-odd
	assertRan 0 '' ''
	assertEquals 'none of its group is left' '' "$(of_odd)"
	s6-svscanctl -t .
	waitfor 10 dead "$scan"
	assertTrue 's6-svscan ends' $?
	assertTrue "left: $running" nothing_runs
}

# of_odd: prints the PIDs of the processes of odd that this test started.
of_odd()
{
	for of_pid in $(pgscan -ab PS=odd.1 | cut -f 2); do
		tr '\0' '\n' <"/proc/$of_pid/environ" 2>/dev/null | says - "PG_TEST=$work" &&
			echo "$of_pid"
	done
}

stopped_runit()
{
	sv -w 7 stop "$1" >/dev/null && sv exit "$1" >/dev/null
}

testRunitRunsTheServicesInOrder()
{
	need runsvdir sv setsid || return 0
	shop
	written runit
	cd runit || return
	launch runsvdir -P . >../printed 2>&1
	waitfor 10 in_order ../printed
	assertTrue 'web came after db was ready, and job done' $?
	assertPrints ../printed
	assertContains 'job is not started again' "$(sv status ./shop-job)" 'down: ./shop-job'
	run sv -w 7 stop ./shop-odd
	assertEquals "$out" 0 "$status"
	assertEquals 'none of its group is left' '' "$(of_odd)"
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
	for each in ./shop-*; do stopped_runit "$each" & done
	waitfor 10 nothing_runs
	assertTrue "left: $running" $?
}

# --- supervisord and OpenRC --------------------------------------------------

testSupervisordRunsTheServices()
{
	need supervisord setsid || return 0
	shop
	sed '/^#: web/s/after=[^ ]*//; s/^web:.*/web: exec sleep 600/' Procfile >../P
	cat ../P >Procfile
	written supervisord
	cat >supervisord/main.ini <<-END
	[supervisord]
	nodaemon=true
	logfile=/dev/null
	logfile_maxbytes=0
	pidfile=$dir/pid
	childlogdir=$dir
	[include]
	files=*.conf
	END
	launch supervisord -c supervisord/main.ini >../said 2>&1
	waitfor 10 grep -q 'exited: shop-job (exit status 0; expected)' ../said
	assertPrints ../shop-odd-stdout*
	kill -s TERM "$pid"
	waitfor 10 dead "$pid"
	assertTrue 'supervisord ends' $?
	assertTrue "left: $running" nothing_runs
}

# OpenRC uses folders of the system, so the script mounts empty ones over them.
openrc_script='
mount -t tmpfs none /run && mount -t tmpfs none /var/log &&
	mount -t tmpfs none /etc/init.d || exit
for d in exclusive starting started stopping inactive wasinactive failed hotplugged \
    daemons options scheduled tmp; do
	mkdir -p /run/openrc/$d
done
: >/run/openrc/softlevel
cp openrc/shop-* /etc/init.d
for s in odd web; do rc-service -q shop-$s start || echo "$s: not started"; done
n=0
until grep -q "%h # ;" /var/log/shop-odd.log || [ $n -gt 50 ]; do
	sleep 0.1; n=$((n + 1))
done
cat /var/log/shop-odd.log
for s in odd web db; do rc-service -q shop-$s stop || echo "$s: not stopped"; done
cat /var/log/shop-web.log
ps -A -o args | grep "[s]leep 600"
echo end'

testOpenRcRunsTheServicesInOrder()
{
	need rc-service supervise-daemon setsid ps || return 0
	need_root || return 0
	need_unshare --mount --pid --fork --mount-proc || return 0
	shop
	written openrc
	run timeout 60 unshare --mount --pid --fork --mount-proc --kill-child \
		sh -c "$openrc_script"
	assertEquals "$err" "$(cat "$dir/expected")
db is ready
job has ended
end" "$out"
}

# --- launchd, compose, kubernetes, nomad ---------------------------------------

# parsed PROGRAM ARGUMENT...: run this python program; its output is in $out.
parsed()
{
	run python3 -c "$@"
	assertEquals "standard error of a parser" '' "$err"
}

testLaunchdGetsTheWordsOneByOne()
{
	need python3 setsid || return 0
	shop
	sed '/^#: web/s/after=[^ ]*//' Procfile >../P
	cat ../P >Procfile
	written launchd
	parsed 'import plistlib, shlex, sys
p = plistlib.load(open(sys.argv[1], "rb"))
print(p["Label"], p["KeepAlive"], p["ExitTimeOut"], p["AbandonProcessGroup"])
print(shlex.join(p["ProgramArguments"]))' launchd/shop.odd.plist
	assertEquals 'shop.odd True 6 False' "$(printf '%s\n' "$out" | sed 1q)"
	eval "launch $(printf '%s\n' "$out" | sed 1d)" >../printed
	assertPrints ../printed
	end_service
}

# in_container WORDS: run the words as a container does, with the environment file of this
# folder in place of that of the container.
in_container()
{
	assertContains 'the secret' "$1" ' -e /run/secrets/'
	eval "launch $(printf '%s\n' "$1" |
		sed 's| -e /run/secrets/[a-z/]*env | -e .env |')" >../printed
	assertPrints ../printed
	end_service
}

testComposeParsesTheFileAsIntended()
{
	need python3 setsid || return 0
	python3 -c 'import yaml' 2>/dev/null || { skip 'python3-yaml is not installed'; return 0; }
	shop
	written compose -m odd=2
	parsed 'import shlex, sys, yaml
c = yaml.safe_load(open("compose/compose.yaml"))
s = c["services"]
print(sorted(s), s["odd.1"]["stop_grace_period"], s["job"]["restart"])
print(sorted((k, v["condition"]) for k, v in s["web"]["depends_on"].items()))
print(c["secrets"]["env"]["file"].replace("$$", "$"))
print(shlex.join(w.replace("$$", "$") for w in s["odd.1"]["command"]))'
	assertEquals "['db', 'job', 'odd.1', 'odd.2', 'web'] 6s no
[('db', 'service_healthy'), ('job', 'service_completed_successfully')]
$PWD/.env" "$(printf '%s\n' "$out" | sed '$d')"
	in_container "$(printf '%s\n' "$out" | sed -n '$p')"
	for composer in docker-compose 'docker compose'; do
		$composer version >/dev/null 2>&1 || continue
		run $composer -f compose/compose.yaml config -q
		assertRan 0 '' ''
	done
}

testKubernetesKnowsEveryField()
{
	need python3 setsid || return 0
	python3 -c 'import yaml' 2>/dev/null || { skip 'python3-yaml is not installed'; return 0; }
	shop
	run pgexport -n shop -m odd=2 -u 1000 kubernetes
	assertEquals 'pgexport: web: kubernetes does not wait for db,job:done' "$err"
	parsed 'import shlex, yaml
d = yaml.safe_load(open("kubernetes/shop-odd.yaml"))
p = d["spec"]["template"]["spec"]
print(d["kind"], d["spec"]["replicas"], p["terminationGracePeriodSeconds"])
print(yaml.safe_load(open("kubernetes/shop-job.yaml"))["kind"])
print(shlex.join(w.replace("$$(", "$(") for w in p["containers"][0]["command"]))'
	assertEquals 'Deployment 2 6
Job' "$(printf '%s\n' "$out" | sed '$d')"
	in_container "$(printf '%s\n' "$out" | sed -n '$p')"
	need kubectl || return 0
	# "kubectl set env" drops fields that it does not know; "kubectl label" would keep them.
	kubectl set env --local -f kubernetes A=b -o yaml >../known.yaml ||
		fail 'kubectl takes them'
	parsed 'import glob, yaml
def lacks(a, b, path):
    if isinstance(a, dict):
        for k in a:
            if not isinstance(b, dict) or k not in b: print(path + "." + k)
            else: lacks(a[k], b[k], path + "." + k)
    elif isinstance(a, list):
        for x, y in zip(a, b): lacks(x, y, path + "[]")
    elif a != b: print(path, a, b)
known = {}
for d in yaml.safe_load_all(open("../known.yaml")):
    for e in d.get("items", [d]): known[e["metadata"]["name"]] = e
for f in glob.glob("kubernetes/*.yaml"):
    a = yaml.safe_load(open(f))
    lacks(a, known.pop(a["metadata"]["name"]), f)'
	assertEquals 'fields that it does not know' '' "$out"
}

# need_hcl: a parser of HCL: that of HashiCorp, as a program or in npm's @cdktf/hcl2json,
# or that of Python.
need_hcl()
{
	cat >"$dir/hcl.js" <<-'END'
	require('@cdktf/hcl2json').parse('job', require('fs').readFileSync(0, 'utf8')).then(
	    it => { console.log(JSON.stringify(it)); process.exit(0); },
	    error => { console.error(String(error)); process.exit(1); });
	END
	NODE_PATH=${NODE_PATH:-}:$(npm root -g 2>/dev/null) export NODE_PATH
	if command -v hcl2json; then hcl=hcl2json
	elif node -e 'require("@cdktf/hcl2json")'; then hcl='node ../hcl.js'
	elif python3 -c 'import hcl2'; then
		hcl='python3 -c "import sys, json, hcl2; print(json.dumps(hcl2.load(sys.stdin)))"'
	else
		skip 'no parser of HCL: neither hcl2json, nor @cdktf/hcl2json, nor python-hcl2'
		return 1
	fi >/dev/null 2>&1
}

testNomadParsesTheJob()
{
	need_hcl || return 0
	shop
	pgexport -n shop nomad >/dev/null 2>&1
	run sh -c "$hcl <nomad/shop.nomad.hcl"
	assertEquals "$err" 0 "$status"
	assertContains "$out" '"kill_timeout"'
	for each in odd db web job; do assertContains "$out" "\"$each\""; done
}

testNomadLimitsTheTimeToStop()
{
	printf '#: a stop=TERM,30\na: true\n#: b stop=TERM,20\nb: true\n' >Procfile
	run pgexport -n x nomad
	assertEquals 'pgexport: a: nomad kills it after 30 s, unless max_kill_timeout of its clients is greater' \
		"$err"
	assertEquals 1 "$status"
}

testNothingInAnImageOrAConditionIsLost()
{
	printf '%s\n' '#: web ready=log:\bup\\n\$\c' 'web: sleep 60' >Procfile
	pgproc list >before 2>errors
	run pgexport -n x procfile
	assertEquals "$err" 0 "$status"
	assertEquals "$(cut -f 1-9 before)" "$(pgproc -f procfile/Procfile list | cut -f 1-9)"
	image='a"b\c\n${x}%{y}$$z'
	pgexport -n x -i "$image" compose >/dev/null 2>&1
	assertTrue 'the image of compose' \
	    "grep -Fq 'image: \"a\\\"b\\\\c\\\\n\$\${x}%{y}\$\$\$\$z\"' compose/*"
	pgexport -n x -i "$image" nomad >/dev/null 2>&1
	assertTrue 'the image of nomad' \
	    "grep -Fq 'image = \"a\\\"b\\\\c\\\\n\$\${x}%%{y}\$\$z\"' nomad/*"
	need_hcl || return 0
	run sh -c "$(echo "$hcl" | sed 's,\.\./,,') <nomad/x.nomad.hcl"
	assertEquals "$err" 0 "$status"
}

# --- procfile ----------------------------------------------------------------

testAnExportedProcfileHasTheSamePlan()
{
	shop
	written procfile
	pgproc list >../before
	run pgproc -f procfile/Procfile list
	assertEquals "$(awk -F '\t' -v OFS='\t' '{
		if ($6 == "-") $6 = "TERM"; if ($7 == "-") $7 = 5; print }' ../before)" \
		"$(printf '%s\n' "$out" | awk -F '\t' -v OFS='\t' '{
		if ($6 == "-") $6 = "TERM"; if ($7 == "-") $7 = 5; print }')"
	for each in odd db web job; do
		assertEquals "$(pgproc exec $each printf '%s\n')" \
			"$(pgproc -f procfile/Procfile -e .env exec $each printf '%s\n')"
	done
}

testInstancesOfAnExportedProcfileHaveTheirPorts()
{
	printf '#: b after=a\na: echo "$PS $PORT"\nb: echo "$PS $PORT"\n' >Procfile
	run pgexport -n x -m a=2 procfile
	assertEquals '#: a-1 after= is not there' 0 "$status"
	for each in a-1 a-2 b; do pgproc -f procfile/Procfile exec $each; done >said
	assertEquals 'a.1 5000
a.2 5001
b.1 5100' "$(cat said)"
	assertEquals 'a-1,a-2' "$(pgproc -f procfile/Procfile list | awk '$1 == "b" { print $3 }')"
}

# --- examples of the page ----------------------------------------------------

# assertExample NUMBER: that example of the page succeeds without a message.
assertExample()
{
	run_example pgexport.1 "$1"
	assertEquals "standard error of example $1" '' "$err"
	assertEquals "status of example $1" 0 "$status"
}

# Only the engine procfile keeps the directives terminal and log.
testEnginesWithoutTerminalsReportTheDirective()
{
	printf '#: web log=10M,2 terminal\nweb: sleep 5\n' >Procfile
	for engine in compose kubernetes launchd nomad openrc runit s6 supervisord \
	    systemd; do
		run pgexport -o out.$engine $engine
		assertContains "$err" "pgexport: web: $engine gives it no terminal"
	done
	run pgexport -o out.procfile procfile
	assertContains "$(cat out.procfile/Procfile)" '#: web log=10M,2 terminal'
}


testExamplesOfThePage()
{
	echo 'web: echo "$PS is on $PORT"' >Procfile
	assertExample 1
	assertContains "$(cat systemd/*-web.2.service)" 'User=nobody'
	assertExample 2
	assertLike 'the command' '*exec */pgspawn -a * -- */pgproc -f */Procfile exec web' "$out"
	assertExample 3
	assertContains "$(cat compose/compose.yaml)" '"registry.example/shop:7"'
	assertExample 4
	as_init=
	unshare --pid --fork --mount-proc true 2>/dev/null &&
		as_init='unshare --pid --fork --mount-proc'
	# shellcheck disable=SC2046,SC2086
	run $as_init $(sed -n 's/^ENTRYPOINT//p; s/^CMD//p' Dockerfile | tr -d '[],"')
	assertRan 0 'web.1 is on 5000' ''
	assertFalse 'an example has no test' 'page_example pgexport.1 5'
}

. "$SHUNIT2"
