#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "proc/proctable.h"
#include "scan/scan.h"

#define QUEUE	512	/* PIDs; more of them are worth a second thread */
#define BATCH	32

struct worker {
	struct scan	*scan;
	void		*arg;
	pthread_t	 thread;
};

struct scan {
	int		(*look)(pid_t, void *);
	pid_t		 listed[BATCH];	/* not in the queue yet */
	size_t		 nlisted;
	struct worker	 worker[SCAN_THREADS];	/* the caller is the first */
	size_t		 nworkers;
	int		 started;		/* the threads were started */

	pthread_mutex_t	 mutex;		/* guards what follows */
	pthread_cond_t	 more;
	pid_t		 queue[QUEUE];
	size_t		 n;
	int		 complete;	/* no more PIDs are going to come */
	int		 error;		/* errno that ended the scan, or 0 */
};

/*
 * Take PIDs from the queue; return their number.  0: the queue is empty; with
 * wait, the scan is over.
 */
static size_t
take(struct scan *s, pid_t batch[BATCH], int wait)
{
	size_t n;

	pthread_mutex_lock(&s->mutex);
	while (wait && s->n == 0 && !s->complete)
		pthread_cond_wait(&s->more, &s->mutex);
	n = s->n < BATCH ? s->n : BATCH;
	s->n -= n;
	memcpy(batch, s->queue + s->n, n * sizeof *batch);
	pthread_mutex_unlock(&s->mutex);
	return n;
}

static void
end_scan(struct scan *s, int error)
{
	pthread_mutex_lock(&s->mutex);
	if (error != 0) {
		s->error = error;
		s->n = 0;
	}
	s->complete = 1;
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->mutex);
}

static int
look_at_some(struct worker *w, int wait)
{
	pid_t batch[BATCH];
	size_t i, n = take(w->scan, batch, wait);

	for (i = 0; i < n; i++)
		if (w->scan->look(batch[i], w->arg) == -1) {
			end_scan(w->scan, errno);
			return 0;
		}
	return n > 0;
}

static void *
work(void *arg)
{
	while (look_at_some(arg, 1))
		;
	return NULL;
}

/* Start the threads.  If some cannot be started, the scan only takes longer. */
static void
start_threads(struct scan *s)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	s->started = 1;
	while (s->nworkers < SCAN_THREADS && (long)s->nworkers < cpus) {
		struct worker *w = &s->worker[s->nworkers];

		if (pthread_create(&w->thread, NULL, work, w) != 0)
			return;
		s->nworkers++;
	}
}

/* Move the listed PIDs to the queue; while it is full, work on it. */
static int
enqueue_listed(struct scan *s)
{
	int error;

	pthread_mutex_lock(&s->mutex);
	while (s->n + s->nlisted > QUEUE) {
		pthread_mutex_unlock(&s->mutex);
		if (!s->started)
			start_threads(s);
		look_at_some(&s->worker[0], 0);
		pthread_mutex_lock(&s->mutex);
	}
	memcpy(s->queue + s->n, s->listed, s->nlisted * sizeof *s->queue);
	s->n += s->nlisted;
	s->nlisted = 0;
	error = s->error;
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->mutex);
	return error != 0 ? (errno = error, -1) : 0;
}

/* Visitor of proctable_list. */
static int
add(pid_t pid, void *arg)
{
	struct scan *s = arg;

	s->listed[s->nlisted++] = pid;
	return s->nlisted < BATCH ? 0 : enqueue_listed(s);
}

int
scan_processes(int (*look)(pid_t, void *), void *const arg[SCAN_THREADS])
{
	struct scan s = { .look = look, .nworkers = 1 };
	size_t i;

	pthread_mutex_init(&s.mutex, NULL);
	pthread_cond_init(&s.more, NULL);
	for (i = 0; i < SCAN_THREADS; i++) {
		s.worker[i].scan = &s;
		s.worker[i].arg = arg[i];
	}
	if (proctable_list(add, &s) == -1 || enqueue_listed(&s) == -1)
		end_scan(&s, errno);
	else
		end_scan(&s, 0);
	work(&s.worker[0]);
	for (i = 1; i < s.nworkers; i++)
		pthread_join(s.worker[i].thread, NULL);
	pthread_cond_destroy(&s.more);
	pthread_mutex_destroy(&s.mutex);
	return s.error != 0 ? (errno = s.error, -1) : 0;
}
