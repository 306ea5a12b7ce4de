/* The table for a terminal: columns that fit its width, rows one by one, notes below. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/cells.h"
#include "report/gate.h"
#include "report/models.h"
#include "report/notes.h"
#include "report/report.h"
#include "results/column.h"
#include "results/recommend.h"

static int longest_value(struct results *results, const struct column *column, bool ascii)
{
    char value[COLUMN_TEXT_SIZE];
    int longest = 0;
    for (int i = 0; i < results_count(results); i++) {
        int width = cell_width(column_format(column, results_row(results, i), value), ascii);
        longest = width > longest ? width : longest;
    }
    return longest;
}

static const char *title_of(const struct column *column, const struct run_info *run, char *buffer,
                            size_t size)
{
    const char *unit = column_unit(column, run);
    snprintf(buffer, size, unit[0] ? "%s %s" : "%s%s", column_title(column, run), unit);
    return buffer;
}

/* Text columns are as wide as their values; figures, and texts that change, at least as their row
 * of the table says, so that values that come later fit. */
static int width_of(struct results *results, const struct column *column, bool ascii)
{
    char title[COLUMN_TEXT_SIZE];
    int least = cell_width(title_of(column, results_run(results), title, sizeof(title)), ascii);
    int wanted = longest_value(results, column, ascii);
    int usual = column_width(column, results_run(results));
    if ((column->kind == COLUMN_FIGURE || column->changes) && usual > wanted)
        wanted = usual;
    return wanted > least ? wanted : least;
}

static int total_width(const struct table_layout *layout)
{
    int total = 0;
    for (size_t i = 0; i < layout->count; i++)
        total += layout->widths[i] + (i ? 2 : 0);
    return total;
}

static void drop_least_important(struct table_layout *layout)
{
    size_t worst = 0;
    for (size_t i = 0; i < layout->count; i++)
        if (layout->columns[i]->priority >= layout->columns[worst]->priority)
            worst = i;
    layout->count--;
    for (size_t i = worst; i < layout->count; i++) {
        layout->columns[i] = layout->columns[i + 1];
        layout->widths[i] = layout->widths[i + 1];
    }
}

struct table_layout table_layout_new(struct results *results, const struct table_style *style)
{
    struct table_layout layout = {
        .style = *style,
        .columns = xcalloc(column_count, sizeof(*layout.columns)),
        .widths = xcalloc(column_count, sizeof(*layout.widths)),
    };
    for (size_t i = 0; i < column_count; i++) {
        if (!column_is_shown(&columns[i], SHOWN_TABLE, results_run(results)))
            continue;
        layout.columns[layout.count] = &columns[i];
        layout.widths[layout.count++] = width_of(results, &columns[i], style->ascii);
    }
    while (style->width > 0 && layout.count > 2 && total_width(&layout) > style->width)
        drop_least_important(&layout);
    return layout;
}

void table_layout_release(struct table_layout *layout)
{
    FREE_AND_NULL(layout->columns);
    FREE_AND_NULL(layout->widths);
}

static void add_cell(const struct table_layout *layout, size_t i, const char *value,
                     struct text *out)
{
    bool right = layout->columns[i]->kind == COLUMN_FIGURE;
    bool last = i + 1 == layout->count;
    int padding = layout->widths[i] - cell_width(value, layout->style.ascii);
    text_add_string(out, i ? "  " : "");
    text_printf(out, "%*s", right && padding > 0 ? padding : 0, "");
    cell_add_value(out, value, layout->style.ascii);
    text_printf(out, "%*s", !right && !last && padding > 0 ? padding : 0, "");
}

void table_write_header(const struct table_layout *layout, const struct run_info *run,
                        struct text *out)
{
    char title[COLUMN_TEXT_SIZE];
    text_add_string(out, layout->style.bold ? "\033[1m" : "");
    for (size_t i = 0; i < layout->count; i++)
        add_cell(layout, i, title_of(layout->columns[i], run, title, sizeof(title)), out);
    text_add_string(out, layout->style.bold ? "\033[0m\n" : "\n");
}

void table_write_row(const struct table_layout *layout, const struct row *row, struct text *out)
{
    char value[COLUMN_TEXT_SIZE];
    for (size_t i = 0; i < layout->count; i++)
        add_cell(layout, i, column_format(layout->columns[i], row, value), out);
    text_add_string(out, "\n");
}

static void add_recommendation(struct results *results, const char *model, void *context)
{
    struct recommendation choice = recommend(results, model);
    if (choice.text[0])
        text_printf(context, "%s: %s\n", model, choice.text);
}

/* Whether an earlier row is of the same model in the same mode: on another placement or runtime. */
static bool is_repeat(struct results *results, int i)
{
    const struct row *row = results_row(results, i);
    for (int k = 0; k < i; k++) {
        const struct row *other = results_row(results, k);
        if (other->float_nodes.present && strcmp(other->model, row->model) == 0 &&
            strcmp(other->label, row->label) == 0)
            return true;
    }
    return false;
}

