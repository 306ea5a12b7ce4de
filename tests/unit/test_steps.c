/* Steps of a row: from the events of workers to layers of the model, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/steps.h"
#include "results/step_column.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The model has a convolution, its activation and a mean; the file to ship converts first. */
#define ORIGINS                                                                                    \
    "{'event': 'origins', 'candidate': 1, 'layers': [['conv', 'Conv'], ['', 'Relu'], "             \
    "['pool\\u0007', 'ReduceMean']], 'nodes': [[0], [0, 1], [2]]}"
#define STEP(nodes, op, ns)                                                                        \
    "{'nodes': " nodes ", 'op': '" op "', 'merged': '', 'kernel': 'k', 'isa': 'avx2', "            \
    "'arithmetic': 'int8', 'input': 'int8 1x2', 'output': 'int8 1x3', 'macs': 6, "                 \
    "'constant_bytes': 9, 'read_bytes': 2, 'written_bytes': 3, 'ns': " ns "}"
#define STEPS(list)                                                                                \
    "{'event': 'steps', 'trial': 1, 'process': 0, 'inferences': 40, 'clock': 'counter', "          \
    "'overhead_ns': 9.5, 'steps': [" list "]}"

static void steps_know_their_layers_and_shares(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    assert_null(results_profile(results, 1));
    harness_apply(results, ORIGINS);
    harness_apply(results, STEPS(STEP("[0]", "QUANTIZE", "100") ", " STEP(
                               "[1, 2]", "CONV_2D", "300") ", " STEP("[]", "CAST", "0")));
    const struct step_profile *profile = results_profile(results, 1);
    assert_null(results_profile(results, 0));
    assert_int_equal(profile->n_steps, 3);
    assert_int_equal(profile->n_layers, 3);
    assert_true(profile->sum_ns == 400.0 && profile->inferences == 40.0);
    assert_true(profile->steps[0].share == 0.25 && profile->steps[1].share == 0.75);
    assert_int_equal(profile->steps[0].n_layers, 1);
    assert_int_equal(profile->steps[1].n_layers, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(profile->steps[1].layers[i], i);
    assert_string_equal(step_name(profile, &profile->steps[1]), "conv");
    assert_string_equal(step_name(profile, &profile->steps[2]), "CAST");
    assert_string_equal(profile->steps[1].input, "int8 1x2");
    assert_true(profile->steps[1].macs == 6.0);
    assert_null(strchr(profile->layers[2].name, '\a'));
    results_free(results);
}

/* A library tells of its steps what it likes. */
static void what_a_runtime_does_not_tell_is_not_known(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, ORIGINS);
    harness_apply(results, STEPS("{'nodes': [0], 'op': 'FusedConv', 'ns': 5}"));
    const struct step_profile *profile = results_profile(results, 1);
    const struct step *step = &profile->steps[0];
    assert_string_equal(step->isa, "");
    assert_string_equal(step->arithmetic, "");
    assert_true(step->macs < 0.0 && step->constant_bytes < 0.0);
    assert_true(step->read_bytes < 0.0 && step->written_bytes < 0.0);
    assert_true(step->ns == 5.0 && step->share == 1.0);
    results_free(results);
}

static void steps_whose_times_do_not_hold_are_told(void **state)
{
    static const struct {
        const char *whole, *said;
        double median_ns;
    } cases[] = {
        {"", NULL, 100.0},
        {"'whole_ns': 100, ", NULL, 0.0},
        {"'whole_ns': 100, ", NULL, 105.0},
        {"'whole_ns': 90, ", "1.11 times an inference", 90.0},
        {"'whole_ns': 100, ", "was slower, an inference without watching took 2.00", 50.0},
        {"'whole_ns': 100, ", "was faster, an inference without watching took 0.50", 200.0}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = harness_two_rows();
        struct text text = {0};
        harness_apply(results, ORIGINS);
        harness_apply(results, "{'event': 'steps', 'trial': 1, %s'steps': [%s]}", cases[i].whole,
                      STEP("[0]", "Conv", "100"));
        step_profile_caution(results_profile(results, 1), cases[i].median_ns, &text);
        assert_int_equal(text.length > 0, cases[i].said != NULL);
        if (cases[i].said)
            assert_non_null(strstr(text.bytes, cases[i].said));
        text_release(&text);
        results_free(results);
    }
}

