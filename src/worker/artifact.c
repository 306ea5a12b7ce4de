#include "worker/artifact.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "quantize/load.h"
#include "experiment/work.h"

enum status artifact_load(const char *name, struct graph **graph, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    lseek(WORK_ARTIFACT, 0, SEEK_SET);
    enum status status =
        file_read_descriptor(WORK_ARTIFACT, name, MODEL_BYTES_MAX, &bytes, &size, error);
    return status == STATUS_OK ? graph_load_bytes(name, bytes, size, NULL, graph, error) : status;
}

enum status artifact_inputs(const struct graph *graph, unsigned char **bytes, size_t *one,
                            size_t *count, struct error *error)
{
    size_t size;
    *one = 0;
    for (int i = 0; i < graph->n_inputs; i++)
        *one += tensor_bytes(&graph->tensors[graph->inputs[i]]);
    lseek(WORK_INPUTS, 0, SEEK_SET);
    enum status status =
        file_read_descriptor(WORK_INPUTS, "inputs", MODEL_BYTES_MAX, bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    *count = *one ? size / *one : 0;
    if (*count * *one == size && *count > 0)
        return STATUS_OK;
    free(*bytes);
    return error_set(error, STATUS_FORMAT, "inputs", "%zu bytes are no multiple of an input of %zu",
                     size, *one);
}
