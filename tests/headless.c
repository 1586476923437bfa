/*
 * headless
 *
 * A process whose first thread has ended and another lives: /proc shows it as a
 * zombie. It is killed after a minute.
 */
#include "config.h"

#include <pthread.h>
#include <stddef.h>

#include "lifelimit.h"

static void *
live(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

int
main(void)
{
	pthread_t thread;

	if (lifelimit_set(60) == -1 ||
	    pthread_create(&thread, NULL, live, NULL) != 0)
		return 125;
	pthread_exit(NULL);
}
