/*
 * directive.h - the directives of a service: the words of a line
 * "#: name word ..." in a Procfile.
 *
 *  1. A word is key=value, "follow" or "terminal".  The value of "ready=cmd:" and
 *     "ready=log:" is the rest of the line.  If that rest holds another
 *     directive key=, the word is refused: the directive would silently become
 *     part of the command.
 *  2. A word that is no directive is unknown: a later version may know it.
 *  3. A value that is not allowed MUST NOT be replaced by another one.
 */
#ifndef DIRECTIVE_H
#define DIRECTIVE_H

/* The characters of a service's name. */
#define DIRECTIVE_LETTERS	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

#define DIRECTIVE_TEXT	256	/* bytes of a reason, with its NUL */

/* A member that is 0 or NULL was not given.  Texts point into the file's. */
struct directives {
	int		 line;		/* number of the last such line */
	const char	*after;		/* NAME[:done],... */
	const char	*ready;		/* notify port tcp: fd: log: cmd: */
	const char	*restart;	/* as for restart_parse */
	const char	*grace, *within;	/* as for parse_seconds */
	int		 sig;		/* of stop= */
	int		 leader;	/* stop=: signal the leader first */
	int		 null_input;	/* stdin=null */
	int		 follow;
	int		 may_end;	/* ends=ok */
	const char	*log;		/* as for logsize_parse */
	int		 terminal;
};

enum directive_verdict { DIRECTIVE_TAKEN, DIRECTIVE_UNKNOWN, DIRECTIVE_BAD };

/* Cut the next word off *rest and return it; NULL: there is none. */
char	*directive_word(char **rest);

/*
 * Add the directive of a word to *d.  Unless the verdict is DIRECTIVE_TAKEN,
 * reason becomes a message: the word, and what is wrong with it.
 */
enum directive_verdict directive_take(struct directives *d, char *word,
	    char reason[DIRECTIVE_TEXT]);

#endif
