/* The files that a preparing worker left for the others. */
#ifndef WORKER_ARTIFACT_H
#define WORKER_ARTIFACT_H

#include <stdbool.h>

#include "experiment/work.h"
#include "formats/dataset/model_data.h"
#include "runtimes/runtime.h"

/* Finds the order's runtime; its library is loaded then. */
enum status artifact_runtime(const struct work *work, const struct runtime **runtime,
                             struct error *error) __attribute__((nonnull(1, 2, 3)));

/* Has the order's runtime load the artifact. */
enum status artifact_load(const struct work *work, const struct runtime_options *options,
                          struct runtime_model **model, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* Reads its bytes, which the caller frees. */
enum status artifact_read(unsigned char **bytes, size_t *size, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Whether the artifact's types are the model's own, not what a mode made of them. */
bool artifact_is_own(const struct work *work) __attribute__((nonnull(1)));

/* What the loaded artifact takes and gives, for its data; needs options.needs_scales. */
struct model_ends artifact_ends(const struct work *work, const struct runtime_model *model)
    __attribute__((nonnull(1, 2)));

/* Reads the raw inputs: count of them, back to back, each with all inputs of the model one after
 * the other. free() them. */
enum status artifact_inputs(const struct runtime_model *model, unsigned char **bytes, size_t *one,
                            size_t *count, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
