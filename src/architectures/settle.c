#include "architectures/settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/call.h"
#include "graph/lookup.h"
#include "graph/node_params.h"
#include "graph/sample.h"
#include "graph/summary.h"

/* Samples that the graph is run on: many of them where they are small and little work, so that no
 * network takes more than seconds. Data sets count theirs from 0, so these are none of them. */
#define SAMPLES_LEAST   4
#define SAMPLES_MOST    64
#define MACS_AT_ALL     8e9
#define ELEMENTS_AT_ALL 2e6
#define SAMPLE_FIRST    (UINT64_C(1) << 40)

/* A channel of fewer elements over all samples has no statistics of its own. */
#define ELEMENTS_LEAST 64

/* How the outputs of a role's products are spread: over the channels the deviation is lognormal
 * around gain, the mean normal around offset. The values are those of batch normalization in
 * trained networks, but for the higher offset: behind a ReLU of random weights the difference of
 * two inputs grows in square by P(x > 0) / var(relu(x)) with each layer (S. Schoenholz et al.,
 * 2017, Deep Information Propagation), 1.47 times without an offset and 1.16 times with one of
 * 0.8. Training teaches networks not to amplify what quantization does to them; the offset does
 * so here. A still higher one would make the means, to which errors of the weights add up,
 * greater than what differs between samples. */
struct spread {
    double gain, gain_spread; /* the latter of the logarithm */
    double offset, offset_spread;
};

static const struct spread spreads[ROLE_COUNT] = {
    [ROLE_LAYER] = {1.0, 0.3, 0.8, 0.3},
    [ROLE_BRANCH] = {0.3, 0.3, 0.0, 0.2}, /* so that sums along a stage do not grow much */
    [ROLE_GATE] = {1.0, 0.3, 1.0, 0.3},   /* mostly open */
    [ROLE_FOCUS] = {1.5, 0.3, 0.0, 0.3},  /* attends to some more than to others */
    [ROLE_LOGITS] = {1.8, 0.5, 0.0, 0.0}, /* neither sure of one class nor of none */
};

struct settling {
    struct graph *graph;
    struct random *random;
    struct error *error;
    size_t samples;
    void **values; /* elements [tensor * samples + sample]; NULL once no node needs them */
    int *readers;  /* per tensor: nodes that have not run yet */
};

static void **values_of(const struct settling *settling, int tensor)
{
    return &settling->values[(size_t)tensor * settling->samples];
}

static enum status allocate(struct settling *settling, int tensor)
{
    size_t bytes = tensor_bytes(&settling->graph->tensors[tensor]) + KERNEL_OVERREAD;
    for (size_t s = 0; s < settling->samples; s++) {
        values_of(settling, tensor)[s] = memory_try(bytes);
        if (!values_of(settling, tensor)[s])
            return error_set(settling->error, STATUS_MEMORY, settling->graph->name,
                             "not enough memory for %zu bytes of activations", bytes);
    }
    return STATUS_OK;
}

static void drop(struct settling *settling, int tensor)
{
    for (size_t s = 0; s < settling->samples; s++)
        FREE_AND_NULL(values_of(settling, tensor)[s]);
}

static size_t choose_samples(const struct graph *graph)
{
    size_t elements = 0;
    for (int i = 0; i < graph->n_inputs; i++)
        elements += shape_elements(&graph->tensors[graph->inputs[i]].shape);
    double samples =
        fmin(MACS_AT_ALL / fmax(graph_macs(graph), 1.0), ELEMENTS_AT_ALL / (double)elements);
    return (size_t)fmin(fmax(samples, SAMPLES_LEAST), SAMPLES_MOST);
}

/* What data sets would draw for the i-th input, under other numbers. */
static void draw_input(const struct graph *graph, int i, size_t sample, void *elements)
{
    const struct tensor *input = &graph->tensors[graph->inputs[i]];
    uint64_t index = SAMPLE_FIRST + sample + ((uint64_t)i << 48);
    int32_t rows = lookup_rows(graph, graph->inputs[i]);
    if (tensor_is_whole(input))
        sample_fill_whole(input->type, shape_elements(&input->shape),
                          sample_range(input->type, rows), index, elements);
    else
        sample_fill(&input->shape, index, elements);
}

static enum status settling_init(struct settling *settling, struct graph *graph)
{
    enum status status = STATUS_OK;
    settling->samples = choose_samples(graph);
    settling->values = xcalloc((size_t)graph->n_tensors * settling->samples, sizeof(void *));
    settling->readers = xcalloc((size_t)graph->n_tensors, sizeof(int));
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_inputs; i++)
            settling->readers[graph->nodes[n].inputs[i]]++;
    for (int i = 0; i < graph->n_inputs && status == STATUS_OK; i++) {
        status = allocate(settling, graph->inputs[i]);
        for (size_t s = 0; s < settling->samples && status == STATUS_OK; s++)
            draw_input(graph, i, s, values_of(settling, graph->inputs[i])[s]);
    }
    return status;
}

