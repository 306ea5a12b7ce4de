/* Nodes one after the other, and those that stand for others: calls of the model's functions, and
 * branches whose condition is known. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "formats/onnx/read/import.h"

/* Nodes, inputs and outputs that functions and branches may bring in in all: a few bytes can ask
 * for very many. */
#define INLINED_MAX ((size_t)1 << 22)

/* --- nodes --- */

void import_initializers(struct import *import, const Onnx__Graph *graph)
{
    for (size_t i = 0; import_ok(import) && i < graph->n_initializer; i++) {
        int tensor = import_widened(import, import_tensor_message(import, graph->initializer[i]));
        if (import_ok(import))
            onnx_names_set(&import->names, text_or_empty(graph->initializer[i]->name), tensor);
        else
            error_within(import->error, "initializer %zu ('%.60s')", i,
                         text_or_empty(graph->initializer[i]->name));
    }
}

/* Puts the node in front of the message: its number in the file, its operator and its name. */
static void place_error(struct import *import, const Onnx__Node *node, size_t i)
{
    char name[120];
    snprintf(name, sizeof(name), "%s%.60s%s", text_or_empty(node->name)[0] ? ", '" : "",
             text_or_empty(node->name), text_or_empty(node->name)[0] ? "'" : "");
    if (!import->is_placed)
        import->error->where[0] = '\0'; /* numbers of our own nodes mean nothing to the user */
    import->is_placed = true;
    error_within(import->error, "node %zu (%.40s%s)", i, text_or_empty(node->op_type), name);
}

static void convert_node(struct import *import, const Onnx__Node *node, size_t i)
{
    int function = import_function_of(import, node);
    const struct onnx_row *row = onnx_row_find(import, node); /* see import_refuse */
    uint64_t outer = import->inputs_read;
    if (import->depth == 0)
        graph_enter_layer(import->graph, (int)i);
    import->node = node;
    import->inputs_read = 0;
    if (function >= 0)
        import_call_function(import, function);
    else
        row->convert(import, row);
    for (size_t o = 0; import_ok(import) && o < node->n_output; o++)
        if (import_has_output(import, (int)o) &&
            onnx_names_own(&import->names, node->output[o], NO_TENSOR) == NO_TENSOR)
            import_fail(import, STATUS_UNSUPPORTED, "output %zu is not supported", o);
    import_check_inputs(import);
    import->inputs_read = outer;
    if (!import_ok(import))
        place_error(import, node, i);
}

void import_nodes(struct import *import, Onnx__Node *const *nodes, size_t count)
{
    size_t *order = import_order(import, nodes, count);
    for (size_t i = 0; import_ok(import) && i < count; i++)
        convert_node(import, nodes[order[i]], order[i]);
    free(order);
}

/* --- what stands in the place of a node --- */

/* What stands in the place of the node. */
struct body {
    Onnx__Node *const *nodes;
    size_t n_nodes, inputs, outputs;
    bool needs_all; /* its outputs are all outputs of the node */
};

/* What the body brings in. */
static size_t size_of(const struct body *body)
{
    size_t size = body->inputs + body->outputs;
    for (size_t i = 0; i < body->n_nodes; i++)
        size += 1 + body->nodes[i]->n_input + body->nodes[i]->n_output;
    return size;
}

/* Whether what stands for the node has its inputs and outputs, and there is room for it, one level
 * further in. */
static bool go_in(struct import *import, const struct body *body)
{
    size_t size = size_of(body), inputs = (size_t)import_inputs(import);
    size_t outputs = import->node->n_output;
    if (inputs > body->inputs || outputs > body->outputs ||
        (body->needs_all && outputs < body->outputs))
        import_fail(import, STATUS_FORMAT,
                    "%zu inputs and %zu outputs, but what stands for it has %zu and %zu", inputs,
                    outputs, body->inputs, body->outputs);
    if (import->depth == IMPORT_DEPTH_MAX)
        import_fail(import, STATUS_UNSUPPORTED,
                    "functions and branches inside of each other, more than %d deep",
                    IMPORT_DEPTH_MAX);
    if (import_ok(import) && size > INLINED_MAX - import->inlined)
        import_fail(import, STATUS_UNSUPPORTED,
                    "functions and branches of more than %zu nodes, inputs and outputs in all",
                    INLINED_MAX);
    if (!import_ok(import))
        return false;
    import->depth++;
    import->inlined += size;
    return true;
}

