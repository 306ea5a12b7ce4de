#include "graph/allowance.h"

#include "graph/graph.h"

/* Engines that fuzz look for what is done wrong, not for what takes long. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define BESIDE (UINT64_C(1) << 20)
#else
#define BESIDE ALLOWANCE_BESIDE
#endif

static uint64_t most_of(const struct allowance *allowance)
{
    uint64_t most;
    if (__builtin_mul_overflow(allowance->stored, ALLOWANCE_TIMES, &most) ||
        __builtin_add_overflow(most, BESIDE, &most))
        return UINT64_MAX;
    return most;
}

static bool take(struct allowance *allowance, uint64_t bytes)
{
    uint64_t most = most_of(allowance);
    if (allowance->taken > most || bytes > most - allowance->taken)
        return false;
    allowance->taken += bytes;
    return true;
}

void *allowance_take(struct allowance *allowance, struct arena *arena, size_t count, size_t size,
                     struct error *error)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || !take(allowance, bytes)) {
        error_set(error, STATUS_UNSUPPORTED, NULL,
                  "%zu elements of a constant that the file does not hold: from %llu bytes at most "
                  "%llu are made in all",
                  count, (unsigned long long)allowance->stored,
                  (unsigned long long)most_of(allowance));
        return NULL;
    }
    void *memory = arena_try(arena, count, size);
    if (!memory)
        error_set(error, STATUS_MEMORY, NULL, "not enough memory for %zu elements of a constant",
                  count);
    return memory;
}

bool allowance_covers(struct graph *graph, const struct node *node)
{
    uint64_t made = 0;
    for (int i = 0; i < node->n_outputs; i++)
        made += tensor_bytes(node_output(graph, node, i));
    return take(&graph->allowance, made);
}
