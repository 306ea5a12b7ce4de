/* The arithmetic that reference and fast kernels share, by numbers that were worked out from its
 * definition: a slip in it would show in neither's comparison with the other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "kernels/common/fixed_point.h"
#include "kernels/common/gemmlowp.h"
#include "kernels/common/hybrid.h"
#include "kernels/common/lookup.h"
#include "kernels/common/portions.h"
#include "kernels/common/real_scale.h"
#include "kernels/common/sigmoid.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* Exact: these are numbers that must come out to the bit. */
static void same(double got, double expected, size_t row)
{
    if (!(got <= expected && got >= expected))
        fail_msg("row %zu: %.17g, expected %.17g", row, got, expected);
}

static void same_multiplier(struct multiplier got, int32_t mantissa, int32_t shift, size_t row)
{
    if (got.mantissa != mantissa || got.shift != shift)
        fail_msg("row %zu: %d * 2^(%d - 31), expected %d * 2^(%d - 31)", row, got.mantissa,
                 got.shift, mantissa, shift);
}

/* --- rounding twice --- */

static void multipliers_have_31_bits(void **state)
{
    static const struct {
        double real;
        int32_t mantissa, shift;
    } rows[] = {
        {1.0, 1 << 30, 1},
        {0.5, 1 << 30, 0},
        {0.75, 0x60000000, 0},
        {2.5, 0x50000000, 2},
        {1.0 / 3.0, 1431655765, -1}, /* 2/3 * 2^31 = 1431655765.33 */
        {1.0 - 0x1p-40, 1 << 30, 1}, /* the mantissa is rounded up to 2^31 */
        {0x1p29, 1 << 30, 30},
        {0x1p-32, 1 << 30, -31},
        {0x1p-33, 0, 0}, /* less than any sum can show */
        {0x1p30, INT32_MAX, 30},
        {(double)INFINITY, INT32_MAX, 30},
        {0.0, 0, 0},
        {-1.0, -(1 << 30), 1},
        {-0.75, -0x60000000, 0},
        {-1.0 / 3.0, -1431655765, -1},
        {-(1.0 - 0x1p-40), -(1 << 30), 1},
        {-0x1p-33, 0, 0},
        {-0x1p30, -INT32_MAX, 30},
        {-(double)INFINITY, -INT32_MAX, 30},
        {(double)NAN, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        same_multiplier(multiplier_from(rows[i].real), rows[i].mantissa, rows[i].shift, i);
}

/* gemmlowp's own words: a signed nudge, then a division that truncates. */
static int32_t gemmlowp_doubling_high(int32_t a, int32_t b)
{
    int64_t product = (int64_t)a * b, nudge = product >= 0 ? 1 << 30 : 1 - (1 << 30);
    if (a == INT32_MIN && b == INT32_MIN)
        return INT32_MAX;
    return (int32_t)((product + nudge) / (INT64_C(1) << 31));
}

static void high_halves_of_products_are_rounded(void **state)
{
    static const struct {
        int32_t a, b, result;
    } rows[] = {
        {1 << 30, 1 << 30, 1 << 29},
        {1, 1 << 30, 1},  /* 0.5 */
        {-1, 1 << 30, 0}, /* -0.5 */
        {3, 1 << 30, 2},  /* 1.5 */
        {-3, 1 << 30, -1},
        {-5, 1 << 29, -1}, /* -1.25 */
        {INT32_MIN, INT32_MIN, INT32_MAX},
        {INT32_MIN, INT32_MAX, -INT32_MAX},
    };
    struct random random = {1};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        same(saturating_doubling_high(rows[i].a, rows[i].b), rows[i].result, i);
    for (size_t i = 0; i < 100000; i++) {
        int32_t a = (int32_t)random_next(&random), b = (int32_t)random_next(&random);
        a >>= random_below(&random, 31);
        b = random_below(&random, 2) ? b : (int32_t)(1u << random_below(&random, 32));
        same(saturating_doubling_high(a, b), gemmlowp_doubling_high(a, b), i);
    }
}

static void halves_go_away_from_zero(void **state)
{
    static const struct {
        int32_t value;
        int bits;
        int32_t result;
    } rows[] = {
        {5, 1, 3},   {-5, 1, -3}, {4, 2, 1},          {6, 2, 2},           {-6, 2, -2},
        {2, 2, 1},   {-2, 2, -1}, {1, 2, 0},          {-1, 2, 0},          {7, 0, 7},
        {-7, 0, -7}, {9, 3, 1},   {INT32_MAX, 31, 1}, {INT32_MIN, 31, -1}, {1 << 30, 31, 1},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        same(rounding_divide(rows[i].value, rows[i].bits), rows[i].result, i);
}

static void products_are_rounded_twice(void **state)
{
    static const struct {
        int32_t value;
        struct multiplier by;
        int32_t result;
    } rows[] = {
        {100, {0x60000000, 0}, 75},      {100, {0x50000000, 2}, 250}, {-100, {0x50000000, 2}, -250},
        {1, {1 << 30, -1}, 1},          /* 0.25: to 1 (0.5), then to 1 (0.5) */
        {5, {1 << 30, -1}, 2},          /* 1.25: to 3 (2.5), then to 2 (1.5) */
        {-1, {1 << 30, -1}, 0},         /* -0.25: to 0 (-0.5) */
        {-5, {1 << 30, -1}, -1},        /* -1.25: to -2 (-2.5), then to -1 */
        {INT32_MAX, {1 << 30, -31}, 1}, /* just below 0.5: to 2^30, then to 1 */
        {INT32_MIN, {1 << 30, -31}, -1}, {12345, {0, 0}, 0},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        same(multiply(rows[i].value, rows[i].by), rows[i].result, i);
}

static void wide_products_have_15_bits(void **state)
{
    static const struct {
        int64_t value;
        struct multiplier by;
        int32_t result;
    } rows[] = {
        {100, {0x60000000, 0}, 75},
        {INT64_C(1) << 40, {1 << 30, -19}, 1 << 20},
        {1, {1 << 30, 0}, 1},   /* 0.5 */
        {-1, {1 << 30, 0}, 0},  /* -0.5: halves go up */
        {3, {1 << 30, 7}, 192}, /* the largest shift: times 64 */
        {-(INT64_C(1) << 46), {1 << 30, -31}, -(1 << 14)},
        {1 << 20, {0x40008000, 0}, 524320}, /* the mantissa's lower half is rounded: 0x4001 */
        {1 << 20, {0x40007fff, 0}, 524288}, /* 0x4000 */
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        same(multiply_wide(rows[i].value, rows[i].by), rows[i].result, i);
    same(multiplier_reduced((struct multiplier){0x7fff0000, 0}), 0x7fff, 0);
    same(multiplier_reduced((struct multiplier){0x7ffeffff, 0}), 0x7fff, 1);
    same(multiplier_reduced((struct multiplier){INT32_MAX, 0}), 0x7fff, 2);
    same(multiplier_wide_shift((struct multiplier){1 << 30, -31}), 46, 3);
}

static void integers_are_clamped(void **state)
{
    (void)state;
    same(clamp_int(-3, -2, 5), -2, 0);
    same(clamp_int(6, -2, 5), 5, 1);
    same(clamp_int(4, -2, 5), 4, 2);
    same(shift_left(INT32_MIN | 3, 1), 6, 3);
    same(shift_left(-3, 2), -12, 4);
}

/* --- rounding once --- */

static void halves_go_to_the_even_neighbour(void **state)
{
    (void)state;
    same(round_within(2.5f, -128, 127), 2, 0);
    same(round_within(3.5f, -128, 127), 4, 1);
    same(round_within(-2.5f, -128, 127), -2, 2);
    same(round_within(-0.5f, -128, 127), 0, 3);
    same(round_within(127.6f, -128, 127), 127, 4);
    same(round_within(-INFINITY, -128, 127), -128, 5);
    same(round_within(4.0f, 0, 3), 3, 6);
    same(round_wide_within(2147483646.5, INT32_MIN, INT32_MAX), 2147483646, 7);
    same(round_wide_within(1e300, INT32_MIN, INT32_MAX), INT32_MAX, 8);
    same(scale_once(5, 0.5f, -128, 127), 2, 9);
    same(scale_once(7, 0.5f, -128, 127), 4, 10);
    same(scale_once(-1000, 0.5f, -128, 127), -128, 11);
    /* In float 2^24 + 1 is 2^24, in double it is not. */
    same(scale_once((1 << 24) + 1, 0x1p-24f, -128, 127), 1, 12);
    same(scale_once((1 << 24) + 1, 1.0f, INT32_MIN, 1 << 28), 1 << 24, 13);
    same(scale_wide_once((1 << 24) + 1, 1.0, INT32_MIN, INT32_MAX), (1 << 24) + 1, 14);
    same(scale_wide_once(INT64_C(3) << 40, 0x1p-41, -128, 127), 2, 15);
}

/* --- run-time quantization --- */

static void ranges_become_scales(void **state)
{
    struct run_scale scale = hybrid_symmetric(-1.0f, 2.0f);
    (void)state;
    same((double)scale.scale, (double)(2.0f / 127.0f), 0);
    same((double)scale.inverse, 63.5, 1);
    same(hybrid_quantize(2.0f, &scale), 127, 2);
    same(hybrid_quantize(-1.0f, &scale), -64, 3); /* -63.5 */
    same(hybrid_quantize(-9.0f, &scale), -127, 4);
    same(hybrid_quantize(NAN, &scale), 0, 5);
    scale = hybrid_symmetric(0.0f, 0.0f);
    same((double)scale.scale, 1.0, 6);
    scale = hybrid_symmetric(0.0f, INFINITY);
    same((double)scale.scale, (double)(FLT_MAX / 127.0f), 7);
    scale = hybrid_asymmetric(-64.0f, 191.0f);
    same((double)scale.scale, 1.0, 8);
    same(scale.zero_point, -64, 9);
    same(hybrid_quantize(191.0f, &scale), 127, 10);
    same(hybrid_quantize(-64.0f, &scale), -128, 11);
    same(hybrid_quantize(0.5f, &scale), -64, 12); /* -63.5 */
    same(hybrid_quantize(NAN, &scale), -64, 13);
    scale = hybrid_asymmetric(0.0f, 510.0f);
    same((double)scale.scale, 2.0, 14);
    same(scale.zero_point, -128, 15);
    scale = hybrid_asymmetric(-510.0f, 0.0f);
    same(scale.zero_point, 127, 16);
    scale = hybrid_asymmetric(-191.0f, 64.0f);
    same((double)scale.scale, 1.0, 19);
    same(scale.zero_point, 63, 20);
    scale = hybrid_asymmetric(0.0f, 0.0f);
    same((double)scale.scale, 1.0, 17);
    same(scale.zero_point, 0, 18);
}

/* --- gemmlowp's functions --- */

/* The numbers are what gemmlowp's templates give, computed step by step in unbounded integers. They
 * are a few hundred 2^-31 off the function itself. */
static void exponentials_are_gemmlowps(void **state)
{
    static const struct {
        int32_t x, exp; /* Q5, Q0 */
    } rows[] = {
        {0, INT32_MAX},
        {-1, 2147483124},
        {-(1 << 24), 1672462419},
        {-6710886, 1943123572},
        {-(1 << 26), 790015308},
        {-248302796, 53093371},
        {-5 * (1 << 26), 14469635},
        {-31 * (1 << 26) - 1, 0},
        {INT32_MIN, 0},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        same(fixed_exp_q5(rows[i].x), rows[i].exp, i);
    for (int32_t x = 0; x > -(8 << 26); x -= 9999991) {
        double error = fixed_exp_q5(x) / 0x1p31 - exp(x / 0x1p26);
        if (!(fabs(error) < 1e-6))
            fail_msg("exp(%g) is off by %g", x / 0x1p26, error);
    }
}

static void reciprocals_are_gemmlowps(void **state)
{
    static const struct {
        uint32_t value;
        int integer_bits;
        int32_t result;
        int over;
    } rows[] = {
        {1, 31, INT32_MAX, 0},       {2, 31, INT32_MAX, 1},       {3, 31, 1431655762, 1},
        {127, 31, 1082196484, 6},    {20487, 12, 1717399914, -5}, {UINT32_MAX, 12, 1073741820, 12},
        {1 << 19, 12, INT32_MAX, 0},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        int over;
        same(fixed_reciprocal(rows[i].value, rows[i].integer_bits, &over), rows[i].result, i);
        same(over, rows[i].over, i);
    }
    for (uint32_t value = 1; value < 1u << 31; value += value / 7 + 1) {
        int over;
        double fraction = fixed_reciprocal(value, 31, &over) / 0x1p31;
        double result = ldexp(fraction, -over);
        if (!(fabs(result * value - 1.0) < 1e-8))
            fail_msg("1 / %u is %.12g", value, result);
    }
}

static void inverse_roots_are_gemmlowps(void **state)
{
    static const struct {
        int32_t value;
        int32_t mantissa, shift;
    } rows[] = {
        {0, INT32_MAX, 0},         {1, INT32_MAX, 0},
        {2, 1518498372, 0},        {3, 1239850284, 0},
        {4, 1073741828, 0},        {100, 214748363, 0},
        {65025, 269488147, -5},    {(1 << 29) - 1, 189812531, -11},
        {1 << 29, 379624593, -12}, {INT32_MAX, 189812531, -12},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        same_multiplier(fixed_inverse_sqrt(rows[i].value), rows[i].mantissa, rows[i].shift, i);
    for (int32_t value = 2; value < 1 << 29; value += value / 7 + 1) {
        struct multiplier by = fixed_inverse_sqrt(value);
        double result = ldexp(by.mantissa, by.shift - 31);
        if (!(fabs(result * sqrt(value) - 1.0) < 2e-6))
            fail_msg("1 / sqrt(%d) is %.12g", value, result);
    }
}

/* --- tables --- */

static float halved(float x)
{
    return x / 2.0f;
}

static float inverted(float x)
{
    return 1.0f / x;
}

static void tables_of_8_bits_round_half_away(void **state)
{
    const float half = 0.5f, one = 1.0f;
    const int32_t ten = 10, zero = 0, raised = 3;
    struct tensor in = {.type = TYPE_I8, .quant = {1, 0, 0, &half, &ten}};
    struct tensor out = {.type = TYPE_U8, .quant = {1, 0, 0, &one, &raised}};
    uint8_t table[LOOKUP_8_SIZE];
    (void)state;
    lookup_fill_8(table, &in, &out, halved);
    same(table[10], 3, 0);            /* 0 */
    same(table[12], 4, 1);            /* 0.5 */
    same(table[8], 2, 2);             /* -0.5 */
    same(table[127], 32, 3);          /* 29.25 */
    same(table[(uint8_t)-128], 0, 4); /* -34.5: below the range */
    in.quant.zero_point = &zero;
    lookup_fill_8(table, &in, &out, inverted);
    same(table[0], 255, 5); /* infinity */
    same(table[1], 5, 6);   /* 2 */
    lookup_fill_8(table, &in, &out, logf);
    same(table[(uint8_t)-1], 0, 7); /* NaN */
    same(table[127], 7, 8);         /* 4.151 */
}

static void bytes_are_rescaled(void **state)
{
    const float half = 0.5f, one = 1.0f;
    const int32_t ten = 10, raised = 3;
    const struct quantization from = {1, 0, 0, &half, &ten}, to = {1, 0, 0, &one, &raised};
    uint8_t table[LOOKUP_8_SIZE];
    (void)state;
    lookup_fill_rescaled(table, &from, &to);
    same(table[10], 3, 0);
    same(table[11], 4, 1);    /* 0.5 */
    same(table[9], 2, 2);     /* -0.5 */
    same(table[0], 0, 3);     /* -5 */
    same(table[255], 126, 4); /* 122.5 */
    lookup_fill_rescaled(table, &to, &from);
    same(table[3], 10, 5);
    same(table[0], 4, 6);
    same(table[200], 255, 7);
}

static float squared(float x)
{
    return x * x / 1024.0f;
}

/* The 512 pieces are 65535 / 512 wide: sample 256 is at -0.5, sample 384 at 16383.25. */
static void tables_of_16_bits_are_interpolated(void **state)
{
    int16_t table[LOOKUP_16_SIZE];
    (void)state;
    lookup_fill_16(table, 1.0f, 0, 1.0f, halved);
    same(table[0], -16384, 0);  /* -16384.25 */
    same(table[256], 0, 1);     /* -0.25 */
    same(table[384], 8192, 2);  /* 8191.75 */
    same(table[512], 16384, 3); /* 16383.75 */
    /* In the middle of its piece the line is 8 where the function is 4: half of that is taken
     * off. */
    lookup_fill_16(table, 1.0f, 0, 1.0f, squared);
    same(table[256], -2, 10);
    same(table[0], INT16_MAX, 11);
    int16_t steep[LOOKUP_16_SIZE] = {[255] = -100, [256] = 100, [257] = 300, [512] = 7};
    same(lookup_16(steep, 0), 100, 4);
    same(lookup_16(steep, 64), 200, 5);
    same(lookup_16(steep, 1), 102, 6); /* 101.5625 */
    same(lookup_16(steep, -64), 0, 7);
    same(lookup_16(steep, -1), 98, 8);       /* 98.4375 */
    same(lookup_16(steep, INT16_MAX), 7, 9); /* 6.95 */
}

/* The beginning of the table in TFLite's source, which has a few entries one above the nearest. */
static void the_logistic_table_is_tflites(void **state)
{
    static const uint16_t begin[] = {32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513,
                                     38180, 38841, 39498, 40149, 40794, 41432, 42064, 42688};
    struct sigmoid sigmoid;
    (void)state;
    sigmoid_init(&sigmoid, 1.0f / 4096.0f);
    for (size_t i = 0; i < ROWS(begin); i++)
        same(sigmoid.table[i], begin[i], i);
    same(sigmoid.table[SIGMOID_SIZE - 1], UINT16_MAX, 0);
    /* 3 as 3 * 2^13 of 15 bits. */
    same(sigmoid.factor, 3 << 13, 1);
    same(sigmoid.shift, 13, 2);
}

/* --- portions --- */

static void work_is_cut_into_portions(void **state)
{
    struct portions portions = portions_of(10000, 4);
    (void)state;
    same((double)portions.per_item, 1024, 0);
    same((double)portions.items, 10, 1);
    same((double)portion_begin(&portions, 9), 9216, 2);
    same((double)portion_begin(&portions, 10), 10000, 3);
    portions = portions_of(7, 5000);
    same((double)portions.per_item, 1, 4);
    same((double)portions.items, 7, 5);
    portions = portions_of(0, 4);
    same((double)portions.items, 0, 6);
    same((double)portion_begin(&portions, 0), 0, 7);
    portions = portions_of(3, 0);
    same((double)portions.items, 3, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multipliers_have_31_bits),
        cmocka_unit_test(high_halves_of_products_are_rounded),
        cmocka_unit_test(halves_go_away_from_zero),
        cmocka_unit_test(products_are_rounded_twice),
        cmocka_unit_test(wide_products_have_15_bits),
        cmocka_unit_test(integers_are_clamped),
        cmocka_unit_test(halves_go_to_the_even_neighbour),
        cmocka_unit_test(ranges_become_scales),
        cmocka_unit_test(exponentials_are_gemmlowps),
        cmocka_unit_test(reciprocals_are_gemmlowps),
        cmocka_unit_test(inverse_roots_are_gemmlowps),
        cmocka_unit_test(tables_of_8_bits_round_half_away),
        cmocka_unit_test(bytes_are_rescaled),
        cmocka_unit_test(tables_of_16_bits_are_interpolated),
        cmocka_unit_test(the_logistic_table_is_tflites),
        cmocka_unit_test(work_is_cut_into_portions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
