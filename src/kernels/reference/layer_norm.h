/* LAYER_NORMALIZATION: what its kernels of every instruction set prepare. */
#ifndef KERNELS_REFERENCE_LAYER_NORM_H
#define KERNELS_REFERENCE_LAYER_NORM_H

#include "kernels/common/portions.h"
#include "kernels/kernel.h"

/* The state of a call: the dimensions from the axis on are one row. */
struct layer_norm {
    size_t depth;         /* elements of a row */
    struct portions rows; /* of the output */
};

/* Checks the node and fills the state. */
enum status layer_norm_prepare(struct kernel_call *call, struct arena *arena, struct error *error);

#endif
