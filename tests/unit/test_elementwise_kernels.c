/* The reference kernels that compute element by element, against their definitions in double
 * precision: arithmetic on two tensors and functions of one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"
#include "real_functions.h"

static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};

/* Arithmetic. */

/* What rounding leaves, from the scales of the operands and the output. Sums carry so many bits
 * more that only their last rounding shows. */
static double sum_steps(double a, double b, double out)
{
    (void)a, (void)b, (void)out;
    return 0.51;
}

static double product_steps(double a, double b, double out)
{
    return case_rounding(a * b / out);
}

static double prelu_steps(double a, double b, double out)
{
    return fmax(case_rounding(a / out), case_rounding(a * b / out));
}

/* Both operands are rounded to 1/128 of T, twice the greater scale (by 3/4 of that at most), so
 * that their difference d is off by e = 1.5 T / 128; d * d by 2 d e, where no d beyond the output's
 * range counts: d * d < 255 steps. */
static double square_steps(double a, double b, double out)
{
    double error = 1.5 * 2.0 * fmax(a, b) / 128.0;
    return 0.51 + (2.0 * sqrt(256.0 * out) * error + error * error) / out;
}

static double no_steps(double a, double b, double out)
{
    (void)a, (void)b, (void)out;
    return 1e-6;
}

struct binary_row {
    enum op op;
    double (*steps)(double a, double b, double out);
    double relative; /* of float32: the operations' roundings, or what powf promises */
    double reach;    /* of the output's range; quotients are mostly far below the largest */
    bool fuses;      /* an activation */
    bool same;       /* all tensors are quantized alike */
};

/* A float32 operation is off by 2^-24 of its result. */
#define ULP 6e-8

static const struct binary_row binary_rows[] = {
    {OP_ADD, sum_steps, ULP, 1.0, true, false},
    {OP_SUB, sum_steps, ULP, 1.0, true, false},
    {OP_MUL, product_steps, ULP, 0.5, true, false},
    {OP_DIV, sum_steps, ULP, 0.05, true, false},
    {OP_POW, no_steps, 2.0 * ULP, 1.0, false, false},
    {OP_FLOOR_DIV, no_steps, 0.0, 1.0, false, false},
    {OP_FLOOR_MOD, no_steps, ULP, 1.0, false, false},
    {OP_MAXIMUM, no_steps, 0.0, 1.0, false, true},
    {OP_MINIMUM, no_steps, 0.0, 1.0, false, true},
    {OP_SQUARED_DIFFERENCE, square_steps, 4.0 * ULP, 0.5, false, false},
    {OP_PRELU, prelu_steps, ULP, 1.0, false, false},
};

/* Shapes that broadcast. The first two are large enough for several portions of work, which begin
 * within a row. */
static const struct {
    struct shape a, b, out;
} pairs[] = {
    {SHAPE(3, 1700), SHAPE(3, 1700), SHAPE(3, 1700)},
    {SHAPE(20, 333), SHAPE(333), SHAPE(20, 333)},
    {SHAPE(2, 3, 4, 5), SHAPE(5), SHAPE(2, 3, 4, 5)},
    {SHAPE(1, 1, 7), SHAPE(3, 5, 1), SHAPE(3, 5, 7)},
    {SHAPE(4, 1, 6), SHAPE(2, 1, 5, 6), SHAPE(2, 4, 5, 6)},
    {{.rank = 0}, SHAPE(9, 11), SHAPE(9, 11)},
    {SHAPE(2, 2, 2, 2, 2, 3), SHAPE(2, 1, 2, 1, 2, 1), SHAPE(2, 2, 2, 2, 2, 3)},
    {SHAPE(1), {.rank = 0}, SHAPE(1)},
};

/* The element of a broadcast operand that meets element i of the output. */
static size_t broadcast_index(const struct shape *own, const struct shape *out, size_t i)
{
    int32_t at[SHAPE_RANK_MAX];
    shape_index(out, i, at);
    return shape_broadcast_flat(own, out, at);
}

static void add_operands(struct kernel_case *c, const struct binary_row *row, enum type type,
                         size_t pair)
{
    struct kind a = case_kind(type, case_uniform(-8.0, 0.0), case_uniform(0.5, 9.0));
    struct kind b =
        row->same ? a : case_kind(type, case_uniform(-3.0, 0.0), case_uniform(0.1, 4.0));
    case_input(c, a, pairs[pair].a, 5.0);
    case_input(c, b, pairs[pair].b, 3.0);
    float *base = c->elements[0];
    for (size_t i = 0; row->op == OP_POW && i < case_count(c, 0); i++)
        base[i] = fabsf(base[i]);
}

