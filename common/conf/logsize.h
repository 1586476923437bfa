/*
 * logsize.h - how large a log may grow, and how many old ones are kept: the text
 * of pgspawn -z and of the directive log=.
 */
#ifndef LOGSIZE_H
#define LOGSIZE_H

#define LOGSIZE_FILES	5	/* old files, if the text does not say */

struct logsize {
	long long	bytes;	/* 0: no limit */
	int		files;	/* old ones; 0: none */
};

/*
 * Parse SIZE[,FILES]: a number of bytes above 0, perhaps with K, M or G, and a
 * number up to 999.  0, or -1 with EINVAL or ERANGE.
 */
int	logsize_parse(struct logsize *s, const char *text);

#endif
