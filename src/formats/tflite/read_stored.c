/* Elements that are stored in other ways than one after the other: several in a byte, sparse, or
 * with scales of blocks. Here they become ordinary ones. */
#include <string.h>

#include "base/half.h"
#include "base/memory.h"
#include "formats/tflite/read_internal.h"

/* --- several in a byte --- */

/* Types of less than a byte, the first element in the lowest bits. */
static const struct narrow {
    int8_t code; /* TensorType */
    int8_t bits;
    enum type wide; /* what the elements become */
} narrow_types[] = {
    {TFLITE_INT4, 4, TYPE_I8},
    {19, 2, TYPE_I8}, /* INT2 */
    {20, 4, TYPE_U8}, /* UINT4 */
};

static const struct narrow *find_narrow(int8_t code)
{
    for (size_t i = 0; i < sizeof(narrow_types) / sizeof(narrow_types[0]); i++)
        if (narrow_types[i].code == code)
            return &narrow_types[i];
    return NULL;
}

enum type stored_type(int8_t code)
{
    const struct narrow *narrow = find_narrow(code);
    return narrow ? narrow->wide : type_from_tflite(code);
}

bool stored_is_narrow(int8_t code)
{
    return find_narrow(code) != NULL;
}

static enum status check_size(uint64_t size, size_t expected, struct error *error)
{
    return size == expected
               ? STATUS_OK
               : error_set(error, STATUS_FORMAT, NULL, "%llu bytes of data, expected %zu",
                           (unsigned long long)size, expected);
}

enum status stored_widen(struct reader *reader, int8_t code, struct tensor *tensor,
                         const unsigned char *bytes, uint64_t size, struct error *error)
{
    const struct narrow *narrow = find_narrow(code);
    size_t count = shape_elements(&tensor->shape), each = (size_t)(8 / narrow->bits);
    enum status status = check_size(size, (count + each - 1) / each, error);
    if (status != STATUS_OK)
        return status;
    int8_t *elements = reader_room(reader, count, 1, error);
    if (!elements)
        return error->status;
    for (size_t i = 0; i < count; i++) {
        int value = bytes[i / each] >> (i % each * (size_t)narrow->bits);
        int high = 1 << (narrow->bits - 1), mask = 2 * high - 1;
        value &= mask;
        elements[i] = (int8_t)(narrow->wide == TYPE_I8 && value >= high ? value - 2 * high : value);
    }
    tensor->data = elements;
    tensor->bits = narrow->bits == 4 && narrow->wide == TYPE_I8 ? 4 : 0;
    return STATUS_OK;
}

/* --- scales of blocks --- */

/* The elements of another tensor of the subgraph, which is a constant. */
static enum status read_other(struct reader *reader, int32_t number, struct tensor_record *record,
                              const unsigned char **bytes, uint64_t *size, struct error *error)
{
    const struct flatbuffer_vector *tensors = &reader->subgraph.tensors;
    struct buffer_record buffer;
    if (number < 0 || (uint32_t)number >= tensors->count)
        return error_set(error, STATUS_FORMAT, NULL, "the scales of its blocks are tensor %d of %u",
                         number, tensors->count);
    enum status status =
        reader_record(reader, tensors, (uint32_t)number, &tflite_tensor, record, error);
    if (status == STATUS_OK)
        status = reader_buffer(reader, record->buffer, &buffer, error);
    return status == STATUS_OK ? reader_data(reader, &buffer, bytes, size, error) : status;
}

/* One scale per block of every row, as float32. */
static enum status read_block_scales(struct reader *reader, int32_t number, size_t count,
                                     const float **scales, struct error *error)
{
    struct tensor_record record;
    const unsigned char *bytes;
    uint64_t size;
    enum status status = read_other(reader, number, &record, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    enum type type = type_from_tflite(record.type);
    if ((type != TYPE_F32 && type != TYPE_F16) || size != count * type_size(type))
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "%llu bytes of scales for %zu blocks, expected float32 or float16",
                         (unsigned long long)size, count);
    float *list = reader_room(reader, count, sizeof(*list), error);
    if (!list)
        return error->status;
    for (size_t i = 0; i < count; i++) {
        uint16_t half = 0;
        memcpy(type == TYPE_F32 ? (void *)&list[i] : (void *)&half, bytes + i * type_size(type),
               type_size(type));
        if (type == TYPE_F16)
            list[i] = half_to_float(half);
    }
    *scales = list;
    return STATUS_OK;
}

/* Whether all zero points of the blocks, if there are any, are 0. */
static enum status check_block_zeros(struct reader *reader, int32_t number, struct error *error)
{
    struct tensor_record record;
    const unsigned char *bytes;
    uint64_t size;
    if (number <= 0) /* tensor 0 is none: that is what an absent field says */
        return STATUS_OK;
    enum status status = read_other(reader, number, &record, &bytes, &size, error);
    for (uint64_t i = 0; status == STATUS_OK && i < size; i++)
        if (bytes[i] != 0)
            status = error_set(error, STATUS_UNSUPPORTED, NULL,
                               "zero points of blocks other than 0 are not supported");
    return status;
}

