/* The machine as nested boxes, with the units that the selected row runs on and, while a run goes
 * on, how busy each one is; and what disturbed the run. */
#include <stdio.h>
#include <string.h>

#include "results/machine.h"
#include "results/own_cost.h"
#include "results/warnings.h"
#include "ui/machine_load.h"
#include "ui/page.h"
#include "ui/screen_table.h"
#include "ui/title.h"

/* Where the texts behind the labels start. */
#define TEXT_X 12
/* Cells of one level at either side. */
#define LEVEL 2
/* Boxes have at least so many cells inside; deeper levels are not indented any more. */
#define INSIDE_MIN 24

struct machine_view {
    struct document_view document; /* comes first: that is what pages scroll */
    int hidden;                    /* the innermost levels that are not shown */
};

static struct machine_view *view_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_MACHINE);
}

/* Levels of the tree. */
static int count_levels(const struct results *results)
{
    int levels = 0;
    for (size_t i = 0; i < results_machine_count(results); i++) {
        int depth = results_machine_line(results, i)->depth;
        levels = depth >= levels ? depth + 1 : levels;
    }
    return levels;
}

static const char *symbol(const struct document *document, enum symbol symbol)
{
    const struct draw draw = {.ascii = document->ascii};
    return draw_symbol(&draw, symbol);
}

static int levels_of(const struct document *document, int depth)
{
    int most = (document->width - INSIDE_MIN) / (2 * LEVEL);
    return depth < most ? depth : most > 0 ? most : 0;
}

/* Starts a line with the sides of the boxes around it. */
static void print_sides(struct document *document, int depth)
{
    document_break(document);
    for (int level = 0; level < levels_of(document, depth); level++)
        document_span(document, level * LEVEL, ROLE_RULE, symbol(document, SYMBOL_VERTICAL));
}

static void close_sides(struct document *document, int depth)
{
    for (int level = levels_of(document, depth) - 1; level >= 0; level--)
        document_span(document, document->width - 1 - level * LEVEL, ROLE_RULE,
                      symbol(document, SYMBOL_VERTICAL));
}

/* "+ title ------+", without the title where there is none. */
static void print_edge(struct document *document, int depth, enum symbol left, enum symbol right,
                       enum role role, const char *title)
{
    int x = levels_of(document, depth) * LEVEL, end = document->width - x - 1, from = x;
    struct text edge = {0};
    print_sides(document, depth);
    if (*title) {
        document_span(document, x, ROLE_RULE, symbol(document, left));
        document_span(document, x + 2, role, title);
        from = x + 3 + cells_width(title, document->ascii);
        from = from < end ? from : end;
    } else {
        text_add_string(&edge, symbol(document, left));
    }
    for (int i = *title ? from : from + 1; i < end; i++)
        text_add_string(&edge, symbol(document, SYMBOL_HORIZONTAL));
    text_add_string(&edge, symbol(document, right));
    document_span(document, from, ROLE_RULE, edge.bytes);
    close_sides(document, depth);
    text_release(&edge);
}

/* The units that a line names, behind "pu:"; "": none. */
static const char *units_of(const char *text)
{
    const char *units = strstr(text, "pu:");
    return units ? units + 3 : "";
}

/* The depth of the next line among those above a depth; -1: there is none. */
static int next_depth(const struct results *results, size_t i, int levels)
{
    while (++i < results_machine_count(results))
        if (results_machine_line(results, i)->depth < levels)
            return results_machine_line(results, i)->depth;
    return -1;
}

static void print_object(const struct ui *ui, size_t i, const char *units, int levels,
                         struct document *document)
{
    const struct results *results = ui->results;
    const struct machine_line *line = results_machine_line(results, i);
    bool is_used = *units && units_overlap(units_of(line->text), units);
    enum role role = is_used ? ROLE_ACTIVE : ROLE_TEXT;
    const struct draw draw = {.ascii = document->ascii, .braille = document->braille};
    struct text text = {0};
    text_printf(&text, "%s%s", is_used ? "@ " : "", line->text);
    machine_load_print_units(ui, units_of(line->text), &draw, &text);
    if (next_depth(results, i, levels) > line->depth) {
        print_edge(document, line->depth, SYMBOL_TOP_LEFT, SYMBOL_TOP_RIGHT, role, text.bytes);
    } else {
        print_sides(document, line->depth);
        document_span(document, levels_of(document, line->depth) * LEVEL, role, text.bytes);
        close_sides(document, line->depth);
    }
    text_release(&text);
}

