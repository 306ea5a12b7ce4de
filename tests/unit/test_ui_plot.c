/* Plots: axes that fit, points that no other one beats, and drawing at any size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "test_ui_pictures.h"
#include "ui/widget/plot.h"

static struct plot_value exact(double value)
{
    return (struct plot_value){value, value, value};
}

static void axes_hold_all_values_and_intervals(void **state)
{
    struct plot_value values[] = {exact(2.0), {5.0, 1.0, 9.0}, exact(3.0)};
    struct plot_axis axis = {.title = "t", .unit = ""};
    (void)state;
    plot_fit(&axis, values, 3);
    assert_true(axis.is_log); /* from 1 to 9 */
    assert_true(axis.low < 1.0 && axis.low > 0.5 && axis.high > 9.0 && axis.high < 12.0);
    values[1].low = -1.0;
    plot_fit(&axis, values, 3);
    assert_false(axis.is_log);
    assert_true(axis.low < -1.0 && axis.low > -2.0 && axis.high > 9.0 && axis.high < 10.0);
    /* One value alone, and none at all. */
    plot_fit(&axis, values, 1);
    assert_true(axis.low < 2.0 && axis.high > 2.0);
    values[0] = exact(0.0);
    plot_fit(&axis, values, 1);
    assert_true(axis.low < 0.0 && axis.high > 0.0);
    plot_fit(&axis, NULL, 0);
    assert_true(axis.low < axis.high);
}

static void the_front_is_what_nothing_beats(void **state)
{
    struct plot_axis time = {.title = "time", .unit = ""};
    struct plot_axis accuracy = {.title = "accuracy", .unit = "", .best_is_high = true};
    struct plot_point points[] = {
        {.x = exact(1.0), .y = exact(90.0)}, /* fastest */
        {.x = exact(2.0), .y = exact(95.0)}, /* best */
        {.x = exact(2.0), .y = exact(94.0)}, /* as fast as the best, and worse */
        {.x = exact(1.5), .y = exact(89.0)}, /* beaten in both */
        {.x = exact(1.0), .y = exact(90.0)}, /* as the first */
    };
    static const bool expected[] = {true, true, false, false, true};
    (void)state;
    plot_mark_front(points, 5, &time, &accuracy);
    for (int i = 0; i < 5; i++)
        assert_int_equal(points[i].is_front, expected[i]);
}

static void points_stand_where_their_values_are(void **state)
{
    struct draw_buffer buffer;
    struct draw draw;
    struct plot_point points[] = {
        {.x = exact(0.0), .y = exact(0.0), .letter = 'a'},
        {.x = {5.0, 4.0, 6.0}, .y = {5.0, 2.0, 8.0}, .letter = 'b'},
        {.x = exact(10.0), .y = exact(10.0), .letter = 'c'},
    };
    struct plot_axis x = {.title = "time", .unit = "ms", .low = 0.0, .high = 10.0};
    struct plot_axis y = {
        .title = "top-1", .unit = "%", .best_is_high = true, .low = 0.0, .high = 10.0};
    (void)state;
    draw_buffer_init(&buffer, 12, 40, true, &draw);
    plot_draw(&draw, draw_area(&draw), points, 3, &x, &y);
    assert_picture(&buffer, "    9.4 | top-1 %                      c\n"
                            "        |               |\n"
                            "        |               |\n"
                            "        |               |\n"
                            "    5.0 |            ---b---\n"
                            "        |               |\n"
                            "        |               |\n"
                            "        |               |\n"
                            "    0.6 |a\n"
                            "        +-------------------------------\n"
                            "        0.2            5.0           9.8\n"
                            "                 time ms, less is better\n");
    draw_buffer_release(&buffer);
}

static void any_size_and_any_values_draw_soundly(void **state)
{
    struct random random = {5};
    (void)state;
    for (int turn = 0; turn < 2000; turn++) {
        struct plot_point points[6];
        struct plot_value values[2][6];
        struct plot_axis axes[2] = {{.title = "x", .unit = "ms"}, {.title = "y", .unit = ""}};
        struct draw_buffer buffer;
        struct draw draw;
        size_t count = 1 + random_below(&random, 6);
        for (size_t i = 0; i < count; i++) {
            for (int axis = 0; axis < 2; axis++) {
                double value = pow(10.0, 24.0 * random_unit(&random) - 12.0) *
                               (random_below(&random, 4) ? 1.0 : -1.0);
                values[axis][i] = (struct plot_value){value, value - fabs(value), value * 1.5};
            }
            points[i] = (struct plot_point){.x = values[0][i], .y = values[1][i], .letter = 'p'};
        }
        for (int axis = 0; axis < 2; axis++)
            plot_fit(&axes[axis], values[axis], count);
        draw_buffer_init(&buffer, 1 + (int)random_below(&random, 40),
                         1 + (int)random_below(&random, 120), turn & 1, &draw);
        plot_draw(&draw, draw_area(&draw), points, count, &axes[0], &axes[1]);
        assert_int_equal(buffer.strays, 0);
        draw_buffer_release(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_hold_all_values_and_intervals),
        cmocka_unit_test(the_front_is_what_nothing_beats),
        cmocka_unit_test(points_stand_where_their_values_are),
        cmocka_unit_test(any_size_and_any_values_draw_soundly),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
