/* The search of ranges, of two candidates each, a wide one and a tight one: of what is read inside
 * a network, of what it puts out, and of what a softmax reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/random.h"
#include "formats/dataset/model_data.h"
#include "network_harness.h"
#include "node_harness.h"
#include "quantize/range_search.h"

enum { WIDE, TIGHT, CANDIDATES };

/* What is chosen for the image between two layers of the operators, of +-wide and +-tight. */
static size_t chosen_between(enum op first, enum op second, bool is_put_out, float wide,
                             float tight)
{
    struct random random = {3};
    struct graph *graph = network_new(SHAPE(1, 4, 4, 4));
    int middle = network_layer(graph, &random, first, 0);
    int image = is_put_out ? middle : network_layer(graph, &random, second, middle);
    struct dataset_spec spec;
    struct model_data *data;
    struct error error = {0};
    graph_set_outputs(graph, &image, 1);
    struct range *items = calloc((size_t)graph->n_tensors * CANDIDATES, sizeof(*items));
    size_t *chosen = calloc((size_t)graph->n_tensors, sizeof(*chosen));
    items[middle * CANDIDATES + WIDE] = (struct range){-wide, wide, true};
    items[middle * CANDIDATES + TIGHT] = (struct range){-tight, tight, true};
    const struct range_candidates candidates = {items, CANDIDATES};
    struct model_ends ends = ends_of_graph(graph);
    dataset_spec_init(&spec);
    spec.samples = DATASET_RANDOM "40";
    if (model_data_open(&spec, &ends, &data, &error) != STATUS_OK ||
        range_search(graph, data, &candidates, chosen, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    size_t of_middle = chosen[middle];
    model_data_free(data);
    ends_release(&ends);
    graph_free(graph);
    free(items);
    free(chosen);
    return of_middle;
}

/* TANH is within -1 to 1: tight holds all of it. */
static void finer_steps_are_taken_inside(void **state)
{
    (void)state;
    assert_int_equal(chosen_between(OP_TANH, OP_ABS, false, 100.0f, 1.0f), TIGHT);
    assert_int_equal(chosen_between(OP_TANH, OP_ABS, false, 4.0f, 1.0f), TIGHT);
}

static void what_would_be_cut_off_is_kept(void **state)
{
    (void)state;
    assert_int_equal(chosen_between(OP_TANH, OP_ABS, false, 1.0f, 0.1f), WIDE);
    assert_int_equal(chosen_between(OP_TANH, OP_ABS, true, 1.0f, 0.1f), WIDE);
}

/* Steps of 0.8 leave nothing of them; those of 0.03 are finer than what the layers leave. */
static void outputs_are_judged_by_themselves(void **state)
{
    (void)state;
    assert_int_equal(chosen_between(OP_TANH, OP_ABS, true, 100.0f, 1.0f), TIGHT);
    assert_int_equal(chosen_between(OP_TANH, OP_ABS, true, 4.0f, 1.0f), WIDE);
}

/* Steps of 0.03 change what it makes of them by more than a tenth less, and do not count. */
static void what_a_softmax_reads_is_an_output(void **state)
{
    (void)state;
    assert_int_equal(chosen_between(OP_TANH, OP_SOFTMAX, false, 100.0f, 1.0f), TIGHT);
    assert_int_equal(chosen_between(OP_TANH, OP_SOFTMAX, false, 4.0f, 1.0f), WIDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finer_steps_are_taken_inside),
        cmocka_unit_test(what_would_be_cut_off_is_kept),
        cmocka_unit_test(outputs_are_judged_by_themselves),
        cmocka_unit_test(what_a_softmax_reads_is_an_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
