# shellcheck shell=sh
# --- nomad: a job with a group for each service -------------------------------
#
# As with compose, the image holds the Procfile, pgspawn and pgproc, and pgspawn is
# process 1. The environment file is a Nomad variable, from which a template makes a
# file for the task. In a string the $ of ${ and the % of %{ are doubled. Nomad checks
# ports itself, and starts all services at once.

export_nomad() {
	find_secret
	done_names=' '
	{
		echo "job \"$app\" {"
		echo '  type = "service"'
		each nomad_service
		echo '}'
	} | put "$app.nomad.hcl" 644
	[ -z "$secret" ] || advise "nomad var put -force nomad/jobs/$app" \
		"$(quote "env=@$secret")"
	advise "nomad job run $(quote "$out")/$app.nomad.hcl"
}

nomad_service() {
	join_instances || return 0
	echo
	echo "  group \"$name\" {"
	echo "    count = $((many))"
	nomad_restart
	nomad_check
	echo "    task \"$name\" {"
	echo '      driver = "docker"'
	[ -z "$user" ] || echo "      user = \"$user\""
	# pgspawn sends the KILL.
	echo '      kill_signal = "SIGTERM"'
	echo "      kill_timeout = \"${stop_secs:-31536000}s\""
	[ "${stop_secs:-31536000}" -le 30 ] ||
		lose 'kills it after 30 s, unless max_kill_timeout of its clients is greater'
	echo '      config {'
	case $ready in tcp:*) echo '        ports = ["main"]' ;; esac
	echo "        image = $(nomad_string "$image")"
	echo '        entrypoint = []'
	echo '        command = "pgspawn"'
	printf '        args = %s\n' \
		"$(container_words nomad_arguments /secrets/env | nomad_escape)"
	echo '      }'
	[ -z "$secret" ] || nomad_template
	echo '    }'
	echo '  }'
}

# The first word is the command.
nomad_arguments() {
	shift
	json_words "$@"
}

nomad_restart() {
	echo '    restart {'
	case $policy in
	always | on-failure)
		[ "$policy" = always ] || lose 'starts it again after an end with 0, too'
		echo "      attempts = $tries"
		echo "      interval = \"$((tries * 40))s\""
		echo '      delay = "1s"' ;;
	*)	lose 'never is done with it: make it a batch job'
		echo '      attempts = 0' ;;
	esac
	echo '      mode = "fail"'
	echo '    }'
}

nomad_check() {
	case $ready in
	-) ;;
	tcp:*)
		echo '    network {'
		echo "      port \"main\" { to = ${ready#tcp:} }"
		echo '    }'
		echo '    service {'
		echo "      name = \"$(printf '%s' "$app-$name" | tr _ -)\""
		echo '      port = "main"'
		echo '      provider = "nomad"'
		echo '      check {'
		echo '        type = "tcp"'
		echo '        interval = "5s"'
		echo '        timeout = "2s"'
		echo '      }'
		echo '    }' ;;
	*) lose "has no check for ready=$ready" ;;
	esac
}

nomad_template() {
	echo '      template {'
	echo '        destination = "secrets/env"'
	echo "        data = \"{{ with nomadVar \\\"nomad/jobs/$app\\\" }}{{ .env }}{{ end }}\""
	echo '      }'
}

nomad_escape() { sed 's/[$%]{/&&/g; s/\([$%]\){\([$%]\){/\1\2{/g'; }
nomad_string() { json "$1" | nomad_escape; }
