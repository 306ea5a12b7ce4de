/* SOFTMAX of integers: what the files that implement it share. */
#ifndef KERNELS_REFERENCE_SOFTMAX_H
#define KERNELS_REFERENCE_SOFTMAX_H

#include "kernels/common/softmax.h"

/* Of integers of all types, where the graph rounds once. */
void softmax_run_once(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread);

#endif
