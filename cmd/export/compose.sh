# shellcheck shell=sh
# --- compose: one file for docker compose and podman-compose ------------------
#
# The image holds pgspawn, pgproc and the project, with the Procfile in its working
# directory. pgspawn is process 1 of the container. The environment file becomes a
# secret, which is a file in the container: the parser of compose has other rules for
# such files. Strings are JSON, with each $ doubled for compose. A service is healthy
# once pgspawn has written the readiness file.

export_compose() {
	find_secret
	{
		echo 'services:'
		each compose_service
		[ -z "$secret" ] || {
			echo 'secrets:'
			echo '  env:'
			printf '    file: %s\n' "$(compose_string "$secret")"
		}
	} | put compose.yaml 644
	advise "docker build -t $(quote "$image") $(quote "$dir")"
	advise "docker compose -f $(quote "$out")/compose.yaml up -d"
}

compose_service() {
	[ "$follow" = - ] || lose 'does not follow a new leader'
	[ "$terminal" = - ] || lose 'gives it no terminal'
	echo "  \"$service\":"
	echo "    image: $(compose_string "$image")"
	[ -z "$secret" ] || echo '    secrets: [env]'
	[ -z "$user" ] || echo "    user: \"$user\""
	# Without this, compose puts the entry point of the image in front.
	echo '    entrypoint: []'
	printf '    command: %s\n' \
		"$(container_command /run/secrets/env | sed 's/\$/$$/g')"
	echo "    stop_grace_period: ${stop_secs:-31536000}s"
	case $policy in
	always) echo '    restart: always' ;;
	on-failure) echo "    restart: \"on-failure:$tries\"" ;;
	*) echo '    restart: "no"' ;;
	esac
	[ "$ready" = - ] || {
		echo '    healthcheck:'
		echo '      test: ["CMD", "test", "-s", "/tmp/procgroup.ready"]'
		echo '      interval: 2s'
		echo "      start_period: ${start_secs:-31536000}s"
	}
	[ -z "$predecessors" ] || {
		echo '    depends_on:'
		for one in $predecessors; do
			echo "      \"${one%:done}\":"
			echo "        condition: $(compose_condition "$one")"
		done
	}
}

compose_condition() {
	case $1 in *:done) echo service_completed_successfully; return ;; esac
	case $(field_of "$1" 9) in
	-) echo service_started ;;
	*) echo service_healthy ;;
	esac
}

compose_string() { json "$1" | sed 's/\$/$$/g'; }
