/*
 * unit
 *
 * Checks the parts of common/ that no command shows completely, and prints
 * each fault as "LINE: what it found"; status 1 if there was one. An argument
 * names the only part to check.
 */
#include "config.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/dirfile.h"
#include "proc/envblock.h"
#include "base/fdio.h"
#include "io/linebuf.h"
#include "sys/os_stack.h"
#include "base/parse.h"
#include "group/pgroup.h"
#include "sys/procargs.h"
#include "conf/procfile.h"
#include "proc/handle.h"
#include "conf/restart.h"
#include "conf/schedule.h"
#include "base/signame.h"
#include "check.h"
#include "signals.h"
#include "conf/startorder.h"
#include "service/svckeeper.h"
#include "proc/targets.h"
#include "service/want.h"

static void
test_parse_number(void)
{
	static const struct {
		const char	*text;
		uint64_t	 max, want;
		int		 error;
	} table[] = {
		{ "0", 0, 0, 0 }, { "1", 0, 0, ERANGE }, { "7", 7, 7, 0 },
		{ "8", 7, 0, ERANGE }, { "007", 7, 7, 0 },
		{ "10", 9, 0, ERANGE }, { "", 9, 0, EINVAL },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, 0 },
		{ "18446744073709551616", UINT64_MAX, 0, ERANGE },
		{ "99999999999999999999", UINT64_MAX, 0, ERANGE },
		{ "-1", 9, 0, EINVAL }, { "+1", 9, 0, EINVAL },
		{ " 1", 9, 0, EINVAL }, { "1 ", 9, 0, EINVAL },
		{ "0x1", 99, 0, EINVAL }, { "1e1", 99, 0, EINVAL },
		{ "999x", 9, 0, EINVAL },
	};
	uint64_t n;
	size_t i;
	int fd;

	for (i = 0; i < COUNT(table); i++) {
		const char *s = table[i].text;
		int result = parse_number(s, strlen(s), table[i].max, &n);

		if (table[i].error == 0)
			CHECK(result == 0 && n == table[i].want, s);
		else
			CHECK(result == -1 && errno == table[i].error, s);
	}
	CHECK(parse_number("12345", 2, 99, &n) == 0 && n == 12, "length");
	CHECK(parse_fd("2147483647", &fd) == 0 && fd == INT_MAX, "fd");
	CHECK(parse_fd("2147483648", &fd) == -1 && errno == ERANGE, "fd");
}

static void
test_parse_seconds(void)
{
	static const struct {
		const char	*text;
		long long	 want;	/* -2: EINVAL, -3: ERANGE */
	} table[] = {
		{ "0", 0 }, { "5", 5000 }, { "0.25", 250 }, { ".5", 500 },
		{ "1.", 1000 }, { "0.0001", 1 }, { "0.0010", 1 },
		{ "0.00100001", 2 }, { "0.9999", 1000 },
		{ "1.0000000000000000000000000000000", 1000 },
		{ "forever", PARSE_FOREVER }, { "316224001", 316224001000LL },
		{ "1000000000000", 1000000000000000LL },
		{ "1000000000001", 1000000000000000LL },
		{ "99999999999999999999", 1000000000000000LL },
		{ "", -2 }, { ".", -2 }, { "-1", -2 }, { "1.x", -2 },
		{ "1.2.3", -2 }, { "1,5", -2 }, { "Forever", -2 },
		{ "forever ", -2 }, { "inf", -2 }, { "1e3", -2 },
		{ "0.0000x", -2 }, { "1.5x", -2 },
		{ "1s", 1000 }, { "2m", 120000 }, { ".5h", 1800000 },
		{ "1d", 86400000 }, { "1000000000000d", 999999993600000LL },
		{ "s", -2 }, { "1ss", -2 }, { "1 s", -2 }, { "1M", -2 },
		{ "forevers", -2 },
	};
	long long ms;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		const char *s = table[i].text;
		int result = parse_seconds(s, strlen(s), &ms);

		if (table[i].want >= PARSE_FOREVER)
			CHECK(result == 0 && ms == table[i].want, s);
		else
			CHECK(result == -1 && errno == (table[i].want == -2 ?
			    EINVAL : ERANGE), s);
	}
	CHECK(parse_seconds("1.59", 3, &ms) == 0 && ms == 1500, "length");
}

