/* Bias correction: what quantization does to the mean of a channel is taken back by its bias.
 *
 * Source: M. Nagel, M. van Baalen, T. Blankevoort, M. Welling, 2019, Data-Free Quantization Through
 * Weight Equalization and Bias Correction, appendix D, empirical bias correction. Before its
 * activation, a channel's mean is the sum of weight times mean input, plus the bias. So mean inputs
 * of both networks (means.h) tell the difference: of weights that were rounded, and of inputs that
 * were rounded, cut off, or shifted by the layers before. */
#ifndef QUANTIZE_CORRECT_H
#define QUANTIZE_CORRECT_H

#include "formats/dataset/model_data.h"
#include "quantize/means.h"

/* Gives each product (product.h) of a float graph that has no bias one of zeros. */
void correct_add_biases(struct graph *graph) __attribute__((nonnull(1)));

/* Gives a node that keeps its float bias a copy of it, which is to be corrected: the float graph
 * has the same one, and maybe another layer, too. */
void correct_own_bias(struct graph *graph, const struct node *node) __attribute__((nonnull(1, 2)));

/* Corrects the biases of a quantized graph, of which products stand in the order of the float
 * graph that it was made from (source). expected are the means of the latter, over so many runs
 * that are spread over the data (stages_chosen). Layers are corrected in order, each by what it
 * reads in these runs once those before it are; data are opened for the graph's inputs. The
 * graph has no variables. */
enum status correct_biases(struct graph *made, const struct graph *source,
                           const struct means *expected, struct model_data *data, size_t runs,
                           struct error *error) __attribute__((nonnull(1, 2, 3, 4, 6)));

/* The same as far as the mean inputs of the float graph tell: what rounding of weights does, and
 * not what that of activations does. */
void correct_weights(struct graph *made, const struct graph *source, const struct means *means)
    __attribute__((nonnull(1, 2, 3)));

#endif
