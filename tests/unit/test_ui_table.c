/* The table of trials: its pictures, sorting, selection, columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/random.h"
#include "table_fixture.h"
#include "test_ui_pictures.h"
#include "ui/keys.h"

static void a_table_of_80_columns(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 24, 80, false, true);
    assert_picture(
        &fixture->buffer,
        "   model       mode                     size   median      speedup         drop>\n"
        "                                         KiB       ms            x            %\n"
        ">  resnet      fp32                    312.5    4.071            -            -\n"
        " * resnet      int8                     88.0    1.312   3.10 ±0.05  +0.25 ±0.31\n"
        "   resnet      16x8                     88.5    5.100   0.80 ±0.05  -0.06 ±0.31\n"
        " @ キーワード  int8 weights=per-te…     85.9        -            -            -\n"
        " ! キーワード  fp16                        -        -            -            -\n"
        "   キーワード  dynamic                     -        -            -            -\n");
}

static void a_table_of_80_columns_in_ascii(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 24, 80, true, true);
    assert_picture(
        &fixture->buffer,
        "   model   mode               size   median      speedup          drop  state\n"
        "                               KiB       ms            x             %\n"
        ">  resnet  fp32              312.5    4.071            -             -  done\n"
        " * resnet  int8               88.0    1.312  3.10 +-0.05  +0.25 +-0.31  done\n"
        "   resnet  16x8               88.5    5.100  0.80 +-0.05  -0.06 +-0.31  done\n"
        " @ ?????   int8 weights=~     85.9        -            -             -  timing\n"
        " ! ?????   fp16                  -        -            -             -  failed\n"
        "   ?????   dynamic               -        -            -             -  waiting\n");
}

static void a_table_of_40_columns_drops_columns_and_units_move_up(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 6, 40, false, true);
    assert_picture(&fixture->buffer, "   model      mode            speedup x>\n"
                                     ">  resnet     fp32                    -\n"
                                     " * resnet     int8           3.10 ±0.05\n"
                                     "   resnet     16x8           0.80 ±0.05\n"
                                     " @ キーワード int8 weights…           -\n"
                                     " ! キーワード fp16                    -▼\n");
}

static void a_table_of_200_columns_shows_everything(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 60, 200, false, true);
    /* clang-format off */
    assert_picture(&fixture->buffer,
    "   model       mode                        size   median      speedup         drop  state\n"
    "                                            KiB       ms            x            %\n"
    ">  resnet      fp32                       312.5    4.071            -            -  done\n"
    " * resnet      int8                        88.0    1.312   3.10 ±0.05  +0.25 ±0.31  done\n"
    "   resnet      16x8                        88.5    5.100   0.80 ±0.05  -0.06 ±0.31  done\n"
    " @ キーワード  int8 weights=per-tensor     85.9        -            -            -  timing\n"
    " ! キーワード  fp16                           -        -            -            -  failed\n"
    "   キーワード  dynamic                        -        -            -            -  waiting\n");
    /* clang-format on */
}

/* Colour repeats what marks, signs and words say, and the two kinds of table differ in nothing
 * else: roles are the same in all schemes. */
static void roles_follow_state_and_verdict(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 24, 80, false, true);
    static const struct {
        int y, x;
        enum role role;
    } cells[] = {
        {0, 3, ROLE_HEADER}, {1, 41, ROLE_LABEL}, {2, 0, ROLE_SELECTED}, {2, 79, ROLE_SELECTED},
        {3, 3, ROLE_TEXT},   {3, 58, ROLE_GOOD},  {3, 70, ROLE_BAD},     {4, 58, ROLE_BAD},
        {4, 70, ROLE_TEXT},  {5, 3, ROLE_ACTIVE}, {5, 52, ROLE_DIM},     {6, 1, ROLE_BAD},
        {7, 15, ROLE_DIM},
    };
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
        if (draw_buffer_cell(&fixture->buffer, cells[i].y, cells[i].x)->role != cells[i].role)
            fail_msg("cell %zu has role %d", i,
                     (int)draw_buffer_cell(&fixture->buffer, cells[i].y, cells[i].x)->role);
    assert_int_equal(fixture->buffer.cursor_y, 2);
    assert_int_equal(fixture->buffer.cursor_x, 0);
    fixture_draw(fixture, 24, 80, false, false);
    assert_int_equal(draw_buffer_cell(&fixture->buffer, 2, 3)->role, ROLE_MARKED);
    assert_int_equal(fixture->buffer.cursor_y, -1);
}

