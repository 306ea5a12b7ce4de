/* The C interface of ONNX Runtime, as far as it is used here: declarations of our own, so that none
 * of theirs is needed to build. The library hands out one table of functions, to whose end newer
 * versions only ever add. */
#ifndef RUNTIMES_ORT_API_H
#define RUNTIMES_ORT_API_H

#include <stddef.h>
#include <stdint.h>

/* The interface that is asked for: every function below is in it, and any library from release 1.11
 * on has it. */
#define ORT_API_VERSION 11

/* Their objects; only pointers to them are ever seen. */
struct ort_status;
struct ort_env;
struct ort_options;
struct ort_session;
struct ort_value;
struct ort_memory;
struct ort_type;
struct ort_shape;
struct ort_allocator;

/* Their constants. */
enum {
    ORT_LOG_ERROR = 3,
    ORT_SEQUENTIAL = 0,
    ORT_OPTIMIZE_ALL = 99,
    ORT_ALLOCATOR_DEVICE = 0,
    ORT_MEMORY_DEFAULT = 0,
};

enum ort_code {
    ORT_NO_SUCH_FILE = 3,
    ORT_INVALID_PROTOBUF = 7,
    ORT_NOT_IMPLEMENTED = 9,
    ORT_INVALID_GRAPH = 10,
};

/* All functions return NULL when all went well, or else a status that is to be released, except
 * those that return something else, which cannot fail. The number behind each is its place. */
typedef struct ort_status *ort_result;

struct ort_api {
    void *unused_0;
    int (*GetErrorCode)(const struct ort_status *);                                  /* 1 */
    const char *(*GetErrorMessage)(const struct ort_status *);                       /* 2 */
    ort_result (*CreateEnv)(int log_level, const char *log_name, struct ort_env **); /* 3 */
    void *unused_4[2];
    ort_result (*DisableTelemetryEvents)(const struct ort_env *); /* 6 */
    ort_result (*CreateSession)(const struct ort_env *, const char *path,
                                const struct ort_options *, struct ort_session **); /* 7 */
    ort_result (*CreateSessionFromArray)(const struct ort_env *, const void *bytes, size_t size,
                                         const struct ort_options *, struct ort_session **); /* 8 */
    ort_result (*Run)(struct ort_session *, const void *run_options, const char *const *input_names,
                      const struct ort_value *const *inputs, size_t n_inputs,
                      const char *const *output_names, size_t n_outputs,
                      struct ort_value **outputs);             /* 9 */
    ort_result (*CreateSessionOptions)(struct ort_options **); /* 10 */
    void *unused_11[2];
    ort_result (*SetSessionExecutionMode)(struct ort_options *, int mode); /* 13 */
    /* Behind the prefix come the time of day and ".json". */
    ort_result (*EnableProfiling)(struct ort_options *, const char *prefix); /* 14 */
    void *unused_15[8];
    ort_result (*SetSessionGraphOptimizationLevel)(struct ort_options *, int level); /* 23 */
    ort_result (*SetIntraOpNumThreads)(struct ort_options *, int threads);           /* 24 */
    ort_result (*SetInterOpNumThreads)(struct ort_options *, int threads);           /* 25 */
    void *unused_26[4];
    ort_result (*SessionGetInputCount)(const struct ort_session *, size_t *);  /* 30 */
    ort_result (*SessionGetOutputCount)(const struct ort_session *, size_t *); /* 31 */
    void *unused_32;
    ort_result (*SessionGetInputTypeInfo)(const struct ort_session *, size_t,
                                          struct ort_type **); /* 33 */
    ort_result (*SessionGetOutputTypeInfo)(const struct ort_session *, size_t,
                                           struct ort_type **); /* 34 */
    void *unused_35;
    ort_result (*SessionGetInputName)(const struct ort_session *, size_t, struct ort_allocator *,
                                      char **); /* 36 */
    ort_result (*SessionGetOutputName)(const struct ort_session *, size_t, struct ort_allocator *,
                                       char **); /* 37 */
    void *unused_38[11];
    ort_result (*CreateTensorWithDataAsOrtValue)(const struct ort_memory *, void *data,
                                                 size_t bytes, const int64_t *shape, size_t rank,
                                                 int type, struct ort_value **); /* 49 */
    void *unused_50[5];
    /* The result belongs to the type; NULL: not a tensor. */
    ort_result (*CastTypeInfoToTensorInfo)(const struct ort_type *,
                                           const struct ort_shape **); /* 55 */
    void *unused_56[4];
    ort_result (*GetTensorElementType)(const struct ort_shape *, int *);  /* 60 */
    ort_result (*GetDimensionsCount)(const struct ort_shape *, size_t *); /* 61 */
    /* Dimensions that the model leaves open are negative. */
    ort_result (*GetDimensions)(const struct ort_shape *, int64_t *, size_t); /* 62 */
    void *unused_63[2];
    ort_result (*GetTensorTypeAndShape)(const struct ort_value *, struct ort_shape **); /* 65 */
    void *unused_66[3];
    ort_result (*CreateCpuMemoryInfo)(int allocator, int memory, struct ort_memory **); /* 69 */
    void *unused_70[6];
    ort_result (*AllocatorFree)(struct ort_allocator *, void *); /* 76 */
    void *unused_77;
    /* The result must not be released. */
    ort_result (*GetAllocatorWithDefaultOptions)(struct ort_allocator **); /* 78 */
    void *unused_79[13];
    void (*ReleaseEnv)(struct ort_env *);           /* 92 */
    void (*ReleaseStatus)(struct ort_status *);     /* 93 */
    void (*ReleaseMemoryInfo)(struct ort_memory *); /* 94 */
    void (*ReleaseSession)(struct ort_session *);   /* 95 */
    void (*ReleaseValue)(struct ort_value *);       /* 96 */
    void *unused_97;
    void (*ReleaseTypeInfo)(struct ort_type *);                /* 98 */
    void (*ReleaseTensorTypeAndShapeInfo)(struct ort_shape *); /* 99 */
    void (*ReleaseSessionOptions)(struct ort_options *);       /* 100 */
    void *unused_101[9];
    /* Writes the file and tells its path, in memory of the allocator. */
    ort_result (*SessionEndProfiling)(struct ort_session *, struct ort_allocator *,
                                      char **path); /* 110 */
    void *unused_111[19];
    ort_result (*AddSessionConfigEntry)(struct ort_options *, const char *key,
                                        const char *value); /* 130 */
};

