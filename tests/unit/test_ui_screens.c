/* The screens over real results, without a terminal: what keys lead to in every context and at
 * every size, and that a screen's state is its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "results_harness.h"
#include "start_fixture.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/screens.h"
#include "ui/shipper.h"
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
        for (size_t i = 0; i < keymap_default.count; i++) {
            const struct key_binding *binding = &keymap_default.rows[i];
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

/* Whoever makes models, as far as the screens see. */
struct fake_shipper {
    struct ui_shipper shipper;
    int trial, looks;
    char path[64];
};

static bool fake_begin(void *context, int trial, const char *path, char *said, size_t size)
{
    struct fake_shipper *fake = context;
    fake->trial = trial;
    snprintf(fake->path, sizeof(fake->path), "%s", path);
    snprintf(said, size, "there is such a file");
    return strcmp(path, "old.tflite") != 0;
}

static bool fake_work(void *context, char *said, size_t size)
{
    struct fake_shipper *fake = context;
    snprintf(said, size, "it is made");
    return ++fake->looks < 3;
}

static void the_model_of_a_row_is_written_meanwhile(void **state)
{
    struct stage stage;
    struct fake_shipper fake = {0};
    (void)state;
    stage_open(&stage);
    press(&stage, "jjE");
    assert_true(picture_shows(&stage.buffer, "only the program that measures has the model"));
    fake.shipper = (struct ui_shipper){.begin = fake_begin, .work = fake_work, .context = &fake};
    stage.ui.shipper = &fake.shipper;
    press(&stage, "E");
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    press_key(&stage, UI_KEY_CTRL('u'));
    press(&stage, "old.tflite");
    press_key(&stage, UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "there is such a file"));
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    press_key(&stage, UI_KEY_ESCAPE);
    assert_false(fake.shipper.is_busy);
    press(&stage, "E");
    press_key(&stage, UI_KEY_ENTER);
    assert_int_equal(fake.trial, results_row(stage.results, 1)->trial);
    assert_non_null(strstr(fake.path, ".tflite"));
    assert_true(strchr(fake.path, ':') == NULL && strchr(fake.path, '=') == NULL);
    assert_true(fake.shipper.is_busy);
    assert_true(ui_wait(&stage.ui) > 0.0 && ui_wait(&stage.ui) < 0.2);
    press(&stage, "E");
    assert_true(picture_shows(&stage.buffer, "another model is being made"));
    stage_draw(&stage, 24, 80);
    assert_false(fake.shipper.is_busy);
    assert_true(picture_shows(&stage.buffer, "it is made"));
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

static void type_in(struct stage *stage, const char *keys, int last)
{
    press(stage, keys);
    action_of_key(&stage->ui, last);
    stage_draw(stage, 24, 80);
}

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
    type_in(&stage, "/SPARE", UI_KEY_ESCAPE);
    assert_true(picture_shows(&stage.buffer, "In the table, details"));
    type_in(&stage, "/wheel", UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_HELP);
    assert_true(picture_shows(&stage.buffer, "\n wheel up "));
    press(&stage, "n");
    assert_false(picture_shows(&stage.buffer, "\n wheel up "));
    assert_true(picture_shows(&stage.buffer, "\n wheel down "));
    press(&stage, "n");
    assert_true(picture_shows(&stage.buffer, "\n wheel up "));
    press(&stage, "N");
    assert_false(picture_shows(&stage.buffer, "\n wheel up "));
    type_in(&stage, "/no such thing", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "no line has 'no such thing'"));
    press(&stage, "q");
    assert_int_equal(ui_context(&stage.ui), CONTEXT_TABLE);
    stage_close(&stage);
}

/* In the line that the recommendation has otherwise. */
static void doubts_are_shown_at_once(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    assert_false(picture_shows(&stage.buffer, "labels are odd"));
    harness_apply(stage.results, "{'event': 'prepared', 'candidate': 0, 'bytes': 1, "
                                 "'metric': 'top1', 'doubt': 'labels are odd', "
                                 "'doubt_stays': true}");
    stage_draw(&stage, 24, 120);
    assert_true(picture_shows(&stage.buffer, "what quantization costs: labels are odd"));
    stage_close(&stage);
}

