/* What the user asks of the run while it goes on. */
#include "experiment/runner_internal.h"
#include "measure/clock.h"

/* The time of the run does not go on during a pause. */
void runner_end_pause(struct runner *runner, bool goes_on)
{
    double seconds = clock_seconds() - runner->paused;
    bool was_paused = runner->is_paused;
    runner->wants_pause = runner->is_paused = false;
    if (!was_paused)
        return;
    runner->started += seconds;
    if (!goes_on)
        return;
    runner_announce(runner, announce_continued(seconds));
    runner_begin_watch(runner);
    runner_rest(runner);
}

static enum status act_pause(struct runner *runner, const struct act *act, struct error *error)
{
    (void)act;
    if (!runner->is_running)
        return error_set(error, STATUS_INVALID, NULL, "nothing is running");
    if (runner->wants_pause)
        return error_set(error, STATUS_INVALID, NULL, "the run is paused already");
    runner->wants_pause = true;
    return STATUS_OK;
}

static enum status act_continue(struct runner *runner, const struct act *act, struct error *error)
{
    (void)act;
    if (!runner->wants_pause)
        return error_set(error, STATUS_INVALID, NULL, "the run is not paused");
    runner_end_pause(runner, true);
    return STATUS_OK;
}

enum status runner_act(struct runner *runner, const struct act *act, struct error *error)
{
    static enum status (*const acts[ACT_COUNT])(struct runner *, const struct act *,
                                                struct error *) = {
        [ACT_PAUSE] = act_pause,
        [ACT_CONTINUE] = act_continue,
    };
    return acts[act->kind](runner, act, error);
}

enum pause runner_pause(const struct runner *runner)
{
    return runner->is_paused ? PAUSE_BEGUN : runner->wants_pause ? PAUSE_ASKED_FOR : PAUSE_NONE;
}
