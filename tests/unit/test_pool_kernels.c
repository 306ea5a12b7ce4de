/* The reference kernels of pools, against their definitions in double precision. */
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

/* A float32 operation is off by 2^-24 of its result. */
#define ULP 6e-8

static const enum type types[] = {TYPE_F32, TYPE_I8, TYPE_U8, TYPE_I16};

/* Down (0) or across (1). */
static struct sliding slide(const struct pool_params *pool, int dimension, const struct shape *in)
{
    const struct pads *pads = &pool->pads;
    if (dimension == 0)
        return case_sliding(in->dim[1], pool->filter_h, pool->stride_h, 1, pool->padding, pads->top,
                            pads->bottom);
    return case_sliding(in->dim[2], pool->filter_w, pool->stride_w, 1, pool->padding, pads->left,
                        pads->right);
}

/* The greatest, or the mean, of the cells of a window that lie in the image. */
static double pooled(const struct kernel_case *c, const struct pool_params *pool, bool is_max,
                     const int32_t at[4])
{
    const struct shape *in = case_shape(c, 0);
    struct sliding y = slide(pool, 0, in), x = slide(pool, 1, in);
    double sum = 0.0, greatest = -INFINITY;
    int cells = 0;
    for (int32_t cell = 0; cell < pool->filter_h * pool->filter_w; cell++) {
        int32_t from[SHAPE_RANK_MAX] = {
            at[0], at[1] * pool->stride_h - y.before + cell / pool->filter_w,
            at[2] * pool->stride_w - x.before + cell % pool->filter_w, at[3]};
        if (from[1] < 0 || from[1] >= in->dim[1] || from[2] < 0 || from[2] >= in->dim[2])
            continue;
        double value = case_real(c, 0, shape_flat(in, from));
        sum += value;
        greatest = fmax(greatest, value);
        cells++;
    }
    return is_max ? greatest : sum / cells;
}

static void pool_case(enum op op, enum type type)
{
    union op_params params = {.pool = {.padding = case_between(PADDING_SAME, PADDING_EXPLICIT),
                                       .stride_h = case_between(1, 3),
                                       .stride_w = case_between(1, 3),
                                       .filter_h = case_between(1, 4),
                                       .filter_w = case_between(1, 4),
                                       .activation = case_between(0, 3)}};
    const struct pool_params *pool = &params.pool;
    /* Every window sees a cell of the image. */
    params.pool.pads =
        case_pads((pool->filter_h < pool->filter_w ? pool->filter_h : pool->filter_w) - 1);
    struct shape in =
        SHAPE(case_between(1, 2), case_between(4, 9), case_between(4, 9), case_between(1, 5));
    struct sliding y = slide(pool, 0, &in), x = slide(pool, 1, &in);
    struct shape out = SHAPE(in.dim[0], y.places, x.places, in.dim[3]);
    size_t count = shape_elements(&out);
    double *expected = calloc(count, sizeof(*expected));
    struct kind kind = case_kind(type, case_uniform(-7.0, 0.0), case_uniform(0.1, 8.0));
    struct kernel_case c;
    case_init(&c);
    case_input(&c, kind, in, 8.0);
    for (size_t i = 0; i < count; i++) {
        int32_t at[SHAPE_RANK_MAX];
        shape_index(&out, i, at);
        expected[i] = real_activated(pool->activation, pooled(&c, pool, op == OP_MAX_POOL_2D, at));
    }
    case_run(&c, op, &params, kind);
    assert_true(shape_equal(&c.out->shape, &out));
    /* float32: up to 16 additions. The ends of an activation are rounded, too. */
    bool is_exact = op == OP_MAX_POOL_2D;
    case_expect(&c, expected, count,
                (struct bound){.absolute = is_exact ? 0.0 : 16.0 * 8.0 * ULP,
                               .steps = is_exact && !pool->activation ? 1e-4 : 0.501});
    case_release(&c);
    free(expected);
}

static void pools_follow_their_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < 60 * ROWS(types); i++) {
        pool_case(OP_MAX_POOL_2D, types[i % ROWS(types)]);
        pool_case(OP_AVERAGE_POOL_2D, types[i % ROWS(types)]);
    }
}

