#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/random.h"
#include "test_ui_pictures.h"

static void widths_are_those_of_the_terminal(void **state)
{
    static const struct {
        const char *text;
        int utf8, ascii;
    } rows[] = {
        {"", 0, 0},
        {"resnet", 6, 6},
        {"3.98 ±0.02", 10, 11},
        {"µs", 2, 2},
        {"模型", 4, 2},
        {"e\u0301", 1, 1},             /* e and a combining acute accent */
        {"\u0301x", 1, 1},             /* an accent with nothing to stand on */
        {"a\u200bb\u202ec", 3, 3},     /* zero-width space, right-to-left override */
        {"a\tb\033[31mc\x7f", 10, 10}, /* control characters become '?' */
        {"\xff\xc3(", 3, 3},           /* not UTF-8 */
        {"\xed\xa0\x80", 3, 3},        /* a surrogate */
        {"\xf4\x90\x80\x80", 4, 4},    /* beyond Unicode */
        {"\xc0\xaf", 2, 2},            /* overlong */
        {"\xe6\xa8", 2, 2},            /* cut off */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (cells_width(rows[i].text, false) != rows[i].utf8 ||
            cells_width(rows[i].text, true) != rows[i].ascii)
            fail_msg("row %zu: width %d, in ASCII %d", i, cells_width(rows[i].text, false),
                     cells_width(rows[i].text, true));
    }
}

static void glyphs_keep_their_marks_up_to_a_limit(void **state)
{
    struct glyph glyph;
    (void)state;
    assert_int_equal(cells_next("e\u0301\u0302x", false, &glyph), 5);
    assert_string_equal(glyph.bytes, "e\u0301\u0302");
    assert_int_equal(cells_next("e\u0301\u0302x", true, &glyph), 5);
    assert_string_equal(glyph.bytes, "e");
    char pile[201] = "o";
    for (int i = 0; i < 99; i++)
        strcat(pile, "\u0301");
    assert_int_equal(cells_next(pile, false, &glyph), strlen(pile));
    assert_int_equal(glyph.width, 1);
    assert_int_equal(strlen(glyph.bytes), 1 + 4 * 2);
}

