#include "ui/acting.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/conditions.h"
#include "ui/screen_question.h"
#include "ui/screen_table.h"

/* Has the runner do something; where it refuses, that is said and false comes back. */
static bool act(struct ui *ui, const struct act *act)
{
    struct error error;
    if (runner_act(ui->runner, act, &error) == STATUS_OK)
        return true;
    ui_notice(ui, "%s", error.text);
    return false;
}

/* What it takes to do it, first; likewise. */
static bool weigh(struct ui *ui, const struct act *act, struct act_cost *cost)
{
    struct error error;
    if (runner_weigh(ui->runner, act, cost, &error) == STATUS_OK)
        return true;
    ui_notice(ui, "%s", error.text);
    return false;
}

static void go_on(struct ui *ui)
{
    if (act(ui, &(struct act){.kind = ACT_CONTINUE}))
        ui_notice(ui, "the run goes on");
}

unsigned acting_start(struct ui *ui, int argument)
{
    (void)argument;
    if (ui_is_running(ui)) {
        go_on(ui);
        return 0;
    }
    runner_start(ui->runner);
    ui_notice(ui, "started");
    return 0;
}

static unsigned stop(struct ui *ui)
{
    if (ui_is_running(ui))
        runner_stop(ui->runner);
    ui_notice(ui, "stopped");
    return 0;
}

unsigned acting_stop(struct ui *ui, int argument)
{
    int failed, finished = ui_rows_finished(ui, &failed);
    char key[KEY_SAID_SIZE];
    struct text lost = {0};
    (void)argument;
    if (runner_pause(ui->runner) != PAUSE_BEGUN)
        text_printf(&lost, "What is being done now is lost (%s). ",
                    runner_progress(ui->runner).stage);
    question_ask(ui, "Stop?", stop,
                 "Stop the run? %sFinished rows stay (%d of %d); %s goes on with the others.",
                 lost.bytes ? lost.bytes : "", finished, results_count(ui->results),
                 ui_key(ui, CONTEXT_TABLE, "start", key));
    text_release(&lost);
    return 0;
}

static void pause_replay(struct ui *ui)
{
    bool paused = !replay_is_paused(ui->replay);
    char key[KEY_SAID_SIZE];
    replay_pause(ui->replay, paused);
    ui_notice(ui, paused ? "the replay waits until %s" : "the replay goes on",
              ui_key(ui, CONTEXT_TABLE, "pause", key));
}

unsigned acting_pause(struct ui *ui, int argument)
{
    char key[KEY_SAID_SIZE];
    (void)argument;
    if (ui->replay)
        pause_replay(ui);
    else if (runner_pause(ui->runner) != PAUSE_NONE)
        go_on(ui);
    else if (act(ui, &(struct act){.kind = ACT_PAUSE}))
        ui_notice(ui, "the run waits once this is over, until %s",
                  ui_key(ui, CONTEXT_TABLE, "pause", key));
    return 0;
}

/* "net, w8 on 1" */
static void name_row(const struct row *row, struct text *out)
{
    text_printf(out, "%s, %s on %s", row->model, row->label, row->placement);
    if (row->run->has_runtimes)
        text_printf(out, " with %s", row->runtime);
}

/* Does to its row what was asked for. */
static unsigned act_on_row(struct ui *ui, const char *done)
{
    struct text name = {0};
    name_row(results_row(ui->results, ui->act.trial), &name);
    if (act(ui, &ui->act))
        ui_notice(ui, "%s: %s", done, name.bytes);
    text_release(&name);
    return 0;
}

/* Chooses what to do to the selected row; false: there is none, or it cannot be done. */
static bool begin(struct ui *ui, enum act_kind kind, struct act_cost *cost, struct text *name)
{
    const struct row *row = table_screen_row(ui);
    if (!row)
        return false;
    ui->act = (struct act){.kind = kind, .trial = row->trial};
    name_row(row, name);
    return weigh(ui, &ui->act, cost);
}

static unsigned skip(struct ui *ui)
{
    return act_on_row(ui, "skipped");
}

unsigned acting_skip(struct ui *ui, int argument)
{
    struct act_cost cost = {0};
    struct text name = {0};
    (void)argument;
    if (begin(ui, ACT_SKIP, &cost, &name) && cost.compared == 0)
        skip(ui);
    else if (cost.compared > 0)
        question_ask(ui, "Skip?", skip,
                     "Skip %s? %d other row%s compared with it and will have nothing to be "
                     "compared with from now on.",
                     name.bytes, cost.compared, cost.compared > 1 ? "s are" : " is");
    text_release(&name);
    return 0;
}

static unsigned repeat(struct ui *ui)
{
    return act_on_row(ui, "to be measured again");
}

