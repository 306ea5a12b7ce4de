/* The start screen, as it is drawn and as keys move through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/screens.h"
#include "ui_harness.h"

static void open_start(struct stage *stage)
{
    stage_show(stage, results_new());
    fixture_init(&stage->start);
    ui_show_start(&stage->ui, &stage->start.start);
    stage_draw(stage, 24, 80);
}

static void it_shows_what_there_is(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    assert_picture(
        &stage.buffer,
        "quantop  ~/w                                                    2 models, 2 runs\n"
        "Models\n"
        "> kws.tflite                        98.0 KiB  float32 1x49x10x1, 13 operators\n"
        "  a rather long name of a model, ~  2.05 MiB  onnx\n"
        "Models in other formats, to be converted first\n"
        "  net.h5                                12 B  a Keras HDF5 file\n"
        "Experiments\n"
        "  default                            18 rows  Six modes\n"
        "Earlier runs, the newest first\n"
        "  2026-11-30 12:48                     18/18  complete  Six modes: ship int8\n"
        "  2026-11-29 08:00                       3/6  stopped\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "-- kws.tflite ------------------------------------------------------------------\n"
        " operators    13, all of them float\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "F1/? Help F10/q Quit Enter Open F5/D Default Tab Section Space Tag c Compare 1/6\n");
    assert_int_equal(stage.buffer.cursor_y, 2);
    stage_draw_as(&stage, 12, 40, false);
    assert_picture(&stage.buffer, "quantop  ~/w            2 models, 2 runs\n"
                                  "Models\n"
                                  "> kws.tflite            98.0 KiB  floa…\n"
                                  "  a rather long name …  2.05 MiB  onnx\n"
                                  "Models in other formats, to be converte…\n"
                                  "  net.h5                    12 B  a Ke…\n"
                                  "Experiments                            ▼\n"
                                  "── kws.tflite ──────────────────────────\n"
                                  " operators    13, all of them float\n"
                                  "\n"
                                  "\n"
                                  "? Help q Quit Enter Open D Default   1/6\n");
    stage_draw_as(&stage, 60, 200, false);
    assert_picture(
        &stage.buffer,
        "quantop  ~/w                                                                        "
        "                                                                                    "
        "                2 models, 2 runs\n"
        "Models\n"
        "> kws.tflite                        98.0 KiB  float32 1x49x10x1, 13 operators\n"
        "  a rather long name of a model, …  2.05 MiB  onnx\n"
        "\n"
        "Models in other formats, to be converted first\n"
        "  net.h5                                12 B  a Keras HDF5 file\n"
        "\n"
        "Experiments\n"
        "  default                            18 rows  Six modes\n"
        "\n"
        "Earlier runs, the newest first\n"
        "  2026-11-30 12:48                     18/18  complete  Six modes: ship int8\n"
        "  2026-11-29 08:00                       3/6  stopped\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "── kws.tflite ──────────────────────────────────────────────────────────────────────"
        "────────────────────────────────────────────────────────────────────────────────────"
        "────────────────────────────────\n"
        " operators    13, all of them float\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "\n"
        "F1/? Help F10/q Quit Enter Open F5/D Default Tab Section Space Tag c Compare        "
        "                                                                                    "
        "                             1/6\n");
    stage_close(&stage);
}

static void what_is_not_there_is_said(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    stage.start.start.count = 0;
    stage.start.start.empty[START_MODEL] = "none here";
    stage.start.start.empty[START_JOURNAL] = "none yet";
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, "0 models, 0 runs"));
    assert_true(picture_shows(&stage.buffer, "none here"));
    assert_true(picture_shows(&stage.buffer, "none yet"));
    assert_false(picture_shows(&stage.buffer, "other formats"));
    for (const char *keys = "jkgG\t"; *keys; keys++)
        press_key(&stage, *keys);
    assert_false(press_key(&stage, UI_KEY_ENTER) & LOOP_QUIT);
    assert_true(picture_shows(&stage.buffer, "there is nothing to open"));
    stage_close(&stage);
}

static void keys_go_from_item_to_item(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, 'j');
    assert_true(picture_shows(&stage.buffer, "> a rather long"));
    press_key(&stage, UI_KEY_TAB);
    assert_true(picture_shows(&stage.buffer, "> net.h5"));
    press_key(&stage, UI_KEY_TAB);
    assert_true(picture_shows(&stage.buffer, "> default"));
    press_key(&stage, 'G');
    assert_true(picture_shows(&stage.buffer, "> 2026-11-29"));
    assert_true(picture_shows(&stage.buffer, " 6/6\n"));
    press_key(&stage, UI_KEY_TAB);
    assert_true(picture_shows(&stage.buffer, "> kws.tflite"));
    /* In a low terminal the list scrolls, and back to what stands above its first item. */
    press_key(&stage, 'G');
    stage_draw(&stage, 9, 40);
    assert_true(picture_shows(&stage.buffer, "> 2026-11-29"));
    assert_false(picture_shows(&stage.buffer, "Models\n"));
    action_of_key(&stage.ui, 'g');
    stage_draw(&stage, 9, 40);
    assert_true(picture_shows(&stage.buffer, "Models\n> kws.tflite"));
    stage_close(&stage);
}

