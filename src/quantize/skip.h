/* Layers that stay float, or that have wide activations: the options skip and wide of modes, each a
 * list "name+name". */
#ifndef QUANTIZE_SKIP_H
#define QUANTIZE_SKIP_H

#include <stdbool.h>

#include "graph/graph.h"

/* Appends a name to such a list. What separates names or options in the text of a mode, and '%'
 * itself, is written as in URLs: ',' is %2C, '+' is %2B, '%' is %25. */
void skip_add(struct text *list, const char *name) __attribute__((nonnull(1, 2)));

/* Checks the list of an option: names between '+', none of them empty. */
enum status skip_check(const char *option, const char *list, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Marks in `marks`, one entry per node of the graph, the nodes that a list names: by a tensor
 * that they write, by a constant that they alone read, by an operator ("CONV_2D"; the graph remarks
 * that there is none), or by "#" and the node's number. What is none of these is refused with the
 * nearest name. */
enum status skip_mark(struct graph *graph, const char *option, const char *list, bool *marks,
                      struct error *error) __attribute__((nonnull(1, 2, 3, 4, 5)));

/* The other way round: a list that names the marked nodes and no other. */
void skip_describe(const struct graph *graph, const bool *marks, struct text *list)
    __attribute__((nonnull(1, 2, 3)));

/* Has the graph remark which nodes stay float, and which are wide. */
void skip_report(struct graph *graph) __attribute__((nonnull(1)));

#endif