static void sorting_marks_its_column_and_puts_absent_figures_last(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    table_sort_by(&fixture->table, &fixture->source, SPEEDUP);
    fixture_draw(fixture, 8, 60, false, true);
    assert_picture(&fixture->buffer,
                   "   model       mode                   ▼speedup         drop>\n"
                   "                                             x            %\n"
                   " * resnet      int8                 3.10 ±0.05  +0.25 ±0.31\n"
                   "   resnet      16x8                 0.80 ±0.05  -0.06 ±0.31\n"
                   ">  resnet      fp32                          -            -\n"
                   " @ キーワード  int8 weights=per-…            -            -\n"
                   " ! キーワード  fp16                          -            -\n"
                   "   キーワード  dynamic                       -            -\n");
    table_sort_by(&fixture->table, &fixture->source, SPEEDUP);
    fixture_draw(fixture, 8, 60, true, true);
    assert_picture(&fixture->buffer,
                   "   model       mode                  ^speedup          drop>\n"
                   "                                            x             %\n"
                   "   resnet      16x8               0.80 +-0.05  -0.06 +-0.31\n"
                   " * resnet      int8               3.10 +-0.05  +0.25 +-0.31\n"
                   ">  resnet      fp32                         -             -\n"
                   " @ ?????       int8 weights=per~            -             -\n"
                   " ! ?????       fp16                         -             -\n"
                   "   ?????       dynamic                      -             -\n");
    table_sort_by(&fixture->table, &fixture->source, MODE);
    fixture_draw(fixture, 8, 60, false, true);
    assert_picture(&fixture->buffer,
                   "   model       mode▲                  speedup          drop>\n"
                   "                                            x             %\n"
                   "   resnet      16x8               0.80 ±0.05   -0.06 ±0.31\n"
                   "   キーワード  dynamic                      -             -\n"
                   " ! キーワード  fp16                         -             -\n"
                   ">  resnet      fp32                         -             -\n"
                   " * resnet      int8               3.10 ±0.05   +0.25 ±0.31\n"
                   " @ キーワード  int8 weights=per…            -             -\n");
}

static void the_selection_stays_with_its_trial(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    assert_int_equal(fixture->table.selected, 0);
    table_move(&fixture->table, &fixture->source, 2, 0.0);
    assert_int_equal(fixture->table.selected, 2);
    table_sort_by(&fixture->table, &fixture->source, MEDIAN);
    fixture_order(fixture, (const int[]){1, 0, 2, 3, 4, 5}, 6);
    assert_int_equal(fixture->table.selected, 2);
    assert_int_equal(table_place(&fixture->table, &fixture->source), 2);
    /* Its figure changes, and the row moves to the top with the selection. */
    fixture->rows[2].median = figure_exact(1.0e6);
    fixture->source.revision++;
    fixture_update(fixture, 100.0);
    fixture_order(fixture, (const int[]){2, 1, 0, 3, 4, 5}, 6);
    assert_int_equal(fixture->table.selected, 2);
    assert_ptr_equal(table_selected(&fixture->table, &fixture->source), &fixture->rows[2]);
    assert_int_equal(table_place(&fixture->table, &fixture->source), 0);
}

static void rows_keep_their_places_while_the_user_moves(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    table_sort_by(&fixture->table, &fixture->source, MEDIAN);
    table_move(&fixture->table, &fixture->source, 1, 10.0);
    fixture->rows[2].median = figure_exact(1.0e6);
    fixture->source.revision++;
    fixture_update(fixture, 10.0 + 0.9 * TABLE_HOLD_SECONDS);
    assert_true(table_is_held(&fixture->table, &fixture->source));
    fixture_order(fixture, (const int[]){1, 0, 2, 3, 4, 5}, 6);
    /* New rows come in at the end all the same. */
    fixture_add(fixture, "resnet", "late");
    fixture_update(fixture, 10.0 + 0.9 * TABLE_HOLD_SECONDS);
    fixture_order(fixture, (const int[]){1, 0, 2, 3, 4, 5, 6}, 7);
    fixture_update(fixture, 10.0 + TABLE_HOLD_SECONDS);
    assert_false(table_is_held(&fixture->table, &fixture->source));
    fixture_order(fixture, (const int[]){2, 1, 0, 3, 4, 5, 6}, 7);
    /* What the user asks for takes effect at once. */
    table_move(&fixture->table, &fixture->source, 1, 20.0);
    table_sort_reverse(&fixture->table, &fixture->source);
    fixture_order(fixture, (const int[]){0, 1, 2, 3, 4, 5, 6}, 7);
}