static void settling_release(struct settling *settling)
{
    for (int i = 0; i < settling->graph->n_tensors; i++)
        drop(settling, i);
    free(settling->values);
    free(settling->readers);
}

/* Running a node */

static void run_sample(const struct settling *settling, const struct kernel *kernel,
                       struct kernel_call *call, size_t sample)
{
    const struct node *node = call->node;
    for (int i = 0; i < node->n_inputs; i++)
        if (!settling->graph->tensors[node->inputs[i]].data)
            call->inputs[i].data = values_of(settling, node->inputs[i])[sample];
    call->outputs[0].data = values_of(settling, node->outputs[0])[sample];
    for (int stage = 0; stage < call->n_stages; stage++)
        kernel->run(call, stage, 0, call->items[stage], 0);
}

static enum status run_node(struct settling *settling, const struct node *node)
{
    struct arena *temporary = arena_new();
    struct kernel_call call = call_new(settling->graph, node, 1, temporary);
    const struct kernel *kernel = kernel_find(&call, ISA_GENERIC, settling->error);
    char place[NODE_TEXT_SIZE];
    enum status status = kernel ? STATUS_OK
                                : error_within(settling->error, "%s: %s", settling->graph->name,
                                               node_text(settling->graph, node, place));
    if (status == STATUS_OK)
        status = call_prepare(settling->graph, kernel, &call, temporary, settling->error);
    if (status == STATUS_OK)
        status = allocate(settling, node->outputs[0]);
    if (status == STATUS_OK) {
        call.scratch = memory_try(call.scratch_bytes + KERNEL_OVERREAD);
        if (!call.scratch)
            status = error_set(settling->error, STATUS_MEMORY, settling->graph->name,
                               "not enough memory for %zu bytes", call.scratch_bytes);
    }
    for (size_t s = 0; s < settling->samples && status == STATUS_OK; s++)
        run_sample(settling, kernel, &call, s);
    free(call.scratch);
    arena_free(temporary);
    return status;
}

/* Statistics of a node's outputs */

struct moments {
    size_t channels;
    double *means, *deviations; /* per channel */
};

static void measure_channels(const struct settling *settling, int tensor, struct moments *moments)
{
    size_t channels = moments->channels;
    size_t positions = shape_elements(&settling->graph->tensors[tensor].shape) / channels;
    double *sums = moments->means, *squares = moments->deviations;
    double count = (double)(positions * settling->samples);
    for (size_t s = 0; s < settling->samples; s++)
        for (size_t p = 0; p < positions; p++) {
            const float *values = (const float *)values_of(settling, tensor)[s] + p * channels;
            for (size_t c = 0; c < channels; c++) {
                sums[c] += (double)values[c];
                squares[c] += (double)values[c] * (double)values[c];
            }
        }
    for (size_t c = 0; c < channels; c++) {
        moments->means[c] = sums[c] / count;
        double variance = squares[c] / count - moments->means[c] * moments->means[c];
        moments->deviations[c] = sqrt(fmax(variance, 0.0));
    }
}

/* Root of the mean square. */
static double typical(const double *values, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sqrt(sum / (double)count);
}

/* One mean and one deviation for all channels, in place of those of each. */
static void pool_channels(struct moments *moments)
{
    double within = typical(moments->deviations, moments->channels), mean = 0.0, between = 0.0;
    for (size_t c = 0; c < moments->channels; c++)
        mean += moments->means[c] / (double)moments->channels;
    for (size_t c = 0; c < moments->channels; c++)
        between += (moments->means[c] - mean) * (moments->means[c] - mean);
    for (size_t c = 0; c < moments->channels; c++) {
        moments->means[c] = mean;
        moments->deviations[c] = sqrt(within * within + between / (double)moments->channels);
    }
}

/* Logits differ as much from sample to sample as all classes do together, not class by class. */
static void pool_deviations(const struct settling *settling, struct moments *moments)
{
    double n = (double)settling->samples;
    double within = typical(moments->deviations, moments->channels) * sqrt(n / (n - 1.0));
    for (size_t c = 0; c < moments->channels; c++)
        moments->deviations[c] = within;
}

/* A channel that hardly varies would get weights far beyond all others. */
static void limit_deviations(struct moments *moments)
{
    double least = 0.1 * typical(moments->deviations, moments->channels);
    for (size_t c = 0; c < moments->channels; c++) {
        double *deviation = &moments->deviations[c];
        *deviation = fmax(*deviation, least);
        if (!(*deviation > 0.0))
            *deviation = 1.0;
    }
}

static struct moments measure(const struct settling *settling, int tensor, enum role role)
{
    const struct shape *shape = &settling->graph->tensors[tensor].shape;
    size_t channels = (size_t)shape->dim[shape->rank - 1];
    struct moments moments = {channels, xcalloc(channels, sizeof(double)),
                              xcalloc(channels, sizeof(double))};
    measure_channels(settling, tensor, &moments);
    if (role == ROLE_LOGITS)
        pool_deviations(settling, &moments);
    else if (shape_elements(shape) / channels * settling->samples < ELEMENTS_LEAST)
        pool_channels(&moments);
    limit_deviations(&moments);
    return moments;
}

