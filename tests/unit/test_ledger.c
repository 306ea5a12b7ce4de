/* The layer ledger of a journal: what its events become, and how reports show it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"
#include "report/layers.h"
#include "results_harness.h"

#define BEGIN "{'event': 'layers', 'candidate': 1, 'layers': 3, 'samples': 64}"
#define FIRST                                                                                      \
    "{'event': 'layer', 'candidate': 1, 'layer': 0, 'name': 'a|b', 'op': 'CONV_2D', 'fate': "      \
    "'changed', 'origin': [0, 1], 'seen': [-1.5, 9.0], 'held': [-1.0, 6.0], 'scale': 0.5, "        \
    "'clipped': 0.25, "                                                                            \
    "'isolated': {'noise': 0.1, 'cosine': 0.99, 'rmse': 0.1445}, "                                 \
    "'accumulated': {'noise': 0.01, 'cosine': 0.999, 'rmse': 0.25}}"
#define SECOND                                                                                     \
    "{'event': 'layer', 'candidate': 1, 'layer': 1, 'name': 'c', 'op': 'RELU', 'fate': 'changed'," \
    " 'origin': [2, -1, 'x', 99], 'isolated': {'noise': 0.5, 'cosine': null, 'rmse': 2.0}}"
#define THIRD                                                                                      \
    "{'event': 'layer', 'candidate': 1, 'layer': 2, 'name': 'd', 'op': 'SOFTMAX', 'fate': "        \
    "'float', 'origin': [3], 'isolated': {'noise': 0.0, 'cosine': 1.0, 'rmse': 0.0}}"
#define COST                                                                                       \
    "{'event': 'layer_cost', 'candidate': 1, 'layer': 0, 'samples': 64, 'noise': 0.001, 'drop': "  \
    "0.125, 'interval': [0.0625, 0.25]}"

static struct results *three_layers(void)
{
    struct results *results = harness_two_rows();
    harness_metric(results, "top1");
    harness_apply(results, BEGIN);
    harness_apply(results, FIRST);
    harness_apply(results, SECOND);
    harness_apply(results, THIRD);
    harness_apply(results, COST);
    return results;
}

static void figures_follow_from_events(void **state)
{
    struct results *results = three_layers();
    struct layer_row layer = results_layer(results, 1, 0);
    (void)state;
    assert_string_equal(layer.name, "a|b");
    near(layer.isolated_sqnr.value, 20.0, 1e-12);    /* a tenth of the signal */
    near(layer.accumulated_sqnr.value, 40.0, 1e-12); /* a hundredth */
    near(layer.isolated_steps.value, 0.289, 1e-12);  /* 0.1445 in steps of 0.5 */
    near(layer.accumulated_steps.value, 0.5, 0.0);
    near(layer.isolated_cosine.value, 0.99, 0.0);
    near(layer.clipped.value, 0.25, 0.0);
    near(layer.held_high.value, 6.0, 0.0);
    near(layer.seen_low.value, -1.5, 0.0);
    near(layer.output_sqnr.value, 60.0, 1e-12);
    near(layer.drop.value, 12.5, 0.0); /* points */
    assert_true(layer.drop.bounded);
    near(layer.drop.low, 6.25, 0.0);
    near(layer.drop.high, 25.0, 0.0);
    results_free(results);
}

static void what_is_not_known_is_absent_with_a_reason(void **state)
{
    struct results *results = three_layers();
    struct layer_row second = results_layer(results, 1, 1), third = results_layer(results, 1, 2);
    (void)state;
    near(second.isolated_sqnr.value, -20.0 * log10(0.5), 1e-12);
    assert_false(second.isolated_cosine.present);
    assert_false(second.isolated_steps.present);
    assert_non_null(strstr(second.isolated_steps.reason, "scale"));
    assert_false(second.accumulated_sqnr.present);
    assert_non_null(strstr(second.drop.reason, "want of time"));
    assert_true(isinf(third.isolated_sqnr.value));
    assert_non_null(strstr(third.drop.reason, "stays float"));
    results_free(results);
}

