/* A candidate's layers: the float graph that its mode started from, the graph of the file to ship,
 * and what became of each node. */
#ifndef QUANTIZE_LAYER_SET_H
#define QUANTIZE_LAYER_SET_H

#include "base/error.h"
#include "graph/graph.h"
#include "quantize/counterpart.h"
#include "quantize/quantizer.h"

struct layer_set {
    struct quantizer *quantizer;
    const struct graph *real; /* its */
    struct graph *made;
    struct counterparts parts;
    int count;              /* of the nodes of the float graph: these are the layers */
    enum layer_fate *fates; /* of each */
};

/* What a candidate was made of (candidate.h). load and calibration may be NULL. */
struct layer_source {
    const char *model, *mode;
    const struct load_options *load;
    const struct dataset_spec *calibration;
};

/* Loads and calibrates the model as it was for the candidate, so that the float graph is the one
 * that the mode started from, and the file that it made, whose bytes were malloc'ed and now belong
 * to the set (freed on failure, too). STATUS_UNSUPPORTED: the model has no float form, or the file
 * is no .tflite file, in which layers cannot be told apart. Released with layer_set_release, in any
 * case. */
enum status layer_set_open(const struct layer_source *source, unsigned char *bytes, size_t size,
                           struct layer_set *set, struct error *error)
    __attribute__((nonnull(1, 4, 5)));
void layer_set_release(struct layer_set *set) __attribute__((nonnull(1)));

/* The float graph with this one layer in the mode: as the file has it, but for a corrected bias,
 * which is that of this layer alone. As layer_within of counterpart.h; the set outlives it. */
enum status layer_set_within(const struct layer_set *set, int layer, struct graph **whole,
                             struct error *error) __attribute__((nonnull(1, 3, 4)));

/* What people call a layer: its first output, or its number and operator where that has no name; in
 * buffer, except that a name is returned as it is. */
const char *layer_name(const struct layer_set *set, int layer, char buffer[NODE_TEXT_SIZE])
    __attribute__((returns_nonnull, nonnull(1, 3)));

#endif
