/* Histograms and the pane of a layer's grids: bars, axis and marks where their values are, the
 * words that follow from them, and drawing at any size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/random.h"
#include "test_ui_pictures.h"
#include "ui/grid_pane.h"
#include "ui/widget/histogram.h"

/* By the logarithm, 1 of 15 is a quarter as high: log 2 to log 16. */
static const double counts[] = {0, 15, 1, 0, 3, 3, 1, 0};
static const struct histogram_view eight = {.values = counts, .count = 8, .low = -2.0, .high = 2.0};

static void draw_whole(const struct draw *draw, const struct histogram_marks *marks)
{
    struct rect area = draw_area(draw);
    histogram_draw(draw, rect_lines(area, 0, area.height - 2), &eight);
    histogram_draw_axis(draw, rect_lines(area, area.height - 2, 1), &eight);
    histogram_draw_marks(draw, rect_lines(area, area.height - 1, 1), &eight, marks);
}

/* Marks at -1.25, -0.75, ... 0.75: each in a cell of its own, with a cell between. */
static void bars_and_marks_stand_where_their_values_are(void **state)
{
    const struct histogram_marks marks = {-1.25, 0.5, 5};
    struct draw_buffer buffer;
    struct draw draw;
    (void)state;
    draw_buffer_init(&buffer, 6, 16, true, &draw);
    draw_whole(&draw, &marks);
    assert_picture(&buffer, "  ##\n"
                            "  ##\n"
                            "  ##    ####\n"
                            "  ####  ######\n"
                            "-2      0      2\n"
                            "   |-|-|-|-|\n");
    draw_buffer_release(&buffer);
    draw_buffer_init(&buffer, 4, 16, false, &draw);
    draw_whole(&draw, &marks);
    assert_picture(&buffer, "  ██\n"
                            "  ██▄▄  ████▄▄\n"
                            "-2      0      2\n"
                            "   │─│─│─│─│\n");
    draw_buffer_release(&buffer);
    draw_buffer_init(&buffer, 3, 8, false, &draw);
    draw.braille = true;
    draw_whole(&draw, &marks);
    assert_picture(&buffer, " ⣿⣀ ⣤⣤⣀\n"
                            "-2  0  2\n"
                            " │││││\n");
    draw_buffer_release(&buffer);
}

/* Where bins are finer than cells, the greatest one of a cell counts; marks that share one are a
 * thick line; a mark at either end is in the first and the last cell. */
static void what_has_no_cell_of_its_own_is_not_lost(void **state)
{
    const struct histogram_marks marks = {-2.0, 0.25, 17}, ends = {-2.0, 4.0, 2};
    struct draw_buffer buffer;
    struct draw draw;
    (void)state;
    draw_buffer_init(&buffer, 3, 4, true, &draw);
    draw_whole(&draw, &marks);
    assert_picture(&buffer, "#...\n-2\n====\n");
    histogram_draw_marks(&draw, rect_lines(draw_area(&draw), 2, 1), &eight, &ends);
    assert_picture(&buffer, "#...\n-2\n|--|\n");
    draw_buffer_release(&buffer);
}

static struct layer_weights coarse_weights(void)
{
    return (struct layer_weights){
        .type = "int8",
        .bits = 8,
        .channels = 32,
        .sqnr = 38.1,
        .zeroed = 0.642,
        .bins = {.low = -2.0, .high = 2.0, .count = 8, .values = counts},
        .scales = 1,
        .least_scale = 2.0 / 127.0,
        .median = 2.0 / 127.0,
        .most_scale = 2.0 / 127.0,
        .levels = 255,
        .used = 65,
        .reached = 0.85,
        .has_worst = true,
        .worst = {.number = 7, .sqnr = -0.01, .most = 0.05, .rms = 0.02, .zeroed = 0.9, .reach = 3},
    };
}

static const struct ledger told = {.state = LEDGER_COMPLETE, .absent = "", .has_grids = true};

static void assert_pane(const struct layer_row *layer, const struct ledger *ledger, int height,
                        const char *expected)
{
    struct draw_buffer buffer;
    struct draw draw;
    draw_buffer_init(&buffer, height, 60, true, &draw);
    grid_pane_draw(&draw, draw_area(&draw), layer, ledger);
    assert_picture(&buffer, expected);
    draw_buffer_release(&buffer);
}

static void a_coarse_scale_is_explained(void **state)
{
    const struct layer_weights weights = coarse_weights();
    const struct layer_row layer = {.name = "a", .fate = "changed", .weights = &weights};
    (void)state;
    assert_pane(&layer, &told, 13,
                " Weights in int8: 38.1 dB, 64.2 % become 0\n"
                "                 ######\n"
                "                 ######            ............\n"
                "                 ############      ##################\n"
                "          -2                      0                       2\n"
                " levels   =================================================\n"
                " Worst of 32 output channels: 7, 0.0 dB.\n"
                " Its weights reach 3 of the 127 levels of a side: the scale\n"
                " is made for larger ones of other channels.\n"
                " Its weights are up to 0.05; 90.0 % become 0.\n"
                " One scale: levels are 0.0157 apart.\n"
                " 65 of 255 levels are used; a scale's weights span 85 % of\n"
                " them.\n");
}

