#include "ui/shared_keys.h"

#include <limits.h>
#include <math.h>

#include "ui/acting.h"
#include "ui/commands.h"
#include "ui/export.h"
#include "ui/screen_question.h"
#include "ui/screen_table_view.h"
#include "ui/ui.h"

#define TO_THE_END (INT_MAX / 2)

unsigned shared_move(struct ui *ui, int lines)
{
    if (ui_screen(ui)->move)
        ui_screen(ui)->move(ui, lines);
    return 0;
}

static unsigned do_move_page(struct ui *ui, int halves)
{
    int page = ui_screen(ui)->page ? ui_screen(ui)->page(ui) : 0;
    return shared_move(ui, halves * (page > 2 ? page / 2 : 1));
}

unsigned shared_enter(struct ui *ui, int context)
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

unsigned shared_go(struct ui *ui, int context)
{
    ui_go(ui, (enum context)context);
    return 0;
}

unsigned shared_back(struct ui *ui, int argument)
{
    (void)argument;
    const struct screen *screen = ui_screen(ui);
    if (!screen->close || !screen->close(ui))
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

static bool can_select(const struct screen *screen)
{
    return screen->select != NULL;
}

/* Those from which there is nothing to go back to; those where something can be moved; all. */
#define KINDS_FIRST (KIND_START | KIND_TABLE)
#define KINDS_LISTS (KINDS_MAIN | KIND_START | KIND_FORM | KIND_SHEET | KIND_LIST)
#define KINDS_ALL   (KINDS_LISTS | KIND_BOX)

/* Keeps the formatter from giving each member a line. */
#define BINDING(...) .binding = {__VA_ARGS__}

const struct shared_key shared_keys_first[] = {
    {KINDS_MAIN | KIND_START | KIND_FORM,
     BINDING("help", shared_enter, ON_KEYS('?'), .function_key = 1, .label = "Help",
             .help = "Show what the keys, columns and marks mean.", .argument = CONTEXT_HELP)},
    {KINDS_PANES, BINDING("start", acting_start, ON_KEYS('S'), .function_key = 5, .label = "Start",
                          .help = "Start the run, or go on after a pause, or after a stop with "
                                  "what is not finished yet.",
                          .condition = WHEN_STARTABLE)},
    {KINDS_PANES,
     BINDING("stop", acting_stop, ON_KEYS('X'), .function_key = 8, .label = "Stop",
             .help =
                 "Stop the run after asking; what is being measured is lost, finished rows stay.",
             .condition = WHEN_RUNNING)},
    {KINDS_MAIN,
     BINDING(
         "pause", acting_pause, ON_KEYS('p'), .label = "Pause",
         .help =
             "Let the run, or the one that is played again, wait or go on. A run waits once the "
             "present round is over, or what is done instead; its limits and times wait, too.",
         .condition = WHEN_PAUSABLE)},
    {KINDS_MAIN,
     BINDING("faster", do_hurry, ON_KEYS(']'), .label = "Faster",
             .help = "Play the run twice as fast.", .condition = WHEN_REPLAYING, .argument = 1)},
    {KINDS_MAIN,
     BINDING("slower", do_hurry, ON_KEYS('['), .label = "Slower",
             .help = "Play the run half as fast.", .condition = WHEN_REPLAYING, .argument = -1)},
    {KINDS_MAIN,
     BINDING("restart", do_restart, ON_KEYS('R'), .label = "Restart",
             .help = "Play the run again from its beginning.", .condition = WHEN_REPLAYED)},
    {KINDS_FIRST, BINDING("quit", do_quit, ON_KEYS('q', UI_KEY_ESCAPE), .function_key = 10,
                          .label = "Quit", .help = "Quit; asks first when a run is going.")},
    {KINDS_LISTS & ~KINDS_FIRST,
     BINDING("back", shared_back, ON_KEYS('q', UI_KEY_ESCAPE), .label = "Back",
             .help = "Close what a key made of a page; else go back to the table, or to the start "
                     "screen.")},
    {KINDS_MAIN, BINDING("home", do_home, ON_KEYS('0'), .label = "Home",
                         .help = "Go back to the start screen, where the program began with it; "
                                 "asks first when a run is going.",
                         .condition = WHEN_HOME)},
};
const size_t shared_keys_first_count = sizeof(shared_keys_first) / sizeof(shared_keys_first[0]);

const struct shared_key shared_keys_last[] = {
    {KINDS_MAIN, BINDING("export", export_page, ON_KEYS('e'), .label = "Export",
                         .help = "Write this page as text into a file, which must be a new one.")},
    {KINDS_MAIN,
     BINDING(
         "copy", export_copy, ON_KEYS('y'),
         .help =
             "Copy the details of the selected row, or the page, to the terminal's clipboard.")},
    {KINDS_LISTS, BINDING("up", shared_move, ON_KEYS(UI_KEY_UP, 'k', UI_KEY_CTRL('p')),
                          .help = "Go one line up.", .argument = -1)},
    {KINDS_LISTS, BINDING("down", shared_move, ON_KEYS(UI_KEY_DOWN, 'j', UI_KEY_CTRL('n')),
                          .help = "Go one line down.", .argument = 1)},
    {KINDS_LISTS, BINDING("page-up", do_move_page, ON_KEYS(UI_KEY_PAGE_UP, UI_KEY_CTRL('b')),
                          .help = "Go one page up.", .argument = -2)},
    {KINDS_LISTS, BINDING("page-down", do_move_page, ON_KEYS(UI_KEY_PAGE_DOWN, UI_KEY_CTRL('f')),
                          .help = "Go one page down.", .argument = 2)},
    {KINDS_LISTS,
     BINDING("page-down", do_move_page, ON_KEYS(' '), .help = "Go one page down.", .argument = 2)},
    {KINDS_LISTS, BINDING("half-up", do_move_page, ON_KEYS(UI_KEY_CTRL('u')),
                          .help = "Go half a page up.", .argument = -1)},
    {KINDS_LISTS, BINDING("half-down", do_move_page, ON_KEYS(UI_KEY_CTRL('d')),
                          .help = "Go half a page down.", .argument = 1)},
    {KINDS_LISTS, BINDING("first", shared_move, ON_KEYS('g', UI_KEY_HOME),
                          .help = "Go to the first line.", .argument = -TO_THE_END)},
    {KINDS_LISTS, BINDING("last", shared_move, ON_KEYS('G', UI_KEY_END),
                          .help = "Go to the last line.", .argument = TO_THE_END)},
    {KINDS_LISTS, BINDING("wheel-up", shared_move, ON_KEYS(UI_KEY_WHEEL_UP),
                          .help = "Go three lines up.", .argument = -3)},
    {KINDS_LISTS, BINDING("wheel-down", shared_move, ON_KEYS(UI_KEY_WHEEL_DOWN),
                          .help = "Go three lines down.", .argument = 3)},
    {KINDS_LISTS,
     BINDING("select", do_select, ON_KEYS(UI_KEY_CLICK_ROW), .help = "Select that row."),
     .fits = can_select},
    {KINDS_LISTS & ~KINDS_FIRST, BINDING("quit", do_quit, ON_KEYS(0), .function_key = 10,
                                         .help = "Quit; asks first when a run is going.")},
    {KINDS_MAIN | KIND_START,
     BINDING("command", commands_prompt, ON_KEYS(':'),
             .help = "Type a command: set and a setting with its value, preset and a name, save to "
                     "keep what was set, add or remove and a mode or placement of the run, or the "
                     "name of anything that a key does here; see quantop-config(5).")},
    {KINDS_MAIN,
     BINDING("preset", commands_preset, ON_KEYS('='),
             .help = "Take the next preset of the configuration: settings that belong together.")},
    {KINDS_ALL, BINDING("repaint", do_repaint, ON_KEYS(UI_KEY_CTRL('l')),
                        .help = "Draw the whole screen anew.")},
    {KINDS_ALL, BINDING("suspend", do_suspend, ON_KEYS(UI_KEY_CTRL('z')),
                        .help = "Suspend the program, and with it the run.", .is_fixed = true)},
    {KINDS_ALL,
     BINDING("leave", do_leave, ON_KEYS(UI_KEY_CTRL('c')),
             .help = "Quit at once, without asking; the journal stays.", .is_fixed = true)},
};
const size_t shared_keys_last_count = sizeof(shared_keys_last) / sizeof(shared_keys_last[0]);
