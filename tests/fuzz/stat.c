/*
 * stat: a line of /proc/PID/stat.  No byte outside of it is read.  With any
 * name of a process the fields are found.  Linux only.
 */
#ifdef __linux__
#include "../../common/sys/os_linux_procfs.c"

#include "bytes.h"
#include "drive.h"

static void
try_line(const uint8_t *data, size_t size)
{
	char *line = bytes_text(data, size);
	struct procinfo info;

	if (procfs_parse(line, &info) == 0 &&
	    memchr(info.name, '\0', sizeof(info.name)) == NULL)
		WRONG("a name without end");
	procfs_number(line, 27);
	procfs_number(line, 50);
	procfs_number(line, 51);
	free(line);
}

/* The system cuts names at 15 bytes, or 63 for a thread of its own. */
static void
try_name(const uint8_t *data, size_t size)
{
	char name[64], line[PROCFS_STAT];
	struct procinfo info;
	size_t len = size < sizeof(name) - 1 ? size : sizeof(name) - 1;

	if (size > 0)
		memcpy(name, data, len);
	name[len] = '\0';
	snprintf(line, sizeof(line), "77 (%s) T 11 12 13 14 -1 %lu 0 0 0 0 0 0 0 "
	    "0 20 0 1 0 1234567890123 0 0 0 4 5 6 7 8 0 0 0 0 0 0 0 17 0 0 0 0 "
	    "0 0 1 2 3 48 49 50 51 0\n", name, (unsigned long)PROCFS_KTHREAD);
	if (procfs_parse(line, &info) == -1)
		WRONG("not parsed");
	if (strcmp(info.name, name) != 0)
		WRONG("another name");
	if (info.state != PROC_STOPPED || info.ppid != 11 ||
	    info.pgid != 12 || info.sid != 13 || !info.kernel ||
	    info.start != 1234567890123)
		WRONG("other fields");
	if (procfs_number(line, 27) != 5 || procfs_number(line, 50) != 50 ||
	    procfs_number(line, 51) != 51)
		WRONG("other addresses");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_line(data, size);
	try_name(data, size);
	return 0;
}

#else

#include "drive.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)data, (void)size, (void)wrong;
	return 0;
}
#endif
