/* How sums of inputs that were quantized at run time become float32 results, LANES at a time. */
#ifndef KERNELS_FAST_PRODUCT_FINISH_HYBRID_H
#define KERNELS_FAST_PRODUCT_FINISH_HYBRID_H

#include "kernels/common/hybrid.h"
#include "kernels/fast/product/finish.h"
#include "kernels/fast/vector/vector.h"

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

#endif
