#include "formats/onnx/read/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "graph/infer.h"

/* What is computed while a file is read is no larger: a node that would make more stays a node. */
#define FOLDED_BYTES_MAX ((size_t)256 << 20)

void import_fail(struct import *import, enum status status, const char *format, ...)
{
    char text[sizeof(import->error->text)];
    va_list arguments;
    if (!import_ok(import))
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    import->status = error_set(import->error, status, NULL, "%s", text);
}

/* --- inputs and outputs of the node --- */

static bool is_absent(const char *name)
{
    return !name || name[0] == '\0';
}

int import_inputs(const struct import *import)
{
    size_t count = import->node->n_input;
    while (count > 0 && is_absent(import->node->input[count - 1]))
        count--;
    return (int)count;
}

int import_input(struct import *import, int i)
{
    if (!import_ok(import) || i >= import_inputs(import) || is_absent(import->node->input[i]))
        return NO_TENSOR;
    const char *name = import->node->input[i];
    int tensor = onnx_names_get(&import->names, name, NO_TENSOR);
    if (tensor == NO_TENSOR)
        import_fail(import, STATUS_FORMAT, "input '%.80s' is the output of no earlier node", name);
    return tensor;
}

int import_needed(struct import *import, int i)
{
    int tensor = import_input(import, i);
    if (tensor == NO_TENSOR)
        import_fail(import, STATUS_FORMAT, "input %d is missing", i);
    return tensor;
}

bool import_has_output(const struct import *import, int i)
{
    return (size_t)i < import->node->n_output && !is_absent(import->node->output[i]);
}

void import_output(struct import *import, int i, int tensor)
{
    if (!import_ok(import) || !import_has_output(import, i))
        return;
    const char *name = import->node->output[i];
    if (onnx_names_get(&import->names, name, NO_TENSOR) != NO_TENSOR) {
        import_fail(import, STATUS_FORMAT, "output '%.80s' is there already", name);
        return;
    }
    onnx_names_set(&import->names, name, tensor);
    struct tensor *made = &import->graph->tensors[tensor];
    if (made->name[0] == '\0') {
        char *copy = arena_strdup(import->graph->arena, name);
        text_make_printable(copy);
        made->name = copy;
    }
}

const struct tensor *import_tensor(const struct import *import, int tensor)
{
    static const struct tensor none = {.name = "", .type = TYPE_F32};
    return tensor == NO_TENSOR ? &none : &import->graph->tensors[tensor];
}

struct shape import_shape(const struct import *import, int tensor)
{
    return import_tensor(import, tensor)->shape;
}

bool import_is_constant(const struct import *import, int tensor)
{
    return import_tensor(import, tensor)->data != NULL;
}

int import_axis(struct import *import, int64_t axis, int rank)
{
    int resolved = 0;
    if (axis < INT32_MIN || axis > INT32_MAX || !shape_axis((int32_t)axis, rank, &resolved))
        import_fail(import, STATUS_FORMAT, "axis %lld of a tensor of rank %d", (long long)axis,
                    rank);
    return resolved;
}

int32_t import_i32(struct import *import, int64_t value, const char *what)
{
    if (value < INT32_MIN || value > INT32_MAX)
        import_fail(import, STATUS_FORMAT, "%s is %lld", what, (long long)value);
    return (int32_t)value;
}

/* --- nodes --- */

static bool is_foldable(const struct import *import, const struct node *node)
{
    if (!import->reading || !import->reading->evaluate || node->op == OP_QUANTIZE ||
        node->op == OP_DEQUANTIZE)
        return false; /* how weights are stored is part of the model */
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR && !import_is_constant(import, node->inputs[i]))
            return false;
    for (int i = 0; i < node->n_outputs; i++)
        if (tensor_bytes(node_output(import->graph, node, i)) > FOLDED_BYTES_MAX)
            return false;
    return true;
}

/* Computes the last node, which leaves the graph: its outputs are constants. */
static void fold_last(struct import *import)
{
    struct graph *graph = import->graph;
    const struct node *node = &graph->nodes[graph->n_nodes - 1];
    void **results = arena_alloc(graph->arena, (size_t)node->n_outputs * sizeof(*results));
    import->status = import->reading->evaluate(graph, node, graph->arena, results, import->error);
    for (int i = 0; import_ok(import) && i < node->n_outputs; i++)
        graph->tensors[node->outputs[i]].data = results[i];
    graph->n_nodes--;
}

