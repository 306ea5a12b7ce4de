/* Functions of one int16 tensor: by lanes where the graph rounds twice and the function is a
 * rescaling or a sigmoid; else by a table of what becomes of each value, where there are elements
 * enough to be worth it. */
#include "kernels/common/tabulate.h"
#include "kernels/common/unary_quantized.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/stored.h"
#include "kernels/lists.h"

/* Of fewer elements a table, which is filled by computing 65536, costs more than it is worth. */
#define TABLE_FROM 4096

/* Results of LANES stored numbers in steps of the output, from its zero point and not clamped. */
typedef vint lanes_function(const struct unary_terms *terms, vint q);

INLINE vint rescaled(const struct unary_terms *terms, vint q)
{
    return multiply_lanes(q, all_multiplier(terms->by));
}

INLINE vint absolute(const struct unary_terms *terms, vint q)
{
    return multiply_lanes(choose_ints(q < 0, -q, q), all_multiplier(terms->by));
}

INLINE vint leaky_relu(const struct unary_terms *terms, vint q)
{
    vint below = multiply_lanes(terms->alpha < 0.0f ? -q : q, all_multiplier(terms->below));
    return choose_ints(q < 0, below, multiply_lanes(q, all_multiplier(terms->by)));
}

/* The input in steps of 1/12288: see reference/sigmoid.c. The factor has 15 bits, so that 32 are
 * enough. */
INLINE vint sigmoid_input(const struct sigmoid *sigmoid, vint q)
{
    int32_t half = sigmoid->shift ? 1 << (sigmoid->shift - 1) : 0;
    return add_low_products(all_int(half), q, all_int(sigmoid->factor)) >> sigmoid->shift;
}

/* The table at magnitude / 2^bits, interpolated, with 16 + bits fraction bits; `beyond` behind its
 * end. */
INLINE vint interpolated(const struct sigmoid *sigmoid, vint magnitude, int bits, int32_t beyond)
{
    vint index = magnitude >> bits, is_beyond = index >= SIGMOID_SIZE - 1;
    vint both = lookup_neighbours(sigmoid->table, index & ~is_beyond);
    vint from = both & UINT16_MAX, rise = (vint)((vuint)both >> 16) - from;
    vint value = add_low_products(from << bits, rise, magnitude & ((1 << bits) - 1));
    return choose_ints(is_beyond, all_int(beyond), value);
}

INLINE vint logistic(const struct unary_terms *terms, vint q)
{
    vint x = sigmoid_input(terms->sigmoid, q);
    vint value = interpolated(terms->sigmoid, choose_ints(x < 0, -x, x), 9, INT16_MAX << 10);
    return choose_ints(x < 0, (1 << 25) - value + (1 << 9) - 1, value + (1 << 9)) >> 10;
}

INLINE vint hyperbolic_tangent(const struct unary_terms *terms, vint q)
{
    vint x = sigmoid_input(terms->sigmoid, q);
    vint value = interpolated(terms->sigmoid, choose_ints(x < 0, -x, x), 8, UINT16_MAX << 8);
    return choose_ints(x < 0, -value + (1 << 23) + (1 << 7) - 1, value - (1 << 23) + (1 << 7)) >> 8;
}

INLINE void run_lanes(const struct kernel_call *call, size_t first, size_t last,
                      lanes_function *function)
{
    const struct quantized_unary *unary = call->state;
    const struct unary_terms terms = unary->terms; /* a stored int16 does not alias it */
    vint low = all_int(unary->range.low), high = all_int(unary->range.high);
    const int16_t *in = call->inputs[0].data;
    int16_t *out = call->outputs[0].data;
    size_t i = portion_begin(&unary->portions, first), end = portion_begin(&unary->portions, last);
    for (; i + LANES <= end; i += LANES)
        store_shorts(out + i, clamp_ints(function(&terms, load_shorts(in + i)), low, high));
    if (i < end) {
        int16_t rest[LANES] = {0};
        memcpy(rest, in + i, (end - i) * sizeof(*rest));
        store_shorts(rest, clamp_ints(function(&terms, load_shorts(rest)), low, high));
        memcpy(out + i, rest, (end - i) * sizeof(*rest));
    }
}

