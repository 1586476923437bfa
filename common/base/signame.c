#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/signame.h"

static const struct {
	const char	*name;
	int		 number;
} table[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT },
	{ "ILL", SIGILL }, { "TRAP", SIGTRAP }, { "ABRT", SIGABRT },
	{ "BUS", SIGBUS }, { "FPE", SIGFPE }, { "KILL", SIGKILL },
	{ "USR1", SIGUSR1 }, { "SEGV", SIGSEGV }, { "USR2", SIGUSR2 },
	{ "PIPE", SIGPIPE }, { "ALRM", SIGALRM }, { "TERM", SIGTERM },
	{ "CHLD", SIGCHLD }, { "CONT", SIGCONT }, { "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU },
	{ "URG", SIGURG }, { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },
	{ "VTALRM", SIGVTALRM }, { "PROF", SIGPROF }, { "SYS", SIGSYS },
#ifdef SIGWINCH
	{ "WINCH", SIGWINCH },
#endif
#ifdef SIGIO
	{ "IO", SIGIO },
#endif
#ifdef SIGPOLL
	{ "POLL", SIGPOLL },
#endif
#ifdef SIGPWR
	{ "PWR", SIGPWR },
#endif
#ifdef SIGSTKFLT
	{ "STKFLT", SIGSTKFLT },
#endif
#ifdef SIGEMT
	{ "EMT", SIGEMT },
#endif
#ifdef SIGINFO
	{ "INFO", SIGINFO },
#endif
#ifdef SIGIOT
	{ "IOT", SIGIOT },
#endif
#ifdef SIGCLD
	{ "CLD", SIGCLD },
#endif
	{ "EXIT", 0 }
};

#define NTABLE	(sizeof table / sizeof table[0])

/* Parse one to three digits; -1: the text is anything else. */
static int
parse_digits(const char *s, size_t len)
{
	int n = 0;
	size_t i;

	if (len == 0 || len > 3)
		return -1;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return n;
}

static int
parse_realtime(const char *s, size_t len)
{
#ifdef SIGRTMIN
	int up = strncasecmp(s, "RTMIN", 5) == 0;
	int n = 0;

	if (!up && strncasecmp(s, "RTMAX", 5) != 0)
		return -1;
	if (len > 5) {
		n = s[5] != (up ? '+' : '-') ? -1 :
		    parse_digits(s + 6, len - 6);
		if (n == -1 || n > SIGRTMAX - SIGRTMIN)
			return -1;
	}
	return up ? SIGRTMIN + n : SIGRTMAX - n;
#else
	(void)s, (void)len;
	return -1;
#endif
}

/* Does the system have this signal? */
static int
exists(int sig)
{
	struct sigaction sa;

	return sig == 0 || (sig > 0 && sigaction(sig, NULL, &sa) == 0);
}

int
signame_number(const char *s, size_t len)
{
	int sig = parse_digits(s, len);
	size_t i;

	if (sig == -1 && len > 3 && strncasecmp(s, "SIG", 3) == 0) {
		s += 3;
		len -= 3;
	}
	for (i = 0; sig == -1 && i < NTABLE; i++)
		if (strlen(table[i].name) == len &&
		    strncasecmp(s, table[i].name, len) == 0)
			sig = table[i].number;
	if (sig == -1 && len >= 5)
		sig = parse_realtime(s, len);
	if (!exists(sig))
		return errno = EINVAL, -1;
	return sig;
}

char *
signame_text(int sig, char buf[SIGNAME_TEXT])
{
	size_t i;

	for (i = 0; i < NTABLE; i++)
		if (table[i].number == sig) {
			snprintf(buf, SIGNAME_TEXT, "%s", table[i].name);
			return buf;
		}
#ifdef SIGRTMIN
	if (sig > SIGRTMIN && sig <= SIGRTMAX) {
		snprintf(buf, SIGNAME_TEXT, "RTMIN+%d", sig - SIGRTMIN);
		return buf;
	}
#endif
	snprintf(buf, SIGNAME_TEXT, "%d", sig);
	return buf;
}
