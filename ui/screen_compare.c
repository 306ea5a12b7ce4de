/* Rows side by side: every figure, how far it is from that of the first, and how the blocks of each
 * are distributed over one axis. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/format.h"
#include "ui/page.h"
#include "ui/screen_table.h"
#include "ui/title.h"
#include "ui/widget/spark.h"

#define GAP      2
#define BINS_MAX 48
/* Cells of a label on a screen that is too narrow for two rows with their intervals. */
#define LABEL_LEAST 8

/* The rows, the first of which the others are compared with. */
struct compared {
    const struct row *rows[TAGS_MAX];
    int count, hidden;            /* those without room */
    int label, value, difference; /* widths; difference is 0 where it has no room */
    bool is_narrow;               /* intervals have no room either, and texts are cut */
};

/* Where the value of a row stands; the first has no difference behind it. */
static int row_x(const struct compared *compared, int i)
{
    int with_gap = compared->difference > 0 ? compared->difference + 1 : 0;
    return compared->label + i * (compared->value + GAP) + (i > 1 ? (i - 1) * with_gap : 0);
}

/* Units in which a difference is a figure of the same unit, and not a share. */
static bool is_absolute(const char *unit)
{
    static const char *const units[] = {"%", "pp", "dB"};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(unit, units[i]) == 0)
            return true;
    return false;
}

/* '*': the intervals lie apart; '?': they overlap, so that nothing can be told; ' ': there are
 * none. */
static char significance(const struct figure *a, const struct figure *b)
{
    if (!a->bounded || !b->bounded)
        return ' ';
    return a->low > b->high || b->low > a->high ? '*' : '?';
}

/* "+12.3 %*", or "" where one of both is absent or they have no ratio. */
static void print_difference(const struct column *column, const struct run_info *run,
                             const struct row *first, const struct row *row, char *out, size_t size)
{
    const struct figure *a = column->figure(first), *b = column->figure(row);
    const char *unit = column_unit(column, run);
    char mark = significance(a, b);
    out[0] = '\0';
    if (!a->present || !b->present)
        return;
    double difference = b->value - a->value;
    if (is_absolute(unit) && isfinite(difference))
        snprintf(out, size, "%+.2f%c", difference * column->scale, mark);
    else if (*unit != '\0' && a->value > 0.0 && isfinite(difference)) /* no counts */
        snprintf(out, size, "%+.1f %%%c", 100.0 * difference / a->value, mark);
}

static bool is_compared(const struct column *column, const struct run_info *run)
{
    return column->kind == COLUMN_FIGURE && (column_is_shown(column, SHOWN_TABLE, run) ||
                                             column_is_shown(column, SHOWN_DETAILS, run));
}

static bool some_present(const struct column *column, const struct compared *compared)
{
    for (int i = 0; i < compared->count; i++)
        if (column->figure(compared->rows[i])->present)
            return true;
    return false;
}

/* Writes a text of which so many cells are shown where room is short. */
static void print_cut(const struct compared *compared, int x, int cells, enum role role,
                      const char *text, struct document *document)
{
    size_t next, length = strlen(text);
    if (compared->is_narrow && cells_width(text, document->ascii) > cells)
        length = cells_wrap(text, document->ascii, cells, &next);
    char *copy = arena_copy(document->arena, text, length + 1);
    copy[length] = '\0';
    document_span(document, x, role, copy);
}

/* The value as it is shown: without its interval where that has no room. */
static const char *format_value(const struct compared *compared, const struct column *column,
                                const struct row *row, char buffer[COLUMN_TEXT_SIZE])
{
    const char *text = column_format(column, row, buffer);
    if (compared->is_narrow && column->figure(row)->present)
        buffer[strcspn(buffer, " ")] = '\0';
    return text;
}

/* The texts of two rows of a model that differ: what tells them apart. */
static void print_names(const struct compared *compared, struct document *document)
{
    const struct {
        const char *label;
        size_t offset;
    } names[] = {{"model", offsetof(struct row, model)},
                 {"mode", offsetof(struct row, label)},
                 {"runtime", offsetof(struct row, runtime)},
                 {"on", offsetof(struct row, placement)}};
    for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        document_break(document);
        document_span(document, 0, ROLE_LABEL, names[n].label);
        for (int i = 0; i < compared->count; i++) {
            const char *const *text =
                (const char *const *)((const char *)compared->rows[i] + names[n].offset);
            print_cut(compared, row_x(compared, i), compared->value,
                      n == 1 ? ROLE_TITLE : ROLE_TEXT, *text, document);
        }
    }
}

