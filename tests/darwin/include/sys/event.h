/* event.h - of Apple's, what common/sys/os_darwin.c asks for; see ../../shim.c. */
#ifndef SYS_EVENT_H
#define SYS_EVENT_H

#include <stdint.h>
#include <time.h>

#define EVFILT_PROC	(-5)
#define EVFILT_USER	(-10)
#define EV_ADD		0x0001
#define NOTE_EXIT	0x80000000U
#define NOTE_TRIGGER	0x01000000U

struct kevent {
	uintptr_t	ident;
	int16_t		filter;
	uint16_t	flags;
	uint32_t	fflags;
	intptr_t	data;
	void		*udata;
};

#define EV_SET(kevp, a, b, c, d, e, f) do {	\
	struct kevent *kevp__ = (kevp);		\
	kevp__->ident = (uintptr_t)(a);		\
	kevp__->filter = (b);			\
	kevp__->flags = (c);			\
	kevp__->fflags = (d);			\
	kevp__->data = (e);			\
	kevp__->udata = (f);			\
} while (0)

int	kqueue(void);
int	kevent(int, const struct kevent *, int, struct kevent *, int,
	    const struct timespec *);

#endif
