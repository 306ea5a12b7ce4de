/* Nodes of the graph, added one by one: their shapes are inferred at once, and what depends on
 * constants alone is computed. */
#include "formats/onnx/read/import.h"
#include "graph/infer.h"
#include "graph/links.h"

/* The largest result that is computed while a file is read: a node that would make more, or more
 * than is allowed with the others, stays a node. */
#define FOLDED_BYTES_MAX ((size_t)256 << 20)

static bool is_foldable(struct import *import, const struct node *node)
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
    return allowance_covers(import->graph, node);
}

/* Elements of 4 bits that are moved or chosen are still such. */
static void keep_narrow(struct import *import, const struct node *node, int output)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (import_is_narrow(import, node->inputs[i]) &&
            import_tensor(import, node->inputs[i])->type == import_tensor(import, output)->type) {
            import_note_narrow(import, output);
            return;
        }
}

/* Computes the last node, which leaves the graph: its outputs are constants. */
static void fold_last(struct import *import)
{
    struct graph *graph = import->graph;
    const struct node *node = &graph->nodes[graph->n_nodes - 1];
    void **results = arena_alloc(graph->arena, (size_t)node->n_outputs * sizeof(*results));
    import->status = import->reading->evaluate(graph, node, graph->arena, results, import->error);
    for (int i = 0; import_ok(import) && i < node->n_outputs; i++) {
        graph->tensors[node->outputs[i]].data = results[i];
        keep_narrow(import, node, node->outputs[i]);
    }
    links_pop_node(graph);
}

/* What integers of the type stand for where they are those of the node's first data input, moved or
 * chosen; nothing elsewhere. */
static struct quantization passed_on(const struct import *import, const struct import_node *node,
                                     enum type type)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    int first = rule->data_inputs ? __builtin_ctz(rule->data_inputs) : 0;
    if (rule->int8 != SCALE_SAME || first >= node->n_inputs)
        return (struct quantization){0};
    const struct tensor *in = import_tensor(import, node->inputs[first]);
    return in->type == type && in->quant.count == 1 ? in->quant : (struct quantization){0};
}

void import_emit_node(struct import *import, const struct import_node *wanted, int *outputs)
{
    struct graph *graph = import->graph;
    for (int i = 0; i < wanted->n_outputs; i++) {
        outputs[i] = NO_TENSOR;
        if (import_ok(import)) {
            enum type type = wanted->types[i];
            struct tensor tensor = {
                .name = "", .type = type, .quant = passed_on(import, wanted, type)};
            outputs[i] = graph_add_tensor(graph, &tensor);
        }
    }
    if (!import_ok(import))
        return;
    const struct node *node = graph_add_node(graph, wanted->op, wanted->inputs, wanted->n_inputs,
                                             outputs, wanted->n_outputs, wanted->params);
    import->status = infer_node(graph, node, import->error);
    if (import_ok(import) && is_foldable(import, node))
        fold_last(import);
}

int import_emit(struct import *import, enum op op, const int *inputs, int n_inputs,
                const union op_params *params, enum type type)
{
    const struct import_node node = {op, inputs, n_inputs, params, &type, 1};
    int output;
    import_emit_node(import, &node, &output);
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

/* A tensor of another rank than an image has is refused: the order says nothing of it. */
static int reordered_image(struct import *import, int tensor, const int32_t order[4])
{
    int rank = import_shape(import, tensor).rank;
    if (import_ok(import) && rank != 4)
        import_fail(import, STATUS_UNSUPPORTED, "image has rank %d, expected [N, C, H, W]", rank);
    return import_ok(import) ? import_transpose(import, tensor, order) : NO_TENSOR;
}

int import_to_nhwc(struct import *import, int tensor)
{
    return reordered_image(import, tensor, (const int32_t[]){0, 2, 3, 1});
}

int import_to_nchw(struct import *import, int tensor)
{
    return reordered_image(import, tensor, (const int32_t[]){0, 3, 1, 2});
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
                    "image has rank %d, expected [N, C, H, W] or [N, C, L]", shape.rank);
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

/* A name that no file is likely to have, for a tensor that has none there. */
static char *name_of(struct import *import, int tensor)
{
    if (tensor == NO_TENSOR)
        return "";
    char *name = arena_printf(import->graph->arena, "\a%d", tensor);
    onnx_names_set(&import->names, name, tensor);
    return name;
}

int import_standard(struct import *import, const char *name, const int *inputs, int n_inputs)
{
    struct arena *arena = import->graph->arena;
    const Onnx__Node *outer = import->node;
    uint64_t outer_read = import->inputs_read;
    char *output = arena_printf(arena, "\a%d of %s", import->graph->n_tensors, name);
    Onnx__Node inner = *outer;
    if (!import_ok(import))
        return NO_TENSOR;
    inner.op_type = arena_strdup(arena, name);
    inner.domain = NULL;
    inner.n_input = (size_t)n_inputs;
    inner.input = arena_alloc(arena, ((size_t)n_inputs + 1) * sizeof(*inner.input));
    for (int i = 0; i < n_inputs; i++)
        inner.input[i] = name_of(import, inputs[i]);
    inner.n_output = 1;
    inner.output = &output;
    import->node = &inner;
    const struct onnx_row *row = onnx_row_find(import, &inner);
    if (row)
        row->convert(import, row);
    else
        import_fail(import, STATUS_UNSUPPORTED, "%s of operator set %lld is not supported", name,
                    (long long)import->opset);
    import->node = outer;
    import->inputs_read = outer_read;
    return import_ok(import) ? onnx_names_get(&import->names, output, NO_TENSOR) : NO_TENSOR;
}
