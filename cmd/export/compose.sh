# shellcheck shell=sh
# --- compose: one file for docker compose and podman-compose ------------------
#
# The image holds the project, with the Procfile in its working directory, and
# pgspawn and pgproc; pgspawn is process 1 there. The environment file is a secret,
# which is a file in the container: compose itself reads such files otherwise.
# Strings are those of JSON, in which compose has a $ doubled. A service is healthy
# once pgspawn has written the file of readiness.

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
	advise "docker build -t $image $(quote "$dir")"
	advise "docker compose -f $(quote "$out")/compose.yaml up -d"
}

compose_service() {
	[ "$follow" = - ] || lose 'does not follow a new leader'
	echo "  \"$service\":"
	echo "    image: $(compose_string "$image")"
	[ -z "$secret" ] || echo '    secrets: [env]'
	[ -z "$user" ] || echo "    user: \"$user\""
	# An entry point of the image would come in front.
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
