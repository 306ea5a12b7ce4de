#include "command/start_form.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/printable.h"
#include "command/dry_run.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/start_fields.h"
#include "experiment/keys.h"
#include "quantize/mode.h"

enum status start_form_arguments(struct start_form *form, struct arguments *arguments,
                                 struct error *error)
{
    struct start_words words = start_words_list(form);
    const char *unchecked = start_field_unchecked(form);
    *arguments = (struct arguments){0};
    if (unchecked)
        return error_set(error, STATUS_INVALID, NULL, "of the %s none is checked", unchecked);
    return arguments_parse(&command_run, words.count, words.list, arguments, error);
}

static void summarize(struct start_form *form, const char *time)
{
    form->form.summary =
        arena_printf(form->told, "%zu row%s, %s", form->rows, form->rows == 1 ? "" : "s", time);
}

/* What preparing and scoring take at least, by what some samples in fp32 took; NaN: not known. */
static double other_seconds(const struct start_form *form)
{
    const struct look_check *found = &form->looks.found;
    double calibrated =
        form->calibrates_fewer ? fmin(form->calibrated, found->samples) : form->calibrated;
    return (double)form->candidates * found->run_seconds +
           (double)form->calibrations * calibrated * found->sample_seconds;
}

/* The limit of timing, which may end before; once some samples were scored in fp32, beside it what
 * the rest takes at least; once all was tried out, what came of that. */
static void tell_time(struct start_form *form)
{
    const char *tried = form->form.is_trying ? NULL : form->form.tried;
    const char *line = tried ? strstr(tried, DRY_RUN_ESTIMATE) : NULL;
    double others = other_seconds(form), seconds;
    char time[128];
    if (line && sscanf(line, DRY_RUN_ESTIMATE "%lf", &seconds) == 1)
        snprintf(time, sizeof(time), "about %.0f s", seconds);
    else if (isfinite(others))
        snprintf(time, sizeof(time), "timing %.0f s at most, the rest %.0f s or more", form->timing,
                 others);
    else
        snprintf(time, sizeof(time), "%.0f s of timing at most", form->timing);
    summarize(form, time);
}

/* How many candidates calibrate, and with how many samples. */
static void count_calibrations(struct start_form *form, const struct experiment *experiment)
{
    size_t modes = 0;
    for (size_t i = 0; i < experiment->n_modes; i++)
        modes += mode_calibrates(experiment->modes[i].mode, &experiment->modes[i].options);
    form->calibrations = modes * experiment->n_runtimes;
    size_t count = experiment->calibration.count;
    bool takes_all =
        count == 0 && !experiment->has_calibration; /* of the samples that are scored */
    form->calibrated = takes_all ? INFINITY : (double)count;
    form->calibrates_fewer = takes_all || experiment->calibration.at_most;
}

/* Whether `quantop run` would take it; no file is opened. */
static void tell_whether_it_runs(struct start_form *form)
{
    struct experiment *experiment;
    struct arguments arguments;
    struct error error;
    char line[sizeof(error.where) + sizeof(error.text) + 4];
    form->form.summary = form->form.trouble = "";
    enum status status = start_form_arguments(form, &arguments, &error);
    arguments.is_quiet = true;
    if (status == STATUS_OK)
        status = launch_experiment(&arguments, &experiment, &error);
    if (status == STATUS_OK) {
        experiment_trials(experiment, &form->rows);
        form->candidates = experiment->n_modes * experiment->n_runtimes;
        count_calibrations(form, experiment);
        form->timing = (double)experiment->n_placements * experiment->measure.seconds;
        start_looks_at(&form->looks, experiment, &form->everything, form->is_integer);
        tell_time(form);
        experiment_free(experiment);
    } else {
        form->form.trouble = arena_strdup(form->told, error_line(&error, line, sizeof(line)));
    }
    arguments_release(&arguments);
}

bool start_form_listen(struct start_form *form)
{
    bool was_known = !isnan(form->looks.found.run_seconds);
    bool looks = form->model && start_looks_listen(&form->looks);
    if (form->model && !form->form.trouble[0] && was_known != !isnan(form->looks.found.run_seconds))
        tell_time(form);
    if (!form->form.is_trying)
        return looks;
    form->form.is_trying = aside_listen(&form->trial);
    form->form.tried = form->trial.heard.bytes ? form->trial.heard.bytes : "";
    if (!form->form.is_trying && !form->form.trouble[0])
        tell_time(form);
    return looks || form->form.is_trying;
}

