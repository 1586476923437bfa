#!/bin/sh
# pgspawn_child_test.sh: signals, descriptors, directory and environment of a command
# that pgspawn starts, and the messages when it cannot be executed
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'

# --- session and group -------------------------------------------------------

# A script that prints "PID: PGID SID" of its shell.
# shellcheck disable=SC2016
ids='set -- $$ $(sed "s/.*) //" /proc/$$/stat); echo "$1: $4 $5"'

testTheCommandLeadsItsSessionAndGroup()
{
	for how in "" -a "-K $$" "-L x" -x; do
		# shellcheck disable=SC2086
		run pgspawn $how sh -c "$ids"
		out=${out#x}
		assertRan 0 "${out%%:*}: ${out%%:*} ${out%%:*}" ""
	done
}

testADetachedCommandLeadsItsSessionAndGroup()
{
	for how in "" "-K $$" "-L x"; do
		rm -f said
		# shellcheck disable=SC2086
		run pgspawn -d $how sh -c "{ $ids; } >saying; mv saying said"
		leader=${out%%:*}
		waitfor 5 test -e said || fail "it says nothing"
		assertEquals "$leader: $leader $leader" "$(cat said)"
	done
}

# --- signals -----------------------------------------------------------------

# deaf COMMAND...: run it with every signal ignored and blocked.
deaf()
{
	env --ignore-signal --block-signal "$@"
}

need_deaf()
{
	deaf true 2>/dev/null && return
	skip "env cannot block signals"
	return 1
}

testSignalsAreAtTheirDefaultAndNoneIsBlocked()
{
	need_deaf || return 0
	fresh="SigBlk:	0000000000000000${nl}SigIgn:	0000000000000000"
	for how in "" -a "-K $$" -x; do
		# shellcheck disable=SC2086
		run deaf pgspawn $how grep -E '^Sig(Blk|Ign)' /proc/self/status
		assertRan 0 "$fresh" ""
	done
}

testSignalsThatTheLibraryHidesAreResetToo()
{
	run freshsig -h grep '^SigIgn:.*[1-9]' /proc/self/status
	[ "$status" -eq 0 ] || {
		skip "none is ignored"
		return 0
	}
	run freshsig -h pgspawn grep ^SigIgn /proc/self/status
	assertRan 0 "SigIgn:	0000000000000000" ""
}

testADetachedCommandHasFreshSignalsToo()
{
	need_deaf || return 0
	fresh="SigBlk:	0000000000000000${nl}SigIgn:	0000000000000000"
	for how in "" "-K $$"; do
		rm -f said
		# shellcheck disable=SC2086
		run deaf pgspawn -d $how -o said \
			grep -E '^Sig(Blk|Ign)' /proc/self/status
		waitfor 5 grep -q SigIgn said
		assertEquals "$fresh" "$(cat said)"
	done
}

# hard_of_hearing COMMAND...: run it with some signals ignored and blocked. Signals of
# faults are not among them: a sanitizer catches those.
hard_of_hearing()
{
	env --ignore-signal=HUP,INT,QUIT,PIPE,ALRM,TERM,CHLD,TSTP,USR1,WINCH \
		--block-signal=HUP,INT,USR2,TERM,CHLD,CONT "$@"
}

testOptionInheritsSignals()
{
	need_deaf || return 0
	expected=$(hard_of_hearing grep -E '^Sig(Blk|Ign)' /proc/self/status)
	for how in "" -a "-K $$" -x; do
		# shellcheck disable=SC2086
		run hard_of_hearing pgspawn -i $how grep -E '^Sig(Blk|Ign)' /proc/self/status
		assertRan 0 "$expected" ""
	done
}

testWithInheritedDefaultsNothingIsIgnored()
{
	run freshsig pgspawn -i grep -E '^Sig(Blk|Ign)' /proc/self/status
	assertRan 0 \
	    "SigBlk:	0000000000000000${nl}SigIgn:	0000000000000000" ""
}

# --- descriptors -------------------------------------------------------------

# The fourth descriptor, 3, is that of the directory which ls reads.
testDescriptorsAboveTwoAreClosed()
{
	for how in "" -a "-K $$" -x "-o said" "-p 5"; do
		rm -f said
		run sh -c 'exec 5>five 7>seven 9<&0
			exec pgspawn '"$how"' ls /proc/self/fd'
		[ ! -e said ] || out=$(cat said)
		assertRan 0 "0${nl}1${nl}2${nl}3" ""
	done
}

testOptionKeepsADescriptor()
{
	for how in "" -a "-K $$" -x "-o said"; do
		rm -f said
		run sh -c 'exec 5>five 7>seven 9<&0
			exec pgspawn '"$how"' -F 7 -F 9 ls /proc/self/fd'
		[ ! -e said ] || out=$(cat said)
		assertRan 0 "0${nl}1${nl}2${nl}3${nl}7${nl}9" ""
	done
	run pgspawn -F 7 sh -c 'echo through >&7' 7>seven
	assertRan 0 "" ""
	assertEquals through "$(cat seven)"
}

testAKeptDescriptorCanTakeTheHandleToo()
{
	for how in "" -x; do
		run sh -c "exec pgspawn $how -p 3 -F 3 sh -c 'echo through >&3'" \
			3>three
		assertRan 0 "" ""
		assertLike "descriptor 3" "[1-9]*:[0-9]*${nl}through" \
			"$(sort three)"
	done
}

testPgspawnDoesNotHoldWhatItPassedOn()
{
	mkfifo four
	for how in "" "-K $$" "-d -K $$" "-d -L x"; do
		launch cat four >seen
		reader=$pid
		# shellcheck disable=SC2016,SC2086
		launch pgspawn $how -F 4 sh -c 'echo $$ >&4; exec 4>&-
			exec sigreport' 4>four >out 2>err
		waitfor 5 dead "$reader" || fail "$how: somebody holds it"
		record_group "$(cat seen)"
		assertTrue "$how: the command has ended" \
			"group_alive $(cat seen)"
	done
}

testClosedStandardDescriptorsAreOpenedOnNull()
{
	for how in "" -x "-K $$"; do
		rm -f links
		# shellcheck disable=SC2016,SC2086
		sh -c 'exec "$@"' sh pgspawn $how sh -c 'cd /proc/$$/fd
			set -- $(readlink 0 1 2) && echo "$@" >"$0"' \
			"$PWD/links" <&- >&- 2>&-
		assertEquals "status" 0 $?
		assertEquals "/dev/null /dev/null /dev/null" "$(cat links)"
	done
}

testClosedStandardDescriptorsDoNotMisleadTheOutput()
{
	pgspawn -o file echo said <&- >&- 2>&-
	assertEquals "status" 0 $?
	assertEquals said "$(cat file)"
	pgspawn -L 'x ' -o labelled echo said <&- >&- 2>&-
	assertEquals "status" 0 $?
	assertEquals said "$(cat labelled)"
}

# --- directory ---------------------------------------------------------------

testTheDirectoryIsChangedFirst()
{
	mkdir -p sub/deeper
	printf '#!/bin/sh\npwd\n' >sub/deeper/where
	chmod +x sub/deeper/where
	for how in "" -x -a; do
		# shellcheck disable=SC2086
		run pgspawn $how -C sub/deeper ./where
		assertRan 0 "$PWD/sub/deeper" ""
	done
}

testAMissingDirectoryIsAnErrorNotHome()
{
	: >plain
	for how in "" -d -x "-d -K $$"; do
		for missing in nonesuch ""; do
			# shellcheck disable=SC2086
			run pgspawn $how -C "$missing" touch "$PWD/started"
			assertRan 125 "" \
			    "pgspawn: $missing: No such file or directory"
		done
		# shellcheck disable=SC2086
		run pgspawn $how -C plain touch "$PWD/started"
		assertRan 125 "" "pgspawn: plain: Not a directory"
	done
	assertFalse "it was started" "[ -e started ]"
}

testTheOutputFileIsTheCallersAlsoWithADirectory()
{
	mkdir sub
	for how in "" -d -x "-L x"; do
		rm -f file
		# shellcheck disable=SC2086
		run pgspawn $how -C sub -o file pwd
		assertEquals "status" 0 "$status"
		waitfor 5 test -s file
		assertEquals "$PWD/sub" "$(cat file)"
	done
}

# --- exec --------------------------------------------------------------------

# fails STATUS REASON COMMAND: in every mode pgspawn exits with this status, and prints
# this message only.
fails()
{
	for how in "" -a -d -x "-K $$" "-L x" "-d -L x" "-d -K $$" "-o log" \
	    "-x -o log" "-v"; do
		: >handle
		# shellcheck disable=SC2086
		run pgspawn $how -p 3 "$3" arg 3>handle
		assertRan "$1" "" "pgspawn: ${3:-''}: $2"
		assertEquals "handle of $ran" "" \
			"$(case $how in *-x*) ;; *) cat handle ;; esac)"
	done
	[ ! -e log ] || assertEquals "log" "" "$(cat log)"
}

testAMissingCommandIs127()
{
	fails 127 "not found in PATH" nonesuch
	fails 127 "No such file or directory" ./nonesuch
	fails 127 "the name of the command is empty" ""
}

testADirectoryIs126()
{
	mkdir folder
	fails 126 "Permission denied: it is a directory" ./folder
}

testAFileThatIsNotExecutableIs126()
{
	echo true >plain
	fails 126 "Permission denied: chmod +x makes it executable" ./plain
}

testAMissingInterpreterIs126()
{
	printf '#!/nonesuch\n' >script
	chmod +x script
	fails 126 "interpreter: No such file or directory" ./script
	mkdir path
	mv script path/pgspawn-script
	saved=$PATH
	PATH=$PWD/path:$bin:/usr/bin:/bin
	fails 126 "interpreter: No such file or directory" pgspawn-script
	PATH=$saved
}

testAPathThroughAFileIs126()
{
	: >plain
	fails 126 "Not a directory" ./plain/command
}

testTheCommandIsLookedForInThePath()
{
	mkdir one two
	printf '#!/bin/sh\necho two\n' >two/command
	chmod +x two/command
	: >one/command
	run env "PATH=$PWD/one:$PWD/two:$PATH" pgspawn command
	assertRan 0 two ""
	run pgspawn -m "PATH=$PWD/two:$PATH" command
	assertRan 0 two ""
	run env "PATH=$PWD/one:/nonesuch:$bin" pgspawn command
	assertRan 126 "" "pgspawn: command: Permission denied"
	cd two || return
	run env "PATH=$bin:" pgspawn command
	assertRan 0 two ""
}

testAFolderThatMayNotBeSearchedIsSkipped()
{
	mkdir closed
	: >closed/command
	chmod 0 closed
	find_user
	run as_user env "PATH=$PWD/closed:$user_path" pgspawn command
	assertRan 127 "" "pgspawn: command: not found in PATH"
	run as_user pgspawn "$PWD/closed/command"
	assertRan 126 "" "pgspawn: $PWD/closed/command: Permission denied"
}

testArgumentsArePassedAsTheyStand()
{
	run pgspawn printf '<%s>' -a "two words" "" '*' "$nl"
	assertRan 0 "<-a><two words><><*><$nl>" ""
	run pgspawn -- printf '<%s>' --
	assertRan 0 "<-->" ""
}

# --- lineage and markers -----------------------------------------------------

# shellcheck disable=SC2016
tell='echo "$PGSPAWN_ID"'

testTheLineageEndsWithTheCommandsOwnHandle()
{
	for how in "" -a -x "-K $$" "-L x"; do
		# shellcheck disable=SC2016,SC2086
		run pgspawn $how -p 3 sh -c 'echo "$$"; echo "$PGSPAWN_ID"' \
			3>handle
		handle=$(cat handle)
		assertLike "handle" "[1-9]*:[1-9]*" "$handle"
		out=$(printf '%s\n' "$out" | sed 's/^x//')
		assertRan 0 "${handle%%:*}$nl$handle" ""
	done
}

testTheLineageHoldsAllEnclosingGroups()
{
	# shellcheck disable=SC2016
	run pgspawn sh -c 'echo "$PGSPAWN_ID"
		pgspawn -a sh -c "echo \"\$PGSPAWN_ID\"
			exec pgspawn -x sh -c \"echo \\\"\\\$PGSPAWN_ID\\\"\""'
	assertEquals "status" 0 "$status"
	# shellcheck disable=SC2086
	set -- $out
	assertEquals "handles" 6 $#
	assertEquals "the first" "$1 $1" "$2 $4"
	assertEquals "the second" "$3" "$5"
	assertNotEquals "the third is new" "$3" "$6"
}

# handles FROM TO: prints the handles FROM:FROM to TO:TO.
handles()
{
	awk -v i="$1" -v last="$2" 'BEGIN {
		for (; i < last; i++)
			printf "%d:%d ", i, i
		printf "%d:%d", i, i
	}'
}

