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
    struct ort_env *env;
    struct ort_session *session;
    struct ort_memory *memory; /* that of plain processors */
    const char **input_names, **output_names;
    bool has_open_outputs;           /* whose shapes the file does not state */
    struct tensor *inputs, *outputs; /* the base's */
    char note[96];
};

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
enum status ort_add_scales(struct ort_model *model, const char *path, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The shape of a value that the library made. */
enum status ort_value_shape(const struct ort_model *model, const struct ort_value *value,
                            struct tensor *tensor, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* Their number of a type of ours. */
int ort_type_code(enum type type);

#endif
