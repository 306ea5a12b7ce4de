/* The model of the selected row: operators, shapes, types, parameters and ranges of the file as it
 * is shipped in that mode, and beside it the float graph. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/list_page.h"
#include "ui/model_columns.h"
#include "ui/model_details.h"
#include "ui/screen_prompt.h"
#include "ui/screen_table.h"
#include "ui/title.h"

/* Lines of the details of the selected line. */
#define DETAILS_LINES 10

/* Lines are 0, the whole model, which is always the first, and one more than each operator's
 * number. */
struct model_view {
    struct list_view list;
    struct document_view document; /* of the details, where they take the whole page */
    bool is_open;                  /* they do */
    size_t selected;               /* line */
    size_t sort;                   /* column */
    bool is_sorted;                /* else in the order of the file */
    char text[PROMPT_SIZE];        /* that was searched for; "": nothing yet */
    size_t from;                   /* the line that a search began at */
    size_t place, count;           /* of the selected line and of lines, when last drawn */
};

/* The lines of the selected row in the order in which they are shown. */
struct shown_model {
    struct model_subject subject; /* row NULL: none is selected; network NULL: it is not known */
    size_t *order, count;
    struct list_column *columns; /* those of model_columns, empty ones hidden */
    size_t place;                /* of the selected line */
    size_t sort;                 /* column, where it is sorted */
};

static struct model_view *view_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_MODEL);
}

static struct model_line line_at(const struct shown_model *shown, size_t line)
{
    const struct network *network = shown->subject.network;
    return (struct model_line){.network = network,
                               .node = line > 0 ? &network->operators[line - 1] : NULL,
                               .number = line > 0 ? line - 1 : 0};
}

static int by_column(const void *a, const void *b, void *context)
{
    const struct shown_model *shown = context;
    struct model_line first = line_at(shown, *(const size_t *)a);
    struct model_line second = line_at(shown, *(const size_t *)b);
    return model_compare(&first, &second, shown->sort);
}

/* That of its fp32 row, where it is another file. */
static void find_real(struct model_subject *subject)
{
    struct results *results = subject->results;
    int baseline = subject->row->baseline;
    if (baseline < 0 || baseline >= results_count(results))
        return;
    int candidate = results_row_as_it_stands(results, baseline)->candidate;
    subject->is_real = candidate == subject->row->candidate;
    subject->real = subject->is_real ? NULL : results_network(results, candidate);
}

static void make_columns(struct shown_model *shown)
{
    shown->columns = xcalloc(model_column_count, sizeof(*shown->columns));
    for (size_t i = 0; i < model_column_count; i++) {
        shown->columns[i] = model_columns[i];
        shown->columns[i].is_hidden = model_column_is_empty(shown->subject.network, i);
    }
}

static void order_lines(struct shown_model *shown, const struct model_view *view)
{
    shown->count = shown->subject.network->n_operators + 1;
    shown->order = xcalloc(shown->count, sizeof(*shown->order));
    for (size_t i = 0; i < shown->count; i++)
        shown->order[i] = i;
    shown->sort = view->sort;
    if (view->is_sorted)
        qsort_r(shown->order + 1, shown->count - 1, sizeof(*shown->order), by_column, shown);
    for (size_t i = 0; i < shown->count; i++)
        if (shown->order[i] == view->selected)
            shown->place = i;
}

static void model_make(struct ui *ui, struct shown_model *shown)
{
    struct table_source source = ui_source(ui);
    const struct row *row = table_selected(table_screen_table(ui), &source);
    *shown = (struct shown_model){.subject = {.results = ui->results, .row = row}};
    if (!row)
        return;
    shown->subject.network = results_network(ui->results, row->candidate);
    find_real(&shown->subject);
    if (!shown->subject.network)
        return;
    make_columns(shown);
    order_lines(shown, view_of(ui));
}

static void model_release(struct shown_model *shown)
{
    free(shown->order);
    free(shown->columns);
}

