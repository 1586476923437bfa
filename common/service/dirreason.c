#include "config.h"

#include <errno.h>
#include <string.h>

#include "service/dirreason.h"

const char *
dirreason(int error)
{
	switch (error) {
	case EPERM:
		return "another user owns it";
	case ETXTBSY:
		return "group or others may write to it: take another folder, or chmod go-w";
	case EXDEV:
		return "another user could replace it, as owner of a folder "
		    "above it or because that is writable";
	case ELOOP:
		return "a symbolic link";
	case EMLINK:
		return "has another name, a hard link";
	case ESPIPE:
		return "not a plain file";
	}
	return strerror(error);
}
