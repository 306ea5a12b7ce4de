/* The reference kernels that make one number of many, against their definitions in double
 * precision: reductions along axes, SOFTMAX and L2_NORMALIZATION along rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel_cases.h"

/* A float32 operation is off by 2^-24 of its result. */
#define ULP 6e-8

static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};

/* Reductions. */

static const struct {
    struct shape in;
    int32_t axes[SHAPE_RANK_MAX];
    int count;
} reductions[] = {
    {SHAPE(2, 5, 6, 7), {1, 2}, 2},
    {SHAPE(2, 5, 6, 7), {-1}, 1},
    {SHAPE(2, 5, 6, 7), {0, 2}, 2},
    {SHAPE(1, 30, 31, 3), {-3, -2}, 2},
    {SHAPE(3, 1, 4), {0, 1, 2}, 3},
    {SHAPE(2, 3, 4, 5), {1, -3, 3}, 3},
    {SHAPE(9), {0}, 1},
    {SHAPE(3, 4), {0}, 0},
};

static bool is_reduced(size_t r, int dimension)
{
    for (int i = 0; i < reductions[r].count; i++)
        if ((reductions[r].axes[i] + reductions[r].in.rank) % reductions[r].in.rank == dimension)
            return true;
    return false;
}

/* Where element i of the input belongs in the output, which has the kept dimensions alone. */
static size_t kept_index(size_t r, size_t i)
{
    const struct shape *in = &reductions[r].in;
    int32_t index[SHAPE_RANK_MAX];
    size_t flat = 0;
    shape_index(in, i, index);
    for (int d = 0; d < in->rank; d++)
        if (!is_reduced(r, d))
            flat = flat * (size_t)in->dim[d] + (size_t)index[d];
    return flat;
}

static struct shape kept_shape(size_t r, bool keep_dims)
{
    struct shape out = {0};
    for (int d = 0; d < reductions[r].in.rank; d++)
        if (keep_dims || !is_reduced(r, d))
            out.dim[out.rank++] = is_reduced(r, d) ? 1 : reductions[r].in.dim[d];
    return out;
}

static void expect_reduction(const struct kernel_case *c, enum op op, size_t r, double *expected,
                             size_t outputs)
{
    size_t inputs = case_count(c, 0);
    for (size_t i = 0; i < outputs; i++)
        expected[i] = op == OP_REDUCE_MAX   ? -INFINITY
                      : op == OP_REDUCE_MIN ? INFINITY
                                            : op == OP_REDUCE_PROD || op == OP_REDUCE_ALL;
    for (size_t i = 0; i < inputs; i++) {
        double *to = &expected[kept_index(r, i)], value = case_real(c, 0, i);
        *to = op == OP_REDUCE_MAX    ? fmax(*to, value)
              : op == OP_REDUCE_MIN  ? fmin(*to, value)
              : op == OP_REDUCE_ANY  ? fmax(*to, value)
              : op == OP_REDUCE_ALL  ? fmin(*to, value)
              : op == OP_REDUCE_PROD ? *to * value
                                     : *to + value;
    }
    for (size_t i = 0; op == OP_MEAN && i < outputs; i++)
        expected[i] /= (double)(inputs / outputs);
}

static bool is_extreme(enum op op)
{
    return op == OP_REDUCE_MAX || op == OP_REDUCE_MIN;
}

/* MEAN divides the multiplier's mantissa by the number of elements, which may cost it its first
 * bit: then it is shifted by one less. */
static double reduction_steps(enum op op, struct kind in, struct kind out, size_t each)
{
    double ratio = in.scale > 0.0f ? (double)in.scale / (double)out.scale : 1.0;
    if (is_extreme(op))
        return 1e-6;
    if (op == OP_SUM)
        return case_rounding(ratio);
    return fmax(case_rounding(ratio / (double)each), case_rounding(2.0 * ratio / (double)each));
}

/* Numbers near 1, or 1 and -1 and few others, whose product stays within the type. */
static void tame(const struct kernel_case *c, enum type type)
{
    for (size_t i = 0; i < case_count(c, 0); i++) {
        int32_t sign = i % 3 ? 1 : -1, value = i % 50 == 7 ? 3 : sign;
        if (type == TYPE_F32)
            ((float *)c->elements[0])[i] = 1.0f + ((float *)c->elements[0])[i] * 1e-5f;
        else if (type == TYPE_I64)
            ((int64_t *)c->elements[0])[i] = value;
        else
            ((int32_t *)c->elements[0])[i] = value;
    }
}

