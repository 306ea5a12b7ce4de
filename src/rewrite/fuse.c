#include "rewrite/fuse.h"

#include <stdlib.h>

#include "base/memory.h"
#include "graph/links.h"
#include "graph/node_params.h"
#include "rewrite/fuse_internal.h"

/* Integers are clamped the same way before or after they are stored. */
static bool clamps_alike(const struct tensor *before, const struct tensor *after)
{
    return before->type == after->type &&
           (fuse_is_float(before) ||
            (before->quant.count == 1 && quantization_equal(&before->quant, &after->quant)));
}

static bool fuse_activation(struct graph *graph, struct node *node, struct fuse_counts *counts)
{
    enum activation activation = op_table[node->op].activation;
    struct node *before =
        activation == ACTIVATION_NONE ? NULL : fuse_sole_producer(graph, node->inputs[0]);
    int32_t *fused = before ? node_fused_activation(before) : NULL;
    if (!fused || *fused != ACTIVATION_NONE ||
        !clamps_alike(node_output(graph, before, 0), node_output(graph, node, 0)))
        return false;
    *fused = (int32_t)activation;
    counts->activations++;
    fuse_replace_by(graph, node, before);
    return true;
}

/* Which nodes are needed, the last ones first. */
static bool *find_alive(const struct graph *graph)
{
    bool *is_read = xcalloc((size_t)graph->n_tensors, sizeof(*is_read));
    bool *is_alive = xcalloc((size_t)graph->n_nodes, sizeof(*is_alive));
    for (int i = 0; i < graph_n_sinks(graph); i++)
        is_read[graph_sink(graph, i)] = true;
    for (int n = graph->n_nodes - 1; n >= 0; n--) {
        const struct node *node = &graph->nodes[n];
        for (int i = 0; i < node->n_outputs; i++)
            is_alive[n] = is_alive[n] || is_read[node->outputs[i]];
        for (int i = 0; is_alive[n] && i < node->n_inputs; i++)
            if (node->inputs[i] != NO_TENSOR)
                is_read[node->inputs[i]] = true;
    }
    free(is_read);
    return is_alive;
}

int graph_drop_dead(struct graph *graph)
{
    bool *is_alive = find_alive(graph);
    int count = graph->n_nodes, kept = 0;
    for (int n = 0; n < count; n++)
        if (is_alive[n])
            graph->nodes[kept++] = graph->nodes[n];
    graph->n_nodes = kept;
    free(is_alive);
    return count - kept;
}

struct fuse_counts graph_fuse(struct graph *graph)
{
    struct fuse_counts counts = {.dead = graph_drop_dead(graph)};
    links_keep(graph);
    for (int n = 0; n < graph->n_nodes; n++)
        (void)(fuse_affine(graph, &graph->nodes[n], &counts) ||
               fuse_scale_above(graph, &graph->nodes[n], &counts) ||
               fuse_activation(graph, &graph->nodes[n], &counts));
    links_drop(graph);
    return counts;
}
