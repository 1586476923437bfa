#!/bin/sh
# usage_test.sh: help, version and usage messages of every command
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

commands=$(sed -n 's/^BIN *= //p' "$src/Makefile.in")
version=$(sed -n 's/^VERSION *= //p' "$bin/Makefile")

# each FUNCTION: call the function with each command.
each()
{
	for command in $commands; do
		"$1" "$command"
	done
}

prints_help()
{
	"$1" -h >help </dev/null
	for word in -h --help; do
		run "$1" "$word" </dev/null
		assertRan 0 "$(cat help)" ''
	done
	assertLike "usage of $1" "usage: $1 *" "$(sed q help)"
	assertEquals "lines of $1 that are too long" '' "$(grep '.\{81\}' help |
		grep -v '^usage:')"
}

testHelpIsPrintedOnStandardOutput()
{
	each prints_help
}

prints_version()
{
	for word in -V --version; do
		run "$1" "$word" </dev/null
		assertRan 0 "$1 (procgroup) $version" ''
	done
}

testTheVersionIsThatOfThePackage()
{
	assertLike version '[0-9]*' "$version"
	each prints_version
}

# lists_what_the_page_has COMMAND: the help lists the options of the page. There -V is in the
# item of -h.
lists_what_the_page_has()
{
	sed -n '/^\.Sh DESCRIPTION/,/^\.Sh EXIT/s/^\.It Fl \([A-Za-z]\).*/\1/p' \
	    "$src/man/$1.1" | sort -u >page
	"$1" -h | sed -n 's/^  -\([A-Za-z]\)[ ,].*/\1/p' | grep -v V | sort -u >help
	assertEquals "$1 -h, and its page" '' "$(diff help page)"
}

testHelpHasTheOptionsThatThePageHas()
{
	each lists_what_the_page_has
}

refuses()
{
	for word in --nonsense -Z --h --versions; do
		run "$1" "$word" </dev/null
		assertTrue "status of $ran" "[ $status -ne 0 ]"
		assertEquals "output of $ran" '' "$out"
		assertEquals "errors of $ran" "$1: unknown option $word
$(usage_of "$1")" "$err"
	done
}

testWrongUsageIsReportedInOneLineBeforeTheUsage()
{
	each refuses
}

testHelpCanFollowASubcommand()
{
	while read -r line; do
		# shellcheck disable=SC2086
		run $line </dev/null
		assertRanLike 0 "usage: ${line%% *} *" ''
	done <<-'END'
	pgkeep run -h
	pgkeep list --help
	pgproc exec -h
	pgproc list --help
	pgtrack exec -h
	pgtrack list --help
	pgtrack -b wait -h
	pgup status -h
	pgup logs --help
	pgup run --help
	pgterm -v --help
	pgspawn -bdh
	END
}

testWordsOfTheCommandAreNotOurs()
{
	cat >show <<-'END'
	#!/bin/sh
	echo "$*"
	END
	chmod +x show
	for word in -h --help -V --version; do
		run pgspawn ./show "$word"
		assertRan 0 "$word" ''
		run pgspawn -- ./show "$word"
		assertRan 0 "$word" ''
		run pgproc run ./show "$word"
		assertRan 0 "$word" ''
		run pgspawn pgtrack -D db exec a ./show "$word"
		assertRan 0 "$word" ''
	done
}

fails_on_full()
{
	for word in -h -V; do
		"$1" "$word" >/dev/full 2>errors
		assertNotEquals "status of $1 $word" 0 $?
		assertTrue "$1 $word says nothing" "[ -s errors ]"
	done
}

testHelpThatCannotBeWrittenIsAFailure()
{
	[ -c /dev/full ] || { skip 'no /dev/full'; return 0; }
	each fails_on_full
}

# The scripts print the help before they look for another file.
testNoFileIsNeededForHelp()
{
	chmod a-rwx "$dir"
	run pgup --help
	assertRanLike 0 'usage: pgup *' ''
	run pgexport -V
	assertRan 0 "pgexport (procgroup) $version" ''
	chmod u+rwx "$dir"
}

testHelpOfACommandThatAnotherCalledIsItsOwn()
{
	PROCGROUP_NAME=pgup run pgproc -h
	assertRanLike 0 'usage: pgproc *' ''
	PROCGROUP_NAME=pgup run pgproc -V
	assertRan 0 "pgproc (procgroup) $version" ''
}

. "$SHUNIT2"
