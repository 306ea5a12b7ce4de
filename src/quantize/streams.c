#include "quantize/streams.h"

#include <stdlib.h>

#include "base/memory.h"
#include "graph/node_params.h"
#include "quantize/rescale.h"
#include "rewrite/integer_node.h"

/* Streams while they are joined. */
struct joining {
    const struct graph *graph;
    int *parent;   /* per tensor */
    bool *is_held; /* per root */
    bool scales_dense;
};

static int root_of(const struct joining *joining, int tensor)
{
    while (joining->parent[tensor] != tensor)
        tensor = joining->parent[tensor] = joining->parent[joining->parent[tensor]];
    return tensor;
}

static void hold(const struct joining *joining, int tensor)
{
    if (tensor != NO_TENSOR)
        joining->is_held[root_of(joining, tensor)] = true;
}

static void join(const struct joining *joining, int a, int b)
{
    int x = root_of(joining, a), y = root_of(joining, b);
    joining->is_held[x] |= joining->is_held[y];
    joining->parent[y] = x;
}

static bool is_linear(int activation)
{
    return activation == ACTIVATION_NONE || activation == ACTIVATION_RELU;
}

static bool same_shape(const struct graph *graph, const struct node *node)
{
    return shape_equal(&node_input(graph, node, 0)->shape, &node_input(graph, node, 1)->shape);
}

/* Only channels behind the others, or places around the image; of zeros. */
static bool pads_behind(const struct graph *graph, const struct node *node)
{
    const struct tensor *pads = node_input(graph, node, 1);
    int rank = node_input(graph, node, 0)->shape.rank;
    if (node->n_inputs != 2 || !pads || !pads->data || pads->type != TYPE_I32)
        return false;
    return ((const int32_t *)pads->data)[2 * (rank - 1)] == 0;
}

bool streams_pass(const struct graph *graph, const struct node *node)
{
    const struct tensor *in = node_input(graph, node, 0), *out = node_output(graph, node, 0);
    if (!in || in->data || in->type != TYPE_F32 || in->shape.rank < 2 || out->shape.rank < 2)
        return false;
    switch (node->op) {
    case OP_ADD:
        return !node_input(graph, node, 1)->data && same_shape(graph, node) &&
               is_linear(node->params.arithmetic.activation);
    case OP_AVERAGE_POOL_2D:
    case OP_MAX_POOL_2D:
        return is_linear(node->params.pool.activation);
    case OP_PAD:
        return pads_behind(graph, node);
    case OP_PRELU:
        return node_input(graph, node, 1)->data != NULL;
    case OP_RELU:
    case OP_LEAKY_RELU:
    case OP_RESIZE_BILINEAR:
    case OP_RESIZE_NEAREST_NEIGHBOR:
        return true;
    case OP_MEAN:
        return in->shape.rank == 4 &&
               shape_elements(&out->shape) == (size_t)in->shape.dim[0] * (size_t)in->shape.dim[3] &&
               out->shape.dim[out->shape.rank - 1] == in->shape.dim[3];
    case OP_RESHAPE:
        return in->shape.rank == 4 && in->shape.dim[1] == 1 && in->shape.dim[2] == 1 &&
               out->shape.rank == 2 && out->shape.dim[1] == in->shape.dim[3];
    default:
        return false;
    }
}

static void hold_all(const struct joining *joining, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        hold(joining, node->inputs[i]);
    for (int i = 0; i < node->n_outputs; i++)
        hold(joining, node->outputs[i]);
}

/* Where the rows of a matrix are not the channels of what it reads (behind a RESHAPE, say), the
 * stream ends. */
static bool reads_channels(const struct graph *graph, const struct product *product)
{
    const struct shape *in = &node_input(graph, &product->node, 0)->shape;
    return in->dim[in->rank - 1] == product->channels;
}

static void join_node(const struct joining *joining, const struct node *node,
                      const struct product *product)
{
    const struct graph *graph = joining->graph;
    if (product && rescale_can(graph, product)) {
        int activation = product_activation(product);
        bool is_single = node->op == OP_FULLY_CONNECTED && !joining->scales_dense;
        if (is_single || (!is_linear(activation) && activation != ACTIVATION_RELU6))
            hold(joining, node->outputs[0]);
        if (!reads_channels(graph, product))
            hold(joining, node->inputs[0]);
    } else if (streams_pass(graph, node)) {
        for (int i = 0; i < node->n_inputs; i++)
            if (integer_node_data(node, i) && !node_input(graph, node, i)->data)
                join(joining, node->outputs[0], node->inputs[i]);
    } else {
        hold_all(joining, node);
    }
}

static void hold_ends(const struct joining *joining)
{
    const struct graph *graph = joining->graph;
    for (int i = 0; i < graph->n_inputs; i++)
        hold(joining, graph->inputs[i]);
    for (int i = 0; i < graph->n_outputs; i++)
        hold(joining, graph->outputs[i]);
    for (int i = 0; i < graph->n_states; i++) {
        hold(joining, graph->states[i].tensor);
        hold(joining, graph->states[i].next);
    }
}

