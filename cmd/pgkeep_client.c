#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/dirfile.h"
#include "pgkeep.h"
#include "proc/procref.h"
#include "service/svckeeper.h"
#include "service/svcstate.h"
#include "service/want.h"

/* ms between two looks at the files of a service. */
#define FIRST_LOOK	5
#define LAST_LOOK	100

#define BIT(state)	(1U << (state))

/* In these states a service runs or is going to: start has nothing to do. */
#define STARTS	(BIT(SVCSTATE_WAITING) | BIT(SVCSTATE_BLOCKED) | \
	BIT(SVCSTATE_STARTING) | BIT(SVCSTATE_RUNNING) | \
	BIT(SVCSTATE_DELAYED))

/* These states are followed by another one soon. */
#define UNSETTLED	(BIT(SVCSTATE_WAITING) | BIT(SVCSTATE_STARTING))

enum progress {
	NEW,		/* the keeper was not signalled yet */
	SIGNALLED,		/* it was, and has not answered */
	DONE,
	BLOCKED,	/* waits for a service that has failed */
	STOPPED,	/* another want or the end stopped it */
	FAILED,
	REPLACED,	/* by a later want */
	LOST		/* its keeper has died */
};

struct target {
	const char	*name;
	char		*own;		/* the same, to be freed */
	enum progress	 progress;
	int		 is_wanted;	/* the want was written */
	struct want	 want;
	struct handle	 keeper;
};

struct client {
	struct options	*o;
	int		 is_end;	/* the subcommand is end */
	struct want	 want;		/* each target gets a copy */
	struct target	*target;
	size_t		 n;
};

/* The state of a service, as a bit. */
static unsigned
state_of(const struct client *c, const char *name)
{
	struct svcstate_line line;

	svcstate_read(c->o->dir, name, &line);
	return BIT(line.state);
}

static int
add_target(const char *name, void *arg)
{
	struct client *c = arg;
	struct target *more;
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->target[i].name, name) == 0)
			return 0;
	more = realloc(c->target, (c->n + 1) * sizeof *more);
	if (more == NULL)
		return -1;
	c->target = more;
	memset(&more[c->n], 0, sizeof *more);
	more[c->n].want = c->want;
	more[c->n].name = more[c->n].own = strdup(name);
	return more[c->n++].own == NULL ? -1 : 0;
}

/* Restart without names does not start the services that do not run. */
static int
add_kept(const char *name, void *arg)
{
	const struct client *c = arg;

	if (c->want.word == WANT_RESTART && !(state_of(c, name) & STARTS))
		return 0;
	return add_target(name, arg);
}

/* Has the service a living keeper, or is a keeper just starting? */
static int
has_keeper(const struct client *c, const char *name)
{
	struct handle id;

	if (svckeeper_read(c->o->dir, name, &id) == -1)
		return errno == EAGAIN;
	return procref_alive(&id);
}

/*
 * All names are checked before anything changes.  With -K a service without a
 * keeper is accepted: its keeper may come later.
 */
static void
check_name(const struct client *c, const char *name)
{
	if (!svcstate_may_have(name) ||
	    (state_of(c, name) == BIT(SVCSTATE_NONE) && !has_keeper(c, name)))
		diag_diex(STATUS_OWN, "%s: no such service", name);
	if (!c->o->has_watched && !c->is_end && !has_keeper(c, name))
		diag_diex(STATUS_OWN, "%s: has no keeper", name);
}

static void
list_targets(struct client *c)
{
	char **name;

	for (name = c->o->argv; *name != NULL; name++)
		check_name(c, *name);
	for (name = c->o->argv; *name != NULL; name++)
		if (add_target(*name, c) == -1)
			diag_die(STATUS_OWN, "services");
	if (c->o->argv[0] == NULL &&
	    svckeeper_each(c->o->dir, add_kept, c) == -1)
		diag_die(STATUS_OWN, "services");
}

/*
 * Starting a service needs room on the disk for its record.  Stopping one must
 * work on a full disk.
 */
static void
check_room(const struct client *c)
{
	if (c->want.word != WANT_START && c->want.word != WANT_RESTART)
		return;
	if (dirfile_write(c->o->dir, ".room", "") == -1 &&
	    dirfile_is_full(errno))
		diag_die(STATUS_OWN, "services");
	(void)unlinkat(c->o->dir, ".room", 0);
}

static void
put_want(const struct client *c, struct target *t)
{
	unsigned state = state_of(c, t->name);
	int waits = want_is_open(c->o->dir, t->name);

	if (c->is_end)
		return;
	t->is_wanted = waits || c->want.word == WANT_RESTART;
	if (c->want.word == WANT_START)
		t->is_wanted |= !(state & STARTS);
	else if (c->want.word == WANT_STOP)
		t->is_wanted |= state != BIT(SVCSTATE_STOPPED);
	if (t->is_wanted && want_put(c->o->dir, t->name, &t->want) == -1)
		diag_die(STATUS_OWN, "%s", t->name);
	if (!t->is_wanted && c->want.word == WANT_STOP)
		t->progress = DONE;
}