static void stepping_through_sort_columns_skips_those_not_in_the_table(void **state)
{
    struct fixture *fixture = *state;
    static const int columns_in_order[] = {MODEL, MODE, SIZE, MEDIAN, SPEEDUP, DROP, STATE};
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    table_sort_step(&fixture->table, &fixture->source, -1);
    assert_int_equal(fixture->table.sort_column, TABLE_NO_COLUMN);
    for (size_t i = 0; i < sizeof(columns_in_order) / sizeof(columns_in_order[0]); i++) {
        table_sort_step(&fixture->table, &fixture->source, 1);
        assert_int_equal(fixture->table.sort_column, columns_in_order[i]);
        assert_int_equal(fixture->table.descending, columns_in_order[i] == SPEEDUP);
    }
    table_sort_step(&fixture->table, &fixture->source, 1);
    assert_int_equal(fixture->table.sort_column, STATE);
    for (int i = 0; i < 7; i++)
        table_sort_step(&fixture->table, &fixture->source, -1);
    assert_int_equal(fixture->table.sort_column, TABLE_NO_COLUMN);
    table_sort_reverse(&fixture->table, &fixture->source);
    fixture_order(fixture, (const int[]){5, 4, 3, 2, 1, 0}, 6);
}

static void the_selected_row_stays_in_sight(void **state)
{
    struct fixture *fixture = *state;
    char labels[ROWS_MAX][8];
    for (int i = 0; i < ROWS_MAX; i++) {
        snprintf(labels[i], sizeof(labels[i]), "mode%02d", i);
        fixture_add(fixture, "m", labels[i]);
    }
    fixture_update(fixture, 0.0);
    static const struct {
        int move, height, top;
    } steps[] = {
        {0, 12, 0},  {9, 12, 0}, {1, 12, 1},  {-5, 12, 1}, {5, 12, 1},    {500, 12, 90},
        {0, 22, 80}, {0, 6, 95}, {-3, 6, 95}, {-2, 6, 94}, {-1000, 6, 0}, {0, 2, 0},
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        table_move(&fixture->table, &fixture->source, steps[i].move, 0.0);
        fixture_draw(fixture, steps[i].height, 30, false, true);
        if (fixture->table.top != steps[i].top)
            fail_msg("step %zu: top is %d", i, fixture->table.top);
    }
}

/* Right moves figures out, so that those without room come in; left brings them back. */
static void figures_move_out_to_make_room(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    table_shift(&fixture->table, -1);
    fixture_draw(fixture, 4, 40, false, true);
    assert_true(picture_shows(&fixture->buffer, "speedup"));
    for (int i = 0; i < 3; i++) {
        table_shift(&fixture->table, 1);
        fixture_draw(fixture, 4, 40, false, true);
    }
    assert_picture(&fixture->buffer, "<  model      mode               drop %>\n"
                                     ">  resnet     fp32                    -\n"
                                     " * resnet     int8          +0.25 ±0.31\n"
                                     "   resnet     16x8          -0.06 ±0.31▼\n");
    for (int i = 0; i < 10; i++) {
        table_shift(&fixture->table, 1);
        fixture_draw(fixture, 4, 40, false, true);
    }
    assert_true(fixture->table.moved_out <= 4);
    for (int i = 0; i < 10; i++)
        table_shift(&fixture->table, -1);
    assert_int_equal(fixture->table.moved_out, 0);
}

