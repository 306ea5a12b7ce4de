/* Meters of the header, and the load on the machine's page, with a machine and a clock of the
 * test's own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results/writer.h"
#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui_harness.h"

/* What the machine does at each look; it tells nothing at the first one. */
struct machine {
    struct ui_live live;
    int looks;
};

static bool look(void *context, double *shares, size_t *count)
{
    struct machine *machine = context;
    *count = 3;
    shares[0] = 0.25 * (double)(machine->looks % 5);
    shares[1] = NAN; /* there is no such unit */
    shares[2] = 0.5;
    return machine->looks++ > 0;
}

/* A run that this process measures and another one shows: two rows, of which the clock went at 4,
 * 5 and 4 in three blocks. */
static void open_live(struct stage *stage, struct machine *machine)
{
    struct results *results = results_new();
    struct error error;
    json_t *event = harness_json("{'event': 'run', 'format': 1, 'machine': ['Machine', "
                                 "'  2 x Core  pu:0-1', '  Core  pu:2']}");
    writer_describe(event);
    assert_int_equal(results_apply(results, event, &error), STATUS_OK);
    json_decref(event);
    harness_trial(results, 0, "fp32", -1);
    harness_trial(results, 1, "int8", 0);
    for (int round = 0; round < 3; round++)
        harness_apply(results,
                      "{'event': 'block', 'trial': 0, 'round': %d, 'process': 0, 'ns': [100], "
                      "'facts': {'seconds': 0.1, 'pace': %d}}",
                      round, round == 1 ? 5 : 4);
    *machine = (struct machine){.live = {look, machine}};
    stage_show(stage, results);
    stage->ui.live = &machine->live;
    stage->ui.following = true;
}

/* Another second is over. */
static void wait_a_second(struct stage *stage)
{
    stage->ui.now += 1.0;
    ui_update(&stage->ui);
}

static void the_load_is_looked_at_once_a_second(void **state)
{
    struct machine machine;
    struct stage stage;
    (void)state;
    open_live(&stage, &machine);
    assert_true(meters_are_live(&stage.ui));
    stage_draw(&stage, 30, 120);
    assert_true(picture_shows(&stage.buffer, "load not known yet"));
    for (int i = 0; i < 9; i++) {
        stage.ui.now += 0.1;
        ui_update(&stage.ui);
    }
    assert_int_equal(machine.looks, 1);
    assert_true(ui_wait(&stage.ui) <= 0.1001);
    wait_a_second(&stage);
    assert_int_equal(machine.looks, 2);
    stage_draw(&stage, 30, 120);
    assert_true(picture_shows(&stage.buffer, "load ######"));
    assert_true(picture_shows(&stage.buffer, " 0.8 of 2"));
    stage_close(&stage);
}

static void each_meter_has_all_modes(void **state)
{
    struct machine machine;
    struct stage stage;
    (void)state;
    open_live(&stage, &machine);
    for (int i = 0; i < 6; i++)
        wait_a_second(&stage);
    stage_draw(&stage, 40, 120); /* a graph at first, which says what it spans */
    assert_true(picture_shows(&stage.buffer, "clock        "));
    assert_true(picture_shows(&stage.buffer, ".#. 80 %  80 to 100 %"));
    press(&stage, ",m"); /* from progress to load: from a bar to a text */
    stage_draw(&stage, 40, 120);
    assert_true(picture_shows(&stage.buffer, "load 0.5 of 2"));
    assert_string_equal(stage.settings.values[SETTING_LOAD_METER], "text");
    assert_true(stage.settings.is_set[SETTING_LOAD_METER]); /* so that it can be saved */
    press(&stage, "m");
    stage_draw(&stage, 40, 120); /* 0.375, 0.5, 0.625, 0.75 and 0.25 of all */
    assert_true(picture_shows(&stage.buffer, "-=+*: 0.5 of 2"));
    press(&stage, "m");
    stage_draw(&stage, 40, 120);
    assert_true(picture_shows(&stage.buffer, "load 0.5 of 2"));
    assert_true(picture_shows(&stage.buffer, "\n#   #   \"\"\"\"_\n"));
    assert_true(picture_shows(&stage.buffer, "\nclock  "));
    assert_false(picture_shows(&stage.buffer, "load 0.5 of 2       "
                                              "clock"));
    stage_draw(&stage, 24, 80); /* no room for digits: a text on the machine's line */
    assert_true(picture_shows(&stage.buffer, "load 0.5 of 2"));
    press(&stage, "m");
    assert_string_equal(stage.settings.values[SETTING_LOAD_METER], "bar");
    press(&stage, ",,");
    stage_draw(&stage, 30, 120);
    assert_true(picture_shows(&stage.buffer, "m is for the meter of trust"));
    stage_close(&stage);
}

