# shellcheck shell=sh disable=SC2015,SC2086,SC2154
# The state folder: where it is, and what a runner that starts does with it.

# Each Procfile has a folder of its own. Its name begins with that of the project, for
# people, and ends with a checksum of the path.
find_state() {
	root=${place:-${PGUP_DIR:-}}
	home=${XDG_STATE_HOME:-${HOME:+$HOME/.local/state}}
	if [ -z "$root$home" ]; then	# a unit of systemd for the superuser has no HOME
		[ "$(id -u)" -eq 0 ] || die 'HOME is not set: -D names a directory for the state'
		home=~root home=$home/.local/state
	fi
	home=$home/procgroup/pgup
	if [ -n "$root" ]; then
		root=$(absolute "$root") home=$root
	elif [ -n "${XDG_RUNTIME_DIR:-}" ]; then
		root=$XDG_RUNTIME_DIR/procgroup/pgup
	elif [ "$(id -u)" -eq 0 ]; then
		root=/run/procgroup/pgup
	else
		root=$home
	fi
	name=${dir##*/}
	[ "${procfile##*/}" = Procfile ] || name=$name.${procfile##*/}
	case $name in
	*[!A-Za-z0-9._-]*) name=$(printf '%s' "$name" | LC_ALL=C tr -c 'A-Za-z0-9._-' _) || give_up ;;
	esac
	name=$(printf '%.60s-' "$name"; printf '%s' "$procfile" | cksum | tr ' ' -) || give_up
	state=$root/$name services=$root/$name/services log=$home/$name/log
}

# was_swept: the runner before found at its end that nothing of the project was left, and
# this one has started nothing yet: there is no need to read all environments.
was_swept() { [ -f "$state/swept" ] && rm -f "$state/swept"; } 2>/dev/null

# The files of services that are in the plan stay, two for each: ext4 looks long for the
# inode of a new one where many were removed.
keep_states() {
	[ -d "$state/run" ] || { rm -rf "$state/run"; return 0; }
	find "$state/run/." ! -name . -prune \( -name '.*' ! -name '.*.keeper' -o \
		! -type f \) -exec rm -rf {} + || give_up
	set +f
	for one in "$state/run"/* "$state/run"/.*.keeper; do
		one=${one##*/}
		name=${one#.}
		name=${name%.keeper}
		case $name in *[!A-Za-z0-9_.-]*) continue ;; esac
		key "$name"
		eval "[ -n \"\${plan_$key:-}\" ]" || echo "$one"
	done | (cd "$state/run" && exec xargs rm -f --)
	set -f
}

# The files are not cut, for then ext4 would write each to the disk: newlines cover what
# was there.
write_states() {
	cover=$nl$nl$nl$nl$nl$nl$nl$nl
	cover=$cover$cover$cover
	for one in $chosen; do
		key "$one"
		eval "first_$key=waiting"
	done
	for one in $all; do
		key "$one"
		eval "now=\${first_$key:-stopped}"
		echo "$now 0 -$cover" 1<>"$state/run/$one"
		! is_kept "$one" || echo - 1<>"$state/run/.$one.keeper"
	done
}

# prepare_state: takes over the folder of the front, and removes the folders of fronts
# that were killed. As long as the events are the front's a signal ends this at once.
prepare_state() {
	echo taken >>"$state/front.$front/signals"
	find "$state/." ! -name . -prune \( -name 'events.*' -o \
		\( -name pid -o -name plan \) ! -type f \) -exec rm -rf {} +
	set +f
	for one in "$state"/front.*; do
		[ "${one##*.}" = "$front" ] || kill -s 0 "${one##*.}" 2>/dev/null ||
			rm -rf "$one"
	done
	set -f
	keep_states
	events=$state/events.$("$bin/pgtrack" -D "$state" get runner)
	{ [ -d "$state/run" ] || mkdir -m 700 "$state/run"; } &&
		echo $front >"$state/pid" || give_up
	write_states
	mv "$state/front.$front" "$events" && mv "$events/plan" "$state/plan" ||
		give_up
	keep_copy
}
