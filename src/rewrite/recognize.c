#include "rewrite/recognize.h"

#include "graph/links.h"
#include "rewrite/recognize_internal.h"

/* Nodes that one operator takes the place of at most: a GELU is said in nine. */
#define REPLACED_MAX 64

/* Nodes whose results nobody reads since a rule has rewritten one. */
struct replaced {
    int nodes[REPLACED_MAX];
    int count;
};

/* Whether only nodes that were replaced read the tensor. */
static bool is_unread(const struct graph *graph, const struct replaced *replaced, int tensor)
{
    int uses = graph_uses(graph, tensor);
    for (int i = 0; i < replaced->count; i++) {
        const struct node *node = &graph->nodes[replaced->nodes[i]];
        for (int k = 0; k < node->n_inputs; k++)
            uses -= node->inputs[k] == tensor;
    }
    return uses == 0;
}

/* Adds the node that made the tensor, if it made nothing that is still read. */
static bool add_maker(const struct graph *graph, struct replaced *replaced, int tensor)
{
    const struct node *maker = graph_producer(graph, tensor);
    if (!maker || replaced->count == REPLACED_MAX)
        return false;
    int number = (int)(maker - graph->nodes);
    for (int i = 0; i < replaced->count; i++)
        if (replaced->nodes[i] == number)
            return false;
    for (int i = 0; i < maker->n_outputs; i++)
        if (!is_unread(graph, replaced, maker->outputs[i]))
            return false;
    replaced->nodes[replaced->count++] = number;
    return true;
}

/* The node, which read these tensors before, does the work of all that is dead now. */
static void take_over(struct graph *graph, struct node *node, const int *inputs, int n_inputs)
{
    struct replaced replaced = {.count = 0};
    for (bool grows = true; grows;) {
        grows = false;
        for (int i = 0; i < n_inputs; i++)
            grows = add_maker(graph, &replaced, inputs[i]) || grows;
        for (int n = 0; n < replaced.count; n++) {
            const struct node *dead = &graph->nodes[replaced.nodes[n]];
            for (int i = 0; i < dead->n_inputs; i++)
                grows = add_maker(graph, &replaced, dead->inputs[i]) || grows;
        }
    }
    for (int n = 0; n < replaced.count; n++)
        node_add_origin(graph, node, &graph->nodes[replaced.nodes[n]].origin);
}

/* Applies a rule to the node. */
static bool apply(struct graph *graph, recognize_rule *rule, struct node *node)
{
    const int *inputs = node->inputs; /* rules give a node lists of its own */
    int n_inputs = node->n_inputs;
    if (!rule(graph, node))
        return false;
    take_over(graph, node, inputs, n_inputs);
    return true;
}

int graph_recognize(struct graph *graph)
{
    static recognize_rule *const rules[] = {
        recognize_stored_shape, recognize_square,     recognize_bias,
        recognize_gate,         recognize_layer_norm, recognize_transposed_operand,
        recognize_padding,      recognize_flat_mean,  recognize_dynamic,
    };
    int count = 0;
    links_keep(graph);
    for (int n = 0; n < graph->n_nodes; n++) {
        bool done = graph->nodes[n].n_outputs != 1;
        count += apply(graph, recognize_reshapes, &graph->nodes[n]);
        for (size_t r = 0; !done && r < sizeof(rules) / sizeof(rules[0]); r++)
            done = apply(graph, rules[r], &graph->nodes[n]) && ++count;
    }
    links_drop(graph);
    return count;
}
