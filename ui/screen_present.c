/* For those in the last row: speedup, drop and size of a row in large digits, and the rows one by
 * one, as they are revealed. */
#include <stdio.h>
#include <string.h>

#include "ui/table_panes.h"
#include "ui/title.h"
#include "ui/widget/big.h"
#include "ui/widget/list.h"

/* Cells between figures that stand beside each other. */
#define GAP 4
/* Lines of the list, of those of the page, besides the first one of its rows. */
#define LIST_SHARE 4

struct shown_figure {
    const char *column;
    const char *(*word)(const struct row *row); /* on it; NULL: there is none */
};

static const char *word_on_speed(const struct row *row)
{
    return row->speed_verdict;
}

static const char *word_on_drop(const struct row *row)
{
    return row->drop_verdict;
}

/* In large digits, the most important first. */
static const struct shown_figure figures[] = {
    {"speedup", word_on_speed}, {"drop", word_on_drop}, {"size_bytes", NULL}};

#define FIGURES ((int)(sizeof(figures) / sizeof(figures[0])))

struct present {
    struct list_view list;
    int revealed; /* rows, from the first one on; at least one is shown where there is any */
    int shown;    /* trial */
};

static struct present *state_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_PRESENT);
}

/* Rows that are shown. */
static int revealed(const struct ui *ui)
{
    int count = results_count(ui->results), wanted = state_of(ui)->revealed;
    wanted = wanted > 1 ? wanted : 1;
    return wanted < count ? wanted : count;
}

/* The trial that is shown large. */
static int shown(const struct ui *ui)
{
    int last = revealed(ui) - 1;
    return state_of(ui)->shown < last ? state_of(ui)->shown : last;
}

/* The other pages go on with the row that is shown here. */
static void show(struct ui *ui, int trial)
{
    struct table_source source = table_source_of(ui);
    state_of(ui)->shown = trial;
    table_show(&table_panes(ui)->table, &source, trial, ui->now);
}

static void present_enter(struct ui *ui)
{
    int selected = table_panes(ui)->table.selected;
    if (selected >= 0 && selected < revealed(ui))
        state_of(ui)->shown = selected;
}

/* --- the list of rows --- */

enum {
    PRESENT_MODEL,
    PRESENT_MODE,
    PRESENT_SPEEDUP,
    PRESENT_WORD,
    PRESENT_DROP,
    PRESENT_SIZE,
    PRESENT_PLACE
};

static const struct list_column list_columns[] = {
    [PRESENT_MODEL] = {.title = "model", .unit = ""},
    [PRESENT_MODE] = {.title = "mode", .unit = ""},
    [PRESENT_SPEEDUP] = {.title = "speedup", .unit = "x", .is_figure = true},
    [PRESENT_WORD] = {.title = "speed", .unit = ""},
    [PRESENT_DROP] = {.title = "drop", .unit = "", .is_figure = true},
    [PRESENT_SIZE] = {.title = "size", .unit = "KiB", .is_figure = true},
    [PRESENT_PLACE] = {.title = "on", .unit = ""},
};

static const char *figure_cell(const struct row *row, const char *column,
                               char buffer[LIST_CELL_SIZE])
{
    char text[COLUMN_TEXT_SIZE];
    snprintf(buffer, LIST_CELL_SIZE, "%s", column_format(column_find(column), row, text));
    return buffer;
}

static const char *present_cell(void *context, size_t place, size_t column,
                                char buffer[LIST_CELL_SIZE])
{
    const struct ui *ui = context;
    const struct row *row = results_row(ui->results, (int)place);
    switch (column) {
    case PRESENT_MODEL:
        return row->model;
    case PRESENT_MODE:
        return row->label;
    case PRESENT_SPEEDUP:
        return figure_cell(row, "speedup", buffer);
    case PRESENT_WORD:
        return row->speed_verdict;
    case PRESENT_DROP:
        return figure_cell(row, "drop", buffer);
    case PRESENT_SIZE:
        return figure_cell(row, "size_bytes", buffer);
    default:
        return row->placement;
    }
}

