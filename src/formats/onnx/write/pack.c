/* From the parts of an .onnx file to its bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/metadata.h"
#include "formats/onnx/onnx.h"
#include "formats/onnx/write/file.h"

/* No protobuf message may be longer. */
#define MESSAGE_BYTES_MAX ((size_t)INT32_MAX)

static char *copy(struct onnx_file *file, const char *text)
{
    return arena_strdup(file->arena, text);
}

/* Marks what the outputs need, from the last node to the first. */
static void mark(struct onnx_file *file)
{
    for (size_t i = 0; i < file->n_outputs; i++)
        file->values[file->outputs[i].value].is_needed = true;
    for (size_t n = file->n_nodes; n-- > 0;) {
        const struct onnx_node *node = file->nodes[n];
        bool needed = false;
        for (size_t i = 0; i < node->message.n_output; i++)
            needed = needed || file->values[node->outputs[i]].is_needed;
        for (size_t i = 0; needed && i < node->message.n_input; i++)
            file->values[node->inputs[i]].is_needed = node->inputs[i] != NO_VALUE;
    }
}

/* The names of values; "" for absent inputs and unused outputs. */
static char **name_list(struct onnx_file *file, const int *values, size_t count)
{
    char **names = arena_alloc(file->arena, (count + 1) * sizeof(*names));
    for (size_t i = 0; i < count; i++) {
        const struct onnx_value *value = &file->values[values[i]];
        names[i] = value->is_needed ? value->name : copy(file, "");
    }
    return names;
}

static void pack_nodes(struct onnx_file *file, Onnx__Graph *graph)
{
    graph->node = arena_alloc(file->arena, (file->n_nodes + 1) * sizeof(*graph->node));
    for (size_t n = 0; n < file->n_nodes; n++) {
        struct onnx_node *node = file->nodes[n];
        Onnx__Node *message = &node->message;
        size_t wanted = message->n_output;
        while (wanted > 0 && !file->values[node->outputs[wanted - 1]].is_needed)
            wanted--;
        if (wanted == 0)
            continue;
        message->n_output = wanted;
        message->input = name_list(file, node->inputs, message->n_input);
        message->output = name_list(file, node->outputs, message->n_output);
        graph->node[graph->n_node++] = message;
        node->is_packed = true;
    }
}

struct file_origins onnx_file_origins(const struct onnx_file *file)
{
    struct file_origins origins = {.of = xcalloc(file->n_nodes, sizeof(*origins.of))};
    for (size_t n = 0; n < file->n_nodes; n++)
        if (file->nodes[n]->is_packed)
            origins.of[origins.count++] = file->nodes[n]->origin;
    return origins;
}

static void pack_constants(struct onnx_file *file, Onnx__Graph *graph)
{
    graph->initializer =
        arena_alloc(file->arena, (file->n_constants + 1) * sizeof(*graph->initializer));
    for (size_t i = 0; i < file->n_constants; i++) {
        const struct onnx_constant *constant = &file->constants[i];
        const struct onnx_value *value = &file->values[constant->value];
        if (!value->is_needed)
            continue;
        Onnx__Tensor *tensor = arena_alloc(file->arena, sizeof(*tensor));
        onnx__tensor__init(tensor);
        tensor->name = value->name;
        tensor->has_data_type = 1;
        tensor->data_type = constant->is_narrow ? ONNX_INT4 : onnx_type_code(constant->type);
        tensor->n_dims = (size_t)constant->shape.rank;
        tensor->dims = arena_alloc(file->arena, (tensor->n_dims + 1) * sizeof(*tensor->dims));
        for (size_t d = 0; d < tensor->n_dims; d++)
            tensor->dims[d] = constant->shape.dim[d];
        tensor->has_raw_data = 1;
        tensor->raw_data.len = onnx_constant_bytes(constant);
        tensor->raw_data.data = (uint8_t *)(uintptr_t)constant->data; /* only read */
        graph->initializer[graph->n_initializer++] = tensor;
    }
}

