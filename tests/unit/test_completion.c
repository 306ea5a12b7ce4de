/* Completing at the prompt: words that begin as what was typed, and what was typed before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/completion.h"
#include "ui/screen_prompt.h"
#include "ui/screens.h"
#include "ui_harness.h"

static void words_match_by_their_beginning(void **state)
{
    static const struct {
        const char *typed, *matches;
        size_t count, common;
    } cases[] = {
        {"", "set \nsave\nsäure\nsäumig\n", 4, 1},
        {"s", "set \nsave\nsäure\nsäumig\n", 4, 1},
        {"set", "set \n", 1, 4},
        {"sä", "säure\nsäumig\n", 2, 4},
        {"säur", "säure\n", 1, 6},
        {"save", "save\n", 1, 4},
    };
    struct text words = {0}, matches = {0};
    (void)state;
    assert_int_equal(completion_match(&words, "s", &matches), 0);
    completion_add(&words, "set ");
    completion_add(&words, "save");
    completion_add(&words, "säure");
    completion_add(&words, "set ");
    completion_add(&words, "säumig");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text_clear(&matches);
        assert_int_equal(completion_match(&words, cases[i].typed, &matches), cases[i].count);
        assert_string_equal(matches.bytes, cases[i].matches);
        assert_int_equal(completion_common(&matches), cases[i].common);
    }
    text_clear(&matches);
    assert_int_equal(completion_match(&words, "x", &matches), 0);
    /* Two characters that begin with the same byte have nothing in common. */
    struct text others = {0};
    completion_add(&others, "ä");
    completion_add(&others, "ö");
    text_clear(&matches);
    assert_int_equal(completion_match(&others, "", &matches), 2);
    assert_int_equal(completion_common(&matches), 0);
    text_release(&others);
    text_release(&words);
    text_release(&matches);
}

static const char *typed(const struct stage *stage)
{
    return ui_screens[CONTEXT_PROMPT]->brief(&stage->ui);
}

/* Types at a new prompt, and completes. */
static void complete(struct stage *stage, const char *text)
{
    if (ui_context(&stage->ui) == CONTEXT_PROMPT)
        press_key(stage, UI_KEY_ESCAPE);
    press(stage, ":");
    press(stage, text);
    press_key(stage, UI_KEY_TAB);
}

static void commands_settings_and_values_are_completed(void **state)
{
    static const struct {
        const char *typed, *completed;
    } cases[] = {
        {"se", "se"}, /* set, and what searches */
        {"set", "set "},
        {"sa", "save"},
        {"go-la", "go-layers"},
        {"set sche", "set scheme "},
        {"set scheme l", "set scheme light"},
        {"set scheme=l", "set scheme=light"},
        {"set scheme  l", "set scheme  light"},
        {"set mouse of", "set mouse off"},
        {"set glyphs br", "set glyphs braille"},
        {"set screen char", "set screen charts"},
        {"set clock-meter di", "set clock-meter digits"},
        {"set columns mode,speedu", "set columns mode,speedup"},
        {"set sort -speedu", "set sort -speedup"},
        {"set sort mode,+latency", "set sort mode,+latency_ms"},
        {"set filter a", "set filter a"},
        {"set nonsense a", "set nonsense a"},
        {"save x", "save x"},
        {"preset d", "preset desk"},
        {"add m", "add mode "},
        {"remove p", "remove placement "},
        {"add mode x", "add mode x"}, /* nobody measures here */
        {"nonsense", "nonsense"},
    };
    struct stage stage;
    struct preset desk = {.name = "desk"};
    (void)state;
    stage_open(&stage);
    stage.settings.presets = &desk;
    stage.settings.n_presets = 1;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        complete(&stage, cases[i].typed);
        assert_string_equal(typed(&stage), cases[i].completed);
    }
    assert_true(picture_shows(&stage.buffer, "nothing that could be completed begins like that"));
    stage.settings.n_presets = 0;
    stage.settings.presets = NULL;
    stage_close(&stage);
}

