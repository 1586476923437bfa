#include "config.h"

#include <sys/types.h>

#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "conf/directive.h"
#include "conf/logsize.h"
#include "base/parse.h"
#include "conf/restart.h"
#include "base/signame.h"
#include "base/textfile.h"

#define LAST_PORT	65535

struct directive {
	const char	*key;
	int		(*take)(struct directives *, char *value);
	const char	*allowed;
};

static int
is_list(const char *value)
{
	size_t n;

	for (;; value += n + 1) {
		n = strspn(value, DIRECTIVE_LETTERS);
		if (n == 0)
			return 0;
		if (strncmp(value + n, ":done", 5) == 0)
			n += 5;
		if (value[n] != ',')
			return value[n] == '\0';
	}
}

/* startorder.h reads the list even after errors, so a bad one is not kept. */
static int
take_after(struct directives *d, char *value)
{
	if (!is_list(value))
		return 0;
	d->after = value;
	return 1;
}

/* The service may end: with 0 it is done, as with restart=once. */
static int
take_ends(struct directives *d, char *value)
{
	d->may_end = 1;
	return strcmp(value, "ok") == 0;
}

static int
is_port(const char *text)
{
	uint64_t port;

	return parse_number(text, strlen(text), LAST_PORT, &port) == 0 &&
	    port > 0;
}

static int
take_log(struct directives *d, char *value)
{
	struct logsize size;

	d->log = value;
	return logsize_parse(&size, value) == 0;
}

static int
take_ready(struct directives *d, char *value)
{
	int fd;

	d->ready = value;
	if (strncmp(value, "cmd:", 4) == 0 || strncmp(value, "log:", 4) == 0)
		return value[4] != '\0';
	if (strncmp(value, "fd:", 3) == 0)
		return parse_fd(value + 3, &fd) == 0 && fd > 2;
	if (strncmp(value, "tcp:", 4) == 0)
		return is_port(value + 4);
	return strcmp(value, "notify") == 0 || strcmp(value, "port") == 0;
}

static int
take_restart(struct directives *d, char *value)
{
	struct restart r;

	d->restart = value;
	return restart_parse(&r, value) == 0;
}

static int
take_stdin(struct directives *d, char *value)
{
	d->null_input = strcmp(value, "null") == 0;
	return d->null_input || strcmp(value, "idle") == 0;
}

/* SIGNAL, then [,SECS] and [,leader] in any order, each once. */
static int
take_stop(struct directives *d, char *value)
{
	size_t n = strcspn(value, ",");
	long long ms;

	d->sig = signame_number(value, n);
	d->grace = NULL;
	d->leader = 0;
	if (d->sig <= 0)
		return 0;
	while (value[n] == ',') {
		value[n] = '\0';
		value += n + 1;
		n = strcspn(value, ",");
		if (n == 6 && strncmp(value, "leader", n) == 0 && !d->leader)
			d->leader = 1;
		else if (d->grace == NULL &&
		    parse_seconds(value, n, &ms) == 0)
			d->grace = value;
		else
			return 0;
	}
	return 1;
}

static int
take_within(struct directives *d, char *value)
{
	long long ms;

	d->within = value;
	return parse_seconds(value, strlen(value), &ms) == 0;
}

static const struct directive	directives[] = {
	{ "after", take_after, "names with commas between, each perhaps with "
	    ":done" },
	{ "ends", take_ends, "ok: the end with status 0 stops no other "
	    "service" },
	{ "log", take_log, "a size such as 10M, perhaps with ,files" },
	{ "ready", take_ready, "notify, port, tcp:PORT, fd:N, log:REGEX or "
	    "cmd:COMMAND" },
	{ "restart", take_restart, "no, once, on-failure or always, perhaps "
	    "with ,tries" },
	{ "stdin", take_stdin, "idle or null" },
	{ "stop", take_stop, "a signal, perhaps with ,secs and ,leader" },
	{ "within", take_within, "a duration such as 30, 2m or forever" }
};

/* Return the directive whose key is these n bytes, or NULL. */
static const struct directive *
find(const char *key, size_t n)
{
	const struct directive *k = directives;
	const struct directive *end = k + sizeof directives /
	    sizeof directives[0];

	for (; k < end; k++)
		if (strlen(k->key) == n && strncmp(k->key, key, n) == 0)
			return k;
	return NULL;
}

