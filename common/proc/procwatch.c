#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc/proctable.h"
#include "proc/procwatch.h"

static int
grow(struct procwatch *w)
{
	size_t size = w->size == 0 ? 16 : w->size * 2;
	struct pollfd *pfd;
	struct watched *v;

	pfd = realloc(w->pfd, (size + PROCWATCH_EXTRA) * sizeof *pfd);
	if (pfd == NULL)
		return -1;
	w->pfd = pfd;
	v = realloc(w->v, size * sizeof *v);
	if (v == NULL)
		return -1;
	w->v = v;
	w->size = size;
	return 0;
}

int
procwatch_open(struct procwatch *w)
{
	memset(w, 0, sizeof *w);
	return grow(w);
}

void
procwatch_close(struct procwatch *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->v[i].ref != -1)
			close(w->v[i].ref);
	free(w->v);
	free(w->pfd);
	pidcache_free(&w->dead);
	memset(w, 0, sizeof *w);
}

int
procwatch_add(struct procwatch *w, const struct watched *p)
{
	if (w->n == w->size && grow(w) == -1)
		return -1;
	w->v[w->n++] = *p;
	w->blind += p->ref == -1;
	return 0;
}

void
procwatch_remove(struct procwatch *w, size_t i)
{
	if (w->v[i].ref != -1)
		close(w->v[i].ref);
	else
		w->blind--;
	w->v[i] = w->v[--w->n];
	w->removals++;
}

/*
 * poll(2) for the processes from w->v[from] on.  The caller's n descriptors
 * stand in w->pfd already.  Blind processes get no entry: poll(2) fails for
 * more entries than descriptors may be open.
 */
static int
poll_from(struct procwatch *w, size_t from, size_t n, int timeout)
{
	int ready;
	size_t i, k = n;

	for (i = from; i < w->n; i++)
		if (w->v[i].ref != -1) {
			w->pfd[k].fd = w->v[i].ref;
			w->pfd[k++].events = POLLIN;
		}
	ready = poll(w->pfd, (nfds_t)k, timeout);
	for (i = from, k = n; ready > 0 && i < w->n; i++)
		if (w->v[i].ref != -1)
			w->v[i].dead |= w->pfd[k++].revents != 0;
	return ready;
}

int
procwatch_poll(struct procwatch *w, struct pollfd *extra, size_t n,
    int timeout)
{
	int ready;
	size_t i, used = 0;

	/* poll(2) fails for more entries than descriptors may be open. */
	for (i = 0; i < n; i++)
		if (extra[i].fd != -1)
			w->pfd[used++] = extra[i];
	ready = poll_from(w, 0, used, timeout);
	for (i = n; i-- > 0; )
		extra[i].revents = extra[i].fd == -1 || ready < 0 ? 0 :
		    w->pfd[--used].revents;
	return ready;
}

int
procwatch_remove_dead(struct procwatch *w, size_t from, int ask)
{
	int n = 0;
	size_t i;

	if (ask && poll_from(w, from, 0, 0) <= 0)
		return 0;
	for (i = w->n; i-- > from; )
		if (w->v[i].dead) {
			procwatch_note_dead(w, w->v[i].pid);
			procwatch_remove(w, i);
			n++;
		}
	return n;
}

int
procwatch_same(const struct watched *p)
{
	struct procinfo info;

	if (p->ref != -1)
		return 1;
	if (proctable_info(p->pid, &info) == -1)	/* hidden from us? */
		return errno != ESRCH && p->start == 0 &&
		    proctable_alive(p->pid);
	return info.state != PROC_DEAD && info.start == p->start;
}

void
procwatch_note_dead(struct procwatch *w, pid_t pid)
{
	pidcache_note(&w->dead, pid);
}

pid_t *
procwatch_known(struct procwatch *w, size_t *n)
{
	pid_t *known;
	size_t i;

	pidcache_refresh(&w->dead);
	known = malloc((w->n + w->dead.set.n + 1) * sizeof *known);
	if (known == NULL)
		return NULL;
	for (i = 0; i < w->n; i++)
		known[i] = w->v[i].pid;
	if (w->dead.set.n > 0)
		memcpy(known + i, w->dead.set.v, w->dead.set.n * sizeof *known);
	*n = w->n + w->dead.set.n;
	qsort(known, *n, sizeof *known, procwatch_compare);
	return known;
}

int
procwatch_compare(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}
