/* SOFTMAX along the last dimension: what the kernels of every instruction set prepare. The work
 * items are rows. */
#ifndef KERNELS_COMMON_SOFTMAX_H
#define KERNELS_COMMON_SOFTMAX_H

#include "kernels/common/fixed_point.h"
#include "kernels/common/lookup.h"
#include "kernels/kernel.h"

/* The states of a call; depth is the number of elements of a row. float32: */
struct real_softmax {
    size_t depth;
};

/* int8 and uint8 of graphs that round twice. */
struct softmax_8_twice {
    size_t depth;
    enum type type;
    /* In Q0 (see gemmlowp.h), of minus that many steps of the input; 0 beyond what Q5 holds. */
    int32_t exponential[UINT8_MAX + 1];
};

/* int16 of graphs that round twice: exp over [-10, 0] and 1 / (1 + x) over [0, 1] as tables, in
 * Q0 of 16 bits. */
struct softmax_16_twice {
    size_t depth;
    struct multiplier by; /* from the input's steps to the table's, 10 / 65535 */
    int16_t exponential[LOOKUP_16_SIZE], reciprocal[LOOKUP_16_SIZE];
};

/* Integers of all types of graphs that round once. */
struct softmax_once {
    size_t depth;
    enum type type;
    int32_t low, high, zero; /* of the output: its range, from the zero point on */
    double scale_out;
    float *exponential; /* of minus that many steps of the input: an entry per value of the type */
};

/* Make one of these the state, the latter two by how the graph rounds. STATUS_INVALID for a beta
 * that is negative or not finite; STATUS_UNSUPPORTED for scales per channel or, where the graph
 * rounds twice, an output scale that is not the operator's. */
enum status softmax_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status softmax_prepare_log(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status softmax_prepare_8(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status softmax_prepare_16(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
