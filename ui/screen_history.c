/* This run beside an earlier one, or one of another machine: what the gate says of each row that
 * both have, its times in a list and all its figures below. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/gate_text.h"
#include "ui/list_page.h"
#include "ui/title.h"
#include "ui/widget/document.h"

/* What comes first stays where room is short. */
enum {
    HISTORY_MODEL,
    HISTORY_ROW,
    HISTORY_WORD,
    HISTORY_RATIO,
    HISTORY_BEFORE,
    HISTORY_NOW,
    HISTORY_INTERVAL,
    HISTORY_PLACE,
    HISTORY_ALL,
    HISTORY_COLUMNS
};

static const struct list_column all_columns[HISTORY_COLUMNS] = {
    [HISTORY_MODEL] = {.title = "model", .unit = ""},
    [HISTORY_ROW] = {.title = "mode", .unit = ""},
    [HISTORY_WORD] = {.title = "time is", .unit = ""},
    [HISTORY_RATIO] = {.title = "ratio", .unit = "x", .is_figure = true},
    [HISTORY_BEFORE] = {.title = "before", .unit = "ms", .is_figure = true},
    [HISTORY_NOW] = {.title = "now", .unit = "ms", .is_figure = true},
    [HISTORY_INTERVAL] = {.title = "95 %", .unit = "x", .is_figure = true},
    [HISTORY_PLACE] = {.title = "on", .unit = ""},
    [HISTORY_ALL] = {.title = "all figures", .unit = ""},
};

/* Lines of the details: the rule, a figure each and a note. */
#define DETAILS_LINES 7
/* A narrow screen has one column of modes with their models behind them, so that verdict and ratio
 * have room beside it; they take so many cells. */
#define NARROW       64
#define ROW_LEAST    14
#define BESIDE_CELLS 26
/* Where texts behind labels start. */
#define DETAILS_X 13

struct history_view {
    struct list_view list;
    size_t selected; /* place among the rows that are compared */
};

/* What is shown, made anew for each drawing. */
struct history {
    struct results *results;
    const struct gate *gate;             /* NULL: there is none */
    const struct gate_comparison **rows; /* the first comparison of each row */
    size_t count, place;
    bool has_models, is_narrow; /* a narrow list has the model behind the mode */
    struct list_column columns[HISTORY_COLUMNS];
    struct list_source source;
};

static struct history_view *view_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_HISTORY);
}

/* That of a figure of a row; NULL: neither run has it. */
static const struct gate_comparison *find(const struct history *history, size_t row,
                                          enum gate_figure figure)
{
    const struct gate_comparison *end = history->gate->comparisons + history->gate->n_comparisons;
    const struct gate_comparison *at = history->rows[row];
    for (int trial = at->trial; at < end && at->trial == trial; at++)
        if (at->figure == figure)
            return at;
    return NULL;
}

static const char *milliseconds_cell(double ns, char buffer[LIST_CELL_SIZE])
{
    if (!isfinite(ns))
        return "-";
    snprintf(buffer, LIST_CELL_SIZE, "%.4f", ns * 1e-6);
    return buffer;
}

/* What nobody can judge is a plain quotient in parentheses. */
static const char *ratio_cell(const struct gate_comparison *times, char buffer[LIST_CELL_SIZE])
{
    bool judged = isfinite(times->change);
    double ratio = judged ? 1.0 + times->change : times->now / times->before;
    if (!isfinite(ratio))
        return "-";
    snprintf(buffer, LIST_CELL_SIZE, judged ? "%.3f" : "(%.3f)", ratio);
    return buffer;
}

static const char *interval_cell(const struct gate_comparison *times, char buffer[LIST_CELL_SIZE])
{
    if (!isfinite(times->change))
        return "-";
    snprintf(buffer, LIST_CELL_SIZE, "%.3f-%.3f", 1.0 + times->low, 1.0 + times->high);
    return buffer;
}

static const char *times_cell(const struct gate_comparison *times, size_t column,
                              char buffer[LIST_CELL_SIZE])
{
    switch (column) {
    case HISTORY_BEFORE:
        return milliseconds_cell(times->before, buffer);
    case HISTORY_NOW:
        return milliseconds_cell(times->now, buffer);
    case HISTORY_RATIO:
        return ratio_cell(times, buffer);
    case HISTORY_INTERVAL:
        return interval_cell(times, buffer);
    default:
        return gate_outcome_name(times->outcome);
    }
}