static void reduction_case(enum op op, enum type type, size_t r)
{
    union op_params params = {.reduce = {.keep_dims = case_between(0, 1)}};
    struct shape shape = kept_shape(r, params.reduce.keep_dims);
    size_t outputs = shape_elements(&shape);
    double *expected = calloc(outputs, sizeof(*expected));
    struct kind in = case_kind(type, case_uniform(-8.0, 0.0), case_uniform(0.5, 9.0));
    struct kernel_case c;
    case_init(&c);
    case_input(&c, in, reductions[r].in, 1000.0);
    for (size_t i = 0; type == TYPE_I32 && i < case_count(&c, 0); i++)
        ((int32_t *)c.elements[0])[i] -= 500;
    for (size_t i = 0; type == TYPE_I64 && i < case_count(&c, 0); i++)
        ((int64_t *)c.elements[0])[i] = (((int64_t *)c.elements[0])[i] - 500) * (1 << 30);
    if (op == OP_REDUCE_PROD)
        tame(&c, type);
    if (reductions[r].count)
        case_ints(&c, reductions[r].axes, reductions[r].count);
    else
        case_constant(&c, (struct kind){.type = TYPE_I32}, SHAPE(0), 0.0);
    expect_reduction(&c, op, r, expected, outputs);
    struct kind out = is_extreme(op) ? in : case_out(type, expected, outputs, 1.0);
    case_run(&c, op, &params, out);
    assert_true(shape_equal(&c.out->shape, &shape));
    case_expect(&c, expected, outputs,
                (struct bound){.absolute = 1e-30,
                               .relative = type == TYPE_F32 ? ULP : 0.0,
                               .steps = reduction_steps(op, in, out, case_count(&c, 0) / outputs)});
    case_release(&c);
    free(expected);
}

static void reductions_follow_their_definition(void **state)
{
    static const enum op ops[] = {OP_MEAN,       OP_SUM,        OP_REDUCE_MAX, OP_REDUCE_MIN,
                                  OP_REDUCE_ANY, OP_REDUCE_ALL, OP_REDUCE_PROD};
    static const enum type all[] = {TYPE_F32, TYPE_I32, TYPE_I64, TYPE_I8,
                                    TYPE_U8,  TYPE_I16, TYPE_BOOL};
    (void)state;
    for (size_t o = 0; o < ROWS(ops); o++)
        for (size_t t = 0; t < ROWS(all); t++)
            for (size_t r = 0; cases_have(ops[o], all[t], all[t]) && r < 3 * ROWS(reductions); r++)
                reduction_case(ops[o], all[t], r % ROWS(reductions));
}

/* The sum of nothing is 0, the greatest of nothing the lowest there is, the least of it the
 * highest. */
static void nothing_is_reduced_to_a_neutral_number(void **state)
{
    static const struct {
        enum op op;
        struct kind kind;
        double result;
    } rows[] = {
        {OP_SUM, F32, 0.0},
        {OP_MEAN, F32, NAN},
        {OP_REDUCE_MAX, F32, -INFINITY},
        {OP_SUM, {TYPE_I32, 0.0f, 0}, 0.0},
        {OP_SUM, I8(0.5f, 3), 0.0},
        {OP_REDUCE_MAX, {TYPE_I32, 0.0f, 0}, INT32_MIN},
        {OP_REDUCE_MAX, {TYPE_I64, 0.0f, 0}, (double)INT64_MIN},
        {OP_REDUCE_MAX, U8(0.5f, 3), -1.5},
        {OP_REDUCE_MIN, F32, INFINITY},
        {OP_REDUCE_MIN, {TYPE_I32, 0.0f, 0}, INT32_MAX},
        {OP_REDUCE_MIN, I8(0.5f, 3), 62.0},
        {OP_MEAN, I16(0.5f, 0), 0.0},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        double expected[2] = {rows[i].result, rows[i].result};
        struct kernel_case c;
        case_init(&c);
        case_input(&c, rows[i].kind, SHAPE(2, 0), 0.0);
        case_ints(&c, (const int32_t[]){1}, 1);
        case_run(&c, rows[i].op, NULL, rows[i].kind);
        case_expect(&c, expected, 2, (struct bound){0});
        case_release(&c);
    }
}

