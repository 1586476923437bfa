#!/bin/sh
# shellcheck disable=SC2016
# procfile_test.sh: how pgup reads a Procfile, an environment file and its
# options. PGUP_SHELL is the shell that runs pgup, TEST_SHELL where it is unset.
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# yash reads text of its locale only.
LC_ALL=C.UTF-8

PGUP=$(pgup_by "${PGUP_SHELL:-$TEST_SHELL}")

# pgup ARGUMENT...
pgup()
{
	"$PGUP" "$@"
}

# procfile FORMAT, dotenv FORMAT: make the file; the format is for printf.
procfile()
{
	[ "$1" != -- ] || shift
	# shellcheck disable=SC2059
	printf -- "$1" >Procfile
}

dotenv()
{
	# shellcheck disable=SC2059
	printf "$1" >.env
}

# printed SERVICE: what it has printed, without label.
printed()
{
	cat "$state/log/$1"
}

# --- Procfile ----------------------------------------------------------------

testEntriesAreNamesAndCommands()
{
	procfile 'web: true\nnospace:true\n9_a-Z:  true\ntab:\ttrue\n'
	run pgup check
	assertRan 0 'web: port 5000
nospace: port 5100
9_a-Z: port 5200
tab: port 5300' ''
}

testCommentsAndBlankLinesAreSkipped()
{
	procfile '# one\n\n \t\n  # two\n#: web ready=port\nweb: true\n#web: no\n'
	run pgup check
	assertRan 0 'web: port 5000' ''
}

testByteOrderMarkAndReturnsAndBlanksAtTheEndDoNotCount()
{
	procfile '\357\273\277a: echo x  \r\n\r\nb: echo y \t\r\nc: echo z'
	run pgup a
	assertEquals 0 "$status"
	assertEquals x "$(printed a)"
	run pgup check
	assertRan 0 'a: port 5000
b: port 5100
c: port 5200' ''
}

testMalformedLinesAreNamedAndDoNotCount()
{
	procfile 'a: true\nno colon\n  b: true\nc.1: true\nd:\n: true\ne : true\nf: true\n'
	run pgup check
	assertRan 2 'a: port 5000
f: port 5100' \
'Procfile:2: a name is made of letters, digits, _ and -
Procfile:3: a name is made of letters, digits, _ and -
Procfile:4: a name is made of letters, digits, _ and -
Procfile:5: d: no command
Procfile:6: a name is made of letters, digits, _ and -
Procfile:7: a name is made of letters, digits, _ and -'
}

testStartOnlyWarnsOfMalformedLines()
{
	procfile 'bad\na: echo x\n'
	run pgup
	assertRanLike 0 '*a | x*' \
'Procfile:1: a name is made of letters, digits, _ and -
pgspawn: a: exited with status 0'
}

testDuplicatesAreAnError()
{
	procfile 'a: true\nb: true\na: false\n'
	run pgup check
	assertRan 2 '' 'Procfile:3: a: is there already'
	run pgup
	assertRan 2 '' 'Procfile:3: a: is there already'
	assertFalse 'nothing was made' '[ -e $state ]'
}

testProcfileWithoutServicesIsAnError()
{
	procfile '# nothing\n'
	run pgup
	assertRan 2 '' 'pgspawn: Procfile: no services'
}

testProcfileHasToBeThere()
{
	run pgup
	assertRan 2 '' 'pgup: Procfile: cannot be read'
	run pgup -f . check
	assertEquals 2 "$status"
}

testCommandGoesToTheShellUntouched()
{
	cat >Procfile <<-'END'
	a: printf '%s|' "$PSQL" '$PORT' \\n "a  b" * ${NONE:-d:e} 'x # y'; echo "\$HOME"
	END
	PSQL=real run pgup
	assertEquals 'real|$PORT|\n|a  b|Procfile|d:e|x # y|$HOME' "$(printed a)"
}

testServicesRunInTheDirectoryOfTheProcfile()
{
	mkdir 'a b:*' && cd 'a b:*' || return
	procfile 'here: pwd\n'
	cd ..
	run pgup -f 'a b:*/Procfile'
	assertEquals 0 "$status"
	assertEquals "$(pwd -P)/a b:*" "$(cat 'a b:*/.pgup/log/here')"
}

