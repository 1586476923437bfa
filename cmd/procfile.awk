function complain(text, how) {
	print text | "cat >&2"
	if (how > bad)
		bad = how
}
function fault(line, text, how) {
	complain(file ":" line ": " text, how)
}
function word() {
	sub(/^[ \t]+/, "", rest)
	match(rest "\t", /[ \t]/)
	item = substr(rest, 1, RSTART - 1)
	rest = substr(rest, RSTART)
	return item != ""
}
function take_directive(who) {
	line[who] = NR
	while (word()) {
		if (item ~ /^ready=cmd:/) {
			item = item rest
			rest = ""
		}
		key = item
		sub(/=.*/, "", key)
		if (item ~ shape && (key == "ready" || item !~ huge))
			set[who, key] = substr(item, length(key) + 2)
		else
			fault(NR, item ": no such directive", 2)
	}
}
function take_entry(name, text) {
	sub(/^[ \t\r]+/, "", text)
	if (text == "")
		fault(NR, name ": no command", 1)
	else if (name in command)
		fault(NR, name ": is there already", 2)
	else {
		entry[++count] = name
		command[name] = text
	}
}
function follow(name, path, i, n, other) {
	path = path " " name
	if (way[name] == 1)
		fault(line[name], "a cycle of after=:" \
		    substr(path, index(path, " " name " ")), 2)
	if (way[name])
		return
	way[name] = 1
	n = split(set[name, "after"], other, ",")
	for (i = 1; i <= n; i++)
		if (other[i] in command) {
			follow(other[i], path)
			place(name, other[i] " " earlier[other[i]])
		} else
			fault(line[name], "after=" other[i] \
			    ": no such service", 2)
	way[name] = 2
}
function place(name, others, i, n, other) {
	n = split(others, other, " ")
	for (i = 1; i <= n; i++)
		if (!((name, other[i]) in placed)) {
			placed[name, other[i]]
			earlier[name] = earlier[name] other[i] " "
			later[other[i]] = later[other[i]] name " "
		}
}
function option(name, key, otherwise) {
	return (name, key) in set ? set[name, key] : otherwise
}
function describe(name, service, instance, port, out, again, stop) {
	ready = option(name, "ready", "-")
	sub(/^fd:/, "", ready)
	sub(/^port$/, "tcp:" port, ready)
	split(option(name, "restart", policy) ",10", again, ",")
	split(option(name, "stop", "TERM") "," grace, stop, ",")
	out = into "/" service
	print port, name "." instance, option(name, "within", 30), \
	    again[1], again[2], stop[1], stop[2], \
	    substr("363332353431", position % 6 * 2 + 1, 2) >out
	print ready >out
	print command[name] >out
	close(out)
}
function list(name, i, n, service, port) {
	n = name in many ? many[name] : 1
	for (i = 1; i <= n; i++) {
		service = name in many ? name "." i : name
		port = ENVIRON["base"] + 100 * position + i - 1
		print "service", service, port
		if (port > 65535)
			complain("pgup: " service ": there is no port " port, 2)
		if (into != "")
			describe(name, service, i, port)
	}
	position++
}
BEGIN {
	file = ENVIRON["file"]
	into = ENVIRON["into"]
	grace = ENVIRON["grace"]
	policy = ENVIRON["policy"]
	huge = "[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]"
	secs = "([0-9]+([.][0-9]*)?|[.][0-9]+|forever)"
	shape = "^(ready=(notify|port|fd:([3-9]|[1-9][0-9]+)|cmd:.+)" \
	    "|after=[A-Za-z0-9_-]+(,[A-Za-z0-9_-]+)*" \
	    "|restart=(no|on-failure|always)(,[1-9][0-9]*)?" \
	    "|stop=(HUP|INT|QUIT|TERM|KILL|USR1|USR2|WINCH)(," secs ")?" \
	    "|within=" secs ")$"
}
NR == 1 { sub(/^\357\273\277/, "") }
{ sub(/[ \t\r]+$/, "") }
/^#:[ \t]/ {
	rest = substr($0, 3)
	word()
	take_directive(item)
	next
}
/^[ \t\r]*(#|$)/ { next }
/^[A-Za-z0-9_-]+:/ {
	colon = index($0, ":")
	take_entry(substr($0, 1, colon - 1), substr($0, colon + 1))
	next
}
{ fault(NR, "a name is made of letters, digits, _ and -", 1) }
END {
	if (count == 0)
		complain("pgup: " file ": no services", 2)
	if (("restart=" policy) !~ shape)
		complain("pgup: -r " policy ": no such policy", 2)
	for (name in line)
		if (!(name in command))
			fault(line[name], name ": no such service", 2)
	n = split(ENVIRON["formation"], item_of, ",")
	for (i = 1; i <= n; i++) {
		split(item_of[i], part, "=")
		many[part[1]] = part[2]
		if (!(part[1] in command))
			complain("pgup: " part[1] ": not in " file, 2)
		else if (item_of[i] !~ /^[^=]*=([0-9][0-9]?|100)$/)
			complain("pgup: -m " item_of[i] \
			    ": not name=number, at most 100", 2)
	}
	for (i = 1; i <= count; i++)
		follow(entry[i])
	for (i = 1; i <= count && bad < 2; i++) {
		list(entry[i])
		print "earlier", entry[i], earlier[entry[i]]
		print "later", entry[i], later[entry[i]]
	}
	close("cat >&2")
	exit bad
}
