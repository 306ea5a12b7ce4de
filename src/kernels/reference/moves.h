/* Running lists of strided copies. */
#ifndef KERNELS_REFERENCE_MOVES_H
#define KERNELS_REFERENCE_MOVES_H

#include "kernels/kernel.h"

/* A kernel's run() where the call's state is a struct moves: the items are those of its first
 * stage. */
void moves_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread);

#endif
