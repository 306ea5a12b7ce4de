/* Results in tests: events as text, and a run that has everything. */
#ifndef TESTS_RESULTS_HARNESS_H
#define TESTS_RESULTS_HARNESS_H

#include <jansson.h>

#include "base/text.h"
#include "results/results.h"

/* An event from JSON with ' in the place of "; the test ends when it is no JSON. */
json_t *harness_json(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Applies such an event; the test ends when it is refused. */
void harness_apply(struct results *results, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A row that is compared with row 0, or with none (baseline -1), of candidate number `trial`. */
void harness_trial(struct results *results, int trial, const char *label, int baseline);
/* A row of a runtime, which is compared with two others, or -1. */
void harness_runtime(struct results *results, int trial, const char *label, const char *runtime,
                     int baseline, int builtin);
/* Results with fp32 as row 0 and int8 as row 1. */
struct results *harness_two_rows(void);
/* Both candidates of these are prepared, and scored by a metric over 100 samples. */
void harness_metric(struct results *results, const char *metric);
/* One block of one inference. */
void harness_block(struct results *results, int trial, int round, int process, double ns);
/* Scores of top1 where the samples first_miss <= i < last_miss are missed. */
void harness_scores(struct results *results, int candidate, int samples, int first_miss,
                    int last_miss);

/* The events of a finished run of two models with three rows each: texts that need quoting, rows
 * that failed early and late, bounded and unbounded figures, absent ones. */
json_t *harness_run_events(void);
/* What they make. */
struct results *harness_run_results(void);

/* The figure is absent for this reason. */
void harness_absent(const struct figure *figure, const char *reason);

/* Everything that can be asked of results, as text, for comparing. */
void harness_fingerprint(struct results *results, struct text *out);

#endif
