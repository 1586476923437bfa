#!/bin/sh
# shellcheck disable=SC2016
# lack_test.sh: when pgspawn lacks a descriptor or memory at the start or at the
# end, it says so, and leaves nothing behind
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

# inject FAULT COMMAND...: run COMMAND under strace(1), which injects this fault into it and
# its children.
inject()
{
	fault=$1
	shift
	strace -qq -f -o /dev/null -e "inject=$fault" -e signal=none "$@"
}

# can_inject: skip the test where strace(1) is missing or may not trace.
can_inject()
{
	need strace && need_keys || return
	strace -qq -f -o /dev/null true 2>/dev/null && return
	skip 'strace may not trace here'
	return 1
}

testWithoutAnIdentityNothingStarts()
{
	can_inject || return 0
	for error in EMFILE ENFILE ENOMEM; do
		for how in '' -d '-d -K parent' -t; do
			can_have "$how" || continue
			# shellcheck disable=SC2086
			run inject pidfd_open:error=$error:when=1 \
				pgspawn $how -m LACK=1 touch started
			assertEquals "$error $how" 125 "$status"
			assertEquals "$error $how" '' "$out"
			assertLike "$error $how" 'pgspawn: *' "$err"
		done
	done
	run inject fstatfs:error=ENOMEM pgspawn -d touch started
	assertRan 125 '' "pgspawn: cannot make a handle: $(reason ENOMEM)"
	assertFalse 'it was started' '[ -e started ]'
}

# The child makes its handle, too, so the parent need not fail if it cannot.
testADescriptorOfALeaderIsTriedAgain()
{
	can_inject || return 0
	for how in '' -d; do
		# shellcheck disable=SC2086
		run strace -qq -o /dev/null -e inject=pidfd_open:error=EMFILE:when=1 \
			pgspawn $how -p 3 sh -c 'echo "$PGSPAWN_ID" >lineage' 3>handle
		assertRan 0 '' ''
		waitfor 10 test -s lineage
		assertEquals "$how" "$(sed 's/.* //' lineage)" "$(cat handle)"
	done
}

testPgkeepWithoutAnIdentityStartsNothing()
{
	can_inject || return 0
	mkdir run
	run inject pidfd_open:error=EMFILE:when=1 pgkeep -D run run web -- touch started
	assertEquals 125 "$status"
	assertLike 'message' 'pgkeep: web: *' "$err"
	assertFalse 'it was started' '[ -e started ]'
}

# no_sanitizer: skip the test in a build with a sanitizer, which itself reads files and
# prints messages about failed calls.
no_sanitizer()
{
	! grep -q '__[a-z]*san_' "$bin/pgspawn" || {
		skip 'a sanitizer has calls of its own'
		return 1
	}
}

testAFailedReadIsNotCalledASuccess()
{
	can_inject && no_sanitizer || return 0
	for k in 1 2 3 4; do
		run strace -qq -o /dev/null -e inject=read:error=EIO:when=$k \
			pgspawn touch started
		case $err in
		pgspawn:*) assertRan 125 '' \
			"pgspawn: cannot start touch: $(reason EIO)"
			return ;;
		esac
	done
	fail "it did not fail: $err"
}

# --- the end -----------------------------------------------------------------

