/* SELECT_V2 and SELECT: what their kernels prepare. */
#ifndef KERNELS_COMMON_SELECT_H
#define KERNELS_COMMON_SELECT_H

#include "kernels/common/broadcast.h"
#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call. */
struct selection {
    struct broadcast broadcast;
    struct portions portions; /* of the output's elements; they are the work items */
};

/* Makes a struct selection the state, of a bool condition and two operands that are quantized as
 * the output is. STATUS_UNSUPPORTED or STATUS_FORMAT otherwise. */
enum status select_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
