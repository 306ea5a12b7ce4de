/* From sums to outputs: bias, scale, activation, store. Other libraries call this the epilogue,
 * and that of integers requantization: sums in the product of the input's and the weights'
 * scales become numbers in the output's. */
#ifndef KERNELS_FAST_PRODUCT_FINISH_H
#define KERNELS_FAST_PRODUCT_FINISH_H

#include "kernels/fast/isa.h"
#include "kernels/kernel.h"

struct product;

/* What finish functions need, per channel, padded to whole panels, and for all. */
struct epilogue {
    size_t sum_bytes; /* of one sum: 4, or 8 where those of 16x8 may need them */
    /* Tiles make results of their sums, right in the output where a whole tile is part of it; then
     * there is nothing to finish. */
    bool is_direct;
    /* float32 outputs */
    const float *bias_float;
    float float_low, float_high;
    const float *weight_scales; /* of integer weights: with run-time scales, and widened */
    /* with run-time scales, too */
    const int32_t *weight_sums; /* of bytes: what an input of 1 adds up to */
    /* int8 and int16 outputs */
    const int32_t *bias32;
    const int64_t *bias64; /* in its place, where sums have 64 bits */
    /* Multipliers: see kernels/common/fixed_point.h. Those of int16 outputs are the factors and
     * shifts of multiply_wide(), in the short form factors that are made for a shift of 32. */
    const int32_t *mantissas, *lefts, *rights;
    /* Of bytes, where multiply_short() of vector/portable.h is exact; NULL: it is not for all sums
     * that there can be. */
    const int32_t *addends;
    const float *factors;         /* in their place, where the graph rounds once */
    const double *double_factors; /* of int16 outputs */
    int32_t zero_point, low, high;
};

/* Whether no float32 result of the call is below 0. */
static inline bool results_are_positive(const struct kernel_call *call,
                                        const struct epilogue *epilogue)
{
    return !call->apply && (call->addend.tensor ? call->low : epilogue->float_low) >= 0.0f;
}

/* Sums of some rows of one panel, and where their outputs belong. */
struct panel_sums {
    const void *sums;       /* [rows][PANEL_WIDTH] */
    size_t row;             /* of the output, the first of them */
    int rows, panel, width; /* width: lanes that are computed, LANES or PANEL_WIDTH */
    void *output;           /* row 0 of it */
};

/* Those of integers round twice or once (graph/rounding.h). */
typedef void finish_function(const struct product *product, const struct kernel_call *call,
                             const struct panel_sums *part);
finish_function finish_float PER_ISA(finish_float);
finish_function finish_hybrid PER_ISA(finish_hybrid);
finish_function finish_int8 PER_ISA(finish_int8);
finish_function finish_int8_short PER_ISA(finish_int8_short); /* the same: see addends */
finish_function finish_int16 PER_ISA(finish_int16);
finish_function finish_int16_short PER_ISA(finish_int16_short); /* the same: see mantissas */
finish_function finish_int8_once PER_ISA(finish_int8_once);
finish_function finish_int16_once PER_ISA(finish_int16_once);
/* int16 outputs of sums in 64 bits. */
finish_function finish_wide PER_ISA(finish_wide);
finish_function finish_wide_once PER_ISA(finish_wide_once);

/* Choose the finish and fill what it needs from the quantization and the bias; geometry, tiling and
 * sum_bytes must be set. */
typedef enum status finish_prepare_function(const struct kernel_call *call, struct product *product,
                                            struct arena *arena, struct error *error);
finish_prepare_function product_finish_float PER_ISA(product_finish_float);
/* Integer weights that are widened, with a scale per channel. */
finish_prepare_function product_finish_widened PER_ISA(product_finish_widened);
finish_prepare_function product_finish_hybrid PER_ISA(product_finish_hybrid);
finish_prepare_function product_finish_integer PER_ISA(product_finish_integer);
/* Of the last, all but the bias: the output's range and the ratios of the scales. Needs channels
 * and panels alone. */
finish_prepare_function product_finish_scales PER_ISA(product_finish_scales);

#endif
