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
    free(layers->keep_float);
    free(layers->wide);
    *layers = (struct plan_layers){0};
}

static int producer_of(const struct graph *graph, int tensor)
{
    const struct node *node = tensor == NO_TENSOR ? NULL : graph_producer(graph, tensor);
    return node ? (int)(node - graph->nodes) : -1;
}

/* Whether all nodes that a node reads stay float, of which there is one at least. */
static bool follows(const struct plan_layers *layers, int number)
{
    const struct node *node = &layers->graph->nodes[number];
    bool any = false;
    for (int i = 0; i < node->n_inputs; i++) {
        int producer = producer_of(layers->graph, node->inputs[i]);
        if (producer >= 0 && !layers->keep_float[producer])
            return false;
        any = any || producer >= 0;
    }
    return any;
}

/* Whether all nodes that read a node stay float, likewise. */
static bool precedes(const struct plan_layers *layers, int number)
{
    const struct graph *graph = layers->graph;
    bool any = false;
    for (int n = number + 1; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            if (producer_of(graph, graph->nodes[n].inputs[i]) == number) {
                if (!layers->keep_float[n])
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

void plan_layers_expand(const struct plan_layers *layers, const bool *stays_float)
{
    const struct graph *graph = layers->graph;
    size_t layer = 0;
    for (int n = 0; n < graph->n_nodes; n++) {
        bool has_weights = layer < layers->count && layers->nodes[layer] == n;
        layers->keep_float[n] = has_weights ? stays_float[layer++] : follows(layers, n);
    }
    for (int n = graph->n_nodes - 1; n >= 0; n--)
        if (!is_layer(graph, &graph->nodes[n]) && !reads_nodes(graph, &graph->nodes[n]))
            layers->keep_float[n] = precedes(layers, n);
}
