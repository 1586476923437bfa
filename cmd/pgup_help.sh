# shellcheck shell=sh
# The usage of pgup.

help() {
	cat <<-'END'
	usage: pgup [option ...] [subcommand] [name ...]     (-h lists both)
	Run the services of a Procfile, and leave none of them behind.

	  start [name ...]       run these services, or all; the default
	  stop [name ...]        stop these services, or all and the runner
	  restart [name ...]     start these services again
	  status [-HJ]           print the state of each service
	  attach [-r] name       connect this terminal to that of a service
	  logs [-f] [-n N] [name ...]
	                         print what services printed, or the last N lines;
	                         -f: and go on
	  reload                 apply what has changed in the Procfile
	  wait [-T secs] [name ...]  wait until they are ready
	  run command ...        run a command with the environment of a service
	  check                  report faults of the Procfile
	  where                  print where state and logs are
	  clean                  remove state and logs

	  -D dir         directory of the state
	  -d             start in the background; return when all are ready
	  -E             show nothing that clears the screen
	  -e envfile     read variables from this file; may be repeated
	  -f Procfile    read this file
	  -k secs        grace period of services that have none (5)
	  -m name=N,...  how many of each service, or all=N
	  -p port[,step] base of the ports (5000), and the step (100); or none
	  -r policy      no, once, on-failure or always[,tries]
	  -T secs        with -d and wait: how long at most
	  -t             give each service a terminal
	  -w format      put the time into the logs, in this format of strftime
	  -z size[,files]  cut the logs into files of this size, and keep so many
	  -h, --help     print this text, and end
	  -V, --version  print the version, and end
	The manual page pgup(1) says more.
	END
}
