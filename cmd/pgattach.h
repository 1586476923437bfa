/*
 * pgattach.h - a connection to the terminal of a command.
 *
 * The terminal of this process is in raw modes from the welcome on, and has its
 * own modes again in every way out, and while this process is stopped.
 */
#ifndef PGATTACH_H
#define PGATTACH_H

#include <stddef.h>

#include "io/frame.h"
#include "io/output.h"
#include "io/terminal.h"
#include "pgattach_keys.h"
#include "pgattach_modes.h"

struct attachment {
	const char	*name;		/* for messages */
	const char	*detach;	/* the keys, as text */
	int		 looks;		/* -r */
	int		 socket, sigfd, stopfd;
	int		 input;		/* descriptor, or -1: it ended */
	struct terminal	 terminal;
	struct modes	 modes;
	struct keys	 keys;
	struct output	 output;
	char		 shown[FRAME_PAYLOAD];	/* the output's buffer */
	struct frame_reader in;
	unsigned char	 wire[FRAME_MAX];	/* what the socket gets, */
	size_t		 wire_len, wire_off;	/* and how much it got */
	int		 size_due;	/* the size is to be sent */
	int		 is_welcome, types;
	int		 is_over, status;
};

/* Print a message on standard error, in a line of its own. */
void	client_say(struct attachment *a, const char *text);

/* Set the raw modes, if the command has welcomed this client. */
void	client_take_terminal(struct attachment *a);

/* Restore the terminal, and undo the modes that the output has set. */
void	client_leave_terminal(struct attachment *a);

/* The connection is over; pgattach is to exit with this status. */
void	client_end(struct attachment *a, int status);

/* Write the first frame. */
void	client_hello(struct attachment *a);

/* Send n keys; ring the bell if this terminal only looks on. */
void	client_keys(struct attachment *a, const char *p, size_t n);

/* Write what the socket takes of the frames that are due. */
void	client_flush(struct attachment *a);

/* Write what standard output takes of the command's output. */
void	client_show_rest(struct attachment *a);

/* Read frames, and obey them. */
void	client_read(struct attachment *a);

#endif
