#include "formats/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "formats/foreign.h"
#include "formats/onnx/onnx.h"
#include "formats/tflite/tflite.h"

const struct model_format *const model_formats[] = {&tflite_format, &onnx_format};
const size_t model_format_count = sizeof(model_formats) / sizeof(model_formats[0]);

static enum status parse_dimensions(const char *text, struct shape *shape, struct error *error)
{
    char part[16];
    *shape = (struct shape){0};
    while (shape->rank < SHAPE_RANK_MAX) {
        size_t length = strcspn(text, "x");
        long dim;
        snprintf(part, sizeof(part), "%.*s", (int)length, text);
        if (length >= sizeof(part) || !text_to_long(part, &dim) || dim < 1 || dim > INT32_MAX)
            break;
        shape->dim[shape->rank++] = (int32_t)dim;
        if (text[length] == '\0')
            return shape_is_valid(shape)
                       ? STATUS_OK
                       : error_set(error, STATUS_INVALID, NULL, "the shape has too many elements");
        text += length + 1;
    }
    return error_set(error, STATUS_INVALID, NULL,
                     "expected NAME=AxBxC with up to %d dimensions from 1", SHAPE_RANK_MAX);
}

enum status model_shape_parse(const char *text, struct arena *arena, struct model_shape *shape,
                              struct error *error)
{
    const char *equals = strrchr(text, '='); /* names may have one, shapes do not */
    enum status status = parse_dimensions(equals ? equals + 1 : "", &shape->shape, error);
    if (status != STATUS_OK)
        return error_within(error, "shape '%.80s'", text);
    shape->input = arena_printf(arena, "%.*s", (int)(equals - text), text);
    return STATUS_OK;
}

void model_shape_format(const struct model_shape *shape, struct text *out)
{
    char buffer[SHAPE_TEXT_SIZE];
    text_printf(out, "%s=%s", shape->input, shape_text(&shape->shape, buffer));
}

const struct shape *model_shape_for(const struct model_reading *reading, const char *input)
{
    for (size_t i = 0; reading && i < reading->n_shapes; i++)
        if (strcmp(reading->shapes[i].input, input) == 0)
            return &reading->shapes[i].shape;
    return NULL;
}

enum status model_refuse_open(const char *input, size_t i, const char *dimension,
                              struct error *error)
{
    return error_set(
        error, STATUS_UNSUPPORTED, NULL,
        "dimension %zu of input '%.60s' (%.40s) is left open, give the shape with --shape", i,
        input, dimension[0] ? dimension : "unnamed");
}

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
    const struct foreign_kind *foreign = foreign_kind_of(bytes, size);
    const struct model_format *format = model_format_of(bytes, size);
    enum status status;
    if (foreign)
        status = foreign_refuse(name, foreign, error);
    else if (!format)
        status =
            error_set(error, STATUS_FORMAT, name, "not a model file (neither .tflite nor .onnx)");
    else
        status = format->read(name, bytes, size, reading, graph, error);
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

void model_left_out(const struct model_format *format, const struct graph *graph, struct text *out)
{
    bool loses = graph->n_metadata > 0 && !format->keeps_metadata;
    if (loses || graph->left_out[0])
        text_printf(out, "not in the written file: %s%s%s", graph->left_out,
                    loses && graph->left_out[0] ? ", " : "", loses ? "metadata" : "");
}
