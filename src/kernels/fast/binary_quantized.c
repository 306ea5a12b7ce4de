/* ADD, SUB, MUL, MAXIMUM and MINIMUM of two int8, uint8 or int16 tensors, PRELU of int8 and uint8:
 * along the innermost dimension each operand is a vector, or one number that is repeated. */
#include "kernels/common/binary_quantized.h"
#include "kernels/fast/binary_bytes.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/stored.h"
#include "kernels/lists.h"

/* What a node computes with, in every lane. */
struct lane_terms {
    vint zero[3], low, high;
    /* rounding twice */
    struct lane_multiplier by[3];
    int left;
    /* rounding once; the range is that of steps from the zero point */
    vfloat factor[2], least, most;
    double product, slope;
    int32_t lowest, highest;
    /* MUL of 8 bits: what is added before a result is rounded, and after it */
    bool is_narrow;
    vfloat before;
    vint after;
};

/* The state of a call. */
struct fast_binary {
    struct quantized_binary defined;
    struct byte_terms bytes; /* of int8 */
};

static struct lane_terms spread(const struct quantized_binary *binary)
{
    const struct binary_terms *terms = &binary->terms;
    struct lane_terms all = {
        .low = all_int(binary->range.low),
        .high = all_int(binary->range.high),
        .left = terms->left,
        .product = terms->factor[0],
        .slope = terms->factor[1],
        .lowest = binary->range.low - terms->zero[2],
        .highest = binary->range.high - terms->zero[2],
        .is_narrow = terms->is_narrow,
        .before = all_float((float)terms->before),
        .after = all_int(terms->zero[2] - terms->before),
    };
    for (int i = 0; i < 3; i++) {
        all.by[i] = all_multiplier(terms->by[i]);
        all.zero[i] = all_int(terms->zero[i]);
    }
    for (int i = 0; i < 2; i++)
        all.factor[i] = all_float((float)terms->factor[i]);
    all.least = all_float((float)all.lowest);
    all.most = all_float((float)all.highest);
    return all;
}

/* Stored results of LANES pairs of stored numbers; op is a constant. A value near the end of
 * int32 saturates before the zero point is added. */
typedef vint lanes_function(const struct lane_terms *terms, vint a, vint b, enum op op);

INLINE vint finish_twice(const struct lane_terms *terms, vint steps)
{
    return clamp_ints(steps, all_int(terms->lowest), all_int(terms->highest)) + terms->zero[2];
}

/* Both operands in the common scale. */
INLINE vint sum_twice(const struct lane_terms *terms, vint a, vint b, enum op op)
{
    vint left = multiply_lanes((a - terms->zero[0]) << terms->left, terms->by[0]);
    vint right = multiply_lanes((b - terms->zero[1]) << terms->left, terms->by[1]);
    vint sum = op == OP_ADD ? left + right : left - right;
    return finish_twice(terms, multiply_lanes(sum, terms->by[2]));
}

/* The same in real numbers. */
INLINE vint sum_once(const struct lane_terms *terms, vint a, vint b, enum op op)
{
    vfloat left = __builtin_convertvector(a - terms->zero[0], vfloat) * terms->factor[0];
    vfloat right = __builtin_convertvector(b - terms->zero[1], vfloat) * terms->factor[1];
    vfloat sum = op == OP_ADD ? left + right : left - right;
    return round_even(clamp_floats(sum, terms->least, terms->most)) + terms->zero[2];
}

/* Operands that count from their zero points fit 16 bits: the lower half of each lane is multiplied
 * in fewer steps than all of it, the upper one by 0. */
INLINE vint multiply_halves(vint a, vint b)
{
    return add_low_products(all_int(0), a, b & UINT16_MAX);
}

INLINE vint product_twice(const struct lane_terms *terms, vint a, vint b, enum op op)
{
    (void)op;
    vint product = multiply_halves(a - terms->zero[0], b - terms->zero[1]);
    return finish_twice(terms, multiply_lanes(product, terms->by[2]));
}

