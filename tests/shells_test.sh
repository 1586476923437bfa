#!/bin/sh
# shellcheck disable=SC2119 # six_shapes takes further lines
# shells_test.sh: pgup does the same whichever shell runs it.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/shutdown_lib.sh
. "$src/tests/shutdown_lib.sh"

# try_shell COMMAND [OPTION]: four runs at once, which end in different ways; the
# first one by another terminal.
try_shell()
{
	need "$1" script && need_table || return 0
	PGUP="$* $bin/pgup"
	mkdir stop term keys kill
	for cell in stop term kill; do
		cd "$dir/$cell" || return
		six_shapes
		# shellcheck disable=SC2086
		supervise $PGUP -k 0.5
	done
	cd "$dir/keys" || return
	six_shapes
	supervise_on_terminal "$PGUP -k 0.5"
	for cell in stop term kill keys; do
		cd "$dir/$cell" || return
		await_shapes
	done

	printf '\003' >&7
	cd "$dir/kill" && kill -s KILL "$(cat runner)"
	cd "$dir/term" && kill -s TERM "$(cat runner)"
	cd "$dir/stop" && stop_from_outside
	assertEnded 143
	cd "$dir/term" && assertEnded 143
	cd "$dir/keys" && assertEnded 130
	exec 7>&-
	cd "$dir/kill" || return
	assertTrue 'something is left' 'waitfor 10 nothing_lives'
	assertEquals 'status after SIGKILL' 137 "$(cat ended)"
}

stop_from_outside()
{
	# shellcheck disable=SC2086
	run $PGUP status
	assertEquals 'status' 0 "$status"
	for service in plain front obeys deaf away daemon; do
		assertLike 'status' "*
$service * running *" "$out"
	done
	# shellcheck disable=SC2086
	run $PGUP -k 0.5 stop front
	assertRan 0 '' ''
	assertFalse 'front runs' 'pgtrack -D .pgup/services get front'
	assertTrue 'deaf runs' 'pgtrack -D .pgup/services get deaf'
	# shellcheck disable=SC2086
	run $PGUP stop
	assertRan 0 '' ''
}

testDash()
{
	try_shell dash
}

testBash()
{
	try_shell bash --posix
}

testBusyboxAsh()
{
	need busybox || return 0
	busybox ash -c : 2>/dev/null || skip 'busybox has no ash'
	isSkipping || try_shell busybox ash
}

testMksh()
{
	try_shell mksh
}

testYash()
{
	try_shell yash
}

testZsh()
{
	try_shell zsh --emulate sh
}

. "$SHUNIT2"
