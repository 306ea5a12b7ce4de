/* Kernels that only move elements: a list of strided copies from inputs to outputs, resolved by
 * prepare() and run by moves_run(). */
#ifndef KERNELS_REFERENCE_MOVES_H
#define KERNELS_REFERENCE_MOVES_H

#include "kernels/kernel.h"
#include "kernels/reference/strided.h"

struct move {
    struct strided copy;
    int input, output;              /* of the call */
    ptrdiff_t from_first, to_first; /* bytes to the first element that is read, and written */
    size_t first_item;
};

/* A call's state. The items of its first stage are those of the moves, one after another. */
struct moves {
    size_t count, capacity;
    struct move *list;
};

/* Gives the call an empty list with room for so many moves, and no items. */
enum status moves_new(struct kernel_call *call, struct arena *arena, int capacity,
                      struct error *error) __attribute__((nonnull(1, 2, 4)));
/* Appends a copy of the move, setting its first_item, and adds its items to the call's. */
void moves_add(struct kernel_call *call, const struct move *move) __attribute__((nonnull(1, 2)));

/* A kernel's run(): its items are those of its only stage. */
void moves_run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread);

#endif
