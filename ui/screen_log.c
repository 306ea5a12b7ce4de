/* What happened, the last of it at the end, where the screen stays until it is scrolled. */
#include <stdio.h>

#include "results/log.h"
#include "ui/format.h"
#include "ui/title.h"

/* Cells of the time. */
#define TIME_WIDTH 9

struct log_view {
    size_t top;       /* line shown first */
    int height;       /* lines shown when last drawn */
    bool is_scrolled; /* else the end is shown */
};

static enum role kind_role(enum log_kind kind)
{
    static const enum role roles[LOG_KIND_COUNT] = {
        [LOG_NEWS] = ROLE_TEXT, [LOG_WARNING] = ROLE_WARNING, [LOG_FAILURE] = ROLE_BAD};
    return roles[kind];
}

/* Lines are told apart without colour. */
static const char *kind_mark(enum log_kind kind)
{
    static const char *const marks[LOG_KIND_COUNT] = {
        [LOG_NEWS] = "", [LOG_WARNING] = "warning: ", [LOG_FAILURE] = "! "};
    return marks[kind];
}

static size_t last_top(const struct ui *ui, int height)
{
    size_t count = results_log_count(ui->results);
    return count > (size_t)height ? count - (size_t)height : 0;
}

static void draw_line(const struct draw *draw, struct rect area, const struct log_line *line)
{
    char clock[FORMAT_SIZE];
    struct rect times = rect_columns(area, 0, TIME_WIDTH - 2);
    draw_text_right(draw, times, 0, ROLE_LABEL, format_clock(line->seconds, clock));
    int x = draw_text(draw, area, 0, TIME_WIDTH, kind_role(line->kind), kind_mark(line->kind));
    draw_text(draw, area, 0, x, kind_role(line->kind), line->text);
}

static void log_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct log_view *view = ui_state(ui, CONTEXT_LOG);
    struct rect body = layout.table;
    size_t count = results_log_count(ui->results), last = last_top(ui, body.height);
    title_draw(ui, draw, layout.title);
    view->height = body.height;
    if (!view->is_scrolled || view->top > last)
        view->top = last;
    for (int y = 0; y < body.height && view->top + (size_t)y < count; y++)
        draw_line(draw, rect_lines(body, y, 1),
                  results_log_line(ui->results, view->top + (size_t)y));
    if (count == 0)
        draw_text(draw, body, body.height / 2, 2, ROLE_DIM, "nothing has happened yet");
    draw_cursor(draw, body, 0, 0);
}

static void log_move(struct ui *ui, int lines)
{
    struct log_view *view = ui_state(ui, CONTEXT_LOG);
    long top = (long)view->top + lines, last = (long)last_top(ui, view->height);
    view->top = top > last ? (size_t)last : top > 0 ? (size_t)top : 0;
    view->is_scrolled = (long)view->top < last;
}

static int log_page(const struct ui *ui)
{
    const struct log_view *view = ui_state(ui, CONTEXT_LOG);
    return view->height;
}

static const char *log_position(const struct ui *ui, char *buffer, size_t size)
{
    const struct log_view *view = ui_state(ui, CONTEXT_LOG);
    size_t count = results_log_count(ui->results), end = view->top + (size_t)view->height;
    snprintf(buffer, size, "%zu-%zu/%zu", count > 0 ? view->top + 1 : 0, end < count ? end : count,
             count);
    return buffer;
}

const struct screen screen_log = {
    .state_size = sizeof(struct log_view),
    .draw = log_draw,
    .position = log_position,
    .move = log_move,
    .page = log_page,
};
