#!/bin/sh
# shellcheck disable=SC2016
# pgspawn_input_test.sh: -I: a standard input that is open and silent, or empty
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgspawn_lib.sh
. "$src/tests/pgspawn_lib.sh"

testIdleHasNeitherDataNorAnEnd()
{
	mkfifo never
	exec 9<>never
	for how in '' -t '-L x' '-a -i' "-K $$"; do
		can_have "$how" || continue
		for from in /dev/null never file; do
			echo data >file
			rm -f reader data
			# shellcheck disable=SC2086
			spawn -I idle $how -- sh -c 'echo $$ >reader
				cat >data; echo end >>data' <"$from"
			waitfor 10 test -s reader || fail "$how: no start"
			reader=$(cat reader)
			record_pid "$reader"
			waitfor 10 test -e data
			run timeout 0.3 tail -f --pid="$reader" /dev/null
			assertEquals "$how <$from: it ended" 124 "$status"
			assertEquals "$how <$from" '' "$(cat data)"
			kill -s TERM "$pid"
			waitfor 10 dead "$pid"
		done
	done
	exec 9>&-
}

testIdleDetachedIsHeldByTheProcessThatStays()
{
	for how in '' -t; do
		can_have "$how" || continue
		# shellcheck disable=SC2086
		handle=$(pgspawn -d -I idle $how -- sh -c 'cat; echo end >ended')
		record_group "$handle"
		leader=${handle%%:*}
		relay=$(parent_of "$leader")
		assertEquals pgspawn "$(cat "/proc/$relay/comm")"
		run timeout 0.3 tail -f --pid="$leader" /dev/null
		assertEquals "$how: it ended" 124 "$status"
		pgterm "$handle"
		waitfor 5 dead "$relay" || fail 'the relay lives on'
		assertFalse "$how" '[ -e ended ]'
	done
}

# With -I idle pgspawn does not change the modes of the caller's terminal.
testIdleDoesNotReadTheTerminal()
{
	need_pty script || return 0
	script -qec 'stty -a >before; pgspawn -t -I idle sh -c "
		stty -a <&2 >inner; echo up; sleep 0.2"; stty -a >after' /dev/null \
		>screen </dev/null
	assertEquals "$(cat before)" "$(cat after)"
	assertContains "$(cat before)" ' icanon'
}

testNullIsAtItsEnd()
{
	for how in '' '-L x' -t -x -d '-d -t' "-K $$"; do
		can_have "$how" || continue
		rm -f data
		# shellcheck disable=SC2086
		echo data | pgspawn -I null $how sh -c \
			'cat >data; echo end >>data' >screen 2>&1
		waitfor 10 says data end || fail "$how: no end: $(cat screen)"
		assertEquals "$how" end "$(cat data)"
	done
}

testAnotherKindOfInputIsRefused()
{
	run pgspawn -x -I idle touch started
	assertRan 125 '' \
	    'pgspawn: -I idle: not with -x: no process would hold the pipe'
	run pgspawn -I pipe touch started
	assertRan 125 '' 'pgspawn: -I pipe: neither idle nor null'
	assertFalse 'it was started' '[ -e started ]'
}

. "$SHUNIT2"
