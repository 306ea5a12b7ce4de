/* The order of nodes. Files should have each node behind those that it needs, and some do not. */
#include <stdlib.h>

#include "base/memory.h"
#include "formats/onnx/read/import.h"

/* Names that a node reads: its inputs, and what graphs inside of its attributes read from around
 * them. */
struct reads {
    const char **names;
    size_t count, capacity, next; /* next: the first that was not followed yet */
    enum { UNSEEN = 0, OPEN, DONE } state;
};

struct sorter {
    Onnx__Node *const *nodes;
    struct onnx_names producers; /* of each output */
    struct reads *reads;         /* of each node */
    size_t *stack, *order, depth, count;
    Onnx__Graph **graphs; /* that were unpacked; the names are theirs */
    size_t n_graphs, graph_capacity;
};

static void add_read(struct reads *reads, const char *name)
{
    reads->names = list_grow(reads->names, reads->count, &reads->capacity, sizeof(*reads->names));
    reads->names[reads->count++] = name;
}

/* The names of a graph inside of an attribute, and of those around it up to the node. */
struct scope {
    struct onnx_names names;
    int depth;
};

static void note_names(const Onnx__Graph *graph, struct onnx_names *names)
{
    for (size_t i = 0; i < graph->n_input; i++)
        onnx_names_set(names, text_or_empty(graph->input[i]->name), 1);
    for (size_t i = 0; i < graph->n_initializer; i++)
        onnx_names_set(names, text_or_empty(graph->initializer[i]->name), 1);
    for (size_t i = 0; i < graph->n_node; i++)
        for (size_t o = 0; o < graph->node[i]->n_output; o++)
            onnx_names_set(names, graph->node[i]->output[o], 1);
}

static void read_graph(struct sorter *sorter, struct reads *reads, const Onnx__Attribute *attribute,
                       const struct scope *outer);

/* What the scopes define is not read from around them. */
static void read_name(struct reads *reads, const char *name, const struct scope *scope)
{
    if (onnx_names_get(&scope->names, name, 0) == 0)
        add_read(reads, name);
}

static void read_node(struct sorter *sorter, struct reads *reads, const Onnx__Node *node,
                      const struct scope *scope)
{
    for (size_t i = 0; i < node->n_input; i++)
        read_name(reads, node->input[i], scope);
    for (size_t i = 0; i < node->n_attribute && scope->depth < IMPORT_DEPTH_MAX; i++)
        if (node->attribute[i]->has_g)
            read_graph(sorter, reads, node->attribute[i], scope);
}

static void read_graph(struct sorter *sorter, struct reads *reads, const Onnx__Attribute *attribute,
                       const struct scope *outer)
{
    struct scope scope = {.names = {.outer = &outer->names}, .depth = outer->depth + 1};
    Onnx__Graph *graph = onnx_unpack_graph(&attribute->g);
    if (!graph)
        return; /* refused when it is converted */
    sorter->graphs = list_grow(sorter->graphs, sorter->n_graphs, &sorter->graph_capacity,
                               sizeof(*sorter->graphs));
    sorter->graphs[sorter->n_graphs++] = graph;
    note_names(graph, &scope.names);
    for (size_t i = 0; i < graph->n_node; i++)
        read_node(sorter, reads, graph->node[i], &scope);
    for (size_t i = 0; i < graph->n_output; i++)
        read_name(reads, text_or_empty(graph->output[i]->name), &scope);
    onnx_names_release(&scope.names);
}

static void enter(struct sorter *sorter, size_t node)
{
    const struct scope none = {.depth = 0};
    sorter->reads[node].state = OPEN;
    read_node(sorter, &sorter->reads[node], sorter->nodes[node], &none);
    sorter->stack[sorter->depth++] = node;
}

static void leave(struct sorter *sorter)
{
    size_t node = sorter->stack[--sorter->depth];
    sorter->reads[node].state = DONE;
    FREE_AND_NULL(sorter->reads[node].names);
    sorter->order[sorter->count++] = node;
}

static void refuse_cycle(struct import *import, const struct sorter *sorter, size_t i)
{
    const Onnx__Node *node = sorter->nodes[i];
    import_fail(import, STATUS_FORMAT,
                "node %zu (%.40s, '%.60s') needs its own output '%.60s': the nodes form a cycle", i,
                text_or_empty(node->op_type), text_or_empty(node->name), node->output[0]);
}

/* Puts the node behind all that it needs, depth first, so that nodes in order stay so. */
static void visit(struct import *import, struct sorter *sorter, size_t root)
{
    enter(sorter, root);
    while (import_ok(import) && sorter->depth > 0) {
        struct reads *reads = &sorter->reads[sorter->stack[sorter->depth - 1]];
        if (reads->next == reads->count) {
            leave(sorter);
            continue;
        }
        int needed = onnx_names_get(&sorter->producers, reads->names[reads->next++], -1);
        if (needed >= 0 && sorter->reads[needed].state == OPEN)
            refuse_cycle(import, sorter, (size_t)needed);
        else if (needed >= 0 && sorter->reads[needed].state == UNSEEN)
            enter(sorter, (size_t)needed);
    }
}

static void release(struct sorter *sorter, size_t count)
{
    for (size_t i = 0; i < sorter->n_graphs; i++)
        onnx_graph_free(sorter->graphs[i]);
    for (size_t i = 0; i < count; i++)
        free(sorter->reads[i].names);
    onnx_names_release(&sorter->producers);
    free(sorter->graphs);
    free(sorter->reads);
    free(sorter->stack);
}

size_t *import_order(struct import *import, Onnx__Node *const *nodes, size_t count)
{
    if (!import_ok(import))
        return NULL;
    struct sorter sorter = {
        .nodes = nodes,
        .reads = xcalloc(count + 1, sizeof(*sorter.reads)),
        .stack = xcalloc(count + 1, sizeof(*sorter.stack)),
        .order = xcalloc(count + 1, sizeof(*sorter.order)),
    };
    for (size_t i = 0; i < count; i++)
        for (size_t o = 0; o < nodes[i]->n_output; o++)
            if (nodes[i]->output[o][0])
                onnx_names_set(&sorter.producers, nodes[i]->output[o], (int)i);
    for (size_t i = 0; i < count && import_ok(import); i++)
        if (sorter.reads[i].state == UNSEEN)
            visit(import, &sorter, i);
    release(&sorter, count);
    if (!import_ok(import))
        FREE_AND_NULL(sorter.order);
    return sorter.order;
}
