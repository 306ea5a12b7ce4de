/* GATHER_ND, SCATTER_ND and DYNAMIC_UPDATE_SLICE: what their kernels prepare. */
#ifndef KERNELS_COMMON_PLACES_H
#define KERNELS_COMMON_PLACES_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call of GATHER_ND or SCATTER_ND: lists of length numbers, each of which tells a
 * slice of the tensor by its first dimensions. */
struct places {
    int length;
    size_t size[SHAPE_RANK_MAX]; /* of the dimensions that a list tells */
    size_t count;                /* lists */
    size_t slice;                /* elements */
    struct portions portions;    /* GATHER_ND: of the lists; they are the work items */
};

/* Make a struct places the state. STATUS_FORMAT for tensors that are not quantized alike. */
enum status places_prepare_gather(struct kernel_call *call, struct arena *arena,
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status places_prepare_scatter(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));

/* DYNAMIC_UPDATE_SLICE: input, update and output are quantized alike, or STATUS_FORMAT. It is one
 * work item and has no state. */
enum status places_prepare_update(struct kernel_call *call, struct arena *arena,
                                  struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
