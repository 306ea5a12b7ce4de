/* How sums become outputs of 8 bits, LANES at a time: what the finish of products and that of
 * depthwise convolutions share. */
#ifndef KERNELS_FAST_PRODUCT_FINISH_BYTES_H
#define KERNELS_FAST_PRODUCT_FINISH_BYTES_H

#include "kernels/fast/product/finish.h"
#include "kernels/fast/vector/vector.h"

/* Rounded twice, the same in fewer steps (see addends of struct epilogue), or once. */
enum byte_form { FORM_TWICE, FORM_SHORT, FORM_ONCE };

/* Of LANES channels, read once for many rows. Those that the form needs are set. */
struct byte_scales {
    vint left, mantissa, right, addend;
    vfloat factor;
};

/* at: of the first channel. form is a constant where this is inlined. */
INLINE struct byte_scales load_byte_scales(const struct epilogue *epilogue, size_t at,
                                           const enum byte_form form)
{
    struct byte_scales scales = {0};
    if (form == FORM_ONCE) {
        scales.factor = load_float(epilogue->factors + at);
        return scales;
    }
    scales.mantissa = load_int(epilogue->mantissas + at);
    scales.right = load_int(epilogue->rights + at);
    if (form == FORM_SHORT)
        scales.addend = load_int(epilogue->addends + at);
    else
        scales.left = load_int(epilogue->lefts + at);
    return scales;
}

/* What sums with their bias become: within the bounds only where they are rounded once, which they
 * must not exceed before. That is scale_once() of kernels/common/real_scale.h. */
INLINE vint scale_sums(const struct epilogue *epilogue, const struct byte_scales *scales, vint sum,
                       const enum byte_form form)
{
    if (form == FORM_SHORT)
        return multiply_short(sum, scales->mantissa, scales->addend, scales->right);
    vint zero = all_int(epilogue->zero_point);
    if (form == FORM_TWICE)
        return rounding_shift(doubling_high(sum << scales->left, scales->mantissa), scales->right) +
               zero;
    vfloat low = all_float((float)(epilogue->low - epilogue->zero_point));
    vfloat high = all_float((float)(epilogue->high - epilogue->zero_point));
    vfloat value = __builtin_convertvector(sum, vfloat) * scales->factor;
    return round_even(clamp_floats(value, low, high)) + zero;
}

/* Stores `count` of what two vectors of sums became and were packed to. */
INLINE void store_outputs(const struct epilogue *epilogue, int8_t *to, size_t count, vshort value,
                          const enum byte_form form)
{
    if (form != FORM_ONCE)
        value = clamp_shorts(value, all_short(epilogue->low), all_short(epilogue->high));
    store_some_bytes(to, count, value);
}

/* What tiles make results of their sums with before these leave the registers: rounded once, by
 * factors of BYTE_FACTOR_MAX at most, so that nothing need be bounded before it is a whole number.
 * The sums begin with the bias. */
#define BYTE_FACTOR_MAX 0.5f
struct byte_results {
    const struct epilogue *epilogue;
    vfloat factor[2];
    vint zero;
    vchar low, high;
};

/* at: the first channel of the panel. vectors is a constant where these are inlined, as all that is
 * const below. */
INLINE struct byte_results load_byte_results(const struct epilogue *epilogue, size_t at,
                                             const int vectors)
{
    struct byte_results results = {
        .epilogue = epilogue,
        .zero = all_int(epilogue->zero_point),
        .low = (vchar){0} + (int8_t)epilogue->low,
        .high = (vchar){0} + (int8_t)epilogue->high,
    };
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++)
        results.factor[v] = load_float(epilogue->factors + at + (size_t)v * LANES);
    return results;
}

INLINE vint scale_result(const struct byte_results *by, vint sum, int v)
{
    return round_far(__builtin_convertvector(sum, vfloat) * by->factor[v]) + by->zero;
}

/* The results of whole rows of a panel; those of a row are `step` behind those of the one before.
 * A vector has those of several rows. */
INLINE void store_byte_results(const struct byte_results *by, vint (*sum)[2], int8_t *to,
                               size_t step, const int rows, const int vectors)
{
    const int at_once = 4 / vectors;
#pragma GCC unroll 8
    for (int first = 0; first < rows; first += at_once) {
        vint part[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            int r = first + i / vectors;
            part[i] = scale_result(by, sum[r < rows ? r : rows - 1][i % vectors], i % vectors);
        }
        vchar bytes = (vchar)join_saturated(part[0], part[1], part[2], part[3]);
        bytes = clamp_bytes(bytes, by->low, by->high);
#pragma GCC unroll 4
        for (int i = 0; i < at_once; i++)
            if (first + i < rows)
                store_part(to + (size_t)(first + i) * step, bytes, i, at_once);
    }
}

#endif
