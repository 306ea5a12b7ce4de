#include "worker/artifact.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "formats/model.h"
#include "quantize/mode.h"

enum status artifact_runtime(const struct work *work, const struct runtime **runtime,
                             struct error *error)
{
    *runtime = runtime_find(work->runtime);
    if (!*runtime)
        return error_set(error, STATUS_INVALID, NULL, "unknown runtime '%s'", work->runtime);
    return (*runtime)->find(work->library, error);
}

/* The file has no name but that of its descriptor: libraries open it by that, as they would open
 * any other, so that no copy of ours counts as memory of theirs. */
struct artifact_path {
    char text[32];
};

static struct artifact_path artifact_path(void)
{
    struct artifact_path path;
    snprintf(path.text, sizeof(path.text), "/proc/self/fd/%d", WORK_ARTIFACT);
    return path;
}

enum status artifact_load(const struct work *work, const struct runtime_options *options,
                          struct runtime_model **model, struct error *error)
{
    const struct artifact_path path = artifact_path();
    return runtime_find(work->runtime)->load(work->model, path.text, options, model, error);
}

enum status artifact_read(unsigned char **bytes, size_t *size, struct error *error)
{
    const struct artifact_path path = artifact_path();
    return file_read(path.text, MODEL_BYTES_MAX, bytes, size, error);
}

bool artifact_is_own(const struct work *work)
{
    const struct mode *mode;
    struct mode_options options;
    struct error ignored; /* what is no mode was refused when the model was prepared */
    struct arena *arena = arena_new();
    bool is_own = mode_parse(work->mode, arena, &mode, &options, &ignored) == STATUS_OK &&
                  mode->takes_quantized;
    arena_free(arena);
    return is_own;
}

struct model_ends artifact_ends(const struct work *work, const struct runtime_model *model)
{
    return (struct model_ends){
        .name = work->model,
        .inputs = model->inputs,
        .outputs = model->outputs,
        .facts = model->facts,
        .n_inputs = model->n_inputs,
        .n_outputs = model->n_outputs,
        .is_own = artifact_is_own(work),
    };
}

enum status artifact_inputs(const struct runtime_model *model, unsigned char **bytes, size_t *one,
                            size_t *count, struct error *error)
{
    size_t size;
    *one = 0;
    for (int i = 0; i < model->n_inputs; i++)
        *one += tensor_bytes(&model->inputs[i]);
    lseek(WORK_INPUTS, 0, SEEK_SET);
    enum status status =
        file_read_descriptor(WORK_INPUTS, "inputs", MODEL_BYTES_MAX, bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    *count = *one ? size / *one : 0;
    if (*count * *one == size && *count > 0)
        return STATUS_OK;
    free(*bytes);
    *bytes = NULL;
    return error_set(error, STATUS_FORMAT, "inputs",
                     "%zu bytes, expected a multiple of an input of %zu", size, *one);
}
