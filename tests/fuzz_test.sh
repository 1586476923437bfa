#!/bin/sh
# fuzz_test.sh: each parser gets many small inputs of any bytes, the same in each run; see
# fuzz/drive.h
# shellcheck disable=SC2154 # lib.sh sets those of the last run
. "$src/tests/lib.sh"

# takes DRIVER...: each of these drivers passes a short run.
takes()
{
	for driver; do
		# Systems other than Linux do not have the files of this driver.
		[ -x "$bin/tests/fuzz/$driver" ] || continue
		run env TMPDIR="$PWD" "$bin/tests/fuzz/$driver" -n 2000 \
		    "$src/tests/fuzz/corpus/$driver"/*
		assertRan 0 '' ''
	done
	assertEquals '' "$(ls -A)"
}

testParsersOfUserInput()
{
	takes number schedule signame label vis json
}

testParsersOfFilesOfOtherProcesses()
{
	takes state want lineage overmind
}

testParsersOfPipesAndSockets()
{
	takes attach chain early frames keys linebuf linewatch notify screen \
	    targets watch
}

testParsersOfTextOfTheKernel()
{
	takes cgroup children port
}

# The reference parser follows the text of pgproc(1).
testFilesAreReadAsAReferenceParserReadsThem()
{
	need python3 || return 0
	run python3 "$src/tests/fuzz/reference.py" -n 3000 "$bin/tests/showconf"
	assertRan 0 "seed 1: 3000 environment files and 3000 Procfiles compared, 0 differ" ''
}

# Each driver has seeds, and names the functions that it must reach.
testEachDriverHasSeedsAndParsers()
{
	for driver in "$src"/tests/fuzz/*.c; do
		driver=${driver##*/}
		driver=${driver%.c}
		assertTrue "$driver" "[ -d '$src/tests/fuzz/corpus/$driver' ]"
		assertTrue "$driver" "grep -q '^$driver ' '$src/tests/fuzz/parsers'"
	done
}

testTheFunctionsThatDriversHaveToReachExist()
{
	while read -r driver file functions; do
		case $driver in '#'*) continue ;; esac
		for function in $functions; do
			grep -q "^$function(" "$src/$file" ||
				fail "$file has no $function"
		done
	done <"$src/tests/fuzz/parsers"
}

. "$SHUNIT2"
