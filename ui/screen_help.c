/* Help: everything in it comes from the tables of keys, columns, marks, states and roles. */
#include "ui/page.h"
#include "ui/screens.h"

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

static void print_keys(const struct keymap *keymap, struct document *document, size_t first)
{
    struct text names = {0};
    keys_print_group(&keymap->rows[first], &names);
    print_heading(document, names.bytes);
    for (size_t i = first; i < keymap->count; i++) {
        const struct key_binding *binding = &keymap->rows[i];
        if (binding->contexts != keymap->rows[first].contexts || keys_nth(binding, 0) == 0)
            continue;
        text_clear(&names);
        keys_print_names(binding, &names);
        print_term(document, ROLE_KEY, names.bytes, binding->help);
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
    print_heading(document, "Marks in the column of speed, where it is narrow");
    for (size_t i = 0; i < table_verdict_count; i++)
        if (table_verdicts[i].mark)
            print_term(document, ROLE_KEY, (char[]){table_verdicts[i].mark, '\0'},
                       table_verdicts[i].word);
    print_heading(document, "Marks in the heads");
    print_term(document, ROLE_KEY, "< and >",
               "There are more columns to the left or right, for which there is no room.");
    print_heading(document, "Colours");
    for (enum role role = 0; role < ROLE_COUNT; role++)
        if (theme_text(role) != NULL)
            print_term(document, role, "text like this", theme_text(role));
}

/* How near a group's keys are to the screen of the contexts: those of it alone come first. */
enum nearness { ALONE, AMONG_OTHERS, ELSEWHERE, NEARNESS_COUNT };

static enum nearness nearness_of(unsigned group, unsigned contexts)
{
    return group == contexts ? ALONE : group & contexts ? AMONG_OTHERS : ELSEWHERE;
}

/* The keys of the screen that it was opened from come first. */
static void print_help(struct ui *ui, struct document *document)
{
    unsigned before = ui->depth > 1 ? 1u << ui->contexts[ui->depth - 2] : 0;
    for (enum nearness nearness = 0; nearness < NEARNESS_COUNT; nearness++)
        for (size_t i = 0; i < ui->keymap.count; i++)
            if (keys_starts_group(&ui->keymap, i) &&
                nearness_of(ui->keymap.rows[i].contexts, before) == nearness)
                print_keys(&ui->keymap, document, i);
    print_columns(ui, document);
    print_legend(document);
}

static void help_draw(struct ui *ui, const struct draw *draw)
{
    draw_rule(draw, layout_page(draw->height, draw->width).title, 0, ROLE_RULE, "quantop: help");
    page_draw(ui, CONTEXT_HELP, draw, print_help);
}

const struct screen screen_help = {
    .state_size = sizeof(struct document_view),
    .enter = page_enter,
    .draw = help_draw,
    .move = page_move,
    .page = page_height,
};
