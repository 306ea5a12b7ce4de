/* TensorProto messages as constants of the graph, external data included, and constants as
 * numbers. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/half.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/onnx/codes.h"
#include "formats/onnx/read/import.h"

/* --- external data --- */

static const char *entry(const Onnx__Tensor *message, const char *key)
{
    for (size_t i = 0; i < message->n_external_data; i++) {
        const Onnx__Entry *pair = message->external_data[i];
        if (pair->key && strcmp(pair->key, key) == 0)
            return pair->value;
    }
    return NULL;
}

static bool is_within(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || strcmp(folder, "/") == 0);
}

/* Whether a file that is there is below the folder, or among the blobs of its cache, once all
 * links are followed. */
static bool is_inside(const char *folder, const char *real_path)
{
    char *real_folder = realpath(folder, NULL);
    char *blobs = real_folder ? path_blobs(real_folder) : NULL;
    bool is_inside = real_folder &&
                     (is_within(real_folder, real_path) || (blobs && is_within(blobs, real_path)));
    free(real_folder);
    free(blobs);
    return is_inside;
}

/* Where it leads is looked at first: a confined process may not open what is elsewhere. */
static int open_inside(struct import *import, const char *folder, const char *location)
{
    char *path = path_join(folder, location), *real_path = realpath(path, NULL);
    int descriptor = -1;
    if (real_path && !is_inside(folder, real_path))
        import_fail(import, STATUS_FORMAT, "external data '%.120s' leads out of the model's folder",
                    location);
    else if (!real_path || (descriptor = open(real_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
        import_fail(import, STATUS_IO, "cannot open external data '%.120s': %s", location,
                    strerror(errno));
    free(path);
    free(real_path);
    return descriptor;
}

static int open_below(struct import *import, const char *location)
{
    if (!path_is_below(location)) {
        import_fail(import, STATUS_FORMAT,
                    "external data '%.120s' is not a path below the model's folder", location);
        return -1;
    }
    char *folder = path_directory(import->path);
    int descriptor = open_inside(import, folder, location);
    free(folder);
    return descriptor;
}

/* The decimal number of an entry; missing where there is no such entry. */
static int64_t entry_number(struct import *import, const Onnx__Tensor *message, const char *key,
                            int64_t missing)
{
    const char *text = entry(message, key);
    long value = 0;
    if (!text)
        return missing;
    if (!text_to_long(text, &value) || value < 0)
        import_fail(import, STATUS_FORMAT,
                    "external data: '%s' is '%.40s', expected a number from 0", key, text);
    return value;
}

/* Memory for elements that the file does not hold as they are. */
static void *allocate_more(struct import *import, size_t count, size_t size)
{
    struct graph *graph = import->graph;
    if (!import_ok(import))
        return NULL;
    void *elements = allowance_take(&graph->allowance, graph->arena, count, size, import->error);
    import->status = elements ? STATUS_OK : import->error->status;
    return elements;
}

/* Memory for elements. Called once it is known that the file has as many bytes: a short file must
 * not be able to ask for much. What a function holds counts each time that it is called. */
static void *allocate(struct import *import, size_t bytes)
{
    if (import->call)
        return allocate_more(import, bytes, 1);
    void *elements = import_ok(import) ? arena_try(import->graph->arena, bytes, 1) : NULL;
    if (!elements)
        import_fail(import, STATUS_MEMORY, "not enough memory for a constant of %zu bytes", bytes);
    return elements;
}

/* What another file holds is allowed once, however many tensors have their data there. */
static void allow_file(struct import *import, const struct stat *info)
{
    struct graph *graph = import->graph;
    char *key =
        arena_printf(graph->arena, "%ju %ju", (uintmax_t)info->st_dev, (uintmax_t)info->st_ino);
    if (onnx_names_get(&import->external, key, 0) == 0)
        graph->allowance.stored += (uint64_t)info->st_size;
    onnx_names_set(&import->external, key, 1);
}

/* Opens the file; fails unless it has the bytes at the offset. The caller closes what is not -1. */
static int open_external(struct import *import, const Onnx__Tensor *message, size_t bytes,
                         int64_t *offset)
{
    const char *location = entry(message, "location");
    int64_t length = entry_number(import, message, "length", (int64_t)bytes);
    struct stat info;
    *offset = entry_number(import, message, "offset", 0);
    if (!location)
        import_fail(import, STATUS_FORMAT, "external data has no location");
    if (!import_ok(import))
        return -1;
    int descriptor = open_below(import, location);
    if (!import_ok(import) || fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode) ||
        length != (int64_t)bytes || *offset > info.st_size || length > info.st_size - *offset)
        import_fail(import, STATUS_FORMAT,
                    "external data '%.120s' does not hold exactly %zu bytes at offset %lld",
                    location, bytes, (long long)*offset);
    else
        allow_file(import, &info);
    return descriptor;
}

static void *read_external(struct import *import, const Onnx__Tensor *message, size_t bytes)
{
    int64_t offset;
    int descriptor = open_external(import, message, bytes, &offset);
    void *elements = allocate_more(import, bytes, 1);
    for (size_t done = 0; import_ok(import) && done < bytes;) {
        ssize_t got =
            pread(descriptor, (char *)elements + done, bytes - done, (off_t)offset + (off_t)done);
        if (got <= 0)
            import_fail(import, STATUS_IO, "cannot read external data '%.120s'",
                        entry(message, "location"));
        else
            done += (size_t)got;
    }
    if (descriptor >= 0)
        close(descriptor);
    return elements;
}

/* Values of int32_data: one element each, whatever its type. */
static void narrow_ints(const Onnx__Tensor *message, size_t size, void *elements)
{
    for (size_t i = 0; i < message->n_int32_data; i++)
        memcpy((char *)elements + i * size, &message->int32_data[i], size);
}

/* How many elements the message's list for the type has. */
static size_t typed_count(const Onnx__Tensor *message, enum type type)
{
    return type == TYPE_F32   ? message->n_float_data
           : type == TYPE_F64 ? message->n_double_data
           : type == TYPE_I64 ? message->n_int64_data
                              : message->n_int32_data;
}

static void *read_typed(struct import *import, const Onnx__Tensor *message, enum type type,
                        size_t count)
{
    size_t given = typed_count(message, type);
    if (given != count) {
        import_fail(import, STATUS_FORMAT, "%zu elements of data, expected %zu", given, count);
        return NULL;
    }
    void *elements = allocate(import, count * type_size(type));
    if (!elements || count == 0)
        return elements;
    if (type == TYPE_F32)
        memcpy(elements, message->float_data, count * sizeof(float));
    else if (type == TYPE_F64)
        memcpy(elements, message->double_data, count * sizeof(double));
    else if (type == TYPE_I64)
        memcpy(elements, message->int64_data, count * sizeof(int64_t));
    else
        narrow_ints(message, type_size(type), elements);
    return elements;
}

static void *read_raw(struct import *import, const Onnx__Tensor *message, size_t bytes)
{
    if (message->raw_data.len != bytes) {
        import_fail(import, STATUS_FORMAT, "%zu bytes of data, expected %zu", message->raw_data.len,
                    bytes);
        return NULL;
    }
    void *elements = allocate(import, bytes);
    if (elements && bytes > 0)
        memcpy(elements, message->raw_data.data, bytes);
    return elements;
}

static void *read_elements(struct import *import, const Onnx__Tensor *message, enum type type,
                           size_t count)
{
    size_t bytes = count * type_size(type);
    if (message->has_data_location && message->data_location == ONNX_EXTERNAL)
        return read_external(import, message, bytes);
    return message->has_raw_data ? read_raw(import, message, bytes)
                                 : read_typed(import, message, type, count);
}

/* --- constants --- */

static struct shape shape_of(struct import *import, const Onnx__Tensor *message)
{
    struct shape shape = {0};
    if (message->n_dims > SHAPE_RANK_MAX) {
        import_fail(import, STATUS_UNSUPPORTED, "constant has rank %zu, at most %d is supported",
                    message->n_dims, SHAPE_RANK_MAX);
        return shape;
    }
    shape.rank = (int)message->n_dims;
    for (int i = 0; i < shape.rank; i++)
        shape.dim[i] = import_i32(import, message->dims[i], "a dimension of a constant");
    if (import_ok(import) && !shape_is_valid(&shape))
        import_fail(import, STATUS_FORMAT, "constant has an impossible shape");
    return shape;
}

static const char *printable_name(struct import *import, const char *name)
{
    char *copy = arena_strdup(import->graph->arena, name ? name : "");
    text_make_printable(copy);
    return copy;
}

/* Two elements are stored in a byte, the first in its lower half. */
static void *read_nibbles(struct import *import, const Onnx__Tensor *message, enum type type,
                          size_t count)
{
    const uint8_t *packed = read_elements(import, message, TYPE_U8, count / 2 + count % 2);
    int8_t *elements = allocate_more(import, count, 1);
    for (size_t i = 0; import_ok(import) && i < count; i++) {
        int value = packed[i / 2] >> (i % 2 * 4) & 15;
        elements[i] = (int8_t)(type == TYPE_I8 && value > 7 ? value - 16 : value);
    }
    return elements;
}

static int by_number(const void *a, const void *b)
{
    int first = *(const int *)a, second = *(const int *)b;
    return (first > second) - (first < second);
}

static bool is_marked(const struct import_marks *marks, int tensor)
{
    return marks->count > 0 && bsearch(&tensor, marks->tensors, marks->count,
                                       sizeof(*marks->tensors), by_number) != NULL;
}

static void mark(struct import_marks *marks, int tensor)
{
    marks->tensors =
        list_grow(marks->tensors, marks->count, &marks->capacity, sizeof(*marks->tensors));
    marks->tensors[marks->count++] = tensor;
}

bool import_is_narrow(const struct import *import, int tensor)
{
    return is_marked(&import->narrow, tensor);
}

void import_note_narrow(struct import *import, int tensor)
{
    mark(&import->narrow, tensor);
}

int import_as_stored(struct import *import, int tensor)
{
    struct tensor stored = *import_tensor(import, tensor);
    if (!import_ok(import) || stored.shape.rank < 2 || !is_marked(&import->brains, tensor))
        return tensor;
    size_t count = shape_elements(&stored.shape);
    const float *values = stored.data;
    uint16_t *brains = arena_alloc(import->graph->arena, count * sizeof(*brains));
    for (size_t i = 0; i < count; i++)
        brains[i] = brain_from_float(values[i]);
    stored.type = TYPE_BF16;
    stored.data = brains;
    return graph_add_tensor(import->graph, &stored);
}

static enum type elements_type(int32_t code)
{
    switch (code) {
    case ONNX_BFLOAT16:
        return TYPE_F16;
    case ONNX_INT4:
        return TYPE_I8;
    case ONNX_UINT4:
        return TYPE_U8;
    default:
        return onnx_type(code);
    }
}

int import_tensor_message(struct import *import, const Onnx__Tensor *message)
{
    bool is_bfloat = message->data_type == ONNX_BFLOAT16;
    bool is_narrow = message->data_type == ONNX_INT4 || message->data_type == ONNX_UINT4;
    enum type type = elements_type(message->data_type);
    struct shape shape = shape_of(import, message);
    char name[ONNX_TYPE_TEXT_SIZE];
    if (import_ok(import) && type == TYPE_COUNT)
        import_fail(import, STATUS_UNSUPPORTED, "element type %s of a constant is not supported",
                    onnx_type_text(message->data_type, name));
    if (!import_ok(import))
        return NO_TENSOR;
    size_t count = shape_elements(&shape);
    void *elements = is_narrow ? read_nibbles(import, message, type, count)
                               : read_elements(import, message, type, count);
    struct tensor tensor = {.name = printable_name(import, message->name),
                            .type = type,
                            .shape = shape,
                            .bits = message->data_type == ONNX_INT4 ? 4 : 0,
                            .data = elements};
    if (is_bfloat && import_ok(import)) {
        float *values = allocate_more(import, count, sizeof(float));
        for (size_t i = 0; values && i < count; i++)
            values[i] = brain_to_float(((const uint16_t *)elements)[i]);
        tensor.type = TYPE_F32;
        tensor.data = values;
    }
    if (!import_ok(import))
        return NO_TENSOR;
    int made = graph_add_tensor(import->graph, &tensor);
    if (is_narrow)
        import_note_narrow(import, made);
    if (is_bfloat)
        mark(&import->brains, made);
    return made;
}

int import_constant(struct import *import, enum type type, const struct shape *shape,
                    const void *elements)
{
    struct tensor tensor = {.name = "", .type = type, .shape = *shape};
    if (!import_ok(import))
        return NO_TENSOR;
    tensor.data = arena_copy(import->graph->arena, elements ? elements : "", tensor_bytes(&tensor));
    return graph_add_tensor(import->graph, &tensor);
}

void *import_made(struct import *import, enum type type, const struct shape *shape, int *tensor)
{
    struct tensor made = {.name = "", .type = type, .shape = *shape};
    *tensor = NO_TENSOR;
    if (import_ok(import) && !shape_is_valid(shape))
        import_fail(import, STATUS_FORMAT, "a constant of an impossible shape");
    void *elements = allocate_more(import, shape_elements(shape), type_size(type));
    made.data = elements;
    if (elements)
        *tensor = graph_add_tensor(import->graph, &made);
    return elements;
}

int import_float(struct import *import, float value)
{
    return import_constant(import, TYPE_F32, &(struct shape){0}, &value);
}

int import_list(struct import *import, const int32_t *values, int count)
{
    return import_constant(import, TYPE_I32, &SHAPE(count), values);
}

/* --- constants as numbers --- */

static int64_t integer_at(const struct tensor *tensor, size_t i)
{
    switch (tensor->type) {
    case TYPE_I64:
        return ((const int64_t *)tensor->data)[i];
    case TYPE_I32:
        return ((const int32_t *)tensor->data)[i];
    case TYPE_I16:
        return ((const int16_t *)tensor->data)[i];
    case TYPE_I8:
        return ((const int8_t *)tensor->data)[i];
    default:
        return ((const uint8_t *)tensor->data)[i];
    }
}

static bool is_integer(enum type type)
{
    return type == TYPE_I64 || type == TYPE_I32 || type == TYPE_I16 || type == TYPE_I8 ||
           type == TYPE_U8 || type == TYPE_BOOL;
}

struct import_ints import_ints(struct import *import, int number, const char *what)
{
    struct import_ints list = {0};
    const struct tensor *tensor = import_tensor(import, number);
    size_t count = shape_elements(&tensor->shape);
    if (!import_ok(import))
        return list;
    if (!tensor->data)
        import_fail(import, STATUS_UNSUPPORTED,
                    "'%s' ('%.60s') is computed at run time, expected a constant", what,
                    tensor->name);
    else if (!is_integer(tensor->type) || count > IMPORT_INTS_MAX)
        import_fail(import, STATUS_FORMAT,
                    "'%s' has %zu elements of type %s, expected at most %d integers", what, count,
                    type_name(tensor->type), IMPORT_INTS_MAX);
    else
        for (size_t i = 0; i < count; i++)
            list.values[list.count++] = integer_at(tensor, i);
    return list;
}

double import_scalar(struct import *import, int number, const char *what)
{
    const struct tensor *tensor = import_tensor(import, number);
    if (!import_ok(import))
        return 0.0;
    if (!tensor->data)
        import_fail(import, STATUS_UNSUPPORTED,
                    "'%s' ('%.60s') is computed at run time, expected a constant", what,
                    tensor->name);
    else if (shape_elements(&tensor->shape) != 1 ||
             (!is_integer(tensor->type) && tensor->type != TYPE_F32))
        import_fail(import, STATUS_FORMAT, "'%s' is not a single number", what);
    else
        return tensor->type == TYPE_F32 ? (double)((const float *)tensor->data)[0]
                                        : (double)integer_at(tensor, 0);
    return 0.0;
}
