#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "startorder.h"

enum mark { UNSEEN, ON_THE_WAY, SEEN };

struct walk {
	const struct procfile	*p;
	unsigned char		*mark;	/* of each service */
	const struct procfile_service **way;	/* from the first on */
	size_t			 length;
	/* Called for a cycle: it is the way from i on. */
	void			(*cycle)(struct walk *w, size_t i);
	struct procfile		*told;
};

/* The next name in a list; *list is behind it then. */
static const struct procfile_service *
next_of(const struct procfile *p, const char **list, size_t *n)
{
	const char *name = *list;

	*n = strcspn(name, ",");
	*list = name + *n + (name[*n] != '\0');
	return procfile_find(p, name, *n);
}

static void
follow(struct walk *w, const struct procfile_service *s)
{
	const char *list = s->wishes.after;
	size_t i = (size_t)(s - w->p->service), n;
	const struct procfile_service *other;

	w->mark[i] = ON_THE_WAY;
	w->way[w->length++] = s;
	while (list != NULL && *list != '\0') {
		other = next_of(w->p, &list, &n);
		if (other == NULL)
			continue;
		switch ((enum mark)w->mark[other - w->p->service]) {
		case UNSEEN:
			follow(w, other);
			break;
		case ON_THE_WAY:
			for (i = 0; w->way[i] != other; i++)
				;
			w->cycle(w, i);
			break;
		case SEEN:
			break;
		}
	}
	w->length--;
	w->mark[s - w->p->service] = SEEN;
}

static int
open_walk(struct walk *w, const struct procfile *p)
{
	w->p = p;
	w->length = 0;
	w->cycle = NULL;
	w->mark = calloc(p->n, sizeof *w->mark);
	w->way = calloc(p->n, sizeof *w->way);
	if (w->mark != NULL && w->way != NULL)
		return 0;
	free(w->mark);
	free(w->way);
	return -1;
}

static void
close_walk(struct walk *w)
{
	free(w->mark);
	free(w->way);
}

static void
tell(struct procfile *p, int line, const char *text)
{
	p->fault(p->path, line, NULL, text);
	p->errors++;
}

static void
tell_cycle(struct walk *w, size_t first)
{
	char text[1024];
	size_t n, i;

	n = (size_t)snprintf(text, sizeof text, "a cycle of after=:");
	for (i = first; i < w->length && n < sizeof text; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, " %s",
		    w->way[i]->name);
	if (n < sizeof text)
		snprintf(text + n, sizeof text - n, " %s",
		    w->way[first]->name);
	tell(w->told, w->way[first]->wishes.line, text);
}

static void
look_for_strangers(struct procfile *p, const struct procfile_service *s)
{
	const char *list = s->wishes.after, *name;
	char text[256];
	size_t n;

	while (list != NULL && *list != '\0') {
		name = list;
		if (next_of(p, &list, &n) != NULL)
			continue;
		snprintf(text, sizeof text, "after=%.*s: no such service",
		    (int)(n < 200 ? n : 200), name);
		tell(p, s->wishes.line, text);
	}
}

int
startorder_check(struct procfile *p)
{
	struct walk w;
	size_t i;

	if (open_walk(&w, p) == -1)
		return p->n == 0 ? 0 : -1;
	w.cycle = tell_cycle;
	w.told = p;
	for (i = 0; i < p->n; i++)
		if (p->service[i].command != NULL)
			look_for_strangers(p, &p->service[i]);
	for (i = 0; i < p->n; i++)
		if (w.mark[i] == UNSEEN)
			follow(&w, &p->service[i]);
	close_walk(&w);
	return 0;
}

const struct procfile_service **
startorder_before(const struct procfile *p, const struct procfile_service *s,
    size_t *n)
{
	struct walk w;
	size_t i;

	*n = 0;
	if (open_walk(&w, p) == -1)
		return NULL;
	follow(&w, s);
	for (i = 0; i < p->n; i++)
		if (w.mark[i] == SEEN && &p->service[i] != s)
			w.way[(*n)++] = &p->service[i];
	free(w.mark);
	return w.way;
}

const struct procfile_service **
startorder_behind(const struct procfile *p, const struct procfile_service *s,
    size_t *n)
{
	const struct procfile_service **behind;
	struct walk w;
	size_t i;

	*n = 0;
	behind = calloc(p->n, sizeof *behind);
	if (behind == NULL || open_walk(&w, p) == -1) {
		free(behind);
		return NULL;
	}
	for (i = 0; i < p->n; i++) {
		memset(w.mark, UNSEEN, p->n);
		follow(&w, &p->service[i]);
		if (&p->service[i] != s && w.mark[s - p->service] == SEEN)
			behind[(*n)++] = &p->service[i];
	}
	close_walk(&w);
	return behind;
}
