#include "kernels/common/multipliers.h"

#include <math.h>

#include "kernels/common/quantized.h"

/* The largest shift of multiply_wide(). */
#define WIDE_SHIFT_MAX 7

static int weight_input(enum op op)
{
    int input = op_table[op].quant.weight_input;
    return input == NO_INPUT ? 1 : input;
}

struct product_operands product_operands(const struct kernel_call *call)
{
    enum op op = call->node->op;
    int bias = op_table[op].quant.bias_input;
    bool has_bias = bias != NO_INPUT && bias < call->n_inputs && call->inputs[bias].tensor;
    return (struct product_operands){
        .input = &call->inputs[op_data_input(op)],
        .weights = &call->inputs[weight_input(op)],
        .bias = has_bias ? &call->inputs[bias] : NULL,
    };
}

static bool takes_bias(const struct kernel_call *call, enum type input, enum type weights,
                       enum type bias)
{
    switch (input) {
    case TYPE_F32:
        return bias == TYPE_F32 || (bias == TYPE_F16 && (weights != TYPE_I8 || call->widens));
    case TYPE_I16:
        return bias == TYPE_I64 || bias == TYPE_I32;
    default:
        return bias == TYPE_I32;
    }
}

enum status product_check_bias(const struct kernel_call *call, struct error *error)
{
    struct product_operands operands = product_operands(call);
    enum type input = operands.input->tensor->type, weights = operands.weights->tensor->type;
    if (!operands.bias || takes_bias(call, input, weights, operands.bias->tensor->type))
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL, "bias '%s' is %s beside %s weights and %s",
                     operands.bias->tensor->name, type_name(operands.bias->tensor->type),
                     type_name(weights), type_name(input));
}

/* What the file says of a bias that is not there. */
static int32_t stated_bias_type(const struct node *node)
{
    switch (node->op) {
    case OP_CONV_2D:
    case OP_TRANSPOSE_CONV:
        return node->params.conv.bias_type;
    case OP_FULLY_CONNECTED:
        return node->params.dense.bias_type;
    default:
        return TYPE_F32;
    }
}

bool product_is_narrow(const struct kernel_call *call)
{
    const struct operand *bias = product_operands(call).bias;
    return bias ? bias->tensor->type == TYPE_I32 : stated_bias_type(call->node) == TYPE_I32;
}

static int channel_count(const struct kernel_call *call)
{
    const struct shape *out = &call->outputs[0].tensor->shape;
    return out->dim[out->rank - 1];
}

static bool is_per_channel(const struct quantization *quant)
{
    return quant->count > 1;
}

/* Weights of one scale per output channel. */
static enum status check_channels(const struct kernel_call *call, const struct tensor *weights,
                                  struct error *error)
{
    const struct quantization *quant = &weights->quant;
    const struct quant_rule *rule = &op_table[call->node->op].quant;
    if (rule->weight_input == NO_INPUT || weights->type != TYPE_I8)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "weights '%s' have %d scales, expected 1",
                         weights->name, quant->count);
    if (quant->axis != rule->weight_axis || quant->count != channel_count(call))
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "weights '%s' have %d scales along dimension %d, expected %d along %d",
                         weights->name, quant->count, quant->axis, channel_count(call),
                         rule->weight_axis);
    return STATUS_OK;
}

static enum status check_weights(const struct kernel_call *call,
                                 const struct product_operands *operands, struct error *error)
{
    const struct tensor *input = operands->input->tensor, *weights = operands->weights->tensor;
    enum status status = is_per_channel(&weights->quant)
                             ? check_channels(call, weights, error)
                             : quantized_check(weights, "weights", error);
    bool is_activation = call->node->op == OP_BATCH_MATMUL && type_is_quantized(input->type);
    bool any_zero = weights->type != TYPE_I8 || is_activation;
    for (int i = 0; status == STATUS_OK && !any_zero && i < weights->quant.count; i++)
        if (weights->quant.zero_point[i] != 0)
            status = error_set(error, STATUS_UNSUPPORTED, NULL,
                               "weights '%s' have zero point %d, expected 0", weights->name,
                               weights->quant.zero_point[i]);
    return status;
}

static float weight_scale(const struct quantization *quant, int channel)
{
    return quant->scale[is_per_channel(quant) ? channel : 0];
}

/* The reference multiplies the scales in single precision where it has but one multiplier for all
 * channels, and in double where it has one for each; its int8 convolutions always have. */
static bool multiplies_in_float(const struct kernel_call *call, const struct tensor *weights)
{
    bool one = call->node->op == OP_FULLY_CONNECTED || call->node->op == OP_BATCH_MATMUL ||
               weights->type == TYPE_U8;
    return one && !is_per_channel(&weights->quant);
}

