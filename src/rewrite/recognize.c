#include "rewrite/recognize.h"

#include "rewrite/recognize_internal.h"

int graph_recognize(struct graph *graph)
{
    static bool (*const rules[])(struct graph * graph, struct node * node) = {
        recognize_stored_shape, recognize_square,     recognize_bias,
        recognize_gate,         recognize_layer_norm, recognize_transposed_operand,
        recognize_padding,      recognize_flat_mean,  recognize_dynamic,
    };
    int count = 0;
    for (int n = 0; n < graph->n_nodes; n++) {
        bool done = graph->nodes[n].n_outputs != 1;
        count += recognize_reshapes(graph, &graph->nodes[n]);
        for (size_t r = 0; !done && r < sizeof(rules) / sizeof(rules[0]); r++)
            done = rules[r](graph, &graph->nodes[n]) && ++count;
    }
    return count;
}
