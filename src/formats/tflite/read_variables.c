/* Operands and operators of .tflite files as far as variables are concerned. */
#include "formats/tflite/read_internal.h"

enum status reader_operands(struct reader *reader, const struct operator_record *record,
                            struct node *node, struct error *error)
{
    node->n_inputs = (int)record->inputs.count;
    node->n_outputs = (int)record->outputs.count;
    enum status status =
        reader_tensor_list(reader, &record->inputs, "input", NO_TENSOR, &node->inputs, error);
    if (status == STATUS_OK)
        status = reader_tensor_list(reader, &record->outputs, "output", NO_TENSOR, &node->outputs,
                                    error);
    for (int i = 0; i < node->n_inputs && status == STATUS_OK; i++) {
        if (variables_is_resource(&reader->variables, node->inputs[i]))
            status = error_set(error, STATUS_UNSUPPORTED, NULL,
                               "input %d is a resource, which %s does not take here", i,
                               op_name(node->op));
        node->inputs[i] = variables_resolve(&reader->variables, node->inputs[i]);
    }
    return status;
}

/* The fifth of five tensors has the scale of the hidden values. */
#define HIDDEN_INTERMEDIATE 4

enum status reader_intermediates(struct reader *reader, const struct operator_record *record,
                                 enum op op, union op_params *params, struct error *error)
{
    int *list;
    if (op != OP_UNIDIRECTIONAL_SEQUENCE_LSTM || record->intermediates.count <= HIDDEN_INTERMEDIATE)
        return STATUS_OK;
    enum status status =
        reader_tensor_list(reader, &record->intermediates, "intermediate", NO_TENSOR, &list, error);
    if (status != STATUS_OK || list[HIDDEN_INTERMEDIATE] == NO_TENSOR)
        return status;
    const struct quantization *quant = &reader->graph->tensors[list[HIDDEN_INTERMEDIATE]].quant;
    if (quant->count == 1) {
        params->sequence.hidden_scale = quant->scale[0];
        params->sequence.hidden_zero_point = quant->zero_point[0];
    }
    return STATUS_OK;
}

/* The options of an operator, or as if all fields were absent. */
static enum status read_options(struct reader *reader, const struct operator_record *record,
                                const struct flatbuffer_schema *schema, void *options,
                                struct error *error)
{
    if (record->options.position == 0)
        return STATUS_OK;
    return flatbuffer_read(&reader->file, &record->options, schema, options, error);
}

enum status reader_enter_initial(struct reader *reader, const struct operator_record *record,
                                 int *called, struct error *error)
{
    struct call_once_record options = {0};
    const struct flatbuffer_vector *subgraphs = &reader->model.subgraphs;
    enum status status = read_options(reader, record, &tflite_call_once, &options, error);
    if (status != STATUS_OK)
        return status;
    if (record->inputs.count > 0 || record->outputs.count > 0)
        return error_set(error, STATUS_FORMAT, NULL, "%u inputs and %u outputs, expected 0 and 0",
                         record->inputs.count, record->outputs.count);
    if (options.subgraph < 1 || (uint32_t)options.subgraph >= subgraphs->count)
        return error_set(error, STATUS_FORMAT, NULL, "subgraph %d is out of range, the file has %u",
                         options.subgraph, subgraphs->count);
    if (reader->variables.is_initialized)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "variables that several subgraphs initialize are not supported");
    *called = options.subgraph;
    reader->first_tensor = reader->graph->n_tensors;
    reader->variables.is_initial = reader->variables.is_initialized = true;
    return reader_record(reader, subgraphs, (uint32_t)options.subgraph, &tflite_subgraph,
                         &reader->subgraph, error);
}

static enum status name_variable(struct reader *reader, const struct operator_record *record,
                                 int resource, struct error *error)
{
    struct var_handle_record options = {0};
    enum status status = read_options(reader, record, &tflite_var_handle, &options, error);
    if (status != STATUS_OK)
        return status;
    return variables_name(&reader->variables, resource,
                          reader_string(reader, &options.container, ""),
                          reader_string(reader, &options.shared_name, ""), error);
}

/* The operands that each of them has. */
static const struct {
    int code;
    uint32_t inputs, outputs;
} arities[] = {
    {TFLITE_VAR_HANDLE, 0, 1}, {TFLITE_READ_VARIABLE, 1, 1}, {TFLITE_ASSIGN_VARIABLE, 2, 0}};

static enum status check_arity(int code, uint32_t n_inputs, uint32_t n_outputs, struct error *error)
{
    size_t row = 0;
    while (arities[row].code != code)
        row++;
    if (n_inputs == arities[row].inputs && n_outputs == arities[row].outputs)
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, NULL, "%u inputs and %u outputs, expected %u and %u",
                     n_inputs, n_outputs, arities[row].inputs, arities[row].outputs);
}

enum status reader_variable(struct reader *reader, int code, const struct operator_record *record,
                            struct error *error)
{
    struct variables *variables = &reader->variables;
    int *in = NULL, *out = NULL;
    enum status status = reader_tensor_list(reader, &record->inputs, "input", 0, &in, error);
    if (status == STATUS_OK)
        status = reader_tensor_list(reader, &record->outputs, "output", 0, &out, error);
    if (status == STATUS_OK)
        status = check_arity(code, record->inputs.count, record->outputs.count, error);
    if (status != STATUS_OK)
        return status;
    switch (code) {
    case TFLITE_VAR_HANDLE:
        return name_variable(reader, record, out[0], error);
    case TFLITE_READ_VARIABLE:
        return variables_read(variables, in[0], out[0], error);
    default:
        return variables_assign(variables, reader->graph, in[0], in[1], error);
    }
}
