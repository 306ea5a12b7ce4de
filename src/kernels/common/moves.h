/* Kernels that only move elements: a list of strided copies from inputs to outputs, resolved by
 * prepare() and run by moves_run() of kernels/reference/moves.h. */
#ifndef KERNELS_COMMON_MOVES_H
#define KERNELS_COMMON_MOVES_H

#include "kernels/common/strided.h"
#include "kernels/kernel.h"

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

/* Gives the call an empty list with room for so many moves, and no items. STATUS_MEMORY. */
enum status moves_new(struct kernel_call *call, struct arena *arena, int capacity,
                      struct error *error) __attribute__((nonnull(1, 2, 4)));
/* Appends a copy of the move, for which there must be room, setting its first_item; adds its
 * items to the call's. */
void moves_add(struct kernel_call *call, const struct move *move) __attribute__((nonnull(1, 2)));

#endif
