#include "engine/session.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/band.h"
#include "engine/cost.h"
#include "engine/plan_internal.h"
#include "engine/ranges.h"
#include "kernels/fault.h"

/* How a state gets from one run to the next. */
struct carrier {
    void *held;
    const void *next;
    void *spare; /* where next is a source, which is overwritten before the next run; else NULL */
    size_t bytes;
};

struct session {
    const struct plan *plan;
    struct pool *pool;
    unsigned char *memory;
    struct kernel_call *calls; /* one per step, with all data set */
    struct sharing *sharing;   /* one per step */
    struct carrier *carriers;  /* one per state */
    bool has_run;              /* since states had their initial values */
    struct arena *arena;
    struct kernel_fault fault; /* of the latest run */
    session_observer *observer;
    void *observer_context;
    session_watcher *watcher;
    void *watcher_context;
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

static bool is_source(const struct session *session, const void *elements)
{
    const struct graph *graph = session->plan->graph;
    for (int i = 0; i < graph_n_sources(graph); i++)
        if (elements_of(session, graph_source(graph, i)) == elements)
            return true;
    return false;
}

static enum status add_carriers(struct session *session, struct error *error)
{
    const struct graph *graph = session->plan->graph;
    session->carriers =
        arena_alloc(session->arena, (size_t)graph->n_states * sizeof(*session->carriers));
    for (int i = 0; i < graph->n_states; i++) {
        const struct state *state = &graph->states[i];
        struct carrier *carrier = &session->carriers[i];
        carrier->held = elements_of(session, state->tensor);
        carrier->next = elements_of(session, state->next);
        carrier->bytes = tensor_bytes(&graph->tensors[state->tensor]);
        if (!is_source(session, carrier->next))
            continue;
        carrier->spare = arena_try(session->arena, carrier->bytes, 1);
        if (!carrier->spare)
            return error_set(error, STATUS_MEMORY, graph->name,
                             "not enough memory for %zu bytes of variable '%s'", carrier->bytes,
                             state->name);
    }
    return STATUS_OK;
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
        made->calls[s] =
            bind_call(made, &plan->steps[s], memory + scratch_at + plan->steps[s].scratch_at);
    ranges_place(plan, made->calls, made->arena);
    made->sharing = arena_alloc(made->arena, (size_t)plan->n_steps * sizeof(*made->sharing));
    const struct pool_costs costs = pool_costs(pool);
    cost_share(plan, plan->options.threads, &costs, made->sharing);
    enum status status = add_carriers(made, error);
    if (status != STATUS_OK) {
        session_free(made);
        return status;
    }
    session_reset(made);
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

void session_share_all(struct session *session)
{
    const struct sharing all = {{true, true, true}, {true, true, true}};
    for (int s = 0; s < session->plan->n_steps; s++)
        session->sharing[s] = all;
}

void session_observe(struct session *session, session_observer *observer, void *context)
{
    assert(!session->plan->options.merges);
    session->observer = observer;
    session->observer_context = context;
}

void session_watch(struct session *session, session_watcher *watcher, void *context)
{
    session->watcher = watcher;
    session->watcher_context = context;
}

static void tell(const struct session *session, int step)
{
    if (session->watcher)
        session->watcher(session->watcher_context, step);
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

/* Stages 0..stages-1 of a step. */
static void run_stages(const struct session *session, int step, int stages)
{
    struct stage_run run = {session->plan->steps[step].kernel, &session->calls[step], 0};
    const struct sharing *sharing = &session->sharing[step];
    for (; run.stage < stages; run.stage++) {
        size_t items = run.call->items[run.stage];
        if (sharing->is_shared[run.stage])
            pool_run(session->pool, run_range, &run, items, sharing->wakes[run.stage]);
        else if (items > 0)
            run_range(&run, 0, items, 0);
    }
}

static void run_step(const struct session *session, int step)
{
    ranges_clear(&session->calls[step]);
    run_stages(session, step, session->calls[step].n_stages);
    tell(session, step);
}

/* From now on the memory of the step's output 0 stands for the pixels from turn->keep_from on. What
 * reads and writes it has the place where pixel 0 would be. */
static void move_ring(struct session *session, const struct band_turn *turn)
{
    struct operand *out = &session->calls[turn->step].outputs[0];
    unsigned char *memory = elements_of(session, session->calls[turn->step].node->outputs[0]);
    size_t pixel = out->row_step * type_size(out->tensor->type);
    size_t before = turn->keep_from * pixel;
    if (turn->keep_count > 0)
        memmove(memory, (unsigned char *)out->data + before, turn->keep_count * pixel);
    out->data = (void *)((uintptr_t)memory - before);
    session->calls[turn->step + 1].inputs[0].data = out->data;
}

static void run_band(struct session *session, const struct band *band)
{
    for (int s = band->first; s <= band->last; s++)
        ranges_clear(&session->calls[s]);
    run_stages(session, band->first, session->calls[band->first].n_stages - 1);
    for (size_t i = 0; i < band->n_turns; i++) {
        const struct band_turn *turn = &band->turns[i];
        const struct kernel_call *call = &session->calls[turn->step];
        if (turn->moves)
            move_ring(session, turn);
        session->plan->steps[turn->step].kernel->run(call, call->n_stages - 1, turn->first,
                                                     turn->last, 0);
        tell(session, turn->step);
    }
}

static void observe(const struct session *session, const int *tensors, int count)
{
    for (int i = 0; i < count; i++)
        session->observer(session->observer_context, tensors[i], elements_of(session, tensors[i]));
}

/* Stored zeros of real numbers. */
static void fill_with_zeros(const struct tensor *tensor, void *elements)
{
    bool is_byte = tensor->quant.count == 1 && type_size(tensor->type) == 1;
    /* Zero points of wider types are 0. */
    memset(elements, is_byte ? (unsigned char)tensor->quant.zero_point[0] : 0,
           tensor_bytes(tensor));
}

void session_reset(struct session *session)
{
    const struct graph *graph = session->plan->graph;
    for (int i = 0; i < graph->n_states; i++) {
        const struct state *state = &graph->states[i];
        const struct carrier *carrier = &session->carriers[i];
        if (state->initial)
            memcpy(carrier->held, state->initial, carrier->bytes);
        else
            fill_with_zeros(&graph->tensors[state->tensor], carrier->held);
    }
    session->has_run = false;
}

/* At the end of a run. */
static void save_sources(const struct session *session)
{
    const struct carrier *carriers = session->carriers;
    for (int i = 0; i < session->plan->graph->n_states; i++)
        if (carriers[i].spare)
            memcpy(carriers[i].spare, carriers[i].next, carriers[i].bytes);
}

/* At the beginning of a run and not at the end of the one before, whose outputs may be states. */
static void carry_states(const struct session *session)
{
    const struct carrier *carriers = session->carriers;
    for (int i = 0; i < session->plan->graph->n_states; i++)
        memcpy(carriers[i].held, carriers[i].spare ? carriers[i].spare : carriers[i].next,
               carriers[i].bytes);
}

void session_run(struct session *session)
{
    const struct plan *plan = session->plan;
    session->fault.node = NULL;
    if (session->has_run)
        carry_states(session);
    session->has_run = true;
    for (int i = 0; session->observer && i < graph_n_sources(plan->graph); i++) {
        int source = graph_source(plan->graph, i);
        observe(session, &source, 1);
    }
    tell(session, -1);
    for (int s = 0; s < plan->n_steps; s++) {
        if (plan->steps[s].band) {
            run_band(session, plan->steps[s].band);
            s = plan->steps[s].band->last;
            continue;
        }
        run_step(session, s);
        if (session->observer) {
            const struct node *node = session->calls[s].node;
            observe(session, node->outputs, node->n_outputs);
        }
    }
    save_sources(session);
}

enum status session_check(const struct session *session, struct error *error)
{
    const struct graph *graph = session->plan->graph;
    char place[NODE_TEXT_SIZE];
    if (fault_check(&session->fault, error) == STATUS_OK)
        return STATUS_OK;
    return error_within(error, "%s: %s", graph->name, node_text(graph, session->fault.node, place));
}
