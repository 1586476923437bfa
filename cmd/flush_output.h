/*
 * flush_output.h - flush what stdio holds.  pgspawn prints without stdio, whose
 * buffer would be a page more in a process that waits.
 */
#ifndef FLUSH_OUTPUT_H
#define FLUSH_OUTPUT_H

/*
 * Flush standard output.  If this write or an earlier one failed, report it
 * and exit(status).
 */
void	flush_output(int status);

#endif
