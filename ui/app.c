#include "ui/app.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "experiment/runner.h"
#include "results/journal.h"
#include "ui/actions.h"
#include "ui/adjust.h"
#include "ui/frame.h"
#include "ui/pace.h"
#include "ui/screens.h"
#include "ui/signals.h"
#include "ui/terminal.h"
#include "ui/ui.h"

/* Seconds between looks at a journal that is followed, and for how long its last line may stay
 * unfinished before that is said. */
#define FOLLOW_INTERVAL 0.5
#define CUT_AFTER       2.0
/* Bad lines that one look at a journal skips. */
#define BAD_LINES_MAX 1000
/* Times that the terminal may poll readable with nothing to read before it counts as gone. */
#define EMPTY_READS_MAX 20

#define NEVER HUGE_VAL

struct app {
    const struct ui_options *options;
    struct ui ui;
    struct pace pace;
    double follow_at; /* when there is more to read of a journal */
    double cut_since; /* the journal ends within a line since then; NEVER: it does not */
    int empty_reads;
    bool gone, quit;
    enum status status;  /* of the run */
    struct error *error; /* filled when status is not STATUS_OK */
};

static double clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void draw(struct app *app)
{
    struct draw draw;
    terminal_begin(&draw);
    frame_draw(&app->ui, &draw);
    terminal_end();
    if (app->ui.runner)
        runner_count_picture(app->ui.runner);
    pace_drawn(&app->pace, app->ui.now);
}

/* Reads what the journal has got; its bad lines are told of and skipped. */
static void follow(struct app *app)
{
    struct journal_reader *reader = app->options->reader;
    struct ui *ui = &app->ui;
    long applied;
    struct error error;
    for (int bad = 0; bad < BAD_LINES_MAX; bad++) {
        if (journal_read_more(reader, ui->results, &applied, &error) == STATUS_OK)
            break;
        error_line(&error, ui->remark, sizeof(ui->remark));
        pace_news(&app->pace);
    }
    bool cut = journal_reader_cut(reader);
    app->cut_since = cut ? fmin(app->cut_since, ui->now) : NEVER;
    cut = ui->now - app->cut_since > CUT_AFTER;
    if (cut != ui->cut)
        pace_news(&app->pace);
    ui->cut = cut;
    app->follow_at = results_run(ui->results)->ended ? NEVER : ui->now + FOLLOW_INTERVAL;
}

/* Gives the results what is due of a run that is played again. */
static void play(struct app *app)
{
    struct ui *ui = &app->ui;
    struct error error;
    if (replay_advance(ui->replay, ui->now, ui->results, &error) != STATUS_OK)
        error_line(&error, ui->remark, sizeof(ui->remark));
    double wait = replay_wait(ui->replay);
    app->follow_at = wait >= 0.0 ? ui->now + wait : NEVER;
}

static void dispatch(struct app *app)
{
    struct ui *ui = &app->ui;
    app->status = runner_dispatch(ui->runner, app->error);
    if (app->status == STATUS_OK)
        return;
    error_line(app->error, ui->trouble, sizeof(ui->trouble));
    pace_news(&app->pace);
}

static void act(struct app *app, unsigned requests)
{
    if (requests & LOOP_SUSPEND)
        terminal_suspend();
    if (requests & LOOP_REPAINT)
        terminal_repaint();
    if (requests & LOOP_LOOK)
        terminal_look(&app->ui.look);
    if (requests & LOOP_COPY)
        terminal_copy(&app->ui.copied);
    if (requests & LOOP_QUIT)
        app->quit = true;
    if (requests != 0)
        pace_key(&app->pace);
}

static void take_keys(struct app *app)
{
    struct terminal_event event;
    bool some = false;
    while (!app->quit && terminal_read(&event)) {
        some = true;
        app->ui.now = clock_now(); /* a suspension may lie between */
        act(app, event.key ? action_of_key(&app->ui, event.key)
                           : action_of_click(&app->ui, event.y, event.x));
    }
    app->empty_reads = some ? 0 : app->empty_reads + 1;
    if (app->empty_reads > EMPTY_READS_MAX)
        app->gone = true;
}

