/* The grids of layers in a journal: what their members become, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"
#include "results/layers.h"
#include "results_harness.h"

#define BEGIN "{'event': 'layers', 'candidate': 1, 'layers': 1, 'samples': 64, 'grids': true}"
/* With the members in the place of the dots. */
#define LAYER(...)                                                                                 \
    "{'event': 'layer', 'candidate': 1, 'layer': 0, 'name': 'a', 'op': 'CONV_2D', 'fate': "        \
    "'changed', 'held': [-1.0, 6.0], 'scale': 0.5" __VA_ARGS__ "}"
#define WORST                                                                                      \
    "{'channel': 3, 'noise': 0.1, 'most': 0.25, 'rms': 0.125, 'zeroed': 0.5, 'reach': 6, "         \
    "'scale': 0.04}"
#define WEIGHTS                                                                                    \
    "'type': 'int8', 'bits': 8, 'channels': 4, 'noise': 0.01, 'zeroed': 0.25, 'low': -1, "         \
    "'high': 2.5, 'bins': [1, 0, 7], 'scales': 3, 'scale': [0.01, 0.02, 0.04], 'levels': 255, "    \
    "'used': 200, 'reached': 0.75, 'worst': " WORST
#define VALUES "'type': 'int16', 'zero_point': -128, 'below': 0, 'above': 2, 'bins': [9, 0, 1, 4]"

static void grids_are_what_the_event_says(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, BEGIN);
    harness_apply(results, LAYER(", 'weights': {" WEIGHTS "}, 'values': {" VALUES "}"));
    struct layer_row layer = results_layer(results, 1, 0);
    const struct layer_weights *weights = layer.weights;
    assert_true(results_ledger(results, 1).has_grids);
    assert_string_equal(weights->type, "int8");
    assert_int_equal(weights->bits, 8);
    assert_int_equal(weights->channels, 4);
    near(weights->sqnr, 40.0, 1e-12);
    near(weights->zeroed, 0.25, 0.0);
    near(weights->bins.low, -1.0, 0.0);
    near(weights->bins.high, 2.5, 0.0);
    assert_int_equal(weights->bins.count, 3);
    near(weights->bins.values[2], 7.0, 0.0);
    assert_int_equal(weights->scales, 3);
    near(weights->least_scale, 0.01, 0.0);
    near(weights->median, 0.02, 0.0);
    near(weights->most_scale, 0.04, 0.0);
    near(weights->levels, 255.0, 0.0);
    near(weights->used, 200.0, 0.0);
    near(weights->reached, 0.75, 0.0);
    assert_true(weights->has_worst);
    assert_int_equal(weights->worst.number, 3);
    near(weights->worst.sqnr, 20.0, 1e-12);
    near(weights->worst.reach, 6.0, 0.0);
    near(layer.weights_sqnr.value, 40.0, 1e-12);
    near(layer.zeroed.value, 0.25, 0.0);
    near(layer.values->scale, 0.5, 0.0);
    near(layer.values->bins.low, -1.0, 0.0);
    near(layer.values->bins.high, 6.0, 0.0);
    near(layer.values->bins.above, 2.0, 0.0);
    near(layer.values->zero_point, -128.0, 0.0);
    assert_int_equal(layer.values->bins.count, 4);
    results_free(results);
}

/* Of a floating-point type, which has no scales, and of a layer without errors. */
static void what_there_is_not_is_absent(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, BEGIN);
    harness_apply(results, LAYER(", 'weights': {'type': 'float16', 'bits': 16, 'channels': 1, "
                                 "'noise': null, 'zeroed': 0, 'low': 1, 'high': 1, 'bins': [1]}"));
    struct layer_row layer = results_layer(results, 1, 0);
    assert_int_equal(layer.weights->scales, 0);
    assert_false(layer.weights->has_worst);
    assert_true(isnan(layer.weights->sqnr));
    assert_null(layer.values);
    harness_apply(results, "{'event': 'layers', 'candidate': 1, 'layers': 1, 'samples': 64}");
    harness_apply(results, LAYER());
    assert_false(results_ledger(results, 1).has_grids); /* an older journal */
    layer = results_layer(results, 1, 0);
    assert_null(layer.weights);
    assert_non_null(strstr(layer.zeroed.reason, "not in this journal"));
    results_free(results);
}

