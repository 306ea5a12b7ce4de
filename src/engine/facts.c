#include "engine/facts.h"

#include "base/text.h"
#include "engine/plan_internal.h"
#include "graph/summary.h"

static const char *list_merged(const struct plan *plan, const struct step *step,
                               struct arena *arena)
{
    struct text list = {0};
    for (int i = 0; i < step->n_nodes; i++)
        if (step->nodes[i] != step->node)
            text_printf(&list, "%s%s", list.length > 0 ? ", " : "",
                        op_name(plan->graph->nodes[step->nodes[i]].op));
    const char *kept = arena_strdup(arena, list.bytes ? list.bytes : "");
    text_release(&list);
    return kept;
}

/* Of all nodes; a copy, so that the graph stays as it is. */
static struct origin join_origins(const struct plan *plan, const struct step *step,
                                  struct arena *arena)
{
    struct graph places = {.arena = arena};
    struct origin origin = {0};
    for (int i = 0; i < step->n_nodes; i++)
        origin = origin_join(&places, &origin, &plan->graph->nodes[step->nodes[i]].origin);
    return origin;
}

static void count_bytes(const struct step *step, struct step_facts *facts)
{
    const struct kernel_call *call = &step->call;
    for (int i = 0; i < call->n_inputs; i++) {
        const struct operand *input = &call->inputs[i];
        if (!input->tensor)
            continue;
        *(input->data ? &facts->constant_bytes : &facts->read_bytes) +=
            (double)tensor_bytes(input->tensor);
        if (!input->data && !facts->in)
            facts->in = input->tensor;
    }
    if (call->addend.tensor)
        facts->read_bytes += (double)tensor_bytes(call->addend.tensor);
    for (int i = 0; i < call->n_outputs; i++)
        facts->written_bytes += (double)tensor_bytes(call->outputs[i].tensor);
}

/* By the types of the operands that are multiplied: float32 data times int8 weights are quantized
 * first. Halves are widened but where the instruction set multiplies them. */
static enum ceiling_kind arithmetic_of(const struct step *step)
{
    const struct kernel_call *call = &step->call;
    int weight_input = op_table[call->node->op].quant.weight_input;
    const struct operand *weights = weight_input != NO_INPUT && weight_input < call->n_inputs
                                        ? &call->inputs[weight_input]
                                        : NULL;
    enum type data = call->inputs[op_data_input(call->node->op)].tensor->type;
    enum type other = weights && weights->tensor ? weights->tensor->type : data;
    if (data == TYPE_I16)
        return CEILING_PAIRS;
    if (other == TYPE_I8 || other == TYPE_U8)
        return CEILING_BYTES;
    return other == TYPE_F16 && ceiling_find(CEILING_HALF, step->kernel->isa) ? CEILING_HALF
                                                                              : CEILING_FLOAT;
}

struct step_facts plan_step_facts(const struct plan *plan, int number, struct arena *arena)
{
    const struct step *step = &plan->steps[number];
    struct step_facts facts = {
        .op = op_name(plan->graph->nodes[step->node].op),
        .merged = list_merged(plan, step, arena),
        .kernel = step->kernel->name,
        .isa = step->kernel->isa,
        .origin = join_origins(plan, step, arena),
        .out = step->call.outputs[0].tensor,
        .arithmetic = CEILING_READ,
    };
    count_bytes(step, &facts);
    for (int i = 0; i < step->n_nodes; i++)
        facts.macs += node_macs(plan->graph, &plan->graph->nodes[step->nodes[i]]);
    if (facts.macs > 0.0)
        facts.arithmetic = arithmetic_of(step);
    return facts;
}
