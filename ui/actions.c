#include "ui/actions.h"

#include <limits.h>
#include <math.h>

#include "ui/acting.h"
#include "ui/commands.h"
#include "ui/conditions.h"
#include "ui/export.h"
#include "ui/export_model.h"
#include "ui/screen_charts.h"
#include "ui/screen_form.h"
#include "ui/screen_help.h"
#include "ui/screen_layers.h"
#include "ui/screen_machine.h"
#include "ui/screen_present.h"
#include "ui/screen_prompt.h"
#include "ui/screen_question.h"
#include "ui/screen_sort.h"
#include "ui/screen_start.h"
#include "ui/screen_steps.h"
#include "ui/screen_table.h"
#include "ui/screen_table_view.h"

#define TO_THE_END (INT_MAX / 2)

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

static unsigned do_enter(struct ui *ui, int context)
{
    ui_enter(ui, (enum context)context);
    return 0;
}

static unsigned do_hurry(struct ui *ui, int doublings)
{
    replay_hurry(ui->replay, exp2(doublings));
    ui_notice(ui, "%g times as fast as the run was", replay_speed(ui->replay));
    return 0;
}

/* Screens hold on to rows: they see them go, and what comes first, before anything else. */
static unsigned do_restart(struct ui *ui, int argument)
{
    struct error error;
    (void)argument;
    if (replay_restart(ui->replay, ui->results, &error) != STATUS_OK ||
        replay_advance(ui->replay, ui->now, ui->results, &error) != STATUS_OK)
        error_line(&error, ui->remark, sizeof(ui->remark));
    table_screen_forget_groups(ui);
    ui_update(ui);
    ui_notice(ui, "from the beginning");
    return 0;
}

static unsigned quit(struct ui *ui)
{
    (void)ui;
    return LOOP_QUIT;
}

static unsigned do_quit(struct ui *ui, int argument)
{
    int failed, finished = ui_rows_finished(ui, &failed);
    (void)argument;
    if (!ui_is_running(ui))
        return LOOP_QUIT;
    question_ask(ui, "Quit?", quit,
                 "Quit and stop the run? %d of %d rows are finished; the journal stays at %s.",
                 finished, results_count(ui->results), ui->journal ? ui->journal : "its place");
    return 0;
}

static unsigned go_home(struct ui *ui)
{
    *ui->goes_home = true;
    return LOOP_QUIT;
}

static unsigned do_home(struct ui *ui, int argument)
{
    (void)argument;
    if (!ui_is_running(ui))
        return go_home(ui);
    question_ask(ui, "Stop and go back?", go_home,
                 "Stop the run and go back to the start screen? The journal stays; 'quantop run "
                 "--resume' finishes it.");
    return 0;
}

static unsigned do_leave(struct ui *ui, int argument)
{
    (void)ui;
    (void)argument;
    return LOOP_QUIT;
}

static unsigned do_go(struct ui *ui, int context)
{
    ui_go(ui, (enum context)context);
    return 0;
}

static unsigned do_back(struct ui *ui, int argument)
{
    (void)argument;
    ui_leave(ui);
    return 0;
}

static unsigned do_select(struct ui *ui, int argument)
{
    return ui_screen(ui)->select ? ui_screen(ui)->select(ui, argument) : 0;
}

static unsigned do_repaint(struct ui *ui, int argument)
{
    (void)ui;
    (void)argument;
    return LOOP_REPAINT;
}

static unsigned do_suspend(struct ui *ui, int argument)
{
    (void)ui;
    (void)argument;
    return LOOP_SUSPEND;
}