static const char *row_cell(const struct history *history, const struct row *row,
                            char buffer[LIST_CELL_SIZE])
{
    if (!history->has_models || !history->is_narrow)
        return row->label;
    snprintf(buffer, LIST_CELL_SIZE, "%s %s", row->label, row->model);
    return buffer;
}

static const char *history_cell(void *context, size_t place, size_t column,
                                char buffer[LIST_CELL_SIZE])
{
    const struct history *history = context;
    const struct gate_comparison *times = find(history, place, GATE_LATENCY);
    const struct row *row = results_row_as_it_stands(history->results, history->rows[place]->trial);
    switch (column) {
    case HISTORY_MODEL:
        return row->model;
    case HISTORY_ROW:
        return row_cell(history, row, buffer);
    case HISTORY_PLACE:
        return row->placement;
    case HISTORY_ALL:
        return row->gate;
    default:
        return times ? times_cell(times, column, buffer) : "-";
    }
}

/* The model stands in the list where there are several. */
static void choose_columns(struct history *history)
{
    memcpy(history->columns, all_columns, sizeof(all_columns));
    for (size_t i = 1; i < history->count; i++)
        if (strcmp(history_cell(history, i, HISTORY_MODEL, NULL),
                   history_cell(history, 0, HISTORY_MODEL, NULL)) != 0)
            history->has_models = true;
    history->columns[HISTORY_MODEL].is_hidden = !history->has_models || history->is_narrow;
}

static void history_make(struct ui *ui, struct history *history)
{
    *history = (struct history){
        .results = ui->results, .gate = results_gate(ui->results), .is_narrow = ui->width < NARROW};
    if (!history->gate)
        return;
    const struct gate *gate = history->gate;
    history->rows = xcalloc(gate->n_comparisons, sizeof(*history->rows));
    for (size_t i = 0; i < gate->n_comparisons; i++)
        if (i == 0 || gate->comparisons[i].trial != gate->comparisons[i - 1].trial)
            history->rows[history->count++] = &gate->comparisons[i];
    size_t last = history->count > 0 ? history->count - 1 : 0;
    history->place = view_of(ui)->selected < last ? view_of(ui)->selected : last;
    choose_columns(history);
    if (history->is_narrow)
        history->columns[HISTORY_ROW].most =
            ui->width > ROW_LEAST + BESIDE_CELLS ? ui->width - BESIDE_CELLS : ROW_LEAST;
    history->source = (struct list_source){.columns = history->columns,
                                           .n_columns = HISTORY_COLUMNS,
                                           .count = history->count,
                                           .sorted = LIST_NO_COLUMN,
                                           .cell = history_cell,
                                           .context = history};
}

static void history_release(struct history *history)
{
    free(history->rows);
}

static enum role outcome_role(enum gate_outcome outcome)
{
    static const enum role roles[GATE_OUTCOME_COUNT] = {[GATE_WORSE] = ROLE_BAD,
                                                        [GATE_CANNOT_TELL] = ROLE_WARNING,
                                                        [GATE_NOT_WORSE] = ROLE_TEXT,
                                                        [GATE_BETTER] = ROLE_GOOD};
    return roles[outcome];
}

static void print_notes(const struct gate *gate, struct document *document)
{
    for (size_t i = 0; i < gate->n_notes; i++)
        document_entry(document, DETAILS_X, i == 0 ? "besides" : "", ROLE_DIM, gate->notes[i]);
}

/* When a run was made, and on what; nothing where that is not known. */
static void print_run(struct document *document, const char *label, const char *started,
                      const char *host, const char *cpu)
{
    struct text text = {0};
    text_add_string(&text, started);
    if (host[0])
        text_printf(&text, "%son %s", text.length > 0 ? " " : "", host);
    if (cpu[0])
        text_printf(&text, "%s%s", text.length > 0 ? ", " : "", cpu);
    document_entry(document, DETAILS_X, label, ROLE_LABEL, text.length > 0 ? text.bytes : "");
    text_release(&text);
}

/* The machines stand below each other, whatever is compared. */
static void print_runs(const struct history *history, struct document *document)
{
    const struct run_info *run = results_run(history->results);
    const struct gate *gate = history->gate;
    print_run(document, "before", gate->started, gate->host, gate->cpu);
    print_run(document, "now", run->started, run->host, run->cpu);
}

static void print_legend(struct document *document)
{
    document_entry(document, DETAILS_X, "ratio", ROLE_DIM,
                   "the time of a typical block now over that before; in parentheses the plain "
                   "quotient of what nobody can judge");
}

