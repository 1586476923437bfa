/*
 * pgproc - read a Procfile and environment files; print the plan, or execute
 * one of the services.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "become.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "flush_output.h"
#include "base/parse.h"
#include "pgproc.h"
#include "pgproc_environ.h"
#include "pgproc_plan.h"
#include "pgproc_ports.h"
#include "conf/restart.h"

static const char help[] =
    "[-c copy] [-e envfile] [-f Procfile] [-p port] list|exec|run [operand ...]\n"
    "Read a Procfile and environment files, and become a service.\n"
    "\n"
    "  list                               print the plan\n"
    "  exec service [command [arg ...]]   become this service\n"
    "  run command [arg ...]              run a command with its environment\n"
    "\n"
    "  -c copy        read the services from this copy of the Procfile\n"
    "  -e envfile     read variables from this file; may be repeated\n"
    "  -f Procfile    read this file\n"
    "  -m name=N,...  list: how many of each service, or all=N\n"
    "  -p port[,step] base of the ports, and the step (100); or none\n"
    "  -r policy      list: no, once, on-failure or always[,tries]\n";

#define PROCFILE	"Procfile"

/*
 * Execute wrapper (ended by NULL) sh -c COMMAND.  Returns the status of a
 * failure.
 */
static int
become_service(const struct options *o, char *wrapper[],
    const struct procfile_service *s)
{
	static char sh[] = "sh", c[] = "-c";
	char **argv, *text = strdup(s->command);
	size_t n = 0;

	while (wrapper[n] != NULL)
		n++;
	argv = calloc(n + 4, sizeof *argv);
	if (argv == NULL || text == NULL)
		diag_die(STATUS_USAGE, "command");
	memcpy(argv, wrapper, n * sizeof *argv);
	argv[n] = sh;
	argv[n + 1] = c;
	argv[n + 2] = text;
	return become(&o->chain, argv);
}

/*
 * Read the Procfile and report its faults.  0: without -f there is none.
 */
static int
read_procfile(struct options *o)
{
	struct procfile *p = &o->procfile;

	p->fault = diag_fault;
	p->quiet = !o->lists;
	if (procfile_read(p) == -1) {
		if (errno == ENOENT && o->path == NULL &&
		    p->copy == NULL)
			return 0;
		diag_diex(STATUS_USAGE, "%s: %s", p->path,
		    textfile_reason(errno));
	}
	if (startorder_open(&o->order, p) == -1)
		diag_die(STATUS_USAGE, "%s", p->path);
	return 1;
}

static void
need_procfile(struct options *o)
{
	if (!read_procfile(o))
		diag_diex(STATUS_USAGE, "%s: no such file here: it has a line "
		    "\"name: command\" for each service; -f names another "
		    "file",
		    o->procfile.path);
	if (o->procfile.n == 0)
		diag_diex(STATUS_USAGE, "%s: no services: a line "
		    "\"name: command\" is one", o->procfile.path);
}

/* All faults are reported before pgproc exits. */
static int
run_list(struct options *o, char *argv[])
{
	struct portplan ports;

	if (argv[0] != NULL)
		diag_usage(STATUS_USAGE, "list: no operands");
	chain_end(&o->chain);
	diag_to(-1);
	o->lists = 1;
	need_procfile(o);
	load_environment(o);
	startorder_check_done(&o->procfile, o->policy);
	if (o->procfile.errors > 0)
		return STATUS_USAGE;
	ports = portplan_find(o);
	list_plan(o, &ports);
	flush_output(STATUS_USAGE);
	return o->warnings + o->procfile.warnings > 0 ? STATUS_WARNED : 0;
}

/* The service that NAME or NAME.INSTANCE means. */
static const struct procfile_service *
find_service(const struct options *o, const char *operand, uint64_t *instance)
{
	size_t n = strcspn(operand, ".");
	const struct procfile_service *s =
	    procfile_find(&o->procfile, operand, n);
	const char *number = operand + n + 1;

	*instance = 1;
	if (s == NULL || (operand[n] != '\0' && (*number == '0' ||
	    parse_number(number, strlen(number), PGPROC_INSTANCES,
	    instance) == -1)))
		diag_diex(STATUS_USAGE, "%s: not in %s", operand,
		    o->procfile.path);
	return s;
}

/* Skip a -- in front of the command. */
static char **
skip_dashes(char *argv[])
{
	return argv + (argv[0] != NULL && strcmp(argv[0], "--") == 0);
}

/*
 * No warnings here: list has printed them, for all services read the same
 * files.
 */
