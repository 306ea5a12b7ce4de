/* A worker for tests of what users do to a run: fp32 takes twice as long as the others. All take
 * longer from round to round, and in a process that goes on with the run (RESUMED in the
 * environment), so that only blocks of one round make a ratio of 2. */
#ifndef TESTS_ACTING_WORKER_H
#define TESTS_ACTING_WORKER_H

/* Does one order; the exit status of the program. */
int acting_worker(void);

#endif
