/* Which inputs share the 16 bits of an instruction that multiplies unsigned with signed bytes and
 * adds the products of neighbours (VPMADDUBSW): pairs of inputs whose products fit in every column
 * of weights, whatever the inputs are. The order of a sum's terms is free, so partners are looked
 * for; there is nearly always one for each. */
#ifndef KERNELS_COMMON_MATCHING_H
#define KERNELS_COMMON_MATCHING_H

#include <stddef.h>
#include <stdint.h>

/* Columns of weights that are matched together, at most. */
#define MATCHING_COLUMNS 16
/* Neighbouring inputs among which a step chooses. */
#define MATCHING_WINDOW 16
/* In place of an input: there is none, and its weight is 0. */
#define MATCHING_NONE 0x80

/* The largest sum of a pair's positive weights, and of the sizes of its negative ones, with which
 * its products fit int16: 255 * 128 = 32640. */
#define MATCHING_BOUND 128

/* Four inputs that are multiplied at once: the first two are a pair, and the last two. */
struct matched_step {
    uint8_t inputs[4]; /* counted from `first`: below MATCHING_WINDOW, or MATCHING_NONE */
    int32_t first;
};

/* Weights of some columns: that of input i in column c is elements[c * column_step + i] with the
 * bits of `turned` turned over (uint8 weights become int8 when the highest one is). */
struct matching_weights {
    const int8_t *elements;
    size_t column_step;
    int columns; /* 1..MATCHING_COLUMNS */
    int8_t turned;
};

/* Puts every one of 0..inputs-1 into a pair of one step, each of which has at least one. Returns
 * the number of steps. */
size_t matching_find(const struct matching_weights *weights, int inputs,
                     struct matched_step *steps);

#endif
