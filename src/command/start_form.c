#include "command/start_form.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/printable.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/profile_writer.h"
#include "command/subject.h"
#include "experiment/keys.h"
#include "hardware/topology.h"
#include "runtimes/runtime.h"

/* The first name of a choice: the key is not given. */
#define AS_FOUND "default"

/* Where checks have their names, and which are checked at first. */
enum checks { NO_CHECKS, CHECKS_MODES, CHECKS_RUNTIMES, CHECKS_PLACEMENTS };

/* The fields: each is a key of the experiment. */
static const struct field_row {
    const char *label;
    enum form_kind kind;
    const char *key;
    enum checks checks;
    const char *one; /* of checks: the key whose items add up on a command line */
} rows[] = {
    {"samples", FORM_TEXT, "data.samples", NO_CHECKS, NULL},
    {"labels", FORM_TEXT, "data.labels", NO_CHECKS, NULL},
    {"preset", FORM_CHOICE, "preprocess.preset", NO_CHECKS, NULL},
    {"scale", FORM_TEXT, "preprocess.scale", NO_CHECKS, NULL},
    {"zero point", FORM_TEXT, "preprocess.zero_point", NO_CHECKS, NULL},
    {"modes", FORM_CHECKS, "modes", CHECKS_MODES, "mode"},
    {"runtimes", FORM_CHECKS, "runtimes", CHECKS_RUNTIMES, "runtime"},
    {"placements", FORM_CHECKS, "placements", CHECKS_PLACEMENTS, "placement"},
    {"drop at most", FORM_TEXT, "constraints.max_drop", NO_CHECKS, NULL},
    {"speedup from", FORM_TEXT, "constraints.min_speedup", NO_CHECKS, NULL},
    {"size at most", FORM_TEXT, "constraints.max_size", NO_CHECKS, NULL},
    {"metric", FORM_CHOICE, "metric", NO_CHECKS, NULL},
    {"score", FORM_TEXT, "data.count", NO_CHECKS, NULL},
    {"calibration", FORM_TEXT, "calibration.samples", NO_CHECKS, NULL},
    {"of these", FORM_TEXT, "calibration.count", NO_CHECKS, NULL},
    {"type", FORM_CHOICE, "data.type", NO_CHECKS, NULL},
    {"layout", FORM_CHOICE, "data.layout", NO_CHECKS, NULL},
    {"seconds", FORM_TEXT, "measure.seconds", NO_CHECKS, NULL},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))
/* Places of the first rows. */
enum { SAMPLES, LABELS };

static void add_name(struct form_field *field, const char *name)
{
    field->names[field->n_names++] = name;
}

static void name_choices(struct start_form *form, struct form_field *field, const struct key *key)
{
    size_t count = *key->choices->count;
    field->names = arena_alloc(form->arena, (count + 1) * sizeof(*field->names));
    add_name(field, AS_FOUND);
    for (size_t i = 0; i < count; i++)
        add_name(field, choice_name(key->choices, i));
}

/* Kinds of placements that this machine has; lists of units are left to the command line. */
static void name_placements(struct form_field *field)
{
    struct topology *topology = NULL;
    struct placement placement;
    struct error ignored;
    bool is_loaded = topology_load(&topology, &ignored) == STATUS_OK;
    for (size_t i = 0; i < placement_kind_count; i++) {
        const char *name = placement_kinds[i].name;
        if (strchr(name, ':') || !is_loaded ||
            placement_resolve(topology, name, &placement, &ignored) != STATUS_OK)
            continue;
        placement_release(&placement);
        add_name(field, name);
    }
    topology_free(topology);
}

static bool is_usual(const struct start_form *form, enum checks checks, const char *name)
{
    const struct mode *mode = checks == CHECKS_MODES ? mode_find(name) : NULL;
    if (mode)
        return form->is_integer ? mode->takes_quantized : !mode->by_name_only;
    return strcmp(name, key_find(checks == CHECKS_RUNTIMES ? "runtimes" : "placements")->initial) ==
           0;
}

static void name_checks(struct start_form *form, struct form_field *field, enum checks checks)
{
    size_t most = mode_count + runtime_count + placement_kind_count;
    field->names = arena_alloc(form->arena, most * sizeof(*field->names));
    field->checked = arena_alloc(form->arena, most * sizeof(*field->checked));
    for (size_t i = 0; checks == CHECKS_MODES && i < mode_count; i++)
        add_name(field, mode_table[i]->name);
    for (size_t i = 0; checks == CHECKS_RUNTIMES && i < runtime_count; i++)
        add_name(field, runtime_table[i]->name);
    if (checks == CHECKS_PLACEMENTS)
        name_placements(field);
    for (size_t i = 0; i < field->n_names; i++)
        field->checked[i] = is_usual(form, checks, field->names[i]);
}