INLINE vint product_once(const struct lane_terms *terms, vint a, vint b, enum op op)
{
    (void)op;
    vint product = (a - terms->zero[0]) * (b - terms->zero[1]);
    if (!terms->is_narrow)
        return scale_lanes_once(product, terms->product, terms->lowest, terms->highest) +
               terms->zero[2];
    vfloat steps = __builtin_convertvector(product, vfloat) * terms->factor[0] + terms->before;
    return round_even(
               clamp_floats(steps, terms->least + terms->before, terms->most + terms->before)) +
           terms->after;
}

INLINE vint prelu_twice(const struct lane_terms *terms, vint a, vint b, enum op op)
{
    (void)op;
    vint x = a - terms->zero[0], below = x < 0;
    vint steps = multiply_lanes(x * (b - terms->zero[1]), terms->by[1]);
    return finish_twice(terms, choose_ints(below, steps, multiply_lanes(x, terms->by[0])));
}

INLINE vint prelu_once(const struct lane_terms *terms, vint a, vint b, enum op op)
{
    (void)op;
    vint x = a - terms->zero[0], below = x < 0, sloped = x * (b - terms->zero[1]);
    vint steps =
        choose_ints(below, scale_lanes_once(sloped, terms->slope, terms->lowest, terms->highest),
                    scale_lanes_once(x, terms->product, terms->lowest, terms->highest));
    return steps + terms->zero[2];
}

INLINE vint choice(const struct lane_terms *terms, vint a, vint b, enum op op)
{
    return clamp_ints(choose_ints(op == OP_MAXIMUM ? a > b : a < b, a, b), terms->low, terms->high);
}

/* One operand of a run: LANES numbers from its k-th on, `rest` of which are there. */
struct lane_operand {
    const char *from;
    size_t step;
    vint repeated; /* where the step is 0 */
};

static struct lane_operand operand_of(enum type type, const struct operand *operand, size_t first,
                                      size_t step)
{
    const char *from = (const char *)operand->data + first * type_size(type);
    int32_t single = step == 0 ? quantized_load(type, from, 0) : 0;
    return (struct lane_operand){from, step, all_int(single)};
}

INLINE vint load_lanes(enum type type, const struct lane_operand *operand, size_t k)
{
    return operand->step == 0 ? operand->repeated : load_stored(type, operand->from, k);
}

INLINE vint load_rest(enum type type, const struct lane_operand *operand, size_t k, size_t rest)
{
    char bytes[STORED_BYTES] = {0};
    if (operand->step == 0)
        return operand->repeated;
    memcpy(bytes, operand->from + k * type_size(type), rest * type_size(type));
    return load_stored(type, bytes, 0);
}

INLINE void run_part(const struct kernel_call *call, const struct lane_terms *terms,
                     const struct broadcast_run *run, size_t at, enum type type, enum op op,
                     lanes_function *function)
{
    const struct fast_binary *binary = call->state;
    struct lane_operand a = operand_of(type, &call->inputs[0], run->first[0], run->step[0]);
    struct lane_operand b = operand_of(type, &call->inputs[1], run->first[1], run->step[1]);
    char *out = (char *)call->outputs[0].data + at * type_size(type);
    size_t k = 0;
    if (type == TYPE_I8 && binary->bytes.way != BYTES_CLAMPED && a.step > 0 && b.step > 0 &&
        run->length >= 4 * LANES)
        k = byte_blocks(&binary->bytes, op, a.from, b.from, out, run->length);
    for (; k + LANES <= run->length; k += LANES)
        store_stored(type, out, k,
                     function(terms, load_lanes(type, &a, k), load_lanes(type, &b, k), op));
    if (k < run->length) {
        size_t rest = run->length - k;
        char made[STORED_BYTES];
        store_stored(
            type, made, 0,
            function(terms, load_rest(type, &a, k, rest), load_rest(type, &b, k, rest), op));
        memcpy(out + k * type_size(type), made, rest * type_size(type));
    }
}

