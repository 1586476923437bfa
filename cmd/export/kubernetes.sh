# shellcheck shell=sh
# --- kubernetes: a Deployment for each service, or a Job if it runs once -------
#
# As with compose, the image holds the Procfile, pgspawn and pgproc, and pgspawn is
# process 1. It sends the signal of stop= to the group, so no service needs a preStop
# hook. The instances of a service are replicas of one pod. The environment file is a
# mounted secret: "kubectl create secret --from-env-file" would take quotes and comments
# as parts of a value. Kubernetes starts all services at once.

export_kubernetes() {
	find_secret
	done_names=' '
	each kubernetes_service
	[ -z "$secret" ] ||
		advise "kubectl create secret generic $(kubernetes_name "$app-env")" \
			"--from-file=env=$(quote "$secret")"
	advise "kubectl apply -f $(quote "$out")"
}

kubernetes_service() {
	join_instances || return 0
	object=$(kubernetes_name "$app-$name")
	case $policy in
	always) kubernetes_deployment ;;
	*) kubernetes_job ;;
	esac | put "$object.yaml" 644
}

kubernetes_name() {
	printf '%s' "$1" | LC_ALL=C tr '[:upper:]_' '[:lower:]-' | sed 's/-*$//'
}

kubernetes_deployment() {
	kubernetes_head apps/v1 Deployment
	echo "  replicas: $((many))"
	echo '  selector:'
	echo '    matchLabels:'
	echo "      app.kubernetes.io/name: \"$object\""
	kubernetes_pod Always
}

kubernetes_job() {
	kubernetes_head batch/v1 Job
	echo "  parallelism: $((many))"
	echo "  completions: $((many))"
	case $policy in
	on-failure)
		echo "  backoffLimit: $tries"
		kubernetes_pod OnFailure ;;
	*)
		echo '  backoffLimit: 0'
		kubernetes_pod Never ;;
	esac
}

kubernetes_head() {
	echo "apiVersion: $1"
	echo "kind: $2"
	echo 'metadata:'
	echo "  name: \"$object\""
	echo '  labels:'
	echo "    app.kubernetes.io/name: \"$object\""
	echo "    app.kubernetes.io/part-of: \"$app\""
	echo 'spec:'
}

kubernetes_pod() {
	echo '  template:'
	echo '    metadata:'
	echo '      labels:'
	echo "        app.kubernetes.io/name: \"$object\""
	echo "        app.kubernetes.io/part-of: \"$app\""
	echo '    spec:'
	echo "      restartPolicy: $1"
	echo "      terminationGracePeriodSeconds: ${stop_secs:-31536000}"
	kubernetes_user
	echo '      containers:'
	echo "      - name: \"$(kubernetes_name "$name")\""
	printf '        image: %s\n' "$(json "$image")"
	# Kubernetes expands $(NAME), unless the $ is doubled.
	# shellcheck disable=SC2016
	printf '        command: %s\n' "$(container_command \
		/run/secrets/procgroup/env | sed 's/\$(/$$(/g')"
	kubernetes_probe
	[ -z "$secret" ] || {
		echo '        volumeMounts:'
		echo '        - name: env'
		echo '          mountPath: /run/secrets/procgroup'
		echo '          readOnly: true'
		echo '      volumes:'
		echo '      - name: env'
		echo '        secret:'
		echo "          secretName: \"$(kubernetes_name "$app-env")\""
	}
}

kubernetes_user() {
	case $user in
	'') ;;
	*[!0-9]*) lose "takes no name for a user: -u $user" ;;
	*)	echo '      securityContext:'
		echo "        runAsUser: $user"
		echo "        fsGroup: $user" ;;
	esac
}

kubernetes_probe() {
	case $ready in
	-) return ;;
	tcp:*)	echo '        readinessProbe:'
		echo '          tcpSocket:'
		echo "            port: ${ready#tcp:}" ;;
	*)	echo '        readinessProbe:'
		echo '          exec:'
		echo '            command: [test, -s, /tmp/procgroup.ready]' ;;
	esac
	echo '          periodSeconds: 2'
}
