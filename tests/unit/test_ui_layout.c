#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/layout.h"

#define HEIGHT_MAX 120
#define WIDTH_MAX  400
#define RECTS      10

static bool overlap(struct rect a, struct rect b)
{
    if (a.height == 0 || a.width == 0 || b.height == 0 || b.width == 0)
        return false;
    return a.y < b.y + b.height && b.y < a.y + a.height && a.x < b.x + b.width &&
           b.x < a.x + a.width;
}

static bool inside(struct rect rect, int height, int width)
{
    return rect.y >= 0 && rect.x >= 0 && rect.height >= 0 && rect.width >= 0 &&
           rect.y + rect.height <= height && rect.x + rect.width <= width;
}

static void check(const struct layout *layout, int height, int width)
{
    const struct rect rects[RECTS] = {
        layout->title, layout->machine, layout->progress, layout->message, layout->table,
        layout->why,   layout->details, layout->footer,   layout->meters,  layout->digits};
    int lines = 0;
    for (int i = 0; i < RECTS; i++) {
        if (!inside(rects[i], height, width))
            fail_msg("%dx%d: pane %d lies outside", width, height, i);
        lines += rects[i].height;
        for (int j = 0; j < i; j++)
            if (overlap(rects[i], rects[j]))
                fail_msg("%dx%d: panes %d and %d overlap", width, height, i, j);
    }
    if (lines != (layout->too_small ? 0 : height))
        fail_msg("%dx%d: %d lines are used", width, height, lines);
}

static void panes_neither_overlap_nor_leave_the_screen(void **state)
{
    static const int rows[] = {0, 1, 7, 28, 5000};
    (void)state;
    for (int height = 1; height <= HEIGHT_MAX; height++)
        for (int width = 1; width <= WIDTH_MAX; width++)
            for (size_t i = 0; i < 16 * sizeof(rows) / sizeof(rows[0]); i++) {
                struct layout_content content = {.rows = rows[i / 16],
                                                 .details = i & 1,
                                                 .details_focused = (i & 2) != 0,
                                                 .why = (i & 4) != 0,
                                                 .digits = (i & 8) != 0};
                struct layout layout = layout_main(height, width, &content);
                check(&layout, height, width);
                layout = layout_page(height, width);
                check(&layout, height, width);
            }
}

static void there_is_always_something_to_work_with(void **state)
{
    (void)state;
    for (int height = 1; height <= HEIGHT_MAX; height++)
        for (int focused = 0; focused < 2; focused++) {
            struct layout_content content = {.rows = 28, .details_focused = focused};
            struct layout layout = layout_main(height, 80, &content);
            assert_int_equal(layout.too_small, height < LAYOUT_HEIGHT_MIN);
            if (layout.too_small)
                continue;
            assert_int_equal(layout.footer.height, 1);
            assert_true(focused ? layout.details.height >= 3 : layout.table.height >= 3);
        }
}

static void panes_are_dropped_by_priority(void **state)
{
    static const struct {
        int height, shown; /* so many of the parts below */
    } rows[] = {{5, 0}, {7, 1}, {9, 2}, {12, 2}, {16, 3}, {24, 4}, {28, 5}, {34, 6}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct layout_content content = {.rows = 28, .details = true, .digits = true};
        struct layout layout = layout_main(rows[i].height, 80, &content);
        const struct rect parts[] = {layout.progress, layout.message, layout.machine,
                                     layout.details,  layout.meters,  layout.digits};
        for (int part = 0; part < (int)(sizeof(parts) / sizeof(parts[0])); part++)
            assert_int_equal(parts[part].height > 0, part < rows[i].shown);
    }
}

static void details_take_what_the_table_leaves(void **state)
{
    (void)state;
    struct layout_content content = {.rows = 7, .details = true};
    struct layout layout = layout_main(60, 200, &content);
    assert_int_equal(layout.table.height, 7 + 2);
    content.rows = 500;
    layout = layout_main(60, 200, &content);
    assert_int_equal(layout.details.height, 16);
    content.details = false;
    layout = layout_main(60, 200, &content);
    assert_int_equal(layout.details.height, 0);
}