/* Means of 2 with a half in them go away from the stored 0, whatever number that stands for. */
static void halves_of_averages_are_rounded(void **state)
{
    static const int32_t in[] = {1, 2, -1, -2, 0, -1, 127, 126};
    static const int32_t away[] = {2, -2, -1, 127}, even[] = {2, -2, 0, 126};
    union op_params params = {
        .pool = {
            .padding = PADDING_VALID, .stride_h = 1, .stride_w = 2, .filter_h = 1, .filter_w = 2}};
    (void)state;
    for (int way = ROUNDING_TWICE; way <= ROUNDING_ONCE; way++) {
        struct kernel_case c;
        case_init(&c);
        c.graph->rounding = (enum rounding)way;
        case_input(&c, (struct kind)I8(0.5f, 100), SHAPE(1, 1, 8, 1), 0.0);
        for (size_t i = 0; i < ROWS(in); i++)
            case_store(&c, 0, i, in[i]);
        case_run(&c, OP_AVERAGE_POOL_2D, &params, (struct kind)I8(0.5f, 100));
        case_expect_stored(&c, way == ROUNDING_ONCE ? even : away, ROWS(away));
        case_release(&c);
    }
}

/* Means of 2 in steps from the zero point 3: 1.5 is stored as 4.5, which becomes 4, and so on. */
static void averages_of_reals_are_rounded_with_the_zero_point(void **state)
{
    static const int32_t in[] = {1, 2, 2, 3, -1, 0, 127, 127};
    static const int32_t expected[] = {4, 6, 2, 127};
    union op_params params = {
        .pool = {
            .padding = PADDING_VALID, .stride_h = 1, .stride_w = 2, .filter_h = 1, .filter_w = 2}};
    struct kernel_case c;
    (void)state;
    case_init(&c);
    c.graph->rounding = ROUNDING_ONCE;
    c.graph->rounds_stored = true;
    case_input(&c, (struct kind)I8(0.25f, 0), SHAPE(1, 1, 8, 1), 0.0);
    for (size_t i = 0; i < ROWS(in); i++)
        case_store(&c, 0, i, in[i]);
    case_run(&c, OP_AVERAGE_POOL_2D, &params, (struct kind)I8(0.25f, 3));
    case_expect_stored(&c, expected, ROWS(expected));
    case_release(&c);
}

/* Two cells at the left and one at the right, which count as nothing: not as 0. */
static void cells_around_the_image_do_not_count(void **state)
{
    static const float in[] = {-4.0f, -2.0f, -9.0f};
    static const double means[] = {-4.0, -3.0, -5.0, -5.5}, greatest[] = {-4.0, -2.0, -2.0, -2.0};
    const union op_params params = {.pool = {.padding = PADDING_EXPLICIT,
                                             .stride_h = 1,
                                             .stride_w = 1,
                                             .filter_h = 1,
                                             .filter_w = 3,
                                             .pads = {0, 2, 0, 1}}};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct kernel_case c;
        case_init(&c);
        case_input(&c, (struct kind)F32, SHAPE(1, 1, 3, 1), 0.0);
        memcpy(c.elements[0], in, sizeof(in));
        case_run(&c, k ? OP_MAX_POOL_2D : OP_AVERAGE_POOL_2D, &params, (struct kind)F32);
        case_expect(&c, k ? greatest : means, 4, (struct bound){0});
        case_release(&c);
    }
}

static void wrong_nodes_are_refused(void **state)
{
    static const union op_params pool = {.pool = {1, 1, 1, 1, 1, 0, {0}}},
                                 pool_tanh = {.pool = {1, 1, 1, 1, 1, 4, {0}}};
    const struct refusal rows[] = {
        {OP_MAX_POOL_2D, {I8(1, 0)}, I8(1, 1), pool, "differ in scale or zero point"},
        {OP_AVERAGE_POOL_2D, {I8(0, 0)}, I8(0, 0), pool, "without a scale"},
        {OP_AVERAGE_POOL_2D, {F32}, F32, pool_tanh, "fused activation 4"},
    };
    (void)state;
    cases_refused(rows, ROWS(rows));
}

static void every_row_was_reached(void **state)
{
    static const enum op ops[] = {OP_MAX_POOL_2D, OP_AVERAGE_POOL_2D};
    (void)state;
    cases_reached(ops, ROWS(ops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_follow_their_definition),
        cmocka_unit_test(halves_of_averages_are_rounded),
        cmocka_unit_test(averages_of_reals_are_rounded_with_the_zero_point),
        cmocka_unit_test(cells_around_the_image_do_not_count),
        cmocka_unit_test(wrong_nodes_are_refused),
        cmocka_unit_test(every_row_was_reached),
    };
    case_random.state = 12;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
