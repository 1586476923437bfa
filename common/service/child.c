#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/child.h"
#include "base/execerror.h"
#include "base/fdio.h"
#include "base/forkexec.h"

#define FEW	256	/* environment entries that need no malloc */

extern char **environ;

struct failure {
	int	error, found;
};

void
child_hold_signals(struct child_signals *s, const sigset_t *set)
{
	static const int open[] = {
		SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS,
		SIGTSTP, SIGTTIN, SIGTTOU
	};
	struct sigaction sa;
	sigset_t all;
	size_t i;
	int sig;

	sigfillset(&all);
	for (i = 0; i < sizeof open / sizeof open[0]; i++)
		sigdelset(&all, open[i]);
	sigprocmask(SIG_BLOCK, &all, &s->mask);
	s->set = *set;
	sigemptyset(&s->ignored);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(set, sig) == 1 &&
		    sigaction(sig, NULL, &sa) == 0 &&
		    sa.sa_handler == SIG_IGN)
			sigaddset(&s->ignored, sig);
}

/*
 * In the child: a handler of the parent must not run once signals are
 * unblocked.
 */
static void
restore_signals(const struct child_signals *s)
{
	struct sigaction sa;
	int sig;

	memset(&sa, 0, sizeof sa);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(&s->set, sig) == 1) {
			sa.sa_handler = sigismember(&s->ignored, sig) == 1 ?
			    SIG_IGN : SIG_DFL;
			sigaction(sig, &sa, NULL);
		}
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
}

/* In the child: only async-signal-safe calls, and _exit. */
static void
run_child(const struct child *c, char **env, int pipe)
{
	struct failure f = { 0, 0 };

	if (pipe == c->as)
		pipe = fcntl(pipe, F_DUPFD_CLOEXEC, 3);
	if (c->fd != -1 && c->fd == c->as)
		fcntl(c->fd, F_SETFD, 0);
	else if (c->fd != -1 && dup2(c->fd, c->as) == -1)
		f.error = errno;
	if (f.error == 0) {
		restore_signals(c->signals);
		environ = env;
		execvp(c->argv[0], c->argv);
		f.error = execerror_reason(c->argv[0], getenv("PATH"), errno,
		    &f.found);
	}
	(void)fdio_write(pipe, &f, sizeof f);
	_exit(127);
}

/*
 * The environment of this process with the entry: in few if it fits, else
 * malloc'ed.
 */
static char **
environment(char *entry, char *few[FEW])
{
	size_t n = 0, name, i, k = 0;
	char **env = few;

	if (entry == NULL)
		return environ;
	while (environ[n] != NULL)
		n++;
	if (n + 2 > FEW && (env = malloc((n + 2) * sizeof *env)) == NULL)
		return NULL;
	name = strcspn(entry, "=") + 1;
	for (i = 0; i < n; i++)
		if (strncmp(environ[i], entry, name) != 0)
			env[k++] = environ[i];
	env[k++] = entry;
	env[k] = NULL;
	return env;
}

static pid_t
fork_child(const struct child *c, char **env, int pipe)
{
	pid_t pid = FORKEXEC();

	if (pid == 0)
		run_child(c, env, pipe);
	return pid;
}

/*
 * Fork with all signals blocked: until its exec the child has the parent's
 * handlers, which must not run in it.
 */
static pid_t
fork_blocked(const struct child *c, char **env, int pipe)
{
	char **saved = environ;
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork_child(c, env, pipe);
	environ = saved;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

pid_t
child_start(const struct child *c, int *found)
{
	char *few[FEW], **env = environment(c->entry, few);
	struct failure f = { 0, 0 };
	pid_t pid;
	ssize_t n;
	int p[2];

	*found = 0;
	if (env == NULL || fdio_pipe(p) == -1)
		return -1;
	pid = fork_blocked(c, env, p[1]);
	close(p[1]);
	if (pid != -1 && (n = fdio_read(p[0], &f, sizeof f)) != 0) {
		if (n == -1) {
			f.error = errno;
			kill(pid, SIGKILL);
		}
		while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
			;
		pid = -1;
		*found = f.found;
		errno = f.error;
	}
	close(p[0]);
	if (env != few && env != environ)
		free(env);
	return pid;
}
