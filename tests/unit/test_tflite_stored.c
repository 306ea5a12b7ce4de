/* Constants of .tflite files that are stored in other ways than one element after the other, and
 * inputs whose shapes are open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/half.h"
#include "base/memory.h"
#include "formats/tflite/tflite.h"
#include "model/load.h"
#include "need.h"
#include "tflite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { FLOAT32 = 0, FLOAT16 = 1, INT32 = 2, INT8 = 9, INT4 = 17, INT2 = 19, UINT4 = 20 };
enum { ADD = 0, DENSIFY = 124 };

#define COPIES_MAX 300

/* A level of a sparse constant: all indices, or those of lists. */
struct level {
    int32_t dense_size; /* 0: sparse */
    int n_starts, n_indices;
    int32_t starts[8], indices[8];
};

/* A file of one node that adds a constant (tensor 1), which is described here, to an input. */
struct stored {
    int8_t type, code;
    int rank, n_bytes;
    int32_t shape[4], open[4]; /* open: the shape's signature, of the input alone */
    const void *bytes;
    int8_t scale_type;
    int block_size, zero_points, n_scale_bytes; /* of blocks */
    const void *scale_bytes;                    /* tensor 3 */
    int n_copies, name_size; /* further tensors of the same elements, of a long name all of them */
    int n_levels, n_blocks, index_bytes;
    int32_t order[4], blocks[2];
    struct level levels[4];
};

static struct flatbuffer_table add_indices(struct flatbuffer_builder *builder, int size,
                                           const int32_t *values, int count)
{
    char bytes[32];
    struct index_vector_record record;
    for (int i = 0; i < count; i++)
        memcpy(bytes + i * size, &values[i], (size_t)size);
    record.values = flatbuffer_add_vector(builder, bytes, (size_t)count, (size_t)size, 4);
    return flatbuffer_add_table(builder,
                                tflite_index_vectors[size == 4   ? 0
                                                     : size == 2 ? 1
                                                                 : 2],
                                &record);
}

static struct flatbuffer_table add_sparsity(struct flatbuffer_builder *builder,
                                            const struct stored *stored)
{
    struct sparsity_record sparsity;
    struct dimension_record records[4];
    int size = stored->index_bytes;
    for (int l = 0; l < stored->n_levels; l++) {
        const struct level *level = &stored->levels[l];
        struct dimension_record *record = &records[l];
        *record = (struct dimension_record){.dense_size = level->dense_size};
        if (level->dense_size == 0) {
            record->format = 1;
            record->segments_tag = record->indices_tag = (uint8_t)(size == 4   ? 1
                                                                   : size == 2 ? 2
                                                                               : 3);
            record->segments = add_indices(builder, size, level->starts, level->n_starts);
            record->indices = add_indices(builder, size, level->indices, level->n_indices);
        }
    }
    sparsity.order = lite_ints(builder, stored->order, stored->n_levels);
    sparsity.block_map = lite_ints(builder, stored->blocks, stored->n_blocks);
    sparsity.dimensions = lite_list(builder, &tflite_dimension, records, sizeof(records[0]),
                                    (size_t)stored->n_levels);
    return flatbuffer_add_table(builder, &tflite_sparsity, &sparsity);
}

static struct flatbuffer_table add_blocks(struct flatbuffer_builder *builder,
                                          const struct stored *stored)
{
    const struct blockwise_record blocks = {3, stored->zero_points, stored->block_size};
    struct quantization_record record = {.details_tag = 2};
    record.details = flatbuffer_add_table(builder, &tflite_blockwise, &blocks);
    return flatbuffer_add_table(builder, &tflite_quantization, &record);
}