# --- environment file --------------------------------------------------------

testEnvironmentFileIsReadByItsRules()
{
	dotenv '\357\273\277# comment\nA=1\r\nexport B=two  words \n  C =\tspaced
D=\nE=a#b\nF=x # c\nG= # c\nH=#frag\nI=it'"'"'s\nJ=http://h/p?q=1#f\nLAST=end'
	procfile 'a: printf "<%%s>" "$A" "$B" "$C" "${D-unset}" "$E" "$F" "$G" "$H" "$I" "$J" "$LAST"\n'
	run pgup
	assertRanLike 0 '*' 'pgspawn: a: exited with status 0'
	assertEquals "<1><two  words><spaced><><a#b><x><><#frag><it's><http://h/p?q=1#f><end>" \
		"$(printed a)"
}

testQuotedValuesInTheEnvironmentFile()
{
	cat >.env <<-'END'
	A='as $it \n is # here' # comment
	B="q\nl \" \\ \$x \t # in"	# comment
	C=""
	D=a"b"
	E="end\\"
	END
	procfile 'a: printf "<%%s>" "$A" "$B" "$C" "$D" "$E"\n'
	run pgup
	assertEquals '<as $it \n is # here><q
l " \ $x \t # in><><a"b"><end\>' "$(printed a)"
}

testFaultsInTheEnvironmentFileAreNamed()
{
	cat >.env <<-'END'
	A="open
	B='open
	C="x"y
	1D=2
	no equals
	=x
	E="back\"
	F=fine
	END
	procfile 'a: echo "$F"\n'
	run pgup check
	assertRan 2 '' ".env:1: A: bad quotes
.env:2: B: bad quotes
.env:3: C: bad quotes
.env:4: not NAME=value
.env:5: not NAME=value
.env:6: not NAME=value
.env:7: E: bad quotes"
	run pgup
	assertRanLike 2 '' '.env:1: A: bad quotes*'
	assertFalse 'nothing was made' '[ -e $state ]'
}

testEnvironmentFileWinsAndTheLastLineOfAName()
{
	dotenv 'A=1\nA=2\n'
	procfile 'a: echo "$A"\n'
	A=0 run pgup
	assertEquals 2 "$(printed a)"
}

testNamesThatAShellWouldTakeForItselfAreForTheService()
{
	dotenv 'UID=7\nIFS=x\nPPID=8\nHOME=/h\nname=n\nstatus=s\nbin=/b\n'
	procfile 'a: env | grep -E "^(UID|PPID|HOME|name|status|bin)=" | sort\n'
	run pgup
	assertEquals 'HOME=/h
PPID=8
UID=7
bin=/b
name=n
status=s' "$(printed a | sed 's/^PPID=.*/PPID=8/')"
}

testNamedEnvironmentFileHasToBeThere()
{
	procfile 'a: echo "$A"\n'
	run pgup -e other
	assertRan 2 '' 'pgspawn: other: No such file or directory'
	dotenv 'A=default\n'
	echo A=named >other
	run pgup -e other
	assertEquals named "$(printed a)"
}

# --- PORT, PS, names ---------------------------------------------------------

testPortCountsEveryEntryOfTheFile()
{
	procfile 'a: true\nrelease: true\nb: echo "$PORT $PS"\n'
	run pgup b
	assertEquals '5200 b.1' "$(printed b)"
}

testBaseOfPortComesFromOptionThenFileThenEnvironment()
{
	procfile 'a: echo "$PORT"\n'
	PORT=3000 run pgup
	dotenv 'PORT=4000\n'
	PORT=3000 run pgup
	PORT=3000 run pgup -p 6000
	assertEquals '3000
4000
6000' "$(printed a)"
	run pgup -p 80x
	assertRan 2 '' 'pgspawn: PORT 80x: bad number'
}

