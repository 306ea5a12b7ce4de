/* The layers of the selected row: what each costs, and what it is worth. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/layer_column.h"
#include "ui/grid_pane.h"
#include "ui/list_page.h"
#include "ui/screen_table.h"
#include "ui/title.h"
#include "ui/widget/document.h"

/* Lines of the details of the selected layer. */
#define DETAILS_LINES 10
/* Where the values and the explanations in the details start. */
#define VALUE_X 20
#define HELP_X  34
/* Cells that help needs to be wrapped and not cut. */
#define HELP_LEAST 24
/* Cells of the figures beside the grids: without help, and where there is room for some of it. */
#define FIGURES_NARROW 33
#define FIGURES_WIDE   (HELP_X + 2 * HELP_LEAST)

struct layers_view {
    struct list_view list;
    size_t selected;  /* number of the layer in the model */
    size_t sort;      /* column */
    bool is_sorted;   /* else in the order of the model */
    bool is_enlarged; /* the grids of the selected layer have the place of the list, too */
};

/* The layers of the selected row in the order in which they are shown. */
struct shown_layers {
    const struct row *row;
    struct ledger ledger;
    struct layer_row *layers;
    struct list_column *columns;
    size_t count, place; /* of layers; of the selected one */
};

static struct layers_view *view_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_LAYERS);
}

static size_t number_of(const struct layer_row *layer)
{
    return (size_t)layer->number.value;
}

static void make_columns(struct shown_layers *shown)
{
    shown->columns = xcalloc(layer_column_count, sizeof(*shown->columns));
    for (size_t i = 0; i < layer_column_count; i++)
        shown->columns[i] =
            (struct list_column){.title = layer_columns[i].title,
                                 .unit = layer_column_unit(&layer_columns[i], shown->row),
                                 .is_figure = layer_columns[i].figure != NULL,
                                 .is_hidden = !layer_columns[i].shown};
}

static void layers_make(struct ui *ui, struct shown_layers *shown)
{
    const struct layers_view *view = view_of(ui);
    struct table_source source = ui_source(ui);
    *shown = (struct shown_layers){.row = table_selected(table_screen_table(ui), &source)};
    if (!shown->row)
        return;
    shown->ledger = results_ledger(ui->results, shown->row->candidate);
    shown->count = shown->ledger.layers;
    shown->layers = xcalloc(shown->count, sizeof(*shown->layers));
    for (size_t i = 0; i < shown->count; i++)
        shown->layers[i] = results_layer(ui->results, shown->row->trial, i);
    if (view->is_sorted)
        layers_sort(shown->layers, shown->count, &layer_columns[view->sort]);
    for (size_t i = 0; i < shown->count; i++)
        if (number_of(&shown->layers[i]) == view->selected)
            shown->place = i;
    make_columns(shown);
}

static void layers_release(struct shown_layers *shown)
{
    free(shown->layers);
    free(shown->columns);
}

static const char *layer_cell(void *context, size_t place, size_t column,
                              char buffer[LIST_CELL_SIZE])
{
    const struct shown_layers *shown = context;
    return layer_column_format(&layer_columns[column], &shown->layers[place], buffer);
}

static struct list_source source_of(struct shown_layers *shown, const struct layers_view *view)
{
    return (struct list_source){.columns = shown->columns,
                                .n_columns = layer_column_count,
                                .count = shown->count,
                                .sorted = view->is_sorted ? (int)view->sort : LIST_NO_COLUMN,
                                .cell = layer_cell,
                                .context = shown};
}

enum help { HELP_WRAPPED, HELP_CUT, HELP_NONE };

/* Every figure of a layer with what it means. */
static void print_layer(const struct shown_layers *shown, enum help help, struct document *document)
{
    const struct layer_row *layer = &shown->layers[shown->place];
    char buffer[LAYER_COLUMN_TEXT_SIZE];
    for (size_t i = 0; i < layer_column_count; i++) {
        const struct layer_column *column = &layer_columns[i];
        if (!column->figure || !column->figure(layer)->present)
            continue;
        struct text value = {0};
        text_printf(&value, "%s %s", layer_column_format(column, layer, buffer),
                    shown->columns[i].unit);
        document_break(document);
        document_span(document, 1, ROLE_LABEL, column->title);
        document_span(document, VALUE_X, ROLE_TEXT, value.bytes);
        if (help == HELP_CUT)
            document_span(document, HELP_X, ROLE_DIM, column->help);
        else if (help == HELP_WRAPPED)
            document_paragraph(document, HELP_X, ROLE_DIM, column->help);
        text_release(&value);
    }
}