static void binary_case(const struct binary_row *row, enum type type, size_t pair)
{
    const struct shape *out = &pairs[pair].out;
    size_t count = shape_elements(out);
    double *expected = calloc(count, sizeof(*expected));
    union op_params params = {.arithmetic = {.activation = case_between(0, 3)}};
    struct kernel_case c;
    case_init(&c);
    add_operands(&c, row, type, pair);
    for (size_t i = 0; i < count; i++)
        expected[i] =
            real_binary[row->op](case_real(&c, 0, broadcast_index(&pairs[pair].a, out, i)),
                                 case_real(&c, 1, broadcast_index(&pairs[pair].b, out, i)));
    const struct tensor *a = &c.graph->tensors[c.tensors[0]], *b = &c.graph->tensors[c.tensors[1]];
    struct kind kind = case_out(type, expected, count, row->reach);
    if (row->same && type != TYPE_F32)
        kind = (struct kind){type, a->quant.scale[0], a->quant.zero_point[0]};
    for (size_t i = 0; row->fuses && i < count; i++)
        expected[i] = real_activated(params.arithmetic.activation, expected[i]);
    struct bound bound = {.absolute = 1e-30, .relative = row->relative};
    if (type != TYPE_F32)
        bound = (struct bound){.steps = row->steps((double)a->quant.scale[0],
                                                   (double)b->quant.scale[0], (double)kind.scale)};
    case_run(&c, row->op, &params, kind);
    case_expect(&c, expected, count, bound);
    case_release(&c);
    free(expected);
}

static void arithmetic_follows_its_definition(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS(binary_rows); r++)
        for (size_t t = 0; t < ROWS(types); t++)
            for (int i = 0; cases_have(binary_rows[r].op, types[t], types[t]) && i < 24; i++)
                binary_case(&binary_rows[r], types[t], (size_t)i % ROWS(pairs));
}

/* Power-of-two scales of int16: the operand of the finer scale is rounded to the output's. */
static void int16_sums_shift(void **state)
{
    static const int16_t a[] = {3, -3, 5, -6, 32767, -32768, 100, 2};
    static const int16_t b[] = {1, 1, -1, 0, 32767, -32768, -100, 0};
    /* a / 4, halves away from zero, then plus or minus b. */
    static const int16_t sums[] = {2, 0, 0, -2, 32767, -32768, -75, 1};
    static const int16_t differences[] = {0, -2, 2, -2, -24575, 24576, 125, 1};
    (void)state;
    for (int i = 0; i < 2; i++) {
        union op_params params = {.arithmetic = {.pot_scale_int16 = 1}};
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind){TYPE_I16, 0x1p-12f, 0}, SHAPE(8), 0.0);
        case_input(&c, (struct kind){TYPE_I16, 0x1p-10f, 0}, SHAPE(8), 0.0);
        memcpy(c.elements[0], a, sizeof(a));
        memcpy(c.elements[1], b, sizeof(b));
        case_run(&c, i ? OP_SUB : OP_ADD, &params, (struct kind){TYPE_I16, 0x1p-10f, 0});
        harness_equal(TYPE_I16, c.result, i ? differences : sums, 8);
        case_release(&c);
    }
}

