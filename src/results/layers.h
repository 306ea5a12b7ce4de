/* The layer ledger: for each row, what became of every layer of the float model, and what it is
 * worth. */
#ifndef RESULTS_LAYERS_H
#define RESULTS_LAYERS_H

#include "results/layer_grid.h"
#include "results/results.h"

/* One layer of one trial. Texts and figures live as long as those of the row. */
struct layer_row {
    const struct row *row;
    struct figure number;  /* in the float model's order, from 0 */
    const char *name, *op; /* of its first output; of its operator */
    const char *fate;      /* "changed", "float" or "missing": see the event "layer" */
    struct figure isolated_sqnr, isolated_cosine, isolated_steps; /* dB; RMSE over scale */
    struct figure accumulated_sqnr, accumulated_cosine, accumulated_steps;
    struct figure clipped; /* share of fp32's values beyond what the layer can hold */
    struct figure held_low, held_high, seen_low, seen_high;
    struct figure weights_sqnr; /* of the stored weights, dB */
    struct figure zeroed;       /* share of the weights other than 0 that became 0 */
    struct figure time, saved;  /* ns: of its steps; fp32's less its own */
    struct figure output_sqnr;  /* of the network with only this layer in the mode, dB */
    struct figure drop;         /* likewise, in the unit of the row's metric */
    /* Root of the mean squared error of that network's worst output, over that of fp32's values,
     * per ns saved. */
    struct figure cost;
    const struct layer_weights *weights; /* NULL: no product, or the mode stores it as it was */
    const struct layer_values *values;   /* NULL: its output is not quantized */
};

/* How a candidate's ledger stands. */
enum ledger_state { LEDGER_NONE, LEDGER_OPEN, LEDGER_COMPLETE, LEDGER_ABSENT };

struct ledger {
    enum ledger_state state;
    const char *absent;     /* why there is none, of LEDGER_ABSENT; else "" */
    size_t layers, samples; /* of the errors */
    size_t left;            /* layers whose costs there was no time for */
    bool has_grids;         /* weights and values were told of */
};

struct ledger results_ledger(const struct results *results, int candidate)
    __attribute__((nonnull(1)));
/* Whether it is over: nobody need look at the layers again. */
bool results_has_ledger(const struct results *results, int candidate) __attribute__((nonnull(1)));
/* Layer i of a trial, i below the number of its candidate's layers. */
struct layer_row results_layer(struct results *results, int trial, size_t i)
    __attribute__((nonnull(1)));
/* Of a trial without a ledger whose steps were timed: the layers of the model's file with which
 * steps of it or of fp32 begin, in their order, with their times and nothing of errors, fate "".
 * *count of them, to be freed. */
struct layer_row *results_timed_layers(struct results *results, int trial, size_t *count)
    __attribute__((returns_nonnull, nonnull(1, 3)));

#endif
