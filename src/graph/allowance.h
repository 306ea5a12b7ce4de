/* Memory for constants that a file does not hold as the graph does: widened, dense where they are
 * sparse there, computed from others or made of shapes alone. A few bytes can ask for very many, so
 * that all of a graph together may take what the file holds several times over, and something
 * beside it. */
#ifndef GRAPH_ALLOWANCE_H
#define GRAPH_ALLOWANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* The most that widening takes is a float32 for 2 bits, sparse weights keep a tenth and more, and
 * a chain of nodes computes some from the others. */
#define ALLOWANCE_TIMES  32
#define ALLOWANCE_BESIDE (UINT64_C(256) << 20)

struct graph;
struct node;

/* {0}: nothing stored, nothing taken. */
struct allowance {
    uint64_t stored; /* bytes that the file holds, or the constants of a graph without one */
    uint64_t taken;
};

/* Zeroed memory of the arena for count items of size bytes each. NULL with STATUS_UNSUPPORTED
 * beyond what is allowed, and with STATUS_MEMORY where there is none. */
void *allowance_take(struct allowance *allowance, struct arena *arena, size_t count, size_t size,
                     struct error *error) __attribute__((nonnull(1, 2, 5)));
/* Whether a node of the graph may be computed from its constant inputs; its results are taken
 * then. */
bool allowance_covers(struct graph *graph, const struct node *node) __attribute__((nonnull(1, 2)));

#endif
