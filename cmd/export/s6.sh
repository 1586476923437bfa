# shellcheck shell=sh
# --- s6: a service folder each, for s6-svscan ---------------------------------
#
# s6 signals one PID, and by default sends no KILL; pgspawn ends the whole group, with
# KILL in the end. So there is no down-signal and no timeout-kill: pgspawn takes TERM.
# notification-fd is 3: pgspawn prints its handle there once the service is ready. s6
# starts all services at once; run waits for the services in after=. A service that
# succeeded and does not start again leaves the file done.

export_s6() {
	each s6_service
	advise "cp -R $(quote "$out")/$app-* /run/service"
	advise 's6-svscanctl -a /run/service'
}

s6_service() {
	[ "$follow" = - ] || lose 'does not follow a new leader'
	[ "$terminal" = - ] || lose 'gives it no terminal'
	echo 3 | put "$id/notification-fd" 644
	s6_run | put "$id/run" 755
	case $policy in
	always) ;;
	*) s6_finish | put "$id/finish" 755 ;;
	esac
}

# shellcheck disable=SC2016
s6_run() {
	echo '#!/bin/sh'
	echo 'rm -f done'
	[ -z "$predecessors" ] ||
		echo 'is_done() { test -e "$1/done" && test "$(s6-svstat -u "$1")" = false; }'
	for one in $predecessors; do
		case $one in
		*:done) echo "until is_done ../$app-${one%:done}; do sleep 0.2; done" ;;
		*) echo "until is_done ../$app-$one || s6-svwait -t 2000 -U ../$app-$one; do sleep 0.2; done 2>/dev/null" ;;
		esac
	done
	printf 'exec %s%s\n' "${user:+s6-setuidgid $user }" \
		"$(words shell_words -K parent -p 3 -C "$dir")"
}

# The first argument of finish is the status of run, 256 for a signal. Status 125 of
# finish keeps the service down.
s6_finish() {
	echo '#!/bin/sh'
	# shellcheck disable=SC2016
	case $policy in
	on-failure) echo 'test "$1" -eq 0 || exit 0' ; echo ': >done' ;;
	*) echo 'test "$1" -ne 0 || : >done' ;;
	esac
	echo 'exit 125'
}
