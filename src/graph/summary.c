#include "graph/summary.h"

#include <stdlib.h>

#include "base/memory.h"
#include "graph/sequence.h"

/* Whether some operand of the node is of a quantized type (activation or weights). */
static bool is_integer(const struct graph *graph, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        if (tensor && type_is_quantized(tensor->type))
            return true;
    }
    return false;
}

struct graph_summary graph_summarize(const struct graph *graph)
{
    struct graph_summary summary = {.floats = xcalloc((size_t)graph->n_nodes, sizeof(int))};
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        if (op_has(node->op, TRAIT_STORAGE))
            continue;
        summary.nodes++;
        if (is_integer(graph, node))
            summary.integer++;
        else
            summary.floats[summary.n_floats++] = n;
    }
    return summary;
}

void graph_summary_release(struct graph_summary *summary)
{
    FREE_AND_NULL(summary->floats);
}

/* Whether an operator computes integers of 8 or of 16 bits. */
static bool computes(const struct graph *graph, bool wide)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct tensor *out = node_output(graph, &graph->nodes[n], 0);
        bool is_step = type_is_quantized(out->type) && out->quant.count > 0;
        if (is_step && !op_has(graph->nodes[n].op, TRAIT_STORAGE) &&
            (out->type == TYPE_I16) == wide)
            return true;
    }
    return false;
}

const char *graph_arithmetic(const struct graph *graph)
{
    bool once = graph->rounding == ROUNDING_ONCE;
    if (once && computes(graph, false) && computes(graph, true))
        return "rounded once, as in ONNX Runtime; LiteRT rounds int16 twice";
    if (computes(graph, false))
        return once ? "rounded once, as in LiteRT with XNNPACK and in ONNX Runtime"
                    : "rounded twice, as in TensorFlow Lite Micro";
    if (computes(graph, true)) /* XNNPACK has no kernels for them */
        return once ? "rounded once, as in ONNX Runtime" : "rounded twice, as in LiteRT";
    return "";
}

/* 0: its elements are none. */
static double tensor_parameters(const struct tensor *tensor)
{
    bool real = tensor->type == TYPE_F32 || tensor->type == TYPE_F16 || tensor->type == TYPE_BF16 ||
                tensor->quant.count > 0;
    return tensor->data && real ? (double)shape_elements(&tensor->shape) : 0.0;
}

double graph_parameters(const struct graph *graph)
{
    double total = 0.0;
    bool *counted = xcalloc((size_t)graph->n_tensors, sizeof(*counted));
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++) {
            const struct tensor *tensor = node_input(graph, &graph->nodes[n], i);
            if (!tensor || counted[tensor - graph->tensors])
                continue;
            counted[tensor - graph->tensors] = true;
            total += tensor_parameters(tensor);
        }
    free(counted);
    return total;
}

double node_parameters(const struct graph *graph, const struct node *node)
{
    double total = 0.0;
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR)
            total += tensor_parameters(&graph->tensors[node->inputs[i]]);
    return total;
}

/* Of recurrent layers of .tflite files: each matrix once per step of a sample. */
static double layer_macs(const struct graph *graph, const struct node *node)
{
    const struct shape *x = &node_input(graph, node, 0)->shape;
    double steps = (double)shape_span(x, 0, x->rank - 1), elements = 0.0;
    for (int i = 1; i < node->n_inputs; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        bool is_state =
            node->op == OP_SVDF ? i == SVDF_STATE : i == SEQUENCE_STATE || i == SEQUENCE_CELLS;
        if (tensor && tensor->shape.rank == 2 && !is_state)
            elements += (double)shape_elements(&tensor->shape);
    }
    return steps * elements;
}

double node_macs(const struct graph *graph, const struct node *node)
{
    const struct shape *out = &node_output(graph, node, 0)->shape;
    int weights_at = op_table[node->op].quant.weight_input;
    if (node->op == OP_BATCH_MATMUL) {
        const struct shape *a = &node_input(graph, node, 0)->shape;
        int inner = a->rank - (node->params.matmul.adj_x ? 2 : 1);
        return (double)shape_elements(out) * a->dim[inner];
    }
    if (node->op == OP_UNIDIRECTIONAL_SEQUENCE_LSTM || node->op == OP_SVDF)
        return layer_macs(graph, node);
    if (weights_at == NO_INPUT)
        return 0.0;
    const struct shape *weights = &node_input(graph, node, weights_at)->shape;
    double per_channel = (double)shape_elements(weights);
    int axis = op_table[node->op].quant.weight_axis;
    per_channel /= weights->dim[axis] > 0 ? weights->dim[axis] : 1;
    /* TRANSPOSE_CONV uses its filter once per input pixel, the others once per output pixel. */
    if (node->op == OP_TRANSPOSE_CONV) {
        const struct shape *in = &node_input(graph, node, 2)->shape;
        return (double)shape_span(in, 0, in->rank - 1) * (double)shape_elements(weights);
    }
    return (double)shape_elements(out) * per_channel;
}

double graph_macs(const struct graph *graph)
{
    double total = 0.0;
    for (int n = 0; n < graph->n_nodes; n++)
        total += node_macs(graph, &graph->nodes[n]);
    return total;
}
