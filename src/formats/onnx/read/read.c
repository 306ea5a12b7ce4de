/* Reading .onnx files: the walk over the messages of a model. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/metadata.h"
#include "formats/onnx/onnx.h"
#include "formats/onnx/read/import.h"
#include "graph/links.h"
#include "rewrite/fuse.h"

/* --- what the model says about itself --- */

/* A newer version may have changed what a field means: even where every field looks familiar, the
 * graph could be a wrong one. */
static void check_ir_version(struct import *import)
{
    if (!import->model->has_ir_version)
        import_fail(import, STATUS_FORMAT, "the model states no IR version, expected %d to %d",
                    ONNX_IR_FIRST, ONNX_IR_LAST);
    else if (import->model->ir_version < ONNX_IR_FIRST || import->model->ir_version > ONNX_IR_LAST)
        import_fail(import, STATUS_UNSUPPORTED,
                    "IR version %lld is not supported, expected %d to %d",
                    (long long)import->model->ir_version, ONNX_IR_FIRST, ONNX_IR_LAST);
}

static const char *printable_copy(struct import *import, const char *text)
{
    char *copy = arena_strdup(import->graph->arena, text);
    text_make_printable(copy);
    return copy;
}

static void read_metadata(struct import *import)
{
    import->graph->rounding = ONNX_ROUNDING;
    for (size_t i = 0; i < import->model->n_metadata_props; i++) {
        const Onnx__Entry *entry = import->model->metadata_props[i];
        if (entry->key && entry->value && strcmp(entry->key, METADATA_ROUNDING_KEY) == 0)
            rounding_find(entry->value, strlen(entry->value), &import->graph->rounding);
    }
    import->graph->rounds_stored = import->graph->rounding == ROUNDING_ONCE;
    import->graph->description = printable_copy(import, text_or_empty(import->model->doc_string));
}

/* --- inputs --- */

/* A dimension of an input; where the file leaves it open, the first one is the batch, which is
 * 1. */
static int32_t dimension(struct import *import, const Onnx__Dimension *dim, size_t i,
                         const char *name)
{
    if (dim->has_dim_value && dim->dim_value >= 0)
        return import_i32(import, dim->dim_value, "a dimension of an input");
    if (i > 0 && import_ok(import))
        import->status = model_refuse_open(name, i, text_or_empty(dim->dim_param), import->error);
    return 1;
}

static struct shape input_shape(struct import *import, const Onnx__ValueInfo *info)
{
    struct shape shape = {0};
    const char *name = text_or_empty(info->name);
    const struct shape *given = model_shape_for(import->reading, name);
    const Onnx__Shape *stated = info->type->tensor_type->shape;
    if (given)
        return *given;
    if (!stated)
        import_fail(import, STATUS_UNSUPPORTED, "input '%.60s' has no shape, give one with --shape",
                    name);
    else if (stated->n_dim > SHAPE_RANK_MAX)
        import_fail(import, STATUS_UNSUPPORTED,
                    "input '%.60s' has rank %zu, at most %d is supported", name, stated->n_dim,
                    SHAPE_RANK_MAX);
    else
        for (shape.rank = 0; shape.rank < (int)stated->n_dim; shape.rank++)
            shape.dim[shape.rank] =
                dimension(import, stated->dim[shape.rank], (size_t)shape.rank, name);
    return shape;
}

static int read_input(struct import *import, const Onnx__ValueInfo *info)
{
    const char *name = text_or_empty(info->name);
    if (!info->type || !info->type->tensor_type) {
        import_fail(import, STATUS_UNSUPPORTED, "input '%.60s' has no type", name);
        return NO_TENSOR;
    }
    struct tensor tensor = {.type = import_type(import, info->type->tensor_type->elem_type)};
    tensor.shape = input_shape(import, info);
    if (import_ok(import) && !shape_is_valid(&tensor.shape))
        import_fail(import, STATUS_FORMAT, "input '%.60s' has an impossible shape", name);
    if (!import_ok(import))
        return NO_TENSOR;
    char *copy = arena_strdup(import->graph->arena, name);
    text_make_printable(copy);
    tensor.name = copy;
    return graph_add_tensor(import->graph, &tensor);
}

/* Initializers are constants even where they are listed among the inputs. */
static void read_inputs(struct import *import)
{
    const Onnx__Graph *messages = import->model->graph;
    int *inputs = arena_alloc(import->graph->arena, (messages->n_input + 1) * sizeof(*inputs)),
        count = 0;
    for (size_t i = 0; import_ok(import) && i < messages->n_input; i++) {
        const char *name = text_or_empty(messages->input[i]->name);
        if (onnx_names_get(&import->names, name, NO_TENSOR) != NO_TENSOR)
            continue;
        inputs[count] = read_input(import, messages->input[i]);
        if (import_ok(import))
            onnx_names_set(&import->names, name, inputs[count++]);
    }
    if (import_ok(import))
        graph_set_inputs(import->graph, inputs, count);
}

