/* Comparisons of two broadcast tensors, and logic on truth values: what their kernels prepare. */
#ifndef KERNELS_COMMON_COMPARE_H
#define KERNELS_COMMON_COMPARE_H

#include "kernels/common/broadcast.h"
#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call. */
struct comparison {
    struct broadcast broadcast;
    struct portions portions; /* of the output's elements; they are the work items */
    /* 8 bits with scales: what each byte of an operand is compared as; NULL: as it is stored. */
    const int32_t *places[2];
};

/* Make a struct comparison the state: of two operands of one type, those of 8 bits with a scale
 * each; and of truth values, one or two. STATUS_FORMAT or STATUS_UNSUPPORTED otherwise. */
enum status compare_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status compare_prepare_logic(struct kernel_call *call, struct arena *arena,
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
