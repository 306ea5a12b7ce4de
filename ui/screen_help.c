/* Help: everything in it comes from the tables of keys, columns, marks, states and roles. */
#include "ui/screens.h"
#include "ui/widget/document.h"

/* Where the explanations start, where the screen is wide enough for two columns. */
#define TEXT_X    22
#define WIDE_FROM 50

static void print_heading(struct document *document, const char *heading)
{
    if (document->count > 0)
        document_break(document);
    document_break(document);
    document_span(document, 0, ROLE_TITLE, heading);
}

/* A term and what it means: beside it, or below it on a narrow screen. */
static void print_term(struct document *document, enum role role, const char *term,
                       const char *meaning)
{
    bool narrow = document->width < WIDE_FROM;
    document_break(document);
    document_span(document, 1, role, term);
    if (narrow || cells_width(term, document->ascii) >= TEXT_X - 2)
        document_break(document);
    document_paragraph(document, narrow ? 4 : TEXT_X, ROLE_TEXT, meaning);
}

static void print_keys(struct document *document, size_t first)
{
    struct text names = {0};
    keys_print_group(&key_bindings[first], &names);
    print_heading(document, names.bytes);
    for (size_t i = first; i < key_binding_count; i++) {
        if (key_bindings[i].contexts != key_bindings[first].contexts)
            continue;
        text_clear(&names);
        keys_print_names(&key_bindings[i], &names);
        print_term(document, ROLE_KEY, names.bytes, key_bindings[i].help);
    }
    text_release(&names);
}

static void print_columns(const struct ui *ui, struct document *document)
{
    const struct run_info *run = results_run(ui->results);
    print_heading(document, "Columns and figures");
    for (size_t i = 0; i < column_count; i++) {
        const struct column *column = &columns[i];
        if (!column_is_shown(column, SHOWN_TABLE, run) &&
            !column_is_shown(column, SHOWN_DETAILS, run))
            continue;
        const char *unit = column_unit(column, run);
        struct text term = {0};
        text_printf(&term, "%s%s%s", column_title(column, run), *unit ? " " : "", unit);
        print_term(document, ROLE_LABEL, term.bytes, column->help);
        text_release(&term);
    }
    document_break(document);
    document_break(document);
    document_paragraph(document, 1, ROLE_TEXT,
                       "A figure with ± has a 95 % interval that reaches half its width to each "
                       "side. A figure that is shown as - could not be had; the details say why. "
                       "Rows that are equal in the sorted column stand in the order of the "
                       "trials, absent figures last.");
}

static void print_legend(struct document *document)
{
    print_heading(document, "Marks left of the rows");
    print_term(document, ROLE_KEY, ">", "selected");
    for (size_t i = 0; i < table_mark_count; i++)
        print_term(document, ROLE_KEY, (char[]){table_marks[i].mark, '\0'}, table_marks[i].help);
    print_heading(document, "Marks in the heads");
    print_term(document, ROLE_KEY, "< and >",
               "There are more columns to the left or right, for which there is no room.");
    print_heading(document, "Colours");
    for (enum role role = 0; role < ROLE_COUNT; role++)
        if (theme_text(role) != NULL)
            print_term(document, role, "text like this", theme_text(role));
}

static void help_enter(struct ui *ui)
{
    struct document_view *view = ui_state(ui, CONTEXT_HELP);
    view->top = 0;
}

static void help_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct rect body = layout.table;
    struct document document;
    document_init(&document, body.width - 2, draw->ascii);
    for (size_t i = 0; i < key_binding_count; i++)
        if (keys_starts_group(i))
            print_keys(&document, i);
    print_columns(ui, &document);
    print_legend(&document);
    draw_rule(draw, layout.title, 0, ROLE_RULE, "quantop: help");
    document_draw(&document, ui_state(ui, CONTEXT_HELP), draw, body);
    draw_cursor(draw, body, 0, 0);
    document_release(&document);
}

static void help_move(struct ui *ui, int lines)
{
    document_move(ui_state(ui, CONTEXT_HELP), lines);
}

static int help_page(const struct ui *ui)
{
    const struct document_view *view = ui_state(ui, CONTEXT_HELP);
    return view->height;
}

const struct screen screen_help = {
    .state_size = sizeof(struct document_view),
    .enter = help_enter,
    .draw = help_draw,
    .move = help_move,
    .page = help_page,
};
