#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/execerror.h"

/* Is file in this directory of n bytes?  An empty name is the current one. */
static int
is_in(const char *dir, size_t n, const char *file)
{
	char full[PATH_MAX];
	size_t len = strlen(file);

	if (n + len + 2 > sizeof full)
		return 0;
	memcpy(full, dir, n);
	if (n > 0)
		full[n++] = '/';
	memcpy(full + n, file, len + 1);
	return access(full, F_OK) == 0;
}

/* Does a file exist, executable or not, that execvp(3) would have tried? */
static int
exists(const char *file, const char *path)
{
	if (file[0] == '\0')
		return 0;
	if (strchr(file, '/') != NULL)
		return access(file, F_OK) == 0;
	if (path == NULL)
		path = "/bin:/usr/bin";
	for (;;) {
		size_t n = strcspn(path, ":");

		if (is_in(path, n, file))
			return 1;
		if (path[n] == '\0')
			return 0;
		path += n + 1;
	}
}

int
execerror_reason(const char *file, const char *path, int error, int *found)
{
	int there = exists(file, path);

	if (error == EACCES && !there && strchr(file, '/') == NULL)
		error = ENOENT;
	*found = there && error == ENOENT;
	return error;
}

/* The cause of EACCES, as words for a message, if the file can be inspected. */
static const char *
explain_denial(const char *file)
{
	struct stat st;

	if (strchr(file, '/') == NULL || stat(file, &st) == -1)
		return "";
	if (S_ISDIR(st.st_mode))
		return ": it is a directory";
	if ((st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
		return ": chmod +x makes it executable";
	return "";
}

char *
execerror_text(const char *file, int error, int found,
    char text[EXECERROR_TEXT])
{
	const char *more = "";

	if (file[0] == '\0') {
		snprintf(text, EXECERROR_TEXT,
		    "the name of the command is empty");
		return text;
	}
	if (error == ENOENT && !found && strchr(file, '/') == NULL) {
		snprintf(text, EXECERROR_TEXT, "not found in PATH%s",
		    strpbrk(file, " \t|;&") != NULL ?
		    "; a line of shell needs sh -c" : "");
		return text;
	}
	if (error == EACCES)
		more = explain_denial(file);
	else if (error == ENOEXEC)
		more = ": it has no #! line, or is for another machine";
	snprintf(text, EXECERROR_TEXT, "%s%s%s", found ? "interpreter: " : "",
	    strerror(error), more);
	return text;
}

const char *
execerror_name(const char *file)
{
	return file[0] != '\0' ? file : "''";
}
