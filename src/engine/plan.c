#include "engine/plan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/band.h"
#include "engine/call.h"
#include "engine/chain.h"
#include "engine/memory_plan.h"
#include "engine/merge.h"
#include "engine/planner.h"
#include "engine/ranges.h"

/* Whether the node's output can be the very memory of its input. */
static bool is_view(const struct planner *planner, const struct node *node)
{
    if (!op_has(node->op, TRAIT_VIEW))
        return false;
    const struct tensor *in = node_input(planner->graph, node, 0);
    const struct tensor *out = node_output(planner->graph, node, 0);
    return !in->data && !planner->is_derivable[node->inputs[0]] && in->type == out->type &&
           quantization_equal(&in->quant, &out->quant);
}

static bool is_stored_constant(const struct graph *graph, const struct node *node)
{
    return node->op == OP_DEQUANTIZE && node_input(graph, node, 0)->data != NULL;
}

/* Whether kernels may read a stored constant as it is. */
static bool is_widened(const struct tensor *stored)
{
    return stored->type == TYPE_F16 || stored->type == TYPE_BF16 || stored->type == TYPE_I8;
}

static void planner_init(struct planner *planner, struct plan *plan)
{
    size_t count = (size_t)plan->graph->n_tensors;
    *planner = (struct planner){
        .plan = plan,
        .graph = plan->graph,
        .root = xcalloc(count, sizeof(int)),
        .inner = xcalloc(count, sizeof(size_t)),
        .step_of = xcalloc((size_t)plan->graph->n_nodes, sizeof(int)),
        .stored_as = xcalloc(count, sizeof(int)),
        .is_derivable = xcalloc(count, sizeof(bool)),
        .producer = xcalloc(count, sizeof(int)),
        .uses = xcalloc(count, sizeof(int)),
        .chains = xcalloc((size_t)plan->graph->n_nodes, sizeof(struct chain *)),
        .is_inner = xcalloc((size_t)plan->graph->n_nodes, sizeof(bool)),
    };
    for (int i = 0; i < plan->graph->n_tensors; i++) {
        planner->root[i] = i;
        planner->stored_as[i] = planner->producer[i] = NO_TENSOR;
    }
    for (int n = 0; n < plan->graph->n_nodes; n++) {
        const struct node *node = &plan->graph->nodes[n];
        int first = node->outputs[0];
        planner->step_of[n] = -1;
        for (int i = 0; i < node->n_outputs; i++)
            planner->producer[node->outputs[i]] = n;
        for (int i = 0; i < node->n_inputs; i++)
            if (node->inputs[i] != NO_TENSOR)
                planner->uses[node->inputs[i]]++;
        if (is_view(planner, node))
            planner->root[first] = planner->root[node->inputs[0]];
        planner->is_derivable[first] = is_stored_constant(plan->graph, node);
        if (planner->is_derivable[first] && is_widened(node_input(plan->graph, node, 0)))
            planner->stored_as[first] = node->inputs[0];
    }
    for (int i = 0; i < graph_n_sinks(plan->graph); i++)
        planner->uses[graph_sink(plan->graph, i)]++;
}

static void planner_release(struct planner *planner)
{
    free(planner->root);
    free(planner->inner);
    free(planner->step_of);
    free(planner->stored_as);
    free(planner->is_derivable);
    free(planner->producer);
    free(planner->uses);
    free(planner->chains);
    free(planner->is_inner);
}

/* Gives the call the stored constants themselves where its operator has a kernel that widens them:
 * weights of products, and their biases in float16. */
