#include "ui/details.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/needed.h"
#include "ui/format.h"
#include "ui/widget/spark.h"

/* Where the texts behind the labels start. */
#define TEXT_X 12
/* Figures side by side; each has three spans. */
#define CELLS_MAX (DOCUMENT_SPANS_MAX / 3)
#define GRID_GAP  3

const char *details_title(const struct row *row, char buffer[DETAILS_TITLE_SIZE])
{
    snprintf(buffer, DETAILS_TITLE_SIZE, "%s, %s, %d thread%s on %s, %s: %s", row->model,
             row->label, row->threads, row->threads == 1 ? "" : "s", row->placement, row->runtime,
             trial_state_name(row->state));
    return buffer;
}

static void print_verdicts(const struct row *row, struct document *document)
{
    struct text verdict = {0};
    if (row->speed_verdict[0] != '\0')
        text_printf(&verdict, "speed: %s", row->speed_verdict);
    if (row->seconds_needed.present)
        text_printf(&verdict, " (about %.0f s more would)",
                    needed_rounded(row->seconds_needed.value));
    if (row->drop_verdict[0] != '\0')
        text_printf(&verdict, "%saccuracy: %s", verdict.length > 0 ? "; " : "", row->drop_verdict);
    if (row->samples_needed.present)
        text_printf(&verdict, " (about %.0f more would)",
                    needed_rounded(row->samples_needed.value));
    if (verdict.length > 0)
        document_entry(document, TEXT_X, "verdict", ROLE_TEXT, verdict.bytes);
    text_release(&verdict);
}

/* The course of the blocks, with the range that the sparkline spans. */
static void print_blocks(const struct row *row, struct document *document)
{
    double least, greatest;
    char from[FORMAT_SIZE], to[FORMAT_SIZE], range[2 * FORMAT_SIZE + 40];
    if (!spark_range(row->block_medians, row->n_blocks, &least, &greatest))
        return;
    snprintf(range, sizeof(range), "%s to %s in %zu block%s", format_nanoseconds(least, from),
             format_nanoseconds(greatest, to), row->n_blocks, row->n_blocks == 1 ? "" : "s");
    document_entry(document, TEXT_X, "blocks", ROLE_TEXT, range);
    int x = TEXT_X + cells_width(range, document->ascii) + 2;
    struct text spark = {0};
    size_t room = x < document->width ? (size_t)(document->width - x) : 0;
    if (document->braille)
        spark_print_braille(row->block_medians, row->n_blocks, room, &spark);
    else
        spark_print(row->block_medians, row->n_blocks, room, document->ascii, &spark);
    if (spark.length > 0)
        document_span(document, x, ROLE_BAR, spark.bytes);
    text_release(&spark);
}

/* Rows of the same model: as many as people step through, however many the run has. */
#define PEERS_MAX 64
struct peers {
    const struct row *rows[PEERS_MAX];
    size_t count;
};

static void find_peers(const struct table_source *source, const struct row *row,
                       struct peers *peers)
{
    peers->rows[0] = row;
    peers->count = 1;
    for (int i = 0; i < source->row_count && peers->count < PEERS_MAX; i++) {
        const struct row *other = source->row(source->context, i);
        if (other != row && strcmp(other->model, row->model) == 0)
            peers->rows[peers->count++] = other;
    }
}

/* Figures stand side by side in columns whose widths follow from all peers, so that nothing moves
 * when another of them is selected. */
struct grid {
    struct grid_column {
        int title, value, unit;
    } columns[CELLS_MAX];
    int count; /* of columns */
};

static bool in_grid(const struct table_source *source, const struct column *column)
{
    return column->kind == COLUMN_FIGURE && column_is_shown(column, SHOWN_DETAILS, source->run);
}

static int grid_column_width(const struct grid_column *column)
{
    return column->title + 1 + column->value + 1 + column->unit + GRID_GAP;
}

static void widen_to(int *width, int needed)
{
    if (needed > *width)
        *width = needed;
}

static void widen(int *width, const char *text, bool ascii)
{
    widen_to(width, cells_width(text, ascii));
}

/* What each figure of the grid needs, once for however many columns are tried; how many there are.
 */
static int measure_figures(const struct table_source *source, const struct peers *peers, bool ascii,
                           struct grid_column *needs)
{
    char value[COLUMN_TEXT_SIZE];
    int count = 0;
    for (size_t i = 0; i < source->column_count; i++) {
        const struct column *column = &source->columns[i];
        if (!in_grid(source, column))
            continue;
        struct grid_column *out = &needs[count++];
        *out = (struct grid_column){0};
        widen(&out->title, column_title(column, source->run), ascii);
        widen(&out->unit, column_unit(column, source->run), ascii);
        for (size_t k = 0; k < peers->count; k++)
            widen(&out->value, column_format(column, peers->rows[k], value), ascii);
    }
    return count;
}

/* The figures in so many columns; returns the width needed. */
static int measure_grid(const struct grid_column *needs, int n_needs, int count, struct grid *grid)
{
    int width = -GRID_GAP;
    *grid = (struct grid){.count = count};
    for (int i = 0; i < n_needs; i++) {
        struct grid_column *column = &grid->columns[i % count];
        widen_to(&column->title, needs[i].title);
        widen_to(&column->value, needs[i].value);
        widen_to(&column->unit, needs[i].unit);
    }
    for (int i = 0; i < count; i++)
        width += grid_column_width(&grid->columns[i]);
    return width;
}

