/*
 * utf8.h: the simplest way to recognize a character: the table of Unicode 15,
 * 3-7, well-formed sequences, whose rows have a range for each byte.
 */
#ifndef PLAIN_UTF8_H
#define PLAIN_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length of the character that begins there; 0: none. */
static inline size_t
plain_utf8(const uint8_t *s, size_t len)
{
	static const uint8_t table[][10] = {
		{ 0x00, 0x7f },
		{ 0xc2, 0xdf, 0x80, 0xbf },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 0x80, 0xbf },
		{ 0xe1, 0xec, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xed, 0xed, 0x80, 0x9f, 0x80, 0xbf },
		{ 0xee, 0xef, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xf0, 0xf0, 0x90, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xf1, 0xf3, 0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xf4, 0xf4, 0x80, 0x8f, 0x80, 0xbf, 0x80, 0xbf }
	};
	size_t row, i;

	for (row = 0; row < sizeof table / sizeof table[0]; row++) {
		const uint8_t *range = table[row];

		for (i = 0; range[2 * i + 1] != 0 && i < len; i++)
			if (s[i] < range[2 * i] || s[i] > range[2 * i + 1])
				break;
		if (i > 0 && range[2 * i + 1] == 0)
			return i;
	}
	return 0;
}

/* Does a terminal obey this character, of so many bytes? */
static inline int
plain_control(const uint8_t *s, size_t len)
{
	return len == 1 ? s[0] < ' ' || s[0] == 0x7f :
	    len == 2 && s[0] == 0xc2 && s[1] < 0xa0;
}

#endif
