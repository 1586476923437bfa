#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/forkexec.h"
#include "job/spawn.h"
#include "job/spawn_signals.h"
#include "base/execerror.h"

#define REF_TRIES	20
#define REF_PAUSE	5	/* ms */

extern char **environ;

int
spawn_fail(struct spawn_failure *f, enum spawn_stage stage)
{
	f->stage = stage;
	f->error = errno;
	f->found = 0;
	return -1;
}

/* Put the descriptors in place, and let those to be kept pass the exec. */
static int
arrange_descriptors(const struct spawn_options *o)
{
	size_t i;
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (o->fd[fd] != -1 && dup2(o->fd[fd], fd) == -1)
			return -1;
	if (o->notify != -1) {
		if (dup2(o->notify, o->notify_as) == -1 ||
		    fcntl(o->notify_as, F_SETFD, 0) == -1)
			return -1;
	}
	if (o->chain != -1 && fcntl(o->chain, F_SETFD, 0) == -1)
		return -1;
	for (i = 0; i < o->nkeep; i++)
		if (fcntl(o->keep[i], F_SETFD, 0) == -1)
			return -1;
	return 0;
}

static const char *
path_of(char *const *env)
{
	for (; *env != NULL; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return NULL;
}

static void
execute(const struct spawn_options *o, struct spawn_failure *f)
{
	const char *file = o->argv[0];

	environ = o->env->vector;
	execvp(file, o->argv);
	spawn_fail(f, SPAWN_EXEC);
	f->error = execerror_reason(file, path_of(environ), f->error,
	    &f->found);
}

/* Do not wait for a reader that does not read: the start fails with EAGAIN. */
static int
write_early(const struct spawn_options *o, const struct handle *id)
{
	char text[HANDLE_TEXT + SPAWN_EARLY];
	struct pollfd pfd = { .fd = o->early_fd, .events = POLLOUT };
	size_t len, more = strlen(o->early);

	len = strlen(handle_format(id, 0, text));
	if (more > SPAWN_EARLY)
		return errno = EINVAL, -1;
	memcpy(text + len, o->early, more);
	if (poll(&pfd, 1, 0) != 1)
		return errno = EAGAIN, -1;
	return fdio_write(o->early_fd, text, len + more);
}

/*
 * If parent died before the handle was sent, no process might ever end the
 * command: exit.  If it dies later, the guard or early_fd has the handle.
 */
static int
tell_handle(const struct spawn_options *o, const struct handle *id,
    pid_t parent)
{
	if (o->tell == -1 && o->early == NULL)
		return 0;
	if (o->tell != -1 && fdio_write(o->tell, id, sizeof *id) == -1)
		return -1;
	if (o->early != NULL && write_early(o, id) == -1)
		return -1;
	if (getppid() != parent)
		_exit(127);
	return 0;
}

/* Prepare the child, which leads its group; descriptors are unchanged. */
static int
prepare(const struct spawn_options *o, struct handle *id, pid_t parent,
    struct spawn_failure *f)
{
	if (o->cgroup != -1 && write(o->cgroup, "0", 1) != 1)
		return spawn_fail(f, SPAWN_CGROUP);
	/* It may have been frozen there, and the parent may have ended. */
	if (o->cgroup != -1 && getppid() != parent)
		_exit(127);
	if (o->directory != NULL && chdir(o->directory) == -1)
		return spawn_fail(f, SPAWN_DIRECTORY);
	if (handle_own(id) == -1)
		return spawn_fail(f, SPAWN_IDENTITY);
	childenv_complete(o->env, id);
	if (tell_handle(o, id, parent) == -1)
		return spawn_fail(f, SPAWN_IDENTITY);
	return 0;
}

/* Returns only on failure. */
static void
become(const struct spawn_options *o, struct spawn_failure *f)
{
	if (arrange_descriptors(o) == -1) {
		spawn_fail(f, SPAWN_DESCRIPTORS);
		return;
	}
	if (o->inherit == NULL)
		spawn_reset_signals();
	else
		spawn_restore_signals(o->inherit);
	execute(o, f);
}

/* What the child sends: its handle before the exec, a failure at the end. */
struct news {
	int			failed;
	struct handle		id;
	struct spawn_failure	failure;
};

/* Only async-signal-safe calls here, and _exit. */
static void
run_child(const struct spawn_options *o, int pipe, pid_t parent)
{
	struct news news = { .failed = 0 };

	if (o->monitor == NULL && setsid() == -1)
		spawn_fail(&news.failure, SPAWN_SESSION);
	else if (prepare(o, &news.id, parent, &news.failure) == 0) {
		if (pipe == o->notify_as)	/* it is the command's */
			pipe = fcntl(pipe, F_DUPFD_CLOEXEC, 3);
		if (fdio_write(pipe, &news, sizeof news) == -1)
			_exit(127);
		become(o, &news.failure);
	}
	news.failed = 1;
	(void)fdio_write(pipe, &news, sizeof news);
	_exit(127);
}

/* What run_child needs in the monitor's child. */
struct place {
	const struct spawn_options *o;
	int			 pipe;
};

static void
run_in_place(void *arg, pid_t parent)
{
	const struct place *p = arg;

	run_child(p->o, p->pipe, parent);
}

/* *stage is the one that failed if there is no process. */
static pid_t
start_monitored(const struct spawn_options *o, int pipe,
    enum spawn_stage *stage)
{
	static const enum spawn_stage stages[] = {
		[MONITOR_SESSION] = SPAWN_SESSION,
		[MONITOR_TERMINAL] = SPAWN_TERMINAL,
		[MONITOR_FORK] = SPAWN_FORK
	};
	struct place place = { o, pipe };
	enum monitor_stage failed;
	pid_t pid;

	pid = monitor_start(o->monitor, &o->session, run_in_place, &place,
	    &failed);
	*stage = stages[failed];
	return pid;
}

/*
 * The child changes environ and the lineage, which are not read before the next
 * start.
 */
static pid_t
start_child(const struct spawn_options *o, int pipe)
{
	pid_t self = getpid();
	pid_t pid = FORKEXEC();

	if (pid == 0)
		run_child(o, pipe, self);
	return pid;
}

/* The start failed: reap the child, and the monitor. */
static void
reap_failed(const struct spawn_options *o, pid_t pid)
{
	kill(-pid, SIGKILL);	/* unless it exits by itself */
	if (o->monitor != NULL && o->monitor->is_parent)
		monitor_reap(o->monitor);
	else
		waitpid(pid, NULL, 0);
	if (o->monitor != NULL)
		monitor_stop(o->monitor);
}

/*
 * Read what the child sends up to its exec.  A child that was killed before has
 * sent nothing.  Return 0, or -1 with *failure.
 */
static int
await_exec(int pipe, pid_t pid, struct handle *id,
    struct spawn_failure *failure)
{
	const ssize_t whole = sizeof(struct news);
	struct news news = { .failed = 0 };
	ssize_t n;
	int ref;

	while ((n = fdio_read(pipe, &news, sizeof news)) == whole) {
		*id = news.id;
		*failure = news.failure;
		if (news.failed)
			return -1;
	}
	if (n != 0)
		return errno = n == -1 ? errno : EIO,
		    spawn_fail(failure, SPAWN_FORK);
	if (news.id.pid != 0)
		return 0;
	if (handle_open(id, pid, &ref) == -1)
		return spawn_fail(failure, SPAWN_IDENTITY);
	if (ref != -1)
		close(ref);
	return 0;
}

/*
 * The child is not reaped yet: the PID is its.  The command runs already, and
 * its handle is known, so a lack of descriptors or memory is only waited for.
 */
static int
open_leader(pid_t pid)
{
	int ref, tries = 0;

	while ((ref = handle_ref(pid)) == -1 && (errno == EMFILE ||
	    errno == ENFILE || errno == ENOMEM) && ++tries < REF_TRIES)
		poll(NULL, 0, REF_PAUSE);
	return ref;
}

pid_t
spawn_start(const struct spawn_options *o, struct handle *id, int *ref,
    struct spawn_failure *failure)
{
	char **saved = environ;
	int p[2];
	enum spawn_stage stage = SPAWN_FORK;
	pid_t pid;

	*ref = -1;
	if (fdio_pipe(p) == -1)
		return spawn_fail(failure, SPAWN_FORK);
	pid = o->monitor != NULL ? start_monitored(o, p[1], &stage) :
	    start_child(o, p[1]);
	environ = saved;
	close(p[1]);
	if (pid == -1) {
		spawn_fail(failure, stage);
	} else if (await_exec(p[0], pid, id, failure) == -1) {
		reap_failed(o, pid);
		pid = -1;
	} else
		*ref = open_leader(pid);
	close(p[0]);
	return pid;
}

void
spawn_here(const struct spawn_options *o,
    void (*ready)(const struct handle *, void *), void *arg,
    struct spawn_failure *failure)
{
	char **saved = environ;
	struct handle id;
	int errfd = -1;

	if (setsid() == -1) {
		spawn_fail(failure, SPAWN_SESSION);
		return;
	}
	if (prepare(o, &id, getppid(), failure) == -1)
		return;
	if (ready != NULL)
		ready(&id, arg);
	if (o->fd[STDERR_FILENO] != -1)
		errfd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	become(o, failure);
	environ = saved;
	if (errfd != -1)
		dup2(errfd, STDERR_FILENO);
}
