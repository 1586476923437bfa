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

static int
make_relay(struct job *job, struct spawn_options *spawn,
    const struct job_options *o)
{
	struct relay_options r = { .label = o->label, .copyfd = o->file };

	r.master = o->pty ? job->ptyinput.pty.master : -1;
	r.outfd = STDOUT_FILENO;
	r.errfd = STDERR_FILENO;
	r.watch = o->ready_log;
	r.no_returns = drops_returns(job, o);
	r.seen = o->attach != NULL ? show_others : NULL;
	r.who = job->supervise.attach;
	r.failed = o->lost_output;
	r.arg = o->arg;
	if (o->detached || (o->label == NULL && !o->pty && o->file != -1)) {
		/* The file takes the place of standard output. */
		r.copyfd = -1;
		r.outfd = r.errfd = o->file != -1 ? o->file : job->null;
	}
	job->supervise.relay = relay_open(&r);
	if (job->supervise.relay == NULL)
		return -1;
	if (o->pty)
		return 0;
	spawn->fd[1] = relay_end(job->supervise.relay, 1);
	spawn->fd[2] = relay_end(job->supervise.relay, 2);
	return 0;
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
	if (o->detached || o->input == JOB_INPUT_NULL) {
		job->null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (job->null == -1)
			return -1;
	}
	for (i = 0; i < 3 && o->detached; i++)
		spawn->fd[i] = job->null;
	if (arrange_input(job, spawn, o) == -1)
		return -1;
	if (o->pty && (make_ptyinput(job, spawn, stage, o) == -1 ||
	    make_attach(job, stage, o) == -1))
		return -1;
	if (o->pty || o->label != NULL || o->ready_log != NULL)
		return make_relay(job, spawn, o);
	if (o->file != -1)
		spawn->fd[1] = spawn->fd[2] = o->file;
	return 0;
}
