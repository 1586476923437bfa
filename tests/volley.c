/*
 * volley rounds command [arg ...]
 *
 * Starts the command again and again with every signal blocked. In each round
 * it sends each of many signals once, at moments that move from round to
 * round, and at the end the last realtime signal, or TERM if there are none.
 * The command prints the signals that arrive, as sigreport -x does. volley
 * prints which signals were lost and which came twice.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lifelimit.h"
#include "signals.h"

static const char *const volley[] = {
	"INT", "QUIT", "USR1", "USR2", "ALRM", "URG", "CONT", "XCPU", "XFSZ",
	"VTALRM", "PROF"
};

#ifdef SIGRTMAX
#define LAST_SIGNAL	SIGRTMAX
#else
#define LAST_SIGNAL	SIGTERM
#endif

#define NVOLLEY (sizeof(volley) / sizeof(volley[0]))

static void
pause_for(long us)
{
	struct timespec t = { 0, us * 1000 };

	nanosleep(&t, NULL);
}

static pid_t
start(char *argv[], FILE **out)
{
	int p[2];
	pid_t pid;

	if (pipe(p) == -1 || (pid = fork()) == -1)
		return -1;
	if (pid == 0) {
		dup2(p[1], STDOUT_FILENO);
		close(p[0]);
		close(p[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(p[1]);
	*out = fdopen(p[0], "r");
	return pid;
}

static void
count(FILE *out, int seen[NVOLLEY])
{
	char line[64];
	size_t i;

	while (fgets(line, sizeof(line), out) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		for (i = 0; i < NVOLLEY; i++)
			if (strcmp(line, volley[i]) == 0)
				seen[i]++;
	}
	fclose(out);
}

/* The first signal is sent at some time in the first milliseconds. */
static int
play(int round, char *argv[])
{
	int seen[NVOLLEY] = { 0 }, status = 0, bad = 0;
	FILE *out = NULL;
	pid_t pid = start(argv, &out);
	size_t i;

	if (pid == -1 || out == NULL)
		return -1;
	pause_for(37L * (round % 50));
	for (i = 0; i < NVOLLEY; i++) {
		kill(pid, signals_number(
		    volley[(i + (size_t)round) % NVOLLEY]));
		pause_for(13L * (round % 7));
	}
	kill(pid, LAST_SIGNAL);
	count(out, seen);
	waitpid(pid, &status, 0);
	for (i = 0; i < NVOLLEY; i++)
		if (seen[i] != 1) {
			printf("round %d: %s %d times\n", round,
			    volley[i], seen[i]);
			bad = 1;
		}
	if (status != 0)
		printf("round %d: wait status %d\n", round, status);
	return bad || status != 0 ? -1 : 0;
}

int
main(int argc, char *argv[])
{
	int round, rounds, result = 0;
	sigset_t all;

	if (argc < 3) {
		fprintf(stderr, "usage: volley rounds command [arg ...]\n");
		return 2;
	}
	rounds = (int)strtol(argv[1], NULL, 10);
	if (lifelimit_set(60) == -1)
		return 1;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (round = 0; round < rounds; round++)
		if (play(round, argv + 2) == -1)
			result = 1;
	return result;
}
