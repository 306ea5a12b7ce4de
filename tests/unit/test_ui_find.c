/* What is looked for: searches and filters, in the table and in the help, and rows of folded
 * groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "command/topics.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui_harness.h"

/* Whatever case it has, from line to line and around; the help stays that of its screen. */
static void help_is_searched(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "?");
    assert_true(picture_shows(&stage.buffer, "help ---------"));
    press(&stage, "n");
    assert_true(picture_shows(&stage.buffer, "nothing was searched for yet: / does"));
    press_then(&stage, "/SPARE", UI_KEY_ESCAPE);
    assert_true(picture_shows(&stage.buffer, "In the table, details"));
    press_then(&stage, "/wheel", UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_HELP);
    assert_true(picture_shows(&stage.buffer, "\n wheel up "));
    press(&stage, "n");
    assert_false(picture_shows(&stage.buffer, "\n wheel up "));
    assert_true(picture_shows(&stage.buffer, "\n wheel down "));
    press(&stage, "n");
    assert_true(picture_shows(&stage.buffer, "\n wheel up "));
    press(&stage, "N");
    assert_false(picture_shows(&stage.buffer, "\n wheel up "));
    /* What words mean, where somebody tells it. */
    press_then(&stage, "/steps wait for memory", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "no line has 'steps wait for memory'"));
    stage.ui.topics = &command_topics;
    press_then(&stage, "/steps wait for memory", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "\n memory-bound         steps wait for memory, "));
    press_then(&stage, "/speedup lies above", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "\n faster               the whole interval "));
    press_then(&stage, "/no such thing", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "no line has 'no such thing'"));
    press(&stage, "q");
    assert_int_equal(ui_context(&stage.ui), CONTEXT_TABLE);
    stage_close(&stage);
}

static void a_search_goes_from_match_to_match(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "o-o-o"); /* not grouped */
    press(&stage, "/16");
    assert_true(stage_selects(&stage, "wide, \"slow\" | ")); /* which is 16x8, cut */
    press_then(&stage, "", UI_KEY_ESCAPE);
    assert_true(stage_selects(&stage, "fp32"));
    press_then(&stage, "/int8", UI_KEY_ENTER);
    assert_true(stage_selects(&stage, "int8"));
    int first = stage.ui.results ? stage.buffer.cursor_y : 0;
    press(&stage, "n");
    assert_true(stage_selects(&stage, "int8"));
    assert_int_not_equal(stage.buffer.cursor_y, first);
    press(&stage, "N");
    assert_int_equal(stage.buffer.cursor_y, first);
    press_then(&stage, "/nowhere", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "no row matches 'nowhere'"));
    stage_close(&stage);
}

static void a_filter_is_shown_while_it_holds(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press_then(&stage, "\\mode:int8", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "filter mode:int8: "));
    assert_false(picture_shows(&stage.buffer, "fp32 "));
    /* What is no filter stays to be mended. */
    press_then(&stage, "\\ colour:red", UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    assert_true(picture_shows(&stage.buffer, "no column is called 'colour'"));
    action_of_key(&stage.ui, UI_KEY_ERASE);
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, "filter: mode:int8 colour:re"));
    action_of_key(&stage.ui, UI_KEY_CTRL('u'));
    press_then(&stage, "", UI_KEY_ENTER);
    assert_false(picture_shows(&stage.buffer, "filter"));
    assert_true(picture_shows(&stage.buffer, "fp32"));
    press_then(&stage, "\\mode:nothing", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "no row matches the filter"));
    press(&stage, "\t");
    stage_draw(&stage, 5, 80);
    assert_true(picture_shows(&stage.buffer, "no row is selected"));
    press(&stage, "q");
    stage_close(&stage);
}

/* The head of a group, and those of another page, whose row is in a folded group. */
static void clicks_fold_and_other_pages_unfold(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    for (int i = 0; i < 2; i++) {
        assert_false(picture_shows(&stage.buffer, "(3 rows)"));
        action_of_click(&stage.ui, 6, 5);
        stage_draw(&stage, 24, 80);
        assert_true(picture_shows(&stage.buffer, "plain  (3 rows)"));
        assert_true(stage_selects(&stage, "plain"));
        action_of_click(&stage.ui, 6, 5);
        stage_draw(&stage, 24, 80);
        assert_true(stage_selects(&stage, "plain"));
    }
    action_of_click(&stage.ui, 6, 5);
    press(&stage, "9 1");
    assert_false(picture_shows(&stage.buffer, "(3 rows)"));
    assert_true(stage_selects(&stage, "int8"));
    stage_close(&stage);
}

static void text_of_any_language_is_typed(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "/");
    action_of_key(&stage.ui, 0xe9);
    action_of_key(&stage.ui, 0x30ad);
    action_of_key(&stage.ui, 0x1f600);
    action_of_key(&stage.ui, UI_KEY_ERASE);
    action_of_key(&stage.ui, 'x');
    action_of_key(&stage.ui, UI_KEY_F(2));
    const struct draw_cell *cell;
    stage_draw_as(&stage, 24, 80, false);
    assert_true(picture_shows(&stage.buffer, "find: \xc3\xa9\xe3\x82\xadx\n"));
    cell = draw_buffer_cell(&stage.buffer, 22, 6);
    assert_string_equal(cell->bytes, "\xc3\xa9");
    for (int i = 0; i < 500; i++)
        action_of_key(&stage.ui, 'y');
    stage_draw(&stage, 24, 40);
    stage_draw(&stage, 5, 20);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_is_searched),
        cmocka_unit_test(a_search_goes_from_match_to_match),
        cmocka_unit_test(a_filter_is_shown_while_it_holds),
        cmocka_unit_test(clicks_fold_and_other_pages_unfold),
        cmocka_unit_test(text_of_any_language_is_typed),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
