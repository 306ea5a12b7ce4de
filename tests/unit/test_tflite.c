/* Reading the .tflite format: what is not supported is refused by name, and no bytes whatsoever
 * make a graph that is not sound. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/tflite/flatbuffer_reader.h"
#include "formats/tflite/tables.h"
#include "formats/tflite/tflite.h"
#include "graph/infer.h"
#include "need.h"
#include "tflite_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* --- what is refused -------------------------------------------------------------------------- */

/* The parts of a file of one node with one constant, to be changed before they are put together. */
struct parts {
    struct model_record model;
    struct operator_code_record code;
    struct operator_record node;
    struct tensor_record tensors[3];         /* input, constant, output */
    struct quantization_record quantization; /* the constant's */
    struct buffer_record buffer;
    int32_t shape[8], inputs[2], outputs[1], ends[2], list[8];
    int rank, n_outputs, n_list, n_bytes, n_scales, n_zeros, subgraphs;
    float scales[2];
    int64_t zeros[2];
    union option_cell options[4];
    const struct flatbuffer_schema *schema; /* of the options; NULL: none */
    const char *custom, *metadata;          /* name of an entry; NULL: there is none */
    uint32_t metadata_buffer;
    bool is_sparse, is_open;
};

static struct parts sound_parts(void)
{
    struct parts parts = {
        .model.version = 3,
        .code = {.version = 1, .code = 0},
        .tensors = {{.type = 9}, {.type = 9, .buffer = 1}, {.type = 9}},
        .shape = {2, 3},
        .rank = 2,
        .inputs = {0, 1},
        .outputs = {2},
        .ends = {0, 2},
        .n_outputs = 1,
        .n_bytes = 6,
        .scales = {0.5f, 0.25f},
        .n_scales = 1,
        .n_zeros = 1,
        .subgraphs = 1,
        .custom = "",
    };
    return parts;
}

static void add_node_parts(struct flatbuffer_builder *builder, struct parts *parts)
{
    if (parts->n_list > 0)
        parts->options[0].vector = lite_ints(builder, parts->list, parts->n_list);
    if (parts->schema)
        parts->node.options = flatbuffer_add_table(builder, parts->schema, parts->options);
    parts->node.inputs = lite_ints(builder, parts->inputs, 2);
    parts->node.outputs = lite_ints(builder, parts->outputs, 1);
    parts->code.custom_code = flatbuffer_add_string(builder, parts->custom);
}

static struct flatbuffer_vector add_tensor_parts(struct flatbuffer_builder *builder,
                                                 struct parts *parts)
{
    static const char *const names[] = {"in", "constant", "out\033"};
    static const struct flatbuffer_schema nothing = {.name = ""};
    parts->quantization.zero_point =
        flatbuffer_add_vector(builder, parts->zeros, (size_t)parts->n_zeros, 8, 8);
    parts->quantization.scale =
        flatbuffer_add_vector(builder, parts->scales, (size_t)parts->n_scales, 4, 4);
    for (int i = 0; i < 3; i++) {
        struct tensor_record *tensor = &parts->tensors[i];
        tensor->shape = lite_ints(builder, parts->shape, parts->rank);
        tensor->name = flatbuffer_add_string(builder, names[i]);
        if (parts->is_open)
            tensor->shape_signature = lite_ints(builder, (int32_t[]){-1, 3}, 2);
        if (i == 1)
            tensor->quantization =
                flatbuffer_add_table(builder, &tflite_quantization, &parts->quantization);
        if (i == 1 && parts->is_sparse)
            tensor->sparsity = flatbuffer_add_table(builder, &nothing, &nothing);
    }
    return lite_list(builder, &tflite_tensor, parts->tensors, sizeof(parts->tensors[0]), 3);
}

