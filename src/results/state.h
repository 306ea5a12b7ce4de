/* What results.c gathers from events and figures.c computes from. */
#ifndef RESULTS_STATE_H
#define RESULTS_STATE_H

#include "base/arena.h"
#include "results/results.h"

/* One block of a trial. */
struct block {
    long round, process;
    double median; /* ns */
};

/* A growing list of numbers. */
struct series {
    double *values;
    size_t count, capacity;
};

struct trial_data {
    struct row row;
    int candidate;
    bool is_stale; /* something arrived since the figures were computed */
    struct block *blocks;
    size_t n_blocks, block_capacity;
    struct series samples;       /* ns of every timed inference */
    struct series medians;       /* of the blocks, for row.block_medians */
    struct series loads, firsts; /* ns, one per process */
    double peak, arena, weights; /* bytes; negative: not known yet */
};

struct candidate_data {
    double bytes, base_bytes; /* negative: not prepared yet */
    double nodes, float_nodes;
    double batch;    /* samples of one inference; at least 1 */
    double left_out; /* samples that fill no batch */
    const char *float_list;
    struct series values; /* scores in sample order */
    int32_t *top1, *labels;
    size_t label_capacity;
};

struct results {
    struct arena *arena; /* texts */
    struct run_info run;
    struct constraints constraints;
    struct trial_data *trials;
    struct candidate_data *candidates;
    size_t n_trials, trial_capacity, n_candidates;
    uint64_t revision;
};

void series_add(struct series *series, double value) __attribute__((nonnull(1)));

/* Computes the figures of one trial from what was gathered. */
void figures_compute(const struct results *results, struct trial_data *trial)
    __attribute__((nonnull(1, 2)));

#endif
