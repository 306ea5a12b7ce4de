#include "ui/screen_table.h"

#include "results/machine.h"
#include "ui/acting.h"
#include "ui/details.h"
#include "ui/export_model.h"
#include "ui/header.h"
#include "ui/screen_table_view.h"
#include "ui/shared_keys.h"

const struct table *table_screen_table(const struct ui *ui)
{
    return &table_panes(ui)->table;
}

const struct row *table_screen_row(struct ui *ui)
{
    struct table_source source = table_source_of(ui);
    return table_selected(table_screen_table(ui), &source);
}

int table_screen_next_of_model(struct ui *ui, bool (*fits)(struct ui *ui, const struct row *row,
                                                           const struct row *selected))
{
    struct table_source source = ui_source(ui);
    const struct row *selected = table_selected(table_screen_table(ui), &source);
    int count = results_count(ui->results);
    for (int i = 1; selected && i < count; i++) {
        const struct row *row =
            results_row_as_it_stands(ui->results, (selected->trial + i) % count);
        if (strcmp(row->model, selected->model) == 0 && fits(ui, row, selected))
            return row->trial;
    }
    return -1;
}

static void table_screen_init(void *state)
{
    struct panes *panes = state;
    panes->details_trial = TABLE_NO_TRIAL;
    row_why_init(&panes->why);
    table_init(&panes->table);
    table_screen_begin_groups(panes);
}

static void table_screen_release(void *state)
{
    struct panes *panes = state;
    table_release(&panes->table);
    finder_release(&panes->finder);
    row_why_release(&panes->why);
}

static void table_screen_update(struct ui *ui)
{
    struct table_source source = table_source_of(ui);
    table_update(&table_panes(ui)->table, &source, ui->now);
    table_screen_follow_row(ui);
}

/* Columns of the text that is copied. */
#define COPIED_WIDTH 100

/* Until rows that are held in their places are sorted. */
static double table_screen_wait(struct ui *ui)
{
    const struct table *table = table_screen_table(ui);
    struct table_source source = table_source_of(ui);
    return table_is_held(table, &source) && !table->is_frozen ? table->hold_until - ui->now : -1.0;
}

static void draw_empty(const struct ui *ui, const struct draw *draw, struct rect area)
{
    const char *text = results_count(ui->results) > 0 ? "no row matches the filter"
                       : ui->runner                   ? "no rows yet"
                                                      : "no rows in this journal yet";
    draw_text(draw, area, area.height / 2, 2, ROLE_DIM, text);
    draw_cursor(draw, area, 0, 0);
}

static void print_details(struct ui *ui, const struct row *row, struct document *document)
{
    struct row_why *why = &table_panes(ui)->why;
    struct table_source source = table_source_of(ui);
    struct details_context context = {.answer = ui_recommendation(ui, row), .why = why};
    row_why_update(why, ui->results, row->trial);
    details_print(&source, row, &context, document);
}

static void draw_details(struct ui *ui, const struct row *row, const struct draw *draw,
                         struct rect area, bool focused)
{
    struct panes *panes = table_panes(ui);
    if (area.height > 0 && row == NULL)
        draw_text(draw, area, 0, 1, ROLE_DIM, "no row is selected");
    if (area.height == 0 || row == NULL)
        return;
    if (row->trial != panes->details_trial)
        panes->details.top = 0;
    panes->details_trial = row->trial;
    char title[DETAILS_TITLE_SIZE];
    draw_rule(draw, area, 0, focused ? ROLE_ACTIVE : ROLE_RULE, details_title(row, title));
    struct rect body = rect_columns(rect_lines(area, 1, area.height - 1), 1, area.width - 3);
    struct document document;
    document_init(&document, body.width, draw->ascii);
    document.braille = draw->braille;
    print_details(ui, row, &document);
    body.width += 2; /* the arrows of scrolling stand at the very edge */
    document_draw(&document, &panes->details, draw, body);
    document_release(&document);
    if (focused)
        draw_cursor(draw, area, 1, 0);
}

static void draw_why(struct ui *ui, const struct row *row, const struct draw *draw,
                     struct rect area)
{
    struct row_why *why = &table_panes(ui)->why;
    if (area.height == 0 || row == NULL)
        return;
    row_why_update(why, ui->results, row->trial);
    why_pane_draw(why, row, draw, area);
}

