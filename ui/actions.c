#include "ui/actions.h"

#include <limits.h>

#define TO_THE_END (INT_MAX / 2)

static bool is_running(const struct ui *ui)
{
    return ui->runner && runner_running(ui->runner);
}

static const char *refuse_start(const struct ui *ui)
{
    if (!ui->runner)
        return "nothing can be started here: this is a journal";
    if (is_running(ui))
        return "the run is going already";
    if (ui->trouble[0] != '\0')
        return "the run broke off and cannot go on";
    return runner_finished(ui->runner) ? "every row is finished" : NULL;
}

static const char *refuse_stop(const struct ui *ui)
{
    return is_running(ui) ? NULL : "nothing is running";
}

static const char *refuse_rows(const struct ui *ui)
{
    return results_count(ui->results) > 0 ? NULL : "there are no rows yet";
}

const char *condition_refusal(const struct ui *ui, enum condition condition)
{
    static const char *(*const refusals[])(const struct ui *ui) = {
        [ALWAYS] = NULL,
        [WHEN_STARTABLE] = refuse_start,
        [WHEN_RUNNING] = refuse_stop,
        [WHEN_ROWS] = refuse_rows,
    };
    return refusals[condition] ? refusals[condition](ui) : NULL;
}

static unsigned do_move(struct ui *ui, int lines)
{
    if (ui_screen(ui)->move)
        ui_screen(ui)->move(ui, lines);
    return 0;
}

static unsigned do_move_page(struct ui *ui, int halves)
{
    int page = ui_screen(ui)->page ? ui_screen(ui)->page(ui) : 0;
    return do_move(ui, halves * (page > 2 ? page / 2 : 1));
}

static unsigned do_help(struct ui *ui, int argument)
{
    (void)argument;
    ui->help.top = 0;
    ui_enter(ui, CONTEXT_HELP);
    return 0;
}

static unsigned do_start(struct ui *ui, int argument)
{
    (void)argument;
    runner_start(ui->runner);
    ui_notice(ui, "started");
    return 0;
}

static unsigned stop(struct ui *ui)
{
    if (is_running(ui))
        runner_stop(ui->runner);
    ui_notice(ui, "stopped");
    return 0;
}

static unsigned do_stop(struct ui *ui, int argument)
{
    int failed, finished = ui_rows_finished(ui, &failed);
    (void)argument;
    ui_ask(ui, "Stop?", stop,
           "Stop the run? What is being done now is lost (%s). Finished rows stay (%d of %d); S "
           "goes on with the others.",
           runner_progress(ui->runner).stage, finished, results_count(ui->results));
    return 0;
}

static unsigned quit(struct ui *ui)
{
    (void)ui;
    return NEED_QUIT;
}

static unsigned do_quit(struct ui *ui, int argument)
{
    int failed, finished = ui_rows_finished(ui, &failed);
    (void)argument;
    if (!is_running(ui))
        return NEED_QUIT;
    ui_ask(ui, "Quit?", quit,
           "Quit and stop the run? %d of %d rows are finished; the journal stays at %s.", finished,
           results_count(ui->results), ui->journal ? ui->journal : "its place");
    return 0;
}

static unsigned do_leave(struct ui *ui, int argument)
{
    (void)ui;
    (void)argument;
    return NEED_QUIT;
}

static unsigned do_yes(struct ui *ui, int argument)
{
    (void)argument;
    ui_leave(ui);
    return ui->question.yes(ui);
}

static unsigned do_back(struct ui *ui, int argument)
{
    (void)argument;
    ui_leave(ui);
    return 0;
}

/* Whether details can be seen beside the table. */
static bool has_room(const struct ui *ui)
{
    struct layout_content content = {.rows = results_count(ui->results), .details = true};
    return layout_main(ui->height, ui->width, &content).details.height > 0;
}

static unsigned do_focus(struct ui *ui, int argument)
{
    (void)argument;
    if (ui_context(ui) == CONTEXT_DETAILS) {
        ui_leave(ui);
    } else {
        ui->details_hidden = false;
        ui_enter(ui, CONTEXT_DETAILS);
    }
    return 0;
}

