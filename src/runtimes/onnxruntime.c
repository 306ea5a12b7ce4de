/* ONNX Runtime: its library does what a good application of it would have it do. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "runtimes/ort.h"
#include "runtimes/rows.h"

/* One inference at a time: values of theirs over memory of ours, so that nothing is copied. */
struct ort_call {
    struct runtime_session base;
    const struct ort_model *model;
    struct arena *arena; /* the lists */
    struct ort_value **inputs, **outputs;
};

/* Their workers have processing units of their own; the calling thread is ours to bind. */
static enum status bind_workers(const struct placement *placement, struct ort_options *options,
                                const char *name, struct error *error)
{
    struct text list = {0};
    for (int i = 1; i < placement->n_threads; i++) /* units are counted from 1 there */
        text_printf(&list, "%s%d", i > 1 ? ";" : "", placement->pus[i] + 1);
    enum status status = ort_check(ort_functions()->AddSessionConfigEntry(
                                       options, "session.intra_op_thread_affinities", list.bytes),
                                   name, error);
    text_release(&list);
    return status;
}

/* Everything as fast as it can be for one inference after the other. Workers spin for work, which
 * is their default and best for latency, and go on for some milliseconds after an inference. To
 * have them stop there (session.force_spinning_stop) would cost small models a third of their speed
 * on several threads, as each inference would find them asleep: whoever takes turns with other
 * processes waits for them instead. */
static enum status choose_options(const struct runtime_options *chosen, struct ort_options *options,
                                  const char *name, struct error *error)
{
    const struct ort_api *api = ort_functions();
    const struct placement *placement = chosen->placement;
    int threads = placement ? placement->n_threads : 1;
    const ort_result results[] = {
        api->SetSessionGraphOptimizationLevel(options, ORT_OPTIMIZE_ALL),
        api->SetSessionExecutionMode(options, ORT_SEQUENTIAL),
        api->SetIntraOpNumThreads(options, threads),
        api->SetInterOpNumThreads(options, 1),
        api->AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "1"),
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        struct error ignored; /* the first failure is told, all are released */
        enum status one = ort_check(results[i], name, status == STATUS_OK ? error : &ignored);
        status = status == STATUS_OK ? one : status;
    }
    if (status == STATUS_OK && threads > 1 && binding_is_real())
        status = bind_workers(placement, options, name, error);
    return status;
}

static void release(struct runtime_model *base)
{
    struct ort_model *model = (struct ort_model *)base;
    const struct ort_api *api = ort_functions();
    api->ReleaseMemoryInfo(model->memory);
    api->ReleaseSession(model->session);
    api->ReleaseEnv(model->env);
    arena_free(model->arena);
    free(model);
}

static enum status create_session(struct ort_model *model, const char *path,
                                  const struct runtime_options *chosen, struct error *error)
{
    const struct ort_api *api = ort_functions();
    struct ort_options *options;
    enum status status = ort_check(api->CreateSessionOptions(&options), model->name, error);
    if (status != STATUS_OK)
        return status;
    status = choose_options(chosen, options, model->name, error);
    if (status == STATUS_OK)
        status = ort_check(api->CreateSession(model->env, path, options, &model->session),
                           model->name, error);
    api->ReleaseSessionOptions(options);
    return status;
}

/* Values over the memory of tensors; what is made so far is released with the call. */
static enum status make_values(const struct ort_call *call, const struct tensor *tensors, int count,
                               struct ort_value **values, const void **elements,
                               struct error *error)
{
    const struct ort_model *model = call->model;
    for (int i = 0; i < count; i++) {
        const struct shape *shape = &tensors[i].shape;
        int64_t dimensions[SHAPE_RANK_MAX];
        size_t bytes = tensor_bytes(&tensors[i]);
        void *memory = arena_adopt(call->arena, memory_try(bytes));
        if (!memory)
            return error_set(error, STATUS_MEMORY, model->name,
                             "not enough memory for %zu bytes of '%s'", bytes, tensors[i].name);
        for (int k = 0; k < shape->rank; k++)
            dimensions[k] = shape->dim[k];
        enum status status =
            ort_check(ort_functions()->CreateTensorWithDataAsOrtValue(
                          model->memory, memory, bytes, dimensions, (size_t)shape->rank,
                          ort_type_code(tensors[i].type), &values[i]),
                      model->name, error);
        if (status != STATUS_OK)
            return status;
        elements[i] = memory;
    }
    return STATUS_OK;
}

static enum status run(struct runtime_session *base, struct error *error)
{
    const struct ort_call *call = (const struct ort_call *)base;
    const struct ort_model *model = call->model;
    return ort_check(ort_functions()->Run(model->session, NULL, model->input_names,
                                          (const struct ort_value *const *)call->inputs,
                                          (size_t)model->base.n_inputs, model->output_names,
                                          (size_t)model->base.n_outputs, call->outputs),
                     model->name, error);
}

