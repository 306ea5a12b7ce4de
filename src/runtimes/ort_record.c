/* How long the steps of a model take, as ONNX Runtime's profile of a session has it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/model.h"
#include "kernels/ceiling.h"
#include "runtimes/ort.h"
#include "runtimes/ort_places.h"
#include "runtimes/ort_trace.h"

struct ort_recording {
    struct ort_session *session;
    struct ort_places *places;
    struct arena *arena; /* what was read */
    int file;
};

static void free_recording(void *extra)
{
    struct ort_recording *recording = extra;
    ort_functions()->ReleaseSession(recording->session);
    ort_places_free(recording->places);
    arena_free(recording->arena);
    free(recording);
}

/* --- a session that records ------------------------------------------------------------------- */

/* No file can be made there: where nobody puts another one in its place, none is left. */
#define NOWHERE "/proc/self/fd/quantop"

static enum status create(const struct ort_model *model, const void *bytes, size_t size,
                          struct ort_session **session, struct error *error)
{
    const struct ort_api *api = ort_functions();
    struct ort_options *options;
    enum status status = ort_make_options(model, &options, error);
    if (status != STATUS_OK)
        return status;
    status = ort_check(api->EnableProfiling(options, NOWHERE), model->name, error);
    if (status == STATUS_OK)
        status = ort_check(api->CreateSessionFromArray(model->env, bytes, size, options, session),
                           model->name, error);
    api->ReleaseSessionOptions(options);
    return status;
}

/* The library copies the bytes that it needs. */
static enum status create_marked(const struct ort_model *model, struct ort_recording *recording,
                                 struct error *error)
{
    unsigned char *bytes, *marked = NULL;
    size_t size, marked_size = 0;
    enum status status = file_read(model->path, MODEL_BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    status = ort_places_mark(bytes, size, &recording->places, &marked, &marked_size, error);
    free(bytes);
    if (status == STATUS_OK)
        status = create(model, marked, marked_size, &recording->session, error);
    free(marked);
    return status;
}

enum status ort_record(const struct runtime_model *base, int file, struct runtime_session **session,
                       int *n_steps, struct error *error)
{
    const struct ort_model *model = (const struct ort_model *)base;
    struct ort_recording *recording = xcalloc(1, sizeof(*recording));
    struct ort_call *call;
    recording->arena = arena_new();
    recording->file = file;
    enum status status = create_marked(model, recording, error);
    if (status == STATUS_OK)
        status = ort_open_call(model, recording->session, &call, error);
    if (status != STATUS_OK) {
        free_recording(recording);
        return status;
    }
    call->extra = recording;
    call->free_extra = free_recording;
    *session = &call->base;
    *n_steps = ort_places_count(recording->places);
    return STATUS_OK;
}

/* --- what it recorded ------------------------------------------------------------------------- */

static enum status end(const struct ort_model *model, const struct ort_recording *recording,
                       struct error *error)
{
    const struct ort_api *api = ort_functions();
    struct ort_allocator *allocator;
    char *path;
    enum status status =
        ort_check(api->GetAllocatorWithDefaultOptions(&allocator), model->name, error);
    if (status == STATUS_OK)
        status = ort_check(api->SessionEndProfiling(recording->session, allocator, &path),
                           model->name, error);
    return status == STATUS_OK ? ort_check(api->AllocatorFree(allocator, path), model->name, error)
                               : status;
}

static enum status read_trace(const struct ort_recording *recording, struct ort_trace *trace,
                              struct error *error)
{
    unsigned char *bytes;
    size_t size;
    lseek(recording->file, 0, SEEK_SET);
    enum status status = file_read_descriptor(recording->file, "onnxruntime's profile",
                                              ORT_TRACE_BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    status = ort_trace_read((const char *)bytes, size, recording->arena, trace, error);
    free(bytes);
    return status;
}

/* What is multiplied, as the operator is defined for inputs of this type; "": it is not known. */
static const char *arithmetic_of(const char *op, const char *type)
{
    static const struct {
        const char *op,
            *type; /* NULL: whatever the type is, weights are bytes and data become so */
        enum ceiling_kind kind;
    } kinds[] = {
        {"Conv", "float32", CEILING_FLOAT},
        {"FusedConv", "float32", CEILING_FLOAT},
        {"ConvTranspose", "float32", CEILING_FLOAT},
        {"Gemm", "float32", CEILING_FLOAT},
        {"FusedGemm", "float32", CEILING_FLOAT},
        {"MatMul", "float32", CEILING_FLOAT},
        {"FusedMatMul", "float32", CEILING_FLOAT},
        {"QLinearConv", NULL, CEILING_BYTES},
        {"ConvInteger", NULL, CEILING_BYTES},
        {"QGemm", NULL, CEILING_BYTES},
        {"QLinearMatMul", NULL, CEILING_BYTES},
        {"MatMulInteger", NULL, CEILING_BYTES},
        {"MatMulIntegerToFloat", NULL, CEILING_BYTES},
        {"DynamicQuantizeMatMul", NULL, CEILING_BYTES},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].op, op) == 0 && (!kinds[i].type || strcmp(kinds[i].type, type) == 0))
            return ceiling_kind_names[kinds[i].kind];
    return "";
}

