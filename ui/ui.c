#include "ui/ui.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/shipper.h"

#define NOTICE_SECONDS 4.0
/* Seconds between looks at the clock of a replay. */
#define REPLAY_TICK 0.5
/* Seconds between two looks at a file that is being made. */
#define SHIPPER_TICK 0.1

void ui_init(struct ui *ui, const struct screen *const *screens, struct results *results,
             struct runner *runner, const char *journal)
{
    *ui = (struct ui){
        .screens = screens, .results = results, .runner = runner, .journal = journal, .depth = 1};
    ui->contexts[0] = CONTEXT_TABLE;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        const struct screen *screen = screens[context];
        if (screen->state_size > 0)
            ui->states[context] = xcalloc(1, screen->state_size);
        if (screen->init)
            screen->init(ui->states[context]);
    }
}

static enum context first_screen(const struct ui *ui)
{
    return ui->start ? CONTEXT_START : CONTEXT_TABLE;
}

void ui_show_start(struct ui *ui, struct start *start)
{
    ui->start = start;
    ui->contexts[0] = first_screen(ui);
}

void ui_release(struct ui *ui)
{
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        if (ui->screens[context]->release)
            ui->screens[context]->release(ui->states[context]);
        FREE_AND_NULL(ui->states[context]);
    }
    text_release(&ui->copied);
    FREE_AND_NULL(ui->answers);
}

void *ui_state(const struct ui *ui, enum context context)
{
    return ui->states[context];
}

enum context ui_context(const struct ui *ui)
{
    return ui->contexts[ui->depth - 1];
}

const struct screen *ui_screen(const struct ui *ui)
{
    return ui->screens[ui_context(ui)];
}

void ui_enter(struct ui *ui, enum context context)
{
    if (ui->depth == UI_DEPTH)
        return;
    ui->contexts[ui->depth++] = context;
    if (ui->screens[context]->enter)
        ui->screens[context]->enter(ui);
}

void ui_leave(struct ui *ui)
{
    if (ui->depth > 1)
        ui->depth--;
    else
        ui->contexts[0] = first_screen(ui);
}

void ui_go(struct ui *ui, enum context context)
{
    ui->depth = 0;
    ui_enter(ui, context);
}

const char *ui_key(const struct ui *ui, enum context context, const char *id,
                   char buffer[KEY_SAID_SIZE])
{
    return keys_said(&ui->keymap, context, id, buffer);
}

void ui_notice(struct ui *ui, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(ui->notice, sizeof(ui->notice), format, arguments);
    va_end(arguments);
    ui->notice_until = ui->now + NOTICE_SECONDS;
}

const char *ui_current_notice(const struct ui *ui)
{
    return ui->now < ui->notice_until ? ui->notice : NULL;
}

static const struct row *source_row(void *context, int i)
{
    const struct ui *ui = context;
    return results_row(ui->results, i);
}

static bool source_recommended(void *context, const struct row *row)
{
    const struct ui *ui = context;
    for (size_t i = 0; i < ui->n_answers; i++)
        if (ui->answers[i].recommendation.trial == row->trial)
            return true;
    return false;
}

static bool source_tagged(void *context, const struct row *row)
{
    const struct ui *ui = context;
    return tags_have(&ui->tags, row->trial);
}

static const char *source_answer(void *context, const struct row *row)
{
    const struct recommendation *answer = ui_recommendation(context, row);
    return answer ? answer->text : NULL;
}

/* The one that is drawn as a bar, too. */
static int bar_column(void)
{
    return (int)(column_find("speedup") - columns);
}

struct table_source ui_source(struct ui *ui)
{
    return (struct table_source){.columns = columns,
                                 .column_count = column_count,
                                 .run = results_run(ui->results),
                                 .row_count = results_count(ui->results),
                                 .revision = results_revision(ui->results),
                                 .row = source_row,
                                 .recommended = source_recommended,
                                 .tagged = source_tagged,
                                 .answer = source_answer,
                                 .bar_column = bar_column(),
                                 .context = ui};
}

static struct answer *find_answer(const struct ui *ui, const char *model)
{
    for (size_t i = 0; i < ui->n_answers; i++)
        if (strcmp(ui->answers[i].model, model) == 0)
            return &ui->answers[i];
    return NULL;
}

static void update_answers(struct ui *ui)
{
    ui->n_answers = 0;
    for (int i = 0; i < results_count(ui->results); i++) {
        const char *model = results_row(ui->results, i)->model;
        if (find_answer(ui, model) != NULL)
            continue;
        ui->answers =
            list_grow(ui->answers, ui->n_answers, &ui->answers_capacity, sizeof(*ui->answers));
        ui->answers[ui->n_answers++] = (struct answer){model, recommend(ui->results, model)};
    }
}

