/* The reference kernels that change types: QUANTIZE, also from one scale to another, DEQUANTIZE,
 * CAST, for all pairs of types. */
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

#define COUNT 3000

static double expected[COUNT];

/* Types that have scales; those of int32 have zero point 0 here. */
static const enum type stored_types[] = {TYPE_I8, TYPE_U8, TYPE_I16, TYPE_I32};

static struct kind random_kind(enum type type)
{
    if (type == TYPE_I32)
        return (struct kind){type, (float)case_uniform(1e-4, 1e-1), 0};
    return case_kind(type, case_uniform(-8.0, 0.0), case_uniform(0.1, 9.0));
}

static void floats_are_quantized(void **state)
{
    static const enum type types[] = {TYPE_I8, TYPE_U8, TYPE_I16};
    (void)state;
    for (size_t k = 0; k < 8 * ROWS(types); k++) {
        struct kind out = random_kind(types[k % ROWS(types)]);
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(3, COUNT / 3), 11.0);
        for (size_t i = 0; i < COUNT; i++)
            expected[i] = case_real(&c, 0, i);
        case_run(&c, OP_QUANTIZE, NULL, out);
        case_expect(&c, expected, COUNT, (struct bound){.relative = ULP, .steps = 0.5001});
        case_release(&c);
    }
}

/* int32 elements of both signs, some of them at the ends, which stay within int32 when they are
 * multiplied. */
static void fill_integers(int32_t *elements, double multiplier)
{
    double most = fmin(2147483647.0, 1073741823.0 / multiplier);
    for (size_t i = 0; i < COUNT; i++)
        elements[i] = (int32_t)(case_between(0, 9)
                                    ? case_uniform(-most, most) * pow(2.0, case_between(-24, 0))
                                : case_between(0, 1) ? most
                                                     : -most);
}

static void requantization_case(enum type from, enum type to)
{
    struct kind in = random_kind(from), out = random_kind(to);
    double multiplier = (double)in.scale / (double)out.scale;
    struct kernel_case c;
    case_init(&c);
    case_input(&c, in, SHAPE(COUNT), 0.0);
    if (from == TYPE_I32)
        fill_integers(c.elements[0], multiplier);
    for (size_t i = 0; i < COUNT; i++)
        expected[i] = case_real(&c, 0, i);
    case_run(&c, OP_QUANTIZE, NULL, out);
    /* The mantissa has 31 bits. */
    case_expect(&c, expected, COUNT,
                (struct bound){.relative = 0x1p-31, .steps = case_rounding(multiplier)});
    case_release(&c);
}

static void numbers_are_requantized(void **state)
{
    (void)state;
    for (size_t from = 0; from < ROWS(stored_types); from++)
        for (size_t to = 0; to < ROWS(stored_types); to++)
            for (int k = 0; k < 8; k++)
                requantization_case(stored_types[from], stored_types[to]);
}

/* The same scale and zero points 128 apart: nothing but the highest bit changes. */
static void bytes_change_their_sign(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct kind kinds[2] = {I8(0.1f, -5), U8(0.1f, 123)};
        uint8_t flipped[256];
        struct kernel_case c;
        case_init(&c);
        case_input(&c, kinds[k], SHAPE(256), 0.0);
        for (int i = 0; i < 256; i++) {
            ((uint8_t *)c.elements[0])[i] = (uint8_t)i;
            flipped[i] = (uint8_t)(i ^ 0x80);
        }
        case_run(&c, OP_QUANTIZE, NULL, kinds[!k]);
        harness_equal(TYPE_U8, c.result, flipped, 256);
        case_release(&c);
    }
}

