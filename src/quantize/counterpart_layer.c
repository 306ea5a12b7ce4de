/* Single layers, taken out of the graph that a mode made. */
#include <stdlib.h>

#include "base/memory.h"
#include "quantize/counterpart.h"
#include "rewrite/compact.h"

/* The nodes that compute a layer's outputs from the outputs of others. */
struct piece {
    const struct counterparts *parts;
    const struct node *layer;
    bool *is_needed; /* per tensor of the made graph */
    bool *is_inside; /* per node of it */
    bool is_whole;   /* everything that is needed was found */
};

static bool is_own_output(const struct piece *piece, int made)
{
    int real = piece->parts->real_of[made];
    for (int i = 0; i < piece->layer->n_outputs; i++)
        if (real != NO_TENSOR && piece->layer->outputs[i] == real)
            return true;
    return false;
}

/* Whether the piece begins behind a tensor: it holds the values of another layer. */
static bool is_end(const struct piece *piece, int made)
{
    return piece->parts->real_of[made] != NO_TENSOR && !is_own_output(piece, made);
}

static bool writes_needed(const struct piece *piece, const struct node *node)
{
    for (int i = 0; i < node->n_outputs; i++)
        if (piece->is_needed[node->outputs[i]])
            return true;
    return false;
}

static void need_inputs(struct piece *piece, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR && !is_end(piece, node->inputs[i]))
            piece->is_needed[node->inputs[i]] = true;
}

static bool is_written_inside(const struct piece *piece, int made)
{
    const struct graph *graph = piece->parts->made;
    const struct node *producer = graph_producer(graph, made);
    return producer && piece->is_inside[producer - graph->nodes];
}

/* Whether everything that the layer reads of others is told apart: else the piece would reach into
 * the layers before it. */
static bool inputs_are_known(const struct piece *piece)
{
    const struct counterparts *parts = piece->parts;
    for (int i = 0; i < piece->layer->n_inputs; i++) {
        const struct tensor *input = node_input(parts->real, piece->layer, i);
        if (input && !input->data && parts->made_of[piece->layer->inputs[i]] == NO_TENSOR)
            return false;
    }
    return true;
}

static struct piece piece_find(const struct counterparts *parts, int node)
{
    const struct graph *made = parts->made;
    struct piece piece = {
        .parts = parts,
        .layer = &parts->real->nodes[node],
        .is_needed = xcalloc((size_t)made->n_tensors, sizeof(bool)),
        .is_inside = xcalloc((size_t)made->n_nodes, sizeof(bool)),
    };
    piece.is_whole = inputs_are_known(&piece);
    for (int i = 0; i < piece.layer->n_outputs; i++) {
        int output = parts->made_of[piece.layer->outputs[i]];
        if (output == NO_TENSOR)
            piece.is_whole = false;
        else
            piece.is_needed[output] = true;
    }
    for (int n = made->n_nodes - 1; n >= 0; n--) {
        piece.is_inside[n] = writes_needed(&piece, &made->nodes[n]);
        if (piece.is_inside[n])
            need_inputs(&piece, &made->nodes[n]);
    }
    for (int t = 0; t < made->n_tensors; t++)
        if (piece.is_needed[t] && !made->tensors[t].data && !is_written_inside(&piece, t))
            piece.is_whole = false;
    return piece;
}

static void piece_release(struct piece *piece)
{
    free(piece->is_needed);
    free(piece->is_inside);
}

/* Whether a tensor is not what a float graph has. */
static bool is_other(const struct tensor *tensor)
{
    return tensor &&
           (type_is_quantized(tensor->type) ? tensor->quant.count > 0 : tensor->type == TYPE_F16);
}

static bool is_changed(const struct piece *piece)
{
    const struct graph *made = piece->parts->made;
    for (int n = 0; n < made->n_nodes; n++)
        for (int i = 0; piece->is_inside[n] && i < made->nodes[n].n_inputs; i++)
            if (is_other(node_input(made, &made->nodes[n], i)))
                return true;
    for (int i = 0; i < piece->layer->n_outputs; i++)
        if (is_other(&made->tensors[piece->parts->made_of[piece->layer->outputs[i]]]))
            return true;
    return false;
}