static struct flatbuffer_vector add_tensors(struct flatbuffer_builder *builder,
                                            const struct stored *stored)
{
    static const char *const names[] = {"in", "stored", "out", "scales"};
    const int8_t types[] = {FLOAT32, stored->type, FLOAT32, stored->scale_type};
    const uint32_t buffers[] = {0, 1, 0, 2};
    struct tensor_record records[4 + COPIES_MAX];
    struct flatbuffer_vector long_name = {0};
    if (stored->name_size > 0) {
        char *name = xcalloc((size_t)stored->name_size + 1, 1);
        memset(name, 'n', (size_t)stored->name_size);
        long_name = flatbuffer_add_string(builder, name);
        free(name);
    }
    for (int i = 0; i < 4 + stored->n_copies; i++) {
        int kind = i < 4 ? i : 1;
        struct tensor_record *record = &records[i];
        *record = (struct tensor_record){.type = types[kind], .buffer = buffers[kind]};
        int32_t flat = stored->n_scale_bytes / (stored->scale_type == FLOAT16 ? 2 : 4);
        record->shape =
            i == 3 ? lite_ints(builder, &flat, 1) : lite_ints(builder, stored->shape, stored->rank);
        if (i == 0 && stored->open[0] != 0)
            record->shape_signature = lite_ints(builder, stored->open, stored->rank);
        record->name = i > 3 && stored->name_size > 0 ? long_name
                                                      : flatbuffer_add_string(builder, names[kind]);
        if (i == 1 && stored->n_levels > 0)
            record->sparsity = add_sparsity(builder, stored);
        if (i == 1 && stored->block_size > 0)
            record->quantization = add_blocks(builder, stored);
    }
    return lite_list(builder, &tflite_tensor, records, sizeof(records[0]),
                     4 + (size_t)stored->n_copies);
}

static unsigned char *assemble(const struct stored *stored, size_t *size)
{
    static const int32_t inputs[] = {0, 1}, out = 2;
    const struct lite_bytes contents[] = {{stored->bytes, stored->n_bytes},
                                          {stored->scale_bytes, stored->n_scale_bytes}};
    struct flatbuffer_builder builder;
    struct model_record model = {.version = TFLITE_VERSION};
    struct subgraph_record subgraph = {0};
    struct operator_record node = {0};
    struct operator_code_record code = {.version = 1, .code = stored->code};
    bool densifies = stored->code == DENSIFY;
    flatbuffer_builder_init(&builder, FLATBUFFER_BYTES_MAX);
    model.buffers = lite_buffers(&builder, contents, 2);
    node.inputs = lite_ints(&builder, inputs + densifies, densifies ? 1 : 2);
    node.outputs = lite_ints(&builder, &out, 1);
    subgraph.tensors = add_tensors(&builder, stored);
    subgraph.operators = lite_list(&builder, &tflite_operator, &node, 0, 1);
    subgraph.inputs = lite_ints(&builder, inputs, 1);
    subgraph.outputs = lite_ints(&builder, &out, 1);
    model.subgraphs = lite_list(&builder, &tflite_subgraph, &subgraph, 0, 1);
    model.operator_codes = lite_list(&builder, &tflite_operator_code, &code, 0, 1);
    return lite_finish(&builder, &model, size);
}

/* The constant is read as one of the type with these elements. */
static void reads(const struct stored *stored, enum type type, const void *elements)
{
    size_t size;
    unsigned char *bytes = assemble(stored, &size);
    struct graph *graph = lite_read(bytes, size);
    const struct tensor *tensor = &graph->tensors[1];
    assert_int_equal(tensor->type, type);
    assert_non_null(tensor->data);
    assert_memory_equal(tensor->data, elements, tensor_bytes(tensor));
    graph_free(graph);
    free(bytes);
}

static void refuses(const struct stored *stored, enum status expected, const char *words)
{
    size_t size;
    unsigned char *bytes = assemble(stored, &size);
    lite_read_refused(bytes, size, expected, words);
    free(bytes);
}

/* --- several elements in a byte --------------------------------------------------------------- */