/* A column in which all rows agree goes first, whatever its priority; the sorted one never. */
static void columns_that_say_nothing_go_first(void **state)
{
    struct fixture *fixture = *state;
    fixture_measure(fixture_add(fixture, "resnet", "fp32"), 320000, 4e6, 1.0, 0.0);
    fixture_measure(fixture_add(fixture, "resnet", "int8"), 90112, 1.3e6, 3.1, 0.2);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 4, 50, false, true);
    assert_false(picture_shows(&fixture->buffer, "model"));
    assert_true(picture_shows(&fixture->buffer, "size"));
    table_sort_by(&fixture->table, &fixture->source, MODEL);
    fixture_draw(fixture, 4, 50, false, true);
    assert_true(picture_shows(&fixture->buffer, "model▲"));
    fixture_add(fixture, "other", "fp32");
    fixture_update(fixture, 0.0);
    table_sort_by(&fixture->table, &fixture->source, TABLE_NO_COLUMN);
    fixture_draw(fixture, 5, 50, false, true);
    assert_true(picture_shows(&fixture->buffer, "model"));
}

static const char *text_verdict(const struct row *row)
{
    return row->speed_verdict;
}

/* The program's essential columns, of which the last has least priority. */
#define WITH_VERDICT (STATE + 2)
static void make_essential(struct fixture *fixture, struct column with_verdict[WITH_VERDICT])
{
    memcpy(with_verdict, fixture->source.columns, (STATE + 1) * sizeof(*with_verdict));
    with_verdict[STATE + 1] = (struct column){.title = "speed",
                                              .kind = COLUMN_TEXT,
                                              .text = text_verdict,
                                              .shown = SHOWN_TABLE,
                                              .width = 11,
                                              .priority = 11,
                                              .least = 1,
                                              .is_essential = true};
    with_verdict[MODE].is_essential = with_verdict[SPEEDUP].is_essential = true;
    with_verdict[DROP].is_essential = true;
    with_verdict[MODE].least = 7;
    fixture->source.columns = with_verdict;
    fixture->source.column_count = WITH_VERDICT;
    fixture_sample(fixture);
    fixture->rows[3].speed_verdict = "cannot tell";
    fixture->rows[5].speed_verdict = "same";
    fixture_update(fixture, 0.0);
}

static void essential_columns_come_before_all_others(void **state)
{
    struct fixture *fixture = *state;
    struct column with_verdict[WITH_VERDICT];
    make_essential(fixture, with_verdict);
    fixture_draw(fixture, 8, 60, false, true);
    assert_picture(&fixture->buffer,
                   "   mode                   speedup         drop  speed      >\n"
                   "                                x            %\n"
                   ">  fp32                         -            -\n"
                   " * int8                3.10 ±0.05  +0.25 ±0.31  faster\n"
                   "   16x8                0.80 ±0.05  -0.06 ±0.31  slower\n"
                   " @ int8 weights=per…            -            -  cannot tell\n"
                   " ! fp16                         -            -\n"
                   "   dynamic                      -            -  same\n");
    /* With less room the words become marks, and then the mode is cut further. */
    fixture_draw(fixture, 8, 47, false, true);
    assert_picture(&fixture->buffer, "   mode                  speedup        drop s>\n"
                                     "                               x           %\n"
                                     ">  fp32                        -           -\n"
                                     " * int8               3.10 ±0.05 +0.25 ±0.31 ^\n"
                                     "   16x8               0.80 ±0.05 -0.06 ±0.31 v\n"
                                     " @ int8 weights=per…           -           - ?\n"
                                     " ! fp16                        -           -\n"
                                     "   dynamic                     -           - =\n");
    fixture_draw(fixture, 8, 40, false, true);
    assert_picture(&fixture->buffer, "   mode           speedup        drop s>\n"
                                     "                        x           %\n"
                                     ">  fp32                 -           -\n"
                                     " * int8        3.10 ±0.05 +0.25 ±0.31 ^\n"
                                     "   16x8        0.80 ±0.05 -0.06 ±0.31 v\n"
                                     " @ int8 weig…           -           - ?\n"
                                     " ! fp16                 -           -\n"
                                     "   dynamic              -           - =\n");
    fixture_draw(fixture, 8, 34, true, true);
    assert_picture(&fixture->buffer, "   mode                 speedup s>\n"
                                     "                              x\n"
                                     ">  fp32                       -\n"
                                     " * int8             3.10 +-0.05 ^\n"
                                     "   16x8             0.80 +-0.05 v\n"
                                     " @ int8 weights=pe~           - ?\n"
                                     " ! fp16                       -\n"
                                     "   dynamic                    - =\n");
}

