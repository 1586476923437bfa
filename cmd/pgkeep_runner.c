#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "service/child.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "pgkeep_runner.h"
#include "proc/proctable.h"
#include "conf/schedule.h"

void
runner_open(struct runner *r, int fd)
{
	memset(r, 0, sizeof *r);
	r->fd = fd;
	if (fd != -1)
		fdio_nonblock(fd);
}

void
runner_close(struct runner *r)
{
	if (r->fd != -1)
		close(r->fd);
	r->fd = -1;
}

/* Is text options of pgterm that take no argument, or "-"? */
static int
are_flags(const char *text)
{
	if (strcmp(text, "-") == 0)
		return 1;
	return text[0] == '-' && text[1] != '\0' &&
	    strspn(text + 1, "alS") == strlen(text + 1);
}

/* Split the line into its three fields; has_group is set if all are good. */
static void
parse_line(struct runner *r)
{
	char *handle = r->line, *flags, *schedule;
	struct schedule steps;

	r->line[r->n] = '\0';
	r->line[strcspn(r->line, "\n")] = '\0';
	if ((flags = strchr(handle, '\t')) == NULL ||
	    (schedule = strchr(flags + 1, '\t')) == NULL)
		return;
	*flags++ = *schedule++ = '\0';
	r->has_group = handle_parse(&r->group, handle) == 0 &&
	    r->group.kind != HANDLE_BARE && r->group.pid > 1 &&
	    are_flags(flags) && schedule_parse(&steps, schedule) == 0;
	r->flags = flags;
	r->schedule = schedule;
}

/*
 * pgspawn writes the three fields by one write(2), so one read gets them all.
 */
static void
take(struct runner *r, const char *buf, size_t n)
{
	size_t room = sizeof r->line - 1 - r->n;

	if (r->ready)
		return;
	r->ready = memchr(buf, '\n', n) != NULL;
	if (r->has_group)
		return;
	if (n < room)
		room = n;
	memcpy(r->line + r->n, buf, room);
	r->n += room;
	parse_line(r);
	if (!r->has_group && memchr(r->line, '\0', r->n) != NULL)
		r->n = 0;	/* not the line of a pgspawn */
}

void
runner_read(struct runner *r)
{
	char buf[512];
	ssize_t n;

	while (r->fd != -1) {
		n = read(r->fd, buf, sizeof buf);
		if (n > 0) {
			take(r, buf, (size_t)n);
			continue;
		}
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0 || errno != EAGAIN)
			runner_close(r);
		return;
	}
}

/* Zombies do not count: their parent may reap them late. */
static int
has_living(pid_t pgid)
{
	struct proctable table = { 0 };
	int lives = proctable_read(&table) == -1 ||
	    proctable_group_alive(&table, pgid);

	proctable_free(&table);
	return lives;
}

int
runner_leaves_members(const struct runner *r)
{
	int ref, verdict;

	if (!r->has_group)
		return 0;
	verdict = handle_verify(&r->group, NULL, &ref);
	if (ref != -1)
		close(ref);
	return verdict != HANDLE_GONE && has_living(r->group.pid);
}

void
runner_end_group(const struct runner *r, const char *self,
    const struct child_signals *signals)
{
	char program[PATH_MAX], handle[HANDLE_TEXT], how[] = "-R", *argv[6];
	const char *slash = strrchr(self, '/');
	struct child c = { .argv = argv, .fd = -1, .as = -1,
	    .signals = signals };
	int found, i = 0;
	pid_t pid;

	snprintf(program, sizeof program, "%.*spgterm",
	    slash != NULL ? (int)(slash - self) + 1 : 0, self);
	argv[i++] = program;
	if (strcmp(r->flags, "-") != 0)
		argv[i++] = r->flags;
	argv[i++] = how;
	argv[i++] = r->schedule;
	argv[i++] = handle_format(&r->group, 0, handle);
	argv[i] = NULL;
	pid = child_start(&c, &found);
	if (pid == -1) {
		diag_warn("%s: %s", program, handle);
		return;
	}
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}
