# shellcheck shell=sh disable=SC2030,SC2031
# --- systemd: a unit for each service, and a target that wants them -----------
#
# A cgroup holds all that a service starts, so systemd ends it as a whole by itself.
# But systemd knows one kind of readiness only, Type=notify. With any other one
# pgspawn is in between: it tells systemd once the service is ready.
# In a unit % and $ are doubled, and there are no comments behind a value.

export_systemd() {
	case $dir in *[\\\ ]) die "$dir: no path for systemd" ;; esac
	version=$(systemctl --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
	# The manager of a user has no multi-user.target, and says so.
	wanting=multi-user.target
	[ "$(id -u)" -eq 0 ] || [ -n "$user" ] || wanting=default.target
	each systemd_service
	{
		echo '[Unit]'
		echo "Description=$app"
		for one in $all; do echo "Wants=$app-$one.service"; done
		echo
		echo '[Install]'
		echo "WantedBy=$wanting"
	} | put "$app.target" 644
	if [ $wanting = multi-user.target ]; then
		advise "cp $(quote "$out")/${app}[-.]* /etc/systemd/system"
		advise "systemctl enable --now $app.target"
	else
		advise "mkdir -p ~/.config/systemd/user;" \
			"cp $(quote "$out")/${app}[-.]* ~/.config/systemd/user"
		advise "systemctl --user enable --now $app.target"
	fi
}

systemd_service() {
	{
		systemd_order
		echo
		echo '[Service]'
		[ -z "$user" ] || echo "User=$user"
		printf 'WorkingDirectory=%s\n' "$(printf '%s' "$dir" | sed 's/%/%%/g')"
		echo "SyslogIdentifier=$id"
		if is_awaited; then
			echo 'Type=oneshot'
			echo 'RemainAfterExit=yes'
			ready=-
			systemd_command
		else
			systemd_command
		fi
		systemd_restart
	} | put "$id.service" 644
}

# systemd counts the starts in an interval. The interval is such that a service that ran
# for ten seconds begins a new count.
systemd_order() {
	echo '[Unit]'
	echo "Description=$app: $service"
	echo "PartOf=$app.target"
	for one in $predecessors; do
		echo "Requires=$app-${one%:done}.service"
		echo "After=$app-${one%:done}.service"
	done
	case $policy in
	always | on-failure)
		echo "StartLimitIntervalSec=$((tries * 40))"
		echo "StartLimitBurst=$tries" ;;
	esac
}

# Only version 254 and later know RestartSteps=; an earlier one warns about it.
systemd_restart() {
	case $policy in
	always | on-failure) echo "Restart=$policy" ;;
	*) echo 'Restart=no'; return ;;
	esac
	echo 'RestartSec=1'
	[ "${version:-254}" -lt 254 ] || {
		echo 'RestartSteps=5'
		echo 'RestartMaxDelaySec=30'
	}
}

systemd_command() {
	echo "TimeoutStopSec=${stop_secs:-infinity}"
	[ "$ready" = - ] || {
		echo 'Type=notify'
		echo "TimeoutStartSec=${start_secs:-infinity}"
	}
	[ "$terminal" = - ] || lose 'gives it no terminal'
	case $ready in
	- | notify) systemd_direct ;;
	*) systemd_by_pgspawn ;;
	esac
}

systemd_direct() {
	[ "$ready" = - ] || echo 'NotifyAccess=all'
	[ "$leader" = - ] || echo 'KillMode=mixed'
	[ "$follow" = - ] || echo 'ExitType=cgroup'
	[ "$stop" = TERM ] || {
		echo "KillSignal=SIG$stop"
		echo "SuccessExitStatus=SIG$stop"
	}
	printf 'ExecStart=%s\n' "$(proc_words systemd_words)"
}

systemd_by_pgspawn() {
	[ "$follow" = - ] || lose 'does not follow a new leader of a service with ready='
	echo 'NotifyAccess=main'
	echo 'KillMode=mixed'
	echo "SuccessExitStatus=$(ended_by "$stop")"
	printf 'ExecStart=%s\n' "$(words systemd_words)"
}

systemd_words() {
	before=
	for word; do
		case $word in
		'' | *[!A-Za-z0-9_./:=,@+-]*)
			printf '%s"%s"' "$before" "$(printf '%s' "$word" |
				sed 's/[\\"]/\\&/g; s/%/%%/g; s/\$/$$/g')" ;;
		*) printf '%s%s' "$before" "$word" ;;
		esac
		before=' '
	done
}
