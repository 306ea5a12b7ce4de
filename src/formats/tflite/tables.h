/* The tables of the .tflite schema (version 3) as records; only fields that are read or written
 * here. */
#ifndef FORMATS_TFLITE_TABLES_H
#define FORMATS_TFLITE_TABLES_H

#include "formats/tflite/flatbuffer_schema.h"
#include "graph/params.h"

#define TFLITE_IDENTIFIER "TFL3"
#define TFLITE_VERSION    3

/* The schema's TensorType of int4, which no type of a graph has. */
#define TFLITE_INT4 17

struct model_record {
    uint32_t version;
    struct flatbuffer_vector operator_codes, subgraphs, description, buffers, metadata, signatures;
};

struct signature_record {
    struct flatbuffer_vector inputs, outputs, key; /* of tensor_map_record */
    uint32_t subgraph;
};

struct tensor_map_record {
    struct flatbuffer_vector name;
    uint32_t tensor;
};

struct subgraph_record {
    struct flatbuffer_vector tensors, inputs, outputs, operators, name;
};

struct tensor_record {
    struct flatbuffer_vector shape, name, shape_signature;
    struct flatbuffer_table quantization, sparsity;
    uint32_t buffer, external_buffer;
    int8_t type;
    uint8_t is_variable;
};

struct sparsity_record {
    struct flatbuffer_vector order, block_map, dimensions; /* of dimension_record */
};

struct dimension_record {
    struct flatbuffer_table segments, indices;
    int32_t dense_size;
    int8_t format;
    uint8_t segments_tag, indices_tag;
};

struct index_vector_record {
    struct flatbuffer_vector values;
};

struct blockwise_record {
    int32_t scales, zero_points, block_size; /* the first two are tensors */
};

struct operator_record {
    struct flatbuffer_vector inputs, outputs, intermediates;
    struct flatbuffer_vector custom_options; /* bytes of a FlexBuffer (flexbuffer.h) */
    struct flatbuffer_table options, options_2;
    uint32_t opcode_index;
    uint8_t options_tag, options_2_tag;
};

struct operator_code_record {
    struct flatbuffer_vector custom_code;
    int32_t version, code;
    int8_t short_code; /* all that old files have */
};

struct buffer_record {
    struct flatbuffer_vector data;
    uint64_t offset, size; /* of data behind the tables; used when offset > 1 */
};

struct metadata_record {
    struct flatbuffer_vector name;
    uint32_t buffer;
};

/* Options of STABLEHLO_COMPOSITE. */
struct decomposition_record {
    struct flatbuffer_vector name;
    int32_t subgraph;
};

/* Options of operators on variables. */
struct call_once_record {
    int32_t subgraph;
};

struct var_handle_record {
    struct flatbuffer_vector container, shared_name;
};

struct quantization_record {
    struct flatbuffer_vector scale, zero_point;
    struct flatbuffer_table details;
    uint8_t details_tag;
    int32_t dimension;
};

extern const struct flatbuffer_schema tflite_model, tflite_subgraph, tflite_tensor, tflite_operator,
    tflite_operator_code, tflite_buffer, tflite_metadata, tflite_quantization, tflite_signature,
    tflite_tensor_map, tflite_sparsity, tflite_dimension, tflite_blockwise, tflite_call_once,
    tflite_var_handle, tflite_decomposition;
/* Of four, two and one byte per index. */
extern const struct flatbuffer_schema *const tflite_index_vectors[3];

/* An options table as a record: one cell per field of the parameters' schema. */
#define TFLITE_OPTIONS_MAX 8

union option_cell {
    uint8_t byte;
    int32_t number;
    float real;
    struct flatbuffer_vector vector;
};

/* The description of such a record. The fields are in the caller's array and must stay there. */
struct flatbuffer_schema tflite_options(const struct param_schema *params,
                                        struct flatbuffer_field fields[TFLITE_OPTIONS_MAX])
    __attribute__((nonnull(1, 2)));

/* TFLite's name of any BuiltinOperator code, known here or not ("SVDF"); NULL when there is
 * none. */
const char *tflite_operator_name(int code);
/* Likewise of any TensorType code ("RESOURCE"); the number, in the buffer, of one that is none. */
#define TFLITE_TYPE_TEXT_SIZE 16
const char *tflite_type_text(int32_t code, char buffer[TFLITE_TYPE_TEXT_SIZE]);
struct graph;
struct node;
struct tensor;
/* The first input that holds data, by whose type kernels are told apart; NULL: it is absent. */
const struct tensor *tflite_data_input(const struct graph *graph, const struct node *node)
    __attribute__((nonnull(1, 2)));
/* The version that an operator code must state for what the node uses. */
int32_t tflite_operator_version(const struct graph *graph, const struct node *node)
    __attribute__((nonnull(1, 2)));

#endif
