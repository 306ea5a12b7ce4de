#include "rewrite/padding.h"

#include "graph/infer.h"
#include "graph/node_params.h"

/* SAME or VALID where one of them means these cells, else EXPLICIT. */
static int32_t known_padding(const struct window *rows, const struct window *columns)
{
    const enum padding choices[] = {PADDING_SAME, PADDING_VALID};
    int32_t out[2], before[2], wanted[2], ignored;
    if (!infer_window(rows, &wanted[0], &ignored) || !infer_window(columns, &wanted[1], &ignored))
        return PADDING_EXPLICIT;
    for (int i = 0; i < 2; i++) {
        struct window tried[] = {*rows, *columns};
        tried[0].padding = tried[1].padding = choices[i];
        if (infer_window(&tried[0], &out[0], &before[0]) &&
            infer_window(&tried[1], &out[1], &before[1]) && out[0] == wanted[0] &&
            out[1] == wanted[1] && before[0] == rows->before && before[1] == columns->before)
            return choices[i];
    }
    return PADDING_EXPLICIT;
}

static int32_t conv_padding(const struct graph *graph, const struct node *node,
                            const struct shape *image)
{
    const struct shape *filter = &node_input(graph, node, 1)->shape;
    struct window rows = conv_window(&node->params.conv, 0, image->dim[1], filter->dim[1]);
    struct window columns = conv_window(&node->params.conv, 1, image->dim[2], filter->dim[2]);
    return known_padding(&rows, &columns);
}

static int32_t pool_padding(const struct node *node, const struct shape *image)
{
    struct window rows = pool_dimension(&node->params.pool, 0, image->dim[1]);
    struct window columns = pool_dimension(&node->params.pool, 1, image->dim[2]);
    return known_padding(&rows, &columns);
}

int32_t padding_known(const struct graph *graph, const struct node *node)
{
    struct node copy = *node;
    const int32_t *padding = node_field(&copy, FIELD_PADDING);
    if (!padding || *padding != PADDING_EXPLICIT)
        return padding ? *padding : -1;
    if (node->op == OP_TRANSPOSE_CONV)
        return conv_padding(graph, node, &node_output(graph, node, 0)->shape);
    const struct shape *image = &node_input(graph, node, 0)->shape;
    return op_table[node->op].family == FAMILY_POOL ? pool_padding(node, image)
                                                    : conv_padding(graph, node, image);
}

void padding_set(struct node *node, int32_t padding)
{
    *(struct pads *)node_field(node, FIELD_PADS) = (struct pads){0};
    *(int32_t *)node_field(node, FIELD_PADDING) = padding;
}
