/* LSTM, GRU and SIMPLE_RNN over sequences, as ONNX defines them: time after time, unit after unit.
 * Shapes and the order of inputs and outputs are those of graph/infer_recurrent.c.
 *
 * The item of work is one sequence in one direction. Its state lives in the outputs that return the
 * last one. A sequence that is shorter than the longest has outputs of 0 behind its end; backwards,
 * it is read from its own end on.
 *
 * Sources: S. Hochreiter, J. Schmidhuber, 1997, Long Short-Term Memory; F. Gers, J. Schmidhuber,
 * 2000, Recurrent Nets that Time and Count (peepholes); K. Cho et al., 2014, Learning Phrase
 * Representations using RNN Encoder-Decoder (GRU).
 */
#include <math.h>
#include <string.h>

#include "kernels/common/recurrent.h"
#include "kernels/lists.h"

/* One sequence in one direction. */
struct sequence {
    const struct kernel_call *call;
    const struct recurrent *layer;
    size_t direction, row; /* of the batch */
    const float *x;        /* at the time that is computed */
    float *h, *c, *work;
};

static const float *input_at(const struct kernel_call *call, int i, size_t at)
{
    bool is_there = i < call->n_inputs && call->inputs[i].tensor;
    return is_there ? (const float *)call->inputs[i].data + at : NULL;
}

