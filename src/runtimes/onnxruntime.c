/* ONNX Runtime: its library does what a good application of it would have it do. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "runtimes/ort.h"
#include "runtimes/rows.h"

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

static enum status create_session(struct ort_model *model, struct error *error)
{
    const struct ort_api *api = ort_functions();
    struct ort_options *options;
    enum status status = ort_make_options(model, &options, error);
    if (status != STATUS_OK)
        return status;
    status = ort_check(api->CreateSession(model->env, model->path, options, &model->session),
                       model->name, error);
    api->ReleaseSessionOptions(options);
    return status;
}

/* Shapes of outputs that the file leaves open show when it is run. */
static enum status learn_outputs(const struct ort_model *model, struct error *error)
{
    struct ort_call *call;
    enum status status = ort_new_call(model, model->session, &call, error);
    if (status != STATUS_OK)
        return status;
    status = ort_run(&call->base, error);
    for (int i = 0; status == STATUS_OK && i < model->base.n_outputs; i++)
        status = ort_value_shape(model, call->outputs[i], &model->outputs[i], error);
    ort_close_call(&call->base);
    return status;
}

static enum status load_parts(struct ort_model *model, const struct runtime_options *options,
                              struct error *error)
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
        status = create_session(model, error);
    if (status == STATUS_OK)
        status = ort_check(
            api->CreateCpuMemoryInfo(ORT_ALLOCATOR_DEVICE, ORT_MEMORY_DEFAULT, &model->memory),
            model->name, error);
    if (status == STATUS_OK)
        status = ort_describe(model, error);
    if (status == STATUS_OK && model->has_open_outputs)
        status = learn_outputs(model, error);
    if (status == STATUS_OK && options->needs_scales)
        status = ort_add_scales(model, error);
    return status;
}

static void keep_placement(struct ort_model *model, const struct placement *placement)
{
    model->n_threads = placement ? placement->n_threads : 1;
    if (placement)
        model->pus = arena_copy(model->arena, placement->pus,
                                (size_t)placement->n_threads * sizeof(*placement->pus));
}

static enum status load(const char *name, const char *path, const struct runtime_options *options,
                        struct runtime_model **model, struct error *error)
{
    struct ort_model *made = xcalloc(1, sizeof(*made));
    made->base.runtime = &runtime_onnxruntime;
    made->arena = arena_new();
    made->name = arena_strdup(made->arena, name);
    made->path = arena_strdup(made->arena, path);
    keep_placement(made, options->placement);
    snprintf(made->note, sizeof(made->note), "ONNX Runtime %s, all graph optimizations",
             ort_version());
    enum status status = load_parts(made, options, error);
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

static enum status open_session(struct runtime_model *base, struct runtime_session **session,
                                struct error *error)
{
    const struct ort_model *model = (const struct ort_model *)base;
    struct ort_call *call;
    enum status status = ort_open_call(model, model->session, &call, error);
    if (status == STATUS_OK)
        *session = &call->base;
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
    .open = open_session,
    .close = ort_close_call,
    .record = ort_record,
    .recorded = ort_recorded,
};
