/* Inputs that are row numbers of a table: token ids, categories. */
#ifndef GRAPH_LOOKUP_H
#define GRAPH_LOOKUP_H

#include "graph/graph.h"

/* Rows of the smallest table that GATHER nodes look up with the very elements of the input (a
 * tensor number): CAST, TRANSPOSE and views may lie between. 0: there is no such node. */
int32_t lookup_rows(const struct graph *graph, int input) __attribute__((nonnull(1)));

/* Whether all elements of an input are numbers of rows, 0..rows-1, or, counted from the end,
 * -rows..-1; any are where rows is 0. Else STATUS_FORMAT, with the first one that is
 * not. */
enum status lookup_check(const struct tensor *input, int32_t rows, const void *elements,
                         struct error *error) __attribute__((nonnull(1, 3, 4)));

#endif