testTheLineageHoldsThirtyTwoAtMost()
{
	run env PGSPAWN_ID="$(handles 1 40)" pgspawn -p 3 sh -c "$tell" 3>own
	assertRan 0 "$(handles 10 40) $(cat own)" ""
	run env PGSPAWN_ID="$(handles 1 31)" pgspawn -p 3 sh -c "$tell" 3>own
	assertRan 0 "$(handles 1 31) $(cat own)" ""
	run env PGSPAWN_ID="$(handles 1 32)" pgspawn -p 3 sh -c "$tell" 3>own
	assertRan 0 "$(handles 2 32) $(cat own)" ""
	run env PGSPAWN_ID="$(handles 1 5000)" pgspawn -p 3 sh -c "$tell" 3>own
	assertRan 0 "$(handles 4970 5000) $(cat own)" ""
}

testGarbageInTheLineageIsDropped()
{
	long=1:$(handles 1 500 | tr -d ': ')
	garbage=" 1:1  x 2:2:2 3 4:x 0:5 -6:6 7:- $long 8:8${nl}9:9	99999999999:1 "
	run env PGSPAWN_ID="$garbage" pgspawn -p 3 \
		sh -c "$tell" 3>own
	assertRan 0 "1:1 7:- $(cat own)" ""
	run env PGSPAWN_ID= pgspawn -p 3 sh -c "$tell" 3>own
	assertRan 0 "$(cat own)" ""
}