static void
test_signame(void)
{
	static const char *const none[] = {
		"", "SIG", "T", "TERMS", "TER", "SIGSIGTERM", "-15", "1x", "999",
		"9999", "RTMIN-1", "RTMAX+1", "RTMIN+", "RTMIN+99", "RTMINX"
	};
	char buf[SIGNAME_TEXT], name[32];
	size_t i;
#ifdef SIGRTMIN
	int sig;
#endif

	for (i = 0; i < NSIGNALS; i++) {
		const char *s = signals[i].name;

		CHECK(signame_number(s, strlen(s)) == signals[i].number, s);
		snprintf(name, sizeof(name), "sig%s", s);
		CHECK(signame_number(name, strlen(name)) ==
		    signals[i].number, name);
		CHECK(strcmp(signame_text(signals[i].number, buf), s) == 0, s);
		snprintf(name, sizeof(name), "%d", signals[i].number);
		CHECK(signame_number(name, strlen(name)) ==
		    signals[i].number, name);
	}
	for (i = 0; i < COUNT(none); i++)
		CHECK(signame_number(none[i], strlen(none[i])) == -1 &&
		    errno == EINVAL, none[i]);
	CHECK(signame_number("0", 1) == 0, "0");
	CHECK(signame_number("TERMINAL", 4) == SIGTERM, "length");
#ifdef SIGRTMIN
	for (sig = SIGRTMIN; sig <= SIGRTMAX; sig++) {
		signame_text(sig, buf);
		CHECK(signame_number(buf, strlen(buf)) == sig, buf);
		snprintf(name, sizeof(name), "RTMIN+%d", sig - SIGRTMIN);
		CHECK(signame_number(name, strlen(name)) == sig, name);
		snprintf(name, sizeof(name), "SIGRTMAX-%d", SIGRTMAX - sig);
		CHECK(signame_number(name, strlen(name)) == sig, name);
	}
	CHECK(signame_number("RTMIN", 5) == SIGRTMIN, "RTMIN");
	CHECK(signame_number("rtmax", 5) == SIGRTMAX, "rtmax");
#endif
}

/* Compare the n'th value of NAME in the block; NULL: there is none. */
static int
value_is(const char *block, size_t size, int n, const char *want)
{
	const char *value = NULL;
	size_t pos = 0, len = 0;

	while (n-- > 0)
		value = envblock_next(block, size, "NAME", &pos, &len);
	if (want == NULL || value == NULL)
		return want == value;
	return len == strlen(want) && memcmp(value, want, len) == 0;
}

static void
test_envblock(void)
{
	static const char block[] = "NAMES=no\0XNAME=no\0NAME\0=NAME=no\0\0"
	    "A=\nNAME=no\0NAME=\0\0\0NAME=one\ntwo\0name=no\0NAME=NAME=x";
	size_t size = sizeof(block) - 1;
	char *exact;

	CHECK(value_is(block, size, 1, ""), "empty value");
	CHECK(value_is(block, size, 2, "one\ntwo"), "newline");
	CHECK(value_is(block, size, 3, "NAME=x"), "no NUL at the end");
	CHECK(value_is(block, size, 4, NULL), "no fourth");
	CHECK(value_is(block, size + 1, 3, "NAME=x"), "NUL at the end");
	CHECK(value_is(block, size - 1, 3, "NAME="), "cut");
	CHECK(value_is(block, size - 7, 3, NULL), "cut before the sign");
	CHECK(value_is("", 0, 1, NULL), "nothing");
	CHECK(value_is("", 1, 1, NULL), "an empty entry");
	/* No byte behind the block is read: a sanitizer would see it. */
	if ((exact = malloc(4)) == NULL)
		return;
	memcpy(exact, "NAME", 4);
	CHECK(value_is(exact, 4, 1, NULL), "bare name");
	free(exact);
}

static void
test_schedule(void)
{
	static const char *const bad[] = {
		"", "/", "TERM/", "TERM//", "/5", "TERM/5/", "TERM/5/KILL/2/",
		"TERM/x", "NOPE/5", "TERM/5//2", "-TERM/5", "TERM/ 5"
	};
	char text[512] = "";
	struct schedule s;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		CHECK(schedule_parse(&s, bad[i]) == -1 && errno == EINVAL,
		    bad[i]);
	CHECK(schedule_parse(&s, "HUP") == 0 && s.n == 1 &&
	    s.step[0].sig == SIGHUP && s.step[0].ms == SCHEDULE_NOWAIT, "HUP");
	CHECK(schedule_parse(&s, "TERM/0.5/0/forever/9/2") == 0 &&
	    s.n == 3 && s.step[0].ms == 500 && s.step[1].sig == 0 &&
	    s.step[1].ms == PARSE_FOREVER && s.step[2].sig == SIGKILL &&
	    s.step[2].ms == 2000, "three steps");
	CHECK(schedule_parse(&s, "TERM/99999999999999999999") == 0 &&
	    s.step[0].ms == 1000000000000000LL, "a long time");
	for (i = 0; i < SCHEDULE_MAX; i++)
		strcat(text, "HUP/1/");
	strcat(text, "KILL");
	CHECK(schedule_parse(&s, text) == -1 && errno == EINVAL, "too many");
	text[SCHEDULE_MAX * 6 - 1] = '\0';
	CHECK(schedule_parse(&s, text) == 0 && s.n == SCHEDULE_MAX, "as many");
	schedule_default(&s, SIGINT, 250);
	CHECK(s.n == 2 && s.step[0].sig == SIGINT && s.step[0].ms == 250 &&
	    s.step[1].sig == SIGKILL && s.step[1].ms == 2000, "default");
	schedule_default(&s, SIGTERM, 0);
	CHECK(s.n == 1 && s.step[0].sig == SIGKILL, "no grace");
}

