# shellcheck shell=sh
# --- s6: a service folder each, for s6-svscan ---------------------------------
#
# s6 signals one PID and never insists; pgspawn does both for the group, so there is
# no down-signal and no timeout-kill: TERM is right for pgspawn.
# Descriptor 3 is that of notification-fd: pgspawn prints its handle there once the
# service is ready. s6 itself starts all at once: run waits for those in front. One
# that ended well for good leaves the file done.

export_s6() {
	each s6_service
	advise "cp -R $(quote "$out")/$app-* /run/service"
	advise 's6-svscanctl -a /run/service'
}

s6_service() {
	[ "$follow" = - ] || lose 'does not follow a new leader'
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

# Status 125 of finish says that the service stays down. The first argument is the
# status of run, 256 for a signal.
s6_finish() {
	echo '#!/bin/sh'
	# shellcheck disable=SC2016
	case $policy in
	on-failure) echo 'test "$1" -eq 0 || exit 0' ; echo ': >done' ;;
	*) echo 'test "$1" -ne 0 || : >done' ;;
	esac
	echo 'exit 125'
}
