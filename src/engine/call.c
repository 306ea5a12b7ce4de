#include "engine/call.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "graph/summary.h"
#include "kernels/fault.h"

struct kernel_call call_new(const struct graph *graph, const struct node *node, int threads,
                            struct arena *arena)
{
    struct kernel_call call = {
        .node = node,
        .n_inputs = node->n_inputs,
        .n_outputs = node->n_outputs,
        .n_threads = threads,
        .rounding = graph->rounding,
        .rounds_stored = graph->rounds_stored,
        .inputs = arena_alloc(arena, (size_t)node->n_inputs * sizeof(struct operand)),
        .outputs = arena_alloc(arena, (size_t)node->n_outputs * sizeof(struct operand)),
        .n_stages = 1,
        .items = {1, 1, 1},
    };
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        call.inputs[i].tensor = tensor;
        if (tensor)
            call.inputs[i].data = (void *)(uintptr_t)tensor->data; /* kernels do not write inputs */
    }
    for (int i = 0; i < node->n_outputs; i++) {
        const struct shape *shape = &node_output(graph, node, i)->shape;
        call.outputs[i].tensor = node_output(graph, node, i);
        call.outputs[i].row_step = shape->rank > 0 ? (size_t)shape->dim[shape->rank - 1] : 1;
    }
    return call;
}

static enum status at_node(const struct graph *graph, const struct node *node, struct error *error)
{
    char place[NODE_TEXT_SIZE];
    return error_within(error, "%s: %s", graph->name, node_text(graph, node, place));
}

/* What makes no element has nothing to do, however long the loops are that would find that out. */
static void leave_out_empty(struct kernel_call *call)
{
    for (int i = 0; i < call->n_outputs; i++)
        if (shape_elements(&call->outputs[i].tensor->shape) > 0)
            return;
    for (int stage = 0; stage < call->n_stages; stage++)
        call->items[stage] = 0;
}

static enum status prepare(const struct kernel *kernel, struct kernel_call *call,
                           struct arena *arena, struct error *error)
{
    enum status status = kernel->prepare(call, arena, error);
    if (status == STATUS_OK)
        leave_out_empty(call);
    return status;
}

enum status call_prepare(const struct graph *graph, const struct kernel *kernel,
                         struct kernel_call *call, struct arena *arena, struct error *error)
{
    enum status status = prepare(kernel, call, arena, error);
    return status == STATUS_OK ? STATUS_OK : at_node(graph, call->node, error);
}

/* What a few bytes of a file may ask for when constants are computed from constants. */
#define MADE_ELEMENTS_MAX  ((size_t)1 << 25)
#define ARENA_BYTES_MAX    ((size_t)4 << 30)
#define EVALUATED_MACS_MAX 0x1p28

/* Elements that the node makes of those it is given. */
static void count_elements(const struct graph *graph, const struct node *node, size_t *given,
                           size_t *made)
{
    *given = *made = 0;
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR)
            *given += shape_elements(&node_input(graph, node, i)->shape);
    for (int i = 0; i < node->n_outputs; i++)
        *made += shape_elements(&node_output(graph, node, i)->shape);
}

static enum status check_effort(const struct graph *graph, const struct node *node,
                                const struct arena *arena, struct error *error)
{
    size_t given, made;
    count_elements(graph, node, &given, &made);
    if (made > MADE_ELEMENTS_MAX && (made > given || arena_bytes(arena) > ARENA_BYTES_MAX))
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "computing a constant of %zu elements from %zu others is not supported",
                         made, given);
    if (node_macs(graph, node) > EVALUATED_MACS_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "computing a constant with %.3g multiplications is not supported",
                         node_macs(graph, node));
    return STATUS_OK;
}

static enum status allocate_outputs(const struct kernel_call *call, struct arena *arena,
                                    void **results, struct error *error)
{
    for (int i = 0; i < call->n_outputs; i++) {
        size_t bytes = tensor_bytes(call->outputs[i].tensor);
        results[i] = call->outputs[i].data = arena_try(arena, bytes, 1);
        if (!results[i])
            return error_set(error, STATUS_MEMORY, NULL, "not enough memory for %zu bytes", bytes);
    }
    return STATUS_OK;
}

enum status call_evaluate(const struct graph *graph, const struct node *node, struct arena *arena,
                          void **results, struct error *error)
{
    struct arena *temporary = arena_new();
    struct kernel_call call = call_new(graph, node, 1, temporary);
    struct kernel_fault fault = {.node = NULL};
    call.fault = &fault;
    enum status status = check_effort(graph, node, arena, error);
    const struct kernel *kernel =
        status == STATUS_OK ? kernel_find(&call, ISA_REFERENCE, error) : NULL;
    if (status == STATUS_OK)
        status = kernel ? prepare(kernel, &call, temporary, error) : error->status;
    if (status == STATUS_OK)
        status = allocate_outputs(&call, arena, results, error);
    if (status == STATUS_OK) {
        call.scratch = arena_try(temporary, call.scratch_bytes, 1);
        if (!call.scratch)
            status = error_set(error, STATUS_MEMORY, NULL, "not enough memory for %zu bytes",
                               call.scratch_bytes);
    }
    for (int stage = 0; status == STATUS_OK && stage < call.n_stages; stage++)
        if (call.items[stage] > 0)
            kernel->run(&call, stage, 0, call.items[stage], 0);
    if (status == STATUS_OK)
        status = fault_check(&fault, error);
    arena_free(temporary);
    return status == STATUS_OK ? STATUS_OK : at_node(graph, node, error);
}
