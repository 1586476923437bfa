/*
 * shim.c - what common/sys/os_darwin.c asks of macOS, answered on Linux.
 *
 * The calls of libproc, sysctl and kqueue are answered from /proc and pidfds;
 * the linker's --wrap gives the programs xnu's getpgid, getsid, kill, fork, poll
 * and waitid for those of Linux.  What is said of xnu was read in the source of
 * xnu-11417.
 *
 * It holds to: calls, values of errno, layouts, zombies, EPERM, what a fork
 * closes, what poll does not tell, output that nobody reads.  It says nothing of: lists made under one
 * lock, processes between life and zombie, terminals that are revoked,
 * environments kept back, launchd.
 */
#include "config.h"

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libproc.h>
#include <sys/event.h>
#include <sys/sysctl.h>

/* The parser of /proc/PID/stat; its other functions under other names. */
#define os_proc_info	linux_proc_info
#define os_proc_owner	linux_proc_owner
#include "../../common/sys/os_linux_procfs.c"

#define PIDFS		0x50494446	/* of fstatfs */
#define UNIQUE_INFO	17
#define UNIQUE_SIZE	56
#define UNIQUE_AT	16
#define ARGS_SIZE	(1024 * 1024 + sizeof(int))
#define APPLE		"pfz=0x7ffffff12000"
#define QUEUES		65536
#define OPEN_MOST	10240		/* OPEN_MAX of macOS */

int	csops(pid_t, unsigned int, void *, size_t);
pid_t	__wrap_getpgid(pid_t);
pid_t	__wrap_getsid(pid_t);
int	__wrap_kill(pid_t, int);
pid_t	__wrap_fork(void);
int	__wrap_poll(struct pollfd *, nfds_t, int);
pid_t	__real_getpgid(pid_t);
pid_t	__real_getsid(pid_t);
int	__real_kill(pid_t, int);
pid_t	__real_fork(void);
int	__real_poll(struct pollfd *, nfds_t, int);
int	__wrap_waitid(idtype_t, id_t, siginfo_t *, int);
int	__real_waitid(idtype_t, id_t, siginfo_t *, int);

static unsigned char	is_queue[QUEUES];

/* --- libproc --------------------------------------------------------------- */

/* A kernel thread is no process on a Mac; those of Linux are of group 0. */
static int
is_asked_for(pid_t pid, uint32_t type, uint32_t which)
{
	pid_t pgid = __real_getpgid(pid);
	struct procinfo info;

	if (type == PROC_PGRP_ONLY)
		return pgid == (pid_t)which;
	return pgid != 0 || linux_proc_info(pid, &info) == -1 || !info.kernel;
}

struct list {
	uint32_t	 type, which;
	pid_t		*v;
	int		 n, most;
};

static void
list_pid(struct list *l, pid_t pid)
{
	if (l->n < l->most && is_asked_for(pid, l->type, l->which))
		l->v[l->n++] = pid;
}

/* The number may be that of a thread, or on the list already. */
static void
list_newborn(struct list *l, pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), i;

	if (fd == -1)
		return;
	close(fd);
	for (i = 0; i < l->n; i++)
		if (l->v[i] == pid)
			return;
	list_pid(l, pid);
}

static int
list_all(struct list *l)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (dir == NULL)
		return -1;
	l->n = 0;
	while ((entry = readdir(dir)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0)
			list_pid(l, pid);
	}
	closedir(dir);
	return 0;
}

static pid_t
last_pid(void)
{
	char line[128];
	int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, line, sizeof line - 1);

	if (fd != -1)
		close(fd);
	line[n > 0 ? n : 0] = '\0';
	return n > 0 ? (pid_t)strtol(strrchr(line, ' '), NULL, 10) : -1;
}

/*
 * xnu makes a list under one lock.  Here it takes time; so those born meanwhile
 * are asked for by their numbers, which are given out in turn, until there is
 * no newer one.  Never more than fit.
 */
int
proc_listpids(uint32_t type, uint32_t which, void *buffer, int size)
{
	struct list l = { type, which, buffer, 0,
	    size / (int)sizeof(pid_t) };
	pid_t pid, last;

	do {
		pid = last_pid();
		if (list_all(&l) == -1)
			return 0;
		while ((last = last_pid()) > pid)
			while (pid < last)
				list_newborn(&l, ++pid);
	} while (last < pid);
	errno = 0;
	return l.n * (int)sizeof(pid_t);
}

