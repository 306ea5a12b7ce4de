/* What results.c gathers from events and figures.c computes from. */
#ifndef RESULTS_STATE_H
#define RESULTS_STATE_H

#include "base/arena.h"
#include "hardware/witness.h"
#include "results/convergence.h"
#include "results/gate.h"
#include "results/layers.h"
#include "results/log.h"
#include "results/machine.h"
#include "results/network.h"
#include "results/own_cost.h"
#include "results/results.h"
#include "results/steps.h"
#include "results/targets.h"
#include "results/warnings.h"

/* No journal of ours has more; a hostile one shall not make us allocate for a number it made up. */
#define SAMPLES_MAX 100000000

/* Of runs whose journal does not say: what differs by less does not matter in practice. */
#define SAME_WITHIN 0.01

/* Numbers of layers. */
struct layer_list {
    const int *numbers;
    size_t count;
};

/* One block of a trial. */
struct block {
    long round, process;
    double median;        /* ns */
    double t;             /* seconds since the run began, at its end; NaN: not known */
    size_t first, count;  /* its inferences among the trial's samples */
    struct witness facts; /* what disturbed it */
    /* Something did; and therefore no figure counts it. See trust.h. */
    bool is_disturbed, is_left_out;
    bool is_sorted; /* its inferences are among the trial's sorted ones */
};

/* A growing list of numbers. */
struct series {
    double *values;
    size_t count, capacity;
};

/* A line of the journal; its bytes are the owner's own, NULL: there is none. */
struct kept_line {
    char *bytes;
    size_t length;
    const char *place; /* "PATH:LINE" */
};

struct trial_data {
    struct row row;
    int candidate;
    int next_of_model; /* the next trial of its model; -1: there is none */
    /* The results' revision when something arrived for it last, and when its figures were computed:
     * those of rows that others are compared with count, too. */
    uint64_t changed, computed;
    size_t due;       /* with so many blocks, one more makes its figures change: see timing_of */
    bool is_unsorted; /* a block came since it was told which of them count */
    struct block *blocks;
    size_t n_blocks, block_capacity;
    struct series samples;              /* ns of every timed inference */
    struct series sorted;               /* those of blocks that count, ascending: see times.c */
    struct series medians;              /* of the blocks, for row.block_medians */
    struct series loads, firsts;        /* ns, one per process */
    struct text fits, target_list;      /* for the row */
    struct text bound_by;               /* likewise */
    double peak, arena, weights;        /* bytes; negative: not known yet */
    const struct step_profile *profile; /* NULL: not known yet */
    const char *profile_absent;         /* why it never will be; NULL: nobody says */
    struct kept_line kept;              /* that the profile is read from when it is asked for */
    bool is_bound_known; /* the row's figures of what bounds its steps are up to date */
};

/* One output of a candidate against that of fp32. */
struct output_data {
    const char *name, *shape;
    double elements;
    bool is_constant; /* the same for all samples */
    bool is_compared; /* else what follows has no meaning */
    double sqnr;      /* dB; infinite where both are equal */
    double cosine, max_error;
    long sample;         /* that has max_error */
    int channel;         /* the one with the lowest SQNR; -1: they are not told apart */
    double channel_sqnr; /* its */
};

/* Errors of a layer's values; NaN: not known. */
struct layer_error_data {
    double noise;  /* root of the mean square, over that of fp32's values */
    double cosine; /* with fp32's values */
    double rmse;   /* in the unit of the values */
};

/* One layer of a candidate; numbers are NaN where they are not known. */
struct layer_data {
    const char *name, *op, *fate;
    struct layer_error_data isolated, accumulated;
    const int *origin; /* numbers of the layers of the model's file that it comes from */
    size_t n_origin;
    double scale;            /* of its quantized values */
    double held[2], seen[2]; /* least and greatest: that it can hold, of fp32 on the samples */
    double clipped;          /* share of the latter beyond the former */
    bool is_weighed;         /* what follows was looked at */
    double noise;            /* of the network's outputs with this layer alone in the mode */
    double drop[3];          /* likewise of the metric's value, and its interval */
    const struct layer_weights *weights; /* NULL: none */
    const struct layer_values *values;   /* likewise */
};