static void
test_procid(void)
{
	static const struct {
		const char	*text, *bare;
		int		 error;
	} table[] = {
		{ "1", "1", 0 }, { "2147483647", "2147483647", 0 },
		{ "42:0", "42", 0 }, { "42:-", "42", 0 },
		{ "42:18446744073709551615", "42", 0 },
		{ "2147483647:18446744073709551615", "2147483647", 0 },
		{ "", NULL, EINVAL }, { "0", NULL, EINVAL },
		{ "0:1", NULL, EINVAL }, { "-1", NULL, EINVAL },
		{ "2147483648", NULL, ERANGE },
		{ "42:18446744073709551616", NULL, ERANGE },
		{ "42:", NULL, EINVAL }, { ":42", NULL, EINVAL },
		{ "42:--", NULL, EINVAL }, { "42:-1", NULL, EINVAL },
		{ "42:1:2", NULL, EINVAL }, { "42:1 ", NULL, EINVAL },
		{ "42 :1", NULL, EINVAL }, { "x", NULL, EINVAL },
	};
	struct handle id, again;
	char buf[HANDLE_TEXT];
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		const char *s = table[i].text;

		errno = 0;
		CHECK(handle_parse(&id, s) == (table[i].error ? -1 : 0) &&
		    errno == table[i].error, s);
		if (table[i].error != 0)
			continue;
		CHECK(strcmp(handle_format(&id, 0, buf), s) == 0, s);
		CHECK(handle_parse(&again, buf) == 0 &&
		    handle_equal(&id, &again), s);
		CHECK(strcmp(handle_format(&id, 1, buf), table[i].bare) == 0,
		    s);
	}
	handle_parse(&id, "42:1");
	CHECK(handle_parse(&again, "42:2") == 0 && !handle_equal(&id, &again),
	    "another key");
	CHECK(handle_parse(&again, "42") == 0 && !handle_equal(&id, &again),
	    "bare");
}

static int
holds(const char *handle, const char *block)
{
	struct handle id;

	return handle_parse(&id, handle) == 0 &&
	    handle_in_lineage(&id, block, strlen(block) + 1);
}

static void
test_lineage(void)
{
	CHECK(holds("4:2", "PGSPAWN_ID=4:2"), "alone");
	CHECK(holds("4:2", "PGSPAWN_ID=1:1 4:2"), "last");
	CHECK(holds("4:2", "PGSPAWN_ID=4:2 1:1"), "first");
	CHECK(holds("4:2", "PGSPAWN_ID=  x 4:2: 4:2  "), "among rubbish");
	CHECK(!holds("4:2", "PGSPAWN_ID=4:21 14:2 4:-"), "similar");
	CHECK(!holds("4:2", "PGSPAWN_IDX=4:2"), "another variable");
	CHECK(holds("4", "PGSPAWN_ID=4:9"), "a number, by number");
	CHECK(holds("4:-", "PGSPAWN_ID=4:9"), "keyless, by number");
	CHECK(!holds("4", "PGSPAWN_ID=44:9"), "another number");
	CHECK(!holds("4:2", "PGSPAWN_ID="), "empty");
}

static void
test_targets(void)
{
	struct targets t = { 0 };
	char text[32];
	int i, k;

	for (i = 0; i < 1000; i++)
		for (k = 0; k < 3; k++) {
			snprintf(text, sizeof(text), k == 0 ? "%d:7" : k == 1 ?
			    "%d:-" : i % 2 == 0 ? "%d" : "%d:8",
			    3000000 + i % 100);
			CHECK(targets_add(&t, text) == 0, text);
		}
	CHECK(t.size <= 512, "room for the same again");
	targets_unite(&t);
	/* Fifty groups by number, and two handles of each of fifty others. */
	CHECK(t.n == 150, "united");
	for (i = 0; i < (int)t.n; i++)
		CHECK(t.v[i].kind == (t.v[i].pid % 2 == 0 ? HANDLE_BARE :
		    HANDLE_KEYED), "kind");
	targets_free(&t);
}

