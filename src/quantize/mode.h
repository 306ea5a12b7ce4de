/* The PTQ modes: one row each. */
#ifndef QUANTIZE_MODE_H
#define QUANTIZE_MODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "graph/graph.h"

enum granularity { GRANULARITY_CHANNEL, GRANULARITY_TENSOR };
/* How weights become integers: each by itself, or so that errors of a product make up for each
 * other (moments.h). */
enum fitting {
    FITTING_NEAREST,
    FITTING_MOMENTS,
    FITTING_DESCENT,
    FITTING_AUTO /* moments where it is cheap */
};

/* What scales of weights are chosen by: the weights alone, or the error of outputs (moments.h). */
enum scaling { SCALING_WEIGHTS, SCALING_OUTPUT };

/* Whether biases make up for what quantization does to the mean of a channel (correct.h), and the
 * scales of its weights for what it does to the variance (moments.h). */
enum bias_way { BIAS_PLAIN, BIAS_CORRECTED, BIAS_REESTIMATED };

/* What ranges are made alike: of nothing, of weights of one tensor (equalize.h), or of channels of
 * activations (balance.h). */
enum equalizing { EQUALIZE_NOTHING, EQUALIZE_WEIGHTS, EQUALIZE_ACTIVATIONS };

/* What can be chosen within a mode; rows of mode_option_table. */
struct mode_options {
    int effort;               /* a bundle of what follows, which is chosen unless it was given */
    unsigned given;           /* HAS_ bits of what was */
    enum granularity weights; /* scales per output channel or one per tensor */
    enum granularity dense_weights; /* the same for FULLY_CONNECTED */
    enum type io;                   /* int8-io: TYPE_I8 or TYPE_U8 */
    enum type activations;          /* .onnx: what int8 activations become, TYPE_U8 or TYPE_I8 */
    enum rounding rounding;         /* of int8 activations */
    enum fitting fitting;
    enum scaling scaling;
    enum bias_way bias;
    int weight_bits; /* of int8 weights that are used: 8, or 7 */
    enum equalizing equalizing;
    int32_t block;        /* w4: inputs that share a scale; 0: all of a channel */
    const char *observer; /* row of observer_table; NULL: left open */
    double percentile;    /* for the percentile observer; 0: left open */
    const char *skip;     /* layers that stay float, a list as in skip.h; NULL: none */
    const char *wide;     /* layers with activations of int16 beside int8, likewise */
};

enum option_kind { OPTION_CHOICE, OPTION_NUMBER, OPTION_NAMES };

enum {
    HAS_WEIGHTS = 1 << 0,
    HAS_DENSE = 1 << 1,
    HAS_IO = 1 << 2,
    HAS_OBSERVER = 1 << 3,
    HAS_PERCENTILE = 1 << 4,
    HAS_ACTIVATIONS = 1 << 5,
    HAS_FITTING = 1 << 6,
    HAS_ROUNDING = 1 << 7,
    HAS_SKIP = 1 << 8,
    HAS_BIAS = 1 << 9,
    HAS_BITS = 1 << 10,
    HAS_EQUALIZE = 1 << 11,
    HAS_EFFORT = 1 << 12,
    HAS_BLOCK = 1 << 13,
    HAS_SCALING = 1 << 14,
    HAS_WIDE = 1 << 15,
};

struct mode_option {
    const char *name;   /* "weights" */
    const char *values; /* "per-channel|per-tensor": what a choice may be, the default first;
                         * a number's default; what to write for names */
    const char *text;
    enum option_kind kind;
    double least, most; /* of a number */
    unsigned bit;       /* HAS_ bit of the modes that have it */
    void (*set)(struct mode_options *options, int choice, double number);
    int (*choice)(const struct mode_options *options);    /* what is set, of a choice */
    double (*number)(const struct mode_options *options); /* likewise, of a number */
    const char **(*names)(struct mode_options *options);  /* where a list of names is kept */
    /* Leaves the choice to the calibration, which is the same for all modes; NULL: never. */
    void (*leave_open)(struct mode_options *options);
};