static void narrow_integers_are_widened(void **state)
{
    static const unsigned char bytes[] = {0x21, 0x8f, 0x70, 0x9e}, crumbs[] = {0xe4, 0x1b};
    (void)state;
    struct stored stored = {.type = INT4, .rank = 2, .shape = {2, 4}, .n_bytes = 4, .bytes = bytes};
    reads(&stored, TYPE_I8, (const int8_t[]){1, 2, -1, -8, 0, 7, -2, -7});
    stored.type = UINT4;
    reads(&stored, TYPE_U8, (const uint8_t[]){1, 2, 15, 8, 0, 7, 14, 9});
    stored = (struct stored){.type = INT4, .rank = 1, .shape = {3}, .n_bytes = 2, .bytes = bytes};
    reads(&stored, TYPE_I8, (const int8_t[]){1, 2, -1});
    stored.n_bytes = 3;
    refuses(&stored, STATUS_FORMAT, "tensor 1 ('stored'): 3 bytes of data, expected 2");
    stored = (struct stored){.type = INT2, .rank = 1, .shape = {7}, .n_bytes = 2, .bytes = crumbs};
    reads(&stored, TYPE_I8, (const int8_t[]){0, 1, -2, -1, -1, -2, 1});
}

/* Tensors that share a buffer are widened each: all together, they are bounded by the file. */
static void widened_constants_are_bounded_together(void **state)
{
    enum { BYTES = 1 << 20 };
    struct stored stored = {.type = INT2, .rank = 1, .shape = {4 * BYTES}, .n_bytes = BYTES};
    void *bytes = xcalloc(BYTES, 1);
    (void)state;
    stored.bytes = bytes;
    stored.n_copies = 80; /* more than (32 + 256) / 4 */
    refuses(&stored, STATUS_UNSUPPORTED, "tensor 75 ('stored'): 4194304 elements of a constant");
    free(bytes);
}

/* So are the copies of a name that they share. */
static void shared_names_are_bounded_together(void **state)
{
    static const float three[] = {1, 2, 3};
    struct stored stored = {.rank = 1, .shape = {3}, .n_bytes = sizeof(three), .bytes = three};
    (void)state;
    stored.n_copies = COPIES_MAX; /* more than 32 + 256 */
    stored.name_size = 1 << 20;
    refuses(&stored, STATUS_UNSUPPORTED, "names that tables share, of more than the file can");
}

/* --- scales of blocks ------------------------------------------------------------------------- */

static void blocks_have_their_own_scales(void **state)
{
    static const unsigned char bytes[] = {0x21, 0x8f, 0x70, 0x9e};
    static const float scales[] = {1.0f, 0.5f, 2.0f, 10.0f};
    static const float elements[] = {1, 2, -0.5f, -4, 0, 14, -20, -70};
    uint16_t halves[4];
    (void)state;
    for (int i = 0; i < 4; i++)
        halves[i] = half_from_float(scales[i]);
    struct stored stored = {
        .type = INT4,
        .rank = 2,
        .shape = {2, 4},
        .n_bytes = 4,
        .bytes = bytes,
        .block_size = 2,
        .scale_type = FLOAT32,
        .n_scale_bytes = 16,
        .scale_bytes = scales,
    };
    reads(&stored, TYPE_F32, elements);
    stored.scale_type = FLOAT16;
    stored.n_scale_bytes = 8;
    stored.scale_bytes = halves;
    reads(&stored, TYPE_F32, elements);
    stored.block_size = 3;
    refuses(&stored, STATUS_FORMAT, "tensor 1 ('stored'): blocks of 3 do not fit rows of 4");
    stored.block_size = 4;
    refuses(&stored, STATUS_UNSUPPORTED, "8 bytes of scales for 2 blocks");
    stored.block_size = 2;
    stored.zero_points = 3;
    refuses(&stored, STATUS_UNSUPPORTED, "zero points of blocks other than 0");
    stored.zero_points = 4;
    refuses(&stored, STATUS_FORMAT, "the scales of its blocks are tensor 4 of 4");
    stored.zero_points = 0;
    stored.type = FLOAT32;
    stored.n_bytes = 0;
    refuses(&stored, STATUS_UNSUPPORTED, "constants of int8 and int4 alone");
}

