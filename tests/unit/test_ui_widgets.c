#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "test_ui_pictures.h"
#include "ui/format.h"
#include "ui/theme.h"
#include "ui/widget/bar.h"
#include "ui/widget/big.h"
#include "ui/widget/document.h"
#include "ui/widget/spark.h"

static void bars_fill_from_the_left(void **state)
{
    static const struct {
        double fraction;
        bool ascii;
        const char *drawn;
    } rows[] = {
        {0.0, false, "░░░░\n"}, {0.5, false, "██░░\n"},   {0.6, false, "██▍░\n"},
        {1.0, false, "████\n"}, {7.0, false, "████\n"},   {-1.0, false, "░░░░\n"},
        {NAN, false, "░░░░\n"}, {0.001, false, "░░░░\n"}, {0.5, true, "##..\n"},
        {0.6, true, "##..\n"},  {0.99, true, "###.\n"},   {1.0, true, "####\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct draw_buffer buffer;
        struct draw draw;
        draw_buffer_init(&buffer, 1, 4, rows[i].ascii, &draw);
        bar_draw(&draw, draw_area(&draw), rows[i].fraction);
        assert_picture(&buffer, rows[i].drawn);
        draw_buffer_release(&buffer);
    }
}

static void big_figures_fill_half_cells(void **state)
{
    static const struct {
        const char *text;
        int scale, height, width;
        bool ascii;
        const char *drawn;
    } rows[] = {
        {"-1.5", 1, 4, 20, false,
         "      ▄█     █▀▀▀▀\n▄▄▄▄   █     ▀▀▀▀▄\n       █     ▄   █\n      ▀▀▀  ▀  ▀▀▀\n"},
        {"x", 1, 4, 20, true, "\n\"_ _\"\n _\"_\n\"   \"\n"},
        {"1", 2, 7, 20, false, "    ██\n  ████\n    ██\n    ██\n    ██\n    ██\n  ██████\n"},
        {"11", 2, 3, 5, false, "    █\n  ███\n    █\n"},
        {"7", 1, 1, 1, false, "▀\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct draw_buffer buffer;
        struct draw draw;
        draw_buffer_init(&buffer, rows[i].height, rows[i].width, rows[i].ascii, &draw);
        big_draw(&draw, draw_area(&draw), rows[i].scale, ROLE_TEXT, rows[i].text);
        assert_picture(&buffer, rows[i].drawn);
        draw_buffer_release(&buffer);
    }
    assert_int_equal(big_height(1), 4);
    assert_int_equal(big_height(2), 7);
    assert_int_equal(big_width("1.5", 1), 5 + 1 + 1 + 1 + 5);
    assert_int_equal(big_width("1.5", 3), 39);
    assert_int_equal(big_width("", 3), 0);
}

static void sparklines_span_the_range_of_their_values(void **state)
{
    static const double rising[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const double flat[] = {3, 3, 3};
    static const double holes[] = {1, NAN, 2, INFINITY, 3};
    static const double nothing[] = {NAN, NAN};
    static const struct {
        const double *values;
        size_t count, width;
        bool ascii;
        const char *drawn;
    } rows[] = {
        {rising, 8, 80, false, "▁▂▃▄▅▆▇█"},
        {rising, 8, 80, true, ".:-=+*##"},
        {rising, 8, 4, false, "▁▃▆█"},
        {rising, 8, 0, false, ""},
        {rising, 1, 9, false, "▁"},
        {flat, 3, 9, false, "▁▁▁"},
        {holes, 5, 9, false, "▁ ▅ █"},
        {nothing, 2, 9, false, ""},
        {NULL, 0, 9, false, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct text text = {0};
        size_t drawn =
            spark_print(rows[i].values, rows[i].count, rows[i].width, rows[i].ascii, &text);
        assert_string_equal(text.length > 0 ? text.bytes : "", rows[i].drawn);
        assert_int_equal(drawn, cells_width(rows[i].drawn, false));
        text_release(&text);
    }
}

static void braille_has_two_values_in_a_cell(void **state)
{
    static const double rising[] = {1, 2, 3, 4}, holes[] = {NAN, 1, 2, NAN, 3};
    static const struct {
        const double *values;
        size_t count, width;
        const char *drawn;
    } rows[] = {
        {rising, 4, 80, "⣠⣾"}, {rising, 4, 1, "⣸"}, {rising, 4, 0, ""},
        {holes, 5, 80, "⢀⡆⡇"}, {NULL, 0, 9, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct text text = {0};
        size_t drawn = spark_print_braille(rows[i].values, rows[i].count, rows[i].width, &text);
        assert_string_equal(text.length > 0 ? text.bytes : "", rows[i].drawn);
        assert_int_equal(drawn, cells_width(rows[i].drawn, false));
        text_release(&text);
    }
}

static void ranges_leave_out_what_is_not_finite(void **state)
{
    static const double values[] = {NAN, 4, -INFINITY, 2, 3};
    double least, greatest;
    (void)state;
    assert_true(spark_range(values, 5, &least, &greatest));
    assert_true(least == 2.0 && greatest == 4.0);
    assert_false(spark_range(values, 1, &least, &greatest));
}

static void documents_wrap_and_indent(void **state)
{
    struct document document;
    struct document_view view = {0};
    struct draw_buffer buffer;
    struct draw draw;
    (void)state;
    draw_buffer_init(&buffer, 6, 20, false, &draw);
    document_init(&document, 20, false);
    document_entry(&document, 8, "empty", ROLE_TEXT, "");
    document_entry(&document, 8, "one", ROLE_TEXT, "a text of some words");
    document_entry(&document, 8, "too long a label", ROLE_TEXT, "abcdefghijklmnop");
    document_draw(&document, &view, &draw, draw_area(&draw));
    assert_picture(&buffer, "one     a text of\n"
                            "        some words\n"
                            "too lo… abcdefghijkl\n"
                            "        mnop\n");
    document_release(&document);
    draw_buffer_release(&buffer);
}

static void documents_scroll_and_say_so(void **state)
{
    struct document document;
    struct document_view view = {0};
    struct draw_buffer buffer;
    struct draw draw;
    (void)state;
    document_init(&document, 6, false);
    for (int i = 0; i < 6; i++) {
        char text[8];
        snprintf(text, sizeof(text), "line%d", i);
        document_break(&document);
        document_span(&document, 0, ROLE_TEXT, text);
    }
    static const struct {
        int move;
        const char *drawn;
    } steps[] = {
        {0, "line0\nline1\nline2 ▼\n"},    {1, "line1 ▲\nline2\nline3 ▼\n"},
        {2, "line3 ▲\nline4\nline5\n"},    {100, "line3 ▲\nline4\nline5\n"},
        {-2, "line1 ▲\nline2\nline3 ▼\n"}, {-100, "line0\nline1\nline2 ▼\n"},
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        draw_buffer_init(&buffer, 3, 7, false, &draw);
        document_move(&view, steps[i].move);
        document_draw(&document, &view, &draw, draw_area(&draw));
        assert_picture(&buffer, steps[i].drawn);
        draw_buffer_release(&buffer);
    }
    document_release(&document);
}

static void clocks_are_for_people(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } rows[] = {{0.0, "0:00"},           {7.9, "0:07"}, {751.0, "12:31"}, {3723.0, "1:02:03"},
                {360000.0, "100:00:00"}, {-1.0, "-"},   {NAN, "-"},       {INFINITY, "-"}};
    char buffer[FORMAT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(format_clock(rows[i].seconds, buffer), rows[i].text);
}

static void times_have_three_digits_and_a_unit(void **state)
{
    static const struct {
        double nanoseconds;
        const char *text;
    } rows[] = {{0.0, "0.00 ns"},     {815.0, "815 ns"},    {999.4, "999 ns"},
                {999.6, "1.00 µs"},   {9.996e3, "10.0 µs"}, {3.98e6, "3.98 ms"},
                {39.84e6, "39.8 ms"}, {99.96e6, "100 ms"},  {12.1e9, "12.1 s"},
                {5e12, "5000 s"}};
    char buffer[FORMAT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(format_nanoseconds(rows[i].nanoseconds, buffer), rows[i].text);
}

static void the_user_and_no_color_choose_the_scheme(void **state)
{
    static const struct {
        enum ui_color wanted;
        const char *no_color;
        bool has_colors;
        enum scheme scheme;
    } rows[] = {
        {UI_COLOR_AUTO, NULL, true, SCHEME_DEFAULT},  {UI_COLOR_AUTO, "", true, SCHEME_DEFAULT},
        {UI_COLOR_AUTO, "1", true, SCHEME_MONO},      {UI_COLOR_AUTO, NULL, false, SCHEME_MONO},
        {UI_COLOR_ALWAYS, "1", true, SCHEME_DEFAULT}, {UI_COLOR_ALWAYS, "1", false, SCHEME_MONO},
        {UI_COLOR_NEVER, NULL, true, SCHEME_MONO},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(
            theme_choose(SCHEME_DEFAULT, rows[i].wanted, rows[i].no_color, rows[i].has_colors),
            rows[i].scheme);
    assert_int_equal(theme_choose(SCHEME_SAFE, UI_COLOR_AUTO, NULL, true), SCHEME_SAFE);
    assert_int_equal(theme_choose(SCHEME_SAFE, UI_COLOR_NEVER, NULL, true), SCHEME_MONO);
}

static void mono_has_no_colour_but_tells_roles_apart(void **state)
{
    static const enum role told_apart[] = {ROLE_TEXT, ROLE_SELECTED, ROLE_MARKED, ROLE_ACTIVE,
                                           ROLE_DIM};
    size_t count = sizeof(told_apart) / sizeof(told_apart[0]);
    (void)state;
    for (enum role role = 0; role < ROLE_COUNT; role++)
        assert_int_equal(theme_style(SCHEME_MONO, role).color, STYLE_OWN);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(theme_style(SCHEME_MONO, told_apart[i]).attributes,
                                 theme_style(SCHEME_MONO, told_apart[j]).attributes);
}

/* Good and bad differ in every scheme with colours, and what the scheme forbids is nowhere. */
static void schemes_keep_what_they_promise(void **state)
{
    (void)state;
    for (enum scheme scheme = 0; scheme < SCHEME_MONO; scheme++)
        assert_int_not_equal(theme_style(scheme, ROLE_GOOD).color,
                             theme_style(scheme, ROLE_BAD).color);
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        struct style safe = theme_style(SCHEME_SAFE, role);
        assert_true(safe.color != STYLE_RED && safe.color != STYLE_GREEN);
        assert_int_equal(theme_style(SCHEME_CONTRAST, role).attributes & STYLE_DIM, 0);
        assert_int_not_equal(theme_style(SCHEME_DEFAULT, role).color, STYLE_BLUE);
    }
    assert_int_equal(theme_find("safe"), SCHEME_SAFE);
    assert_int_equal(theme_find("pink"), SCHEME_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_fill_from_the_left),
        cmocka_unit_test(big_figures_fill_half_cells),
        cmocka_unit_test(sparklines_span_the_range_of_their_values),
        cmocka_unit_test(braille_has_two_values_in_a_cell),
        cmocka_unit_test(ranges_leave_out_what_is_not_finite),
        cmocka_unit_test(documents_wrap_and_indent),
        cmocka_unit_test(documents_scroll_and_say_so),
        cmocka_unit_test(clocks_are_for_people),
        cmocka_unit_test(times_have_three_digits_and_a_unit),
        cmocka_unit_test(schemes_keep_what_they_promise),
        cmocka_unit_test(the_user_and_no_color_choose_the_scheme),
        cmocka_unit_test(mono_has_no_colour_but_tells_roles_apart),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