# escaper: make a program that leaves behind a process that has left its group and ignores
# TERM; the PID of that process is in the file left.
escaper()
{
	cat >escaper <<-'EOF'
	#!/bin/sh
	setsid sh -c 'trap "" TERM; echo $$ >left; while :; do sleep 1; done' \
		>/dev/null 2>&1 &
	until [ -s left ]; do :; done
	[ $# -eq 0 ] || sleep 60
	EOF
	chmod +x escaper
}

# assertNoneInSilence WHAT: no escapee is alive, or message and status report it.
assertNoneInSilence()
{
	[ -s left ] || { assertTrue "$1: $status" "[ $status -gt 124 ]"; return; }
	record_pid "$(cat left)"
	if alive "$(cat left)"; then
		assertLike "$1" 'pgspawn: *: processes of group * may be left: *' \
			"$err"
		assertEquals "$1" 125 "$status"
		kill -s KILL "$(cat left)"
	else
		assertEquals "$1" '0 ' "$status $err"
	fi
	rm left
}

testAtTheLimitOfDescriptorsNoEscapeeIsLeft()
{
	need_table || return 0
	escaper
	for limit in 8 10 12 13 14 15 16 17 18 20; do
		for how in '' '-L x' -t; do
			can_have "$how" || continue
			# shellcheck disable=SC2086
			run sh -c 'ulimit -n $0 && exec "$@"' $limit \
				pgspawn -o /dev/null -a -k 0.2 $how ./escaper \
				</dev/null
			assertNoneInSilence "$limit $how"
		done
	done
}

testAFailureAtTheEndIsTriedAgain()
{
	can_inject && no_sanitizer || return 0
	escaper
	for fault in readlink:error=EMFILE:when=1 getdents64:error=ENOMEM:when=1 \
	    getdents64:error=EMFILE:when=2; do
		run strace -qq -o /dev/null -e inject=$fault \
			pgspawn -a -k 0.2 ./escaper
		assertRan 0 '' ''
		assertTrue "$fault: it is left" "dead $(cat left)"
		rm left
	done
}

testAFailureThatStaysIsReported()
{
	can_inject && no_sanitizer || return 0
	escaper
	for fault in readlink:error=EMFILE readlink:error=ENOENT \
	    getdents64:error=ENOMEM; do
		run strace -qq -o /dev/null -e inject=$fault \
			pgspawn -a -k 0.1 ./escaper
		assertLike "$fault" 'pgspawn: *: processes of group * may be left: *' \
			"$err"
		assertEquals "$fault" 125 "$status"
		record_pid "$(cat left)"
		kill -s KILL "$(cat left)"
		rm left
	done
}

testTheGuardLeavesNoEscapeeBehind()
{
	can_inject || return 0
	escaper
	for fault in 'ulimit -n 17' 'readlink:error=EMFILE:when=1' \
	    getdents64:error=EMFILE:when=1; do
		case $fault in
		ulimit*) launch sh -c "$fault"' && exec "$@"' sh \
			pgspawn -p 5 -a -k 0.2 -K $$ ./escaper wait 5>handle ;;
		*)	launch strace -qq -f -o /dev/null -e "inject=$fault" \
			pgspawn -p 5 -a -k 0.2 -K $$ ./escaper wait 5>handle ;;
		esac
		waitfor 10 test -s left || fail "$fault: it did not start"
		waitfor 10 test -s handle
		leader=$(cat handle)
		record_group "$leader"
		record_pid "$(cat left)"
		kill -s KILL "$(parent_of "${leader%%:*}")"
		waitfor 20 group_dead "$leader" || fail "$fault: the group is left"
		waitfor 20 dead "$(cat left)" || fail "$fault: it is left"
		rm left handle
	done
}

# Linux before 5.9 has no close_range.
testDescriptorsAreClosedOneByOneToo()
{
	can_inject || return 0
	exec 7</dev/null
	for how in '' -d -x; do
		run strace -qq -f -o trace -e signal=none \
			-e inject=close_range:error=ENOSYS pgspawn $how -- \
			sh -c '{ true <&7; } 2>/dev/null && echo open >seen
				echo "over" >>seen'
		waitfor 10 grep -qs over seen
		assertEquals "$how" over "$(cat seen)"
		assertTrue 'it was there' 'grep -q INJECTED trace'
		rm seen trace
	done
	exec 7<&-
}

testWithoutMadviseOnlyMemoryIsLost()
{
	can_inject || return 0
	run strace -qq -o trace -e inject=madvise:error=EINVAL pgspawn -- \
		sh -c 'sleep 0.1; exit 3'
	assertRan 3 '' ''
}

. "$SHUNIT2"