/* Of every event that a journal may hold in this place: nothing but its refusal. */
static void malformed_events_are_refused(void **state)
{
    static const char *const events[] = {
        "{'event': 'layers', 'candidate': 7, 'samples': 64}",
        "{'event': 'layers', 'samples': 64}",
        "{'event': 'layers', 'candidate': 1, 'samples': 0}",
        "{'event': 'layers', 'candidate': 1}",
        "{'event': 'layer', 'candidate': 0, 'layer': 0, 'fate': 'float'}", /* not begun */
        "{'event': 'layer', 'candidate': 1, 'layer': 4, 'fate': 'float'}", /* one left out */
        "{'event': 'layer', 'candidate': 1, 'layer': 2, 'fate': 'float'}", /* there already */
        "{'event': 'layer', 'candidate': 1, 'layer': -1, 'fate': 'float'}",
        "{'event': 'layer', 'candidate': 1, 'layer': '3', 'fate': 'float'}",
        "{'event': 'layer', 'candidate': 1, 'layer': 3, 'fate': 'lost'}",
        "{'event': 'layer', 'candidate': 1, 'layer': 3}",
        "{'event': 'layer_cost', 'candidate': 1, 'layer': 3, 'noise': 1}",
        "{'event': 'layer_cost', 'candidate': 1, 'layer': -1, 'noise': 1}",
        "{'event': 'layer_cost', 'candidate': 0, 'layer': 0, 'noise': 1}",
        "{'event': 'ledger', 'candidate': -1}",
    };
    struct results *results = three_layers();
    (void)state;
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        json_t *event = harness_json("%s", events[i]);
        struct error error = {0};
        if (results_apply(results, event, &error) != STATUS_FORMAT)
            fail_msg("%s is taken", events[i]);
        json_decref(event);
    }
    assert_int_equal(results_ledger(results, 1).layers, 3);
    results_free(results);
}

/* Members of wrong types are as if they were not there. */
static void odd_members_are_unknown(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, BEGIN);
    harness_apply(results, "{'event': 'layer', 'candidate': 1, 'layer': 0, 'fate': 'changed', "
                           "'name': 3, 'op': [], 'isolated': 7, 'accumulated': {'noise': 'x'}, "
                           "'held': {}, 'seen': [1], 'clipped': null, 'scale': 0}");
    struct layer_row layer = results_layer(results, 1, 0);
    assert_string_equal(layer.name, "");
    assert_false(layer.isolated_sqnr.present);
    assert_false(layer.accumulated_sqnr.present);
    assert_false(layer.isolated_steps.present);
    assert_false(layer.held_low.present);
    assert_true(layer.seen_low.present);
    assert_false(layer.seen_high.present);
    results_free(results);
}

static void a_ledger_begins_anew_and_ends(void **state)
{
    struct results *results = three_layers();
    (void)state;
    assert_int_equal(results_ledger(results, 0).state, LEDGER_NONE);
    assert_int_equal(results_ledger(results, 1).state, LEDGER_OPEN);
    assert_false(results_has_ledger(results, 1));
    harness_apply(results, BEGIN);
    assert_int_equal(results_ledger(results, 1).layers, 0);
    harness_apply(results, FIRST);
    assert_false(results_layer(results, 1, 0).drop.present); /* that of the first time is void */
    harness_apply(results, "{'event': 'ledger', 'candidate': 1, 'left': 2, 'seconds': 1.5}");
    assert_true(results_has_ledger(results, 1));
    assert_int_equal(results_ledger(results, 1).left, 2);
    harness_apply(results, "{'event': 'ledger', 'candidate': 0, 'absent': 'no file'}");
    assert_int_equal(results_ledger(results, 0).state, LEDGER_ABSENT);
    assert_true(results_has_ledger(results, 0));
    results_free(results);
}

#define ORIGINS(candidate, nodes)                                                                  \
    "{'event': 'origins', 'candidate': " candidate ", 'layers': [['a', 'Conv'], ['b', 'Relu'], "   \
    "['c', 'Clip'], ['d', 'Softmax']], 'nodes': [" nodes "]}"