static struct list_source source_of(struct ui *ui)
{
    return (struct list_source){.columns = list_columns,
                                .n_columns = sizeof(list_columns) / sizeof(list_columns[0]),
                                .count = (size_t)revealed(ui),
                                .sorted = LIST_NO_COLUMN,
                                .cell = present_cell,
                                .context = ui};
}

/* --- large figures --- */

/* How large the figures are, and where they stand. */
struct arrangement {
    int scale, count; /* 0: there is no room for digits; so many of the figures have room */
    bool is_line;     /* beside each other */
    int width;        /* of each */
};

/* Without the interval: "9.35". */
static const char *digits_of(const struct shown_figure *figure, const struct row *row,
                             char buffer[COLUMN_TEXT_SIZE])
{
    char text[COLUMN_TEXT_SIZE];
    snprintf(buffer, COLUMN_TEXT_SIZE, "%s", column_format(column_find(figure->column), row, text));
    buffer[strcspn(buffer, " ")] = '\0';
    return buffer;
}

/* Of all rows that are shown: figures keep their size from row to row. */
static int widest(struct ui *ui)
{
    char digits[COLUMN_TEXT_SIZE];
    int most = 0;
    for (int i = 0; i < revealed(ui); i++)
        for (int k = 0; k < FIGURES; k++) {
            int width = big_width(digits_of(&figures[k], results_row(ui->results, i), digits), 1);
            most = width > most ? width : most;
        }
    return most;
}

static bool fits(const struct arrangement *arrangement, struct rect area)
{
    int height = 1 + big_height(arrangement->scale), count = arrangement->count;
    if (arrangement->is_line)
        return height <= area.height && count * (arrangement->width + GAP) - GAP <= area.width;
    return count * height <= area.height && arrangement->width <= area.width;
}

/* All figures as large as they can be; where they cannot, the most important ones. */
static struct arrangement arrange(int width, struct rect area)
{
    for (int count = FIGURES; count > 0; count--)
        for (int scale = BIG_SCALE_MAX; scale > 0; scale--)
            for (int is_line = 0; is_line < 2; is_line++) {
                struct arrangement arrangement = {scale, count, is_line, scale * width};
                if (fits(&arrangement, area))
                    return arrangement;
            }
    return (struct arrangement){0};
}

static enum role word_role(const char *word)
{
    const struct table_verdict *verdict = table_verdict_find(word);
    return verdict ? verdict->role : ROLE_TITLE;
}

/* "speedup x: 9.35 ±1.76, faster", or why it is absent. */
static void draw_words(const struct draw *draw, struct rect line, const struct shown_figure *figure,
                       const struct row *row)
{
    const struct column *column = column_find(figure->column);
    const char *word = figure->word ? figure->word(row) : "", *unit = column_unit(column, row->run);
    const struct figure *value = column->figure(row);
    char text[COLUMN_TEXT_SIZE];
    draw_printf(draw, line, 0, 0, ROLE_TITLE, "%s%s%s: %s%s%s", column_title(column, row->run),
                *unit ? " " : "", unit,
                value->present ? column_format(column, row, text) : value->reason,
                value->present && *word ? ", " : "", value->present ? word : "");
}

static void draw_digits(const struct draw *draw, struct rect area, int scale,
                        const struct shown_figure *figure, const struct row *row)
{
    bool present = column_find(figure->column)->figure(row)->present;
    const char *word = figure->word ? figure->word(row) : "";
    char digits[COLUMN_TEXT_SIZE];
    big_draw(draw, area, scale, present ? word_role(word) : ROLE_DIM,
             digits_of(figure, row, digits));
}

