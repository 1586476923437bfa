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
	int		input;		/* stdin reads from it */
	struct termios	modes;		/* the original modes */
	int		raw;		/* raw modes are set now */
	/* NULL, or called before raw modes are set, and with raw == NULL after
	 * the original ones are restored. */
	void		(*note)(const struct termios *saved,
			    const struct termios *raw, void *arg);
	void		*arg;
};

/* Find a terminal on descriptor 0, 1 or 2. */
void	terminal_find(struct terminal *t);

/*
 * Is this process not in the terminal's background?  1 or 0.  In the background
 * the modes belong to another process, such as a shell's line editor.
 */
int	terminal_is_ours(const struct terminal *t);

/* Is stdin the controlling terminal of this process, and is the process in
 * its foreground?  1 or 0. */
int	terminal_in_front(void);

/*
 * *size becomes the terminal's size; then return 1.  If that is not known or 0,
 * it becomes COLUMNS by LINES of the environment, or 80 and 24 for a missing
 * one; then return 0.
 */
int	terminal_size(const struct terminal *t, struct winsize *size);

/* Parse COLSxROWS, each 1 to 65535.  0, or -1 with EINVAL or ERANGE. */
int	terminal_parse_size(const char *text, struct winsize *size);

/*
 * Read the lines that were typed before terminal_make_raw; raw modes would lose
 * an end of input among them.  Such an end is the character VEOF in buf.  size
 * is 2 or more.  Return how many bytes were read, size at most.
 */
size_t	terminal_read_typed(const struct terminal *t, char *buf, size_t size);

/*
 * Set raw modes, in which every byte passes unchanged, if stdin reads from the
 * terminal and this process is not in its background.
 */
void	terminal_make_raw(struct terminal *t);

/* Restore the original modes. */
void	terminal_restore(struct terminal *t);

#endif