static struct layout_content content_of(const struct ui *ui, bool details_focused)
{
    const struct panes *panes = table_panes(ui);
    bool any = results_count(ui->results) > 0;
    return (struct layout_content){.rows = (int)panes->table.n_lines,
                                   .details = !panes->details_hidden && any,
                                   .why = !panes->why_hidden && any,
                                   .digits = header_wants_digits(ui),
                                   .details_focused = details_focused};
}

void table_screen_draw_panes(struct ui *ui, const struct draw *draw, bool details_focused)
{
    struct panes *panes = table_panes(ui);
    struct table_source source = table_source_of(ui);
    const struct row *selected = table_selected(&panes->table, &source);
    struct layout_content content = content_of(ui, details_focused);
    struct layout layout = layout_main(draw->height, draw->width, &content);
    header_draw(ui, selected, draw, &layout);
    draw_cursor(draw, layout.title, 0, 0); /* where no pane has a place for it */
    if (panes->table.n_lines > 0)
        table_draw(&panes->table, &source, draw, layout.table, !details_focused);
    else
        draw_empty(ui, draw, layout.table);
    draw_why(ui, selected, draw, layout.why);
    draw_details(ui, selected, draw, layout.details, details_focused);
}

static void table_screen_draw(struct ui *ui, const struct draw *draw)
{
    table_screen_draw_panes(ui, draw, false);
}

static void table_screen_move(struct ui *ui, int lines)
{
    struct table_source source = table_source_of(ui);
    table_panes(ui)->is_following = false;
    table_move(&table_panes(ui)->table, &source, lines, ui->now);
}

static int table_screen_page(const struct ui *ui)
{
    return table_panes(ui)->table.page;
}

/* Other pages select rows of folded groups, too. */
static unsigned table_screen_select(struct ui *ui, int trial)
{
    struct table_source source = table_source_of(ui);
    table_show(&table_panes(ui)->table, &source, trial, ui->now);
    return 0;
}

unsigned table_screen_sort_by(struct ui *ui, int column)
{
    struct table_source source = table_source_of(ui);
    table_sort_by(&table_panes(ui)->table, &source, column);
    return 0;
}

unsigned table_screen_sort_then(struct ui *ui, int column)
{
    struct table_source source = table_source_of(ui);
    table_sort_then(&table_panes(ui)->table, &source, column);
    return 0;
}

static unsigned table_screen_sort_step(struct ui *ui, int step)
{
    struct table *table = &table_panes(ui)->table;
    struct table_source source = table_source_of(ui);
    table_sort_step(table, &source, step);
    int column = table->sort_column;
    ui_notice(ui, "sorted by %s",
              column == TABLE_NO_COLUMN ? "the order of the trials" : columns[column].title);
    return 0;
}

static unsigned table_screen_reverse(struct ui *ui, int argument)
{
    (void)argument;
    struct table_source source = table_source_of(ui);
    table_sort_reverse(&table_panes(ui)->table, &source);
    return 0;
}

static unsigned table_screen_shift(struct ui *ui, int figures)
{
    table_shift(&table_panes(ui)->table, figures);
    return 0;
}

/* And selects the next row. */
static unsigned table_screen_tag(struct ui *ui, int argument)
{
    (void)argument;
    if (tags_toggle(&ui->tags, table_panes(ui)->table.selected))
        table_screen_move(ui, 1);
    else
        ui_notice(ui, "%d rows are tagged already, more have no room beside each other", TAGS_MAX);
    return 0;
}

/* Gives the keys to the other pane. */
static unsigned table_screen_focus(struct ui *ui, int argument)
{
    (void)argument;
    if (ui_context(ui) == CONTEXT_DETAILS) {
        ui_leave(ui);
    } else {
        table_panes(ui)->details_hidden = false;
        ui_enter(ui, CONTEXT_DETAILS);
    }
    return 0;
}

/* Whether details can be seen beside the table. */
static bool has_room(const struct ui *ui)
{
    struct layout_content content = {.rows = (int)table_panes(ui)->table.n_lines, .details = true};
    return layout_main(ui->height, ui->width, &content).details.height > 0;
}

