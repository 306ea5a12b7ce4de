#include "command/screen.h"

#include <stdio.h>
#include <string.h>

#include "command/groups.h"
#include "command/live.h"
#include "command/terminal.h"
#include "command/topics.h"

bool screen_is_possible(void)
{
    return ui_available() && terminal_is_interactive();
}

/* An option that says a setting, which has the text, or else the option's value. */
struct said {
    const char *option, *text;
    enum setting setting;
};

static const struct said *find_said(const char *option)
{
    static const struct said rows[] = {{"scheme", NULL, SETTING_SCHEME},
                                       {"glyphs", NULL, SETTING_GLYPHS},
                                       {"ascii", "ascii", SETTING_GLYPHS},
                                       {"mouse", "on", SETTING_MOUSE},
                                       {"no-mouse", "off", SETTING_MOUSE}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].option, option) == 0)
            return &rows[i];
    return NULL;
}

/* The last one counts. */
static enum status give_settings(const struct arguments *arguments, struct error *error)
{
    for (size_t i = 0; i < arguments->n_uses; i++) {
        const struct option_use *use = &arguments->uses[i];
        const struct said *said = find_said(use->row->name);
        if (said && settings_give(arguments->settings, said->setting,
                                  said->text ? said->text : use->value, error) != STATUS_OK)
            return error_within(error, "option --%s", said->option);
    }
    return STATUS_OK;
}

/* Others than --plain itself. */
static enum status check_plain(const struct arguments *arguments, struct error *error)
{
    for (size_t i = 0; i < arguments->n_uses; i++) {
        const struct option_row *row = arguments->uses[i].row;
        if (group_has(&group_plain, row) && !arguments_has(arguments, "plain"))
            return error_set(error, STATUS_INVALID, "option --plain",
                             "is missing: --%s is for a screen that is printed as text", row->name);
    }
    return STATUS_OK;
}

enum status screen_options(const struct arguments *arguments, struct ui_options *options,
                           struct error *error)
{
    const char *when = arguments_value(arguments, "color");
    *options = (struct ui_options){.settings = arguments->settings,
                                   .live = &command_live,
                                   .topics = &command_topics,
                                   .keys = arguments_value(arguments, "keys"),
                                   .color = UI_COLOR_AUTO};
    if (when && strcmp(when, "always") == 0)
        options->color = UI_COLOR_ALWAYS;
    if (when && strcmp(when, "never") == 0)
        options->color = UI_COLOR_NEVER;
    enum status status = check_plain(arguments, error);
    return status == STATUS_OK ? give_settings(arguments, error) : status;
}

#define PLAIN_WIDTH  100
#define PLAIN_HEIGHT 30
/* Cells of a screen in one direction. */
#define PLAIN_MAX 1000

static enum status parse_size(const char *text, int *width, int *height, struct error *error)
{
    char rest;
    if (sscanf(text, "%4dx%4d%c", width, height, &rest) == 2 && *width > 0 && *height > 0 &&
        *width <= PLAIN_MAX && *height <= PLAIN_MAX)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "--size",
                     "'%s' is no size: columns x lines, as in 100x30, at most %d of each", text,
                     PLAIN_MAX);
}

enum status screen_print(const struct arguments *arguments, const struct ui_options *ui,
                         struct error *error)
{
    const char *size = arguments_value(arguments, "size");
    int width = PLAIN_WIDTH, height = PLAIN_HEIGHT;
    struct text out = {0};
    enum status status = size ? parse_size(size, &width, &height, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = ui->start ? STATUS_OK : ui_check_screen(ui->screen ? ui->screen : "trials", error);
    if (status != STATUS_OK)
        return status;
    ui_print(ui, height, width, &out);
    terminal_print(&out);
    text_release(&out);
    return STATUS_OK;
}
