#include "graph/node_params.h"

#include <string.h>

static void *at(struct node *node, const struct param_field *field)
{
    return (char *)&node->params + field->offset;
}

void *node_field(struct node *node, enum field_kind kind)
{
    const struct param_schema *schema = op_table[node->op].params;
    for (int i = 0; i < schema->count; i++)
        if (schema->fields[i].kind == kind)
            return at(node, &schema->fields[i]);
    return NULL;
}

int32_t *node_param(struct node *node, const char *name)
{
    const struct param_schema *schema = op_table[node->op].params;
    for (int i = 0; i < schema->count; i++)
        if (strcmp(schema->fields[i].name, name) == 0)
            return at(node, &schema->fields[i]);
    return NULL;
}

int32_t *node_fused_activation(struct node *node)
{
    return op_has(node->op, TRAIT_FUSES) ? node_field(node, FIELD_ACTIVATION) : NULL;
}

int32_t node_activation(const struct node *node)
{
    struct node copy = *node;
    const int32_t *activation = node_fused_activation(&copy);
    return activation ? *activation : (int32_t)ACTIVATION_NONE;
}
