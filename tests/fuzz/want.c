/*
 * want: the links by which clients ask a keeper, with up to three words each.
 * The first byte says which link it is.  A link that is no want is left alone;
 * any other one is taken, answered and found with its words.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/want.h"

#include "bytes.h"
#include "drive.h"

#define NAME	"web"
#define LONGEST	255		/* bytes of a link's text */
#define READ	(HANDLE_TEXT + 2 * WANT_RESULT - 1)	/* what is read of it */

static const char *const files[] = {
	"." NAME ".want", "." NAME ".taken", "." NAME ".answer"
};

/* The n'th word, each with one blank behind it, cut to so many bytes. */
static void
plain_word(const char *text, int n, char *word, size_t size)
{
	size_t len;

	for (; n > 0; n--) {
		text += strcspn(text, " ");
		text += *text == ' ';
	}
	len = strcspn(text, " ");
	if (len >= size)
		len = size - 1;
	memcpy(word, text, len);
	word[len] = '\0';
}

static int
plain_want(const char *text, struct want *w, char result[WANT_RESULT])
{
	static const char *const words[] = { "start", "stop", "restart" };
	char word[READ + 1];
	int i;

	plain_word(text, 0, word, sizeof word);
	for (i = 0; i < 3 && strcmp(word, words[i]) != 0; i++)
		;
	if (i == 3)
		return 0;
	w->word = (enum want_word)(WANT_START + i);
	plain_word(text, 1, w->serial, sizeof w->serial);
	if (w->serial[0] == '\0')
		strcpy(w->serial, "-");
	plain_word(text, 2, result, WANT_RESULT);
	return 1;
}

static int
equal(const struct want *a, const struct want *b)
{
	return a->word == b->word && strcmp(a->serial, b->serial) == 0;
}

static void
try_waiting(int dir, int good, const struct want *plain)
{
	struct want w, later = { WANT_STOP, "1:2" };
	char result[WANT_RESULT] = "";

	if (want_exists(dir, NAME) != good || want_is_open(dir, NAME) != good)
		WRONG("a want, or none");
	if (want_will_stop(dir, NAME) != (good && plain->word != WANT_START))
		WRONG("it stops, or not");
	want_withdraw(dir, NAME, &later);
	if (good && !equal(plain, &later) && !want_exists(dir, NAME))
		WRONG("another client's want is removed");
	if (want_take(dir, NAME, &w) != want_exists(dir, NAME) && !good)
		WRONG("it is taken, and was none");
	if (!good || equal(plain, &later))
		return;
	if (!equal(&w, plain) || want_exists(dir, NAME) ||
	    want_read_answer(dir, NAME, &w, result) != WANT_WAITS)
		WRONG("another want is taken");
	if (want_answer(dir, NAME, &w, "running") == -1)
		exit(125);
	if (want_read_answer(dir, NAME, &w, result) != WANT_ANSWERED ||
	    strcmp(result, "running") != 0)
		WRONG("another answer");
}

static void
try_taken(int dir, int good, const struct want *plain)
{
	struct want w = { WANT_NOTHING, "" };
	char result[WANT_RESULT] = "";

	if (want_exists(dir, NAME) || want_will_stop(dir, NAME))
		WRONG("a want that was taken waits");
	if (want_is_open(dir, NAME) != good)
		WRONG("it is open, or not");
	if (!good)
		return;
	w = *plain;
	if (want_read_answer(dir, NAME, &w, result) != WANT_WAITS)
		WRONG("it is answered, and was not");
	strcpy(w.serial, "1:0");
	if (want_read_answer(dir, NAME, &w, result) != WANT_WAITS ||
	    !equal(&w, plain))
		WRONG("a later one with the same word does not count");
	want_withdraw(dir, NAME, &w);
	if (want_is_open(dir, NAME))
		WRONG("it is still there");
}

static void
try_answer(int dir, int good, const struct want *plain, const char *told)
{
	struct want w = { WANT_RESTART, "-" };
	char result[WANT_RESULT] = "";
	int replaced = strcmp(told, WANT_REPLACED) == 0;

	if (want_is_open(dir, NAME))
		WRONG("an answer is open");
	if (good)
		w = *plain;
	if (want_read_answer(dir, NAME, &w, result) != (good && !replaced ?
	    WANT_ANSWERED : WANT_OVERTAKEN))
		WRONG("it is answered, or not");
	if (good && strcmp(result, told) != 0)
		WRONG("another answer");
	strcpy(w.serial, "1:0");
	if (good && !replaced && want_read_answer(dir, NAME, &w, result) !=
	    WANT_ANSWERED)
		WRONG("the answer to a later one does not count");
	want_remove_stale(dir, NAME);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int dir = -1;
	int which = bytes_take(&data, &size) % 3, good, i;
	char *text = bytes_text(data, size < LONGEST ? size : LONGEST);
	char result[WANT_RESULT] = "";
	struct want plain = { WANT_NOTHING, "" };

	if (dir == -1)
		dir = bytes_folder();
	for (i = 0; i < 3; i++)
		(void)unlinkat(dir, files[i], 0);
	if (text[0] != '\0' && symlinkat(text, dir, files[which]) == -1)
		exit(125);
	if (strlen(text) > READ)
		text[READ] = '\0';
	good = plain_want(text, &plain, result);
	if (which == 0)
		try_waiting(dir, good, &plain);
	else if (which == 1)
		try_taken(dir, good, &plain);
	else
		try_answer(dir, good, &plain, result);
	for (i = 0; i < 3; i++)
		(void)unlinkat(dir, files[i], 0);
	free(text);
	return 0;
}
