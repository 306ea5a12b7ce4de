/* Cross-layer equalization: weights of two layers that follow each other are brought to the same
 * range, channel by channel, so that one scale fits them; the network computes the same.
 *
 * Source: M. Nagel, M. van Baalen, T. Blankevoort, M. Welling, 2019, Data-Free Quantization Through
 * Weight Equalization and Bias Correction, sections 4.1 and 4.1.3. What the paper says of ReLU
 * holds of ReLU6 where a channel stays below 6, before and after. There, ranges of activations come
 * from batch norms; here, from calibration. */
#ifndef QUANTIZE_EQUALIZE_H
#define QUANTIZE_EQUALIZE_H

#include "formats/dataset/model_data.h"
#include "graph/graph.h"

/* Equalizes a prepared float graph (float_graph.h), all of whose products have biases
 * (correct_add_biases), by the samples; weights and biases get copies in the graph's arena. Then
 * absorbs high biases: what a channel never goes below is left to the biases of the layer behind,
 * where that has no padding, so that ranges are narrower. The graph remarks what was done. */
enum status equalize(struct graph *graph, struct model_data *data, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