/* Puts the parts together; the bytes are the caller's. */
static unsigned char *assemble(struct parts *parts, size_t *size)
{
    static const unsigned char data[64] = {1, 2, 3, 4, 5, 6};
    struct flatbuffer_builder builder;
    struct subgraph_record subgraph;
    struct buffer_record buffers[2] = {{.offset = 0}};
    flatbuffer_builder_init(&builder, FLATBUFFER_BYTES_MAX);
    if (parts->n_bytes > 0)
        parts->buffer.data = flatbuffer_add_vector(&builder, data, (size_t)parts->n_bytes, 1, 16);
    buffers[1] = parts->buffer;
    parts->model.buffers = lite_list(&builder, &tflite_buffer, buffers, sizeof(buffers[0]), 2);
    add_node_parts(&builder, parts);
    subgraph.tensors = add_tensor_parts(&builder, parts);
    subgraph.operators = lite_list(&builder, &tflite_operator, &parts->node, 0, 1);
    subgraph.inputs = lite_ints(&builder, parts->ends, 1);
    subgraph.outputs = lite_ints(&builder, parts->ends + 1, parts->n_outputs);
    subgraph.name = flatbuffer_add_string(&builder, "main");
    parts->model.subgraphs =
        lite_list(&builder, &tflite_subgraph, &subgraph, 0, (size_t)parts->subgraphs);
    if (parts->metadata) {
        struct metadata_record metadata = {
            .name = flatbuffer_add_string(&builder, parts->metadata),
            .buffer = parts->metadata_buffer,
        };
        parts->model.metadata = lite_list(&builder, &tflite_metadata, &metadata, 0, 1);
    }
    parts->model.operator_codes = lite_list(&builder, &tflite_operator_code, &parts->code, 0, 1);
    return lite_finish(&builder, &parts->model, size);
}

/* A byte as field 0 or as field 3 of an options table, and a list as field 0. */
static const struct flatbuffer_field byte_0[] = {{.name = "", .kind = FLATBUFFER_8, .slot = 0}};
static const struct flatbuffer_field byte_3[] = {{.name = "", .kind = FLATBUFFER_8, .slot = 3}};
static const struct flatbuffer_field list_0[] = {
    {.name = "", .kind = FLATBUFFER_VECTOR, .slot = 0, .element_size = 4}};
static const struct flatbuffer_schema options_byte_0 = {"", 1, byte_0},
                                      options_byte_3 = {"", 1, byte_3},
                                      options_list_0 = {"", 1, list_0};

