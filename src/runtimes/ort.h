/* What the files about ONNX Runtime share. */
#ifndef RUNTIMES_ORT_H
#define RUNTIMES_ORT_H

#include <stdbool.h>

#include "runtimes/ort_api.h"
#include "runtimes/runtime.h"

/* A loaded model. */
struct ort_model {
    struct runtime_model base;
    struct arena *arena; /* the lists of the base, names, scales */
    const char *name;    /* for messages */
    const char *path;    /* of the file */
    int n_threads;
    const int *pus; /* per thread; NULL: it is not bound */
    struct ort_env *env;
    struct ort_session *session;
    struct ort_memory *memory; /* that of plain processors */
    const char **input_names, **output_names;
    bool has_open_outputs;           /* whose shapes the file does not state */
    struct tensor *inputs, *outputs; /* the base's */
    char note[96];
};

/* One inference at a time: values of theirs over memory of ours, so that nothing is copied. */
struct ort_call {
    struct runtime_session base;
    const struct ort_model *model;
    struct ort_session *session;
    struct arena *arena; /* the lists */
    void *extra;         /* what goes with it; NULL: nothing does */
    void (*free_extra)(void *extra);
    struct ort_value **inputs, **outputs;
};

/* --- ort_call.c --- */

/* Options of a session as fast as it can be, to be released. */
enum status ort_make_options(const struct ort_model *model, struct ort_options **options,
                             struct error *error) __attribute__((nonnull(1, 2, 3)));
/* A call whose inputs are in place; the library makes outputs when it is run. */
enum status ort_new_call(const struct ort_model *model, struct ort_session *session,
                         struct ort_call **call, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* A call whose inputs and outputs are in place. */
enum status ort_open_call(const struct ort_model *model, struct ort_session *session,
                          struct ort_call **call, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
enum status ort_run(struct runtime_session *call, struct error *error)
    __attribute__((nonnull(1, 2)));
void ort_close_call(struct runtime_session *call) __attribute__((nonnull(1)));

/* --- ort_record.c: how long the steps of a model take --- */

enum status ort_record(const struct runtime_model *model, int file,
                       struct runtime_session **session, int *n_steps, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5)));
enum status ort_recorded(struct runtime_session *session, struct runtime_record *record,
                         struct error *error) __attribute__((nonnull(1, 2, 3)));

/* --- ort_library.c --- */

enum status ort_find(const char *path, struct error *error) __attribute__((nonnull(2)));
const char *ort_version(void);
const char *ort_where(void);
/* The functions, once the library was found. */
const struct ort_api *ort_functions(void) __attribute__((returns_nonnull));
/* Turns what a function returned into ours, and releases it. */
enum status ort_check(ort_result result, const char *name, struct error *error)
    __attribute__((nonnull(2, 3)));

/* --- ort_ends.c: inputs and outputs --- */

/* Fills the base from what the library says of the session. Dimensions of inputs that the file
 * leaves open are 1. */
enum status ort_describe(struct ort_model *model, struct error *error)
    __attribute__((nonnull(1, 2)));
/* Adds scales of integer types and facts of inputs, which the library does not know, from the graph
 * in the file. */
enum status ort_add_scales(struct ort_model *model, struct error *error)
    __attribute__((nonnull(1, 2)));
/* The file as this program reads it. */
enum status ort_load_graph(const struct ort_model *model, struct graph **graph, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The shape of a value that the library made. */
enum status ort_value_shape(const struct ort_model *model, const struct ort_value *value,
                            struct tensor *tensor, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* Their number of a type of ours. */
int ort_type_code(enum type type);

#endif
