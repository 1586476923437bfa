/*
 * diag.h - the messages of a command on stderr: `command: object: reason'.
 * A message is one line and one write(2).  Only cmd/ includes this.
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
 * Set the name that messages begin with.  If the environment has
 * PROCGROUP_NAME, its value is used instead: the command that the user typed.
 */
void	diag_init(const char *command);

/*
 * Write messages to fd, a pipe, as long as it has a reader.  After that, or
 * if fd is -1, messages go to stderr again.
 */
void	diag_to(int fd);

/* Write n bytes of another command's messages unchanged. */
void	diag_pass_on(const char *text, size_t n);

/* Call write for each line that would go to stderr; NULL: stderr again. */
void	diag_write_by(void (*write)(const char *line, size_t n));

/* As warn(3) and warnx(3): with the reason of errno, and without. */
void	diag_warn(const char *fmt, ...) DIAG_PRINTF;
void	diag_warnx(const char *fmt, ...) DIAG_PRINTF;

/*
 * As diag_warnx, but only where standard error is a terminal: tell a person why
 * there is no output.  A script has the exit status.
 */
void	diag_hint(const char *fmt, ...) DIAG_PRINTF;

/* As diag_warn and diag_warnx, then exit(status). */
void	diag_die(int status, const char *fmt, ...) DIAG_DIE;
void	diag_diex(int status, const char *fmt, ...) DIAG_DIE;

/* Report a fault in a file as compilers do: `path:line: name: reason'.
 * name may be NULL. */
void	diag_fault(const char *path, int line, const char *name,
	    const char *reason);

/*
 * Set what -h prints: the synopsis without the command, a newline, then any
 * text.  diag_getopt adds -h and -V themselves.
 */
void	diag_help(const char *text);

/* Set the synopsis of a subcommand, for diag_usage. */
void	diag_synopsis(const char *line);

/*
 * Report what is wrong with the command line, print the synopsis in a second
 * line, and exit(status).
 */
void	diag_usage(int status, const char *fmt, ...) DIAG_DIE;

/*
 * As getopt(3), with a colon in letters, but an error is reported as by
 * diag_usage.  -h, --help, -V and --version print what they ask for, and exit
 * with 0, or with status if standard output fails.
 */
int	diag_getopt(int status, int argc, char *argv[], const char *letters);

/* The same for a word that is -h, --help, -V or --version; else return. */
void	diag_asked(int status, const char *word);

#endif