static void
test_policies(void)
{
	static const struct {
		const char	*text;
		int		 policy;	/* -1: EINVAL */
		unsigned	 limit;
	} table[] = {
		{ "no", RESTART_NO, 10 }, { "always", RESTART_ALWAYS, 10 },
		{ "on-failure", RESTART_ON_FAILURE, 10 },
		{ "once", RESTART_ONCE, 10 },
		{ "no,3", RESTART_NO, 3 }, { "always,1", RESTART_ALWAYS, 1 },
		{ "on-failure,999999999", RESTART_ON_FAILURE, 999999999 },
		{ "", -1, 0 }, { ",", -1, 0 }, { ",3", -1, 0 },
		{ "Always", -1, 0 }, { "alway", -1, 0 }, { "alwaysx", -1, 0 },
		{ " always", -1, 0 }, { "always ", -1, 0 },
		{ "always,", -1, 0 }, { "always,0", -1, 0 },
		{ "always,x", -1, 0 }, { "always,-1", -1, 0 },
		{ "always, 1", -1, 0 }, { "always,1,1", -1, 0 },
		{ "always,1000000000", -1, 0 },
		{ "always,18446744073709551617", -1, 0 },
	};
	struct restart r;
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		const char *s = table[i].text;
		int result;

		r.tries = 5;
		errno = 0;
		result = restart_parse(&r, s);
		if (table[i].policy == -1)
			CHECK(result == -1 && errno == EINVAL, s);
		else
			CHECK(result == 0 && r.tries == 0 &&
			    (int)r.policy == table[i].policy &&
			    r.limit == table[i].limit, s);
	}
}

/* The delay in seconds, or -1 and less for the other verdicts. */
static int
judged(struct restart *r, int status, long long ran)
{
	long long delay = 0;

	switch (restart_decide(r, status, ran, &delay)) {
	case RESTART_AGAIN:
		return delay % 1000 == 0 ? (int)(delay / 1000) : 0;
	case RESTART_DONE:
		return -1;
	case RESTART_ENDED:
		return -2;
	default:
		return -3;
	}
}

static void
test_restart(void)
{
	static const int delays[] = { 1, 2, 4, 8, 16, 30, 30 };
	struct restart r;
	size_t i;

	test_policies();
	restart_parse(&r, "no");
	CHECK(judged(&r, 0, 0) == -2 && judged(&r, 1, 0) == -2, "no");
	restart_parse(&r, "once");
	CHECK(judged(&r, 0, 0) == -1 && judged(&r, 1, 0) == -2, "once");
	restart_parse(&r, "on-failure,7");
	for (i = 0; i < COUNT(delays); i++)
		CHECK(judged(&r, 1, 9999) == delays[i], "a row");
	CHECK(judged(&r, 0, 0) == -1, "done");
	CHECK(judged(&r, 255, 9999) == -3, "too many");
	CHECK(judged(&r, 1, 10000) == 1, "a new row");
	CHECK(judged(&r, 1, 0) == 2, "the second of it");
	CHECK(judged(&r, 0, 10000) == -1, "done after a while");
	restart_parse(&r, "always,1");
	CHECK(judged(&r, 0, 0) == 1 && judged(&r, 0, 0) == -3, "always");
	CHECK(judged(&r, 0, 10000) == 1, "a new row of one");
	restart_parse(&r, "always,40");
	for (i = 0; i < 40; i++)
		CHECK(judged(&r, 0, 0) == (i < COUNT(delays) ? delays[i] : 30),
		    "a long row");
}

static void
ignore_fault(const char *path, int line, const char *name, const char *reason)
{
	(void)path, (void)line, (void)name, (void)reason;
}

/*
 * The services that s is after, or that are after s; with :done as in a list.
 */
static int
names_are(const struct startorder *o, const struct procfile *p, size_t own,
    int is_after, const char *want)
{
	char text[64] = "";
	enum startorder_need need;
	size_t i;

	for (i = 0; i < p->n; i++) {
		need = is_after ? startorder_need(o, own, i) :
		    startorder_need(o, i, own);
		if (need == STARTORDER_NONE)
			continue;
		strcat(text, text[0] != '\0' ? " " : "");
		strcat(text, p->service[i].name);
		strcat(text, need == STARTORDER_DONE ? ":done" : "");
	}
	return strcmp(text, want) == 0;
}

/* c, then b, then a; z after x and y, which are both after w. */
static void
test_startorder(void)
{
	static struct procfile_service s[] = {
		{ .name = "a", .directives = { .after = "b" } },
		{ .name = "b", .directives = { .after = "c,c" } },
		{ .name = "c" },
		{ .name = "w" },
		{ .name = "x", .directives = { .after = "w" } },
		{ .name = "y", .directives = { .after = "w:done" } },
		{ .name = "z", .directives = { .after = "y,x,y:done" } },
	};
	static const char *const before[] = {
		"b c", "c", "", "", "w", "w:done", "w:done x y:done"
	}, *const behind[] = {
		"", "a", "a b", "x y:done z:done", "z", "z:done", ""
	};
	struct procfile p = { .path = "", .service = s, .n = COUNT(s),
	    .fault = ignore_fault };
	struct startorder o;
	size_t i;

	/* A name of one byte is in the bucket of that number. */
	for (i = 0; i < COUNT(s); i++)
		p.bucket[(unsigned char)*s[i].name] = i + 1;
	CHECK(startorder_open(&o, &p) == 0 && p.errors == 0, "no faults");
	for (i = 0; i < COUNT(s); i++) {
		CHECK(names_are(&o, &p, i, 1, before[i]), s[i].name);
		CHECK(names_are(&o, &p, i, 0, behind[i]), s[i].name);
	}
	startorder_free(&o);
	startorder_check_done(&p, "on-failure,3");
	CHECK(p.errors == 0, "done when it fails no more");
	s[3].directives.restart = "once";
	startorder_check_done(&p, NULL);
	CHECK(p.errors == 1, "y is never done");
	p.errors = 0;
	startorder_check_done(&p, "always");
	CHECK(p.errors == 1, "nor is it then");
	p.errors = 0;
	s[2].directives.after = "nobody,b,ab:done";
	CHECK(startorder_open(&o, &p) == 0 && p.errors == 3,
	    "two strangers and a cycle");
	startorder_free(&o);
	s[2].directives.after = NULL;
	s[0].directives.after = "a";
	p.errors = 0;
	CHECK(startorder_open(&o, &p) == 0 && p.errors == 1, "after itself");
	startorder_free(&o);
}

