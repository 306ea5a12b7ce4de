/* SOFTMAX: what its kernels of every instruction set prepare, and what those of integers share. */
#ifndef KERNELS_REFERENCE_SOFTMAX_H
#define KERNELS_REFERENCE_SOFTMAX_H

#include "kernels/kernel.h"

/* The state of a call. The work items are rows: the last dimension. */
struct real_softmax {
    size_t depth;
};

/* Checks the node and fills the state. */
enum status softmax_prepare_real(struct kernel_call *call, struct arena *arena,
                                 struct error *error);

/* Makes the rows of the node the work items: *depth elements each. */
enum status softmax_set_rows(struct kernel_call *call, size_t *depth, struct error *error);
/* The greatest stored number of a row. */
int32_t softmax_greatest(enum type type, const void *in, size_t first, size_t depth);

/* Of integers of all types, where the graph rounds once: in real numbers. */
enum status softmax_prepare_once(struct kernel_call *call, struct arena *arena,
                                 struct error *error);
void softmax_run_once(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread);

#endif
