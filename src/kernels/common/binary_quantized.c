#include "kernels/common/binary_quantized.h"

#include <float.h>
#include <math.h>

#include "kernels/common/operands.h"

static float scale(const struct operand *operand)
{
    return operand->tensor->quant.scale[0];
}

/* Rounding twice: a setup finds the zero points filled in. */

typedef enum status setup_twice(struct binary_terms *terms, const struct kernel_call *call,
                                struct error *error);

/* Brings both operands to a common scale, twice the greater one, with `left` more bits. Returns
 * that scale. */
static double common_scale(struct binary_terms *terms, const struct kernel_call *call, int left)
{
    float a = scale(&call->inputs[0]), b = scale(&call->inputs[1]);
    double twice = (double)(2.0f * fmaxf(a, b));
    terms->left = left;
    terms->by[0] = multiplier_from((double)a / twice);
    terms->by[1] = multiplier_from((double)b / twice);
    return twice;
}

static enum status twice_sum(struct binary_terms *terms, const struct kernel_call *call,
                             struct error *error)
{
    int left = call->inputs[0].tensor->type == TYPE_I16 ? 15 : 20;
    double twice = common_scale(terms, call, left);
    double to_out = twice / ((double)(1 << left) * (double)scale(&call->outputs[0]));
    if (to_out >= 1.0 && call->node->op == OP_ADD)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "output scale %g is too fine for an operand's scale of %g",
                         (double)scale(&call->outputs[0]), twice / 2.0);
    terms->by[2] = multiplier_from(to_out);
    return STATUS_OK;
}

static enum status twice_squared_difference(struct binary_terms *terms,
                                            const struct kernel_call *call, struct error *error)
{
    (void)error;
    const int left = 7;
    double twice = common_scale(terms, call, left);
    double unit = (double)(1 << 2 * left) * (double)scale(&call->outputs[0]);
    terms->by[2] = multiplier_from(twice * twice / unit);
    return STATUS_OK;
}

/* In single precision, as the quotients and slopes below. */
static enum status twice_product(struct binary_terms *terms, const struct kernel_call *call,
                                 struct error *error)
{
    (void)error;
    float real = scale(&call->inputs[0]) * scale(&call->inputs[1]) / scale(&call->outputs[0]);
    terms->by[2] = multiplier_from((double)real);
    return STATUS_OK;
}

static enum status twice_quotient(struct binary_terms *terms, const struct kernel_call *call,
                                  struct error *error)
{
    (void)error;
    float real = scale(&call->inputs[0]) / (scale(&call->inputs[1]) * scale(&call->outputs[0]));
    terms->by[2] = multiplier_from((double)real);
    return STATUS_OK;
}

static enum status twice_prelu(struct binary_terms *terms, const struct kernel_call *call,
                               struct error *error)
{
    (void)error;
    float x = scale(&call->inputs[0]), alpha = scale(&call->inputs[1]);
    float out = scale(&call->outputs[0]);
    terms->by[0] = multiplier_from((double)(x / out));
    terms->by[1] = multiplier_from((double)(x * alpha / out));
    return STATUS_OK;
}

/* All three tensors must be quantized alike: the stored numbers compare as the real ones do, and
 * no zero point takes part. */
static enum status twice_choice(struct binary_terms *terms, const struct kernel_call *call,
                                struct error *error)
{
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    terms->zero[2] = 0;
    return status == STATUS_OK ? operands_check_same(&call->inputs[1], &call->outputs[0], error)
                               : status;
}

static setup_twice *const setups_twice[OP_COUNT] = {
    [OP_ADD] = twice_sum,
    [OP_SUB] = twice_sum,
    [OP_MUL] = twice_product,
    [OP_DIV] = twice_quotient,
    [OP_MAXIMUM] = twice_choice,
    [OP_MINIMUM] = twice_choice,
    [OP_SQUARED_DIFFERENCE] = twice_squared_difference,
    [OP_PRELU] = twice_prelu,
};

/* Sets *right to log2(out / in); whether both scales are powers of two and the shift makes
 * sense. */
static bool shift_between(float in, float out, int *right)
{
    int log2_in, log2_out;
    bool powers = frexpf(in, &log2_in) == 0.5f && frexpf(out, &log2_out) == 0.5f;
    *right = powers ? log2_out - log2_in : -1;
    return *right >= 0 && *right <= 15;
}

