/* Nearest pixels as .tflite files can choose them. */
#include "graph/nearest.h"
#include "rewrite/lower_internal.h"

/* The three choices of .tflite files, one of which may come to the same. */
bool lower_resize(struct lowering *lowering, const struct node *node)
{
    static const struct resize_params choices[] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
    const struct shape *in = &node_input(lowering->graph, node, 0)->shape;
    const struct shape *out = &node_output(lowering->graph, node, 0)->shape;
    if (node->params.resize.nearest == NEAREST_BY_CENTERS)
        return false;
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (!nearest_same(&node->params.resize, &choices[i], in->dim[1], out->dim[1]) ||
            !nearest_same(&node->params.resize, &choices[i], in->dim[2], out->dim[2]))
            continue;
        graph_keep_node(lowering->graph, node)->params.resize = choices[i];
        return true;
    }
    return false;
}