static void what_is_opened_is_told(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, 'G');
    assert_true(press_key(&stage, UI_KEY_ENTER) & LOOP_QUIT);
    assert_int_equal(stage.start.start.chosen, 5);
    assert_true(press_key(&stage, 'D') & LOOP_QUIT);
    assert_true(stage.start.start.chosen == START_DEFAULT);
    stage.start.start.chosen = START_NOTHING;
    press_key(&stage, 'g');
    press_key(&stage, UI_KEY_TAB);
    assert_false(press_key(&stage, UI_KEY_ENTER) & LOOP_QUIT);
    assert_true(picture_shows(&stage.buffer, "quantop  convert it: tflite_convert"));
    assert_true(press_key(&stage, 'q') & LOOP_QUIT);
    assert_true(stage.start.start.chosen == START_NOTHING);
    stage_close(&stage);
}

/* Bit by bit, the selected item first; then nothing is done until another one is selected. */
static void what_takes_time_is_found_out_meanwhile(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    assert_int_equal(stage.start.works, 1);
    assert_true(ui_wait(&stage.ui) < 0.0);
    stage_close(&stage);
    open_start(&stage);
    stage.start.rests = 4;
    stage.start.items[0].text = "tflite";
    press_key(&stage, 'j');
    assert_true(ui_wait(&stage.ui) > 0.0);
    for (int i = 0; i < 9 && ui_wait(&stage.ui) > 0.0; i++) {
        stage.ui.now += ui_wait(&stage.ui) + 1e-6;
        stage_draw(&stage, 24, 80);
    }
    assert_int_equal(stage.start.works, 4);
    assert_int_equal(stage.start.last_asked, 1);
    assert_true(picture_shows(&stage.buffer, "13 operators"));
    stage.ui.now += 100.0;
    stage_draw(&stage, 24, 80);
    assert_int_equal(stage.start.works, 4);
    stage_close(&stage);
}

/* Whatever is known of the list: the data of a form that is opened are looked at. */
static void an_opened_form_goes_on_with_the_work(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    assert_int_equal(stage.start.works, 1);
    assert_true(ui_wait(&stage.ui) < 0.0); /* all is known */
    press_key(&stage, UI_KEY_ENTER);
    assert_true(ui_wait(&stage.ui) > 0.0);
    stage.ui.now += 1.0;
    ui_update(&stage.ui);
    assert_int_equal(stage.start.works, 2);
    stage_close(&stage);
}

static void what_could_not_be_opened_is_said(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    stage.start.start.trouble = "x.yaml: no model";
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, " trouble      x.yaml: no model"));
    stage_draw(&stage, 8, 40);
    assert_true(picture_shows(&stage.buffer, "quantop  x.yaml: no model"));
    press_key(&stage, 'j');
    assert_false(picture_shows(&stage.buffer, "x.yaml"));
    stage_close(&stage);
}

/* From where there is a start screen to go back to; not while a run goes on without being asked,
 * which tests/tui/start.sh looks at. */
static void other_screens_lead_back_to_it(void **state)
{
    struct stage stage;
    bool goes_home = false;
    (void)state;
    stage_show(&stage, results_new());
    assert_false(press_key(&stage, '0') & LOOP_QUIT);
    assert_true(picture_shows(&stage.buffer, "there is no start screen"));
    assert_false(picture_shows(&stage.buffer, "0 Home"));
    stage.ui.goes_home = &goes_home;
    stage.ui.now += 60.0; /* what was said is over */
    press_key(&stage, '5');
    assert_true(picture_shows(&stage.buffer, "0 Home"));
    assert_true(press_key(&stage, '0') & LOOP_QUIT);
    assert_true(goes_home);
    stage_close(&stage);
}

