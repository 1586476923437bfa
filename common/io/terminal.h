/*
 * terminal.h - the caller's terminal: its size, and its modes while another
 * program's bytes go through it.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <sys/ioctl.h>
#include <stddef.h>
#include <termios.h>

struct terminal {
	int		fd;		/* -1: there is none */
	int		input;		/* it is what stdin reads from */
	struct termios	modes;		/* as they were */
	int		raw;		/* they are not so now */
	/* Called before that, with the modes to come, and after it with NULL. */
	void		(*note)(const struct termios *saved,
			    const struct termios *raw, void *arg);	/* NULL */
	void		*arg;
};

/* Find it on descriptor 0, 1 or 2. */
void	terminal_find(struct terminal *t);

/*
 * Are we not in its background?  Its modes are somebody else's then, such as
 * those of a shell's line editor.
 */
int	terminal_is_ours(const struct terminal *t);

/* Is stdin our controlling terminal, and are we in its foreground? */
int	terminal_in_front(void);

/*
 * A size that is never 0x0: the terminal's, and then return 1, else COLUMNS
 * and LINES, else 80x24.
 */
int	terminal_size(const struct terminal *t, struct winsize *size);

/* Parse COLSxROWS.  EINVAL, ERANGE: each is 1 to 65535. */
int	terminal_parse_size(const char *text, struct winsize *size);

/*
 * Before terminal_make_raw: read the lines that were typed already, of which raw
 * modes would lose the ends of input.  An end is the character VEOF in buf.  Return
 * how many bytes there are, at most size, of 2 or more.
 */
size_t	terminal_read_typed(const struct terminal *t, char *buf, size_t size);

/*
 * Pass every byte as it is, if stdin reads from the terminal and it is ours;
 * and put back what was.
 */
void	terminal_make_raw(struct terminal *t);
void	terminal_restore(struct terminal *t);

#endif