static void texts_are_wrapped_at_blanks(void **state)
{
    static const struct {
        const char *text;
        int width;
        size_t length, next;
    } rows[] = {
        {"one two three", 80, 13, 13},
        {"one two three", 13, 13, 13},
        {"one two three", 12, 7, 8},
        {"one two three", 7, 7, 8},
        {"one two three", 6, 3, 4},
        {"one   two", 4, 3, 6},
        {"abcdefgh", 3, 3, 3},
        {"模型模型", 5, 6, 6},
        {"模", 1, 3, 3},
        {"", 5, 0, 0},
        {" x", 1, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t next, length = cells_wrap(rows[i].text, false, rows[i].width, &next);
        if (length != rows[i].length || next != rows[i].next)
            fail_msg("row %zu: %zu bytes, next at %zu", i, length, next);
    }
}

static void wrapping_ends_for_any_bytes(void **state)
{
    struct random random = {5};
    (void)state;
    for (int turn = 0; turn < 3000; turn++) {
        char bytes[40] = "";
        size_t count = random_below(&random, sizeof(bytes));
        for (size_t i = 0; i < count; i++)
            bytes[i] = (char)(1 + random_below(&random, 255));
        int width = 1 + (int)random_below(&random, 12);
        const char *text = bytes;
        for (int lines = 0; *text; lines++) {
            size_t next, length = cells_wrap(text, turn & 1, width, &next);
            assert_true(next > 0 && length <= next && lines < 80);
            text += next;
        }
    }
}

static void texts_that_do_not_fit_are_cut(void **state)
{
    static const struct {
        const char *text;
        int width;
        bool ascii;
        const char *drawn;
    } rows[] = {
        {"resnet", 6, false, "resnet\n"}, {"resnet", 5, false, "resn…\n"},
        {"resnet", 5, true, "resn~\n"},   {"resnet", 1, false, "…\n"},
        {"模型", 4, false, "模型\n"},     {"模型", 3, false, "模…\n"},
        {"模型", 2, false, "…\n"},        {"±0.02", 6, true, "+-0.02\n"},
        {"±0.02", 5, true, "+-0.~\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct draw_buffer buffer;
        struct draw draw;
        draw_buffer_init(&buffer, 1, 10, rows[i].ascii, &draw);
        struct rect area = {0, 0, 1, rows[i].width};
        assert_true(draw_text(&draw, area, 0, 0, ROLE_TEXT, rows[i].text) <= rows[i].width);
        assert_picture(&buffer, rows[i].drawn);
        draw_buffer_release(&buffer);
    }
}

static void nothing_is_drawn_outside(void **state)
{
    struct draw_buffer buffer;
    struct draw draw;
    (void)state;
    draw_buffer_init(&buffer, 3, 8, false, &draw);
    const struct rect areas[] = {
        {0, 0, 3, 8}, {1, 2, 1, 4}, {2, 7, 5, 9}, {5, 5, 2, 2}, {0, 0, 0, 0}};
    for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
        for (int y = -2; y < 6; y++)
            for (int x = -2; x < 12; x++) {
                draw_text(&draw, areas[i], y, x, ROLE_TEXT, "模型 model");
                draw_text_right(&draw, areas[i], y, ROLE_TEXT, "0123456789");
                draw_rule(&draw, areas[i], y, ROLE_RULE, "title");
                draw_box(&draw, areas[i], ROLE_RULE, "title");
                draw_cursor(&draw, areas[i], y, x);
            }
    assert_int_equal(buffer.strays, 0);
    assert_true(buffer.cursor_y < 3 && buffer.cursor_x < 8);
    draw_buffer_release(&buffer);
}

static void boxes_and_rules_have_titles(void **state)
{
    struct draw_buffer buffer;
    struct draw draw;
    (void)state;
    draw_buffer_init(&buffer, 4, 14, false, &draw);
    struct rect inside = draw_box(&draw, draw_area(&draw), ROLE_RULE, "Sort by");
    draw_text(&draw, inside, 1, 0, ROLE_TEXT, "a long text here");
    assert_picture(&buffer, "┌─ Sort by ──┐\n"
                            "│            │\n"
                            "│a long text…│\n"
                            "└────────────┘\n");
    draw_buffer_release(&buffer);
    draw_buffer_init(&buffer, 2, 14, true, &draw);
    draw_rule(&draw, draw_area(&draw), 0, ROLE_RULE, "a long title here");
    draw_rule(&draw, draw_area(&draw), 1, ROLE_RULE, NULL);
    assert_picture(&buffer, "-- a long ~ --\n"
                            "--------------\n");
    draw_buffer_release(&buffer);
}

static void the_last_click_area_of_a_place_counts(void **state)
{
    struct clicks clicks = {.count = 0};
    struct draw draw = {.clicks = &clicks};
    (void)state;
    draw_click(&draw, (struct rect){0, 0, 10, 10}, "below", 11);
    draw_click(&draw, (struct rect){2, 2, 1, 5}, "above", 22);
    assert_int_equal(clicks_find(&clicks, 2, 2)->argument, 22);
    assert_int_equal(clicks_find(&clicks, 3, 2)->argument, 11);
    assert_null(clicks_find(&clicks, 10, 0));
    for (int i = 0; i < 2 * CLICKS_MAX; i++)
        draw_click(&draw, (struct rect){0, 0, 1, 1}, "more", i);
    assert_int_equal(clicks.count, CLICKS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_those_of_the_terminal),
        cmocka_unit_test(glyphs_keep_their_marks_up_to_a_limit),
        cmocka_unit_test(texts_are_wrapped_at_blanks),
        cmocka_unit_test(wrapping_ends_for_any_bytes),
        cmocka_unit_test(texts_that_do_not_fit_are_cut),
        cmocka_unit_test(nothing_is_drawn_outside),
        cmocka_unit_test(boxes_and_rules_have_titles),
        cmocka_unit_test(the_last_click_area_of_a_place_counts),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