static unsigned do_details(struct ui *ui, int argument)
{
    if (!has_room(ui))
        return do_focus(ui, argument);
    if (ui_context(ui) == CONTEXT_DETAILS)
        ui_leave(ui);
    ui->details_hidden = !ui->details_hidden;
    return 0;
}

static unsigned do_sort(struct ui *ui, int argument)
{
    (void)argument;
    ui_enter(ui, CONTEXT_SORT);
    return 0;
}

static unsigned do_sort_by(struct ui *ui, int column)
{
    struct table_source source = ui_source(ui);
    table_sort_by(&ui->table, &source, column);
    return 0;
}

static unsigned do_sort_step(struct ui *ui, int step)
{
    struct table_source source = ui_source(ui);
    table_sort_step(&ui->table, &source, step);
    int column = ui->table.sort_column;
    ui_notice(ui, "sorted by %s",
              column == TABLE_NO_COLUMN ? "the order of the trials" : columns[column].title);
    return 0;
}

static unsigned do_reverse(struct ui *ui, int argument)
{
    (void)argument;
    struct table_source source = ui_source(ui);
    table_sort_reverse(&ui->table, &source);
    return 0;
}

static unsigned do_select(struct ui *ui, int argument)
{
    return ui_screen(ui)->select ? ui_screen(ui)->select(ui, argument) : 0;
}

static unsigned do_choose(struct ui *ui, int argument)
{
    (void)argument;
    return do_select(ui, ui->chosen);
}

static unsigned do_shift(struct ui *ui, int figures)
{
    table_shift(&ui->table, figures);
    return 0;
}

static unsigned do_repaint(struct ui *ui, int argument)
{
    (void)ui;
    (void)argument;
    return NEED_REPAINT;
}

static unsigned do_suspend(struct ui *ui, int argument)
{
    (void)ui;
    (void)argument;
    return NEED_SUSPEND;
}

static const struct {
    unsigned (*run)(struct ui *ui, int argument);
    int argument;
} actions[ACTION_COUNT] = {
    [ACTION_HELP] = {do_help, 0},
    [ACTION_START] = {do_start, 0},
    [ACTION_STOP] = {do_stop, 0},
    [ACTION_DETAILS] = {do_details, 0},
    [ACTION_FOCUS] = {do_focus, 0},
    [ACTION_SORT] = {do_sort, 0},
    [ACTION_SORT_LEFT] = {do_sort_step, -1},
    [ACTION_SORT_RIGHT] = {do_sort_step, 1},
    [ACTION_REVERSE] = {do_reverse, 0},
    [ACTION_CHOOSE] = {do_choose, 0},
    [ACTION_YES] = {do_yes, 0},
    [ACTION_NO] = {do_back, 0},
    [ACTION_QUIT] = {do_quit, 0},
    [ACTION_BACK] = {do_back, 0},
    [ACTION_UP] = {do_move, -1},
    [ACTION_DOWN] = {do_move, 1},
    [ACTION_LEFT] = {do_shift, -1},
    [ACTION_RIGHT] = {do_shift, 1},
    [ACTION_PAGE_UP] = {do_move_page, -2},
    [ACTION_PAGE_DOWN] = {do_move_page, 2},
    [ACTION_HALF_UP] = {do_move_page, -1},
    [ACTION_HALF_DOWN] = {do_move_page, 1},
    [ACTION_FIRST] = {do_move, -TO_THE_END},
    [ACTION_LAST] = {do_move, TO_THE_END},
    [ACTION_WHEEL_UP] = {do_move, -3},
    [ACTION_WHEEL_DOWN] = {do_move, 3},
    [ACTION_SELECT] = {do_select, 0},
    [ACTION_SORT_BY] = {do_sort_by, 0},
    [ACTION_REPAINT] = {do_repaint, 0},
    [ACTION_SUSPEND] = {do_suspend, 0},
    [ACTION_LEAVE] = {do_leave, 0},
};

unsigned action_do(struct ui *ui, const struct key_binding *binding, int clicked)
{
    const char *refusal = condition_refusal(ui, binding->condition);
    if (refusal != NULL) {
        ui_notice(ui, "%s", refusal);
        return NEED_DRAW;
    }
    return NEED_DRAW |
           actions[binding->action].run(ui, actions[binding->action].argument + clicked);
}
