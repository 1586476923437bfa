#!/bin/sh
# lack_test.sh: when pgspawn lacks a descriptor or memory at the start or at the
# end, it says so, and leaves nothing behind
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

# inject FAULT COMMAND...: COMMAND, with that fault of strace(1) in it and its children.
inject()
{
	fault=$1
	shift
	strace -qq -f -o /dev/null -e "inject=$fault" -e signal=none "$@"
}

# can_inject: strace(1) is here and may trace.
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
	assertRan 125 '' 'pgspawn: cannot make a handle: Cannot allocate memory'
	assertFalse 'it was started' '[ -e started ]'
}

# The command knows its handle, so that the parent need not fail.
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

. "$SHUNIT2"