/* Where there is no room beside the table, they take its place. */
static unsigned table_screen_details(struct ui *ui, int argument)
{
    struct panes *panes = table_panes(ui);
    if (panes->table.on_head)
        return table_screen_fold(ui, -1);
    if (!has_room(ui))
        return table_screen_focus(ui, argument);
    if (ui_context(ui) == CONTEXT_DETAILS)
        ui_leave(ui);
    panes->details_hidden = !panes->details_hidden;
    return 0;
}

static unsigned table_screen_why(struct ui *ui, int argument)
{
    struct panes *panes = table_panes(ui);
    struct layout_content content = content_of(ui, ui_context(ui) == CONTEXT_DETAILS);
    (void)argument;
    content.why = true;
    if (layout_main(ui->height, ui->width, &content).why.height > 0)
        panes->why_hidden = !panes->why_hidden;
    else
        ui_notice(ui, "no room: the details have the reasons");
    return 0;
}

/* What it takes to find the row again, and to measure it once more. */
static void print_origin(const struct ui *ui, const struct row *row, struct text *out)
{
    const struct run_info *run = results_run(ui->results);
    struct text units = {0};
    results_placement_units(ui->results, row->placement, &units);
    if (units.length > 0)
        text_printf(out, "units       pu:%s\n", units.bytes);
    text_printf(out, "run         quantop %s on %s, %s, started %s\n", run->version, run->host,
                run->cpu, run->started);
    if (ui->journal)
        text_printf(out, "journal     quantop view %s\n", ui->journal);
    text_release(&units);
}

/* All of them, in the order in which they were measured. */
static void print_blocks(const struct row *row, struct text *out)
{
    if (row->n_blocks == 0)
        return;
    text_add_string(out, "blocks ms  ");
    for (size_t i = 0; i < row->n_blocks; i++)
        text_printf(out, " %.6g", row->block_medians[i] * 1e-6);
    text_add_string(out, "\n");
}

/* The selected row's details, whole. */
static void table_screen_copy(struct ui *ui, struct text *out)
{
    struct table_source source = table_source_of(ui);
    const struct row *row = table_selected(&table_panes(ui)->table, &source);
    struct document document;
    char title[DETAILS_TITLE_SIZE];
    if (!row)
        return;
    document_init(&document, COPIED_WIDTH, ui->is_ascii);
    print_details(ui, row, &document);
    text_printf(out, "%s\n", details_title(row, title));
    document_print(&document, out);
    document_release(&document);
    print_origin(ui, row, out);
    print_blocks(row, out);
}

static const struct key_binding table_keys[] = {
    {"tag", table_screen_tag, ON_KEYS(' '), .label = "Tag",
     .help = "Tag the row to compare it with others, or take its tag away; at most four have one.",
     .condition = WHEN_ROWS},
    {"left", table_screen_shift, ON_KEYS(UI_KEY_LEFT, 'h'),
     .help = "Bring back the columns that were moved out on the left.", .argument = -1},
    {"right", table_screen_shift, ON_KEYS(UI_KEY_RIGHT, 'l'),
     .help = "Move the first figure out on the left, so that columns which had no room come in.",
     .argument = 1},
};

