/*
 * envfile: the text of an environment file.  Each fault is reported with its
 * line, and each line once at most.  Each accepted entry has a valid name, and
 * its value is text of the file.  If all entries are written again in quotes,
 * they are read as the same entries.
 */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/envfile.h"

#include "bytes.h"
#include "drive.h"

static int	faults, last_line, latest;

static void
take_fault(const char *path, int line, const char *name, const char *reason)
{
	if (path == NULL || reason[0] == '\0' ||
	    (name != NULL && name[0] == '\0'))
		WRONG("a fault without a reason");
	if (line <= latest || line > last_line)
		WRONG("a fault of a line that was told already");
	latest = line;
	faults++;
}

static void
try_entry(const char *entry, size_t size)
{
	size_t n = strcspn(entry, "=");

	if (n == 0 || entry[n] != '=' || strspn(entry,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.")
	    != n || entry[0] == '.' || (entry[0] >= '0' && entry[0] <= '9'))
		WRONG("a name that is none");
	if (strlen(entry) > size)
		WRONG("more than there was");
	if (strchr(entry, '\r') != NULL)
		WRONG("a line with a return in it");
}

/* Put it in single quotes, as a shell has them. */
static size_t
write_entry(char *to, const char *entry)
{
	const char *begin = to;

	while (*entry != '=')
		*to++ = *entry++;
	*to++ = *entry++;
	*to++ = '\'';
	for (; *entry != '\0'; entry++)
		if (*entry == '\'') {
			memcpy(to, "'\\''", 4);
			to += 4;
		} else
			*to++ = *entry;
	*to++ = '\'';
	*to++ = '\n';
	return (size_t)(to - begin);
}

static void
try_again(const struct envfile *f, size_t size)
{
	struct envfile again;
	char *text = malloc(4 * size + 8 * f->n + 1);
	size_t n = 0, i;

	if (text == NULL)
		exit(125);
	for (i = 0; i < f->n; i++)
		n += write_entry(text + n, f->entry[i]);
	latest = 0;
	if (envfile_read(&again, bytes_path(1, text, n), take_fault) != 0 ||
	    again.n != f->n)
		WRONG("it is not read again");
	for (i = 0; i < f->n; i++)
		if (strcmp(f->entry[i], again.entry[i]) != 0)
			WRONG("it is read as something else");
	envfile_free(&again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct envfile f;
	size_t i;
	int told;

	faults = latest = 0;
	for (last_line = 1, i = 0; i < size; i++)
		last_line += data[i] == '\n' || data[i] == '\r';
	told = envfile_read(&f, bytes_path(0, data, size), take_fault);
	if (told == -1) {
		if (errno != EILSEQ)
			exit(125);
		return 0;
	}
	if (told != faults || f.n > (size_t)last_line)
		WRONG("a line that counts twice, or a fault that does not");
	for (i = 0; i < f.n; i++)
		try_entry(f.entry[i], size);
	try_again(&f, size);
	envfile_free(&f);
	return 0;
}