/* Single numbers, worked out by hand; those of float32 stand in real, the others in stored. */
static void halves_and_ends_are_exact(void **state)
{
    static const struct {
        struct kind in;
        float real;
        int32_t stored;
        struct kind out;
        int32_t result;
    } rows[] = {
        /* float32: halves away from zero, before the zero point is added */
        {F32, 0.25f, 0, I8(0.5f, 0), 1},
        {F32, -0.25f, 0, I8(0.5f, 0), -1},
        {F32, -0.25f, 0, U8(0.5f, 9), 8},
        {F32, 0.74f, 0, I8(0.5f, 0), 1},
        {F32, 0.0f, 0, I8(0.5f, -128), -128},
        {F32, 63.75f, 0, I8(0.5f, 0), 127},
        {F32, -64.25f, 0, I8(0.5f, 0), -128},
        {F32, -1.0f, 0, U8(0.5f, 0), 0},
        {F32, INFINITY, 0, I16(0.5f, 0), 32767},
        {F32, -INFINITY, 0, I16(0.5f, 0), -32768},
        {F32, 1e30f, 0, U8(0.5f, 0), 255},
        {F32, NAN, 0, I8(0.5f, 7), 7},
        /* times 1/2: one rounding, halves up */
        {I8(1, 0), 0, 1, I8(2, 0), 1},
        {I8(1, 0), 0, -1, I8(2, 0), 0},
        {I8(1, 0), 0, -3, I16(2, 0), -1},
        /* times 1/4: two roundings, the second of them away from zero */
        {I8(1, 0), 0, 1, I8(4, 0), 1},
        {I8(1, 0), 0, -1, I8(4, 0), 0},
        {I8(1, 0), 0, -2, I8(4, 0), -1},
        {I16(1, 0), 0, -6, I8(4, 0), -2},
        /* saturation */
        {I16(1, 0), 0, 300, I8(2, 0), 127},
        {I16(1, 0), 0, -300, U8(1, 100), 0},
        {I8(100, -128), 0, 127, U8(1, 0), 255},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct kernel_case c;
        case_init(&c);
        c.graph->rounding = ROUNDING_TWICE;
        case_input(&c, rows[i].in, SHAPE(1), 0.0);
        if (rows[i].in.type == TYPE_F32)
            *(float *)c.elements[0] = rows[i].real;
        else
            case_store(&c, 0, 0, rows[i].stored);
        case_run(&c, OP_QUANTIZE, NULL, rows[i].out);
        for (int isa = ISA_REFERENCE; isa < ISA_COUNT; isa++)
            if (case_run_on(&c, (enum isa)isa))
                case_expect_stored(&c, &rows[i].result, 1);
        case_release(&c);
    }
}

/* Halves go to the even neighbour where the graph rounds once, before the zero point is added; the
 * rest is the same. */
static void halves_go_to_the_even_neighbour(void **state)
{
    static const struct {
        float real;
        struct kind out;
        int32_t result;
    } rows[] = {
        {0.25f, I8(0.5f, 0), 0},         {0.75f, I8(0.5f, 0), 2},    {-0.25f, I8(0.5f, 0), 0},
        {-0.75f, U8(0.5f, 9), 7},        {1.25f, U8(0.5f, 9), 11},   {0.76f, I8(0.5f, 0), 2},
        {0.74f, I8(0.5f, 0), 1},         {63.75f, I8(0.5f, 1), 127}, {-64.75f, I8(0.5f, 0), -128},
        {INFINITY, I16(0.5f, 0), 32767}, {-1e30f, U8(0.5f, 3), 0},   {NAN, I8(0.5f, 7), 7},
        {8191.25f, I16(0.5f, 0), 16382}, {0.25f, I8(0.5f, -1), -1},  {0.75f, I8(0.5f, -1), 1},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct kernel_case c;
        case_init(&c);
        c.graph->rounding = ROUNDING_ONCE;
        case_input(&c, (struct kind)F32, SHAPE(1), 0.0);
        *(float *)c.elements[0] = rows[i].real;
        case_run(&c, OP_QUANTIZE, NULL, rows[i].out);
        for (int isa = ISA_REFERENCE; isa < ISA_COUNT; isa++)
            if (case_run_on(&c, (enum isa)isa))
                case_expect_stored(&c, &rows[i].result, 1);
        case_release(&c);
    }
}

/* From integers to integers, which is one rounding as well. */
static void halves_of_integers_go_to_the_even_neighbour(void **state)
{
    static const struct exact_case rows[] = {
        EXACT_1(QUANTIZE, I8, 1, 0, 1, 2, 0, 0),
        EXACT_1(QUANTIZE, I8, 1, 0, 3, 2, 0, 2),
        EXACT_1(QUANTIZE, I8, 1, 0, -1, 2, 5, 5),
        EXACT_1(QUANTIZE, U8, 1, 9, 6, 2, 100, 98),
        EXACT_1(QUANTIZE, I8, 1, 0, 1, 4, 0, 0),
        EXACT_1(QUANTIZE, I8, 1, 0, -3, 4, 0, -1),
        EXACT_1(QUANTIZE, I16, 1, 0, 32767, 2, 0, 16384),
        EXACT_1(QUANTIZE, I8, 1e30f, -1, 0, 1, 3, 127),
        EXACT_1(QUANTIZE, U8, 1e30f, 1, 0, 1e-30f, 200, 0),
    };
    (void)state;
    cases_exact(ROUNDING_ONCE, rows, ROWS(rows));
}