/* Where a figure stands among those that have digits; behind these, words have a line each. */
static struct rect place_of(const struct arrangement *all, struct rect area, int i)
{
    int height = 1 + big_height(all->scale), step = all->width + GAP;
    int used = all->is_line ? height : all->count * height;
    if (i >= all->count)
        return rect_lines(area, (all->count > 0 ? used : 0) + i - all->count, 1);
    return all->is_line ? rect_lines(rect_columns(area, i * step, step - 1), 0, height)
                        : rect_lines(area, i * height, height);
}

static void draw_figures(struct ui *ui, const struct draw *draw, struct rect area,
                         const struct row *row)
{
    struct arrangement all = arrange(widest(ui), area);
    for (int i = 0; i < FIGURES; i++) {
        struct rect place = place_of(&all, area, i);
        draw_words(draw, place, &figures[i], row);
        if (i < all.count)
            draw_digits(draw, rect_lines(place, 1, place.height - 1), all.scale, &figures[i], row);
    }
}

/* --- the page --- */

/* It gives way to digits. */
static int list_height(const struct ui *ui, int body)
{
    int wanted = LIST_HEADS + results_count(ui->results), most = body / LIST_SHARE + 1;
    int height = wanted < most ? wanted : most;
    bool has_room = height > LIST_HEADS && body - height >= 2 + big_height(1);
    return has_room ? height : 0;
}

static void draw_row(struct ui *ui, const struct draw *draw, struct rect body)
{
    const struct row *row = results_row(ui->results, shown(ui));
    struct list_source source = source_of(ui);
    int list = list_height(ui, body.height);
    struct rect inside = rect_columns(body, 1, body.width - 2);
    draw_printf(draw, inside, 0, 0, ROLE_TITLE, "%s, %s on %s", row->model, row->label,
                row->placement);
    draw_figures(ui, draw, rect_lines(inside, 1, body.height - 1 - list), row);
    list_draw(&state_of(ui)->list, &source, (size_t)shown(ui), draw,
              rect_lines(body, body.height - list, list));
}

static void present_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    title_draw(ui, draw, layout.title);
    draw_cursor(draw, layout.table, 0, 0);
    if (results_count(ui->results) > 0)
        draw_row(ui, draw, layout.table);
    else
        draw_text(draw, layout.table, layout.table.height / 2, 2, ROLE_DIM, "no rows yet");
}

static void present_move(struct ui *ui, int lines)
{
    struct list_source source = source_of(ui);
    if (source.count > 0)
        show(ui, (int)list_moved(&source, (size_t)shown(ui), lines));
}

static unsigned present_select(struct ui *ui, int place)
{
    if (place < revealed(ui))
        show(ui, place);
    return 0;
}

static const char *present_position(const struct ui *ui, char *buffer, size_t size)
{
    snprintf(buffer, size, "%d of %d shown", revealed(ui), results_count(ui->results));
    return buffer;
}

/* Shows one row more (1) or takes the last one away (-1). */
static unsigned present_reveal(struct ui *ui, int rows)
{
    int count = results_count(ui->results), wanted = revealed(ui) + rows;
    if (count == 0 || wanted > count || wanted < 1) {
        ui_notice(ui, "%s", rows > 0 ? "every row is shown" : "this is the first row");
        return 0;
    }
    state_of(ui)->revealed = wanted;
    show(ui, wanted - 1);
    return 0;
}

static const struct key_binding present_keys[] = {
    {"reveal", present_reveal, ON_KEYS(' ', UI_KEY_ENTER, UI_KEY_PAGE_DOWN), .label = "Next",
     .help = "Show the next row.", .argument = 1},
    {"hide", present_reveal, ON_KEYS(UI_KEY_ERASE, UI_KEY_PAGE_UP),
     .help = "Take the last row away.", .argument = -1},
};

const struct screen screen_present = {
    .state_size = sizeof(struct present),
    .enter = present_enter,
    .draw = present_draw,
    .position = present_position,
    .move = present_move,
    .select = present_select,
    .keys = KEY_TABLE(present_keys),
};