static void
test_deadline(void)
{
	struct deadline never = deadline_in(-1), now = deadline_in(0),
	    soon = deadline_in(30), late = deadline_in(1000000000000000LL);
	long long begun = deadline_now();

	CHECK(deadline_poll(&never) == -1 && !deadline_passed(&never),
	    "never");
	CHECK(deadline_poll(&now) == 0 && deadline_passed(&now), "now");
	CHECK(deadline_poll(&late) == INT_MAX, "late");
	while (!deadline_passed(&soon))
		poll(NULL, 0, deadline_poll(&soon));
	CHECK(deadline_now() - begun >= 30, "too early");
	CHECK(deadline_poll(&soon) == 0, "passed");
	CHECK(deadline_sooner(-1, -1) == -1 && deadline_sooner(-1, 5) == 5 &&
	    deadline_sooner(5, -1) == 5 && deadline_sooner(7, 5) == 5 &&
	    deadline_sooner(0, 5) == 0, "sooner");
}

/* The test runs in the working directory, and leaves it empty. */
static void
test_dirfile(void)
{
	int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char text[4], name[NAME_MAX + 2], line[DIRFILE_SIZE];
	int fd;

	errno = 0;
	CHECK(dirfile_read(dir, "a", text, sizeof text) == -1 &&
	    errno == ENOENT, "none");
	CHECK(dirfile_write(dir, "a", "abc def") == 0 &&
	    dirfile_read(dir, "a", text, sizeof text) == 3 &&
	    strcmp(text, "abc") == 0, "only the beginning");
	CHECK(dirfile_write(dir, "a", "xy  ") == 0 &&
	    dirfile_read(dir, "a", text, sizeof text) == 2 &&
	    strcmp(text, "xy") == 0, "shorter");
	CHECK(dirfile_write(dir, "a", "") == 0 &&
	    dirfile_read(dir, "a", text, sizeof text) == 0 &&
	    text[0] == '\0', "empty");
	CHECK(unlink("a") == 0, "removed");
	CHECK(mkdir("d", 0700) == 0 && dirfile_write(dir, "d", "") == -1 &&
	    errno == EISDIR && rmdir("d") == 0, "a directory is there");
	CHECK(mkfifo("f", 0600) == 0 && dirfile_write(dir, "f", "") == -1 &&
	    dirfile_read(dir, "f", text, sizeof text) == -1 &&
	    errno == EPERM && (fd = open("f", O_RDWR)) != -1 &&
	    dirfile_write(dir, "f", "") == -1 && errno == EPERM &&
	    close(fd) == 0 && unlink("f") == 0, "a FIFO is there");
	CHECK(symlink("nowhere", "l") == 0 && dirfile_write(dir, "l", "") ==
	    -1 && errno == EPERM && access("nowhere", F_OK) == -1 &&
	    unlink("l") == 0, "a link is there");
	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\0';
	CHECK(dirfile_write(dir, "a", line) == 0 && unlink("a") == 0, "most");
	memset(name, 'x', sizeof name);
	name[NAME_MAX + 1] = '\0';
	CHECK(dirfile_write(dir, "a", name) == -1 && errno == EMSGSIZE &&
	    access("a", F_OK) == -1, "more");
	CHECK(dirfile_write(dir, name + 1, "") == 0 &&
	    unlink(name + 1) == 0, "long");
	errno = 0;
	CHECK(dirfile_write(dir, name, "") == -1 && errno == ENAMETOOLONG,
	    "too long");
	close(dir);
}

