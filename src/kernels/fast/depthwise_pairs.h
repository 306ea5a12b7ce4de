/* Sums of depthwise convolutions of integers: bytes are widened as they are read, and two rows of
 * the filter are multiplied and added at once. */
#ifndef KERNELS_FAST_DEPTHWISE_PAIRS_H
#define KERNELS_FAST_DEPTHWISE_PAIRS_H

#include "kernels/fast/depthwise.h"

/* Rows of the filter that are multiplied at once, the last one perhaps alone. */
INLINE int row_pairs(int side)
{
    return (side + 1) / 2;
}

/* int16 elements of a panel's packed weights. */
INLINE size_t panel_weights_count(int side)
{
    return (size_t)(row_pairs(side) * side * 2 * PANEL_WIDTH);
}

/* A panel of inputs. The type is a constant where these are inlined, as all that is const below. */
INLINE vshort load_input(const void *cell, size_t channel, const enum type type)
{
    if (type == TYPE_I16)
        return load_short((const int16_t *)cell + channel);
    vshort widened = load_widened((const int8_t *)cell + channel);
    return type == TYPE_U8 ? widened & UINT8_MAX : widened;
}

/* Each pair of inputs is multiplied for all outputs whose window it is in. bias: of the panel, in
 * the order of the lanes; NULL: none. low, high: [count]. */
INLINE void sum_run(const struct depthwise *depthwise, const struct depthwise_source *source,
                    int panel, const int32_t *bias, vint *low, vint *high, const int count,
                    const int side, const int stride, const enum type type, const bool is_inside)
{
    const int16_t *weights =
        (const int16_t *)depthwise->weights + (size_t)panel * panel_weights_count(side);
    size_t channel = panel_channel(depthwise, panel);
    const char *at[SIDE_MAX];
#pragma GCC unroll 8
    for (int y = 0; y < side; y++)
        at[y] = source->row[y];
#pragma GCC unroll 8
    for (int r = 0; r < count; r++) {
        low[r] = bias ? load_int(bias) : all_int(0);
        high[r] = bias ? load_int(bias + LANES) : all_int(0);
    }
#pragma GCC unroll 16
    for (int column = 0; column < (count - 1) * stride + side; column++) {
        KEEP_INDEX(weights); /* they are operands in memory, too many to stay in registers */
#pragma GCC unroll 4
        for (int y = 0; y < side; y += 2) {
            const void *cell = cell_of(source, &at[y], column, y, side, is_inside);
            vshort pair_low, pair_high, upper = load_input(cell, channel, type);
            vshort lower = (vshort){0};
            if (y + 1 < side)
                lower = load_input(cell_of(source, &at[y + 1], column, y + 1, side, is_inside),
                                   channel, type);
            interleave(upper, lower, &pair_low, &pair_high);
#pragma GCC unroll 8
            for (int r = 0; r < count; r++) {
                int x = column - r * stride;
                if (x < 0 || x >= side)
                    continue;
                const int16_t *pair = weights + (ptrdiff_t)(y / 2 * side + x) * 2 * PANEL_WIDTH;
                low[r] = add_pair_products(low[r], pair_low, load_short(pair));
                high[r] = add_pair_products(high[r], pair_high, load_short(pair + PANEL_WIDTH));
                KEEP_VECTOR(low[r]);
                KEEP_VECTOR(high[r]);
            }
        }
    }
}

/* Lane i of a panel's sums, the low ones first, is this channel. */
INLINE size_t lane_channel(const struct depthwise *depthwise, int panel, int i)
{
    return panel_channel(depthwise, panel) + (size_t)interleaved_channel(i % LANES, i >= LANES);
}

/* A weight from its zero point. */
int32_t depthwise_weight(const struct kernel_call *call, const struct depthwise *depthwise, int tap,
                         size_t channel) PER_ISA(depthwise_weight);
/* Packs the weights; width, panels and last must be set. false: not enough memory. */
bool depthwise_pack_pairs(const struct kernel_call *call, struct depthwise *depthwise,
                          struct arena *arena) PER_ISA(depthwise_pack_pairs);

#endif