const struct recommendation *ui_recommendation(const struct ui *ui, const struct row *row)
{
    const struct answer *answer = row ? find_answer(ui, row->model) : NULL;
    bool some = answer && answer->recommendation.text[0] != '\0';
    return some ? &answer->recommendation : NULL;
}

/* Says when a file that was asked for is there. */
static void update_shipper(struct ui *ui)
{
    char said[sizeof(ui->notice)] = "";
    if (!ui->shipper || !ui->shipper->is_busy)
        return;
    ui->shipper->is_busy = ui->shipper->work(ui->shipper->context, said, sizeof(said));
    if (!ui->shipper->is_busy)
        ui_notice(ui, "%s", said);
}

bool ui_update(struct ui *ui)
{
    uint64_t revision = results_revision(ui->results);
    bool changed = !ui->updated || revision != ui->seen_revision;
    if (changed) {
        ui->updated = true;
        ui->seen_revision = revision;
        ui->changed = ui->now;
        update_answers(ui);
    }
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (ui->screens[context]->update)
            ui->screens[context]->update(ui);
    update_shipper(ui);
    return changed;
}

/* A journal that nobody follows, and whose writer is not known, cannot say whether its run still
 * goes on. */
static enum run_state journal_state(const struct ui *ui)
{
    if (results_progress(ui->results) == RUN_INTERRUPTED)
        return RUN_KILLED;
    if (!ui->following)
        return RUN_UNFINISHED;
    if (results_progress(ui->results) == RUN_IS_PAUSED)
        return RUN_WAITS;
    return ui->cut ? RUN_CUT : RUN_FOLLOWED;
}

bool ui_is_running(const struct ui *ui)
{
    return ui->runner && runner_running(ui->runner);
}

bool ui_is_replaying(const struct ui *ui)
{
    return ui->replay && !replay_is_over(ui->replay);
}

enum run_state ui_run_state(const struct ui *ui)
{
    const struct run_info *run = results_run(ui->results);
    if (ui->trouble[0] != '\0')
        return RUN_BROKEN;
    if (ui_is_replaying(ui))
        return replay_is_paused(ui->replay) ? RUN_PAUSED : RUN_REPLAYED;
    if (ui_is_running(ui))
        return runner_pause(ui->runner) == PAUSE_BEGUN ? RUN_WAITS : RUN_RUNNING;
    if (run->ended || (ui->runner && runner_finished(ui->runner)))
        return RUN_DONE;
    if (run->stopped)
        return RUN_STOPPED;
    return ui->runner ? RUN_READY : journal_state(ui);
}

const char *run_state_text(enum run_state state)
{
    static const char *const texts[] = {
#define X(state, text, role) [state] = text,
        RUN_STATE_LIST(X)
#undef X
    };
    return texts[state];
}

enum role run_state_role(enum run_state state)
{
    static const enum role roles[] = {
#define X(state, text, role) [state] = role,
        RUN_STATE_LIST(X)
#undef X
    };
    return roles[state];
}

double ui_elapsed(const struct ui *ui)
{
    double elapsed = results_run(ui->results)->elapsed;
    if (ui_is_replaying(ui))
        return replay_position(ui->replay);
    return ui_run_state(ui) == RUN_RUNNING ? elapsed + (ui->now - ui->changed) : elapsed;
}

int ui_rows_finished(const struct ui *ui, int *failed)
{
    int finished = 0;
    *failed = 0;
    for (int i = 0; i < results_count(ui->results); i++) {
        enum trial_state state = results_row(ui->results, i)->state;
        finished += trial_state_is_over(state);
        *failed += state == TRIAL_FAILED;
    }
    return finished;
}

static double sooner(double wait, double candidate)
{
    return candidate > 0.0 && (wait < 0.0 || candidate < wait) ? candidate : wait;
}

double ui_wait(struct ui *ui)
{
    double wait = sooner(-1.0, ui->notice_until - ui->now);
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (ui->screens[context]->wait)
            wait = sooner(wait, ui->screens[context]->wait(ui));
    if (ui->shipper && ui->shipper->is_busy)
        wait = sooner(wait, SHIPPER_TICK);
    if (ui_run_state(ui) == RUN_RUNNING)
        wait = sooner(wait, 1.0 - fmod(fmax(ui_elapsed(ui), 0.0), 1.0));
    if (ui_run_state(ui) == RUN_REPLAYED)
        wait = sooner(wait, REPLAY_TICK);
    return wait;
}
