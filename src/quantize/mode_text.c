/* Modes and their options as text: "int8:weights=per-tensor". */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/mode.h"
#include "quantize/skip.h"
#include "quantize/trials.h"

/* Position of value in "a|b|c", or -1. */
static int choice_index(const char *values, const char *value)
{
    size_t length = strlen(value);
    for (int i = 0;; i++) {
        size_t width = strcspn(values, "|");
        if (width == length && strncmp(values, value, width) == 0)
            return i;
        if (values[width] == '\0')
            return -1;
        values += width + 1;
    }
}

/* Writes the i-th of "a|b|c" to out. */
static void add_choice(const char *values, int i, struct text *out)
{
    for (; i > 0; i--)
        values += strcspn(values, "|") + 1;
    text_add(out, values, strcspn(values, "|"));
}

/* Among those that the mode has; NULL: none is near. */
static const char *nearest_option(const struct mode *mode, const char *name)
{
    const char **names = xcalloc(mode_option_count, sizeof(*names));
    size_t count = 0;
    for (size_t i = 0; i < mode_option_count; i++)
        if ((mode->options & mode_option_table[i].bit) != 0)
            names[count++] = mode_option_table[i].name;
    const char *near = text_nearest(name, names, count, sizeof(names[0]));
    free(names);
    return near;
}

static const struct mode_option *find_option(const struct mode *mode, const char *name,
                                             struct error *error)
{
    for (size_t i = 0; i < mode_option_count; i++)
        if ((mode->options & mode_option_table[i].bit) != 0 &&
            strcmp(mode_option_table[i].name, name) == 0)
            return &mode_option_table[i];
    const char *near = nearest_option(mode, name);
    error_set(error, STATUS_INVALID, NULL, "mode '%s' has no option '%s'%s%s%s", mode->name, name,
              near ? ", nearest is '" : "", near ? near : "", near ? "'" : "");
    return NULL;
}

const struct mode_option *mode_option_of(unsigned bit)
{
    for (size_t i = 0; i < mode_option_count; i++)
        if (mode_option_table[i].bit == bit)
            return &mode_option_table[i];
    abort(); /* a bit without a row */
}

bool mode_option_takes_names(const char *name)
{
    for (size_t i = 0; i < mode_option_count; i++)
        if (strcmp(mode_option_table[i].name, name) == 0)
            return mode_option_table[i].kind == OPTION_NAMES;
    return false;
}

static enum status take_names(const struct mode_option *option, struct arena *arena,
                              struct mode_options *options, const char *value, struct error *error)
{
    enum status status = skip_check(option->name, value, error);
    if (status == STATUS_OK)
        *option->names(options) = arena_strdup(arena, value);
    return status;
}

enum status mode_option_take(const struct mode_option *option, struct arena *arena,
                             struct mode_options *options, const char *value, struct error *error)
{
    const char *name = option->name;
    double number = 0.0;
    int choice = 0;
    if (option->kind == OPTION_NAMES)
        return take_names(option, arena, options, value, error);
    if (option->kind == OPTION_CHOICE) {
        choice = choice_index(option->values, value);
        if (choice < 0)
            return error_set(error, STATUS_INVALID, NULL, "option '%s' is '%s', expected %s", name,
                             value, option->values);
    } else if (!text_to_double(value, &number) || number < option->least || number > option->most) {
        return error_set(error, STATUS_INVALID, NULL, "option '%s' is '%s', expected %g to %g",
                         name, value, option->least, option->most);
    }
    options->given |= option->bit;
    option->set(options, choice, number);
    return STATUS_OK;
}

enum status mode_option_set(const struct mode *mode, struct arena *arena,
                            struct mode_options *options, const char *name, const char *value,
                            struct error *error)
{
    const struct mode_option *option = find_option(mode, name, error);
    return option ? mode_option_take(option, arena, options, value, error) : error->status;
}

/* Whose options are set. */
struct setting {
    const struct mode *mode;
    struct arena *arena;
    struct mode_options *options;
};

static enum status set_option(void *context, const char *name, const char *value,
                              struct error *error)
{
    const struct setting *setting = context;
    return mode_option_set(setting->mode, setting->arena, setting->options, name, value, error);
}

static enum status unknown_mode(const char *name, struct error *error)
{
    const char **names = xcalloc(mode_count, sizeof(*names));
    for (size_t i = 0; i < mode_count; i++)
        names[i] = mode_table[i]->name;
    const char *near = text_nearest(name, names, mode_count, sizeof(names[0]));
    free(names);
    if (near)
        return error_set(error, STATUS_INVALID, NULL, "unknown mode '%s', nearest is '%s'", name,
                         near);
    return error_set(error, STATUS_INVALID, NULL, "unknown mode '%s', see 'quantop modes'", name);
}

enum status mode_parse(const char *text, struct arena *arena, const struct mode **mode,
                       struct mode_options *options, struct error *error)
{
    char *copy = xstrdup(text), *list = strchr(copy, ':');
    enum status status = STATUS_OK;
    if (list)
        *list++ = '\0';
    *mode = mode_find(copy);
    mode_options_init(options);
    if (!*mode)
        status = unknown_mode(copy, error);
    else if (list)
        status =
            text_set_options(list, set_option, &(struct setting){*mode, arena, options}, error);
    free(copy);
    return status;
}

/* Whether it counts that the option was given, even as it usually is: it makes a mode that needs no
 * samples look at them, or is not tried otherwise (trials.h). */
static bool counts_as_given(const struct mode *mode, const struct mode_options *options,
                            const struct mode_option *option)
{
    if ((options->given & option->bit) == 0)
        return false;
    struct mode_options open = *options;
    open.given &= ~option->bit;
    return (option->bit == HAS_BIAS && !mode->needs_calibration) ||
           trials_count(mode, &open) > trials_count(mode, options);
}

static bool is_default(const struct mode_option *option, struct mode_options *options)
{
    struct mode_options fresh;
    mode_options_init(&fresh);
    fresh.weights = option->bit == HAS_WEIGHTS ? fresh.weights : options->weights;
    const struct mode_option *effort = mode_option_of(HAS_EFFORT);
    if (option != effort)
        effort->set(&fresh, effort->choice(options), 0.0);
    switch (option->kind) {
    case OPTION_CHOICE:
        return option->choice(options) == option->choice(&fresh);
    case OPTION_NUMBER:
        return !(option->number(options) < option->number(&fresh)) &&
               !(option->number(options) > option->number(&fresh));
    default:
        return *option->names(options) == NULL;
    }
}

void mode_format(const struct mode *mode, const struct mode_options *options, struct text *out)
{
    struct mode_options copy = *options;
    char separator = ':';
    text_add_string(out, mode->name);
    for (size_t i = 0; i < mode_option_count; i++) {
        const struct mode_option *option = &mode_option_table[i];
        if ((mode->options & option->bit) == 0 ||
            (is_default(option, &copy) && !counts_as_given(mode, options, option)))
            continue;
        text_printf(out, "%c%s=", separator, option->name);
        if (option->kind == OPTION_CHOICE)
            add_choice(option->values, option->choice(options), out);
        else if (option->kind == OPTION_NUMBER)
            text_printf(out, "%.10g", option->number(options));
        else
            text_add_string(out, *option->names(&copy));
        separator = ',';
    }
}
