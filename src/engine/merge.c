#include "engine/merge.h"

#include "engine/call.h"
#include "graph/activation.h"
#include "graph/node_params.h"

static int32_t row_length(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

/* The step that makes the tensor, provided that one node alone reads it and that the step does no
 * other node's work yet; else NULL. */
static struct step *maker_of(const struct planner *planner, int tensor)
{
    int node = tensor == NO_TENSOR ? -1 : planner->producer[tensor];
    if (node < 0 || planner->step_of[node] < 0 || planner->uses[tensor] != 1)
        return NULL;
    struct step *step = &planner->plan->steps[planner->step_of[node]];
    return step->call.node->outputs[0] == tensor && planner->root[tensor] == tensor ? step : NULL;
}

/* --- CONCATENATION --- */

static bool joins_channels(const struct planner *planner, const struct node *node)
{
    const struct axis_params *params = &node->params.axis;
    int rank = node_output(planner->graph, node, 0)->shape.rank;
    return node->op == OP_CONCATENATION && params->activation == ACTIVATION_NONE &&
           (params->axis == rank - 1 || params->axis == -1);
}

/* Whether the step that makes the part may leave gaps in it. */
static bool can_join(const struct planner *planner, const struct node *node, int i)
{
    const struct tensor *whole = node_output(planner->graph, node, 0);
    const struct tensor *part = node_input(planner->graph, node, i);
    const struct step *maker = maker_of(planner, node->inputs[i]);
    return maker && maker->kernel->spaces_rows && part->type == whole->type &&
           quantization_equal(&part->quant, &whole->quant);
}

static bool join(struct planner *planner, const struct node *node)
{
    const struct tensor *whole = node_output(planner->graph, node, 0);
    size_t at = 0;
    for (int i = 0; i < node->n_inputs; i++)
        if (!can_join(planner, node, i))
            return false;
    for (int i = 0; i < node->n_inputs; i++) {
        int part = node->inputs[i];
        step_add_node(planner->plan, maker_of(planner, part), (int)(node - planner->graph->nodes));
        maker_of(planner, part)->call.outputs[0].row_step = (size_t)row_length(whole);
        planner->root[part] = node->outputs[0];
        planner->inner[part] = at;
        at += (size_t)row_length(node_input(planner->graph, node, i)) * type_size(whole->type);
    }
    return true;
}

/* --- ADD --- */

/* Whether the tensor is as large as the sum and there before the step runs. */
static bool is_addend(const struct planner *planner, const struct node *node, int tensor,
                      const struct step *maker)
{
    const struct tensor *sum = node_output(planner->graph, node, 0);
    const struct tensor *addend = &planner->graph->tensors[tensor];
    return addend->type == TYPE_F32 && shape_equal(&addend->shape, &sum->shape) &&
           !planner->is_derivable[tensor] && planner->producer[tensor] < maker->node;
}

/* Input i becomes the sum when the step that makes it adds the other one. */
static bool add_to(struct planner *planner, const struct node *node, int i)
{
    int made = node->inputs[i], other = node->inputs[1 - i];
    int32_t activation = node->params.arithmetic.activation;
    struct step *maker = maker_of(planner, made);
    struct error ignored;
    if (!maker || !maker->kernel->adds || node_activation(maker->call.node) != ACTIVATION_NONE ||
        activation_check(activation, &ignored) != STATUS_OK ||
        !shape_equal(&planner->graph->tensors[made].shape,
                     &node_output(planner->graph, node, 0)->shape) ||
        !is_addend(planner, node, other, maker))
        return false;
    maker->addend = other;
    step_add_node(planner->plan, maker, (int)(node - planner->graph->nodes));
    maker->call.addend.tensor = &planner->graph->tensors[other];
    activation_range((enum activation)activation, &maker->call.low, &maker->call.high);
    planner->root[made] = node->outputs[0];
    return true;
}

/* --- functions of single elements --- */

static bool apply_to(struct planner *planner, const struct node *node)
{
    struct step *maker = node->n_inputs == 1 ? maker_of(planner, node->inputs[0]) : NULL;
    struct error ignored;
    if (!maker || !maker->kernel->applies)
        return false;
    const struct kernel_call call =
        call_new(planner->graph, node, planner->plan->options.threads, planner->plan->arena);
    const struct kernel *kernel = kernel_find(&call, planner->plan->options.isa, &ignored);
    if (!kernel || !kernel->apply)
        return false;
    maker->call.apply = kernel->apply;
    step_add_node(planner->plan, maker, (int)(node - planner->graph->nodes));
    planner->root[node->inputs[0]] = node->outputs[0];
    return true;
}

bool merge_node(struct planner *planner, const struct node *node)
{
    if (joins_channels(planner, node))
        return join(planner, node);
    if (node_output(planner->graph, node, 0)->type != TYPE_F32)
        return false;
    return node->op == OP_ADD ? add_to(planner, node, 0) || add_to(planner, node, 1)
                              : apply_to(planner, node);
}
