#include "worker/layer_errors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/session.h"
#include "formats/dataset/model_data.h"
#include "measure/clock.h"
#include "quantize/scale.h"
#include "worker/feed.h"

/* A graph that runs, all of whose activations can be read after a run. */
struct network {
    const struct graph *graph;
    struct plan *plan;
    struct session *session;
    const void **elements; /* per tensor, of the latest run; NULL: nobody computed it */
};

/* One layer as the mode has it, between float ends. */
struct lone_layer {
    struct graph *whole; /* the network with this layer in the mode, out of which it is taken */
    struct graph *graph; /* NULL: the layer has none */
    struct network network;
    const int *inputs; /* tensors of the float graph */
};

struct looker {
    const struct work *work;
    const struct layer_set *set;
    struct pool *pool;
    struct network real, made;
    struct lone_layer *lone; /* one per layer */
    struct model_ends real_ends, made_ends;
    struct model_data *real_data, *made_data;
    float *values; /* room for the elements of the largest output */
};

static enum status network_open(const struct looker *looker, const struct graph *graph,
                                struct network *network, struct error *error)
{
    const struct plan_options options = {
        .threads = pool_threads(looker->pool),
        .isa = isa_from_name(looker->work->isa),
        .keep_all = true,
        .is_direct = looker->work->is_direct,
    };
    network->graph = graph;
    network->elements = xcalloc((size_t)graph->n_tensors, sizeof(*network->elements));
    enum status status = plan_new(graph, &options, &network->plan, error);
    return status == STATUS_OK ? session_new(network->plan, looker->pool, &network->session, error)
                               : status;
}

static void network_close(struct network *network)
{
    session_free(network->session);
    plan_free(network->plan);
    free(network->elements);
    *network = (struct network){0};
}

static void see(void *context, int tensor, const void *elements)
{
    ((struct network *)context)->elements[tensor] = elements;
}

/* Views have no step of their own: they are what they look at. */
static void see_views(struct network *network)
{
    const struct graph *graph = network->graph;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        if (op_has(node->op, TRAIT_VIEW) && !network->elements[node->outputs[0]])
            network->elements[node->outputs[0]] = network->elements[node->inputs[0]];
    }
}

static enum status network_run(struct network *network, struct error *error)
{
    memset(network->elements, 0, (size_t)network->graph->n_tensors * sizeof(void *));
    session_observe(network->session, see, network);
    session_run(network->session);
    see_views(network);
    return session_check(network->session, error);
}

/* Out of the network with this layer alone in the mode; false: it is not found there. */
static bool take_out(const struct layer_set *set, int layer, struct lone_layer *lone)
{
    struct error ignored; /* its errors are left out, then */
    if (layer_set_within(set, layer, &lone->whole, &ignored) != STATUS_OK)
        return false;
    struct counterparts parts = counterparts_find(set->real, lone->whole);
    enum status status = layer_alone(&parts, layer, &lone->graph, &lone->inputs, &ignored);
    counterparts_release(&parts);
    return status == STATUS_OK;
}

static enum status open_lone(struct looker *looker, int layer, struct error *error)
{
    struct lone_layer *lone = &looker->lone[layer];
    if (looker->set->fates[layer] != LAYER_CHANGED || !take_out(looker->set, layer, lone))
        return STATUS_OK;
    return network_open(looker, lone->graph, &lone->network, error);
}

static enum status open_networks(struct looker *looker, struct error *error)
{
    const struct layer_set *set = looker->set;
    const struct placement placement = {.n_threads = looker->work->n_pus, .pus = looker->work->pus};
    enum status status = pool_new(&placement, &looker->pool, error);
    if (status == STATUS_OK)
        status = network_open(looker, set->real, &looker->real, error);
    if (status == STATUS_OK)
        status = network_open(looker, set->made, &looker->made, error);
    looker->lone = xcalloc((size_t)set->count, sizeof(*looker->lone));
    for (int i = 0; status == STATUS_OK && i < set->count; i++)
        status = open_lone(looker, i, error);
    return status;
}

