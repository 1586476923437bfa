#!/bin/sh
# cgroup_test.sh: a command in a cgroup of its own
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

nl='
'
name=pgtest.$$
none="pgspawn: cgroup $name: cgroup v2 is not available"

# own_folder: prints the folder of the cgroup of this test; nothing where there is no
# cgroup v2, or where only a part of it is mounted.
own_folder()
{
	own=$(sed -n 's/^0:://p' /proc/self/cgroup) 2>/dev/null
	point=$(awk '/ - cgroup2 / && $4 == "/" { print $5; exit }' \
	    /proc/self/mountinfo) 2>/dev/null
	[ -z "$own" ] || [ -z "$point" ] || printf '%s\n' "$point${own%/}"
}

own=$(own_folder)
cgroup=$own/$name

need_cgroup()
{
	need_table || return
	[ -e "$own/cgroup.procs" ] || {
		skip "there is no cgroup v2"
		return 1
	}
	rmdir "$cgroup" 2>/dev/null
	mkdir "$cgroup" 2>/dev/null && rmdir "$cgroup" && return
	skip "no cgroup can be made"
	return 1
}

# The cgroups of a test can be removed once its processes are dead.
tearDown()
{
	test_end
	[ ! -d "$cgroup" ] || find "$cgroup" -depth -type d \
		-exec rmdir {} + 2>/dev/null
	return 0
}

# where PID: prints the cgroup of the process, as a path below that of this test.
where()
{
	where_path=$(sed -n 's/^0:://p' "/proc/$1/cgroup")
	where_own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	printf '%s\n' "${where_path#"${where_own%/}"/}"
}

# shellcheck disable=SC2016
tell='sed -n "s/^0:://p" /proc/self/cgroup >place; echo >>place'

# below FOLDER: prints the names of the cgroups directly below FOLDER.
below()
{
	find "$1" -mindepth 1 -maxdepth 1 -type d -exec basename {} \;
}

# place: prints the cgroup that the command wrote to the file place, as a path below that
# of this test.
place()
{
	waitfor 5 grep -q '^$' place
	place=$(head -n 1 place)
	where_own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	printf '%s\n' "${place#"${where_own%/}"/}"
}

assertRemoved()
{
	assertFalse "$cgroup is still there" "[ -e '$cgroup' ]"
}

# --- start and end -----------------------------------------------------------

testTheCommandRunsInTheCgroupWhichIsRemovedAtTheEnd()
{
	need_cgroup || return 0
	for how in "" -a -t "-L x" "-K $$" "-r 3 -T 5"; do
		can_have "$how" || continue
		rm -f place
		# shellcheck disable=SC2086
		run pgspawn $how -c "$name" sh -c "$tell; exit 7" 3>&-
		assertEquals "$how: place" "$name" "$(place)"
		assertEquals "$how: status ($err)" 7 "$status"
		assertRemoved
	done
}

testThePathIsRelativeToPgspawnsCgroup()
{
	need_cgroup || return 0
	run pgspawn -c "$name" pgspawn -c inner/most sh -c "$tell
		ls -d '$cgroup/inner/'*/"
	assertRan 0 "$cgroup/inner/most/" ""
	assertEquals "$name/inner/most" "$(place)"
	assertRemoved
}

testOnlyCgroupsThatPgspawnMadeAreRemoved()
{
	need_cgroup || return 0
	mkdir "$cgroup" "$cgroup/used"
	run pgspawn -c "$name/new/one" true
	assertRan 0 "" ""
	assertEquals used "$(below "$cgroup")"
	run pgspawn -c "$name/used" true
	assertRan 0 "" ""
	assertEquals "" "$(below "$cgroup")"
	assertTrue "what was above it is gone" "[ -d '$cgroup' ]"
}

testAfterAFailedExecNothingIsLeft()
{
	need_cgroup || return 0
	for how in "" -d "-d -L x"; do
		# shellcheck disable=SC2086
		run pgspawn $how -c "$name/a/b" nonesuch
		assertRan 127 "" "pgspawn: nonesuch: not found in PATH"
		assertRemoved
		# shellcheck disable=SC2086
		run pgspawn $how -c "$name" -C nonesuch true
		assertRan 125 "" "pgspawn: nonesuch: No such file or directory"
		assertRemoved
	done
}

testGroupsBelowItAreRemovedToo()
{
	need_cgroup || return 0
	run pgspawn -c "$name" mkdir -p "$cgroup/a/b/c" "$cgroup/d"
	assertRan 0 "" ""
	assertRemoved
}

# --- no process survives -----------------------------------------------------