static void close_call(struct runtime_session *base)
{
    struct ort_call *call = (struct ort_call *)base;
    for (int i = 0; i < call->model->base.n_inputs; i++)
        ort_functions()->ReleaseValue(call->inputs[i]);
    for (int i = 0; i < call->model->base.n_outputs; i++)
        ort_functions()->ReleaseValue(call->outputs[i]);
    arena_free(call->arena);
    free(call);
}

/* A call whose inputs are in place; the library makes the outputs that are still NULL. */
static enum status new_call(const struct ort_model *model, struct ort_call **call,
                            struct error *error)
{
    struct ort_call *made = xcalloc(1, sizeof(*made));
    size_t n_inputs = (size_t)model->base.n_inputs, n_outputs = (size_t)model->base.n_outputs;
    made->base.runtime = &runtime_onnxruntime;
    made->base.run = run;
    made->model = model;
    made->arena = arena_new();
    made->base.inputs = arena_alloc(made->arena, n_inputs * sizeof(void *));
    made->base.outputs = arena_alloc(made->arena, n_outputs * sizeof(void *));
    made->inputs = arena_alloc(made->arena, n_inputs * sizeof(struct ort_value *));
    made->outputs = arena_alloc(made->arena, n_outputs * sizeof(struct ort_value *));
    enum status status = make_values(made, model->inputs, model->base.n_inputs, made->inputs,
                                     (const void **)made->base.inputs, error);
    if (status != STATUS_OK)
        close_call(&made->base);
    else
        *call = made;
    return status;
}

/* Shapes of outputs that the file leaves open show when it is run. */
static enum status learn_outputs(const struct ort_model *model, struct error *error)
{
    struct ort_call *call;
    enum status status = new_call(model, &call, error);
    if (status != STATUS_OK)
        return status;
    status = run(&call->base, error);
    for (int i = 0; status == STATUS_OK && i < model->base.n_outputs; i++)
        status = ort_value_shape(model, call->outputs[i], &model->outputs[i], error);
    close_call(&call->base);
    return status;
}

static enum status load_parts(struct ort_model *model, const char *path,
                              const struct runtime_options *options, struct error *error)
{
    const struct ort_api *api = ort_functions();
    const struct placement *placement = options->placement;
    enum status status = placement ? bind_thread(placement->pus[0], error) : STATUS_OK;
    if (status == STATUS_OK)
        status =
            ort_check(api->CreateEnv(ORT_LOG_ERROR, "quantop", &model->env), model->name, error);
    if (status == STATUS_OK)
        status = ort_check(api->DisableTelemetryEvents(model->env), model->name, error);
    if (status == STATUS_OK)
        status = create_session(model, path, options, error);
    if (status == STATUS_OK)
        status = ort_check(
            api->CreateCpuMemoryInfo(ORT_ALLOCATOR_DEVICE, ORT_MEMORY_DEFAULT, &model->memory),
            model->name, error);
    if (status == STATUS_OK)
        status = ort_describe(model, error);
    if (status == STATUS_OK && model->has_open_outputs)
        status = learn_outputs(model, error);
    if (status == STATUS_OK && options->needs_scales)
        status = ort_add_scales(model, path, error);
    return status;
}

static enum status load(const char *name, const char *path, const struct runtime_options *options,
                        struct runtime_model **model, struct error *error)
{
    struct ort_model *made = xcalloc(1, sizeof(*made));
    made->base.runtime = &runtime_onnxruntime;
    made->arena = arena_new();
    made->name = arena_strdup(made->arena, name);
    snprintf(made->note, sizeof(made->note), "ONNX Runtime %s, all graph optimizations",
             ort_version());
    enum status status = load_parts(made, path, options, error);
    if (status == STATUS_OK)
        *model = &made->base;
    else
        release(&made->base);
    return status;
}

static struct runtime_report report(const struct runtime_model *base)
{
    return (struct runtime_report){
        .arena_bytes = -1.0,
        .weight_bytes = -1.0,
        .scratch_bytes = -1.0,
        .isa = "chosen by ONNX Runtime",
        .note = ((const struct ort_model *)base)->note,
    };
}

static enum status open_call(struct runtime_model *base, struct runtime_session **session,
                             struct error *error)
{
    const struct ort_model *model = (const struct ort_model *)base;
    struct ort_call *call;
    enum status status = new_call(model, &call, error);
    if (status != STATUS_OK)
        return status;
    status = make_values(call, model->outputs, model->base.n_outputs, call->outputs,
                         call->base.outputs, error);
    if (status == STATUS_OK)
        *session = &call->base;
    else
        close_call(&call->base);
    return status;
}

static const char *const formats[] = {".onnx", NULL};

const struct runtime runtime_onnxruntime = {
    .name = "onnxruntime",
    .text = "ONNX Runtime on the CPU with all its optimizations; it chooses its instruction set "
            "itself",
    .formats = formats,
    .library = "libonnxruntime.so",
    .variable = "QUANTOP_ONNXRUNTIME",
    .find = ort_find,
    .version = ort_version,
    .where = ort_where,
    .load = load,
    .release = release,
    .report = report,
    .open = open_call,
    .close = close_call,
};