static const struct {
    unsigned (*run)(struct ui *ui, int argument);
    int argument;
} actions[ACTION_COUNT] = {
    [ACTION_HELP] = {do_enter, CONTEXT_HELP},
    [ACTION_COMMAND] = {commands_prompt, 0},
    [ACTION_PRESET] = {commands_preset, 0},
    [ACTION_GO] = {do_go, 0},
    [ACTION_OPEN] = {start_screen_open, 0},
    [ACTION_DEFAULT] = {start_screen_default, 0},
    [ACTION_SECTION] = {start_screen_section, 0},
    [ACTION_TAG_RUN] = {start_screen_tag, 0},
    [ACTION_COMPARE_RUNS] = {start_screen_compare, 0},
    [ACTION_BEGIN] = {form_screen_start, 0},
    [ACTION_WRITE] = {form_screen_write, 0},
    [ACTION_DRY_RUN] = {form_screen_dry_run, 0},
    [ACTION_EDIT] = {form_screen_edit, 0},
    [ACTION_TOGGLE] = {form_screen_toggle, 0},
    [ACTION_STEP_LEFT] = {form_screen_step, -1},
    [ACTION_STEP_RIGHT] = {form_screen_step, 1},
    [ACTION_SAMPLE_NEXT] = {form_screen_sample, 1},
    [ACTION_SAMPLE_PREVIOUS] = {form_screen_sample, -1},
    [ACTION_ENLARGE] = {form_screen_enlarge, 0},
    [ACTION_OPTIONS] = {form_screen_options, 0},
    [ACTION_COPY_COMMAND] = {form_screen_copy, 0},
    [ACTION_HOME] = {do_home, 0},
    [ACTION_START] = {acting_start, 0},
    [ACTION_STOP] = {acting_stop, 0},
    [ACTION_PAUSE] = {acting_pause, 0},
    [ACTION_SKIP] = {acting_skip, 0},
    [ACTION_REPEAT] = {acting_repeat, 0},
    [ACTION_FASTER] = {do_hurry, 1},
    [ACTION_SLOWER] = {do_hurry, -1},
    [ACTION_RESTART] = {do_restart, 0},
    [ACTION_DETAILS] = {table_screen_details, 0},
    [ACTION_FOCUS] = {table_screen_focus, 0},
    [ACTION_WHY] = {table_screen_why, 0},
    [ACTION_METER] = {meters_next_mode, 0},
    [ACTION_CHOOSE_METER] = {meters_choose, 0},
    [ACTION_TAG] = {table_screen_tag, 0},
    [ACTION_COMPARE] = {do_go, CONTEXT_COMPARE},
    [ACTION_EXPORT] = {export_page, 0},
    [ACTION_EXPORT_MODEL] = {export_model, 0},
    [ACTION_COPY] = {export_copy, 0},
    [ACTION_LAYERS_LEFT] = {layers_sort_step, -1},
    [ACTION_LAYERS_RIGHT] = {layers_sort_step, 1},
    [ACTION_NEXT_MODE] = {layers_next_mode, 0},
    [ACTION_WEIGHTS] = {layers_enlarge, 0},
    [ACTION_SORT_STEPS] = {steps_sort, 0},
    [ACTION_REVEAL] = {present_reveal, 1},
    [ACTION_HIDE] = {present_reveal, -1},
    [ACTION_NEXT_X] = {charts_next_axis, 0},
    [ACTION_NEXT_Y] = {charts_next_axis, 1},
    [ACTION_FOLD_ALL] = {table_screen_fold_all, 0},
    [ACTION_FOLD_THAT] = {table_screen_fold, 0},
    [ACTION_GROUP] = {table_screen_group, 0},
    [ACTION_SEARCH] = {table_screen_search, 0},
    [ACTION_NEXT] = {table_screen_next, 1},
    [ACTION_PREVIOUS] = {table_screen_next, -1},
    [ACTION_FILTER] = {table_screen_filter, 0},
    [ACTION_SEARCH_HELP] = {help_search, 0},
    [ACTION_NEXT_IN_HELP] = {help_next, 1},
    [ACTION_PREVIOUS_IN_HELP] = {help_next, -1},
    [ACTION_LEVELS] = {machine_levels, 0},
    [ACTION_FREEZE] = {table_screen_freeze, 0},
    [ACTION_FOLLOW] = {table_screen_follow, 0},
    [ACTION_ACCEPT] = {prompt_accept, 0},
    [ACTION_CANCEL] = {prompt_cancel, 0},
    [ACTION_ERASE] = {prompt_erase, 0},
    [ACTION_CLEAR] = {prompt_clear, 0},
    [ACTION_SORT] = {do_enter, CONTEXT_SORT},
    [ACTION_SORT_LEFT] = {table_screen_sort_step, -1},
    [ACTION_SORT_RIGHT] = {table_screen_sort_step, 1},
    [ACTION_REVERSE] = {table_screen_reverse, 0},
    [ACTION_CHOOSE] = {sort_screen_choose, 0},
    [ACTION_CHOOSE_THEN] = {sort_screen_choose_then, 0},
    [ACTION_YES] = {question_yes, 0},
    [ACTION_NO] = {do_back, 0},
    [ACTION_QUIT] = {do_quit, 0},
    [ACTION_BACK] = {do_back, 0},
    [ACTION_UP] = {do_move, -1},
    [ACTION_DOWN] = {do_move, 1},
    [ACTION_LEFT] = {table_screen_shift, -1},
    [ACTION_RIGHT] = {table_screen_shift, 1},
    [ACTION_PAGE_UP] = {do_move_page, -2},
    [ACTION_PAGE_DOWN] = {do_move_page, 2},
    [ACTION_HALF_UP] = {do_move_page, -1},
    [ACTION_HALF_DOWN] = {do_move_page, 1},
    [ACTION_FIRST] = {do_move, -TO_THE_END},
    [ACTION_LAST] = {do_move, TO_THE_END},
    [ACTION_WHEEL_UP] = {do_move, -3},
    [ACTION_WHEEL_DOWN] = {do_move, 3},
    [ACTION_SELECT] = {do_select, 0},
    [ACTION_SORT_BY] = {table_screen_sort_by, 0},
    [ACTION_REPAINT] = {do_repaint, 0},
    [ACTION_SUSPEND] = {do_suspend, 0},
    [ACTION_LEAVE] = {do_leave, 0},
};

/* Does it, or says why its condition is not met. argument: what a click was on, else the binding's.
 */
static unsigned act(struct ui *ui, const struct key_binding *binding, int argument)
{
    const char *refusal = condition_refusal(ui, binding->condition);
    if (refusal != NULL) {
        ui_notice(ui, "%s", refusal);
        return LOOP_DRAW;
    }
    return LOOP_DRAW |
           actions[binding->action].run(ui, actions[binding->action].argument + argument);
}

unsigned action_run(struct ui *ui, const struct key_binding *binding)
{
    return act(ui, binding, binding->argument);
}

unsigned action_of_key(struct ui *ui, int key)
{
    const struct key_binding *binding = keys_find(&ui->keymap, ui_context(ui), key);
    if (binding == NULL)
        return ui_screen(ui)->type && ui_screen(ui)->type(ui, key) ? LOOP_DRAW : 0;
    return action_run(ui, binding);
}

unsigned action_of_click(struct ui *ui, int y, int x)
{
    const struct click *click = clicks_find(&ui->clicks, y, x);
    if (click == NULL)
        return 0;
    const struct key_binding *binding =
        keys_of_action(&ui->keymap, ui_context(ui), (enum action)click->action);
    return binding ? act(ui, binding, click->argument) : 0;
}