static enum status open_data(struct looker *looker, struct error *error)
{
    looker->real_ends = ends_of_graph(looker->set->real);
    looker->made_ends = ends_of_graph(looker->set->made);
    looker->made_ends.is_own = false;
    const struct dataset_spec *spec = &looker->work->data;
    enum status status = model_data_open(spec, &looker->real_ends, &looker->real_data, error);
    return status == STATUS_OK
               ? model_data_open(spec, &looker->made_ends, &looker->made_data, error)
               : status;
}

static enum status make_room(struct looker *looker, struct error *error)
{
    const struct graph *real = looker->set->real;
    size_t most = 0;
    for (int n = 0; n < real->n_nodes; n++)
        for (int i = 0; i < real->nodes[n].n_outputs; i++) {
            size_t own = shape_elements(&node_output(real, &real->nodes[n], i)->shape);
            most = own > most ? own : most;
        }
    looker->values = memory_try(most * sizeof(float));
    if (!looker->values)
        return error_set(error, STATUS_MEMORY, real->name,
                         "not enough memory for a layer of %zu elements", most);
    return STATUS_OK;
}

static void looker_close(struct looker *looker)
{
    for (int i = 0; looker->lone && i < looker->set->count; i++) {
        network_close(&looker->lone[i].network);
        graph_free(looker->lone[i].graph);
        graph_free(looker->lone[i].whole);
    }
    free(looker->lone);
    network_close(&looker->real);
    network_close(&looker->made);
    pool_free(looker->pool);
    model_data_free(looker->real_data);
    model_data_free(looker->made_data);
    ends_release(&looker->real_ends);
    ends_release(&looker->made_ends);
    free(looker->values);
}

static enum status feed(struct model_data *data, size_t run, const struct network *network,
                        struct error *error)
{
    int count = network->graph->n_inputs;
    void **inputs = xcalloc((size_t)count, sizeof(*inputs));
    for (int i = 0; i < count; i++)
        inputs[i] = session_input(network->session, i);
    enum status status = model_data_read(data, run, inputs, error);
    free(inputs);
    return status;
}

/* Both networks on one run of the data, with their variables where they have some. */
static enum status run_both(struct looker *looker, size_t run, struct error *error)
{
    enum status status = feed(looker->real_data, run, &looker->real, error);
    if (status == STATUS_OK)
        status = feed(looker->made_data, run, &looker->made, error);
    if (status == STATUS_OK && model_data_begins(looker->real_data, run)) {
        session_reset(looker->real.session);
        session_reset(looker->made.session);
    }
    if (status == STATUS_OK)
        status = network_run(&looker->real, error);
    return status == STATUS_OK ? network_run(&looker->made, error) : status;
}

static const struct node *node_of(const struct looker *looker, int layer)
{
    return &looker->set->real->nodes[layer];
}

/* Adds what one tensor of a network says of an output of a layer; false: nothing. */
static bool add_output(const struct looker *looker, int real, const struct tensor *own,
                       const void *elements, struct tensor_error *sum)
{
    const struct tensor *tensor = &looker->set->real->tensors[real];
    const float *reference = looker->real.elements[real];
    struct error ignored;
    if (tensor->type != TYPE_F32 || !reference || !elements ||
        feed_decode(own, elements, looker->values, &ignored) != STATUS_OK)
        return false;
    tensor_error_add(sum, looker->values, reference, shape_elements(&tensor->shape));
    return true;
}

static void add_accumulated(const struct looker *looker, int layer, struct layer_error *error)
{
    const struct node *node = node_of(looker, layer);
    for (int i = 0; i < node->n_outputs; i++) {
        int made = looker->set->parts.made_of[node->outputs[i]];
        if (made != NO_TENSOR &&
            add_output(looker, node->outputs[i], &looker->set->made->tensors[made],
                       looker->made.elements[made], &error->accumulated))
            error->is_accumulated = true;
    }
}

/* A layer that stays float makes of fp32's values what fp32 does. */
static void add_same(const struct looker *looker, int layer, struct layer_error *error)
{
    const struct node *node = node_of(looker, layer);
    for (int i = 0; i < node->n_outputs; i++)
        if (add_output(looker, node->outputs[i], node_output(looker->set->real, node, i),
                       looker->real.elements[node->outputs[i]], &error->isolated))
            error->is_isolated = true;
}

