/* A file that a library makes, where a confined worker may make none: the call to open it does not
 * reach the kernel (seccomp), and a file in memory, which was there before, takes its place. What
 * has no name can be left nowhere. */
#ifndef WORKER_DIVERSION_H
#define WORKER_DIVERSION_H

#include <stdbool.h>

/* Makes the file in memory; before the process is confined. False: it could not be had here. */
bool diversion_prepare(void);
/* Descriptor of the file, to be read when what was written is closed; negative: there is none. */
int diversion_file(void);
/* The next file that this process makes is that one, once; any other ends the process as ever.
 * Until diversion_disarm. */
void diversion_arm(void);
void diversion_disarm(void);

#endif
