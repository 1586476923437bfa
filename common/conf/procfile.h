/*
 * procfile.h - Procfiles: the services of an application.  A line
 * "name: command" is a service; a comment "#: name word ..." gives directives
 * for it.
 *
 *  1. A name is made of letters, digits, _ and -, 200 at most.  The command
 *     MUST be taken unchanged, without the blanks around it.
 *  2. Ignored are empty lines, lines that begin with #, a byte order mark, and
 *     blanks (space, tab, CR) at the end of a line.
 *  3. Any other line is skipped with a warning.  A word of a "#:" line that is
 *     no directive gives a warning, too.  Errors are: two services of one name,
 *     a directive with a value that is not allowed, and a directive right
 *     behind a name that no service has.  A file with errors cannot be used.
 */
#ifndef PROCFILE_H
#define PROCFILE_H

#include <stddef.h>

#include "conf/directive.h"
#include "base/textfile.h"

#define PROCFILE_BUCKETS	256

struct procfile_service {
	const char	*name;		/* in file.text, as the command is */
	const char	*command;
	int		 line;		/* number of its line, from 1 */
	int		 position;	/* among the services, from 0 */
	struct directives directives;
	size_t		 next;		/* service of the same bucket, from 1;
					 * 0: none */
};

struct procfile {
	struct textfile	 file;
	const char	*path;
	const char	*copy;		/* to be read in its place; or NULL */
	struct procfile_service *service;	/* n, in the file's order */
	size_t		 n;
	size_t		 bucket[PROCFILE_BUCKETS];	/* newest service of
							 * each, as next */
	int		 warnings, errors;	/* how many */
	int		 quiet;		/* count warnings, but do not report */
	/* Called for each warning and error; name may be NULL. */
	void		(*fault)(const char *path, int line, const char *name,
			    const char *reason);
};

/*
 * Read the file.  The caller sets path, copy, fault and quiet.  Return 0 and count
 * p->warnings and p->errors; or -1 with the errno of textfile_read or ENOMEM.
 * Unless it is -1 the caller frees *p.
 */
int	procfile_read(struct procfile *p);
void	procfile_free(struct procfile *p);

/* Give a service without restart= the policy once, as ends=ok does. */
void	procfile_may_end(struct procfile_service *s);

/* Return the service whose name is these n bytes, or NULL. */
const struct procfile_service *procfile_find(const struct procfile *p,
	    const char *name, size_t n);

#endif
