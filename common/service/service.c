#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/pgroup.h"
#include "group/pgwatch.h"
#include "proc/proctable.h"
#include "service/recorddir.h"
#include "service/service.h"

int
service_name(struct service *s, const char *name)
{
	memset(s, 0, sizeof *s);
	if (svcname_encode(name, s->folder) == -1)
		return -1;
	return svcname_decode(s->folder, s->name);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct service *)a)->name,
	    ((const struct service *)b)->name);
}

/*
 * 1: the entry of dir is the folder of a service, which is named in *s; 0: it
 * is not; -1 with the errno of fstatat(2).
 */
static int
is_service(int dir, const char *entry, struct service *s)
{
	struct stat st;

	memset(s, 0, sizeof *s);
	if (svcname_decode(entry, s->name) == -1)
		return 0;
	if (fstatat(dir, entry, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISDIR(st.st_mode))
		return 0;
	return svcname_encode(s->name, s->folder) == 0;
}

static int
read_folders(int dir, DIR *entries, struct service **list, size_t *n)
{
	size_t size = 0;
	struct dirent *entry;
	int is;

	for (;;) {
		errno = 0;
		if ((entry = readdir(entries)) == NULL)
			return errno == 0 ? 0 : -1;
		if (*n == size) {
			struct service *larger;

			size = size == 0 ? 16 : size * 2;
			larger = realloc(*list, size * sizeof *larger);
			if (larger == NULL)
				return -1;
			*list = larger;
		}
		is = is_service(dir, entry->d_name, *list + *n);
		if (is == -1)
			return -1;
		*n += (size_t)is;
	}
}

int
service_list(int dir, struct service **list, size_t *n)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries;
	int result, saved;

	*list = NULL;
	*n = 0;
	if (fd == -1)
		return -1;
	entries = fdopendir(fd);
	if (entries == NULL) {
		close(fd);
		return -1;
	}
	result = read_folders(dir, entries, list, n);
	saved = errno;
	closedir(entries);
	if (result == -1)
		free(*list);
	else if (*n > 1)
		qsort(*list, *n, sizeof **list, compare);
	return errno = saved, result;
}

static int
gone(pid_t pid)
{
	return kill(pid, 0) == -1 && errno == ESRCH;
}

/* Is the leader (its pidfd, or -1 and its PID) alive and not a zombie? */
static int
leader_lives(pid_t pid, int ref)
{
	struct pollfd pfd = { .fd = ref, .events = POLLIN };

	int ready = ref == -1 ? -1 : poll(&pfd, 1, 0);

	return ready == -1 ? proctable_alive(pid) : ready == 0;
}

enum service_state
service_state_of(const struct handle *id, const struct proctable *table)
{
	int ref, verdict, lives;

	if (gone(id->pid) && gone(-id->pid))
		return SERVICE_STALE;
	if (table == NULL && gone(id->pid))
		return SERVICE_UNKNOWN;
	verdict = handle_verify(id, table, &ref);
	lives = verdict == HANDLE_VERIFIED && leader_lives(id->pid, ref);
	if (ref != -1)
		close(ref);
	if (lives)
		return SERVICE_RUNNING;
	if (verdict == HANDLE_GONE)
		return SERVICE_STALE;
	if (verdict != HANDLE_VERIFIED)
		return SERVICE_UNVERIFIABLE;
	if (table == NULL)
		return SERVICE_UNKNOWN;
	return proctable_group_alive(table, id->pid) ?
	    SERVICE_LEADERLESS : SERVICE_STALE;
}

static void
read_record(int dir, struct service *s)
{
	int fd = dir == -1 ? (errno = ENOENT, -1) :
	    recorddir_folder(dir, s->folder, 0);

	s->known = fd != -1 && record_read(fd, &s->record) == 0;
	s->error = s->known ? 0 : errno;
	s->state = s->known || s->error == EBADMSG ? SERVICE_STALE :
	    s->error == ENOENT ? SERVICE_MISSING : SERVICE_UNSAFE;
	if (fd != -1)
		close(fd);
}

void
service_look(int dir, struct service *list, size_t n)
{
	struct handle_scope scope;
	struct proctable table = { 0 };
	int scoped = handle_scope(&scope) == 0, listed, unknown = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct service *s = &list[i];

		read_record(dir, s);
		if (s->known && !scoped)
			s->state = SERVICE_UNVERIFIABLE;
		else if (s->known && record_in_scope(&s->record, &scope))
			s->state = service_state_of(&s->record.id, NULL);
		unknown |= s->state == SERVICE_UNKNOWN;
	}
	if (!unknown)
		return;
	/* The table is read after the leaders died, so it has all members. */
	listed = proctable_read(&table) == 0;
	for (i = 0; i < n; i++) {
		struct service *s = &list[i];

		if (s->state != SERVICE_UNKNOWN)
			continue;
		/* Without a table, the group may at least be gone by now. */
		s->state = service_state_of(&s->record.id,
		    listed ? &table : NULL);
		if (s->state == SERVICE_UNKNOWN)
			s->state = SERVICE_UNVERIFIABLE;
	}
	proctable_free(&table);
}

int
service_runs(const struct service *s)
{
	return s->state == SERVICE_RUNNING || s->state == SERVICE_LEADERLESS;
}

/*
 * Open the groups of the services that may run; return their number.  A group
 * that cannot be verified, because its leader is dead, is waited for, too:
 * once it is gone, the service is gone for sure.
 */
static size_t
open_groups(const struct service *list, size_t n, struct pgroup *group,
    struct pgwatch *watch)
{
	struct proctable table = { 0 };
	int listed = proctable_read(&table) == 0;
	size_t i, opened = 0;

	for (i = 0; i < n; i++) {
		const struct service *s = &list[i];

		if ((service_runs(s) || s->state == SERVICE_UNVERIFIABLE) &&
		    pgroup_open(&group[opened], &s->record.id, listed ?
		    &table : NULL) != HANDLE_GONE)
			pgwatch_add(watch, &group[opened++]);
	}
	proctable_free(&table);
	return opened;
}

static int
all_gone(const struct pgwatch *watch, size_t n)
{
	while (n > 0 && pgwatch_gone(watch, n - 1))
		n--;
	return n == 0;
}

int
service_wait(const struct service *list, size_t n,
    const struct deadline *until)
{
	struct pgroup *group = calloc(n + 1, sizeof *group);
	struct pgwatch watch;
	size_t opened, i;
	int done;

	if (group == NULL)
		return -1;
	if (pgwatch_open(&watch, n) == -1) {
		free(group);
		return -1;
	}
	opened = open_groups(list, n, group, &watch);
	pgwatch_check(&watch);
	while (!(done = all_gone(&watch, opened)) && !deadline_passed(until))
		pgwatch_wait(&watch, NULL, 0, deadline_poll(until));
	pgwatch_close(&watch);
	for (i = 0; i < opened; i++)
		pgroup_close(&group[i]);
	free(group);
	return done ? 0 : (errno = ETIMEDOUT, -1);
}
