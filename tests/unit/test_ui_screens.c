/* The screens over real results, without a terminal: what keys lead to in every context and at
 * every size, and that a screen's state is its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/screens.h"
#include "ui_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void every_context_is_drawn_at_every_size(void **state)
{
    static const int heights[] = {1, 4, 5, 6, 9, 12, 24, 60}, widths[] = {1, 19, 20, 40, 80, 200};
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        struct stage stage;
        stage_open(&stage);
        go_to(&stage, context);
        for (size_t i = 0; i < COUNT(heights) * COUNT(widths); i++)
            stage_draw(&stage, heights[i / COUNT(widths)], widths[i % COUNT(widths)]);
        stage_close(&stage);
    }
}

/* Each key of each context, wherever it leads; nothing is drawn outside. */
static void every_key_leads_somewhere(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        for (size_t i = 0; i < keymap_default()->count; i++) {
            const struct key_binding *binding = &keymap_default()->rows[i];
            struct stage stage;
            if (!(binding->contexts & (1u << context)) || !keys_nth(binding, 0))
                continue;
            stage_open(&stage);
            go_to(&stage, context);
            assert_true(action_of_key(&stage.ui, keys_nth(binding, 0)) & LOOP_DRAW);
            stage_draw(&stage, 24, 80);
            stage_draw(&stage, 3, 10);
            stage_close(&stage);
        }
}

static void a_small_terminal_asks_briefly(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_draw(&stage, 2, 18);
    assert_true(picture_shows(&stage.buffer, "18x2, needs 20x5"));
    go_to(&stage, CONTEXT_QUESTION);
    stage_draw(&stage, 2, 18);
    assert_true(picture_shows(&stage.buffer, "Sure? y/n"));
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, "Is that so?"));
    stage_close(&stage);
}

/* Two of them on the same results: what one shows is not what the other shows. */
static void two_interfaces_share_nothing(void **state)
{
    struct stage first, second;
    struct text before = {0}, after = {0};
    (void)state;
    stage_open(&first);
    stage_open(&second);
    draw_buffer_print(&second.buffer, &before);
    press(&first, "jjr\t");
    press(&first, "q");
    press(&first, "sjj");
    press(&second, "");
    draw_buffer_print(&second.buffer, &after);
    assert_string_equal(before.bytes, after.bytes);
    text_release(&before);
    text_release(&after);
    stage_close(&first);
    stage_close(&second);
}

/* The list of columns remembers its line; help starts from the top. */
static void a_screen_finds_its_state_again(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "sjjj");
    assert_true(picture_shows(&stage.buffer, "Sort by"));
    int line = stage.buffer.cursor_y;
    press(&stage, "qs");
    assert_int_equal(stage.buffer.cursor_y, line);
    assert_string_equal(draw_buffer_cell(&stage.buffer, line, stage.buffer.cursor_x)->bytes, ">");
    press(&stage, "q?");
    assert_true(picture_shows(&stage.buffer, "In the table, details"));
    press(&stage, "G");
    assert_false(picture_shows(&stage.buffer, "In the table, details"));
    stage_draw(&stage, 400, 80);
    assert_true(picture_shows(&stage.buffer, "^                    faster"));
    assert_true(picture_shows(&stage.buffer, "?                    cannot tell"));
    press(&stage, "q?");
    assert_true(picture_shows(&stage.buffer, "In the table, details"));
    stage_close(&stage);
}

/* Where room is short, the screens are named by their keys alone, under a dialog, too. */
static void pages_are_named_under_a_dialog(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "6e");
    stage_draw(&stage, 24, 60);
    assert_true(picture_shows(&stage.buffer, "3 4 5 [6]Steps 7 8 9"));
    stage_close(&stage);
}

/* One click per action of the footer, each with what its key would bring. */
static void a_click_in_the_footer_is_its_key(void **state)
{
    static const struct {
        const char *action;
        int argument;
    } wanted[] = {{"help", CONTEXT_HELP}, {"back", 0},   {"levels", 1},
                  {"levels", -1},         {"levels", 0}, {"export", 0}};
    struct stage stage;
    size_t found = 0;
    (void)state;
    stage_open(&stage);
    go_to(&stage, CONTEXT_MACHINE);
    stage_draw(&stage, 24, 80);
    for (size_t i = 0; i < stage.ui.clicks.count; i++) {
        const struct click *click = &stage.ui.clicks.items[i];
        if (click->rect.y != 23)
            continue;
        assert_true(found < COUNT(wanted));
        assert_string_equal(click->action, wanted[found].action);
        assert_int_equal(click->argument, wanted[found].argument);
        found++;
    }
    assert_int_equal(found, COUNT(wanted));
    stage_close(&stage);
}

