/* A Markdown table with the columns of the terminal table, notes, and the recommendations. */
#include "report/cells.h"
#include "report/gate.h"
#include "report/models.h"
#include "report/notes.h"
#include "report/report.h"
#include "results/column.h"
#include "results/recommend.h"

static bool is_shown(const struct column *column, const struct run_info *run)
{
    return column_is_shown(column, SHOWN_TABLE, run);
}

static void add_header(const struct run_info *run, struct text *out)
{
    text_add_string(out, "|");
    for (size_t i = 0; i < column_count; i++) {
        if (!is_shown(&columns[i], run))
            continue;
        const char *unit = column_unit(&columns[i], run);
        text_printf(out, unit[0] ? " %s (%s) |" : " %s%s |", column_title(&columns[i], run), unit);
    }
    text_add_string(out, "\n|");
    for (size_t i = 0; i < column_count; i++)
        if (is_shown(&columns[i], run))
            text_add_string(out, columns[i].kind == COLUMN_FIGURE ? " ---: |" : " --- |");
    text_add_string(out, "\n");
}

static void add_recommendation(struct results *results, const char *model, void *context)
{
    struct recommendation choice = recommend(results, model);
    if (choice.text[0])
        text_printf(context, "- **%s**: %s\n", model, choice.text);
}

static void write_markdown(struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    char value[COLUMN_TEXT_SIZE];
    if (run->title[0])
        text_printf(out, "## %s\n\n", run->title);
    report_gate_markdown(results, out);
    text_printf(out, "%s, %s; kernels up to %s; %s\n\n", run->cpu, run->topology, run->isa,
                run->started);
    add_header(run, out);
    for (int i = 0; i < results_count(results); i++) {
        text_add_string(out, "|");
        for (size_t c = 0; c < column_count; c++)
            if (is_shown(&columns[c], run))
                cell_add_markdown(out, column_format(&columns[c], results_row(results, i), value));
        text_add_string(out, "\n");
    }
    text_add_string(out, "\n");
    report_warnings(results, "- ", out);
    report_missing(results, "- ", out);
    report_trust(results, "- ", out);
    report_why(results, "- ", out);
    report_open_verdicts(results, "- ", out);
    report_each_model(results, add_recommendation, out);
    report_rejected(results, "- ", out);
}

const struct report_format report_markdown = {
    .name = "markdown",
    .write = write_markdown,
};