/* --- sparse ----------------------------------------------------------------------------------- */

static const float dense[] = {1, 0, 2, 3, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0, 6};

/* By rows; with blocks of 2x2; by columns. */
static const float by_rows[] = {1, 2, 3, 4, 5, 6};
static const float by_blocks[] = {1, 0, 0, 4, 2, 3, 0, 0, 5, 0, 0, 6};
static const float by_columns[] = {1, 4, 2, 5, 3, 6};
static const struct stored sparse[] = {
    {.rank = 2,
     .shape = {4, 4},
     .n_bytes = sizeof(by_rows),
     .bytes = by_rows,
     .n_levels = 2,
     .order = {0, 1},
     .levels = {{.dense_size = 4}, {0, 5, 6, {0, 3, 4, 5, 6}, {0, 2, 3, 1, 2, 3}}}},
    {.rank = 2,
     .shape = {4, 4},
     .n_bytes = sizeof(by_blocks),
     .bytes = by_blocks,
     .n_levels = 4,
     .n_blocks = 2,
     .order = {0, 1, 2, 3},
     .blocks = {0, 1},
     .levels = {{.dense_size = 2},
                {0, 3, 3, {0, 2, 3}, {0, 1, 1}},
                {.dense_size = 2},
                {.dense_size = 2}}},
    {.rank = 2,
     .shape = {4, 4},
     .n_bytes = sizeof(by_columns),
     .bytes = by_columns,
     .n_levels = 2,
     .order = {1, 0},
     .levels = {{.dense_size = 4}, {0, 5, 6, {0, 1, 2, 4, 6}, {0, 1, 0, 2, 0, 3}}}},
};

static void sparse_constants_become_dense(void **state)
{
    static const int sizes[] = {1, 2, 4};
    (void)state;
    for (size_t i = 0; i < LENGTH(sparse); i++)
        for (size_t s = 0; s < LENGTH(sizes); s++) {
            struct stored stored = sparse[i];
            stored.index_bytes = sizes[s];
            reads(&stored, TYPE_F32, dense);
        }
}

/* Whoever makes them dense at run time has nothing to do. */
static void what_densifies_is_a_reshape(void **state)
{
    struct stored stored = sparse[0];
    struct error error = {0};
    struct graph *graph;
    size_t size;
    (void)state;
    stored.index_bytes = 4;
    stored.code = DENSIFY;
    unsigned char *bytes = assemble(&stored, &size), *copy = memory_try(size);
    memcpy(copy, bytes, size);
    need(graph_load_bytes(LITE_NAME, copy, size, NULL, &graph, &error), &error);
    assert_int_equal(graph->n_nodes, 0);
    assert_memory_equal(graph->tensors[graph->outputs[0]].data, dense, sizeof(dense));
    graph_free(graph);
    free(bytes);
}

/* X(what is done to the sparse constant s, by rows or by blocks). */
#define CONTRADICTIONS(X)                                                                          \
    X(0, s.levels[1].indices[2] = 4)                                                               \
    X(0, s.levels[1].indices[2] = -1)                                                              \
    X(0, s.levels[1].starts[1] = 7)                                                                \
    X(0, s.levels[1].starts[2] = 2)                                                                \
    X(0, s.levels[1].starts[4] = 5)                                                                \
    X(0, s.levels[1].n_starts = 4)                                                                 \
    X(0, s.levels[1].n_indices = 5)                                                                \
    X(0, s.n_bytes = 20)                                                                           \
    X(0, s.n_bytes = 23)                                                                           \
    X(0, s.levels[0].dense_size = 3)                                                               \
    X(0, s.levels[0].dense_size = -4)                                                              \
    X(0, s.levels[0].dense_size = INT32_MAX)                                                       \
    X(0, s.order[0] = 1)                                                                           \
    X(0, s.order[0] = 2)                                                                           \
    X(0, s.order[0] = -1)                                                                          \
    X(0, s.n_levels = 1)                                                                           \
    X(1, s.blocks[0] = 2)                                                                          \
    X(1, s.blocks[0] = 1)                                                                          \
    X(1, s.blocks[0] = -1)                                                                         \
    X(1, s.levels[2].dense_size = 3)                                                               \
    X(1, s.levels[2].dense_size = 4)                                                               \
    X(1, s.order[1] = 2, s.order[2] = 1)