/* Is the value of this word the whole rest of the line? */
static int
takes_rest(const char *word)
{
	return strncmp(word, "ready=cmd:", 10) == 0 ||
	    strncmp(word, "ready=log:", 10) == 0;
}

/* Return the first directive inside such a value, or NULL. */
static const struct directive *
find_inside(const char *s)
{
	const struct directive *k;
	size_t n;

	while (*(s += strcspn(s, TEXTFILE_BLANK)) != '\0') {
		s += strspn(s, TEXTFILE_BLANK);
		n = strcspn(s, "=" TEXTFILE_BLANK);
		if (s[n] == '=' && (k = find(s, n)) != NULL)
			return k;
	}
	return NULL;
}

/* Is such a word refused?  1 and a reason, or 0. */
static int
is_refused(const char *word, char reason[DIRECTIVE_TEXT])
{
	const struct directive *k = find_inside(word);
	char why[128];
	regex_t regex;
	int error;

	if (k != NULL) {
		snprintf(reason, DIRECTIVE_TEXT, "%.10s takes the rest of the "
		    "line, with %s= in it: put ready= last", word, k->key);
		return 1;
	}
	if (strncmp(word, "ready=log:", 10) != 0)
		return 0;
	error = regcomp(&regex, word + 10, REG_EXTENDED | REG_NOSUB);
	if (error == 0) {
		regfree(&regex);
		return 0;
	}
	regerror(error, &regex, why, sizeof why);
	snprintf(reason, DIRECTIVE_TEXT, "%.80s: %s", word, why);
	return 1;
}

char *
directive_word(char **rest)
{
	char *word = *rest + strspn(*rest, TEXTFILE_BLANK);
	char *end = word + strcspn(word, TEXTFILE_BLANK);

	if (end == word)
		return NULL;
	if (takes_rest(word))
		end = word + strlen(word);
	*rest = end + (*end != '\0');
	*end = '\0';
	return word;
}

/* The member that a word without value sets, or NULL. */
static int *
flag_of(struct directives *d, const char *word, size_t n)
{
	if (n == 6 && strncmp(word, "follow", n) == 0)
		return &d->follow;
	if (n == 8 && strncmp(word, "terminal", n) == 0)
		return &d->terminal;
	return NULL;
}

/*
 * Write the reason for a word that is no directive: the directive that has it
 * as a value, or all that there are.
 */
static void
explain_unknown(const char *word, size_t n, char reason[DIRECTIVE_TEXT])
{
	static const char *const policies[] = {
		"no", "once", "on-failure", "always"
	};
	size_t i;

	for (i = 0; i < sizeof policies / sizeof policies[0]; i++)
		if (strcmp(word, policies[i]) == 0) {
			snprintf(reason, DIRECTIVE_TEXT, "%s: no such "
			    "directive, but restart=%s", word, word);
			return;
		}
	snprintf(reason, DIRECTIVE_TEXT, "%.80s: no such directive%s", word,
	    word[n] == '=' ? ": they are after ends follow log ready "
	    "restart stdin stop terminal within" : "");
}

enum directive_verdict
directive_take(struct directives *d, char *word, char reason[DIRECTIVE_TEXT])
{
	size_t n = strcspn(word, "=");
	const struct directive *k = find(word, n);
	int *flag = flag_of(d, word, n);

	explain_unknown(word, n, reason);
	if (flag != NULL) {
		*flag = 1;
		if (word[n] == '\0')
			return DIRECTIVE_TAKEN;
		snprintf(reason, DIRECTIVE_TEXT, "%.80s: %.*s has no value",
		    word, (int)n, word);
		return DIRECTIVE_BAD;
	}
	if (k == NULL)
		return DIRECTIVE_UNKNOWN;
	if (takes_rest(word) && is_refused(word, reason))
		return DIRECTIVE_BAD;
	snprintf(reason, DIRECTIVE_TEXT, "%.80s: %s= is for %s", word, k->key,
	    k->allowed);
	return word[n] == '=' && k->take(d, word + n + 1) ?
	    DIRECTIVE_TAKEN : DIRECTIVE_BAD;
}
