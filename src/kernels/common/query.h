/* RANGE, WHERE, RANK, ZEROS_LIKE and BROADCAST_ARGS: what their kernels prepare. */
#ifndef KERNELS_COMMON_QUERY_H
#define KERNELS_COMMON_QUERY_H

#include "graph/infer.h"
#include "kernels/kernel.h"

/* One work item, without a state. Always STATUS_OK. */
enum status query_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* RANGE: makes a struct range_plan the state. Errors as of infer_range_plan. */
enum status query_prepare_range(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