static void take_signals(struct app *app)
{
    unsigned bits = signals_take();
    if (bits & SIGNALS_QUIT)
        app->quit = true;
    if (bits & SIGNALS_SUSPEND)
        terminal_suspend();
    if (bits & SIGNALS_CONTINUED)
        terminal_resume();
    if (bits & SIGNALS_RESIZED)
        terminal_resize();
    if (bits != 0)
        pace_key(&app->pace);
}

/* Milliseconds until something is due, rounded up; -1: nothing is. */
static int poll_timeout(const struct app *app)
{
    double next = fmin(pace_next(&app->pace), app->follow_at), due = next - clock_now();
    if (due > 3600.0)
        return next < NEVER ? 3600 * 1000 : -1;
    return due > 0.0 ? (int)ceil(due * 1000.0) : 0;
}

enum { POLL_TERMINAL, POLL_SIGNALS, POLL_RUNNER, POLL_COUNT };

static void wait_for_events(struct app *app)
{
    bool has_runner = app->ui.runner && app->status == STATUS_OK;
    struct pollfd polled[POLL_COUNT] = {
        [POLL_TERMINAL] = {.fd = terminal_descriptor(), .events = POLLIN},
        [POLL_SIGNALS] = {.fd = signals_descriptor(), .events = POLLIN},
        [POLL_RUNNER] = {.fd = has_runner ? runner_descriptor(app->ui.runner) : -1,
                         .events = POLLIN},
    };
    int ready = poll(polled, POLL_COUNT, poll_timeout(app));
    app->ui.now = clock_now();
    if (ready <= 0)
        return;
    if (polled[POLL_SIGNALS].revents)
        take_signals(app);
    if (polled[POLL_RUNNER].revents)
        dispatch(app);
    if (polled[POLL_TERMINAL].revents & POLLIN)
        take_keys(app);
    if (polled[POLL_TERMINAL].revents & (POLLHUP | POLLERR | POLLNVAL))
        app->gone = true;
}

static void loop(struct app *app)
{
    struct ui *ui = &app->ui;
    while (!app->quit && !app->gone) {
        ui->now = clock_now();
        pace_begin(&app->pace, ui->now);
        if (ui->replay)
            play(app);
        else if (app->follow_at <= ui->now)
            follow(app);
        if (ui_update(ui))
            pace_news(&app->pace);
        if (app->pace.due <= ui->now)
            draw(app);
        pace_wait(&app->pace, ui->now, ui_wait(ui));
        wait_for_events(app);
    }
}

bool ui_available(void)
{
    return true;
}

enum status ui_run(const struct ui_options *options, struct error *error)
{
    struct app app = {.options = options,
                      .follow_at = options->reader ? 0.0 : NEVER,
                      .cut_since = NEVER,
                      .status = STATUS_OK,
                      .error = error};
    enum status status = signals_open(error);
    if (status != STATUS_OK)
        return status;
    const struct look look = look_of(options->settings);
    status = terminal_open(&look, options->color, error);
    if (status != STATUS_OK) {
        signals_close();
        return status;
    }
    ui_init(&app.ui, ui_screens, options->results, options->runner, options->journal);
    app.ui.following = options->reader != NULL;
    app.ui.replay = options->replay;
    if (app.ui.replay && !replay_has_times(app.ui.replay))
        snprintf(app.ui.remark, sizeof(app.ui.remark),
                 "the journal says no times: a round is played as a second");
    app.ui.goes_home = options->goes_home;
    app.ui.shipper = options->shipper;
    app.ui.live = options->live;
    app.ui.topics = options->topics;
    if (options->start)
        ui_show_start(&app.ui, options->start);
    app.ui.now = clock_now(); /* what is said lasts from here on */
    adjust_begin(&app.ui, options->settings, options->screen);
    adjust_tell(&app.ui);
    loop(&app);
    adjust_end(&app.ui, options->screen);
    terminal_close();
    signals_close();
    if (options->runner && runner_running(options->runner))
        runner_stop(options->runner);
    ui_release(&app.ui);
    return app.status;
}
