#include "config.h"

#include <stdio.h>
#include <string.h>

#include "pgattach_modes.h"

enum { TEXT, ESCAPE, BRACKET, NUMBERS };

/* The last mode of the list is undone first: the screen before the cursor. */
static const struct {
	unsigned int	number;
	int		usual;		/* it is set in a fresh terminal */
} modes[] = {
	{ 25, 1 },			/* the cursor is visible */
	{ 7, 1 },			/* lines wrap */
	{ 1, 0 },			/* cursor keys send other codes */
	{ 9, 0 }, { 1000, 0 }, { 1002, 0 }, { 1003, 0 },	/* mouse */
	{ 1004, 0 },			/* focus is reported */
	{ 1005, 0 }, { 1006, 0 }, { 1015, 0 },	/* codes of the mouse */
	{ 2004, 0 },			/* pasted text is marked */
	{ 47, 0 }, { 1047, 0 }, { 1049, 0 }	/* the other screen */
};

#define NMODES	(sizeof modes / sizeof modes[0])

static void
end_number(struct modes *m)
{
	size_t i;

	for (i = 0; i < NMODES; i++)
		if (modes[i].number == m->number)
			m->seen |= 1U << i;
	m->number = 0;
}

static void
end_sequence(struct modes *m, int is_set)
{
	size_t i;

	end_number(m);
	for (i = 0; i < NMODES; i++)
		if ((m->seen >> i & 1) == 0)
			continue;
		else if (is_set != modes[i].usual)
			m->set |= 1U << i;
		else
			m->set &= ~(1U << i);
}

static void
see(struct modes *m, char c)
{
	if (c == '\033') {
		m->state = ESCAPE;
	} else if (m->state == ESCAPE) {
		m->state = c == '[' ? BRACKET : TEXT;
	} else if (m->state == BRACKET) {
		m->state = c == '?' ? NUMBERS : TEXT;
		m->number = m->seen = 0;
	} else if (m->state == NUMBERS && c >= '0' && c <= '9') {
		m->number = (m->number * 10 + (unsigned int)(c - '0')) % 100000;
	} else if (m->state == NUMBERS && c == ';') {
		end_number(m);
	} else if (m->state == NUMBERS) {
		if (c == 'h' || c == 'l')
			end_sequence(m, c == 'h');
		m->state = TEXT;
	}
}

void
modes_see(struct modes *m, const char *p, size_t n)
{
	const char *esc;

	while (n > 0) {
		if (m->state == TEXT) {
			esc = memchr(p, '\033', n);
			if (esc == NULL)
				return;
			n -= (size_t)(esc - p);
			p = esc;
		}
		see(m, *p++);
		n--;
	}
}

size_t
modes_undo(const struct modes *m, char out[MODES_TEXT])
{
	size_t i, n = 0;

	for (i = NMODES; i-- > 0;)
		if ((m->set >> i & 1) != 0)
			n += (size_t)snprintf(out + n, MODES_TEXT - n,
			    "\033[?%u%c", modes[i].number,
			    modes[i].usual ? 'h' : 'l');
	n += (size_t)snprintf(out + n, MODES_TEXT - n, "\033[m");
	return n;
}
