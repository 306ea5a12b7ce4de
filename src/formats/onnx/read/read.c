/* Reading .onnx files: the walk over the messages of a model. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "formats/metadata.h"
#include "formats/onnx/codes.h"
#include "formats/onnx/onnx.h"
#include "formats/onnx/read/import.h"
#include "formats/unsupported.h"
#include "rewrite/fuse.h"

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

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

/* The operator set of a domain; 0: the model states none. */
static int64_t opset_of(const struct import *import, const char *domain)
{
    int64_t version = 0;
    for (size_t i = 0; i < import->model->n_opset_import; i++) {
        const Onnx__OperatorSet *set = import->model->opset_import[i];
        bool is_same = onnx_domain_is_standard(domain)
                           ? onnx_domain_is_standard(set->domain)
                           : set->domain && strcmp(set->domain, domain) == 0;
        if (is_same)
            version = set->version;
    }
    return version;
}

static bool states_opset(const struct import *import)
{
    for (size_t i = 0; i < import->model->n_opset_import; i++)
        if (onnx_domain_is_standard(import->model->opset_import[i]->domain))
            return true;
    return false;
}

static void check_opset(struct import *import)
{
    if (!states_opset(import))
        import_fail(import, STATUS_UNSUPPORTED,
                    "the model states no operator set of domain 'ai.onnx', expected %d to %d",
                    ONNX_OPSET_FIRST, ONNX_OPSET_LAST);
    else if (import->opset < ONNX_OPSET_FIRST || import->opset > ONNX_OPSET_LAST)
        import_fail(import, STATUS_UNSUPPORTED,
                    "operator set %lld is not supported, expected %d to %d",
                    (long long)import->opset, ONNX_OPSET_FIRST, ONNX_OPSET_LAST);
}

/* --- what is not supported --- */

static void count_operator(const struct import *import, size_t i, struct unsupported *operators)
{
    const Onnx__Node *node = import->model->graph->node[i];
    char name[96], where[100];
    const char *type = text_or_empty(node->op_type), *named = text_or_empty(node->name);
    int64_t opset = opset_of(import, node->domain);
    if (onnx_row_find(import, node))
        return;
    if (onnx_domain_is_standard(node->domain))
        snprintf(name, sizeof(name), "%.40s", type);
    else if (opset > 0)
        snprintf(name, sizeof(name), "%.40s of %.32s set %lld", type, node->domain,
                 (long long)opset);
    else
        snprintf(name, sizeof(name), "%.40s of domain '%.40s'", type, node->domain);
    snprintf(where, sizeof(where), "node %zu%s%.60s%s", i, named[0] ? " '" : "", named,
             named[0] ? "'" : "");
    unsupported_add(operators, name, where);
}

/* All operators that are not supported are said at once; where the operator set is not known, those
 * of other domains. */
static void refuse_operators(struct import *import)
{
    const Onnx__Graph *messages = import->model->graph;
    bool is_known = import->opset >= ONNX_OPSET_FIRST && import->opset <= ONNX_OPSET_LAST;
    struct unsupported operators = {0};
    struct text text = {0};
    for (size_t i = 0; i < messages->n_node; i++)
        if (is_known || !onnx_domain_is_standard(messages->node[i]->domain))
            count_operator(import, i, &operators);
    unsupported_describe(&operators, "operators", &text);
    if (text.length > 0 && is_known)
        text_printf(&text, ", in operator set %lld", (long long)import->opset);
    if (text.length > 0)
        import_fail(import, STATUS_UNSUPPORTED, "%s", text.bytes);
    text_release(&text);
}

static void read_metadata(struct import *import)
{
    import->graph->rounding = ONNX_ROUNDING;
    for (size_t i = 0; i < import->model->n_metadata_props; i++) {
        const Onnx__Entry *entry = import->model->metadata_props[i];
        if (entry->key && entry->value && strcmp(entry->key, METADATA_ROUNDING_KEY) == 0)
            rounding_find(entry->value, strlen(entry->value), &import->graph->rounding);
    }
    char *description =
        arena_strdup(import->graph->arena, text_or_empty(import->model->doc_string));
    text_make_printable(description);
    import->graph->description = description;
}

/* --- inputs --- */

static const struct model_shape *given_shape(const struct import *import, const char *name)
{
    for (size_t i = 0; import->reading && i < import->reading->n_shapes; i++)
        if (strcmp(import->reading->shapes[i].input, name) == 0)
            return &import->reading->shapes[i];
    return NULL;
}

/* A dimension of an input; where the file leaves it open, the first one is the batch, which is
 * 1. */
static int32_t dimension(struct import *import, const Onnx__Dimension *dim, size_t i,
                         const char *name)
{
    if (dim->has_dim_value && dim->dim_value >= 0)
        return import_i32(import, dim->dim_value, "a dimension of an input");
    if (i > 0)
        import_fail(
            import, STATUS_UNSUPPORTED,
            "dimension %zu of input '%.60s' (%.40s) is left open, give the shape with --shape", i,
            name, text_or_empty(dim->dim_param)[0] ? dim->dim_param : "unnamed");
    return 1;
}

