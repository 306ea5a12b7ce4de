/* PAD, PADV2 and MIRROR_PAD: what their kernels prepare. */
#ifndef KERNELS_COMMON_PAD_H
#define KERNELS_COMMON_PAD_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call: the dimensions up to the innermost one that is padded; all that lies
 * within is one unit. A row is the units along that dimension. */
struct pad {
    int rank; /* at least 1 */
    size_t in[SHAPE_RANK_MAX], out[SHAPE_RANK_MAX], before[SHAPE_RANK_MAX];
    size_t unit;                          /* bytes */
    size_t size;                          /* bytes of an element */
    struct portions rows;                 /* of the output; they are the work items */
    unsigned char value[sizeof(int64_t)]; /* PAD's element */
    int edge; /* MIRROR_PAD: 1 when the edge itself is repeated, else 0 */
};

/* Make a struct pad the state: of PAD, which fills with what stands for 0; of PADV2, whose third
 * input is the value; of MIRROR_PAD. The paddings are the constant second input:
 * STATUS_UNSUPPORTED when they are computed, STATUS_FORMAT when they do not fit the rank or the
 * tensors are not quantized alike. */
enum status pad_prepare_zero(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status pad_prepare_value(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status pad_prepare_mirror(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* The bytes of the element that stands for 0. */
void pad_zero(const struct tensor *tensor, unsigned char value[sizeof(int64_t)])
    __attribute__((nonnull(1, 2)));

#endif