static void numbers_are_dequantized(void **state)
{
    (void)state;
    for (size_t k = 0; k < 4 * ROWS(stored_types); k++) {
        struct kind in = random_kind(stored_types[k % ROWS(stored_types)]);
        struct kernel_case c;
        case_init(&c);
        case_input(&c, in, SHAPE(COUNT), 0.0);
        if (in.type == TYPE_I32)
            fill_integers(c.elements[0], 1.0);
        for (size_t i = 0; i < COUNT; i++)
            expected[i] = case_real(&c, 0, i);
        case_run(&c, OP_DEQUANTIZE, NULL, (struct kind)F32);
        case_expect(&c, expected, COUNT, (struct bound){.relative = ULP});
        case_release(&c);
    }
}

/* One scale and zero point per index of a dimension. */
static void channels_are_dequantized(void **state)
{
    (void)state;
    for (int k = 0; k < 4 * (int)ROWS(stored_types); k++) {
        enum type type = stored_types[k % (int)ROWS(stored_types)];
        struct shape shape = SHAPE(5, 6, 10, 10);
        int axis = k / (int)ROWS(stored_types), channels = shape.dim[axis];
        struct kernel_case c;
        float scales[10];
        case_init(&c);
        case_input(&c, (struct kind){type, 1.0f, 0}, shape, 0.0);
        if (type == TYPE_I32)
            fill_integers(c.elements[0], 1.0);
        for (int i = 0; i < channels; i++)
            scales[i] = (float)case_uniform(0.01, 1.0);
        harness_per_axis(c.graph, c.tensors[0], axis, scales);
        int32_t *zeros = arena_alloc(c.graph->arena, sizeof(*zeros) * 10);
        for (int i = 0; i < channels; i++)
            zeros[i] = case_between(0, 100);
        c.graph->tensors[c.tensors[0]].quant.zero_point = zeros;
        for (size_t i = 0; i < COUNT; i++)
            expected[i] = case_real(&c, 0, i);
        case_run(&c, OP_DEQUANTIZE, NULL, (struct kind)F32);
        /* Two roundings where int32 has more digits than a float32. */
        case_expect(&c, expected, COUNT, (struct bound){.relative = 2.0 * ULP});
        case_release(&c);
    }
}

/* IEEE 754 binary16: sign, five bits of exponent, ten of fraction. */
static double half_value(uint16_t half)
{
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double sign = half >> 15 ? -1.0 : 1.0;
    if (exponent == 31)
        return fraction ? NAN : sign * INFINITY;
    return sign * (exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24));
}

static void channels_are_quantized(void **state)
{
    const float elements[] = {1.0f, 1.0f, -1.0f, 0.6f, 0.6f, 300.0f},
                scales[] = {0.5f, 0.25f, 2.0f};
    const int32_t expected_steps[] = {2, 4, -1, 1, 2, 127}; /* halves away from zero */
    struct kernel_case c;
    (void)state;
    case_init(&c);
    c.graph->rounding = ROUNDING_TWICE;
    case_input(&c, (struct kind)F32, SHAPE(2, 3), 0.0);
    memcpy(c.elements[0], elements, sizeof(elements));
    case_node(&c, OP_QUANTIZE, NULL, (struct kind)I8(1.0f, 0), 1);
    harness_per_axis(c.graph, c.graph->nodes[0].outputs[0], 1, scales);
    const int8_t *steps = case_run_output(&c, 0);
    for (size_t i = 0; i < ROWS(expected_steps); i++)
        assert_int_equal(steps[i], expected_steps[i]);
    case_release(&c);
}

static void all_halves_are_dequantized(void **state)
{
    static double values[65536];
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_bytes(&c, (struct kind){.type = TYPE_F16}, SHAPE(65536));
    for (size_t i = 0; i < ROWS(values); i++) {
        ((uint16_t *)c.elements[0])[i] = (uint16_t)i;
        values[i] = half_value((uint16_t)i);
    }
    case_run(&c, OP_DEQUANTIZE, NULL, (struct kind)F32);
    case_expect(&c, values, ROWS(values), (struct bound){0});
    case_release(&c);
}