/* The selected row, as the screen shows it. */
static bool selects(const struct stage *stage, const char *text)
{
    struct text drawn = {0};
    draw_buffer_print(&stage->buffer, &drawn);
    const char *line = strstr(drawn.bytes, "\n>");
    const char *found = line ? strstr(line + 1, text) : NULL;
    bool selected = found && found < strchr(line + 1, '\n');
    text_release(&drawn);
    return selected;
}

static void a_search_goes_from_match_to_match(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "o-o-o"); /* not grouped */
    press(&stage, "/16");
    assert_true(selects(&stage, "wide, \"slow\" | ")); /* which is 16x8, cut */
    type_in(&stage, "", UI_KEY_ESCAPE);
    assert_true(selects(&stage, "fp32"));
    type_in(&stage, "/int8", UI_KEY_ENTER);
    assert_true(selects(&stage, "int8"));
    int first = stage.ui.results ? stage.buffer.cursor_y : 0;
    press(&stage, "n");
    assert_true(selects(&stage, "int8"));
    assert_int_not_equal(stage.buffer.cursor_y, first);
    press(&stage, "N");
    assert_int_equal(stage.buffer.cursor_y, first);
    type_in(&stage, "/nowhere", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "no row matches 'nowhere'"));
    stage_close(&stage);
}

static void a_filter_is_shown_while_it_holds(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    type_in(&stage, "\\mode:int8", UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "filter mode:int8: "));
    assert_false(picture_shows(&stage.buffer, "fp32 "));
    /* What is no filter stays to be mended. */
    type_in(&stage, "\\ colour:red", UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    assert_true(picture_shows(&stage.buffer, "no column is called 'colour'"));
    action_of_key(&stage.ui, UI_KEY_ERASE);
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, "filter: mode:int8 colour:re"));
    action_of_key(&stage.ui, UI_KEY_CTRL('u'));
    type_in(&stage, "", UI_KEY_ENTER);
    assert_false(picture_shows(&stage.buffer, "filter"));
    assert_true(picture_shows(&stage.buffer, "fp32"));
    type_in(&stage, "\\mode:nothing", UI_KEY_ENTER);
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
        assert_true(selects(&stage, "plain"));
        action_of_click(&stage.ui, 6, 5);
        stage_draw(&stage, 24, 80);
        assert_true(selects(&stage, "plain"));
    }
    action_of_click(&stage.ui, 6, 5);
    press(&stage, "9 1");
    assert_false(picture_shows(&stage.buffer, "(3 rows)"));
    assert_true(selects(&stage, "int8"));
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

