/* Results of models with many layers, and of runs with many rounds: taking in what is told of them,
 * and showing it, takes as long as there are layers or rounds, not as the square of that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "report/layers.h"
#include "results/layers.h"
#include "results_harness.h"

/* Layers and rounds, and how many times as many: what is quadratic takes TIMES * TIMES as long. */
enum { LAYERS = 6000, ROUNDS = 750, TIMES = 4, TRIES = 3 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* CPU seconds to take in the events of so many layers and to write a table of them. */
static double time_once(int layers)
{
    struct results *results = harness_two_rows();
    const struct layer_choice choice = {.sort = layer_column_find("isolated_sqnr_db")};
    struct text table = {0};
    double begin = seconds();
    harness_apply(results, "{'event': 'layers', 'candidate': 1, 'layers': %d, 'samples': 9}",
                  layers);
    for (int i = 0; i < layers; i++)
        harness_apply(results,
                      "{'event': 'layer', 'candidate': 1, 'layer': %d, 'name': 'n%d', 'op': 'ADD', "
                      "'fate': 'changed', 'origin': [%d], 'isolated': {'noise': %g, 'cosine': 1, "
                      "'rmse': 1}}",
                      i, i, i, 1.0 / (1 + i % 97));
    harness_apply(results, "{'event': 'ledger', 'candidate': 1, 'left': 0, 'seconds': 1}");
    for (int i = 0; i < layers; i++)
        assert_string_equal(results_layer(results, 1, (size_t)i).op, "ADD");
    layers_write_csv(results, &choice, &table);
    assert_true(table.length > (size_t)layers);
    double end = seconds();
    text_release(&table);
    results_free(results);
    return end - begin;
}

static double time_of(int layers)
{
    double least = time_once(layers);
    for (int i = 1; i < TRIES; i++) {
        double again = time_once(layers);
        least = again < least ? again : least;
    }
    return least;
}

static void time_grows_with_the_layers(void **state)
{
    (void)state;
    double small = time_of(LAYERS), large = time_of(LAYERS * TIMES);
    if (large > small * TIMES * TIMES / 2)
        fail_msg("%d layers take %g s, %d times as many %g s", LAYERS, small, TIMES, large);
}

/* Rounds whose figures were computed while two rows were timed for so many and looked at after each
 * event, as a screen does; the figures of the last one are those of all rounds in the end. */
static double rounds_computed(int rounds, const char *last)
{
    struct results *results = harness_two_rows();
    double computed = 0.0, shown[2] = {0.0, 0.0};
    for (int i = 0; i < 2 * rounds; i++) {
        harness_block(results, i % 2, i / 2, 0, 9000.0 + i % 7);
        for (int k = 0; k < 2; k++) {
            const struct row *row = results_row(results, k);
            assert_int_equal(row->n_blocks, (i + 2 - k) / 2);
            computed += row->rounds.value != shown[k] ? row->rounds.value : 0.0;
            shown[k] = row->rounds.value;
            assert_true(shown[k] * (1.0 + 1.0 / RESULTS_ROUNDS_SHARE) + 1.0 >=
                        (double)row->n_blocks);
        }
    }
    harness_apply(results, "%s", last);
    assert_int_equal(results_row(results, 1)->rounds.value, rounds);
    assert_int_equal(results_row(results, 1)->samples.value, rounds);
    results_free(results);
    return computed;
}

static void work_grows_with_the_rounds(void **state)
{
    (void)state;
    double small = rounds_computed(ROUNDS, "{'event': 'stopped'}");
    double large = rounds_computed(ROUNDS * TIMES, "{'event': 'done', 'trial': 1}");
    if (large > small * TIMES * 1.25)
        fail_msg("%g rounds were looked at, then %g", small, large);
}

/* Of a short run no round is left out. */
static void each_of_the_first_rounds_counts(void **state)
{
    (void)state;
    struct results *results = harness_two_rows();
    for (int i = 0; i < RESULTS_ROUNDS_SHARE; i++) {
        harness_block(results, 0, i, 0, 9000.0);
        assert_int_equal(results_row(results, 0)->rounds.value, i + 1);
    }
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_grows_with_the_layers),
        cmocka_unit_test(work_grows_with_the_rounds),
        cmocka_unit_test(each_of_the_first_rounds_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
