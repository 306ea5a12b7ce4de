#include "command/start_fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "architectures/architecture.h"
#include "base/memory.h"
#include "base/printable.h"
#include "command/launch.h"
#include "command/list.h"
#include "experiment/keys.h"

/* The option of `quantop run` that sets the key; NULL: --set does. */
static const struct option_row *option_of(const char *key)
{
    const struct option_row *row;
    for (size_t i = 0; (row = option_at(&command_run, i)) != NULL; i++)
        if (row->key && strcmp(row->key, key) == 0)
            return row;
    return NULL;
}

static void add_word(struct start_form *form, struct start_words *words, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add_word(struct start_form *form, struct start_words *words, const char *format, ...)
{
    va_list arguments;
    char *word;
    va_start(arguments, format);
    if (vasprintf(&word, format, arguments) < 0)
        memory_exhausted(strlen(format));
    va_end(arguments);
    words->list[words->count++] = arena_adopt(form->told, word);
}

/* What the key is to be; "": its default. To be freed. */
static char *value_of(const struct start_form *form, size_t row)
{
    const struct form_field *field = &form->fields[row];
    struct text checked = {0};
    if (field->kind == FORM_TEXT)
        return xstrdup(field->text);
    if (field->kind == FORM_CHOICE)
        return xstrdup(field->chosen > 0 ? field->names[field->chosen] : "");
    text_add_string(&checked, "");
    for (size_t i = 0; i < field->n_names && !start_field_is_usual(form, row); i++)
        if (field->checked[i]) {
            text_add_string(&checked, checked.length ? "," : "");
            start_field_add_checked(form, row, i, &checked);
        }
    return checked.bytes;
}

struct start_words start_words_list(struct start_form *form)
{
    /* The command, the model, and two for each field. */
    struct start_words words = {
        .list = arena_alloc(form->told, (2 * start_field_count + 2) * sizeof(*words.list))};
    add_word(form, &words, "run");
    add_word(form, &words, "%s%s", form->model[0] == '-' ? "./" : "", form->model);
    for (size_t i = 0; i < start_field_count; i++) {
        const struct option_row *option =
            option_of(start_fields[i].one ? start_fields[i].one : start_fields[i].key);
        char *value = value_of(form, i);
        if (value[0] && option) {
            add_word(form, &words, "--%s", option->name);
            add_word(form, &words, "%s", value);
        } else if (value[0]) {
            add_word(form, &words, "--set");
            add_word(form, &words, "%s=%s", start_fields[i].key, value);
        }
        free(value);
    }
    return words;
}

/* As a shell takes it. */
static void add_quoted(const char *word, struct text *out)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/=:,+@%";
    if (word[strspn(word, plain)] == '\0') {
        text_add_string(out, word);
        return;
    }
    text_add_string(out, "'");
    for (; *word; word++)
        text_printf(out, *word == '\'' ? "'\\''" : "%c", *word);
    text_add_string(out, "'");
}

/* "[fp32, "int8:weights=per-tensor"]" */
static char *yaml_of_checked(const struct start_form *form, size_t row)
{
    const struct form_field *field = &form->fields[row];
    struct text list = {0};
    text_add_string(&list, "[");
    for (size_t i = 0; i < field->n_names; i++) {
        struct text name = {0};
        if (!field->checked[i])
            continue;
        start_field_add_checked(form, row, i, &name);
        char *quoted = strchr(name.bytes, ':') ? profile_text(name.bytes) : xstrdup(name.bytes);
        text_printf(&list, "%s%s", list.length > 1 ? ", " : "", quoted);
        free(quoted);
        text_release(&name);
    }
    text_add_string(&list, "]");
    return list.bytes;
}

/* As YAML; NULL: the default. To be freed. */
static char *yaml_of(const struct start_form *form, size_t row)
{
    const struct key *key = key_find(start_fields[row].key);
    bool is_path = key->kind == KEY_PATH || key->kind == KEY_SAMPLES;
    if (start_fields[row].checks)
        return yaml_of_checked(form, row);
    char *value = value_of(form, row), *yaml = NULL;
    if (value[0] && key->kind == KEY_NUMBERS)
        yaml = xstrdup(value); /* which is read as YAML on the command line, too */
    else if (value[0])
        yaml = is_path && !dataset_is_random(value) ? profile_path(value) : profile_text(value);
    free(value);
    return yaml;
}

void start_words_choose(const struct start_form *form, struct profile_choices *choices)
{
    bool is_file = !architecture_text(form->model);
    char *labels = start_labels_taken(form);
    profile_choose(choices, "model",
                   is_file ? profile_path(form->model) : profile_text(form->model));
    for (size_t i = 0; i < start_field_count; i++) {
        char *yaml = yaml_of(form, i);
        if (!yaml && i == START_SAMPLES)
            yaml = profile_text(DATASET_RANDOM LAUNCH_RANDOM_COUNT);
        if (i == START_LABELS && labels)
            yaml = profile_path(labels);
        if (yaml)
            profile_choose(choices, start_fields[i].key, yaml);
    }
    free(labels);
}

const char *start_words_text(struct start_form *form)
{
    struct start_words words = start_words_list(form);
    struct text command = {0};
    text_add_string(&command, "quantop");
    for (int i = 0; i < words.count; i++) {
        text_add_string(&command, " ");
        add_quoted(words.list[i], &command);
    }
    text_make_printable(command.bytes);
    const char *text = arena_strdup(form->told, command.bytes);
    text_release(&command);
    return text;
}
