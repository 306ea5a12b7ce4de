/* Lists: which columns have room, scrolling, and any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "test_ui_pictures.h"
#include "ui/keys.h"
#include "ui/widget/list.h"

static const struct list_column list_columns[] = {
    {.title = "name", .unit = ""},
    {"time", "ms", .is_figure = true},
    {"hidden", "", .is_figure = true, .is_hidden = true},
    {.title = "kernel", .unit = ""},
};

static const char *cell(void *context, size_t row, size_t column, char buffer[LIST_CELL_SIZE])
{
    (void)context;
    if (column == 3)
        return "a_kernel_of_a_name_too_long_to_show";
    snprintf(buffer, LIST_CELL_SIZE, column == 0 ? "layer%zu" : "%zu.5", row);
    return buffer;
}

static struct list_source source_of(size_t count, int sorted)
{
    return (struct list_source){
        .columns = list_columns, .n_columns = 4, .count = count, .sorted = sorted, .cell = cell};
}

static void columns_come_as_they_have_room(void **state)
{
    struct list_source source = source_of(3, LIST_NO_COLUMN);
    struct list_view view = {0};
    struct draw_buffer buffer;
    struct draw draw;
    (void)state;
    draw_buffer_init(&buffer, 5, 48, true, &draw);
    list_draw(&view, &source, 1, &draw, draw_area(&draw));
    assert_picture(&buffer, "  name    time  kernel\n"
                            "            ms\n"
                            "  layer0   0.5  a_kernel_of_a_name_too_long~\n"
                            "> layer1   1.5  a_kernel_of_a_name_too_long~\n"
                            "  layer2   2.5  a_kernel_of_a_name_too_long~\n");
    assert_int_equal(buffer.cursor_y, 3);
    draw_buffer_release(&buffer);
    /* Where it is narrow, texts leave room for figures. */
    draw_buffer_init(&buffer, 3, 40, true, &draw);
    list_draw(&view, &source, 0, &draw, draw_area(&draw));
    assert_picture(&buffer, "  name    time  kernel\n"
                            "            ms\n"
                            "> layer0   0.5  a_kernel_o~            v\n");
    draw_buffer_release(&buffer);
    /* The sorted column is shown, whatever it displaces. */
    source.sorted = 2;
    draw_buffer_init(&buffer, 5, 20, true, &draw);
    list_draw(&view, &source, 0, &draw, draw_area(&draw));
    assert_picture(&buffer, "  name    hidden\n"
                            "\n"
                            "> layer0     0.5\n"
                            "  layer1     1.5\n"
                            "  layer2     2.5\n");
    draw_buffer_release(&buffer);
}

static void the_selected_row_stays_in_sight(void **state)
{
    static const struct {
        int lines, place, top;
    } moves[] = {{5, 5, 3}, {-4, 1, 1}, {1000, 99, 97}, {-1000, 0, 0}, {-1, 0, 0}};
    struct list_source source = source_of(100, LIST_NO_COLUMN);
    struct list_view view = {0};
    size_t selected = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        struct draw_buffer buffer;
        struct draw draw;
        selected = list_moved(&source, selected, moves[i].lines);
        draw_buffer_init(&buffer, 5, 40, false, &draw);
        list_draw(&view, &source, selected, &draw, draw_area(&draw));
        assert_int_equal(selected, moves[i].place);
        assert_int_equal(view.top, moves[i].top);
        draw_buffer_release(&buffer);
    }
}

static void any_size_draws_soundly(void **state)
{
    struct random random = {3};
    struct list_view view = {0};
    (void)state;
    for (int turn = 0; turn < 1000; turn++) {
        size_t count = random_below(&random, 40);
        struct list_source source = source_of(count, (int)random_below(&random, 5) - 1);
        struct draw_buffer buffer;
        struct draw draw;
        draw_buffer_init(&buffer, 1 + (int)random_below(&random, 30),
                         1 + (int)random_below(&random, 100), turn & 1, &draw);
        size_t selected = list_moved(&source, 0, (int)random_below(&random, 50));
        list_draw(&view, &source, selected, &draw, draw_area(&draw));
        assert_int_equal(buffer.strays, 0);
        draw_buffer_release(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_come_as_they_have_room),
        cmocka_unit_test(the_selected_row_stays_in_sight),
        cmocka_unit_test(any_size_draws_soundly),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
