/* SILU as the product that it is. */
#include "rewrite/lower_internal.h"

bool lower_silu(struct lowering *lowering, const struct node *node)
{
    int x = node->inputs[0];
    const int factors[] = {x,
                           lower_add(lowering, OP_LOGISTIC, &x, 1, NULL, node->outputs[0], false)};
    lower_add(lowering, OP_MUL, factors, 2, NULL, node->outputs[0], true);
    return true;
}