testMarkersAreSet()
{
	run env -i B=old C=kept PATH="$PATH" pgspawn -m A=1 -m B=new -m D= \
		-m A=last=x env
	assertEquals "status" 0 "$status"
	printf '%s\n' "$out" | grep -v '^PATH=' | sort >seen
	assertLike "environment" \
	    "A=last=x${nl}B=new${nl}C=kept${nl}D=${nl}PGSPAWN_ID=[1-9]*" \
	    "$(cat seen)"
}

testADetachedCommandCarriesMarkerAndLineage()
{
	handle=$(pgspawn -d -m PGTEST="$$ x" sigreport)
	record_group "$handle"
	run pgscan -ag "PGTEST=$$ x" "$handle"
	assertRan 0 "$handle" ""
}

# A signal that is both blocked and ignored stays pending.
testASignalReceivedWhileIgnoredDoesNotReachTheCommand()
{
	need python3 || return 0
	cat >ignore.py <<-'END'
	import os, signal, sys
	signal.signal(signal.SIGINT, signal.SIG_IGN)
	signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
	os.kill(os.getpid(), signal.SIGINT)
	os.execvp(sys.argv[1], sys.argv[1:])
	END
	run python3 ignore.py pgspawn -x echo "it runs"
	assertRan 0 "it runs" ""
}

. "$SHUNIT2"