static void modes_are_set_at_the_prompt(void **state)
{
    struct machine machine;
    struct stage stage;
    (void)state;
    open_live(&stage, &machine);
    press(&stage, ":set clock-meter digits");
    press_key(&stage, UI_KEY_ENTER);
    assert_int_equal(meters_mode(&stage.ui, METER_CLOCK), METER_DIGITS);
    press(&stage, ":set clock-meter led");
    press_key(&stage, UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "'led' is none of bar, text, graph or digits"));
    assert_int_equal(meters_mode(&stage.ui, METER_CLOCK), METER_DIGITS);
    stage_close(&stage);
}

static void a_click_is_for_the_meter_below_it(void **state)
{
    struct machine machine;
    struct stage stage;
    int clicked = 0;
    (void)state;
    open_live(&stage, &machine);
    stage_draw(&stage, 30, 120);
    for (size_t i = 0; i < stage.ui.clicks.count; i++) {
        const struct click click = stage.ui.clicks.items[i];
        if (strcmp(click.action, "meter") != 0)
            continue;
        clicked++;
        enum meter meter = (enum meter)(click.argument - 1);
        enum meter_mode before = meters_mode(&stage.ui, meter);
        action_of_click(&stage.ui, click.rect.y, click.rect.x);
        assert_int_equal(meters_mode(&stage.ui, meter), (before + 1) % METER_MODE_COUNT);
        assert_int_equal(stage.ui.meters.chosen, meter);
    }
    assert_int_equal(clicked, METER_COUNT);
    stage_close(&stage);
}

static void what_is_not_live_says_so(void **state)
{
    struct machine machine;
    struct stage stage;
    (void)state;
    open_live(&stage, &machine);
    for (int i = 0; i < 3; i++)
        wait_a_second(&stage);
    press(&stage, "5");
    assert_true(picture_shows(&stage.buffer, "load        1.0 of 2 units compute (50 %)"));
    assert_true(picture_shows(&stage.buffer, "| 2 x Core  pu:0-1  load = 50 %"));
    assert_true(picture_shows(&stage.buffer, "| Core  pu:2  load = 50 %"));
    harness_apply(stage.results, "{'event': 'end'}");
    wait_a_second(&stage);
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, "load        not live: the run is over"));
    assert_true(picture_shows(&stage.buffer, "| Core  pu:2   "));
    press(&stage, "1");
    stage_draw(&stage, 30, 120);
    assert_true(picture_shows(&stage.buffer, "load not live"));
    assert_true(
        picture_shows(&stage.buffer, ".#. 80 %")); /* that of the blocks is in the journal */
    int looks = machine.looks;
    wait_a_second(&stage);
    assert_int_equal(machine.looks, looks);
    assert_true(ui_wait(&stage.ui) < 0.0);
    stage_close(&stage);
}

static void courses_keep_what_is_newest(void **state)
{
    struct machine machine;
    struct stage stage;
    (void)state;
    open_live(&stage, &machine);
    for (int i = 0; i < METER_HISTORY + 7; i++)
        wait_a_second(&stage);
    assert_int_equal(stage.ui.meters.n_history, METER_HISTORY);
    assert_int_equal(machine.looks, METER_HISTORY + 7);
    for (int i = 0; i < METER_HISTORY; i++) {
        double unit = 0.25 * (double)((machine.looks - METER_HISTORY + i) % 5);
        assert_true(stage.ui.meters.history[METER_LOAD][i] == (unit + 0.5) / 2.0);
    }
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_load_is_looked_at_once_a_second),
        cmocka_unit_test(each_meter_has_all_modes),
        cmocka_unit_test(modes_are_set_at_the_prompt),
        cmocka_unit_test(a_click_is_for_the_meter_below_it),
        cmocka_unit_test(what_is_not_live_says_so),
        cmocka_unit_test(courses_keep_what_is_newest),
    };
    int skipped = picture_locale();
    return skipped ? skipped : cmocka_run_group_tests(tests, NULL, NULL);
}
