#include "kernels/common/moves.h"

#include <assert.h>

enum status moves_new(struct kernel_call *call, struct arena *arena, int capacity,
                      struct error *error)
{
    struct moves *moves = arena_alloc(arena, sizeof(*moves));
    moves->capacity = (size_t)capacity;
    moves->list = arena_try(arena, moves->capacity, sizeof(*moves->list));
    if (!moves->list)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %d parts", capacity);
    call->state = moves;
    call->items[0] = 0;
    return STATUS_OK;
}

void moves_add(struct kernel_call *call, const struct move *move)
{
    struct moves *moves = call->state;
    assert(moves->count < moves->capacity);
    moves->list[moves->count] = *move;
    moves->list[moves->count++].first_item = call->items[0];
    call->items[0] += move->copy.portions.items;
}
