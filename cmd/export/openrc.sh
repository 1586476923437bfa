# shellcheck shell=sh
# --- OpenRC: a service script each, and supervise-daemon ----------------------
#
# supervise-daemon signals one PID, and by default sends no KILL; pgspawn ends the whole
# group, with KILL in the end. supervise-daemon cannot tell a failure from a success. A
# service that runs once is no daemon: its script runs it and counts as started when it
# has ended. Once the service is ready, pgspawn writes a line to a file; the script
# waits for that line before it reports the start.

export_openrc() {
	each openrc_service
	advise "cp $(quote "$out")/$app-* /etc/init.d"
	advise "for s in $(quote "$out")/$app-*; do rc-update add \"\${s##*/}\"; done; openrc"
}

openrc_service() {
	[ "$follow" = - ] || lose 'does not follow a new leader'
	[ "$terminal" = - ] || lose 'gives it no terminal'
	{
		echo '#!/sbin/openrc-run'
		echo "description=$(quote "$app: $service")"
		openrc_order
		case $policy in
		always | on-failure) openrc_daemon ;;
		*) openrc_once ;;
		esac
	} | put "$id" 755
}

openrc_order() {
	[ -n "$predecessors" ] || return 0
	echo
	echo 'depend() {'
	for one in $predecessors; do echo "	need $app-${one%:done}"; done
	echo '}'
	echo
}

# supervise-daemon evaluates the words once more.
openrc_daemon() {
	[ "$policy" = always ] || lose 'starts it again after an end with 0, too'
	echo 'supervisor=supervise-daemon'
	words openrc_words -K parent -p 3 -C "$dir"
	[ -z "$user" ] || echo "command_user=$user"
	echo "output_log=/var/log/$id.log"
	echo "error_log=/var/log/$id.log"
	echo "retry=TERM/${stop_secs:-999999999}/KILL/2"
	echo 'respawn_delay=1'
	echo "respawn_max=$tries"
	echo "respawn_period=$((tries * 11))"
	openrc_readiness
}

# shellcheck disable=SC2016
openrc_words() {
	echo 'command=/bin/sh'
	printf 'command_args=%s\n' "$(quote "$(shell_words -c \
		"exec \"\$@\" 3>/run/$id.ready" sh "$@")")"
}

openrc_readiness() {
	echo
	echo 'start_pre() {'
	echo "	rm -f /run/$id.ready"
	echo "	checkpath -q -f -m 644 -o ${user:-root} /run/$id.ready"
	echo '}'
	[ "$ready" != - ] || return 0
	echo
	echo 'start_post() {'
	echo '	local n=0'
	echo "	until [ -s /run/$id.ready ]; do"
	[ -z "$start_secs" ] || echo "		[ \$n -lt ${start_secs}0 ] || return 1"
	# shellcheck disable=SC2016
	echo '		n=$((n + 1))'
	echo '		sleep 0.1'
	echo '	done'
	echo '}'
}

openrc_once() {
	echo 'start() {'
	echo '	ebegin'
	printf '	%s >>/var/log/%s.log 2>&1\n' "$(words openrc_once_words -C "$dir")" "$id"
	# shellcheck disable=SC2016
	echo '	eend $?'
	echo '}'
	echo
	echo 'stop() {'
	echo '	:'
	echo '}'
}

openrc_once_words() {
	[ -z "$user" ] || set -- su -s /bin/sh "$user" -c "$(shell_words "$@")"
	shell_words "$@"
}
