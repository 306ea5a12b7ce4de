/* Which buffers with lifetimes share the bytes of one piece of memory. */
#ifndef ENGINE_MEMORY_PLAN_H
#define ENGINE_MEMORY_PLAN_H

#include <stddef.h>

/* A buffer that is in use from step first to step last, both included. */
struct buffer {
    size_t bytes;
    int first, last;
    size_t offset; /* the result: a multiple of 64 */
};

/* Places all buffers so that no two in use at the same step overlap, the largest first, each in the
 * lowest gap that fits (greedy by size: Y. Pisarchyk, J. Lee, 2020, Efficient Memory Management for
 * Deep Neural Net Inference). Returns the total, or SIZE_MAX when it does not fit size_t. */
size_t memory_plan(struct buffer *buffers, size_t count);
/* The most bytes in use at one step, each buffer rounded up to 64: no total is less. The total must
 * fit size_t. */
size_t memory_least(const struct buffer *buffers, size_t count);

#endif