static bool pane_shows(const struct layer_row *layer, const struct ledger *ledger, const char *text)
{
    struct draw_buffer buffer;
    struct draw draw;
    draw_buffer_init(&buffer, 24, 120, true, &draw);
    grid_pane_draw(&draw, draw_area(&draw), layer, ledger);
    bool shows = picture_shows(&buffer, text);
    draw_buffer_release(&buffer);
    return shows;
}

static void reasons_follow_from_the_worst_channel(void **state)
{
    struct layer_weights weights = coarse_weights();
    const struct layer_row layer = {.name = "a", .fate = "changed", .weights = &weights};
    (void)state;
    assert_true(pane_shows(&layer, &told, "reach 3 of the 127 levels"));
    weights.scales = weights.channels; /* others have no part in its scale */
    assert_true(pane_shows(&layer, &told, "its scale is larger than they need"));
    weights.worst.reach = 32; /* more than a quarter */
    assert_false(pane_shows(&layer, &told, "of the 127 levels"));
    assert_false(pane_shows(&layer, &told, "root mean square"));
    weights.worst.most = 0.17; /* 8.5 times */
    assert_true(pane_shows(&layer, &told, "is 8.5 times the root mean square"));
    weights.scales = 0; /* a floating-point type has no steps to speak of */
    assert_false(pane_shows(&layer, &told, "root mean square"));
    assert_true(pane_shows(&layer, &told, "the nearer to 0"));
    weights.has_worst = false;
    assert_false(pane_shows(&layer, &told, "Worst"));
}

static void the_output_tells_what_it_clips(void **state)
{
    const struct layer_values values = {
        .type = "int8",
        .scale = 4.0 / 255.0,
        .zero_point = -1,
        .bins = {.low = -2.0, .high = 2.0, .count = 8, .values = counts, .below = 20, .above = 7}};
    const struct figure low = {.present = true, .value = -1.0},
                        high = {.present = true, .value = 9};
    const struct figure from = {.present = true, .value = -2.0}, to = {.present = true, .value = 2};
    struct layer_row layer = {.name = "a",
                              .fate = "changed",
                              .values = &values,
                              .seen_low = low,
                              .seen_high = high,
                              .held_low = from,
                              .held_high = to};
    (void)state;
    assert_true(pane_shows(&layer, &told, "Output in int8: not known alone"));
    assert_true(pane_shows(&layer, &told, "fp32 has -1 to 9 on the samples: 75 % of the range."));
    /* 20 and 7 of 50 */
    assert_true(pane_shows(&layer, &told, "40 % of the values lie below the range, 14 % above"));
    assert_true(pane_shows(&layer, &told, "zero point -1."));
}

static void what_is_not_there_is_said(void **state)
{
    const struct ledger older = {.state = LEDGER_COMPLETE, .absent = ""};
    struct layer_row layer = {.name = "a", .fate = "float"};
    (void)state;
    assert_true(pane_shows(&layer, &older, "not in this journal"));
    assert_true(pane_shows(&layer, &told, "The layer stays float"));
    layer.fate = "changed";
    assert_true(pane_shows(&layer, &told, "weights are stored in another type"));
    layer.fate = "missing";
    assert_true(pane_shows(&layer, &told, "not found again"));
}

static void any_size_draws_soundly(void **state)
{
    const struct layer_values values = {
        .type = "int8",
        .scale = 1e-300,
        .bins = {.low = 0.0, .high = 0.0, .count = 1, .values = counts}};
    struct layer_weights weights = coarse_weights();
    const struct layer_row layer = {
        .name = "a", .fate = "changed", .weights = &weights, .values = &values};
    struct random random = {5};
    (void)state;
    for (int turn = 0; turn < 2000; turn++) {
        struct draw_buffer buffer;
        struct draw draw;
        weights.median = weights.least_scale = pow(10.0, 600.0 * random_unit(&random) - 300.0);
        weights.bins.low = -pow(10.0, 600.0 * random_unit(&random) - 300.0);
        draw_buffer_init(&buffer, 1 + (int)random_below(&random, 40),
                         1 + (int)random_below(&random, 160), turn & 1, &draw);
        draw.braille = (turn & 3) == 2;
        grid_pane_draw(&draw, draw_area(&draw), &layer, &told);
        assert_int_equal(buffer.strays, 0);
        draw_buffer_release(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_and_marks_stand_where_their_values_are),
        cmocka_unit_test(what_has_no_cell_of_its_own_is_not_lost),
        cmocka_unit_test(a_coarse_scale_is_explained),
        cmocka_unit_test(reasons_follow_from_the_worst_channel),
        cmocka_unit_test(the_output_tells_what_it_clips),
        cmocka_unit_test(what_is_not_there_is_said),
        cmocka_unit_test(any_size_draws_soundly),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
