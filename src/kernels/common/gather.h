/* GATHER and EMBEDDING_LOOKUP: what their kernels prepare. */
#ifndef KERNELS_COMMON_GATHER_H
#define KERNELS_COMMON_GATHER_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call: the input as [batches, outer, size, slice], the indices as [batches,
 * count] and the output as [batches, outer, count, slice]. */
struct gather {
    int data, indices; /* numbers of these inputs */
    bool wraps;        /* whether negative indices are counted from the end */
    size_t outer, size, count;
    size_t slice;             /* bytes */
    struct portions portions; /* of the output's slices; they are the work items */
};

/* Makes a struct gather the state. STATUS_FORMAT for an axis or batch dimensions that the shapes do
 * not have, and for an output that is not quantized as the input is. */
enum status gather_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The same for EMBEDDING_LOOKUP, whose table's rows are the slices. */
enum status gather_prepare_rows(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
