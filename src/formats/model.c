#include "formats/model.h"

#include <stdlib.h>

#include "base/file.h"
#include "formats/onnx.h"
#include "formats/tflite.h"

const struct model_format *const model_formats[] = {&tflite_format, &onnx_format};
const size_t model_format_count = sizeof(model_formats) / sizeof(model_formats[0]);

const struct model_format *model_format_of(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < model_format_count; i++)
        if (model_formats[i]->probe(bytes, size))
            return model_formats[i];
    return NULL;
}

enum status model_read_bytes(const char *name, unsigned char *bytes, size_t size,
                             const struct model_reading *reading, struct graph **graph,
                             struct error *error)
{
    const struct model_format *format = model_format_of(bytes, size);
    enum status status = format ? format->read(name, bytes, size, reading, graph, error)
                                : error_set(error, STATUS_FORMAT, name,
                                            "this is no model file (neither .tflite nor .onnx)");
    if (status == STATUS_OK && format->keeps_bytes)
        arena_adopt((*graph)->arena, bytes);
    else
        free(bytes);
    return status;
}

enum status model_write(const struct model_format *format, const struct graph *graph,
                        const struct model_writing *writing, unsigned char **bytes, size_t *size,
                        struct error *error)
{
    static const struct model_writing usual = {.activations = TYPE_U8};
    return format->write(graph, writing ? writing : &usual, bytes, size, error);
}

const struct model_format *model_format_for(const char *path)
{
    for (size_t i = 0; i < model_format_count; i++)
        if (path_has_suffix(path, model_formats[i]->suffix))
            return model_formats[i];
    return NULL;
}
