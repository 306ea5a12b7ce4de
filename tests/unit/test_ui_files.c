/* What leaves the screens: a model and a page as files, details for the clipboard. */
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
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/shipper.h"
#include "ui_harness.h"

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
    press_then(&stage, path, UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_TABLE);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    fclose(file);
    assert_true(strncmp(line, "quantop  ", 9) == 0);
    press(&stage, "e");
    action_of_key(&stage.ui, UI_KEY_CTRL('u'));
    press_then(&stage, path, UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    assert_true(picture_shows(&stage.buffer, "there is a file"));
    action_of_key(&stage.ui, UI_KEY_CTRL('u'));
    press_then(&stage, "-", UI_KEY_ENTER);
    assert_int_equal(ui_context(&stage.ui), CONTEXT_PROMPT);
    assert_true(picture_shows(&stage.buffer, "'-' is no file here"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_of_a_row_is_written_meanwhile),
        cmocka_unit_test(a_page_is_written_once),
        cmocka_unit_test(the_details_are_copied_whole),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