static void a_page_is_written_once(void **state)
{
    char folder[] = "/tmp/quantop-page-XXXXXX", path[64], line[64];
    struct stage stage;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/page.txt", folder);
    stage_open(&stage);
    press(&stage, "e");
    assert_true(picture_shows(&stage.buffer, "write this page to: quantop-trials.txt"));
    action_of_key(&stage.ui, UI_KEY_CTRL('u'));
    type_in(&stage, path, UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_TABLE);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    fclose(file);
    assert_true(strncmp(line, "quantop  ", 9) == 0);
    press(&stage, "e");
    action_of_key(&stage.ui, UI_KEY_CTRL('u'));
    type_in(&stage, path, UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    assert_true(picture_shows(&stage.buffer, "there is a file"));
    action_of_key(&stage.ui, UI_KEY_CTRL('u'));
    type_in(&stage, "-", UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    assert_true(picture_shows(&stage.buffer, "'-' is no file here"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    stage_close(&stage);
}

/* The steps of a row: one, whose products are of a type. */
static void watch(struct results *results, int trial, const char *type)
{
    harness_apply(results,
                  "{'event': 'origins', 'candidate': %d, 'layers': [['one', 'Conv']], "
                  "'nodes': [[0]]}",
                  trial);
    harness_apply(results,
                  "{'event': 'steps', 'trial': %d, 'steps': [{'nodes': [0], 'op': 'CONV_2D', "
                  "'merged': '', 'kernel': 'k', 'isa': 'x', 'arithmetic': '%s', 'input': '%s 1x8', "
                  "'output': '%s 1x8', 'macs': 8, 'constant_bytes': 8, 'read_bytes': 8, "
                  "'written_bytes': 8, 'ns': 1e5}]}",
                  trial, type, type, type);
}

/* fp32 was not watched, int8 was, on a CPU without dot products of bytes. */
static struct results *watched_results(void)
{
    struct results *results = results_new();
    harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx2', 'cpu_isa': 'avx2'}");
    harness_runtime(results, 0, "fp32", "builtin", 0, 0);
    harness_runtime(results, 1, "int8", "builtin", 0, 1);
    for (int round = 0; round < 10; round++) {
        harness_block(results, 0, round, round / 2, 2e5);
        harness_block(results, 1, round, round / 2, 1e5);
    }
    harness_apply(results, "{'event': 'state', 'trial': 0, 'state': 'done'}");
    watch(results, 1, "int8");
    return results;
}

static void reasons_stand_below_the_table(void **state)
{
    struct stage stage;
    (void)state;
    stage_show(&stage, watched_results());
    assert_true(picture_shows(&stage.buffer, " -  its steps were not watched: see the key"));
    press(&stage, "j");
    assert_picture(
        &stage.buffer,
        "quantop                                    [1]Trials 2 3 4 5 6 7 8 9  unfinished\n"
        "avx2\n"
        "######.......  50 %  1 of 2 rows finished                           0:00 elapsed\n"
        "\n"
        "   mode      size  smaller    median       speedup      accuracy          drop >\n"
        "              KiB        x        ms             x\n"
        "   fp32         -        -    0.2000          1.00             -             -\n"
        ">  int8         -        -    0.1000          2.00             -             -\n"
        "-- why: m, int8 on 1 -----------------------------------------------------------\n"
        " 1. products of int8 take 100 % of the time, and avx2 has no dot products of\n"
        "    bytes: they are widened to 16 bits (a CPU with VNNI, or Arm's dot products,\n"
        "    multiplies four bytes at once)~\n"
        "-- m, int8, 1 thread on 1, builtin: waiting ------------------------------------\n"
        " blocks      100 us to 100 us in 10 blocks  ..........\n"
        " size                  -         smaller               -\n"
        " median           0.1000 ms      p99                   -\n"
        " speedup            2.00 x       accuracy              -\n"
        " drop                  -         memory                -\n"
        " promised smaller      -         promised speedup      -\n"
        " seconds to tell       -         samples to tell       -\n"
        " typical block    0.1000 ms      disturbed             0\n"
        " waited                -         taken by host         -\n"
        " others use            -         interrupted           -                       v\n"
        "F1/? Help F10/q Quit Space Tag c Compare / Find F4/\\ Filter F6/s Sort w Why  2/2\n");
    stage_draw(&stage, 24, 40);
    assert_true(picture_shows(&stage.buffer, "-- why: m, int8 on 1 ---"));
    assert_true(picture_shows(&stage.buffer, "\n    of bytes: they are widened to 16~\n"));
    assert_false(picture_shows(&stage.buffer, "most time"));
    /* All of them are in the details, whole, and beside these where there is room. */
    stage_draw(&stage, 60, 80);
    assert_true(picture_shows(&stage.buffer, "\n 2. most time goes to CONV_2D 'one' 100 %"));
    assert_true(picture_shows(&stage.buffer, "\n why         products of int8 take 100 %"));
    assert_true(picture_shows(&stage.buffer, "\n why         most time goes to CONV_2D"));
    press(&stage, "w");
    assert_false(picture_shows(&stage.buffer, "-- why: "));
    press(&stage, "w");
    assert_true(picture_shows(&stage.buffer, "-- why: "));
    stage_draw(&stage, 12, 40);
    assert_false(picture_shows(&stage.buffer, "why: "));
    action_of_key(&stage.ui, 'w');
    stage_draw(&stage, 12, 40);
    assert_true(picture_shows(&stage.buffer, "no room: the details have the reasons"));
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "-- why: "));
    stage_close(&stage);
}

/* They are those of what is selected, and of what is known of it by now. */
static void reasons_follow_selection_and_events(void **state)
{
    struct stage stage;
    (void)state;
    stage_show(&stage, watched_results());
    press(&stage, "jk");
    assert_true(picture_shows(&stage.buffer, "its steps were not watched"));
    press(&stage, "j");
    assert_false(picture_shows(&stage.buffer, "its steps were not watched"));
    assert_true(picture_shows(&stage.buffer, "and avx2 has no dot products"));
    press(&stage, "k");
    watch(stage.results, 0, "float32");
    stage_draw(&stage, 24, 80);
    assert_false(picture_shows(&stage.buffer, "its steps were not watched"));
    assert_true(picture_shows(&stage.buffer, " 1. most time goes to CONV_2D 'one' 100 %"));
    stage_close(&stage);
}

static void the_details_are_copied_whole(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    harness_apply(stage.results, "{'event': 'origins', 'candidate': 0, 'layers': [], 'nodes': []}");
    harness_apply(stage.results,
                  "{'event': 'steps', 'trial': 0, 'steps': [{'nodes': [], 'op': 'CUMSUM', "
                  "'kernel': 'cumsum_f32_reference', 'macs': 0, 'constant_bytes': 0, "
                  "'read_bytes': 1, 'written_bytes': 1, 'ns': 1e5}]}");
    assert_true(press(&stage, "jy") & LOOP_COPY);
    assert_non_null(strstr(stage.ui.copied.bytes, ": done"));
    assert_non_null(strstr(stage.ui.copied.bytes, "kernels"));
    assert_non_null(strstr(stage.ui.copied.bytes, "\nwhy         plain kernels"));
    assert_non_null(strstr(stage.ui.copied.bytes, "\nrun         quantop 0.1 on "));
    assert_non_null(strstr(stage.ui.copied.bytes, "\nblocks ms   "));
    press(&stage, "3y");
    assert_non_null(strstr(stage.ui.copied.bytes, "[3]Compare"));
    stage_close(&stage);
}

/* Its own fp32 row is what a row is compared with; fp32 has the others beside it. */
static void a_row_is_compared_with_what_it_goes_with(void **state)
{
    struct stage stage;
    (void)state;
    for (int baseline = -1; baseline <= 0; baseline++) { /* journals have it as its own */
        struct results *results = results_new();
        harness_apply(results, "{'event': 'run', 'format': 1}");
        harness_runtime(results, 0, "fp32", "builtin", baseline, 0);
        harness_runtime(results, 1, "int8", "builtin", 0, 1);
        stage_show(&stage, results);
        press(&stage, "1g3");
        assert_true(picture_shows(&stage.buffer, "\nmode         fp32  int8\n"));
        press(&stage, "1G3");
        assert_true(picture_shows(&stage.buffer, "\nmode         fp32  int8\n"));
        stage_close(&stage);
    }
}

/* Without another run, the page says how to get one; with one that has no row of it, why. */
static void history_needs_another_run(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "7jkG");
    assert_true(picture_shows(&stage.buffer, "This run was held against no other one."));
    assert_true(picture_shows(&stage.buffer, "'quantop view JOURNAL --baseline\n"));
    harness_apply(stage.results, "{'event': 'gate', 'baseline': 'b.jsonl', 'started': '', "
                                 "'notes': ['plain fp32: not in the baseline'], "
                                 "'comparisons': []}");
    press(&stage, "jk");
    assert_true(picture_shows(&stage.buffer, "no row could be compared with one of b.jsonl"));
    assert_true(picture_shows(&stage.buffer, "plain fp32: not in the baseline"));
    stage_close(&stage);
}

#define TIMES "'figure': 'latency', 'before': 1e5, 'now': 2e5, 'margin': 0.1"

/* The rows that both have, one of which has no time, with all figures of the selected one. */
static void history_lists_the_rows_of_both_runs(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    harness_apply(stage.results,
                  "{'event': 'gate', 'baseline': 'b.jsonl', 'started': 'then', 'notes': [], "
                  "'comparisons': [{'trial': 0, " TIMES ", 'change': 1, 'low': 0.9, 'high': 1.2}, "
                  "{'trial': 0, 'figure': 'size', 'before': 5, 'now': 5, 'margin': 0, 'change': 0, "
                  "'low': 0, 'high': 0}, {'trial': 1, " TIMES ", 'reason': 'too hot'}, {'trial': "
                  "3, 'figure': 'size', 'before': 6, 'margin': 0, 'reason': 'unknown'}]}");
    press(&stage, "7");
    assert_true(picture_shows(&stage.buffer, " failed: 1 of 4 figures is worse than in b.jsonl of "
                                             "then, 2 cannot be told\n"));
    assert_true(picture_shows(&stage.buffer, "> plain         fp32     worse          2.000  "));
    assert_true(picture_shows(&stage.buffer, "\nnot worse    size 5 B, 5 B before: +0.00 %"));
    press(&stage, "j");
    assert_true(picture_shows(&stage.buffer, "> plain         int8     cannot tell  (2.000)  "));
    assert_true(picture_shows(&stage.buffer, "latency 0.2 ms, 0.1 ms before: too hot\n"));
    press(&stage, "G");
    assert_true(picture_shows(&stage.buffer, "3/3\n"));
    assert_true(picture_shows(&stage.buffer, "size -, 6 B before: unknown\n"));
    assert_true(action_of_click(&stage.ui, 4, 5) & LOOP_DRAW);
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "1/3\n"));
    stage_close(&stage);
}

