/* print_text.h - print untrusted text on standard output. */
#ifndef PRINT_TEXT_H
#define PRINT_TEXT_H

#include <stddef.h>

/* Print the len bytes at s, each unsafe byte (vis.h) as \xNN. */
void	print_text(const char *s, size_t len);

#endif
