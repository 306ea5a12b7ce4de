#include "formats/onnx/read/import.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

void import_fail(struct import *import, enum status status, const char *format, ...)
{
    char text[sizeof(import->error->text)];
    va_list arguments;
    if (!import_ok(import))
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    import->status = error_set(import->error, status, NULL, "%s", text);
}

/* --- inputs and outputs of the node --- */

static bool is_absent(const struct import *import, const char *name)
{
    return !name || name[0] == '\0' ||
           onnx_names_get(&import->names, name, NO_TENSOR) == ABSENT_TENSOR;
}

int import_inputs(const struct import *import)
{
    size_t count = import->node->n_input;
    while (count > 0 && is_absent(import, import->node->input[count - 1]))
        count--;
    return (int)count;
}

/* The bit of an input in import->inputs_read. */
static uint64_t bit_of(int i)
{
    return UINT64_C(1) << (i < 63 ? i : 63);
}

void import_check_inputs(struct import *import)
{
    int count = import_inputs(import);
    for (int i = 0; import_ok(import) && i < count; i++)
        if (!is_absent(import, import->node->input[i]) && !(import->inputs_read & bit_of(i)))
            import_fail(import, STATUS_UNSUPPORTED, "input %d ('%.80s') is not supported", i,
                        import->node->input[i]);
}

int import_input(struct import *import, int i)
{
    import->inputs_read |= bit_of(i);
    if (!import_ok(import) || i >= import_inputs(import) ||
        is_absent(import, import->node->input[i]))
        return NO_TENSOR;
    const char *name = import->node->input[i];
    int tensor = onnx_names_get(&import->names, name, NO_TENSOR);
    if (tensor == NO_TENSOR)
        import_fail(import, STATUS_FORMAT, "input '%.80s' is not computed by any node", name);
    return tensor;
}

int import_needed(struct import *import, int i)
{
    int tensor = import_input(import, i);
    if (tensor == NO_TENSOR)
        import_fail(import, STATUS_FORMAT, "input %d is missing", i);
    return tensor;
}

bool import_has_output(const struct import *import, int i)
{
    return (size_t)i < import->node->n_output && text_or_empty(import->node->output[i])[0] != '\0';
}

void import_output(struct import *import, int i, int tensor)
{
    if (!import_ok(import) || !import_has_output(import, i))
        return;
    const char *name = import->node->output[i];
    if (onnx_names_own(&import->names, name, NO_TENSOR) != NO_TENSOR) {
        import_fail(import, STATUS_FORMAT, "output '%.80s' is defined twice", name);
        return;
    }
    onnx_names_set(&import->names, name, tensor);
    struct tensor *made = &import->graph->tensors[tensor];
    if (made->name[0] == '\0') {
        /* Of what may be brought in ever so often, the beginning will do. */
        char *copy = import->depth > 0 ? arena_printf(import->graph->arena, "%.200s", name)
                                       : arena_strdup(import->graph->arena, name);
        text_make_printable(copy);
        made->name = copy;
    }
}

const struct tensor *import_tensor(const struct import *import, int tensor)
{
    static const struct tensor none = {.name = "", .type = TYPE_F32};
    return tensor == NO_TENSOR ? &none : &import->graph->tensors[tensor];
}

struct shape import_shape(const struct import *import, int tensor)
{
    return import_tensor(import, tensor)->shape;
}

bool import_is_constant(const struct import *import, int tensor)
{
    return import_tensor(import, tensor)->data != NULL;
}

int import_axis(struct import *import, int64_t axis, int rank)
{
    int resolved = 0;
    if (axis < INT32_MIN || axis > INT32_MAX || !shape_axis((int32_t)axis, rank, &resolved))
        import_fail(import, STATUS_FORMAT, "axis %lld is out of range for a tensor of rank %d",
                    (long long)axis, rank);
    return resolved;
}

int32_t import_i32(struct import *import, int64_t value, const char *what)
{
    if (value < INT32_MIN || value > INT32_MAX)
        import_fail(import, STATUS_FORMAT, "%s is %lld, expected a 32-bit number", what,
                    (long long)value);
    return (int32_t)value;
}
