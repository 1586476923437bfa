#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "io/attach.h"
#include "io/relay.h"
#include "job/stdfds.h"

static void
show_others(const char *p, size_t n, void *attach)
{
	attach_output(attach, p, n);
}

/*
 * Other terminals need the return that a terminal puts before each newline.  A
 * log and labelled lines do not, unless they go to a terminal in raw modes.
 */
static int
drops_returns(const struct job *job, const struct job_options *o)
{
	return o->attach != NULL && (o->detached ||
	    (o->label != NULL && !job->ptyinput.terminal.input));
}

/* Do the output's lines get the time, or does the file have a limit? */
static int
is_written_by_us(const struct job_options *o)
{
	return o->log.stamp != NULL || o->log.size > 0;
}

/*
 * The file takes the place of standard output, unless that gets the output,
 * too.  With labels it is written as an output, and not as a log.
 */
static int
is_in_place_of_output(const struct job_options *o)
{
	return o->detached || (o->label == NULL && !o->pty && o->file != -1);
}

static int
open_null(struct job *job)
{
	if (job->null == -1)
		job->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	return job->null == -1 ? -1 : 0;
}

static int
make_log(struct job *job, enum spawn_stage *stage, const struct job_options *o)
{
	struct logfile_options log = o->log;

	if (log.path == NULL || (o->detached && o->label != NULL &&
	    !is_written_by_us(o)))
		return 0;
	*stage = SPAWN_LOG;
	log.fd = fcntl(o->file, F_DUPFD_CLOEXEC, 3);
	if (log.fd == -1)
		return -1;
	if (logfile_open(&job->logfile, &log) == -1) {
		close(log.fd);
		return -1;
	}
	job->log = &job->logfile;
	*stage = SPAWN_FORK;
	return 0;
}

static int
make_relay(struct job *job, struct spawn_options *spawn,
    enum spawn_stage *stage, const struct job_options *o)
{
	struct relay_options r = { .label = o->label, .copyfd = o->file,
	    .drops_clears = o->drops_clears };

	if (make_log(job, stage, o) == -1 ||
	    (is_in_place_of_output(o) && open_null(job) == -1))
		return -1;
	r.master = o->pty ? job->ptyinput.pty.master : -1;
	r.outfd = STDOUT_FILENO;
	r.errfd = STDERR_FILENO;
	r.watch = o->ready_log;
	r.no_returns = drops_returns(job, o);
	r.seen = o->attach != NULL ? show_others : NULL;
	r.who = job->supervise.attach;
	r.log = job->log;
	r.failed = o->lost_output;
	r.arg = o->arg;
	if (is_in_place_of_output(o))
		r.outfd = r.errfd = o->file != -1 && job->log == NULL ?
		    o->file : job->null;
	if (is_in_place_of_output(o) || job->log != NULL)
		r.copyfd = -1;
	job->supervise.relay = relay_open(&r);
	if (job->supervise.relay == NULL)
		return -1;
	if (o->pty)
		return 0;
	spawn->fd[1] = relay_end(job->supervise.relay, 1);
	spawn->fd[2] = relay_end(job->supervise.relay, 2);
	return 0;
}

/* The file gets its first line. */
static void
write_mark(struct job *job, const struct job_options *o)
{
	struct logfile_options log = o->log;
	struct logfile *l = job->log, own;

	if (o->mark == NULL)
		return;
	if (l == NULL) {
		log.stamp = NULL;
		log.fd = fcntl(o->file, F_DUPFD_CLOEXEC, 3);
		if (log.fd == -1 || logfile_open(l = &own, &log) == -1)
			return;
	}
	if (logfile_mark(l, o->mark) == -1 && o->lost_output != NULL)
		o->lost_output(1, o->arg);
	if (l != job->log)
		logfile_close(l);
}

static void
note_modes(const struct termios *saved, const struct termios *raw, void *arg)
{
	monitor_note_modes(arg, saved, raw);
}

static int
make_ptyinput(struct job *job, struct spawn_options *spawn,
    enum spawn_stage *stage, const struct job_options *o)
{
	enum ptyinput_input input = PTYINPUT_CALLER;
	int i;

	*stage = SPAWN_PTY;
	if (o->input == JOB_INPUT_IDLE ||
	    (o->input == JOB_INPUT_USUAL && o->detached && o->attach != NULL))
		input = PTYINPUT_IDLE;
	else if (o->input == JOB_INPUT_NULL || o->detached)
		input = PTYINPUT_ENDED;
	if (ptyinput_open(&job->ptyinput, o->size, o->detached, input,
	    o->attach != NULL) == -1)
		return -1;
	*stage = SPAWN_FORK;
	job->supervise.ptyinput = &job->ptyinput;
	spawn->session.slave = job->ptyinput.pty.slave;
	spawn->session.master = job->ptyinput.pty.master;
	spawn->session.caller = job->ptyinput.terminal.input ?
	    job->ptyinput.terminal.fd : -1;
	spawn->session.stays = o->owner != NULL && !o->detached;
	spawn->monitor = &job->monitor;
	job->ptyinput.terminal.note = note_modes;
	job->ptyinput.terminal.arg = &job->monitor;
	for (i = 0; i < 3; i++)
		spawn->fd[i] = job->ptyinput.pty.slave;
	return 0;
}

/* Let other terminals come. */
static int
make_attach(struct job *job, enum spawn_stage *stage,
    const struct job_options *o)
{
	if (o->attach == NULL)
		return 0;
	*stage = SPAWN_ATTACH;
	job->supervise.attach = attach_open(o->attach, &job->ptyinput);
	if (job->supervise.attach == NULL)
		return -1;
	*stage = SPAWN_FORK;
	return 0;
}

static int
arrange_input(struct job *job, struct spawn_options *spawn,
    const struct job_options *o)
{
	if (o->input == JOB_INPUT_NULL)
		spawn->fd[0] = job->null;
	if (o->input != JOB_INPUT_IDLE || o->pty)
		return 0;
	if (fdio_pipe(job->idle) == -1)
		return -1;
	spawn->fd[0] = job->idle[0];
	return 0;
}

int
stdfds_arrange(struct job *job, struct spawn_options *spawn,
    enum spawn_stage *stage, const struct job_options *o)
{
	int i;

	for (i = 0; i < 3; i++)
		spawn->fd[i] = -1;
	if ((o->detached || o->input == JOB_INPUT_NULL) &&
	    open_null(job) == -1)
		return -1;
	for (i = 0; i < 3 && o->detached; i++)
		spawn->fd[i] = job->null;
	if (arrange_input(job, spawn, o) == -1)
		return -1;
	if (o->pty && (make_ptyinput(job, spawn, stage, o) == -1 ||
	    make_attach(job, stage, o) == -1))
		return -1;
	if (o->pty || o->label != NULL || o->ready_log != NULL ||
	    is_written_by_us(o)) {
		if (make_relay(job, spawn, stage, o) == -1)
			return -1;
	} else if (o->file != -1)
		spawn->fd[1] = spawn->fd[2] = o->file;
	write_mark(job, o);
	return 0;
}
