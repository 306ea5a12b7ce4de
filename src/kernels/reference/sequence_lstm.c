/* UNIDIRECTIONAL_SEQUENCE_LSTM of real numbers, step after step. With int8 weights, what they are
 * multiplied with is quantized first, row by row.
 *
 * With gates i, f, g and o of sums of the input x, of the output h of the step before and, through
 * peepholes, of the cells: c = f * c + i * g, then h = o * tanh(c), or the projection of that. The
 * order of outputs and states is that of graph/sequence.h.
 *
 * Sources: S. Hochreiter, J. Schmidhuber, 1997, Long Short-Term Memory; H. Sak et al., 2014, Long
 * Short-Term Memory Recurrent Neural Network Architectures (projection); J. L. Ba et al., 2016,
 * Layer Normalization; K. Greff et al., 2017, LSTM: A Search Space Odyssey (coupled gates).
 */
#include <math.h>
#include <string.h>

#include "kernels/common/hybrid.h"
#include "kernels/common/sequence.h"
#include "kernels/lists.h"

/* Added to variances, as TFLite does. */
#define VARIANCE_LEAST 1e-8

/* What weights are multiplied with. */
struct row {
    const float *values;
    size_t length;
    int8_t *integers; /* of hybrid kernels: its values in steps of the scale */
    struct run_scale scale;
};

/* One sample. */
struct sample {
    const struct kernel_call *call;
    const struct sequence_float *state;
    float *h, *c;                 /* the states that are returned */
    float *gates[SEQUENCE_GATES]; /* working memory */
    float *hidden;
    struct row x, before, projected;
};

static const float *input_of(const struct sample *sample, int i)
{
    return sequence_has(sample->call, i) ? sample->call->inputs[i].data : NULL;
}

static void quantize_row(const struct sample *sample, struct row *row)
{
    float low = 0.0f, high = 0.0f;
    if (!sample->state->is_hybrid)
        return;
    for (size_t i = 0; i < row->length; i++) {
        low = fminf(low, row->values[i]);
        high = fmaxf(high, row->values[i]);
    }
    bool is_asymmetric = sample->call->node->params.sequence.asymmetric_inputs != 0;
    row->scale = is_asymmetric ? hybrid_asymmetric(low, high) : hybrid_symmetric(low, high);
    for (size_t i = 0; i < row->length; i++)
        row->integers[i] = (int8_t)hybrid_quantize(row->values[i], &row->scale);
}

/* Row `unit` of a matrix, times the row. */
static double product(const struct sample *sample, int matrix, size_t unit, const struct row *row)
{
    double sum = 0.0;
    int64_t steps = 0;
    if (!sample->state->is_hybrid) {
        const float *weights = input_of(sample, matrix) + unit * row->length;
        for (size_t i = 0; i < row->length; i++)
            sum += (double)weights[i] * (double)row->values[i];
        return sum;
    }
    const int8_t *weights = (const int8_t *)sample->call->inputs[matrix].data + unit * row->length;
    for (size_t i = 0; i < row->length; i++)
        steps += weights[i] * (row->integers[i] - row->scale.zero_point);
    return (double)steps * (double)sample->state->weight_scales[matrix] * (double)row->scale.scale;
}

/* Element `unit` of the peepholes of a gate; 0 without. */
static double peephole(const struct sample *sample, int gate, size_t unit)
{
    int input = SEQUENCE_PEEPHOLES + (gate == SEQUENCE_OUTPUT ? 2 : gate);
    if (gate == SEQUENCE_CELL || !sequence_has(sample->call, input))
        return 0.0;
    const void *factors = sample->call->inputs[input].data;
    double factor = sample->state->is_hybrid ? (double)((const int8_t *)factors)[unit]
                                             : (double)((const float *)factors)[unit];
    return factor * (double)sample->state->weight_scales[input] * (double)sample->c[unit];
}

