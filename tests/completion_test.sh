#!/bin/sh
# completion_test.sh: what the shells complete at the end of our command lines
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"
# shellcheck source=tests/terminal_lib.sh
. "$src/tests/terminal_lib.sh"

tearDown()
{
	exec 7>&-
	test_end
}

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
	END
}

# A service comes before all commands, and these are not listed before a letter is typed.
testRunOffersServicesAndThenCommands()
{
	offers '!commands' pgup run ''
	printf 'web: true\nworker: true\n' >Procfile
	rows <<-'END'
		web worker|pgup run ""
		web worker !commands|pgup run w
		!commands|pgup run x
		web !commands|pgproc run we
		!rest 2|pgup run web ""
	END
	printf 'db: true\n' >other
	offers db pgup -f other run ''
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
	run bash ask pgup 'pgup run w' pgup run w
	assertLike services 'web
worker
w*' "$out"
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

# completes TYPED LINE: what is typed becomes this line. The shell prints the words that
# its commands get.
completes()
{
	type "$1\r"
	waitfor 30 grep -q "^<$2>" screen || fail "$1: $(cat -v screen)"
	type '\r'
}

# The terminal is a real one: zsh completes only where it edits lines.
testZshCompletes()
{
	need zsh make || return 0
	haspty >/dev/null || { skip "no pseudo-terminal"; return 0; }
	installed
	printf 'web: true\nworker: true\n' >Procfile
	mkdir db db/app%3Aweb home
	echo junk >db/app%3Aweb/record
	cat >home/.zshrc <<-'END'
	fpath=("$PWD/i/share/zsh/site-functions" $fpath)
	autoload -Uz compinit && compinit -D -u
	unsetopt prompt_sp prompt_cr list_beep
	zstyle ':completion:*' list-prompt ''
	PS1='ready> ' RPS1=''
	setopt bash_auto_list
	show() { for one in pgup pgterm pgspawn pgtrack; do
		eval "$one() { print -r -- \"<$one \$*>\"; }"; done; }
	END
	# shellcheck disable=SC2016
	terminal 'HOME=$PWD/home ZDOTDIR=$PWD/home TERM=dumb exec zsh -i'
	waitfor 60 grep -q 'ready> ' screen || fail "$(cat -v screen)"
	type 'show\r'
	completes 'pgup stat\t' 'pgup status'
	completes 'pgup stop wo\t' 'pgup stop worker'
	completes 'pgup -f Proc\t' 'pgup -f Procfile'
	completes 'pgterm -s TER\t' 'pgterm -s TERM'
	completes 'pgspawn -d cat Proc\t' 'pgspawn -d cat Procfile'
	completes 'pgtrack -D db rm ap\t' 'pgtrack -D db rm app:web'
	completes 'pgup run web\t' 'pgup run web'
	type 'exit\r'
	script_ended
}

testFishTakesTheCompletion()
{
	need fish make || return 0
	installed
	run fish --no-execute i/share/fish/vendor_completions.d/pgup.fish
	assertRan 0 '' ''
}

# fishes LINE CANDIDATES: what it offers, as its own "complete -C" prints it.
fishes()
{
	run env HOME="$PWD/home" XDG_CONFIG_HOME="$PWD/home" XDG_DATA_HOME="$PWD/home" \
		fish ask "$1"
	assertEquals "status for: $1; $err" 0 "$status"
	assertLike "$1" "$2" "$(printf '%s\n' "$out" | cut -f 1 | tr '\n' ' ')"
}

testFishCompletes()
{
	need fish make || return 0
	installed
	printf 'web: true\nworker: true\n' >Procfile
	mkdir db db/app%3Aweb home
	echo junk >db/app%3Aweb/record
	cat >ask <<-'END'
	set -g fish_complete_path i/share/fish/vendor_completions.d $fish_complete_path
	complete -C $argv[1]
	END
	fishes 'pgup sta' 'start status '
	fishes 'pgup stop w' 'web worker '
	fishes 'pgup -f Proc' 'Procfile '
	fishes 'pgterm -s TER' 'TERM '
	fishes 'pgspawn -r n' 'notify '
	fishes 'pgspawn -d cat Proc' 'Procfile '
	fishes 'pgspawn -C d' 'db/ '
	fishes 'pgtrack -D db rm ap' 'app:web '
	fishes 'pgup run ' 'web worker '
	fishes 'pgup run w' 'web worker w*'
	fishes 'pgterm --v' '--version '
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