/* An object with one member in the place of another. */
static json_t *layer_with(const char *grid, const char *inner, const char *key, const char *value)
{
    json_t *event = harness_json(LAYER(", 'weights': {" WEIGHTS "}, 'values': {" VALUES "}"));
    json_t *object = json_object_get(event, grid);
    if (inner)
        object = json_object_get(object, inner);
    json_t *holder = harness_json("{'is': %s}", value);
    json_object_set(object, key, json_object_get(holder, "is"));
    json_decref(holder);
    return event;
}

static void wrong_members_are_refused(void **state)
{
    static const struct {
        const char *grid, *inner, *key, *value;
    } rows[] = {
        {"weights", NULL, "bits", "0"},
        {"weights", NULL, "bits", "65"},
        {"weights", NULL, "bits", "'8'"},
        {"weights", NULL, "channels", "-1"},
        {"weights", NULL, "channels", "4294967296"},
        {"weights", NULL, "noise", "-0.5"},
        {"weights", NULL, "noise", "'x'"},
        {"weights", NULL, "zeroed", "1.5"},
        {"weights", NULL, "low", "null"},
        {"weights", NULL, "low", "3"}, /* above high */
        {"weights", NULL, "bins", "[]"},
        {"weights", NULL, "bins", "7"},
        {"weights", NULL, "bins", "[1, -1]"},
        {"weights", NULL, "bins", "[1, 0.5]"},
        {"weights", NULL, "bins", "[9223372036854775807]"},
        {"weights", NULL, "scales", "0"},
        {"weights", NULL, "scales", "0.5"},
        {"weights", NULL, "scale", "[0.1, 0.2]"},
        {"weights", NULL, "scale", "[0.3, 0.2, 0.4]"},
        {"weights", NULL, "scale", "[0.1, 0.5, 0.4]"},
        {"weights", NULL, "scale", "[0, 0.2, 0.4]"},
        {"weights", NULL, "levels", "0"},
        {"weights", NULL, "levels", "1e9"},
        {"weights", NULL, "used", "256"}, /* of 255 */
        {"weights", NULL, "reached", "-0.1"},
        {"weights", NULL, "worst", "7"},
        {"weights", "worst", "channel", "4"}, /* of 4 */
        {"weights", "worst", "noise", "[]"},
        {"weights", "worst", "most", "-1"},
        {"weights", "worst", "rms", "null"},
        {"weights", "worst", "zeroed", "2"},
        {"weights", "worst", "reach", "300"},
        {"weights", "worst", "scale", "-0.5"},
        {"values", NULL, "zero_point", "1e6"},
        {"values", NULL, "below", "-1"},
        {"values", NULL, "above", "null"},
        {"values", NULL, "bins", "[null]"},
    };
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, BEGIN);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error error = {0};
        json_t *event = layer_with(rows[i].grid, rows[i].inner, rows[i].key, rows[i].value);
        if (results_apply(results, event, &error) != STATUS_FORMAT ||
            !strstr(error.text, rows[i].grid))
            fail_msg("%s of %s is taken as %s", rows[i].key, rows[i].grid, rows[i].value);
        json_decref(event);
    }
    assert_int_equal(results_ledger(results, 1).layers, 0);
    results_free(results);
}

/* More bins than any program of ours writes, and values of an output that holds nothing. */
static void wrong_layers_are_refused(void **state)
{
    struct results *results = harness_two_rows();
    struct error error = {0};
    (void)state;
    harness_apply(results, BEGIN);
    json_t *event = harness_json(LAYER(", 'weights': {" WEIGHTS "}"));
    json_t *bins = json_object_get(json_object_get(event, "weights"), "bins");
    for (int i = 0; i < 400; i++)
        json_array_append_new(bins, json_integer(1));
    assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
    json_decref(event);
    event = harness_json("{'event': 'layer', 'candidate': 1, 'layer': 0, 'fate': 'changed', "
                         "'values': {" VALUES "}}");
    assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
    json_decref(event);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids_are_what_the_event_says),
        cmocka_unit_test(what_there_is_not_is_absent),
        cmocka_unit_test(wrong_members_are_refused),
        cmocka_unit_test(wrong_layers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