static void what_may_follow_is_listed(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    complete(&stage, "set scheme ");
    assert_true(picture_shows(&stage.buffer, "\n default light contrast safe mono\n:set scheme\n"));
    press(&stage, "l");
    assert_false(picture_shows(&stage.buffer, "default light contrast"));
    press_key(&stage, UI_KEY_TAB);
    press_key(&stage, UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "scheme is set"));
    /* More than there is room for end in a mark; any size draws soundly. */
    complete(&stage, "");
    stage_draw(&stage, 8, 30);
    assert_true(picture_shows(&stage.buffer, "~\n:\n"));
    for (int height = 1; height < 30; height++)
        stage_draw(&stage, height, 90 - 3 * height);
    /* A word that would not fit is left out. */
    char text[PROMPT_SIZE];
    memset(text, ' ', sizeof(text));
    memcpy(text, "set", 3);
    strcpy(text + sizeof(text) - 5, "sche");
    complete(&stage, text);
    assert_string_equal(typed(&stage), text);
    stage_close(&stage);
}

static void modes_and_placements_are_those_of_the_run(void **state)
{
    static const char *const options[][2] = {
        {"model", "net"}, {"modes", "[fp32, w8, fp16]"}, {NULL, NULL}};
    struct bench bench;
    struct stage stage;
    (void)state;
    bench_open(&bench, options, "/dev/null", false);
    stage_show(&stage, bench.results);
    stage.ui.runner = bench.runner;
    complete(&stage, "add mode 16");
    assert_string_equal(typed(&stage), "add mode 16x8");
    complete(&stage, "remove mode ");
    assert_true(picture_shows(&stage.buffer, "\n fp32 w8 fp16\n:remove mode\n"));
    complete(&stage, "add placement co");
    assert_string_equal(typed(&stage), "add placement cores");
    complete(&stage, "remove placement ");
    assert_string_equal(typed(&stage), "remove placement 1");
    bench_close(&bench);
    stage_close(&stage);
}

static void commands_are_brought_back(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    for (int i = 0; i < 40; i++) {
        const char say[] = {':',
                            's',
                            'e',
                            't',
                            ' ',
                            'm',
                            'o',
                            'u',
                            's',
                            'e',
                            ' ',
                            'o',
                            i % 2 ? 'n' : 'f',
                            i % 2 ? '\0' : 'f',
                            '\0'};
        press_then(&stage, say, UI_KEY_ENTER);
    }
    press_then(&stage, ":save x", UI_KEY_ENTER); /* refused: it stays */
    assert_string_equal(typed(&stage), "save x");
    press_key(&stage, UI_KEY_ESCAPE);
    press_then(&stage, ":", UI_KEY_UP);
    assert_string_equal(typed(&stage), "set mouse on");
    press_key(&stage, UI_KEY_UP);
    assert_string_equal(typed(&stage), "set mouse off");
    press_key(&stage, UI_KEY_UP); /* each once */
    assert_string_equal(typed(&stage), "set mouse off");
    press_key(&stage, UI_KEY_DOWN);
    press_key(&stage, UI_KEY_DOWN);
    assert_string_equal(typed(&stage), "");
    press_key(&stage, UI_KEY_DOWN);
    assert_string_equal(typed(&stage), "");
    press_key(&stage, UI_KEY_ESCAPE);
    /* More than are kept push the oldest out; other prompts keep nothing. */
    for (char digit = 'a'; digit < 'a' + 20; digit++)
        press_then(
            &stage,
            (const char[]){':', 's', 'e', 't', ' ', 'f', 'i', 'l', 't', 'e', 'r', ' ', digit, '\0'},
            UI_KEY_ENTER);
    press(&stage, ":");
    for (int i = 0; i < 40; i++)
        press_key(&stage, UI_KEY_UP);
    assert_string_equal(typed(&stage), "set filter e");
    press_key(&stage, UI_KEY_ESCAPE);
    press_then(&stage, "/", UI_KEY_UP);
    assert_string_equal(typed(&stage), "");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_match_by_their_beginning),
        cmocka_unit_test(commands_settings_and_values_are_completed),
        cmocka_unit_test(what_may_follow_is_listed),
        cmocka_unit_test(modes_and_placements_are_those_of_the_run),
        cmocka_unit_test(commands_are_brought_back),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
