/* A model that is made ready once, and then brought into a mode any number of times, with other
 * layers kept float each time: what the file to ship, a comparison of layers and a search have in
 * common. */
#ifndef QUANTIZE_QUANTIZER_H
#define QUANTIZE_QUANTIZER_H

#include <stddef.h>

#include "base/error.h"
#include "formats/dataset/dataset.h"
#include "graph/graph.h"
#include "model/load.h"
#include "quantize/mode.h"

struct quantizer;

/* Loads a model (model/load.h; load may be NULL) and brings it into the float graph that a mode
 * starts from. mode is a text as for mode_parse, of a mode that does not take quantized models.
 * Released with quantizer_free. */
enum status quantizer_open(const char *model, const char *mode, const struct load_options *load,
                           struct quantizer **quantizer, struct error *error)
    __attribute__((nonnull(1, 2, 4, 5)));
/* NULL is fine. */
void quantizer_free(struct quantizer *quantizer);

const struct mode *quantizer_mode(const struct quantizer *quantizer)
    __attribute__((returns_nonnull, nonnull(1)));
const struct mode_options *quantizer_options(const struct quantizer *quantizer)
    __attribute__((returns_nonnull, nonnull(1)));
/* The float graph, with remarks on the model. Once it is calibrated it is another one, with remarks
 * on the data, too; the first remains valid. */
const struct graph *quantizer_graph(const struct quantizer *quantizer)
    __attribute__((returns_nonnull, nonnull(1)));

/* What the mode needs to know of the samples; nothing where it needs none. Once, before the first
 * quantizer_apply. calibration may be NULL, which is an error where it is needed; it must outlive
 * the quantizer. */
enum status quantizer_calibrate(struct quantizer *quantizer, const struct dataset_spec *calibration,
                                struct error *error) __attribute__((nonnull(1, 3)));
/* Samples that were looked at; 0 where the mode needs none. */
size_t quantizer_samples(const struct quantizer *quantizer) __attribute__((nonnull(1)));

/* The extremes that calibration saw, one per tensor of quantizer_graph, of which those count whose
 * values were looked at (struct range); NULL where there was no calibration. The quantizer's. */
const struct range *quantizer_seen(const struct quantizer *quantizer) __attribute__((nonnull(1)));

/* Entries for each node of quantizer_graph, beside those that the options skip and wide name. */
struct layer_plan {
    const bool *keep_float; /* true: it stays float */
    const bool *wide;       /* its activations have 16 bits: of modes that have the option */
};

/* The graph in the mode; plan may be NULL. The result is the caller's, shares memory with the
 * quantizer, which must outlive it, and is to be freed with graph_free. Rounding is as the
 * options say. */
enum status quantizer_apply(struct quantizer *quantizer, const struct layer_plan *plan,
                            struct graph **graph, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* Corrects the bias of the only quantized layer of a float graph, whose other nodes are those of
 * quantizer_graph, as the mode does where nothing before the layer is quantized: what a file has
 * makes up for the layers before it as well. Nothing where the mode corrects none. */
void quantizer_correct_alone(const struct quantizer *quantizer, struct graph *graph)
    __attribute__((nonnull(1, 2)));

#endif
