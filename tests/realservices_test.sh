#!/bin/sh
# shellcheck disable=SC2016
# realservices_test.sh: pgup with common servers, as far as they are installed. Some of them
# overwrite their environment, some start processes in sessions of their own.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/shutdown_lib.sh
. "$src/tests/shutdown_lib.sh"

# service NAME COMMAND: add it to the Procfile if the command is installed.
service()
{
	! command -v "${2%% *}" >/dev/null 2>&1 ||
		echo "$1: exec $2" >>Procfile
}

# The servers listen on sockets beside the Procfile: a port could be taken.
real_services()
{
	cat >nginx.conf <<-'END'
	daemon off;
	master_process on;
	worker_processes 2;
	pid nginx.pid;
	error_log stderr;
	events { }
	http {
		access_log off;
		client_body_temp_path tmp;
		proxy_temp_path tmp;
		fastcgi_temp_path tmp;
		uwsgi_temp_path tmp;
		scgi_temp_path tmp;
		server { listen unix:nginx.sock; }
	}
	END
	: >Procfile
	for each in /usr/sbin /usr/lib/postgresql/*/bin; do
		PATH=$PATH:$each
	done
	service nginx 'nginx -p . -e stderr -c nginx.conf'
	service redis 'redis-server --port 0 --save "" --unixsocket redis.sock'
	service node "node -e 'require(\"net\").createServer().listen(\"node.sock\")'"
	service python 'python3 -u -m http.server --bind 127.0.0.1 0'
	real_database
	[ -s Procfile ] && return
	skip 'none of them is installed'
	return 1
}

# PostgreSQL does not run as root, and each of its processes leads a session. A client keeps
# one of them busy; after TERM the server would wait for the client.
real_database()
{
	command -v initdb >/dev/null && command -v psql >/dev/null || return 0
	mkdir data
	give data
	as_user initdb -D data -A trust -U test -N >initdb.out 2>&1 || {
		fail "initdb: $(cat initdb.out)"
		return
	}
	service postgres "${user_prefix:+$user_prefix }postgres -F -D data -h '' -k . 2>&1"
	service query "psql -h '$dir/data' -U test -c 'select 4242' -c 'select pg_sleep(600)' postgres"
	cat >>Procfile <<-END
	#: postgres stop=INT,20 ready=cmd:psql -h '$dir/data' -U test -l
	#: query after=postgres
	END
}

are_serving()
{
	while IFS=: read -r name rest; do
		case $name in
		python)	grep -q Serving "$state/log/python" || return ;;
		query)	grep -q 4242 "$state/log/query" || return ;;
		postgres | '#'*) ;;
		*)	[ -S "$name.sock" ] || return ;;
		esac
	done <Procfile
}

start_services()
{
	need_table && real_services || return 1
	supervise "$PGUP" -k 5
	waitfor 60 are_serving || fail "they do not serve: $(cat out err)"
	groups=$(pgtrack -b -D "$state/services" list | cut -f 1)
	# shellcheck disable=SC2086
	record_group $groups
	record_pid "$(cat runner)"
}

nothing_serves()
{
	for one in $groups; do
		group_dead "$one" || return
	done
	[ -z "$(carriers)" ]
}

testRealServicesStop()
{
	start_services || return 0
	run "$PGUP" status
	assertEquals 'status' 0 "$status"
	assertEquals 'running' "$(grep -c '^[^#]' Procfile)" \
		"$(echo "$out" | grep -c ' running ')"
	run "$PGUP" stop
	assertRan 0 '' ''
	waitfor 10 test -s ended || fail 'pgup is alive'
	assertEquals 'status' 143 "$(cat ended)"
	assertTrue 'nothing serves' nothing_serves
	assertEquals 'none was killed' '' "$(grep -v 'pgup: not ready: ' err)"
}

testRealServicesEndWithARunnerThatIsKilled()
{
	start_services || return 0
	kill -s KILL "$(cat runner)"
	assertTrue 'something serves' 'waitfor 20 nothing_serves'
}

. "$SHUNIT2"
