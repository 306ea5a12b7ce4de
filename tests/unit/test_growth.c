/* Results of models with many layers: taking in what a run tells of them, and showing it, takes as
 * long as there are layers, not as the square of that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "report/layers.h"
#include "results/layers.h"
#include "results_harness.h"

/* Layers, and how many times as many: what is quadratic takes TIMES * TIMES as long. */
enum { LAYERS = 6000, TIMES = 4, TRIES = 3 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_grows_with_the_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