/* NaN is no number, so that it is neither the greatest nor the least. */
static void extremes_pass_over_nan(void **state)
{
    static const float row[] = {NAN, 2.0f, -INFINITY, NAN, 7.0f};
    (void)state;
    for (int k = 0; k < 2; k++) {
        double expected = k ? -INFINITY : 7.0;
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(5), 0.0);
        memcpy(c.elements[0], row, sizeof(row));
        case_ints(&c, (const int32_t[]){0}, 1);
        case_run(&c, k ? OP_REDUCE_MIN : OP_REDUCE_MAX, NULL, (struct kind)F32);
        case_expect(&c, &expected, 1, (struct bound){0});
        case_release(&c);
    }
}

/* Sums that 64 bits do not hold wrap around, as those of 32 bits do. */
static void sums_of_integers_wrap(void **state)
{
    static const int64_t wide[] = {INT64_MAX, 2, 5}, wide_sum = INT64_MIN + 6;
    static const int32_t narrow[] = {INT32_MAX, 2, 5}, narrow_sum = INT32_MIN + 6;
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct kind kind = {.type = k ? TYPE_I64 : TYPE_I32};
        struct kernel_case c;
        case_init(&c);
        case_input(&c, kind, SHAPE(3), 0.0);
        memcpy(c.elements[0], k ? (const void *)wide : narrow, k ? sizeof(wide) : sizeof(narrow));
        case_ints(&c, (const int32_t[]){0}, 1);
        case_run(&c, OP_SUM, NULL, kind);
        harness_equal(kind.type, c.result, k ? (const void *)&wide_sum : &narrow_sum, 1);
        case_release(&c);
    }
}

/* The first index of the greatest number along the axis; few different numbers make ties
 * frequent. */
static void arg_extreme_case(enum op op, enum type type, enum type out)
{
    struct shape in = SHAPE(case_between(1, 3), case_between(1, 9), case_between(1, 40));
    int axis = case_between(0, 2);
    int32_t stated = case_between(0, 1) ? axis : axis - in.rank;
    struct kernel_case c;
    case_init(&c);
    case_input(&c, case_kind(type, -5.0, 8.0), in, 6.0);
    float *reals = c.elements[0];
    for (size_t i = 0; type == TYPE_F32 && i < case_count(&c, 0); i++)
        reals[i] = case_between(0, 9) ? roundf(reals[i]) : case_between(0, 1) ? NAN : -INFINITY;
    case_ints(&c, &stated, case_between(0, 1));
    case_run(&c, op, NULL, (struct kind){.type = out});
    double sign = op == OP_ARG_MIN ? -1.0 : 1.0;
    size_t inner = shape_span(&in, axis + 1, 3), extent = (size_t)in.dim[axis];
    for (size_t i = 0; i < shape_elements(&c.out->shape); i++) {
        size_t first = i / inner * inner * extent + i % inner, best = 0;
        double greatest = -INFINITY;
        for (size_t k = 0; k < extent; k++)
            if (sign * case_real(&c, 0, first + k * inner) > greatest) {
                greatest = sign * case_real(&c, 0, first + k * inner);
                best = k;
            }
        size_t got =
            out == TYPE_I64 ? (size_t)((int64_t *)c.result)[i] : (size_t)((int32_t *)c.result)[i];
        if (got != best)
            fail_msg("%s: element %zu is %zu, expected %zu", c.kernel->name, i, got, best);
    }
    case_release(&c);
}

