/*
 * targets: the standard input of pgterm.  The first bit of the first byte says
 * whether the targets are processes or groups.  The first bad line is reported,
 * and all lines before it count.  The result has each group once, and neither
 * the caller's own group nor one of the system.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc/targets.h"

#include "bytes.h"
#include "drive.h"

#define FEW	60		/* that are not united before the end */

/*
 * The first word of the next line, and its end; NULL where there is no more.
 * *bad: it is too long, or holds a NUL.
 */
static const char *
next_word(const char **p, const char *end, size_t *n, int *bad)
{
	const char *line, *nl, *word;

	do {
		if (*p >= end)
			return NULL;
		line = *p;
		nl = memchr(line, '\n', (size_t)(end - line));
		if (nl == NULL)
			nl = end;
		*p = nl + 1;
		for (word = line; word < nl && strchr(" \t\r", *word) != NULL &&
		    *word != '\0'; word++)
			;
		for (*n = 0; word + *n < nl && (word[*n] == '\0' ||
		    strchr(" \t\r", word[*n]) == NULL); ++*n)
			;
	} while (*n == 0 || *word == '#');
	*bad = *n >= TARGETS_FIELD || memchr(word, '\0', *n) != NULL;
	return word;
}

static int
is_handle(const char *word, size_t n)
{
	struct handle id;
	char *s = bytes_text(word, n);
	int good = handle_parse(&id, s) == 0;

	free(s);
	return good;
}

/*
 * Follow the input up to the line that was refused, or (NULL) to its end: each
 * line before it is a target.
 */
static void
compare(const struct targets *t, const char *text, size_t size,
    const char *refused)
{
	const char *p = text, *word;
	size_t n, count = 0;
	int bad;

	while ((word = next_word(&p, text + size, &n, &bad)) != NULL) {
		if (refused != NULL && (bad || !is_handle(word, n) ||
		    (strlen(refused) == n && memcmp(refused, word, n) == 0 &&
		    (count == t->n || t->lost != NULL || count > FEW))))
			break;
		if (bad || !is_handle(word, n))
			WRONG("what is no handle is accepted");
		count++;
	}
	if ((word == NULL) != (refused == NULL))
		WRONG("refused, and nothing is wrong");
	/* Duplicates of processes that are gone are dropped early. */
	if (t->lost == NULL && count <= FEW && count != t->n)
		WRONG("a line is missing");
}

static void
try_rules(const struct targets *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (t->v[i].pid <= 1 || t->v[i].pid == getpgrp() ||
		    t->v[i].pid == getsid(0))
			WRONG("a group that must be refused");
		if (i > 0 && (t->v[i].pid < t->v[i - 1].pid ||
		    (t->v[i].pid == t->v[i - 1].pid &&
		    (t->v[i].kind != HANDLE_KEYED ||
		    t->v[i - 1].kind != HANDLE_KEYED ||
		    handle_equal(&t->v[i], &t->v[i - 1])))))
			WRONG("a group that counts twice");
	}
}

/*
 * A child that leads no group is no target: its group is meant, or nothing. In a new
 * PID namespace the group that we were started in may have no number.
 */
static void
try_member(void)
{
#ifdef __linux__
	struct targets t = { .v = NULL };
	char text[24];
	int refused;
	pid_t pid;

	setpgid(0, 0);
	if ((pid = fork()) == -1)
		exit(125);
	if (pid == 0) {
		pause();
		_exit(0);
	}
	snprintf(text, sizeof text, "%ld", (long)pid);
	refused = targets_add(&t, text) == -1 && errno == EXDEV;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (!refused || t.home != getpgrp() || t.n != 0)
		WRONG("a member of a group is a target");
#endif
}

static int
is_known(int error)
{
	return error == EINVAL || error == ERANGE || error == EPERM ||
	    error == EXDEV || error == EACCES || error == EAGAIN;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct targets t = { .v = NULL }, lost = { .v = NULL };
	char field[TARGETS_FIELD], *text;
	static int tried;
	FILE *f;
	int result;

	if (!tried++)
		try_member();
	if ((bytes_take(&data, &size) & 1) != 0)
		t.lost = &lost;
	text = bytes_text(data, size);
	f = size > 0 ? fmemopen(text, size, "r") : tmpfile();
	if (f == NULL)
		exit(125);
	result = targets_read(&t, f, field);
	if (memchr(field, '\0', sizeof field) == NULL ||
	    (result == -1 && !is_known(errno)))
		WRONG("a failure without a target");
	compare(&t, text, size, result == -1 ? field : NULL);
	targets_unite(&t);
	if (t.lost == NULL)
		try_rules(&t);
	fclose(f);
	targets_free(&t);
	targets_free(&lost);
	free(text);
	return 0;
}