/* y' = gain * y + offset, per channel. */
struct change {
    size_t channels;
    double *gains, *offsets;
};

static struct change draw_change(struct settling *settling, struct moments *moments, enum role role)
{
    const struct spread *spread = &spreads[role];
    struct change change = {moments->channels, moments->deviations, moments->means};
    double pair[2];
    for (size_t c = 0; c < change.channels; c++) {
        random_normals(settling->random, pair);
        double deviation = spread->gain * exp(spread->gain_spread * pair[0]);
        double mean = spread->offset + spread->offset_spread * pair[1];
        change.gains[c] = deviation / moments->deviations[c];
        change.offsets[c] = mean - moments->means[c] * change.gains[c];
    }
    return change;
}

/* What the graph holds of a product. */
static float *elements(const struct settling *settling, int tensor)
{
    return (float *)(uintptr_t)settling->graph->tensors[tensor].data;
}

static void change_weights(const struct settling *settling, const struct node *node,
                           const struct change *change)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    int tensor = node->inputs[rule->weight_input];
    const struct shape *shape = &settling->graph->tensors[tensor].shape;
    size_t inner = shape_span(shape, rule->weight_axis + 1, shape->rank);
    size_t runs = shape_elements(shape) / inner; /* of weights that share a channel */
    float *weights = elements(settling, tensor);
    float *bias = elements(settling, node->inputs[rule->bias_input]);
    for (size_t run = 0; run < runs; run++) {
        double gain = change->gains[run % change->channels];
        for (size_t i = 0; i < inner; i++, weights++)
            *weights = (float)((double)*weights * gain);
    }
    for (size_t c = 0; c < change->channels; c++)
        bias[c] = (float)((double)bias[c] * change->gains[c] + change->offsets[c]);
}

static void change_outputs(const struct settling *settling, int tensor, const struct change *change)
{
    size_t count = shape_elements(&settling->graph->tensors[tensor].shape);
    for (size_t s = 0; s < settling->samples; s++) {
        float *values = values_of(settling, tensor)[s];
        for (size_t i = 0; i < count; i += change->channels)
            for (size_t c = 0; c < change->channels; c++)
                values[i + c] =
                    (float)((double)values[i + c] * change->gains[c] + change->offsets[c]);
    }
}

static void activate(const struct settling *settling, int tensor, enum activation activation)
{
    size_t count = shape_elements(&settling->graph->tensors[tensor].shape);
    float high = activation == ACTIVATION_RELU6 ? 6.0f : INFINITY;
    for (size_t s = 0; s < settling->samples && activation != ACTIVATION_NONE; s++) {
        float *values = values_of(settling, tensor)[s];
        for (size_t i = 0; i < count; i++)
            values[i] = values[i] < 0.0f ? 0.0f : values[i] > high ? high : values[i];
    }
}

/* The product runs without its activation, which is applied once the outputs are settled. */
static enum status settle_product(struct settling *settling, struct node *node, enum role role)
{
    int32_t activation = node_activation(node);
    *node_fused_activation(node) = ACTIVATION_NONE;
    enum status status = run_node(settling, node);
    *node_fused_activation(node) = activation;
    if (status != STATUS_OK)
        return status;
    struct moments moments = measure(settling, node->outputs[0], role);
    struct change change = draw_change(settling, &moments, role);
    change_weights(settling, node, &change);
    change_outputs(settling, node->outputs[0], &change);
    activate(settling, node->outputs[0], (enum activation)activation);
    free(moments.means);
    free(moments.deviations);
    return STATUS_OK;
}

/* Logits that are means of what a product with a ReLU makes follow a factor of its weights and
 * bias, and have no other way to change. */
static enum status settle_mean(struct settling *settling, const struct node *node)
{
    enum status status = run_node(settling, node);
    if (status != STATUS_OK)
        return status;
    struct moments moments = measure(settling, node->outputs[0], ROLE_LOGITS);
    struct change change = draw_change(settling, &moments, ROLE_LOGITS);
    for (size_t c = 0; c < change.channels; c++)
        change.offsets[c] = 0.0;
    change_weights(settling, node - 1, &change);
    change_outputs(settling, node->outputs[0], &change);
    free(moments.means);
    free(moments.deviations);
    return STATUS_OK;
}

static void drop_read(struct settling *settling, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (--settling->readers[node->inputs[i]] == 0)
            drop(settling, node->inputs[i]);
}

enum status settle(struct graph *graph, const enum role *roles, struct random *random,
                   struct error *error)
{
    struct settling settling = {.graph = graph, .random = random, .error = error};
    enum status status = settling_init(&settling, graph);
    for (int n = 0; n < graph->n_nodes && status == STATUS_OK; n++) {
        struct node *node = &graph->nodes[n];
        if (roles[n] == ROLE_NONE)
            status = run_node(&settling, node);
        else if (op_table[node->op].quant.weight_input == NO_INPUT)
            status = settle_mean(&settling, node);
        else
            status = settle_product(&settling, node, roles[n]);
        drop_read(&settling, node);
    }
    settling_release(&settling);
    return status;
}
