#include "kernels/reference/binary_quantized.h"

#include <math.h>

#include "kernels/common/gemmlowp.h"
#include "kernels/common/operands.h"
#include "kernels/common/real_scale.h"

/* How an operator is computed. Setup finds the zero points filled in; evaluate gives the result
 * for the stored numbers a and b in steps of the output, from its zero point and not clamped. */
struct formula {
    enum status (*setup)(struct binary_terms *terms, const struct kernel_call *call,
                         struct error *error);
    int32_t (*evaluate)(const struct binary_terms *terms, int32_t a, int32_t b);
};

static float scale(const struct operand *operand)
{
    return operand->tensor->quant.scale[0];
}

/* Both operands are brought to a common scale, twice the greater one, with `left` more bits;
 * output is the multiplier from there to the output's scale. */
static double common_scale(struct binary_terms *terms, const struct kernel_call *call, int left)
{
    float a = scale(&call->inputs[0]), b = scale(&call->inputs[1]);
    double twice = (double)(2.0f * fmaxf(a, b));
    terms->left = left;
    terms->by[0] = multiplier_from((double)a / twice);
    terms->by[1] = multiplier_from((double)b / twice);
    return twice;
}

/* The operand in the common scale. */
static int32_t aligned(const struct binary_terms *terms, int i, int32_t q)
{
    return multiply(shift_left(q - terms->zero[i], terms->left), terms->by[i]);
}

static enum status setup_sum(struct binary_terms *terms, const struct kernel_call *call,
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

static int32_t sum(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return multiply(aligned(terms, 0, a) + aligned(terms, 1, b), terms->by[2]);
}

static int32_t difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return multiply(aligned(terms, 0, a) - aligned(terms, 1, b), terms->by[2]);
}

static enum status setup_squared_difference(struct binary_terms *terms,
                                            const struct kernel_call *call, struct error *error)
{
    (void)error;
    const int left = 7;
    double twice = common_scale(terms, call, left);
    double unit = (double)(1 << 2 * left) * (double)scale(&call->outputs[0]);
    terms->by[2] = multiplier_from(twice * twice / unit);
    return STATUS_OK;
}

static int32_t squared_difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    int32_t d = aligned(terms, 0, a) - aligned(terms, 1, b);
    return multiply(d * d, terms->by[2]);
}

/* In single precision, as the products and quotients below. */
static enum status setup_product(struct binary_terms *terms, const struct kernel_call *call,
                                 struct error *error)
{
    (void)error;
    float real = scale(&call->inputs[0]) * scale(&call->inputs[1]) / scale(&call->outputs[0]);
    terms->by[2] = multiplier_from((double)real);
    return STATUS_OK;
}

static int32_t product(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return multiply((a - terms->zero[0]) * (b - terms->zero[1]), terms->by[2]);
}

static enum status setup_quotient(struct binary_terms *terms, const struct kernel_call *call,
                                  struct error *error)
{
    (void)error;
    float real = scale(&call->inputs[0]) / (scale(&call->inputs[1]) * scale(&call->outputs[0]));
    terms->by[2] = multiplier_from((double)real);
    return STATUS_OK;
}

/* What is divided by 0 saturates by its sign; 0 / 0 is 0. */
static int32_t quotient(const struct binary_terms *terms, int32_t a, int32_t b)
{
    a -= terms->zero[0];
    b -= terms->zero[1];
    if (b == 0)
        return a > 0 ? INT32_MAX : a < 0 ? INT32_MIN : 0;
    if (b < 0) {
        a = -a;
        b = -b;
    }
    int over, headroom = __builtin_clrsb(a);
    int32_t inverse = fixed_reciprocal((uint32_t)b, 31, &over);
    int32_t unscaled = saturating_doubling_high(shift_left(a, headroom), inverse);
    struct multiplier by = {terms->by[2].mantissa, terms->by[2].shift - over - headroom};
    /* Beyond 31 bits to the right less than half a step is left. */
    return by.shift < -31 ? 0 : multiply(unscaled, by);
}

static enum status setup_prelu(struct binary_terms *terms, const struct kernel_call *call,
                               struct error *error)
{
    (void)error;
    float x = scale(&call->inputs[0]), alpha = scale(&call->inputs[1]);
    float out = scale(&call->outputs[0]);
    terms->by[0] = multiplier_from((double)(x / out));
    terms->by[1] = multiplier_from((double)(x * alpha / out));
    return STATUS_OK;
}

static int32_t prelu(const struct binary_terms *terms, int32_t a, int32_t b)
{
    int32_t x = a - terms->zero[0], alpha = b - terms->zero[1];
    return x >= 0 ? multiply(x, terms->by[0]) : multiply(x * alpha, terms->by[1]);
}

/* All three tensors must be quantized alike: the stored numbers compare as the real ones do, and
 * no zero point takes part. */