/* X(status, part of the message, what is done to the sound parts p). */
#define REFUSALS(X)                                                                                \
    X(UNSUPPORTED, "unsupported operators: custom 'My?Op' x1 (first: node 0)", p.code.code = 32,   \
      p.custom = "My\tOp")                                                                         \
    X(UNSUPPORTED, "unsupported operators: RNN x1 (first: node 0)", p.code.short_code = 24)        \
    X(UNSUPPORTED, "operators: RELU_0_TO_1 x1", p.code.short_code = 127, p.code.code = 152)        \
    X(UNSUPPORTED, "operators: WHILE x1", p.code.code = 119, p.subgraphs = 3)                      \
    X(FORMAT, "node 0: unknown operator code 210", p.code.code = 210)                              \
    X(FORMAT, "node 0: operator code 1 is out of range, the file has 1", p.node.opcode_index = 1)  \
    X(FORMAT, "node 0: 2 inputs and 1 outputs, expected 0 and 0", p.code.code = 129)               \
    X(FORMAT, "node 0: 2 inputs and 1 outputs, expected 0 and 1", p.code.code = 142)               \
    X(FORMAT, "node 0: 2 inputs and 1 outputs, expected 1 and 1", p.code.code = 143)               \
    X(FORMAT, "node 0: 2 inputs and 1 outputs, expected 2 and 0", p.code.code = 144)               \
    X(FORMAT, "variable tensor 'constant' has data", p.tensors[1].is_variable = 1)                 \
    X(UNSUPPORTED, "output 0 of the graph is a resource", p.tensors[2].type = 13)                  \
    X(UNSUPPORTED, "input 0 is a resource, which ADD does not take", p.tensors[0].type = 13)       \
    X(FORMAT, "tensor 1 ('constant'): 0 sparse dimensions for rank 2", p.is_sparse = true)         \
    X(UNSUPPORTED, "tensors: data in another file x1 (first: tensor 2 'out?' of node 0 (ADD))",    \
      p.tensors[2].external_buffer = 1)                                                            \
    X(UNSUPPORTED,                                                                                 \
      "unsupported element types: STRING x1 (first: tensor 0 'in' of node 0 (ADD)); cut off what", \
      p.tensors[0].type = 5)                                                                       \
    X(UNSUPPORTED, "unsupported element types: COMPLEX64 x1 (first: tensor 2 'out?' of node 0",    \
      p.tensors[2].type = 8)                                                                       \
    X(UNSUPPORTED, "unsupported tensors: less than a byte per element x1", p.tensors[0].type = 17) \
    X(UNSUPPORTED,                                                                                 \
      "RNN x1 (first: node 0); unsupported element types: STRING x1, COMPLEX64 x1 (first",         \
      p.code.short_code = 24, p.tensors[0].type = 5, p.tensors[2].type = 8)                        \
    X(UNSUPPORTED, "unsupported element types: -1 x1", p.tensors[0].type = -1)                     \
    X(UNSUPPORTED, "tensor 0 ('in'): rank 7, at most 6", p.rank = 7)                               \
    X(FORMAT, "tensor 0 ('in'): impossible shape", p.shape[1] = -3)                                \
    X(FORMAT, "impossible shape", p.shape[0] = p.shape[1] = INT32_MAX)                             \
    X(FORMAT, "tensor 2 ('out?'): buffer 2 is out of range, the file has 2",                       \
      p.tensors[2].buffer = 2)                                                                     \
    X(FORMAT, "tensor 1 ('constant'): 5 bytes of data, expected 6", p.n_bytes = 5)                 \
    X(FORMAT, "7 bytes of data, expected 6", p.n_bytes = 7)                                        \
    X(FORMAT, "6 bytes of data at byte 99999", p.n_bytes = 0, p.buffer.offset = 99999,             \
      p.buffer.size = 6)                                                                           \
    X(FORMAT, "bytes of data at byte 2 exceed", p.n_bytes = 0, p.buffer.offset = 2,                \
      p.buffer.size = UINT64_MAX)                                                                  \
    X(UNSUPPORTED, "custom quantization", p.quantization.details_tag = 1)                          \
    X(FORMAT, "2 scales but 1 zero points", p.n_scales = 2)                                        \
    X(FORMAT, "1 scales but 0 zero points", p.n_zeros = 0)                                         \
    X(FORMAT, "zero point 0 is 4294967296", p.zeros[0] = INT64_C(1) << 32)                         \
    X(FORMAT, "zero point -129 is outside int8", p.zeros[0] = -129)                                \
    X(FORMAT, "scale 0 is 0", p.scales[0] = 0.0f)                                                  \
    X(UNSUPPORTED, "input 1 ('constant') has the scale -0.5: only weights may be negative",        \
      p.scales[0] = -0.5f)                                                                         \
    X(FORMAT, "scale 0 is inf", p.scales[0] = INFINITY)                                            \
    X(FORMAT, "2 scales do not fit dimension 1", p.n_scales = p.n_zeros = 2,                       \
      p.quantization.dimension = 1)                                                                \
    X(FORMAT, "2 scales do not fit dimension -1", p.n_scales = p.n_zeros = 2,                      \
      p.quantization.dimension = -1)                                                               \
    X(FORMAT, "options of kind 21, expected 11", p.node.options_tag = 21,                          \
      p.schema = &options_byte_0)                                                                  \
    X(UNSUPPORTED, "options of kind 2-5 are not supported", p.node.options_2_tag = 5)              \
    X(FORMAT, "unknown value 6 of option 'fused_activation_function'", p.node.options_tag = 11,    \
      p.schema = &options_byte_0, p.options[0].byte = 6)                                           \
    X(FORMAT, "unknown value 2 of option 'padding'", p.code.code = 3, p.node.options_tag = 1,      \
      p.schema = &options_byte_0, p.options[0].byte = 2)                                           \
    X(FORMAT, "unknown value 255 of option 'fused_activation_function'", p.code.code = 3,          \
      p.node.options_tag = 1, p.schema = &options_byte_3, p.options[0].byte = 255)                 \
    X(FORMAT, "unknown value 5 of option 'in_data_type'", p.code.code = 53,                        \
      p.node.options_tag = 37, p.schema = &options_byte_0, p.options[0].byte = 5)                  \
    X(UNSUPPORTED, "7 dimensions, at most 6", p.code.code = 22, p.node.options_tag = 17,           \
      p.schema = &options_list_0, p.n_list = 7)                                                    \
    X(UNSUPPORTED, "schema version 2 is not supported, expected 3", p.model.version = 2)           \
    X(FORMAT, "metadata 0: buffer 2 is out of range, the file has 2",                              \
      p.metadata = "quantop.rounding", p.metadata_buffer = 2)                                      \
    X(FORMAT, "no subgraph", p.subgraphs = 0)                                                      \
    X(FORMAT, "the graph has no output", p.n_outputs = 0)                                          \
    X(FORMAT, "the graph's input 0 is tensor -1 of 3", p.ends[0] = -1)                             \
    X(FORMAT, "the graph's output 0 is tensor 3 of 3", p.ends[1] = 3)                              \
    X(FORMAT, "node 0: input 0 is tensor -1 of 3", p.code.code = 144, p.inputs[0] = -1)            \
    X(FORMAT, "input 0 (left operand) is missing", p.inputs[0] = -1)                               \
    X(FORMAT, "input 1 is tensor 3 of 3", p.inputs[1] = 3)                                         \
    X(FORMAT, "a constant, an input, or written twice", p.outputs[0] = 1)