testInstancesHaveNumbersAndPorts()
{
	procfile 'a: true\nweb: true\nx-web: true\n'
	run pgup -m web=2,x-web=1 -m a=0 check
	assertRan 0 'web.1: port 5100
web.2: port 5101
x-web.1: port 5200' ''
	for bad in web=x web=101 web=1=2 web=; do
		run pgup -m "$bad" check
		assertRan 2 '' "pgspawn: $bad: not name=number, at most 100"
	done
	run pgup -m nobody=1 check
	assertRan 2 '' 'pgspawn: nobody: not in Procfile'
}

testPortsEndAt65535()
{
	procfile 'a: echo a\nb: true\n'
	run pgup -p 65435 check
	assertRan 0 'a: port 65435
b: port 65535' ''
	run pgup -p 65436
	assertRan 2 '' 'pgspawn: b: there is no port 65536'
	run pgup -p 65436 check
	assertRan 2 '' 'pgspawn: b: there is no port 65536'
	assertFalse 'a has run' '[ -e $state/log/a ]'
}

testNamesMayBeginWithADash()
{
	procfile -- '-x: echo up; sleep 60\n--: sleep 60\nb: exit 7\n#: b after=-x,--\n'
	run pgup
	assertRanLike 7 '*' 'pgspawn: b: exited with status 7'
	assertEquals up "$(printed -x)"
	run pgup status
	assertRanLike 1 '*
-x *stopped *
-- *stopped *
b *stopped *
no runner' ''
}

testTheMaskOfTheCallerIsOfNoConcern()
{
	procfile 'a: umask; true\n'
	for mask in 002 000 077; do
		umask $mask
		run pgup
		assertRanLike 0 '*' 'pgspawn: a: exited with status 0'
		assertLike "of $mask" "*$mask" "$(printed a)"
		run pgup status
		assertRanLike 1 '*' ''
	done
	run pgup clean
	assertRan 0 '' ''
	umask 022
}

testReleaseIsSkippedUnlessNamed()
{
	procfile 'release: echo r\na: echo a\n'
	run pgup
	assertRanLike 0 '*' 'pgup: release: skipped*
pgspawn: a: exited with status 0'
	run pgup release
	assertRanLike 0 '*' 'pgspawn: release: exited with status 0'
	run pgup -m release=1 check
	assertRan 0 'release.1: port 5000
a: port 5100' ''
	procfile 'release: true\n'
	run pgup
	assertRan 2 '' 'pgup: no service to start'
}

testOptionsMayComeBeforeTheSubcommandAndAfterIt()
{
	procfile 'a: true\n'
	mv Procfile P
	for arguments in '-p 700 check -f P' 'check -p 700 -f P' '-f P -p 700 check' \
	    '-p 600 -f P check -p 700 --'; do
		# shellcheck disable=SC2086
		run pgup $arguments
		assertRan 0 'a: port 700' ''
	done
	run pgup -f P run -p 700 sh -c 'echo "$PORT $0"' -f
	assertRan 0 '700 -f' ''
	run pgup start -f P -k 1x
	assertRanLike 2 '' '*1x*'
	run pgup start -f P -- -f
	assertRan 2 '' 'pgup: -f: not in P'
	run pgup stop -Z
	assertRan 2 '' 'pgup: unknown option -Z: see pgup(1)'
	run pgup start -k 1 -f P
	assertRanLike 0 '*' 'pgspawn: a: exited with status 0'
	run pgup logs -f P
	assertRanLike 2 '' 'pgup: *'
}

testUnknownNamesAndOptionsAreUsageErrors()
{
	procfile 'a: true\n'
	run pgup a nobody
	assertRan 2 '' 'pgup: nobody: not in Procfile'
	run pgup stop nobody
	assertRan 2 '' 'pgup: nobody: not in Procfile'
	for mode in check status clean; do
		run pgup "$mode" a
		assertRan 2 '' "pgup: $mode: no names: see pgup(1)"
	done
	run pgup -Z
	assertRan 2 '' 'pgup: unknown option -Z: see pgup(1)'
	run pgup -k
	assertRan 2 '' 'pgup: option -k needs an argument: see pgup(1)'
	run pgup -k 1x
	assertRanLike 2 '' '*1x*'
}

. "$SHUNIT2"