static int last_dimension(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

static void number(struct streams *streams, const struct joining *joining)
{
    const struct graph *graph = joining->graph;
    int *numbers = xcalloc((size_t)graph->n_tensors, sizeof(*numbers));
    for (int t = 0; t < graph->n_tensors; t++) {
        int root = root_of(joining, t);
        struct streamed *streamed = &streams->tensors[t];
        const struct tensor *tensor = &graph->tensors[t];
        *streamed = (struct streamed){.stream = -1, .channels = last_dimension(tensor)};
        if (tensor->data || tensor->type != TYPE_F32 || joining->is_held[root])
            continue;
        if (numbers[root] == 0)
            numbers[root] = ++streams->count;
        streamed->stream = numbers[root] - 1;
        int *most = &streams->channels[streamed->stream];
        *most = streamed->channels > *most ? streamed->channels : *most;
    }
    free(numbers);
}

const struct product *streams_product(const struct streams *streams, int node)
{
    const struct product *product = &streams->products[node];
    return product->node.n_inputs > 0 ? product : NULL;
}

static void look_at_writers(struct streams *streams)
{
    const struct graph *graph = streams->graph;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        struct streamed *streamed = &streams->tensors[node->outputs[0]];
        streamed->is_fresh = !op_has(node->op, TRAIT_PASSES_SCALE);
        const struct product *product = streams_product(streams, n);
        streamed->is_capped = product && product_activation(product) == ACTIVATION_RELU6;
    }
}

/* The members of streams among some items, of which each is of one, or of none (-1). */
static struct stream_members members_of(const int *streams, int items, int count)
{
    struct stream_members members = {.of = xcalloc((size_t)items + 1, sizeof(int)),
                                     .first = xcalloc((size_t)count + 2, sizeof(int))};
    for (int i = 0; i < items; i++)
        if (streams[i] >= 0)
            members.first[streams[i] + 2]++;
    for (int s = 0; s < count; s++)
        members.first[s + 2] += members.first[s + 1];
    for (int i = 0; i < items; i++)
        if (streams[i] >= 0)
            members.of[members.first[streams[i] + 1]++] = i;
    return members;
}

static void find_members(struct streams *streams)
{
    const struct graph *graph = streams->graph;
    int nodes = graph->n_nodes, most = nodes > graph->n_tensors ? nodes : graph->n_tensors;
    int *of = xcalloc((size_t)most + 1, sizeof(*of));
    for (int t = 0; t < graph->n_tensors; t++)
        of[t] = streams->tensors[t].stream;
    streams->with = members_of(of, graph->n_tensors, streams->count);
    for (int n = 0; n < nodes; n++)
        of[n] =
            streams_product(streams, n) ? streams->tensors[graph->nodes[n].outputs[0]].stream : -1;
    streams->writers = members_of(of, nodes, streams->count);
    for (int n = 0; n < nodes; n++)
        of[n] =
            streams_product(streams, n) ? streams->tensors[graph->nodes[n].inputs[0]].stream : -1;
    streams->readers = members_of(of, nodes, streams->count);
    free(of);
}

static void members_release(struct stream_members *members)
{
    FREE_AND_NULL(members->of);
    FREE_AND_NULL(members->first);
}

struct streams streams_find(const struct graph *graph, bool scales_dense)
{
    size_t tensors = (size_t)graph->n_tensors;
    const struct joining joining = {.graph = graph,
                                    .parent = xcalloc(tensors, sizeof(int)),
                                    .is_held = xcalloc(tensors, sizeof(bool)),
                                    .scales_dense = scales_dense};
    struct streams streams = {.graph = graph,
                              .tensors = xcalloc(tensors, sizeof(struct streamed)),
                              .n_tensors = graph->n_tensors,
                              .channels = xcalloc(tensors, sizeof(int)),
                              .products =
                                  xcalloc((size_t)graph->n_nodes + 1, sizeof(struct product))};
    for (int t = 0; t < graph->n_tensors; t++)
        joining.parent[t] = t;
    for (int n = 0; n < graph->n_nodes; n++)
        if (!product_describe(graph, &graph->nodes[n], &streams.products[n]))
            streams.products[n] = (struct product){0};
    hold_ends(&joining);
    for (int n = 0; n < graph->n_nodes; n++)
        join_node(&joining, &graph->nodes[n], streams_product(&streams, n));
    number(&streams, &joining);
    look_at_writers(&streams);
    find_members(&streams);
    free(joining.parent);
    free(joining.is_held);
    return streams;
}

void streams_release(struct streams *streams)
{
    FREE_AND_NULL(streams->tensors);
    FREE_AND_NULL(streams->channels);
    FREE_AND_NULL(streams->products);
    members_release(&streams->with);
    members_release(&streams->writers);
    members_release(&streams->readers);
}

static void divide_writer(struct graph *graph, const struct product *product, const double *factors)
{
    rescale_own(graph, product->weights);
    rescale_own(graph, product->node.inputs[PRODUCT_BIAS]);
    float *weights = rescale_numbers(graph, product->weights);
    for (int o = 0; o < product_outputs(graph, product); o++) {
        struct strip strip = product_strip(graph, product, o);
        for (int i = 0; i < product->inputs; i++)
            weights[strip.first + (size_t)i * strip.step] /= (float)factors[o];
        rescale_numbers(graph, product->node.inputs[PRODUCT_BIAS])[o] /= (float)factors[o];
    }
}

static void multiply_reader(struct graph *graph, const struct product *product,
                            const double *factors)
{
    int outputs = product_outputs(graph, product);
    rescale_own(graph, product->weights);
    float *weights = rescale_numbers(graph, product->weights);
    for (int o = 0; o < outputs; o++) {
        struct strip strip = product_strip(graph, product, o);
        for (int i = 0; i < product->inputs; i++)
            weights[strip.first + (size_t)i * strip.step] *=
                (float)factors[product_channel(product, outputs, o, i)];
    }
}

void streams_draw_out(const struct streams *streams, struct graph *graph, int stream,
                      const double *factors)
{
    const struct stream_members *writers = &streams->writers, *readers = &streams->readers;
    for (int i = writers->first[stream]; i < writers->first[stream + 1]; i++)
        divide_writer(graph, &streams->products[writers->of[i]], factors);
    for (int i = readers->first[stream]; i < readers->first[stream + 1]; i++)
        multiply_reader(graph, &streams->products[readers->of[i]], factors);
}
