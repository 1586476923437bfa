/*
 * port: /proc/net/tcp and udp, and the range of ports that the system gives to
 * clients.  No byte outside of the input is read.  In a table with one known
 * socket, this socket is found by its port and its state, and by no others.
 * Linux only.
 */
#include "config.h"

#include <stdio.h>

/* The file of the range is a part of the input. */
static FILE	*open_input(const char *path);
#define fopen(path, mode)	open_input(path)
#include "../../common/sys/os_linux_port.c"
#undef fopen

#include <stdint.h>

#include "bytes.h"
#include "drive.h"

#define OWN	4711UL		/* the inode of the socket */
#define USER	1000

static const char	*range_path;

static FILE *
open_input(const char *path)
{
	return fopen(strcmp(path, RANGE) == 0 ? range_path : path, "re");
}

static int
port_of(const uint8_t **data, size_t *size)
{
	int port = bytes_take(data, size) << 8;

	port |= bytes_take(data, size);
	return port != 0 ? port : 1;
}

static void
try_line(const uint8_t *data, size_t size, int port)
{
	char *line = bytes_text(data, size);
	struct portsocket s;

	if (parse_socket(line, port, LISTENING, &s) == 1 && (s.inode == 0 ||
	    s.udp || s.seen))
		WRONG("a socket that is none");
	free(line);
}

static void
find(const char *path, int port, long state, struct search *s)
{
	memset(s, 0, sizeof *s);
	if (read_sockets(s, path, port, state) == -1)
		exit(125);
}

/* Behind a foreign line, which has neither a port nor an inode. */
static void
try_table(const uint8_t *data, size_t size, int port, int other)
{
	static const char header[] = "  sl  local_address rem_address   st "
	    "tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
	char *text = malloc(size + sizeof header + 256);
	struct search s;
	const char *path;
	size_t n, i;

	if (text == NULL)
		exit(125);
	n = (size_t)sprintf(text, "%s   0: ", header);
	for (i = 0; i < size && i < 200; i++)
		if (data[i] > ' ' && data[i] != ':')
			text[n++] = (char)data[i];
	n += (size_t)sprintf(text + n, " x 0B 0 0 0 0 0 0 0\n"
	    "   1: 0100007F:%04X 00000000:0000 0A 00000000:00000000 "
	    "00:00000000 00000000 %5d        0 %lu 1 0 100 0 0 10 0\n",
	    (unsigned)port, USER, OWN);
	path = bytes_path(0, text, n);
	find(path, port, LISTENING, &s);
	if (s.n != 1 || s.v[0].inode != OWN || s.v[0].uid != USER ||
	    s.v[0].udp)
		WRONG("it is not found");
	free(s.v);
	find(path, port, UNCONNECTED, &s);
	if (s.n != 0)
		WRONG("one of another state is found");
	find(path, other, LISTENING, &s);
	if (port != other && s.n != 0)
		WRONG("another port's is found");
	free(s.v);
	free(text);
}

static void
try_range(const uint8_t *data, size_t size, int low, int high)
{
	char text[64];
	int port = low < high ? low + (high - low) / 2 : low;

	range_path = bytes_path(1, data, size);
	(void)is_ephemeral(low);
	snprintf(text, sizeof text, "%d\t%d\n", low, high);
	range_path = bytes_path(1, text, strlen(text));
	if (is_ephemeral(port) != (low <= high) || is_ephemeral(low - 1) ||
	    is_ephemeral(high + 1))
		WRONG("another range");
}

/* The link of a descriptor. */
static void
try_link(const uint8_t *data, size_t size)
{
	static int dir = -1;
	struct portsocket one = { .inode = OWN };
	const struct search s = { .v = &one, .n = 1 };
	char *text = bytes_text(data, size), own[NAME];

	if (dir == -1)
		dir = bytes_folder();
	if (size > 255)
		text[255] = '\0';
	snprintf(own, sizeof own, "socket:[%lu]", OWN);
	if (socket_of(&s, dir, "3") != NULL)
		WRONG("a link that is not there");
	if (symlinkat(own, dir, "3") == -1 ||
	    socket_of(&s, dir, "3") != &one)
		WRONG("its own link");
	(void)unlinkat(dir, "3", 0);
	if (text[0] != '\0' && symlinkat(text, dir, "3") == -1)
		exit(125);
	if (socket_of(&s, dir, "3") != NULL &&
	    strncmp(text, "socket:[", 8) != 0)
		WRONG("a link to something else");
	(void)unlinkat(dir, "3", 0);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int port = port_of(&data, &size), other = port_of(&data, &size);
	struct search s;

	try_line(data, size, port);
	find(bytes_path(0, data, size), port, LISTENING, &s);
	free(s.v);
	try_table(data, size, port, other);
	try_range(data, size, port, other);
	try_link(data, size);
	return 0;
}