static int
run_exec(struct options *o, char *argv[])
{
	const struct procfile_service *s;
	struct portplan ports;
	uint64_t instance;

	if (argv[0] != NULL && argv[1] != NULL)
		argv = skip_dashes(argv);
	if (argv[0] == NULL)
		diag_usage(STATUS_USAGE, "exec: no service");
	o->quiet = 1;
	need_procfile(o);
	if (o->procfile.errors > 0)
		return STATUS_USAGE;
	load_environment(o);
	s = find_service(o, argv[0], &instance);
	ports = portplan_find(o);
	set_service(&ports, portplan_of(&ports, s, (int)instance), s->name,
	    (int)instance);
	portplan_export(&ports, &o->procfile);
	return become_service(o, skip_dashes(argv + 1), s);
}

static void
ignore_fault(const char *path, int line, const char *name, const char *reason)
{
	(void)path, (void)line, (void)name, (void)reason;
}

/* A command needs no Procfile, but gets the ports of its services. */
static void
glance_at_procfile(struct options *o)
{
	o->procfile.fault = ignore_fault;
	if (procfile_read(&o->procfile) == -1)
		o->procfile.n = 0;
}

/* A single word may be the name of a service. */
static int
run_run(struct options *o, char *argv[])
{
	const struct procfile_service *s = NULL;
	struct portplan ports;

	argv = skip_dashes(argv);
	if (argv[0] == NULL)
		diag_usage(STATUS_USAGE, "run: no command");
	if (argv[1] != NULL)
		glance_at_procfile(o);
	else if (read_procfile(o)) {
		if (o->procfile.errors > 0)
			return STATUS_USAGE;
		s = procfile_find(&o->procfile, argv[0], strlen(argv[0]));
	}
	load_environment(o);
	ports = portplan_find(o);
	set_service(&ports, ports.base, "run", 1);
	portplan_export(&ports, &o->procfile);
	return s != NULL ? become_service(o, argv + 1, s) :
	    become(&o->chain, argv);
}

static void
take_envfile(struct options *o, const char *path)
{
	const char **more = realloc(o->envfile,
	    (o->nenvfile + 1) * sizeof *more);

	if (more == NULL)
		diag_die(STATUS_USAGE, "%s", path);
	o->envfile = more;
	more[o->nenvfile++] = path;
}

/* The last of several numbers for a service counts. */
static void
take_numbers(struct options *o, char *more)
{
	size_t size;
	char *all;

	if (o->numbers == NULL) {
		o->numbers = more;
		return;
	}
	size = strlen(o->numbers) + strlen(more) + 2;
	all = malloc(size);
	if (all == NULL)
		diag_die(STATUS_USAGE, "%s", more);
	snprintf(all, size, "%s,%s", o->numbers, more);
	o->numbers = all;
}

static void
take_policy(struct options *o, const char *policy)
{
	struct restart r;

	o->policy = policy;
	if (restart_parse(&r, policy) == -1)
		diag_diex(STATUS_USAGE, "-r %s: it is for no, once, "
		    "on-failure or always, perhaps with ,tries", policy);
}

static void
parse_options(struct options *o, int argc, char *argv[])
{
	int c;

	diag_help(help);
	while ((c = diag_getopt(STATUS_USAGE, argc, argv,
	    "+:c:e:f:m:p:r:")) != -1)
		switch (c) {
		case 'c':
			o->procfile.copy = optarg;
			break;
		case 'e':
			take_envfile(o, optarg);
			break;
		case 'f':
			o->path = optarg;
			break;
		case 'm':
			take_numbers(o, optarg);
			break;
		case 'p':
			o->port = optarg;
			break;
		case 'r':
			take_policy(o, optarg);
			break;
		}
	o->procfile.path = o->path != NULL ? o->path : PROCFILE;
}

int
main(int argc, char *argv[])
{
	struct options o = { .numbers_of = "-m " };
	char **operand;
	int mute;

	diag_init("pgproc");
	chain_join(&o.chain);
	diag_to(o.chain.fd);
	mute = fdio_fill_standard();
	if (mute == -1)
		diag_die(STATUS_USAGE, "/dev/null");
	parse_options(&o, argc, argv);
	operand = argv + optind;
	if (*operand == NULL)
		diag_usage(STATUS_USAGE, "list, exec or run?");
	if (operand[1] != NULL)
		diag_asked(STATUS_USAGE, operand[1]);
	if (strcmp(*operand, "list") == 0 && mute)
		fdio_refuse_output();
	if (strcmp(*operand, "list") == 0)
		return run_list(&o, operand + 1);
	if (o.numbers != NULL || o.policy != NULL)
		diag_usage(STATUS_USAGE, "-m and -r are for list");
	if (strcmp(*operand, "exec") == 0)
		return run_exec(&o, operand + 1);
	if (strcmp(*operand, "run") == 0)
		return run_run(&o, operand + 1);
	diag_usage(STATUS_USAGE, "%s: no such subcommand", *operand);
}