#define STEP(nodes, ns)                                                                            \
    "{'nodes': " nodes ", 'op': 'X', 'merged': '', 'kernel': 'k', 'isa': 'avx2', 'arithmetic': "   \
    "'int8', 'input': '', 'output': '', 'macs': 6, 'constant_bytes': 9, 'read_bytes': 2, "         \
    "'written_bytes': 3, 'ns': " ns "}"
#define STEPS(trial, list)                                                                         \
    "{'event': 'steps', 'trial': " trial ", 'process': 0, 'inferences': 40, 'clock': 'counter', "  \
    "'overhead_ns': 9.5, 'steps': [" list "]}"

/* fp32 takes 900 ns for the first layer, and 300 ns for the second and the third in one step; the
 * mode 100 + 200, 400 and 50 ns. */
static void layers_have_the_times_of_their_steps(void **state)
{
    struct results *results = three_layers();
    (void)state;
    assert_non_null(strstr(results_layer(results, 1, 0).time.reason, "not timed"));
    harness_apply(results, ORIGINS("0", "[0, 1], [2], [3]"));
    harness_apply(results, ORIGINS("1", "[0], [0, 1], [2], [3]"));
    harness_apply(results, STEPS("1", STEP("[0]", "100") "," STEP("[1]", "200") "," STEP(
                                          "[2]", "400") "," STEP("[3]", "50")));
    assert_non_null(strstr(results_layer(results, 1, 0).saved.reason, "not timed"));
    harness_apply(results, STEPS("0", STEP("[0]", "900") "," STEP("[1, 2]", "300")));
    struct layer_row first = results_layer(results, 1, 0), second = results_layer(results, 1, 1);
    struct layer_row third = results_layer(results, 1, 2);
    near(first.time.value, 300.0, 0.0);
    near(first.saved.value, 600.0, 0.0);
    near(first.cost.value, 0.001 / 600.0, 1e-18);
    near(second.time.value, 400.0, 0.0);
    near(second.saved.value, -100.0, 0.0);
    assert_non_null(strstr(second.cost.reason, "saves no time"));
    near(third.time.value, 50.0, 0.0);
    assert_non_null(strstr(third.saved.reason, "of a layer before it"));
    assert_non_null(strstr(third.cost.reason, "of a layer before it"));
    results_free(results);
}

/* The layers of the model's file that steps of the row, or of fp32, begin with. */
static void layers_have_times_without_a_ledger(void **state)
{
    struct results *results = harness_two_rows();
    size_t count;
    (void)state;
    struct layer_row *layers = results_timed_layers(results, 1, &count);
    assert_int_equal(count, 0);
    free(layers);
    harness_apply(results, ORIGINS("0", "[0, 1], [2], [3]"));
    harness_apply(results, ORIGINS("1", "[0], [0, 1], [1, 2], [2]"));
    harness_apply(results, STEPS("1", STEP("[0]", "100") "," STEP("[1]", "200") "," STEP(
                                          "[2]", "400") "," STEP("[3]", "50")));
    harness_apply(results,
                  STEPS("0", STEP("[0]", "900") "," STEP("[1]", "300") "," STEP("[2]", "70")));
    layers = results_timed_layers(results, 1, &count);
    assert_int_equal(count, 4);
    assert_string_equal(layers[0].name, "a");
    assert_string_equal(layers[0].op, "Conv");
    near(layers[0].time.value, 300.0, 0.0);
    near(layers[0].saved.value, 600.0, 0.0);
    near(layers[1].time.value, 400.0, 0.0); /* in fp32, with what is before it */
    assert_non_null(strstr(layers[1].saved.reason, "no step begins with it"));
    near(layers[2].saved.value, 250.0, 0.0);
    assert_false(layers[3].time.present);
    assert_string_equal(layers[3].name, "d");
    for (size_t i = 0; i < layer_column_count; i++)
        if (layer_columns[i].figure && !layer_columns[i].figure(&layers[3])->present)
            assert_non_null(layer_columns[i].figure(&layers[3])->reason);
    free(layers);
    results_free(results);
}

