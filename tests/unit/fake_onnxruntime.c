/* A library with the interface of ONNX Runtime, for tests: it has one model, whatever the file is,
 * which adds 1 to two by three numbers. It counts its objects that nobody has released yet, and
 * fails at the call that it is told to. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
const char *fake_trace;  /* what a session that records leaves; NULL: nothing */
int fake_trace_file;     /* descriptor of where */

/* All objects are of this kind; the library's names for them are only names. */
struct object {
    char text[64]; /* of a status */
    float *data;   /* of a value */
    bool own;      /* the data is the library's */
    bool open;     /* a shape that is not known */
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

static ort_result create_session(const struct ort_env *env, const char *path,
                                 const struct ort_options *options, struct ort_session **out)
{
    (void)env, (void)path, (void)options;
    MAKE(out);
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
    (void)env, (void)bytes, (void)size, (void)options;
    MAKE(out);
}

static ort_result enable_profiling(struct ort_options *options, const char *prefix)
{
    (void)options;
    MAY_FAIL;
    note("profile", prefix);
    return NULL;
}

static ort_result end_profiling(struct ort_session *session, struct ort_allocator *allocator,
                                char **out)
{
    (void)session, (void)allocator;
    MAY_FAIL;
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

static ort_result get_input_type(const struct ort_session *session, size_t i, struct ort_type **out)
{
    (void)session, (void)i;
    MAKE(out);
}

static ort_result get_output_type(const struct ort_session *session, size_t i,
                                  struct ort_type **out)
{
    (void)session, (void)i;
    MAY_FAIL;
    struct object *type = object_new();
    type->open = fake_is_open;
    *out = (struct ort_type *)type;
    return NULL;
}

static ort_result get_name(const struct ort_session *session, size_t i,
                           struct ort_allocator *allocator, char **out)
{
    (void)session, (void)i, (void)allocator;
    MAY_FAIL;
    fake_live++;
    *out = strdup("a\nname");
    return NULL;
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
    if (bytes != 24 || rank != 2 || shape[0] != 2 || shape[1] != 3 || type != 1)
        return fail();
    struct object *value = object_new();
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
    (void)shape;
    MAY_FAIL;
    *out = 2;
    return NULL;
}

static ort_result get_dimensions(const struct ort_shape *shape, int64_t *out, size_t rank)
{
    MAY_FAIL;
    if (rank != 2)
        return fail();
    out[0] = ((const struct object *)shape)->open ? -1 : 2;
    out[1] = 3;
    return NULL;
}

static ort_result get_value_shape(const struct ort_value *value, struct ort_shape **out)
{
    (void)value;
    MAKE(out);
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
    (void)session, (void)options;
    MAY_FAIL;
    if (n_inputs != 1 || n_outputs != 1 || strcmp(input_names[0], "a\nname") != 0 ||
        strcmp(output_names[0], "a\nname") != 0)
        return fail();
    if (!outputs[0]) {
        struct object *made = object_new();
        made->data = calloc(6, sizeof(float));
        made->own = true;
        outputs[0] = (struct ort_value *)made;
    }
    const struct object *in = (const struct object *)inputs[0];
    for (int i = 0; i < 6; i++)
        ((struct object *)outputs[0])->data[i] = in->data[i] + 1.0f;
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
    .SessionGetInputName = get_name,
    .SessionGetOutputName = get_name,
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
