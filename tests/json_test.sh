#!/bin/sh
# shellcheck disable=SC2119
# json_test.sh: the output that programs read (-J, -H), and what terminals get
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgup_lib.sh
. "$src/tests/pgup_lib.sh"

tab=$(printf '\t')

setUp()
{
	test_begin
	find_state "$PGUP"
	cat >parsed.py <<-'END'
	import json, sys
	bad = lambda name: sys.exit('not of JSON: ' + name)
	data = open(sys.argv[1], 'rb').read().decode('utf-8')
	it = json.loads(data, parse_constant=bad)
	print(json.dumps(it, separators=(',', ':')).replace('\177', r'\u007f'))
	END
	cat >parsed.js <<-'END'
	const text = new TextDecoder('utf-8', { fatal: true })
	    .decode(require('fs').readFileSync(process.argv[2]));
	console.log(JSON.stringify(JSON.parse(text)).replace(/[^ -~]/g,
	    c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')));
	END
}

# need_parser: skip the test where no program parses JSON.
need_parser()
{
	if command -v python3 >/dev/null; then parser='python3 parsed.py'
	elif command -v node >/dev/null; then parser='node parsed.js'
	else
		skip 'neither python3 nor node is installed'
		return 1
	fi
}

# prints JSON COMMAND...: the command prints this JSON, compared after parsing; sets
# status to that of the command.
prints()
{
	wanted=$1
	shift
	status=0
	"$@" >text 2>errors || status=$?
	# shellcheck disable=SC2086
	$parser text >parsed 2>&1 || fail "$*: $(cat text parsed)"
	assertEquals "$*" "$wanted" "$(cat parsed)"
}

testRecordsInJson()
{
	need_table && need_parser || return 0
	prints '[]' pgtrack -D db list -aJ
	launch_group pgtrack -D db exec web sleep 100
	waitfor 10 pgtrack -D db get web || fail 'no record'
	handle=$(pgtrack -D db get web)
	# It is the same instant in every time zone.
	started=$(sed -n 's/^started=//p' db/web/record)
	started=$(date -u -d "@$started" +'"%Y-%m-%dT%H:%M:%SZ"' 2>/dev/null ||
	    date -u -r "$started" +'"%Y-%m-%dT%H:%M:%SZ"')
	export TZ=UTC-5
	prints '[{"name":"web","state":"running","handle":"'"$handle"'","pgid":'"$pid"',"started":'"$started"',"command":"sleep 100"}]' \
	    pgtrack -D db list -J
	pgterm "$pid"
	prints '[]' pgtrack -D db list -J
	prints '[{"name":"web","state":"stale","handle":"'"$handle"'","pgid":'"$pid"',"started":'"$started"',"command":"sleep 100"}]' \
	    pgtrack -b -D db list -aJ
	mkdir db/broken
	ln -s /etc/passwd db/broken/record
	pgtrack -D db rm web
	prints '[{"name":"broken","state":"unsafe","handle":null,"pgid":null,"started":null,"command":null}]' \
	    pgtrack -D db list -aJ
	unset TZ
	assertEquals 4 "$status"
}

# The record has the command with escapes for a terminal; JSON has only escapes of JSON.
testCommandInJsonIsWhatWasTyped()
{
	need_table && need_parser || return 0
	# shellcheck disable=SC1003
	launch_group pgtrack -D db exec web sh -c 'exec sleep 100' \
	    "$(printf 'a"b\\c\tx\\x41\377\303\244')"
	waitfor 10 pgtrack -D db get web || fail 'no record'
	pgtrack -D db list -J >text
	# shellcheck disable=SC2086
	$parser text >parsed 2>&1 || fail "$(cat text parsed)"
	assertLike 'command' \
	    '*"command":"sh -c exec sleep 100 a\\"b\\\\c\\tx\\\\x41\\ufffd\\u00e4"}]' \
	    "$(cat parsed)"
}

# A name may be any bytes but NUL and newline.
testAnyNameIsEscaped()
{
	need_table && need_parser || return 0
	launch_group sleep 100
	while IFS='|' read -r name wanted; do
		# shellcheck disable=SC2059
		name=$(printf "$name.") name=${name%.}
		pgtrack -D db add "$name" "$pid" || fail "$name"
		printf '%b\n' "$wanted" >>expected
	done <<-'END'
	a"b|a\\"b
	a\\b|a\\\\b
	a/b|a/b
	\001\037\177x|\\u0001\\u001f\\u007fx
	\tx\ry|\\tx\\ry
	\033[31m|\\u001b[31m
	\302\205x|\\u0085x
	\303\244\342\202\254\360\237\230\200|\\u00e4\\u20ac\\ud83d\\ude00
	\342\200\250|\\u2028
	\377x|\\ufffdx
	\303|\\ufffd
	\300\257|\\ufffd\\ufffd
	\355\240\200|\\ufffd\\ufffd\\ufffd
	\364\220\200\200|\\ufffd\\ufffd\\ufffd\\ufffd
	\342\202|\\ufffd\\ufffd
	END
	pgtrack -D db list -J >text
	# shellcheck disable=SC2086
	$parser text >parsed 2>&1 || fail "$(cat text parsed)"
	while read -r wanted; do
		grep -qF "{\"name\":\"$wanted\",\"state\":" parsed ||
			fail "$wanted: $(cat parsed)"
	done <expected
	assertEquals 'control characters' '' \
	    "$(tr -d '\n' <text | LC_ALL=C tr -dc '\001-\037\177')"
}

testProcessesInJson()
{
	need_table && need_parser || return 0
	# shellcheck disable=SC1003
	JSON_MARK=$(printf 'a\nb"\377\\') launch_group sigreport >out
	waitfor 10 grep -q ready out || fail 'not ready'
	parent=$(parent_of "$pid")
	handle=$(pgscan -ag JSON_MARK)
	prints '[{"handle":"'"$handle"'","pgid":'"$pid"',"pid":'"$pid"',"ppid":'"$parent"',"state":"supervised","marker":"JSON_MARK=a\nb\"\ufffd\\","command":"sigreport"}]' \
	    pgscan -aJ JSON_MARK
	assertEquals 0 "$status"
	assertEquals 3 "$(grep -c '' text)"
	prints '[{"handle":"'"$handle"'","pgid":'"$pid"'}]' pgscan -agJ JSON_MARK
}

testNothingIsAnEmptyArray()
{
	need_table && need_parser || return 0
	prints '[]' pgscan -aJ NOBODY_HAS_THIS
	assertEquals 1 "$status"
	prints '0' pgscan -acJ NOBODY_HAS_THIS
	run pgscan -aqJ NOBODY_HAS_THIS
	assertRan 1 '' ''
	mkdir run
	prints '[]' pgkeep -D run list -J
}

testStatesInJson()
{
	need_parser || return 0
	mkdir run
	echo 'running 2 -1' >run/a
	echo 'failed 3 7' >run/b
	prints '[{"name":"b","state":"failed","restarts":3,"exit":7}]' \
	    pgkeep -D run list -J b
	run pgkeep -D run list -H b
	assertRan 0 "b${tab}failed${tab}3${tab}7" ''
	prints '[]' pgkeep -D run list -J nope
	assertEquals 1 "$status"
	assertEquals 'pgkeep: nope: no such service' "$(cat errors)"
}

is_delayed()
{
	pgup status | grep -q "^$1 *delayed"
}

testStatusOfARunnerForPrograms()
{
	need_table && need_parser || return 0
	procfile 'a: exec sleep 100\nlonger: exit 3\n#: longer restart=on-failure\n'
	start_pgup
	runner=$pid
	waitfor 30 is_delayed longer || fail "$(cat out err)"
	run pgup status -H
	assertEquals 2 "$(grep -c '' "$work/out")"
	a=$(pgup status -H | awk -F '\t' '$1 == "a" { print $3 }')
	assertLike plain "a${tab}running${tab}$a${tab}????-??-?? ??:??:??${tab}0${tab}-" \
		"$(sed q "$work/out")"
	pgup status -J >text
	# shellcheck disable=SC2086
	$parser text >parsed 2>&1 || fail "$(cat text parsed)"
	assertLike json '{"runner":'"$runner"',"services":[[]{"name":"a","state":"running","pgid":'"$a"',"since":"????-??-??T??:??:??Z","restarts":0,"exit":null},{"name":"longer","state":"*","pgid":*,"restarts":*,"exit":3}]}' \
		"$(cat parsed)"
	TZ=UTC-5 pgtrack -D "$state/services" list -J |
		sed -n 's/.*"started":\("[^"]*"\).*/\1/p' >started
	for zone in UTC0 UTC-5 UTC7; do
		TZ=$zone pgup status -J | sed -n 's/.*"since":\("[^"]*"\).*/\1/p' |
			sed q >since
		assertEquals "$zone" "$(cat started)" "$(cat since)"
	done
	pgup stop
	run pgup status -J
	assertEquals 1 "$status"
	printf '%s\n' "$out" >text
	# shellcheck disable=SC2086
	$parser text >parsed 2>&1 || fail "$(cat text parsed)"
	assertLike stopped '{"runner":null,*"state":"stopped","pgid":null,"since":null,"restarts":null,"exit":null}]}' \
		"$(cat parsed)"
	run pgup status -H
	assertEquals 1 "$status"
	assertNotContains "$out" 'no runner'
}

# at WORD LINE: prints the column at which WORD begins.
at()
{
	printf '%s\n' "$2" | awk -v word="$1" '{ print index($0, word) }'
}

testTheHeaderOfStatusFitsShortNames()
{
	for names in 'a b' 'name-that-is-long x'; do
		# shellcheck disable=SC2086
		printf '%s: true\n' $names >Procfile
		run pgup status
		header=$(printf '%s\n' "$out" | sed q)
		row=$(printf '%s\n' "$out" | sed -n 2p)
		assertEquals "$out" "$(at STATE "$header")" "$(at stopped "$row")"
	done
}

testFormatsAreForLists()
{
	procfile 'a: true\n'
	for line in 'start -J' 'stop -H' 'check -J' '-J' 'where -H'; do
		# shellcheck disable=SC2086
		run pgup $line
		assertRanLike 2 '' 'pgup: *: -? means nothing here*'
	done
	for line in 'pgtrack get -J x' 'pgtrack -J list' 'pgkeep -J list'; do
		# shellcheck disable=SC2086
		run $line
		assertLike "$line" '*: unknown option -J*' "$err"
	done
}

# on_terminal COMMAND: prints what COMMAND prints on a terminal, without the returns.
on_terminal()
{
	script -qec "$1 2>errors" /dev/null </dev/null | tr -d '\r'
}

testOnlyATerminalGetsAHeader()
{
	need_table && need_pty script || return 0
	mkdir run
	assertEquals "#GROUP${tab}NAME${tab}STATE" "$(on_terminal 'pgtrack -D db list')"
	assertEquals '' "$(on_terminal 'pgtrack -D db list -H')"
	assertEquals "#NAME${tab}STATE${tab}RESTARTS${tab}EXIT" \
		"$(on_terminal 'pgkeep -D run list')"
	assertEquals '' "$(on_terminal 'pgkeep -D run list -H')"
	assertEquals "#GROUP${tab}PID${tab}PPID${tab}STATE${tab}MARKER${tab}COMMAND" \
		"$(on_terminal 'pgscan NOBODY_HAS_THIS')"
	assertEquals '' "$(on_terminal 'pgscan -H NOBODY_HAS_THIS')"
	assertEquals '[]' "$(on_terminal 'pgscan -J NOBODY_HAS_THIS' | tr -d '\n')"
	assertEquals '' "$(pgtrack -D db list; pgkeep -D run list)"
}

testAListThatCannotBeWrittenIsAFailure()
{
	[ -c /dev/full ] || { skip 'no /dev/full'; return 0; }
	mkdir run
	for line in 'pgtrack -D db list -J' 'pgkeep -D run list -J' 'pgscan -J NONE'; do
		$line >/dev/full 2>errors && fail "$line succeeded"
		[ -s errors ] || fail "$line said nothing"
	done
}

. "$SHUNIT2"
