#include "worker/plan_layers.h"

#include <stdlib.h>

#include "base/memory.h"

static bool is_layer(const struct graph *graph, const struct node *node)
{
    int input = op_table[node->op].quant.weight_input;
    const struct tensor *weights = input == NO_INPUT ? NULL : node_input(graph, node, input);
    return weights && weights->data && weights->type == TYPE_F32;
}

struct plan_layers plan_layers_of(const struct graph *graph)
{
    struct plan_layers layers = {
        .graph = graph,
        .nodes = xcalloc((size_t)graph->n_nodes, sizeof(*layers.nodes)),
        .takes_wide = xcalloc((size_t)graph->n_nodes, sizeof(*layers.takes_wide)),
        .keep_float = xcalloc((size_t)graph->n_nodes, sizeof(*layers.keep_float)),
        .wide = xcalloc((size_t)graph->n_nodes, sizeof(*layers.wide)),
    };
    for (int n = 0; n < graph->n_nodes; n++)
        if (is_layer(graph, &graph->nodes[n]))
            layers.nodes[layers.count++] = n;
    return layers;
}

void plan_layers_release(struct plan_layers *layers)
{
    free(layers->nodes);
    free(layers->takes_wide);
    free(layers->keep_float);
    free(layers->wide);
    *layers = (struct plan_layers){0};
}

static int producer_of(const struct graph *graph, int tensor)
{
    const struct node *node = tensor == NO_TENSOR ? NULL : graph_producer(graph, tensor);
    return node ? (int)(node - graph->nodes) : -1;
}

/* Whether all nodes that a node reads are marked, of which there is one at least. */
static bool follows(const struct graph *graph, const bool *marks, int number)
{
    const struct node *node = &graph->nodes[number];
    bool any = false;
    for (int i = 0; i < node->n_inputs; i++) {
        int producer = producer_of(graph, node->inputs[i]);
        if (producer >= 0 && !marks[producer])
            return false;
        any = any || producer >= 0;
    }
    return any;
}

/* Whether all nodes that read a node are marked, likewise. */
static bool precedes(const struct graph *graph, const bool *marks, int number)
{
    bool any = false;
    for (int n = number + 1; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            if (producer_of(graph, graph->nodes[n].inputs[i]) == number) {
                if (!marks[n])
                    return false;
                any = true;
            }
    return any;
}

static bool reads_nodes(const struct graph *graph, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (producer_of(graph, node->inputs[i]) >= 0)
            return true;
    return false;
}

/* Marks, of one kind, of nodes without weights from those of layers. */
static void expand(const struct graph *graph, bool *marks)
{
    for (int n = 0; n < graph->n_nodes; n++)
        if (!is_layer(graph, &graph->nodes[n]))
            marks[n] = follows(graph, marks, n);
    for (int n = graph->n_nodes - 1; n >= 0; n--)
        if (!is_layer(graph, &graph->nodes[n]) && !reads_nodes(graph, &graph->nodes[n]))
            marks[n] = precedes(graph, marks, n);
}

void plan_layers_expand(const struct plan_layers *layers, const bool *is_kept)
{
    for (size_t i = 0; i < layers->count; i++) {
        layers->wide[layers->nodes[i]] = is_kept[i] && layers->takes_wide[i];
        layers->keep_float[layers->nodes[i]] = is_kept[i] && !layers->takes_wide[i];
    }
    expand(layers->graph, layers->wide);
    expand(layers->graph, layers->keep_float);
}