static void a_model_opens_its_form(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, 'j');
    assert_false(press_key(&stage, UI_KEY_ENTER) & LOOP_QUIT);
    assert_int_equal(stage.start.opened, 1);
    /* tests/unit/pages/form.txt has the whole of it. */
    assert_true(picture_shows(&stage.buffer, "quantop  kws.tflite"));
    assert_true(picture_shows(&stage.buffer, "> samples      [ x.npy ]  found beside"));
    assert_true(picture_shows(&stage.buffer, " fp32         plausible: top-1 88 %\n"));
    press_key(&stage, UI_KEY_ESCAPE);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_START);
    stage_close(&stage);
    /* At once, where a model is named. */
    open_start(&stage);
    ui_release(&stage.ui);
    ui_init(&stage.ui, ui_screens, stage.results, NULL, NULL);
    stage.ui.keymap = *keymap_default();
    stage.start.start.shows_form = true;
    ui_show_start(&stage.ui, &stage.start.start);
    stage_draw(&stage, 24, 80);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_FORM);
    stage_close(&stage);
}

static void type_in(struct stage *stage, const char *text)
{
    press_key(stage, UI_KEY_ENTER);
    press_key(stage, UI_KEY_CTRL('u'));
    for (; *text; text++)
        press_key(stage, *text);
    press_key(stage, UI_KEY_ENTER);
}

static void fields_are_changed(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, UI_KEY_ENTER);
    type_in(&stage, "y.npy");
    assert_string_equal(stage.start.fields[0].text, "y.npy");
    assert_true(picture_shows(&stage.buffer, "> samples      [ y.npy ]    "));
    assert_false(picture_shows(&stage.buffer, "found beside"));
    type_in(&stage, "");
    assert_true(picture_shows(&stage.buffer, "[  ]  default random:32"));
    press_key(&stage, 'j');
    press_key(&stage, 'l');
    assert_true(picture_shows(&stage.buffer, "> type         < int8 >"));
    press_key(&stage, 'h');
    press_key(&stage, 'h');
    assert_int_equal(stage.start.fields[1].chosen, 2);
    press_key(&stage, ' ');
    assert_int_equal(stage.start.fields[1].chosen, 0);
    press_key(&stage, UI_KEY_TAB);
    press_key(&stage, 'h');
    press_key(&stage, ' ');
    assert_true(stage.start.checked[7]);
    press_key(&stage, 'l');
    press_key(&stage, UI_KEY_ENTER);
    assert_false(stage.start.checked[0]);
    assert_true(picture_shows(&stage.buffer, "[ ] fp32  [x] dynamic"));
    assert_int_equal(stage.start.changes, 8);
    press_key(&stage, 'j');
    assert_true(picture_shows(&stage.buffer, " 3/3\n"));
    stage_close(&stage);
}

/* A back end with colours, which notes those of the last cell and counts them. */
struct colored {
    unsigned char upper[3], lower[3];
    int cells, last_x, last_y;
};

static void put_nothing(void *context, int y, int x, const struct glyph *glyph, enum role role)
{
    (void)context;
    (void)y;
    (void)x;
    (void)glyph;
    (void)role;
}

static void place_nothing(void *context, int y, int x)
{
    (void)context;
    (void)y;
    (void)x;
}

static void note_halves(void *context, int y, int x, const unsigned char upper[3],
                        const unsigned char lower[3])
{
    struct colored *colored = context;
    memcpy(colored->upper, upper, 3);
    memcpy(colored->lower, lower, 3);
    colored->cells++;
    colored->last_y = y;
    colored->last_x = x;
}

static void a_picture_is_drawn_in_what_there_is(void **state)
{
    static const unsigned char pixels[] = {0,  0,  0,  255, 0,  0,  0, 255, 0, 0,  0,  255,
                                           10, 20, 30, 40,  50, 60, 1, 2,   3, 90, 80, 70};
    static const unsigned char greys[] = {0, 255, 128, 255};
    static const struct draw_methods methods = {put_nothing, place_nothing, note_halves};
    const struct picture picture = {4, 2, 3, pixels}, grey = {1, 4, 1, greys};
    struct colored colored = {0};
    struct draw draw = {.methods = &methods, .context = &colored, .height = 9, .width = 9};
    struct draw_buffer buffer;
    (void)state;
    /* Two cells wide and two lines high: each pixel is a half. */
    assert_int_equal(picture_draw(&draw, (struct rect){1, 3, 2, 5}, &picture), 2);
    assert_int_equal(colored.cells, 4);
    assert_int_equal(colored.last_y, 2);
    assert_int_equal(colored.last_x, 4);
    assert_memory_equal(colored.upper, pixels + 15, 3);
    assert_memory_equal(colored.lower, pixels + 21, 3);
    /* Halved, four pixels are one; nothing is drawn without room. */
    assert_int_equal(picture_draw(&draw, (struct rect){0, 0, 1, 1}, &picture), 1);
    assert_int_equal(colored.upper[0], (0 + 255 + 0 + 0) / 4);
    assert_int_equal(picture_draw(&draw, (struct rect){0, 0, 0, 5}, &picture), 0);
    /* In ASCII and in blocks as shades, in braille as dots, of which a grey has half. */
    draw_buffer_init(&buffer, 2, 8, true, &draw);
    assert_int_equal(picture_draw(&draw, draw_area(&draw), &grey), 1);
    assert_picture(&buffer, "  @@==@@\n");
    draw_buffer_release(&buffer);
    draw_buffer_init(&buffer, 2, 8, false, &draw);
    assert_int_equal(picture_draw(&draw, draw_area(&draw), &grey), 1);
    assert_picture(&buffer, "  ██▒▒██\n");
    draw_buffer_release(&buffer);
    draw_buffer_init(&buffer, 1, 8, false, &draw);
    draw.braille = true;
    assert_int_equal(picture_draw(&draw, draw_area(&draw), &grey), 1);
    assert_picture(&buffer, "  ⣿⣿⢕⢕⣿⣿\n");
    draw_buffer_release(&buffer);
}