INLINE void run_all(const struct kernel_call *call, size_t first, size_t last, enum type type,
                    enum op op, lanes_function *function)
{
    const struct quantized_binary *binary = call->state;
    const struct lane_terms terms = spread(binary);
    size_t end = portion_begin(&binary->walk.portions, last);
    struct broadcast_run part = {0};
    for (size_t i = portion_begin(&binary->walk.portions, first); i < end;) {
        broadcast_next(&binary->walk.broadcast, i, end, &part);
        struct broadcast_run row = part;
        struct broadcast_rows rows = broadcast_rows(&binary->walk.broadcast, i, end, &part);
        for (size_t r = 0; r < rows.count; r++, i += row.length) {
            run_part(call, &terms, &row, i, type, op, function);
            row.first[0] += rows.next[0];
            row.first[1] += rows.next[1];
        }
    }
}

/* The run of one operator and type. */
#define DEFINE_RUN(name, type, op, twice, once)                                                    \
    static void name(const struct kernel_call *call, int stage, size_t first, size_t last,         \
                     int thread)                                                                   \
    {                                                                                              \
        (void)stage, (void)thread;                                                                 \
        if (binary_rounds_once(call))                                                              \
            run_all(call, first, last, type, op, once);                                            \
        else                                                                                       \
            run_all(call, first, last, type, op, twice);                                           \
    }
#define DEFINE_RUNS(name, op, twice, once)                                                         \
    DEFINE_RUN(name##_i8, TYPE_I8, op, twice, once)                                                \
    DEFINE_RUN(name##_u8, TYPE_U8, op, twice, once)                                                \
    DEFINE_RUN(name##_i16, TYPE_I16, op, twice, once)

DEFINE_RUNS(add, OP_ADD, sum_twice, sum_once)
DEFINE_RUNS(sub, OP_SUB, sum_twice, sum_once)
DEFINE_RUNS(mul, OP_MUL, product_twice, product_once)
DEFINE_RUNS(maximum, OP_MAXIMUM, choice, choice)
DEFINE_RUNS(minimum, OP_MINIMUM, choice, choice)
DEFINE_RUN(prelu_i8, TYPE_I8, OP_PRELU, prelu_twice, prelu_once)
DEFINE_RUN(prelu_u8, TYPE_U8, OP_PRELU, prelu_twice, prelu_once)

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct fast_binary *binary = arena_alloc(arena, sizeof(*binary));
    enum status status = binary_prepare_quantized(call, arena, error);
    if (status != STATUS_OK)
        return status;
    binary->defined = *(const struct quantized_binary *)call->state;
    if (call->outputs[0].tensor->type == TYPE_I8 && binary_rounds_once(call))
        binary->bytes = byte_terms_of(&binary->defined, call->node->op);
    call->state = binary;
    return STATUS_OK;
}

static bool has_scale(const struct operand *operand)
{
    const struct quantization *quant = &operand->tensor->quant;
    return quant->count == 1 && quant->scale[0] > 0.0f;
}

/* Sums by shifts alone are the reference's. */
static bool accepts(const struct kernel_call *call)
{
    return call->inputs[1].tensor->type == call->inputs[0].tensor->type &&
           has_scale(&call->inputs[0]) && has_scale(&call->inputs[1]) &&
           has_scale(&call->outputs[0]) && (binary_rounds_once(call) || !binary_wants_shifts(call));
}

#define ROW(text, op_, type, run_)                                                                 \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {type, TYPE_ANY, type}, .accepts = accepts, .prepare = prepare, .run = (run_)     \
    }
#define ROWS(text, op, name)                                                                       \
    ROW(text "_i8", op, TYPE_I8, name##_i8), ROW(text "_u8", op, TYPE_U8, name##_u8),              \
        ROW(text "_i16", op, TYPE_I16, name##_i16)

static const struct kernel rows[] = {
    ROWS("add", ADD, add),
    ROWS("sub", SUB, sub),
    ROWS("mul", MUL, mul),
    ROWS("maximum", MAXIMUM, maximum),
    ROWS("minimum", MINIMUM, minimum),
    ROW("prelu_i8", PRELU, TYPE_I8, prelu_i8),
    ROW("prelu_u8", PRELU, TYPE_U8, prelu_u8),
};

FAST_LIST(fast_binary_quantized_kernels, rows);
