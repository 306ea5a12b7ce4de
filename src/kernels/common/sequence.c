#include "kernels/common/sequence.h"

#include <math.h>

#include "kernels/common/quantized.h"

float sequence_scale(const struct kernel_call *call, int i)
{
    return call->inputs[i].tensor->quant.scale[0];
}

static enum status check_operand(const struct tensor *tensor, const char *what,
                                 const struct sequence_operand *wanted, struct error *error)
{
    if (tensor->type != wanted->type)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "the %s are %s, expected %s", what,
                         type_name(tensor->type), type_name(wanted->type));
    if (!wanted->is_quantized)
        return STATUS_OK;
    enum status status = quantized_check(tensor, what, error);
    if (status == STATUS_OK && !wanted->is_activation && tensor->quant.zero_point[0] != 0)
        status = error_set(error, STATUS_UNSUPPORTED, NULL, "the %s have zero point %d, expected 0",
                           what, tensor->quant.zero_point[0]);
    return status;
}

enum status sequence_check(const struct kernel_call *call, const struct sequence_operand *operands,
                           size_t count, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (sequence_has(call, operands[i].input))
            status = check_operand(call->inputs[operands[i].input].tensor,
                                   op_input_name(call->node->op, operands[i].input), &operands[i],
                                   error);
    return status;
}

static struct sequence_layer layer_of(const struct kernel_call *call)
{
    bool time_major = call->node->params.sequence.time_major != 0;
    const struct shape *x = &call->inputs[SEQUENCE_X].tensor->shape;
    struct sequence_layer layer = {
        .samples = (size_t)x->dim[time_major ? 1 : 0],
        .steps = (size_t)x->dim[time_major ? 0 : 1],
        .depth = (size_t)x->dim[2],
        .cells = (size_t)call->inputs[SEQUENCE_CELLS].tensor->shape.dim[1],
        .outputs = (size_t)call->inputs[SEQUENCE_STATE].tensor->shape.dim[1],
    };
    layer.sample_stride = time_major ? 1 : layer.steps;
    layer.step_stride = time_major ? layer.samples : 1;
    return layer;
}

/* What all kernels need of the parameters. */
static enum status check_activation(const struct kernel_call *call, struct error *error)
{
    int32_t activation = call->node->params.sequence.activation;
    if (activation == ACTIVATION_TANH)
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "activation %d of the cells is not supported, expected %d (TANH)", activation,
                     ACTIVATION_TANH);
}

/* Input i of a layer of real numbers; weights are of the given type. */
static struct sequence_operand real_operand(int i, enum type weights)
{
    bool is_weights = (i >= SEQUENCE_WEIGHTS && i < SEQUENCE_BIAS) || i == SEQUENCE_PROJECTION;
    enum type type = is_weights ? weights : TYPE_F32;
    return (struct sequence_operand){i, type, type != TYPE_F32, false};
}

static enum status prepare_real(struct kernel_call *call, struct arena *arena, enum type weights,
                                struct error *error)
{
    struct sequence_float *state = call->state = arena_alloc(arena, sizeof(*state));
    *state = (struct sequence_float){.layer = layer_of(call), .is_hybrid = weights != TYPE_F32};
    state->weight_scales =
        arena_alloc(arena, (size_t)call->n_inputs * sizeof(*state->weight_scales));
    enum status status = check_activation(call, error);
    for (int i = 0; i < call->n_inputs && status == STATUS_OK; i++) {
        struct sequence_operand operand = real_operand(i, weights);
        status = sequence_check(call, &operand, 1, error);
        state->weight_scales[i] =
            status == STATUS_OK && operand.is_quantized && sequence_has(call, i)
                ? sequence_scale(call, i)
                : 1.0f;
    }
    const struct sequence_layer *layer = &state->layer;
    size_t bytes = SEQUENCE_WORK_ROWS * layer->cells * sizeof(float) + layer->depth +
                   layer->outputs + layer->cells;
    call->items[0] = layer->samples;
    call->scratch_bytes = (size_t)call->n_threads * ((bytes + 63) / 64 * 64);
    return status;
}

enum status sequence_prepare_float(struct kernel_call *call, struct arena *arena,
                                   struct error *error)
{
    return prepare_real(call, arena, TYPE_F32, error);
}

enum status sequence_prepare_hybrid(struct kernel_call *call, struct arena *arena,
                                    struct error *error)
{
    return prepare_real(call, arena, TYPE_I8, error);
}

static struct sequence_operand integer_operand(int i)
{
    if (i >= SEQUENCE_PEEPHOLES && i < SEQUENCE_BIAS)
        return (struct sequence_operand){i, TYPE_I16, true, false};
    if ((i >= SEQUENCE_BIAS && i < SEQUENCE_PROJECTION) || i == SEQUENCE_PROJECTION_BIAS)
        return (struct sequence_operand){i, TYPE_I32, false, false};
    if (i == SEQUENCE_CELLS)
        return (struct sequence_operand){i, TYPE_I16, true, false};
    return (struct sequence_operand){i, TYPE_I8, true, i == SEQUENCE_X || i == SEQUENCE_STATE};
}