static const struct key_binding pane_rows[] = {
    {"compare", shared_go, ON_KEYS('c'), .label = "Compare",
     .help = "Compare the tagged rows; without tags, the selected row with its fp32 row, or fp32 "
             "with others.",
     .condition = WHEN_ROWS, .argument = CONTEXT_COMPARE},
    {"search", table_screen_search, ON_KEYS('/'), .label = "Find",
     .help = "Find a row while typing: a text, /expression/, column:text or column:>number; blanks "
             "mean and, | means or, ! means not.",
     .condition = WHEN_ROWS},
    {"filter", table_screen_filter, ON_KEYS('\\'), .function_key = 4, .label = "Filter",
     .help = "Show only the rows that match such a text; an empty one shows all again.",
     .condition = WHEN_ROWS},
    {"sort", shared_enter, ON_KEYS('s'), .function_key = 6, .label = "Sort",
     .help = "Choose the column to sort by from a list.", .condition = WHEN_ROWS,
     .argument = CONTEXT_SORT},
    {"reverse", table_screen_reverse, ON_KEYS('r'), .function_key = 7, .label = "Reverse",
     .help = "Reverse the direction of sorting.", .condition = WHEN_ROWS},
    {"export-model", export_model, ON_KEYS('E'), .label = "Model",
     .help = "Make the model of the selected row once more and write it into a file, which must be "
             "a new one: .tflite or .onnx.",
     .condition = WHEN_ROWS},
    {"skip", acting_skip, ON_KEYS('K'), .label = "Skip",
     .help = "Leave the selected row out: what was measured of it stays, and the others go on.",
     .condition = WHEN_MEASURING},
    {"repeat", acting_repeat, ON_KEYS('A'), .label = "Again",
     .help = "Measure the selected row once more, when it is done, failed or skipped, and with it "
             "those that are compared with it; asks first where figures are lost.",
     .condition = WHEN_MEASURING},
    {"sort-left", table_screen_sort_step, ON_KEYS('<'), .help = "Sort by the column to the left.",
     .condition = WHEN_ROWS, .argument = -1},
    {"sort-right", table_screen_sort_step, ON_KEYS('>'), .help = "Sort by the column to the right.",
     .condition = WHEN_ROWS, .argument = 1},
    {"sort-by", table_screen_sort_by, ON_KEYS(UI_KEY_CLICK_HEAD),
     .help = "Sort by that column; by the column already chosen, reverse the direction."},
    {"details", table_screen_details, ON_KEYS(UI_KEY_ENTER), .function_key = 3, .label = "Details",
     .help = "Show or hide the details of the selected row; where the screen has no room for both, "
             "they take the table's place. On the head of a group, fold it or show its rows.",
     .condition = WHEN_ROWS},
    {"why", table_screen_why, ON_KEYS('w'), .label = "Why",
     .help = "Show or hide why the selected row is as fast, or as right, as it is; where the "
             "screen has no room for that, the details have it.",
     .condition = WHEN_ROWS},
    {"meter", meters_next_mode, ON_KEYS('m'),
     .help = "Draw a meter of the header in another way: bar, text, graph, digits; a click is for "
             "the meter below it."},
    {"choose-meter", meters_choose, ON_KEYS(','),
     .help = "Choose the meter that is drawn in another way: progress, load, clock, trust."},
    {"next", table_screen_next, ON_KEYS('n'), .help = "Go to the next row that was searched for.",
     .condition = WHEN_ROWS, .argument = 1},
    {"previous", table_screen_next, ON_KEYS('N'),
     .help = "Go to the row before that was searched for.", .condition = WHEN_ROWS, .argument = -1},
    {"group", table_screen_group, ON_KEYS('o'),
     .help = "Group the rows by model, placement, runtime or not at all.", .condition = WHEN_ROWS},
    {"fold-all", table_screen_fold_all, ON_KEYS('-'),
     .help = "Fold all groups to their heads, or show all their rows.", .condition = WHEN_ROWS},
    {"fold-that", table_screen_fold, ON_KEYS(UI_KEY_CLICK_GROUP),
     .help = "Fold that group, or show its rows."},
    {"freeze", table_screen_freeze, ON_KEYS('Z'),
     .help = "Keep the rows in their places, whatever is measured, or let them be sorted again.",
     .condition = WHEN_ROWS},
    {"follow", table_screen_follow, ON_KEYS('F'),
     .help = "Let the selection follow the row that is worked on, until it is moved.",
     .condition = WHEN_ROWS},
    {"focus", table_screen_focus, ON_KEYS(UI_KEY_TAB), .label = "Pane",
     .help = "Let the keys that move go to the other pane: table or details.",
     .condition = WHEN_ROWS},
};

const struct key_table pane_keys = KEY_TABLE(pane_rows);

const struct screen screen_table = {
    .state_size = sizeof(struct panes),
    .init = table_screen_init,
    .release = table_screen_release,
    .update = table_screen_update,
    .wait = table_screen_wait,
    .draw = table_screen_draw,
    .move = table_screen_move,
    .position = table_screen_position,
    .copy = table_screen_copy,
    .page = table_screen_page,
    .select = table_screen_select,
    .keys = KEY_TABLE(table_keys),
    .more_keys = &pane_keys,
};