static void sparse_constants_that_contradict_themselves_are_refused(void **state)
{
    (void)state;
#define X(from, ...)                                                                               \
    {                                                                                              \
        struct stored s = sparse[from];                                                            \
        s.index_bytes = 4;                                                                         \
        __VA_ARGS__;                                                                               \
        refuses(&s, STATUS_FORMAT, "sparse");                                                      \
    }
    CONTRADICTIONS(X)
#undef X
    struct stored large = sparse[0];
    large.index_bytes = 4;
    large.shape[0] = large.shape[1] = large.levels[0].dense_size = 1 << 15;
    refuses(&large, STATUS_UNSUPPORTED, "1073741824 elements of a constant that the file does not");
}

/* Every flipped bit of such files is an error or another constant. */
static void flipped_bits_do_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sparse); i++) {
        struct stored stored = sparse[i];
        size_t size;
        stored.index_bytes = 2;
        unsigned char *bytes = assemble(&stored, &size);
        for (size_t bit = 0; bit < size * 8; bit++) {
            struct graph *graph;
            struct error error = {0};
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            if (tflite_read(LITE_NAME, bytes, size, NULL, &graph, &error) == STATUS_OK)
                graph_free(graph);
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
        free(bytes);
    }
}

/* --- open shapes ------------------------------------------------------------------------------ */

static void open_dimensions_want_a_shape(void **state)
{
    static const float three[] = {1, 2, 3};
    const struct model_shape shape = {"in", SHAPE(1, 5, 6, 3)};
    const struct load_options options = {.shapes = &shape, .n_shapes = 1, .all_named = true};
    (void)state;
    struct stored stored = {
        .rank = 4,
        .shape = {1, 1, 1, 3},
        .open = {-1, -1, -1, 3},
        .n_bytes = sizeof(three),
        .bytes = three,
    };
    refuses(&stored, STATUS_UNSUPPORTED,
            "dimension 1 of input 'in' (unnamed) is left open, give the shape with --shape");
    size_t size;
    struct error error = {0};
    struct graph *graph;
    unsigned char *bytes = assemble(&stored, &size), *copy = memory_try(size);
    memcpy(copy, bytes, size);
    need(graph_load_bytes(LITE_NAME, copy, size, &options, &graph, &error), &error);
    assert_true(shape_equal(&graph->tensors[graph->inputs[0]].shape, &SHAPE(1, 5, 6, 3)));
    assert_true(shape_equal(&graph->tensors[graph->outputs[0]].shape, &SHAPE(1, 5, 6, 3)));
    graph_free(graph);
    free(bytes);
    stored.open[1] = stored.open[2] = 1; /* the batch alone, which is 1 */
    reads(&stored, TYPE_F32, three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(narrow_integers_are_widened),
        cmocka_unit_test(widened_constants_are_bounded_together),
        cmocka_unit_test(shared_names_are_bounded_together),
        cmocka_unit_test(blocks_have_their_own_scales),
        cmocka_unit_test(sparse_constants_become_dense),
        cmocka_unit_test(what_densifies_is_a_reshape),
        cmocka_unit_test(sparse_constants_that_contradict_themselves_are_refused),
        cmocka_unit_test(flipped_bits_do_no_harm),
        cmocka_unit_test(open_dimensions_want_a_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
