#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proc/procref.h"
#include "base/svcname.h"
#include "service/want.h"

#define FILE_SIZE	(SVCNAME_SIZE + 32)
#define LINK_SIZE	(HANDLE_TEXT + 2 * WANT_RESULT)

static const char *const words[] = {
	[WANT_NOTHING] = "",
	[WANT_START] = "start",
	[WANT_STOP] = "stop",
	[WANT_RESTART] = "restart"
};

int
want_parse(enum want_word *word, const char *text)
{
	for (*word = WANT_START; *word <= WANT_RESTART; ++*word)
		if (strcmp(text, words[*word]) == 0)
			return 0;
	return errno = EINVAL, -1;
}

const char *
want_text(enum want_word word)
{
	return words[word];
}

static const char *
file_of(const char *name, const char *what, char file[FILE_SIZE])
{
	snprintf(file, FILE_SIZE, ".%s.%s", name, what);
	return file;
}

/* Cut the next word off *text; "" at its end. */
static char *
next_word(char **text)
{
	char *word = *text;

	*text += strcspn(word, " ");
	if (**text != '\0')
		*(*text)++ = '\0';
	return word;
}

/*
 * Read a link; its word is WANT_NOTHING if it is no want.  result may be NULL.
 */
static void
read_link(int dir, const char *name, const char *what, struct want *w,
    char result[WANT_RESULT])
{
	char file[FILE_SIZE], text[LINK_SIZE], *rest = text;
	ssize_t n;

	memset(w, 0, sizeof *w);
	n = readlinkat(dir, file_of(name, what, file), text,
	    sizeof text - 1);
	if (n == -1)
		return;
	text[n] = '\0';
	if (want_parse(&w->word, next_word(&rest)) == -1) {
		w->word = WANT_NOTHING;
		return;
	}
	snprintf(w->serial, sizeof w->serial, "%s", next_word(&rest));
	if (w->serial[0] == '\0')
		snprintf(w->serial, sizeof w->serial, "-");
	if (result != NULL)
		snprintf(result, WANT_RESULT, "%s", next_word(&rest));
}

/* Make the link under another name, then rename it. */
static int
write_link(int dir, const char *name, const char *what, const char *text)
{
	char file[FILE_SIZE], beside[FILE_SIZE + 24];
	int saved;

	file_of(name, what, file);
	snprintf(beside, sizeof beside, "%s.%ld", file, (long)getpid());
	(void)unlinkat(dir, beside, 0);
	if (symlinkat(text, dir, beside) == -1)
		return -1;
	if (renameat(dir, beside, dir, file) == 0)
		return 0;
	saved = errno;
	(void)unlinkat(dir, beside, 0);
	return errno = saved, -1;
}

void
want_set_serial(struct want *w)
{
	struct handle id;

	if (handle_own(&id) == -1) {
		id.pid = getpid();
		id.kind = HANDLE_KEYLESS;
	}
	handle_format(&id, 0, w->serial);
}

int
want_put(int dir, const char *name, const struct want *w)
{
	char text[LINK_SIZE];

	snprintf(text, sizeof text, "%s %s", words[w->word], w->serial);
	return write_link(dir, name, "want", text);
}

static int
same(const struct want *a, const struct want *b)
{
	return a->word == b->word && strcmp(a->serial, b->serial) == 0;
}

/*
 * The links are read in the order in which a want moves through them, so it
 * cannot be missed.  A want that is in none of them was replaced by a later
 * one.
 */
enum want_progress
want_read_answer(int dir, const char *name, struct want *w,
    char result[WANT_RESULT])
{
	struct want waits, taken, answered, *later;

	read_link(dir, name, "want", &waits, NULL);
	read_link(dir, name, "taken", &taken, NULL);
	read_link(dir, name, "answer", &answered, result);
	if (same(&waits, w) || same(&taken, w))
		return WANT_WAITS;
	if (same(&answered, w) && strcmp(result, WANT_REPLACED) != 0)
		return WANT_ANSWERED;
	later = waits.word != WANT_NOTHING ? &waits : &taken;
	if (later->word == w->word) {
		*w = *later;
		return WANT_WAITS;
	}
	if (later->word == WANT_NOTHING && answered.word == w->word &&
	    strcmp(result, WANT_REPLACED) != 0)
		return WANT_ANSWERED;
	return WANT_OVERTAKEN;
}

/*
 * To read the link and then remove it would remove a want that comes in
 * between.  So rename it, read it again, and put it back if it is another
 * client's; linkat fails if there is a still later want.
 */
static void
withdraw_from(int dir, const char *name, const char *what,
    const struct want *w)
{
	char file[FILE_SIZE], away[32], beside[FILE_SIZE];
	struct want found;

	read_link(dir, name, what, &found, NULL);
	if (!same(&found, w))
		return;
	snprintf(away, sizeof away, "away.%ld", (long)getpid());
	if (renameat(dir, file_of(name, what, file), dir,
	    file_of(name, away, beside)) == -1)
		return;
	read_link(dir, name, away, &found, NULL);
	if (!same(&found, w))
		(void)linkat(dir, beside, dir, file, 0);
	(void)unlinkat(dir, beside, 0);
}

void
want_withdraw(int dir, const char *name, const struct want *w)
{
	withdraw_from(dir, name, "want", w);
	withdraw_from(dir, name, "taken", w);
}

int
want_is_open(int dir, const char *name)
{
	struct want w;

	if (want_exists(dir, name))
		return 1;
	read_link(dir, name, "taken", &w, NULL);
	return w.word != WANT_NOTHING;
}

int
want_will_stop(int dir, const char *name)
{
	struct want w;

	read_link(dir, name, "want", &w, NULL);
	return w.word == WANT_STOP || w.word == WANT_RESTART;
}

int
want_exists(int dir, const char *name)
{
	struct want w;

	read_link(dir, name, "want", &w, NULL);
	return w.word != WANT_NOTHING;
}

int
want_take(int dir, const char *name, struct want *w)
{
	char file[FILE_SIZE], taken[FILE_SIZE];

	if (!want_exists(dir, name) ||
	    renameat(dir, file_of(name, "want", file), dir,
	    file_of(name, "taken", taken)) == -1)
		return 0;
	read_link(dir, name, "taken", w, NULL);
	return w->word != WANT_NOTHING;
}

void
want_remove_stale(int dir, const char *name)
{
	char file[FILE_SIZE], result[WANT_RESULT];
	struct handle client;
	struct want w;

	read_link(dir, name, "answer", &w, result);
	if (w.word != WANT_NOTHING && (handle_parse(&client, w.serial) == -1 ||
	    !procref_alive(&client)))
		(void)unlinkat(dir, file_of(name, "answer", file), 0);
}

int
want_answer(int dir, const char *name, const struct want *w,
    const char *result)
{
	char file[FILE_SIZE], text[LINK_SIZE];

	snprintf(text, sizeof text, "%s %s %s", words[w->word], w->serial,
	    result);
	if (write_link(dir, name, "answer", text) == -1)
		return -1;
	(void)unlinkat(dir, file_of(name, "taken", file), 0);
	return 0;
}
