#include "ui/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/acting.h"
#include "ui/actions.h"
#include "ui/adjust.h"
#include "ui/completion.h"
#include "ui/screen_prompt.h"
#include "ui/settings_save.h"

/* A setting and its value at the prompt. "" in quotes stands for nothing, lists have no blanks. */
struct assignment {
    char name[PROMPT_SIZE], value[PROMPT_SIZE];
};

static struct assignment split(const char *rest)
{
    struct assignment made = {.name = ""};
    size_t length = strcspn(rest, " =");
    memcpy(made.name, rest, length);
    const char *value = rest + length;
    value += strspn(value, " =");
    enum setting setting = setting_find(made.name);
    bool is_list = setting < SETTING_COUNT && setting_rows[setting].is_list;
    size_t count = 0;
    for (; *value && strcmp(value, "\"\"") != 0; value++)
        if (!is_list || *value != ' ')
            made.value[count++] = *value;
    return made;
}

static bool has_value(const char *rest)
{
    rest += strcspn(rest, " =");
    return rest[strspn(rest, " =")] != '\0';
}

static enum status check_set(const struct ui *ui, const char *rest, struct error *error)
{
    struct assignment assignment = split(rest);
    enum setting setting = setting_find(assignment.name);
    (void)ui;
    if (*rest == '\0' || (setting < SETTING_COUNT && !has_value(rest)))
        return STATUS_OK;
    return setting_check(assignment.name, assignment.value, &setting, error);
}

/* Settings, or the values of the one that was named: of a list, the item that comes last. */
static const char *offer_set(const struct ui *ui, const char *rest, struct text *words)
{
    size_t length = strcspn(rest, " =");
    const char *value = rest + length + strspn(rest + length, " =");
    (void)ui;
    if (rest[length] == '\0') {
        for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
            text_printf(words, "%s \n", setting_rows[setting].name);
        return rest;
    }
    enum setting setting = setting_find(split(rest).name);
    if (setting == SETTING_COUNT || !setting_rows[setting].values)
        return value + strlen(value);
    const char *comma = setting_rows[setting].is_list ? strrchr(value, ',') : NULL;
    value = comma ? comma + 1 : value;
    value += setting == SETTING_SORT && (*value == '-' || *value == '+');
    setting_rows[setting].values(words);
    return value;
}

/* What a setting is, and what it takes. */
static void tell(struct ui *ui, enum setting setting)
{
    const char *value = ui->settings->values[setting];
    struct text text = {0};
    text_printf(&text, "%s is %s%s%s, and takes ", setting_rows[setting].name,
                value ? "'" : "not set", value ? value : "", value ? "'" : "");
    setting_rows[setting].takes(&text);
    ui_notice(ui, "%s", text.bytes);
    text_release(&text);
}

static void tell_all(struct ui *ui)
{
    struct text text = {0};
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        text_printf(&text, "%s%s", setting > 0 ? ", " : "set ", setting_rows[setting].name);
    ui_notice(ui, "%s", text.bytes);
    text_release(&text);
}

static unsigned run_set(struct ui *ui, const char *rest)
{
    struct assignment assignment = split(rest);
    enum setting setting = setting_find(assignment.name);
    if (*rest == '\0') {
        tell_all(ui);
    } else if (!has_value(rest)) {
        tell(ui, setting);
    } else {
        settings_set(ui->settings, setting, assignment.value);
        ui_notice(ui, "%s is set; save keeps it for other sessions", assignment.name);
        return adjust(ui, setting, assignment.value);
    }
    return 0;
}

static enum status check_preset(const struct ui *ui, const char *rest, struct error *error)
{
    const struct settings *settings = ui->settings;
    struct text names = {0};
    if (settings_preset(settings, rest))
        return STATUS_OK;
    for (size_t i = 0; i < settings->n_presets; i++)
        text_printf(&names, "%s%s", i > 0 ? ", " : "; there are ", settings->presets[i].name);
    error_set(error, STATUS_INVALID, NULL, "no preset is called '%s'%s", rest,
              names.bytes ? names.bytes : ", and the configuration has none");
    text_release(&names);
    return STATUS_INVALID;
}

static const char *offer_preset(const struct ui *ui, const char *rest, struct text *words)
{
    for (size_t i = 0; i < ui->settings->n_presets; i++)
        completion_add(words, ui->settings->presets[i].name);
    return rest;
}

/* It counts as long as the screens are open: what a preset says need not be saved again. */
static unsigned run_preset(struct ui *ui, const char *rest)
{
    const struct preset *preset = settings_preset(ui->settings, rest);
    unsigned requests = 0;
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        if (preset->values[setting]) {
            ui->settings->values[setting] = preset->values[setting];
            requests |= adjust(ui, setting, preset->values[setting]);
        }
    ui_notice(ui, "preset %s", preset->name);
    return requests;
}

static enum status check_nothing(const struct ui *ui, const char *rest, struct error *error)
{
    (void)ui;
    return *rest ? error_set(error, STATUS_INVALID, NULL, "'%s' stands behind what takes nothing",
                             rest)
                 : STATUS_OK;
}

