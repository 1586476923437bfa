#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dirfile.h"
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
	char file[FILE_SIZE], text[16];
	enum svcwish wish;

	if (dirfile_read(dir, file_of(name, file), text, sizeof text) <= 0)
		return SVCWISH_NOTHING;
	text[strcspn(text, "\n")] = '\0';
	return svcwish_parse(&wish, text) == 0 ? wish : SVCWISH_NOTHING;
}

int
svcwish_write(int dir, const char *name, enum svcwish wish)
{
	char file[FILE_SIZE], text[16];
	int n = snprintf(text, sizeof text, "%s\n", words[wish]);

	return dirfile_write(dir, file_of(name, file), text, (size_t)n);
}

void
svcwish_remove(int dir, const char *name)
{
	char file[FILE_SIZE];

	(void)unlinkat(dir, file_of(name, file), 0);
}
