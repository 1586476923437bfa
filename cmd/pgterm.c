/*
 * pgterm - end process groups: TERM, wait until every member is gone, KILL.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "group/cgroup.h"
#include "base/diag.h"
#include "group/shutdown.h"
#include "base/fdio.h"
#include "pgterm_options.h"
#include "pgterm_report.h"
#include "proc/proctable.h"
#include "base/sigwake.h"

static void
die_of(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
	_exit(128 + sig);
}

static void
run(struct shutdown *e, const struct options *o, int sigfd, struct report *r)
{
	int sig, interrupts = 0;

	shutdown_begin(e);
	for (;;) {
		struct pollfd pfd[2] = { { .fd = sigfd, .events = POLLIN } };

		if (o->verbose)
			report_ends(r, e);
		report_step(r);
		if (shutdown_done(e))
			return;
		report_poll(r, &pfd[1]);
		if (shutdown_wait(e, pfd, 2, -1) == -1 && errno != EINTR)
			diag_die(STATUS_DENIED, "cannot wait");
		while ((sig = sigwake_read(sigfd)) != 0)
			if (interrupts++ == 0)
				shutdown_last_step(e);
			else
				die_of(sig);
	}
}

static int
catch_interrupts(void)
{
	sigset_t set;
	int fd;

	/* A closed standard output must not become the pipe of signals. */
	if (fdio_fill_standard() == -1)
		diag_die(STATUS_DENIED, "/dev/null");
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	fd = sigwake_open(&set);
	if (fd == -1)
		diag_die(STATUS_DENIED, "cannot catch signals");
	return fd;
}

/* Find the cgroup of -c.  One that does not exist is gone already. */
static void
find_cgroup(struct options *o, struct cgroup *c)
{
	if (o->cgroup == NULL)
		return;
	if (cgroup_find(c, o->cgroup) == 0)
		o->end.cgroup = c;
	else if (errno == ENOSYS)
		diag_diex(STATUS_DENIED, "cgroup %s: cgroup v2 is not "
		    "available", o->cgroup);
	else if (errno != ENOENT)
		diag_die(STATUS_DENIED, "cgroup %s", o->cgroup);
}

/* Remove the cgroup if it has no process left. */
static int
remove_cgroup(const struct options *o, struct cgroup *c,
    const struct shutdown *e)
{
	enum shutdown_state state;

	if (o->end.cgroup == NULL)
		return STATUS_GONE;
	state = e->target[e->ngroups].state;
	if (state != SHUTDOWN_GONE && state != SHUTDOWN_ENDED &&
	    state != SHUTDOWN_KILLED)
		return STATUS_GONE;
	cgroup_remove(c, 0);
	if (access(c->path, F_OK) == -1)
		return STATUS_GONE;
	if (!o->quiet)
		diag_warnx("cgroup %s: cannot be removed", o->cgroup);
	return STATUS_DENIED;
}

/*
 * With -S: refuse the session of pgterm itself, and a session without a number
 * in this PID namespace.
 */
static void
check_sessions(const struct shutdown *e)
{
	char handle[HANDLE_TEXT];
	size_t i;

	for (i = 0; e->options.sessions && i < e->ngroups; i++) {
		const struct shutdown_target *t = &e->target[i];

		if (t->state == SHUTDOWN_OPEN &&
		    (t->session == getsid(0) || (t->session == 0 &&
		    !pgwatch_gone(&e->watch, i))))
			diag_diex(STATUS_USAGE, "%s: will not end this "
			    "session", handle_format(&t->group.id, 0, handle));
	}
}

int
main(int argc, char *argv[])
{
	struct options o;
	struct cgroup cgroup = { .path = NULL, .dir = -1, .procs = -1 };
	struct shutdown e;
	struct report r;
	int sigfd, status = STATUS_GONE, removed;

	diag_init("pgterm");
	parse_options(argc, argv, &o);
	if (o.dry && fcntl(STDOUT_FILENO, F_GETFD) == -1)
		diag_die(STATUS_DENIED, "standard output");
	sigfd = catch_interrupts();
	find_cgroup(&o, &cgroup);
	if (shutdown_open(&e, o.targets.v, o.targets.n, &o.end) == -1 ||
	    report_open(&r, &o, &e) == -1)
		diag_diex(STATUS_DENIED, "cannot look at processes: %s",
		    proctable_reason(errno));
	check_sessions(&e);
	if (o.dry || o.verbose)
		report_gone(&r);
	if (o.dry)
		report_plan(&r, &e);
	else {
		run(&e, &o, sigfd, &r);
		status = report_status(&r, &e);
		removed = remove_cgroup(&o, &cgroup, &e);
		status = removed > status ? removed : status;
	}
	report_finish(&r, sigfd);
	if (o.dry && r.failed != 0) {
		errno = r.failed;
		diag_die(STATUS_DENIED, "standard output");
	}
	report_close(&r);
	shutdown_close(&e);
	cgroup_close(&cgroup);
	free_options(&o);
	return status;
}
