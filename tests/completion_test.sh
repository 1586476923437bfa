#!/bin/sh
# completion_test.sh: what the shells complete at the end of our command lines
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

# candidates WORD...: prints the completions of the last word, without descriptions.
candidates()
{
	"$TEST_SHELL" "$src/cmd/completions/complete.sh" "$@" | cut -f 1
}

# offers CANDIDATES WORD...: the completions are CANDIDATES, or begin with them if "..."
# follows.
offers()
{
	wanted=$1
	shift
	offered=$(candidates "$@" | tr '\n' ' ')
	case $wanted in
	*...)	assertLike "$*" "${wanted%...}*" "$offered" ;;
	*)	assertEquals "$*" "${wanted}${wanted:+ }" "$offered" ;;
	esac
}

# rows: each line of standard input is CANDIDATES|WORDS; WORDS are quoted for the shell.
rows()
{
	while IFS='|' read -r row_candidates row_words; do
		eval "offers \"\$row_candidates\" $row_words" </dev/null
	done
}

testOptionsAndTheirArgumentsAreOffered()
{
	rows <<-'END'
		-A -a -b -C...|pgspawn -
		-k|pgspawn -d -k
		idle null|pgspawn -I ""
		idle|pgspawn -dI i
		notify|pgspawn -r n
		TERM|pgterm -s TER
		INT|pgspawn -s IN
		!directories|pgspawn -C ""
		!files|pgup -f ""
		!users|pgscan -u ""
		on-failure|pgup -r on-
		once on-failure|pgkeep -R on
		|pgterm -k ""
		--version|pgterm --v
		--help --version|pgup --
		-D...|pgup status -D
		|pgup logs -D
		-f...|pgup logs -f
		|pgup attach -m
	END
	for signal in TERM HUP USR1; do
		candidates pgterm -s '' | grep -qx $signal || fail "no $signal"
	done
}

testSubcommandsAreOffered()
{
	rows <<-'END'
		start status stop|pgup st
		logs|pgup l
		list|pgtrack l
		rm|pgtrack r
		start stop|pgkeep -D x st
		exec|pgproc -f Procfile e
		s6 supervisord systemd|pgexport s
		-T|pgtrack wait -T
		-f|pgtrack -D db rm -f
	END
}

testServicesOfTheProcfileAreOffered()
{
	printf 'web: true\nworker: true\ndb: true\n' >Procfile
	printf 'other: true\n' >other
	rows <<-'END'
		web worker db|pgup stop ""
		web worker|pgup restart w
		web worker|pgup logs -f w
		other|pgup -f other stop ""
		other|pgup -fother stop ""
		web=|pgup -m we
		db=1,web=|pgup -m db=1,we
		web|pgproc exec we
		|pgup check ""
	END
	rm Procfile other
	offers '' pgup stop ''
}

testRecordsAreOffered()
{
	launch_group pgtrack -D db exec app:web sleep 100
	waitfor 10 pgtrack -D db get app:web || fail 'no record'
	for word in get status wait rm exec; do
		offers app:web pgtrack -D db $word ap
	done
	PGTRACK_DIR=$dir/db offers "$(pgtrack -D db get app:web)" pgterm \
		"$(pgtrack -b -D db get app:web)"
}

testTheRestOfTheLineIsLeftToTheShell()
{
	rows <<-'END'
		!commands|pgspawn -d l
		!rest 2|pgspawn -d ls -
		!rest 3|pgspawn -d -- ls -
		!rest 3|pgspawn -I idle ls -
		!commands|pgtrack exec web ""
		!rest 3|pgtrack exec web ls ""
		!rest 3|pgkeep run web ls ""
		!rest 2|pgup run ls ""
		!commands|pgup run ""
	END
}

testAMissingCommandOffersNothing()
{
	run "$TEST_SHELL" "$src/cmd/completions/complete.sh" ./no-such-command ''
	assertRan 1 '' ''
}

# installed: puts the completions where "make install" would.
installed()
{
	make -s -C "$bin" prefix="$dir/i" exec_prefix="$dir/i" \
	    libexecdir="$dir/i/libexec" datarootdir="$dir/i/share" \
	    install-completions >made 2>&1 || fail "$(cat made)"
}

# readline cuts words at colons, and completes only the part behind the last colon.
testBashCompletes()
{
	need bash make || return 0
	installed
	printf 'web: true\nworker: true\n' >Procfile
	cat >ask <<-'END'
	. "i/share/bash-completion/completions/$1"
	COMP_LINE=$2 COMP_POINT=${#2}
	shift 2
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_procgroup
	printf '%s\n' "${COMPREPLY[@]}"
	END
	run bash ask pgup 'pgup stop w' pgup stop w
	assertRan 0 'web
worker' ''
	run bash ask pgterm 'pgterm -s TER' pgterm -s TER
	assertRan 0 TERM ''
	run bash ask pgup 'pgup -f Proc' pgup -f Proc
	assertRan 0 Procfile ''
	run bash ask pgspawn 'pgspawn -r tcp' pgspawn -r tcp
	assertRan 0 tcp: ''
	mkdir db db/app%3Aweb
	echo junk >db/app%3Aweb/record
	run bash ask pgtrack 'pgtrack -D db rm app:w' pgtrack -D db rm app : w
	assertRan 0 web ''
	run bash ask pgtrack 'pgtrack -D db rm app:' pgtrack -D db rm app :
	assertRan 0 web ''
	run bash ask pgspawn 'pgspawn cat Proc' pgspawn cat Proc
	assertRan 0 Procfile ''
	# shellcheck disable=SC2016
	run bash -c '. i/share/bash-completion/completions/pgterm; complete -p pgterm'
	assertRan 0 'complete -F _procgroup pgterm' ''
}

testZshTakesTheCompletion()
{
	need zsh make || return 0
	installed
	run zsh -n i/share/zsh/site-functions/_procgroup
	assertRan 0 '' ''
	assertEquals "#compdef $(sed -n 's/^BIN *= //p' "$src/Makefile.in")" \
	    "$(sed q i/share/zsh/site-functions/_procgroup)"
}

testFishTakesTheCompletion()
{
	need fish make || return 0
	installed
	run fish --no-execute i/share/fish/vendor_completions.d/pgup.fish
	assertRan 0 '' ''
}

testEachCommandHasItsFile()
{
	need make || return 0
	installed
	commands=$(sed -n 's/^BIN *= //p' "$src/Makefile.in")
	for command in $commands; do
		for file in bash-completion/completions/$command \
		    fish/vendor_completions.d/$command.fish; do
			[ -s "i/share/$file" ] || fail "no $file"
		done
	done
	assertEquals '@' '' "$(grep -r '@[A-Z]*@' i/share)"
}

. "$SHUNIT2"
