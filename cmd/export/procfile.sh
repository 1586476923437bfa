# shellcheck shell=sh
# --- procfile: for other runners of Procfiles ---------------------------------
#
# Each instance gets a line of its own, as a name must not have a dot. The line sets PORT
# and PS, unless every runner would choose the same values. The directives are those of
# the original, in one form.

export_procfile() {
	next=${base:-}
	: "${next:=$(printf '%s\n' "$plan" | sed -n '1s/^[^	]*	\([0-9]*\).*/\1/p')}"
	each procfile_service | put Procfile 644
	advise "cp $(quote "$out")/Procfile $(quote "${dir%/}/Procfile.export")"
	advise "cd $(quote "$dir") && foreman start -f Procfile.export"
}

procfile_service() {
	label=$(printf '%s' "$service" | tr . -)
	set --
	[ "$after" = - ] || set -- "$@" "after=$(procfile_after)"
	case $restart in -) ;; *) set -- "$@" "restart=$restart" ;; esac
	[ "$stop,$grace,$leader" = TERM,5,- ] ||
		set -- "$@" "stop=$stop,$grace$([ "$leader" = - ] || echo ,leader)"
	[ "$within" = 30 ] || set -- "$@" "within=$within"
	[ "$stdin" = - ] || set -- "$@" stdin=null
	[ "$follow" = - ] || set -- "$@" follow
	[ "$limit" = - ] || set -- "$@" "log=$limit"
	[ "$terminal" = - ] || set -- "$@" terminal
	[ $# -eq 0 ] || echo "#: $label $*"
	[ "$ready" = - ] || echo "#: $label ready=$ready"
	own=''
	[ "$label,$port" = "$service,$next" ] || own="export PORT=$port PS=$name.$instance; "
	printf '%s: %s%s\n' "$label" "$own" "$(line)"
	next=$((next + 100))
}

procfile_after() {
	for one in $predecessors; do
		printf '%s\n' "$one" | sed 's/\./-/'
	done | tr '\n' , | sed 's/,$//'
}
