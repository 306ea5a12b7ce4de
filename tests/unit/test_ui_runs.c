/* Earlier runs on the screen: two are compared, and one that is played again begins anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "results/replay.h"
#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/screen_table.h"
#include "ui_harness.h"

/* Items of the fixture. */
enum { NEWER = 4, OLDER = 5 };

static void open_start(struct stage *stage)
{
    stage_show(stage, results_new());
    fixture_init(&stage->start);
    ui_show_start(&stage->ui, &stage->start.start);
    stage_draw(stage, 24, 80);
}

static void expect_pair(struct stage *stage)
{
    assert_true(press(stage, "c") & LOOP_QUIT);
    assert_int_equal(stage->start.start.chosen, NEWER);
    assert_int_equal(stage->start.start.beside, OLDER);
    stage->start.start.chosen = stage->start.start.beside = START_NOTHING;
}

/* Two that are tagged, or one and the selected one, in any order. */
static void two_runs_are_compared(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press(&stage, "G ");
    assert_true(picture_shows(&stage.buffer, "\n>+2026-11-29"));
    press(&stage, "k ");
    assert_true(picture_shows(&stage.buffer, "\n +2026-11-30"));
    press(&stage, "g");
    expect_pair(&stage);
    press(&stage, "G ");
    assert_true(picture_shows(&stage.buffer, "\n> 2026-11-29"));
    expect_pair(&stage);
    press(&stage, "k G ");
    assert_true(picture_shows(&stage.buffer, "\n>+2026-11-29"));
    press(&stage, "k");
    expect_pair(&stage);
    stage_close(&stage);
}

static void what_cannot_be_compared_says_why(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press(&stage, " ");
    assert_true(picture_shows(&stage.buffer, "earlier runs are compared"));
    assert_false(press(&stage, "c") & LOOP_QUIT);
    press(&stage, "G");
    assert_false(press(&stage, "c") & LOOP_QUIT);
    assert_true(picture_shows(&stage.buffer, "two runs are compared: Space tags the other one"));
    press(&stage, " ");
    assert_false(press(&stage, "c") & LOOP_QUIT);
    stage.start.items[NEWER].refusal = "x.jsonl: not a journal";
    assert_false(press(&stage, "k c") & LOOP_QUIT);
    assert_true(picture_shows(&stage.buffer, "x.jsonl: not a journal"));
    assert_false(picture_shows(&stage.buffer, "+2026-11-30"));
    /* A third one is not taken. */
    stage.start.items[NEWER].refusal = NULL;
    stage.start.items[3].kind = START_JOURNAL;
    press(&stage, " kk");
    assert_true(picture_shows(&stage.buffer, "\n> default"));
    press(&stage, " ");
    assert_true(picture_shows(&stage.buffer, "2 runs are tagged already: c compares them"));
    assert_true(picture_shows(&stage.buffer, "\n> default"));
    stage_close(&stage);
}

/* Each with its date and machine; what differs is said where it keeps figures from being judged. */
static void both_machines_are_named(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    harness_apply(stage.results,
                  "{'event': 'gate', 'baseline': 'b.jsonl', 'started': 'then', 'host': 'old', "
                  "'cpu': 'Slow CPU', 'notes': [\"the baseline is of another machine\"], "
                  "'comparisons': [{'trial': 0, 'figure': 'latency', 'before': 1e5, 'now': 2e5, "
                  "'margin': 0.1, 'reason': 'the CPU differs'}]}");
    press(&stage, "7");
    assert_true(picture_shows(&stage.buffer, "\nbefore       then on old, Slow CPU\n"));
    assert_true(picture_shows(&stage.buffer, "\nnow          2020-01-02T03:04:05 on "));
    assert_true(
        picture_shows(&stage.buffer, "cannot tell  latency 0.2 ms, 0.1 ms before: the CPU"));
    assert_true(picture_shows(&stage.buffer, "cannot tell  (2.000)"));
    stage_close(&stage);
}

/* Rows and their names are gone at once; what the user made of the table stays. */
static void a_replay_begins_anew(void **state)
{
    struct stage stage;
    struct replay *replay;
    struct error error;
    char path[512];
    (void)state;
    page_path("run.jsonl", path, sizeof(path));
    assert_int_equal(replay_open(path, 1000.0, &replay, &error), STATUS_OK);
    stage_show(&stage, results_new());
    assert_false(press(&stage, "R") & LOOP_QUIT);
    assert_true(picture_shows(&stage.buffer, "nothing is played again"));
    stage.ui.replay = replay;
    for (int i = 0; i < 9 && !replay_is_over(replay); i++)
        assert_int_equal(replay_advance(replay, i, stage.results, &error), STATUS_OK);
    stage.ui.now = 9.0;
    press(&stage, "sjjjjjjjjj");
    action_of_key(&stage.ui, UI_KEY_ENTER);
    press(&stage, "jj");
    assert_true(picture_shows(&stage.buffer, "6 of 6 rows finished"));
    assert_true(picture_shows(&stage.buffer, " done\n"));
    const struct table *table = table_screen_table(&stage.ui);
    int selected = table->selected, sorted_by = table->sort_column;
    assert_int_not_equal(selected, 0);
    assert_int_not_equal(sorted_by, TABLE_NO_COLUMN);
    press(&stage, "p");
    assert_true(picture_shows(&stage.buffer, "played to its end: Restart begins again"));
    press(&stage, "R");
    assert_true(picture_shows(&stage.buffer, "no rows in this journal yet"));
    assert_true(picture_shows(&stage.buffer, " replaying\n"));
    assert_int_equal(replay_advance(replay, 9.001, stage.results, &error), STATUS_OK);
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "0 of 6 rows finished"));
    assert_int_equal(replay_advance(replay, 20.0, stage.results, &error), STATUS_OK);
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "6 of 6 rows finished"));
    assert_int_equal(table->selected, selected);
    assert_int_equal(table->sort_column, sorted_by);
    stage_close(&stage);
    replay_close(replay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_are_compared),
        cmocka_unit_test(what_cannot_be_compared_says_why),
        cmocka_unit_test(both_machines_are_named),
        cmocka_unit_test(a_replay_begins_anew),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
