/*
 * procfile.h - Procfiles: the services of an application, one a line,
 * "name: command", and comments "#: name word ..." that say more of one.
 *
 *  1. A name is made of letters, digits, _ and -, at most 200.  The command MUST
 *     be taken as it stands, but for the blanks around it.
 *  2. Empty lines and lines that begin with # do not count; nor do a byte order
 *     mark, and blanks (space, tab, CR) at an end.
 *  3. Any other line is skipped, with a warning; so is what "#:" says without a
 *     directive in it.  Two services of one name, directives that cannot be obeyed,
 *     and those of no service, are errors: the file cannot be used.
 */
#ifndef PROCFILE_H
#define PROCFILE_H

#include <stddef.h>

#include "conf/directive.h"
#include "base/textfile.h"

#define PROCFILE_BUCKETS	256

struct procfile_service {
	const char	*name;		/* both in the file's text */
	const char	*command;
	int		 line;
	int		 position;	/* in the file, from 0 */
	struct directives directives;
	size_t		 next;		/* of the same bucket, from 1; 0: none */
};

struct procfile {
	struct textfile	 file;
	const char	*path;
	struct procfile_service *service;	/* n, in the order of the file */
	size_t		 n;
	size_t		 bucket[PROCFILE_BUCKETS];	/* the last of each */
	int		 warnings, errors;
	int		 quiet;		/* count warnings, and tell none */
	/* Told of each; name may be NULL. */
	void		(*fault)(const char *path, int line, const char *name,
			    const char *reason);
};

/*
 * Read one, with path and fault being set.  -1 with the errno of textfile_read,
 * or ENOMEM.  How it went is in warnings and errors; the caller frees *p unless
 * it is -1.
 */
int	procfile_read(struct procfile *p);
void	procfile_free(struct procfile *p);

/* The service of that name, of n bytes; or NULL. */
const struct procfile_service *procfile_find(const struct procfile *p,
	    const char *name, size_t n);

#endif
