/* Arithmetic on two broadcast tensors: what the files that implement it share. */
#ifndef KERNELS_REFERENCE_BINARY_H
#define KERNELS_REFERENCE_BINARY_H

#include "kernels/common/broadcast.h"
#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The walk over the output, which every state of a binary kernel begins with. */
struct binary {
    struct broadcast broadcast;
    struct portions portions; /* of the output's elements */
};

/* Prepares the walk and the number of work items, and checks what every operator asks: operands of
 * one type, an activation that is known. */
enum status binary_init(struct binary *binary, struct kernel_call *call, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* The fused activation, for the operators that have one. */
enum activation binary_activation(const struct node *node) __attribute__((nonnull(1)));

/* float32. */
struct real_binary {
    struct binary walk;
    float (*function)(float, float);
    float low, high; /* of the activation */
};

enum status binary_prepare_real(struct kernel_call *call, struct arena *arena, struct error *error);

/* int8, uint8 and int16 with scales. */
enum status binary_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                     struct error *error);
void binary_run_quantized(const struct kernel_call *call, int stage, size_t first, size_t last,
                          int thread);

#endif