static Onnx__Shape *pack_shape(struct onnx_file *file, const struct shape *shape)
{
    Onnx__Shape *message = arena_alloc(file->arena, sizeof(*message));
    onnx__shape__init(message);
    message->n_dim = (size_t)shape->rank;
    message->dim = arena_alloc(file->arena, (message->n_dim + 1) * sizeof(*message->dim));
    for (int i = 0; i < shape->rank; i++) {
        Onnx__Dimension *dimension = arena_alloc(file->arena, sizeof(*dimension));
        onnx__dimension__init(dimension);
        dimension->has_dim_value = 1;
        dimension->dim_value = shape->dim[i];
        message->dim[i] = dimension;
    }
    return message;
}

static Onnx__ValueInfo **pack_ends(struct onnx_file *file, const struct onnx_end *ends,
                                   size_t count)
{
    Onnx__ValueInfo **list = arena_alloc(file->arena, (count + 1) * sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        Onnx__TensorType *tensor = arena_alloc(file->arena, sizeof(*tensor));
        Onnx__Type *type = arena_alloc(file->arena, sizeof(*type));
        Onnx__ValueInfo *info = arena_alloc(file->arena, sizeof(*info));
        onnx__tensor_type__init(tensor);
        onnx__type__init(type);
        onnx__value_info__init(info);
        tensor->has_elem_type = 1;
        tensor->elem_type = onnx_type_code(ends[i].type);
        tensor->shape = pack_shape(file, &ends[i].shape);
        type->tensor_type = tensor;
        info->name = file->values[ends[i].value].name;
        info->type = type;
        list[i] = info;
    }
    return list;
}

static enum status pack_model(const Onnx__Model *model, unsigned char **bytes, size_t *size,
                              struct error *error)
{
    *size = onnx__model__get_packed_size(model);
    if (*size > MESSAGE_BYTES_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "the file would have %zu bytes, .onnx files are limited to 2 GiB", *size);
    *bytes = memory_try(*size);
    if (!*bytes)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for a file of %zu bytes",
                         *size);
    onnx__model__pack(model, *bytes);
    return STATUS_OK;
}

enum status onnx_file_pack(struct onnx_file *file, unsigned char **bytes, size_t *size,
                           struct error *error)
{
    Onnx__Graph graph = ONNX__GRAPH__INIT;
    Onnx__OperatorSet opset = ONNX__OPERATOR_SET__INIT, *opsets = &opset;
    Onnx__Entry entry = ONNX__ENTRY__INIT, *entries = &entry;
    Onnx__Model model = ONNX__MODEL__INIT;
    mark(file);
    onnx_file_name(file);
    graph.name = copy(file, "main");
    pack_nodes(file, &graph);
    pack_constants(file, &graph);
    graph.n_input = file->n_inputs;
    graph.input = pack_ends(file, file->inputs, file->n_inputs);
    graph.n_output = file->n_outputs;
    graph.output = pack_ends(file, file->outputs, file->n_outputs);
    opset.domain = copy(file, "");
    opset.has_version = 1;
    opset.version = file->opset;
    if (file->rounding) {
        entry.key = copy(file, METADATA_ROUNDING_KEY);
        entry.value = copy(file, file->rounding);
    }
    model.has_ir_version = 1;
    model.ir_version = file->opset >= ONNX_OPSET_WIDE ? ONNX_IR_WIDE : ONNX_IR_USUAL;
    model.producer_name = copy(file, "quantop");
    model.producer_version = copy(file, PACKAGE_VERSION);
    model.doc_string = file->doc[0] ? copy(file, file->doc) : NULL;
    model.graph = &graph;
    model.n_opset_import = 1;
    model.opset_import = &opsets;
    model.n_metadata_props = file->rounding ? 1 : 0;
    model.metadata_props = &entries;
    return pack_model(&model, bytes, size, error);
}
