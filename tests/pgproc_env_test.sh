#!/bin/sh
# shellcheck disable=SC2016
# pgproc_env_test.sh: how pgproc reads environment files
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/pgproc_lib.sh
. "$src/tests/pgproc_lib.sh"

# show FORMAT NAME...: write an environment file with printf, and print the values of these
# variables in <>; - for one that is unset.
show()
{
	# shellcheck disable=SC2059
	printf "$1" >file
	shift
	run pgproc -e file run sh -c '
		for n; do eval "printf \"<%s>\" \"\${$n--}\""; done' sh "$@"
}

testEnvironmentFileIsReadByItsRules()
{
	dotenv '\357\273\277# comment\nA=1\r\nexport B=two  words \n  C =\tspaced
D=\nE=a#b\nF=x # c\nG= # c\nH=#frag\nI=it'"'"'s\nJ=http://h/p?q=1#f\nLAST=end'
	procfile 'a: printf "<%%s>" "$A" "$B" "$C" "${D-unset}" "$E" "$F" "$G" "$H" "$I" "$J" "$LAST"\n'
	run pgproc exec a
	assertRan 0 "<1><two  words><spaced><><a#b><x><><><it's><http://h/p?q=1#f><end>" ''
}

testBlanksCommentsReturnsAndMarksDoNotCount()
{
	show '\357\273\277# c\n\n \t\r\n  # c\nA=1\r\nexport B=two  words \n  C =\tspaced\nexport\tD=\nLAST=end' \
		A B C D LAST
	assertRan 0 '<1><two  words><spaced><><end>' ''
}

testOnlyABlankAndASharpBeginAComment()
{
	show 'A=a#b\nB=x # c\nC= # c\nD=#frag\nE=h://p?q=1#f\nF=it'"'"'s "so"\nexported=y\n' \
		A B C D E F exported
	assertRan 0 "<a#b><x><><><h://p?q=1#f><it's \"so\"><y>" \
		'file:4: D: empty, as # begins a comment: put the value into quotes'
}

testQuotesAreTakenByTheirRules()
{
	cat >file <<-'END'
	A='as $it \n is # here' # comment
	B="q\nl \" \\ \$x \t # in"	# comment
	C=""
	D=a"b"
	E="end\\"
	F=''
	G="$(id) `id` $HOME"
	END
	run pgproc -e file run sh -c \
		'printf "<%s>" "$A" "$B" "$C" "$D" "$E" "$F" "$G"'
	assertRan 0 '<as $it \n is # here><q
l " \ $x \t # in><><a"b"><end\><><$(id) `id` $HOME>' ''
}

