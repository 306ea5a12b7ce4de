/* How sums of inputs that were quantized at run time become float32 results, LANES at a time. */
#ifndef KERNELS_FAST_PRODUCT_FINISH_HYBRID_H
#define KERNELS_FAST_PRODUCT_FINISH_HYBRID_H

#include "kernels/fast/product/state.h"

/* What sums of LANES channels become results with, whatever the image. */
struct hybrid_lanes {
    vint weights; /* sums of the weights of bytes, else 0 */
    vfloat scale, bias;
};

/* The same of one image. */
struct hybrid_scales {
    vint offset; /* what the bytes' own offset and the zero point add up to */
    vfloat factor;
};

INLINE struct hybrid_lanes load_hybrid_lanes(const struct epilogue *epilogue, int channel)
{
    struct hybrid_lanes lanes = {
        .scale = load_float(epilogue->weight_scales + channel),
        .bias = load_float(epilogue->bias_float + channel),
    };
    if (epilogue->weight_sums)
        lanes.weights = load_int(epilogue->weight_sums + channel);
    return lanes;
}

INLINE struct hybrid_scales scale_hybrid_lanes(const struct hybrid_lanes *lanes,
                                               const struct run_scale *by, int32_t run_offset)
{
    return (struct hybrid_scales){lanes->weights * (run_offset + by->zero_point),
                                  lanes->scale * by->scale};
}

INLINE vfloat hybrid_value(const struct hybrid_lanes *lanes, const struct hybrid_scales *scales,
                           vint sum)
{
    return __builtin_convertvector(sum - scales->offset, vfloat) * scales->factor + lanes->bias;
}

/* Float32 results of a tile's sums. What they are made with is read anew for each tile, and they
 * are stored one by one: the sums take the registers. */
INLINE void store_hybrid(const struct product *product, const struct tile *tile, vint (*sum)[2],
                         float *to, const int rows, const int vectors)
{
    const float *addend = tile->addend;
    const vfloat low = all_float(tile->low), high = all_float(tile->high);
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) {
        const struct hybrid_lanes lanes =
            load_hybrid_lanes(&product->epilogue, tile->panel * PANEL_WIDTH + v * LANES);
        const struct hybrid_scales scales =
            scale_hybrid_lanes(&lanes, tile->by, product->source.run_offset);
        size_t at = (size_t)v * LANES, live = v + 1 < vectors ? LANES : tile->live;
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++, at += tile->step) {
            vfloat value = hybrid_value(&lanes, &scales, sum[r][v]);
            if (addend)
                value += load_live(addend + at, live);
            store_live(to + at, live, clamp_floats(value, low, high));
        }
    }
}

#endif
