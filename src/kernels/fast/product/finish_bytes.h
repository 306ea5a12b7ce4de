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

#endif
