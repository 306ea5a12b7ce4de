#include "formats/onnx.h"

enum status onnx_write(const struct graph *graph, const struct model_writing *writing,
                       unsigned char **bytes, size_t *size, struct error *error)
{
    (void)writing, (void)bytes, (void)size;
    return error_set(error, STATUS_UNSUPPORTED, graph->name, "no writer");
}
