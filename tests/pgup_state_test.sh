#!/bin/sh
# shellcheck disable=SC2016
# pgup_state_test.sh: the directories of states and logs; pgup writes nothing into the
# project
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

# tree: prints every file below the current directory, with its size and time.
tree()
{
	find . -exec ls -dl {} + | sort
}

# --- the project -------------------------------------------------------------

testNothingIsWrittenIntoTheProject()
{
	mkdir project && cd project && find_state "$PGUP" || return
	echo 'SECRET=4242' >.env
	printf '#: a ready=cmd:true\na: echo up; exec sleep 60\nb: echo "$SECRET" >/dev/null; exec sleep 60\n' >Procfile
	before=$(tree)
	launch sh -c 'exec "$@" >../out 2>../err' sh "$PGUP"
	waitfor 60 has_printed a up || fail 'a is not up'
	run pgup restart b
	assertRan 0 '' ''
	run pgup reload
	assertRan 0 'nothing has changed' ''
	run pgup status
	assertEquals 'while it runs' "$before" "$(tree)"
	assertEquals 'the environment' '' "$(grep -r 4242 "$PGUP_DIR")"
	run pgup stop
	ended
	run pgup logs
	assertEquals 'after it' "$before" "$(tree)"
}

testAProjectThatIsReadOnlyRuns()
{
	mkdir project
	echo 'a: echo up' >project/Procfile
	chmod 555 project
	give "$PWD"
	run as_user sh -c 'PGUP_DIR=$1/mine exec "$2" -f project/Procfile' sh "$PWD" "$bin/pgup"
	assertRanLike 0 '*a | up*' '*exited with status 0'
}

# --- two Procfiles -----------------------------------------------------------

