#include "engine/session.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/plan_internal.h"
#include "kernels/fault.h"

struct session {
    const struct plan *plan;
    struct pool *pool;
    unsigned char *memory;
    struct kernel_call *calls; /* one per step, with all data set */
    struct arena *arena;
    struct kernel_fault fault; /* of the latest run */
    session_observer *observer;
    void *observer_context;
};

static void *elements_of(const struct session *session, int tensor)
{
    const struct place *place = &session->plan->places[tensor];
    if (place->constant)
        return (void *)(uintptr_t)place->constant;
    return session->memory + place->offset;
}

/* The step's call with its own operand lists, whose activations point into the session's memory. */
static struct kernel_call bind_call(struct session *session, const struct step *step,
                                    unsigned char *scratch)
{
    struct kernel_call call = step->call;
    call.inputs =
        arena_copy(session->arena, call.inputs, (size_t)call.n_inputs * sizeof(*call.inputs));
    call.outputs =
        arena_copy(session->arena, call.outputs, (size_t)call.n_outputs * sizeof(*call.outputs));
    for (int i = 0; i < call.n_inputs; i++)
        if (call.inputs[i].tensor && !call.inputs[i].data)
            call.inputs[i].data = elements_of(session, call.node->inputs[i]);
    for (int i = 0; i < call.n_outputs; i++)
        call.outputs[i].data = elements_of(session, call.node->outputs[i]);
    if (step->addend != NO_TENSOR)
        call.addend.data = elements_of(session, step->addend);
    call.scratch = scratch;
    call.fault = &session->fault;
    return call;
}

enum status session_new(struct plan *plan, struct pool *pool, struct session **session,
                        struct error *error)
{
    assert(pool_threads(pool) == plan->options.threads);
    size_t arena_bytes = plan->sizes.arena_bytes + KERNEL_OVERREAD;
    size_t scratch_at = (arena_bytes + MEMORY_ALIGNMENT - 1) / MEMORY_ALIGNMENT * MEMORY_ALIGNMENT;
    size_t bytes = scratch_at + plan->sizes.scratch_bytes + KERNEL_OVERREAD;
    unsigned char *memory = memory_try(bytes);
    if (!memory)
        return error_set(error, STATUS_MEMORY, plan->graph->name,
                         "not enough memory for %zu bytes of activations", bytes);
    struct session *made = xcalloc(1, sizeof(*made));
    made->plan = plan;
    made->pool = pool;
    made->memory = memory;
    made->arena = arena_new();
    made->calls = arena_alloc(made->arena, (size_t)plan->n_steps * sizeof(*made->calls));
    for (int s = 0; s < plan->n_steps; s++)
        made->calls[s] = bind_call(made, &plan->steps[s], memory + scratch_at);
    *session = made;
    return STATUS_OK;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    free(session->memory);
    arena_free(session->arena);
    free(session);
}

void *session_input(struct session *session, int i)
{
    return elements_of(session, session->plan->graph->inputs[i]);
}

const void *session_output(const struct session *session, int i)
{
    return elements_of(session, session->plan->graph->outputs[i]);
}

void session_observe(struct session *session, session_observer *observer, void *context)
{
    assert(!session->plan->options.merges);
    session->observer = observer;
    session->observer_context = context;
}

/* One stage of one step, as the pool's threads see it. */
struct stage_run {
    const struct kernel *kernel;
    const struct kernel_call *call;
    int stage;
};

static void run_range(void *context, size_t first, size_t last, int thread)
{
    const struct stage_run *run = context;
    run->kernel->run(run->call, run->stage, first, last, thread);
}

static void run_step(const struct session *session, int step)
{
    struct stage_run run = {session->plan->steps[step].kernel, &session->calls[step], 0};
    for (; run.stage < run.call->n_stages; run.stage++)
        pool_run(session->pool, run_range, &run, run.call->items[run.stage]);
}

static void observe(const struct session *session, const int *tensors, int count)
{
    for (int i = 0; i < count; i++)
        session->observer(session->observer_context, tensors[i], elements_of(session, tensors[i]));
}

void session_run(struct session *session)
{
    const struct plan *plan = session->plan;
    session->fault.node = NULL;
    if (session->observer)
        observe(session, plan->graph->inputs, plan->graph->n_inputs);
    for (int s = 0; s < plan->n_steps; s++) {
        run_step(session, s);
        if (session->observer) {
            const struct node *node = session->calls[s].node;
            observe(session, node->outputs, node->n_outputs);
        }
    }
}

enum status session_check(const struct session *session, struct error *error)
{
    const struct graph *graph = session->plan->graph;
    char place[NODE_TEXT_SIZE];
    if (fault_check(&session->fault, error) == STATUS_OK)
        return STATUS_OK;
    return error_within(error, "%s: %s", graph->name, node_text(graph, session->fault.node, place));
}
