#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fdio.h"
#include "textfile.h"

#define SIZE_LIMIT	(16 * 1024 * 1024)

/* All of it, with room for a NUL behind. */
static char *
read_all(int fd, size_t *len)
{
	size_t room = 4096;
	char *text = NULL, *more;
	ssize_t n;

	for (*len = 0; *len <= SIZE_LIMIT; room *= 2) {
		more = realloc(text, room + 1);
		if (more == NULL)
			break;
		text = more;
		n = fdio_read(fd, text + *len, room - *len);
		if (n == -1)
			break;
		*len += (size_t)n;
		if (*len == room)
			continue;
		text[*len] = '\0';
		return text;
	}
	if (*len > SIZE_LIMIT)
		errno = EFBIG;
	free(text);
	return NULL;
}

static size_t
count_lines(const char *s, const char *end)
{
	size_t n = 1;

	while ((s = memchr(s, '\n', (size_t)(end - s))) != NULL)
		n++, s++;
	return n;
}

int
textfile_read(struct textfile *f, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	size_t len;

	if (fd == -1)
		return -1;
	f->text = read_all(fd, &len);
	saved = errno;
	close(fd);
	errno = saved;
	if (f->text == NULL)
		return -1;
	f->line = 0;
	f->end = f->text + len;
	f->lines = count_lines(f->text, f->end);
	f->next = f->text;
	if (strncmp(f->next, "\357\273\277", 3) == 0)
		f->next += 3;
	return 0;
}

char *
textfile_line(struct textfile *f, int *whole)
{
	char *line = f->next, *end;

	if (line > f->end)
		return NULL;
	end = memchr(line, '\n', (size_t)(f->end - line));
	if (end == NULL)
		end = f->end;
	*end = '\0';
	f->next = end + 1;
	f->line++;
	*whole = strlen(line) == (size_t)(end - line);
	return line;
}

void
textfile_free(struct textfile *f)
{
	free(f->text);
}

int
textfile_blank(char c)
{
	return c != '\0' && strchr(TEXTFILE_BLANK, c) != NULL;
}

char *
textfile_trim(char *s)
{
	size_t n;

	s += strspn(s, TEXTFILE_BLANK);
	n = strlen(s);
	while (n > 0 && textfile_blank(s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}