enum layer_fate layer_fate(const struct counterparts *parts, int node)
{
    struct piece piece = piece_find(parts, node);
    enum layer_fate fate = !piece.is_whole      ? LAYER_MISSING
                           : is_changed(&piece) ? LAYER_CHANGED
                                                : LAYER_FLOAT;
    piece_release(&piece);
    return fate;
}

static int count_constants(const struct piece *piece, const struct shape *shape, int *found)
{
    const struct graph *made = piece->parts->made;
    int count = 0;
    *found = NO_TENSOR;
    for (int t = 0; t < made->n_tensors; t++) {
        const struct tensor *tensor = &made->tensors[t];
        if (!piece->is_needed[t] || !tensor->data || !shape_equal(&tensor->shape, shape))
            continue;
        *found = t;
        count++;
    }
    return count;
}

int layer_constant(const struct counterparts *parts, int node, const struct shape *shape)
{
    struct piece piece = piece_find(parts, node);
    int found;
    bool is_alone = count_constants(&piece, shape, &found) == 1 && piece.is_whole;
    piece_release(&piece);
    return is_alone ? found : NO_TENSOR;
}

/* Puts a piece into a graph that begins with the tensors of the float graph. */
struct splice {
    const struct piece *piece;
    struct graph *graph;
    int *number; /* per tensor of the made graph: in the new one, or NO_TENSOR */
    bool fits;   /* so far, all ends could be converted */
};

/* Whether a made tensor holds the very elements that the float graph's does. */
static bool holds_same(const struct tensor *made, const struct tensor *real)
{
    return made->type == real->type && made->quant.count == 0 && real->quant.count == 0;
}

static bool is_convertible(const struct tensor *made, const struct tensor *real)
{
    return real->type == TYPE_F32 && type_is_quantized(made->type) && made->quant.count == 1;
}

static void convert(struct splice *splice, enum op op, int from, int to)
{
    graph_add_node(splice->graph, op, &from, 1, &to, 1, NULL);
}

/* What the piece reads from another layer: the float tensor, or behind a QUANTIZE. */
static int enter(struct splice *splice, int made)
{
    const struct counterparts *parts = splice->piece->parts;
    const struct tensor *tensor = &parts->made->tensors[made];
    int real = parts->real_of[made];
    if (holds_same(tensor, &parts->real->tensors[real]))
        return real;
    splice->fits = splice->fits && is_convertible(tensor, &parts->real->tensors[real]);
    int number = graph_add_tensor(splice->graph, tensor);
    convert(splice, OP_QUANTIZE, real, number);
    return number;
}

static int number_of(struct splice *splice, int made)
{
    if (made == NO_TENSOR)
        return NO_TENSOR;
    if (splice->number[made] == NO_TENSOR)
        splice->number[made] =
            is_end(splice->piece, made)
                ? enter(splice, made)
                : graph_add_tensor(splice->graph, &splice->piece->parts->made->tensors[made]);
    return splice->number[made];
}

/* An output that stays what it is has the float tensor's number, so that those behind read it. */
static void bind_outputs(struct splice *splice)
{
    const struct counterparts *parts = splice->piece->parts;
    const struct node *layer = splice->piece->layer;
    for (int i = 0; i < layer->n_outputs; i++) {
        int real = layer->outputs[i], made = parts->made_of[real];
        if (holds_same(&parts->made->tensors[made], &parts->real->tensors[real]))
            splice->number[made] = real;
    }
}

static void leave(struct splice *splice)
{
    const struct counterparts *parts = splice->piece->parts;
    const struct node *layer = splice->piece->layer;
    for (int i = 0; i < layer->n_outputs; i++) {
        int real = layer->outputs[i], made = parts->made_of[real];
        if (splice->number[made] == real)
            continue;
        splice->fits = splice->fits &&
                       is_convertible(&parts->made->tensors[made], &parts->real->tensors[real]);
        convert(splice, OP_DEQUANTIZE, splice->number[made], real);
    }
}