extern const struct mode_option mode_option_table[];
extern const size_t mode_option_count;

struct means;
struct moments;
struct pixels;

/* Ranges of the float graph's tensors, and what else its options ask of a calibration. */
struct range {
    float low, high;
    bool seen;
};

struct ranges {
    struct range *items; /* one per tensor of the graph */
    struct range *seen;  /* likewise the extremes, of which an observer may have cut some off */
    struct histogram *histograms; /* likewise, that other ranges can be told from; NULL: none */
    struct pixels **pixels;       /* per input of the graph; NULL: they are not asked for */
    int count, n_inputs;
    size_t samples;          /* that were looked at */
    struct moments *moments; /* NULL: not asked for */
    struct means *means;     /* likewise */
    size_t means_runs;       /* that the means are of */
    char *outlier; /* a sentence on a run that is not like the others; NULL: there is none */
};

struct mode {
    const char *name;                         /* "int8" */
    const char *title;                        /* "full integer, float input and output" */
    const char *text;                         /* what it does and when to choose it */
    const char *promise_size, *promise_speed; /* what practice promises: "4x", "2-3x on CPUs" */
    /* The least of it on CPUs as numbers, times as small and as fast as fp32; 0: nothing. Source:
     * LiteRT's guide to post-training quantization; of modes that it does not have, what their bits
     * of 32 say. */
    double promised_smaller, promised_faster;
    const char *place;      /* where it belongs: "CPU", "CPU, MCU, Edge TPU" */
    bool needs_calibration; /* whatever the options are: see mode_calibrates() */
    enum type activations;  /* what its ranges are for: int8 or int16; else TYPE_F32 */
    bool takes_quantized;   /* accepts a model that is quantized already */
    bool is_baseline;       /* what the other modes are compared with */
    bool by_name_only;      /* takes part only where somebody names it */
    unsigned options;       /* HAS_ bits */
    /* Changes the float graph (see float_graph_prepare) into the mode's, in place. ranges is NULL
     * unless mode_calibrates(). */
    enum status (*apply)(struct graph *graph, const struct mode_options *options,
                         const struct ranges *ranges, struct error *error);
};

extern const struct mode *const mode_table[];
extern const size_t mode_count;

/* By name, or NULL. */
const struct mode *mode_find(const char *name) __attribute__((nonnull(1)));

/* Whether it has to look at samples: always, or because the options ask for it. */
bool mode_calibrates(const struct mode *mode, const struct mode_options *options)
    __attribute__((nonnull(1, 2)));

void mode_options_init(struct mode_options *options) __attribute__((nonnull(1)));
/* Takes the observer that goes with the effort, where that was left open. */
void mode_options_close(struct mode_options *options) __attribute__((nonnull(1)));
/* Sets one option of a mode from text; the error names the nearest valid name or value. Texts of
 * options live in the arena. */
enum status mode_option_set(const struct mode *mode, struct arena *arena,
                            struct mode_options *options, const char *name, const char *value,
                            struct error *error) __attribute__((nonnull(1, 2, 3, 4, 5, 6)));
/* The row with this HAS_ bit. */
const struct mode_option *mode_option_of(unsigned bit) __attribute__((returns_nonnull));
/* The same for one row, whoever has the option. */
enum status mode_option_take(const struct mode_option *option, struct arena *arena,
                             struct mode_options *options, const char *value, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));
/* Whether an option of this name takes a list of names. */
bool mode_option_takes_names(const char *name) __attribute__((nonnull(1)));
/* Parses "int8" or "int8:weights=per-tensor,observer=mse". */
enum status mode_parse(const char *text, struct arena *arena, const struct mode **mode,
                       struct mode_options *options, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));
/* The canonical form of the same: the name and the options that differ from the default. */
void mode_format(const struct mode *mode, const struct mode_options *options, struct text *out)
    __attribute__((nonnull(1, 2, 3)));

#endif
