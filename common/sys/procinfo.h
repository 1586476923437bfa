/* procinfo.h - the facts about one process. */
#ifndef PROCINFO_H
#define PROCINFO_H

#include <sys/types.h>
#include <stdint.h>

enum procstate {
	PROC_LIVE,
	PROC_STOPPED,
	PROC_DEAD		/* a zombie, or exiting */
};

struct procinfo {
	pid_t		 pid, ppid, pgid;
	pid_t		 sid;		/* -1: not known, as for zombies */
	enum procstate	 state;
	int		 kernel;	/* a kernel thread */
	uint64_t	 start;		/* system's unit; more is later */
	char		 name[64];	/* any bytes but NUL */
};

/* A process that has a port. */
struct portowner {
	pid_t	pid;		/* 0: none is seen to have the socket */
	uid_t	uid;		/* that made the socket */
	int	udp;		/* not TCP */
};

#endif
