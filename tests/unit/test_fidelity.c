/* Outputs against those of fp32: the sums, and what results make of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "measure/fidelity.h"
#include "near.h"
#include "results/column.h"
#include "results/results.h"
#include "results_harness.h"

/* Sums */

/* A third of the elements is a hundred times as large as the others. */
static const float reference[] = {1.0f, -2.0f, 300.0f, 3.0f, 4.0f, -200.0f};
static const struct fidelity_layout layout = {.elements = 6, .stride = 1, .channels = 3};

static void the_ratio_is_that_of_the_sums_of_squares(void **state)
{
    const float output[] = {1.5f, -2.0f, 298.0f, 3.0f, 4.0f, -199.0f};
    struct fidelity sums = {0};
    (void)state;
    fidelity_compare(&sums, &layout, 7, output, reference);
    near(sums.signal, 130030.0, 0.0);
    near(sums.noise, 5.25, 0.0);
    near(fidelity_sqnr(sums.signal, sums.noise), 10.0 * log10(130030.0 / 5.25), 1e-12);
    near(sums.max_error, 2.0, 0.0);
    assert_int_equal(sums.sample, 7);
    near(fidelity_cosine(&sums),
         (1.5 + 4 + 89400 + 9 + 16 + 39800) / sqrt(130030.0 * (2.25 + 4 + 88804 + 9 + 16 + 39601)),
         1e-12);
}

/* What a large channel hides in the whole. */
static void the_worst_channel_is_found(void **state)
{
    const float output[] = {1.0f, 0.0f, 300.0f, 3.0f, 0.0f, -200.0f};
    struct fidelity sums = {0};
    double sqnr;
    (void)state;
    fidelity_compare(&sums, &layout, 0, output, reference);
    assert_true(fidelity_sqnr(sums.signal, sums.noise) > 38.0);
    assert_int_equal(fidelity_worst_channel(&sums, 3, &sqnr), 1);
    near(sqnr, 0.0, 1e-12);
    assert_int_equal(fidelity_worst_channel(&sums, 0, &sqnr), -1);
}

/* Channels of an image whose rows and columns come behind them. */
static void a_stride_tells_channels_before_rows(void **state)
{
    const struct fidelity_layout planes = {.elements = 6, .stride = 3, .channels = 2};
    const float output[] = {1.0f, -2.0f, 300.0f, 0.0f, 0.0f, 0.0f};
    struct fidelity sums = {0};
    double sqnr;
    (void)state;
    fidelity_compare(&sums, &planes, 0, output, reference);
    assert_int_equal(fidelity_worst_channel(&sums, 2, &sqnr), 1);
    near(sqnr, 0.0, 1e-12);
}

static void sums_of_samples_add_up_in_any_grouping(void **state)
{
    const float a[] = {1.0f, -2.5f, 300.0f, 3.0f, 4.0f, -200.0f};
    const float b[] = {1.0f, -2.0f, 300.0f, 3.0f, 4.0f, -197.0f};
    struct fidelity one = {0}, other = {0}, both = {0};
    (void)state;
    fidelity_compare(&one, &layout, 4, a, reference);
    fidelity_compare(&other, &layout, 5, b, reference);
    fidelity_compare(&both, &layout, 4, a, reference);
    fidelity_compare(&both, &layout, 5, b, reference);
    fidelity_add(&one, &other);
    assert_memory_equal(&one, &both, sizeof(one));
    assert_int_equal(both.samples, 2);
    assert_int_equal(both.sample, 5);
}

static void equal_and_silent_outputs_have_ratios_of_their_own(void **state)
{
    (void)state;
    assert_true(isinf(fidelity_sqnr(1.0, 0.0)));
    assert_true(isnan(fidelity_sqnr(0.0, 0.0)));
    assert_true(fidelity_sqnr(0.0, 1.0) < 0.0 && isinf(fidelity_sqnr(0.0, 1.0)));
    assert_true(isnan(fidelity_cosine(&(struct fidelity){.signal = 1.0})));
}

/* Results */

#define FIDELITY                                                                                   \
    "{'event': 'fidelity', 'candidate': %d, 'samples': 8, 'outputs': ["                            \
    "{'name': 'class', 'shape': '1x4', 'elements': 4, 'constant': false, 'sqnr': 39.5, "           \
    "'cosine': 0.9999, 'max_error': 0.25, 'sample': 3, 'channel': 2, 'channel_sqnr': 12.5}, "      \
    "{'name': 'box', 'shape': '1x3', 'elements': 3, 'constant': %s, 'sqnr': 41.0, "                \
    "'cosine': 0.999, 'max_error': 206.5, 'sample': 1, 'channel': 1, 'channel_sqnr': 0.5}]}"

