/* This program's own engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/facts.h"
#include "engine/finite.h"
#include "engine/session.h"
#include "graph/comparable.h"
#include "graph/summary.h"
#include "model/load.h"
#include "runtimes/builtin.h"
#include "runtimes/rows.h"

struct builtin_model {
    struct runtime_model base;
    struct arena *arena; /* the lists of the base, and names */
    struct graph *graph;
    struct plan *plan;
    bool is_direct;    /* of its options */
    struct pool *pool; /* of the placement; NULL: each session has one of its own */
    const char **kernels;
};

struct builtin_session {
    struct runtime_session base;
    struct arena *arena; /* the lists of the base */
    struct session *session;
    struct pool *pool; /* of its own, or NULL */
};

static enum status find(const char *path, struct error *error)
{
    (void)path, (void)error;
    return STATUS_OK;
}

static const char *version(void)
{
    return PACKAGE_VERSION;
}

static const char *where(void)
{
    return NULL;
}

static void release(struct runtime_model *base)
{
    struct builtin_model *model = (struct builtin_model *)base;
    pool_free(model->pool);
    plan_free(model->plan);
    graph_free(model->graph);
    arena_free(model->arena);
    free(model);
}

static struct tensor *list_tensors(const struct builtin_model *model, const int *tensors, int count)
{
    struct tensor *list = arena_alloc(model->arena, (size_t)count * sizeof(*list));
    for (int i = 0; i < count; i++)
        list[i] = model->graph->tensors[tensors[i]];
    return list;
}

static void list_facts(struct builtin_model *model)
{
    const struct graph *graph = model->graph;
    struct input_facts *facts = arena_alloc(model->arena, (size_t)graph->n_inputs * sizeof(*facts));
    for (int i = 0; i < graph->n_inputs; i++)
        facts[i] = graph_input_facts(graph, graph->inputs[i]);
    model->base.facts = facts;
}

static void describe(struct builtin_model *model)
{
    const struct graph *graph = model->graph;
    int steps = plan_steps(model->plan);
    model->base.n_inputs = graph->n_inputs;
    model->base.n_outputs = graph->n_outputs;
    model->base.n_states = graph->n_states;
    model->base.inputs = list_tensors(model, graph->inputs, graph->n_inputs);
    model->base.outputs = list_tensors(model, graph->outputs, graph->n_outputs);
    model->kernels = arena_alloc(model->arena, (size_t)steps * sizeof(*model->kernels));
    for (int i = 0; i < steps; i++)
        model->kernels[i] = plan_step_kernel(model->plan, i);
}

static void compare(struct graph *graph)
{
    int *list = xcalloc(COMPARABLE_MAX(graph), sizeof(*list));
    graph_set_outputs(graph, list, graph_comparable(graph, list));
    free(list);
}

/* The threads come first, so that all memory is near to where it is used. */
static enum status start_threads(struct builtin_model *model, const struct runtime_options *options,
                                 struct error *error)
{
    return options->placement ? pool_new(options->placement, &model->pool, error) : STATUS_OK;
}

static enum status read_graph(const char *name, const char *path, struct graph **graph,
                              struct error *error)
{
    unsigned char *bytes;
    size_t size;
    enum status status = file_read(path, MODEL_BYTES_MAX, &bytes, &size, error);
    return status == STATUS_OK ? graph_load_bytes(name, bytes, size, NULL, graph, error) : status;
}

static enum status make_plan(struct builtin_model *model, const struct runtime_options *options,
                             struct error *error)
{
    const struct plan_options planning = {.threads = model->pool ? pool_threads(model->pool) : 1,
                                          .isa = options->isa,
                                          .merges = true,
                                          .is_direct = options->is_direct};
    if (options->compares)
        compare(model->graph);
    return plan_new(model->graph, &planning, &model->plan, error);
}

static struct builtin_model *model_new(const struct runtime_options *options)
{
    struct builtin_model *made = xcalloc(1, sizeof(*made));
    made->base.runtime = &runtime_builtin;
    made->arena = arena_new();
    made->is_direct = options->is_direct;
    return made;
}

/* Hands the model out, or takes it back where something went wrong. */
static enum status finish(struct builtin_model *made, enum status status,
                          const struct runtime_options *options, struct runtime_model **model)
{
    if (status != STATUS_OK) {
        release(&made->base);
        return status;
    }
    describe(made);
    if (options->needs_scales)
        list_facts(made);
    *model = &made->base;
    return STATUS_OK;
}

static enum status load(const char *name, const char *path, const struct runtime_options *options,
                        struct runtime_model **model, struct error *error)
{
    struct builtin_model *made = model_new(options);
    enum status status = start_threads(made, options, error);
    if (status == STATUS_OK)
        status = read_graph(name, path, &made->graph, error);
    if (status == STATUS_OK)
        status = make_plan(made, options, error);
    return finish(made, status, options, model);
}

enum status builtin_load_graph(struct graph *graph, const struct runtime_options *options,
                               struct runtime_model **model, struct error *error)
{
    struct builtin_model *made = model_new(options);
    made->graph = graph;
    enum status status = start_threads(made, options, error);
    if (status == STATUS_OK)
        status = make_plan(made, options, error);
    return finish(made, status, options, model);
}

static enum isa best_isa(const struct plan *plan)
{
    enum isa best = ISA_REFERENCE;
    for (int i = 0; i < plan_steps(plan); i++)
        best = plan_step_isa(plan, i) > best ? plan_step_isa(plan, i) : best;
    return best;
}