testProcessesThatLeftTheGroupAreKilled()
{
	need_cgroup || return 0
	run pgspawn -v -k 0.5 -c "$name" sh -c 'stubborn -seDi TERM -f 2 >zoo &
		until grep -qs ready zoo; do sleep 0.02; done'
	assertEquals "status" 0 "$status"
	assertLike "standard error" "*exited with status 0, group killed" "$err"
	record_zoo zoo
	# shellcheck disable=SC2046
	assertDead $(pids zoo)
	assertRemoved
}

testProcessesThatForkMeanwhileAreKilled()
{
	need_cgroup || return 0
	# shellcheck disable=SC2016
	run pgspawn -c "$name" sh -c 'setsid sh -c "while :; do sleep 5 & done" &
		until [ "$(wc -l <"$0")" -gt 20 ]; do sleep 0.02; done' \
		"$cgroup/cgroup.procs"
	assertRan 0 "" ""
	assertRemoved
}

testTheGroupIsSignalledBeforeTheCgroupIsKilled()
{
	need_cgroup || return 0
	launch pgspawn -k 0.3 -c "$name" sh -c 'exec sigreport >signals' \
		>out 2>err
	await signals
	assertEquals "$name" "$(where "$(pids ready signals)")"
	kill -s TERM "$pid"
	finish 137
	assertEquals "TERM${nl}CONT" "$(sed 1d signals)"
	assertRemoved
}

# --- permissions -------------------------------------------------------------

testACgroupWithProcessesIsRefused()
{
	need_cgroup || return 0
	launch pgspawn -c "$name" sh -c 'exec sigreport >signals' >out 2>err
	await signals
	for how in "" -a "-L x"; do
		# shellcheck disable=SC2086
		run pgspawn $how -c "$name" touch started
		assertRanLike 125 "" "pgspawn: cgroup $name: *[Rr]esource busy"
	done
	assertFalse "it was started" "[ -e started ]"
	assertTrue "the first was ended" "alive $pid"
	assertTrue "its cgroup is gone" "[ -d '$cgroup' ]"
	kill -s KILL "$(pids ready signals)"
	finish 137
	assertRemoved
}

testOfSeveralPgspawnsOneGetsTheCgroup()
{
	need_cgroup || return 0
	for n in 1 2 3 4 5 6; do
		launch pgspawn -c "$name" sh -c 'echo in >>inside
			until [ -e go ]; do sleep 0.02; done' >"out$n" 2>"err$n"
		echo "$pid" >>pids
	done
	waitfor 5 grep -q in inside
	waitfor 5 are_busy 5
	: >go
	won=0
	while read -r pid; do
		wait "$pid" && won=$((won + 1))
	done <pids
	assertEquals "inside at the same time" in "$(cat inside)"
	assertEquals 1 "$won"
	assertRemoved
}

# are_busy N: N of the pgspawns have reported that the cgroup is busy.
are_busy()
{
	[ "$(cat err? | grep -c busy)" -eq "$1" ]
}

testNeighboursDoNotDisturbEachOther()
{
	need_cgroup || return 0
	for n in 1 2 3 4 5 6 7 8; do
		launch sh -c "for i in 1 2 3 4 5 6; do
			pgspawn -c $name/$n true || exit; done" \
			>>out 2>>err
		echo "$pid" >>pids
	done
	while read -r pid; do
		wait "$pid" || fail "status $?"
	done <pids
	assertEquals "" "$(cat err)"
	assertEquals "" "$([ ! -d "$cgroup" ] || below "$cgroup")"
}

testDetachedTheCgroupIsLeftAndCanBeShared()
{
	need_cgroup || return 0
	n=0
	for how in "" "-L x" "-t" "-K $$"; do
		can_have "$how" || continue
		n=$((n + 1))
		# shellcheck disable=SC2086
		handle=$(pgspawn -d $how -c "$name" sigreport)
		record_group "$handle"
		assertEquals "$how" "$name" "$(where "${handle%%:*}")"
	done
	assertEquals "$n" "$(wc -l <"$cgroup/cgroup.procs")"
}

testWithTheOptionTheRestIsLeft()
{
	need_cgroup || return 0
	run pgspawn -O -c "$name" sh -c 'setsid sigreport >signals &
		until grep -qs ready signals; do sleep 0.02; done'
	assertRan 0 "" ""
	record_pid "$(pids ready signals)"
	assertTrue "it was killed" "alive $(pids ready signals)"
	assertTrue "its cgroup is gone" "[ -d '$cgroup' ]"
}

# --- no cgroup v2 ------------------------------------------------------------

