/* Whether a graph is sound: what graph_check() promises to every later layer. */
#include "graph/graph.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* How a tensor gets its value, filled while the nodes are walked. */
enum { UNDEFINED = 0, DEFINED };

/* Whether the entries are as many as the axis, or its blocks, ask for. */
static bool entries_fit(const struct tensor *tensor)
{
    const struct quantization *quant = &tensor->quant;
    if (quant->count == 1 && quant->block == 0)
        return true;
    if (quant->axis < 0 || quant->axis >= tensor->shape.rank || quant->block < 0)
        return false;
    int32_t length = tensor->shape.dim[quant->axis];
    if (quant->block == 0)
        return quant->count == length;
    return tensor->data && length % quant->block == 0 &&
           (size_t)quant->count == shape_elements(&tensor->shape) / (size_t)quant->block;
}

/* What only a constant of int8 can have. */
static bool bits_fit(const struct tensor *tensor)
{
    const int8_t *elements = tensor->data;
    if (tensor->bits == 0)
        return true;
    if (tensor->bits != 4 || tensor->type != TYPE_I8 || !elements)
        return false;
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++)
        if (elements[i] < -8 || elements[i] > 7)
            return false;
    return true;
}

static enum status check_quantization(const struct graph *graph, int number, struct error *error)
{
    const struct tensor *tensor = &graph->tensors[number];
    const struct quantization *quant = &tensor->quant;
    if (quant->count == 0)
        return STATUS_OK;
    if (!entries_fit(tensor))
        return error_set(error, STATUS_FORMAT, NULL,
                         "tensor %d ('%s'): %d scales do not fit dimension %d", number,
                         tensor->name, quant->count, quant->axis);
    bool bounded = type_is_quantized(tensor->type);
    for (int i = 0; i < quant->count; i++) {
        bool is_positive = quant->scale[i] > 0.0f || (tensor->data && quant->scale[i] < 0.0f);
        if (!isfinite(quant->scale[i]) || !is_positive)
            return error_set(error, STATUS_FORMAT, NULL,
                             "tensor %d ('%s'): scale %d is %g, expected a positive number", number,
                             tensor->name, i, (double)quant->scale[i]);
        if (bounded && (quant->zero_point[i] < type_lowest(tensor->type) ||
                        quant->zero_point[i] > type_highest(tensor->type)))
            return error_set(error, STATUS_FORMAT, NULL,
                             "tensor %d ('%s'): zero point %d is outside %s", number, tensor->name,
                             quant->zero_point[i], type_name(tensor->type));
    }
    return STATUS_OK;
}

static enum status check_tensors(const struct graph *graph, struct error *error)
{
    for (int i = 0; i < graph->n_tensors; i++) {
        const struct tensor *tensor = &graph->tensors[i];
        if (!shape_is_valid(&tensor->shape))
            return error_set(error, STATUS_FORMAT, NULL, "tensor %d ('%s'): impossible shape", i,
                             tensor->name);
        if (!bits_fit(tensor))
            return error_set(error, STATUS_FORMAT, NULL,
                             "tensor %d ('%s'): elements do not fit %d bits", i, tensor->name,
                             tensor->bits);
        enum status status = check_quantization(graph, i, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status check_arity(const struct node *node, struct error *error)
{
    const struct op_info *info = &op_table[node->op];
    if (node->n_inputs < info->min_inputs ||
        (info->max_inputs != OP_VARIADIC && node->n_inputs > info->max_inputs))
        return error_set(error, STATUS_FORMAT, NULL, "%d inputs, expected %d to %d", node->n_inputs,
                         info->min_inputs, info->max_inputs);
    if (node->n_outputs < info->min_outputs ||
        (info->max_outputs != OP_VARIADIC && node->n_outputs > info->max_outputs))
        return error_set(error, STATUS_FORMAT, NULL, "%d outputs, expected %d to %d",
                         node->n_outputs, info->min_outputs, info->max_outputs);
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] == NO_TENSOR && i < info->min_inputs)
            return error_set(error, STATUS_FORMAT, NULL, "input %d (%s) is missing", i,
                             op_input_name(node->op, i));
    return STATUS_OK;
}

/* Some converters flip weights with their scale; nobody else knows what to do with that. */
static enum status check_signs(const struct node *node, int input, const struct tensor *tensor,
                               struct error *error)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    if (input == rule->weight_input || input == rule->bias_input || node->op == OP_DEQUANTIZE)
        return STATUS_OK;
    for (int i = 0; i < tensor->quant.count; i++)
        if (tensor->quant.scale[i] < 0.0f)
            return error_set(error, STATUS_UNSUPPORTED, NULL,
                             "input %d ('%s') has the scale %g: only weights may be negative",
                             input, tensor->name, (double)tensor->quant.scale[i]);
    return STATUS_OK;
}

/* Scales of blocks are those of constants as they are stored: a DEQUANTIZE alone knows them. */
static enum status check_blocks(const struct node *node, int input, const struct tensor *tensor,
                                struct error *error)
{
    if (tensor->quant.block == 0 || node->op == OP_DEQUANTIZE)
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "input %d ('%s') has scales of blocks, which only DEQUANTIZE reads", input,
                     tensor->name);
}

