#include "graph/node_facts.h"

#include <string.h>

#include "graph/node_params.h"
#include "graph/schema.h"

static void print_stride(int32_t height, int32_t width, struct text *out)
{
    if (height != width)
        text_printf(out, "/%dx%d", height, width);
    else if (height > 1)
        text_printf(out, "/%d", height);
}

/* Filters have height and width as their middle dimensions: OHWI, of depthwise ones 1HWO. */
static void print_filter(const struct graph *graph, const struct node *node, struct text *out)
{
    const struct conv_params *conv = &node->params.conv;
    const struct tensor *filter = node_input(graph, node, op_table[node->op].quant.weight_input);
    if (!filter || filter->shape.rank != 4)
        return;
    text_printf(out, "%dx%d", filter->shape.dim[1], filter->shape.dim[2]);
    print_stride(conv->stride_h, conv->stride_w, out);
}

void node_print_window(const struct graph *graph, const struct node *node, struct text *out)
{
    const struct param_schema *schema = op_table[node->op].params;
    const struct pool_params *pool = &node->params.pool;
    if (schema == &schema_conv || schema == &schema_depthwise || schema == &schema_transpose_conv)
        print_filter(graph, node, out);
    if (schema != &schema_pool)
        return;
    text_printf(out, "%dx%d", pool->filter_h, pool->filter_w);
    print_stride(pool->stride_h, pool->stride_w, out);
}

/* Whether the value is that of an absent field, which goes without saying. */
static bool is_usual(const union op_params *params, const struct param_field *field)
{
    const char *at = (const char *)params + field->offset;
    int32_t plain;
    memcpy(&plain, at, sizeof(plain));
    switch (field->kind) {
    case FIELD_FLOAT:
    case FIELD_INTS:
    case FIELD_PADDING:
        return false;
    case FIELD_PADS:
        return memcmp(at, &(struct pads){0}, sizeof(struct pads)) == 0;
    default:
        return plain == field->fallback;
    }
}

void node_print_params(const struct node *node, struct text *out)
{
    const struct param_schema *schema = op_table[node->op].params;
    char value[PARAM_TEXT_SIZE];
    const char *separator = "";
    for (int i = 0; i < schema->count; i++) {
        const struct param_field *field = &schema->fields[i];
        if (!field->name[0] || is_usual(&node->params, field))
            continue;
        text_printf(out, "%s%s=%s", separator, field->name,
                    param_text(&node->params, field, value));
        separator = " ";
    }
}

void node_print_activation(const struct node *node, struct text *out)
{
    const struct param_schema *schema = op_table[node->op].params;
    char value[PARAM_TEXT_SIZE];
    for (int i = 0; i < schema->count && node_activation(node) != ACTIVATION_NONE; i++)
        if (schema->fields[i].kind == FIELD_ACTIVATION)
            text_add_string(out, param_text(&node->params, &schema->fields[i], value));
}

double node_constants(const struct graph *graph, const struct node *node, double *bytes)
{
    double elements = 0.0;
    *bytes = 0.0;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        if (!tensor || !tensor->data)
            continue;
        elements += (double)shape_elements(&tensor->shape);
        *bytes += (double)tensor_bytes(tensor);
    }
    return elements;
}