#define DEFINE_RUN(name, function)                                                                 \
    static void name(const struct kernel_call *call, int stage, size_t first, size_t last,         \
                     int thread)                                                                   \
    {                                                                                              \
        (void)stage, (void)thread;                                                                 \
        run_lanes(call, first, last, function);                                                    \
    }

DEFINE_RUN(run_rescaled, rescaled)
DEFINE_RUN(run_absolute, absolute)
DEFINE_RUN(run_leaky_relu, leaky_relu)
DEFINE_RUN(run_logistic, logistic)
DEFINE_RUN(run_tanh, hyperbolic_tangent)

static bool rounds_twice(const struct kernel_call *call)
{
    return call->rounding == ROUNDING_TWICE;
}

/* Whether the factor of sigmoid_init() has 15 bits. */
static bool is_fine(const struct kernel_call *call)
{
    const struct quantization *quant = &call->inputs[0].tensor->quant;
    return rounds_twice(call) && quant->count == 1 && quant->scale[0] * 12288.0f < INT16_MAX;
}

/* The state of a call that looks up. */
struct looked_up {
    struct portions portions; /* of the elements; they are the work items */
    int16_t *table;           /* of UINT16_MAX + 1 */
};

static bool pays(const struct kernel_call *call)
{
    return shape_elements(&call->outputs[0].tensor->shape) >= TABLE_FROM;
}

static enum status prepare_table(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct looked_up *state = call->state = arena_alloc(arena, sizeof(*state));
    size_t elements = shape_elements(&call->outputs[0].tensor->shape);
    state->portions = portions_of(elements, sizeof(int16_t));
    call->items[0] = state->portions.items;
    state->table = arena_try(arena, UINT16_MAX + 1, sizeof(*state->table));
    if (!state->table)
        return error_set(error, STATUS_MEMORY, NULL, "not enough memory for a table of all int16");
    return tabulate(call, state->table, error);
}

static void run_table(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    const struct looked_up *state = call->state;
    const int16_t *in = call->inputs[0].data;
    int16_t *out = call->outputs[0].data;
    size_t end = portion_begin(&state->portions, last);
    (void)stage, (void)thread;
    for (size_t i = portion_begin(&state->portions, first); i < end; i++)
        out[i] = state->table[(uint16_t)in[i]];
}

#define ROW(text, op_, accepts_, prepare_, run_)                                                   \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {TYPE_I16, TYPE_ANY, TYPE_I16}, .accepts = (accepts_), .prepare = (prepare_),     \
        .run = (run_)                                                                              \
    }
#define TABLE(text, op) ROW(text "_table_i16", op, pays, prepare_table, run_table)
#define LANES_ROW(text, op, accepts, run)                                                          \
    ROW(text "_i16", op, accepts, unary_prepare_quantized, run)

/* Of two rows that fit, the later one is chosen. */
static const struct kernel rows[] = {
    TABLE("relu", RELU),
    TABLE("relu6", RELU6),
    TABLE("leaky_relu", LEAKY_RELU),
    TABLE("abs", ABS),
    TABLE("logistic", LOGISTIC),
    TABLE("tanh", TANH),
    TABLE("exp", EXP),
    TABLE("sqrt", SQRT),
    TABLE("rsqrt", RSQRT),
    LANES_ROW("relu", RELU, rounds_twice, run_rescaled),
    LANES_ROW("relu6", RELU6, rounds_twice, run_rescaled),
    LANES_ROW("leaky_relu", LEAKY_RELU, rounds_twice, run_leaky_relu),
    LANES_ROW("abs", ABS, rounds_twice, run_absolute),
    LANES_ROW("logistic", LOGISTIC, is_fine, run_logistic),
    LANES_ROW("tanh", TANH, is_fine, run_tanh),
};

FAST_LIST(fast_unary_words_kernels, rows);