static void the_worst_output_is_shown_and_all_are_listed(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_metric(results, "top1");
    harness_apply(results, FIDELITY, 1, "true");
    const struct row *row = results_row(results, 1);
    near(row->sqnr.value, 0.5, 0.0); /* of the second output's second channel */
    near(row->cosine.value, 0.999, 0.0);
    near(row->max_error.value, 206.5, 0.0);
    assert_non_null(strstr(row->output_list, "class 1x4: SQNR 39.5 dB"));
    assert_non_null(strstr(row->output_list, "box 1x3: SQNR 41.0 dB, cosine 0.999000, largest "
                                             "error 206.5 at sample 1, channel 1 worst with 0.5"));
    assert_string_equal(row->constant_output, "box");
    assert_true(results_run(results)->has_fidelity);
    results_free(results);
}

/* Class scores are judged as a whole, other outputs by their worst channel. */
static void channels_of_class_scores_are_not_told_apart(void **state)
{
    static const struct {
        const char *metric;
        double sqnr;
    } cases[] = {{"top1", 39.5}, {"agreement", 39.5}, {"mae", 12.5}, {"sqnr", 12.5}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct results *results = harness_two_rows();
        harness_metric(results, cases[i].metric);
        harness_apply(results,
                      "{'event': 'fidelity', 'candidate': 1, 'samples': 8, 'outputs': [{'name': "
                      "'y', 'shape': '1x4', 'elements': 4, 'constant': false, 'sqnr': 39.5, "
                      "'cosine': 1, 'max_error': 0.25, 'sample': 3, 'channel': 2, "
                      "'channel_sqnr': 12.5}]}");
        near(results_row(results, 1)->sqnr.value, cases[i].sqnr, 0.0);
        results_free(results);
    }
}

static void equal_outputs_have_an_infinite_ratio_and_fp32_none(void **state)
{
    struct results *results = harness_two_rows();
    char text[COLUMN_TEXT_SIZE];
    (void)state;
    harness_metric(results, "sqnr");
    harness_apply(results, "{'event': 'fidelity', 'candidate': 0, 'samples': 0, 'absent': 'it is "
                           "fp32', 'outputs': [{'name': 'y', 'shape': '1', 'elements': 1}]}");
    harness_apply(results, "{'event': 'fidelity', 'candidate': 1, 'samples': 2, 'outputs': "
                           "[{'name': 'y', 'shape': '1', 'elements': 1, 'sqnr': null, 'cosine': 1, "
                           "'max_error': 0.0, 'sample': 0}]}");
    assert_string_equal(results_row(results, 0)->sqnr.reason, "it is fp32");
    const struct row *row = results_row(results, 1);
    assert_true(row->sqnr.present && isinf(row->sqnr.value) && row->sqnr.value > 0.0);
    assert_string_equal(column_format(column_find("sqnr_db"), row, text), "inf");
    results_free(results);
}

static void wrong_events_change_nothing(void **state)
{
    static const char *const wrong[] = {
        "{'event': 'fidelity', 'candidate': 9, 'outputs': []}",
        "{'event': 'fidelity', 'candidate': 1}",
        "{'event': 'fidelity', 'candidate': 1, 'outputs': [1]}",
        "{'event': 'fidelity', 'candidate': 1, 'outputs': {}}",
    };
    struct results *results = harness_two_rows();
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        json_t *event = harness_json("%s", wrong[i]);
        assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
        json_decref(event);
    }
    assert_false(results_row(results, 1)->sqnr.present);
    assert_false(results_run(results)->has_fidelity);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ratio_is_that_of_the_sums_of_squares),
        cmocka_unit_test(the_worst_channel_is_found),
        cmocka_unit_test(a_stride_tells_channels_before_rows),
        cmocka_unit_test(sums_of_samples_add_up_in_any_grouping),
        cmocka_unit_test(equal_and_silent_outputs_have_ratios_of_their_own),
        cmocka_unit_test(the_worst_output_is_shown_and_all_are_listed),
        cmocka_unit_test(channels_of_class_scores_are_not_told_apart),
        cmocka_unit_test(equal_outputs_have_an_infinite_ratio_and_fp32_none),
        cmocka_unit_test(wrong_events_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