/*
 * A pidfd's inode is given to one process of a boot, by rising order, since
 * Linux 6.9; before that the start stands for it.
 */
static int
unique_of(pid_t pid, uint64_t start, void *buffer)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	uint64_t key = (start << 22) + (uint64_t)pid;
	struct statfs fs;
	struct stat st;

	if (fd == -1)
		return 0;
	if (fstatfs(fd, &fs) == 0 && fs.f_type == PIDFS && fstat(fd, &st) == 0)
		key = st.st_ino;
	close(fd);
	memset(buffer, 0, UNIQUE_SIZE);
	memcpy((char *)buffer + UNIQUE_AT, &key, sizeof key);
	return UNIQUE_SIZE;
}

static int
short_of(const struct procinfo *info, void *buffer)
{
	struct proc_bsdshortinfo bsd;
	uid_t uid = 0;

	memset(&bsd, 0, sizeof bsd);
	if (linux_proc_owner(info->pid, &uid) == -1)
		return 0;
	bsd.pbsi_pid = (uint32_t)info->pid;
	bsd.pbsi_ppid = (uint32_t)info->ppid;
	bsd.pbsi_pgid = (uint32_t)info->pgid;
	bsd.pbsi_status = info->state == PROC_DEAD ? 5 :
	    info->state == PROC_STOPPED ? 4 : 2;
	memcpy(bsd.pbsi_comm, info->name, strnlen(info->name, MAXCOMLEN - 1));
	bsd.pbsi_flags = info->kernel != 0;
	bsd.pbsi_uid = bsd.pbsi_ruid = bsd.pbsi_svuid = uid;
	memcpy(buffer, &bsd, sizeof bsd);
	return (int)sizeof bsd;
}

/* 0 and errno, as Libc has it. */
int
proc_pidinfo(int pid, int flavor, uint64_t zombies, void *buffer, int size)
{
	struct procinfo info;

	if (linux_proc_info(pid, &info) == -1)
		return 0;
	if (info.state == PROC_DEAD && zombies == 0)
		return errno = ESRCH, 0;
	if (flavor == UNIQUE_INFO && size >= UNIQUE_SIZE)
		return unique_of(pid, info.start, buffer);
	if (flavor == PROC_PIDT_SHORTBSDINFO &&
	    size >= (int)sizeof(struct proc_bsdshortinfo))
		return short_of(&info, buffer);
	return errno = EINVAL, 0;
}

/* CS_OPS_STATUS: nothing is restricted here. */
int
csops(pid_t pid, unsigned int op, void *flags, size_t size)
{
	(void)pid, (void)op;
	memset(flags, 0, size);
	return 0;
}

/* --- sysctl ---------------------------------------------------------------- */

struct text {
	char	*p;
	size_t	 len, size;
};

/* What does not fit is cut off, without a word. */
static void
append(struct text *t, const void *p, size_t n)
{
	if (n > t->size - t->len)
		n = t->size - t->len;
	memcpy(t->p + t->len, p, n);
	t->len += n;
}

static void
pad(struct text *t)
{
	while ((t->len - sizeof(int)) % 8 != 0 && t->len < t->size)
		append(t, "", 1);
}

static int
append_file(struct text *t, pid_t pid, const char *file)
{
	int fd = procfs_open(pid, file);
	char buf[16384];
	ssize_t n;

	if (fd == -1)
		return -1;
	while ((n = read(fd, buf, sizeof buf)) > 0)
		append(t, buf, (size_t)n);
	close(fd);
	return n == -1 ? -1 : 0;
}

static int
count_strings(const struct text *t, size_t from)
{
	int n = 0;

	for (; from < t->len; from++)
		n += t->p[from] == '\0';
	return n;
}

/* A path with every length that there is, so that all paddings come up. */
static void
append_path(struct text *t, pid_t pid)
{
	static const char path[] = "/bin/program";
	size_t from = (size_t)pid % 8;

	append(t, path + from, sizeof path - from);
	pad(t);
}

/* It read empty: is it?  Else the process exits, or is in an exec. */
static int
is_empty(pid_t pid)
{
	char line[PROCFS_STAT];
	unsigned long long end;

	if (procfs_stat(pid, line) == -1)
		return 0;
	end = procfs_number(line, 51);
	return end != 0 && end == procfs_number(line, 50) &&
	    procfs_number(line, 27) != 0;
}

