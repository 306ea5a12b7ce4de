/* Results: the table that follows from the events so far. The same events in the same order give
 * the same results, whether they come from running workers or from a journal. */
#ifndef RESULTS_RESULTS_H
#define RESULTS_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "measure/accuracy.h"
#include "results/event.h"

/* One figure of the table. Absent is not zero: where present is false, reason says why. */
struct figure {
    bool present;
    bool bounded; /* low and high are a 95 % interval around value */
    double value, low, high;
    const char *reason; /* static text; never NULL where present is false */
};

struct run_info;

/* Grades of trust, the best first. */
#define TRUST_GRADES 4
extern const char *const trust_grades[TRUST_GRADES];
#define TRUST_REASON_SIZE 240

/* One trial. Texts live as long as the results and are printable. */
struct row {
    const struct run_info *run; /* that it belongs to */
    int trial, candidate, threads;
    int baseline; /* trial number of the fp32 row that speedup and drop compare with; -1: none */
    int builtin;  /* that of the same mode's row on the builtin runtime; -1: none */
    const char *model, *path, *mode, *label, *runtime, *placement;
    enum trial_state state;
    bool is_timed;       /* its timing is over: all its blocks are there */
    const char *reason;  /* of a failure, with its stage, or why it was left out; "" else */
    const char *sandbox; /* what confined its processes, and what was missing; "": not known */

    struct figure bytes, size_ratio;         /* of the file to ship; fp32 bytes / bytes */
    struct figure median, p90, p99, fastest; /* ns per inference */
    struct figure per_sample;                /* ns: median over the samples of an inference */
    struct figure typical;                   /* ns: pseudomedian of the blocks' medians */
    struct figure speedup;                   /* fp32 latency / latency, paired by round */
    struct figure vs_builtin;                /* builtin latency / latency, likewise */
    struct figure accuracy,
        drop; /* in the metric's unit (per cent for shares); drop > 0 is a loss */
    /* Of the worst outputs against those of fp32: dB, infinite where all are equal; the cosine; the
     * largest absolute error. */
    struct figure sqnr, cosine, max_error;
    const char *constant_output;      /* the first that is the same for all samples; "" none */
    const char *output_list;          /* all outputs and how near each is; "" before */
    const struct metric_kind *metric; /* of accuracy and drop; NULL: nothing is scored, or not known
                                         yet */
    const char *metric_name;          /* "" likewise */
    struct figure threshold;          /* of an output of one element, where the metric has one */
    struct figure peak, arena, weights;    /* bytes */
    struct figure load, first;             /* ns: start-up, first inference */
    struct figure rounds, samples, scored; /* blocks, timed inferences, scored samples */
    struct figure recordings;              /* whose windows the scored samples are */
    struct figure left_out;                /* samples that fill no batch */
    struct figure nodes, float_nodes;
    /* How far the times can be trusted, from A to D, "" where nothing tells, and why no farther
     * (see trust.h); and what that rests on: rounds that something disturbed, and the share of them
     * among those that count; what its threads waited and the host took, as shares of the time;
     * what others used, in processing units; interruptions per second; the span of the clock and
     * the drift of the times, as shares; and half the interval of its speed, likewise. */
    const char *trust;
    char trust_reason[TRUST_REASON_SIZE];
    struct figure disturbed, disturbed_share, waited, steal, others, switches, clock_spread, drift,
        reach;
    struct figure thread_count;  /* of the placement */
    const char *runtime_version; /* "" before a process ran, and in older journals */
    const char *isa;             /* of the kernels that ran; "" before */
    const char *arithmetic;      /* how integers were rounded, and who else does so; "" likewise */
    const char *float_list; /* "SOFTMAX x1, CAST x2": what stayed float in an integer mode; "" */
    const char *const *remarks; /* what the user should know, one sentence each */
    size_t n_remarks;
    const char *remark_text;     /* all of them, "; " between; "" */
    const char *kernel_list;     /* "conv_2d_i8_avx2 x9, ..."; "" before */
    const char *plain_list;      /* those among them that compute one number after the other,
                                  * unless the run was to have no others; "" */
    const char *slow_list;       /* those among these that take time that matters, "" where all of
                                  * them take none, see kernels.c */
    struct figure plain_share;   /* of an inference's time that plain kernels take */
    const double *block_medians; /* ns, one per block so far, for plots */
    size_t n_blocks;
    struct results *source;        /* whose row it is; NULL: of none */
    struct figure step_efficiency; /* to be asked for by row_efficiency, */
    const char *step_bound;        /* and this by row_bound_by */
    /* The plain verdict on the speedup: "faster", "slower", "same" (within the run's band), "cannot
     * tell", or "" before there is an interval. */
    const char *speed_verdict;
    bool is_open; /* it cannot be told yet, and not because the speedup lies at the band's end */
    /* Likewise for the drop: "loss", "small loss" (there is one for sure, and the limit
     * holds), "better", "no loss seen" (none beyond the limit), "cannot tell", "". */
    const char *drop_verdict;
    double loss; /* the least drop that matters, in its unit: the constraint's, or else a point of
                    a share, 0.01 of AUC and R2, a hundredth of fp32's error; NaN: not known */
    /* What textbooks promise of the mode: fp32's bytes and latency over its own, at least; and
     * whether that holds: "kept", "size missed", "speed missed", "both missed", "cannot tell", ""
     * where nothing is promised or measured. */
    struct figure promised_smaller, promised_faster;
    const char *promise;
    const char *fits;        /* targets that the file could run on: "cortex-m, gpu", "none"; "" */
    const char *target_list; /* all of them, and why not */
    const char *gate;        /* "worse: latency; not worse: size" than in the baseline; "" */
    /* More of timing that would tell of the speed what cannot be told now, about; of samples (or
     * recordings) that would tell of the loss. */
    struct figure seconds_needed, samples_needed;
};