static const char *line_cell(void *context, size_t place, size_t column,
                             char buffer[LIST_CELL_SIZE])
{
    const struct shown_model *shown = context;
    struct model_line line = line_at(shown, shown->order[place]);
    return model_cell(&line, column, buffer);
}

static struct list_source source_of(struct shown_model *shown, const struct model_view *view)
{
    return (struct list_source){.columns = shown->columns,
                                .n_columns = model_column_count,
                                .count = shown->count,
                                .sorted = view->is_sorted ? (int)view->sort : LIST_NO_COLUMN,
                                .cell = line_cell,
                                .context = shown};
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* "3 CONV_2D 3x3/2 RELU6". */
static void draw_rule_of(const struct shown_model *shown, const struct draw *draw, struct rect area)
{
    size_t line = shown->order[shown->place];
    struct text title = {0};
    if (line > 0) {
        text_printf(&title, "%zu ", line - 1);
        model_print_operator(&shown->subject.network->operators[line - 1], &title);
    } else {
        text_add_string(&title, "whole model");
    }
    draw_rule(draw, area, 0, ROLE_RULE, title.bytes);
    text_release(&title);
}

static void draw_document(const struct shown_model *shown, struct document_view *view,
                          const struct draw *draw, struct rect area)
{
    size_t line = shown->order[shown->place];
    struct document document;
    draw_rule_of(shown, draw, area);
    document_init(&document, area.width - 2, draw->ascii);
    if (line > 0)
        model_print_node(&shown->subject, line - 1, &document);
    else
        model_print_whole(&shown->subject, &document);
    document_draw(&document, view, draw, rect_lines(area, 1, area.height - 1));
    document_release(&document);
}

static void draw_details(const struct draw *draw, struct rect area, void *context)
{
    struct document_view view = {0};
    draw_document(context, &view, draw, area);
}

/* "mobilenet, int8 on 1: 18 operators, 152522 parameters; in the order of the file" */
static void print_heading(const struct shown_model *shown, const struct model_view *view,
                          struct text *out)
{
    const struct row *row = shown->subject.row;
    const struct network *network = shown->subject.network;
    const struct list_column *column = &model_columns[view->sort];
    text_printf(out, "%s, %s: ", row->model, row->label);
    if (network->count > (double)network->n_operators)
        text_printf(out, "the first %zu of ", network->n_operators);
    text_printf(out, "%.0f operators, %s%s%s%s", network->count,
                view->is_sorted ? "sorted by " : "in the order of the file",
                view->is_sorted ? column->title : "", view->is_sorted && *column->unit ? " " : "",
                view->is_sorted ? column->unit : "");
}

static void draw_list(const struct draw *draw, struct shown_model *shown, struct model_view *view)
{
    struct list_source source = source_of(shown, view);
    struct text heading = {0};
    print_heading(shown, view, &heading);
    const struct list_page page = {.view = &view->list,
                                   .source = &source,
                                   .place = shown->place,
                                   .heading = heading.bytes,
                                   .details = DETAILS_LINES,
                                   .draw_details = draw_details};
    list_page_draw(draw, &page, shown);
    text_release(&heading);
}

static void print_absent(const struct ui *ui, const struct row *row, struct text *out)
{
    const char *why = row ? results_network_absent(ui->results, row->candidate) : NULL;
    if (!row)
        text_add_string(out, "There is no row yet.");
    else if (why)
        text_printf(out, "What this row's file computes is not known: %s.", why);
    else if (row->bytes.present)
        text_add_string(out, "The operators of this row are not in this journal, which is of an "
                             "older program; 'quantop inspect MODEL' lists those of a file.");
    else if (trial_state_is_lost(row->state))
        text_printf(out, "No file was made for this row: %s.", row->reason);
    else
        text_add_string(out, "The file of this row is not made yet.");
}

static void draw_absent(const struct ui *ui, const struct draw *draw, struct rect area,
                        const struct row *row)
{
    struct document document;
    struct document_view view = {0};
    struct text text = {0};
    print_absent(ui, row, &text);
    document_init(&document, area.width - 4, draw->ascii);
    document_break(&document);
    document_paragraph(&document, 2, ROLE_DIM, text.bytes);
    document_draw(&document, &view, draw, area);
    document_release(&document);
    text_release(&text);
}

static void model_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct model_view *view = view_of(ui);
    struct shown_model shown;
    title_draw(ui, draw, layout.title);
    draw_cursor(draw, layout.table, 0, 0);
    model_make(ui, &shown);
    view->place = shown.place;
    view->count = shown.count;
    if (shown.count == 0)
        draw_absent(ui, draw, layout.table, shown.subject.row);
    else if (view->is_open)
        draw_document(&shown, &view->document, draw, layout.table);
    else
        draw_list(draw, &shown, view);
    model_release(&shown);
}