static void arg_extremes_are_the_first(void **state)
{
    static const enum type all[] = {TYPE_F32, TYPE_I32, TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (size_t i = 0; i < 20 * ROWS(all); i++) {
        arg_extreme_case(OP_ARG_MAX, all[i % ROWS(all)], TYPE_I32);
        arg_extreme_case(OP_ARG_MAX, all[i % ROWS(all)], TYPE_I64);
        arg_extreme_case(OP_ARG_MIN, all[i % ROWS(all)], TYPE_I32);
        arg_extreme_case(OP_ARG_MIN, all[i % ROWS(all)], TYPE_I64);
    }
}

/* Rows: the last dimension. */

static const struct shape row_shapes[] = {
    SHAPE(3, 10), SHAPE(2, 3, 4, 7), SHAPE(2, 300), SHAPE(40, 2),
    SHAPE(5, 1),  SHAPE(11),         {.rank = 0},
};

static size_t depth_of(const struct shape *shape)
{
    return shape->rank ? (size_t)shape->dim[shape->rank - 1] : 1;
}

static void expect_softmax(const struct kernel_case *c, double beta, double *expected)
{
    size_t depth = depth_of(case_shape(c, 0));
    for (size_t first = 0; first < case_count(c, 0); first += depth) {
        double sum = 0.0;
        for (size_t i = first; i < first + depth; i++)
            sum += exp(beta * case_real(c, 0, i));
        for (size_t i = first; i < first + depth; i++)
            expected[i] = exp(beta * case_real(c, 0, i)) / sum;
    }
}

static struct kind softmax_out(enum type type)
{
    struct kind out = {type, 0.0f, 0};
    if (type != TYPE_F32)
        out.scale = type == TYPE_I16 ? 0x1p-15f : 0x1p-8f;
    out.zero = type == TYPE_I8 ? -128 : 0;
    return out;
}

/* float32: the exponent, at most 24, is rounded. 8 bits: the exponentials are added with 19 bits.
 * int16: exp(-10), 2 steps, is their least, and 1.5 of that may be wrong for each of a row; the
 * exponent, in steps of 10 / 65535, and the reciprocal of the sum are rounded, too. */
static struct bound softmax_bound(enum type type, size_t depth)
{
    if (type == TYPE_F32)
        return (struct bound){.relative = 4e-6};
    if (type != TYPE_I16)
        return (struct bound){.steps = 0.51 + 256.0 * (double)depth * 0x1p-20};
    return (struct bound){.relative = 2e-4 + 1.5 * (double)depth / 32768.0, .steps = 2.5};
}

static void softmax_case(enum type type, const struct shape *shape)
{
    size_t count = shape_elements(shape);
    double *expected = calloc(count, sizeof(*expected));
    union op_params params = {.scalar = {(float)case_uniform(0.2, 1.5)}};
    struct kernel_case c;
    case_init(&c);
    case_input(&c, case_kind(type, case_uniform(-7.0, 0.0), case_uniform(0.1, 8.0)), *shape, 8.0);
    expect_softmax(&c, (double)params.scalar.value, expected);
    case_run(&c, OP_SOFTMAX, &params, softmax_out(type));
    case_expect(&c, expected, count, softmax_bound(type, depth_of(shape)));
    case_release(&c);
    free(expected);
}

/* Of large numbers, too: the exponentials of the smaller ones vanish, their logarithms do not. */
static void log_softmax_is_its_logarithm(void **state)
{
    (void)state;
    for (size_t i = 0; i < 10 * ROWS(row_shapes); i++) {
        const struct shape *shape = &row_shapes[i % ROWS(row_shapes)];
        size_t count = shape_elements(shape), depth = depth_of(shape);
        double *expected = calloc(count, sizeof(*expected));
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, *shape, i % 2 ? 8.0 : 500.0);
        for (size_t k = 0; k < count; k++) {
            double sum = 0.0, own = case_real(&c, 0, k);
            for (size_t other = k / depth * depth; other < (k / depth + 1) * depth; other++)
                sum += exp(case_real(&c, 0, other) - own);
            expected[k] = -log(sum);
        }
        case_run(&c, OP_LOG_SOFTMAX, NULL, (struct kind)F32);
        case_expect(&c, expected, count, (struct bound){.absolute = 1e-6, .relative = ULP});
        case_release(&c);
        free(expected);
    }
}

static void softmax_follows_its_definition(void **state)
{
    (void)state;
    for (size_t t = 0; t < ROWS(types); t++)
        for (size_t i = 0; i < 10 * ROWS(row_shapes); i++)
            softmax_case(types[t], &row_shapes[i % ROWS(row_shapes)]);
}

