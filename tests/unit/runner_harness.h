/* The parent's side of a run in tests, whose program is its own worker. */
#ifndef TESTS_RUNNER_HARNESS_H
#define TESTS_RUNNER_HARNESS_H

#include "experiment/runner.h"

struct bench {
    struct experiment *experiment;
    struct topology *topology;
    struct journal *journal;
    struct results *results; /* the test's own: bench_close leaves them */
    struct runner *runner;
};

/* Makes a runner of the experiment that keys and values say, behind the last of which is NULL. The
 * journal is a new file, or one to go on with where is_resumed says so. */
void bench_open(struct bench *bench, const char *const options[][2], const char *journal,
                bool is_resumed);
/* Waits for a tenth of a second at most, and has the runner do what is due. */
void bench_step(struct bench *bench);
void bench_close(struct bench *bench);
/* Closes it. What its journal tells is what the results have; they are freed. */
void bench_check(struct bench *bench, const char *journal);

#endif
