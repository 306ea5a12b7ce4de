/* Runs of a graph and of ceilings, timed. All on one thread, bound to the first core. */
#ifndef TESTS_BENCH_RUNS_H
#define TESTS_BENCH_RUNS_H

#include "base/text.h"
#include "engine/session.h"
#include "kernels/ceiling.h"

/* Says what is wrong, and ends the program. */
void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* A graph that is ready to run. */
struct bench_run {
    struct plan *plan;
    struct session *session;
};

/* Binds this thread when it is first called. The graph must outlive the run. Ends the program where
 * it fails. */
struct bench_run bench_run_new(const struct graph *graph, enum isa isa, bool merges)
    __attribute__((nonnull(1)));
void bench_run_release(struct bench_run *run) __attribute__((nonnull(1)));

/* Seconds of one run: the mean of so many, behind one that is not timed. */
double bench_time(const struct bench_run *run, size_t runs) __attribute__((nonnull(1)));

/* Seconds that an operation takes at least, or reading a byte where so many are read again and
 * again; measured now. Operations are remembered. */
double bench_operation_seconds(const struct ceiling *ceiling) __attribute__((nonnull(1)));
double bench_byte_seconds(const struct ceiling *ceiling, double bytes) __attribute__((nonnull(1)));

/* A table of the operations that were remembered; one of reading, from each level of caches, by the
 * loops of instruction sets first..last. */
void bench_arithmetic_table(struct text *out) __attribute__((nonnull(1)));
void bench_reading_table(enum isa first, enum isa last, struct text *out)
    __attribute__((nonnull(3)));

/* A number of three digits or more. */
#define BENCH_NUMBER_SIZE 32
const char *bench_number(double value, char buffer[BENCH_NUMBER_SIZE]) __attribute__((nonnull(2)));

#endif
