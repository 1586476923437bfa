# mutate.awk: prints the mutants of a C file, one a line:
#	LINE<tab>WHAT<tab>the line as it is in the mutant
#
# Only the bodies of functions are changed, and neither comments nor strings. The
# source has to be in the style of this project: a body is between { and } in the
# first column, a binary operator between blanks.

BEGIN {
	n = split("==:!=|!=:==|<:<=|<=:<|>:>=|>=:>|&&:%%|%%:&&|+:-|-:+|*:/|&:%|%:&|+=:-=|-=:+=|%=:=|&=:=", pair, "|")
	for (i = 1; i <= n; i++) {
		split(pair[i], side, ":")
		gsub(/%/, "|", side[1])
		gsub(/%/, "|", side[2])
		other[side[1]] = side[2]
	}
	types = "^(static|const|struct|enum|union|unsigned|signed|int|char|" \
	    "long|short|void|size_t|ssize_t|pid_t|uid_t|gid_t|mode_t|off_t|" \
	    "uint64_t|uint32_t|uint8_t|sigset_t|siginfo_t|socklen_t|time_t|" \
	    "DIR|FILE)[ \t]"
}

# The text with strings, characters and comments blanked out, as long as before.
function mask(s,    out, i, c, in_string) {
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (in_comment) {
			if (substr(s, i, 2) == "*/") {
				in_comment = 0
				out = out "~"
				i++
			}
			out = out "~"
		} else if (in_string != "") {
			if (c == "\\") {
				out = out "~"
				i++
			} else if (c == in_string)
				in_string = ""
			out = out "~"
		} else if (substr(s, i, 2) == "/*") {
			in_comment = 1
			out = out "~~"
			i++
		} else if (c == "\"" || c == "'") {
			in_string = c
			out = out "~"
		} else
			out = out c
	}
	return out
}

function is_balanced(m,    opened, closed) {
	opened = gsub(/[(]/, "(", m)
	closed = gsub(/[)]/, ")", m)
	return opened == closed
}

function mutant(what, text) {
	print FNR "\t" what "\t" text
}

# The line with the len characters at place replaced.
function with(place, len, text) {
	return substr($0, 1, place - 1) text substr($0, place + len)
}

function operators(m,    place, rest, word) {
	place = 1
	rest = m
	while (match(rest, /[ \t][=!<>&|+*%-]+([ \t]|$)/)) {
		word = substr(rest, RSTART + 1, RLENGTH - 1)
		sub(/[ \t]$/, "", word)
		if (word in other)
			mutant(word " becomes " other[word], with(place + RSTART,
			    length(word), other[word]))
		place += RSTART
		rest = substr(rest, RSTART + 1)
	}
}

function steps(m,    place) {
	if (place = index(m, "++"))
		mutant("++ becomes --", with(place, 2, "--"))
	else if (place = index(m, "--"))
		mutant("-- becomes ++", with(place, 2, "++"))
}

function negations(m,    place, rest) {
	place = 1
	rest = m
	while (match(rest, /![A-Za-z_(]/)) {
		mutant("! removed", with(place + RSTART - 1, 1, ""))
		place += RSTART
		rest = substr(rest, RSTART + 1)
	}
}

function constants(m,    place, rest, number) {
	place = 1
	rest = m
	while (match(rest, /[^A-Za-z0-9_.~][0-9]+/)) {
		number = substr(rest, RSTART + 1, RLENGTH - 1)
		if (substr(rest, RSTART + RLENGTH, 1) !~ /[A-Za-z_.]/)
			mutant(number " becomes another", with(place + RSTART,
			    length(number), number < 2 ? 1 - number : number + 1))
		place += RSTART + RLENGTH - 1
		rest = substr(rest, RSTART + RLENGTH)
	}
}

function conditions(m,    place) {
	if (is_balanced(m) && match(m, /^\t+([}] else |else )?if [(].*[)]( [{])?[ \t~]*$/)) {
		place = index(m, "if (") + 3
		match(m, /[)][^)]*$/)
		mutant("condition negated", substr($0, 1, place) "!(" \
		    substr($0, place + 1, RSTART - place - 1) ")" \
		    substr($0, RSTART))
	}
}

# A statement that is one line.
function removals(m,    bare) {
	bare = m
	gsub(/~/, "", bare)
	gsub(/^[ \t]+|[ \t]+$/, "", bare)
	if (bare !~ /^[A-Za-z_*(].*;$/ || bare ~ types || !is_balanced(m))
		return
	if (bare ~ /^(return .*|goto|case|default|do|else)[ ;:]/ || !is_start)
		return
	mutant("statement removed", "\t; /* " bare " */")
}

{
	m = mask($0)
	if (/^[}]/)
		in_body = 0
	if (in_body && m !~ /^#/) {
		operators(m)
		steps(m)
		negations(m)
		constants(m)
		conditions(m)
		removals(m)
	}
	if (/^[{]/)
		in_body = 1
	bare = m
	gsub(/~|[ \t]+$/, "", bare)
	if (bare ~ /[^ \t]/)
		is_start = bare ~ /[;:{}]$/ || bare ~ /else$/ ||
		    (bare ~ /^\t+([}] else |else )?(if|while|for) [(].*[)]$/ &&
		    is_balanced(bare))
}