static enum status check_reads(const struct graph *graph, const struct node *node,
                               const unsigned char *state, struct error *error)
{
    for (int i = 0; i < node->n_inputs; i++) {
        int tensor = node->inputs[i];
        if (tensor == NO_TENSOR)
            continue;
        if (tensor < 0 || tensor >= graph->n_tensors)
            return error_set(error, STATUS_FORMAT, NULL, "input %d is tensor %d of %d", i, tensor,
                             graph->n_tensors);
        if (!graph->tensors[tensor].data && state[tensor] == UNDEFINED)
            return error_set(error, STATUS_FORMAT, NULL,
                             "input %d ('%s') is read before anything writes it", i,
                             graph->tensors[tensor].name);
        if (check_signs(node, i, &graph->tensors[tensor], error) != STATUS_OK ||
            check_blocks(node, i, &graph->tensors[tensor], error) != STATUS_OK)
            return error->status;
    }
    return STATUS_OK;
}

static enum status check_writes(const struct graph *graph, const struct node *node,
                                unsigned char *state, struct error *error)
{
    for (int i = 0; i < node->n_outputs; i++) {
        int tensor = node->outputs[i];
        if (tensor < 0 || tensor >= graph->n_tensors)
            return error_set(error, STATUS_FORMAT, NULL, "output %d is tensor %d of %d", i, tensor,
                             graph->n_tensors);
        if (graph->tensors[tensor].data || state[tensor] != UNDEFINED)
            return error_set(error, STATUS_FORMAT, NULL,
                             "output %d ('%s') is a constant, an input, or written twice", i,
                             graph->tensors[tensor].name);
        state[tensor] = DEFINED;
    }
    return STATUS_OK;
}

static enum status check_nodes(const struct graph *graph, unsigned char *state, struct error *error)
{
    for (int i = 0; i < graph->n_nodes; i++) {
        const struct node *node = &graph->nodes[i];
        char place[NODE_TEXT_SIZE];
        if (check_arity(node, error) != STATUS_OK ||
            check_reads(graph, node, state, error) != STATUS_OK ||
            check_writes(graph, node, state, error) != STATUS_OK)
            return error_within(error, "%s", node_text(graph, node, place));
    }
    return STATUS_OK;
}

static enum status check_ends(const struct graph *graph, unsigned char *state, struct error *error)
{
    if (graph->n_inputs < 1 || graph->n_outputs < 1)
        return error_set(error, STATUS_FORMAT, NULL, "the graph has %d inputs and %d outputs",
                         graph->n_inputs, graph->n_outputs);
    for (int i = 0; i < graph->n_inputs; i++) {
        int tensor = graph->inputs[i];
        if (tensor < 0 || tensor >= graph->n_tensors || graph->tensors[tensor].data ||
            state[tensor] != UNDEFINED)
            return error_set(error, STATUS_FORMAT, NULL,
                             "input %d of the graph is not a tensor of its own", i);
        state[tensor] = DEFINED;
    }
    for (int i = 0; i < graph->n_outputs; i++)
        if (graph->outputs[i] < 0 || graph->outputs[i] >= graph->n_tensors)
            return error_set(error, STATUS_FORMAT, NULL,
                             "output %d of the graph is tensor %d of %d", i, graph->outputs[i],
                             graph->n_tensors);
    return STATUS_OK;
}

static bool is_tensor(const struct graph *graph, int number)
{
    return number >= 0 && number < graph->n_tensors;
}

/* What states hold is defined before the first node. */
static enum status check_states(const struct graph *graph, unsigned char *state,
                                struct error *error)
{
    for (int i = 0; i < graph->n_states; i++) {
        const struct state *variable = &graph->states[i];
        if (!is_tensor(graph, variable->tensor) || !is_tensor(graph, variable->next) ||
            graph->tensors[variable->tensor].data || state[variable->tensor] != UNDEFINED)
            return error_set(error, STATUS_FORMAT, NULL, "variable '%s' is not a tensor of its own",
                             variable->name);
        const struct tensor *held = &graph->tensors[variable->tensor];
        const struct tensor *next = &graph->tensors[variable->next];
        char is[SHAPE_TEXT_SIZE], becomes[SHAPE_TEXT_SIZE];
        if (held->type != next->type || !shape_equal(&held->shape, &next->shape))
            return error_set(error, STATUS_FORMAT, NULL,
                             "variable '%s' is %s %s and does not take '%s', which is %s %s",
                             variable->name, type_name(held->type), shape_text(&held->shape, is),
                             next->name, type_name(next->type), shape_text(&next->shape, becomes));
        state[variable->tensor] = DEFINED;
    }
    return STATUS_OK;
}

static enum status check_outputs(const struct graph *graph, const unsigned char *state,
                                 struct error *error)
{
    for (int i = 0; i < graph_n_sinks(graph); i++) {
        const struct tensor *tensor = &graph->tensors[graph_sink(graph, i)];
        bool is_output = i < graph->n_outputs;
        if (!tensor->data && state[graph_sink(graph, i)] == UNDEFINED)
            return error_set(error, STATUS_FORMAT, NULL,
                             "%s %d of the graph ('%s') is never written",
                             is_output ? "output" : "the next value of variable",
                             is_output ? i : i - graph->n_outputs, tensor->name);
    }
    return STATUS_OK;
}

enum status graph_check(const struct graph *graph, struct error *error)
{
    unsigned char *state = xcalloc((size_t)graph->n_tensors + 1, 1);
    enum status status = check_tensors(graph, error);
    if (status == STATUS_OK)
        status = check_ends(graph, state, error);
    if (status == STATUS_OK)
        status = check_states(graph, state, error);
    if (status == STATUS_OK)
        status = check_nodes(graph, state, error);
    if (status == STATUS_OK)
        status = check_outputs(graph, state, error);
    free(state);
    return status == STATUS_OK ? STATUS_OK : error_within(error, "%s", graph->name);
}
