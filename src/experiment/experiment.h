/* An experiment: everything that a run needs to know, from a profile or from the command line. */
#ifndef EXPERIMENT_EXPERIMENT_H
#define EXPERIMENT_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "experiment/target.h"
#include "formats/dataset/dataset.h"
#include "formats/model.h"
#include "quantize/mode.h"
#include "report/report.h"

/* Texts and lists of all these live in the experiment's arena. */
struct model_choice {
    const char *path; /* absolute, or relative to the working directory; or ARCHITECTURE_PREFIX and
                         an architecture's text */
    const char *name; /* unique among the models; the file's name without suffix, or the
                         architecture's text, unless given */
    const char *signature; /* which one of the file's; NULL: the first */
};

struct mode_choice {
    const struct mode *mode;
    struct mode_options options;
    const char *label; /* "int8", "int8:weights=per-tensor", "fp32 #2": unique among the modes */
};

/* More rounds cannot be asked for; as a limit it is none. */
#define ROUNDS_MOST 1000000

/* Limits of measuring; the tables of keys have units, ranges and defaults. */
struct measure_limits {
    double profile_seconds; /* 0: steps are not watched */
    double block_ms, warmup_ms, interval_percent, same_percent, seconds, timeout_seconds;
    long min_rounds, max_rounds, process_rounds, seed;
    const char *isa;          /* NULL: the best */
    const char *convolutions; /* "direct", or NULL: the fastest way */
};

/* Of the layer ledger; see keys_run.c, too. */
struct layer_limits {
    size_t samples;
    double seconds; /* 0: none is kept */
};

/* What one model may take; 0 of a time: measure.timeout_seconds, of the memory: what
 * experiment_complete finds. */
struct model_bounds {
    double memory_bytes, prepare_seconds, load_seconds, inference_seconds;
    long nodes;
};

struct constraint_limits {
    bool has_drop, has_speedup, has_bytes;
    double max_drop, min_speedup, max_bytes;
};

/* An earlier run and how much worse than it does not matter; the tables of keys have units. */
struct gate_wishes {
    const char *baseline; /* path; NULL: none */
    bool has_drop;
    double slower, larger, memory, drop;
    const char *trust; /* row of trust_grades */
};

/* Of `quantop search`; the tables of keys have units, ranges and defaults. */
struct search_wishes {
    bool has_drop;
    double drop;        /* else that of the constraints, or 1 */
    double bytes;       /* 0: any */
    double seconds;     /* for a model */
    const char *method; /* row of search_methods */
};

struct output_paths {
    const char *reports[REPORT_FORMAT_COUNT]; /* NULL: not asked for */
    const char *journal;                      /* NULL: a new file */
};

/* A key that was set by experiment_set. */
struct given_option {
    const char *key, *value;
};

/* One row of the table to be. */
struct trial {
    int candidate; /* model x mode x runtime, numbered model by model */
    size_t model, mode, placement, runtime;
    /* Trials of the same model and placement that this one is compared with, or -1: that of the
     * first fp32 mode on the same runtime, and that of the same mode on the builtin runtime. */
    int baseline, builtin;
};

struct experiment {
    struct arena *arena; /* owns all texts and lists */
    const char *profile; /* path of the profile; NULL: made from options */
    const char *title;
    struct model_choice *models;
    struct mode_choice *modes;
    const char **placements;
    const char **runtimes;      /* names of rows of runtime_table */
    const char *onnxruntime;    /* path of its library; NULL: where it usually is */
    struct target *targets;     /* devices that files may be meant for */
    struct model_shape *shapes; /* of inputs, for the models that have them */
    const char *signature;      /* of models that name none of their own; NULL: the first */
    size_t n_models, n_modes, n_placements, n_runtimes, n_shapes, n_targets;
    bool has_data, has_calibration;
    struct dataset_spec data;        /* scored, and the source of timed inputs */
    struct dataset_spec calibration; /* for modes that need ranges */
    const char *metric; /* row of metric_kinds; NULL: what the output and the labels allow */
    bool has_threshold;
    double threshold;  /* of an output of one element; else 0.5 behind LOGISTIC */
    bool is_unguarded; /* workers are not confined: no key, so that no profile asks for it */
    struct measure_limits measure;
    struct layer_limits layers;
    struct model_bounds bounds;
    struct constraint_limits constraints;
    struct gate_wishes gate;
    struct search_wishes search;
    struct output_paths output;
    struct given_option *options; /* in the order in which they were set */
    size_t n_options;
    const struct trial *trials; /* made by experiment_complete */
    size_t n_trials;
};

struct experiment *experiment_new(void) __attribute__((returns_nonnull, warn_unused_result));
void experiment_free(struct experiment *experiment);

/* Takes a profile, or the options of a journal, for the user's own: see trust.h. */
void experiment_trust(struct experiment *experiment) __attribute__((nonnull(1)));

/* Sets one key ("measure.block_ms") from text, exactly as a profile would: the command line's way
 * in. STATUS_INVALID changes nothing. */
enum status experiment_set(struct experiment *experiment, const char *key, const char *value,
                           struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

/* The same for an option that was given in another working directory: relative paths start from
 * there. */
enum status experiment_set_from(struct experiment *experiment, const char *directory,
                                const char *key, const char *value, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5)));

/* Reads a profile over the defaults. Paths in it are relative to its folder. The error names
 * file:line:column, the key, and the nearest valid one: STATUS_IO for the file, STATUS_FORMAT for
 * what is not YAML, STATUS_INVALID for keys and values. */
enum status profile_read(const char *path, struct experiment *experiment, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Fills what was left open (names, labels, all modes, the placement "1", the builtin runtime) and
 * checks that everything fits together; STATUS_INVALID where it does not. */
enum status experiment_complete(struct experiment *experiment, struct error *error)
    __attribute__((nonnull(1, 2)));

/* Trials that one model has on one placement, which are timed in turns. */
static inline size_t experiment_variants(const struct experiment *experiment)
{
    return experiment->n_modes * experiment->n_runtimes;
}

/* Path of the library of the i-th runtime, where somebody gave one; NULL: it is looked for. */
const char *experiment_library(const struct experiment *experiment, size_t i)
    __attribute__((nonnull(1)));

/* The trials in order: model by model, placement by placement, mode by mode, runtime by runtime;
 * and behind them, likewise, those of what was added later. In the experiment's arena. */
const struct trial *experiment_trials(const struct experiment *experiment, size_t *count)
    __attribute__((nonnull(1, 2)));

/* Adds those that are missing. */
void experiment_extend_trials(struct experiment *experiment) __attribute__((nonnull(1)));

#endif