static void use_stored(const struct planner *planner, struct kernel_call *call)
{
    const struct quant_rule *rule = &op_table[call->node->op].quant;
    struct kernel_call trial = *call;
    struct operand *inputs = xcalloc((size_t)call->n_inputs, sizeof(*inputs));
    bool any = false;
    memcpy(inputs, call->inputs, (size_t)call->n_inputs * sizeof(*inputs));
    for (int i = 0; i < call->n_inputs; i++) {
        int tensor = call->node->inputs[i];
        int stored = tensor == NO_TENSOR ? NO_TENSOR : planner->stored_as[tensor];
        if (stored == NO_TENSOR || (i != rule->weight_input && i != rule->bias_input))
            continue;
        enum type type = planner->graph->tensors[stored].type;
        if (i == rule->bias_input && type != TYPE_F16)
            continue;
        trial.widens = trial.widens || type == TYPE_I8;
        inputs[i].tensor = &planner->graph->tensors[stored];
        inputs[i].data = (void *)(uintptr_t)inputs[i].tensor->data;
        any = true;
    }
    trial.inputs = inputs;
    if (any && kernel_exists(&trial)) {
        memcpy(call->inputs, inputs, (size_t)call->n_inputs * sizeof(*inputs));
        call->widens = trial.widens;
    }
    free(inputs);
}

/* Evaluates, once, the constants that the call still needs widened. */
static enum status derive_constants(struct planner *planner, struct kernel_call *call,
                                    struct error *error)
{
    for (int i = 0; i < call->n_inputs; i++) {
        int tensor = call->node->inputs[i];
        if (tensor == NO_TENSOR || !planner->is_derivable[tensor] || call->inputs[i].data)
            continue;
        struct place *place = &planner->plan->places[tensor];
        if (!place->constant) {
            const struct node *node = &planner->graph->nodes[planner->producer[tensor]];
            void *elements;
            enum status status =
                call_evaluate(planner->graph, node, planner->plan->weights, &elements, error);
            if (status != STATUS_OK)
                return status;
            place->constant = elements;
        }
        call->inputs[i].data = (void *)(uintptr_t)place->constant;
    }
    return STATUS_OK;
}

/* Finds the chains of the graph, from its end on, so that the longest ones are found. */
static void find_chains(struct planner *planner)
{
    for (int n = planner->graph->n_nodes - 1; n >= 0; n--) {
        struct chain *chain = planner->is_inner[n] ? NULL : chain_find(planner, n);
        planner->chains[n] = chain;
        for (int i = 0; chain && i < chain->n_nodes - 1; i++)
            planner->is_inner[chain->nodes[i]] = true;
    }
}

/* The node whose work a step does: one of the graph, or a chain as one function. */
static const struct node *node_of_step(const struct planner *planner, int number)
{
    const struct chain *chain = planner->chains[number];
    if (!chain)
        return &planner->graph->nodes[number];
    struct node *node = arena_alloc(planner->plan->arena, sizeof(*node));
    *node = (struct node){
        .op = OP_QUANTIZE,
        .inputs = arena_copy(planner->plan->arena, &chain->input, sizeof(int)),
        .outputs = arena_copy(planner->plan->arena, &chain->output, sizeof(int)),
        .n_inputs = 1,
        .n_outputs = 1,
    };
    return node;
}

static enum status add_step(struct planner *planner, int number, struct error *error)
{
    struct plan *plan = planner->plan;
    const struct node *node = node_of_step(planner, number);
    struct kernel_call call = call_new(planner->graph, node, plan->options.threads, plan->arena);
    call.is_direct = plan->options.is_direct;
    if (planner->chains[number])
        call.table = planner->chains[number]->table;
    use_stored(planner, &call);
    enum status status = derive_constants(planner, &call, error);
    if (status != STATUS_OK)
        return status;
    const struct kernel *kernel = kernel_find(&call, plan->options.isa, error);
    if (!kernel) {
        char place[NODE_TEXT_SIZE];
        return error_within(error, "%s: %s", planner->graph->name,
                            node_text(planner->graph, node, place));
    }
    int range_maker = plan->options.merges ? ranges_ask(planner, kernel, &call) : -1;
    status = call_prepare(planner->graph, kernel, &call, plan->weights, error);
    if (status != STATUS_OK)
        return status;
    if (call.scratch_bytes > plan->sizes.scratch_bytes)
        plan->sizes.scratch_bytes = call.scratch_bytes;
    planner->step_of[number] = plan->n_steps;
    struct step *step = &plan->steps[plan->n_steps++];
    *step = (struct step){.node = number,
                          .kernel = kernel,
                          .call = call,
                          .addend = NO_TENSOR,
                          .range_maker = range_maker};
    const struct chain *chain = planner->chains[number];
    for (int i = 0; chain && i < chain->n_nodes; i++)
        step_add_node(plan, step, chain->nodes[i]);
    if (!chain)
        step_add_node(plan, step, number);
    return STATUS_OK;
}

