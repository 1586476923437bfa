/* portcheck.h - does a process accept connections on a TCP port? */
#ifndef PORTCHECK_H
#define PORTCHECK_H

/*
 * Connect to the port at 127.0.0.1, else at ::1, and close the connection at
 * once.  Return 1 if it was accepted, else 0.  A local address answers at
 * once: no answer within 10 ms counts as 0.
 */
int	portcheck_tcp(int port);

#endif
