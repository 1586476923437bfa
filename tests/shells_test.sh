#!/bin/sh
# shellcheck disable=SC2016,SC2119 # six_shapes takes further lines
# shells_test.sh: pgup behaves the same in every shell
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/shutdown_lib.sh
. "$src/tests/shutdown_lib.sh"

# run_pgup ARGUMENT...: run pgup in the shell of this test.
run_pgup()
{
	run "$PGUP" "$@"
}

# try_shell SHELL: test pgup with this shell.
try_shell()
{
	need "$1" && need_pty script && need_table || return 0
	PGUP=$(pgup_by "$1")
	mkdir stop term keys kill commands
	try_ends
	enter "$dir/commands" && try_commands
}

# Four runners at once, which end in different ways: by pgup stop, TERM, Ctrl-C and KILL.
try_ends()
{
	for cell in stop term kill; do
		enter "$dir/$cell" || return
		six_shapes
		supervise "$PGUP" -k 0.5
	done
	enter "$dir/keys" || return
	six_shapes
	supervise_on_terminal "$PGUP" -k 0.5
	for cell in stop term kill keys; do
		enter "$dir/$cell" || return
		await_shapes
	done

	enter "$dir/keys" && press_interrupt
	enter "$dir/kill" && kill -s KILL "$(cat runner)"
	enter "$dir/term" && kill -s TERM "$(cat runner)"
	enter "$dir/stop" && stop_from_outside
	assertRunnerEnded 143
	enter "$dir/term" && assertRunnerEnded 143
	enter "$dir/keys" && assertRunnerEnded 130
	enter "$dir/kill" || return
	assertTrue 'something is left' 'waitfor 10 nothing_supervised_lives'
	assertEquals 'status after SIGKILL' 137 "$(cat ended)"
}

stop_from_outside()
{
	run_pgup status
	assertEquals 'status' 0 "$status"
	for service in plain front obeys deaf away daemon; do
		assertLike 'status' "*
$service * running *" "$out"
	done
	run_pgup -k 0.5 stop front
	assertRan 0 '' ''
	assertFalse 'front runs' 'pgtrack -D "$state/services" get front'
	assertTrue 'deaf runs' 'pgtrack -D "$state/services" get deaf'
	run_pgup stop
	assertRan 0 '' ''
}

# without_marks: removes from $out the lines that mark each start.
without_marks()
{
	out=$(printf '%s\n' "$out" | grep -v -e '--- .* ---$')
}

has_come_twice()
{
	[ "$(grep -c '^web | web 5000' out)" -eq 2 ]
}

# The subcommands, used from another terminal, on services in an order.
try_commands()
{
	cat >Procfile <<-'END'
	#: web after=db
	web: echo "web $PORT"; exec sleep 600
	#: db ready=fd:3
	db: echo up; echo >&3; exec sleep 600
	END
	run_pgup check
	assertRan 0 'web: port 5000
db: port 5100' ''
	# shellcheck disable=SC2016
	run_pgup run sh -c 'echo "$PORT $PS"; exit 7'
	assertRan 7 '5000 run.1' ''
	supervise "$PGUP"
	waitfor 20 grep -q 'web | web 5000' out || fail "web is not up: $(cat out)"
	assertEquals 'pgup: db: port 5100' "$(grep 'port' out | head -n 1)"
	run_pgup restart 'w*'
	assertRan 0 '' ''
	waitfor 20 has_come_twice || fail "web is not up again: $(cat out)"
	run_pgup logs
	without_marks
	assertRan 0 'web | web 5000
web | web 5000
db  | up' ''
	run_pgup logs 'd?'
	without_marks
	assertRan 0 up ''
	run_pgup status
	assertRanLike 0 'NAME *
web *running * 1 *
db *running * 0 *' ''
	run_pgup stop
	assertRan 0 '' ''
	assertRunnerEnded 143
	assertEquals 'standard error' '' "$(cat err)"
	run_pgup clean
	assertRan 0 '' ''
	assertFalse 'it is not clean' '[ -e $state ]'
}

testDash()
{
	try_shell dash
}

testBash()
{
	try_shell bash
}

testBusyboxAsh()
{
	need busybox || return 0
	busybox ash -c : 2>/dev/null || skip 'busybox has no ash'
	isSkipping || try_shell busybox
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