/* --- outputs --- */

/* Whether each tensor is an input of the graph, to begin with. */
static bool *find_taken(const struct import *import)
{
    bool *is_taken = xcalloc((size_t)import->graph->n_tensors, sizeof(*is_taken));
    for (int i = 0; i < import->graph->n_inputs; i++)
        is_taken[import->graph->inputs[i]] = true;
    return is_taken;
}

/* An output that is an input, a constant or another output, too, gets a tensor of its own. */
static int own_output(struct import *import, int tensor, bool *is_taken)
{
    if (!is_taken[tensor] && !import_is_constant(import, tensor)) {
        is_taken[tensor] = true;
        return tensor;
    }
    struct shape shape = import_shape(import, tensor);
    struct tensor copy = *import_tensor(import, tensor);
    copy.data = NULL;
    const int inputs[] = {tensor, import_list(import, shape.dim, shape.rank)};
    int made = graph_add_tensor(import->graph, &copy);
    graph_add_node(import->graph, OP_RESHAPE, inputs, 2, &made, 1, NULL);
    return made;
}

static void read_outputs(struct import *import)
{
    const Onnx__Graph *messages = import->model->graph;
    int *outputs = arena_alloc(import->graph->arena, (messages->n_output + 1) * sizeof(*outputs));
    bool *is_taken = find_taken(import);
    for (size_t i = 0; import_ok(import) && i < messages->n_output; i++) {
        const char *name = text_or_empty(messages->output[i]->name);
        int tensor = onnx_names_get(&import->names, name, NO_TENSOR);
        if (tensor == NO_TENSOR)
            import_fail(import, STATUS_FORMAT, "output '%.80s' is not computed by any node", name);
        else
            outputs[i] = own_output(import, tensor, is_taken);
    }
    free(is_taken);
    if (import_ok(import))
        graph_set_outputs(import->graph, outputs, (int)messages->n_output);
}

/* The nodes of the main graph, in the order of the file. */
static void read_layers(struct import *import, const Onnx__Graph *messages)
{
    for (size_t i = 0; import_ok(import) && i < messages->n_node; i++) {
        const Onnx__Node *node = messages->node[i];
        const char *name = text_or_empty(node->name);
        if (!name[0] && node->n_output > 0)
            name = text_or_empty(node->output[0]);
        graph_add_layer(import->graph, printable_copy(import, name),
                        printable_copy(import, text_or_empty(node->op_type)));
    }
}

static void read_model(struct import *import)
{
    const Onnx__Graph *messages = import->model->graph;
    if (!messages) {
        import_fail(import, STATUS_FORMAT, "the model has no graph");
        return;
    }
    check_ir_version(import);
    import->sets = import->model->opset_import;
    import->n_sets = import->model->n_opset_import;
    import->opset = import_opset(import, "");
    import_note_functions(import);
    if (import_ok(import))
        import_refuse(import, messages);
    read_metadata(import);
    import->widens_halves = onnx_computes_halves(import->model);
    import_initializers(import, messages);
    read_inputs(import);
    read_layers(import, messages);
    links_keep(import->graph);
    import_nodes(import, messages->node, messages->n_node);
    links_drop(import->graph);
    read_outputs(import);
    if (import_ok(import))
        graph_drop_dead(import->graph);
}

enum status onnx_read(const char *name, const unsigned char *bytes, size_t size,
                      const struct model_reading *reading, struct graph **graph,
                      struct error *error)
{
    Onnx__Model *model;
    enum status status = onnx_unpack(bytes, size, &model, error);
    if (status != STATUS_OK)
        return error_within(error, "%s", name);
    struct import import = {
        .graph = graph_new(name),
        .path = name,
        .reading = reading,
        .model = model,
        .error = error,
    };
    import.graph->allowance.stored = size;
    read_model(&import);
    if (!import_ok(&import))
        error_within(error, "%s", name);
    else
        import.status = graph_check(import.graph, error);
    onnx_names_release(&import.names);
    onnx_names_release(&import.functions);
    onnx_names_release(&import.external);
    free(import.narrow.tensors);
    free(import.brains.tensors);
    onnx_messages_free(model);
    if (import_ok(&import))
        *graph = import.graph;
    else
        graph_free(import.graph);
    return import.status;
}