/*
 * Make .stopping: as long as this process lives, the services end in order.
 * If the disk has no room for the link, they end without an order.
 */
static void
mark_end(const struct client *c)
{
	int dir = c->o->dir;

	(void)unlinkat(dir, ".stopping", 0);
	if (symlinkat(c->want.serial, dir, ".stopping") == -1 &&
	    errno != EEXIST && !dirfile_is_full(errno))
		diag_die(STATUS_OWN, "services");
}

/* The result for a service that has reached the state. */
static enum progress
judge_state(const struct client *c, unsigned state)
{
	if (c->want.word == WANT_STOP)
		return DONE;
	if (state & BIT(SVCSTATE_BLOCKED))
		return BLOCKED;
	if (state & BIT(SVCSTATE_FAILED))
		return FAILED;
	return state & (BIT(SVCSTATE_STOPPED) | BIT(SVCSTATE_STOPPING)) ?
	    STOPPED : DONE;
}

static enum progress
look_at_answer(const struct client *c, struct target *t, int is_dead)
{
	char result[WANT_RESULT];
	unsigned state;

	if (c->is_end)
		return is_dead ? DONE : SIGNALLED;
	if (!t->is_wanted) {
		state = state_of(c, t->name);
		if (!(state & UNSETTLED))
			return judge_state(c, state);
		return is_dead ? LOST : SIGNALLED;
	}
	switch (want_read_answer(c->o->dir, t->name, &t->want, result)) {
	case WANT_ANSWERED:
		return judge_state(c, BIT(svcstate_parse(result)));
	case WANT_OVERTAKEN:
		return REPLACED;
	default:
		return is_dead ? LOST : SIGNALLED;
	}
}

/* The keeper could not be read; errno is EAGAIN if it is just starting. */
static enum progress
await_keeper(const struct client *c)
{
	if (errno == EAGAIN)
		return NEW;
	if (c->is_end)
		return DONE;
	return errno == ENOENT && c->o->has_watched ? NEW : LOST;
}

static void
look_at(const struct client *c, struct target *t)
{
	int ref, is_dead;

	if (t->progress >= DONE)
		return;
	if (t->progress == NEW &&
	    svckeeper_read(c->o->dir, t->name, &t->keeper) == -1) {
		t->progress = await_keeper(c);
		return;
	}
	is_dead = procref_open(&t->keeper, &ref) == -1;
	if (is_dead && errno != ESRCH)
		return;		/* no descriptor is free: look again later */
	if (t->progress == NEW && !is_dead) {
		if (c->is_end)
			handle_signal(t->keeper.pid, ref, SIGTERM);
		if (c->is_end || t->is_wanted)
			handle_signal(t->keeper.pid, ref, SIGCONT);
	}
	if (ref != -1)
		close(ref);
	t->progress = look_at_answer(c, t, is_dead);
}

/* Return 1 if every target has its result. */
static int
look_at_all(const struct client *c)
{
	int through = 1;
	size_t i;

	for (i = 0; i < c->n; i++) {
		look_at(c, &c->target[i]);
		through &= c->target[i].progress >= DONE;
	}
	return through;
}

/* Print why the want failed.  A want without a keeper is withdrawn. */
static void
print_failure(const struct client *c, const struct target *t)
{
	static const char *const why[] = {
		[BLOCKED] = "waits for a service that has failed",
		[STOPPED] = "was stopped meanwhile",
		[FAILED] = "has failed",
		[REPLACED] = "replaced by a later want",
		[LOST] = "has no keeper any more"
	};

	if (t->progress == LOST)
		want_withdraw(c->o->dir, t->name, &t->want);
	if (t->progress > DONE)
		diag_warnx("%s: %s", t->name, why[t->progress]);
	else
		diag_warnx("%s: process %ld has ended", t->name,
		    (long)c->o->watched.pid);
}

/* Print the failures, free the targets and return the exit status. */
static int
report(struct client *c)
{
	int status = 0;
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (c->target[i].progress != DONE) {
			status = STATUS_FAILED;
			print_failure(c, &c->target[i]);
		}
		free(c->target[i].own);
	}
	free(c->target);
	return status;
}

static int
is_watched_alive(const struct options *o)
{
	return !o->has_watched || procref_alive(&o->watched);
}

int
send_wants(struct options *o)
{
	struct client c = { .o = o };
	int look = FIRST_LOOK;
	size_t i;

	c.is_end = want_parse(&c.want.word, o->word) == -1;
	if (c.is_end)
		c.want.word = WANT_NOTHING;
	want_set_serial(&c.want);
	list_targets(&c);
	check_room(&c);
	if (!is_watched_alive(o))
		diag_diex(STATUS_FAILED, "process %ld has ended",
		    (long)o->watched.pid);
	if (c.is_end && o->argv[0] == NULL)
		mark_end(&c);
	for (i = 0; i < c.n; i++)
		put_want(&c, &c.target[i]);
	while (!look_at_all(&c) && is_watched_alive(o)) {
		poll(NULL, 0, look);
		look = look < LAST_LOOK / 2 ? look * 2 : LAST_LOOK;
	}
	return report(&c);
}
