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
#include "command/profile_writer.h"
#include "command/subject.h"
#include "experiment/keys.h"

static const struct option_row own[] = {
    {"output", 'o', .argument = "FILE", .help = "the profile to write; standard output without it"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_own, NULL};

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

static void choose_data(struct profile_choices *list, const char *data)
{
    bool is_random = !data || dataset_is_random(data);
    char *labels = is_random ? NULL : subject_labels_beside(data);
    profile_choose(list, "data.samples",
                   is_random ? profile_text(data ? data : DATASET_RANDOM LAUNCH_RANDOM_COUNT)
                             : profile_path(data));
    if (labels)
        profile_choose(list, "data.labels", profile_path(labels));
    free(labels);
}

static void write_profile(const char *model, const char *data, struct text *out)
{
    struct profile_choices list = {0};
    profile_choose(&list, "model",
                   architecture_text(model) ? profile_text(model) : profile_path(model));
    profile_choose(&list, "modes", usual_modes());
    choose_data(&list, data);
    profile_write(&list, out);
    profile_choices_release(&list);
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