static const char *model_position(const struct ui *ui, char *buffer, size_t size)
{
    const struct model_view *view = view_of(ui);
    snprintf(buffer, size, "%zu/%zu", view->place + 1, view->count);
    return view->count > 0 ? buffer : NULL;
}

/* --- moving ----------------------------------------------------------------------------------- */

/* Other details begin at their top. */
static void select_line(struct ui *ui, size_t line)
{
    struct model_view *view = view_of(ui);
    if (view->selected != line)
        view->document.top = 0;
    view->selected = line;
}

static void model_move(struct ui *ui, int lines)
{
    struct shown_model shown;
    if (view_of(ui)->is_open) {
        document_move(&view_of(ui)->document, lines);
        return;
    }
    model_make(ui, &shown);
    if (shown.count > 0) {
        struct list_source source = source_of(&shown, view_of(ui));
        select_line(ui, shown.order[list_moved(&source, shown.place, lines)]);
    }
    model_release(&shown);
}

static unsigned model_select(struct ui *ui, int place)
{
    struct shown_model shown;
    model_make(ui, &shown);
    if ((size_t)place < shown.count)
        select_line(ui, shown.order[place]);
    model_release(&shown);
    return 0;
}

static int model_page(const struct ui *ui)
{
    const struct model_view *view = view_of(ui);
    return view->is_open ? view->document.height : view->list.page;
}

static unsigned model_details(struct ui *ui, int argument)
{
    struct model_view *view = view_of(ui);
    (void)argument;
    view->is_open = !view->is_open;
    view->document.top = 0;
    return 0;
}

static unsigned model_sort_step(struct ui *ui, int step)
{
    struct model_view *view = view_of(ui);
    struct shown_model shown;
    model_make(ui, &shown);
    struct list_source source = source_of(&shown, view);
    int column = shown.columns ? list_next_column(&source, step) : source.sorted;
    model_release(&shown);
    view->is_sorted = column != LIST_NO_COLUMN;
    view->sort = view->is_sorted ? (size_t)column : 0;
    return 0;
}

/* The line of another row's network that computes what a line does; that of the whole: none does.
 */
static size_t line_in(const struct network *network, size_t line, const struct network *other)
{
    int found = line > 0 ? network_counterpart(network, line - 1, other) : -1;
    return (size_t)(found + 1);
}

static bool has_another_file(struct ui *ui, const struct row *row, const struct row *selected)
{
    return row->candidate != selected->candidate && results_network(ui->results, row->candidate);
}

static unsigned model_next_mode(struct ui *ui, int argument)
{
    struct shown_model shown;
    (void)argument;
    model_make(ui, &shown);
    int trial = table_screen_next_of_model(ui, has_another_file);
    if (trial < 0) {
        ui_notice(ui, "no other row of this model has a file whose operators are known");
    } else {
        const struct network *other =
            results_network(ui->results, results_row_as_it_stands(ui->results, trial)->candidate);
        if (shown.count > 0)
            select_line(ui, line_in(shown.subject.network, shown.order[shown.place], other));
        ui->screens[CONTEXT_TABLE]->select(ui, trial);
    }
    model_release(&shown);
    return 0;
}

