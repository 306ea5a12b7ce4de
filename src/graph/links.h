/* Who writes each tensor of a graph, and how often it is read, known without a search: for passes
 * that ask at every node, so that their time grows with the graph and not with its square. */
#ifndef GRAPH_LINKS_H
#define GRAPH_LINKS_H

#include "graph/graph.h"

/* From now on graph_producer and graph_uses know instead of searching, until links_drop. Until then
 * nodes are changed only by what is declared here and by graph_keep_node, graph_add_node and
 * graph_take_nodes, and the graph's outputs and states not at all. */
void links_keep(struct graph *graph) __attribute__((nonnull(1)));
/* Removes what links_remove_node left, in one go. */
void links_drop(struct graph *graph) __attribute__((nonnull(1)));

/* The node reads other tensors; the list must live in the graph's arena. */
void links_set_inputs(struct graph *graph, struct node *node, int *inputs, int count)
    __attribute__((nonnull(1, 2, 3)));
void links_set_input(struct graph *graph, struct node *node, int i, int tensor)
    __attribute__((nonnull(1, 2)));
void links_set_output(struct graph *graph, struct node *node, int i, int tensor)
    __attribute__((nonnull(1, 2)));
/* Takes the last node out. */
void links_pop_node(struct graph *graph) __attribute__((nonnull(1)));
/* Leaves the node without inputs and outputs, in its place: links must be kept. */
void links_remove_node(struct graph *graph, struct node *node) __attribute__((nonnull(1, 2)));
bool links_is_removed(const struct node *node) __attribute__((nonnull(1)));

/* --- for graph.c --- */

/* Counts what a node that was appended reads and writes; nothing where no links are kept. */
void links_note_node(struct graph *graph, int number) __attribute__((nonnull(1)));
/* There are no nodes any more. */
void links_forget_nodes(struct graph *graph) __attribute__((nonnull(1)));
void links_free(struct links *links);
/* Of a graph that keeps links. */
int links_uses(const struct graph *graph, int tensor) __attribute__((nonnull(1)));
struct node *links_producer(const struct graph *graph, int tensor) __attribute__((nonnull(1)));

#endif
