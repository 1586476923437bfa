#include "config.h"

#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "flush_output.h"
#include "io/json.h"
#include "pgkeep.h"
#include "proc/procref.h"
#include "service/svckeeper.h"
#include "service/svcstate.h"

struct names {
	char	**name;
	size_t	  n;
};

static void
add_name(struct names *names, const char *name)
{
	char **more;

	more = realloc(names->name, (names->n + 1) * sizeof *more);
	if (more == NULL || (more[names->n] = strdup(name)) == NULL)
		diag_die(STATUS_OWN, "services");
	names->name = more;
	names->n++;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
read_names(int dir, struct names *names)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (entries == NULL)
		diag_die(STATUS_OWN, "services");
	while ((entry = readdir(entries)) != NULL)
		if (svcstate_may_have(entry->d_name))
			add_name(names, entry->d_name);
	closedir(entries);
	if (names->n > 0)
		qsort(names->name, names->n, sizeof *names->name, compare);
}

/* The state says that the keeper is at work, but the keeper was killed. */
static int
is_lost(int dir, const char *name, enum svcstate state)
{
	struct handle id;

	return state >= SVCSTATE_WAITING && state <= SVCSTATE_STOPPING &&
	    svckeeper_read(dir, name, &id) == 0 && !procref_alive(&id);
}

static void
print_json(struct json *json, const char *name, const char *state,
    const struct svcstate_line *line)
{
	json_object(json, NULL);
	json_string(json, "name", name);
	json_string(json, "state", state);
	json_number(json, "restarts", (long long)line->restarts);
	if (line->last != -1)
		json_number(json, "exit", line->last);
	else
		json_null(json, "exit");
	json_object_end(json);
}

/* Print a service.  Return 0, or -1 if there is no such service. */
static int
print_service(int dir, const char *name, struct json *json)
{
	struct svcstate_line line;
	char last[16] = "-";
	const char *state;

	svcstate_read(dir, name, &line);
	if (line.state == SVCSTATE_NONE)
		return -1;
	state = is_lost(dir, name, line.state) ? "lost" :
	    svcstate_name(line.state);
	if (line.last != -1)
		snprintf(last, sizeof last, "%d", line.last);
	if (json != NULL)
		print_json(json, name, state, &line);
	else
		printf("%s\t%s\t%u\t%s\n", name, state, line.restarts,
		    last);
	return 0;
}

/* Parse the options behind the subcommand; o->argv becomes the names. */
static void
parse_format(struct options *o, int *header, int *json)
{
	char **argv = o->argv - 1;
	int argc = 0, c;

	while (argv[argc] != NULL)
		argc++;
	optind = 1;
	*header = isatty(STDOUT_FILENO);
	*json = 0;
	while ((c = diag_getopt(STATUS_OWN, argc, argv, "+:HJ")) != -1)
		if (c == 'H')
			*header = 0;
		else
			*json = 1;
	o->argv = argv + optind;
}

int
list_services(struct options *o)
{
	struct json out, *json = NULL;
	int header, as_json;
	struct names names = { NULL, 0 };
	int status = 0;
	char **name;
	size_t i;

	parse_format(o, &header, &as_json);
	if (as_json) {
		json = &out;
		json_open(json, stdout);
		json_array(json, NULL);
	} else if (header)
		puts("#NAME\tSTATE\tRESTARTS\tEXIT");
	for (name = o->argv; *name != NULL; name++)
		if (!svcstate_may_have(*name) ||
		    print_service(o->dir, *name, json) == -1) {
			diag_warnx("%s: no such service", *name);
			status = STATUS_FAILED;
		}
	if (o->argv[0] == NULL)
		read_names(o->dir, &names);
	for (i = 0; i < names.n; i++) {
		(void)print_service(o->dir, names.name[i], json);
		free(names.name[i]);
	}
	free(names.name);
	if (json != NULL) {
		json_array_end(json);
		json_close(json);
	}
	flush_output(STATUS_OWN);
	return status;
}
