#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>

#include "group/descendants.h"
#include "proc/proctable.h"

struct queue {
	int	(*visit)(pid_t, void *);
	void	*arg;
	pid_t	*pid;
	size_t	 n, size;
};

/* Visitor of proctable_children: visit one child, and queue it. */
static int
visit_child(pid_t pid, void *arg)
{
	struct queue *q = arg;
	int result = q->visit(pid, q->arg);

	if (result != 0)
		return result == -1 ? -1 : 0;
	if (q->n == q->size) {
		size_t size = q->size == 0 ? 16 : q->size * 2;
		pid_t *p = realloc(q->pid, size * sizeof *p);

		if (p == NULL)
			return -1;
		q->pid = p;
		q->size = size;
	}
	q->pid[q->n++] = pid;
	return 0;
}

long
descendants_list(pid_t top, int (*visit)(pid_t, void *), void *arg)
{
	struct queue q = { .visit = visit, .arg = arg };
	int result = proctable_children(top, visit_child, &q), saved;
	long missed = 0;
	size_t i;

	for (i = 0; i < q.n && result == 0; i++) {
		result = proctable_children(q.pid[i], visit_child, &q);
		if (result == -1 && errno == ESRCH) {
			missed++;
			result = 0;
		}
	}
	saved = errno;
	free(q.pid);
	return errno = saved, result == 0 ? missed : -1;
}