/* Whatever was tried is another thing now. */
static void forget_trial(struct start_form *form)
{
    aside_end(&form->trial);
    form->form.tried = NULL;
    form->form.is_trying = false;
}

void start_form_rest(struct start_form *form)
{
    forget_trial(form);
    start_looks_rest(&form->looks);
}

static void changed(void *context)
{
    struct start_form *form = context;
    arena_free(form->told);
    form->told = arena_new();
    forget_trial(form);
    form->form.command = start_words_text(form);
    start_fields_tell(form);
    tell_whether_it_runs(form);
}

static void step_sample(void *context, int samples)
{
    struct start_form *form = context;
    start_looks_step(&form->looks, samples);
}

static bool open_mode(void *context, size_t field, size_t name)
{
    struct start_form *form = context;
    if (start_fields[field].checks != START_MODES || form->modes[name].form.count == 0)
        return false;
    form->form.nested = &form->modes[name].form;
    return true;
}

static void try_out(void *context)
{
    struct start_form *form = context;
    struct start_words words = start_words_list(form);
    struct error error;
    char **arguments = arena_alloc(form->told, ((size_t)words.count + 3) * sizeof(*arguments));
    arguments[0] = (char[]){"quantop"};
    memcpy(arguments + 1, words.list, (size_t)words.count * sizeof(*arguments));
    arguments[1 + words.count] = (char[]){"--dry-run"};
    arguments[2 + words.count] = NULL;
    form->form.is_trying = aside_begin(&form->trial, arguments, &error) == STATUS_OK;
    form->form.tried = form->form.is_trying ? "" : arena_strdup(form->told, error.text);
}

static bool write_form(void *context, const char *path, char *said, size_t size)
{
    struct start_form *form = context;
    struct profile_choices choices = {0};
    struct text out = {0};
    struct error error;
    if (form->form.trouble[0] || key_is_named(form->fields[START_SAMPLES].text)) {
        snprintf(said, size, "%s",
                 form->form.trouble[0] ? form->form.trouble
                                       : "samples by an input's name: give these by the command");
        return false;
    }
    if (access(path, F_OK) == 0) {
        snprintf(said, size, "there is a file '%s' already, which is left as it is", path);
        return false;
    }
    start_words_choose(form, &choices);
    profile_write(&choices, &out);
    enum status status = file_write(path, out.bytes, out.length, &error);
    if (status == STATUS_OK)
        snprintf(said, size, "the profile is in '%s'", path);
    else
        error_line(&error, said, size);
    profile_choices_release(&choices);
    text_release(&out);
    return status == STATUS_OK;
}

/* "net.yaml" of "w/net.tflite", in the current folder. */
static const char *file_for(struct start_form *form)
{
    const char *architecture = architecture_text(form->model);
    const char *name = architecture ? architecture : path_name(form->model);
    size_t length = strcspn(name, architecture ? ":" : ".");
    return arena_printf(form->arena, "%.*s.yaml", (int)length, name);
}

void start_form_open(struct start_form *form, const char *model, bool is_integer)
{
    if (form->model && strcmp(form->model, model) == 0)
        return;
    start_form_release(form);
    form->arena = arena_new();
    form->told = arena_new();
    form->model = arena_strdup(form->arena, model);
    form->is_integer = is_integer;
    start_fields_make(form, changed);
    char *title = xstrdup(architecture_text(model) ? model : path_name(model));
    text_make_printable(title);
    form->form = (struct form){.title = arena_adopt(form->arena, title),
                               .fields = form->fields,
                               .count = start_field_count,
                               .file = file_for(form),
                               .changed = changed,
                               .write = write_form,
                               .try_out = try_out,
                               .step = step_sample,
                               .open = open_mode,
                               .context = form};
    start_looks_init(&form->looks, &form->form.look);
    changed(form);
}

void start_form_tell_integer(struct start_form *form, const char *model)
{
    if (!form->model || form->is_integer || strcmp(form->model, model) != 0)
        return;
    start_fields_check_integer(form);
    changed(form);
}

void start_form_release(struct start_form *form)
{
    start_form_rest(form);
    start_looks_release(&form->looks);
    placement_release(&form->everything);
    arena_free(form->arena);
    arena_free(form->told);
    *form = (struct start_form){0};
}