/* "Samples to score. A path; random:32 ..." */
static const char *field_help(struct start_form *form, const struct key *key)
{
    struct text help = {0};
    text_printf(&help, "%s ", key->help);
    key_describe(key, &help);
    const char *text = arena_printf(form->arena, "%s.", help.bytes);
    text_release(&help);
    return text;
}

/* What the key is without a value. */
static const char *without(struct start_form *form, const struct key *key)
{
    if (key->kind == KEY_SAMPLES && strcmp(key->path, "data.samples") == 0)
        return "default " DATASET_RANDOM LAUNCH_RANDOM_COUNT;
    if (key->kind == KEY_COUNT && key->initial && strcmp(key->initial, "0") == 0)
        return "default all";
    return key->initial ? arena_printf(form->arena, "default %s", key->initial) : "";
}

static void make_field(struct start_form *form, const struct field_row *row,
                       struct form_field *field)
{
    const struct key *key = key_find(row->key);
    *field = (struct form_field){
        .kind = row->kind,
        .label = row->label,
        .help = field_help(form, key),
        .remark = "",
        .without = without(form, key),
    };
    if (row->kind == FORM_CHOICE)
        name_choices(form, field, key);
    if (row->kind == FORM_CHECKS)
        name_checks(form, field, row->checks);
}

/* What is typed holds so many bytes: a longer text is none. */
static bool fill(struct form_field *field, const char *text, const char *remark)
{
    if (strlen(text) >= sizeof(field->text) || !text_is_printable(text))
        return false;
    snprintf(field->text, sizeof(field->text), "%s", text);
    field->remark = remark;
    return true;
}

/* The file beside the model that has labels beside it; one whose name tells of a test comes first.
 * To be freed, and *labels, too; NULL: there is none. */
static char *samples_beside(const char *model, char **labels)
{
    struct dirent **names = NULL;
    char *folder = path_directory(model), *samples = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int tests = 1; tests >= 0; tests--)
        for (int i = 0; i < count && !samples; i++) {
            const char *name = names[i]->d_name;
            char *path = path_join(strcmp(folder, ".") == 0 ? NULL : folder, name);
            bool is_wanted = !tests || strstr(name, "test");
            *labels = is_wanted ? subject_labels_beside(path) : NULL;
            samples = *labels ? path : NULL;
            if (!samples)
                free(path);
        }
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    free(folder);
    return samples;
}

static void fill_samples(struct start_form *form)
{
    char *labels = NULL;
    char *samples = architecture_text(form->model) ? NULL : samples_beside(form->model, &labels);
    if (samples && !key_is_named(samples) &&
        fill(&form->fields[SAMPLES], samples, "found beside the model"))
        fill(&form->fields[LABELS], labels, "found beside the samples");
    free(samples);
    free(labels);
}

/* The labels that a run takes where none are given, to be freed; NULL: none. */
static char *labels_taken(const struct start_form *form)
{
    const char *samples = form->fields[SAMPLES].text;
    return form->fields[LABELS].text[0] || !samples[0] ? NULL : subject_labels_beside(samples);
}

static void tell_labels(struct start_form *form)
{
    char *labels = labels_taken(form);
    form->fields[LABELS].without = "";
    if (labels) {
        text_make_printable(labels);
        form->fields[LABELS].without =
            arena_printf(form->told, "default %s, beside the samples", labels);
    }
    free(labels);
}

/* The option of `quantop run` that sets the key; NULL: --set does. */
static const struct option_row *option_of(const char *key)
{
    const struct option_row *row;
    for (size_t i = 0; (row = option_at(&command_run, i)) != NULL; i++)
        if (row->key && strcmp(row->key, key) == 0)
            return row;
    return NULL;
}

/* The words of a command line: the command, the model, and two for each row. */
#define WORDS_MOST (2 * ROWS + 2)
struct words {
    char *list[WORDS_MOST];
    int count;
};