/* In a directory on a full disk, where a is a file of some length. */
static void
test_fulldisk(void)
{
	static const char *const texts[] = {
		"longer than before", "short", ""
	};
	int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct want w = { .word = WANT_STOP };
	char text[DIRFILE_SIZE], result[WANT_RESULT];
	size_t i;

	if (dirfile_write(dir, "new", "") == 0) {
		CHECK(unlink("new") == 0, "not full");
		return;
	}
	CHECK(dirfile_is_full(errno) && access("new", F_OK) == -1, "new");
	for (i = 0; i < COUNT(texts); i++)
		CHECK(dirfile_write(dir, "a", texts[i]) == 0 &&
		    dirfile_read(dir, "a", text, sizeof text) ==
		    (ssize_t)strlen(texts[i]) &&
		    strcmp(text, texts[i]) == 0, texts[i]);
	want_set_serial(&w);
	CHECK(want_put(dir, "a", &w) == 0 && want_take(dir, "a", &w) == 1 &&
	    w.word == WANT_STOP && want_answer(dir, "a", &w, "done") == 0 &&
	    want_read_answer(dir, "a", &w, result) == WANT_ANSWERED &&
	    unlinkat(dir, ".a.answer", 0) == 0, "want");
	close(dir);
}

/* The exchange between a client and a keeper, step by step. */
static void
test_want(void)
{
	static const char *const none[] = {
		"dance", "stop\n", "startstartstart", "replaced 1:1"
	};
	int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct want a = { WANT_STOP, "1:1" }, b = { WANT_START, "2:2" },
	    c = { WANT_START, "3:3" }, got;
	char result[WANT_RESULT];
	size_t i;

	for (i = 0; i < COUNT(none); i++)
		CHECK(symlinkat(none[i], dir, ".a.want") == 0 &&
		    !want_exists(dir, "a") && !want_take(dir, "a", &got) &&
		    unlinkat(dir, ".a.want", 0) == 0, none[i]);
	CHECK(want_put(dir, "a", &a) == 0 && want_exists(dir, "a") &&
	    want_will_stop(dir, "a") &&
	    want_read_answer(dir, "a", &a, result) == WANT_WAITS, "waits");
	CHECK(want_put(dir, "a", &b) == 0 &&
	    want_read_answer(dir, "a", &a, result) == WANT_OVERTAKEN &&
	    !want_will_stop(dir, "a"), "overtaken");
	CHECK(want_take(dir, "a", &got) && got.word == WANT_START &&
	    strcmp(got.serial, "2:2") == 0 && !want_exists(dir, "a") &&
	    want_is_open(dir, "a") &&
	    want_read_answer(dir, "a", &b, result) == WANT_WAITS, "taken");
	CHECK(want_put(dir, "a", &c) == 0 &&
	    want_answer(dir, "a", &got, WANT_REPLACED) == 0 &&
	    want_read_answer(dir, "a", &b, result) == WANT_WAITS &&
	    strcmp(b.serial, "3:3") == 0, "joined");
	CHECK(want_take(dir, "a", &got) && want_answer(dir, "a", &got,
	    "running") == 0 && !want_is_open(dir, "a") &&
	    want_read_answer(dir, "a", &c, result) == WANT_ANSWERED &&
	    strcmp(result, "running") == 0 &&
	    want_read_answer(dir, "a", &b, result) == WANT_ANSWERED,
	    "answered");
	CHECK(want_put(dir, "a", &a) == 0, "put");
	want_withdraw(dir, "a", &b);
	CHECK(want_exists(dir, "a"), "that of another");
	want_withdraw(dir, "a", &a);
	CHECK(!want_exists(dir, "a"), "withdrawn");
	want_remove_stale(dir, "a");
	CHECK(readlink(".a.answer", result, sizeof result) == -1, "tidy");
	close(dir);
}

/* Names are added up, until one of two letters. */
static int
add_name(const char *name, void *sum)
{
	*(int *)sum += name[0];
	return name[1] != '\0' ? -1 : 0;
}

static void
test_svckeeper(void)
{
	int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), sum = 0;
	struct svckeeper k, other;
	struct handle id;

	CHECK(svckeeper_read(dir, "a", &id) == -1 && errno == ENOENT, "none");
	CHECK(svckeeper_enter(dir, "a", &k) == 0 &&
	    svckeeper_read(dir, "a", &id) == 0 && id.pid == getpid(), "we");
	CHECK(dirfile_write(dir, ".b.keeper", "") == 0 &&
	    svckeeper_read(dir, "b", &id) == -1 && errno == EAGAIN, "one");
	CHECK(dirfile_write(dir, "xc.keeper", "1") == 0 &&
	    dirfile_write(dir, ".c.keeper.x", "1") == 0 &&
	    dirfile_write(dir, ".keeper", "1") == 0 &&
	    svckeeper_each(dir, add_name, &sum) == 0 && sum == 'a' + 'b',
	    "both");
	CHECK(dirfile_write(dir, ".dd.keeper", "1") == 0 &&
	    svckeeper_each(dir, add_name, &sum) == -1, "until -1");
	svckeeper_leave(dir, "a", &k);
	k.fd = -1;
	svckeeper_leave(dir, "dd", &k);
	CHECK(access(".a.keeper", F_OK) == -1 &&
	    access(".dd.keeper", F_OK) == 0, "ours alone");
	CHECK(svckeeper_enter(dir, "b", &k) == 0 &&
	    svckeeper_enter(dir, "b", &other) == -1 && errno == EWOULDBLOCK,
	    "locked");
	svckeeper_leave(dir, "b", &k);
	sum = 0;
	CHECK(access(".b.keeper", F_OK) == 0 &&
	    svckeeper_read(dir, "b", &id) == -1 && errno == ENOENT &&
	    unlink(".dd.keeper") == 0 &&
	    svckeeper_each(dir, add_name, &sum) == 0 && sum == 0,
	    "a file that was there stays, for nobody");
	CHECK(svckeeper_enter(dir, "b", &k) == 0 &&
	    svckeeper_read(dir, "b", &id) == 0 && id.pid == getpid(), "again");
	svckeeper_leave(dir, "b", &k);
	CHECK(unlink(".b.keeper") == 0 && unlink("xc.keeper") == 0 &&
	    unlink(".c.keeper.x") == 0 && unlink(".keeper") == 0, "the rest");
	close(dir);
}