testABadNameIsRefused()
{
	for bad in "" . .. / /x x/ x//y ./x x/./y ../x x/.. x/../y; do
		run pgspawn -c "$bad" touch started
		assertRan 125 "" \
		    "pgspawn: $bad: not a path below our own cgroup"
	done
	assertFalse "it was started" "[ -e started ]"
	need_cgroup || return 0
	run pgspawn -c cgroup.procs touch started
	assertRan 125 "" "pgspawn: cgroup cgroup.procs: Not a directory"
	for odd in "$name" "$name/...x" "$name/..x" "$name/a b"; do
		run pgspawn -c "$odd" true
		assertRan 0 "" ""
	done
	assertFalse "it was started" "[ -e started ]"
	assertRemoved
}

testWithoutPermissionNothingStarts()
{
	need_cgroup || return 0
	need_root || return 0
	chmod 777 .
	for how in "" -d; do
		# shellcheck disable=SC2086
		run as_user pgspawn $how -c "$name" touch started
		assertRan 125 "" "pgspawn: cgroup $name: Permission denied"
	done
	mkdir "$cgroup"
	chmod 777 "$cgroup"
	run as_user pgspawn -c "$name/x" touch started
	assertLike "standard error" "pgspawn: cgroup $name/x: *" "$err"
	assertEquals 125 "$status"
	assertFalse "it was started" "[ -e started ]"
	assertEquals "" "$(below "$cgroup")"
}

# in_mounts SCRIPT: run it in a mount namespace of its own, where no cgroup v2 is mounted.
in_mounts()
{
	# shellcheck disable=SC2016
	run unshare -m sh -c 'for m in $(sed -n \
		"s,^\([^ ]* \)\{4\}\([^ ]*\) .* - cgroup2 .*,\2,p" \
		/proc/self/mountinfo); do umount "$m" || exit 9; done
		'"$1"
}

need_unmount()
{
	need_cgroup && need_unshare -m || return
	in_mounts true
	[ "$status" -eq 0 ] && return
	skip "it cannot be unmounted"
	return 1
}

testAMissingCgroupMountIsReported()
{
	need_unmount || return 0
	in_mounts "pgspawn -c '$name' touch started"
	assertRan 125 "" "$none"
	assertFalse "it was started" "[ -e started ]"
}

testTheCgroupMountIsFoundAnywhere()
{
	need_unmount || return 0
	mkdir "a b" 'c\d'
	for point in "a b" 'c\d'; do
		in_mounts "mount -t cgroup2 none '$point' || exit 8
			pgspawn -c '$name' ls -d '$point$own/$name' '$point/$name'"
		assertLike "$point: $err" "*/$name" "$out"
		assertRemoved
	done
}

testAPartOfTheHierarchyIsEnough()
{
	need_unmount || return 0
	mkdir mounted
	in_mounts "mkdir -p whole && mount -t cgroup2 none whole || exit 8
		top=whole\$(sed -n 's/^0:://p' /proc/self/cgroup)
		mkdir -p \"\$top/$name\" && echo 0 >\"\$top/$name/cgroup.procs\"
		mount --bind \"\$top/$name\" mounted && umount whole || exit 7
		pgspawn -c inner ls -d mounted/inner"
	assertRan 0 mounted/inner ""
}

# --- pgterm -c -------------------------------------------------------------------

tab=$(printf '\t')

# inhabited OPTION...: start stubborn in the cgroup, with children that leave its group.
inhabited()
{
	: >zoo
	record_group "$(pgspawn -d -c "$name/a" -o zoo -- stubborn -seDf 2 "$@")"
	waitfor 10 says zoo ready || fail "the zoo is not ready"
	record_zoo zoo
}

# assertTermed STATE SIGNAL: the last "pgterm -v" printed this about the cgroup; all of
# its processes are dead, and it is removed.
assertTermed()
{
	assertRanLike 0 "$name$tab$1$tab$2${tab}[0-9]*.[0-9]*" ""
	# shellcheck disable=SC2046
	assertDead $(pids zoo)
	assertRemoved
}

testPgtermEndsTheProcessesOfACgroup()
{
	need_cgroup || return 0
	inhabited
	run pgterm -n -c "$name"
	assertRan 0 "$name${tab}TERM/5/KILL/2" ""
	run pgterm -v -c "$name" </dev/null
	assertTermed ended TERM
}

testPgtermKillsTheProcessesOfACgroup()
{
	need_cgroup || return 0
	inhabited -i TERM
	run pgterm -v -k 0.1 -c "$name"
	assertTermed killed KILL
	inhabited -i all -S
	run pgterm -v -k 0 -c "$name"
	assertTermed killed KILL
}

testPgtermWaitsForACgroup()
{
	need_cgroup || return 0
	inhabited -g 0.3
	run pgterm -v -c "$name"
	assertTermed ended TERM
	inhabited -i TERM -i HUP
	run pgterm -R TERM/0.1 -c "$name"
	assertRan 1 "" "pgterm: cgroup $name: still alive"
	assertTrue "it was removed" "[ -d '$cgroup/a' ]"
	run pgterm -v -R HUP -c "$name"
	assertRanLike 0 "$name${tab}sent${tab}HUP$tab*" ""
	run pgterm -v -k 0 -c "$name"
	assertTermed killed KILL
}

