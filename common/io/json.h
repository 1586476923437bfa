/*
 * json.h - write JSON (RFC 8259).
 *
 * Every line break is between two values, so that the objects of an array have
 * a line each.  A byte that is not part of UTF-8 becomes U+FFFD.  Control
 * characters, U+007F to U+009F too, are escaped: a terminal obeys none.  A
 * failed write is left to ferror(3).
 */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>
#include <stdio.h>

struct json {
	FILE	*file;
	int	 depth, filled;	/* filled: the innermost has a value */
};

void	json_open(struct json *j, FILE *file);

/* End the line.  All arrays and objects are closed by now. */
void	json_close(struct json *j);

/*
 * Begin and end an array or an object.  Here and below name is that of the
 * member of an object, and NULL in an array and on top.
 */
void	json_array(struct json *j, const char *name);
void	json_array_end(struct json *j);
void	json_object(struct json *j, const char *name);
void	json_object_end(struct json *j);

void	json_text(struct json *j, const char *name, const char *s, size_t len);
void	json_string(struct json *j, const char *name, const char *s);
void	json_number(struct json *j, const char *name, long long number);
void	json_null(struct json *j, const char *name);

#endif