unsigned acting_repeat(struct ui *ui, int argument)
{
    struct act_cost cost = {0};
    struct text name = {0};
    (void)argument;
    if (begin(ui, ACT_REPEAT, &cost, &name) && cost.lost == 0)
        repeat(ui);
    else if (cost.lost > 0 && cost.repeated == 1)
        question_ask(ui, "Measure again?", repeat,
                     "Measure %s again? The figures that it has go out of the table; the journal "
                     "keeps what they are made of.",
                     name.bytes);
    else if (cost.lost > 0)
        question_ask(ui, "Measure again?", repeat,
                     "Measure %s again, and the other rows that are compared with it, %d in all? "
                     "The figures that they have go out of the table; the journal keeps what they "
                     "are made of.",
                     name.bytes, cost.repeated);
    text_release(&name);
    return 0;
}

/* What can be added and removed. */
static const struct change {
    const char *noun;
    enum act_kind add, remove;
} changes[] = {
    {"mode", ACT_ADD_MODE, ACT_REMOVE_MODE},
    {"placement", ACT_ADD_PLACEMENT, ACT_REMOVE_PLACEMENT},
};

/* The change that the first word names, and what stands behind it; NULL: it is none. */
static const struct change *find_change(const char *rest, const char **text)
{
    size_t length = strcspn(rest, " ");
    *text = rest + length + strspn(rest + length, " ");
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        if (strlen(changes[i].noun) == length && strncmp(changes[i].noun, rest, length) == 0)
            return &changes[i];
    return NULL;
}

/* Whether it can be done; *act is it, whose text is a part of rest. */
static enum status read_change(const struct ui *ui, const char *rest, bool adds, struct act *act,
                               struct act_cost *cost, struct error *error)
{
    const char *refusal = condition_refusal(ui, WHEN_MEASURING), *text;
    const struct change *change = find_change(rest, &text);
    if (refusal)
        return error_set(error, STATUS_INVALID, NULL, "%s", refusal);
    if (!change || !*text)
        return error_set(error, STATUS_INVALID, NULL,
                         "'%s' is neither 'mode' with a mode nor 'placement' with a placement",
                         rest);
    *act = (struct act){.kind = adds ? change->add : change->remove, .text = text};
    return runner_weigh(ui->runner, act, cost, error);
}

enum status acting_check_add(const struct ui *ui, const char *rest, struct error *error)
{
    struct act act;
    struct act_cost cost;
    return read_change(ui, rest, true, &act, &cost, error);
}

enum status acting_check_remove(const struct ui *ui, const char *rest, struct error *error)
{
    struct act act;
    struct act_cost cost;
    return read_change(ui, rest, false, &act, &cost, error);
}

static const char *offer(const struct ui *ui, const char *rest, bool adds, struct text *words)
{
    const char *text;
    const struct change *change = find_change(rest, &text);
    if (change && text[-1] == ' ') {
        if (ui->runner)
            runner_offer(ui->runner, adds ? change->add : change->remove, words);
        return text;
    }
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        text_printf(words, "%s \n", changes[i].noun);
    return rest;
}

const char *acting_offer_add(const struct ui *ui, const char *rest, struct text *words)
{
    return offer(ui, rest, true, words);
}

const char *acting_offer_remove(const struct ui *ui, const char *rest, struct text *words)
{
    return offer(ui, rest, false, words);
}

/* Chooses the change; false: it cannot be done, which is said. */
static bool begin_change(struct ui *ui, const char *rest, bool adds, struct act_cost *cost)
{
    struct error error;
    if (read_change(ui, rest, adds, &ui->act, cost, &error) != STATUS_OK) {
        ui_notice(ui, "%s", error.text);
        return false;
    }
    snprintf(ui->act_text, sizeof(ui->act_text), "%s", ui->act.text);
    ui->act.text = ui->act_text;
    return true;
}

unsigned acting_add(struct ui *ui, const char *rest)
{
    struct act_cost cost;
    int before = results_count(ui->results);
    if (begin_change(ui, rest, true, &cost) && act(ui, &ui->act))
        ui_notice(ui, "%s takes part in %d more rows", ui->act_text,
                  results_count(ui->results) - before);
    return 0;
}

static unsigned remove_rows(struct ui *ui)
{
    if (act(ui, &ui->act))
        ui_notice(ui, "%s takes part no more", ui->act_text);
    return 0;
}

unsigned acting_remove(struct ui *ui, const char *rest)
{
    struct act_cost cost;
    if (!begin_change(ui, rest, false, &cost))
        return 0;
    if (cost.lost == 0 && cost.compared == 0)
        return remove_rows(ui);
    question_ask(
        ui, "Remove?", remove_rows,
        "Remove %s? It has %d row%s, %d with figures, which go out of the table; the journal "
        "keeps what they are made of. %d other row%s compared with it.",
        ui->act_text, cost.removed, cost.removed == 1 ? "" : "s", cost.lost, cost.compared,
        cost.compared == 1 ? " is" : "s are");
    return 0;
}
