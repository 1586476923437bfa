#!/bin/sh
# shellcheck disable=SC2016
# security_test.sh: each statement of SECURITY in procgroup(7) names a test; tests of the
# statements that no other file tests
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# statements: prints the number of statements in the section SECURITY, and the number of
# tests named there. The advice at its end is left out: no test can prove it.
statements()
{
	awk '
		/^\.Sh/ { here = /SECURITY/ }
		/^\.Ss What the superuser/ { here = 0 }
		here && /^\.It/ && !/^\.It Em/ { items++ }
		here && /^\.\\" test: / { tests++ }
		END { print items + 0, tests + 0 }' "$src/man/procgroup.7"
}

testEachStatementOfSecurityNamesATestThatIsThere()
{
	# shellcheck disable=SC2046
	set -- $(statements)
	assertTrue "$1 statements" "[ $1 -gt 25 ]"
	assertEquals 'tests of the statements' "$1" "$2"
	sed -n 's/^\.\\" test: //p' "$src/man/procgroup.7" >named
	while read -r file name; do
		grep -q "^$name()" "$src/tests/$file.sh" ||
			fail "$file.sh has no $name"
	done <named
}

# A program that is set-user-ID to the user of pgscan has the marker of another user.
testASetUserIdProgramCarriesTheMarkersOfItsCaller()
{
	need_root && need setpriv || return 0
	find_user
	chmod 755 .
	cp "$bin/tests/sigreport" suid
	chmod 4755 suid
	# shellcheck disable=SC2086
	launch $user_prefix env SECURITY=theirs ./suid >said
	waitfor 10 grep -q ready said || { skip 'no set-user-ID programs here'; return 0; }
	[ "$(awk '/^Uid:/ { print $3 }' "/proc/$pid/status")" -eq 0 ] ||
		{ skip 'no set-user-ID programs here'; return 0; }
	run pgscan -a -b SECURITY
	assertLike 'of the effective user' "*$pid*SECURITY=theirs*" "$out"
	# shellcheck disable=SC2086
	launch $user_prefix env SECURITY=other "$bin/tests/sigreport" >other
	waitfor 10 grep -q ready other || return 0
	run pgscan -a -b SECURITY=other
	assertRan 1 '' ''
}

testNobodyElseTellsAKeeperWhatToDo()
{
	need_root || return 0
	find_user
	chmod 755 .
	launch pgkeep -D run run web -- sleep 60 2>/dev/null
	waitfor 10 sh -c 'pgkeep -D run list web | grep -q running' ||
		fail 'it does not run'
	for word in 'list' 'stop web' 'end web' 'restart web'; do
		# shellcheck disable=SC2086
		run as_user pgkeep -D run $word
		assertRanLike 125 '' 'pgkeep: run: *'
	done
	assertLike 'it runs still' "web*running*" "$(pgkeep -D run list web)"
	chmod 777 run
	run pgkeep -D run list
	assertRanLike 125 '' 'pgkeep: run: *others may write*'
	kill -s TERM "$pid"
	waitfor 10 dead "$pid" || fail 'the keeper lives'
}

testTheFileOfAServiceIsOpenedAsAShellDoes()
{
	echo before >real
	ln -s real link
	run pgspawn -o link -- echo after
	assertRan 0 '' ''
	assertEquals 'before
after' "$(cat real)"
	need_root || return 0
	find_user
	chmod 755 .
	give real
	run pgspawn -o real -- echo more
	assertEquals more "$(tail -n 1 real)"
}

testNothingOfAnEnvironmentFileIsExecuted()
{
	printf 'A=$(touch ran)\nB=`touch ran`\nC="$(touch ran)"\nD=; touch ran\n' >.env
	echo 'web: [ -n "$A" ]' >Procfile
	pgproc exec web 2>/dev/null
	pgproc list >/dev/null 2>&1
	pgproc run true >/dev/null 2>&1
	assertFalse 'it was executed' '[ -e ran ]'
}

testTheOutputOfAServiceIsPassedOnAsItIs()
{
	esc=$(printf '\033\302\233')
	run pgspawn -L 'x ' -- printf '%s[2J\n' "$esc"
	assertRan 0 "x ${esc}[2J" ''
}

. "$SHUNIT2"