/* Results that the specification gives, worked out by hand. */
static const struct exact_case exact[] = {
    /* 1/2 goes up, -1/2 to 0, -3/2 to -1: one rounding, whose halves go up */
    EXACT_2(MUL, I8, 1, 0, 1, 1, 0, 1, 2, 0, 1),
    EXACT_2(MUL, I8, 1, 0, -1, 1, 0, 1, 2, 0, 0),
    EXACT_2(MUL, I8, 1, 0, -3, 1, 0, 1, 2, 0, -1),
    /* 1/4 is rounded twice: to 1/2, then to 1; -2/4 to -1/2, then away from zero */
    EXACT_2(MUL, I8, 1, 0, 1, 1, 0, 1, 4, 0, 1),
    EXACT_2(MUL, I8, 1, 0, -2, 1, 0, 1, 4, 0, -1),
    /* sums keep 20 bits more: halves away from zero */
    EXACT_2(ADD, I8, 1, 0, -3, 1, 0, 0, 2, 0, -2),
    EXACT_2(ADD, I8, 1, 0, 3, 1, 0, 0, 2, 0, 2),
    /* less than 1/2 by two units of the 20 bits (of int16: 15), of which the first rounding takes
     * one */
    EXACT_2(ADD, I8, 1, 0, 1, 0x1p-20f, 0, -4, 2, 0, 0),
    EXACT_2(ADD, I8, 1, 0, 1, 0x1p-20f, 0, -2, 2, 0, 1),
    EXACT_2(SUB, I16, 1, 0, 1, 0x1p-15f, 0, 4, 2, 0, 0),
    EXACT_2(SUB, I16, 1, 0, 1, 0x1p-15f, 0, 2, 2, 0, 1),
    /* saturation, with zero points at the ends */
    EXACT_2(ADD, I8, 1, -128, 127, 1, 127, 127, 1, 127, 127),
    EXACT_2(SUB, U8, 1, 0, 255, 1, 255, 0, 1, 0, 255),
    EXACT_2(SUB, I16, 1, 0, -32768, 1, 0, 32767, 1, 0, -32768),
    /* a ratio of scales that no float32 holds is larger than all that matter */
    EXACT_2(MUL, I8, 1e30f, 0, 1, 1e30f, 0, 1, 1, 0, 127),
    /* a division by 0 saturates by the sign; 0 / 0 is 0 */
    EXACT_2(DIV, I8, 1, 5, 6, 1, 3, 3, 1, 7, 127),
    EXACT_2(DIV, I8, 1, 5, 4, 1, 3, 3, 1, 7, -128),
    EXACT_2(DIV, I8, 1, 5, 5, 1, 3, 3, 1, 7, 7),
    /* RELU6 ends at the zero point and at round(6 / 0.4) steps from it */
    EXACT_1(RELU6, I8, 0.4f, 10, 9, 0.4f, 10, 10),
    EXACT_1(RELU6, I8, 0.4f, 10, 26, 0.4f, 10, 25),
    EXACT_1(RELU6, I8, 0.4f, 10, 24, 0.4f, 10, 24),
    /* roots are truncated: sqrt(8) = 2.83; a negative number has that of 0 */
    EXACT_1(SQRT, I8, 1, 0, 8, 1, -3, -1),
    EXACT_1(SQRT, I8, 1, 0, -8, 1, -3, -3),
    EXACT_1(SQRT, I16, 1, 0, 24, 1, 0, 4),
    /* 1 / sqrt of what has none is the greatest output */
    EXACT_1(RSQRT, I8, 1, 0, 0, 0.01f, 0, 127),
    EXACT_1(RSQRT, I8, 1, 0, 4, 0.01f, 0, 50),
    EXACT_1(RSQRT, I16, 1, 0, -3, 0.01f, 0, 32767),
    EXACT_1(RSQRT, I16, 1, 0, 16, 0.01f, 0, 25),
    /* fixed output scales: LOGISTIC 1/256 from -128, TANH 1/128 from 0, and 1/32768 */
    EXACT_1(LOGISTIC, I8, 1, 0, 0, 0x1p-8f, -128, 0),
    EXACT_1(LOGISTIC, I8, 1, 0, 127, 0x1p-8f, -128, 127),
    EXACT_1(LOGISTIC, U8, 1, 128, 127, 0x1p-8f, 0, 69),
    EXACT_1(LOGISTIC, I16, 0x1p-12f, 0, 0, 0x1p-15f, 0, 16384),
    EXACT_1(TANH, I8, 1, 0, -128, 0x1p-7f, 0, -128),
    EXACT_1(TANH, I8, 1, 0, 1, 0x1p-7f, 0, 97),
    EXACT_1(TANH, I16, 0x1p-12f, 0, 0, 0x1p-15f, 0, 0),
    EXACT_1(TANH, I16, 1, 0, 32767, 0x1p-15f, 0, 32767),
    /* tables round halves away from zero */
    EXACT_1(EXP, I8, 1, 0, 0, 2, 0, 1),
    /* int16: the table has 16384 at 0 and 16386 at 128, and 32 is the first that makes half a
     * step */
    EXACT_1(EXP, I16, 0x1p-20f, 0, 31, 0x1p-14f, 0, 16384),
    EXACT_1(EXP, I16, 0x1p-20f, 0, 32, 0x1p-14f, 0, 16385),
    EXACT_1(EXP, I16, 0x1p-20f, 0, 95, 0x1p-14f, 0, 16385),
    EXACT_1(EXP, I16, 0x1p-20f, 0, 96, 0x1p-14f, 0, 16386),
    /* the logarithm of 0, and of less, is the lowest output */
    EXACT_1(LOG, I8, 1, 0, 0, 0.1f, 0, -128),
    EXACT_1(LOG, I8, 1, 0, -5, 0.1f, 0, -128),
    EXACT_1(LOG, I8, 1, 0, 1, 0.1f, 0, 0),
    EXACT_1(ABS, I8, 1, 0, -128, 1, 0, 127),
};

