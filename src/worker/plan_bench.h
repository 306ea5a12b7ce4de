/* Plans of mixed precision, made, timed and scored one after the other: a model that is
 * calibrated once, of which some layers stay float32 or have activations of 16 bits. What is
 * timed and scored is the file that would be shipped, on the order's runtime and processing
 * units. */
#ifndef WORKER_PLAN_BENCH_H
#define WORKER_PLAN_BENCH_H

#include "base/text.h"
#include "experiment/work.h"
#include "measure/stats.h"

struct plan_bench;

/* Loads and calibrates the model in the order's mode, and measures the plans of all layers in
 * float32 and of none. The order outlives the result, which is released with plan_bench_close.
 * STATUS_UNSUPPORTED: variables, outputs that are no float32, or a metric that does not judge
 * samples one by one. */
enum status plan_bench_open(const struct work *work, struct plan_bench **bench, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
void plan_bench_close(struct plan_bench *bench);

/* Layers that may stay float32: what has weights. A layer that plans keep from being integers of
 * the mode stays float32, unless it was chosen that it has activations of 16 bits then. */
size_t plan_bench_layers(const struct plan_bench *bench) __attribute__((nonnull(1)));
/* Number of its node in the float graph, its operator, and the name of what it writes. */
int plan_bench_node(const struct plan_bench *bench, size_t layer) __attribute__((nonnull(1)));
const char *plan_bench_operator(const struct plan_bench *bench, size_t layer)
    __attribute__((returns_nonnull, nonnull(1)));
const char *plan_bench_name(const struct plan_bench *bench, size_t layer)
    __attribute__((returns_nonnull, nonnull(1)));
/* Chooses what becomes of the layer where a plan keeps it; the mode has the option wide then. */
void plan_bench_choose_wide(struct plan_bench *bench, size_t layer, bool is_wide)
    __attribute__((nonnull(1)));
bool plan_bench_is_wide(const struct plan_bench *bench, size_t layer) __attribute__((nonnull(1)));
/* Whether it may be chosen: the mode has the option. */
bool plan_bench_may_be_wide(const struct plan_bench *bench) __attribute__((nonnull(1)));
/* Bytes that the file grows by when it is kept. */
double plan_bench_bytes(const struct plan_bench *bench, size_t layer) __attribute__((nonnull(1)));
/* Squared difference of the outputs from those of float32, over their variance, when this layer
 * alone is quantized, with activations of 16 bits or as the mode has it: over samples of the
 * calibration. What was chosen of the layers stays. */
enum status plan_bench_noise(struct plan_bench *bench, size_t layer, bool is_wide, double *noise,
                             struct error *error) __attribute__((nonnull(1, 4, 5)));

/* A plan, as it was measured. */
struct plan_figures {
    double seconds; /* of an inference, as the pair of blocks says beside the plan of no float32 */
    double bytes;
    /* Of the metric, in its unit, where it was scored: by every other sample, which a search may
     * choose by, and by the others, which have no part in it. */
    struct interval drop, kept_apart;
};

/* is_kept has an entry per layer. Without scores only seconds and bytes are filled. */
enum status plan_bench_measure(struct plan_bench *bench, const bool *is_kept, bool scores,
                               struct plan_figures *figures, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));
/* Those of the plans that were measured at the beginning: of all layers in float32, or of none. */
const struct plan_figures *plan_bench_end(const struct plan_bench *bench, bool is_float)
    __attribute__((returns_nonnull, nonnull(1)));

/* Appends the mode that makes the plan: "int8:skip=a+b,wide=c". Nodes between layers of one kind
 * are of it, too. */
void plan_bench_mode(const struct plan_bench *bench, const bool *is_kept, struct text *mode)
    __attribute__((nonnull(1, 2, 3)));
/* The metric's title and the unit of its drops, and how many samples a search chooses by. */
const char *plan_bench_metric(const struct plan_bench *bench)
    __attribute__((returns_nonnull, nonnull(1)));
const char *plan_bench_unit(const struct plan_bench *bench)
    __attribute__((returns_nonnull, nonnull(1)));
size_t plan_bench_samples(const struct plan_bench *bench) __attribute__((nonnull(1)));

#endif