static enum status setup_choice(struct binary_terms *terms, const struct kernel_call *call,
                                struct error *error)
{
    enum status status = operands_check_same(&call->inputs[0], &call->outputs[0], error);
    terms->zero[2] = 0;
    return status == STATUS_OK ? operands_check_same(&call->inputs[1], &call->outputs[0], error)
                               : status;
}

static int32_t greater(const struct binary_terms *terms, int32_t a, int32_t b)
{
    (void)terms;
    return a > b ? a : b;
}

static int32_t lesser(const struct binary_terms *terms, int32_t a, int32_t b)
{
    (void)terms;
    return a < b ? a : b;
}

static const struct formula formulas[OP_COUNT] = {
    [OP_ADD] = {setup_sum, sum},
    [OP_SUB] = {setup_sum, difference},
    [OP_MUL] = {setup_product, product},
    [OP_DIV] = {setup_quotient, quotient},
    [OP_MAXIMUM] = {setup_choice, greater},
    [OP_MINIMUM] = {setup_choice, lesser},
    [OP_SQUARED_DIFFERENCE] = {setup_squared_difference, squared_difference},
    [OP_PRELU] = {setup_prelu, prelu},
};

/* int16 sums whose scales are powers of two: the operand of the smaller scale loses the bits that
 * the output, which has the other's scale, cannot show. */

static int32_t shifted_sum(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return rounding_divide(a, terms->right[0]) + rounding_divide(b, terms->right[1]);
}

static int32_t shifted_difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return rounding_divide(a, terms->right[0]) - rounding_divide(b, terms->right[1]);
}

/* Sets *right to log2(out / in); whether both scales are powers of two and the shift makes sense. */
static bool shift_between(float in, float out, int *right)
{
    int log2_in, log2_out;
    bool powers = frexpf(in, &log2_in) == 0.5f && frexpf(out, &log2_out) == 0.5f;
    *right = powers ? log2_out - log2_in : -1;
    return *right >= 0 && *right <= 15;
}

static enum status setup_shifts(struct binary_terms *terms, const struct kernel_call *call,
                                struct error *error)
{
    (void)error;
    for (int i = 0; i < 2; i++)
        shift_between(scale(&call->inputs[i]), scale(&call->outputs[0]), &terms->right[i]);
    return STATUS_OK;
}

static const struct formula shift_formulas[OP_COUNT] = {
    [OP_ADD] = {setup_shifts, shifted_sum},
    [OP_SUB] = {setup_shifts, shifted_difference},
};

/* Files ask for shifts with pot_scale_int16, the schema's default, whatever their scales are. */
bool binary_wants_shifts(const struct kernel_call *call)
{
    int right[2] = {0, 0};
    float out = scale(&call->outputs[0]);
    return shift_formulas[call->node->op].evaluate && call->outputs[0].tensor->type == TYPE_I16 &&
           call->node->params.arithmetic.pot_scale_int16 &&
           shift_between(scale(&call->inputs[0]), out, &right[0]) &&
           shift_between(scale(&call->inputs[1]), out, &right[1]) &&
           (right[0] == 0 || right[1] == 0);
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
        binary_setup_once(binary, call);
        return STATUS_OK;
    }
    const struct formula *formula =
        binary_wants_shifts(call) ? &shift_formulas[call->node->op] : &formulas[call->node->op];
    binary->twice = formula->evaluate;
    return formula->setup(&binary->terms, call, error);
}

/* The result in steps from the output's zero point, at most low..high. */
static int32_t evaluate(const struct quantized_binary *binary, int32_t a, int32_t b, int32_t low,
                        int32_t high)
{
    return binary->once ? round_wide_within(binary->once(&binary->terms, a, b), low, high)
                        : clamp_int(binary->twice(&binary->terms, a, b), low, high);
}

void binary_run_quantized(const struct kernel_call *call, int stage, size_t first, size_t last,
                          int thread)
{
    (void)stage, (void)thread;
    const struct quantized_binary *binary = call->state;
    const struct operand *a = &call->inputs[0], *b = &call->inputs[1];
    enum type type = a->tensor->type;
    int32_t zero = binary->terms.zero[2];
    int32_t low = binary->range.low - zero, high = binary->range.high - zero;
    struct broadcast_run run;
    size_t end = portion_begin(&binary->walk.portions, last);
    for (size_t i = portion_begin(&binary->walk.portions, first); i < end; i += run.length) {
        run = broadcast_run(&binary->walk.broadcast, i, end);
        for (size_t k = 0; k < run.length; k++) {
            int32_t value =
                evaluate(binary, quantized_load(type, a->data, run.first[0] + k * run.step[0]),
                         quantized_load(type, b->data, run.first[1] + k * run.step[1]), low, high);
            quantized_store(type, call->outputs[0].data, i + k, value + zero);
        }
    }
}
