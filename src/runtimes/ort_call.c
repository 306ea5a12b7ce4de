/* Sessions of ONNX Runtime: how they are to run, and one inference at a time. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "runtimes/ort.h"

/* Their workers have processing units of their own; the calling thread is ours to bind. */
static enum status bind_workers(const struct ort_model *model, struct ort_options *options,
                                struct error *error)
{
    struct text list = {0};
    for (int i = 1; i < model->n_threads; i++) /* units are counted from 1 there */
        text_printf(&list, "%s%d", i > 1 ? ";" : "", model->pus[i] + 1);
    enum status status = ort_check(ort_functions()->AddSessionConfigEntry(
                                       options, "session.intra_op_thread_affinities", list.bytes),
                                   model->name, error);
    text_release(&list);
    return status;
}

/* Everything as fast as it can be for one inference after the other. Workers spin for work, which
 * is their default and best for latency, and go on for some milliseconds after an inference. To
 * have them stop there (session.force_spinning_stop) would cost small models a third of their speed
 * on several threads, as each inference would find them asleep: whoever takes turns with other
 * processes waits for them instead. */
static enum status choose_options(const struct ort_model *model, struct ort_options *options,
                                  struct error *error)
{
    const struct ort_api *api = ort_functions();
    const ort_result results[] = {
        api->SetSessionGraphOptimizationLevel(options, ORT_OPTIMIZE_ALL),
        api->SetSessionExecutionMode(options, ORT_SEQUENTIAL),
        api->SetIntraOpNumThreads(options, model->n_threads),
        api->SetInterOpNumThreads(options, 1),
        api->AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "1"),
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        struct error ignored; /* the first failure is told, all are released */
        enum status one =
            ort_check(results[i], model->name, status == STATUS_OK ? error : &ignored);
        status = status == STATUS_OK ? one : status;
    }
    if (status == STATUS_OK && model->n_threads > 1 && binding_is_real())
        status = bind_workers(model, options, error);
    return status;
}

enum status ort_make_options(const struct ort_model *model, struct ort_options **options,
                             struct error *error)
{
    enum status status =
        ort_check(ort_functions()->CreateSessionOptions(options), model->name, error);
    if (status != STATUS_OK)
        return status;
    status = choose_options(model, *options, error);
    if (status != STATUS_OK)
        ort_functions()->ReleaseSessionOptions(*options);
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

enum status ort_run(struct runtime_session *base, struct error *error)
{
    const struct ort_call *call = (const struct ort_call *)base;
    const struct ort_model *model = call->model;
    return ort_check(ort_functions()->Run(call->session, NULL, model->input_names,
                                          (const struct ort_value *const *)call->inputs,
                                          (size_t)model->base.n_inputs, model->output_names,
                                          (size_t)model->base.n_outputs, call->outputs),
                     model->name, error);
}

void ort_close_call(struct runtime_session *base)
{
    struct ort_call *call = (struct ort_call *)base;
    for (int i = 0; i < call->model->base.n_inputs; i++)
        ort_functions()->ReleaseValue(call->inputs[i]);
    for (int i = 0; i < call->model->base.n_outputs; i++)
        ort_functions()->ReleaseValue(call->outputs[i]);
    if (call->extra)
        call->free_extra(call->extra);
    arena_free(call->arena);
    free(call);
}

/* A call whose inputs are in place; the library makes the outputs that are still NULL. */
enum status ort_new_call(const struct ort_model *model, struct ort_session *session,
                         struct ort_call **call, struct error *error)
{
    struct ort_call *made = xcalloc(1, sizeof(*made));
    size_t n_inputs = (size_t)model->base.n_inputs, n_outputs = (size_t)model->base.n_outputs;
    made->base.runtime = model->base.runtime;
    made->base.run = ort_run;
    made->model = model;
    made->session = session;
    made->arena = arena_new();
    made->base.inputs = arena_alloc(made->arena, n_inputs * sizeof(void *));
    made->base.outputs = arena_alloc(made->arena, n_outputs * sizeof(void *));
    made->inputs = arena_alloc(made->arena, n_inputs * sizeof(struct ort_value *));
    made->outputs = arena_alloc(made->arena, n_outputs * sizeof(struct ort_value *));
    enum status status = make_values(made, model->inputs, model->base.n_inputs, made->inputs,
                                     (const void **)made->base.inputs, error);
    if (status != STATUS_OK)
        ort_close_call(&made->base);
    else
        *call = made;
    return status;
}

enum status ort_open_call(const struct ort_model *model, struct ort_session *session,
                          struct ort_call **call, struct error *error)
{
    struct ort_call *made;
    enum status status = ort_new_call(model, session, &made, error);
    if (status != STATUS_OK)
        return status;
    status = make_values(made, model->outputs, model->base.n_outputs, made->outputs,
                         made->base.outputs, error);
    if (status == STATUS_OK)
        *call = made;
    else
        ort_close_call(&made->base);
    return status;
}
