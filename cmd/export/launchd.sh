# shellcheck shell=sh
# --- launchd: a property list each --------------------------------------------
#
# The words of the command are elements of an array: only XML needs quoting. launchd has
# neither an order of services nor readiness. It signals one PID; pgspawn ends the group.

export_launchd() {
	logs=$HOME/Library/Logs
	[ "$(id -u)" -ne 0 ] || logs=/var/log
	each launchd_service
	if [ "$(id -u)" -eq 0 ] || [ -n "$user" ]; then
		where=/Library/LaunchDaemons domain=system
	else
		where=\~/Library/LaunchAgents domain=gui/\$\(id\ -u\)
	fi
	advise "cp $(quote "$out")/$app.*.plist $where"
	advise "launchctl bootstrap $domain $where/$app.*.plist"
}

launchd_service() {
	[ "$after" = - ] || lose "does not wait for $after"
	[ "$follow" = - ] || lose 'does not follow a new leader'
	[ "$terminal" = - ] || lose 'gives it no terminal'
	{
		echo '<?xml version="1.0" encoding="UTF-8"?>'
		echo '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"' \
			'"http://www.apple.com/DTDs/PropertyList-1.0.dtd">'
		echo '<plist version="1.0">'
		echo '<dict>'
		launchd_text Label "$app.$service"
		printf '\t<key>ProgramArguments</key>\n\t<array>\n'
		words launchd_words -C "$dir"
		printf '\t</array>\n'
		[ -z "$user" ] || launchd_text UserName "$user"
		launchd_text StandardOutPath "$logs/$id.log"
		launchd_text StandardErrorPath "$logs/$id.log"
		printf '\t<key>RunAtLoad</key>\n\t<true/>\n'
		launchd_restart
		# 0 means no limit.
		printf '\t<key>ExitTimeOut</key>\n\t<integer>%s</integer>\n' \
			"${stop_secs:-0}"
		printf '\t<key>AbandonProcessGroup</key>\n\t<false/>\n'
		echo '</dict>'
		echo '</plist>'
	} | put "$app.$service.plist" 644
}

launchd_restart() {
	case $policy in
	always) printf '\t<key>KeepAlive</key>\n\t<true/>\n' ;;
	on-failure)
		printf '\t<key>KeepAlive</key>\n\t<dict>\n'
		printf '\t\t<key>SuccessfulExit</key>\n\t\t<false/>\n\t</dict>\n' ;;
	esac
}

launchd_escape() {
	case $1 in
	*[\&\<\>]*) printf '%s' "$1" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' ;;
	*) printf '%s' "$1" ;;
	esac
}

launchd_text() {
	printf '\t<key>%s</key>\n\t<string>%s</string>\n' "$1" "$(launchd_escape "$2")"
}

launchd_words() {
	for word; do
		printf '\t\t<string>%s</string>\n' "$(launchd_escape "$word")"
	done
}
