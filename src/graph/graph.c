#include "graph/graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "graph/links.h"

struct graph *graph_new(const char *name)
{
    struct graph *graph = xcalloc(1, sizeof(*graph));
    graph->arena = arena_new();
    graph->name = arena_strdup(graph->arena, name);
    graph->description = graph->left_out = "";
    return graph;
}

void graph_free(struct graph *graph)
{
    if (!graph)
        return;
    arena_free(graph->arena);
    free(graph->tensors);
    free(graph->nodes);
    free(graph->layers);
    free(graph->remarks);
    links_free(graph->links);
    free(graph);
}

static int *copy_list(struct graph *graph, const int *list, int count)
{
    return arena_copy(graph->arena, list, (size_t)count * sizeof(*list));
}

static void *copy_items(const void *items, int count, size_t size)
{
    void *copy = xcalloc((size_t)count + 1, size);
    if (count > 0)
        memcpy(copy, items, (size_t)count * size);
    return copy;
}

struct graph *graph_share(const struct graph *graph)
{
    struct graph *copy = xcalloc(1, sizeof(*copy));
    *copy = *graph;
    copy->arena = arena_new();
    copy->tensor_capacity = (size_t)graph->n_tensors + 1;
    copy->node_capacity = (size_t)graph->n_nodes + 1;
    copy->layer_capacity = (size_t)graph->n_layers + 1;
    copy->remark_capacity = graph->n_remarks + 1;
    copy->tensors = copy_items(graph->tensors, graph->n_tensors, sizeof(*graph->tensors));
    copy->nodes = copy_items(graph->nodes, graph->n_nodes, sizeof(*graph->nodes));
    copy->layers = copy_items(graph->layers, graph->n_layers, sizeof(*graph->layers));
    copy->remarks = copy_items(graph->remarks, (int)graph->n_remarks, sizeof(*graph->remarks));
    graph_set_inputs(copy, graph->inputs, graph->n_inputs);
    graph_set_outputs(copy, graph->outputs, graph->n_outputs);
    graph_set_states(copy, graph->states, graph->n_states);
    for (int n = 0; n < copy->n_nodes; n++) {
        struct node *node = &copy->nodes[n];
        node->inputs = copy_list(copy, node->inputs, node->n_inputs);
        node->outputs = copy_list(copy, node->outputs, node->n_outputs);
    }
    return copy;
}

void graph_remark(struct graph *graph, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = printable_text(graph->arena, format, arguments);
    va_end(arguments);
    graph->remarks = list_grow(graph->remarks, graph->n_remarks, &graph->remark_capacity,
                               sizeof(*graph->remarks));
    graph->remarks[graph->n_remarks++] = text;
}

void graph_leave_out(struct graph *graph, const char *what)
{
    const char *before = graph->left_out;
    graph->left_out = arena_printf(graph->arena, "%s%s%s", before, before[0] ? ", " : "", what);
}

int graph_add_tensor(struct graph *graph, const struct tensor *tensor)
{
    graph->tensors = list_grow(graph->tensors, (size_t)graph->n_tensors, &graph->tensor_capacity,
                               sizeof(*tensor));
    graph->tensors[graph->n_tensors] = *tensor;
    return graph->n_tensors++;
}

struct node *graph_keep_node(struct graph *graph, const struct node *node)
{
    graph->nodes =
        list_grow(graph->nodes, (size_t)graph->n_nodes, &graph->node_capacity, sizeof(*node));
    graph->nodes[graph->n_nodes] = *node;
    links_note_node(graph, graph->n_nodes);
    return &graph->nodes[graph->n_nodes++];
}

int graph_add_list(struct graph *graph, const int32_t *values, int count)
{
    struct tensor list = {.name = "", .type = TYPE_I32, .shape = SHAPE(count)};
    list.data = arena_copy(graph->arena, values, (size_t)count * sizeof(*values));
    return graph_add_tensor(graph, &list);
}

struct node *graph_add_node(struct graph *graph, enum op op, const int *inputs, int n_inputs,
                            const int *outputs, int n_outputs, const union op_params *params)
{
    struct node node = {
        .op = op,
        .n_inputs = n_inputs,
        .n_outputs = n_outputs,
        .inputs = copy_list(graph, inputs, n_inputs),
        .outputs = copy_list(graph, outputs, n_outputs),
        .origin = graph->origin,
    };
    if (params)
        node.params = *params;
    else
        params_init(&node.params, op_table[op].params);
    return graph_keep_node(graph, &node);
}