/* What the figures mean is cut where lines are few, and left out where columns are. */
static void draw_figures(const struct draw *draw, struct rect area,
                         const struct shown_layers *shown)
{
    struct document document;
    struct document_view view = {0};
    enum help help = area.width >= HELP_X + HELP_LEAST ? HELP_WRAPPED : HELP_NONE;
    document_init(&document, area.width - 2, draw->ascii);
    print_layer(shown, help, &document);
    if (help == HELP_WRAPPED && document.count > (size_t)area.height) {
        document_release(&document);
        document_init(&document, area.width - 2, draw->ascii);
        print_layer(shown, HELP_CUT, &document);
    }
    document_draw(&document, &view, draw, area);
    document_release(&document);
}

static void draw_grids(const struct draw *draw, struct rect area, const struct shown_layers *shown)
{
    grid_pane_draw(draw, area, &shown->layers[shown->place], &shown->ledger);
}

static void draw_details(const struct draw *draw, struct rect area, void *context)
{
    const struct shown_layers *shown = context;
    struct rect lines = rect_lines(area, 1, area.height - 1);
    int figures = area.width >= 2 * FIGURES_WIDE ? FIGURES_WIDE : FIGURES_NARROW;
    bool has_grids = area.width >= figures + GRID_PANE_WIDTH;
    draw_rule(draw, area, 0, ROLE_RULE, shown->layers[shown->place].name);
    draw_figures(draw, rect_columns(lines, 0, has_grids ? figures : lines.width), shown);
    if (has_grids)
        draw_grids(draw, rect_columns(lines, figures, lines.width - figures), shown);
}

/* "3 of 16, CONV_2D: mobilenet/2" */
static void draw_name(const struct draw *draw, struct rect area, const struct shown_layers *shown)
{
    const struct layer_row *layer = &shown->layers[shown->place];
    struct text text = {0};
    text_printf(&text, "%zu of %zu, %s: %s", shown->place + 1, shown->count, layer->op,
                layer->name);
    draw_rule(draw, area, 0, ROLE_RULE, text.bytes);
    draw_cursor(draw, area, 0, 0);
    text_release(&text);
}

/* The grids alone, or beside the figures where there is much room. */
static void draw_enlarged(const struct draw *draw, struct rect area, struct shown_layers *shown)
{
    if (area.width >= 2 * FIGURES_WIDE)
        draw_details(draw, area, shown);
    else
        draw_grids(draw, rect_lines(area, 1, area.height - 1), shown);
    draw_name(draw, area, shown);
}

/* "mobilenet, int8 on 1: 17 layers, 64 samples; worst first by alone" */
static void print_heading(const struct shown_layers *shown, const struct layers_view *view,
                          struct text *out)
{
    const struct row *row = shown->row;
    text_printf(out, "%s, %s on %s: %zu layers, %zu samples; %s%s", row->model, row->label,
                row->placement, shown->count, shown->ledger.samples,
                view->is_sorted ? "worst first by " : "in the order of the model",
                view->is_sorted ? layer_columns[view->sort].title : "");
}

static void draw_shown(const struct draw *draw, struct rect area, struct shown_layers *shown,
                       struct layers_view *view)
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
    if (view->is_enlarged) {
        draw_text(draw, area, 0, 1, ROLE_TITLE, heading.bytes);
        draw_enlarged(draw, rect_lines(area, 1, area.height - 1), shown);
    } else {
        list_page_draw(draw, &page, shown);
    }
    text_release(&heading);
}

static void draw_absent(const struct draw *draw, struct rect area, const struct shown_layers *shown)
{
    const char *text = "The layers of this row are not in this journal: key layers.seconds says "
                       "how long they are looked at, and 'quantop layers PROFILE' looks.";
    struct document document;
    struct document_view view = {0};
    if (!shown->row)
        text = "There is no row yet.";
    else if (shown->ledger.state == LEDGER_ABSENT && shown->ledger.absent[0] != '\0')
        text = shown->ledger.absent;
    document_init(&document, area.width - 4, draw->ascii);
    document_break(&document);
    document_paragraph(&document, 2, ROLE_DIM, text);
    document_draw(&document, &view, draw, area);
    document_release(&document);
}