static void print_figure(const struct column *column, const struct run_info *run,
                         const struct compared *compared, struct document *document)
{
    char value[COLUMN_TEXT_SIZE], difference[COLUMN_TEXT_SIZE];
    struct text label = {0};
    text_printf(&label, "%s %s", column_title(column, run), column_unit(column, run));
    document_break(document);
    print_cut(compared, 0, compared->label - GAP, ROLE_LABEL, label.bytes, document);
    text_release(&label);
    for (int i = 0; i < compared->count; i++) {
        const struct row *row = compared->rows[i];
        int x = row_x(compared, i);
        document_span(document, x, column->figure(row)->present ? ROLE_TEXT : ROLE_DIM,
                      format_value(compared, column, row, value));
        if (i == 0 || compared->difference == 0)
            continue;
        print_difference(column, run, compared->rows[0], row, difference, sizeof(difference));
        int right = x + compared->value + 1 + compared->difference;
        if (difference[0] != '\0')
            document_span(document, right - cells_width(difference, document->ascii), ROLE_DIM,
                          difference);
    }
}

/* The blocks of all rows lie on one axis, from the shortest to the longest. */
static bool blocks_range(const struct compared *compared, double *least, double *greatest)
{
    bool found = false;
    for (int i = 0; i < compared->count; i++) {
        double low, high;
        const struct row *row = compared->rows[i];
        if (!spark_range(row->block_medians, row->n_blocks, &low, &high))
            continue;
        *least = found ? fmin(*least, low) : low;
        *greatest = found ? fmax(*greatest, high) : high;
        found = true;
    }
    return found && *greatest > *least;
}

static void print_distribution(const struct row *row, double least, double greatest, int cells,
                               struct document *document)
{
    int bins = document->braille ? 2 * cells : cells;
    double counts[2 * BINS_MAX];
    struct text spark = {0};
    for (int i = 0; i < bins; i++)
        counts[i] = 0.0;
    for (size_t i = 0; i < row->n_blocks; i++) {
        double place = (row->block_medians[i] - least) / (greatest - least) * bins;
        int bin = place < bins ? (int)place : bins - 1;
        counts[bin > 0 ? bin : 0] += 1.0;
    }
    for (int i = 0; i < bins; i++)
        if (!(counts[i] > 0.0))
            counts[i] = NAN; /* drawn as a blank */
    document_break(document);
    document_span(document, 2, ROLE_TEXT, row->label);
    if (document->braille)
        spark_print_braille(counts, (size_t)bins, (size_t)cells, &spark);
    else
        spark_print(counts, (size_t)bins, (size_t)cells, document->ascii, &spark);
    if (spark.length > 0)
        document_span(document, document->width - cells, ROLE_BAR, spark.bytes);
    text_release(&spark);
}

static void print_distributions(const struct compared *compared, struct document *document)
{
    double least = 0.0, greatest = 0.0;
    char from[FORMAT_SIZE], to[FORMAT_SIZE], text[3 * FORMAT_SIZE];
    int bins = document->width - compared->label;
    bins = bins < BINS_MAX ? bins : BINS_MAX;
    if (bins < 8 || !blocks_range(compared, &least, &greatest))
        return;
    document_break(document);
    document_break(document);
    snprintf(text, sizeof(text), "how many blocks took how long, from %s to %s",
             format_nanoseconds(least, from), format_nanoseconds(greatest, to));
    document_span(document, 0, ROLE_LABEL, text);
    for (int i = 0; i < compared->count; i++)
        print_distribution(compared->rows[i], least, greatest, bins, document);
}

static void add_row(struct ui *ui, int trial, struct compared *compared)
{
    if (trial >= 0 && trial < results_count(ui->results) && compared->count < TAGS_MAX)
        compared->rows[compared->count++] = results_row(ui->results, trial);
}

/* A row beside that which the table compares it with; fp32, which is compared with itself or with
 * none, beside the rows that are compared with it. */
static void choose_beside(struct ui *ui, const struct row *selected, struct compared *compared)
{
    int trial = selected->trial;
    bool is_reference = selected->baseline < 0 || selected->baseline == trial;
    if (!is_reference)
        add_row(ui, selected->baseline, compared);
    add_row(ui, trial, compared);
    for (int i = 0; is_reference && i < results_count(ui->results); i++)
        if (i != trial && results_row_as_it_stands(ui->results, i)->baseline == trial)
            add_row(ui, i, compared);
}

