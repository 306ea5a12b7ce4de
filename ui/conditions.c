#include "ui/conditions.h"

/* Another process may measure what this one shows. */
static const char *refuse_without_runner(const struct ui *ui)
{
    return ui->runner ? NULL : "not in this journal's process: the program that measures does that";
}

static const char *refuse_start(const struct ui *ui)
{
    if (!ui->runner)
        return "nothing can be started here: this is a journal";
    if (ui_is_running(ui) && runner_pause(ui->runner) == PAUSE_NONE)
        return "the run is going already";
    if (ui->trouble[0] != '\0')
        return "the run broke off and cannot go on";
    return runner_finished(ui->runner) ? "every row is finished" : NULL;
}

static const char *refuse_stop(const struct ui *ui)
{
    return ui_is_running(ui) ? NULL : "nothing is running";
}

static const char *refuse_rows(const struct ui *ui)
{
    return results_count(ui->results) > 0 ? NULL : "there are no rows yet";
}

static const char *refuse_restart(const struct ui *ui)
{
    return ui->replay ? NULL
                      : "nothing is played again: quantop view JOURNAL --replay 10x does that";
}

static const char *refuse_replay(const struct ui *ui)
{
    const char *refusal = refuse_restart(ui);
    return !refusal && replay_is_over(ui->replay)
               ? "the run was played to its end: Restart begins again"
               : refusal;
}

static const char *refuse_pause(const struct ui *ui)
{
    return ui->runner ? refuse_stop(ui) : refuse_replay(ui);
}

static const char *refuse_act(const struct ui *ui)
{
    return ui->runner ? refuse_rows(ui) : refuse_without_runner(ui);
}

static const char *refuse_home(const struct ui *ui)
{
    return ui->goes_home ? NULL : "there is no start screen: the program began without it";
}

const char *condition_refusal(const struct ui *ui, enum condition condition)
{
    static const char *(*const refusals[])(const struct ui *ui) = {
        [ALWAYS] = NULL,
        [WHEN_STARTABLE] = refuse_start,
        [WHEN_RUNNING] = refuse_stop,
        [WHEN_PAUSABLE] = refuse_pause,
        [WHEN_ROWS] = refuse_rows,
        [WHEN_MEASURING] = refuse_act,
        [WHEN_REPLAYING] = refuse_replay,
        [WHEN_REPLAYED] = refuse_restart,
        [WHEN_HOME] = refuse_home,
    };
    return refusals[condition] ? refusals[condition](ui) : NULL;
}
