/* SOFTMAX of float32: what its kernels of every instruction set prepare. */
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

#endif
