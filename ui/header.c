#include "ui/header.h"

#include <stdio.h>

#include "results/warnings.h"
#include "ui/format.h"
#include "ui/title.h"
#include "ui/widget/bar.h"

/* The width from which the fuller text is shown. */
#define ELAPSED_FROM 70
/* Cells between meters. */
#define METER_GAP 2

static void draw_machine(const struct ui *ui, const struct draw *draw, struct rect area)
{
    const struct run_info *run = results_run(ui->results);
    const char *const parts[] = {run->host, run->cpu, run->isa, run->topology};
    int x = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i][0] == '\0')
            continue;
        x = draw_text(draw, area, 0, x, i == 0 ? ROLE_LABEL : ROLE_TEXT, parts[i]) + 2;
    }
}

/* What is done. A journal that is only viewed counts its rows. */
static void say_stage(struct ui *ui, char *stage, size_t size)
{
    if (ui_run_state(ui) == RUN_RUNNING) {
        struct progress progress = runner_progress(ui->runner);
        snprintf(stage, size, "%s", progress.stage);
        return;
    }
    int failed, finished = meters_rows_finished(ui, &failed);
    int length =
        snprintf(stage, size, "%d of %d rows finished", finished, results_count(ui->results));
    if (failed > 0)
        snprintf(stage + length, size - (size_t)length, ", %d failed", failed);
}

static void print_times(const struct ui *ui, int width, char *times, size_t size)
{
    char elapsed[FORMAT_SIZE], left[FORMAT_SIZE];
    double seconds = -1.0;
    if (ui_run_state(ui) == RUN_RUNNING)
        seconds = runner_progress(ui->runner).left_seconds;
    format_clock(ui_elapsed(ui), elapsed);
    if (ui_is_replaying(ui)) {
        format_clock(replay_length(ui->replay), left);
        snprintf(times, size, "%s of %s, %gx", elapsed, left, replay_speed(ui->replay));
        return;
    }
    format_clock(seconds, left);
    if (!(seconds >= 0.0))
        snprintf(times, size, "%s elapsed", elapsed);
    else if (width >= ELAPSED_FROM)
        snprintf(times, size, "%s gone, %s left", elapsed, left);
    else
        snprintf(times, size, "%s left", left);
}

/* A bar or a graph, the share in figures, and what is done. */
static void draw_progress(struct ui *ui, const struct draw *draw, struct rect area)
{
    char stage[160], times[2 * FORMAT_SIZE + 32];
    struct meter_reading reading;
    enum meter_mode mode = meters_mode(ui, METER_PROGRESS);
    int width = mode == METER_BAR || mode == METER_GRAPH ? area.width / 6 : 0;
    meters_read(ui, METER_PROGRESS, &reading);
    say_stage(ui, stage, sizeof(stage));
    if (mode == METER_BAR)
        bar_draw(draw, rect_columns(area, 0, width), reading.view.share);
    if (mode == METER_GRAPH)
        meter_draw_graph(draw, rect_columns(area, 0, width), &reading.view);
    int x = draw_printf(draw, area, 0, width, ROLE_TEXT, width > 0 ? " %5s" : "%s", reading.text);
    draw_click(draw, rect_columns(area, 0, x), "meter", METER_PROGRESS + 1);
    print_times(ui, area.width, times, sizeof(times));
    struct rect rest = rect_columns(area, x + 2, area.width - x - 2);
    int end = draw_text_right(draw, rest, 0, ROLE_TEXT, times);
    draw_text(draw, rect_columns(rest, 0, end - 2), 0, 0, ROLE_TEXT, stage);
}

/* Those that are not drawn with digits, side by side. */
static void draw_meters(struct ui *ui, const struct draw *draw, struct rect area, bool has_digits)
{
    struct meter_reading reading;
    int count = 0, drawn = 0;
    for (enum meter meter = METER_PROGRESS + 1; meter < METER_COUNT; meter++)
        count += !(has_digits && meters_mode(ui, meter) == METER_DIGITS);
    for (enum meter meter = METER_PROGRESS + 1; meter < METER_COUNT; meter++) {
        enum meter_mode mode = meters_mode(ui, meter);
        if (has_digits && mode == METER_DIGITS)
            continue;
        int from = drawn * area.width / count, end = ++drawn * area.width / count;
        struct rect part = rect_columns(area, from, end - from - (drawn < count ? METER_GAP : 0));
        meters_read(ui, meter, &reading);
        meter_draw(draw, part, mode, &reading.view);
        draw_click(draw, part, "meter", (int)meter + 1);
    }
}