/* The real results, halves to the even neighbour. */
static const struct exact_case exact_once[] = {
    EXACT_2(MUL, I8, 1, 0, 1, 1, 0, 1, 2, 0, 0),
    EXACT_2(MUL, I8, 1, 0, 3, 1, 0, 1, 2, 0, 2),
    EXACT_2(MUL, I8, 1, 0, -1, 1, 0, 1, 2, 3, 3),
    EXACT_2(MUL, I8, 1, 0, 1, 1, 0, 1, 4, 0, 0),
    EXACT_2(MUL, I16, 1, 0, 5, 1, 0, 1, 2, 0, 2),
    EXACT_2(ADD, I8, 1, 0, 3, 1, 0, 0, 2, 0, 2),
    EXACT_2(ADD, I8, 1, 0, 1, 1, 0, 0, 2, 0, 0),
    EXACT_2(ADD, U8, 1, 7, 10, 2, 1, 2, 2, 9, 11),
    EXACT_2(SUB, I16, 1, 0, 1, 1, 0, -4, 2, 0, 2),
    /* scales that are powers of two are nothing special */
    EXACT_2(ADD, I16, 1, 0, 1, 2, 0, 0, 2, 0, 0),
    EXACT_2(ADD, I8, 1, -128, 127, 1, 127, 127, 1, 127, 127),
    EXACT_2(SUB, U8, 1, 0, 255, 1, 255, 0, 1, 0, 255),
    EXACT_2(MUL, I8, 1e30f, 0, 1, 1e30f, 0, 1, 1, 0, 127),
    EXACT_2(DIV, I8, 1, 0, 5, 1, 0, 2, 1, 0, 2),
    EXACT_2(DIV, I8, 1, 5, 6, 1, 3, 3, 1, 7, 127),
    EXACT_2(DIV, I8, 1, 5, 4, 1, 3, 3, 1, 7, -128),
    EXACT_2(DIV, I8, 1, 5, 5, 1, 3, 3, 1, 7, 7),
    EXACT_2(SQUARED_DIFFERENCE, I8, 1, 0, 2, 1, 0, 1, 2, 0, 0),
    EXACT_2(SQUARED_DIFFERENCE, I8, 1, 0, 2, 1, 0, -1, 2, 0, 4),
    EXACT_2(PRELU, I8, 1, 0, 5, 1, 0, 9, 2, 0, 2),
    EXACT_2(PRELU, I8, 1, 0, -5, 0.5f, 0, 1, 1, 0, -2),
    /* those that choose an operand round nothing */
    EXACT_2(MAXIMUM, I8, 1, 3, -7, 1, 3, 9, 1, 3, 9),
    EXACT_1(RELU, I8, 1, 0, 1, 2, 0, 0),
    EXACT_1(RELU, I16, 1, 0, 3, 2, 0, 2),
    EXACT_1(RELU, U8, 1, 9, 5, 2, 20, 20),
    EXACT_1(RELU6, I8, 0.4f, 10, 26, 0.4f, 10, 25),
    EXACT_1(HARD_SWISH, I8, 1, 0, 1, 1, 0, 1),
    EXACT_1(HARD_SWISH, I8, 1, 0, 5, 1, 0, 5),
    /* sqrt(8) = 2.83; what has no root is 0 */
    EXACT_1(SQRT, I8, 1, 0, 8, 1, -3, 0),
    EXACT_1(SQRT, I8, 1, 0, -8, 1, -3, -3),
    EXACT_1(RSQRT, I8, 1, 0, 0, 0.01f, 0, 127),
    EXACT_1(LOGISTIC, I8, 1, 0, 0, 0.25f, 3, 5),
    EXACT_1(TANH, I16, 1, 0, 32767, 0x1p-10f, 0, 1024),
    EXACT_1(EXP, I8, 1, 0, 0, 2, 0, 0),
    EXACT_1(LOG, I8, 1, 0, 0, 0.1f, 0, -128),
    EXACT_1(LOG, I8, 1, 0, -5, 0.1f, 4, 4),
    EXACT_1(ABS, I8, 1, 0, -3, 2, 0, 2),
};