void import_emit_many(struct import *import, enum op op, const int *inputs, int n_inputs,
                      const union op_params *params, const enum type *types, int *outputs,
                      int n_outputs)
{
    struct graph *graph = import->graph;
    for (int i = 0; i < n_outputs; i++) {
        outputs[i] = NO_TENSOR;
        if (import_ok(import)) {
            struct tensor tensor = {.name = "", .type = types[i]};
            outputs[i] = graph_add_tensor(graph, &tensor);
        }
    }
    if (!import_ok(import))
        return;
    const struct node *node =
        graph_add_node(graph, op, inputs, n_inputs, outputs, n_outputs, params);
    import->status = infer_node(graph, node, import->error);
    if (import_ok(import) && is_foldable(import, node))
        fold_last(import);
}

int import_emit(struct import *import, enum op op, const int *inputs, int n_inputs,
                const union op_params *params, enum type type)
{
    int output;
    import_emit_many(import, op, inputs, n_inputs, params, &type, &output, 1);
    return output;
}

enum type import_computing_type(const struct import *import, int tensor)
{
    switch (import_tensor(import, tensor)->type) {
    case TYPE_I8:
    case TYPE_U8:
    case TYPE_I16:
        return TYPE_I32;
    case TYPE_F16:
    case TYPE_F64:
        return TYPE_F32;
    default:
        return import_tensor(import, tensor)->type;
    }
}

int import_unary(struct import *import, enum op op, int a)
{
    enum type type = import_tensor(import, a)->type, computing = import_computing_type(import, a);
    int x = import_cast(import, a, computing);
    return import_cast(import, import_emit(import, op, &x, 1, NULL, computing), type);
}

int import_binary(struct import *import, enum op op, int a, int b)
{
    enum type type = import_tensor(import, a)->type, computing = import_computing_type(import, a);
    const int inputs[] = {import_cast(import, a, computing),
                          import_cast(import, b, import_computing_type(import, b))};
    return import_cast(import, import_emit(import, op, inputs, 2, NULL, computing), type);
}

int import_reshape(struct import *import, int tensor, const struct shape *shape)
{
    struct shape before = import_shape(import, tensor);
    if (!import_ok(import) || shape_equal(&before, shape))
        return tensor;
    const int inputs[] = {tensor, import_list(import, shape->dim, shape->rank)};
    return import_emit(import, OP_RESHAPE, inputs, 2, NULL, import_tensor(import, tensor)->type);
}

int import_transpose(struct import *import, int tensor, const int32_t *order)
{
    int rank = import_shape(import, tensor).rank;
    bool is_identity = true;
    for (int i = 0; i < rank; i++)
        is_identity = is_identity && order[i] == i;
    if (is_identity)
        return tensor;
    const int inputs[] = {tensor, import_list(import, order, rank)};
    return import_emit(import, OP_TRANSPOSE, inputs, 2, NULL, import_tensor(import, tensor)->type);
}

int import_to_nhwc(struct import *import, int tensor)
{
    return import_transpose(import, tensor, (const int32_t[]){0, 2, 3, 1});
}

int import_to_nchw(struct import *import, int tensor)
{
    return import_transpose(import, tensor, (const int32_t[]){0, 3, 1, 2});
}

int import_cast(struct import *import, int tensor, enum type type)
{
    const struct tensor *from = import_tensor(import, tensor);
    union op_params params = {.cast = {(int32_t)from->type, (int32_t)type}};
    return from->type == type ? tensor : import_emit(import, OP_CAST, &tensor, 1, &params, type);
}

int import_to_image(struct import *import, int tensor)
{
    struct shape shape = import_shape(import, tensor);
    if (shape.rank == 4)
        return tensor;
    if (shape.rank != 3) {
        import_fail(import, STATUS_UNSUPPORTED,
                    "an image of rank %d, expected [N, C, H, W] or "
                    "[N, C, L]",
                    shape.rank);
        return NO_TENSOR;
    }
    struct shape image = SHAPE(shape.dim[0], shape.dim[1], 1, shape.dim[2]);
    return import_reshape(import, tensor, &image);
}

int import_from_image(struct import *import, int tensor, int rank)
{
    struct shape shape = import_shape(import, tensor);
    if (rank == 4)
        return tensor;
    struct shape line = SHAPE(shape.dim[0], shape.dim[1], shape.dim[3]);
    return import_reshape(import, tensor, &line);
}