/* A sink that only a DEQUANTIZE of a constant makes has to be computed like any other tensor. */
static bool needs_step(const struct planner *planner, const struct node *node)
{
    if (is_view(planner, node))
        return false;
    if (!planner->is_derivable[node->outputs[0]])
        return true;
    for (int i = 0; i < graph_n_sinks(planner->graph); i++)
        if (planner->root[graph_sink(planner->graph, i)] == node->outputs[0])
            return true;
    return false;
}

static enum status add_steps(struct planner *planner, struct error *error)
{
    struct plan *plan = planner->plan;
    bool merges = plan->options.merges && !plan->options.keep_all;
    if (merges && plan->options.isa > ISA_REFERENCE)
        find_chains(planner);
    plan->steps = arena_alloc(plan->arena, (size_t)planner->graph->n_nodes * sizeof(*plan->steps));
    for (int i = 0; i < planner->graph->n_nodes; i++) {
        const struct node *node = &planner->graph->nodes[i];
        if (planner->is_inner[i] || !needs_step(planner, node) ||
            (merges && !planner->chains[i] && merge_node(planner, node)))
            continue;
        enum status status = add_step(planner, i, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static void use_at(struct buffer *buffer, int step)
{
    if (step < buffer->first)
        buffer->first = step;
    if (step > buffer->last)
        buffer->last = step;
}

/* Sources are there from the start, sinks until the end. A state is moved on when the next run
 * begins, behind the caller's writing of inputs: what it holds and takes shares memory with nothing
 * that is written in between. */
static void find_lifetimes_of_ends(const struct planner *planner, struct buffer *buffers)
{
    const struct graph *graph = planner->graph;
    int end = planner->plan->n_steps;
    for (int i = 0; i < graph_n_sources(graph); i++) {
        use_at(&buffers[graph_source(graph, i)], 0);
        if (graph->n_states > 0)
            use_at(&buffers[graph_source(graph, i)], end);
    }
    for (int i = 0; i < graph_n_sinks(graph); i++)
        use_at(&buffers[planner->root[graph_sink(graph, i)]], end);
}

/* What step number `step` reads and writes is in use when step `at` runs. */
static void use_in_step(const struct planner *planner, int step, int at, struct buffer *buffers)
{
    const struct step *user = &planner->plan->steps[step];
    const struct node *node = user->call.node;
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR && !planner->is_derivable[node->inputs[i]])
            use_at(&buffers[planner->root[node->inputs[i]]], at);
    for (int i = 0; i < node->n_outputs; i++)
        use_at(&buffers[planner->root[node->outputs[i]]], at);
    if (user->addend != NO_TENSOR)
        use_at(&buffers[planner->root[user->addend]], at);
}

/* Of tensors in bands there is memory for a part. */
static void size_rings(const struct planner *planner, struct buffer *buffers)
{
    for (int s = 0; s < planner->plan->n_steps; s++) {
        const struct step *step = &planner->plan->steps[s];
        const struct operand *out = &step->call.outputs[0];
        if (step->ring_pixels > 0)
            buffers[planner->root[step->call.node->outputs[0]]].bytes =
                step->ring_pixels * out->row_step * type_size(out->tensor->type);
    }
}

/* Lifetimes in steps of every tensor that has memory of its own. */
static void find_lifetimes(const struct planner *planner, struct buffer *buffers)
{
    const struct plan *plan = planner->plan;
    const struct graph *graph = planner->graph;
    for (int i = 0; i < graph->n_tensors; i++)
        buffers[i] = (struct buffer){.first = INT32_MAX, .last = -1};
    for (int s = 0; s < plan->n_steps; s++) {
        const struct band *band = plan->steps[s].band;
        use_in_step(planner, s, s, buffers);
        for (int other = s; band && other <= band->last; other++) {
            use_in_step(planner, other, band->first, buffers);
            use_in_step(planner, other, band->last, buffers);
        }
    }
    find_lifetimes_of_ends(planner, buffers);
    for (int i = 0; i < graph->n_tensors; i++) {
        const struct tensor *tensor = &graph->tensors[i];
        if (buffers[i].last < 0 || tensor->data || plan->places[i].constant)
            buffers[i].first = buffers[i].last = -1;
        else
            buffers[i].bytes = tensor_bytes(tensor);
        if (plan->options.keep_all && buffers[i].last >= 0) {
            buffers[i].first = 0;
            buffers[i].last = plan->n_steps;
        }
    }
    size_rings(planner, buffers);
}

static enum status place_tensors(const struct planner *planner, struct error *error)
{
    struct plan *plan = planner->plan;
    size_t count = (size_t)planner->graph->n_tensors;
    struct buffer *buffers = xcalloc(count, sizeof(*buffers));
    find_lifetimes(planner, buffers);
    plan->sizes.arena_bytes = memory_plan(buffers, count);
    for (size_t i = 0; i < count; i++) {
        size_t root = (size_t)planner->root[i];
        if (planner->graph->tensors[root].data)
            plan->places[i].constant = planner->graph->tensors[root].data;
        else if (plan->places[root].constant)
            plan->places[i].constant = plan->places[root].constant;
        plan->places[i].offset = buffers[root].offset + planner->inner[i];
    }
    if (plan->sizes.arena_bytes != SIZE_MAX)
        plan->sizes.live_bytes = memory_least(buffers, count);
    free(buffers);
    if (plan->sizes.arena_bytes == SIZE_MAX)
        return error_set(error, STATUS_MEMORY, planner->graph->name,
                         "the activations do not fit into memory");
    plan->sizes.weight_bytes = arena_bytes(plan->weights);
    return STATUS_OK;
}

enum status plan_new(const struct graph *graph, const struct plan_options *options,
                     struct plan **plan, struct error *error)
{
    struct plan *made = xcalloc(1, sizeof(*made));
    struct planner planner;
    made->graph = graph;
    made->options = *options;
    made->arena = arena_new();
    made->weights = arena_new();
    made->places = arena_alloc(made->arena, (size_t)graph->n_tensors * sizeof(*made->places));
    planner_init(&planner, made);
    enum status status = add_steps(&planner, error);
    if (status == STATUS_OK && options->merges && !options->keep_all && options->threads == 1)
        band_find_all(&planner);
    if (status == STATUS_OK)
        status = place_tensors(&planner, error);
    planner_release(&planner);
    if (status != STATUS_OK) {
        plan_free(made);
        return status;
    }
    *plan = made;
    return STATUS_OK;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    arena_free(plan->arena);
    arena_free(plan->weights);
    free(plan);
}

struct plan_sizes plan_sizes(const struct plan *plan)
{
    return plan->sizes;
}

int plan_steps(const struct plan *plan)
{
    return plan->n_steps;
}

int plan_step_node(const struct plan *plan, int step)
{
    return plan->steps[step].node;
}

const int *plan_step_nodes(const struct plan *plan, int step, int *count)
{
    *count = plan->steps[step].n_nodes;
    return plan->steps[step].nodes;
}

const char *plan_step_kernel(const struct plan *plan, int step)
{
    return plan->steps[step].kernel->name;
}

enum isa plan_step_isa(const struct plan *plan, int step)
{
    return plan->steps[step].kernel->isa;
}
