# shellcheck shell=sh disable=SC2030,SC2031
# --- supervisord: a program each, and a group ---------------------------------
#
# A % is doubled. A blank and ; begin a comment, even in quotes, and so do a blank and #.
# supervisord has no readiness: priority= is only the order in which it starts the
# programs, one right after the other.  The group is there for the end: supervisord 4.2.5
# stops groups in turn, each once the one before is down, and all programs of one at once.

export_supervisord() {
	{
		programs='' priority=1
		each supervisord_service
		echo "[group:$app]"
		echo "programs=${programs#,}"
	} | put "$app.conf" 644
	advise "cp $(quote "$out")/$app.conf /etc/supervisor/conf.d"
	advise 'supervisorctl update'
}

supervisord_service() {
	[ "$after" = - ] || lose "does not wait for $after"
	[ "$follow" = - ] || lose 'does not follow a new leader'
	[ "$terminal" = - ] || lose 'gives it no terminal'
	programs="$programs,$id"
	echo "[program:$id]"
	printf 'command=%s\n' "$(words supervisord_words -K parent -C "$dir")"
	echo "priority=$priority"
	priority=$((priority + 1))
	[ -z "$user" ] || echo "user=$user"
	case $policy in
	always) echo 'autorestart=true' ;;
	on-failure) printf '%s\n' 'autorestart=unexpected' 'exitcodes=0' ;;
	*) printf '%s\n' 'autorestart=false' 'startsecs=0' ;;
	esac
	case $policy in always | on-failure) echo "startretries=$tries" ;; esac
	echo "stopwaitsecs=${stop_secs:-999999999}"
	echo 'redirect_stderr=true'
	echo
}

supervisord_words() {
	shell_words "$@" | sed "s/%/%%/g; s/ \([;#]\)/ ''\1/g"
}