void graph_set_inputs(struct graph *graph, const int *tensors, int count)
{
    graph->inputs = copy_list(graph, tensors, count);
    graph->n_inputs = count;
}

void graph_set_outputs(struct graph *graph, const int *tensors, int count)
{
    graph->outputs = copy_list(graph, tensors, count);
    graph->n_outputs = count;
}

void graph_set_states(struct graph *graph, const struct state *states, int count)
{
    graph->states = arena_copy(graph->arena, states, (size_t)count * sizeof(*states));
    graph->n_states = count;
}

int graph_n_sources(const struct graph *graph)
{
    return graph->n_inputs + graph->n_states;
}

int graph_source(const struct graph *graph, int i)
{
    return i < graph->n_inputs ? graph->inputs[i] : graph->states[i - graph->n_inputs].tensor;
}

int graph_n_sinks(const struct graph *graph)
{
    return graph->n_outputs + graph->n_states;
}

int graph_sink(const struct graph *graph, int i)
{
    return i < graph->n_outputs ? graph->outputs[i] : graph->states[i - graph->n_outputs].next;
}

struct node *graph_take_nodes(struct graph *graph, int *count)
{
    struct node *nodes =
        arena_copy(graph->arena, graph->nodes, (size_t)graph->n_nodes * sizeof(*graph->nodes));
    *count = graph->n_nodes;
    graph->n_nodes = 0;
    links_forget_nodes(graph);
    return nodes;
}

struct quantization quantization_per_tensor(struct graph *graph, float scale, int32_t zero_point)
{
    return (struct quantization){
        .count = 1,
        .scale = arena_copy(graph->arena, &scale, sizeof(scale)),
        .zero_point = arena_copy(graph->arena, &zero_point, sizeof(zero_point)),
    };
}

size_t quantization_entry(const struct tensor *tensor, size_t element)
{
    const struct quantization *quant = &tensor->quant;
    if (quant->count <= 1)
        return 0;
    size_t inner = shape_span(&tensor->shape, quant->axis + 1, tensor->shape.rank);
    size_t length = (size_t)tensor->shape.dim[quant->axis], step = element / inner % length;
    if (quant->block == 0)
        return step;
    size_t block = (size_t)quant->block, outer = element / inner / length;
    return (outer * (length / block) + step / block) * inner + element % inner;
}

bool quantization_equal(const struct quantization *a, const struct quantization *b)
{
    if (a->count != b->count || a->block != b->block || (a->count > 1 && a->axis != b->axis))
        return false;
    for (int i = 0; i < a->count; i++)
        if (a->scale[i] != b->scale[i] || a->zero_point[i] != b->zero_point[i])
            return false;
    return true;
}

bool tensor_is_whole(const struct tensor *tensor)
{
    return !type_is_real(tensor->type) && tensor->quant.count == 0;
}

size_t tensor_bytes(const struct tensor *tensor)
{
    return shape_elements(&tensor->shape) * type_size(tensor->type);
}

const struct tensor *node_input(const struct graph *graph, const struct node *node, int i)
{
    if (i < 0 || i >= node->n_inputs || node->inputs[i] == NO_TENSOR)
        return NULL;
    return &graph->tensors[node->inputs[i]];
}

const struct tensor *node_output(const struct graph *graph, const struct node *node, int i)
{
    return &graph->tensors[node->outputs[i]];
}

const char *node_text(const struct graph *graph, const struct node *node,
                      char buffer[NODE_TEXT_SIZE])
{
    bool listed = node >= graph->nodes && node < graph->nodes + graph->n_nodes;
    if (listed)
        snprintf(buffer, NODE_TEXT_SIZE, "node %td (%s)", node - graph->nodes, op_name(node->op));
    else
        snprintf(buffer, NODE_TEXT_SIZE, "a node (%s)", op_name(node->op));
    return buffer;
}

int graph_uses(const struct graph *graph, int tensor)
{
    int uses = 0;
    if (graph->links)
        return links_uses(graph, tensor);
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            uses += graph->nodes[n].inputs[i] == tensor;
    for (int i = 0; i < graph_n_sinks(graph); i++)
        uses += graph_sink(graph, i) == tensor;
    return uses;
}

struct node *graph_producer(const struct graph *graph, int tensor)
{
    if (graph->links)
        return links_producer(graph, tensor);
    for (int n = 0; tensor != NO_TENSOR && n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_outputs; i++)
            if (graph->nodes[n].outputs[i] == tensor)
                return &graph->nodes[n];
    return NULL;
}
