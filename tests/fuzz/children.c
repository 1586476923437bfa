/*
 * children: /proc/PID/task/TID/children: PIDs with a blank behind each.  Each
 * PID is visited once and in order, wherever the reads cut the text; a number
 * that is no PID is never visited.  Linux only.
 */
#include "../../common/sys/os_linux_children.c"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "bytes.h"
#include "drive.h"

struct expected {
	const char	*next;		/* of the text */
	size_t		 n;		/* so many PIDs came */
	size_t		 stop;		/* after so many; 0: never */
};

/* The next PID of the text, or 0. */
static pid_t
next_pid(const char **text)
{
	unsigned long long n;
	char *end;

	for (;;) {
		*text += strcspn(*text, "0123456789");
		if (**text == '\0')
			return 0;
		n = strtoull(*text, &end, 10);
		*text = end;
		if (*end != '\0' && n > 0 && n <= INT_MAX)
			return (pid_t)n;
	}
}

static int
take(pid_t pid, void *arg)
{
	struct expected *e = arg;

	if (pid <= 0)
		WRONG("no PID");
	if (pid != next_pid(&e->next))
		WRONG("another PID");
	return ++e->n == e->stop ? 7 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expected e = { NULL, 0, bytes_take(&data, &size) % 4 };
	const struct call c = { take, &e };
	char *text = bytes_text(data, size);
	int result;
	size_t i;

	for (i = 0; i < size; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	e.next = text;
	result = read_numbers(bytes_file(0, text, size), &c);
	if (result != 0 && (result != 7 || e.n != e.stop))
		WRONG("another result");
	if (result == 0 && (next_pid(&e.next) != 0 ||
	    (e.stop > 0 && e.n >= e.stop)))
		WRONG("a PID is missing");
	free(text);
	return 0;
}
