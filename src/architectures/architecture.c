#include "architectures/architecture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "architectures/list.h"
#include "base/memory.h"

const struct architecture *const architecture_table[] = {
    &architecture_mobilenet_v1,
    &architecture_mobilenet_v2,
    &architecture_mobilenet_v3_small,
    &architecture_efficientnet_b0,
    &architecture_efficientnet_lite0,
    &architecture_resnet_18,
    &architecture_resnet_50,
    &architecture_squeezenet,
    &architecture_mlp,
    &architecture_bert_tiny,
    &architecture_bert_mini,
    &architecture_bert_tiny_ids,
    &architecture_bert_mini_ids,
};
const size_t architecture_count = sizeof(architecture_table) / sizeof(architecture_table[0]);

#define AT(member) offsetof(struct architecture_options, member)

const struct architecture_option architecture_option_table[] = {
    {.name = "width",
     .text = "factor of the layers' channels",
     .least = 0.1,
     .most = 4.0,
     .offset = AT(width)},
    {.name = "size",
     .text = "pixels per side, tokens or features of the input",
     .is_integer = true,
     .least = 1,
     .most = 65536,
     .offset = AT(size)},
    {.name = "classes",
     .text = "outputs",
     .is_integer = true,
     .least = 2,
     .most = 100000,
     .offset = AT(classes)},
    {.name = "seed",
     .text = "starts the random weights",
     .is_integer = true,
     .least = 0,
     .most = 2147483647,
     .offset = AT(seed)},
};
const size_t architecture_option_count =
    sizeof(architecture_option_table) / sizeof(architecture_option_table[0]);

const struct architecture *architecture_find(const char *name)
{
    for (size_t i = 0; i < architecture_count; i++)
        if (strcmp(architecture_table[i]->name, name) == 0)
            return architecture_table[i];
    return NULL;
}

static double get(const struct architecture_option *option,
                  const struct architecture_options *options)
{
    const char *at = (const char *)options + option->offset;
    return option->is_integer ? (double)*(const long *)(const void *)at
                              : *(const double *)(const void *)at;
}

static void set(const struct architecture_option *option, struct architecture_options *options,
                double number)
{
    char *at = (char *)options + option->offset;
    if (option->is_integer)
        *(long *)(void *)at = (long)number;
    else
        *(double *)(void *)at = number;
}

static const struct architecture_option *find_option(const struct architecture *architecture,
                                                     const char *name, struct error *error)
{
    const struct architecture_option *rows = architecture_option_table;
    for (size_t i = 0; i < architecture_option_count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    const char *near = text_nearest(name, rows, architecture_option_count, sizeof(rows[0]));
    error_set(error, STATUS_INVALID, NULL, "architecture '%s' has no option '%s'%s%s%s",
              architecture->name, name, near ? ", nearest is '" : "", near ? near : "",
              near ? "'" : "");
    return NULL;
}

/* The size has limits of its own in each architecture. */
static void limits_of(const struct architecture *architecture,
                      const struct architecture_option *option, double *least, double *most)
{
    bool is_size = option->offset == AT(size);
    *least = is_size ? (double)architecture->size_least : option->least;
    *most = is_size ? (double)architecture->size_most : option->most;
}

enum status architecture_option_set(const struct architecture *architecture,
                                    struct architecture_options *options, const char *name,
                                    const char *value, struct error *error)
{
    const struct architecture_option *option = find_option(architecture, name, error);
    double number, least, most;
    if (!option)
        return error->status;
    limits_of(architecture, option, &least, &most);
    if (!text_to_double(value, &number) || number < least || number > most ||
        (option->is_integer && number != floor(number)))
        return error_set(error, STATUS_INVALID, NULL,
                         "option '%s' is '%s', expected %s %g to %.10g", name, value,
                         option->is_integer ? "an integer from" : "a number from", least, most);
    set(option, options, number);
    return STATUS_OK;
}

/* Whose options are set. */
struct setting {
    const struct architecture *architecture;
    struct architecture_options *options;
};

static enum status set_option(void *context, const char *name, const char *value,
                              struct error *error)
{
    const struct setting *setting = context;
    return architecture_option_set(setting->architecture, setting->options, name, value, error);
}

static enum status unknown(const char *name, struct error *error)
{
    const char **names = xcalloc(architecture_count, sizeof(*names));
    for (size_t i = 0; i < architecture_count; i++)
        names[i] = architecture_table[i]->name;
    const char *near = text_nearest(name, names, architecture_count, sizeof(names[0]));
    free(names);
    if (near)
        return error_set(error, STATUS_INVALID, NULL, "unknown architecture '%s', nearest is '%s'",
                         name, near);
    return error_set(error, STATUS_INVALID, NULL, "unknown architecture '%s', see 'quantop synth'",
                     name);
}

enum status architecture_parse(const char *text, const struct architecture **architecture,
                               struct architecture_options *options, struct error *error)
{
    char *copy = xstrdup(text), *list = strchr(copy, ':');
    enum status status = STATUS_OK;
    if (list)
        *list++ = '\0';
    *architecture = architecture_find(copy);
    if (!*architecture)
        status = unknown(copy, error);
    else
        *options = (*architecture)->initial;
    if (status == STATUS_OK && list)
        status =
            text_set_options(list, set_option, &(struct setting){*architecture, options}, error);
    free(copy);
    return status;
}

void architecture_format(const struct architecture *architecture,
                         const struct architecture_options *options, struct text *out)
{
    char separator = ':';
    text_add_string(out, architecture->name);
    for (size_t i = 0; i < architecture_option_count; i++) {
        const struct architecture_option *option = &architecture_option_table[i];
        double number = get(option, options);
        if (!(number != get(option, &architecture->initial)))
            continue;
        text_printf(out, "%c%s=%.10g", separator, option->name, number);
        separator = ',';
    }
}

const char *architecture_text(const char *model)
{
    size_t length = strlen(ARCHITECTURE_PREFIX);
    return strncmp(model, ARCHITECTURE_PREFIX, length) == 0 ? model + length : NULL;
}
