/* A library with the interface of ONNX Runtime, for tests: it runs what fake_model.h has. It counts
 * its objects that nobody has released yet, and fails at the call that it is told to. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_model.h"
#include "runtimes/ort_api.h"

#ifndef FAKE_VERSION
#define FAKE_VERSION "1.30.0"
#endif

/* What the test sets and asks. */
int fake_fail_at;        /* number of the call that fails, from 1; 0: none */
int fake_calls;          /* that can fail, so far */
int fake_live;           /* objects */
bool fake_is_open;       /* the output's shape shows only when it is run */
char fake_options[2048]; /* "key=value " of all entries, and "threads=N " */
const char *fake_trace;  /* what a session that records leaves beside; NULL: nothing */
int fake_trace_file;     /* descriptor of where */

/* All objects are of this kind; the library's names for them are only names. */
struct object {
    char text[64]; /* of a status */
    float *data;   /* of a value */
    bool own;      /* the data is the library's */
    bool open;     /* a shape that is not known */
    int rank;      /* of a type, a shape or a value */
    int64_t shape[FAKE_RANK_MAX];
    struct fake_model *model; /* of a session */
    char prefix[128];         /* of options: where a session records; "": it does not */
    FILE *trace;              /* of a session that records; NULL: it could not be opened */
    int runs;
};

static void *object_new(void)
{
    fake_live++;
    return calloc(1, sizeof(struct object));
}

static void object_free(void *pointer)
{
    struct object *object = pointer;
    if (!object)
        return;
    fake_live--;
    if (object->own)
        free(object->data);
    if (object->model)
        fake_model_free(object->model);
    if (object->trace)
        fclose(object->trace);
    free(object);
}

static ort_result fail(void)
{
    struct object *status = object_new();
    snprintf(status->text, sizeof(status->text), "made to fail\nat call %d", fake_calls);
    return (ort_result)status;
}

/* At the beginning of everything that can fail. */
#define MAY_FAIL                                                                                   \
    do {                                                                                           \
        if (++fake_calls == fake_fail_at)                                                          \
            return fail();                                                                         \
    } while (0)

/* Functions that make one object. */
#define MAKE(out)                                                                                  \
    do {                                                                                           \
        MAY_FAIL;                                                                                  \
        *(out) = object_new();                                                                     \
        return NULL;                                                                               \
    } while (0)

static int get_code(const struct ort_status *status)
{
    (void)status;
    return ORT_NOT_IMPLEMENTED;
}

static const char *get_message(const struct ort_status *status)
{
    return ((const struct object *)status)->text;
}

static ort_result create_env(int level, const char *name, struct ort_env **out)
{
    (void)level, (void)name;
    MAKE(out);
}

static ort_result disable_telemetry(const struct ort_env *env)
{
    (void)env;
    MAY_FAIL;
    return NULL;
}

static ort_result open_model(const struct ort_options *options, struct fake_model *model,
                             struct ort_session **out)
{
    if (!model)
        return fail();
    struct object *session = object_new();
    const char *prefix = ((const struct object *)options)->prefix;
    char path[sizeof(session->prefix) + 16];
    session->model = model;
    snprintf(path, sizeof(path), "%s_now.json", prefix);
    session->trace = prefix[0] != '\0' ? fopen(path, "w") : NULL;
    *out = (struct ort_session *)session;
    return NULL;
}

static ort_result create_session(const struct ort_env *env, const char *path,
                                 const struct ort_options *options, struct ort_session **out)
{
    (void)env;
    MAY_FAIL;
    return open_model(options, fake_model_load(path, NULL, 0), out);
}

static void note(const char *key, const char *value)
{
    size_t used = strlen(fake_options);
    snprintf(fake_options + used, sizeof(fake_options) - used, "%s=%s ", key, value);
}

static ort_result create_session_from_array(const struct ort_env *env, const void *bytes,
                                            size_t size, const struct ort_options *options,
                                            struct ort_session **out)
{
    (void)env;
    MAY_FAIL;
    return open_model(options, fake_model_load(NULL, bytes, size), out);
}

static ort_result enable_profiling(struct ort_options *options, const char *prefix)
{
    struct object *object = (struct object *)options;
    MAY_FAIL;
    note("profile", prefix);
    snprintf(object->prefix, sizeof(object->prefix), "%s", prefix);
    return NULL;
}

/* Each step takes 2 us. */
static void write_trace(const struct object *session)
{
    const struct fake_model *model = session->model;
    fprintf(session->trace, "[\n");
    for (int i = 0; i < session->runs; i++) {
        for (int k = 0; k < model->n_steps; k++)
            fprintf(session->trace,
                    "{\"cat\" : \"Node\",\"dur\" :2,\"name\" :\"%s_kernel_time\",\"args\" : {"
                    "\"op_name\" : \"%s\",\"provider\" : \"CPUExecutionProvider\"}},\n",
                    model->step_name(model, k), model->step_op(model, k));
        fprintf(session->trace, "{\"cat\" : \"Session\",\"dur\" :5,\"name\" :\"model_run\"}%s\n",
                i + 1 < session->runs ? "," : "");
    }
    fprintf(session->trace, "]\n");
    fflush(session->trace);
}