/* Screens that count what the core does with them. */
struct counted {
    int entered, updated;
};

static int inits, releases;

static void counted_init(void *state)
{
    const struct counted *counted = state;
    assert_int_equal(counted->entered, 0);
    inits++;
}

static void counted_release(void *state)
{
    const struct counted *counted = state;
    assert_int_equal(counted->entered, 1);
    assert_int_equal(counted->updated, 2);
    releases++;
}

static void counted_enter(struct ui *ui)
{
    struct counted *counted = ui_state(ui, CONTEXT_HELP);
    counted->entered++;
}

static void counted_update(struct ui *ui)
{
    struct counted *counted = ui_state(ui, CONTEXT_HELP);
    counted->updated++;
}

static double counted_wait(struct ui *ui)
{
    (void)ui;
    return 7.0;
}

static void counted_draw(struct ui *ui, const struct draw *draw)
{
    (void)ui;
    draw_text(draw, draw_area(draw), 0, 0, ROLE_TEXT, "counted");
}

static void the_core_knows_screens_by_their_table_alone(void **state)
{
    static const struct screen plain = {.draw = counted_draw};
    static const struct screen counted = {.state_size = sizeof(struct counted),
                                          .init = counted_init,
                                          .release = counted_release,
                                          .enter = counted_enter,
                                          .update = counted_update,
                                          .wait = counted_wait,
                                          .draw = counted_draw};
    const struct screen *screens[CONTEXT_COUNT];
    struct results *results = harness_run_results();
    struct ui ui;
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        screens[context] = context == CONTEXT_HELP ? &counted : &plain;
    ui_init(&ui, screens, results, NULL, NULL);
    assert_null(ui_state(&ui, CONTEXT_TABLE));
    ui_update(&ui);
    ui_update(&ui);
    assert_true(ui_wait(&ui) == 7.0);
    ui_enter(&ui, CONTEXT_HELP);
    assert_ptr_equal(ui_screen(&ui), &counted);
    ui_release(&ui);
    assert_int_equal(inits, 1);
    assert_int_equal(releases, 1);
    results_free(results);
}

static bool is_drawn(const struct stage *stage, const struct text *expected)
{
    struct text drawn = {0};
    draw_buffer_print(&stage->buffer, &drawn);
    bool same = strcmp(drawn.bytes, expected->bytes) == 0;
    text_release(&drawn);
    return same;
}

/* Going back closes that first, and then leaves the page. */
static void what_a_key_made_of_a_page_is_closed(void **state)
{
    static const struct {
        const char *page, *key;
    } rows[] = {{"2", "w"}, {"4", "r"}, {"i", "\r"}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stage stage;
        struct text page = {0};
        stage_show(&stage, page_run());
        press(&stage, "jj");
        press(&stage, rows[i].page);
        draw_buffer_print(&stage.buffer, &page);
        enum context context = ui_context(&stage.ui);
        press(&stage, rows[i].key);
        assert_false(is_drawn(&stage, &page));
        press(&stage, "q");
        assert_int_equal(ui_context(&stage.ui), context);
        assert_true(is_drawn(&stage, &page));
        press(&stage, "q");
        assert_int_equal(ui_context(&stage.ui), CONTEXT_TABLE);
        text_release(&page);
        stage_close(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_context_is_drawn_at_every_size),
        cmocka_unit_test(every_key_leads_somewhere),
        cmocka_unit_test(a_small_terminal_asks_briefly),
        cmocka_unit_test(two_interfaces_share_nothing),
        cmocka_unit_test(a_screen_finds_its_state_again),
        cmocka_unit_test(pages_are_named_under_a_dialog),
        cmocka_unit_test(a_click_in_the_footer_is_its_key),
        cmocka_unit_test(what_a_key_made_of_a_page_is_closed),
        cmocka_unit_test(the_core_knows_screens_by_their_table_alone),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