static bool is_lost_alike(const struct row *a, const struct row *b)
{
    return trial_state_is_lost(a->state) && b->state == a->state &&
           strcmp(a->model, b->model) == 0 && strcmp(a->reason, b->reason) == 0;
}

/* "int8 with onnxruntime on 1" */
static void add_row_name(const struct run_info *run, const struct row *row, struct text *out)
{
    text_printf(out, "%s%s%s on %s", row->label, run->has_runtimes ? " with " : "",
                run->has_runtimes ? row->runtime : "", row->placement);
}

/* The rows of a model that were lost for the same reason as row i, the first of them. */
static void add_failure(struct results *results, int i, struct text *out)
{
    const struct row *first = results_row(results, i);
    int alike = 0, of_model = 0;
    text_printf(out, "%s ", first->model);
    for (int k = 0; k < results_count(results); k++) {
        const struct row *row = results_row(results, k);
        alike += is_lost_alike(first, row);
        of_model += strcmp(first->model, row->model) == 0;
    }
    if (alike > 1 && alike == of_model) {
        text_printf(out, "in all %d rows", alike);
    } else {
        const char *separator = "";
        for (int k = i; k < results_count(results); k++) {
            const struct row *row = results_row(results, k);
            if (!is_lost_alike(first, row))
                continue;
            text_add_string(out, separator);
            add_row_name(results_run(results), row, out);
            separator = ", ";
        }
    }
    text_printf(out, "%s: %s\n", first->state == TRIAL_FAILED ? " failed" : "", first->reason);
}

/* One line per cause. */
static void add_failures(struct results *results, struct text *out)
{
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        bool is_told = !trial_state_is_lost(row->state);
        for (int k = 0; k < i; k++)
            is_told = is_told || is_lost_alike(row, results_row(results, k));
        if (!is_told)
            add_failure(results, i, out);
    }
}

void table_write_failures(struct results *results, const struct table_style *style,
                          struct text *out)
{
    struct text notes = {0};
    add_failures(results, &notes);
    cell_add_value(out, notes.bytes ? notes.bytes : "", style->ascii);
    text_release(&notes);
}

static bool has_remark(const struct row *row, const char *remark)
{
    for (size_t i = 0; i < row->n_remarks; i++)
        if (strcmp(row->remarks[i], remark) == 0)
            return true;
    return false;
}

/* The modes of a model that a remark is about; nothing where it is about all that have any. */
static void add_modes(struct results *results, const struct row *row, const char *remark,
                      struct text *out)
{
    struct text modes = {0};
    bool all = true;
    for (int i = 0; i < results_count(results); i++) {
        const struct row *other = results_row(results, i);
        if (strcmp(other->model, row->model) != 0 || is_repeat(results, i))
            continue;
        if (has_remark(other, remark))
            text_printf(&modes, "%s%s", modes.length ? ", " : " ", other->label);
        else
            all = all && !other->bytes.present;
    }
    if (!all)
        text_add_string(out, modes.bytes ? modes.bytes : "");
    text_release(&modes);
}

/* Each remark about a model once. */
static void add_remarks(struct results *results, int i, struct text *out)
{
    const struct row *row = results_row(results, i);
    for (size_t r = 0; r < row->n_remarks; r++) {
        bool is_told = false;
        for (int k = 0; k < i && !is_told; k++) {
            const struct row *other = results_row(results, k);
            is_told = strcmp(other->model, row->model) == 0 && has_remark(other, row->remarks[r]);
        }
        if (is_told)
            continue;
        text_printf(out, "%s", row->model);
        add_modes(results, row, row->remarks[r], out);
        text_printf(out, ": note: %s\n", row->remarks[r]);
    }
}

/* Once per model: its rows leave the same samples out. */
static void add_left_out(struct results *results, const char *model, void *context)
{
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (strcmp(row->model, model) != 0 || !row->left_out.present || row->left_out.value < 1.0)
            continue;
        text_printf(context, "%s: the last %.0f samples do not fill a batch and are left out\n",
                    model, row->left_out.value);
        return;
    }
}

void table_write_notes(struct results *results, const struct table_style *style, struct text *out)
{
    struct text notes = {0};
    add_failures(results, &notes);
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        bool mixed = row->float_nodes.present && row->nodes.present &&
                     row->float_nodes.value > 0.0 && row->float_nodes.value < row->nodes.value;
        if (mixed && !is_repeat(results, i))
            text_printf(&notes, "%s %s: %.0f of %.0f operators stay float (%s)\n", row->model,
                        row->label, row->float_nodes.value, row->nodes.value, row->float_list);
    }
    for (int i = 0; i < results_count(results); i++)
        add_remarks(results, i, &notes);
    report_each_model(results, add_left_out, &notes);
    report_warnings(results, "", &notes);
    report_missing(results, "", &notes);
    report_trust(results, "", &notes);
    report_why(results, "", &notes);
    report_open_verdicts(results, "", &notes);
    report_each_model(results, add_recommendation, &notes);
    report_rejected(results, "", &notes);
    report_gate(results, "", &notes);
    cell_add_value(out, notes.bytes ? notes.bytes : "", style->ascii);
    text_release(&notes);
}