static double product(const float *a, const float *b, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* What the input (of the matrix W) or hidden values (of R) add to a gate, with the bias of that
 * half. */
static double gate_part(const struct sequence *sequence, int matrix, size_t gate, size_t unit,
                        const float *values)
{
    const struct recurrent *layer = sequence->layer;
    size_t length = matrix == RECURRENT_W ? layer->depth : layer->hidden,
           rows = layer->gates * layer->hidden;
    size_t row = gate * layer->hidden + unit;
    const float *weights =
        input_at(sequence->call, matrix, (sequence->direction * rows + row) * length);
    const float *bias = input_at(sequence->call, RECURRENT_BIAS,
                                 (2 * sequence->direction + (matrix == RECURRENT_R)) * rows + row);
    return product(weights, values, length) + (bias ? (double)*bias : 0.0);
}

static double gate_sum(const struct sequence *sequence, size_t gate, size_t unit)
{
    return gate_part(sequence, RECURRENT_W, gate, unit, sequence->x) +
           gate_part(sequence, RECURRENT_R, gate, unit, sequence->h);
}

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* LSTM. Gates in the weights' order, and peepholes in theirs. */
enum { INPUT_GATE, OUTPUT_GATE, FORGET_GATE, CELL };
enum { PEEP_INPUT, PEEP_OUTPUT, PEEP_FORGET, PEEPS };

static double peep(const struct sequence *sequence, size_t which, size_t unit)
{
    size_t at = (PEEPS * sequence->direction + which) * sequence->layer->hidden + unit;
    const float *factor = input_at(sequence->call, RECURRENT_PEEPHOLES, at);
    return factor ? (double)*factor * (double)sequence->c[unit] : 0.0;
}

/* The work rows are the sums of the four gates. */
static void lstm_step(const struct sequence *sequence)
{
    size_t hidden = sequence->layer->hidden;
    float *sums = sequence->work, *c = sequence->c;
    for (size_t gate = INPUT_GATE; gate <= CELL; gate++)
        for (size_t unit = 0; unit < hidden; unit++)
            sums[gate * hidden + unit] = (float)gate_sum(sequence, gate, unit);
    for (size_t unit = 0; unit < hidden; unit++) {
        const float *sum = sums + unit;
        double in = logistic((double)sum[INPUT_GATE * hidden] + peep(sequence, PEEP_INPUT, unit));
        double keep =
            logistic((double)sum[FORGET_GATE * hidden] + peep(sequence, PEEP_FORGET, unit));
        c[unit] = (float)(keep * (double)c[unit] + in * tanh((double)sum[CELL * hidden]));
        double out =
            logistic((double)sum[OUTPUT_GATE * hidden] + peep(sequence, PEEP_OUTPUT, unit));
        sequence->h[unit] = (float)(out * tanh((double)c[unit]));
    }
}

/* GRU. Gates in the weights' order. */
enum { UPDATE_GATE, RESET_GATE, CANDIDATE };

/* The candidate for a unit's next value. The reset gate applies to the hidden values, or to what
 * the matrix makes of them. */
static double candidate(const struct sequence *sequence, size_t unit, const float *reset,
                        const float *reset_h)
{
    double own = gate_part(sequence, RECURRENT_W, CANDIDATE, unit, sequence->x);
    if (!sequence->call->node->params.recurrent.linear_before_reset)
        return tanh(own + gate_part(sequence, RECURRENT_R, CANDIDATE, unit, reset_h));
    return tanh(own + (double)reset[unit] *
                          gate_part(sequence, RECURRENT_R, CANDIDATE, unit, sequence->h));
}

/* The work rows are what the gates make, and the next hidden values. */
static void gru_step(const struct sequence *sequence)
{
    size_t hidden = sequence->layer->hidden;
    float *update = sequence->work, *reset = update + hidden, *reset_h = reset + hidden;
    float *next = reset_h + hidden, *h = sequence->h;
    for (size_t unit = 0; unit < hidden; unit++) {
        update[unit] = (float)logistic(gate_sum(sequence, UPDATE_GATE, unit));
        reset[unit] = (float)logistic(gate_sum(sequence, RESET_GATE, unit));
        reset_h[unit] = reset[unit] * h[unit];
    }
    for (size_t unit = 0; unit < hidden; unit++) {
        double share = (double)update[unit];
        next[unit] = (float)((1.0 - share) * candidate(sequence, unit, reset, reset_h) +
                             share * (double)h[unit]);
    }
    memcpy(h, next, hidden * sizeof(*h));
}

/* SIMPLE_RNN. The work row is the next hidden values. */
static void simple_step(const struct sequence *sequence)
{
    size_t hidden = sequence->layer->hidden;
    for (size_t unit = 0; unit < hidden; unit++)
        sequence->work[unit] = (float)tanh(gate_sum(sequence, 0, unit));
    memcpy(sequence->h, sequence->work, hidden * sizeof(*sequence->h));
}

static void step_of(const struct sequence *sequence)
{
    enum op op = sequence->call->node->op;
    (op == OP_LSTM ? lstm_step : op == OP_GRU ? gru_step : simple_step)(sequence);
}

/* The initial values, or 0. */
static float *begin_state(const struct sequence *sequence, int initial, int output)
{
    const struct recurrent *layer = sequence->layer;
    size_t at = (sequence->direction * layer->batch + sequence->row) * layer->hidden;
    float *state = (float *)sequence->call->outputs[output].data + at;
    const float *given = input_at(sequence->call, initial, at);
    for (size_t unit = 0; unit < layer->hidden; unit++)
        state[unit] = given ? given[unit] : 0.0f;
    return state;
}

/* Lengths are data, which nobody has checked: they are clamped into 0..time. */
static size_t length_of(const struct sequence *sequence)
{
    const struct kernel_call *call = sequence->call;
    size_t time = sequence->layer->time;
    if (RECURRENT_LENGTHS >= call->n_inputs || !call->inputs[RECURRENT_LENGTHS].tensor)
        return time;
    int32_t length = ((const int32_t *)call->inputs[RECURRENT_LENGTHS].data)[sequence->row];
    return length < 0 ? 0 : (size_t)length < time ? (size_t)length : time;
}

static void run_sequence(struct sequence *sequence)
{
    const struct kernel_call *call = sequence->call;
    const struct recurrent *layer = sequence->layer;
    bool is_lstm = call->node->op == OP_LSTM;
    bool is_reverse =
        call->node->params.recurrent.direction == DIRECTION_REVERSE || sequence->direction == 1;
    size_t length = length_of(sequence);
    sequence->h = begin_state(sequence, RECURRENT_INITIAL_H, RECURRENT_LAST_H);
    sequence->c = is_lstm ? begin_state(sequence, RECURRENT_INITIAL_C, RECURRENT_LAST_C) : NULL;
    for (size_t step = 0; step < layer->time; step++) {
        size_t t = is_reverse && step < length ? length - 1 - step : step;
        size_t at = (t * layer->directions + sequence->direction) * layer->batch + sequence->row;
        float *y = (float *)call->outputs[RECURRENT_Y].data + at * layer->hidden;
        if (step >= length) {
            memset(y, 0, layer->hidden * sizeof(*y));
            continue;
        }
        sequence->x =
            input_at(call, RECURRENT_X, (t * layer->batch + sequence->row) * layer->depth);
        step_of(sequence);
        memcpy(y, sequence->h, layer->hidden * sizeof(*y));
    }
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    (void)stage;
    const struct recurrent *layer = call->state;
    for (size_t item = first; item < last; item++) {
        struct sequence sequence = {
            .call = call,
            .layer = layer,
            .direction = item / layer->batch,
            .row = item % layer->batch,
            .work = (float *)(void *)call->scratch +
                    (size_t)thread * RECURRENT_WORK_ROWS * layer->hidden,
        };
        run_sequence(&sequence);
    }
}

#define ROW(text, op_)                                                                             \
    {                                                                                              \
        .name = text "_f32_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                       \
        .types = {TYPE_F32, TYPE_ANY, TYPE_F32}, .prepare = recurrent_prepare, .run = run          \
    }

static const struct kernel rows[] = {
    ROW("lstm", LSTM),
    ROW("gru", GRU),
    ROW("simple_rnn", SIMPLE_RNN),
};

KERNEL_LIST(reference_recurrent_kernels, rows);