enum status stored_scale_blocks(struct reader *reader, const struct blockwise_record *record,
                                struct tensor *tensor, struct error *error)
{
    const struct shape *shape = &tensor->shape;
    size_t count = shape_elements(shape), block = (size_t)record->block_size;
    size_t row = shape->rank > 0 ? (size_t)shape->dim[shape->rank - 1] : 0;
    const float *scales = NULL;
    if (!tensor->data || tensor->type != TYPE_I8)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "scales of blocks are supported for constants of int8 and int4 alone");
    if (record->block_size < 1 || row == 0 || row % block != 0)
        return error_set(error, STATUS_FORMAT, NULL, "blocks of %d do not fit rows of %zu",
                         record->block_size, row);
    enum status status = check_block_zeros(reader, record->zero_points, error);
    if (status == STATUS_OK)
        status = read_block_scales(reader, record->scales, count / block, &scales, error);
    if (status != STATUS_OK)
        return status;
    float *elements = reader_room(reader, count, sizeof(*elements), error);
    if (!elements)
        return error->status;
    for (size_t i = 0; i < count; i++)
        elements[i] = scales[i / block] * (float)((const int8_t *)tensor->data)[i];
    tensor->data = elements;
    tensor->type = TYPE_F32;
    tensor->bits = 0;
    return STATUS_OK;
}

/* --- sparse --- */

/* Dimensions and blocks of them. */
#define LEVELS_MAX (2 * SHAPE_RANK_MAX)

enum { LEVEL_DENSE = 0, LEVEL_SPARSE = 1 };

/* A list of integers of one, two or four bytes each. */
struct list {
    const unsigned char *bytes;
    uint32_t count, size;
};

/* One level of the traversal: all indices of a dimension, or those that are listed: entries
 * starts[p] to starts[p + 1] - 1 of indices, where p is the place in the level before. */
struct level {
    int format;
    int32_t size;
    struct list starts, indices;
    size_t stride; /* elements of the dense tensor from one index to the next */
};

struct sparse {
    struct level levels[LEVELS_MAX];
    int n_levels;
    size_t element, given, taken; /* bytes of an element; elements that there are, and were taken */
    const unsigned char *from;
    unsigned char *to;
};

static int64_t list_at(const struct list *list, size_t i)
{
    int32_t wide = 0;
    if (i >= list->count)
        return -1;
    memcpy(&wide, list->bytes + i * list->size, list->size); /* little-endian */
    return wide;
}

/* Copies what lies behind a level; false where the lists contradict the shape. Every step is one of
 * a dense index or of a listed one, and the lists' places only grow: there are no more than
 * elements of the dense tensor. */
static bool fill(struct sparse *sparse, int l, size_t place, size_t offset)
{
    const struct level *level = &sparse->levels[l];
    if (l == sparse->n_levels) {
        if (sparse->taken == sparse->given)
            return false;
        memcpy(sparse->to + offset * sparse->element,
               sparse->from + sparse->taken++ * sparse->element, sparse->element);
        return true;
    }
    bool is_dense = level->format == LEVEL_DENSE;
    int64_t first = is_dense ? 0 : list_at(&level->starts, place);
    int64_t behind = is_dense ? level->size : list_at(&level->starts, place + 1);
    if (first < 0 || behind < first || (!is_dense && behind - first > level->size))
        return false;
    for (int64_t i = first; i < behind; i++) {
        int64_t index = is_dense ? i : list_at(&level->indices, (size_t)i);
        size_t next = is_dense ? place * (size_t)level->size + (size_t)i : (size_t)i;
        if (index < 0 || index >= level->size ||
            !fill(sparse, l + 1, next, offset + (size_t)index * level->stride))
            return false;
    }
    return true;
}

/* The union of lists: 1 to 3 are of four, two and one byte. */
static enum status read_index_list(struct reader *reader, uint8_t tag,
                                   const struct flatbuffer_table *table, struct list *list,
                                   struct error *error)
{
    static const uint32_t sizes[] = {0, 4, 2, 1};
    struct index_vector_record record;
    if (tag < 1 || tag > 3 || table->position == 0)
        return error_set(error, STATUS_FORMAT, NULL, "a list of indices of kind %d", tag);
    enum status status =
        flatbuffer_read(&reader->file, table, tflite_index_vectors[tag - 1], &record, error);
    if (status != STATUS_OK)
        return status;
    *list = (struct list){.size = sizes[tag]};
    if (record.values.position != 0) {
        list->bytes = flatbuffer_elements(&reader->file, &record.values);
        list->count = record.values.count;
    }
    return STATUS_OK;
}