/* Half of the screen stays the table's, if it has so many rows, and some lines the details'. */
static void reasons_take_no_more_than_they_may(void **state)
{
    static const int rows[] = {0, 1, 6, 10, 28, 5000};
    (void)state;
    for (int height = 1; height <= HEIGHT_MAX; height++)
        for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
            struct layout_content content = {.rows = rows[i / 2], .details = i & 1, .why = true};
            struct layout layout = layout_main(height, 80, &content);
            int due = 2 * (content.rows + 2) < height ? content.rows + 2 : (height + 1) / 2;
            if (height < 24)
                assert_int_equal(layout.why.height, 0);
            if (height >= 24 && !content.details)
                assert_true(layout.why.height >= 4);
            if (layout.why.height == 0)
                continue;
            assert_true(layout.why.height >= 4 && layout.why.height <= 7);
            assert_true(layout.table.height >= due);
            assert_true(!content.details || layout.details.height >= 5);
            assert_int_equal(layout.why.y, layout.table.y + layout.table.height);
        }
}

static void reasons_make_way_for_details_and_rows(void **state)
{
    static const struct {
        int height, rows, table, why, details;
    } screens[] = {{24, 5, 7, 4, 8},   {24, 8, 10, 4, 5}, {24, 9, 10, 0, 9},
                   {40, 28, 20, 6, 8}, {60, 7, 9, 7, 38}, {23, 5, 7, 0, 11}};
    (void)state;
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
        struct layout_content content = {.rows = screens[i].rows, .details = true, .why = true};
        struct layout layout = layout_main(screens[i].height, 80, &content);
        assert_int_equal(layout.table.height, screens[i].table);
        assert_int_equal(layout.why.height, screens[i].why);
        assert_int_equal(layout.details.height, screens[i].details);
    }
}

static void where_details_have_no_room_they_take_the_tables_place(void **state)
{
    (void)state;
    struct layout_content content = {.rows = 7, .details = true};
    assert_int_equal(layout_main(12, 40, &content).details.height, 0);
    content.details_focused = true;
    struct layout layout = layout_main(12, 40, &content);
    assert_int_equal(layout.table.height, 0);
    assert_int_equal(layout.details.height, 8);
}

static void dialogs_stay_on_the_screen(void **state)
{
    (void)state;
    for (int height = 0; height < 40; height++)
        for (int width = 0; width < 100; width++)
            assert_true(inside(layout_centred(height, width, 12, 60), height, width));
    struct rect rect = layout_centred(24, 80, 10, 60);
    assert_int_equal(rect.y, 7);
    assert_int_equal(rect.x, 10);
}

static void parts_of_rectangles_lie_inside_them(void **state)
{
    (void)state;
    const struct rect whole = {5, 7, 4, 10};
    for (int from = -3; from < 15; from++)
        for (int size = -3; size < 15; size++) {
            struct rect columns = rect_columns(whole, from, size);
            struct rect lines = rect_lines(whole, from, size);
            assert_true(columns.x >= 7 && columns.width >= 0 && columns.x + columns.width <= 17);
            assert_true(lines.y >= 5 && lines.height >= 0 && lines.y + lines.height <= 9);
        }
    assert_true(rect_contains(whole, 5, 7));
    assert_true(rect_contains(whole, 8, 16));
    assert_false(rect_contains(whole, 9, 7));
    assert_false(rect_contains(whole, 5, 17));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panes_neither_overlap_nor_leave_the_screen),
        cmocka_unit_test(there_is_always_something_to_work_with),
        cmocka_unit_test(panes_are_dropped_by_priority),
        cmocka_unit_test(details_take_what_the_table_leaves),
        cmocka_unit_test(reasons_take_no_more_than_they_may),
        cmocka_unit_test(reasons_make_way_for_details_and_rows),
        cmocka_unit_test(where_details_have_no_room_they_take_the_tables_place),
        cmocka_unit_test(dialogs_stay_on_the_screen),
        cmocka_unit_test(parts_of_rectangles_lie_inside_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