/* That the gaps are as wide as they should be. */
#define ORT_PLACE(function, place)                                                                 \
    _Static_assert(offsetof(struct ort_api, function) == (place) * sizeof(void *), #function)
ORT_PLACE(GetErrorCode, 1);
ORT_PLACE(DisableTelemetryEvents, 6);
ORT_PLACE(CreateSessionFromArray, 8);
ORT_PLACE(Run, 9);
ORT_PLACE(CreateSessionOptions, 10);
ORT_PLACE(SetSessionExecutionMode, 13);
ORT_PLACE(EnableProfiling, 14);
ORT_PLACE(SetSessionGraphOptimizationLevel, 23);
ORT_PLACE(SessionGetInputCount, 30);
ORT_PLACE(SessionGetInputTypeInfo, 33);
ORT_PLACE(SessionGetInputName, 36);
ORT_PLACE(CreateTensorWithDataAsOrtValue, 49);
ORT_PLACE(CastTypeInfoToTensorInfo, 55);
ORT_PLACE(GetTensorElementType, 60);
ORT_PLACE(GetTensorTypeAndShape, 65);
ORT_PLACE(CreateCpuMemoryInfo, 69);
ORT_PLACE(AllocatorFree, 76);
ORT_PLACE(GetAllocatorWithDefaultOptions, 78);
ORT_PLACE(ReleaseEnv, 92);
ORT_PLACE(ReleaseTypeInfo, 98);
ORT_PLACE(ReleaseSessionOptions, 100);
ORT_PLACE(SessionEndProfiling, 110);
ORT_PLACE(AddSessionConfigEntry, 130);
#undef ORT_PLACE

/* What the library's only symbol, OrtGetApiBase, returns. */
struct ort_api_base {
    const struct ort_api *(*GetApi)(uint32_t version); /* NULL: the library is older */
    const char *(*GetVersionString)(void);             /* "1.21.0" */
};

typedef const struct ort_api_base *ort_get_api_base(void);

#endif