/* Whole numbers, those with an interval, and those with more digits. Absent ones have no point. */
static void decimal_points_stand_below_each_other(void **state)
{
    static const double medians[] = {0.012345e6, 1.2345e6, 123.45e6, 12345.6e6};
    struct fixture *fixture = *state;
    struct column finer[STATE + 1];
    memcpy(finer, fixture->source.columns, sizeof(finer));
    finer[MEDIAN].significant = true;
    finer[MEDIAN].digits = 4;
    fixture->source.columns = finer;
    for (size_t i = 0; i < sizeof(medians) / sizeof(medians[0]); i++) {
        struct row *row = fixture_add(fixture, "m", "mode");
        fixture_measure(row, 1024.0, medians[i], 1.0, 0.0);
        row->speedup = figure_bounded(medians[i] / 1e6, i == 1 ? 12.5 : 0.05);
        row->drop = figure_bounded(i == 0, 10.0 * (double)i);
    }
    fixture->rows[2].drop = (struct figure){.reason = "none"};
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 6, 80, false, true);
    /* clang-format off */
    assert_picture(&fixture->buffer,
    "   model  mode     size       median          speedup          drop  state\n"
    "                    KiB           ms                x             %\n"
    ">  m      mode      1.0      0.01235      0.01 ±0.05   +1.00 ±0.00   done\n"
    "   m      mode      1.0      1.234        1.23 ±12.50  +0.00 ±10.00  done\n"
    "   m      mode      1.0    123.4        123.45 ±0.05              -  done\n"
    "   m      mode      1.0  12346        12345.60 ±0.05   +0.00 ±30.00  done\n");
    fixture_draw(fixture, 6, 80, true, true);
    assert_picture(&fixture->buffer,
    "   model  mode     size       median           speedup           drop  state\n"
    "                    KiB           ms                 x              %\n"
    ">  m      mode      1.0      0.01235      0.01 +-0.05   +1.00 +-0.00   done\n"
    "   m      mode      1.0      1.234        1.23 +-12.50  +0.00 +-10.00  done\n"
    "   m      mode      1.0    123.4        123.45 +-0.05               -  done\n"
    "   m      mode      1.0  12346        12345.60 +-0.05   +0.00 +-30.00  done\n");
    /* clang-format on */
}

/* More columns than any table of this program has; the last is the most important one. */
static void no_number_of_columns_is_too_much(void **state)
{
    enum { MANY = 100 };
    struct fixture *fixture = *state;
    struct column many[MANY];
    for (int i = 0; i < MANY; i++)
        many[i] = fixture->source.columns[SIZE];
    many[MANY - 1] = fixture->source.columns[STATE];
    many[MANY - 1].priority = 0;
    fixture->source.columns = many;
    fixture->source.column_count = MANY;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    fixture_draw(fixture, 24, 40, false, true);
    assert_true(picture_shows(&fixture->buffer, "size    size    size state       >"));
    assert_true(picture_shows(&fixture->buffer, "312.5   312.5   312.5 done"));
    assert_int_equal(fixture->table.hidden, MANY - 4);
    fixture_draw(fixture, 24, MANY * 12, false, true);
    assert_int_equal(fixture->table.hidden, 0);
    table_sort_by(&fixture->table, &fixture->source, MANY - 1);
    fixture_draw(fixture, 24, 40, false, true);
    assert_int_equal(fixture->buffer.strays, 0);
}

static void figures_are_never_cut(void **state)
{
    struct fixture *fixture = *state;
    struct row *row = fixture_add(fixture, "m", "fp32");
    fixture_measure(row, 320000, 4e6, 1.0, 0.0);
    row->bytes = figure_exact(1234567.8e9 * 1024.0);
    fixture_update(fixture, 0.0);
    for (int width = 24; width < 120; width++) {
        fixture_draw(fixture, 3, width, false, true);
        assert_true(picture_shows(&fixture->buffer, "size") ==
                    picture_shows(&fixture->buffer, "1234567800000000.0"));
    }
}