static ort_result end_profiling(struct ort_session *session, struct ort_allocator *allocator,
                                char **out)
{
    (void)allocator;
    MAY_FAIL;
    if (((const struct object *)session)->trace)
        write_trace((const struct object *)session);
    if (fake_trace && write(fake_trace_file, fake_trace, strlen(fake_trace)) < 0)
        return fail();
    fake_live++;
    *out = strdup("where it is");
    return NULL;
}

static ort_result create_options(struct ort_options **out)
{
    fake_options[0] = '\0';
    MAKE(out);
}

static ort_result set_number(struct ort_options *options, int number)
{
    (void)options, (void)number;
    MAY_FAIL;
    return NULL;
}

static ort_result set_threads(struct ort_options *options, int threads)
{
    char text[16];
    (void)options;
    MAY_FAIL;
    snprintf(text, sizeof(text), "%d", threads);
    note("threads", text);
    return NULL;
}

static ort_result add_entry(struct ort_options *options, const char *key, const char *value)
{
    (void)options;
    MAY_FAIL;
    note(key, value);
    return NULL;
}

static ort_result get_count(const struct ort_session *session, size_t *out)
{
    (void)session;
    MAY_FAIL;
    *out = 1;
    return NULL;
}

static void set_shape(struct object *object, int rank, const int64_t *shape)
{
    object->rank = rank;
    memcpy(object->shape, shape, sizeof(object->shape));
}

static ort_result get_input_type(const struct ort_session *session, size_t i, struct ort_type **out)
{
    const struct fake_model *model = ((const struct object *)session)->model;
    (void)i;
    MAY_FAIL;
    struct object *type = object_new();
    set_shape(type, model->in_rank, model->in_shape);
    *out = (struct ort_type *)type;
    return NULL;
}

static ort_result get_output_type(const struct ort_session *session, size_t i,
                                  struct ort_type **out)
{
    const struct fake_model *model = ((const struct object *)session)->model;
    (void)i;
    MAY_FAIL;
    struct object *type = object_new();
    type->open = fake_is_open;
    set_shape(type, model->out_rank, model->out_shape);
    *out = (struct ort_type *)type;
    return NULL;
}

static ort_result copy_name(const char *name, char **out)
{
    fake_live++;
    *out = strdup(name);
    return NULL;
}

static ort_result get_input_name(const struct ort_session *session, size_t i,
                                 struct ort_allocator *allocator, char **out)
{
    (void)i, (void)allocator;
    MAY_FAIL;
    return copy_name(((const struct object *)session)->model->input, out);
}

static ort_result get_output_name(const struct ort_session *session, size_t i,
                                  struct ort_allocator *allocator, char **out)
{
    (void)i, (void)allocator;
    MAY_FAIL;
    return copy_name(((const struct object *)session)->model->output, out);
}

static ort_result allocator_free(struct ort_allocator *allocator, void *pointer)
{
    (void)allocator;
    free(pointer);
    fake_live--;
    MAY_FAIL;
    return NULL;
}

static ort_result get_allocator(struct ort_allocator **out)
{
    MAY_FAIL;
    *out = NULL;
    return NULL;
}

static ort_result create_value(const struct ort_memory *memory, void *data, size_t bytes,
                               const int64_t *shape, size_t rank, int type, struct ort_value **out)
{
    (void)memory;
    MAY_FAIL;
    struct object *value = object_new();
    size_t elements = 1;
    for (size_t i = 0; i < rank && i < FAKE_RANK_MAX; i++)
        elements *= (size_t)(value->shape[i] = shape[i]);
    value->rank = (int)rank;
    if (bytes != elements * sizeof(float) || rank > FAKE_RANK_MAX || type != 1) {
        object_free(value);
        return fail();
    }
    value->data = data;
    *out = (struct ort_value *)value;
    return NULL;
}

static ort_result cast_type(const struct ort_type *type, const struct ort_shape **out)
{
    MAY_FAIL;
    *out = (const struct ort_shape *)type;
    return NULL;
}

static ort_result get_element_type(const struct ort_shape *shape, int *out)
{
    (void)shape;
    MAY_FAIL;
    *out = 1;
    return NULL;
}

static ort_result get_rank(const struct ort_shape *shape, size_t *out)
{
    MAY_FAIL;
    *out = (size_t)((const struct object *)shape)->rank;
    return NULL;
}

