/* Channels of activations centred on 0: what lies in the middle of a channel's range is left to the
 * biases of the layers that read it, so that one range for all channels is no wider than the widest
 * of them; the network computes the same.
 *
 * Source: X. Wei, Y. Zhang, Y. Li, X. Zhang, R. Gong, J. Guo, X. Liu, 2023, Outlier Suppression+:
 * Accurate Quantization of Large Language Models by Equivalent and Effective Shifting and Scaling,
 * section 4.1, channel-wise shifting. There layer normalization precedes the shift; here a product
 * without an activation does, as in front of the pointwise half of a separable convolution. */
#ifndef QUANTIZE_CENTRE_H
#define QUANTIZE_CENTRE_H

#include "formats/dataset/model_data.h"
#include "graph/graph.h"

/* Centres what products without an activation write and products without padding alone read, in a
 * prepared float graph (float_graph.h), all of whose products have biases (correct_add_biases), by
 * the samples. Biases get copies in the graph's arena. The graph remarks what was done. */
enum status centre(struct graph *graph, struct model_data *data, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