/* Rows of stored numbers whose result is worked out by hand; only the first count matter. */
static const struct {
    enum op op;
    struct kind in, out;
    int32_t count, row[4], result[4];
} exact[] = {
    /* one share of all is 1, which is a step beyond the range; equal shares */
    {OP_SOFTMAX, I8(0.1f, 0), I8(0x1p-8f, -128), 1, {5}, {127}},
    {OP_SOFTMAX, U8(0.1f, 0), U8(0x1p-8f, 0), 1, {5}, {255}},
    {OP_SOFTMAX, I8(0.1f, 9), I8(0x1p-8f, -128), 4, {7, 7, 7, 7}, {-64, -64, -64, -64}},
    {OP_SOFTMAX, U8(0.1f, 9), U8(0x1p-8f, 0), 4, {7, 7, 7, 7}, {64, 64, 64, 64}},
    {OP_SOFTMAX, I16(0.1f, 0), I16(0x1p-15f, 0), 1, {5}, {32767}},
    /* differences that are too large to compute count as infinite */
    {OP_SOFTMAX, I8(1, 0), I8(0x1p-8f, -128), 4, {-128, 127, 0, 90}, {-128, 127, -128, -128}},
    {OP_SOFTMAX, I8(300, 0), I8(0x1p-8f, -128), 2, {1, 2}, {-128, 127}},
    /* 3 / 5 and 4 / 5 of 128; a 1 is a step beyond; zeros stay */
    {OP_L2_NORMALIZATION, I8(0.1f, 1), I8(0x1p-7f, 0), 2, {4, 5}, {77, 102}},
    {OP_L2_NORMALIZATION, U8(0.1f, 1), U8(0x1p-7f, 128), 2, {4, 5}, {205, 230}},
    {OP_L2_NORMALIZATION, I8(0.1f, 1), I8(0x1p-7f, 0), 2, {100, 1}, {127, 0}},
    {OP_L2_NORMALIZATION, I8(0.1f, 1), I8(0x1p-7f, 0), 2, {-100, 1}, {-128, 0}},
    {OP_L2_NORMALIZATION, I8(0.1f, 1), I8(0x1p-7f, 0), 3, {1, 1, 1}, {0, 0, 0}},
};

static void hand_worked_rows_are_exact(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS(exact); r++) {
        union op_params params = {.scalar = {1.0f}};
        struct kernel_case c;
        if (exact[r].op != OP_SOFTMAX)
            params = (union op_params){.arithmetic = {0}};
        case_init(&c);
        case_input(&c, exact[r].in, SHAPE(1, exact[r].count), 0.0);
        for (int32_t i = 0; i < exact[r].count; i++)
            case_store(&c, 0, (size_t)i, exact[r].row[i]);
        case_run(&c, exact[r].op, &params, exact[r].out);
        case_expect_stored(&c, exact[r].result, (size_t)exact[r].count);
        case_release(&c);
    }
}

/* Neither large numbers nor an infinite negative one disturb the others. */
static void softmax_takes_extremes(void **state)
{
    static const float row[] = {1000.0f, -INFINITY, 999.0f, -1000.0f};
    double share = 1.0 / (1.0 + exp(-1.0)), expected[] = {share, 0.0, 1.0 - share, 0.0};
    union op_params params = {.scalar = {1.0f}};
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_input(&c, (struct kind)F32, SHAPE(1, 4), 0.0);
    memcpy(c.elements[0], row, sizeof(row));
    case_run(&c, OP_SOFTMAX, &params, (struct kind)F32);
    for (int isa = ISA_REFERENCE; isa < ISA_COUNT; isa++)
        if (case_run_on(&c, (enum isa)isa))
            case_expect(&c, expected, 4, (struct bound){.relative = 4e-7});
    case_release(&c);
}

