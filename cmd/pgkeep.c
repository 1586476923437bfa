/*
 * pgkeep - keep one service running: start it after the services that it needs,
 * restart it, and publish its state.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "pgkeep.h"
#include "service/dirreason.h"
#include "service/recorddir.h"
#include "service/recordpath.h"
#include "service/svcstate.h"

static const char help[] =
    "[option ...] run|start|stop|restart|end|list|watch [name ...]\n"
    "Keep a service running.\n"
    "\n"
    "  run name [--] command [arg ...]    keep this command running\n"
    "  start [name ...]                   start services\n"
    "  stop [name ...]                    stop services; their keepers stay\n"
    "  restart [name ...]                 start services again\n"
    "  end [name ...]                     stop services and their keepers\n"
    "  list [-HJ] [name ...]              print their states\n"
    "  watch                              report keepers that are killed\n"
    "\n"
    "  -A name,...    run: start after these services, or after name:done\n"
    "  -B name,...    run: these services come after this one\n"
    "  -D dir         directory of the states\n"
    "  -E fd          run: write each change of state to this descriptor\n"
    "  -K pid         end as after TERM when this process ends\n"
    "  -R policy      run: no, once, on-failure or always[,tries]\n"
    "  -r fd          run: ready when the command writes a newline\n";

struct subcommand {
	const char	*name;
	const char	*options;	/* letters that it takes */
	int		 makes;		/* it creates the directory */
	int		(*run)(struct options *);
};

static const struct subcommand subcommands[] = {
	{ "run", "ABDEKRr", 1, keep_service },
	{ "start", "DK", 0, send_wants },
	{ "stop", "DK", 0, send_wants },
	{ "restart", "DK", 0, send_wants },
	{ "end", "DK", 0, send_wants },
	{ "list", "D", 0, list_services },
	{ "watch", "D", 0, watch_keepers },
	{ NULL, NULL, 0, NULL }
};

static int
take_fd(const char *text)
{
	int fd;

	if (parse_fd(text, &fd) == -1 || fcntl(fd, F_GETFD) == -1)
		diag_diex(STATUS_OWN, "%s: not an open descriptor", text);
	return fd;
}

/*
 * Check a comma separated list of names; with may_wait, :done may follow a
 * name.
 */
static const char *
take_list(const char *text, int may_wait)
{
	const char *p = text;
	char name[64 + 256];

	for (;;) {
		size_t n = strcspn(p, ","), k = n;

		if (may_wait && n > 5 && strncmp(p + n - 5, ":done", 5) == 0)
			k = n - 5;
		if (k < sizeof name) {
			memcpy(name, p, k);
			name[k] = '\0';
		}
		if (k >= sizeof name || !svcstate_may_have(name))
			diag_diex(STATUS_OWN, "%.*s: not a service", (int)n,
			    p);
		if (p[n] == '\0')
			return text;
		p += n + 1;
	}
}

static void
take_option(struct options *o, int c, const char *arg)
{
	switch (c) {
	case 'A':
		o->after = take_list(arg, 1);
		break;
	case 'B':
		o->before = take_list(arg, 0);
		break;
	case 'D':
		o->path = arg;
		break;
	case 'E':
		o->events = take_fd(arg);
		break;
	case 'K':
		o->has_watched = 1;
		if (handle_parse(&o->watched, arg) == -1)
			diag_diex(STATUS_OWN, "%s: not a process", arg);
		break;
	case 'R':
		if (restart_parse(&o->restart, arg) == -1)
			diag_diex(STATUS_OWN, "%s: not a policy: no, once, "
			    "on-failure or always", arg);
		break;
	case 'r':
		if (parse_fd(arg, &o->ready) == -1 || o->ready < 3)
			diag_diex(STATUS_OWN, "%s: not a descriptor from 3 "
			    "up", arg);
		break;
	}
}

/*
 * Note in given which options there are: which of them are allowed depends on
 * the subcommand, which comes after them.
 */
static void
parse_options(int argc, char *argv[], struct options *o, char given[128])
{
	int c;

	memset(given, 0, 128);
	diag_help(help);
	while ((c = diag_getopt(STATUS_OWN, argc, argv,
	    "+:A:B:D:E:K:R:r:")) != -1) {
		take_option(o, c, optarg);
		given[c & 127] = 1;
	}
	o->argv = argv + optind;
	if (*o->argv == NULL)
		diag_usage(STATUS_OWN, "nothing to do");
	o->word = *o->argv++;
	if (*o->argv != NULL)
		diag_asked(STATUS_OWN, *o->argv);
}

static const struct subcommand *
find_subcommand(const struct options *o, const char given[128])
{
	const struct subcommand *s;
	int c;

	for (s = subcommands; s->name != NULL; s++)
		if (strcmp(s->name, o->word) == 0)
			break;
	if (s->name == NULL)
		diag_usage(STATUS_OWN, "%s: none of run, start, stop, "
		    "restart, end, list and watch", o->word);
	for (c = 1; c < 128; c++)
		if (given[c] && strchr(s->options, c) == NULL)
			diag_usage(STATUS_OWN, "%s: -%c is not an option of it",
			    s->name, c);
	return s;
}

static int
open_checked(const char *path, int create)
{
	int fd = recorddir_open(path, create);

	if (fd == -1)
		diag_diex(STATUS_OWN, "%s: %s", path,
		    dirreason(errno));
	return fd;
}

/*
 * Open the directory of -D, else of PGKEEP_DIR, else the folder "keep" beside
 * the records of pgtrack.
 */
static void
open_directory(struct options *o, int create)
{
	char *path;
	int above;

	if (o->path == NULL)
		o->path = getenv("PGKEEP_DIR");
	if (o->path != NULL && o->path[0] != '\0') {
		o->dir = open_checked(o->path, create);
		return;
	}
	path = recordpath_default();
	if (path == NULL)
		diag_diex(STATUS_OWN, "there is no directory for states: "
		    "give one by -D");
	above = open_checked(path, create);
	o->dir = recorddir_folder(above, "keep", create);
	if (o->dir == -1)
		diag_diex(STATUS_OWN, "%s/keep: %s", path,
		    dirreason(errno));
	close(above);
	free(path);
}

int
main(int argc, char *argv[])
{
	struct options o = { .after = "", .before = "", .events = -1,
	    .ready = -1, .dir = -1 };
	const struct subcommand *s;
	char given[128];
	int mute;

	diag_init("pgkeep");
	chain_join(&o.chain);
	diag_to(o.chain.fd);
	mute = fdio_fill_standard();
	if (mute == -1)
		diag_die(STATUS_OWN, "/dev/null");
	o.self = argv[0];
	parse_options(argc, argv, &o, given);
	s = find_subcommand(&o, given);
	if (s->run != keep_service) {
		chain_end(&o.chain);
		diag_to(-1);
		if (mute)
			fdio_refuse_output();
	}
	open_directory(&o, s->makes);
	return s->run(&o);
}