static void draw_digits(struct ui *ui, const struct draw *draw, struct rect area)
{
    struct meter_reading reading;
    int x = 0;
    for (enum meter meter = 0; meter < METER_COUNT && area.height > 0; meter++) {
        if (meters_mode(ui, meter) != METER_DIGITS)
            continue;
        struct rect part = rect_columns(area, x, area.width - x);
        meters_read(ui, meter, &reading);
        int width = meter_draw_digits(draw, part, &reading.view);
        draw_click(draw, rect_columns(part, 0, width), "meter", (int)meter + 1);
        x += width + 2 * METER_GAP;
    }
}

bool header_wants_digits(const struct ui *ui)
{
    for (enum meter meter = 0; meter < METER_COUNT; meter++)
        if (meters_mode(ui, meter) == METER_DIGITS)
            return true;
    return false;
}

/* What came to disturb the run last, and what to do. */
static void draw_disturbance(const struct ui *ui, const struct draw *draw, struct rect area)
{
    size_t last = results_warning_count(ui->results) - 1;
    const struct warning *warning = results_warning(ui->results, last);
    int end = draw_text(draw, area, 0, 0, ROLE_WARNING, warning->text);
    draw_text(draw, area, 0, end, ROLE_WARNING, "; ");
    draw_text(draw, area, 0, end + 2, ROLE_WARNING, warning->remedy);
}

/* The recommendation, unless there is something more urgent. What is doubted is void on a quiet
 * machine, too. */
static void draw_message(const struct ui *ui, const struct row *selected, const struct draw *draw,
                         struct rect area)
{
    static const enum role roles[] = {[VERDICT_NONE] = ROLE_TEXT,
                                      [VERDICT_PASS] = ROLE_GOOD,
                                      [VERDICT_FAIL] = ROLE_BAD,
                                      [VERDICT_UNKNOWN] = ROLE_WARNING};
    const char *notice = ui_current_notice(ui);
    const char *warning = ui->runner ? runner_warning(ui->runner) : NULL;
    const struct recommendation *answer = ui_recommendation(ui, selected);
    if (notice)
        draw_text(draw, area, 0, 0, ROLE_TITLE, notice);
    else if (ui->trouble[0] != '\0')
        draw_text(draw, area, 0, 0, ROLE_BAD, ui->trouble);
    else if (warning)
        draw_text(draw, area, 0, 0, ROLE_WARNING, warning);
    else if (ui->remark[0] != '\0')
        draw_text(draw, area, 0, 0, ROLE_WARNING, ui->remark);
    else if (answer && answer->is_doubted)
        draw_text(draw, area, 0, 0, ROLE_WARNING, answer->text);
    else if (ui_is_running(ui) && results_warning_count(ui->results) > 0)
        draw_disturbance(ui, draw, area);
    else if (answer)
        draw_text(draw, area, 0, 0, roles[answer->verdict], answer->text);
}

void header_draw(struct ui *ui, const struct row *selected, const struct draw *draw,
                 const struct layout *layout)
{
    title_draw(ui, draw, layout->title);
    struct rect machine = layout->machine, meters = layout->meters;
    if (meters.height == 0 && meters_are_live(ui)) { /* what goes on matters more */
        meters = rect_columns(machine, machine.width / 3, machine.width);
        machine = rect_columns(machine, 0, machine.width / 3 - METER_GAP);
    }
    draw_machine(ui, draw, machine);
    draw_digits(ui, draw, layout->digits);
    draw_meters(ui, draw, meters, layout->digits.height > 0);
    if (layout->progress.height > 0)
        draw_progress(ui, draw, layout->progress);
    draw_message(ui, selected, draw, layout->message);
}