static void add_word(struct start_form *form, struct words *words, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add_word(struct start_form *form, struct words *words, const char *format, ...)
{
    va_list arguments;
    char *word;
    va_start(arguments, format);
    if (vasprintf(&word, format, arguments) < 0)
        memory_exhausted(strlen(format));
    va_end(arguments);
    words->list[words->count++] = arena_adopt(form->told, word);
}

/* The names that are checked, with separators; *are_usual: just these are checked at first. */
static void join_checked(const struct start_form *form, size_t row, const char *separator,
                         struct text *out, bool *are_usual)
{
    const struct form_field *field = &form->fields[row];
    *are_usual = !form->is_integer || rows[row].checks != CHECKS_MODES;
    text_add_string(out, "");
    for (size_t i = 0; i < field->n_names; i++) {
        *are_usual &= field->checked[i] == is_usual(form, rows[row].checks, field->names[i]);
        if (field->checked[i])
            text_printf(out, "%s%s", out->length ? separator : "", field->names[i]);
    }
}

/* What the key is to be; "": its default. To be freed. */
static char *value_of(const struct start_form *form, size_t row)
{
    const struct form_field *field = &form->fields[row];
    struct text checked = {0};
    bool are_usual;
    if (field->kind == FORM_TEXT)
        return xstrdup(field->text);
    if (field->kind == FORM_CHOICE)
        return xstrdup(field->chosen > 0 ? field->names[field->chosen] : "");
    join_checked(form, row, ",", &checked, &are_usual);
    if (are_usual)
        text_clear(&checked);
    return checked.bytes;
}

/* They last until the next change. */
static struct words *list_words(struct start_form *form)
{
    struct words *words = arena_alloc(form->told, sizeof(*words));
    add_word(form, words, "run");
    add_word(form, words, "%s%s", form->model[0] == '-' ? "./" : "", form->model);
    for (size_t i = 0; i < ROWS; i++) {
        const struct option_row *option = option_of(rows[i].one ? rows[i].one : rows[i].key);
        char *value = value_of(form, i);
        if (value[0] && option) {
            add_word(form, words, "--%s", option->name);
            add_word(form, words, "%s", value);
        } else if (value[0]) {
            add_word(form, words, "--set");
            add_word(form, words, "%s=%s", rows[i].key, value);
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

static const char *nothing_checked(const struct start_form *form)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct form_field *field = &form->fields[i];
        bool any = field->kind != FORM_CHECKS;
        for (size_t k = 0; k < field->n_names && !any; k++)
            any = field->checked[k];
        if (!any)
            return field->label;
    }
    return NULL;
}

enum status start_form_arguments(struct start_form *form, struct arguments *arguments,
                                 struct error *error)
{
    struct words *words = list_words(form);
    const char *unchecked = nothing_checked(form);
    *arguments = (struct arguments){0};
    if (unchecked)
        return error_set(error, STATUS_INVALID, NULL, "of the %s none is checked", unchecked);
    return arguments_parse(&command_run, words->count, words->list, arguments, error);
}

/* Whether `quantop run` would take it; no file is opened. */
static void tell_whether_it_runs(struct start_form *form)
{
    struct experiment *experiment;
    struct arguments arguments;
    struct error error;
    char line[sizeof(error.where) + sizeof(error.text) + 4];
    size_t count;
    form->form.summary = form->form.trouble = "";
    enum status status = start_form_arguments(form, &arguments, &error);
    arguments.is_quiet = true;
    if (status == STATUS_OK)
        status = launch_experiment(&arguments, &experiment, &error);
    if (status == STATUS_OK) {
        experiment_trials(experiment, &count);
        form->form.summary =
            arena_printf(form->told, "%zu row%s, %.0f s at most", count, count == 1 ? "" : "s",
                         (double)experiment->n_placements * experiment->measure.seconds);
        experiment_free(experiment);
    } else {
        form->form.trouble = arena_strdup(form->told, error_line(&error, line, sizeof(line)));
    }
    arguments_release(&arguments);
}

static void changed(void *context)
{
    struct start_form *form = context;
    struct text command = {0};
    arena_free(form->told);
    form->told = arena_new();
    start_form_rest(form);
    struct words *words = list_words(form);
    text_add_string(&command, "quantop");
    for (int i = 0; i < words->count; i++) {
        text_add_string(&command, " ");
        add_quoted(words->list[i], &command);
    }
    text_make_printable(command.bytes);
    form->form.command = arena_strdup(form->told, command.bytes);
    text_release(&command);
    tell_labels(form);
    tell_whether_it_runs(form);
}

bool start_form_listen(struct start_form *form)
{
    if (!form->form.is_trying)
        return false;
    form->form.is_trying = aside_listen(&form->trial);
    form->form.tried = form->trial.heard.bytes ? form->trial.heard.bytes : "";
    return form->form.is_trying;
}

void start_form_rest(struct start_form *form)
{
    aside_end(&form->trial);
    form->form.tried = NULL;
    form->form.is_trying = false;
}

static void try_out(void *context)
{
    struct start_form *form = context;
    struct words *words = list_words(form);
    char *arguments[WORDS_MOST + 3];
    struct error error;
    arguments[0] = (char[]){"quantop"};
    memcpy(arguments + 1, words->list, (size_t)words->count * sizeof(*arguments));
    arguments[1 + words->count] = (char[]){"--dry-run"};
    arguments[2 + words->count] = NULL;
    form->form.is_trying = aside_begin(&form->trial, arguments, &error) == STATUS_OK;
    form->form.tried = form->form.is_trying ? "" : arena_strdup(form->told, error.text);
}

/* As YAML; NULL: the default. To be freed. */
static char *yaml_of(const struct start_form *form, size_t row)
{
    const struct key *key = key_find(rows[row].key);
    struct text list = {0}, names = {0};
    char *value = value_of(form, row), *yaml = NULL;
    bool is_path = key->kind == KEY_PATH || key->kind == KEY_SAMPLES, are_usual;
    if (rows[row].checks) {
        join_checked(form, row, ", ", &names, &are_usual);
        text_printf(&list, "[%s]", names.bytes);
        yaml = xstrdup(list.bytes);
    } else if (value[0]) {
        yaml = is_path && !dataset_is_random(value) ? profile_path(value) : profile_text(value);
    }
    text_release(&list);
    text_release(&names);
    free(value);
    return yaml;
}

static void choose_all(const struct start_form *form, struct profile_choices *choices)
{
    bool is_file = !architecture_text(form->model);
    char *labels = labels_taken(form);
    profile_choose(choices, "model",
                   is_file ? profile_path(form->model) : profile_text(form->model));
    for (size_t i = 0; i < ROWS; i++) {
        char *yaml = yaml_of(form, i);
        if (!yaml && i == SAMPLES)
            yaml = profile_text(DATASET_RANDOM LAUNCH_RANDOM_COUNT);
        if (i == LABELS && labels)
            yaml = profile_path(labels);
        if (yaml)
            profile_choose(choices, rows[i].key, yaml);
    }
    free(labels);
}

static bool write_form(void *context, const char *path, char *said, size_t size)
{
    struct start_form *form = context;
    struct profile_choices choices = {0};
    struct text out = {0};
    struct error error;
    if (form->form.trouble[0] || key_is_named(form->fields[SAMPLES].text)) {
        snprintf(said, size, "%s",
                 form->form.trouble[0] ? form->form.trouble
                                       : "samples by an input's name: give these by the command");
        return false;
    }
    if (access(path, F_OK) == 0) {
        snprintf(said, size, "there is a file '%s' already, which is left as it is", path);
        return false;
    }
    choose_all(form, &choices);
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
    form->fields = arena_alloc(form->arena, ROWS * sizeof(*form->fields));
    for (size_t i = 0; i < ROWS; i++)
        make_field(form, &rows[i], &form->fields[i]);
    fill_samples(form);
    char *title = xstrdup(architecture_text(model) ? model : path_name(model));
    text_make_printable(title);
    form->form = (struct form){.title = arena_adopt(form->arena, title),
                               .fields = form->fields,
                               .count = ROWS,
                               .file = file_for(form),
                               .changed = changed,
                               .write = write_form,
                               .try_out = try_out,
                               .context = form};
    changed(form);
}

void start_form_tell_integer(struct start_form *form, const char *model)
{
    struct text checked = {0};
    bool are_usual;
    if (!form->model || form->is_integer || strcmp(form->model, model) != 0)
        return;
    size_t row = 0;
    while (rows[row].checks != CHECKS_MODES)
        row++;
    join_checked(form, row, ",", &checked, &are_usual);
    form->is_integer = true;
    struct form_field *field = &form->fields[row];
    for (size_t i = 0; i < field->n_names && are_usual; i++)
        field->checked[i] = is_usual(form, CHECKS_MODES, field->names[i]);
    text_release(&checked);
    changed(form);
}

void start_form_release(struct start_form *form)
{
    start_form_rest(form);
    arena_free(form->arena);
    arena_free(form->told);
    *form = (struct start_form){0};
}