/* bfloat16: sign, eight bits of exponent, seven of fraction. */
static double brain_value(uint16_t brain)
{
    int exponent = brain >> 7 & 255, fraction = brain & 127;
    double sign = brain >> 15 ? -1.0 : 1.0;
    if (exponent == 255)
        return fraction ? NAN : sign * INFINITY;
    return sign * (exponent ? ldexp(128 + fraction, exponent - 134) : ldexp(fraction, -133));
}

static void all_brains_are_dequantized(void **state)
{
    static double values[65536];
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_bytes(&c, (struct kind){.type = TYPE_BF16}, SHAPE(65536));
    for (size_t i = 0; i < ROWS(values); i++) {
        ((uint16_t *)c.elements[0])[i] = (uint16_t)i;
        values[i] = brain_value((uint16_t)i);
    }
    case_run(&c, OP_DEQUANTIZE, NULL, (struct kind)F32);
    case_expect(&c, values, ROWS(values), (struct bound){0});
    case_release(&c);
}

/* CAST. */

static const enum type all_types[] = {TYPE_F32, TYPE_F16, TYPE_F64,  TYPE_I8, TYPE_U8,
                                      TYPE_I16, TYPE_I32, TYPE_BOOL, TYPE_I64};

static bool is_real(enum type type)
{
    return type == TYPE_F32 || type == TYPE_F16 || type == TYPE_F64;
}

static const double reals[] = {
    0.0,
    0.9,
    -0.9,
    1.5,
    -1.5,
    127.99,
    128.0,
    -128.9,
    -129.0,
    255.5,
    256.0,
    -1e-7,
    32767.9,
    32768.0,
    -32769.5,
    65519.0,
    65520.0,
    2147483647.5,
    2147483648.0,
    -2147483649.0,
    1e12,
    -1e12,
    1e30,
    -1e30,
    INFINITY,
    -INFINITY,
    NAN,
    6e-8,
    3.14159265358979,
};

static const int64_t integers[] = {
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    -128,
    -129,
    32767,
    32768,
    -32768,
    -32769,
    65535,
    65536,
    16777217,
    INT32_MAX,
    INT32_MIN,
    INT64_C(2147483648),
    INT64_MAX,
    INT64_MIN,
    INT64_C(9007199254740993),
    INT64_C(-4294967296),
};

/* The integer that the low bits of a number are in a type. */
static int64_t wrapped(enum type type, int64_t value)
{
    int bits = 8 * (int)type_size(type);
    if (bits == 64)
        return value;
    int64_t period = INT64_C(1) << bits, rest = value % period;
    rest += rest < 0 ? period : 0;
    return rest > type_highest(type) ? rest - period : rest;
}

/* Truncated towards zero and saturated; NaN is 0. */
static int64_t truncated(enum type type, double value)
{
    if (isnan(value))
        return 0;
    if (trunc(value) >= ldexp(1.0, 63))
        return type_highest(type);
    if (trunc(value) < -ldexp(1.0, 63))
        return type_lowest(type);
    int64_t whole = (int64_t)value;
    return whole > type_highest(type)  ? type_highest(type)
           : whole < type_lowest(type) ? type_lowest(type)
                                       : whole;
}

static int64_t integer_at(enum type type, const void *elements, size_t i)
{
    int64_t value = 0;
    size_t size = type_size(type);
    memcpy(&value, (const char *)elements + i * size, size);
    return wrapped(type, value);
}

static double real_at(enum type type, const void *elements, size_t i)
{
    if (type == TYPE_F16)
        return half_value(((const uint16_t *)elements)[i]);
    return type == TYPE_F32 ? (double)((const float *)elements)[i] : ((const double *)elements)[i];
}

/* Whether got is value as precisely as the type has it. */
static bool is_nearest(enum type type, double got, double value)
{
    if (isnan(value) || isinf(value))
        return isnan(value) ? isnan(got) : isinf(got) && got * value > 0.0;
    if (type == TYPE_F16)
        return fabs(value) >= 65520.0
                   ? isinf(got)
                   : fabs(got - value) <= fmax(0x1.004p-11 * fabs(value), 0x1p-25);
    if (type == TYPE_F32)
        return fabs(got - value) <= 0x1.000001p-24 * fabs(value);
    return fabs(got - value) <= 0x1p-53 * fabs(value);
}