/* The layer alone on fp32's values. */
static enum status add_lone(struct looker *looker, int layer, struct layer_error *sums,
                            struct error *error)
{
    struct lone_layer *lone = &looker->lone[layer];
    const struct graph *graph = lone->graph;
    const struct node *node = node_of(looker, layer);
    for (int i = 0; i < graph->n_inputs; i++) {
        const void *elements = looker->real.elements[lone->inputs[i]];
        if (!elements)
            return STATUS_OK;
        memcpy(session_input(lone->network.session, i), elements,
               tensor_bytes(&graph->tensors[graph->inputs[i]]));
    }
    enum status status = network_run(&lone->network, error);
    for (int i = 0; status == STATUS_OK && i < node->n_outputs; i++)
        if (add_output(looker, node->outputs[i], &graph->tensors[graph->outputs[i]],
                       session_output(lone->network.session, i), &sums->isolated))
            sums->is_isolated = true;
    return status;
}

static void add_range(const struct looker *looker, int layer, struct layer_error *error)
{
    int output = node_of(looker, layer)->outputs[0];
    const struct tensor *tensor = &looker->set->real->tensors[output];
    const float *values = looker->real.elements[output];
    size_t count = shape_elements(&tensor->shape);
    if (tensor->type != TYPE_F32 || !values)
        return;
    value_range_add(&error->seen, values, count, error->held_low, error->held_high, error->scale);
    if (error->is_held)
        spread_add(&error->spread, values, count);
}

static enum status take_run(struct looker *looker, size_t run, struct layer_errors *errors,
                            struct error *error)
{
    enum status status = run_both(looker, run, error);
    for (int i = 0; status == STATUS_OK && i < looker->set->count; i++) {
        struct layer_error *sums = &errors->list[i];
        add_range(looker, i, sums);
        add_accumulated(looker, i, sums);
        if (looker->lone[i].graph)
            status = add_lone(looker, i, sums, error);
        else if (looker->set->fates[i] == LAYER_FLOAT)
            add_same(looker, i, sums);
    }
    return status;
}

/* What the layer's first output holds; everything, where it is no quantized tensor. */
static void set_held(const struct layer_set *set, int layer, struct layer_error *error)
{
    int made = set->parts.made_of[set->real->nodes[layer].outputs[0]];
    const struct tensor *tensor = made == NO_TENSOR ? NULL : &set->made->tensors[made];
    error->held_low = -INFINITY;
    error->held_high = INFINITY;
    if (!tensor || !type_is_quantized(tensor->type) || tensor->quant.count != 1)
        return;
    const struct scale scale = {tensor->quant.scale[0], tensor->quant.zero_point[0]};
    error->is_held = true;
    error->scale = scale.scale;
    error->type = tensor->type;
    error->zero_point = scale.zero_point;
    scale_span(tensor->type, scale, &error->held_low, &error->held_high);
    error->spread.low = (double)error->held_low;
    error->spread.high = (double)error->held_high;
}

static enum status take_runs(struct looker *looker, size_t most, double seconds,
                             struct layer_errors *errors, struct error *error)
{
    double end = clock_seconds() + seconds;
    size_t batch = model_data_batch(looker->real_data), total = model_data_runs(looker->real_data);
    size_t wanted = (most + batch - 1) / batch, runs = wanted < total ? wanted : total;
    bool in_order = looker->set->real->n_states > 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < runs; i++) {
        if (i > 0 && clock_seconds() > end)
            break;
        status = take_run(looker, in_order ? i : i * total / runs, errors, error);
        errors->samples += batch;
    }
    return status;
}

enum status layer_errors_measure(const struct work *work, const struct layer_set *set, size_t most,
                                 double seconds, struct layer_errors *errors, struct error *error)
{
    struct looker looker = {.work = work, .set = set};
    *errors = (struct layer_errors){.list = xcalloc((size_t)set->count, sizeof(*errors->list))};
    for (int i = 0; i < set->count; i++)
        set_held(set, i, &errors->list[i]);
    enum status status = open_data(&looker, error);
    if (status == STATUS_OK)
        status = open_networks(&looker, error);
    if (status == STATUS_OK)
        status = make_room(&looker, error);
    if (status == STATUS_OK)
        status = take_runs(&looker, most, seconds, errors, error);
    looker_close(&looker);
    return status;
}

void layer_errors_release(struct layer_errors *errors)
{
    FREE_AND_NULL(errors->list);
}