static void add_node(struct splice *splice, const struct node *node)
{
    int *inputs = xcalloc((size_t)node->n_inputs, sizeof(*inputs));
    int *outputs = xcalloc((size_t)node->n_outputs, sizeof(*outputs));
    for (int i = 0; i < node->n_inputs; i++)
        inputs[i] = number_of(splice, node->inputs[i]);
    for (int i = 0; i < node->n_outputs; i++)
        outputs[i] = number_of(splice, node->outputs[i]);
    graph_add_node(splice->graph, node->op, inputs, node->n_inputs, outputs, node->n_outputs,
                   &node->params);
    free(inputs);
    free(outputs);
}

static void add_piece(struct splice *splice)
{
    const struct graph *made = splice->piece->parts->made;
    splice->number = xcalloc((size_t)made->n_tensors, sizeof(int));
    for (int i = 0; i < made->n_tensors; i++)
        splice->number[i] = NO_TENSOR;
    bind_outputs(splice);
    for (int n = 0; n < made->n_nodes; n++)
        if (splice->piece->is_inside[n])
            add_node(splice, &made->nodes[n]);
    leave(splice);
    free(splice->number);
}

/* A copy of the float graph, whose tensors keep their numbers, without its nodes: *nodes of them,
 * with lists of their own, since tensors get other numbers when the graph is compacted. */
static struct graph *begin(const struct counterparts *parts, const struct node **nodes)
{
    struct graph *graph = graph_share(parts->real);
    int count;
    graph->rounding = parts->made->rounding;
    graph->rounds_stored = parts->made->rounds_stored;
    *nodes = graph_take_nodes(graph, &count);
    return graph;
}

static enum status finish(const struct splice *splice, struct graph **graph, struct error *error)
{
    char text[NODE_TEXT_SIZE];
    const struct graph *real = splice->piece->parts->real;
    bool is_found = splice->piece->is_whole && splice->fits;
    enum status status =
        is_found ? graph_check(splice->graph, error)
                 : error_set(error, STATUS_UNSUPPORTED, real->name,
                             "%s of the float graph is not found again in what the mode made of it",
                             node_text(real, splice->piece->layer, text));
    if (status == STATUS_OK)
        graph_compact(splice->graph);
    else
        graph_free(splice->graph);
    *graph = status == STATUS_OK ? splice->graph : NULL;
    return status;
}

/* The float tensors that a piece reads, each once. */
static int list_ends(const struct piece *piece, int *list)
{
    const struct graph *made = piece->parts->made;
    bool *listed = xcalloc((size_t)piece->parts->real->n_tensors, sizeof(*listed));
    int count = 0;
    for (int n = 0; n < made->n_nodes; n++)
        for (int i = 0; piece->is_inside[n] && i < made->nodes[n].n_inputs; i++) {
            int input = made->nodes[n].inputs[i];
            if (input == NO_TENSOR || !is_end(piece, input) || listed[piece->parts->real_of[input]])
                continue;
            list[count++] = piece->parts->real_of[input];
            listed[list[count - 1]] = true;
        }
    free(listed);
    return count;
}

enum status layer_alone(const struct counterparts *parts, int node, struct graph **alone,
                        const int **inputs, struct error *error)
{
    struct piece piece = piece_find(parts, node);
    const struct node *nodes;
    struct splice splice = {.piece = &piece, .graph = begin(parts, &nodes), .fits = true};
    int *ends = arena_alloc(splice.graph->arena, (size_t)parts->real->n_tensors * sizeof(*ends));
    int count = list_ends(&piece, ends);
    graph_set_inputs(splice.graph, ends, count);
    graph_set_outputs(splice.graph, piece.layer->outputs, piece.layer->n_outputs);
    graph_set_states(splice.graph, NULL, 0);
    if (piece.is_whole)
        add_piece(&splice);
    enum status status = finish(&splice, alone, error);
    *inputs = status == STATUS_OK ? ends : NULL;
    piece_release(&piece);
    return status;
}

enum status layer_within(const struct counterparts *parts, int node, struct graph **whole,
                         struct error *error)
{
    struct piece piece = piece_find(parts, node);
    const struct node *nodes;
    struct splice splice = {.piece = &piece, .graph = begin(parts, &nodes), .fits = true};
    for (int n = 0; n < parts->real->n_nodes; n++)
        if (n != node)
            graph_keep_node(splice.graph, &nodes[n]);
        else if (piece.is_whole)
            add_piece(&splice);
    enum status status = finish(&splice, whole, error);
    piece_release(&piece);
    return status;
}