static void clicks_are_registered_where_things_are_drawn(void **state)
{
    struct fixture *fixture = *state;
    fixture_sample(fixture);
    fixture_update(fixture, 0.0);
    table_sort_by(&fixture->table, &fixture->source, MEDIAN);
    fixture_draw(fixture, 24, 80, false, true);
    const struct click *click = clicks_find(&fixture->clicks, 3, 40);
    assert_non_null(click);
    assert_string_equal(click->action, "select");
    assert_int_equal(click->argument, 0); /* the second line shows the slower fp32 */
    click = clicks_find(&fixture->clicks, 0, 48);
    assert_non_null(click);
    assert_string_equal(click->action, "sort-by");
    assert_int_equal(click->argument, MEDIAN);
    assert_null(clicks_find(&fixture->clicks, 20, 5));
}

static void any_size_and_any_keys_draw_soundly(void **state)
{
    struct fixture *fixture = *state;
    struct random random = {11};
    fixture_sample(fixture);
    for (int turn = 0; turn < 4000; turn++) {
        struct row *row = &fixture->rows[random_below(&random, (size_t)fixture->source.row_count)];
        row->median = random_below(&random, 3) ? figure_exact(1e7 * random_unit(&random))
                                               : (struct figure){.reason = "not measured yet"};
        fixture->source.revision++;
        if (random_below(&random, 100) == 0 && fixture->source.row_count < ROWS_MAX)
            fixture_add(fixture, "net", "mode");
        fixture_update(fixture, turn);
        table_move(&fixture->table, &fixture->source, (int)random_below(&random, 21) - 10, turn);
        table_shift(&fixture->table, (int)random_below(&random, 3) - 1);
        if (random_below(&random, 50) == 0)
            table_group_by(&fixture->table, random_below(&random, 2) ? MODEL : TABLE_NO_COLUMN);
        if (random_below(&random, 10) == 0)
            table_fold(&fixture->table, &fixture->source);
        if (random_below(&random, 20) == 0)
            fixture->table.is_frozen = !fixture->table.is_frozen;
        if (random_below(&random, 5) == 0)
            table_sort_step(&fixture->table, &fixture->source, random_below(&random, 2) ? 1 : -1);
        fixture_update(fixture, turn);
        fixture_draw(fixture, (int)random_below(&random, 30), (int)random_below(&random, 130),
                     turn & 1, turn & 2);
        assert_int_equal(fixture->buffer.strays, 0);
        assert_true(table_place(&fixture->table, &fixture->source) >= 0);
        if (fixture->buffer.height >= 2 && fixture->buffer.width > 4 && (turn & 2))
            assert_true(fixture->buffer.cursor_y >= 1);
    }
}

static void an_empty_table_is_drawn_and_moved_in(void **state)
{
    struct fixture *fixture = *state;
    fixture_update(fixture, 0.0);
    table_move(&fixture->table, &fixture->source, 1, 0.0);
    fixture_draw(fixture, 10, 60, false, true);
    assert_null(table_selected(&fixture->table, &fixture->source));
    assert_int_equal(fixture->table.selected, TABLE_NO_TRIAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(a_table_of_80_columns),
        TABLE_TEST(a_table_of_80_columns_in_ascii),
        TABLE_TEST(a_table_of_40_columns_drops_columns_and_units_move_up),
        TABLE_TEST(a_table_of_200_columns_shows_everything),
        TABLE_TEST(roles_follow_state_and_verdict),
        TABLE_TEST(sorting_marks_its_column_and_puts_absent_figures_last),
        TABLE_TEST(the_selection_stays_with_its_trial),
        TABLE_TEST(rows_keep_their_places_while_the_user_moves),
        TABLE_TEST(stepping_through_sort_columns_skips_those_not_in_the_table),
        TABLE_TEST(the_selected_row_stays_in_sight),
        TABLE_TEST(figures_move_out_to_make_room),
        TABLE_TEST(columns_that_say_nothing_go_first),
        TABLE_TEST(essential_columns_come_before_all_others),
        TABLE_TEST(decimal_points_stand_below_each_other),
        TABLE_TEST(no_number_of_columns_is_too_much),
        TABLE_TEST(figures_are_never_cut),
        TABLE_TEST(clicks_are_registered_where_things_are_drawn),
        TABLE_TEST(any_size_and_any_keys_draw_soundly),
        TABLE_TEST(an_empty_table_is_drawn_and_moved_in),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
