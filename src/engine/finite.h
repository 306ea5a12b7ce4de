/* Which node of a network is the first to yield a value that is not finite: an observer of a
 * session. */
#ifndef ENGINE_FINITE_H
#define ENGINE_FINITE_H

#include "graph/graph.h"

struct finite_watch {
    const struct graph *graph;
    int tensor;      /* the first one that held such a value; -1: none so far */
    bool masks_pass; /* -infinity is an attention mask, not a fault */
};

/* Looks at a tensor's elements; a session_observer's work. */
void finite_watch_see(struct finite_watch *watch, int tensor, const void *elements)
    __attribute__((nonnull(1, 3)));

/* "node 3 (DIV, 'scaled')" for the output of a node, or "input 'x'". */
#define FINITE_TEXT_SIZE 160
void finite_describe(const struct graph *graph, int tensor, char text[FINITE_TEXT_SIZE])
    __attribute__((nonnull(1, 3)));

#endif
