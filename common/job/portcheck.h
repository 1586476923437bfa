/* portcheck.h - does somebody accept connections? */
#ifndef PORTCHECK_H
#define PORTCHECK_H

/*
 * 1 if a connection to this TCP port of this machine's own address (127.0.0.1,
 * else ::1) was made, which is closed at once; else 0.  These addresses answer
 * in no time; after 10 ms it counts as no.
 */
int	portcheck_tcp(int port);

#endif