static void layers_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct shown_layers shown;
    title_draw(ui, draw, layout.title);
    draw_cursor(draw, layout.table, 0, 0);
    layers_make(ui, &shown);
    if (shown.count > 0)
        draw_shown(draw, layout.table, &shown, view_of(ui));
    else
        draw_absent(draw, layout.table, &shown);
    layers_release(&shown);
}

static void layers_move(struct ui *ui, int lines)
{
    struct shown_layers shown;
    layers_make(ui, &shown);
    if (shown.count > 0) {
        struct list_source source = source_of(&shown, view_of(ui));
        size_t place = list_moved(&source, shown.place, lines);
        view_of(ui)->selected = number_of(&shown.layers[place]);
    }
    layers_release(&shown);
}

static unsigned layers_select(struct ui *ui, int place)
{
    struct shown_layers shown;
    layers_make(ui, &shown);
    if ((size_t)place < shown.count)
        view_of(ui)->selected = number_of(&shown.layers[place]);
    layers_release(&shown);
    return 0;
}

static int layers_page(const struct ui *ui)
{
    return view_of(ui)->list.page;
}

/* By the next column to the right (1) or left (-1). */
static unsigned layers_sort_step(struct ui *ui, int step)
{
    struct layers_view *view = view_of(ui);
    struct shown_layers shown;
    layers_make(ui, &shown);
    struct list_source source = source_of(&shown, view);
    int column = shown.columns ? list_next_column(&source, step) : source.sorted;
    layers_release(&shown);
    view->is_sorted = column != LIST_NO_COLUMN;
    view->sort = view->is_sorted ? (size_t)column : 0;
    return 0;
}

/* Gives the grids of the selected layer the place of the list, or that back. */
static unsigned layers_enlarge(struct ui *ui, int argument)
{
    (void)argument;
    view_of(ui)->is_enlarged = !view_of(ui)->is_enlarged;
    return 0;
}

static bool has_ledger(struct ui *ui, const struct row *row, const struct row *selected)
{
    (void)selected;
    return results_ledger(ui->results, row->candidate).layers > 0;
}

/* False: no other row of the model has layers. */
static bool take_next_mode(struct ui *ui)
{
    int trial = table_screen_next_of_model(ui, has_ledger);
    if (trial >= 0)
        ui->screens[CONTEXT_TABLE]->select(ui, trial);
    return trial >= 0;
}

/* Of the same model, with a ledger. */
static unsigned layers_next_mode(struct ui *ui, int argument)
{
    (void)argument;
    if (!take_next_mode(ui))
        ui_notice(ui, "no other row of this model has a ledger of layers");
    return 0;
}

/* A row without layers, as fp32 is, gives way to one that has them. */
static void layers_enter(struct ui *ui)
{
    struct shown_layers shown;
    layers_make(ui, &shown);
    if (shown.row && shown.count == 0)
        take_next_mode(ui);
    layers_release(&shown);
}

static bool layers_close(struct ui *ui)
{
    struct layers_view *view = view_of(ui);
    bool was_enlarged = view->is_enlarged;
    view->is_enlarged = false;
    return was_enlarged;
}

static const struct key_binding layers_keys[] = {
    {"next-mode", layers_next_mode, ON_KEYS(UI_KEY_ENTER), .label = "Mode",
     .help = "Take the next row of the same model whose layers were looked at."},
    {"weights", layers_enlarge, ON_KEYS('w'), .label = "Weights",
     .help = "Give the weights and the output of the selected layer, with the levels that the mode "
             "has for them, the whole page; then the list again."},
    {"layers-right", layers_sort_step, ON_KEYS('>'), .label = "Sort",
     .help = "Sort the layers by the column to the right, the worst first.", .argument = 1},
    {"layers-left", layers_sort_step, ON_KEYS('<'),
     .help = "Sort the layers by the column to the left; left of the first is the model's order.",
     .argument = -1},
};

const struct screen screen_layers = {
    .state_size = sizeof(struct layers_view),
    .enter = layers_enter,
    .draw = layers_draw,
    .close = layers_close,
    .move = layers_move,
    .page = layers_page,
    .select = layers_select,
    .keys = KEY_TABLE(layers_keys),
};