static int
procargs(pid_t pid, struct text *t)
{
	struct procinfo info;
	size_t from, before;
	int argc = 0;

	if (linux_proc_info(pid, &info) == -1 || info.state == PROC_DEAD ||
	    t->size > ARGS_SIZE)
		return errno = EINVAL, -1;
	append(t, &argc, sizeof argc);
	append_path(t, pid);
	from = t->len;
	if (append_file(t, pid, "cmdline") == -1)
		return errno = EINVAL, -1;
	argc = count_strings(t, from);
	memcpy(t->p, &argc, sizeof argc);
	before = t->len;
	if (append_file(t, pid, "environ") == -1 ||
	    (t->len == before && !is_empty(pid)))
		return errno = EINVAL, -1;
	pad(t);
	append(t, APPLE, sizeof APPLE);
	append(t, "stack_guard=0x0", 16);
	return 0;
}

int
sysctl(int *name, unsigned int n, void *old, size_t *len, void *new,
    size_t newlen)
{
	struct text t = { old, 0, *len };

	(void)new, (void)newlen;
	if (n != 3 || name[0] != CTL_KERN || name[1] != KERN_PROCARGS2)
		return errno = ENOENT, -1;
	if (procargs((pid_t)name[2], &t) == -1)
		return -1;
	*len = t.len;
	return 0;
}

int
sysctlbyname(const char *name, void *old, size_t *len, void *new,
    size_t newlen)
{
	ssize_t n;
	int fd;

	(void)new, (void)newlen;
	if (strcmp(name, "kern.bootsessionuuid") != 0)
		return errno = ENOENT, -1;
	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = read(fd, old, *len);
	close(fd);
	*len = n > 0 ? (size_t)n : 0;
	return n == -1 ? -1 : 0;
}

/* --- kqueue: for one event, of which poll tells ------------------------------ */

static int
is_dead(pid_t pid)
{
	char line[PROCFS_STAT];

	return procfs_stat(pid, line) == 0 && state(line) == PROC_DEAD;
}

int
kqueue(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd >= 0 && fd < QUEUES)
		is_queue[fd] = 1;
	return fd;
}

/* A pidfd takes the place of the queue: it is readable after an exit. */
static int
watch_process(int kq, pid_t pid)
{
	int fd;

	if (is_dead(pid))
		return errno = ESRCH, -1;
	if ((fd = (int)syscall(SYS_pidfd_open, pid, 0)) == -1)
		return errno = errno == EINVAL ? ESRCH : errno, -1;
	dup3(fd, kq, O_CLOEXEC);
	close(fd);
	return 0;
}

int
kevent(int kq, const struct kevent *change, int n, struct kevent *event,
    int nevents, const struct timespec *timeout)
{
	uint64_t one = 1;

	(void)event, (void)timeout;
	if (n != 1 || nevents != 0)
		return errno = EINVAL, -1;
	if (change->filter == EVFILT_PROC && change->fflags == NOTE_EXIT)
		return watch_process(kq, (pid_t)change->ident);
	if (change->filter != EVFILT_USER)
		return errno = EINVAL, -1;
	if (change->fflags == NOTE_TRIGGER)
		return write(kq, &one, sizeof one) == -1 ? -1 : 0;
	return 0;
}

/* --- xnu's ways -------------------------------------------------------------- */

/* getpgid and getsid do not see zombies (kern_prot.c). */
pid_t
__wrap_getpgid(pid_t pid)
{
	return pid != 0 && is_dead(pid) ? (errno = ESRCH, -1) :
	    __real_getpgid(pid);
}

pid_t
__wrap_getsid(pid_t pid)
{
	return pid != 0 && is_dead(pid) ? (errno = ESRCH, -1) :
	    __real_getsid(pid);
}

/*
 * kill of a group lists it first and then signals one after the other, zombies
 * apart; EPERM if that was nobody (kern_sig.c).  From here that takes longer than a
 * fork, so that of a group that forks all the time somebody would be left for
 * ever: each fourth KILL goes to all of them at once.
 */
static int
kill_group(pid_t pgid, int sig)
{
	enum { MOST = 16384, EACH = 4 };
	static unsigned int kills;
	pid_t v[MOST];
	int n, i, self = 0, sent = 0;

	if (sig == SIGKILL && ++kills % EACH == 0)
		return __real_kill(-pgid, sig);

	n = proc_listpids(PROC_PGRP_ONLY, (uint32_t)pgid, v, (int)sizeof v) /
	    (int)sizeof *v;
	if (n == 0)
		return errno = ESRCH, -1;
	for (i = 0; i < n; i++)
		if (v[i] == getpid())
			self = 1;
		else if (!is_dead(v[i]))
			sent += __real_kill(v[i], sig) == 0;
	if (self)
		return __real_kill(getpid(), sig);
	return sent > 0 ? 0 : (errno = EPERM, -1);
}

