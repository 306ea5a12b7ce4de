/* UNIDIRECTIONAL_SEQUENCE_LSTM of int8 with int16 cells, as TFLite's full integer kernel has it:
 * sums of gates in steps of 2^-12, what they leave in steps of 2^-15, functions of gemmlowp16.h.
 * The layer is that of sequence_lstm.c. */
#include <string.h>

#include "kernels/common/gemmlowp16.h"
#include "kernels/common/sequence.h"
#include "kernels/lists.h"

/* One sample. */
struct sample {
    const struct kernel_call *call;
    const struct sequence_integer *state;
    const int8_t *x;
    int8_t *h;
    int16_t *c;
    int16_t *gates[SEQUENCE_GATES];
    int8_t *hidden;
};

static int16_t to_int16(int32_t value)
{
    return (int16_t)clamp_int(value, INT16_MIN, INT16_MAX);
}

/* Row `unit` of a matrix, times values from whose integers the zero point is taken. */
static int32_t product(const struct sample *sample, int matrix, size_t unit, const int8_t *values,
                       size_t length, int32_t zero_point)
{
    const int8_t *weights = (const int8_t *)sample->call->inputs[matrix].data + unit * length;
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += (uint32_t)(weights[i] * (values[i] - zero_point));
    return (int32_t)sum;
}

static int32_t bias_of(const struct sample *sample, int input, size_t unit)
{
    return sequence_has(sample->call, input)
               ? ((const int32_t *)sample->call->inputs[input].data)[unit]
               : 0;
}

static int32_t peephole(const struct sample *sample, int gate, size_t unit)
{
    int which = gate == SEQUENCE_OUTPUT ? 2 : gate, input = SEQUENCE_PEEPHOLES + which;
    if (gate == SEQUENCE_CELL || !sequence_has(sample->call, input))
        return 0;
    int32_t factor = ((const int16_t *)sample->call->inputs[input].data)[unit];
    return multiply(factor * sample->c[unit], sample->state->peephole[which]);
}

/* Each part is rounded and saturates by itself. */
static void compute_gate(const struct sample *sample, int gate)
{
    const struct sequence_integer *state = sample->state;
    const struct sequence_layer *layer = &state->layer;
    for (size_t unit = 0; unit < layer->cells; unit++) {
        uint32_t in = (uint32_t)product(sample, SEQUENCE_WEIGHTS + gate, unit, sample->x,
                                        layer->depth, state->input_zero) +
                      (uint32_t)bias_of(sample, SEQUENCE_BIAS + gate, unit);
        int32_t back = product(sample, SEQUENCE_RECURRENT + gate, unit, sample->h, layer->outputs,
                               state->state_zero);
        int16_t sum = to_int16(multiply((int32_t)in, state->input[gate]));
        sum = to_int16(sum + multiply(back, state->recurrent[gate]));
        sum = to_int16(sum + peephole(sample, gate, unit));
        sample->gates[gate][unit] =
            gate == SEQUENCE_CELL ? fixed16_tanh(sum, 3) : fixed16_logistic(sum);
    }
}

static void update_cells(const struct sample *sample)
{
    const struct sequence_integer *state = sample->state;
    bool is_coupled = !sequence_has(sample->call, SEQUENCE_WEIGHTS + SEQUENCE_INPUT);
    for (size_t unit = 0; unit < state->layer.cells; unit++) {
        int16_t keep = sample->gates[SEQUENCE_FORGET][unit];
        int16_t take =
            is_coupled ? (int16_t)(INT16_MAX - keep) : sample->gates[SEQUENCE_INPUT][unit];
        int32_t kept = rounding_divide(keep * sample->c[unit], 15);
        int32_t taken =
            rounding_divide(take * sample->gates[SEQUENCE_CELL][unit], 15 + state->cell_bits);
        int16_t cell = to_int16((int16_t)kept + (int16_t)taken);
        if (state->cell_clip > 0)
            cell = (int16_t)clamp_int(cell, -state->cell_clip, state->cell_clip);
        sample->c[unit] = cell;
    }
}

static void give_output(const struct sample *sample)
{
    const struct sequence_integer *state = sample->state;
    const struct sequence_layer *layer = &state->layer;
    bool is_projected = sequence_has(sample->call, SEQUENCE_PROJECTION);
    int8_t *hidden = is_projected ? sample->hidden : sample->h;
    for (size_t unit = 0; unit < layer->cells; unit++) {
        int32_t value =
            sample->gates[SEQUENCE_OUTPUT][unit] * fixed16_tanh(sample->c[unit], state->cell_bits);
        value = multiply(value, state->hidden) + state->hidden_zero;
        hidden[unit] = (int8_t)clamp_int(value, INT8_MIN, INT8_MAX);
    }
    for (size_t i = 0; is_projected && i < layer->outputs; i++) {
        uint32_t sum = (uint32_t)product(sample, SEQUENCE_PROJECTION, i, hidden, layer->cells,
                                         state->hidden_zero) +
                       (uint32_t)bias_of(sample, SEQUENCE_PROJECTION_BIAS, i);
        int32_t value = multiply((int32_t)sum, state->projection) + state->state_zero;
        value = clamp_int(value, INT8_MIN, INT8_MAX);
        if (state->projection_clip > 0)
            value = clamp_int(value, -state->projection_clip, state->projection_clip);
        sample->h[i] = (int8_t)value;
    }
}

static void run_step(const struct sample *sample)
{
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
    const struct sequence_integer *state = call->state;
    size_t cells = state->layer.cells, outputs = state->layer.outputs;
    int16_t *rows = (int16_t *)(void *)call->scratch + (size_t)thread * SEQUENCE_WORK_ROWS * cells;
    struct sample sample = {
        .call = call,
        .state = state,
        .h = (int8_t *)call->outputs[SEQUENCE_NEXT_STATE].data + item * outputs,
        .c = (int16_t *)call->outputs[SEQUENCE_NEXT_CELLS].data + item * cells,
        .hidden = (int8_t *)(rows + SEQUENCE_GATES * cells),
    };
    for (size_t gate = 0; gate < SEQUENCE_GATES; gate++)
        sample.gates[gate] = rows + gate * cells;
    memcpy(sample.h, (const int8_t *)call->inputs[SEQUENCE_STATE].data + item * outputs, outputs);
    memcpy(sample.c, (const int16_t *)call->inputs[SEQUENCE_CELLS].data + item * cells,
           cells * sizeof(int16_t));
    return sample;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct sequence_layer *layer = &((const struct sequence_integer *)call->state)->layer;
    (void)stage;
    for (size_t item = first; item < last; item++) {
        struct sample sample = begin(call, item, thread);
        for (size_t t = 0; t < layer->steps; t++) {
            size_t at = item * layer->sample_stride + t * layer->step_stride;
            sample.x = (const int8_t *)call->inputs[SEQUENCE_X].data + at * layer->depth;
            run_step(&sample);
            memcpy((int8_t *)call->outputs[SEQUENCE_Y].data + at * layer->outputs, sample.h,
                   layer->outputs);
        }
    }
}

static const struct kernel rows[] = {
    {.name = "unidirectional_sequence_lstm_i8_reference",
     .op = OP_UNIDIRECTIONAL_SEQUENCE_LSTM,
     .isa = ISA_REFERENCE,
     .types = {TYPE_I8, TYPE_ANY, TYPE_I8},
     .prepare = sequence_prepare_integer,
     .run = run},
};

KERNEL_LIST(reference_sequence_integer_kernels, rows);
