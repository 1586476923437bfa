#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/textfile.h"

#define SIZE_LIMIT	(16 * 1024 * 1024)

/* Read the whole file, which is about size bytes long, and add a NUL. */
static char *
read_all(int fd, off_t size, size_t *len)
{
	size_t room = size > 0 && size < SIZE_LIMIT ? (size_t)size + 1 : 4096;
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

/* 0: reading this file to its end never waits; -1: ESPIPE, EISDIR. */
static int
check_kind(int fd, struct stat *st)
{
	struct stat null;

	if (fstat(fd, st) == -1)
		return -1;
	if (S_ISREG(st->st_mode))
		return 0;
	if (S_ISDIR(st->st_mode))
		return errno = EISDIR, -1;
	if (S_ISCHR(st->st_mode) && stat("/dev/null", &null) == 0 &&
	    st->st_rdev == null.st_rdev)
		return 0;
	return errno = ESPIPE, -1;
}

/* UTF-16 has a byte order mark, or one NUL in the first two bytes. */
static int
is_utf16(const char *s, size_t len)
{
	return len >= 2 && (memcmp(s, "\377\376", 2) == 0 ||
	    memcmp(s, "\376\377", 2) == 0 ||
	    (s[0] == '\0') != (s[1] == '\0'));
}

/* Read and check a file that was just opened; *len is its length. */
static char *
read_text(int fd, size_t *len)
{
	struct stat st;
	char *text;

	*len = 0;
	if (check_kind(fd, &st) == -1)
		return NULL;
	text = read_all(fd, st.st_size, len);
	if (text != NULL && is_utf16(text, *len)) {
		free(text);
		text = NULL;
		errno = EILSEQ;
	}
	return text;
}

int
textfile_read(struct textfile *f, const char *path)
{
	/* Without O_NONBLOCK a FIFO without a writer would block. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int saved;
	size_t len;

	if (fd == -1)
		return errno == ENXIO ? (errno = ESPIPE, -1) : -1;
	f->text = read_text(fd, &len);
	saved = errno;
	close(fd);
	errno = saved;
	if (f->text == NULL)
		return -1;
	f->line = 0;
	f->end = f->text + len;
	f->next = f->text;
	f->has_nul = memchr(f->text, '\0', len) != NULL;
	if (strncmp(f->next, "\357\273\277", 3) == 0)
		f->next += 3;
	return 0;
}

const char *
textfile_reason(int error)
{
	switch (error) {
	case EFBIG:
		return "more than 16 MiB";
	case EILSEQ:
		return "is UTF-16 text, and has to be UTF-8";
	case ESPIPE:
		return "not a regular file";
	}
	return strerror(error);
}

void
textfile_unify_ends(struct textfile *f)
{
	char *from = f->next, *to = f->next;

	for (; from < f->end; from++)
		if (*from != '\r')
			*to++ = *from;
		else if (from[1] != '\n')
			*to++ = '\n';
	*to = '\0';
	f->end = to;
}

size_t
textfile_lines(const struct textfile *f)
{
	const char *s = f->next;
	size_t n = 1;

	while ((s = memchr(s, '\n', (size_t)(f->end - s))) != NULL)
		n++, s++;
	return n;
}

void
textfile_uncut(struct textfile *f)
{
	if (f->next <= f->end)
		f->next[-1] = '\n';
}

void
textfile_cut(struct textfile *f, char *p)
{
	char *was = f->next - 1, *end;

	end = memchr(p, '\n', (size_t)(f->end - p));
	if (end == NULL)
		end = f->end;
	while (was < end)
		f->line += *was++ == '\n';
	*end = '\0';
	f->next = end + 1;
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
	*whole = !f->has_nul || strlen(line) == (size_t)(end - line);
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
	return c == ' ' || c == '\t' || c == '\r';
}

/* Faster than strspn(3), which may build a table in each call. */
char *
textfile_skip(char *s)
{
	while (textfile_blank(*s))
		s++;
	return s;
}

char *
textfile_trim(char *s)
{
	size_t n;

	s = textfile_skip(s);
	n = strlen(s);
	while (n > 0 && textfile_blank(s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}