static struct shape input_shape(struct import *import, const Onnx__ValueInfo *info)
{
    struct shape shape = {0};
    const char *name = text_or_empty(info->name);
    const struct model_shape *given = given_shape(import, name);
    const Onnx__Shape *stated = info->type->tensor_type->shape;
    if (given)
        return given->shape;
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
        import_fail(import, STATUS_UNSUPPORTED, "input '%.60s' is not a tensor", name);
        return NO_TENSOR;
    }
    char type[ONNX_TYPE_TEXT_SIZE];
    struct tensor tensor = {.type = import_type(import, info->type->tensor_type->elem_type)};
    if (tensor.type == TYPE_COUNT)
        import_fail(import, STATUS_UNSUPPORTED, "element type %s of input '%.60s' is not supported",
                    onnx_type_text(info->type->tensor_type->elem_type, type), name);
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

static void read_initializers(struct import *import)
{
    const Onnx__Graph *messages = import->model->graph;
    for (size_t i = 0; import_ok(import) && i < messages->n_initializer; i++) {
        int tensor =
            import_widened(import, import_tensor_message(import, messages->initializer[i]));
        if (import_ok(import))
            onnx_names_set(&import->names, text_or_empty(messages->initializer[i]->name), tensor);
        else
            error_within(import->error, "initializer %zu ('%.60s')", i,
                         text_or_empty(messages->initializer[i]->name));
    }
}

/* --- nodes --- */

/* Puts the node in front of the message: its number in the file, its operator and its name. */
static void place_error(struct import *import, size_t i)
{
    const Onnx__Node *node = import->node;
    char name[120];
    snprintf(name, sizeof(name), "%s%.60s%s", text_or_empty(node->name)[0] ? ", '" : "",
             text_or_empty(node->name), text_or_empty(node->name)[0] ? "'" : "");
    import->error->where[0] = '\0'; /* numbers of our own nodes mean nothing to the user */
    error_within(import->error, "node %zu (%.40s%s)", i, text_or_empty(node->op_type), name);
}

static void convert_node(struct import *import, size_t i)
{
    const Onnx__Node *node = import->node = import->model->graph->node[i];
    const struct onnx_row *row = onnx_row_find(import, node); /* see refuse_operators */
    row->convert(import, row);
    for (size_t o = 0; import_ok(import) && o < node->n_output; o++)
        if (import_has_output(import, (int)o) &&
            onnx_names_get(&import->names, node->output[o], NO_TENSOR) == NO_TENSOR)
            import_fail(import, STATUS_UNSUPPORTED, "output %zu is not supported", o);
    if (!import_ok(import))
        place_error(import, i);
}

/* --- outputs --- */

/* An output that is an input, a constant or another output, too, gets a tensor of its own. */
static int own_output(struct import *import, int tensor, const int *outputs, int count)
{
    bool is_taken = import_is_constant(import, tensor);
    for (int i = 0; i < import->graph->n_inputs; i++)
        is_taken = is_taken || import->graph->inputs[i] == tensor;
    for (int i = 0; i < count; i++)
        is_taken = is_taken || outputs[i] == tensor;
    if (!is_taken)
        return tensor;
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
    for (size_t i = 0; import_ok(import) && i < messages->n_output; i++) {
        const char *name = text_or_empty(messages->output[i]->name);
        int tensor = onnx_names_get(&import->names, name, NO_TENSOR);
        if (tensor == NO_TENSOR)
            import_fail(import, STATUS_FORMAT, "output '%.80s' is not computed by any node", name);
        else
            outputs[i] = own_output(import, tensor, outputs, (int)i);
    }
    if (import_ok(import))
        graph_set_outputs(import->graph, outputs, (int)messages->n_output);
}

static void read_model(struct import *import)
{
    const Onnx__Graph *messages = import->model->graph;
    if (!messages) {
        import_fail(import, STATUS_FORMAT, "the model has no graph");
        return;
    }
    check_ir_version(import);
    import->opset = opset_of(import, "");
    if (import_ok(import))
        refuse_operators(import);
    check_opset(import);
    read_metadata(import);
    import->widens_halves = onnx_computes_halves(import->model);
    read_initializers(import);
    read_inputs(import);
    for (size_t i = 0; import_ok(import) && i < messages->n_node; i++)
        convert_node(import, i);
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
    read_model(&import);
    if (!import_ok(&import))
        error_within(error, "%s", name);
    else
        import.status = graph_check(import.graph, error);
    onnx_names_release(&import.names);
    onnx_messages_free(model);
    if (import_ok(&import))
        *graph = import.graph;
    else
        graph_free(import.graph);
    return import.status;
}
