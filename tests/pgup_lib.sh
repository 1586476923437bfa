# shellcheck shell=sh
# pgup_lib.sh: what the test files about pgup share, after lib.sh. PGUP_SHELL is the
# shell that runs pgup; the default is TEST_SHELL.

PGUP=$(pgup_by "${PGUP_SHELL:-$TEST_SHELL}")

setUp()
{
	test_begin
	find_state "$PGUP"
}

# pgup ARGUMENT...: run it. start_pgup ARGUMENT...: run it in the background; its PID is in
# $pid, its output in the files out and err.
pgup()
{
	"$PGUP" "$@"
}

start_pgup()
{
	: >out
	: >err
	# A trace of the test must not get into err.
	launch sh -c 'exec "$@" >out 2>err' sh "$PGUP" "$@"
}

# ended: wait until pgup ends; its status is in $status.
ended()
{
	waitfor 60 dead "$pid" || fail 'pgup is still alive'
	alive "$pid" && kill -KILL "$pid"
	status=0
	wait "$pid" || status=$?
}

# printed SERVICE: prints the output of the service, without labels and marks.
printed()
{
	sed '/^--- .* ---$/d' "$state/log/$1"
}

# has_printed SERVICE LINE: the service has printed this line.
has_printed()
{
	says "$state/log/$1" "$2"
}

# started: prints the services in the order in which the runner started them.
started()
{
	sed -n 's/^pgup: \(.*\): port .*/\1/p' out | paste -s -d ' ' -
}

# keep_record: record every process of pgup: the groups of runner and services, and the
# processes that stubborn names.
keep_record()
{
	loop_group=$(pgtrack -b -D "$state" get runner)
	groups="$loop_group $(pgtrack -b -D "$state/services" list | cut -f 1)"
	zoo=$(cat "$state"/log/* 2>/dev/null |
		pids 'leader|child|setsid|daemon|zombie|born|ready' -)
	# shellcheck disable=SC2086
	record_group $groups
	# shellcheck disable=SC2086
	record_pid $zoo
}

# living: prints the PIDs of the recorded processes of pgup that are alive.
living()
{
	for one in $groups; do
		group_dead "$one" || echo "group $one"
	done
	for one in $zoo; do
		dead "$one" || echo "process $one"
	done
}

# nothing_lives: the timers of the runner get TERM from it as its last act, and may outlive
# it for a moment on a busy machine.
nothing_lives()
{
	[ -z "${loop_group:-}" ] || waitfor 20 group_dead "$loop_group"
	lives=$(living)
	[ -z "$lives" ] || printf 'living: %s\n' "$lives" >&2
	[ -z "$lives" ]
}

# group_of_service NAME: prints the PGID of the service.
group_of_service()
{
	pgtrack -b -D "$state/services" get "$1"
}
