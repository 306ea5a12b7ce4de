#include "formats/tflite/tables.h"

#define FIELD(kind_, record, member, id, fallback_)                                                \
    {                                                                                              \
        .name = #member, .kind = FLATBUFFER_##kind_, .slot = (id),                                 \
        .offset = offsetof(struct record, member), .fallback = (fallback_)                         \
    }
#define VECTOR(record, member, id, size)                                                           \
    {                                                                                              \
        .name = #member, .kind = FLATBUFFER_VECTOR, .slot = (id), .element_size = (size),          \
        .offset = offsetof(struct record, member)                                                  \
    }
#define SCHEMA(identifier, text)                                                                   \
    const struct flatbuffer_schema identifier = {.name = (text),                                   \
                                                 .count = sizeof(identifier##_fields) /            \
                                                          sizeof(identifier##_fields[0]),          \
                                                 .fields = identifier##_fields}

static const struct flatbuffer_field tflite_model_fields[] = {
    FIELD(32, model_record, version, 0, 0), VECTOR(model_record, operator_codes, 1, 4),
    VECTOR(model_record, subgraphs, 2, 4),  FIELD(STRING, model_record, description, 3, 0),
    VECTOR(model_record, buffers, 4, 4),    VECTOR(model_record, metadata, 6, 4),
    VECTOR(model_record, signatures, 7, 4),
};
SCHEMA(tflite_model, "Model");

static const struct flatbuffer_field tflite_signature_fields[] = {
    VECTOR(signature_record, inputs, 0, 4),
    VECTOR(signature_record, outputs, 1, 4),
    FIELD(STRING, signature_record, key, 2, 0),
    FIELD(32, signature_record, subgraph, 4, 0),
};
SCHEMA(tflite_signature, "SignatureDef");

static const struct flatbuffer_field tflite_tensor_map_fields[] = {
    FIELD(STRING, tensor_map_record, name, 0, 0),
    FIELD(32, tensor_map_record, tensor, 1, 0),
};
SCHEMA(tflite_tensor_map, "TensorMap");

static const struct flatbuffer_field tflite_subgraph_fields[] = {
    VECTOR(subgraph_record, tensors, 0, 4),     VECTOR(subgraph_record, inputs, 1, 4),
    VECTOR(subgraph_record, outputs, 2, 4),     VECTOR(subgraph_record, operators, 3, 4),
    FIELD(STRING, subgraph_record, name, 4, 0),
};
SCHEMA(tflite_subgraph, "SubGraph");

static const struct flatbuffer_field tflite_tensor_fields[] = {
    VECTOR(tensor_record, shape, 0, 4),
    FIELD(8, tensor_record, type, 1, 0),
    FIELD(32, tensor_record, buffer, 2, 0),
    FIELD(STRING, tensor_record, name, 3, 0),
    FIELD(TABLE, tensor_record, quantization, 4, 0),
    FIELD(BOOL, tensor_record, is_variable, 5, 0),
    FIELD(TABLE, tensor_record, sparsity, 6, 0),
    VECTOR(tensor_record, shape_signature, 7, 4),
    FIELD(32, tensor_record, external_buffer, 10, 0),
};
SCHEMA(tflite_tensor, "Tensor");

static const struct flatbuffer_field tflite_operator_fields[] = {
    FIELD(32, operator_record, opcode_index, 0, 0),
    VECTOR(operator_record, inputs, 1, 4),
    VECTOR(operator_record, outputs, 2, 4),
    FIELD(8, operator_record, options_tag, 3, 0),
    FIELD(TABLE, operator_record, options, 4, 0),
    VECTOR(operator_record, custom_options, 5, 1),
    VECTOR(operator_record, intermediates, 8, 4),
    FIELD(8, operator_record, options_2_tag, 11, 0),
    FIELD(TABLE, operator_record, options_2, 12, 0),
};
SCHEMA(tflite_operator, "Operator");

static const struct flatbuffer_field tflite_operator_code_fields[] = {
    FIELD(8, operator_code_record, short_code, 0, 0),
    FIELD(STRING, operator_code_record, custom_code, 1, 0),
    FIELD(32, operator_code_record, version, 2, 1),
    FIELD(32, operator_code_record, code, 3, 0),
};
SCHEMA(tflite_operator_code, "OperatorCode");

static const struct flatbuffer_field tflite_buffer_fields[] = {
    VECTOR(buffer_record, data, 0, 1),
    FIELD(64, buffer_record, offset, 1, 0),
    FIELD(64, buffer_record, size, 2, 0),
};
SCHEMA(tflite_buffer, "Buffer");

static const struct flatbuffer_field tflite_metadata_fields[] = {
    FIELD(STRING, metadata_record, name, 0, 0),
    FIELD(32, metadata_record, buffer, 1, 0),
};
SCHEMA(tflite_metadata, "Metadata");

static const struct flatbuffer_field tflite_decomposition_fields[] = {
    FIELD(STRING, decomposition_record, name, 0, 0),
    FIELD(32, decomposition_record, subgraph, 1, 0),
};
SCHEMA(tflite_decomposition, "StableHLOCompositeOptions");

static const struct flatbuffer_field tflite_call_once_fields[] = {
    FIELD(32, call_once_record, subgraph, 0, 0),
};
SCHEMA(tflite_call_once, "CallOnceOptions");

static const struct flatbuffer_field tflite_var_handle_fields[] = {
    FIELD(STRING, var_handle_record, container, 0, 0),
    FIELD(STRING, var_handle_record, shared_name, 1, 0),
};
SCHEMA(tflite_var_handle, "VarHandleOptions");

static const struct flatbuffer_field tflite_quantization_fields[] = {
    VECTOR(quantization_record, scale, 2, 4),
    VECTOR(quantization_record, zero_point, 3, 8),
    FIELD(8, quantization_record, details_tag, 4, 0),
    FIELD(TABLE, quantization_record, details, 5, 0),
    FIELD(32, quantization_record, dimension, 6, 0),
};
SCHEMA(tflite_quantization, "QuantizationParameters");

static const struct flatbuffer_field tflite_sparsity_fields[] = {
    VECTOR(sparsity_record, order, 0, 4),
    VECTOR(sparsity_record, block_map, 1, 4),
    VECTOR(sparsity_record, dimensions, 2, 4),
};
SCHEMA(tflite_sparsity, "SparsityParameters");

static const struct flatbuffer_field tflite_dimension_fields[] = {
    FIELD(8, dimension_record, format, 0, 0),       FIELD(32, dimension_record, dense_size, 1, 0),
    FIELD(8, dimension_record, segments_tag, 2, 0), FIELD(TABLE, dimension_record, segments, 3, 0),
    FIELD(8, dimension_record, indices_tag, 4, 0),  FIELD(TABLE, dimension_record, indices, 5, 0),
};
SCHEMA(tflite_dimension, "DimensionMetadata");

static const struct flatbuffer_field words_fields[] = {VECTOR(index_vector_record, values, 0, 4)};
static const struct flatbuffer_field shorts_fields[] = {VECTOR(index_vector_record, values, 0, 2)};
static const struct flatbuffer_field bytes_fields[] = {VECTOR(index_vector_record, values, 0, 1)};
static SCHEMA(words, "Int32Vector");
static SCHEMA(shorts, "Uint16Vector");
static SCHEMA(bytes, "Uint8Vector");
const struct flatbuffer_schema *const tflite_index_vectors[3] = {&words, &shorts, &bytes};

static const struct flatbuffer_field tflite_blockwise_fields[] = {
    FIELD(32, blockwise_record, scales, 0, 0),
    FIELD(32, blockwise_record, zero_points, 1, 0),
    FIELD(32, blockwise_record, block_size, 2, 0),
};
SCHEMA(tflite_blockwise, "BlockwiseQuantization");

static enum flatbuffer_kind kind_in_file(enum field_kind kind)
{
    static const enum flatbuffer_kind kinds[] = {
        [FIELD_INT] = FLATBUFFER_32,       [FIELD_BOOL] = FLATBUFFER_BOOL,
        [FIELD_BYTE] = FLATBUFFER_8,       [FIELD_PADDING] = FLATBUFFER_8,
        [FIELD_ACTIVATION] = FLATBUFFER_8, [FIELD_MIRROR] = FLATBUFFER_8,
        [FIELD_TYPE] = FLATBUFFER_8,       [FIELD_FLOAT] = FLATBUFFER_32,
        [FIELD_INTS] = FLATBUFFER_VECTOR,
    };
    return kinds[kind];
}

struct flatbuffer_schema tflite_options(const struct param_schema *params,
                                        struct flatbuffer_field fields[TFLITE_OPTIONS_MAX])
{
    size_t count = 0;
    for (int i = 0; i < params->count; i++) {
        const struct param_field *param = &params->fields[i];
        if (param->slot < 0)
            continue;
        bool is_type = param->kind == FIELD_TYPE;
        fields[count++] = (struct flatbuffer_field){
            .name = param->name,
            .kind = kind_in_file(param->kind),
            .slot = param->slot,
            .element_size = sizeof(int32_t),
            .offset = (size_t)i * sizeof(union option_cell),
            .fallback = is_type ? type_table[param->fallback].tflite_code : param->fallback,
        };
    }
    return (struct flatbuffer_schema){.name = params->name, .count = count, .fields = fields};
}