static struct runtime_step describe(const struct ort_trace_step *step,
                                    const struct ort_place *place, struct arena *arena)
{
    bool is_blocked = strstr(step->name, "_nchwc") != NULL;
    return (struct runtime_step){
        .op = step->op,
        .merged = place->merged,
        .kernel = arena_printf(arena, "%s%s", step->provider, is_blocked ? " nchwc" : ""),
        .isa = "",
        .arithmetic = arithmetic_of(step->op, step->type),
        .input = step->input,
        .output = step->output,
        .nodes = place->nodes,
        .n_nodes = place->n_nodes,
        .macs = place->macs,
        .constant_bytes = place->constant_bytes,
        .read_bytes = step->read_bytes,
        .written_bytes = step->written_bytes,
    };
}

static void describe_all(const struct ort_model *model, const struct ort_recording *recording,
                         const struct ort_trace *trace, struct runtime_record *record)
{
    struct arena *arena = recording->arena;
    struct graph *graph = NULL;
    struct error ignored; /* the library may run what this program cannot read */
    const char **names = xcalloc(trace->n_steps, sizeof(*names));
    struct runtime_step *steps = arena_alloc(arena, trace->n_steps * sizeof(*steps));
    for (size_t i = 0; i < trace->n_steps; i++)
        names[i] = trace->steps[i].name;
    bool is_read = ort_load_graph(model, &graph, &ignored) == STATUS_OK;
    const struct ort_place *places =
        ort_places_find(recording->places, names, trace->n_steps, is_read ? graph : NULL, arena);
    for (size_t i = 0; i < trace->n_steps; i++)
        steps[i] = describe(&trace->steps[i], &places[i], arena);
    if (is_read)
        graph_free(graph);
    free(names);
    *record = (struct runtime_record){.steps = steps,
                                      .n_steps = (int)trace->n_steps,
                                      .n_runs = trace->n_runs,
                                      .ticks = trace->us,
                                      .tick_ns = 1e3,
                                      .clock = "profile of ONNX Runtime, whole microseconds"};
}

enum status ort_recorded(struct runtime_session *session, struct runtime_record *record,
                         struct error *error)
{
    const struct ort_call *call = (const struct ort_call *)session;
    struct ort_trace trace;
    const struct ort_recording *recording = call->extra;
    enum status status = end(call->model, recording, error);
    if (status == STATUS_OK)
        status = read_trace(recording, &trace, error);
    if (status == STATUS_OK)
        describe_all(call->model, recording, &trace, record);
    return status;
}
