/*
 * lineage: the variables PGSPAWN_ID and LISTEN_PID of the process that started
 * pgspawn.  The command gets the handles in PGSPAWN_ID, or only the last ones
 * if there are many, and then its own handle; never a word that is no handle.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/childenv.h"

#include "bytes.h"
#include "drive.h"

#define LISTEN	"LISTEN_PID="
#define MANY	4096		/* words of the longest input */

/* The words that are handles with a key, in their order. */
static size_t
plain_words(const char *text, struct handle *id)
{
	size_t n, count = 0;

	for (; *text != '\0'; text += n) {
		char word[HANDLE_TEXT] = "";

		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (n >= sizeof word)
			continue;
		memcpy(word, text, n);
		if (count < MANY && handle_parse(&id[count], word) == 0 &&
		    id[count].kind != HANDLE_BARE)
			count++;
	}
	return count;
}

static void
compare(const char *old, const char *lineage)
{
	static struct handle before[MANY], after[MANY];
	size_t n = plain_words(old, before), m = plain_words(lineage, after);
	size_t kept = n < CHILDENV_LINEAGE_MAX - 1 ? n :
	    CHILDENV_LINEAGE_MAX - 1, i;

	if (m != kept + 1)
		WRONG("more handles, or fewer");
	for (i = 0; i < kept; i++)
		if (!handle_equal(&before[n - kept + i], &after[i]))
			WRONG("another handle");
	if (after[kept].pid != 4711 || after[kept].key != 815)
		WRONG("its own handle is not the last one");
}

/* The value of the only entry of that name; NULL: there is none. */
static const char *
value_of(char **entry, const char *name)
{
	size_t n = strlen(name);
	const char *value = NULL;

	for (; *entry != NULL; entry++)
		if (strncmp(*entry, name, n) == 0 && (*entry)[n] == '=') {
			if (value != NULL)
				WRONG("a variable comes twice");
			value = *entry + n + 1;
		}
	return value;
}

static void
try_listen(const char *was, const char *now)
{
	char own[24];

	snprintf(own, sizeof own, "%ld", (long)getpid());
	if (strcmp(was, own) == 0 ? now == NULL || strcmp(now, "4711") != 0 :
	    now == NULL || strcmp(now, was) != 0)
		WRONG("another LISTEN_PID");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct handle own = { 4711, HANDLE_KEYED, 815 };
	char marker[] = "APP=web:1", *markers[1];
	char *entry = malloc(size + sizeof HANDLE_ENV "="), *old, listen[48];
	struct childenv env;
	const char *lineage;

	if (entry == NULL)
		exit(125);
	memcpy(entry, HANDLE_ENV "=", sizeof HANDLE_ENV "=");
	old = entry + strlen(entry);
	memcpy(old, data, size);
	old[size] = '\0';
	markers[0] = marker;
	if ((size & 1) != 0)
		snprintf(listen, sizeof listen, LISTEN "%.20s", old);
	else
		snprintf(listen, sizeof listen, LISTEN "%ld", (long)getpid());
	/* setenv(3) would keep each value for ever. */
	if (putenv(entry) != 0 || putenv(listen) != 0)
		exit(125);
	memset(&env, 0, sizeof env);
	if (childenv_make(&env, markers, 1, NULL, getpid()) == -1)
		exit(125);
	childenv_complete(&env, &own);
	lineage = value_of(env.vector, HANDLE_ENV);
	if (lineage == NULL || env.vector == NULL)
		WRONG("no lineage");
	else
		compare(old, lineage);
	if (value_of(env.vector, "APP") == NULL)
		WRONG("no marker");
	try_listen(listen + strlen(LISTEN), value_of(env.vector,
	    "LISTEN_PID"));
	childenv_free(&env);
	unsetenv("LISTEN_PID");
	unsetenv(HANDLE_ENV);
	free(entry);
	return 0;
}
