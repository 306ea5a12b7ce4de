/* quantop init: a commented profile for a model, from the table of keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/subject.h"
#include "experiment/keys.h"

/* Comments are broken there. */
#define WIDTH 78

static const struct option_row own[] = {
    {"output", 'o', .argument = "FILE", .help = "the profile to write; standard output without it"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_own, NULL};

/* Keys that the profile sets, as YAML. */
struct chosen {
    const char *path;
    char *value;
};

#define CHOSEN_MOST 5
struct choice_list {
    struct chosen items[CHOSEN_MOST];
    size_t count;
};

static void choose(struct choice_list *list, const char *path, char *value)
{
    list->items[list->count++] = (struct chosen){path, value};
}

static const char *chosen_value(const struct choice_list *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].path, path) == 0)
            return list->items[i].value;
    return NULL;
}

/* A text in double quotes, so that nothing in it is YAML. */
static char *quoted(const char *text)
{
    struct text out = {0};
    text_add_string(&out, "\"");
    for (; *text; text++)
        text_printf(&out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    text_add_string(&out, "\"");
    return out.bytes;
}

/* A path that holds wherever the profile is put. */
static char *quoted_path(const char *path)
{
    char *real = realpath(path, NULL);
    char *value = quoted(real ? real : path);
    free(real);
    return value;
}

static char *usual_modes(void)
{
    struct text out = {0};
    const char *separator = "[";
    for (size_t i = 0; i < mode_count; i++) {
        if (mode_table[i]->by_name_only)
            continue;
        text_printf(&out, "%s%s", separator, mode_table[i]->name);
        separator = ", ";
    }
    text_add_string(&out, "]");
    return out.bytes;
}

static void choose_data(struct choice_list *list, const char *data)
{
    bool is_random = !data || dataset_is_random(data);
    char *labels = is_random ? NULL : subject_labels_beside(data);
    choose(list, "data.samples",
           is_random ? quoted(data ? data : DATASET_RANDOM LAUNCH_RANDOM_COUNT)
                     : quoted_path(data));
    if (labels)
        choose(list, "data.labels", quoted_path(labels));
    free(labels);
}

static void add_comment(const char *indent, const char *words, struct text *out)
{
    int column = 0;
    while (*words) {
        int word = (int)strcspn(words, " ");
        if (column == 0 || column + 1 + word > WIDTH) {
            text_printf(out, "%s%s#", column ? "\n" : "", indent);
            column = (int)strlen(indent) + 1;
        }
        text_printf(out, " %.*s", word, words);
        column += 1 + word;
        words += word;
        words += strspn(words, " ");
    }
    text_add_string(out, "\n");
}

/* A key that is not chosen is there as a comment, with its default or what it would take. Where a
 * whole section is one, taking away "# " in front of its name and of the key will do. */
static void add_key(const struct key *key, const struct choice_list *list, bool in_comment,
                    struct text *out)
{
    const char *value = chosen_value(list, key->path), *dot = strchr(key->path, '.');
    const char *name = dot ? dot + 1 : key->path, *shown = value ? value : key->initial;
    struct text help = {0};
    text_printf(&help, "%s ", key->help);
    key_describe(key, &help);
    text_add_string(&help, ".");
    add_comment(in_comment ? "#   " : dot ? "  " : "", help.bytes, out);
    text_printf(out, "%s%s%s%s:%s%s\n", in_comment ? "# " : "", dot ? "  " : "",
                value || in_comment ? "" : "# ", name, shown ? " " : "", shown ? shown : "");
    text_release(&help);
}

/* Of a list and its single form, the list is shown unless the single form is chosen. */
static bool is_written(const struct key *key, const struct choice_list *list)
{
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *other = key_at(i);
        bool is_rival = other != key && other->offset == key->offset && other->kind == key->kind;
        if (is_rival && (chosen_value(list, other->path) || (key->one && !other->one)))
            return chosen_value(list, key->path) != NULL;
    }
    return true;
}

static void add_section(const struct key_section *section, const struct choice_list *list,
                        struct text *out)
{
    bool is_set = section->name[0] == '\0';
    for (size_t i = 0; i < key_count(); i++)
        is_set = is_set ||
                 (key_is_within(key_at(i), section) && chosen_value(list, key_at(i)->path) != NULL);
    text_add_string(out, "\n");
    add_comment("", section->help, out);
    if (section->name[0])
        text_printf(out, "%s%s:\n", is_set ? "" : "# ", section->name);
    for (size_t i = 0; i < key_count(); i++)
        if (key_is_within(key_at(i), section) && is_written(key_at(i), list))
            add_key(key_at(i), list, !is_set, out);
}

static void write_profile(const char *model, const char *data, struct text *out)
{
    struct choice_list list = {0};
    choose(&list, "model", architecture_text(model) ? quoted(model) : quoted_path(model));
    choose(&list, "modes", usual_modes());
    choose_data(&list, data);
    add_comment(
        "",
        "A profile of quantop: 'quantop run THIS-FILE' measures, and 'quantop run --dry-run "
        "THIS-FILE' tries out whether it would. What is commented out is at its default; "
        "quantop-profile(5) has all of it.",
        out);
    for (size_t i = 0; i < key_section_count(); i++)
        add_section(key_section_at(i), &list, out);
    for (size_t i = 0; i < list.count; i++)
        free(list.items[i].value);
}

static enum exit_status init(const struct arguments *arguments)
{
    const char *model = arguments->words[0], *output = arguments_value(arguments, "output");
    const char *data = arguments->n_words > 1 ? arguments->words[1] : NULL;
    struct text out = {0};
    struct error error;
    enum status status = STATUS_OK;
    if (!text_is_printable(model) || (data && !text_is_printable(data)))
        status =
            error_set(&error, STATUS_INVALID, NULL,
                      "a path that holds control characters or bytes that are not UTF-8 cannot "
                      "be written into a profile");
    else if (!architecture_text(model) && access(model, F_OK) != 0)
        status = error_set_errno(&error, STATUS_IO, model, "cannot open");
    else if (data && !dataset_is_random(data) && access(data, F_OK) != 0)
        status = error_set_errno(&error, STATUS_IO, data, "cannot open");
    if (status == STATUS_OK) {
        write_profile(model, data, &out);
        status = file_write(output ? output : "-", out.bytes, out.length, &error);
    }
    text_release(&out);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_init = {
    .name = "init",
    .arguments = "MODEL [DATA]",
    .text = "write a commented profile for a model, which runs as it is: with samples from DATA, "
            "or random ones without it",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 2,
    .run = init,
};
