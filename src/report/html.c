/* One page that needs nothing else: answers, table, charts, the machine, and what it takes to
 * measure the same again. */
#include "report/html.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/gate.h"
#include "report/models.h"
#include "report/notes.h"
#include "report/report.h"
#include "results/recommend.h"

/* Lines of text as a list; nothing where there are none. */
static void add_list(struct text *out, const struct text *lines)
{
    if (lines->length == 0)
        return;
    text_add_string(out, "<ul>\n");
    for (const char *line = lines->bytes; *line;) {
        struct text item = {0};
        size_t length = strcspn(line, "\n");
        text_add(&item, line, length);
        text_add_string(out, "<li>");
        html_add(out, item.bytes);
        text_add_string(out, "</li>\n");
        text_release(&item);
        line += length + (line[length] == '\n');
    }
    text_add_string(out, "</ul>\n");
}

static void add_notes(struct results *results, struct text *out)
{
    struct text notes = {0};
    report_gate(results, "", &notes);
    report_warnings(results, "", &notes);
    report_missing(results, "", &notes);
    report_trust(results, "", &notes);
    report_why(results, "", &notes);
    report_open_verdicts(results, "", &notes);
    report_rejected(results, "", &notes);
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (trial_state_is_lost(row->state))
            text_printf(&notes, "%s %s on %s%s: %s\n", row->model, row->label, row->placement,
                        row->state == TRIAL_FAILED ? " failed" : "", row->reason);
    }
    add_list(out, &notes);
    text_release(&notes);
}

static void add_answer(struct results *results, const char *model, void *context)
{
    struct text *out = context;
    struct recommendation choice = recommend(results, model);
    if (!choice.text[0])
        return;
    text_add_string(out, "<p class=\"answer\"><strong>");
    html_add(out, model);
    text_add_string(out, "</strong>: ");
    html_add(out, choice.text);
    text_add_string(out, "</p>\n");
}

static void add_model(struct results *results, const char *model, void *context)
{
    struct text *out = context;
    html_add_heading(out, 2, model);
    html_add_charts(results, model, out);
    html_add_layers(results, model, out);
    html_add_details(results, model, out);
}

/* A member of the event that began the run, with an indent of 2. */
static void add_json(const json_t *event, const char *key, const char *title, struct text *out)
{
    const json_t *member = json_object_get(event, key);
    char *bytes = member ? json_dumps(member, JSON_INDENT(2) | JSON_ENCODE_ANY) : NULL;
    if (!bytes)
        return;
    text_add_string(out, "<details><summary>");
    html_add(out, title);
    text_add_string(out, "</summary><pre>");
    html_add(out, bytes);
    text_add_string(out, "</pre></details>\n");
    free(bytes);
}

/* The words of the shell: '...' around each. */
static void add_word(struct text *out, const char *word)
{
    text_add_string(out, " '");
    for (; *word; word++)
        text_printf(out, *word == '\'' ? "'\\%c'" : "%c", *word);
    text_add_string(out, "'");
}

static void add_command(const struct run_info *run, const json_t *event, struct text *out)
{
    struct text command = {0};
    size_t i;
    json_t *option;
    text_add_string(&command, "quantop run");
    if (run->profile[0])
        add_word(&command, run->profile);
    json_array_foreach(json_object_get(event, "options"), i, option)
    {
        const char *key = json_string_value(json_object_get(option, "key"));
        const char *value = json_string_value(json_object_get(option, "value"));
        struct text pair = {0};
        if (!key || !value)
            continue;
        text_printf(&pair, "%s=%s", key, value);
        text_add_string(&command, " --set");
        add_word(&command, pair.bytes);
        text_release(&pair);
    }
    text_add_string(out, "<pre>");
    html_add(out, command.bytes);
    text_add_string(out, "</pre>\n");
    text_release(&command);
}

static void add_reproduction(struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    const json_t *event = results_run_event(results);
    const struct {
        const char *title, *value;
    } lines[] = {
        {"quantop", run->version}, {"started", run->started},   {"host", run->host},
        {"CPU", run->cpu},         {"kernels up to", run->isa}, {"seed", run->seed},
        {"profile", run->profile},
    };
    html_add_heading(out, 2, "To measure the same again");
    text_add_string(out, "<table>");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (!lines[i].value[0])
            continue;
        text_printf(out, "<tr><th>%s</th><td>", lines[i].title);
        html_add(out, lines[i].value);
        text_add_string(out, "</td></tr>\n");
    }
    text_add_string(out, "</table>\n");
    add_command(run, event, out);
    add_json(event, "experiment", "What was measured: contents, modes, limits", out);
}

static void add_machine(const struct results *results, struct text *out)
{
    html_add_heading(out, 2, "Machine");
    html_add_paragraph(out, "dim", results_run(results)->topology);
    html_add_machine(results, out);
}

static const char *title_of(const struct run_info *run)
{
    return run->title[0] ? run->title : "quantop";
}

static void add_head(const struct run_info *run, struct text *out)
{
    text_add_string(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                         "<meta http-equiv=\"Content-Security-Policy\" "
                         "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                         "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    html_add(out, title_of(run));
    text_printf(out, "</title><style>%s</style></head><body>\n", html_style);
}

static void write_html(struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    struct text line = {0};
    add_head(run, out);
    html_add_heading(out, 1, title_of(run));
    text_printf(&line, "%s; kernels up to %s; %s", run->cpu, run->isa, run->started);
    if (results_progress(results) != RUN_COMPLETE)
        text_printf(&line, "; the run is %s: figures may change",
                    run_progress_name(results_progress(results)));
    html_add_paragraph(out, "dim", line.bytes);
    report_each_model(results, add_answer, out);
    html_add_table(results, out);
    add_notes(results, out);
    report_each_model(results, add_model, out);
    add_machine(results, out);
    add_reproduction(results, out);
    text_add_string(out, "</body></html>\n");
    text_release(&line);
}

const struct report_format report_html = {
    .name = "html",
    .write = write_html,
};
