/*
 * diag.h - what a command says on stderr: `command: object: reason', one
 * line and one write(2) a message.  Only cmd/ includes this.
 */
#ifndef DIAG_H
#define DIAG_H

#include <stddef.h>

#if defined __GNUC__
#define DIAG_PRINTF	__attribute__((__format__(__printf__, 1, 2)))
#define DIAG_DIE	__attribute__((__format__(__printf__, 2, 3), \
			    __noreturn__))
#else
#define DIAG_PRINTF
#define DIAG_DIE
#endif

/*
 * The name that messages begin with.  PROCGROUP_NAME of the environment has one
 * that is used instead: that of the command the user typed.
 */
void	diag_init(const char *command);

/*
 * Write messages to this descriptor, a pipe, as long as it has a reader; after
 * that, or with -1, to stderr again.
 */
void	diag_to(int fd);

/* Write n bytes of messages that another command made, as they are. */
void	diag_pass_on(const char *text, size_t n);

/* Have lines written by that, instead of to standard error. */
void	diag_write_by(void (*write)(const char *line, size_t n));

/* With the reason of errno, as err(3) has it, and without. */
void	diag_warn(const char *fmt, ...) DIAG_PRINTF;
void	diag_warnx(const char *fmt, ...) DIAG_PRINTF;

/* The same, then exit(status). */
void	diag_die(int status, const char *fmt, ...) DIAG_DIE;
void	diag_diex(int status, const char *fmt, ...) DIAG_DIE;

/* A fault in a file, as a compiler says it; name may be NULL. */
void	diag_fault(const char *path, int line, const char *name,
	    const char *reason);

/*
 * The command line makes no sense: say what about it, and where it is told how
 * to do it, then exit(status).
 */
void	diag_usage(int status, const char *fmt, ...) DIAG_DIE;

/*
 * The same of what getopt(3) returned as c, `?' for an unknown option and `:'
 * (its letters begin with one) for one without its argument.
 */
void	diag_option(int status, int c)
#if defined __GNUC__
	    __attribute__((__noreturn__))
#endif
	    ;

/*
 * Write what standard output still holds.  If any of it could not be written,
 * now or before, say so and exit(status).
 */
void	diag_flush(int status);

#endif
