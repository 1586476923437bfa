#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "service/claim.h"
#include "base/deadline.h"
#include "service/recorddir.h"

#define WAIT	70	/* ms: a process that loses learns it in 100 */
#define RETRY	5	/* ms */

static int
vanished(pid_t pgid)
{
	return kill(-pgid, 0) == -1 && errno == ESRCH;
}

/*
 * Look at a service before acting on it.  A member that forks and ends during
 * the pass over the process table hides its child: if the group still exists,
 * look a second time.
 */
static void
look_twice(int dir, struct service *s)
{
	service_look(dir, s, 1);
	if (s->state == SERVICE_STALE && s->known && !vanished(s->record.pgid))
		service_look(dir, s, 1);
}

/* May r be written, or, if r is NULL, s be forgotten?  0, or -1 with errno. */
static int
check(const struct service *s, const struct record *r)
{
	if (s->state == SERVICE_UNSAFE)
		return errno = s->error, -1;
	/* A process may write its record again, with another command. */
	if (s->state == SERVICE_RUNNING && r != NULL &&
	    r->id.pid == getpid() && handle_equal(&r->id, &s->record.id))
		return 0;
	if (service_runs(s) || s->state == SERVICE_UNVERIFIABLE)
		return errno = EEXIST, -1;
	return 0;
}

/*
 * Another process holds the lock.  It has written its handle there before it
 * wrote the record.  The handle may be of an earlier holder; without a key
 * that cannot be excluded.  Return 1 if the holder is known for sure.
 */
static int
find_holder(int dir, struct service *s)
{
	struct handle *id = &s->record.id;

	s->known = recorddir_read_holder(dir, s->folder, id) == 0 &&
	    id->pid != getpid() &&
	    service_state_of(id, NULL) == SERVICE_RUNNING;
	errno = EWOULDBLOCK;
	return s->known && id->kind == HANDLE_KEYED;
}

static int
write_claim(int dir, struct service *s, const struct record *r, int lock,
    int fd)
{
	look_twice(dir, s);
	if (check(s, r) == -1)
		return -1;
	/* Its failure does no harm: the disk may be full. */
	recorddir_write_holder(lock, &r->id);
	return record_write(fd, r);
}

int
claim_take(int dir, struct service *s, const struct record *r, int *fd)
{
	struct deadline until = deadline_in(WAIT);
	int lock, saved;

	for (;;) {
		/* A holder writes its record before it gives the lock back. */
		service_look(dir, s, 1);
		if (check(s, r) == -1)
			return -1;
		lock = recorddir_lock(dir, s->folder, 1, fd);
		if (lock != -1)
			break;
		if (errno != EWOULDBLOCK || find_holder(dir, s) ||
		    deadline_passed(&until))
			return -1;
		poll(NULL, 0, RETRY);
	}
	if (write_claim(dir, s, r, lock, *fd) == 0)
		return lock;
	saved = errno;
	close(lock);
	close(*fd);
	return errno = saved, -1;
}

int
claim_drop(int dir, const struct service *s, int fd)
{
	if (record_remove(fd) == -1)
		return -1;
	return recorddir_remove(dir, s->folder, fd);
}

static int
forget(int dir, struct service *s, int force, int fd)
{
	int missing;

	look_twice(dir, s);
	if (!force && check(s, NULL) == -1)
		return -1;
	missing = s->state == SERVICE_MISSING;
	if (claim_drop(dir, s, fd) == -1)
		return -1;
	return missing ? (errno = ENOENT, -1) : 0;
}

int
claim_forget(int dir, struct service *s, int force, int wait)
{
	struct deadline until = deadline_in(wait ? WAIT : 0);
	int fd, lock, result, saved;

	service_look(dir, s, 1);
	/* A folder without record and lock does not belong to a service. */
	while ((lock = recorddir_lock(dir, s->folder,
	    s->state != SERVICE_MISSING, &fd)) == -1) {
		if (errno != EWOULDBLOCK || deadline_passed(&until))
			return -1;
		poll(NULL, 0, RETRY);
	}
	result = forget(dir, s, force, fd);
	saved = errno;
	close(lock);
	close(fd);
	return errno = saved, result;
}
