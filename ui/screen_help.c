/* Help: everything in it comes from the tables of keys, columns, marks, states and roles, and from
 * those of the words that are handed in. */
#include <stdio.h>
#include <string.h>

#include "ui/page.h"
#include "ui/screen_prompt.h"
#include "ui/shared_keys.h"
#include "ui/topics.h"

/* Where the explanations start, where the screen is wide enough for two columns. */
#define TEXT_X    22
#define WIDE_FROM 50

struct help_view {
    struct document_view document; /* comes first: that is what pages scroll */
    char text[PROMPT_SIZE];        /* that was searched for; "": nothing yet */
    int found;                     /* the line that has it */
    int from;                      /* the line that a search began at */
};

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

static void print_topics(const struct topic_kind *kind, struct document *document)
{
    print_heading(document, kind->heading);
    for (size_t i = 0; i < kind->count(); i++) {
        const void *item = kind->item(i);
        struct text meaning = {0};
        kind->print(item, &meaning);
        print_term(document, ROLE_LABEL, topic_name(item), meaning.bytes);
        text_release(&meaning);
    }
}

/* How near a group's keys are to the screen of the contexts: those of it alone come first. */
enum nearness { ALONE, AMONG_OTHERS, ELSEWHERE, NEARNESS_COUNT };

static enum nearness nearness_of(unsigned group, unsigned contexts)
{
    return group == contexts ? ALONE : group & contexts ? AMONG_OTHERS : ELSEWHERE;
}

/* The screen that it was opened from, whatever lies over it; 0: none. */
static unsigned context_before(const struct ui *ui)
{
    for (int i = 1; i < ui->depth; i++)
        if (ui->contexts[i] == CONTEXT_HELP)
            return 1u << ui->contexts[i - 1];
    return 0;
}

/* The keys of the screen that it was opened from come first. */
static void print_help(struct ui *ui, struct document *document)
{
    unsigned before = context_before(ui);
    for (enum nearness nearness = 0; nearness < NEARNESS_COUNT; nearness++)
        for (size_t i = 0; i < ui->keymap.count; i++)
            if (keys_starts_group(&ui->keymap, i) &&
                nearness_of(ui->keymap.rows[i].contexts, before) == nearness)
                print_keys(&ui->keymap, document, i);
    print_columns(ui, document);
    print_legend(document);
    for (size_t k = 0; ui->topics && k < ui->topics->count; k++)
        if (!ui->topics->kinds[k].is_shown_already)
            print_topics(&ui->topics->kinds[k], document);
}

static void help_draw(struct ui *ui, const struct draw *draw)
{
    draw_rule(draw, layout_page(draw->height, draw->width).title, 0, ROLE_RULE, "quantop: help");
    page_draw(ui, CONTEXT_HELP, draw, print_help);
}

static struct help_view *view_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_HELP);
}

static bool line_has(const struct document_line *line, const char *text)
{
    for (int i = 0; i < line->count; i++)
        if (strcasestr(line->spans[i].text, text))
            return true;
    return false;
}

/* The first line from a place on, around the end or the beginning; -1: none has the text. */
static int find_line(struct ui *ui, const char *text, int from, int step)
{
    struct document document;
    int found = -1;
    document_init(&document, ui->width - 2, ui->is_ascii);
    print_help(ui, &document);
    int count = (int)document.count;
    for (int i = 0; i < count && found < 0; i++) {
        int line = (from + i * step % count + 2 * count) % count;
        if (line_has(document.lines[line], text))
            found = line;
    }
    document_release(&document);
    return found;
}

static void show_line(struct ui *ui, int line)
{
    view_of(ui)->found = line;
    view_of(ui)->document.top = line;
}

static void search_changed(struct ui *ui, const char *text)
{
    struct help_view *view = view_of(ui);
    int line = *text ? find_line(ui, text, view->from, 1) : -1;
    show_line(ui, line >= 0 ? line : view->from);
}

static bool search_accepted(struct ui *ui, const char *text)
{
    snprintf(view_of(ui)->text, PROMPT_SIZE, "%s", text);
    if (*text && find_line(ui, text, 0, 1) < 0)
        ui_notice(ui, "no line has '%s'", text);
    return true;
}

static void search_cancelled(struct ui *ui)
{
    show_line(ui, view_of(ui)->from);
}

static unsigned help_search(struct ui *ui, int argument)
{
    static const struct prompt_use use = {.label = "find: ",
                                          .changed = search_changed,
                                          .accepted = search_accepted,
                                          .cancelled = search_cancelled};
    (void)argument;
    view_of(ui)->from = view_of(ui)->document.top;
    prompt_open(ui, &use, "");
    return 0;
}

/* To the next line that was searched for (1), or the one before (-1). */
static unsigned help_next(struct ui *ui, int step)
{
    struct help_view *view = view_of(ui);
    char key[KEY_SAID_SIZE];
    int line = view->text[0] ? find_line(ui, view->text, view->found + step, step) : -1;
    if (line >= 0)
        show_line(ui, line);
    else if (view->text[0])
        ui_notice(ui, "no line has '%s'", view->text);
    else
        ui_notice(ui, "nothing was searched for yet: %s does",
                  ui_key(ui, CONTEXT_HELP, "search-help", key));
    return 0;
}

static const struct key_binding help_keys[] = {
    {"search-help", help_search, ON_KEYS('/'), .label = "Find",
     .help = "Find a line while typing a part of it."},
    {"next-in-help", help_next, ON_KEYS('n'), .help = "Go to the next line that was searched for.",
     .argument = 1},
    {"previous-in-help", help_next, ON_KEYS('N'),
     .help = "Go to the line before that was searched for.", .argument = -1},
    {"back", shared_back, ON_KEYS('?'), .function_key = 1, .help = "Go back to the screen before."},
};

const struct screen screen_help = {
    .state_size = sizeof(struct help_view),
    .enter = page_enter,
    .draw = help_draw,
    .move = page_move,
    .page = page_height,
    .keys = KEY_TABLE(help_keys),
};