/* One row after the other, and back; the other pages go on with the one that is shown. */
static void rows_are_presented_one_by_one(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage);
    press(&stage, "9");
    assert_true(picture_shows(&stage.buffer, "plain, fp32 on 1\n"));
    assert_true(picture_shows(&stage.buffer, "1 of 6 shown\n"));
    assert_false(picture_shows(&stage.buffer, "int8"));
    press(&stage, " ");
    assert_true(picture_shows(&stage.buffer, "plain, int8 on 1\n speedup x: 2.50 "));
    assert_true(picture_shows(&stage.buffer, ", faster\n _\"\"\"_ "));
    assert_true(picture_shows(&stage.buffer, "2 of 6 shown\n"));
    press(&stage, "k");
    assert_true(picture_shows(&stage.buffer, "plain, fp32 on 1\n"));
    assert_true(picture_shows(&stage.buffer, "2 of 6 shown\n"));
    action_of_key(&stage.ui, UI_KEY_PAGE_UP);
    action_of_key(&stage.ui, UI_KEY_PAGE_UP);
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "\nthis is the first row\n"));
    stage.ui.now += 10.0;
    press(&stage, "       ");
    assert_true(picture_shows(&stage.buffer, "\nevery row is shown\n"));
    stage.ui.now += 10.0;
    press(&stage, "");
    assert_true(picture_shows(&stage.buffer, "6 of 6 shown\n"));
    /* A figure that is absent says why. */
    assert_true(picture_shows(&stage.buffer, "drop pp: the trial failed\n\n ____\n"));
    press(&stage, "ggjq9");
    assert_true(picture_shows(&stage.buffer, "plain, int8 on 1\n"));
    press(&stage, "1");
    assert_true(selects(&stage, "int8"));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_context_is_drawn_at_every_size),
        cmocka_unit_test(every_key_leads_somewhere),
        cmocka_unit_test(a_small_terminal_asks_briefly),
        cmocka_unit_test(the_model_of_a_row_is_written_meanwhile),
        cmocka_unit_test(two_interfaces_share_nothing),
        cmocka_unit_test(a_screen_finds_its_state_again),
        cmocka_unit_test(help_is_searched),
        cmocka_unit_test(doubts_are_shown_at_once),
        cmocka_unit_test(a_search_goes_from_match_to_match),
        cmocka_unit_test(a_filter_is_shown_while_it_holds),
        cmocka_unit_test(clicks_fold_and_other_pages_unfold),
        cmocka_unit_test(pages_are_named_under_a_dialog),
        cmocka_unit_test(text_of_any_language_is_typed),
        cmocka_unit_test(a_page_is_written_once),
        cmocka_unit_test(reasons_stand_below_the_table),
        cmocka_unit_test(reasons_follow_selection_and_events),
        cmocka_unit_test(the_details_are_copied_whole),
        cmocka_unit_test(a_row_is_compared_with_what_it_goes_with),
        cmocka_unit_test(history_needs_another_run),
        cmocka_unit_test(history_lists_the_rows_of_both_runs),
        cmocka_unit_test(rows_are_presented_one_by_one),
        cmocka_unit_test(the_core_knows_screens_by_their_table_alone),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
