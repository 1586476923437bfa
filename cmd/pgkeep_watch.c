#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "pgkeep.h"
#include "proc/procref.h"
#include "service/svckeeper.h"
#include "base/svcname.h"
#include "service/svcstate.h"

#define LOOK	100	/* ms between looks at processes without a pidfd */

/* A keeper, and its service. */
struct kept {
	char		*name;
	struct handle	 id;
};

struct watch {
	const struct options *o;
	struct kept	*kept;
	struct pollfd	*pfd;		/* [0] is standard input */
	size_t		 n, size;	/* of pfd and of kept, from [1] on */
	size_t		 blind;		/* keepers without a pidfd */
	size_t		 len;
	char		 line[SVCNAME_SIZE + HANDLE_TEXT + 8];
};

/*
 * Did the dead keeper leave properly?  Then its .keeper file is gone or names
 * another keeper, and it has published a last state.
 */
static int
has_left(const struct watch *w, const char *name, const struct handle *id)
{
	struct svcstate_line line;
	struct handle now;

	if (svckeeper_read(w->o->dir, name, &now) == 0)
		return now.pid != id->pid || (id->kind == HANDLE_KEYED &&
		    !handle_equal(&now, id));
	if (errno != ENOENT)
		return 0;
	svcstate_read(w->o->dir, name, &line);
	return line.state == SVCSTATE_STOPPED || line.state == SVCSTATE_ENDED;
}

/* Print "lost NAME", unless the keeper has left properly. */
static void
print_lost(const struct watch *w, const char *name, const struct handle *id)
{
	char text[SVCNAME_SIZE + 8];
	int n;

	if (has_left(w, name, id))
		return;
	n = snprintf(text, sizeof text, "lost %s\n", name);
	if (fdio_write(STDOUT_FILENO, text, (size_t)n) == -1)
		diag_die(STATUS_OWN, "standard output");
}

static void
grow(struct watch *w)
{
	size_t size = w->size == 0 ? 64 : w->size * 2;
	struct pollfd *pfd = realloc(w->pfd, size * sizeof *pfd);
	struct kept *kept = NULL;

	if (pfd != NULL)
		kept = realloc(w->kept, size * sizeof *kept);
	if (kept == NULL)
		diag_die(STATUS_OWN, "services");
	w->pfd = pfd;
	w->kept = kept;
	w->size = size;
}

/* Watch the keeper of a line NAME PID or NAME HANDLE. */
static void
watch_line(struct watch *w, char *line)
{
	char *pid = strchr(line, ' ');
	struct handle id;
	int ref;

	if (pid != NULL)
		*pid++ = '\0';
	if (pid == NULL || !svcstate_may_have(line) ||
	    handle_parse(&id, pid) == -1) {
		diag_warnx("%s: not a service and its process", line);
		return;
	}
	if (procref_open(&id, &ref) == -1 && errno == ESRCH) {
		print_lost(w, line, &id);
		return;
	}
	if (w->n == w->size)
		grow(w);
	if ((w->kept[w->n].name = strdup(line)) == NULL)
		diag_die(STATUS_OWN, "services");
	w->kept[w->n].id = id;
	w->pfd[w->n].fd = ref;
	w->pfd[w->n].revents = 0;
	w->pfd[w->n++].events = POLLIN;
	w->blind += ref == -1;
}

static void
unwatch(struct watch *w, size_t i)
{
	print_lost(w, w->kept[i].name, &w->kept[i].id);
	free(w->kept[i].name);
	if (w->pfd[i].fd != -1)
		close(w->pfd[i].fd);
	else
		w->blind--;
	w->kept[i] = w->kept[--w->n];
	w->pfd[i] = w->pfd[w->n];
}

/* Read the lines that have come.  Return 0 at the end of input. */
static int
read_lines(struct watch *w)
{
	char buf[4096];
	ssize_t n, i;

	n = read(STDIN_FILENO, buf, sizeof buf);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return 1;
	for (i = 0; i < n; i++) {
		if (buf[i] != '\n') {
			if (w->len < sizeof w->line - 1)
				w->line[w->len++] = buf[i];
			continue;
		}
		w->line[w->len] = '\0';
		w->len = 0;
		if (w->line[0] != '\0')
			watch_line(w, w->line);
	}
	return n > 0;
}

static void
look(struct watch *w)
{
	size_t i;

	for (i = w->n; i-- > 1; )
		if (w->pfd[i].fd != -1 ? w->pfd[i].revents != 0 :
		    !procref_alive(&w->kept[i].id))
			unwatch(w, i);
}

int
watch_keepers(struct options *o)
{
	struct watch w = { .o = o };
	int goes_on = 1;

	if (o->argv[0] != NULL)
		diag_usage(STATUS_OWN, "watch: takes no operand");
	(void)fdio_raise_limit();
	grow(&w);
	w.pfd[0].fd = STDIN_FILENO;
	w.pfd[0].events = POLLIN;
	w.n = 1;
	while (goes_on) {
		poll(w.pfd, w.n, w.blind > 0 ? LOOK : -1);
		look(&w);
		if (w.pfd[0].revents != 0)
			goes_on = read_lines(&w);
	}
	poll(w.pfd, w.n, 0);
	look(&w);
	while (w.n > 1) {
		free(w.kept[--w.n].name);
		if (w.pfd[w.n].fd != -1)
			close(w.pfd[w.n].fd);
	}
	free(w.kept);
	free(w.pfd);
	return 0;
}
