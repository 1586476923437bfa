#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "svcname.h"
#include "svcwish.h"

#define FILE_SIZE	(SVCNAME_SIZE + 8)

static const char *const words[] = {
	[SVCWISH_NOTHING] = "",
	[SVCWISH_START] = "start",
	[SVCWISH_STOP] = "stop",
	[SVCWISH_RESTART] = "restart"
};

static const char *
file_of(const char *name, char file[FILE_SIZE])
{
	snprintf(file, FILE_SIZE, ".%s.want", name);
	return file;
}

int
svcwish_parse(enum svcwish *wish, const char *word)
{
	for (*wish = SVCWISH_START; *wish <= SVCWISH_RESTART; ++*wish)
		if (strcmp(word, words[*wish]) == 0)
			return 0;
	return errno = EINVAL, -1;
}

enum svcwish
svcwish_read(int dir, const char *name)
{
	char file[FILE_SIZE], word[16];
	enum svcwish wish;
	ssize_t n;

	n = readlinkat(dir, file_of(name, file), word, sizeof word - 1);
	if (n == -1)
		return SVCWISH_NOTHING;
	word[n] = '\0';
	return svcwish_parse(&wish, word) == 0 ? wish : SVCWISH_NOTHING;
}

int
svcwish_write(int dir, const char *name, enum svcwish wish)
{
	char file[FILE_SIZE], beside[FILE_SIZE + 24];
	int saved;

	snprintf(beside, sizeof beside, ".%s.%ld", file_of(name, file),
	    (long)getpid());
	(void)unlinkat(dir, beside, 0);
	if (symlinkat(words[wish], dir, beside) == -1)
		return -1;
	if (renameat(dir, beside, dir, file) == 0)
		return 0;
	saved = errno;
	(void)unlinkat(dir, beside, 0);
	return errno = saved, -1;
}

void
svcwish_remove(int dir, const char *name)
{
	char file[FILE_SIZE];

	(void)unlinkat(dir, file_of(name, file), 0);
}