static void hand_worked_results_are_exact(void **state)
{
    (void)state;
    cases_exact(ROUNDING_TWICE, exact, ROWS(exact));
    cases_exact(ROUNDING_ONCE, exact_once, ROWS(exact_once));
}

/* Integers without scales wrap around; a division is truncated, and by 0 gives 0. */
static const struct {
    enum op op;
    int32_t activation;
    int64_t a, b, result32, result64;
} integers[] = {
    {OP_ADD, 0, INT32_MAX, 1, INT32_MIN, INT64_C(2147483648)},
    {OP_ADD, 0, INT64_MAX, 1, 0, INT64_MIN},
    {OP_SUB, 0, INT32_MIN, 1, INT32_MAX, INT64_C(-2147483649)},
    {OP_MUL, 0, 65536, 65536, 0, INT64_C(4294967296)},
    {OP_MUL, 0, -7, 6, -42, -42},
    {OP_DIV, 0, -7, 2, -3, -3},
    {OP_DIV, 0, 7, 0, 0, 0},
    {OP_DIV, 0, INT32_MIN, -1, INT32_MIN, INT64_C(2147483648)},
    {OP_DIV, 0, INT64_MIN, -1, 0, INT64_MIN},
    {OP_MAXIMUM, 0, -3, 2, 2, 2},
    {OP_MINIMUM, 0, -3, 2, -3, -3},
    {OP_ABS, 0, -5, 0, 5, 5},
    {OP_ABS, 0, 5, 0, 5, 5},
    {OP_ABS, 0, INT32_MIN, 0, INT32_MIN, INT64_C(2147483648)},
    {OP_ABS, 0, INT64_MIN, 0, 0, INT64_MIN},
    {OP_ADD, ACTIVATION_RELU6, 5, 9, 6, 6},
    {OP_SUB, ACTIVATION_RELU_N1_TO_1, 5, 9, -1, -1},
    {OP_NEG, 0, 5, 0, -5, -5},
    {OP_NEG, 0, INT32_MIN, 0, INT32_MIN, INT64_C(2147483648)},
    {OP_SIGN, 0, -7, 0, -1, -1},
    {OP_SIGN, 0, INT64_MAX, 0, -1, 1},
    {OP_SQUARE, 0, -65536, 0, 0, INT64_C(4294967296)},
    {OP_SQUARED_DIFFERENCE, 0, -2, 3, 25, 25},
    {OP_POW, 0, -3, 3, -27, -27},
    {OP_POW, 0, 2, 40, 0, INT64_C(1) << 40},
    {OP_POW, 0, 2, -1, 0, 0},
    {OP_POW, 0, -1, -3, -1, -1},
    {OP_POW, 0, 0, 0, 1, 1},
    {OP_FLOOR_DIV, 0, -7, 2, -4, -4},
    {OP_FLOOR_DIV, 0, 7, -2, -4, -4},
    {OP_FLOOR_DIV, 0, -6, 2, -3, -3},
    {OP_FLOOR_DIV, 0, 7, 0, 0, 0},
    {OP_FLOOR_DIV, 0, INT64_MIN, -1, 0, INT64_MIN},
    {OP_FLOOR_MOD, 0, -7, 3, 2, 2},
    {OP_FLOOR_MOD, 0, 7, -3, -2, -2},
    {OP_FLOOR_MOD, 0, -6, 3, 0, 0},
    {OP_FLOOR_MOD, 0, 7, 0, 0, 0},
    {OP_FLOOR_MOD, 0, INT64_MIN, -1, 0, 0},
};

static void plain_integers_wrap(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * ROWS(integers); i++) {
        enum type type = i % 2 ? TYPE_I64 : TYPE_I32;
        struct kind kind = {.type = type};
        union op_params params = {.arithmetic = {.activation = integers[i / 2].activation}};
        struct kernel_case c;
        case_init(&c);
        int n_inputs = op_table[integers[i / 2].op].min_inputs;
        for (int k = 0; k < n_inputs; k++) {
            int64_t value = k ? integers[i / 2].b : integers[i / 2].a;
            int32_t low = (int32_t)value;
            case_input(&c, kind, SHAPE(1), 0.0);
            memcpy(c.elements[k], type == TYPE_I32 ? (void *)&low : &value, type_size(type));
        }
        int32_t low = (int32_t)integers[i / 2].result32;
        case_run(&c, integers[i / 2].op, &params, kind);
        harness_equal(type, c.result,
                      type == TYPE_I32 ? (const void *)&low : &integers[i / 2].result64, 1);
        case_release(&c);
    }
}

