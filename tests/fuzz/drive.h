/*
 * drive.h: lets each of the drivers here run by itself. A driver defines
 *
 *	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
 *
 * which aborts if something is wrong with an input, and includes this at its
 * end. Built with FUZZ_ENGINE a fuzzer brings main(); without, it is
 *
 *	driver [-n runs] [-s seed] file ...
 *
 * which tries every file, or standard input without one, and then as many
 * inputs made of them as -n says (none): the same for the same seed (1), on
 * every machine.
 */
#ifndef DRIVE_H
#define DRIVE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
#define DRIVE_FILES	64

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

static void
drive_read(FILE *f, struct input *in)
{
	in->size = 0;
	if ((in->data = malloc(1 << 20)) != NULL)
		in->size = fread(in->data, 1, 1 << 20, f);
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
	for (n = 0; argv[n] != NULL && n < DRIVE_FILES; n++) {
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

int
main(int argc, char *argv[])
{
	struct input in[DRIVE_FILES];
	size_t nfiles, i;
	long runs = 0;
	int c;

	drive_state = 1;
	while ((c = getopt(argc, argv, "n:s:")) != -1) {
		if (c == 'n')
			runs = strtol(optarg, NULL, 10);
		else if (c == 's')
			drive_state = strtoull(optarg, NULL, 10) | 1;
		else
			return 125;
	}
	nfiles = drive_read_all(in, argv + optind);
	for (i = 0; i < nfiles; i++)
		LLVMFuzzerTestOneInput(in[i].data, in[i].size);
	while (runs-- > 0)
		drive_make(in, nfiles);
	for (i = 0; i < nfiles; i++)
		free(in[i].data);
	return 0;
}

#endif
#endif
