/* Whether fp32 makes sense of the samples, found out before anything is measured. */
#ifndef WORKER_PLAUSIBILITY_CHECK_H
#define WORKER_PLAUSIBILITY_CHECK_H

#include "experiment/work.h"
#include "results/plausible.h"
#include "worker/metric.h"

struct first_doubt {
    char text[DOUBT_SIZE]; /* "": none */
    bool stays;            /* whatever all samples come to, unless that is */
    double bar;            /* as good as this value of the metric */
    /* What was looked at; samples 0: nothing. */
    size_t samples, total;
    struct interval value;
    double seconds;   /* that each of them took, on all threads */
    double chance;    /* as plausible_chance has it */
    const char *word; /* of the doubt, "" for none */
};

/* Scores some of the samples, from all parts of the data, with the artifact that the order's worker
 * has written. feeds_bytes: pixels, perhaps, are fed as they are; where there are labels, the rows
 * of dataset_presets are tried then, and one that clearly scores better is the doubt. Each way of
 * feeding samples costs the order's check_seconds at most, beside loading the artifact and the
 * inferences that are under way by then; of a model too slow for enough samples nothing is said. */
struct first_doubt plausibility_check(const struct work *work, const struct metric_choice *choice,
                                      bool feeds_bytes) __attribute__((nonnull(1, 2)));

#endif