static void why_there_are_no_steps_is_kept(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    assert_null(results_profile_absent(results, 1));
    harness_apply(results, "{'event': 'steps', 'trial': 1, 'absent': 'no\\u0007 JSON'}");
    assert_null(results_profile(results, 1));
    assert_string_equal(results_profile_absent(results, 1), "no? JSON");
    assert_null(results_profile_absent(results, 0));
    harness_apply(results, "{'event': 'resumed', 'trials': [1], 'candidates': []}");
    assert_null(results_profile_absent(results, 1));
    results_free(results);
}

/* Layers of a profile stay as they were when it came. */
static void later_origins_leave_a_profile_sound(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, ORIGINS);
    harness_apply(results, STEPS(STEP("[2]", "MEAN", "1")));
    harness_apply(results, "{'event': 'origins', 'candidate': 1, 'layers': [], 'nodes': []}");
    const struct step_profile *profile = results_profile(results, 1);
    assert_int_equal(step_name(profile, &profile->steps[0])[0], 'p');
    results_free(results);
}

static void rows_that_start_again_have_no_profile(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_apply(results, ORIGINS);
    harness_apply(results, STEPS(STEP("[2]", "MEAN", "1")));
    harness_apply(results, "{'event': 'resumed', 'trials': [1], 'candidates': []}");
    assert_null(results_profile(results, 1));
    results_free(results);
}

/* A layer that many nodes are of, each of which is named by many steps. */
static void few_bytes_cannot_take_much_memory(void **state)
{
    enum { LAYERS = 4096, STEP_COUNT = 512 };
    struct results *results = harness_two_rows();
    json_t *layers = json_array(), *all = json_array(), *steps = json_array();
    struct error error;
    (void)state;
    for (int i = 0; i < LAYERS; i++) {
        json_array_append_new(layers, json_pack("[s, s]", "", "Add"));
        json_array_append_new(all, json_integer(i));
    }
    for (int i = 0; i < STEP_COUNT; i++)
        json_array_append_new(steps, harness_json(STEP("[0]", "ADD", "1")));
    json_t *origins = json_pack("{s:s, s:i, s:o, s:[o]}", "event", "origins", "candidate", 1,
                                "layers", layers, "nodes", all);
    json_t *event = json_pack("{s:s, s:i, s:o}", "event", "steps", "trial", 1, "steps", steps);
    assert_int_equal(results_apply(results, origins, &error), STATUS_OK);
    assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
    json_decref(origins);
    json_decref(event);
    results_free(results);
}

/* Nodes of one layer that count downwards. */
#define DESCENDING                                                                                 \
    "{'event': 'origins', 'candidate': 1, 'layers': [['a', 'b'], ['c', 'd']], "                    \
    "'nodes': [[1, 0]]}"