/* The first and last trial of a model. */
struct model_trials {
    const char *name;
    int first, last;
};

struct candidate_data {
    int trial;                /* the first of its trials */
    double bytes, base_bytes; /* negative: not prepared yet */
    double nodes, float_nodes;
    double batch;    /* samples of one inference; at least 1 */
    double left_out; /* samples that fill no batch */
    const char *float_list;
    json_t *operators; /* of the event "prepared"; NULL: older journals have none */
    const char **remarks;
    size_t n_remarks;
    const char *remark_text;
    const struct metric_kind *metric; /* NULL: not known, or nothing is scored */
    double threshold;                 /* NaN: none */
    const char *metric_absent;        /* why the metric says nothing here; NULL: it does */
    const char *doubt;                /* of the first samples, before measuring; "" */
    bool doubt_stays;                 /* whatever all of them come to, unless that is */
    double doubt_bar;                 /* as good as this value of the metric; NaN: whatever it is */
    const struct layer_name *layers;  /* of the model */
    const struct layer_list *file_nodes; /* of each operator of the file to ship */
    size_t n_layers, n_file_nodes;
    struct output_data *outputs;
    size_t n_outputs;
    const char *output_list;  /* the text about all */
    const char *not_compared; /* why outputs that are not compared are not; NULL: not scored yet */
    struct series values;     /* scores in sample order */
    int32_t *top1, *labels;
    int32_t *groups; /* the recordings whose windows samples are; has_groups: there are any */
    bool has_groups;
    double *trivial; /* scores of an answer that is the same for all samples; has_trivial: known */
    bool has_trivial;
    size_t label_capacity;
    const struct network *network; /* NULL: not known yet */
    const char *network_absent;    /* why it never will be; NULL: nobody says */
    struct kept_line kept;         /* that it is read from when it is asked for */
    struct ledger ledger;          /* whose layers these are: */
    struct layer_data *ledger_layers;
    size_t layer_capacity;
};

struct journal_line;

struct results {
    struct arena *arena; /* texts */
    struct run_info run;
    json_t *run_event; /* that began the run; NULL: none yet */
    json_t *writer;    /* the event of whoever wrote last: run_event, or the last "resumed" */
    struct constraints constraints;
    struct trial_data *trials;
    struct candidate_data *candidates;
    size_t n_trials, trial_capacity, n_candidates;
    struct model_trials *models;
    size_t n_models, model_capacity;
    struct series paces; /* of the blocks, in the order in which they came */
    struct warning *warnings;
    size_t n_warnings, warning_capacity;
    struct target_limits *targets;
    size_t n_targets;
    const struct journal_line *late; /* of which the event being applied is a part; NULL: none */
    const struct gate *gate;         /* NULL: the run was held against none */
    struct addition *additions;
    size_t n_additions, addition_capacity;
    struct own_cost own_cost;
    struct machine_line *machine;
    size_t n_machine, machine_capacity;
    struct log_line *log;
    size_t n_log, log_capacity;
    uint64_t revision;
    uint64_t candidates_changed; /* the revision when something arrived for any candidate */
};

/* Something arrives for a trial. */
static inline void trial_touch(const struct results *results, struct trial_data *trial)
{
    trial->changed = results->revision + 1;
}

static inline void results_touch_trials(struct results *results)
{
    for (size_t i = 0; i < results->n_trials; i++)
        trial_touch(results, &results->trials[i]);
}

/* --- resumed.c --- */

/* Remembers the event of the process that writes. */
void results_set_writer(struct results *results, const json_t *event)
    __attribute__((nonnull(1, 2)));
