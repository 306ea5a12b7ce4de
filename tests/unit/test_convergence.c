/* How a row's speed became known: each point is what the table showed then, to the last bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "near.h"
#include "results/convergence.h"
#include "results/needed.h"
#include "results_harness.h"

/* Rounds, two to a process, whose times differ by chance: spread 0.1 is 10 %. */
static void add_round(struct results *results, struct random *random, int round, double spread)
{
    harness_block(results, 0, round, round / 2, 1000.0 * (1.0 + spread * random_unit(random)));
    harness_block(results, 1, round, round / 2, 500.0 * (1.0 + spread * random_unit(random)));
}

static bool same_figure(const struct figure *a, const struct figure *b)
{
    return a->present == b->present && a->bounded == b->bounded &&
           memcmp(&a->value, &b->value, sizeof(a->value)) == 0 &&
           memcmp(&a->low, &b->low, sizeof(a->low)) == 0 &&
           memcmp(&a->high, &b->high, sizeof(a->high)) == 0;
}

/* After all rounds, against results that have seen no more than the point's. */
static void check_points(struct results *all, enum speed speed, double spread)
{
    struct convergence convergence = {0};
    convergence_update(&convergence, all, 1, speed);
    assert_int_equal(convergence.points[convergence.count - 1].rounds, 60);
    for (size_t i = 0; i < convergence.count; i++) {
        const struct convergence_point *point = &convergence.points[i];
        struct random random = {7};
        struct results *first = harness_two_rows();
        for (int round = 0; round < (int)point->rounds; round++)
            add_round(first, &random, round, spread);
        const struct row *row = results_row(first, 1);
        assert_true(
            same_figure(&point->figure, speed == SPEED_VS_FP32 ? &row->speedup : &row->typical));
        assert_string_equal(point->verdict, speed == SPEED_VS_FP32 ? row->speed_verdict : "");
        results_free(first);
    }
}

static void points_are_what_the_table_showed(void **state)
{
    struct random random = {7};
    struct results *results = harness_two_rows();
    (void)state;
    for (int round = 0; round < 60; round++)
        add_round(results, &random, round, 0.1);
    check_points(results, SPEED_VS_FP32, 0.1);
    check_points(results, SPEED_TYPICAL, 0.1);
    results_free(results);
}

static void the_last_point_is_the_figure_of_the_table(void **state)
{
    struct random random = {3};
    struct convergence convergence = {0};
    struct results *results = harness_two_rows();
    (void)state;
    for (int round = 0; round < 5000; round++) {
        add_round(results, &random, round, 0.3);
        if (round % 500 != 0)
            continue;
        convergence_update(&convergence, results, 1, SPEED_VS_FP32);
        const struct row *row = results_row(results, 1);
        assert_in_range(convergence.count, 1, CONVERGENCE_MOST);
        const struct convergence_point *last = &convergence.points[convergence.count - 1];
        assert_true(same_figure(&last->figure, &row->speedup));
        assert_int_equal(last->rounds, (size_t)row->rounds.value);
        assert_ptr_equal(last->verdict, row->speed_verdict);
    }
    results_free(results);
}

/* One that is disturbed is left out of the table's figure, and of all before. */
static void what_is_left_out_counts_nowhere(void **state)
{
    struct convergence convergence = {0};
    struct results *results = harness_two_rows();
    (void)state;
    for (int round = 0; round < 12; round++) {
        harness_block(results, 0, round, round, 1000.0);
        if (round != 3)
            harness_block(results, 1, round, round, 500.0);
        else
            harness_apply(results, "{'event': 'block', 'trial': 1, 'round': 3, 'process': 3, "
                                   "'ns': [9000.0], 'facts': {'seconds': 1.0, 'waited': 0.9}}");
    }
    convergence_update(&convergence, results, 1, SPEED_VS_FP32);
    assert_true(results_row(results, 1)->disturbed.value > 0.0);
    for (size_t i = 0; i < convergence.count; i++)
        near(convergence.points[i].figure.value, 2.0, 1e-12);
    results_free(results);
}

