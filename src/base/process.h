/* What a process that was forked off owes to its parent. Only calls that are safe after fork. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <sys/types.h>

/* In the new process: it is killed when the parent ends, and ends at once where that has. */
void process_follow(pid_t parent);
/* The same for one that the terminal's keys, and signals that the parent blocks, are no business
 * of. */
void process_follow_aside(pid_t parent);

#endif
