/* Which pixel RESIZE_NEAREST_NEIGHBOR takes. */
#ifndef GRAPH_NEAREST_H
#define GRAPH_NEAREST_H

#include <stdbool.h>

#include "graph/params.h"

/* The pixel among in ones that becomes pixel i of out ones, along the rows or the columns. */
int32_t nearest_pixel(const struct resize_params *params, int32_t in, int32_t out, int32_t i)
    __attribute__((nonnull(1)));
/* Whether the parameters choose the same pixels throughout. */
bool nearest_same(const struct resize_params *a, const struct resize_params *b, int32_t in,
                  int32_t out) __attribute__((nonnull(1, 2)));

#endif
