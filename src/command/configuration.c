#include "command/configuration.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "command/groups.h"
#include "runtimes/runtime.h"
#include "ui/settings.h"

static bool has_group(const struct command *command, const struct option_group *wanted)
{
    const struct option_group *const *group = command->groups;
    while (*group && *group != wanted)
        group++;
    return *group != NULL;
}

/* One that an option names has to be sound; the usual one may be missing, and with one that is no
 * YAML everything works all the same. */
static enum status read_file(struct settings *settings, const char *named, struct error *error)
{
    char *path = named ? xstrdup(named) : configuration_path("config.yaml");
    enum status status = STATUS_OK;
    struct error problem;
    if (!path)
        return STATUS_OK;
    if (named) {
        status = settings_read(settings, path, error);
        if (status == STATUS_FORMAT) /* as of a profile: it is the user's own mistake */
            status = error->status = STATUS_INVALID;
    } else if (access(path, F_OK) != 0) {
        settings->path = xstrdup(path);
    } else if (settings_read(settings, path, &problem) != STATUS_OK) {
        settings_note(settings, &problem);
    }
    free(path);
    return status;
}

static void read_kept(struct settings *settings)
{
    char *path = state_path("screen.yaml");
    if (path)
        settings_read_kept(settings, path);
    free(path);
}

static void warn(const struct settings *settings)
{
    const char *line = settings->problems.length > 0 ? settings->problems.bytes : "";
    for (; *line; line += strcspn(line, "\n") + 1)
        command_warn("%.*s", (int)strcspn(line, "\n"), line);
}

static void name_libraries(const struct settings *settings)
{
    for (size_t i = 0; i < runtime_count; i++) {
        enum setting setting = setting_find(runtime_table[i]->name);
        const char *path = setting < SETTING_COUNT ? settings->values[setting] : NULL;
        if (path && runtime_table[i]->variable)
            setenv(runtime_table[i]->variable, path, 0);
    }
}

enum status configuration_read(const struct command *command, struct arguments *arguments,
                               struct error *error)
{
    const char *named = arguments_value(arguments, "config");
    bool is_wanted = !arguments_has(arguments, "no-config");
    bool has_screen = has_group(command, &group_screen) && !arguments_has(arguments, "plain");
    enum status status = STATUS_OK;
    if (!has_group(command, &group_config))
        return STATUS_OK;
    if (named && !is_wanted)
        return error_set(error, STATUS_INVALID, NULL,
                         "options --config and --no-config exclude each other");
    arguments->settings = xcalloc(1, sizeof(*arguments->settings));
    settings_init(arguments->settings);
    if (is_wanted)
        status = read_file(arguments->settings, named, error);
    if (status != STATUS_OK)
        return error_within(error, "option --config");
    if (is_wanted && has_screen)
        read_kept(arguments->settings);
    warn(arguments->settings);
    name_libraries(arguments->settings);
    return STATUS_OK;
}
