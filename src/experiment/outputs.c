#include "experiment/outputs.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "experiment/order.h"
#include "results/json_text.h"

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

/* One output against all that is read. */
struct comparison {
    const char *output;
    struct arena *arena;
    enum status status;
    struct error *error;
};

/* Compares with a text that names something on disk: numbers, types and random:8 do not. */
static void compare_path(struct comparison *comparison, const char *path)
{
    struct stat info;
    if (comparison->status == STATUS_OK && path && stat(path, &info) == 0)
        comparison->status = output_refuse_input(comparison->output, path, comparison->error);
}

static void compare_texts(struct comparison *comparison, const json_t *tree)
{
    const char *key;
    json_t *value;
    size_t i;
    compare_path(comparison, json_carried_value(tree, comparison->arena));
    json_object_foreach((json_t *)(uintptr_t)tree, key, value)
    {
        compare_texts(comparison, value);
    }
    json_array_foreach(tree, i, value)
    {
        compare_texts(comparison, value);
    }
}

/* All that is read: what the workers' orders name, and the profile. */
static void compare_inputs(struct comparison *comparison, const struct experiment *experiment)
{
    static const char *const members[] = {"data", "calibration"};
    const struct trial first = {0};
    struct text mode = {0};
    struct work work;
    order_fill(experiment, &first, &work, &mode);
    json_t *order = work_encode(&work);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        compare_texts(comparison, json_object_get(order, members[i]));
    for (size_t i = 0; i < experiment->n_models; i++)
        compare_path(comparison, experiment->models[i].path);
    for (size_t i = 0; i < experiment->n_runtimes; i++)
        compare_path(comparison, experiment_library(experiment, i));
    compare_path(comparison, experiment->profile);
    compare_path(comparison, experiment->gate.baseline);
    json_decref(order);
    text_release(&mode);
}

enum status output_check(const char *path, const struct experiment *experiment, struct error *error)
{
    struct comparison comparison = {.output = path, .status = STATUS_OK, .error = error};
    if (strcmp(path, "-") == 0)
        return STATUS_OK;
    comparison.arena = arena_new();
    compare_inputs(&comparison, experiment);
    arena_free(comparison.arena);
    return comparison.status;
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
