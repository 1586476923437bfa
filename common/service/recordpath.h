/*
 * recordpath.h - where records live: the path of DIR (recorddir.h), and of the
 * files below it.
 */
#ifndef RECORDPATH_H
#define RECORDPATH_H

/*
 * The default for DIR, a malloc'ed path: $XDG_RUNTIME_DIR/procgroup, else
 * /run/procgroup for root, else ~/.local/state/procgroup.  NULL with ENOENT:
 * HOME is not an absolute path; or ENOMEM.
 */
char	*recordpath_default(void);

/*
 * The absolute path, malloc'ed, of the file called name in that folder of DIR,
 * which is at path.  NULL with ENOMEM or errno of realpath(3).
 */
char	*recordpath_file(const char *path, const char *folder,
	    const char *name);

#endif