int
__wrap_kill(pid_t pid, int sig)
{
	return pid < -1 ? kill_group(-pid, sig) : __real_kill(pid, sig);
}

static int
is_still_queue(int fd)
{
	char path[32], name[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	n = readlink(path, name, sizeof name - 1);
	name[n > 0 ? n : 0] = '\0';
	return strcmp(name, "anon_inode:[eventfd]") == 0 ||
	    strcmp(name, "anon_inode:[pidfd]") == 0 ||
	    strncmp(name, "pidfd:", 6) == 0;
}

/* A queue is not inherited (kern_event.c: FP_CLOFORK). */
pid_t
__wrap_fork(void)
{
	pid_t pid = __real_fork();
	int fd;

	for (fd = 0; pid == 0 && fd < QUEUES; fd++)
		if (is_queue[fd]) {
			is_queue[fd] = 0;
			if (is_still_queue(fd))
				close(fd);
		}
	return pid;
}

/* Of devices only pseudo-terminals by their own names can be waited for. */
static int
has_no_queue(int fd)
{
	char path[32], name[64];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1 || !S_ISCHR(st.st_mode))
		return 0;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	n = readlink(path, name, sizeof name - 1);
	name[n > 0 ? n : 0] = '\0';
	return strncmp(name, "/dev/pts/", 9) != 0 &&
	    strcmp(name, "/dev/ptmx") != 0;
}

/*
 * Some devices are POLLNVAL, no events mean that nothing is watched, and more
 * entries than OPEN_MAX are EINVAL (sys_generic.c, spec_vnops.c).
 */
int
__wrap_poll(struct pollfd *pfd, nfds_t n, int timeout)
{
	int ready, bad = 0;
	nfds_t i;

	if (n > OPEN_MOST)
		return errno = EINVAL, -1;
	for (i = 0; i < n; i++)
		if (pfd[i].fd >= 0 &&
		    (pfd[i].events == 0 || has_no_queue(pfd[i].fd))) {
			bad += pfd[i].events != 0;
			pfd[i].fd = -2 - pfd[i].fd;	/* it passes over */
		}
	ready = __real_poll(pfd, n, bad > 0 ? 0 : timeout);
	for (i = 0; i < n; i++)
		if (pfd[i].fd < -1) {
			pfd[i].fd = -2 - pfd[i].fd;
			pfd[i].revents = pfd[i].events != 0 ? POLLNVAL : 0;
		}
	return ready >= 0 ? ready + bad : ready;
}

/* Does a terminal of ours hold output that we have not read? */
static int
has_unread(void)
{
	int fd, n;

	for (fd = 3; fd < 64; fd++) {
		char path[32], name[64];
		ssize_t len;

		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		len = readlink(path, name, sizeof name - 1);
		name[len > 0 ? len : 0] = '\0';
		if (strstr(name, "ptmx") != NULL &&
		    ioctl(fd, FIONREAD, &n) == 0 && n > 0)
			return 1;
	}
	return 0;
}

static void *
await_reader(void *running)
{
	while (has_unread())
		__real_poll(NULL, 0, 10);
	*(int *)running = 0;
	__real_kill(getpid(), SIGCHLD);
	return NULL;
}

/* A leader dies when its terminal's output is read (kern_exit.c: ttywait). */
int
__wrap_waitid(idtype_t type, id_t id, siginfo_t *si, int options)
{
	static int running;
	int result = __real_waitid(type, id, si, options);
	pthread_t thread;

	if (result == -1 || si->si_pid == 0 ||
	    (options & (WEXITED | WNOHANG)) != (WEXITED | WNOHANG) ||
	    __real_getsid(si->si_pid) == __real_getsid(0) || !has_unread())
		return result;
	si->si_pid = 0;
	if (!running && pthread_create(&thread, NULL, await_reader,
	    &running) == 0) {
		running = 1;
		pthread_detach(thread);
	}
	return 0;
}

int
getpeereid(int fd, uid_t *uid, gid_t *gid)
{
	struct ucred peer;
	socklen_t size = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == -1)
		return -1;
	*uid = peer.uid;
	*gid = peer.gid;
	return 0;
}