static void samples_are_looked_at_one_by_one(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, UI_KEY_ENTER);
    assert_true(picture_shows(&stage.buffer, "sample 0 (1 of 9), label 7"));
    assert_true(picture_shows(&stage.buffer, "..::--===++**##%%@"));
    press_key(&stage, 'n');
    assert_true(picture_shows(&stage.buffer, "sample 1 (2 of 9)"));
    assert_true(ui_wait(&stage.ui) > 0.0); /* the start's work is to bring it */
    press_key(&stage, 'N');
    assert_int_equal(stage.start.sample, 0);
    /* Where there is no room beside the fields, it takes their place. */
    stage_draw(&stage, 12, 40);
    assert_false(picture_shows(&stage.buffer, "++*##%%@"));
    action_of_key(&stage.ui, 'v');
    stage_draw(&stage, 12, 40);
    assert_true(picture_shows(&stage.buffer, "++*##%%@"));
    assert_false(picture_shows(&stage.buffer, "modes"));
    press_key(&stage, UI_KEY_ENTER); /* what is hidden is not changed */
    assert_int_equal(ui_context(&stage.ui), CONTEXT_FORM);
    assert_true(picture_shows(&stage.buffer, "  modes"));
    press(&stage, "v");
    assert_false(picture_shows(&stage.buffer, "  modes"));
    press(&stage, "v");
    assert_true(picture_shows(&stage.buffer, "  modes"));
    /* Ids are numbers, and what went wrong stands in the picture's place. */
    stage.start.form.look = (struct form_look){.caption = "x.npy: damaged",
                                               .about = "",
                                               .ids = "3, 17, 0",
                                               .check = "does not run",
                                               .verdict = FORM_BAD};
    stage_draw(&stage, 24, 80);
    assert_true(picture_shows(&stage.buffer, "x.npy: damaged\n"));
    assert_true(picture_shows(&stage.buffer, "3, 17, 0\n"));
    stage_close(&stage);
}

static void modes_have_forms_of_their_own(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, UI_KEY_ENTER);
    press_key(&stage, 'o');
    assert_true(picture_shows(&stage.buffer, "only modes have options"));
    press(&stage, "jjo");
    assert_true(picture_shows(&stage.buffer, "only modes have options"));
    stage.ui.now += 60.0; /* what was said is over */
    press(&stage, "lo");
    assert_true(picture_shows(&stage.buffer, "quantop  options of a mode"));
    assert_true(picture_shows(&stage.buffer, "> weights      < per-channel >"));
    assert_true(picture_shows(&stage.buffer, " weights      Scales of the weights."));
    stage_draw(&stage, 12, 40);
    assert_true(picture_shows(&stage.buffer, " weights      Scales of the weights."));
    press_key(&stage, 'l');
    assert_int_equal(stage.start.option.chosen, 1);
    assert_int_equal(stage.start.changes, 1);
    press_key(&stage, 'o');
    assert_true(picture_shows(&stage.buffer, "only modes have options"));
    stage.ui.now += 60.0;
    press_key(&stage, 'q');
    assert_true(picture_shows(&stage.buffer, "> modes        [x] fp32  [x] dynamic"));
    assert_int_equal(ui_context(&stage.ui), CONTEXT_FORM);
    press_key(&stage, 'q');
    assert_int_equal(ui_context(&stage.ui), CONTEXT_START);
    stage_close(&stage);
}

