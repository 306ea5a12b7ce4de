#include "quantize/float_graph.h"

#include "engine/call.h"
#include "rewrite/fuse.h"

const char *float_graph_quantized_tensor(const struct graph *graph)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        for (int i = 0; i < node->n_inputs + node->n_outputs; i++) {
            const struct tensor *tensor = i < node->n_inputs
                                              ? node_input(graph, node, i)
                                              : node_output(graph, node, i - node->n_inputs);
            if (tensor && type_is_quantized(tensor->type) && tensor->quant.count > 0)
                return tensor->name[0] ? tensor->name : "(unnamed)";
        }
    }
    return NULL;
}

/* Replaces each DEQUANTIZE of a float16 or bfloat16 constant by its float32 values. */
static enum status widen_halves(struct graph *graph, struct error *error)
{
    int count;
    struct node *nodes = graph_take_nodes(graph, &count);
    for (int n = 0; n < count; n++) {
        const struct tensor *in = node_input(graph, &nodes[n], 0);
        if (nodes[n].op != OP_DEQUANTIZE || !in->data ||
            (in->type != TYPE_F16 && in->type != TYPE_BF16)) {
            graph_keep_node(graph, &nodes[n]);
            continue;
        }
        void *elements;
        enum status status = call_evaluate(graph, &nodes[n], graph->arena, &elements, error);
        if (status != STATUS_OK)
            return status;
        graph->tensors[nodes[n].outputs[0]].data = elements;
    }
    return STATUS_OK;
}

enum status float_graph_prepare(struct graph *graph, struct error *error)
{
    enum status status = widen_halves(graph, error);
    if (status != STATUS_OK)
        return status;
    const char *quantized = float_graph_quantized_tensor(graph);
    if (quantized)
        return error_set(error, STATUS_UNSUPPORTED, graph->name,
                         "the model is quantized already (tensor '%s'), so only mode 'as-is' runs "
                         "it",
                         quantized);
    graph_fuse(graph);
    return graph_check(graph, error);
}