/* What the ratio of every channel is made of. */
struct ratios {
    const struct quantization *weights;
    float in;
    double out;
    bool in_float;
    int channels;
};

static struct ratios ratios_of(const struct kernel_call *call)
{
    struct product_operands operands = product_operands(call);
    const struct tensor *weights = operands.weights->tensor;
    return (struct ratios){
        .weights = &weights->quant,
        .in = operands.input->tensor->quant.scale[0],
        .out = (double)call->outputs[0].tensor->quant.scale[0],
        .in_float = multiplies_in_float(call, weights),
        .channels = channel_count(call),
    };
}

static double ratio(const struct ratios *ratios, int channel)
{
    float scale = weight_scale(ratios->weights, channel);
    return (ratios->in_float ? (double)(ratios->in * scale) : (double)ratios->in * (double)scale) /
           ratios->out;
}

/* The same in single precision, in the order in which ONNX Runtime multiplies: that decides
 * about values halfway between two steps. */
static double single_ratio(const struct ratios *ratios, int channel)
{
    return (double)(ratios->in * weight_scale(ratios->weights, channel) / (float)ratios->out);
}

static enum status refuse_ratio(const struct ratios *ratios, double ratio, struct error *error)
{
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "output scale %g is too fine for products in steps of %g", ratios->out,
                     ratio * ratios->out);
}

static enum status no_memory(int channels, struct error *error)
{
    return error_set(error, STATUS_MEMORY, NULL, "not enough memory for the scales of %d channels",
                     channels);
}

static enum status check_scales(const struct kernel_call *call, struct error *error)
{
    struct product_operands operands = product_operands(call);
    enum status status = quantized_check(operands.input->tensor, "input", error);
    if (status == STATUS_OK)
        status = quantized_check(call->outputs[0].tensor, "output", error);
    return status == STATUS_OK ? check_weights(call, &operands, error) : status;
}

enum status multipliers_new(const struct kernel_call *call, struct arena *arena,
                            struct multiplier **multipliers, struct error *error)
{
    enum status status = check_scales(call, error);
    if (status != STATUS_OK)
        return status;
    struct ratios ratios = ratios_of(call);
    bool is_wide = call->outputs[0].tensor->type == TYPE_I16 && !product_is_narrow(call);
    struct multiplier *list = arena_try(arena, (size_t)ratios.channels, sizeof(*list));
    if (!list)
        return no_memory(ratios.channels, error);
    for (int c = 0; c < ratios.channels; c++) {
        double real = ratio(&ratios, c);
        list[c] = multiplier_from(real);
        if (!isfinite(real) || (is_wide && list[c].shift > WIDE_SHIFT_MAX))
            return refuse_ratio(&ratios, real, error);
    }
    *multipliers = list;
    return STATUS_OK;
}

enum status factors_new(const struct kernel_call *call, struct arena *arena, double **factors,
                        struct error *error)
{
    enum status status = check_scales(call, error);
    if (status != STATUS_OK)
        return status;
    struct ratios ratios = ratios_of(call);
    bool is_wide = call->outputs[0].tensor->type == TYPE_I16;
    double *list = arena_try(arena, (size_t)ratios.channels, sizeof(*list));
    if (!list)
        return no_memory(ratios.channels, error);
    for (int c = 0; c < ratios.channels; c++) {
        list[c] = is_wide ? ratio(&ratios, c) : single_ratio(&ratios, c);
        if (!isfinite((float)list[c]))
            return refuse_ratio(&ratios, list[c], error);
    }
    *factors = list;
    return STATUS_OK;
}

enum status weight_scales_new(const struct kernel_call *call, struct arena *arena, float **scales,
                              struct error *error)
{
    struct product_operands operands = product_operands(call);
    const struct quantization *quant = &operands.weights->tensor->quant;
    enum status status = check_weights(call, &operands, error);
    if (status != STATUS_OK)
        return status;
    int channels = channel_count(call);
    *scales = arena_try(arena, (size_t)channels, sizeof(**scales));
    if (!*scales)
        return no_memory(channels, error);
    for (int c = 0; c < channels; c++)
        (*scales)[c] = weight_scale(quant, c);
    return STATUS_OK;
}

static bool scales_differ(const struct quantization *quant)
{
    for (int i = 1; i < quant->count; i++)
        if (quant->scale[i] < quant->scale[0] || quant->scale[i] > quant->scale[0])
            return true;
    return false;
}

bool product_is_asymmetric(const struct kernel_call *call)
{
    switch (call->node->op) {
    case OP_FULLY_CONNECTED:
        return call->node->params.dense.asymmetric_inputs != 0;
    case OP_BATCH_MATMUL:
        return call->node->params.matmul.asymmetric_inputs != 0;
    case OP_CONV_2D:
        return scales_differ(&product_operands(call).weights->tensor->quant);
    default:
        return true;
    }
}