static void fill_cast(enum type type, void *elements)
{
    size_t size = type_size(type);
    for (size_t i = 0; i < COUNT; i++) {
        double real =
            i < ROWS(reals) ? reals[i] : case_uniform(-1.0, 1.0) * pow(2.0, case_between(-3, 20));
        int64_t integer = i < ROWS(integers)
                              ? integers[i]
                              : (int64_t)(random_next(&case_random) >> case_between(0, 63));
        integer = type == TYPE_BOOL ? integer & 1 : integer;
        if (type == TYPE_F16)
            ((uint16_t *)elements)[i] = (uint16_t)random_next(&case_random);
        else if (type == TYPE_F32)
            ((float *)elements)[i] = (float)real;
        else if (type == TYPE_F64)
            ((double *)elements)[i] = real;
        else
            memcpy((char *)elements + i * size, &integer, size);
    }
}

static void cast_case(enum type from, enum type to)
{
    struct kernel_case c;
    case_init(&c);
    case_bytes(&c, (struct kind){.type = from}, SHAPE(2, COUNT / 2));
    fill_cast(from, c.elements[0]);
    case_run(&c, OP_CAST, NULL, (struct kind){.type = to});
    for (size_t i = 0; i < COUNT; i++) {
        double real = is_real(from) ? real_at(from, c.elements[0], i)
                                    : (double)integer_at(from, c.elements[0], i);
        int64_t whole =
            is_real(from) ? truncated(to, real) : wrapped(to, integer_at(from, c.elements[0], i));
        if (to == TYPE_BOOL)
            whole = isnan(real) || fabs(real) > 0.0;
        bool is_right = is_real(to) ? is_nearest(to, real_at(to, c.result, i), real)
                                    : integer_at(to, c.result, i) == whole;
        if (!is_right)
            fail_msg("%s to %s: element %zu, %.17g, is wrong", type_name(from), type_name(to), i,
                     real);
    }
    case_release(&c);
}

static void types_are_cast(void **state)
{
    (void)state;
    for (size_t from = 0; from < ROWS(all_types); from++)
        for (size_t to = 0; to < ROWS(all_types); to++)
            cast_case(all_types[from], all_types[to]);
}

static void wrong_nodes_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {OP_QUANTIZE, {F32}, I8(0, 0), {{0}}, "without a scale"},
        {OP_QUANTIZE, {F32}, I16(1, 2), {{0}}, "zero point 2"},
        {OP_QUANTIZE, {I8(0, 0)}, U8(1, 0), {{0}}, "without a scale"},
        {OP_QUANTIZE, {I16(1, 1)}, I8(1, 0), {{0}}, "zero point 1"},
        {OP_QUANTIZE, {I8(1, 0)}, {TYPE_I32, 0, 0}, {{0}}, "has 0 scales, expected 1"},
        {OP_DEQUANTIZE, {U8(0, 0)}, F32, {{0}}, "without a scale"},
        {OP_DEQUANTIZE, {I16(1, -1)}, F32, {{0}}, "zero point -1"},
    };
    static const float scales[] = {1.0f, 2.0f};
    struct kernel_case c;
    (void)state;
    cases_refused(rows, ROWS(rows));
    case_init(&c);
    case_input(&c, (struct kind)I8(1, 0), SHAPE(3, 2), 0.0);
    harness_per_axis(c.graph, c.tensors[0], 1, scales);
    case_refuses(&c, OP_QUANTIZE, NULL, (struct kind)I8(1, 0), "has 2 scales, expected 1");
    case_release(&c);
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_QUANTIZE, OP_DEQUANTIZE, OP_CAST};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_are_quantized),
        cmocka_unit_test(numbers_are_requantized),
        cmocka_unit_test(bytes_change_their_sign),
        cmocka_unit_test(halves_and_ends_are_exact),
        cmocka_unit_test(halves_go_to_the_even_neighbour),
        cmocka_unit_test(halves_of_integers_go_to_the_even_neighbour),
        cmocka_unit_test(numbers_are_dequantized),
        cmocka_unit_test(channels_are_quantized),
        cmocka_unit_test(channels_are_dequantized),
        cmocka_unit_test(all_halves_are_dequantized),
        cmocka_unit_test(all_brains_are_dequantized),
        cmocka_unit_test(types_are_cast),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 4;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
