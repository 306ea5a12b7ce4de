#include "ui_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/journal.h"
#include "results_harness.h"
#include "ui/actions.h"
#include "ui/adjust.h"
#include "ui/frame.h"
#include "ui/screen_question.h"
#include "ui/screens.h"

void stage_draw_as(struct stage *stage, int height, int width, bool ascii)
{
    struct draw draw;
    draw_buffer_release(&stage->buffer);
    draw_buffer_init(&stage->buffer, height, width, ascii, &draw);
    ui_update(&stage->ui);
    frame_draw(&stage->ui, &draw);
    assert_int_equal(stage->buffer.strays, 0);
}

void stage_draw(struct stage *stage, int height, int width)
{
    stage_draw_as(stage, height, width, true);
}

void stage_show(struct stage *stage, struct results *results)
{
    *stage = (struct stage){.results = results};
    settings_init(&stage->settings);
    ui_init(&stage->ui, ui_screens, stage->results, NULL, NULL);
    adjust_begin(&stage->ui, &stage->settings, NULL);
    stage_draw(stage, 24, 80);
}

void stage_open(struct stage *stage)
{
    stage_show(stage, harness_run_results());
}

void stage_close(struct stage *stage)
{
    ui_release(&stage->ui);
    settings_release(&stage->settings);
    results_free(stage->results);
    draw_buffer_release(&stage->buffer);
}

unsigned press_key(struct stage *stage, int key)
{
    unsigned requests = action_of_key(&stage->ui, key);
    stage_draw(stage, 24, 80);
    return requests;
}

unsigned press(struct stage *stage, const char *keys)
{
    unsigned requests = 0;
    for (; *keys; keys++)
        requests |= action_of_key(&stage->ui, *keys);
    stage_draw(stage, 24, 80);
    return requests;
}

void press_then(struct stage *stage, const char *keys, int last)
{
    press(stage, keys);
    action_of_key(&stage->ui, last);
    stage_draw(stage, 24, 80);
}

bool stage_selects(const struct stage *stage, const char *text)
{
    struct text drawn = {0};
    draw_buffer_print(&stage->buffer, &drawn);
    const char *line = strstr(drawn.bytes, "\n>");
    const char *found = line ? strstr(line + 1, text) : NULL;
    bool selected = found && found < strchr(line + 1, '\n');
    text_release(&drawn);
    return selected;
}

void page_path(const char *name, char *path, size_t size)
{
    const char *source = getenv("SOURCE");
    snprintf(path, size, "%s/tests/unit/pages/%s", source ? source : ".", name);
}

struct results *page_run(void)
{
    struct journal_reader *reader;
    struct results *results = results_new();
    char path[512];
    struct error error;
    long applied;
    page_path("run.jsonl", path, sizeof(path));
    if (journal_reader_open(path, &reader, &error) != STATUS_OK ||
        journal_read_more(reader, results, &applied, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    journal_reader_close(reader);
    return results;
}

/* Of the contexts that are no main screens. */
static const char *const ways[CONTEXT_COUNT] = {
    [CONTEXT_DETAILS] = "\t", [CONTEXT_SORT] = "s", [CONTEXT_HELP] = "?", [CONTEXT_PROMPT] = "/"};

static unsigned say_nothing(struct ui *ui)
{
    (void)ui;
    return 0;
}

void go_to(struct stage *stage, enum context context)
{
    if (context == CONTEXT_START) {
        fixture_init(&stage->start);
        ui_show_start(&stage->ui, &stage->start.start);
    } else if (context == CONTEXT_FORM) {
        go_to(stage, CONTEXT_START);
        action_of_key(&stage->ui, UI_KEY_ENTER);
    } else if (context == CONTEXT_DRY_RUN) {
        go_to(stage, CONTEXT_FORM);
        action_of_key(&stage->ui, 'D');
    } else if (context == CONTEXT_QUESTION)
        question_ask(&stage->ui, "Sure?", say_nothing, "Is that so?");
    else if (screen_rows[context].tab)
        action_of_key(&stage->ui, screen_rows[context].key);
    else
        press(stage, ways[context]);
    assert_int_equal(ui_context(&stage->ui), context);
}