# Quoting functions of shells and of Python write an apostrophe like this.
testQuotedPartsMayFollowEachOther()
{
	cat >file <<-'END'
	A='it'\''s'
	B='it'"'"'s' # Python's
	C="a"'b'"c"\"\\
	D=''\'''
	E='x' 'y'
	F='x'y
	G="x"\n
	H="x" #
	I="x"#
	END
	run pgproc -e file run sh -c 'printf "<%s>" "$A" "$B" "$C" "$D" \
		"${E-}" "${F-}" "${G-}" "$H" "${I-}"'
	assertRan 0 "<it's><it's><abc\"\\><'><><><><x><>" 'file:5: E: line skipped: bad quotes
file:6: F: line skipped: bad quotes
file:7: G: line skipped: bad quotes
file:9: I: line skipped: bad quotes'
}

testQuotedValuesGoOnOverSeveralLines()
{
	printf 'KEY="-----BEGIN\n# no comment\n\nB=1\\n2\n-----END" # c\nC='"'"'one\r\ntwo \\\n'"'"'\nD=after\nodd\n' >file
	run pgproc -e file run sh -c 'printf "<%s>" "$KEY" "${B-}" "$C" "$D"'
	assertRan 0 '<-----BEGIN
# no comment

B=1
2
-----END><><one
two \
><after>' 'file:10: line skipped: no = after the name'
	printf 'A="1\n2"junk\nB=2\n3="\nC="1\n\0"\nD="1\n2"\0\nE=3\n' >file
	run pgproc -e file run sh -c \
		'printf "<%s>" "${A-}" "$B" "${C-}" "${D-}" "$E"'
	assertRan 0 '<><2><><><3>' 'file:1: A: line skipped: bad quotes
file:2: line skipped: not NAME=value
file:4: line skipped: not NAME=value
file:5: C: line skipped: bad quotes
file:6: line skipped: it has a NUL
file:7: D: line skipped: bad quotes
file:8: line skipped: it has a NUL'
}

testALoneReturnEndsALine()
{
	show 'A=1\rB="2\r3"\rodd\r# c\rC=4\r\n\rD=5' A B C D
	assertRan 0 '<1><2
3><4><5>' 'file:4: line skipped: no = after the name'
}

testTemplatesOfOtherReadersAreExplained()
{
	printf '%s\n' 'A=${HOME}/x' 'B="${A} ${B}"' "C='\${A}'" 'D="\${A}"' \
	    'E=#note' 'F= # note' 'NAME' '// G=1' '//' 'export H' >file
	run pgproc -e file run sh -c \
		'printf "<%s>" "$A" "$B" "$C" "$D" "$E" "$F" "${NAME-}"'
	assertRan 0 '<${HOME}/x><${A} ${B}><${A}><${A}><><><>' "file:1: A: \${...} stays as it is, for nothing is expanded; in '...' that is not reported
file:5: E: empty, as # begins a comment: put the value into quotes
file:7: line skipped: no = after the name
file:8: line skipped: // begins no comment, but # does
file:9: line skipped: // begins no comment, but # does
file:10: line skipped: no = after the name"
	printf '%s\n' "C='\${A}'" 'D="\${A}"' 'P=a$b$' >file
	run pgproc -e file run true
	assertRan 0 '' ''
}

testTheFileOfOvermindIsObeyed()
{
	procfile 'web: x\nb: x\n#: c restart=always\nc: x\n'
	printf 'OVERMIND_%s\n' PORT=3000 PORT_STEP=10 FORMATION=b=2,c=0 \
	    CAN_DIE=web,c AUTO_RESTART=b TITLE=t >.overmind.env
	echo A=1 >>.overmind.env
	dotenv 'A=2\n'
	run pgproc list
	assertListed 1 'web 3000
b.1 3010
b.2 3011' 'pgproc: .overmind.env: OVERMIND_AUTO_RESTART: no effect: write "#: NAME restart=always" into the Procfile
pgproc: .overmind.env: OVERMIND_TITLE: no effect: pgup has nothing like it'
	assertField web 5 once
	assertField b.1 5 -
	run pgproc -m all=1 -p 4000 list
	assertEquals 'options win' 'web.1 4000
b.1 4010
c.1 4020' "$(printf '%s\n' "$out" | cut -f 1,2 | tr '\t' ' ')"
	assertField c.1 5 always
	run pgproc exec web printf '%s\n'
	assertRan 0 'sh
-c
x' ''
	run pgproc run sh -c 'echo "$PORT $A $PORT_b"'
	assertRanLike 0 '3000 2 3010' '*AUTO_RESTART*TITLE*'
	printf 'OVERMIND_%s\n' NO_PORT=1 ANY_CAN_DIE=true >.overmind.env
	run pgproc list
	assertListed 0 'web -
b -
c -' ''
	assertField b 5 once
	run pgproc -e .env list
	assertListed 0 'web 5000
b 5100
c 5200' ''
}

testNamesMayHaveDots()
{
	printf 'spring.datasource.url=jdbc:x\nA.B_2="c d"\n.x=1\nx-y=1\n' >file
	run pgproc -e file run env
	assertContains "$out" 'spring.datasource.url=jdbc:x'
	assertContains "$out" 'A.B_2=c d'
	assertEquals 'file:3: line skipped: not NAME=value
file:4: line skipped: not NAME=value' "$err"
}

testEveryFaultIsReportedAndTheRestCounts()
{
	printf '%s\n' 'A="open' "B='open" 'C="x"y' '1D=2' 'no equals' '=x' \
		'E="back\"' 'F=fine' 'G-H=1' 'export' >file
	printf 'I=a\0b\n' >>file
	faults='file:1: A: line skipped: bad quotes
file:2: B: line skipped: bad quotes
file:3: C: line skipped: bad quotes
file:4: line skipped: not NAME=value
file:5: line skipped: not NAME=value
file:6: line skipped: not NAME=value
file:7: E: line skipped: bad quotes
file:9: line skipped: not NAME=value
file:10: line skipped: no = after the name
file:11: line skipped: it has a NUL'
	run pgproc -e file run sh -c 'echo "$F ${A-}${B-}${C-}${E-}${I-}"'
	assertRan 0 'fine ' "$faults"
	procfile 'a: echo "$F"\n'
	run pgproc -e file list
	assertListed 1 'a 5000' "$faults"
	run pgproc -e file exec a
	assertRan 0 fine ''
	mv file .env
	run pgproc list
	assertLike 'those of .env' '.env:1: A: line skipped: bad quotes
.env:2: *' "$err"
}

testTheLaterSettingWins()
{
	printf 'A=1\nA=2\nB=one\n' >one
	printf 'B=two\n' >two
	B=zero run pgproc -e one -e two run sh -c 'echo $A $B'
	assertRan 0 '2 two' ''
	B=zero run pgproc -e two -e one run sh -c 'echo $B'
	assertRan 0 one ''
	run pgproc -e one -e two run sh -c 'env | grep -c "^[AB]="'
	assertRan 0 2 ''
	procfile 'a: echo $A $B\n'
	dotenv 'A=of .env\n'
	run pgproc -e one -e two exec a
	assertRan 0 '2 two' ''
}

testTheFileWinsOverTheEnvironmentAndTheLastLineOverOthers()
{
	dotenv 'A=1\nA=2\n'
	procfile 'a: echo "$A"\n'
	A=0 run pgproc exec a
	assertRan 0 2 ''
}

testShellVariablesInAFileAreForTheService()
{
	dotenv 'UID=7\nIFS=x\nPPID=8\nHOME=/h\nname=n\nstatus=s\nbin=/b\n'
	procfile 'a: env | grep -E "^(UID|PPID|HOME|name|status|bin)=" | sort\n'
	run pgproc exec a
	assertEquals 'HOME=/h
PPID=8
UID=7
bin=/b
name=n
status=s' "$(printf '%s\n' "$out" | sed 's/^PPID=.*/PPID=8/')"
}

testAFileCannotSetTheVariablesOfProcgroup()
{
	for name in PGSPAWN_ID PGTRACK_RECORD PGKEEP_ID PROCGROUP_NAME NOTIFY_SOCKET PGUP; do
		echo "$name=1:1"
	done >file
	printf 'UID=7\nIFS=x\nPATH=/none:%s\n' "$PATH" >>file
	run pgspawn -p 3 -m PGUP=marker -- pgproc -e file run env 3>handle
	assertContains "$out" 'IFS=x'
	assertContains "$out" 'UID=7'
	assertContains "$out" 'PATH=/none:'
	assertContains "$out" "PGSPAWN_ID=$(cat handle)"
	assertContains "$out" PGUP=marker
	assertNotContains "$out" =1:1
}

testLongAndEmptyFilesAreRead()
{
	: >file
	run pgproc -e file run true
	assertRan 0 '' ''
	awk 'BEGIN { for (i = 0; i < 3000; i++) print "NR" i "=" i }' >file
	run pgproc -e file run sh -c 'echo $NR0 $NR2999; env | grep -c ^NR'
	assertRan 0 '0 2999
3000' ''
}

testAMissingNamedEnvironmentFileIsAnError()
{
	procfile 'a: echo "$A"\n'
	for mode in list 'exec a' 'run true'; do
		# shellcheck disable=SC2086
		run pgproc -e other $mode
		assertRan 2 '' 'pgproc: other: No such file or directory'
	done
	dotenv 'A=default\n'
	echo A=named >other
	run pgproc -e other exec a
	assertRan 0 named ''
	run pgproc -e other -e missing exec a
	assertRan 2 '' 'pgproc: missing: No such file or directory'
	run pgproc -e . run true
	assertRan 2 '' 'pgproc: .: Is a directory'
	run pgproc -e /dev/null exec a
	assertRan 0 '' ''
}

testTheDefaultEnvironmentFileIsBesideTheProcfile()
{
	mkdir 'a b'
	echo 'a: echo "$A"; pwd' >'a b/Procfile'
	run pgproc -f 'a b/Procfile' exec a
	assertRan 0 "
$(pwd)" ''
	echo A=beside >'a b/.env'
	dotenv 'A=here\n'
	run pgproc -f 'a b/Procfile' exec a
	assertRan 0 "beside
$(pwd)" ''
	run pgproc run sh -c 'echo $A'
	assertRan 0 here ''
	rm .env
	mkdir .env
	run pgproc run sh -c 'echo "${A-}"'
	assertRan 0 '' ''
	rmdir .env
	mkfifo .env
	run pgproc run true
	assertRan 2 '' 'pgproc: .env: not a regular file'
	procfile 'a: true\n'
	run pgproc list
	assertRan 2 '' 'pgproc: .env: not a regular file'
}

. "$SHUNIT2"
