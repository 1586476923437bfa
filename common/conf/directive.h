/*
 * directive.h - what a line "#: name word ..." of a Procfile says of a service.
 *
 *  1. A word is key=value, or "follow".  "ready=cmd:" and "ready=log:" take the
 *     rest of the line; another key=value in that rest is refused, for it would
 *     be part of the command without a word.
 *  2. A word that is no directive is unknown: a later version may know it.
 *  3. A value that cannot be obeyed MUST NOT be taken for another one.
 */
#ifndef DIRECTIVE_H
#define DIRECTIVE_H

/* Of these the names of services are made. */
#define DIRECTIVE_LETTERS	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

#define DIRECTIVE_TEXT	256	/* bytes of a reason, with its NUL */

/* Members that are 0 or NULL were not given; texts are in that of the file. */
struct directives {
	int		 line;		/* the last one of the service */
	const char	*after;		/* names, perhaps with :done; commas */
	const char	*ready;		/* notify port tcp:N fd:N log:RE cmd:C */
	const char	*restart;	/* as restart_parse has it */
	const char	*grace, *within;	/* as parse_seconds has them */
	int		 sig;		/* of stop= */
	int		 leader;	/* the signal is for the leader first */
	int		 null_input;	/* stdin=null */
	int		 follow;
};

enum directive_verdict { DIRECTIVE_TAKEN, DIRECTIVE_UNKNOWN, DIRECTIVE_BAD };

/* Cut the next word off *rest, which is behind it then; NULL: there is none. */
char	*directive_word(char **rest);

/*
 * Add what a word says to *d.  Unless it is taken, reason names the word and says
 * what is wrong with it.
 */
enum directive_verdict directive_take(struct directives *d, char *word,
	    char reason[DIRECTIVE_TEXT]);

#endif