/* As macOS lays it out: the numbers are those of its kernel. */
static void
test_procargs(void)
{
#define PLAIN	"\2\0\0\0/bin/sh\0sh\0-c\0"
#define ADDED	"pfz=0x7f\0ptr_munge=\0main_stack=\0"
#define CASE(text, env, error)	\
	{ (text), sizeof (text) - 1, (env), sizeof (env) - 1, (error) }
	static const struct {
		const char	*text;
		size_t		 len;
		const char	*env;
		size_t		 n;
		int		 error;
	} table[] = {
		CASE(PLAIN "A=1\0B=2\0\0\0" ADDED, "A=1\0B=2\0", 0),
		/* No padding, neither behind the path nor behind the last. */
		CASE(PLAIN "AB=1\0CD=34\0\0\0" ADDED, "AB=1\0CD=34\0", 0),
		CASE(PLAIN "A=12345678\0" ADDED, "A=12345678\0", 0),
		/* Seven NULs behind the path. */
		CASE("\1\0\0\0" "/bin/cat\0\0\0\0\0\0\0\0" "x\0A=1\0\0\0"
		    ADDED, "A=1\0", 0),
		/* An empty first argument, or all of them. */
		CASE("\2\0\0\0/bin/sh\0\0-c\0A=1\0" ADDED, "A=1\0", 0),
		CASE("\2\0\0\0/bin/sh\0\0\0A=1\0\0\0" ADDED, "A=1\0", 0),
		CASE("\0\0\0\0/bin/sh\0A=1\0\0\0\0\0" ADDED, "A=1\0", 0),
		/* Empty entries, at first, in the middle, and the last ones. */
		CASE(PLAIN "\0A=1\0\0\0B=2\0\0\0\0\0" ADDED,
		    "\0A=1\0\0\0B=2\0", 0),
		/* 32 bits. */
		CASE("\1\0\0\0/a\0\0x\0A=1\0\0\0" ADDED, "A=1\0", 0),
		/* Only the last entry that looks like the system's is the system's. */
		CASE(PLAIN "pfz=0x1\0A=1\0\0\0\0" ADDED,
		    "pfz=0x1\0A=1\0", 0),
		CASE(PLAIN "Xpfz=0x1\0A=1\0", "Xpfz=0x1\0A=1\0", 0),
		/* The system adds nothing. */
		CASE(PLAIN "A=1\0B=2\0", "A=1\0B=2\0", 0),
		/* There is none, or it is kept back. */
		CASE(PLAIN "\0\0" ADDED, "", 0),
		CASE(PLAIN, "", 0),
		CASE("\0\0\0\0/bin/sh\0", "", 0),
		/* Cut off. */
		CASE(PLAIN "A=1\0B=", "A=1\0B=", 0),
		CASE(PLAIN "A", "A", 0),
		CASE("\2\0\0\0/bin/sh\0sh\0-", "", EBADMSG),
		CASE("\2\0\0\0/bin/sh\0", "", EBADMSG),
		CASE("\1\0\0\0/bin/s", "", EBADMSG),
		CASE("\1\0\0\0", "", EBADMSG),
		CASE("\1\0\0", "", EBADMSG),
		CASE("", "", EBADMSG),
		/* Hostile. */
		CASE("\377\377\377\377/bin/sh\0A=1\0", "", EBADMSG),
		CASE("\377\377\377\177/bin/sh\0A=1\0", "", EBADMSG),
		CASE("\1\0\0\0\0\0\0\0\0\0\0\0\0A=1\0", "A=1\0", 0),
	};
	size_t i, start;

	for (i = 0; i < COUNT(table); i++) {
		char what[32], *p = malloc(table[i].len + 1), *exact = p + 1;
		int argc;
		ssize_t n;

		snprintf(what, sizeof what, "procargs %d", (int)i);
		memcpy(exact, table[i].text, table[i].len);
		if (table[i].len >= sizeof argc) {	/* of any byte order */
			const unsigned char *c = (unsigned char *)exact;

			argc = (int)(c[0] | c[1] << 8 | c[2] << 16 |
			    (unsigned int)c[3] << 24);
			memcpy(exact, &argc, sizeof argc);
		}
		n = procargs_environ(exact, table[i].len, &start);
		if (table[i].error != 0)
			CHECK(n == -1 && errno == table[i].error, what);
		else
			CHECK(n == (ssize_t)table[i].n && (n == 0 ||
			    memcmp(exact + start, table[i].env,
			    table[i].n) == 0), what);
		free(p);
	}
#undef PLAIN
#undef ADDED
#undef CASE
}

