/* libproc.h - of Apple's, what common/sys/os_darwin.c asks for; see ../shim.c. */
#ifndef LIBPROC_H
#define LIBPROC_H

#include <sys/types.h>
#include <stdint.h>

#define PROC_ALL_PIDS		1
#define PROC_PGRP_ONLY		2
#define PROC_PIDT_SHORTBSDINFO	13
#define MAXCOMLEN		16

struct proc_bsdshortinfo {
	uint32_t	pbsi_pid, pbsi_ppid, pbsi_pgid, pbsi_status;
	char		pbsi_comm[MAXCOMLEN];
	uint32_t	pbsi_flags;
	uid_t		pbsi_uid;
	gid_t		pbsi_gid;
	uid_t		pbsi_ruid;
	gid_t		pbsi_rgid;
	uid_t		pbsi_svuid;
	gid_t		pbsi_svgid;
	uint32_t	pbsi_rfu;
};

int	proc_listpids(uint32_t, uint32_t, void *, int);
int	proc_pidinfo(int, int, uint64_t, void *, int);
int	getpeereid(int, uid_t *, gid_t *);	/* of unistd.h */

#endif
