/* The states of a graph in .tflite files: variable tensors of the operators that change them, and
 * resources for all others. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/tflite/write_internal.h"

/* Members of the schema's BuiltinOptions union. */
enum { CALL_ONCE_OPTIONS = 103, VAR_HANDLE_OPTIONS = 111 };

/* The state that has this tensor, or -1. */
static int state_of(const struct graph *graph, int tensor)
{
    for (int i = 0; i < graph->n_states; i++)
        if (graph->states[i].tensor == tensor)
            return i;
    return -1;
}

/* Whether the state's tensor is read by node `reader` alone, which then may overwrite it. */
static bool is_own(const struct graph *graph, int state, const struct node *reader)
{
    int uses = 0, tensor = graph->states[state].tensor;
    for (int i = 0; i < reader->n_inputs; i++)
        uses += reader->inputs[i] == tensor;
    return uses == 1 && graph_uses(graph, tensor) == 1;
}

static enum status plan_node(struct writer *writer, const struct node *node, struct error *error)
{
    const struct graph *graph = writer->graph;
    char place[NODE_TEXT_SIZE];
    for (int i = 0; i < node->n_inputs; i++) {
        int output = variables_output(node->op, i), tensor = node->inputs[i];
        if (output < 0)
            continue;
        int state = state_of(graph, tensor);
        if (state < 0 || graph->states[state].next != node->outputs[output] ||
            graph->states[state].initial || !is_own(graph, state, node)) {
            error_set(error, STATUS_UNSUPPORTED, NULL,
                      "its state cannot be a variable tensor, as .tflite files have it");
            return error_within(error, "%s", node_text(graph, node, place));
        }
        writer->roles[tensor] = ROLE_VARIABLE;
        writer->roles[node->outputs[output]] = ROLE_NEXT;
    }
    return STATUS_OK;
}

/* What takes the place of a variable tensor has its number. */
static void number_tensors(struct writer *writer)
{
    const struct graph *graph = writer->graph;
    for (int i = 0; i < graph->n_tensors; i++)
        if (writer->roles[i] != ROLE_NEXT)
            writer->numbers[i] = writer->n_tensors++;
    for (int i = 0; i < graph->n_states; i++) {
        const struct state *state = &graph->states[i];
        if (writer->roles[state->tensor] == ROLE_VARIABLE)
            writer->numbers[state->next] = writer->numbers[state->tensor];
        else
            writer->resources[writer->n_resources++].state = i;
    }
    for (int i = 0; i < writer->n_resources; i++)
        writer->resources[i].tensor = writer->n_tensors + i;
    writer->first_intermediate = writer->n_tensors + writer->n_resources;
}

enum status writer_plan_variables(struct writer *writer, struct error *error)
{
    enum status status = STATUS_OK;
    for (int n = 0; n < writer->graph->n_nodes && status == STATUS_OK; n++)
        status = plan_node(writer, &writer->graph->nodes[n], error);
    if (status == STATUS_OK)
        number_tensors(writer);
    return status;
}

/* Stored zeros of real numbers. */
static const void *zeros_of(const struct graph *graph, const struct tensor *tensor)
{
    unsigned char *zeros = arena_alloc(graph->arena, tensor_bytes(tensor));
    if (tensor->type == TYPE_I8 && tensor->quant.count == 1)
        memset(zeros, (uint8_t)tensor->quant.zero_point[0], tensor_bytes(tensor));
    return zeros;
}

void writer_number_variables(struct writer *writer)
{
    for (int i = 0; i < writer->n_resources; i++) {
        const struct state *state = &writer->graph->states[writer->resources[i].state];
        const struct tensor *tensor = &writer->graph->tensors[state->tensor];
        writer->resources[i].initial =
            writer_buffer(writer, state->initial ? state->initial : zeros_of(writer->graph, tensor),
                          tensor_bytes(tensor));
    }
}

/* --- resources */

static struct flatbuffer_table add_resource_tensor(struct writer *writer, int i)
{
    const struct state *state = &writer->graph->states[writer->resources[i].state];
    const struct tensor tensor = {.name = state->name};
    return writer_tensor(writer, &tensor, TFLITE_RESOURCE, 0, false);
}

static struct flatbuffer_table add_operator(struct writer *writer, int builtin,
                                            const int32_t *inputs, int n_inputs, int output,
                                            const struct operator_record *options)
{
    struct operator_record record = *options;
    int32_t outputs[] = {output};
    record.opcode_index = writer_code(writer, builtin, 1, NULL);
    record.inputs = writer_ints(writer, inputs, n_inputs);
    record.outputs = writer_ints(writer, outputs, output == NO_TENSOR ? 0 : 1);
    return flatbuffer_add_table(&writer->builder, &tflite_operator, &record);
}

static const struct operator_record no_options;

static struct flatbuffer_table add_handle(struct writer *writer, int i, int output)
{
    struct var_handle_record handle = {{0}, {0}};
    struct operator_record options = {.options_tag = VAR_HANDLE_OPTIONS};
    handle.shared_name = flatbuffer_add_string(
        &writer->builder, writer->graph->states[writer->resources[i].state].name);
    options.options = flatbuffer_add_table(&writer->builder, &tflite_var_handle, &handle);
    return add_operator(writer, TFLITE_VAR_HANDLE, NULL, 0, output, &options);
}