testPgtermFindsACgroupGone()
{
	need_cgroup || return 0
	run pgterm -v -c "$name"
	assertRan 0 "$name${tab}gone$tab-${tab}0.000" ""
	run pgterm -n -c "$name"
	assertRan 0 "$name${tab}gone" ""
	mkdir -p "$cgroup/a/b"
	run pgterm -v -c "$name"
	assertRan 0 "$name${tab}gone$tab-${tab}0.000" ""
	assertRemoved
}

testPgtermEndsGroupsAndACgroupTogether()
{
	need_cgroup || return 0
	inhabited
	other=$(pgspawn -d -- stubborn)
	record_group "$other"
	run pgterm -v -c "$name" "$other"
	assertEquals "status" 0 "$status"
	assertEquals "targets" "$(printf '%s\n' "$name" "$other" | sort)" \
		"$(printf '%s\n' "$out" | grep "${tab}ended$tab" |
		cut -f 1 | sort)"
	assertRemoved
}

testPgtermKillsACgroupThatForksAllTheTime()
{
	need_cgroup || return 0
	need setsid || return 0
	: >go
	cat >hop <<-'EOF'
	#!/bin/sh
	trap '' TERM
	[ -e deaf ] || : >deaf
	[ ! -e go ] || setsid env -i "PATH=$PATH" sh ./hop &
	EOF
	record_group "$(pgspawn -d -c "$name" -- sh ./hop)"
	waitfor 5 test -e deaf || fail "it never ran"
	run pgterm -v -k 0.2 -c "$name"
	rm go
	assertRanLike 0 "$name${tab}killed${tab}KILL$tab*" ""
	assertRemoved
}

testPgtermRefusesAPathThatIsNotACgroup()
{
	for word in '' . .. /x x/ x//y x/.. ../x; do
		run pgterm -c "$word"
		assertRan 2 "" "pgterm: cgroup $word: not a path below our own"
	done
	run pgterm -c "$name" -c "$name"
	assertRan 2 "" "pgterm: cgroup $name: one is enough"
}

# A process that enters a frozen cgroup stops before it executes the command.
testAFrozenCgroupIsRefused()
{
	need_cgroup || return 0
	mkdir "$cgroup"
	[ -e "$cgroup/cgroup.freeze" ] || { skip 'it cannot be frozen'; return 0; }
	echo 1 >"$cgroup/cgroup.freeze"
	for how in '' -d -O; do
		for one in "$name" "$name/below"; do
			# shellcheck disable=SC2086
			run timeout 10 pgspawn $how -c "$one" touch started
			assertRan 125 '' "pgspawn: cgroup $one: it, or one above it, is frozen"
		done
	done
	assertFalse 'a folder is left' "[ -e $cgroup/below ]"
	echo 0 >"$cgroup/cgroup.freeze"
	assertFalse 'it was started' '[ -e started ]'
	run pgspawn -c "$name" touch started
	assertRan 0 '' ''
}

# starts_one: the pgspawn under strace has forked its child.
starts_one()
{
	spawner=$(children_of "$pid") && [ -n "$(children_of "$spawner")" ]
}

# The cgroup is frozen after pgspawn has looked at it, and before the child enters it. When
# it is thawed, the child has no parent any more, and must not execute the command.
testAfterTheDeathOfPgspawnAFrozenCgroupStartsNothing()
{
	need_cgroup && need strace || return 0
	mkdir "$cgroup"
	[ -e "$cgroup/cgroup.freeze" ] || { skip 'it cannot be frozen'; return 0; }
	strace -qq -o /dev/null true 2>/dev/null || { skip 'strace may not trace'; return 0; }
	launch strace -qq -f -o /dev/null -P "$cgroup/cgroup.procs" \
		-e inject=write:delay_enter=1000000 \
		pgspawn -d -c "$name" touch started
	waitfor 10 starts_one || fail 'it does not start'
	record_pid "$spawner"
	echo 1 >"$cgroup/cgroup.freeze"
	waitfor 10 grep -q . "$cgroup/cgroup.procs" || fail 'it does not enter'
	record_pid "$(cat "$cgroup/cgroup.procs")"
	kill -s KILL "$spawner"
	waitfor 10 dead "$pid"
	echo 0 >"$cgroup/cgroup.freeze"
	waitfor 10 grep -qx 'populated 0' "$cgroup/cgroup.events"
	assertFalse 'it was started' '[ -e started ]'
}

. "$SHUNIT2"