/* Sums of gates without normalization are in steps of 2^-12. Products of scales are taken in
 * single precision, as TFLite takes them. */
static void set_multipliers(const struct kernel_call *call, struct sequence_integer *state)
{
    const struct sequence_params *params = &call->node->params.sequence;
    const float step = 0x1p-12f;
    for (int gate = 0; gate < SEQUENCE_GATES; gate++) {
        if (!sequence_has(call, SEQUENCE_WEIGHTS + gate))
            continue;
        float input =
            sequence_scale(call, SEQUENCE_WEIGHTS + gate) * sequence_scale(call, SEQUENCE_X) / step;
        float recurrent = sequence_scale(call, SEQUENCE_RECURRENT + gate) *
                          sequence_scale(call, SEQUENCE_STATE) / step;
        state->input[gate] = multiplier_from((double)input);
        state->recurrent[gate] = multiplier_from((double)recurrent);
    }
    for (int i = 0; i < 3; i++) {
        float cells = ldexpf(1.0f, state->cell_bits - 15);
        if (sequence_has(call, SEQUENCE_PEEPHOLES + i))
            state->peephole[i] = multiplier_from(
                (double)(cells * sequence_scale(call, SEQUENCE_PEEPHOLES + i) / step));
    }
    state->hidden = multiplier_from((double)(0x1p-15f / params->hidden_scale * 0x1p-15f));
    if (sequence_has(call, SEQUENCE_PROJECTION))
        state->projection =
            multiplier_from((double)(sequence_scale(call, SEQUENCE_PROJECTION) *
                                     params->hidden_scale / sequence_scale(call, SEQUENCE_STATE)));
}

/* A clip in steps of the scale; 0: none. */
static int32_t clip_of(float clip, float scale, int32_t highest)
{
    float steps = clip / scale;
    return !(clip > 0.0f) ? 0 : steps < (float)highest ? (int32_t)steps : highest;
}

static enum status check_integer(const struct kernel_call *call, struct error *error)
{
    const struct sequence_params *params = &call->node->params.sequence;
    const struct tensor *out = call->outputs[SEQUENCE_Y].tensor;
    if (sequence_has(call, SEQUENCE_FACTORS + SEQUENCE_OUTPUT))
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "gates of integers that are normalized are not supported");
    enum status status = check_activation(call, error);
    for (int i = 0; i < call->n_inputs && status == STATUS_OK; i++) {
        struct sequence_operand operand = integer_operand(i);
        status = sequence_check(call, &operand, 1, error);
    }
    if (status != STATUS_OK)
        return status;
    if (sequence_has(call, SEQUENCE_PEEPHOLES + 2) && sequence_has(call, SEQUENCE_PROJECTION))
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "integer peepholes beside a projection are not supported: LiteRT takes "
                         "those of other cells");
    if (!(params->hidden_scale > 0.0f) || !isfinite(params->hidden_scale) ||
        params->hidden_zero_point < INT8_MIN || params->hidden_zero_point > INT8_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "scale %g of the hidden values, expected a positive number",
                         (double)params->hidden_scale);
    if (!quantization_equal(&out->quant, &call->inputs[SEQUENCE_STATE].tensor->quant))
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "output and output state differ in their scales");
    return STATUS_OK;
}

enum status sequence_prepare_integer(struct kernel_call *call, struct arena *arena,
                                     struct error *error)
{
    const struct sequence_params *params = &call->node->params.sequence;
    struct sequence_integer *state = call->state = arena_alloc(arena, sizeof(*state));
    int exponent;
    *state = (struct sequence_integer){.layer = layer_of(call)};
    call->items[0] = state->layer.samples;
    call->scratch_bytes =
        (size_t)call->n_threads * SEQUENCE_WORK_ROWS * state->layer.cells * sizeof(int16_t);
    enum status status = check_integer(call, error);
    if (status != STATUS_OK)
        return status;
    float scale = sequence_scale(call, SEQUENCE_CELLS);
    bool is_power = !(frexpf(scale, &exponent) > 0.5f);
    state->cell_bits = exponent - 1 + 15;
    if (!is_power || state->cell_bits < 0 || state->cell_bits > 6)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "scale %g of the cells, expected a power of two from 2^-15 to 2^-9",
                         (double)scale);
    state->input_zero = call->inputs[SEQUENCE_X].tensor->quant.zero_point[0];
    state->state_zero = call->inputs[SEQUENCE_STATE].tensor->quant.zero_point[0];
    state->hidden_zero = params->hidden_zero_point;
    state->cell_clip = clip_of(params->cell_clip, scale, INT16_MAX);
    state->projection_clip =
        clip_of(params->projection_clip, sequence_scale(call, SEQUENCE_STATE), INT8_MAX);
    set_multipliers(call, state);
    return STATUS_OK;
}