/* To mean 0 and variance 1. */
static void normalize(float *sums, size_t count, const float *factors)
{
    double mean = 0.0, variance = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += (double)sums[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        variance += pow((double)sums[i] - mean, 2.0) / (double)count;
    for (size_t i = 0; i < count; i++)
        sums[i] = (float)(((double)sums[i] - mean) / sqrt(variance + VARIANCE_LEAST) *
                          (double)factors[i]);
}

static void compute_gate(const struct sample *sample, int gate)
{
    size_t cells = sample->state->layer.cells;
    const float *bias = input_of(sample, SEQUENCE_BIAS + gate);
    const float *factors = input_of(sample, SEQUENCE_FACTORS + gate);
    float *sums = sample->gates[gate];
    for (size_t unit = 0; unit < cells; unit++)
        sums[unit] = (float)(product(sample, SEQUENCE_WEIGHTS + gate, unit, &sample->x) +
                             product(sample, SEQUENCE_RECURRENT + gate, unit, &sample->before) +
                             peephole(sample, gate, unit) + (factors ? 0.0 : (double)bias[unit]));
    if (factors)
        normalize(sums, cells, factors);
    for (size_t unit = 0; unit < cells; unit++) {
        double sum = (double)sums[unit] + (factors ? (double)bias[unit] : 0.0);
        sums[unit] = (float)(gate == SEQUENCE_CELL ? tanh(sum) : 1.0 / (1.0 + exp(-sum)));
    }
}

static float clip(double value, float limit)
{
    if (!(limit > 0.0f))
        return (float)value;
    return fmaxf(-limit, fminf((float)value, limit));
}

static void update_cells(const struct sample *sample)
{
    float limit = sample->call->node->params.sequence.cell_clip;
    bool is_coupled = !sequence_has(sample->call, SEQUENCE_WEIGHTS + SEQUENCE_INPUT);
    for (size_t unit = 0; unit < sample->state->layer.cells; unit++) {
        double keep = (double)sample->gates[SEQUENCE_FORGET][unit];
        double take = is_coupled ? 1.0 - keep : (double)sample->gates[SEQUENCE_INPUT][unit];
        sample->c[unit] =
            clip(keep * (double)sample->c[unit] + take * (double)sample->gates[SEQUENCE_CELL][unit],
                 limit);
    }
}

static void give_output(struct sample *sample)
{
    const struct sequence_layer *layer = &sample->state->layer;
    const float *bias = input_of(sample, SEQUENCE_PROJECTION_BIAS);
    float limit = sample->call->node->params.sequence.projection_clip;
    for (size_t unit = 0; unit < layer->cells; unit++)
        sample->hidden[unit] =
            (float)((double)sample->gates[SEQUENCE_OUTPUT][unit] * tanh((double)sample->c[unit]));
    if (!sequence_has(sample->call, SEQUENCE_PROJECTION)) {
        memcpy(sample->h, sample->hidden, layer->cells * sizeof(float));
        return;
    }
    quantize_row(sample, &sample->projected);
    for (size_t i = 0; i < layer->outputs; i++)
        sample->h[i] = clip(product(sample, SEQUENCE_PROJECTION, i, &sample->projected) +
                                (bias ? (double)bias[i] : 0.0),
                            limit);
}

static void run_step(struct sample *sample)
{
    quantize_row(sample, &sample->x);
    quantize_row(sample, &sample->before);
    if (sequence_has(sample->call, SEQUENCE_WEIGHTS + SEQUENCE_INPUT))
        compute_gate(sample, SEQUENCE_INPUT);
    compute_gate(sample, SEQUENCE_FORGET);
    compute_gate(sample, SEQUENCE_CELL);
    update_cells(sample);
    compute_gate(sample, SEQUENCE_OUTPUT);
    give_output(sample);
}

static struct sample begin(const struct kernel_call *call, size_t item, int thread)
{
    const struct sequence_float *state = call->state;
    const struct sequence_layer *layer = &state->layer;
    size_t cells = layer->cells, outputs = layer->outputs;
    unsigned char *memory =
        call->scratch + (size_t)thread * (call->scratch_bytes / (size_t)call->n_threads);
    float *rows = (float *)(void *)memory;
    int8_t *integers = (int8_t *)(rows + SEQUENCE_WORK_ROWS * cells);
    struct sample sample = {
        .call = call,
        .state = state,
        .h = (float *)call->outputs[SEQUENCE_NEXT_STATE].data + item * outputs,
        .c = (float *)call->outputs[SEQUENCE_NEXT_CELLS].data + item * cells,
        .hidden = rows + SEQUENCE_GATES * cells,
    };
    for (size_t gate = 0; gate < SEQUENCE_GATES; gate++)
        sample.gates[gate] = rows + gate * cells;
    sample.x = (struct row){.length = layer->depth, .integers = integers};
    sample.before =
        (struct row){.values = sample.h, .length = outputs, .integers = integers + layer->depth};
    sample.projected = (struct row){
        .values = sample.hidden, .length = cells, .integers = integers + layer->depth + outputs};
    memcpy(sample.h, (const float *)call->inputs[SEQUENCE_STATE].data + item * outputs,
           outputs * sizeof(float));
    memcpy(sample.c, (const float *)call->inputs[SEQUENCE_CELLS].data + item * cells,
           cells * sizeof(float));
    return sample;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct sequence_layer *layer = &((const struct sequence_float *)call->state)->layer;
    (void)stage;
    for (size_t item = first; item < last; item++) {
        struct sample sample = begin(call, item, thread);
        for (size_t t = 0; t < layer->steps; t++) {
            size_t at = item * layer->sample_stride + t * layer->step_stride;
            sample.x.values = (const float *)call->inputs[SEQUENCE_X].data + at * layer->depth;
            run_step(&sample);
            memcpy((float *)call->outputs[SEQUENCE_Y].data + at * layer->outputs, sample.h,
                   layer->outputs * sizeof(float));
        }
    }
}

static bool has_integer_weights(const struct kernel_call *call)
{
    int weights = SEQUENCE_WEIGHTS + SEQUENCE_OUTPUT;
    return sequence_has(call, weights) && call->inputs[weights].tensor->type == TYPE_I8;
}

#define ROW(suffix, accepts_, prepare_)                                                            \
    {                                                                                              \
        .name = "unidirectional_sequence_lstm_" suffix "_reference",                               \
        .op = OP_UNIDIRECTIONAL_SEQUENCE_LSTM, .isa = ISA_REFERENCE,                               \
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32}, .accepts = (accepts_), .prepare = (prepare_),     \
        .run = run                                                                                 \
    }

static const struct kernel rows[] = {
    ROW("f32", NULL, sequence_prepare_float),
    ROW("hybrid", has_integer_weights, sequence_prepare_hybrid),
};

KERNEL_LIST(reference_sequence_lstm_kernels, rows);