enum status results_take_timed(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status results_take_removed(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status results_take_resumed(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- acts.c --- */

enum status results_take_paused(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status results_take_continued(struct results *results, const json_t *event,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status results_take_added(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status results_take_skipped(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- own_cost.c --- */

enum status results_take_own_cost(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- operators.c --- */

/* "SOFTMAX x1, CAST x2" from a list of {"op": name}, in the order in which they come first. */
const char *results_count_operators(struct results *results, const json_t *nodes)
    __attribute__((returns_nonnull, nonnull(1)));

/* --- remarks.c --- */

/* Those of an event "prepared". */
void results_take_remarks(struct results *results, const json_t *event,
                          struct candidate_data *candidate) __attribute__((nonnull(1, 2, 3)));

/* --- scores.c --- */

/* Takes a stretch of scores. Returns the key of the member that is wrong, in which case nothing
 * changed, or NULL. */
const char *scores_take(struct candidate_data *candidate, const json_t *event)
    __attribute__((nonnull(1, 2)));
/* The first count of them. */
struct scores scores_of(const struct candidate_data *candidate, size_t count)
    __attribute__((nonnull(1)));

/* --- kernels.c --- */

/* The lists of kernels of an event "process". */
void results_take_kernels(struct results *results, const json_t *event, struct row *row)
    __attribute__((nonnull(1, 2, 3)));

/* --- steps.c --- */

enum status results_take_origins(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status results_take_steps(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- network.c --- */

enum status results_take_network(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- models.c --- */

/* The newest trial is one of its model. */
void models_add(struct results *results, int trial) __attribute__((nonnull(1)));

/* --- kept.c --- */

/* Keeps the line of which the event that is being applied is a part in the place of another. */
void kept_put(struct results *results, struct kept_line *kept) __attribute__((nonnull(1, 2)));
/* Likewise a sound event, with as many digits as a journal has. */
void kept_put_event(struct kept_line *kept, const json_t *event) __attribute__((nonnull(1, 2)));
void kept_drop(struct kept_line *kept) __attribute__((nonnull(1)));
/* The event of the line, which is kept no longer; NULL, with the error filled: it is no JSON. There
 * is such a line. */
json_t *kept_take(struct kept_line *kept, struct error *error) __attribute__((nonnull(1, 2)));

/* --- sandbox.c --- */

/* "seccomp, landlock 7", and in brackets why it is not more; "" in older journals. */
void results_take_sandbox(struct results *results, const json_t *event, struct row *row)
    __attribute__((nonnull(1, 2, 3)));

/* --- warnings.c --- */

enum status results_take_warning(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- gate.c --- */

enum status results_take_gate(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- layers.c --- */

enum status results_take_layers(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status results_take_layer(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status results_take_layer_cost(struct results *results, const json_t *event,
                                    struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status results_take_ledger(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* --- layer_times.c --- */

/* Time of layer i of a candidate in a trial of its model, ns: of the steps whose work begins with
 * it. */
struct figure layer_time(struct results *results, const struct candidate_data *candidate, size_t i,
                         int trial) __attribute__((nonnull(1, 2)));
/* a less b; the reason of the one that is absent. */
struct figure figure_difference(const struct figure *a, const struct figure *b)
    __attribute__((nonnull(1, 2)));

/* --- targets.c --- */

/* Those in an event "run". */
void results_take_targets(struct results *results, const json_t *event)
    __attribute__((nonnull(1, 2)));
/* Sets the row's texts about them; its sizes are there. */
void results_judge_targets(const struct results *results, struct trial_data *trial)
    __attribute__((nonnull(1, 2)));

/* --- machine.c --- */

/* The tree in an event "run". */
void results_take_machine(struct results *results, const json_t *event)
    __attribute__((nonnull(1, 2)));

/* --- log.c --- */

/* Adds a line about an event that was taken, where people want to know of it. */
void results_log_event(struct results *results, const char *name, const json_t *event)
    __attribute__((nonnull(1, 2, 3)));

/* --- series.c --- */

void series_add(struct series *series, double value) __attribute__((nonnull(1)));

/* --- times.c --- */

/* All times of the blocks that count, ascending: trial->sorted. What is sorted already stays so
 * while the same blocks count, so that a block more costs one pass. */
void times_sort(struct trial_data *trial) __attribute__((nonnull(1)));

/* --- figures.c --- */

/* Computes the figures of one trial from what was gathered, but for those of its steps. */
void figures_compute(const struct results *results, struct trial_data *trial)
    __attribute__((nonnull(1, 2)));
/* A figure of its speed from its first blocks alone, of which there are so many at least; which of
 * them count was chosen. *observations: how many there are behind it. */
struct figure figures_speed(const struct results *results, const struct trial_data *trial,
                            enum speed speed, size_t n_blocks, size_t *observations)
    __attribute__((nonnull(1, 2, 5)));

#endif