static void a_row_is_not_compared_with_itself(void **state)
{
    struct convergence convergence = {0};
    struct random random = {5};
    struct results *results = harness_two_rows();
    (void)state;
    convergence_update(&convergence, results, 1, SPEED_VS_FP32);
    assert_int_equal(convergence.count, 0);
    near(convergence_needed(&convergence, results_row(results, 1), 0.01), -1.0, 0.0);
    assert_int_equal(convergence_told(&convergence), 0);
    for (int round = 0; round < 10; round++)
        add_round(results, &random, round, 0.1);
    assert_false(speed_is_known(results_row(results, 0), SPEED_VS_FP32));
    assert_true(speed_is_known(results_row(results, 0), SPEED_TYPICAL));
    assert_true(speed_is_known(results_row(results, 1), SPEED_VS_FP32));
    assert_false(speed_is_known(results_row(results, 1), SPEED_VS_BUILTIN));
    convergence_update(&convergence, results, 0, SPEED_VS_FP32);
    assert_int_equal(convergence.count, 0);
    convergence_update(&convergence, results, 0, SPEED_TYPICAL);
    assert_int_equal(convergence.count, 10);
    results_free(results);
}

/* Logs of ratios within +-spread, evenly: the speedup is e^0.7 from the first round on. */
static struct results *settled(int rounds, double spread)
{
    struct results *results = harness_two_rows();
    for (int round = 0; round < rounds; round++) {
        double log_ratio = 0.7 + spread * (round % 2 ? 1.0 : -1.0) * (1.0 - round / 100.0);
        harness_block(results, 0, round, round, 1000.0);
        harness_block(results, 1, round, round, 1000.0 * exp(-log_ratio));
    }
    return results;
}

/* All points from there on are as narrow, and the one before is not. */
static void check_narrow(const struct convergence *convergence, double reach)
{
    size_t from = convergence_narrow(convergence, reach);
    assert_in_range(from, 7, 40);
    for (size_t i = 1; i < convergence->count; i++) {
        const struct convergence_point *points = convergence->points;
        if (points[i].rounds >= from)
            assert_true(figure_reach(&points[i].figure) <= reach);
        if (points[i].rounds == from)
            assert_true(figure_reach(&points[i - 1].figure) > reach);
    }
}

static void it_says_since_when_and_how_many_more(void **state)
{
    struct convergence convergence = {0};
    struct results *results = settled(40, 0.05);
    (void)state;
    convergence_update(&convergence, results, 1, SPEED_VS_FP32);
    const struct row *row = results_row(results, 1);
    assert_string_equal(row->speed_verdict, "faster");
    assert_int_equal(convergence_told(&convergence), 9);
    double reach = figure_reach(&row->speedup);
    assert_true(reach > 0.0 && reach < 0.05);
    assert_int_equal(convergence_narrow(&convergence, 0.5), 6); /* the first with an interval */
    check_narrow(&convergence, reach);
    assert_int_equal(convergence_narrow(&convergence, 0.99 * reach), 0);
    near(convergence_needed(&convergence, row, reach * 1.01), 0.0, 0.0);
    /* Half the width takes four times the rounds: 120 more; two digits of it. */
    near(convergence_needed(&convergence, row, reach / 2.0), 120.0, 0.0);
    near(convergence_needed(&convergence, row, reach / 1e3), -1.0, 0.0);
    results_free(results);
    results = settled(3, 0.05);
    convergence_update(&convergence, results, 1, SPEED_VS_FP32);
    assert_int_equal(convergence.count, 3);
    near(convergence_needed(&convergence, results_row(results, 1), 0.1), -1.0, 0.0);
    results_free(results);
}

static void what_was_wanted_is_read_or_said_to_be_missing(void **state)
{
    static const struct {
        const char *limits;
        double wanted;
    } cases[] = {
        {"", NAN},
        {", 'experiment': {'limits': {'interval_percent': 2.5}}", 0.025},
        {", 'experiment': {'limits': {'interval_percent': -3.0}}", NAN},
        {", 'experiment': {'limits': {'interval_percent': 'x'}}", NAN},
        {", 'experiment': {'limits': [1.0]}", NAN},
        {", 'experiment': 'x'", NAN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct results *results = results_new();
        assert_true(isnan(results_run(results)->wanted_reach));
        harness_apply(results, "{'event': 'run', 'format': 1%s}", cases[i].limits);
        double wanted = results_run(results)->wanted_reach;
        assert_true(isnan(cases[i].wanted) ? isnan(wanted) : wanted == cases[i].wanted);
        results_free(results);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_what_the_table_showed),
        cmocka_unit_test(the_last_point_is_the_figure_of_the_table),
        cmocka_unit_test(what_is_left_out_counts_nowhere),
        cmocka_unit_test(a_row_is_not_compared_with_itself),
        cmocka_unit_test(it_says_since_when_and_how_many_more),
        cmocka_unit_test(what_was_wanted_is_read_or_said_to_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
