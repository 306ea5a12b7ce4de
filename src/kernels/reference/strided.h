/* Copying boxes of elements. */
#ifndef KERNELS_REFERENCE_STRIDED_H
#define KERNELS_REFERENCE_STRIDED_H

#include "kernels/common/strided.h"

/* Copies the items first..last-1 (of copy->portions.items); from and to are the places of the box's
 * first element. They do not overlap. */
void strided_run(const struct strided *copy, const void *from, void *to, size_t first, size_t last)
    __attribute__((nonnull(1, 2, 3)));

/* Copies count pieces of size bytes, each side in steps of so many bytes. A step of 0 repeats one
 * piece. */
void strided_row(void *to, ptrdiff_t to_step, const void *from, ptrdiff_t from_step, size_t size,
                 size_t count) __attribute__((nonnull(1, 3)));

#endif
