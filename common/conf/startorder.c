#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/restart.h"
#include "conf/startorder.h"

enum mark { UNVISITED, ON_PATH, VISITED };

struct walk {
	struct procfile		*p;
	struct startorder	*o;
	unsigned char		*mark;	/* of each service */
	size_t			*path;	/* from the first service on */
	size_t			 length;
};

/* A name in the list of an after=. */
struct name {
	const char	*text;
	size_t		 n;
	int		 done;		/* :done follows */
	const struct procfile_service *service;	/* or NULL */
};

/* Read the next name of *list (may be NULL); 0: there is none. */
static int
next_name(const struct procfile *p, const char **list, struct name *name)
{
	size_t n;

	if (*list == NULL || **list == '\0')
		return 0;
	n = strcspn(*list, ",");
	name->text = *list;
	name->n = strcspn(*list, ":,");
	name->done = name->n < n;
	name->service = procfile_find(p, name->text, name->n);
	*list += n + ((*list)[n] != '\0');
	return 1;
}

static void
report_error(struct procfile *p, int line, const char *text)
{
	p->fault(p->path, line, NULL, text);
	p->errors++;
}

/* The services of the path from `first' on are the cycle. */
static void
report_cycle(struct walk *w, size_t first)
{
	const struct procfile_service *s = w->p->service;
	char text[1024];
	size_t n, i;

	n = (size_t)snprintf(text, sizeof text, "a cycle of after=:");
	for (i = first; i < w->length && n < sizeof text; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, " %s",
		    s[w->path[i]].name);
	if (n < sizeof text)
		snprintf(text + n, sizeof text - n, " %s",
		    s[w->path[first]].name);
	report_error(w->p, s[w->path[first]].directives.line, text);
}

/* Service i has this need for service k, and all needs that k has. */
static void
add_need(struct startorder *o, size_t i, size_t k, enum startorder_need need)
{
	unsigned char *mine = o->need + i * o->n, *its = o->need + k * o->n;
	size_t j;

	if (mine[k] < need)
		mine[k] = (unsigned char)need;
	for (j = 0; j < o->n; j++)
		if (mine[j] < its[j])
			mine[j] = its[j];
}

static void
visit(struct walk *w, size_t i)
{
	const char *list = w->p->service[i].directives.after;
	struct name name;
	size_t k, first;

	w->mark[i] = ON_PATH;
	w->path[w->length++] = i;
	while (next_name(w->p, &list, &name)) {
		if (name.service == NULL)
			continue;
		k = (size_t)(name.service - w->p->service);
		if (w->mark[k] == UNVISITED)
			visit(w, k);
		else if (w->mark[k] == ON_PATH) {
			for (first = 0; w->path[first] != k; first++)
				;
			report_cycle(w, first);
		}
		add_need(w->o, i, k, name.done ? STARTORDER_DONE :
		    STARTORDER_READY);
	}
	w->length--;
	w->mark[i] = VISITED;
}

static void
check_names(struct procfile *p, const struct procfile_service *s)
{
	const char *list = s->directives.after;
	char text[256];
	struct name name;

	while (next_name(p, &list, &name))
		if (name.service == NULL) {
			snprintf(text, sizeof text,
			    "after=%.*s: no such service",
			    (int)(name.n < 200 ? name.n : 200), name.text);
			report_error(p, s->directives.line, text);
		}
}

static int
has_order(const struct procfile *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->service[i].directives.after != NULL)
			return 1;
	return 0;
}

int
startorder_open(struct startorder *o, struct procfile *p)
{
	struct walk w = { .p = p, .o = o };
	size_t room = p->n, i;

	o->n = p->n;
	o->need = NULL;
	if (!has_order(p))
		return 0;
	o->need = calloc(room, room);
	w.mark = calloc(room, sizeof *w.mark);
	w.path = calloc(room, sizeof *w.path);
	if (o->need == NULL || w.mark == NULL || w.path == NULL) {
		free(o->need);
		free(w.mark);
		free(w.path);
		return -1;
	}
	for (i = 0; i < p->n; i++)
		check_names(p, &p->service[i]);
	for (i = 0; i < p->n; i++)
		if (w.mark[i] == UNVISITED)
			visit(&w, i);
	free(w.mark);
	free(w.path);
	return 0;
}

void
startorder_free(struct startorder *o)
{
	free(o->need);
}

enum startorder_need
startorder_need(const struct startorder *o, size_t i, size_t k)
{
	return o->need == NULL ? STARTORDER_NONE :
	    (enum startorder_need)o->need[i * o->n + k];
}

static int
is_ever_done(const char *policy)
{
	struct restart r;

	return policy != NULL && restart_parse(&r, policy) == 0 &&
	    (r.policy == RESTART_ONCE || r.policy == RESTART_ON_FAILURE);
}

void
startorder_check_done(struct procfile *p, const char *policy)
{
	const char *list, *own;
	char text[320];
	struct name name;
	size_t i;

	for (i = 0; i < p->n; i++) {
		list = p->service[i].directives.after;
		while (next_name(p, &list, &name)) {
			if (!name.done || name.service == NULL)
				continue;
			own = name.service->directives.restart;
			if (own == NULL)
				own = policy;
			if (is_ever_done(own))
				continue;
			snprintf(text, sizeof text, "after=%s:done: with "
			    "restart=%.20s it is never done: it needs once or "
			    "on-failure", name.service->name,
			    own != NULL ? own : "no");
			report_error(p, p->service[i].directives.line, text);
		}
	}
}