static void print_figures(const struct history *history, struct document *document)
{
    const struct row *row = results_row(history->results, history->rows[history->place]->trial);
    for (int figure = 0; figure < GATE_FIGURE_COUNT; figure++) {
        const struct gate_comparison *comparison =
            find(history, history->place, (enum gate_figure)figure);
        struct text text = {0};
        if (!comparison)
            continue;
        gate_say(comparison, row, &text);
        document_entry(document, DETAILS_X, gate_outcome_name(comparison->outcome),
                       outcome_role(comparison->outcome), text.bytes);
        text_release(&text);
    }
}

static void draw_details(const struct draw *draw, struct rect area, void *context)
{
    const struct history *history = context;
    const struct row *row =
        results_row_as_it_stands(history->results, history->rows[history->place]->trial);
    struct document document;
    struct document_view view = {0};
    struct text title = {0};
    text_printf(&title, "%s, %s on %s, %s", row->model, row->label, row->placement, row->runtime);
    draw_rule(draw, area, 0, ROLE_RULE, title.bytes);
    text_release(&title);
    document_init(&document, area.width - 2, draw->ascii);
    print_runs(history, &document);
    print_figures(history, &document);
    print_notes(history->gate, &document);
    print_legend(&document);
    document_cut(&document, (size_t)area.height - 1);
    document_draw(&document, &view, draw, rect_lines(area, 1, area.height - 1));
    document_release(&document);
}

static void draw_list(const struct draw *draw, struct history *history, struct history_view *view)
{
    struct text heading = {0};
    gate_say_verdict(history->gate, &heading);
    const struct list_page page = {.view = &view->list,
                                   .source = &history->source,
                                   .place = history->place,
                                   .heading = heading.bytes,
                                   .details = DETAILS_LINES,
                                   .draw_details = draw_details};
    list_page_draw(draw, &page, history);
    text_release(&heading);
}

static void print_absent(const struct ui *ui, struct document *document)
{
    struct text text = {0};
    text_printf(&text,
                "This run was held against no other one. 'quantop view %s --baseline OTHER' shows "
                "it beside an earlier run, or one of another machine; on the start screen, or in "
                "the list of 'quantop view FOLDER', Space tags two runs and c compares them.",
                ui->journal ? ui->journal : "JOURNAL");
    document_paragraph(document, 0, ROLE_DIM, text.bytes);
    text_release(&text);
}

/* There is no other run, or none of its rows is here. */
static void draw_nothing(const struct ui *ui, const struct draw *draw, struct rect area,
                         const struct gate *gate)
{
    struct document document;
    struct document_view view = {0};
    struct text verdict = {0};
    document_init(&document, area.width - 4, draw->ascii);
    if (gate) {
        gate_say_verdict(gate, &verdict);
        document_paragraph(&document, 0, ROLE_WARNING, verdict.bytes);
        print_notes(gate, &document);
    } else {
        print_absent(ui, &document);
    }
    document_draw(&document, &view, draw, rect_columns(area, 2, area.width - 3));
    document_release(&document);
    text_release(&verdict);
}

static void history_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct history history;
    title_draw(ui, draw, layout.title);
    draw_cursor(draw, layout.table, 0, 0);
    history_make(ui, &history);
    if (history.count > 0)
        draw_list(draw, &history, view_of(ui));
    else
        draw_nothing(ui, draw, rect_lines(layout.table, 1, layout.table.height - 1), history.gate);
    history_release(&history);
}

static void history_move(struct ui *ui, int lines)
{
    struct history history;
    history_make(ui, &history);
    if (history.count > 0)
        view_of(ui)->selected = list_moved(&history.source, history.place, lines);
    history_release(&history);
}

static unsigned history_select(struct ui *ui, int place)
{
    view_of(ui)->selected = (size_t)place;
    return 0;
}

static int history_page(const struct ui *ui)
{
    return view_of(ui)->list.page;
}

static const char *history_position(const struct ui *ui, char *buffer, size_t size)
{
    struct history history;
    history_make((struct ui *)ui, &history);
    snprintf(buffer, size, "%zu/%zu", history.count > 0 ? history.place + 1 : 0, history.count);
    history_release(&history);
    return history.count > 0 ? buffer : NULL;
}

const struct screen screen_history = {
    .state_size = sizeof(struct history_view),
    .draw = history_draw,
    .position = history_position,
    .move = history_move,
    .page = history_page,
    .select = history_select,
};
