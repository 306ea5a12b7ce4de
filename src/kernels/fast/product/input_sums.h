/* Weights with a zero point: each counts from it, so a sum of products is off by the zero point
 * times the sum of the row's inputs, whatever the channel. */
#ifndef KERNELS_FAST_PRODUCT_INPUT_SUMS_H
#define KERNELS_FAST_PRODUCT_INPUT_SUMS_H

#include "kernels/fast/product/tile.h"

struct product;

struct input_sums {
    size_t whole; /* whole vectors of a tap's inputs */
    /* LANES words each, that multiply inputs by 1: all of a vector, and those of a tap that are
     * left behind the whole vectors. */
    const int32_t *ones, *rest;
};

/* Whether the product needs them. */
bool input_sums_needed(const struct product *product) PER_ISA(input_sums_needed);
/* Fills product->input_sums, where they are needed; tiling and packed must be set. false: not
 * enough memory. */
bool input_sums_prepare(struct product *product, struct arena *arena) PER_ISA(input_sums_prepare);
/* Sums of the inputs of `rows` rows of a tile, whose pointers are [tap][row]. */
void input_sums_of(const struct product *product, const void *const *pointers, int rows,
                   int32_t *sums) PER_ISA(input_sums_of);
/* Takes off a tile's sums what they are off by: [rows][PANEL_WIDTH], or of one row and several
 * panels. */
void input_sums_subtract(const struct product *product, const struct tile *tile,
                         const int32_t *inputs, int32_t *sums) PER_ISA(input_sums_subtract);

#endif
