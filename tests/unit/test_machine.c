/* The machine of a run, from its first event, and its picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/machine.h"
#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/frame.h"
#include "ui/screens.h"

static struct results *machine_results(void)
{
    struct results *results = results_new();
    harness_apply(results,
                  "{'event': 'run', 'format': 1, 'cpu': 'CPU', 'machine': ['Machine', "
                  "'  L3 32 MiB', '    2 x Core  pu:0-1', '    Core  pu:2', '  NUMANode 7 GiB'], "
                  "'experiment': {'placements': [{'name': '1', 'units': [2]}, "
                  "{'name': 'cores', 'units': [0, 1, 2]}]}}");
    harness_trial(results, 0, "fp32", -1);
    return results;
}

static void the_tree_is_read(void **state)
{
    static const struct machine_line expected[] = {{0, "Machine"},
                                                   {1, "L3 32 MiB"},
                                                   {2, "2 x Core  pu:0-1"},
                                                   {2, "Core  pu:2"},
                                                   {1, "NUMANode 7 GiB"}};
    struct results *results = machine_results();
    struct text units = {0};
    (void)state;
    assert_int_equal(results_machine_count(results), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(results_machine_line(results, i)->depth, expected[i].depth);
        assert_string_equal(results_machine_line(results, i)->text, expected[i].text);
    }
    results_placement_units(results, "cores", &units);
    assert_string_equal(units.bytes, "0,1,2");
    text_clear(&units);
    results_placement_units(results, "nowhere", &units);
    assert_int_equal(units.length, 0);
    text_release(&units);
    results_free(results);
}

static void what_is_no_tree_does_no_harm(void **state)
{
    struct results *results = results_new();
    (void)state;
    harness_apply(results, "{'event': 'run', 'format': 1, 'machine': ['a', 7, null, '\\u001b[2J'], "
                           "'experiment': {'placements': [3, {'name': 5}, {'name': 'x'}]}}");
    assert_int_equal(results_machine_count(results), 2);
    assert_string_equal(results_machine_line(results, 1)->text, "?[2J");
    results_free(results);
    results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'machine': 'none'}");
    assert_int_equal(results_machine_count(results), 0);
    results_free(results);
}

static void units_are_compared(void **state)
{
    static const struct {
        const char *a, *b;
        bool overlap;
    } cases[] = {
        {"0", "0", true},         {"0-3", "2", true}, {"0-3", "4", false}, {"0,8-9", "5-8", true},
        {"0,8-9", "1-7", false},  {"", "0", false},   {"0", "", false},    {"x", "0", false},
        {"0-1  more", "1", true}, {"-1", "1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(units_overlap(cases[i].a, cases[i].b), cases[i].overlap);
        assert_int_equal(units_overlap(cases[i].b, cases[i].a), cases[i].overlap);
    }
}

/* The units of the selected row are marked. */
static void the_machine_is_drawn_as_boxes(void **state)
{
    struct results *results = machine_results();
    struct draw_buffer buffer;
    struct draw draw;
    struct ui ui;
    (void)state;
    ui_init(&ui, ui_screens, results, NULL, NULL);
    ui.keymap = *keymap_default();
    ui_update(&ui);
    ui_go(&ui, CONTEXT_MACHINE);
    draw_buffer_init(&buffer, 15, 44, true, &draw);
    frame_draw(&ui, &draw);
    assert_picture(&buffer, "quantop               [5]Machine  unfinished\n"
                            "CPU         CPU\n"
                            "load        not live: nothing is measured\n"
                            "            on this machine now\n"
                            "@ selected  fp32, placement 1: pu:2\n"
                            "\n"
                            "+ Machine -------------------------------+\n"
                            "| + L3 32 MiB -------------------------+ |\n"
                            "| | 2 x Core  pu:0-1                   | |\n"
                            "| | @ Core  pu:2                       | |\n"
                            "| +------------------------------------+ |\n"
                            "| NUMANode 7 GiB                         |\n"
                            "+----------------------------------------+\n"
                            "\n"
                            "? Help q Back + More - Fewer * All e Export\n");
    for (int width = 20; width < 60; width++) {
        draw_buffer_release(&buffer);
        draw_buffer_init(&buffer, 20, width, false, &draw);
        frame_draw(&ui, &draw);
        assert_int_equal(buffer.strays, 0);
    }
    draw_buffer_release(&buffer);
    ui_release(&ui);
    results_free(results);
}

static void expect_lines(struct ui *ui, const char *keys, const char *levels, int boxes)
{
    struct draw_buffer buffer;
    struct draw draw;
    int count = 0;
    for (; *keys; keys++)
        action_of_key(ui, *keys);
    draw_buffer_init(&buffer, 30, 60, true, &draw);
    frame_draw(ui, &draw);
    struct text drawn = {0};
    draw_buffer_print(&buffer, &drawn);
    for (const char *at = drawn.bytes; (at = strstr(at, "-+")) != NULL; at++)
        count++;
    assert_true(picture_shows(&buffer, levels));
    assert_int_equal(count, boxes);
    text_release(&drawn);
    draw_buffer_release(&buffer);
}

/* From the inner ones outwards, and back; boxes stay closed. */
static void levels_are_shown_and_hidden(void **state)
{
    struct results *results = machine_results();
    struct ui ui;
    (void)state;
    ui_init(&ui, ui_screens, results, NULL, NULL);
    ui.keymap = *keymap_default();
    ui_update(&ui);
    ui_go(&ui, CONTEXT_MACHINE);
    expect_lines(&ui, "+", "3 of 3 levels are shown", 4);
    expect_lines(&ui, "-", "2 of 3 levels are shown", 2);
    expect_lines(&ui, "---", "1 of 3 levels are shown", 0);
    expect_lines(&ui, "+", "2 of 3 levels are shown", 2);
    expect_lines(&ui, "*", "3 of 3 levels are shown", 4);
    ui_release(&ui);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tree_is_read),
        cmocka_unit_test(what_is_no_tree_does_no_harm),
        cmocka_unit_test(units_are_compared),
        cmocka_unit_test(the_machine_is_drawn_as_boxes),
        cmocka_unit_test(levels_are_shown_and_hidden),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
