#include "graph/axes.h"

#include "graph/infer.h"
#include "graph/node_params.h"

/* Where an operator has its axes, and the dimensions of which tensor they are. */
struct rule {
    const char *param; /* name of a parameter; NULL: none */
    bool is_list;      /* input `list` has them */
    int8_t list, data; /* data: the input whose dimensions count */
    bool of_output;    /* those of the output do, in its place */
};

static const struct rule rules[OP_COUNT] = {
    [OP_CONCATENATION] = {.param = "axis"},
    [OP_UNPACK] = {.param = "axis"},
    [OP_GATHER] = {.param = "axis"},
    [OP_LAYER_NORMALIZATION] = {.param = "axis"},
    [OP_PACK] = {.param = "axis", .of_output = true},
    [OP_TRANSPOSE] = {.is_list = true, .list = 1},
    [OP_MEAN] = {.is_list = true, .list = 1},
    [OP_SUM] = {.is_list = true, .list = 1},
    [OP_REDUCE_MAX] = {.is_list = true, .list = 1},
    [OP_REDUCE_MIN] = {.is_list = true, .list = 1},
    [OP_REDUCE_PROD] = {.is_list = true, .list = 1},
    [OP_REDUCE_ANY] = {.is_list = true, .list = 1},
    [OP_REDUCE_ALL] = {.is_list = true, .list = 1},
    [OP_CUMSUM] = {.is_list = true, .list = 1},
    [OP_REVERSE_V2] = {.is_list = true, .list = 1},
    [OP_ARG_MAX] = {.is_list = true, .list = 1},
    [OP_ARG_MIN] = {.is_list = true, .list = 1},
    [OP_ONE_HOT] = {.param = "axis", .of_output = true},
    [OP_EXPAND_DIMS] = {.is_list = true, .list = 1, .of_output = true},
    [OP_SPLIT] = {.is_list = true, .list = 0, .data = 1},
    [OP_SPLIT_V] = {.is_list = true, .list = 2},
};

static void settle(int32_t *axis, int rank)
{
    *axis += *axis < 0 ? rank : 0;
}

/* A list that somebody else may read, too, stays as it is. */
static void settle_list(struct graph *graph, struct node *node, int input, int rank)
{
    const struct tensor *list = node_input(graph, node, input);
    struct tensor made = {.name = list->name, .type = TYPE_I32, .shape = list->shape};
    int32_t axes[SHAPE_RANK_MAX];
    struct error error;
    int count;
    bool is_settled = list->type == TYPE_I32;
    if (infer_constant(graph, node, input, axes, SHAPE_RANK_MAX, &count, &error) != STATUS_OK)
        return;
    for (int i = 0; i < count; i++) {
        is_settled = is_settled && axes[i] >= 0;
        settle(&axes[i], rank);
    }
    if (is_settled)
        return;
    made.data = arena_copy(graph->arena, axes, (size_t)count * sizeof(*axes));
    node->inputs = arena_copy(graph->arena, node->inputs, (size_t)node->n_inputs * sizeof(int));
    node->inputs[input] = graph_add_tensor(graph, &made);
}

void axes_settle(struct graph *graph, struct node *node)
{
    const struct rule *rule = &rules[node->op];
    const struct tensor *data =
        rule->of_output ? node_output(graph, node, 0) : node_input(graph, node, rule->data);
    int32_t *param = rule->param ? node_param(node, rule->param) : NULL;
    if (param)
        settle(param, data->shape.rank);
    if (node->op == OP_GATHER)
        settle(&node->params.gather.batch_dims, node_input(graph, node, 1)->shape.rank);
    for (int i = 0; node->op == OP_SQUEEZE && i < node->params.vector.count; i++)
        settle(&node->params.vector.values[i], data->shape.rank);
    if (rule->is_list)
        settle_list(graph, node, rule->list, data->shape.rank);
}