static const char *first_by(struct results *results, const char *id)
{
    struct layer_row rows[3];
    for (size_t i = 0; i < 3; i++)
        rows[i] = results_layer(results, 1, i);
    layers_sort(rows, 3, layer_column_find(id));
    return rows[0].name;
}

static void the_worst_comes_first(void **state)
{
    struct results *results = three_layers();
    (void)state;
    assert_string_equal(first_by(results, "isolated_sqnr_db"), "c");
    assert_string_equal(first_by(results, "accumulated_sqnr_db"), "a|b"); /* others have none */
    assert_string_equal(first_by(results, "drop"), "a|b");
    assert_string_equal(first_by(results, "layer"), "a|b");
    assert_string_equal(first_by(results, "op"), "a|b"); /* CONV_2D, RELU, SOFTMAX */
    results_free(results);
}

static void check_holds(const struct text *text, const char *part)
{
    if (!strstr(text->bytes, part))
        fail_msg("'%s' is not in '%s'", part, text->bytes);
}

static void reports_hold_the_layers(void **state)
{
    struct results *results = three_layers();
    const struct layer_choice choice = {.sort = layer_column_find("layer"), .top = 2};
    struct text csv = {0}, json = {0}, markdown = {0}, plain = {0};
    (void)state;
    harness_apply(results, "{'event': 'ledger', 'candidate': 1, 'left': 1, 'seconds': 1.5}");
    layers_write_csv(results, &choice, &csv);
    layers_write_json(results, &choice, &json);
    layers_write_markdown(results, &choice, &markdown);
    layers_write_text(results, &choice, &plain);
    check_holds(&csv,
                ",0,a|b,CONV_2D,changed,,,20,0.99,0.289,40,0.999,0.5,25,-1,6,-1.5,9,,,60,12.5,"
                "6.25,25,\n");
    check_holds(&csv, ",1,c,RELU,changed,,,6.02059991,,,,,,,,,,,,,,,,,\n");
    assert_null(strstr(csv.bytes, "SOFTMAX")); /* beyond the first two */
    check_holds(&markdown,
                "| 0 | a\\|b | CONV_2D | changed | - | - | 20.0 | 0.289 | 40.0 | 25.00 |");
    check_holds(&plain, "3 layers, errors over 64 samples; no time to weigh 1 of them");
    check_holds(&json, "\"isolated_rmse_scale\": 0.289");
    json_t *whole = json_loads(json.bytes, 0, NULL);
    assert_non_null(whole);
    const json_t *ledger = json_array_get(json_object_get(whole, "ledgers"), 0);
    assert_int_equal(json_array_size(json_object_get(whole, "ledgers")), 1);
    assert_int_equal(json_array_size(json_object_get(ledger, "layers")), 2);
    assert_true(json_is_null(
        json_object_get(json_array_get(json_object_get(ledger, "layers"), 1), "drop")));
    json_decref(whole);
    text_release(&csv);
    text_release(&json);
    text_release(&markdown);
    text_release(&plain);
    results_free(results);
}

static void columns_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < layer_column_count; i++) {
        const struct layer_column *column = &layer_columns[i];
        if (!column->title || !column->unit || !column->help || !column->text == !column->figure ||
            (column->figure && !(column->scale > 0.0)))
            fail_msg("column '%s' leaves something out", column->id);
        assert_ptr_equal(layer_column_find(column->id), column); /* no id twice */
    }
    assert_null(layer_column_find("no such column"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_follow_from_events),
        cmocka_unit_test(what_is_not_known_is_absent_with_a_reason),
        cmocka_unit_test(malformed_events_are_refused),
        cmocka_unit_test(odd_members_are_unknown),
        cmocka_unit_test(a_ledger_begins_anew_and_ends),
        cmocka_unit_test(layers_have_the_times_of_their_steps),
        cmocka_unit_test(layers_have_times_without_a_ledger),
        cmocka_unit_test(the_worst_comes_first),
        cmocka_unit_test(reports_hold_the_layers),
        cmocka_unit_test(columns_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
