#include "experiment/outputs.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "experiment/order.h"

enum status output_refuse_input(const char *output, const char *input, struct error *error)
{
    if (file_is_same(output, input))
        return error_set(error, STATUS_INVALID, output,
                         "the output is the same file as '%s', which is read", input);
    if (file_is_within(output, input))
        return error_set(error, STATUS_INVALID, output,
                         "the output lies in the folder '%s', which is read", input);
    return STATUS_OK;
}

/* Adds a text that names something on disk: numbers, types and random:8 do not. */
static void add_path(json_t *inputs, const char *path)
{
    struct stat info;
    if (path && stat(path, &info) == 0)
        json_array_append_new(inputs, json_string(path));
}

static void add_texts(json_t *inputs, const json_t *tree)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_string(tree))
        add_path(inputs, json_string_value(tree));
    json_object_foreach((json_t *)(uintptr_t)tree, key, value)
    {
        add_texts(inputs, value);
    }
    json_array_foreach(tree, i, value)
    {
        add_texts(inputs, value);
    }
}

/* All that is read: what the workers' orders name, and the profile. */
static json_t *inputs_of(const struct experiment *experiment)
{
    static const char *const members[] = {"data", "calibration"};
    const struct trial first = {0};
    struct text mode = {0};
    struct work work;
    json_t *inputs = json_array();
    order_fill(experiment, &first, &work, &mode);
    json_t *order = work_encode(&work);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        add_texts(inputs, json_object_get(order, members[i]));
    for (size_t i = 0; i < experiment->n_models; i++)
        add_path(inputs, experiment->models[i].path);
    for (size_t i = 0; i < experiment->n_runtimes; i++)
        add_path(inputs, experiment_library(experiment, i));
    add_path(inputs, experiment->profile);
    json_decref(order);
    text_release(&mode);
    return inputs;
}

enum status output_check(const char *path, const struct experiment *experiment, struct error *error)
{
    enum status status = STATUS_OK;
    size_t i;
    json_t *inputs, *input;
    if (strcmp(path, "-") == 0)
        return STATUS_OK;
    inputs = inputs_of(experiment);
    json_array_foreach(inputs, i, input)
    {
        if (status == STATUS_OK)
            status = output_refuse_input(path, json_string_value(input), error);
    }
    json_decref(inputs);
    return status;
}

enum status outputs_check(const struct experiment *experiment, struct error *error)
{
    const struct output_paths *output = &experiment->output;
    enum status status = STATUS_OK;
    if (output->journal)
        status = output_check(output->journal, experiment, error);
    for (size_t i = 0; status == STATUS_OK && i < REPORT_FORMAT_COUNT; i++)
        if (output->reports[i])
            status = output_check(output->reports[i], experiment, error);
    for (size_t i = 0; status == STATUS_OK && i < REPORT_FORMAT_COUNT; i++)
        if (output->reports[i])
            status = file_check_writable(output->reports[i], error);
    return status;
}
