# shellcheck shell=sh
# --- runit: a service folder each, for runsvdir -------------------------------
#
# runit signals one PID, with TERM only; pgspawn ends the group with the signal of the
# service, and KILL in the end. Once the service is ready, pgspawn writes the file ready,
# which check looks for. "sv start" waits for check; so run starts after the services in
# after= are ready. A service that succeeded and does not start again leaves the file
# done.

export_runit() {
	each runit_service
	advise "cp -R $(quote "$out")/$app-* /etc/sv"
	advise "ln -s /etc/sv/$app-* /etc/service"
}

runit_service() {
	[ "$follow" = - ] || lose 'does not follow a new leader'
	[ "$terminal" = - ] || lose 'gives it no terminal'
	runit_run | put "$id/run" 755
	runit_finish | put "$id/finish" 755
	[ "$ready" = - ] || printf '#!/bin/sh\ntest -s ready\n' | put "$id/check" 755
}

# shellcheck disable=SC2016
runit_run() {
	echo '#!/bin/sh'
	echo 'exec 2>&1'
	echo 'rm -f done'
	[ -z "$predecessors" ] ||
		echo 'is_done() { test -e "$1/done" && sv status "$1" | grep -q ^down; }'
	for one in $predecessors; do
		case $one in
		*:done) echo "until is_done ../$app-${one%:done}; do sleep 0.2; done" ;;
		*) echo "until is_done ../$app-$one || sv -w 2 start ../$app-$one; do sleep 0.2; done >/dev/null" ;;
		esac
	done
	printf 'exec %s%s 3>ready\n' "${user:+chpst -u $user }" \
		"$(words shell_words -K parent -p 3 -C "$dir")"
}

# The first argument is the status of run, -1 for a signal.
runit_finish() {
	echo '#!/bin/sh'
	echo 'rm -f ready'
	# shellcheck disable=SC2016
	case $policy in
	always) return ;;
	on-failure) echo 'test "$1" = 0 || exit'; echo ': >done' ;;
	*) echo 'test "$1" != 0 || : >done' ;;
	esac
	echo 'exec sv down .'
}
