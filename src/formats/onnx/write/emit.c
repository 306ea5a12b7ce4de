/* Nodes and small constants of an .onnx file, for the functions that write operators. */
#include <stdarg.h>
#include <stdio.h>

#include "formats/onnx/write/export.h"

void export_refuse(struct exporter *exporter, const char *format, ...)
{
    char text[256];
    va_list arguments;
    if (exporter->status != STATUS_OK)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    exporter->status = error_set(exporter->error, STATUS_UNSUPPORTED, NULL, "%s", text);
}

int export_emit(struct exporter *exporter, const char *op, const int *inputs, int n_inputs)
{
    int output;
    onnx_add_node(&exporter->file, op, inputs, n_inputs, &output, 1);
    return output;
}

int export_ints(struct exporter *exporter, const int64_t *numbers, int count)
{
    struct shape shape = SHAPE(count);
    size_t size = (size_t)count * sizeof(*numbers);
    return onnx_add_constant(&exporter->file, "numbers", TYPE_I64, &shape,
                             arena_copy(exporter->file.arena, numbers, size));
}

int export_dimensions(struct exporter *exporter, const struct shape *shape)
{
    int64_t numbers[SHAPE_RANK_MAX];
    for (int i = 0; i < shape->rank; i++)
        numbers[i] = shape->dim[i];
    return export_ints(exporter, numbers, shape->rank);
}

int export_int(struct exporter *exporter, int64_t number)
{
    const struct shape scalar = {0};
    return onnx_add_constant(&exporter->file, "number", TYPE_I64, &scalar,
                             arena_copy(exporter->file.arena, &number, sizeof(number)));
}

int export_float(struct exporter *exporter, float number)
{
    const struct shape scalar = {0};
    return onnx_add_constant(&exporter->file, "number", TYPE_F32, &scalar,
                             arena_copy(exporter->file.arena, &number, sizeof(number)));
}

int export_cast_to(struct exporter *exporter, int value, enum type type)
{
    value = EMIT(exporter, "Cast", value);
    onnx_set_int(&exporter->file, "to", onnx_type_code(type));
    return value;
}

int export_zeros(struct exporter *exporter, enum type type, const struct shape *shape)
{
    const struct shape scalar = {0};
    int zero = onnx_add_constant(&exporter->file, "zero", type, &scalar,
                                 arena_alloc(exporter->file.arena, type_size(type)));
    return EMIT(exporter, "Expand", zero, export_dimensions(exporter, shape));
}
