/* The lines of the table: groups, rows that are left out, freezing, bars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "table_fixture.h"
#include "test_ui_pictures.h"

static const char *fixture_answer(void *context, const struct row *row)
{
    (void)context;
    (void)row;
    return "ship it";
}

static bool fixture_shows_int8(void *context, const struct row *row)
{
    (void)context;
    return strncmp(row->label, "int8", 4) == 0;
}

static bool fixture_shows_nothing(void *context, const struct row *row)
{
    (void)context;
    (void)row;
    return false;
}

static void rows_stand_in_groups_that_fold(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture->source.answer = fixture_answer;
    table_group_by(&fixture->table, MODEL);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 10, 60, false, true);
    assert_picture(&fixture->buffer,
                   "   mode             size   median      speedup         drop>\n"
                   "                     KiB       ms            x            %\n"
                   ">▾ resnet  ship it\n"
                   "   fp32            312.5    4.071            -            -\n"
                   " * int8             88.0    1.312   3.10 ±0.05  +0.25 ±0.31\n"
                   "   16x8             88.5    5.100   0.80 ±0.05  -0.06 ±0.31\n"
                   " ▾ キーワード  ship it\n"
                   " @ int8 weight…     85.9        -            -            -\n"
                   " ! fp16                -        -            -            -\n"
                   "   dynamic             -        -            -            -\n");
    assert_true(table_fold(&fixture->table, &fixture->source));
    fixture_draw(fixture, 10, 60, true, true);
    assert_true(picture_shows(&fixture->buffer, ">> resnet  (3 rows)  ship it"));
    assert_false(picture_shows(&fixture->buffer, "16x8"));
    /* Sorting within the groups moves no group, and no selection. */
    table_sort_by(&fixture->table, &fixture->source, MEDIAN);
    assert_int_equal(table_place(&fixture->table, &fixture->source), 0);
    assert_true(fixture->table.on_head);
    assert_true(table_fold(&fixture->table, &fixture->source));
    fixture_draw(fixture, 10, 60, false, true);
    assert_true(picture_shows(&fixture->buffer, ">▾ resnet"));
    assert_int_equal(table_selected(&fixture->table, &fixture->source)->trial, 1);
    /* All are folded, then none; a hidden row is shown again when it is to be seen. */
    assert_true(table_fold_all(&fixture->table, &fixture->source));
    assert_int_equal(fixture->table.n_lines, 2);
    table_show(&fixture->table, &fixture->source, 4, 0.0);
    assert_int_equal(fixture->table.n_lines, 5);
    assert_int_equal(table_selected(&fixture->table, &fixture->source)->trial, 4);
    assert_false(fixture->table.on_head);
    assert_true(table_fold_all(&fixture->table, &fixture->source));
    assert_true(table_fold_all(&fixture->table, &fixture->source));
    assert_int_equal(fixture->table.n_lines, 8);
    table_group_by(&fixture->table, TABLE_NO_COLUMN);
    fixture_update(fixture, 0.0);
    assert_int_equal(fixture->table.n_lines, 6);
    assert_false(table_fold(&fixture->table, &fixture->source));
}

static void rows_that_are_not_shown_leave_the_selection_in_sight(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    table_move(&fixture->table, &fixture->source, 2, 0.0);
    fixture->source.shown = fixture_shows_int8;
    table_refresh(&fixture->table);
    fixture_update(fixture, 0.0);
    assert_int_equal(fixture->table.n_lines, 2);
    assert_int_equal(table_selected(&fixture->table, &fixture->source)->trial, 1);
    fixture->source.shown = fixture_shows_nothing;
    table_refresh(&fixture->table);
    fixture_update(fixture, 0.0);
    assert_null(table_selected(&fixture->table, &fixture->source));
    fixture_draw(fixture, 10, 60, false, true);
    table_move(&fixture->table, &fixture->source, 1, 0.0);
    fixture->source.shown = NULL;
    table_refresh(&fixture->table);
    fixture_update(fixture, 0.0);
    assert_int_equal(table_selected(&fixture->table, &fixture->source)->trial, 1);
}

static void a_frozen_table_keeps_its_rows(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    table_sort_by(&fixture->table, &fixture->source, MEDIAN);
    fixture->table.is_frozen = true;
    fixture->rows[2].median = figure_exact(1.0e6);
    fixture->source.revision++;
    fixture_update(fixture, 1000.0);
    fixture_order(fixture, (const int[]){1, 0, 2, 3, 4, 5}, 6);
    fixture->table.is_frozen = false;
    fixture_update(fixture, 1000.0);
    fixture_order(fixture, (const int[]){2, 1, 0, 3, 4, 5}, 6);
}

/* Four cells an octave around 1; what lies beyond the axis is an arrow. */
static void a_figure_around_1_has_a_bar(void **state)
{
    struct fixture *fixture = *state;
    static const double speedups[] = {1.0, 2.0, 0.5, 16.0, 0.1};
    for (size_t i = 0; i < sizeof(speedups) / sizeof(speedups[0]); i++) {
        struct row *row = fixture_add(fixture, "m", "mode");
        fixture_measure(row, 1000, 1e6, speedups[i], 0.0);
        row->speedup = figure_bounded(speedups[i], i == 1 ? 0.5 : 0.01);
        row->speed_verdict = i == 2 ? "slower" : "";
    }
    fixture->source.bar_column = SPEEDUP;
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 8, 90, false, true);
    assert_true(picture_shows(&fixture->buffer, "speedup"));
    assert_true(picture_shows(&fixture->buffer, "x  .25 .5  1   2   4"));
    assert_true(picture_shows(&fixture->buffer, "1.00 ±0.01          ●"));
    assert_true(picture_shows(&fixture->buffer, "2.00 ±0.50          │ ━━●━"));
    assert_true(picture_shows(&fixture->buffer, "0.50 ±0.01      ●   │"));
    assert_true(picture_shows(&fixture->buffer, "16.00 ±0.01          │       ▸"));
    assert_true(picture_shows(&fixture->buffer, "0.10 ±0.01  ◂       │"));
    fixture_draw(fixture, 8, 60, false, true);
    assert_false(picture_shows(&fixture->buffer, ".25"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(rows_stand_in_groups_that_fold),
        TABLE_TEST(rows_that_are_not_shown_leave_the_selection_in_sight),
        TABLE_TEST(a_frozen_table_keeps_its_rows),
        TABLE_TEST(a_figure_around_1_has_a_bar),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
