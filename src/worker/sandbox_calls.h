/* The system calls that a worker needs (seccomp). */
#ifndef WORKER_SANDBOX_CALLS_H
#define WORKER_SANDBOX_CALLS_H

#include <stdbool.h>

/* Static text; NULL: calls can be filtered. */
const char *sandbox_why_no_filter(void);
/* Any other call kills the process from now on; all its threads. False: it could not be had. */
bool sandbox_filter_calls(void);

#endif
