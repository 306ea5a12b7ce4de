/* CAST, QUANTIZE, DEQUANTIZE and SHAPE: what their kernels prepare. */
#ifndef KERNELS_COMMON_CONVERT_H
#define KERNELS_COMMON_CONVERT_H

#include "kernels/common/fixed_point.h"
#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call of the first three. */
struct conversion {
    struct portions portions; /* of the elements; they are the work items */
    enum type from, to;
    /* QUANTIZE of integers (requantization): input scale / output scale. */
    double ratio;
    struct multiplier by;
    size_t
        inner; /* QUANTIZE of floats, DEQUANTIZE: elements that follow each other with one scale */
};

/* Make a struct conversion the state: of CAST and of DEQUANTIZE of float16; of QUANTIZE of
 * floats and DEQUANTIZE of integers, with one scale or one per index of an axis; of QUANTIZE of
 * integers, with one scale on each side. int32 may have a scale here, too. STATUS_UNSUPPORTED
 * for scales that are not as stated. */
enum status convert_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status convert_prepare_quantize(struct kernel_call *call, struct arena *arena,
                                     struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status convert_prepare_dequantize(struct kernel_call *call, struct arena *arena,
                                       struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status convert_prepare_requantize(struct kernel_call *call, struct arena *arena,
                                       struct error *error) __attribute__((nonnull(1, 2, 3)));

/* SHAPE: no state, and one item, which reads no element. */
enum status convert_prepare_shape(struct kernel_call *call, struct arena *arena,
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