static void damaged_events_are_refused(void **state)
{
    static const char *const events[] = {
        "{'event': 'origins', 'candidate': 2, 'layers': [], 'nodes': []}",
        "{'event': 'origins', 'candidate': 1, 'nodes': []}",
        "{'event': 'origins', 'candidate': 1, 'layers': [], 'nodes': [[0]]}",
        "{'event': 'origins', 'candidate': 1, 'layers': [['a', 'b']], 'nodes': [[-1]]}",
        "{'event': 'origins', 'candidate': 1, 'layers': [['a', 'b']], 'nodes': [0]}",
        "{'event': 'steps', 'trial': 7, 'steps': [{}]}",
        "{'event': 'steps', 'trial': 1, 'steps': [{}]}",
        "{'event': 'steps', 'trial': 1}",
        STEPS(""),
        STEPS("{'nodes': [0], 'op': 'ADD'}"),
        STEPS("{'nodes': [0], 'op': 'ADD', 'ns': 1, 'macs': -1}"),
        STEPS("{'nodes': [0], 'op': 'ADD', 'ns': 1, 'read_bytes': null}"),
        "{'event': 'steps', 'trial': 7, 'absent': 'x'}",
        STEPS(STEP("[3]", "ADD", "1")),
        STEPS(STEP("[0]", "ADD", "-1")),
        STEPS(STEP("[0]", "ADD", "'1'")),
        STEPS(STEP("0", "ADD", "1")),
        STEPS(STEP("[2, 1]", "ADD", "1")),
        STEPS(STEP("[1, 1]", "ADD", "1")),
        DESCENDING,
    };
    (void)state;
    for (size_t i = 0; i < COUNT(events); i++) {
        struct results *results = harness_two_rows();
        struct error error;
        harness_apply(results, ORIGINS);
        json_t *event = harness_json("%s", events[i]);
        if (results_apply(results, event, &error) != STATUS_FORMAT)
            fail_msg("taken: %s", events[i]);
        assert_null(results_profile(results, 1));
        json_decref(event);
        results_free(results);
    }
}

static void reports_hold_the_steps(void **state)
{
    struct results *results = harness_two_rows();
    struct table_style style = {.ascii = true};
    struct text list = {0};
    (void)state;
    steps_write_text(results, 1, &style, &list);
    assert_int_equal(list.length, 0);
    json_t *none = steps_json(results, 1);
    assert_true(json_is_null(none));
    harness_apply(results, ORIGINS);
    harness_apply(results,
                  STEPS(STEP("[0]", "QUANTIZE", "100") ", " STEP(
                      "[1, 2]", "MEAN", "300") ", {'nodes': [], 'op': 'Gemm', 'ns': 400}"));
    steps_write_text(results, 1, &style, &list);
    assert_string_equal(
        list.bytes,
        "  step  operator  with  time us  share %  work MAC  constants bytes  reads bytes  "
        "writes bytes  output    kernel  isa   bound by\n"
        "  conv  QUANTIZE           0.10     12.5         6                9            2  "
        "           3  int8 1x3  k       avx2\n"
        "  conv  MEAN               0.30     37.5         6                9            2  "
        "           3  int8 1x3  k       avx2\n"
        "  Gemm  Gemm               0.40     50.0         -                -            -  "
        "           -\n");
    json_t *steps = steps_json(results, 1), *last = json_array_get(steps, 1);
    assert_int_equal(json_array_size(steps), 3);
    assert_true(json_is_null(json_object_get(json_array_get(steps, 2), "macs")));
    assert_int_equal(json_object_size(last), step_column_count);
    assert_string_equal(json_string_value(json_object_get(last, "layers")),
                        "Conv conv, Relu , ReduceMean pool?");
    assert_true(fabs(json_number_value(json_object_get(last, "share_percent")) - 37.5) < 1e-9);
    assert_string_equal(json_string_value(json_object_get(last, "bound")), "not known");
    assert_true(json_is_null(json_object_get(last, "efficiency_percent")));
    json_decref(none);
    json_decref(steps);
    text_release(&list);
    results_free(results);
}

static void columns_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < step_column_count; i++) {
        const struct step_column *column = &step_columns[i];
        if (!column->title || !column->unit || !column->help || !column->text == !column->number ||
            (column->number && !(column->scale > 0.0)))
            fail_msg("column '%s' leaves something out", column->id);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(step_columns[k].id, column->id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_know_their_layers_and_shares),
        cmocka_unit_test(what_a_runtime_does_not_tell_is_not_known),
        cmocka_unit_test(steps_whose_times_do_not_hold_are_told),
        cmocka_unit_test(why_there_are_no_steps_is_kept),
        cmocka_unit_test(later_origins_leave_a_profile_sound),
        cmocka_unit_test(rows_that_start_again_have_no_profile),
        cmocka_unit_test(few_bytes_cannot_take_much_memory),
        cmocka_unit_test(damaged_events_are_refused),
        cmocka_unit_test(reports_hold_the_steps),
        cmocka_unit_test(columns_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
