/* LOCAL_RESPONSE_NORMALIZATION of float32: what its kernel prepares. */
#ifndef KERNELS_COMMON_RESPONSE_H
#define KERNELS_COMMON_RESPONSE_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call. The rows are pixels: the last dimension. */
struct response {
    size_t channels;      /* elements of a row */
    size_t radius;        /* channels that count on each side of one */
    struct portions rows; /* the work items */
};

/* Makes a struct response the state. STATUS_FORMAT for a negative radius. */
enum status response_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