static void what_the_form_says_is_started_and_written(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, UI_KEY_ENTER);
    type_in(&stage, "bad");
    assert_true(picture_shows(&stage.buffer, "would not run"));
    assert_true(picture_shows(&stage.buffer, " trouble      samples: no such file"));
    assert_false(press_key(&stage, 'S') & LOOP_QUIT);
    type_in(&stage, "good");
    press_key(&stage, 'W');
    assert_true(picture_shows(&stage.buffer, "write the profile to: kws.yaml"));
    press_key(&stage, UI_KEY_ENTER);
    assert_string_equal(stage.start.written, "kws.yaml");
    assert_int_equal(ui_context(&stage.ui), CONTEXT_FORM);
    stage.start.form.file = "old.yaml";
    press_key(&stage, 'W');
    press_key(&stage, UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    assert_true(picture_shows(&stage.buffer, "is there already"));
    press_key(&stage, UI_KEY_ESCAPE);
    assert_true(press_key(&stage, 'y') & LOOP_COPY);
    assert_string_equal(stage.ui.copied.bytes, "quantop run kws.tflite --data x.npy\n");
    assert_true(press_key(&stage, 'S') & LOOP_QUIT);
    assert_true(stage.start.start.chosen == START_FORM);
    stage_close(&stage);
}

/* Once, and again only after a change. */
static void what_the_form_says_is_tried_out(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, UI_KEY_ENTER);
    press_key(&stage, 'D');
    assert_int_equal(ui_context(&stage.ui), CONTEXT_DRY_RUN);
    assert_true(ui_wait(&stage.ui) > 0.0); /* the start's work goes on with it */
    assert_true(picture_shows(&stage.buffer, "  warning: kws: fp32 is no better than guessing"));
    assert_true(picture_shows(&stage.buffer, "  trying it out ..."));
    stage.start.form.is_trying = false;
    stage_draw(&stage, 24, 80);
    assert_false(picture_shows(&stage.buffer, "trying it out"));
    press_key(&stage, 'q');
    assert_int_equal(ui_context(&stage.ui), CONTEXT_FORM);
    press_key(&stage, 'D');
    assert_int_equal(stage.start.tries, 1);
    press_key(&stage, 'q');
    type_in(&stage, "bad");
    press_key(&stage, 'D');
    assert_int_equal(ui_context(&stage.ui), CONTEXT_FORM);
    stage_close(&stage);
}

/* Keys at random, in terminals of random sizes. */
static void no_walk_leads_astray(void **state)
{
    struct random random = {17};
    struct stage stage;
    (void)state;
    open_start(&stage);
    for (int step = 0; step < 3000; step++) {
        const struct key_binding *binding =
            &keymap_default()->rows[random_below(&random, keymap_default()->count)];
        bool is_here = binding->contexts & (1u << ui_context(&stage.ui));
        int key = is_here ? keys_nth(binding, 0) : ' ' + (int)random_below(&random, 95);
        action_of_key(&stage.ui, key);
        stage.ui.now += 0.1;
        stage_draw_as(&stage, 1 + (int)random_below(&random, 40),
                      1 + (int)random_below(&random, 120), random_below(&random, 2) == 0);
    }
    stage_close(&stage);
}

static void help_begins_with_its_keys(void **state)
{
    struct stage stage;
    (void)state;
    open_start(&stage);
    press_key(&stage, '?');
    assert_true(picture_shows(&stage.buffer, "Open what is selected"));
    press_key(&stage, 'q');
    assert_int_equal(ui_context(&stage.ui), CONTEXT_START);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_shows_what_there_is),
        cmocka_unit_test(what_is_not_there_is_said),
        cmocka_unit_test(keys_go_from_item_to_item),
        cmocka_unit_test(what_is_opened_is_told),
        cmocka_unit_test(what_takes_time_is_found_out_meanwhile),
        cmocka_unit_test(an_opened_form_goes_on_with_the_work),
        cmocka_unit_test(what_could_not_be_opened_is_said),
        cmocka_unit_test(other_screens_lead_back_to_it),
        cmocka_unit_test(a_model_opens_its_form),
        cmocka_unit_test(fields_are_changed),
        cmocka_unit_test(a_picture_is_drawn_in_what_there_is),
        cmocka_unit_test(samples_are_looked_at_one_by_one),
        cmocka_unit_test(modes_have_forms_of_their_own),
        cmocka_unit_test(what_the_form_says_is_started_and_written),
        cmocka_unit_test(what_the_form_says_is_tried_out),
        cmocka_unit_test(no_walk_leads_astray),
        cmocka_unit_test(help_begins_with_its_keys),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
