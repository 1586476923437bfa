#include "config.h"

#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/childenv.h"

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS	MAP_ANON
#endif

extern char **environ;

/* Are these two entries of the same variable? */
static int
same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

static int
is_replaced(const char *entry, char *const *marker, size_t n, const char *own)
{
	size_t i;

	if (same_name(HANDLE_ENV "=", entry) ||
	    same_name(CHILDENV_KEEPER "=", entry) ||
	    same_name(CHAIN_ENV "=", entry) ||
	    (own != NULL && same_name(own, entry)))
		return 1;
	for (i = 0; i < n; i++)
		if (same_name(marker[i], entry))
			return 1;
	return 0;
}

/* Copy the valid handles of old to out, each with a blank behind it. */
static void
copy_handles(char *out, const char *old)
{
	const char *start[CHILDENV_LINEAGE_MAX];
	size_t len[CHILDENV_LINEAGE_MAX], n = 0, i;

	while (*(old += strspn(old, " ")) != '\0') {
		size_t k = strcspn(old, " ");
		char text[HANDLE_TEXT];
		struct handle id;

		if (k < sizeof text) {
			memcpy(text, old, k);
			text[k] = '\0';
			if (handle_parse(&id, text) == 0 &&
			    id.kind != HANDLE_BARE) {
				start[n % CHILDENV_LINEAGE_MAX] = old;
				len[n++ % CHILDENV_LINEAGE_MAX] = k;
			}
		}
		old += k;
	}
	/* One place is left for the command's own handle. */
	i = n >= CHILDENV_LINEAGE_MAX ? n - (CHILDENV_LINEAGE_MAX - 1) : 0;
	for (; i < n; i++) {
		memcpy(out, start[i % CHILDENV_LINEAGE_MAX],
		    len[i % CHILDENV_LINEAGE_MAX]);
		out += len[i % CHILDENV_LINEAGE_MAX];
		*out++ = ' ';
	}
	*out = '\0';
}

/* Write the lineage entry to out, with the handles of old. */
static void
make_lineage(struct childenv *env, char *out, const char *old)
{
	size_t name = strlen(HANDLE_ENV "=");

	env->lineage = out;
	memcpy(env->lineage, HANDLE_ENV "=", name);
	copy_handles(env->lineage + name, old);
	env->own = env->lineage + strlen(env->lineage);
}

#define LISTEN	"LISTEN_PID="

static void
put_listen(struct childenv *env, const struct handle *id)
{
	memcpy(env->listen, LISTEN, strlen(LISTEN));
	handle_format(id, 1, env->listen + strlen(LISTEN));
}

/* Does LISTEN_PID say that socket activation's descriptors are the caller's? */
static void
note_listen(struct childenv *env, pid_t caller)
{
	const struct handle self = { .pid = caller, .kind = HANDLE_BARE };
	const char *pid = getenv("LISTEN_PID");

	put_listen(env, &self);
	if (pid == NULL || strcmp(pid, env->listen + strlen(LISTEN)) != 0)
		env->listen[0] = '\0';
}

/* LISTEN_PIDFDID is dropped: it names the caller, and is optional. */
static int
is_of_listen(const char *entry)
{
	return same_name(LISTEN, entry) ||
	    same_name("LISTEN_PIDFDID=", entry);
}

/*
 * Map pages: malloc(3) would keep the memory after free(3) (glibc 2.36), and
 * many processes of pgspawn wait for long.
 */
static int
map_pages(struct childenv *env, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	env->vector = p != MAP_FAILED ? p : NULL;
	env->size = size;
	return p != MAP_FAILED ? 0 : -1;
}

int
childenv_make(struct childenv *env, char *const *marker, size_t n, char *own,
    pid_t caller)
{
	const char *old = getenv(HANDLE_ENV);
	size_t count = 0, size, i, k = 0;

	if (old == NULL)
		old = "";
	while (environ[count] != NULL)
		count++;
	size = (count + n + 5) * sizeof *env->vector;
	if (map_pages(env, size + strlen(HANDLE_ENV "=") + strlen(old) + 1 +
	    HANDLE_TEXT + 1) == -1)
		return -1;
	make_lineage(env, (char *)env->vector + size, old);
	note_listen(env, caller);
	for (i = 0; i < count; i++)
		if (!is_replaced(environ[i], marker, n, own) &&
		    (env->listen[0] == '\0' || !is_of_listen(environ[i])))
			env->vector[k++] = environ[i];
	for (i = 0; i < n; i++)
		if (!is_replaced(marker[i], marker + i + 1, n - i - 1, own))
			env->vector[k++] = marker[i];
	if (own != NULL)
		env->vector[k++] = own;
	if (env->listen[0] != '\0')
		env->vector[k++] = env->listen;
	if (env->chain[0] != '\0')
		env->vector[k++] = env->chain;
	env->vector[k++] = env->lineage;
	env->vector[k] = NULL;
	return 0;
}

void
childenv_free(struct childenv *env)
{
	if (env->vector != NULL)
		munmap(env->vector, env->size);
	env->vector = NULL;
}

void
childenv_complete(struct childenv *env, const struct handle *id)
{
	handle_format(id, 0, env->own);
	if (env->listen[0] != '\0')
		put_listen(env, id);
}
