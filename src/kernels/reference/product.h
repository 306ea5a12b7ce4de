/* What convolutions and matrix products share: sums of products of inputs and weights, for all
 * types, and their way to an output element.
 *
 * Every operator is a set of sums; it says which runs of inputs meet which runs of weights, and
 * this says what a run adds to the sum and what becomes of the sum. Where activations are quantized
 * at run time (float inputs, int8 weights), a stage before the sums does that.
 */
#ifndef KERNELS_REFERENCE_PRODUCT_H
#define KERNELS_REFERENCE_PRODUCT_H

#include "kernels/common/product_terms.h"
#include "kernels/common/widened.h"
#include "kernels/lists.h"

/* length products of input[a + i * a_step] and weights[b + i * b_step]. */
struct product_run {
    size_t a, a_step, b, b_step, length;
};

union product_sum {
    double real;
    int64_t integer;
};

/* Adds the run to the sum, which begins with 0. */
typedef void product_add(const struct kernel_call *call, const struct product_run *run,
                         union product_sum *sum);
/* Finishes a sum: output element `index`, of the channel and of the input image given. */
typedef void product_store(const struct kernel_call *call, union product_sum sum, size_t index,
                           int channel, size_t image);

struct product_loops {
    product_add *add;
    product_store *store;
};

/* Those for the types of the call, whose state begins with struct product_terms. */
struct product_loops product_loops(const struct kernel_call *call) __attribute__((nonnull(1)));

/* Does the stage when it is not that of the sums; false: the sums are to be done. */
bool product_quantize(const struct kernel_call *call, int stage, size_t first, size_t last)
    __attribute__((nonnull(1)));

/* The rows of an operator: all types that sums are made of. */
#define PRODUCT_ROW(text, op_, data, weights, prepare_, run_)                                      \
    {                                                                                              \
        .name = (text), .op = OP_##op_, .isa = ISA_REFERENCE, .types = {data, weights, data},      \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define PRODUCT_WIDENED_ROW(text, op_, prepare_, run_)                                             \
    {                                                                                              \
        .name = text "_f32_w8_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                    \
        .types = {TYPE_F32, TYPE_I8, TYPE_F32}, .widens = true, .accepts = widened_accepts,        \
        .prepare = (prepare_), .run = (run_)                                                       \
    }
#define PRODUCT_ROWS(text, op, prepare, run)                                                       \
    PRODUCT_ROW(text "_f32_reference", op, TYPE_F32, TYPE_F32, prepare, run),                      \
        PRODUCT_ROW(text "_f32_f16_reference", op, TYPE_F32, TYPE_F16, prepare, run),              \
        PRODUCT_ROW(text "_f32_bf16_reference", op, TYPE_F32, TYPE_BF16, prepare, run),            \
        PRODUCT_WIDENED_ROW(text, op, prepare, run),                                               \
        PRODUCT_ROW(text "_i8_reference", op, TYPE_I8, TYPE_I8, prepare, run),                     \
        PRODUCT_ROW(text "_i8_u8_reference", op, TYPE_I8, TYPE_U8, prepare, run),                  \
        PRODUCT_ROW(text "_u8_reference", op, TYPE_U8, TYPE_U8, prepare, run),                     \
        PRODUCT_ROW(text "_i16_i8_reference", op, TYPE_I16, TYPE_I8, prepare, run)
#define PRODUCT_HYBRID_ROW(text, op, prepare, run)                                                 \
    PRODUCT_ROW(text "_f32_i8_reference", op, TYPE_F32, TYPE_I8, prepare, run)

#endif