static struct flatbuffer_table add_assignment(struct writer *writer, int resource, int value)
{
    const int32_t inputs[] = {resource, value};
    return add_operator(writer, TFLITE_ASSIGN_VARIABLE, inputs, 2, NO_TENSOR, &no_options);
}

uint32_t writer_add_reads(struct writer *writer, struct flatbuffer_table *tables)
{
    const struct call_once_record once = {.subgraph = 1};
    struct operator_record options = {.options_tag = CALL_ONCE_OPTIONS};
    uint32_t count = 0;
    if (writer->n_resources == 0)
        return 0;
    options.options = flatbuffer_add_table(&writer->builder, &tflite_call_once, &once);
    tables[count++] = add_operator(writer, TFLITE_CALL_ONCE, NULL, 0, NO_TENSOR, &options);
    for (int i = 0; i < writer->n_resources; i++) {
        const struct resource *resource = &writer->resources[i];
        const int32_t inputs[] = {resource->tensor};
        int read = writer->numbers[writer->graph->states[resource->state].tensor];
        tables[count++] = add_handle(writer, i, resource->tensor);
        tables[count++] = add_operator(writer, TFLITE_READ_VARIABLE, inputs, 1, read, &no_options);
    }
    return count;
}

uint32_t writer_add_assignments(struct writer *writer, struct flatbuffer_table *tables)
{
    for (int i = 0; i < writer->n_resources; i++) {
        const struct resource *resource = &writer->resources[i];
        int next = writer->numbers[writer->graph->states[resource->state].next];
        tables[i] = add_assignment(writer, resource->tensor, next);
    }
    return (uint32_t)writer->n_resources;
}

/* Tensor 2 i names resource i, whose first elements are tensor 2 i + 1. */
struct flatbuffer_table writer_add_initial(struct writer *writer)
{
    struct subgraph_record subgraph = {0};
    struct flatbuffer_table *tables = writer->tables;
    const struct graph *graph = writer->graph;
    size_t count = 2 * (size_t)writer->n_resources;
    if (count == 0)
        return (struct flatbuffer_table){0};
    for (int i = 0; i < writer->n_resources; i++) {
        struct tensor tensor = graph->tensors[graph->states[writer->resources[i].state].tensor];
        tensor.name = "";
        tables[2 * i] = add_resource_tensor(writer, i);
        tables[2 * i + 1] = writer_tensor(writer, &tensor, type_table[tensor.type].tflite_code,
                                          writer->resources[i].initial, false);
    }
    subgraph.tensors = flatbuffer_add_tables(&writer->builder, tables, count);
    for (int i = 0; i < writer->n_resources; i++) {
        tables[2 * i] = add_handle(writer, i, 2 * i);
        tables[2 * i + 1] = add_assignment(writer, 2 * i, 2 * i + 1);
    }
    subgraph.operators = flatbuffer_add_tables(&writer->builder, tables, count);
    subgraph.inputs = subgraph.outputs = writer_ints(writer, NULL, 0);
    subgraph.name = flatbuffer_add_string(&writer->builder, "initial");
    return flatbuffer_add_table(&writer->builder, &tflite_subgraph, &subgraph);
}

/* --- intermediates */

static bool has_intermediates(const struct graph *graph, int node)
{
    return graph->nodes[node].op == OP_UNIDIRECTIONAL_SEQUENCE_LSTM &&
           node_output(graph, &graph->nodes[node], 0)->type == TYPE_I8;
}

uint32_t writer_add_variable_tensors(struct writer *writer, struct flatbuffer_table *tables)
{
    const struct graph *graph = writer->graph;
    uint32_t count = 0;
    for (int i = 0; i < writer->n_resources; i++)
        tables[count++] = add_resource_tensor(writer, i);
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct sequence_params *params = &graph->nodes[n].params.sequence;
        const struct tensor other = {.name = "", .shape = SHAPE(0)};
        struct tensor hidden = {.name = "hidden", .shape = SHAPE(0)};
        if (!has_intermediates(graph, n))
            continue;
        hidden.quant = (struct quantization){
            .count = 1, .scale = &params->hidden_scale, .zero_point = &params->hidden_zero_point};
        for (int i = 0; i < WRITER_INTERMEDIATES; i++) {
            bool is_hidden = i == WRITER_INTERMEDIATES - 1;
            tables[count++] =
                writer_tensor(writer, is_hidden ? &hidden : &other,
                              type_table[is_hidden ? TYPE_I8 : TYPE_F32].tflite_code, 0, false);
        }
    }
    return count;
}

struct flatbuffer_vector writer_add_intermediates(struct writer *writer, int i)
{
    int32_t list[WRITER_INTERMEDIATES];
    if (!has_intermediates(writer->graph, i))
        return (struct flatbuffer_vector){0};
    for (int k = 0; k < WRITER_INTERMEDIATES; k++)
        list[k] = writer->first_intermediate++;
    return writer_ints(writer, list, WRITER_INTERMEDIATES);
}
