/* Products whose channels may be scaled: their weights and biases are theirs alone, and copied
 * before they change. */
#ifndef QUANTIZE_RESCALE_H
#define QUANTIZE_RESCALE_H

#include "quantize/product.h"

/* Whether nobody else has its weights and its bias of float32, and its channels are not grouped. */
bool rescale_can(const struct graph *graph, const struct product *product)
    __attribute__((nonnull(1, 2)));

/* Gives a constant elements of its own, in the arena of the graph. */
void rescale_own(struct graph *graph, int tensor) __attribute__((nonnull(1)));
/* The elements, to be written, of a constant of float32 that has its own. */
float *rescale_numbers(const struct graph *graph, int tensor) __attribute__((nonnull(1)));

/* Has the biases of a product, its own, make up for what its input channels have lost, so much
 * each: where it reads nothing beyond the border (product_pads). */
void rescale_make_up(const struct graph *graph, const struct product *product, const float *lost)
    __attribute__((nonnull(1, 2, 3)));

#endif