/* The boxes that end behind a line: those of its own depth and deeper ones of the next line. */
static void close_boxes(const struct results *results, size_t i, int levels,
                        struct document *document)
{
    int depth = results_machine_line(results, i)->depth, next = next_depth(results, i, levels);
    for (int open = depth - 1; open >= next && open >= 0; open--)
        print_edge(document, open, SYMBOL_BOTTOM_LEFT, SYMBOL_BOTTOM_RIGHT, ROLE_RULE, "");
}

static void print_tree(const struct ui *ui, const char *units, int levels,
                       struct document *document)
{
    const struct results *results = ui->results;
    size_t count = results_machine_count(results);
    for (size_t i = 0; i < count; i++) {
        if (results_machine_line(results, i)->depth >= levels)
            continue;
        print_object(ui, i, units, levels, document);
        close_boxes(results, i, levels, document);
    }
    if (count > 0)
        return;
    document_break(document);
    document_paragraph(document, 0, ROLE_DIM,
                       "The tree is not in this journal, which is of an older program.");
}

static void print_warnings(const struct results *results, struct document *document)
{
    for (size_t i = 0; i < results_warning_count(results); i++) {
        const struct warning *warning = results_warning(results, i);
        struct text text = {0};
        text_printf(&text, "%s; %s", warning->text, warning->remedy);
        document_entry(document, TEXT_X, "disturbed", ROLE_WARNING, text.bytes);
        text_release(&text);
    }
}

static void print_own_cost(const struct results *results, struct document *document)
{
    struct text text = {0};
    results_say_own_cost(results, &text);
    if (text.length > 0)
        document_entry(document, TEXT_X, "quantop", ROLE_TEXT, text.bytes);
    text_release(&text);
}

static void print_machine(struct ui *ui, struct document *document)
{
    const struct run_info *run = results_run(ui->results);
    struct table_source source = ui_source(ui);
    const struct row *row = table_selected(table_screen_table(ui), &source);
    struct text units = {0}, text = {0};
    if (row)
        results_placement_units(ui->results, row->placement, &units);
    document_entry(document, TEXT_X, "host", ROLE_TEXT, run->host);
    document_entry(document, TEXT_X, "CPU", ROLE_TEXT, run->cpu);
    document_entry(document, TEXT_X, "kernels", ROLE_TEXT, run->isa);
    document_entry(document, TEXT_X, "topology", ROLE_TEXT, run->topology);
    machine_load_print(ui, &text);
    document_entry(document, TEXT_X, "load", ROLE_TEXT, text.bytes);
    text_clear(&text);
    if (units.length > 0) {
        text_printf(&text, "%s, placement %s: pu:%s", row->label, row->placement, units.bytes);
        document_entry(document, TEXT_X, "@ selected", ROLE_ACTIVE, text.bytes);
    }
    print_warnings(ui->results, document);
    print_own_cost(ui->results, document);
    document_break(document);
    print_tree(ui, units.length > 0 ? units.bytes : "",
               count_levels(ui->results) - view_of(ui)->hidden, document);
    text_release(&units);
    text_release(&text);
}

/* One more level of the tree (1), one less (-1), or all (0). The machine itself is always shown. */
static unsigned machine_levels(struct ui *ui, int step)
{
    struct machine_view *view = view_of(ui);
    int levels = count_levels(ui->results), hidden = step == 0 ? 0 : view->hidden - step;
    view->hidden = hidden < 0 || levels == 0 ? 0 : hidden < levels ? hidden : levels - 1;
    ui_notice(ui, "%d of %d levels are shown", levels - view->hidden, levels);
    return 0;
}

static void machine_draw(struct ui *ui, const struct draw *draw)
{
    title_draw(ui, draw, layout_page(draw->height, draw->width).title);
    page_draw(ui, CONTEXT_MACHINE, draw, print_machine);
}

static const struct key_binding machine_keys[] = {
    {"levels", machine_levels, ON_KEYS('+'), .label = "More",
     .help = "Show one more level of the machine.", .argument = 1},
    {"levels", machine_levels, ON_KEYS('-'), .label = "Fewer",
     .help = "Show one level of the machine less.", .argument = -1},
    {"levels", machine_levels, ON_KEYS('*'), .label = "All",
     .help = "Show all levels of the machine."},
};

const struct screen screen_machine = {
    .state_size = sizeof(struct machine_view),
    .update = meters_update, /* for the header, too */
    .wait = meters_wait,
    .draw = machine_draw,
    .move = page_move,
    .page = page_height,
    .keys = KEY_TABLE(machine_keys),
};