/* Functions of one tensor. */

struct unary_row {
    enum op op;
    double low, high;          /* of the inputs */
    double relative, absolute; /* of float32: roundings of the argument and the operations */
    double steps8, steps16;    /* 0: what rescaling by a multiplier leaves */
    int32_t flag;              /* of the parameters */
};

/* 8-bit tables round once. HARD_SWISH truncates a product of 16 bits. Of int16, EXP rounds its
 * table three times and what it interpolates once (see also exp_error); LOGISTIC and TANH
 * interpolate over pieces of 1/24 and 1/48, which is off by 0.7 and 1.4 steps at most, in a table
 * with entries half a step (one, for TANH) too high. */
static const struct unary_row unary_rows[] = {
    {OP_RELU, -6.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_RELU6, -6.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_RELU_N1_TO_1, -2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_LEAKY_RELU, -6.0, 9.0, ULP, 0.0, 0.0, 0.0, 0},
    {OP_ELU, -5.0, 3.0, 2.0 * ULP, 0.0, 0.51, 0.0, 0},
    {OP_HARD_SWISH, -5.0, 6.0, 4.0 * ULP, 3e-7, 0.6, 0.0, 0},
    {OP_GELU, -4.0, 5.0, 40.0 * ULP, 0.0, 0.51, 0.0, 0},
    {OP_GELU, -4.0, 5.0, 2.0 * ULP, 5e-7, 0.51, 0.0, 1},
    {OP_LOGISTIC, -9.0, 7.0, 3.0 * ULP, 0.0, 0.51, 1.5, 0},
    {OP_TANH, -5.0, 4.0, 4.0 * ULP, 0.0, 0.51, 3.0, 0},
    {OP_EXP, -4.0, 9.0, 2.0 * ULP, 0.0, 0.51, 2.2, 0},
    {OP_LOG, 0.0, 20.0, 2.0 * ULP, 0.0, 0.51, 0.0, 0},
    {OP_SQRT, 0.0, 20.0, ULP, 0.0, 0.51, 0.51, 0},
    {OP_RSQRT, 0.0, 20.0, 2.0 * ULP, 0.0, 0.52, 0.6, 0},
    {OP_ABS, -7.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_NEG, -7.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_ERF, -4.0, 4.5, 2.0 * ULP, 0.0, 0.0, 0.0, 0},
    {OP_SILU, -6.0, 6.0, 4.0 * ULP, 0.0, 0.0, 0.0, 0},
    {OP_FLOOR, -4.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_CEIL, -4.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_ROUND, -4.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_SIGN, -1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0},
    {OP_SQUARE, -6.0, 6.0, ULP, 0.0, 0.0, 0.0, 0},
    {OP_SIN, -9.0, 9.0, 2.0 * ULP, 0.0, 0.0, 0.0, 0},
    {OP_COS, -9.0, 9.0, 2.0 * ULP, 0.0, 0.0, 0.0, 0},
};

static double unary_steps(const struct unary_row *row, struct kind in, struct kind out)
{
    double steps = in.type == TYPE_I16 ? row->steps16 : row->steps8;
    double ratio = (double)in.scale / (double)out.scale;
    /* The root of the stored number has 20 bits behind the point, the last of which may be off. */
    if (row->op == OP_RSQRT && in.type == TYPE_I16)
        return steps + 0x1p-19 / (sqrt((double)in.scale) * (double)out.scale);
    if (steps > 0.0)
        return steps;
    if (row->op == OP_LEAKY_RELU)
        return fmax(case_rounding(ratio), case_rounding(fabs(real_leaky_slope) * ratio));
    return case_rounding(ratio);
}

static struct kind unary_out(enum op op, enum type type, const double *expected, size_t count)
{
    bool is_fixed = op == OP_LOGISTIC || op == OP_TANH;
    /* The table of int16 is wrong in the piece in which the output saturates. */
    double reach = op == OP_RSQRT ? 0.2 : op == OP_EXP && type == TYPE_I16 ? 2.0 : 1.0;
    if (!is_fixed || type == TYPE_F32)
        return case_out(type, expected, count, reach);
    if (type == TYPE_I16)
        return (struct kind){type, 0x1p-15f, 0};
    int32_t zero = op == OP_LOGISTIC ? -128 : 0;
    return (struct kind){type, op == OP_LOGISTIC ? 0x1p-8f : 0x1p-7f,
                         type == TYPE_U8 ? zero + 128 : zero};
}

/* EXP of int16: the 512 pieces of the table cover 65535 steps, not 65536, so that arguments are up
 * to a step too low. */