/* The tagged rows, or what goes with the selected one where fewer than two are tagged. */
static void choose_rows(struct ui *ui, struct compared *compared)
{
    struct table_source source = ui_source(ui);
    const struct row *selected = table_selected(table_screen_table(ui), &source);
    if (ui->tags.count < 2 && selected)
        choose_beside(ui, selected, compared);
    else
        for (int i = 0; i < ui->tags.count; i++)
            add_row(ui, ui->tags.trials[i], compared);
}

static void widen(int *width, const char *text, bool ascii)
{
    int needed = cells_width(text, ascii);
    *width = needed > *width ? needed : *width;
}

static void measure_column(struct compared *compared, const struct column *column,
                           const struct run_info *run, bool ascii)
{
    char text[COLUMN_TEXT_SIZE];
    int label = cells_width(column_title(column, run), ascii) + 1 +
                cells_width(column_unit(column, run), ascii);
    compared->label = label > compared->label ? label : compared->label;
    for (int i = 0; i < compared->count; i++) {
        widen(&compared->value, format_value(compared, column, compared->rows[i], text), ascii);
        print_difference(column, run, compared->rows[0], compared->rows[i], text, sizeof(text));
        widen(&compared->difference, text, ascii);
    }
}

static void measure_figures(struct compared *compared, const struct run_info *run, bool ascii)
{
    for (size_t i = 0; i < column_count; i++)
        if (is_compared(&columns[i], run) && some_present(&columns[i], compared))
            measure_column(compared, &columns[i], run, ascii);
}

/* Two rows at least are compared: where they have no room, intervals go and texts are cut. */
static void make_narrow(struct compared *compared, const struct run_info *run, int width,
                        bool ascii)
{
    struct compared narrow = {.count = compared->count, .is_narrow = true};
    memcpy(narrow.rows, compared->rows, sizeof(narrow.rows));
    measure_figures(&narrow, run, ascii);
    narrow.difference = 0;
    narrow.label = width - 2 * narrow.value - GAP;
    if (narrow.label >= LABEL_LEAST + GAP)
        *compared = narrow;
}

/* Where room is short, differences give way first, then the last rows but two, then intervals. */
static void measure(struct compared *compared, const struct run_info *run, int width, bool ascii)
{
    for (int i = 0; i < compared->count; i++)
        widen(&compared->value, compared->rows[i]->label, ascii);
    measure_figures(compared, run, ascii);
    compared->label += GAP;
    if (row_x(compared, compared->count) - GAP > width)
        compared->difference = 0;
    if (compared->count > 1 && row_x(compared, 2) - GAP > width)
        make_narrow(compared, run, width, ascii);
    while (compared->count > 1 && row_x(compared, compared->count) - GAP > width) {
        compared->count--;
        compared->hidden++;
    }
}

static void print_all(struct ui *ui, struct document *document)
{
    const struct run_info *run = results_run(ui->results);
    struct compared compared = {0};
    choose_rows(ui, &compared);
    if (compared.count == 0) {
        document_span(document, 0, ROLE_DIM, "no rows yet");
        return;
    }
    measure(&compared, run, document->width, document->ascii);
    if (compared.hidden > 0 || compared.is_narrow)
        document_paragraph(document, 0, ROLE_WARNING,
                           compared.is_narrow
                               ? "A wider screen has room for intervals and differences."
                               : "There is no room for all rows: a wider screen shows the rest.");
    print_names(&compared, document);
    document_break(document);
    for (size_t i = 0; i < column_count; i++)
        if (is_compared(&columns[i], run) && some_present(&columns[i], &compared))
            print_figure(&columns[i], run, &compared, document);
    print_distributions(&compared, document);
    document_break(document);
    document_break(document);
    document_break(document);
    document_paragraph(document, 0, ROLE_DIM,
                       "Differences are to the first row. * the 95 % intervals lie apart; ? they "
                       "overlap, so that no difference is shown. Space in the trials tags up to "
                       "four rows.");
}

static void compare_draw(struct ui *ui, const struct draw *draw)
{
    title_draw(ui, draw, layout_page(draw->height, draw->width).title);
    page_draw(ui, CONTEXT_COMPARE, draw, print_all);
}

const struct screen screen_compare = {
    .state_size = sizeof(struct document_view),
    .draw = compare_draw,
    .move = page_move,
    .page = page_height,
};