/* Some systems return EPERM for a group that has only zombies. */
static void
test_zombies(void)
{
	struct handle id = { .kind = HANDLE_BARE };
	struct pgroup group;
	siginfo_t si;

	if ((id.pid = fork()) == 0) {
		setpgid(0, 0);
		_exit(0);
	}
	CHECK(id.pid != -1 && waitid(P_PID, (id_t)id.pid, &si,
	    WEXITED | WNOWAIT) == 0, "child");
	CHECK(pgroup_open(&group, &id, NULL) == HANDLE_VERIFIED, "verified");
	errno = 0;
	CHECK(pgroup_signal(&group, SIGTERM) == 0 || errno == ESRCH, "signal");
	errno = 0;
	CHECK(pgroup_signal_number(&group, SIGTERM) == 0 || errno == ESRCH,
	    "by number");
	CHECK(!pgroup_vanished(&group), "vanished");
	pgroup_close(&group);
	waitpid(id.pid, NULL, 0);
}

/* poll(2) of macOS takes no more than OPEN_MAX entries. */
/* A line keeps the output to itself for 16 MiB, and then no more. */
static void
test_linebuf(void)
{
	static char text[LINEBUF_LINE], batch[2 * LINEBUF_LINE];
	struct output o = { .fd = 1, .buf = batch, .size = sizeof batch };
	struct linebuf s = { .in = 0, .buf = text, .rest = -1, .out = &o };
	struct label label;
	size_t put;

	memset(&label, 0, sizeof label);
	memset(text, 'x', sizeof text);
	for (put = 0; put < (size_t)17 << 20; put += LINEBUF_LINE) {
		s.pos = 0;
		s.len = LINEBUF_LINE;
		linebuf_put(&s, &label);
		CHECK(o.len == LINEBUF_LINE, "put");
		o.len = 0;
		if (put + LINEBUF_LINE > (size_t)16 << 20)
			break;
		CHECK(o.holder == &s, "another may write in the middle");
	}
	CHECK(o.holder == NULL, "nobody else may write");
	text[0] = '\n';
	s.pos = 0;
	s.len = 1;
	s.seen = 0;
	linebuf_put(&s, &label);
	CHECK(o.len == 1 && s.part == 0 && o.holder == NULL, "its end");
}

static void
test_limit(void)
{
	long n = fdio_raise_limit();

	CHECK(n > 0, "none");
#ifdef OPEN_MAX
	CHECK(n < OPEN_MAX, "more than poll takes");
#endif
}

#define DEEP	(32 * 1024)

/* Use DEEP bytes of the stack, and return. */
static char
go_deep(void)
{
	volatile char buf[DEEP];
	size_t i;

	for (i = 0; i < sizeof buf; i++)
		buf[i] = (char)i;
	return buf[DEEP / 2];
}

static void
test_stack(void)
{
#if defined __GNUC__	/* a variable may be elsewhere (AddressSanitizer) */
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
#else
	uintptr_t here = (uintptr_t)&failures;
#endif
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t middle = here - DEEP / 2;
	unsigned char there = 0;

	CHECK(go_deep() == (char)(DEEP / 2), "deep");
	if (os_stack_trim() == -1) {
		CHECK(errno == ENOSYS, "trim");
		return;
	}
	/* Is the page not in memory? It was given back, or never used. */
	CHECK(mincore((void *)(middle - middle % page), page,
	    (void *)&there) == -1 || (there & 1) == 0,
	    "the stack keeps what it took");
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "number", test_parse_number },
		{ "seconds", test_parse_seconds },
		{ "signame", test_signame },
		{ "envblock", test_envblock },
		{ "schedule", test_schedule },
		{ "procid", test_procid },
		{ "lineage", test_lineage },
		{ "targets", test_targets },
		{ "restart", test_restart },
		{ "startorder", test_startorder },
		{ "deadline", test_deadline },
		{ "dirfile", test_dirfile },
		{ "fulldisk", test_fulldisk },
		{ "want", test_want },
		{ "svckeeper", test_svckeeper },
		{ "procargs", test_procargs },
		{ "limit", test_limit },
		{ "linebuf", test_linebuf },
		{ "zombies", test_zombies },
		{ "stack", test_stack },
	};

	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
