#include "command/options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "command/command.h"
#include "experiment/keys.h"

/* getopt's codes of options without a letter. */
#define CODE_BASE 1000

static void add_use(struct arguments *arguments, size_t *capacity, const struct option_row *row,
                    const char *value)
{
    arguments->uses =
        list_grow(arguments->uses, arguments->n_uses, capacity, sizeof(*arguments->uses));
    arguments->uses[arguments->n_uses++] = (struct option_use){row, value};
}

const struct option_row *option_at(const struct command *command, size_t index)
{
    for (const struct option_group *const *group = command->groups; *group; group++) {
        if (index < (*group)->count)
            return &(*group)->rows[index];
        index -= (*group)->count;
    }
    return NULL;
}

void option_help(const struct option_row *row, struct text *out)
{
    const struct choices *choices = row->tells_choices ? key_find(row->key)->choices : NULL;
    size_t count = choices ? *choices->count : 0;
    text_add_string(out, row->help);
    for (size_t i = 0; i < count; i++) {
        const char *separator = i == 0 ? ": " : i + 1 < count ? ", " : " or ";
        text_printf(out, "%s%s", separator, choice_name(choices, i));
    }
}

static size_t count_options(const struct command *command)
{
    size_t count = 0;
    while (option_at(command, count))
        count++;
    return count;
}

/* getopt's own tables from the command's rows. */
static void build_tables(const struct command *command, struct option *longs, struct text *letters)
{
    text_add_string(letters, ":"); /* a missing argument is told apart from an unknown option */
    const struct option_row *row;
    for (size_t i = 0; (row = option_at(command, i)) != NULL; i++) {
        longs[i] = (struct option){
            .name = row->name,
            .has_arg = row->argument ? required_argument : no_argument,
            .val = CODE_BASE + (int)i,
        };
        if (row->letter)
            text_printf(letters, row->argument ? "%c:" : "%c", row->letter);
    }
}

static const struct option_row *row_of(const struct command *command, int code)
{
    if (code >= CODE_BASE)
        return option_at(command, (size_t)(code - CODE_BASE));
    const struct option_row *row;
    size_t i = 0;
    while ((row = option_at(command, i++)) != NULL && row->letter != code)
        ;
    return row;
}

/* An option whose value is missing, or that takes none; optopt has its code. */
static enum status complain_about_value(const struct command *command, int code,
                                        struct error *error)
{
    const struct option_row *row = row_of(command, optopt);
    return code == ':'
               ? error_set(error, STATUS_INVALID, NULL, "option '--%s' needs a value: %s",
                           row->name, row->argument)
               : error_set(error, STATUS_INVALID, NULL, "option '--%s' takes no value", row->name);
}

static enum status complain(const struct command *command, int code, const char *word,
                            struct error *error)
{
    char letter[] = {'-', (char)optopt, '\0'};
    if (code == ':' || optopt >= CODE_BASE)
        return complain_about_value(command, code, error);
    if (optopt != 0) /* one of several letters in a word */
        word = letter;
    const char *name = word + strspn(word, "-");
    size_t count = count_options(command);
    const char **names = xcalloc(count, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = option_at(command, i)->name;
    const char *near = text_nearest(name, names, count, sizeof(names[0]));
    free(names);
    if (near && strcmp(near, name) != 0)
        return error_set(error, STATUS_INVALID, NULL, "unknown option '%s', nearest is '--%s'",
                         word, near);
    return error_set(error, STATUS_INVALID, NULL, "unknown option '%s', see 'quantop%s%s --help'",
                     word, command->name[0] ? " " : "", command->name);
}

enum status arguments_parse(const struct command *command, int argc, char **argv,
                            struct arguments *arguments, struct error *error)
{
    struct option *longs = xcalloc(count_options(command) + 1, sizeof(*longs));
    struct text letters = {0};
    size_t capacity = 0;
    enum status status = STATUS_OK;
    *arguments = (struct arguments){0};
    build_tables(command, longs, &letters);
    optind = 0;
    opterr = 0;
    while (status == STATUS_OK) {
        int code = getopt_long(argc, argv, letters.bytes, longs, NULL);
        if (code == -1)
            break;
        if (code == '?' || code == ':')
            status = complain(command, code, argv[optind - 1], error);
        else
            add_use(arguments, &capacity, row_of(command, code), optarg);
    }
    arguments->words = argv + optind;
    arguments->n_words = argc - optind;
    free(longs);
    text_release(&letters);
    return status;
}

void arguments_release(struct arguments *arguments)
{
    FREE_AND_NULL(arguments->uses);
    if (arguments->settings)
        settings_release(arguments->settings);
    FREE_AND_NULL(arguments->settings);
}

const char *arguments_value(const struct arguments *arguments, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < arguments->n_uses; i++)
        if (strcmp(arguments->uses[i].row->name, name) == 0)
            value = arguments->uses[i].value ? arguments->uses[i].value : "";
    return value;
}

/* Whether a piece between commas goes on with the item before it:
 * "int8:weights=per-tensor,dense=..." or "pu:0,2-3". */
static bool continues(const char *item, const char *piece)
{
    const char *equals = strchr(piece, '='), *colon = strchr(piece, ':');
    if (strncmp(item, "pu:", 3) == 0)
        return isdigit((unsigned char)piece[0]) && piece[strspn(piece, "0123456789-")] == '\0';
    return equals && !(colon && colon < equals);
}

/* Sets a key of single items once for each item of a comma-separated list. */
static enum status set_list(struct experiment *experiment, const char *key, const char *list,
                            struct error *error)
{
    char *copy = xstrdup(list), *rest = copy;
    struct text item = {0};
    enum status status = STATUS_OK;
    for (char *piece = strsep(&rest, ","); piece && status == STATUS_OK;
         piece = strsep(&rest, ",")) {
        if (item.length && !continues(item.bytes, piece)) {
            status = experiment_set(experiment, key, item.bytes, error);
            text_clear(&item);
        }
        text_printf(&item, "%s%s", item.length ? "," : "", piece);
    }
    if (status == STATUS_OK)
        status = experiment_set(experiment, key, item.bytes ? item.bytes : "", error);
    text_release(&item);
    free(copy);
    return status;
}

/* "--set measure.seconds=5". */
static enum status set_any(struct experiment *experiment, const char *assignment,
                           struct error *error)
{
    const char *equals = strchr(assignment, '=');
    if (!equals)
        return error_set(error, STATUS_INVALID, NULL, "'%s' is not of the form key=value",
                         assignment);
    char *key = xstrdup(assignment);
    key[equals - assignment] = '\0';
    enum status status = experiment_set(experiment, key, equals + 1, error);
    free(key);
    return status;
}

static const char *key_of(const struct option_use *use)
{
    return use->row->named && key_is_named(use->value) ? use->row->named : use->row->key;
}

enum status arguments_apply(const struct arguments *arguments, struct experiment *experiment,
                            struct error *error)
{
    for (size_t i = 0; i < arguments->n_uses; i++) {
        const struct option_use *use = &arguments->uses[i];
        enum status status = STATUS_OK;
        if (use->row->names_key)
            status = set_any(experiment, use->value, error);
        else if (use->row->key && use->row->is_list)
            status = set_list(experiment, use->row->key, use->value, error);
        else if (use->row->key)
            status = experiment_set(experiment, key_of(use), use->value, error);
        if (status != STATUS_OK)
            return error_within(error, "option --%s", use->row->name);
    }
    return STATUS_OK;
}