/* What the figures of a row's metric rest on: recordings, where it judges these as a whole, else
 * scored samples; *noun says which. */
const struct figure *row_judged(const struct row *row, const char **noun)
    __attribute__((returns_nonnull, nonnull(1, 2)));

/* What its steps take at the ceilings, as a share of their time; and what bounds them, in words, ""
 * where that is not known. Steps are read for that where a journal's lines were left for later. */
const struct figure *row_efficiency(const struct row *row)
    __attribute__((returns_nonnull, nonnull(1)));
const char *row_bound_by(const struct row *row) __attribute__((returns_nonnull, nonnull(1)));

/* The run as a whole; texts are never NULL. */
struct run_info {
    const char *title, *profile, *version, *started, *host, *cpu, *isa, *topology;
    const char *cpu_isa; /* the best that its CPU runs; isa is what kernels were held to. "" in
                            older journals */
    const char *seed;    /* of everything drawn; "" in older journals */
    double same_within;  /* differences in speed within this share do not matter */
    double wanted_reach; /* rounds go on until figure_reach of each ratio is no more; NaN: not in
                            the journal, which is of an older program */
    const struct metric_kind *metric; /* of all models; NULL when nothing is scored, or not known
                                         yet, or when models have several */
    bool has_metrics;                 /* models have several */
    bool has_fidelity;                /* outputs are compared with those of fp32 */
    long samples;
    double elapsed;      /* seconds at the last event */
    bool has_targets;    /* the profile names devices */
    bool has_gate;       /* it was held against an earlier run */
    bool has_runtimes;   /* more than one takes part */
    long resumed;        /* how often it was gone on with after an interruption */
    bool has_batches;    /* an inference of some row takes several samples */
    bool has_recordings; /* samples of some row are the windows of recordings */
    bool paused, stopped, ended;
};

/* How a run stands, as far as its events tell. X(state, text). */
#define RUN_PROGRESS_LIST(X)                                                                       \
    X(RUN_GOES_ON, "running")                                                                      \
    X(RUN_IS_PAUSED, "paused")                                                                     \
    X(RUN_INTERRUPTED, "interrupted") /* its writer is dead */                                     \
    X(RUN_WAS_STOPPED, "stopped")                                                                  \
    X(RUN_COMPLETE, "complete")                                                                    \
    X(RUN_NOT_ENDED, "not ended") /* nobody can tell whether its writer lives */

enum run_progress {
#define X(state, text) state,
    RUN_PROGRESS_LIST(X)
#undef X
};

struct constraints {
    struct figure max_drop, min_speedup, max_bytes; /* present where the profile sets one */
};

struct results;

struct results *results_new(void) __attribute__((returns_nonnull, warn_unused_result));
void results_free(struct results *results);
/* As if no event had come. What pointed into them points nowhere; their revision grows. */
void results_clear(struct results *results) __attribute__((nonnull(1)));

/* Takes one event. A malformed one is STATUS_FORMAT and changes nothing. */
enum status results_apply(struct results *results, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* A row's figures are told anew once it has been timed for this share of its rounds more, and so
 * after each of the first; or when anything else happens to it. */
#define RESULTS_ROUNDS_SHARE 64
/* Rows in trial order. The pointer is valid until the next results_apply. Figures are computed when
 * a row is asked for after it changed. */
int results_count(const struct results *results) __attribute__((nonnull(1)));
const struct row *results_row(struct results *results, int i)
    __attribute__((returns_nonnull, nonnull(1)));
/* The same row without new figures, which take their time: what it is and its state. */
const struct row *results_row_as_it_stands(const struct results *results, int i)
    __attribute__((returns_nonnull, nonnull(1)));
/* Where the last block of a row belongs. */
struct block_place {
    long round, process;
};
/* False: it has no block. */
bool results_last_block(const struct results *results, int i, struct block_place *last)
    __attribute__((nonnull(1, 3)));
/* All times of a row's blocks that count, in ns and ascending order; *count: how many. Freed by the
 * caller. */
double *results_times(struct results *results, int i, size_t *count)
    __attribute__((returns_nonnull, nonnull(1, 3)));
/* What follows the clock of the units that were measured on (hardware/witness.h), one number above
 * 0 per block that tells, as they came; NULL where *count is 0. */
const double *results_paces(const struct results *results, size_t *count)
    __attribute__((nonnull(1, 2)));
/* The next trial of a model behind this one (the first behind -1), in the order of the trials;
 * model NULL: of all. -1: there is none. */
int results_next(const struct results *results, const char *model, int trial)
    __attribute__((nonnull(1)));
const struct run_info *results_run(const struct results *results)
    __attribute__((returns_nonnull, nonnull(1)));
/* What the user added to the run, in order: a mode, or else a placement. */
struct addition {
    bool is_mode;
    const char *text; /* as the key has it */
};
size_t results_addition_count(const struct results *results) __attribute__((nonnull(1)));
const struct addition *results_addition(const struct results *results, size_t i)
    __attribute__((returns_nonnull, nonnull(1)));
/* The event that began the run, owned by the results; NULL: there was none. */
const json_t *results_run_event(const struct results *results) __attribute__((nonnull(1)));
/* How the run stands now, and what that is called. */
enum run_progress results_progress(const struct results *results) __attribute__((nonnull(1)));
const char *run_progress_name(enum run_progress progress) __attribute__((returns_nonnull));
const struct constraints *results_constraints(const struct results *results)
    __attribute__((returns_nonnull, nonnull(1)));
/* Grows with every event: tells a screen whether there is anything to draw. */
uint64_t results_revision(const struct results *results) __attribute__((nonnull(1)));

#endif
