/*
 * want.h - what is wanted of a service, from the process that wants it (the client)
 * to the one that keeps it, by symbolic links beside its state, for a short one
 * needs no room on a disk:
 *
 *	.NAME.want	WORD SERIAL		not seen yet
 *	.NAME.taken	WORD SERIAL		the keeper is about it
 *	.NAME.answer	WORD SERIAL RESULT	the last it was through with
 *
 *  1. A want has a serial that no other has: the handle of the client.  A word
 *     alone, which a person may have put there, has the serial `-'.
 *  2. A later want replaces one that was not seen yet.
 *  3. The keeper MUST take a want by renaming it, so that none is lost that comes
 *     meanwhile, and MUST answer the one it is about before it takes another or
 *     removes .NAME.taken.
 *  4. A client takes an answer for its own only if it has its serial; or if its
 *     want was replaced by one with the same word, and it has that one's.
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

/* EINVAL: no such word. */
int		want_parse(enum want_word *word, const char *text);
const char	*want_text(enum want_word word);

/* For the client.  Give it a serial of our own. */
void		want_sign(struct want *w);

/* Want it.  EACCES, ENOENT, ENOSPC ... */
int		want_put(int dir, const char *name, const struct want *w);

enum want_progress { WANT_WAITS, WANT_ANSWERED, WANT_OVERTAKEN };

/*
 * What has become of it: the result is filled in once it is answered.  *w becomes
 * another with the same word if that has replaced it.
 */
enum want_progress	want_look(int dir, const char *name, struct want *w,
			    char result[WANT_RESULT]);

/* Nobody is there to do it: remove it, and no other. */
void		want_withdraw(int dir, const char *name, const struct want *w);

/* Is there one that waits, or that the keeper is about? */
int		want_is_open(int dir, const char *name);

/* Does a want that nobody has seen yet take the service out of service? */
int		want_will_stop(int dir, const char *name);

/* For the keeper.  Is there one?  What is none stays there. */
int		want_waits(int dir, const char *name);

/* Take the one that waits: 1 and *w, or 0. */
int		want_take(int dir, const char *name, struct want *w);

/* Answer what was taken, so that another can be.  ENOENT, ENOSPC ... */
int		want_answer(int dir, const char *name, const struct want *w,
		    const char *result);

/* Remove an answer that nobody waits for any more. */
void		want_tidy(int dir, const char *name);

#endif