static void check_refused(struct parts parts, enum status expected, const char *message)
{
    size_t size;
    unsigned char *bytes = assemble(&parts, &size);
    lite_read_refused(bytes, size, expected, message);
    free(bytes);
}

static void what_is_not_supported_is_refused_by_name(void **state)
{
    (void)state;
#define X(status, message, ...)                                                                    \
    {                                                                                              \
        struct parts p = sound_parts();                                                            \
        __VA_ARGS__;                                                                               \
        check_refused(p, STATUS_##status, message);                                                \
    }
    REFUSALS(X)
#undef X
}

static struct graph *read_parts(struct parts parts, unsigned char **bytes)
{
    size_t size;
    *bytes = assemble(&parts, &size);
    return lite_read(*bytes, size);
}

/* Only the first subgraph is the model's; the others belong to operators that call them. */
static void sound_parts_are_read(void **state)
{
    struct parts parts = sound_parts();
    unsigned char *bytes;
    (void)state;
    parts.subgraphs = 3;
    parts.metadata = "min_runtime_version"; /* somebody else's is not looked at */
    parts.metadata_buffer = 9;
    parts.tensors[0].type = 0; /* ranges that training left on real numbers do not quantize them */
    struct graph *graph = read_parts(parts, &bytes);
    assert_int_equal(graph->nodes[0].op, OP_ADD);
    assert_int_equal(graph->nodes[0].params.arithmetic.pot_scale_int16, 1);
    assert_string_equal(graph->tensors[2].name, "out?");
    assert_int_equal(graph->tensors[1].quant.count, 1);
    assert_memory_equal(graph->tensors[1].data, ((char[]){1, 2, 3, 4, 5, 6}), 6);
    assert_null(graph->tensors[0].data);
    assert_int_equal(graph->rounding, ROUNDING_TWICE);
    graph_free(graph);
    free(bytes);
}

/* What others say in their files goes into those that are written; of what does not, it is told. */
static void what_files_say_beside_the_graph_is_kept_or_told(void **state)
{
    struct parts parts = sound_parts();
    unsigned char *bytes;
    struct text text = {0};
    (void)state;
    parts.metadata = "TFLITE_METADATA";
    parts.metadata_buffer = 1;
    parts.is_open = true;
    struct graph *graph = read_parts(parts, &bytes);
    assert_int_equal(graph->n_metadata, 1);
    assert_string_equal(graph->metadata[0].name, "TFLITE_METADATA");
    assert_memory_equal(graph->metadata[0].bytes, ((char[]){1, 2, 3, 4, 5, 6}), 6);
    model_left_out(&tflite_format, graph, &text);
    assert_string_equal(text.bytes, "not in the written file: open sizes of inputs");
    text_clear(&text);
    model_left_out(model_format_for(".onnx"), graph, &text);
    assert_string_equal(text.bytes, "not in the written file: open sizes of inputs, metadata");
    text_release(&text);
    graph_free(graph);
    free(bytes);
    parts.metadata_buffer = 1; /* behind the tables, as far as the reader knows */
    parts.is_open = false;
    parts.n_bytes = 0;
    parts.buffer = (struct buffer_record){.offset = 4, .size = 6};
    graph = read_parts(parts, &bytes);
    assert_int_equal(graph->n_metadata, 1);
    assert_int_equal(graph->metadata[0].size, 6);
    assert_ptr_equal(graph->metadata[0].bytes, bytes + 4);
    graph_free(graph);
    free(bytes);
    parts = sound_parts();
    parts.metadata = "TFLITE_METADATA";
    parts.metadata_buffer = 9; /* damaged, and nobody's concern */
    parts.is_open = false;
    graph = read_parts(parts, &bytes);
    assert_int_equal(graph->n_metadata, 0);
    assert_string_equal(graph->left_out, "");
    graph_free(graph);
    free(bytes);
}

/* Bytes that name no rounding, and none at all. */
static void an_unknown_rounding_is_the_usual_one(void **state)
{
    (void)state;
    for (uint32_t buffer = 0; buffer < 2; buffer++) {
        struct parts parts = sound_parts();
        unsigned char *bytes;
        parts.metadata = "quantop.rounding";
        parts.metadata_buffer = buffer;
        struct graph *graph = read_parts(parts, &bytes);
        assert_int_equal(graph->rounding, ROUNDING_TWICE);
        graph_free(graph);
        free(bytes);
    }
}

/* Large models keep their constants behind the tables. */
static void data_behind_the_tables_is_read(void **state)
{
    struct parts parts = sound_parts();
    size_t size;
    struct error error = {0};
    struct graph *graph;
    (void)state;
    parts.n_bytes = 0;
    parts.buffer = (struct buffer_record){.offset = 2048, .size = 6};
    unsigned char *bytes = assemble(&parts, &size), *longer = calloc(1, 2054);
    assert_in_range(size, 1, 2048);
    memcpy(longer, bytes, size);
    memcpy(longer + 2048, "abcdef", 6);
    need(tflite_read(LITE_NAME, longer, 2054, NULL, &graph, &error), &error);
    assert_memory_equal(graph->tensors[1].data, "abcdef", 6);
    graph_free(graph);
    assert_int_equal(tflite_read(LITE_NAME, longer, 2053, NULL, &graph, &error), STATUS_FORMAT);
    free(bytes);
    free(longer);
}

/* Fields that are stored although they are what is left out otherwise, each with its own width. */
static void options_are_as_wide_as_the_schema_says(void **state)
{
    static const struct flatbuffer_field bytes_0_to_2[] = {
        {.name = "", .kind = FLATBUFFER_8, .slot = 0, .offset = 0, .fallback = 77},
        {.name = "", .kind = FLATBUFFER_8, .slot = 1, .offset = 1, .fallback = 77},
        {.name = "", .kind = FLATBUFFER_8, .slot = 2, .offset = 2, .fallback = 77}};
    static const struct flatbuffer_schema schema = {"", 3, bytes_0_to_2};
    (void)state;
    for (int format = 0; format < 2; format++) {
        struct parts parts = sound_parts();
        unsigned char *bytes;
        parts.code.code = 9;
        parts.node.options_tag = 8;
        parts.schema = &schema;
        memcpy(parts.options, (unsigned char[]){1, (unsigned char)format, 1}, 3);
        struct graph *graph = read_parts(parts, &bytes);
        const struct dense_params *dense = &graph->nodes[0].params.dense;
        assert_int_equal(dense->activation, ACTIVATION_RELU);
        assert_int_equal(dense->weights_format, format);
        assert_int_equal(dense->keep_num_dims, 1);
        assert_int_equal(dense->asymmetric_inputs, 0);
        graph_free(graph);
        free(bytes);
    }
}

/* --- any bytes -------------------------------------------------------------------------------- */

/* Reads a copy that ends where it ends, so that a sanitizer sees any access behind it. */
static void read_any(const unsigned char *bytes, size_t size)
{
    struct error error = {0};
    struct graph *graph;
    void *copy = NULL;
    assert_int_equal(posix_memalign(&copy, 64, size), 0);
    if (size > 0)
        memcpy(copy, bytes, size);
    if (tflite_read(LITE_NAME, copy, size, NULL, &graph, &error) == STATUS_OK) {
        need(graph_check(graph, &error), &error);
        for (int i = 0; i < graph->n_nodes; i++)
            if (infer_node(graph, &graph->nodes[i], &error) != STATUS_OK)
                assert_string_not_equal(error.text, "");
        graph_free(graph);
    } else {
        assert_true(strncmp(error.where, LITE_NAME, strlen(LITE_NAME)) == 0 &&
                    error.text[0] != '\0');
    }
    free(copy);
}

/* A small model with every kind of thing in it: lists, options, scales per channel, strings. */
static struct graph *small_model(void)
{
    struct graph *graph = lite_node(OP_CONV_2D, TYPE_I8, 3, NO_TENSOR);
    const union op_params shape = {.vector = {1, 2, {3, -1}}};
    int flat = lite_tensor(graph, TYPE_I8, 1, false);
    graph_add_node(graph, OP_RESHAPE, graph->outputs, 1, &flat, 1, &shape);
    graph_set_outputs(graph, &flat, 1);
    return graph;
}

static void every_prefix_is_an_error_or_a_sound_graph(void **state)
{
    struct graph *graph = small_model();
    struct lite_file file = lite_write_and_read(graph);
    (void)state;
    for (size_t size = 0; size < file.size; size++)
        read_any(file.bytes, size);
    lite_file_release(&file);
    graph_free(graph);
}

static void every_flipped_bit_is_an_error_or_a_sound_graph(void **state)
{
    struct graph *graph = small_model();
    struct lite_file file = lite_write_and_read(graph);
    (void)state;
    assert_in_range(file.size, 512, 2048);
    for (size_t bit = 0; bit < file.size * 8; bit++) {
        file.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        read_any(file.bytes, file.size);
        file.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    lite_file_release(&file);
    graph_free(graph);
}

/* A file of one table with one field, by hand: a header, a vtable, the table, a string. */
static const unsigned char by_hand[32] = {
    16, 0, 0, 0, 'T', 'E', 'S', 'T', /* the table is at byte 16 */
    6,  0, 8, 0, 4,   0,   0,   0,   /* bytes of the vtable and of the table; field 0 at 4 */
    8,  0, 0, 0, 4,   0,   0,   0,   /* the vtable is 8 before; the field leads 4 further */
    3,  0, 0, 0, 'a', 'b', 'c', 0,
};

/* The status of reading field 0 of such a file as a string or as a number. */
static enum status read_by_hand(const unsigned char *bytes, size_t size, enum flatbuffer_kind kind)
{
    const struct flatbuffer_field field = {.name = "field", .kind = kind};
    const struct flatbuffer_schema schema = {"Table", 1, &field};
    struct flatbuffer file;
    struct flatbuffer_table root;
    struct flatbuffer_vector member = {0};
    struct error error = {0};
    unsigned char *copy = memcpy(malloc(size), bytes, size);
    enum status status = flatbuffer_open(&file, copy, size, "TEST", &root, &error);
    if (status == STATUS_OK)
        status = flatbuffer_read(&file, &root, &schema, &member, &error);
    if (status == STATUS_OK && kind == FLATBUFFER_STRING)
        assert_memory_equal(flatbuffer_elements(&file, &member), "abc", 4);
    assert_true(status == STATUS_OK || error.text[0] != '\0');
    free(copy);
    return status;
}

static void places_outside_the_file_or_the_table_are_refused(void **state)
{
    const struct {
        size_t size;
        int at, bytes;
        int32_t value; /* written there */
    } cases[] = {
        {31, 0, 0, 0},    {27, 0, 0, 0},          {23, 0, 0, 0},          {19, 0, 0, 0},
        {32, 0, 4, 0},    {32, 0, 4, 18},         {32, 0, 4, 32},         {32, 0, 4, INT32_MAX},
        {32, 0, 4, -16},  {32, 4, 1, 'X'},        {32, 16, 4, 7},         {32, 16, 4, 17},
        {32, 16, 4, -16}, {32, 16, 4, INT32_MIN}, {32, 16, 4, INT32_MAX}, {32, 8, 2, 0},
        {32, 8, 2, 2},    {32, 8, 2, 7},          {32, 8, 2, 26},         {32, 8, 2, 0xfffe},
        {32, 10, 2, 3},   {32, 10, 2, 7},         {32, 10, 2, 17},        {32, 10, 2, 0xffff},
        {32, 12, 2, 3},   {32, 12, 2, 5},         {32, 12, 2, 0xffff},    {32, 20, 4, 0},
        {32, 20, 4, 3},   {32, 20, 4, 12},        {32, 20, 4, -4},        {32, 24, 4, 4},
        {32, 24, 4, 2},   {32, 24, 4, -1},        {32, 31, 1, 'd'}};
    (void)state;
    assert_int_equal(read_by_hand(by_hand, 32, FLATBUFFER_STRING), STATUS_OK);
    assert_int_equal(read_by_hand(by_hand, 24, FLATBUFFER_32), STATUS_OK);
    assert_int_equal(read_by_hand(by_hand, 23, FLATBUFFER_32), STATUS_FORMAT);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        unsigned char bytes[32];
        memcpy(bytes, by_hand, sizeof(bytes));
        memcpy(bytes + cases[i].at, &cases[i].value, (size_t)cases[i].bytes);
        bool is_table = cases[i].size == 32 && cases[i].at < 20; /* wrong for every kind of field */
        if (read_by_hand(bytes, cases[i].size, FLATBUFFER_STRING) != STATUS_FORMAT ||
            (is_table && read_by_hand(bytes, 32, FLATBUFFER_32) != STATUS_FORMAT))
            fail_msg("%zu bytes with %d at byte %d are read", cases[i].size, cases[i].value,
                     cases[i].at);
    }
}

/* Offsets may lead to the same table again and again; somebody has to stop. */
static void tables_are_opened_so_many_times_only(void **state)
{
    struct parts parts = sound_parts();
    struct flatbuffer reader;
    struct flatbuffer_table root, table;
    struct model_record model;
    struct error error = {0};
    size_t size;
    unsigned char *bytes = assemble(&parts, &size);
    (void)state;
    need(flatbuffer_open(&reader, bytes, size, "TFL3", &root, &error), &error);
    assert_int_equal(reader.tables_left, FLATBUFFER_TABLES_MAX - 1);
    need(flatbuffer_read(&reader, &root, &tflite_model, &model, &error), &error);
    reader.tables_left = 2;
    need(flatbuffer_table_at(&reader, &model.buffers, 0, &table, &error), &error);
    need(flatbuffer_table_at(&reader, &model.buffers, 0, &table, &error), &error);
    assert_int_equal(flatbuffer_table_at(&reader, &model.buffers, 0, &table, &error),
                     STATUS_FORMAT);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_supported_is_refused_by_name),
        cmocka_unit_test(sound_parts_are_read),
        cmocka_unit_test(what_files_say_beside_the_graph_is_kept_or_told),
        cmocka_unit_test(an_unknown_rounding_is_the_usual_one),
        cmocka_unit_test(data_behind_the_tables_is_read),
        cmocka_unit_test(options_are_as_wide_as_the_schema_says),
        cmocka_unit_test(every_prefix_is_an_error_or_a_sound_graph),
        cmocka_unit_test(every_flipped_bit_is_an_error_or_a_sound_graph),
        cmocka_unit_test(places_outside_the_file_or_the_table_are_refused),
        cmocka_unit_test(tables_are_opened_so_many_times_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