/* --- searching -------------------------------------------------------------------------------- */

static bool line_has(struct shown_model *shown, size_t place, const char *text)
{
    char buffer[LIST_CELL_SIZE];
    for (size_t column = 0; column < model_column_count; column++)
        if (strcasestr(line_cell(shown, place, column, buffer), text))
            return true;
    return false;
}

/* Goes to the first line from a place on, around the ends, that has the text; false: none has. */
static bool go_to_text(struct ui *ui, const char *text, bool skips, int step)
{
    struct shown_model shown;
    bool is_found = false;
    model_make(ui, &shown);
    for (size_t i = skips ? 1 : 0; i <= shown.count && shown.count > 0 && !is_found; i++) {
        size_t place = (shown.place + (step > 0 ? i : shown.count - i % shown.count)) % shown.count;
        is_found = line_has(&shown, place, text);
        if (is_found)
            select_line(ui, shown.order[place]);
    }
    model_release(&shown);
    return is_found;
}

static void search_changed(struct ui *ui, const char *text)
{
    select_line(ui, view_of(ui)->from);
    if (*text)
        go_to_text(ui, text, false, 1);
}

static bool search_accepted(struct ui *ui, const char *text)
{
    snprintf(view_of(ui)->text, PROMPT_SIZE, "%s", text);
    if (*text && !go_to_text(ui, text, false, 1))
        ui_notice(ui, "no operator has '%s'", text);
    return true;
}

static void search_cancelled(struct ui *ui)
{
    select_line(ui, view_of(ui)->from);
}

static unsigned model_search(struct ui *ui, int argument)
{
    static const struct prompt_use use = {.label = "find: ",
                                          .changed = search_changed,
                                          .accepted = search_accepted,
                                          .cancelled = search_cancelled};
    (void)argument;
    view_of(ui)->from = view_of(ui)->selected;
    prompt_open(ui, &use, "");
    return 0;
}

static unsigned model_next(struct ui *ui, int step)
{
    const struct model_view *view = view_of(ui);
    char key[KEY_SAID_SIZE];
    if (!view->text[0])
        ui_notice(ui, "nothing was searched for yet: %s does",
                  ui_key(ui, CONTEXT_MODEL, "search-model", key));
    else if (!go_to_text(ui, view->text, true, step))
        ui_notice(ui, "no operator has '%s'", view->text);
    return 0;
}

static bool model_close(struct ui *ui)
{
    struct model_view *view = view_of(ui);
    bool was_open = view->is_open;
    view->is_open = false;
    return was_open;
}

static const struct key_binding model_keys[] = {
    {"model-details", model_details, ON_KEYS(UI_KEY_ENTER), .label = "Details",
     .help = "Have the details of the selected line take the place of the list, or show the list "
             "again."},
    {"model-mode", model_next_mode, ON_KEYS(UI_KEY_TAB), .label = "Mode",
     .help = "Take the next row of the same model whose file is another, and the same operator "
             "there."},
    {"search-model", model_search, ON_KEYS('/'), .label = "Find",
     .help = "Find an operator while typing a part of what its line says, or could say."},
    {"model-right", model_sort_step, ON_KEYS('>'), .label = "Sort",
     .help = "Sort the operators by the column to the right, the largest first.", .argument = 1},
    {"model-left", model_sort_step, ON_KEYS('<'),
     .help = "Sort the operators by the column to the left; left of the first is the file's "
             "order.",
     .argument = -1},
    {"next-in-model", model_next, ON_KEYS('n'),
     .help = "Go to the next operator that was searched for.", .argument = 1},
    {"previous-in-model", model_next, ON_KEYS('N'),
     .help = "Go to the operator before that was searched for.", .argument = -1},
};

const struct screen screen_model = {
    .state_size = sizeof(struct model_view),
    .draw = model_draw,
    .close = model_close,
    .position = model_position,
    .move = model_move,
    .page = model_page,
    .select = model_select,
    .keys = KEY_TABLE(model_keys),
};