/* Tensors of names in here, which end with the scope; NO_TENSOR for one that is not computed. */
static int *take_outputs(struct import *import, char *const *names, size_t count)
{
    int *outputs = arena_alloc(import->graph->arena, (count + 1) * sizeof(*outputs));
    for (size_t i = 0; i < count; i++)
        outputs[i] = onnx_names_get(&import->names, text_or_empty(names[i]), NO_TENSOR);
    return outputs;
}

/* Ends the scope that replaced the one that was saved, and says what the node puts out. Tensors
 * from `first` on were made inside: they are called what the node calls them. */
static void go_out(struct import *import, const struct import *saved, int first, const int *outputs,
                   size_t count)
{
    onnx_names_release(&import->names);
    import->names = saved->names;
    import->sets = saved->sets;
    import->n_sets = saved->n_sets;
    import->opset = saved->opset;
    import->call = saved->call;
    import->node = saved->node;
    import->depth = saved->depth;
    for (size_t i = 0; import_ok(import) && i < count; i++) {
        if (outputs[i] >= first)
            import->graph->tensors[outputs[i]].name = "";
        if (outputs[i] >= 0)
            import_output(import, (int)i, outputs[i]);
    }
}

static void bind_parameters(struct import *import, const Onnx__Function *function,
                            struct onnx_names *names)
{
    for (size_t i = 0; import_ok(import) && i < function->n_input; i++) {
        int tensor = import_input(import, (int)i);
        onnx_names_set(names, function->input[i], tensor == NO_TENSOR ? ABSENT_TENSOR : tensor);
    }
}

void import_call_function(struct import *import, int number)
{
    const Onnx__Function *function = import->model->functions[number];
    const struct import saved = *import;
    const struct import_call call = {import->node, function, import->call};
    struct onnx_names names = {0};
    int first = import->graph->n_tensors;
    const struct body body = {function->node, function->n_node, function->n_input,
                              function->n_output, false};
    if (!go_in(import, &body))
        return;
    bind_parameters(import, function, &names);
    import->names = names;
    import->call = &call;
    import_state_sets(import, function);
    if (!onnx_opset_is_known(import->opset))
        import_fail(import, STATUS_UNSUPPORTED,
                    "operator set %lld of the function is not supported, expected %d to %d",
                    (long long)import->opset, ONNX_OPSET_FIRST, ONNX_OPSET_LAST);
    import_nodes(import, function->node, function->n_node);
    int *outputs = take_outputs(import, function->output, function->n_output);
    go_out(import, &saved, first, outputs, function->n_output);
}

/* --- branches --- */

static void take_branch(struct import *import, const Onnx__Graph *branch)
{
    const struct import saved = *import;
    int first = import->graph->n_tensors;
    const struct body body = {branch->node, branch->n_node, 1 /* the condition */, branch->n_output,
                              true};
    if (!go_in(import, &body))
        return;
    import->names = (struct onnx_names){.outer = &saved.names};
    import_refuse(import, branch);
    import_initializers(import, branch);
    import_nodes(import, branch->node, branch->n_node);
    char **names = arena_alloc(import->graph->arena, (branch->n_output + 1) * sizeof(*names));
    for (size_t i = 0; i < branch->n_output; i++)
        names[i] = branch->output[i]->name;
    int *outputs = take_outputs(import, names, branch->n_output);
    go_out(import, &saved, first, outputs, branch->n_output);
}

/* Of an If whose condition is known when the file is read, because it is a constant or depends on
 * shapes alone, only one branch counts. */
static void convert_if(struct import *import, const struct onnx_row *row)
{
    const struct tensor *condition = import_tensor(import, import_needed(import, 0));
    (void)row;
    if (import_ok(import) &&
        (condition->type != TYPE_BOOL || shape_elements(&condition->shape) != 1))
        import_fail(import, STATUS_FORMAT, "the condition '%.60s' is not a single truth value",
                    condition->name);
    if (import_ok(import) && !condition->data)
        import_fail(import, STATUS_UNSUPPORTED,
                    "the condition '%.60s' is computed at run time: only a branch that constants "
                    "or shapes decide on is supported; export the one that you need as a model of "
                    "its own",
                    condition->name);
    if (!import_ok(import))
        return;
    const char *name = *(const uint8_t *)condition->data ? "then_branch" : "else_branch";
    const Onnx__Attribute *attribute = import_attribute(import, name);
    Onnx__Graph *branch = attribute && attribute->has_g ? onnx_unpack_graph(&attribute->g) : NULL;
    if (branch)
        take_branch(import, branch);
    else
        import_fail(import, STATUS_FORMAT, "attribute '%s' is missing or damaged", name);
    onnx_graph_free(branch);
}

static const struct onnx_row rows[] = {
    {.name = "If", .convert = convert_if},
};

ONNX_ROWS(onnx_control_rows, rows);
