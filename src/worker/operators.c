#include "worker/operators.h"

#include <string.h>

/* Of the outputs: what converts counts as what it makes. */
static const char *type_of(const struct graph *graph, const struct node *node)
{
    return node->n_outputs > 0 ? type_name(graph->tensors[node->outputs[0]].type) : "";
}

/* Whether a constant has numbers of the network: shapes, axes and biases of integers do not count,
 * whose type follows from others. */
static bool is_weight(const struct tensor *tensor)
{
    return tensor->data && tensor->type != TYPE_I32 && tensor->type != TYPE_I64 &&
           tensor->type != TYPE_BOOL;
}

/* That of the first constant; NULL: there are none. */
static const char *weights_of(const struct graph *graph, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR && is_weight(&graph->tensors[node->inputs[i]]))
            return type_name(graph->tensors[node->inputs[i]].type);
    return NULL;
}

static bool is_like(const json_t *item, const char *op, const char *type, const char *weights)
{
    const char *other = json_string_value(json_object_get(item, "weights"));
    return strcmp(json_string_value(json_object_get(item, "op")), op) == 0 &&
           strcmp(json_string_value(json_object_get(item, "type")), type) == 0 &&
           strcmp(other ? other : "", weights ? weights : "") == 0;
}

static void count(json_t *list, const char *op, const char *type, const char *weights)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (!is_like(item, op, type, weights))
            continue;
        json_int_t before = json_integer_value(json_object_get(item, "count"));
        json_object_set_new(item, "count", json_integer(before + 1));
        return;
    }
    json_array_append_new(list, json_pack("{s:s, s:s, s:s*, s:i}", "op", op, "type", type,
                                          "weights", weights, "count", 1));
}

json_t *operators_list(const struct graph *graph)
{
    json_t *list = json_array();
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        count(list, op_name(node->op), type_of(graph, node), weights_of(graph, node));
    }
    return list;
}