static void normalization_case(enum type type, const struct shape *shape)
{
    size_t count = shape_elements(shape), depth = depth_of(shape);
    double *expected = calloc(count, sizeof(*expected));
    struct kind out = {type, type == TYPE_F32 ? 0.0f : 0x1p-7f, type == TYPE_U8 ? 128 : 0};
    struct kernel_case c;
    case_init(&c);
    case_input(&c, case_kind(type, case_uniform(-7.0, 0.0), case_uniform(0.1, 8.0)), *shape, 8.0);
    if (case_between(0, 4) == 0)
        memset(c.elements[0], 0, type_size(type));
    for (size_t first = 0; first < count; first += depth) {
        double sum = 0.0;
        for (size_t i = first; i < first + depth; i++)
            sum += case_real(&c, 0, i) * case_real(&c, 0, i);
        for (size_t i = first; i < first + depth; i++)
            expected[i] = case_real(&c, 0, i) / fmax(sqrt(sum), 1e-6);
    }
    case_run(&c, OP_L2_NORMALIZATION, NULL, out);
    /* Rounded in units of 1/2 step at worst, then to steps: 3/4. */
    case_expect(&c, expected, count,
                (struct bound){.relative = 3.0 * ULP * (type == TYPE_F32), .steps = 0.76});
    case_release(&c);
    free(expected);
}

static void normalization_follows_its_definition(void **state)
{
    (void)state;
    for (size_t t = 0; t < ROWS(types); t++)
        for (size_t i = 0; types[t] != TYPE_I16 && i < 10 * ROWS(row_shapes); i++)
            normalization_case(types[t], &row_shapes[i % ROWS(row_shapes)]);
}

static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_SOFTMAX,
         {I8(1, 0)},
         I8(0x1p-8f, -127),
         {.scalar = {1}},
         "expected 0.00390625 and -128"},
        {OP_SOFTMAX, {I8(1, 0)}, I8(0x1.01p-8f, -128), {.scalar = {1}}, "expected 0.00390625"},
        {OP_SOFTMAX, {U8(1, 0)}, U8(0x1p-8f, 128), {.scalar = {1}}, "expected 0.00390625 and 0"},
        {OP_SOFTMAX, {I16(1, 0)}, I16(0x1p-14f, 0), {.scalar = {1}}, "expected 3.05176e-05"},
        {OP_SOFTMAX, {I8(0, 0)}, I8(0x1p-8f, -128), {.scalar = {1}}, "without a scale"},
        {OP_SOFTMAX, {F32}, F32, {.scalar = {-1}}, "beta is -1"},
        {OP_SOFTMAX, {F32}, F32, {.scalar = {NAN}}, "beta is"},
        {OP_L2_NORMALIZATION, {I8(1, 0)}, I8(0x1.002p-7f, 0), {{0}}, "expected 0.0078125 and 0"},
        {OP_L2_NORMALIZATION, {U8(1, 0)}, U8(0x1p-7f, 0), {{0}}, "expected 0.0078125 and 128"},
        {OP_L2_NORMALIZATION, {F32}, F32, {.arithmetic = {.activation = 1}}, "fused activation 1"},
        {OP_MEAN, {I8(1, 0), {TYPE_I32, 0, 0}}, I8(0, 0), {{0}}, "without a scale"},
        {OP_SUM, {I16(1, 5), {TYPE_I32, 0, 0}}, I16(1, 0), {{0}}, "zero point 5"},
        {OP_REDUCE_MAX, {U8(1, 0), {TYPE_I32, 0, 0}}, U8(2, 0), {{0}}, "differ in scale"},
        {OP_REDUCE_MIN, {I8(1, 0), {TYPE_I32, 0, 0}}, I8(1, 1), {{0}}, "differ in scale"},
    };
    (void)state;
    cases_refused(rows, ROWS(rows));
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_MEAN,        OP_SUM,         OP_REDUCE_MAX,
                                  OP_REDUCE_MIN,  OP_REDUCE_ANY,  OP_REDUCE_ALL,
                                  OP_REDUCE_PROD, OP_ARG_MAX,     OP_ARG_MIN,
                                  OP_SOFTMAX,     OP_LOG_SOFTMAX, OP_L2_NORMALIZATION};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reductions_follow_their_definition),
        cmocka_unit_test(nothing_is_reduced_to_a_neutral_number),
        cmocka_unit_test(extremes_pass_over_nan),
        cmocka_unit_test(sums_of_integers_wrap),
        cmocka_unit_test(arg_extremes_are_the_first),
        cmocka_unit_test(softmax_follows_its_definition),
        cmocka_unit_test(log_softmax_is_its_logarithm),
        cmocka_unit_test(hand_worked_rows_are_exact),
        cmocka_unit_test(softmax_takes_extremes),
        cmocka_unit_test(normalization_follows_its_definition),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