static double exp_of_table(double x, double scale)
{
    double least = -32768.0 * scale;
    return exp(least + (x - least) * 65535.0 / 65536.0);
}

/* Interpolation over h = 128 steps is off by h^2 / 8 (relative), of which both ends of a piece
 * correct half; the last piece has but one such end. */
static double exp_error(double scale)
{
    return 128.0 * scale * 128.0 * scale / 8.0 * 3.0 / 4.0;
}

static void unary_case(const struct unary_row *row, enum type type)
{
    enum { COUNT = 4500 };
    static double expected[COUNT];
    float slope = (float)case_uniform(-0.5, 1.5);
    union op_params params = {.flag = {row->flag}};
    double (*real)(double) = row->flag ? real_gelu_tanh : real_unary[row->op];
    struct kind in =
        case_kind(type, row->low * case_uniform(0.8, 1.2), row->high * case_uniform(0.8, 1.2));
    struct kernel_case c;
    case_init(&c);
    case_input(&c, in, SHAPE(3, COUNT / 3), row->high);
    real_leaky_slope = (double)slope;
    if (row->op == OP_LEAKY_RELU)
        params.scalar.value = slope;
    float *elements = c.elements[0];
    for (size_t i = 0; type == TYPE_F32 && row->low >= 0.0 && i < COUNT; i++)
        elements[i] = fabsf(elements[i]) + 1e-6f;
    int16_t *words = c.elements[0];
    for (size_t i = 0; type == TYPE_I16 && row->op == OP_RSQRT && i < COUNT; i++)
        words[i] &= INT16_MAX;
    for (size_t i = 0; i < COUNT; i++)
        expected[i] = real(case_real(&c, 0, i));
    struct kind out = unary_out(row->op, type, expected, COUNT);
    struct bound bound = {row->absolute, row->relative, 0.0};
    bool is_twice = c.graph->rounding == ROUNDING_TWICE;
    /* To truncate is to round what is half a step lower. */
    for (size_t i = 0; row->op == OP_SQRT && is_twice && i < COUNT; i++)
        expected[i] -= (double)out.scale / 2.0;
    if (type != TYPE_F32)
        bound = (struct bound){.steps = unary_steps(row, in, out)};
    if (row->op == OP_EXP && type == TYPE_I16 && is_twice) {
        bound.relative = exp_error((double)in.scale);
        for (size_t i = 0; i < COUNT; i++)
            expected[i] = exp_of_table(case_real(&c, 0, i), (double)in.scale);
    }
    case_run(&c, row->op, &params, out);
    case_expect(&c, expected, COUNT, bound);
    case_release(&c);
}

static void functions_follow_their_definition(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS(unary_rows); r++)
        for (size_t t = 0; t < ROWS(types); t++)
            for (int i = 0; cases_have(unary_rows[r].op, types[t], types[t]) && i < 8; i++)
                unary_case(&unary_rows[r], types[t]);
}