/* As many columns as have room. */
static void choose_grid(const struct table_source *source, const struct peers *peers,
                        const struct document *document, struct grid *grid)
{
    struct grid_column *needs = xcalloc(source->column_count, sizeof(*needs));
    int n_needs = measure_figures(source, peers, document->ascii, needs), count = CELLS_MAX;
    while (measure_grid(needs, n_needs, count, grid) > document->width && count > 1)
        count--;
    free(needs);
}

static void print_cell(const struct table_source *source, const struct row *row,
                       const struct column *column, const struct grid *grid, int cell,
                       struct document *document)
{
    int x = 0;
    char value[COLUMN_TEXT_SIZE];
    for (int i = 0; i < cell; i++)
        x += grid_column_width(&grid->columns[i]);
    bool present = column->figure(row)->present;
    document_span(document, x, ROLE_LABEL, column_title(column, source->run));
    column_format(column, row, value);
    int right = x + grid->columns[cell].title + 1 + grid->columns[cell].value;
    document_span(document, right - cells_width(value, document->ascii),
                  present ? ROLE_TEXT : ROLE_DIM, value);
    if (present)
        document_span(document, right + 1, ROLE_TEXT, column_unit(column, source->run));
}

static void print_figures(const struct table_source *source, const struct row *row,
                          struct document *document)
{
    struct grid grid;
    struct peers peers;
    int cell = 0;
    find_peers(source, row, &peers);
    choose_grid(source, &peers, document, &grid);
    for (size_t i = 0; i < source->column_count; i++) {
        if (!in_grid(source, &source->columns[i]))
            continue;
        if (cell % grid.count == 0)
            document_break(document);
        print_cell(source, row, &source->columns[i], &grid, cell++ % grid.count, document);
    }
}

static bool is_absent(const struct table_source *source, const struct column *column,
                      const struct row *row)
{
    return in_grid(source, column) && !column->figure(row)->present;
}

/* Figures that are absent for the same reason share a line: "no data set: accuracy, drop". */
static void print_absent(const struct table_source *source, const struct row *row,
                         struct document *document)
{
    const struct column *list = source->columns;
    for (size_t i = 0; i < source->column_count; i++) {
        if (!is_absent(source, &list[i], row))
            continue;
        const char *reason = list[i].figure(row)->reason;
        struct text line = {0};
        bool told = false;
        text_printf(&line, "%s: %s", reason, list[i].title);
        for (size_t j = 0; j < source->column_count; j++) {
            if (j == i || !is_absent(source, &list[j], row) ||
                strcmp(list[j].figure(row)->reason, reason) != 0)
                continue;
            told = told || j < i;
            text_printf(&line, ", %s", list[j].title);
        }
        if (!told)
            document_entry(document, TEXT_X, "no figure", ROLE_DIM, line.bytes);
        text_release(&line);
    }
}

/* No text is shown twice; columns hand out the strings of the row, so comparing pointers will do.
 * These stand in the title or above the figures. */
static bool is_told(const struct row *row, const char *text)
{
    return text == row->model || text == row->label || text == row->runtime ||
           text == row->placement || text == row->reason || text == row->speed_verdict ||
           text == row->drop_verdict || text == trial_state_name(row->state);
}

static bool has_column(const struct table_source *source, const struct row *row, const char *text)
{
    for (size_t i = 0; i < source->column_count; i++) {
        const struct column *column = &source->columns[i];
        if ((column->shown & SHOWN_DETAILS) && column->kind == COLUMN_TEXT &&
            column->text(row) == text)
            return true;
    }
    return false;
}

static void print_texts(const struct table_source *source, const struct row *row,
                        struct document *document)
{
    const struct {
        const char *label, *text;
    } texts[] = {{"left float", row->float_list},
                 {"kernels", row->kernel_list},
                 {"isa", row->isa},
                 {"path", row->path}};
    for (size_t i = 0; i < source->column_count; i++) {
        const struct column *column = &source->columns[i];
        if ((column->shown & SHOWN_DETAILS) && column->kind == COLUMN_TEXT &&
            !is_told(row, column->text(row)))
            document_entry(document, TEXT_X, column->title, ROLE_TEXT, column->text(row));
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (!has_column(source, row, texts[i].text))
            document_entry(document, TEXT_X, texts[i].label, ROLE_TEXT, texts[i].text);
}

void details_print(const struct table_source *source, const struct row *row,
                   const struct details_context *context, struct document *document)
{
    if (row->state == TRIAL_FAILED)
        document_entry(document, TEXT_X, "failed", ROLE_BAD, row->reason);
    if (row->state == TRIAL_SKIPPED)
        document_entry(document, TEXT_X, "state", ROLE_WARNING, row->reason);
    print_verdicts(row, document);
    print_blocks(row, document);
    print_figures(source, row, document);
    print_absent(source, row, document);
    if (context->answer)
        document_entry(document, TEXT_X, "answer", ROLE_TEXT, context->answer->text);
    row_why_print(context->why, TEXT_X, document);
    print_texts(source, row, document);
}