static enum status twice_shifts(struct binary_terms *terms, const struct kernel_call *call,
                                struct error *error)
{
    (void)error;
    for (int i = 0; i < 2; i++)
        shift_between(scale(&call->inputs[i]), scale(&call->outputs[0]), &terms->right[i]);
    return STATUS_OK;
}

static bool is_sum(enum op op)
{
    return op == OP_ADD || op == OP_SUB;
}

/* Files ask for shifts with pot_scale_int16, the schema's default, whatever their scales are. */
bool binary_wants_shifts(const struct kernel_call *call)
{
    int right[2] = {0, 0};
    float out = scale(&call->outputs[0]);
    return is_sum(call->node->op) && call->outputs[0].tensor->type == TYPE_I16 &&
           call->node->params.arithmetic.pot_scale_int16 &&
           shift_between(scale(&call->inputs[0]), out, &right[0]) &&
           shift_between(scale(&call->inputs[1]), out, &right[1]) &&
           (right[0] == 0 || right[1] == 0);
}

/* Rounding once: a setup finds the factors from the scales a and b of the operands and that of the
 * output. */

typedef void setup_once(struct binary_terms *terms, double a, double b, double out);

/* So that no sum is one of two infinities. An operand that is not 0 saturates the output long
 * before. */
#define FACTOR_MAX 0x1p100

static void once_sum(struct binary_terms *terms, double a, double b, double out)
{
    terms->factor[0] = fmin(a / out, FACTOR_MAX);
    terms->factor[1] = fmin(b / out, FACTOR_MAX);
}

/* The scales are floats, and so are products and quotients of integers of 8 bits. */
static void once_product(struct binary_terms *terms, double a, double b, double out)
{
    terms->factor[0] =
        terms->is_narrow ? (double)fminf((float)a * (float)b / (float)out, FLT_MAX) : a * b / out;
}

static void once_quotient(struct binary_terms *terms, double a, double b, double out)
{
    terms->factor[0] = a / (b * out);
}

static void once_squared_difference(struct binary_terms *terms, double a, double b, double out)
{
    terms->factor[0] = a;
    terms->factor[1] = b;
    terms->factor[2] = out;
}

static void once_prelu(struct binary_terms *terms, double x, double alpha, double out)
{
    terms->factor[0] = x / out;
    terms->factor[1] = x * alpha / out;
}

/* Those that choose one of their operands round nothing. */
static setup_once *const setups_once[OP_COUNT] = {
    [OP_ADD] = once_sum,
    [OP_SUB] = once_sum,
    [OP_MUL] = once_product,
    [OP_DIV] = once_quotient,
    [OP_SQUARED_DIFFERENCE] = once_squared_difference,
    [OP_PRELU] = once_prelu,
};

bool binary_rounds_once(const struct kernel_call *call)
{
    return call->rounding == ROUNDING_ONCE && setups_once[call->node->op];
}

static enum status check_operands(const struct kernel_call *call, struct error *error)
{
    enum status status = quantized_check(call->outputs[0].tensor, "output", error);
    for (int i = 0; status == STATUS_OK && i < 2; i++)
        status = quantized_check(call->inputs[i].tensor, "operand", error);
    return status;
}

enum status binary_prepare_quantized(struct kernel_call *call, struct arena *arena,
                                     struct error *error)
{
    struct quantized_binary *binary = call->state = arena_alloc(arena, sizeof(*binary));
    enum status status = binary_init(&binary->walk, call, error);
    if (status == STATUS_OK)
        status = check_operands(call, error);
    if (status != STATUS_OK)
        return status;
    const struct tensor *out = call->outputs[0].tensor;
    for (int i = 0; i < 2; i++)
        binary->terms.zero[i] = call->inputs[i].tensor->quant.zero_point[0];
    binary->terms.zero[2] = out->quant.zero_point[0];
    binary->range = quantized_range(binary_activation(call->node), out);
    if (binary_rounds_once(call)) {
        if (call->rounds_stored)
            binary->terms.before = out->quant.zero_point[0] + out->shift;
        binary->terms.is_narrow = out->type != TYPE_I16;
        setups_once[call->node->op](&binary->terms, (double)scale(&call->inputs[0]),
                                    (double)scale(&call->inputs[1]),
                                    (double)scale(&call->outputs[0]));
        return STATUS_OK;
    }
    setup_twice *setup = binary_wants_shifts(call) ? twice_shifts : setups_twice[call->node->op];
    return setup(&binary->terms, call, error);
}
