/*
 * port: /proc/net/tcp and tcp6.  Whatever a line says, no byte too many may be
 * touched; and in a table with a listener this socket is found by its port, and
 * by no other.  Linux only.
 */
#include "../../common/sys/os_linux_port.c"

#include <stdint.h>

#include "bytes.h"
#include "drive.h"

#define OWN	4711UL		/* the inode of a socket that listens */

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

	(void)listener_inode(line, port);
	free(line);
}

/* Foreign lines in front of it, each of which listens on no port. */
static void
try_table(const uint8_t *data, size_t size, int port, int other)
{
	static const char header[] = "  sl  local_address rem_address   st "
	    "tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
	char *text = malloc(size + sizeof header + 256);
	const char *path;
	size_t n = 0, i;

	if (text == NULL)
		exit(125);
	n = (size_t)sprintf(text, "%s   0: ", header);
	for (i = 0; i < size && i < 200; i++)
		if (data[i] > ' ' && data[i] != 'A' && data[i] != 'a' &&
		    data[i] != ':')
			text[n++] = (char)data[i];
	n += (size_t)sprintf(text + n, " x 0B 0 0 0 0 0 0 1\n"
	    "   1: 0100007F:%04X 00000000:0000 0A 00000000:00000000 "
	    "00:00000000 00000000     0        0 %lu 1 0 100 0 0 10 0\n",
	    (unsigned)port, OWN);
	path = bytes_path(0, text, n);
	if (find_listener(path, port) != OWN)
		WRONG("it is not found");
	if (port != other && find_listener(path, other) != 0)
		WRONG("another port's is found");
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int port = port_of(&data, &size), other = port_of(&data, &size);

	try_line(data, size, port);
	(void)find_listener(bytes_path(0, data, size), port);
	try_table(data, size, port, other);
	return 0;
}