testTwoProcfilesInOneDirectoryAreTwoProjects()
{
	echo 'a: echo up; exec sleep 60' >Procfile
	echo 'a: echo other; exec sleep 60' >Procfile.test
	start_pgup
	first=$pid
	waitfor 60 has_printed a up || fail 'a is not up'
	launch sh -c 'exec "$@" >out2 2>err2' sh "$PGUP" -f Procfile.test
	second=$pid
	waitfor 60 says out2 'a | other' || fail "the other is not up: $(cat err2)"
	run pgup -f Procfile.test stop
	assertRan 0 '' ''
	waitfor 60 dead "$second" || fail 'the other lives'
	assertTrue 'the first lives' "alive $first"
	assertTrue 'and its service' 'pgtrack -D "$state/services" get a'
	run pgup -f Procfile.test stop
	assertRan 0 '' ''
	assertTrue 'the first lives still' 'pgtrack -D "$state/services" get a'
	run pgup logs
	assertRanLike 0 '--- * a ---
up' ''
	pid=$first
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

# --- options -----------------------------------------------------------------

testOptionsThatMeanNothingAreRefused()
{
	echo 'a: true' >Procfile
	for arguments in 'status -m a=2' 'stop -p 3' '-e .env restart' '-r always logs' \
	    'clean -t' 'run -m a=2 true' 'where -p 1' 'check -t' 'status -k 1' \
	    'restart -k 1' 'check -k 1'; do
		# shellcheck disable=SC2086
		run pgup $arguments
		assertRanLike 2 '' 'pgup: *: -? means nothing here*usage: pgup *'
	done
}

testStartWithARunnerTakesNoOptions()
{
	printf 'a: echo up; exec sleep 60\nb: exec sleep 60\n' >Procfile
	start_pgup a
	waitfor 60 has_printed a up || fail 'a is not up'
	run pgup -m b=2 start b
	assertRanLike 2 '' 'pgup: *'
	kill -TERM "$pid"
	ended
}

# --- places ------------------------------------------------------------------

testWherePrintsThePlaces()
{
	echo 'a: true' >Procfile
	run pgup where
	assertRan 0 "state $state
logs $state/log" ''
	run pgup -D here where
	assertRanLike 0 "state $PWD/here/t-*
logs $PWD/here/t-*/log" ''
	run env -u PGUP_DIR XDG_RUNTIME_DIR=/x XDG_STATE_HOME=/y "$PGUP" where
	assertRanLike 0 'state /x/procgroup/pgup/t-*
logs /y/procgroup/pgup/t-*/log' ''
	run as_user env -u PGUP_DIR -u XDG_RUNTIME_DIR HOME=/z "$bin/pgup" where
	assertRanLike 0 'state /z/.local/state/procgroup/pgup/t-*
logs /z/.local/state/procgroup/pgup/t-*/log' ''
}

testPlacesAreForTheirOwnerOnly()
{
	echo 'a: echo up' >Procfile
	run pgup
	assertEquals 0 "$status"
	assertEquals 'folders that others can enter' '' \
		"$(find "$PGUP_DIR" -type d ! -perm 700)"
}

testNothingIsMadeBehindALink()
{
	echo 'a: true' >Procfile
	mkdir -m 700 elsewhere
	ln -s elsewhere link
	run pgup -D link
	assertRanLike 2 '' 'pgup: *link*'
	assertEquals '' "$(ls elsewhere)"
	mkdir -m 777 open
	chmod 777 open
	run pgup -D open
	assertRanLike 2 '' 'pgup: *open*'
	assertEquals '' "$(ls open)"
}

# refused PATTERN: every subcommand that uses the state refuses, with this message.
refused()
{
	for arguments in '' logs 'logs a' 'logs -f a' status stop 'stop a' \
	    'restart a' reload 'start a' clean; do
		# shellcheck disable=SC2086
		run timeout 60 "$PGUP" $arguments
		assertRanLike 2 '' "$1"
	done
}

# theirs FOLDER: give the folder to another user.
theirs()
{
	chown -h -R "$user:$user" "$1"
}

testAStrangersStateIsNotTouched()
{
	need_root || return 0
	echo 'a: echo up' >Procfile
	mkdir -p "$state/log" && ln -s "$PWD/victim" "$state/log/a"
	theirs "$state"
	refused "pgup: $state: another user owns it*"
	assertFalse 'a file was made' '[ -e victim ]'
	rm "$state/log/a" && mkfifo "$state/log/a"
	refused "pgup: $state: another user owns it*"
	rm -rf "$PGUP_DIR" && pgtrack check -c "$state/log" &&
		mkfifo "$state/log/a" && theirs "$state/log"
	refused "pgup: $state/log: another user owns it*"
	rm -rf "$PGUP_DIR" && mkdir "$PGUP_DIR" && theirs "$PGUP_DIR"
	refused "pgup: $PGUP_DIR: another user owns it*"
	assertEquals 'what was made' '' "$(ls "$PGUP_DIR")"
}

testStrangersLogsAreNotTouched()
{
	need_root || return 0
	echo 'a: echo up' >Procfile
	XDG_STATE_HOME=$PWD/home XDG_RUNTIME_DIR=$PWD/run kept=$PGUP_DIR
	export XDG_STATE_HOME XDG_RUNTIME_DIR
	unset PGUP_DIR
	logs=$("$PGUP" where | sed -n 's/^logs //p')
	pgtrack check -c "$logs" run && ln -s "$PWD/victim" "$logs/a"
	theirs home/procgroup/pgup
	refused "pgup: $PWD/home/procgroup/pgup: another user owns it*"
	assertEquals 'what was made' '' "$(ls run; ls victim 2>/dev/null)"
	rm -rf home && mkdir home && mkdir elsewhere &&
		ln -s "$PWD/elsewhere" home/procgroup && theirs home
	refused "pgup: $PWD/home/procgroup/pgup: a symbolic link"
	assertEquals 'what was made' '' "$(ls run; ls elsewhere)"
	unset XDG_STATE_HOME XDG_RUNTIME_DIR
	PGUP_DIR=$kept
	export PGUP_DIR
}

testALogThatIsNoRegularFileIsRefused()
{
	echo 'a: echo up' >Procfile
	run pgup
	assertEquals 0 "$status"
	rm "$state/log/a" && mkfifo "$state/log/a"
	for arguments in '' logs 'logs -f' 'start a'; do
		# shellcheck disable=SC2086
		run timeout 60 "$PGUP" $arguments
		assertRan 2 '' "pgup: $state/log/a: not a regular file"
	done
	rm "$state/log/a" && ln -s "$PWD/victim" "$state/log/a"
	for arguments in '' logs 'logs -f'; do
		# shellcheck disable=SC2086
		run timeout 60 "$PGUP" $arguments
		assertRan 2 '' "pgup: $state/log/a: not a regular file"
	done
	assertFalse 'a file was made' '[ -e victim ]'
}

testAProcfileOrEnvironmentThatIsNoRegularFileIsRefused()
{
	echo 'a: true' >Procfile
	mkfifo fifo
	for file in fifo /dev/zero /dev/tty; do
		for arguments in '' check 'start a' 'run a'; do
			# shellcheck disable=SC2086
			run timeout 60 "$PGUP" -f "$file" $arguments
			assertRan 2 '' "pgup: $file: not a regular file"
		done
		for arguments in '' check 'run true'; do
			# shellcheck disable=SC2086
			run timeout 60 "$PGUP" -e "$file" $arguments
			assertRan 2 '' "pgup: $file: not a regular file"
		done
		for arguments in status stop logs reload restart clean; do
			timeout 60 "$PGUP" -f "$file" "$arguments" >/dev/null 2>&1
			assertNotEquals "$arguments of $file hangs" 124 $?
		done
	done
}

testFifosInPlaceOfTheStateDoNotHang()
{
	echo 'a: echo up; exec sleep 60' >Procfile
	run pgup run true
	mkdir -p "$state" && chmod -R 700 "$PGUP_DIR"
	mkfifo "$state/plan" "$state/pid" "$state/run"
	start_pgup
	waitfor 60 has_printed a up || fail "a is not up: $(cat err)"
	rm "$state/plan" && mkfifo "$state/plan"
	rm "$state/run/a" && mkfifo "$state/run/a"
	run timeout 60 "$PGUP" status
	assertRan 2 '' "pgup: $state/plan: not a regular file"
	rm "$state/plan"
	run timeout 60 "$PGUP" status
	assertRanLike 0 'NAME*a *runner: PID *' ''
	rm "$state/pid" && mkfifo "$state/pid"
	run timeout 60 "$PGUP" status
	assertRanLike 0 'NAME*a *runner: PID *' ''
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
}

# --- the state goes away -----------------------------------------------------

state_goes()
{
	printf 'a: echo up; until [ -e go ]; do sleep 0.05; done; exit 6\nb: stubborn -l -s; true\n' >Procfile
	start_pgup -k 0.5
	waitfor 60 says out 'a | up' || fail 'a is not up'
	waitfor 60 grep -q 'b | .*ready' out || fail 'b is not up'
	keep_record
	rm -rf "$PGUP_DIR"
}

testWithoutItsStateASignalEndsAll()
{
	state_goes
	kill -TERM "$pid"
	ended
	assertEquals 143 "$status"
	assertTrue 'nothing lives' nothing_lives
}

testWithoutItsStateAnEndEndsAll()
{
	state_goes
	: >go
	ended
	assertEquals 6 "$status"
	assertTrue 'nothing lives' nothing_lives
}

# --- run ---------------------------------------------------------------------

testRunNeedsNoProcfile()
{
	run pgup run sh -c 'echo "$PORT"; exit 4'
	assertRan 4 5000 ''
	assertFalse 'nothing is made' '[ -e "$PGUP_DIR" ]'
}

testRunOfAServiceRunsItsLine()
{
	printf 'A=b\n' >.env
	printf 'one: true\nweb: echo "$PORT $PS $A"; exit 9\n' >Procfile
	run pgup run web
	assertRan 9 '5000 run.1 b' ''
}

# --- colours -----------------------------------------------------------------

testColoursCanBeForcedThroughAPipe()
{
	esc=$(printf '\033')
	echo 'a: echo up' >Procfile
	for setting in FORCE_COLOR=1 CLICOLOR_FORCE=1; do
		run env "$setting" "$PGUP"
		assertLike "$setting" "*$esc\\[*a | $esc\\[0mup*" "$out"
	done
	run env FORCE_COLOR=1 NO_COLOR=1 "$PGUP"
	assertLike 'NO_COLOR wins' "*${nl}a | up*" "$nl$out"
	run env FORCE_COLOR=0 "$PGUP"
	assertLike 'none' "*${nl}a | up*" "$nl$out"
}

testStatesOfTheLastRunAreWrittenOver()
{
	printf 'a: exit 113\nb: exec sleep 60\n' >Procfile
	run pgup
	assertEquals 'status' 113 "$status"
	assertTrue 'there is a state of b' "[ -f '$state/run/b' ]"
	rm "$state/run/a"
	mkdir "$state/run/a" "$state/run/.x"
	ln -s "$dir/elsewhere" "$state/run/link"
	echo 'a: exec sleep 60' >Procfile
	start_pgup
	waitfor 60 says "$state/run/a" 'running 0 -' || fail 'a is not up'
	assertEquals 'a' "$(ls "$state/run")"
	assertFalse 'it stays' "[ -e '$state/run/.x' ]"
	run pgup stop
	ended
	printf 'a: exec sleep 60\nb: exec sleep 60\n' >Procfile
	start_pgup b
	waitfor 60 says "$state/run/b" 'running 0 -' || fail 'b is not up'
	assertEquals 'stopped 0 -' "$(cat "$state/run/a")"
	run pgup stop
	ended
}

# After a runner that was killed, the next one searches all environments.
testOnlyAfterACleanEndTheNextRunnerSkipsTheSearch()
{
	need_table || return 0
	echo 'a: exec stubborn -i all' >Procfile
	start_pgup -k 0.5
	waitfor 60 has_printed a ready || fail 'a is not up'
	assertFalse 'while it runs' "[ -e '$state/swept' ]"
	keep_record
	kill -s TERM "$pid"
	ended
	assertTrue 'after a good end' "[ -e '$state/swept' ]"
	start_pgup -k 60
	waitfor 60 says "$state/run/a" 'running 0 -' || fail 'a is not up again'
	assertFalse 'while it runs again' "[ -e '$state/swept' ]"
	keep_record
	rm -rf "$state/run"
	runner=$(pgtrack -b -D "$state" get runner)
	guard=$(pgtrack -b -D "$state" get guard)
	kill -s KILL "$guard" "$pid" "$runner"
	ended
	assertFalse 'after a bad end' "[ -e '$state/swept' ]"
}

testWithoutHomeTheLogsAreInThatOfTheSuperuser()
{
	echo 'a: true' >Procfile
	run env -u PGUP_DIR -u XDG_RUNTIME_DIR -u XDG_STATE_HOME -u HOME "$PGUP" where
	if [ "$(id -u)" -eq 0 ]; then
		root=~root
		assertRanLike 0 "*logs $root/.local/state/procgroup/pgup/*" ''
	else
		assertRan 2 '' 'pgup: HOME is not set: -D names a directory for the state'
	fi
}

testADirectoryThatCannotBeEnteredIsReportedByPgup()
{
	reason='its directory is missing or cannot be entered'
	run pgup -f nodir/Procfile check
	assertRan 2 '' "pgup: nodir/Procfile: $reason"
	run pgexport -f nodir/Procfile systemd
	assertRan 2 '' "pgexport: nodir/Procfile: $reason"
}

. "$SHUNIT2"
