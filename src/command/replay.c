#include "command/replay.h"

#include <stdio.h>
#include <string.h>

#include "command/screen.h"
#include "report/report.h"
#include "results/replay.h"

/* The option that wants something else than a screen; NULL: none does. */
static const char *hindrance(const struct arguments *arguments)
{
    static const char *const others[] = {"table", "plain"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (arguments_has(arguments, others[i]))
            return others[i];
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        if (arguments_has(arguments, report_formats[i]->name))
            return report_formats[i]->name;
    return NULL;
}

/* "10x", "10" or "0.5x". */
static enum status parse_speed(const char *text, double *speed, struct error *error)
{
    char digits[16];
    size_t length = strlen(text);
    length -= length > 0 && text[length - 1] == 'x';
    if (length < sizeof(digits)) {
        snprintf(digits, sizeof(digits), "%.*s", (int)length, text);
        if (text_to_double(digits, speed) && *speed >= REPLAY_SLOWEST && *speed <= REPLAY_FASTEST)
            return STATUS_OK;
    }
    return error_set(error, STATUS_INVALID, "--replay",
                     "'%s' is no speed: a factor from %g to %g, as in 10x", text, REPLAY_SLOWEST,
                     REPLAY_FASTEST);
}

enum status replay_check(const struct arguments *arguments, double *speed, struct error *error)
{
    const char *text = arguments_value(arguments, "replay"), *other = hindrance(arguments);
    *speed = 0.0;
    if (!text)
        return STATUS_OK;
    enum status status = parse_speed(text, speed, error);
    if (status != STATUS_OK)
        return status;
    if (other)
        return error_set(error, STATUS_INVALID, "--replay",
                         "a run is played on the screen, which --%s does not go with", other);
    if (!screen_is_possible())
        return error_set(error, STATUS_UNSUPPORTED, "--replay",
                         "a run is played on the screen, which needs a terminal as standard input "
                         "and output, and a program that was built with it");
    return STATUS_OK;
}

enum status replay_show(struct ui_options *options, double speed, json_t *last, struct error *error)
{
    enum status status = replay_open(options->journal, speed, &options->replay, error);
    if (status != STATUS_OK)
        return status;
    replay_end_with(options->replay, last);
    options->results = results_new();
    status = ui_run(options, error);
    results_free(options->results);
    replay_close(options->replay);
    return status;
}
