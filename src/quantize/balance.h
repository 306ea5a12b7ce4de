/* Balance of activations: the channels of a stream (streams.h) are brought nearer to one range, as
 * far as the weights that read them bear it, so that one scale for all of them fits each; the
 * network computes the same. Weights that write a stream have scales per channel, which take over
 * the factor; so have depthwise ones that read it.
 *
 * Source: G. Xiao, J. Lin, M. Seznec, H. Wu, J. Demouth, S. Han, 2023, SmoothQuant: Accurate and
 * Efficient Post-Training Quantization for Large Language Models, section 4, where a factor is a
 * channel's range to some power by its weights' to another. Here the powers are those with the
 * least noise that rounding of activations and weights is expected to make in all products that
 * read the stream, and streams go on through residual additions, which share their channels. */
#ifndef QUANTIZE_BALANCE_H
#define QUANTIZE_BALANCE_H

#include "formats/dataset/model_data.h"
#include "graph/graph.h"

/* Balances a prepared float graph (float_graph.h), all of whose products have biases
 * (correct_add_biases), by the samples, for activations of int8 or int16; scales_dense: weights of
 * FULLY_CONNECTED have scales per channel, too. Weights and biases get copies in the graph's arena.
 * The graph remarks what was done. */
enum status balance(struct graph *graph, struct model_data *data, enum type activations,
                    bool scales_dense, struct error *error) __attribute__((nonnull(1, 2, 5)));

#endif