static enum status read_level(struct reader *reader, const struct sparsity_record *sparsity,
                              uint32_t l, struct level *level, struct error *error)
{
    struct dimension_record record;
    enum status status =
        reader_record(reader, &sparsity->dimensions, l, &tflite_dimension, &record, error);
    if (status != STATUS_OK)
        return status;
    *level = (struct level){.format = record.format, .size = record.dense_size};
    if (record.format == LEVEL_DENSE)
        return STATUS_OK;
    if (record.format != LEVEL_SPARSE)
        return error_set(error, STATUS_FORMAT, NULL, "dimension %u has format %d", l,
                         record.format);
    status = read_index_list(reader, record.segments_tag, &record.segments, &level->starts, error);
    return status == STATUS_OK ? read_index_list(reader, record.indices_tag, &record.indices,
                                                 &level->indices, error)
                               : status;
}

/* Which dimension a level goes along: an own one, or, behind those, a block of another; or -1. */
static int dimension_of(struct reader *reader, const struct sparsity_record *sparsity, uint32_t l,
                        int rank)
{
    int32_t order = flatbuffer_i32(&reader->file, &sparsity->order, l);
    if (order >= rank && order - rank < (int32_t)sparsity->block_map.count)
        order = flatbuffer_i32(&reader->file, &sparsity->block_map, (uint32_t)(order - rank));
    else if (order >= rank)
        return -1;
    return order >= 0 && order < rank ? order : -1;
}

/* Sizes and strides of the levels. Those of one dimension are its own and at most one of blocks
 * behind it, and their sizes multiply to the dimension's. */
static bool settle_levels(struct reader *reader, const struct sparsity_record *sparsity,
                          const struct shape *shape, struct sparse *sparse)
{
    size_t seen[SHAPE_RANK_MAX], strides[SHAPE_RANK_MAX];
    for (int d = 0; d < shape->rank; d++) {
        seen[d] = 1;
        strides[d] = shape_span(shape, d + 1, shape->rank);
    }
    for (int l = sparse->n_levels - 1; l >= 0; l--) {
        struct level *level = &sparse->levels[l];
        int d = dimension_of(reader, sparsity, (uint32_t)l, shape->rank);
        bool is_block = flatbuffer_i32(&reader->file, &sparsity->order, (uint32_t)l) >= shape->rank;
        if (d < 0 || is_block != (l >= shape->rank))
            return false;
        if (level->format == LEVEL_SPARSE) /* its size is what the blocks leave */
            level->size = (int32_t)((size_t)shape->dim[d] / seen[d]);
        level->stride = strides[d] * seen[d];
        if (level->size < 1 || seen[d] > (size_t)shape->dim[d] / (size_t)level->size)
            return false;
        seen[d] *= (size_t)level->size;
    }
    for (int d = 0; d < shape->rank; d++)
        if (seen[d] != (size_t)shape->dim[d])
            return false;
    return true;
}

static enum status read_levels(struct reader *reader, const struct sparsity_record *sparsity,
                               const struct shape *shape, struct sparse *sparse,
                               struct error *error)
{
    uint32_t count = sparsity->order.count;
    if (count != (uint32_t)shape->rank + sparsity->block_map.count || count > LEVELS_MAX ||
        sparsity->dimensions.count != count)
        return error_set(error, STATUS_FORMAT, NULL, "%u sparse dimensions for rank %d", count,
                         shape->rank);
    sparse->n_levels = (int)count;
    for (uint32_t l = 0; l < count; l++)
        if (read_level(reader, sparsity, l, &sparse->levels[l], error) != STATUS_OK)
            return error->status;
    return settle_levels(reader, sparsity, shape, sparse)
               ? STATUS_OK
               : error_set(error, STATUS_FORMAT, NULL,
                           "its sparse dimensions do not fit its shape");
}

enum status stored_densify(struct reader *reader, const struct flatbuffer_table *table,
                           struct tensor *tensor, const unsigned char *bytes, uint64_t size,
                           struct error *error)
{
    struct sparsity_record sparsity;
    struct sparse sparse = {.element = type_size(tensor->type), .from = bytes};
    enum status status = flatbuffer_read(&reader->file, table, &tflite_sparsity, &sparsity, error);
    if (status == STATUS_OK)
        status = read_levels(reader, &sparsity, &tensor->shape, &sparse, error);
    if (status != STATUS_OK)
        return status;
    sparse.given = (size_t)size / sparse.element;
    sparse.to = reader_room(reader, shape_elements(&tensor->shape), sparse.element, error);
    if (!sparse.to)
        return error->status;
    if (!fill(&sparse, 0, 0, 0) || sparse.taken != sparse.given || size % sparse.element != 0)
        return error_set(error, STATUS_FORMAT, NULL,
                         "its sparse indices do not fit its %zu elements", sparse.given);
    tensor->data = sparse.to;
    return STATUS_OK;
}
