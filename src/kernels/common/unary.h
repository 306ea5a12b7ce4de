/* Functions of one tensor without a scale, element by element: what their kernels prepare. */
#ifndef KERNELS_COMMON_UNARY_H
#define KERNELS_COMMON_UNARY_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call. */
struct unary {
    struct portions portions; /* of the elements; they are the work items */
    float alpha;              /* LEAKY_RELU's slope below 0 */
};

/* Makes a struct unary the state. Always STATUS_OK. */
enum status unary_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
