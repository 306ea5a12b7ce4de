#include "engine/chain.h"

#include <stdlib.h>
#include <string.h>

#include "engine/call.h"

#define TABLE_SIZE 256

static bool has_one_scale(const struct tensor *tensor)
{
    return tensor->quant.count <= 1;
}

static bool is_byte(const struct tensor *tensor)
{
    return tensor->type == TYPE_I8 || tensor->type == TYPE_U8;
}

static bool is_member(const struct chain *chain, int node)
{
    for (int i = 0; i < chain->n_nodes; i++)
        if (chain->nodes[i] == node)
            return true;
    return false;
}

/* Whether each element of the output depends on the elements at its place alone. */
static bool is_function(const struct planner *planner, const struct node *node)
{
    const struct tensor *out = node_output(planner->graph, node, 0);
    if (node->n_outputs != 1 || !has_one_scale(out) ||
        !(op_has(node->op, TRAIT_ELEMENTWISE) || node->op == OP_QUANTIZE ||
          node->op == OP_DEQUANTIZE))
        return false;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *in = node_input(planner->graph, node, i);
        if (!in || !has_one_scale(in) || planner->is_derivable[node->inputs[i]] ||
            (in->data ? shape_elements(&in->shape) != 1 : !shape_equal(&in->shape, &out->shape)))
            return false;
    }
    return true;
}

/* How often members read the tensor. */
static int count_reads(const struct planner *planner, const struct chain *chain, int tensor)
{
    int count = 0;
    for (int i = 0; i < chain->n_nodes; i++) {
        const struct node *node = &planner->graph->nodes[chain->nodes[i]];
        for (int k = 0; k < node->n_inputs; k++)
            count += node->inputs[k] == tensor;
    }
    return count;
}

/* What goes on around the members. */
struct border {
    int input;  /* the only tensor that they read and do not make, or NO_TENSOR */
    int before; /* a node that may become a member: what it makes they alone read; or -1 */
};

static struct border find_border(const struct planner *planner, const struct chain *chain)
{
    struct border border = {NO_TENSOR, -1};
    bool several = false;
    for (int i = 0; i < chain->n_nodes; i++) {
        const struct node *node = &planner->graph->nodes[chain->nodes[i]];
        for (int k = 0; k < node->n_inputs; k++) {
            int tensor = node->inputs[k], maker = planner->producer[tensor];
            if (planner->graph->tensors[tensor].data || (maker >= 0 && is_member(chain, maker)))
                continue;
            several = several || (border.input != NO_TENSOR && border.input != tensor);
            border.input = tensor;
            if (maker >= 0 && count_reads(planner, chain, tensor) == planner->uses[tensor] &&
                is_function(planner, &planner->graph->nodes[maker]))
                border.before = maker;
        }
    }
    if (several)
        border.input = NO_TENSOR;
    return border;
}

static int compare_numbers(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The members of the longest chain; false: there is none. */
static bool grow(const struct planner *planner, int end, struct chain *longest)
{
    struct chain chain = {.nodes = {end}, .n_nodes = 1};
    longest->n_nodes = 0;
    for (;;) {
        struct border border = find_border(planner, &chain);
        if (border.input != NO_TENSOR && is_byte(&planner->graph->tensors[border.input])) {
            chain.input = border.input;
            *longest = chain;
        }
        if (border.before < 0 || chain.n_nodes == CHAIN_NODES_MAX)
            break;
        chain.nodes[chain.n_nodes++] = border.before;
    }
    longest->output = planner->graph->nodes[end].outputs[0];
    qsort(longest->nodes, (size_t)longest->n_nodes, sizeof(int), compare_numbers);
    return longest->n_nodes > 1;
}

/* --- tabulating: the nodes once more, on all values ------------------------------------------- */

/* Elementwise operators have few inputs; what has more is left alone. */
#define COPIES_MAX (4 * CHAIN_NODES_MAX)

/* Nodes of the model in a graph of their own, whose tensors hold all values. */
struct copy {
    struct graph *graph;
    int of[COPIES_MAX]; /* tensor i of the graph is that one of the model */
    int count;
};

static int find_copy(const struct copy *copy, int tensor)
{
    for (int i = 0; i < copy->count; i++)
        if (copy->of[i] == tensor)
            return i;
    return NO_TENSOR;
}

/* With data for a tensor that has none: NULL, if a node is to make it. */
static int add_copy(struct copy *copy, const struct graph *graph, int number, const void *data)
{
    struct tensor tensor = graph->tensors[number];
    if (copy->count == COPIES_MAX)
        return NO_TENSOR;
    tensor.shape = tensor.data ? (struct shape){0} : SHAPE(TABLE_SIZE);
    tensor.data = tensor.data ? tensor.data : data;
    copy->of[copy->count++] = number;
    return graph_add_tensor(copy->graph, &tensor);
}

static enum status compute(struct copy *copy, const struct graph *graph, const struct node *node,
                           struct error *error)
{
    int inputs[OP_INPUTS_MAX];
    void *result;
    for (int i = 0; i < node->n_inputs; i++) {
        inputs[i] = find_copy(copy, node->inputs[i]);
        if (inputs[i] == NO_TENSOR)
            inputs[i] = add_copy(copy, graph, node->inputs[i], NULL);
        if (inputs[i] == NO_TENSOR)
            return STATUS_UNSUPPORTED;
    }
    int out = add_copy(copy, graph, node->outputs[0], NULL);
    if (out == NO_TENSOR)
        return STATUS_UNSUPPORTED;
    const struct node *made =
        graph_add_node(copy->graph, node->op, inputs, node->n_inputs, &out, 1, &node->params);
    enum status status = call_evaluate(copy->graph, made, copy->graph->arena, &result, error);
    if (status == STATUS_OK)
        copy->graph->tensors[out].data = result;
    return status;
}

static bool tabulate(const struct graph *graph, struct chain *chain)
{
    uint8_t values[TABLE_SIZE];
    struct copy copy = {.graph = graph_new(graph->name)};
    struct error ignored;
    enum status status = STATUS_OK;
    for (int i = 0; i < TABLE_SIZE; i++)
        values[i] = (uint8_t)i;
    copy.graph->rounding = graph->rounding;
    copy.graph->rounds_stored = graph->rounds_stored;
    add_copy(&copy, graph, chain->input, values);
    for (int i = 0; status == STATUS_OK && i < chain->n_nodes; i++)
        status = compute(&copy, graph, &graph->nodes[chain->nodes[i]], &ignored);
    if (status == STATUS_OK)
        memcpy(chain->table, copy.graph->tensors[find_copy(&copy, chain->output)].data, TABLE_SIZE);
    graph_free(copy.graph);
    return status == STATUS_OK;
}

struct chain *chain_find(const struct planner *planner, int end)
{
    const struct node *node = &planner->graph->nodes[end];
    struct chain chain;
    if (!is_byte(node_output(planner->graph, node, 0)) || !is_function(planner, node) ||
        !grow(planner, end, &chain) || !tabulate(planner->graph, &chain))
        return NULL;
    return arena_copy(planner->plan->arena, &chain, sizeof(chain));
}
