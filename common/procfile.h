/*
 * procfile.h - Procfiles: the services of an application, one a line,
 * "name: command", and comments "#: name key=value ..." that say more of one.
 *
 *  1. A name is made of letters, digits, _ and -, at most 200.  The command MUST
 *     be taken as it stands, but for the blanks around it.
 *  2. Empty lines and lines that begin with # do not count; nor do a byte order
 *     mark, and blanks (space, tab, CR) at an end.
 *  3. Any other line is skipped, and told.  Two services of one name, and
 *     comments "#:" that cannot be obeyed, make the file unusable.
 */
#ifndef PROCFILE_H
#define PROCFILE_H

#include <stddef.h>

#include "restart.h"
#include "textfile.h"

/* What a line "#:" says; members that are 0 or NULL were not told. */
struct procfile_wishes {
	int		 line;		/* the last one about it */
	const char	*after;		/* names, with commas between */
	const char	*ready;		/* notify, port, fd:N, cmd:COMMAND */
	int		 sig;		/* of stop=, and then its grace */
	int		 has_grace, has_patience, has_restart;
	long long	 grace, patience;	/* ms, PARSE_FOREVER */
	struct restart	 restart;
};

struct procfile_service {
	const char	*name;		/* both in the file's text */
	const char	*command;	/* NULL: it has only wishes */
	int		 position;	/* among those with a command, from 0 */
	struct procfile_wishes wishes;
};

struct procfile {
	struct textfile	 file;
	const char	*path;
	struct procfile_service *service;	/* n, in the order of the file */
	size_t		 n;
	int		 entries;	/* that have a command */
	int		 warnings, errors;
	int		 sparing;	/* warnings are counted, and not told */
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

/* The service of that name, of n bytes, that has a command; or NULL. */
const struct procfile_service *procfile_find(const struct procfile *p,
	    const char *name, size_t n);

#endif
