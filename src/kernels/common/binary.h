/* Arithmetic on two broadcast tensors: what the kernels of every instruction set prepare. The
 * quantized kind is in binary_quantized.h. */
#ifndef KERNELS_COMMON_BINARY_H
#define KERNELS_COMMON_BINARY_H

#include "kernels/common/broadcast.h"
#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The walk over the output, which every state of a binary kernel begins with. */
struct binary {
    struct broadcast broadcast;
    struct portions portions; /* of the output's elements; they are the work items */
};

/* Prepares the walk and the number of work items, and checks what every operator asks: operands of
 * one type (STATUS_FORMAT), an activation that is known (STATUS_UNSUPPORTED). */
enum status binary_init(struct binary *binary, struct kernel_call *call, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* The fused activation, for the operators that have one. */
enum activation binary_activation(const struct node *node) __attribute__((nonnull(1)));

/* float32. */
struct real_binary {
    struct binary walk;
    float low, high; /* of the activation */
};

/* int32 and int64 without a scale, as shapes are computed with. */
struct integer_binary {
    struct binary walk;
    int64_t low, high; /* of the activation, or of the type */
};

/* Make a struct real_binary or integer_binary the state. Errors as of binary_init. */
enum status binary_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status binary_prepare_integer(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