static ort_result get_dimensions(const struct ort_shape *shape, int64_t *out, size_t rank)
{
    const struct object *object = (const struct object *)shape;
    MAY_FAIL;
    if (rank != (size_t)object->rank)
        return fail();
    memcpy(out, object->shape, rank * sizeof(*out));
    if (object->open)
        out[0] = -1;
    return NULL;
}

static ort_result get_value_shape(const struct ort_value *value, struct ort_shape **out)
{
    const struct object *object = (const struct object *)value;
    MAY_FAIL;
    struct object *shape = object_new();
    set_shape(shape, object->rank, object->shape);
    *out = (struct ort_shape *)shape;
    return NULL;
}

static ort_result create_memory(int allocator, int memory, struct ort_memory **out)
{
    (void)allocator, (void)memory;
    MAKE(out);
}

static ort_result run(struct ort_session *session, const void *options,
                      const char *const *input_names, const struct ort_value *const *inputs,
                      size_t n_inputs, const char *const *output_names, size_t n_outputs,
                      struct ort_value **outputs)
{
    struct object *object = (struct object *)session;
    const struct fake_model *model = object->model;
    (void)options;
    MAY_FAIL;
    if (n_inputs != 1 || n_outputs != 1 || strcmp(input_names[0], model->input) != 0 ||
        strcmp(output_names[0], model->output) != 0)
        return fail();
    if (!outputs[0]) {
        struct object *made = object_new();
        size_t elements = 1;
        set_shape(made, model->out_rank, model->out_shape);
        for (int i = 0; i < model->out_rank; i++)
            elements *= (size_t)model->out_shape[i];
        made->data = calloc(elements, sizeof(float));
        made->own = true;
        outputs[0] = (struct ort_value *)made;
    }
    fake_model_run(model, ((const struct object *)inputs[0])->data,
                   ((struct object *)outputs[0])->data);
    object->runs++;
    return NULL;
}

#define RELEASE(name, type)                                                                        \
    static void name(struct type *object)                                                          \
    {                                                                                              \
        object_free(object);                                                                       \
    }
RELEASE(release_env, ort_env)
RELEASE(release_status, ort_status)
RELEASE(release_memory, ort_memory)
RELEASE(release_session, ort_session)
RELEASE(release_value, ort_value)
RELEASE(release_type, ort_type)
RELEASE(release_shape, ort_shape)
RELEASE(release_options, ort_options)

static const struct ort_api api = {
    .GetErrorCode = get_code,
    .GetErrorMessage = get_message,
    .CreateEnv = create_env,
    .DisableTelemetryEvents = disable_telemetry,
    .CreateSession = create_session,
    .CreateSessionFromArray = create_session_from_array,
    .Run = run,
    .CreateSessionOptions = create_options,
    .SetSessionExecutionMode = set_number,
    .EnableProfiling = enable_profiling,
    .SetSessionGraphOptimizationLevel = set_number,
    .SetIntraOpNumThreads = set_threads,
    .SetInterOpNumThreads = set_number,
    .SessionGetInputCount = get_count,
    .SessionGetOutputCount = get_count,
    .SessionGetInputTypeInfo = get_input_type,
    .SessionGetOutputTypeInfo = get_output_type,
    .SessionGetInputName = get_input_name,
    .SessionGetOutputName = get_output_name,
    .CreateTensorWithDataAsOrtValue = create_value,
    .CastTypeInfoToTensorInfo = cast_type,
    .GetTensorElementType = get_element_type,
    .GetDimensionsCount = get_rank,
    .GetDimensions = get_dimensions,
    .GetTensorTypeAndShape = get_value_shape,
    .CreateCpuMemoryInfo = create_memory,
    .AllocatorFree = allocator_free,
    .GetAllocatorWithDefaultOptions = get_allocator,
    .ReleaseEnv = release_env,
    .ReleaseStatus = release_status,
    .ReleaseMemoryInfo = release_memory,
    .ReleaseSession = release_session,
    .ReleaseValue = release_value,
    .ReleaseTypeInfo = release_type,
    .ReleaseTensorTypeAndShapeInfo = release_shape,
    .ReleaseSessionOptions = release_options,
    .SessionEndProfiling = end_profiling,
    .AddSessionConfigEntry = add_entry,
};

static const struct ort_api *get_api(uint32_t version)
{
    return version == ORT_API_VERSION ? &api : NULL;
}

static const char *get_version(void)
{
    return FAKE_VERSION;
}

#ifndef FAKE_WITHOUT_SYMBOL
ort_get_api_base OrtGetApiBase;

const struct ort_api_base *OrtGetApiBase(void)
{
    static const struct ort_api_base base = {get_api, get_version};
    return &base;
}
#else
const void *fake_unused[] = {(const void *)get_api, (const void *)get_version};
#endif
