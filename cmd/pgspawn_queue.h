/*
 * pgspawn_queue.h - pgspawn -Q: a command that reads of signals in a FIFO.
 */
#ifndef PGSPAWN_QUEUE_H
#define PGSPAWN_QUEUE_H

/*
 * Write a line "signal 128+N" to the FIFO of *arg, options with -Q, if sig is one
 * that asks a command to end, unless it was ignored when we started.  1: nothing
 * more is to be done about it; 0: it is none of these, or nobody has such a FIFO
 * open.
 */
int	queue_signal(int sig, void *arg);

#endif
