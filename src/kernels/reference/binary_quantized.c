#include "kernels/reference/binary_quantized.h"

#include "kernels/common/gemmlowp.h"
#include "kernels/common/real_scale.h"

/* The result for the stored numbers a and b in steps of the output, from its zero point and not
 * clamped. */
typedef int32_t twice_function(const struct binary_terms *terms, int32_t a, int32_t b);

/* The operand in the common scale. */
static int32_t aligned(const struct binary_terms *terms, int i, int32_t q)
{
    return multiply(shift_left(q - terms->zero[i], terms->left), terms->by[i]);
}

static int32_t sum(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return multiply(aligned(terms, 0, a) + aligned(terms, 1, b), terms->by[2]);
}

static int32_t difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return multiply(aligned(terms, 0, a) - aligned(terms, 1, b), terms->by[2]);
}

static int32_t squared_difference(const struct binary_terms *terms, int32_t a, int32_t b)
{
    int32_t d = aligned(terms, 0, a) - aligned(terms, 1, b);
    return multiply(d * d, terms->by[2]);
}

static int32_t product(const struct binary_terms *terms, int32_t a, int32_t b)
{
    return multiply((a - terms->zero[0]) * (b - terms->zero[1]), terms->by[2]);
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

static int32_t prelu(const struct binary_terms *terms, int32_t a, int32_t b)
{
    int32_t x = a - terms->zero[0], alpha = b - terms->zero[1];
    return x >= 0 ? multiply(x, terms->by[0]) : multiply(x * alpha, terms->by[1]);
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

static twice_function *const twice_functions[OP_COUNT] = {
    [OP_ADD] = sum,
    [OP_SUB] = difference,
    [OP_MUL] = product,
    [OP_DIV] = quotient,
    [OP_MAXIMUM] = greater,
    [OP_MINIMUM] = lesser,
    [OP_SQUARED_DIFFERENCE] = squared_difference,
    [OP_PRELU] = prelu,
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

static twice_function *const shift_functions[OP_COUNT] = {
    [OP_ADD] = shifted_sum,
    [OP_SUB] = shifted_difference,
};

/* The function of the call; one of the two is there. */
struct formula {
    twice_function *twice;
    once_function *once;
};

static struct formula formula_of(const struct kernel_call *call)
{
    enum op op = call->node->op;
    if (binary_rounds_once(call))
        return (struct formula){.once = binary_once(op)};
    return (struct formula){.twice = binary_wants_shifts(call) ? shift_functions[op]
                                                               : twice_functions[op]};
}

void binary_run_quantized(const struct kernel_call *call, int stage, size_t first, size_t last,
                          int thread)
{
    (void)stage, (void)thread;
    const struct quantized_binary *binary = call->state;
    const struct operand *a = &call->inputs[0], *b = &call->inputs[1];
    const struct formula formula = formula_of(call);
    enum type type = a->tensor->type;
    int32_t zero = binary->terms.zero[2];
    int32_t low = binary->range.low - zero, high = binary->range.high - zero;
    struct broadcast_run run = {0};
    size_t end = portion_begin(&binary->walk.portions, last);
    for (size_t i = portion_begin(&binary->walk.portions, first); i < end; i += run.length) {
        broadcast_next(&binary->walk.broadcast, i, end, &run);
        for (size_t k = 0; k < run.length; k++) {
            int32_t x = quantized_load(type, a->data, run.first[0] + k * run.step[0]);
            int32_t y = quantized_load(type, b->data, run.first[1] + k * run.step[1]);
            int32_t value = formula.once
                                ? round_wide_within(formula.once(&binary->terms, x, y), low, high)
                                : clamp_int(formula.twice(&binary->terms, x, y), low, high);
            quantized_store(type, call->outputs[0].data, i + k, value + zero);
        }
    }
}
