/* A run as the gate sees it: what its rows are, what they came to, and what must be the same for
 * two of them to be compared. It is made from results, or read from a file. */
#ifndef RESULTS_GATE_RUN_H
#define RESULTS_GATE_RUN_H

#include <jansson.h>

#include "results/results.h"

struct candidate_data;

struct gate_row {
    const char *model, *label, *runtime, *placement, *runtime_version;
    const json_t *content; /* of the model, as an experiment describes it; NULL: not known */
    const char *state;     /* trial_state_name */
    const char *trust;     /* in its times, a grade; "": not known */
    int threads;
    const char *metric;                           /* "": nothing is scored */
    struct figure latency, accuracy, bytes, peak; /* ns, the metric's unit, bytes */
    struct figure rounds, scored;
    /* Its scores, and those of fp32 that they are compared with; NULL: a report has none. */
    const struct candidate_data *scores, *fp32;
};

struct gate_run {
    struct arena *arena;
    struct results *results; /* of a journal that was read; NULL: somebody else's, or none */
    json_t *report;          /* that was read; NULL: none */
    const char *path;        /* of the file; "" */
    const char *cpu, *isa, *host, *started;
    const json_t *experiment; /* what was measured; NULL: older versions do not say */
    json_t *models;           /* the same of each model, by its printable name */
    struct gate_row *rows;
    size_t n_rows;
};

/* Of results, which outlive it and do not change meanwhile. */
void gate_run_init(struct gate_run *run, struct results *results) __attribute__((nonnull(1, 2)));

/* Reads the journal of a run that is over, or the JSON report of one. STATUS_INVALID: it is
 * neither, or does not hold what is needed; STATUS_IO: it cannot be read; STATUS_FORMAT: a member
 * of a report is wrong. Freed with gate_run_release. */
enum status gate_run_read(const char *path, struct gate_run *run, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
void gate_run_release(struct gate_run *run) __attribute__((nonnull(1)));

/* --- gate_report.c --- */

/* From a report, whose reference is the run's from now on. */
enum status gate_run_take_report(struct gate_run *run, json_t *report, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Finds what its experiment says of each model. */
void gate_run_list_models(struct gate_run *run) __attribute__((nonnull(1)));

#endif