/* Infinities and NaN of float32; the second operand of functions of one is not looked at. */
static void special_numbers_are_kept(void **state)
{
    static const struct {
        enum op op;
        float a, b, result;
    } rows[] = {
        {OP_DIV, 1.0f, 0.0f, INFINITY},
        {OP_DIV, 0.0f, 0.0f, NAN},
        {OP_ADD, INFINITY, 1.0f, INFINITY},
        {OP_ADD, NAN, 1.0f, NAN},
        {OP_MAXIMUM, -INFINITY, 1.0f, 1.0f},
        {OP_FLOOR_DIV, 1.0f, 0.0f, INFINITY},
        {OP_FLOOR_DIV, -7.0f, 2.0f, -4.0f},
        {OP_FLOOR_MOD, -7.0f, 3.0f, 2.0f},
        {OP_FLOOR_MOD, 7.0f, -3.0f, -2.0f},
        {OP_FLOOR_MOD, -6.0f, 3.0f, 0.0f},
        {OP_FLOOR_MOD, 1.0f, 0.0f, NAN},
        {OP_ROUND, 0.5f, 0.0f, 0.0f},
        {OP_ROUND, 1.5f, 0.0f, 2.0f},
        {OP_ROUND, -2.5f, 0.0f, -2.0f},
        {OP_SIGN, -INFINITY, 0.0f, -1.0f},
        {OP_SIGN, NAN, 0.0f, NAN},
        {OP_FLOOR, -0.5f, 0.0f, -1.0f},
        {OP_CEIL, 0x1p-149f, 0.0f, 1.0f},
        {OP_MINIMUM, -INFINITY, 1.0f, -INFINITY},
        {OP_RELU, NAN, 0.0f, NAN},
        {OP_RELU6, INFINITY, 0.0f, 6.0f},
        {OP_RELU_N1_TO_1, NAN, 0.0f, NAN},
        {OP_EXP, -INFINITY, 0.0f, 0.0f},
        {OP_EXP, 100.0f, 0.0f, INFINITY},
        {OP_LOG, 0.0f, 0.0f, -INFINITY},
        {OP_LOG, -1.0f, 0.0f, NAN},
        {OP_SQRT, -1.0f, 0.0f, NAN},
        {OP_RSQRT, 0.0f, 0.0f, INFINITY},
        {OP_TANH, -INFINITY, 0.0f, -1.0f},
        {OP_LOGISTIC, -INFINITY, 0.0f, 0.0f},
        {OP_LOGISTIC, 200.0f, 0.0f, 1.0f},
        {OP_ELU, -INFINITY, 0.0f, -1.0f},
        {OP_GELU, INFINITY, 0.0f, INFINITY},
        {OP_ABS, -INFINITY, 0.0f, INFINITY},
        {OP_NEG, NAN, 0.0f, NAN},
        {OP_ERF, -INFINITY, 0.0f, -1.0f},
        {OP_ERF, NAN, 0.0f, NAN},
        {OP_SILU, INFINITY, 0.0f, INFINITY},
        {OP_SILU, NAN, 0.0f, NAN},
    };
    struct kind kind = F32;
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct kernel_case c;
        double expected = (double)rows[i].result;
        case_init(&c);
        *(float *)c.elements[case_input(&c, kind, SHAPE(1), 0.0)] = rows[i].a;
        if (op_table[rows[i].op].min_inputs == 2)
            *(float *)c.elements[case_input(&c, kind, SHAPE(1), 0.0)] = rows[i].b;
        case_run(&c, rows[i].op, NULL, kind);
        case_expect(&c, &expected, 1, (struct bound){0});
        case_release(&c);
    }
}

/* What must be refused, and a word of the message. */
static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_LOGISTIC, {I8(1, 0)}, I8(0.0039f, -128), {{0}}, "expected 0.00390625 and -128"},
        {OP_LOGISTIC, {U8(1, 0)}, U8(0x1p-8f, 1), {{0}}, "expected 0.00390625 and 0"},
        {OP_TANH, {I16(1, 0)}, I16(0x1p-14f, 0), {{0}}, "expected 3.05176e-05"},
        {OP_RELU, {I8(0, 0)}, I8(1, 0), {{0}}, "without a scale"},
        {OP_RELU, {I16(1, 3)}, I16(1, 0), {{0}}, "zero point 3"},
        {OP_HARD_SWISH, {I8(1, 0)}, I8(0.005f, 0), {{0}}, "too fine"},
        {OP_LEAKY_RELU, {I8(1, 0)}, I8(1, 0), {.scalar = {INFINITY}}, "alpha"},
        {OP_ADD, {I8(1, 0), I8(1, 0)}, I8(1e-7f, 0), {{0}}, "too fine"},
        {OP_ADD, {I8(1, 0), U8(1, 0)}, I8(1, 0), {{0}}, "expected one type"},
        {OP_MUL, {F32, F32}, F32, {.arithmetic = {.activation = 4}}, "fused activation 4"},
        {OP_MUL, {I16(1, 0), I16(1, 0)}, I16(1, 9), {{0}}, "zero point 9"},
        {OP_MAXIMUM, {I8(1, 0), I8(1, 1)}, I8(1, 0), {{0}}, "differ in scale or zero point"},
    };
    (void)state;
    cases_refused(rows, ROWS(rows));
}

static void every_row_was_reached(void **state)
{
    enum op ops[ROWS(binary_rows) + ROWS(unary_rows)];
    (void)state;
    for (size_t i = 0; i < ROWS(binary_rows); i++)
        ops[i] = binary_rows[i].op;
    for (size_t i = 0; i < ROWS(unary_rows); i++)
        ops[ROWS(binary_rows) + i] = unary_rows[i].op;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_follows_its_definition),
        cmocka_unit_test(int16_sums_shift),
        cmocka_unit_test(hand_worked_results_are_exact),
        cmocka_unit_test(plain_integers_wrap),
        cmocka_unit_test(functions_follow_their_definition),
        cmocka_unit_test(special_numbers_are_kept),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