static unsigned run_save(struct ui *ui, const char *rest)
{
    struct text said = {0};
    struct error error;
    (void)rest;
    if (settings_save(ui->settings, &said, &error) == STATUS_OK)
        ui_notice(ui, "%s: in %s", said.bytes, ui->settings->path);
    else /* a path may take all the room there is */
        ui_notice(ui, "%s%s%s", error.text, *error.where ? ": " : "", error.where);
    text_release(&said);
    return 0;
}

const struct prompt_command prompt_commands[] = {
    {"set", "[SETTING [VALUE]]",
     "Set a setting from now on; say what it is and what it takes; or name all of them. \"\" is an "
     "empty value.",
     check_set, run_set, offer_set},
    {"preset", "NAME", "Take a preset of the configuration.", check_preset, run_preset,
     offer_preset},
    {"add", "mode MODE | placement PLACEMENT",
     "Have a mode, as in int8:effort=2, or a placement take part in the run that goes on, or in "
     "one "
     "that has ended.",
     acting_check_add, acting_add, acting_offer_add},
    {"remove", "mode MODE | placement PLACEMENT",
     "Take a mode or a placement out of the run, and its figures out of the table; asks first "
     "where "
     "there are some.",
     acting_check_remove, acting_remove, acting_offer_remove},
    {"save", "", "Write what was set into the configuration, and say where that is.", check_nothing,
     run_save, NULL},
};
const size_t prompt_command_count = sizeof(prompt_commands) / sizeof(prompt_commands[0]);

static const struct prompt_command *find_command(const char *text, const char **rest)
{
    size_t length = strcspn(text, " ");
    *rest = text + length + strspn(text + length, " ");
    for (size_t i = 0; i < prompt_command_count; i++)
        if (strlen(prompt_commands[i].name) == length &&
            strncmp(prompt_commands[i].name, text, length) == 0)
            return &prompt_commands[i];
    return NULL;
}

/* What keys do there and a name stands for; what is done with the mouse needs a place. */
static const struct key_binding *find_action(const struct ui *ui, enum context context,
                                             const char *name)
{
    const struct key_binding *binding = keys_of_id(&ui->keymap, context, name);
    return binding && !keys_is_mouse(binding) ? binding : NULL;
}

static void refuse(struct ui *ui, enum context context, const char *text)
{
    size_t count = 0;
    const char **names = xcalloc(prompt_command_count + ui->keymap.count, sizeof(*names));
    for (size_t i = 0; i < prompt_command_count; i++)
        names[count++] = prompt_commands[i].name;
    for (size_t i = 0; i < ui->keymap.count; i++)
        if (ui->keymap.rows[i].contexts & (1u << context))
            names[count++] = ui->keymap.rows[i].id;
    const char *near = text_nearest(text, names, count, sizeof(names[0]));
    ui_notice(ui, "nothing here is called '%s'%s%s%s", text, near ? ", nearest is '" : "",
              near ? near : "", near ? "'" : "");
    free(names);
}

/* Commands, and what keys do on the screen below; behind a command what that takes. */
static const char *offer(struct ui *ui, const char *text, struct text *words)
{
    const char *rest;
    const struct prompt_command *command = find_command(text, &rest);
    enum context context = ui->contexts[ui->depth - 2];
    if (command && rest[-1] == ' ')
        return command->offer ? command->offer(ui, rest, words) : rest + strlen(rest);
    for (size_t i = 0; i < prompt_command_count; i++)
        text_printf(words, "%s%s\n", prompt_commands[i].name, prompt_commands[i].offer ? " " : "");
    for (size_t i = 0; i < ui->keymap.count; i++) {
        const struct key_binding *binding = &ui->keymap.rows[i];
        if ((binding->contexts & (1u << context)) && !keys_is_mouse(binding))
            completion_add(words, binding->id);
    }
    return text;
}

/* The screen below the prompt has the actions. */
static bool accepted(struct ui *ui, const char *text)
{
    const char *rest;
    const struct prompt_command *command = find_command(text, &rest);
    enum context context = ui->contexts[ui->depth - 2];
    struct error error;
    if (*text == '\0' || (!command && find_action(ui, context, text)))
        return true;
    if (!command) {
        refuse(ui, context, text);
        return false;
    }
    if (command->check(ui, rest, &error) == STATUS_OK)
        return true;
    ui_notice(ui, "%s%s%s", error.where, *error.where ? ": " : "", error.text);
    return false;
}

static unsigned then(struct ui *ui, const char *text)
{
    const char *rest;
    const struct prompt_command *command = find_command(text, &rest);
    if (command)
        return command->run(ui, rest);
    return *text ? action_run(ui, find_action(ui, ui_context(ui), text)) : 0;
}

unsigned commands_prompt(struct ui *ui, int argument)
{
    static const struct prompt_use use = {
        .label = ":", .accepted = accepted, .then = then, .offer = offer, .is_kept = true};
    (void)argument;
    prompt_open(ui, &use, "");
    return 0;
}

unsigned commands_preset(struct ui *ui, int argument)
{
    struct settings *settings = ui->settings;
    (void)argument;
    if (settings->n_presets == 0) {
        ui_notice(ui, "the configuration has no presets: quantop-config(5)");
        return 0;
    }
    const struct preset *preset = &settings->presets[settings->next_preset];
    settings->next_preset = (settings->next_preset + 1) % settings->n_presets;
    return run_preset(ui, preset->name);
}
