/*
 * drive.h: lets each of the drivers here run by itself. A driver defines
 *
 *	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
 *
 * which aborts if something is wrong with an input, and includes this at its
 * end. Built with FUZZ_ENGINE a fuzzer brings main(); without, it is
 *
 *	driver [-n runs] [-s seed] [-t seconds] file ...
 *
 * which tries every file, or standard input without one, and then as many
 * inputs made of them as -n says (none): the same for the same seed (1), on
 * every machine.  With -t it makes more until so many seconds are over, and
 * prints how many inputs it has tried.
 */
#ifndef DRIVE_H
#define DRIVE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define WRONG(what)	wrong(__LINE__, (what))

static void
wrong(int line, const char *what)
{
	fprintf(stderr, "%d: %s\n", line, what);
	abort();
}

#ifndef FUZZ_ENGINE

#define DRIVE_MAX	4096	/* bytes of an input that is made up */
#define DRIVE_FILE	(1 << 20)	/* bytes of a file that are read */
#define DRIVE_LOOK	64	/* inputs between looks at the clock */

struct input {
	uint8_t	*data;
	size_t	 size;
};

static uint64_t	drive_state;

/* xorshift64*: the quality does not matter, the sameness does. */
static size_t
drive_random(size_t below)
{
	drive_state ^= drive_state >> 12;
	drive_state ^= drive_state << 25;
	drive_state ^= drive_state >> 27;
	return (size_t)((drive_state * 0x2545f4914f6cdd1dULL >> 33) % below);
}

static uint8_t
drive_byte(void)
{
	static const char likely[] = "\0\0\0===::  \n))((*?[]-\\NAME0123456789";

	return drive_random(4) == 0 ? (uint8_t)drive_random(256) :
	    (uint8_t)likely[drive_random(sizeof(likely) - 1)];
}

/* The block has just the size of the file: a sanitizer sees a byte too many. */
static void
drive_read(FILE *f, struct input *in)
{
	uint8_t *p = malloc(DRIVE_FILE);

	if (p == NULL)
		exit(125);
	in->size = fread(p, 1, DRIVE_FILE, f);
	in->data = malloc(in->size > 0 ? in->size : 1);
	if (in->data == NULL)
		exit(125);
	memcpy(in->data, p, in->size);
	free(p);
}

/* A few bytes of it change, vanish, appear, or come again. */
static void
drive_mutate(uint8_t *p, size_t *size)
{
	size_t at = drive_random(*size + 1), n = drive_random(9);

	switch (drive_random(4)) {
	case 0:
		if (at < *size)
			p[at] = drive_byte();
		break;
	case 1:
		if (n > *size - at)
			n = *size - at;
		memmove(p + at, p + at + n, *size - at - n);
		*size -= n;
		break;
	case 2:
		if (*size + n > DRIVE_MAX)
			break;
		memmove(p + at + n, p + at, *size - at);
		*size += n;
		while (n > 0)
			p[at + --n] = drive_byte();
		break;
	default:
		n = drive_random(*size - at + 1);
		if (*size + n > DRIVE_MAX)
			break;
		memmove(p + at + n, p + at, *size - at);
		*size += n;
	}
}

static void
drive_make(const struct input *in, size_t nfiles)
{
	const struct input *from = &in[drive_random(nfiles)];
	size_t size = from->size < DRIVE_MAX ? from->size : DRIVE_MAX;
	size_t changes = 1 + drive_random(8);
	uint8_t *p = malloc(DRIVE_MAX), *exact;

	if (p == NULL)
		exit(125);
	if (size > 0)
		memcpy(p, from->data, size);
	while (changes-- > 0)
		drive_mutate(p, &size);
	/* In a block of just this size a sanitizer sees a byte too many. */
	if ((exact = malloc(size > 0 ? size : 1)) == NULL)
		exit(125);
	memcpy(exact, p, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	free(p);
}

static size_t
drive_read_all(struct input *in, char *argv[])
{
	size_t n;

	if (argv[0] == NULL) {
		drive_read(stdin, in);
		return 1;
	}
	for (n = 0; argv[n] != NULL; n++) {
		FILE *f = fopen(argv[n], "rb");

		if (f == NULL) {
			perror(argv[n]);
			exit(125);
		}
		drive_read(f, &in[n]);
		fclose(f);
	}
	return n;
}

/* Make inputs until the time is over; return how many. */
static unsigned long
drive_until(time_t end, const struct input *in, size_t nfiles)
{
	unsigned long n = 0;

	while (n % DRIVE_LOOK != 0 || time(NULL) < end) {
		drive_make(in, nfiles);
		n++;
	}
	return n;
}

int
main(int argc, char *argv[])
{
	struct input *in;
	size_t nfiles, i;
	long runs = 0, seconds = 0, n;
	int c;

	drive_state = 1;
	while ((c = getopt(argc, argv, "n:s:t:")) != -1) {
		if (c == 'n')
			runs = strtol(optarg, NULL, 10);
		else if (c == 's')
			drive_state = strtoull(optarg, NULL, 10) | 1;
		else if (c == 't')
			seconds = strtol(optarg, NULL, 10);
		else
			return 125;
	}
	if ((in = calloc((size_t)argc + 1, sizeof *in)) == NULL)
		return 125;
	nfiles = drive_read_all(in, argv + optind);
	for (i = 0; i < nfiles; i++)
		LLVMFuzzerTestOneInput(in[i].data, in[i].size);
	for (n = 0; n < runs; n++)
		drive_make(in, nfiles);
	if (seconds > 0)
		printf("%lu inputs\n", (unsigned long)nfiles +
		    (unsigned long)runs +
		    drive_until(time(NULL) + seconds, in, nfiles));
	for (i = 0; i < nfiles; i++)
		free(in[i].data);
	free(in);
	return 0;
}

#endif
#endif