static struct runtime_report report(const struct runtime_model *base)
{
    const struct builtin_model *model = (const struct builtin_model *)base;
    struct plan_sizes sizes = plan_sizes(model->plan);
    return (struct runtime_report){
        .arena_bytes = (double)sizes.arena_bytes,
        .weight_bytes = (double)sizes.weight_bytes,
        .scratch_bytes = (double)sizes.scratch_bytes,
        .isa = isa_table[best_isa(model->plan)].name,
        .arithmetic = graph_arithmetic(model->graph),
        .kernels = model->kernels,
        .n_kernels = plan_steps(model->plan),
    };
}

static const char *describe_tensor(const struct builtin_model *model, const struct tensor *tensor)
{
    char shape[SHAPE_TEXT_SIZE];
    if (!tensor)
        return "";
    return arena_printf(model->arena, "%s %s", type_name(tensor->type),
                        shape_text(&tensor->shape, shape));
}

static const struct runtime_step *list_steps(const struct runtime_model *base, int *count)
{
    const struct builtin_model *model = (const struct builtin_model *)base;
    *count = plan_steps(model->plan);
    struct runtime_step *list = arena_alloc(model->arena, (size_t)*count * sizeof(*list));
    for (int i = 0; i < *count; i++) {
        struct step_facts facts = plan_step_facts(model->plan, i, model->arena);
        list[i] = (struct runtime_step){
            .op = facts.op,
            .merged = facts.merged,
            .kernel = facts.kernel,
            .isa = isa_table[facts.isa].name,
            .arithmetic = ceiling_kind_names[facts.arithmetic],
            .input = describe_tensor(model, facts.in),
            .output = describe_tensor(model, facts.out),
            .nodes = facts.origin.layers,
            .n_nodes = facts.origin.count,
            .macs = facts.macs,
            .constant_bytes = facts.constant_bytes,
            .read_bytes = facts.read_bytes,
            .written_bytes = facts.written_bytes,
        };
    }
    return list;
}

static enum status run(struct runtime_session *base, struct error *error)
{
    struct session *session = ((struct builtin_session *)base)->session;
    session_run(session);
    return session_check(session, error);
}

static void reset(struct runtime_session *base)
{
    session_reset(((struct builtin_session *)base)->session);
}

static void watch_steps(struct runtime_session *base, void (*told)(void *context, int step),
                        void *context)
{
    session_watch(((struct builtin_session *)base)->session, told, context);
}

static void close_session(struct runtime_session *base)
{
    struct builtin_session *session = (struct builtin_session *)base;
    session_free(session->session);
    pool_free(session->pool);
    arena_free(session->arena);
    free(session);
}

static void list_elements(const struct runtime_model *model, struct builtin_session *session)
{
    struct runtime_session *base = &session->base;
    base->inputs = arena_alloc(session->arena, (size_t)model->n_inputs * sizeof(void *));
    base->outputs = arena_alloc(session->arena, (size_t)model->n_outputs * sizeof(void *));
    for (int i = 0; i < model->n_inputs; i++)
        base->inputs[i] = session_input(session->session, i);
    for (int i = 0; i < model->n_outputs; i++)
        base->outputs[i] = session_output(session->session, i);
}

static enum status open_session(struct runtime_model *base, struct runtime_session **session,
                                struct error *error)
{
    struct builtin_model *model = (struct builtin_model *)base;
    struct builtin_session *made = xcalloc(1, sizeof(*made));
    made->base.runtime = &runtime_builtin;
    made->base.run = run;
    made->base.reset = reset;
    made->arena = arena_new();
    enum status status = model->pool ? STATUS_OK : pool_new(NULL, &made->pool, error);
    if (status == STATUS_OK)
        status =
            session_new(model->plan, model->pool ? model->pool : made->pool, &made->session, error);
    if (status != STATUS_OK) {
        close_session(&made->base);
        return status;
    }
    list_elements(base, made);
    *session = &made->base;
    return STATUS_OK;
}

static void watch(void *context, int tensor, const void *elements)
{
    finite_watch_see(context, tensor, elements);
}

/* Observed networks run with a plan of their own, in which every node is a step. */
static bool blame(const struct runtime_model *base, void *const *inputs, char *text, size_t size)
{
    const struct builtin_model *model = (const struct builtin_model *)base;
    struct plan_options planning = {
        .threads = 1, .isa = best_isa(model->plan), .is_direct = model->is_direct};
    struct finite_watch seen = {.graph = model->graph, .tensor = -1};
    char node[FINITE_TEXT_SIZE];
    struct session *session = NULL;
    struct plan *plan = NULL;
    struct pool *pool = NULL;
    struct error error;
    if (plan_new(model->graph, &planning, &plan, &error) == STATUS_OK &&
        pool_new(NULL, &pool, &error) == STATUS_OK &&
        session_new(plan, pool, &session, &error) == STATUS_OK) {
        for (int i = 0; i < base->n_inputs; i++)
            memcpy(session_input(session, i), inputs[i], tensor_bytes(&base->inputs[i]));
        session_observe(session, watch, &seen);
        session_run(session);
    }
    if (seen.tensor >= 0) {
        finite_describe(model->graph, seen.tensor, node);
        snprintf(text, size, "%s", node);
    }
    session_free(session);
    pool_free(pool);
    plan_free(plan);
    return seen.tensor >= 0;
}

/* What one format has no form for, another may have. */
static const char *const formats[] = {".tflite", ".onnx", NULL};

const struct runtime runtime_builtin = {
    .name = "builtin",
    .text = "the engine of this program, whose kernels follow measure.isa",
    .formats = formats,
    .is_baseline = true,
    .find = find,
    .version = version,
    .where = where,
    .load = load,
    .release = release,
    .report = report,
    .open = open_session,
    .close = close_session,
    .steps = list_steps,
    .watch = watch_steps,
    .blame = blame,
};
