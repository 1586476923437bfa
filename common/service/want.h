/*
 * want.h - wants: a client asks the keeper of a service to start, stop or
 * restart it.  Wants are symbolic links beside the state file of the service;
 * a short link needs no room on the disk:
 *
 *	.NAME.want	WORD SERIAL		the keeper has not taken it yet
 *	.NAME.taken	WORD SERIAL		the keeper works on it
 *	.NAME.answer	WORD SERIAL RESULT	the last answered one
 *
 *  1. The serial of a want is the handle of the client, so it is unique.  A
 *     link with a word alone, made by hand, has the serial `-'.
 *  2. A later want replaces one that the keeper has not taken yet.
 *  3. The keeper MUST take a want by renaming it, so that a want that comes
 *     meanwhile is not lost.  It MUST answer the taken want before it takes
 *     another one or removes .NAME.taken.
 *  4. A client accepts an answer only if it has the client's serial, or the
 *     serial of a want with the same word that replaced the client's.
 */
#ifndef WANT_H
#define WANT_H

#include "proc/handle.h"

enum want_word { WANT_NOTHING, WANT_START, WANT_STOP, WANT_RESTART };

struct want {
	enum want_word	word;
	char		serial[HANDLE_TEXT];
};

#define WANT_RESULT	16	/* bytes that hold any result and its NUL */
#define WANT_REPLACED	"replaced"

/* The word of that name, and its name.  want_parse: 0, or -1 with EINVAL. */
int		want_parse(enum want_word *word, const char *text);
const char	*want_text(enum want_word word);

/* For the client: set the serial to the handle of this process. */
void		want_set_serial(struct want *w);

/* Write the want.  0, or -1 with errno of symlink(2) or rename(2). */
int		want_put(int dir, const char *name, const struct want *w);

enum want_progress { WANT_WAITS, WANT_ANSWERED, WANT_OVERTAKEN };

/*
 * Look for the answer.  WANT_WAITS: not yet; *w becomes the later want if one
 * with the same word has replaced it.  WANT_ANSWERED: result is filled in.
 * WANT_OVERTAKEN: a want with another word has replaced it.
 */
enum want_progress	want_read_answer(int dir, const char *name,
			    struct want *w, char result[WANT_RESULT]);

/* The service has no keeper: remove the want w, and no other. */
void		want_withdraw(int dir, const char *name, const struct want *w);

/* Is there a want that is not answered yet? */
int		want_is_open(int dir, const char *name);

/* Is there a want to stop or restart that the keeper has not taken yet? */
int		want_will_stop(int dir, const char *name);

/* For the keeper: is there a want to take?  An unknown link is left alone. */
int		want_exists(int dir, const char *name);

/* Take it: 1 and *w is filled in, or 0. */
int		want_take(int dir, const char *name, struct want *w);

/* Answer the taken want.  0, or -1 as want_put. */
int		want_answer(int dir, const char *name, const struct want *w,
		    const char *result);

/* Remove the answer if its client has ended. */
void		want_remove_stale(int dir, const char *name);

#endif
