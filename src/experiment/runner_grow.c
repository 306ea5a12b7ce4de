/* The rows of a run: those that it begins with, and those that the user adds to it. */
#include "base/memory.h"
#include "experiment/grow.h"
#include "experiment/runner_internal.h"

void runner_take_trials(struct runner *runner)
{
    const struct experiment *experiment = runner->experiment;
    size_t trials = runner->n_trials, candidates = runner->n_candidates;
    runner->trials = experiment_trials(experiment, &runner->n_trials);
    runner->n_candidates = experiment->n_models * experiment_variants(experiment);
    runner->children = xrealloc(runner->children, runner->n_trials, sizeof(*runner->children));
    runner->processes = xrealloc(runner->processes, runner->n_trials, sizeof(*runner->processes));
    runner->handovers =
        xrealloc(runner->handovers, runner->n_candidates, sizeof(*runner->handovers));
    for (size_t i = trials; i < runner->n_trials; i++) {
        child_init(&runner->children[i]);
        runner->processes[i] = 0;
    }
    for (size_t i = candidates; i < runner->n_candidates; i++)
        handover_init(&runner->handovers[i]);
}

void runner_announce_trials(struct runner *runner)
{
    const struct experiment *experiment = runner->experiment;
    struct error error;
    for (size_t i = (size_t)results_count(runner->results); i < runner->n_trials; i++) {
        size_t placement = runner->trials[i].placement;
        runner_announce(runner, announce_trial(experiment, &runner->trials[i], (int)i,
                                               runner->placements[placement].n_threads));
    }
    for (size_t p = 0; p < experiment->n_placements; p++) {
        if (runner->placements[p].n_threads > 0)
            continue;
        placement_resolve(runner->topology, experiment->placements[p], &runner->placements[p],
                          &error);
        for (size_t i = 0; i < runner->n_trials; i++)
            if (runner->trials[i].placement == p &&
                !trial_state_is_lost(results_row(runner->results, (int)i)->state))
                runner_announce(runner, announce_failed((int)i, "placement", error.text));
    }
}

/* What the journal's rows are compared with, and whose candidates they are, is by number. */
static enum status check_rows(const struct runner *runner, struct error *error)
{
    size_t count;
    const struct trial *trials = experiment_trials(runner->experiment, &count);
    for (size_t i = 0; i < (size_t)results_count(runner->results); i++) {
        const struct row *row = results_row_as_it_stands(runner->results, (int)i);
        if (i >= count || row->candidate != trials[i].candidate ||
            row->baseline != trials[i].baseline || row->builtin != trials[i].builtin)
            return error_set(error, STATUS_INVALID, NULL,
                             "row %zu of the journal is none of this experiment", i);
    }
    return STATUS_OK;
}

enum status runner_restore_additions(struct runner *runner, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < results_addition_count(runner->results); i++) {
        const struct addition *added = results_addition(runner->results, i);
        status = added->is_mode ? grow_mode(runner->experiment, added->text, error)
                                : grow_placement(runner->experiment, added->text, error);
        if (status != STATUS_OK)
            return error_within(error, "what was added to the run");
    }
    return check_rows(runner, error);
}

/* The placement has to be there before anything is announced of it. */
static enum status add_placement(struct runner *runner, const char *text, struct error *error)
{
    struct placement placement = {0};
    enum status status = placement_resolve(runner->topology, text, &placement, error);
    if (status == STATUS_OK)
        status = grow_placement(runner->experiment, text, error);
    if (status != STATUS_OK) {
        placement_release(&placement);
        return status;
    }
    size_t count = runner->experiment->n_placements;
    runner->placements = xrealloc(runner->placements, count, sizeof(*runner->placements));
    runner->placements[count - 1] = placement;
    return STATUS_OK;
}

enum status runner_add(struct runner *runner, bool is_mode, const char *text, struct error *error)
{
    enum status status =
        is_mode ? grow_mode(runner->experiment, text, error) : add_placement(runner, text, error);
    if (status != STATUS_OK)
        return status;
    runner_announce(runner, announce_added(is_mode, text));
    runner_take_trials(runner);
    runner_announce_trials(runner);
    schedule_extend(runner->schedule, runner->handovers);
    return STATUS_OK;
}

void runner_offer(const struct runner *runner, enum act_kind kind, struct text *out)
{
    const struct experiment *experiment = runner->experiment;
    for (size_t i = 0; kind == ACT_ADD_MODE && i < mode_count; i++)
        text_printf(out, "%s\n", mode_table[i]->name);
    for (size_t i = 0; kind == ACT_ADD_PLACEMENT && i < placement_kind_count; i++)
        text_printf(out, "%s\n", placement_kinds[i].name);
    for (size_t i = 0; kind == ACT_REMOVE_MODE && i < experiment->n_modes; i++)
        text_printf(out, "%s\n", experiment->modes[i].label);
    for (size_t i = 0; kind == ACT_REMOVE_PLACEMENT && i < experiment->n_placements; i++)
        text_printf(out, "%s\n", experiment->placements[i]);
}
