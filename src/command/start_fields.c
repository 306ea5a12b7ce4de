#include "command/start_fields.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/printable.h"
#include "command/launch.h"
#include "command/subject.h"
#include "experiment/keys.h"
#include "runtimes/runtime.h"

/* The first name of a choice: the key is not given. */
#define AS_FOUND "default"

const struct start_field start_fields[] = {
    {"samples", FORM_TEXT, "data.samples", START_NO_CHECKS, NULL},
    {"labels", FORM_TEXT, "data.labels", START_NO_CHECKS, NULL},
    {"preset", FORM_CHOICE, "preprocess.preset", START_NO_CHECKS, NULL},
    {"scale", FORM_TEXT, "preprocess.scale", START_NO_CHECKS, NULL},
    {"zero point", FORM_TEXT, "preprocess.zero_point", START_NO_CHECKS, NULL},
    {"modes", FORM_CHECKS, "modes", START_MODES, "mode"},
    {"runtimes", FORM_CHECKS, "runtimes", START_RUNTIMES, "runtime"},
    {"placements", FORM_CHECKS, "placements", START_PLACEMENTS, "placement"},
    {"drop at most", FORM_TEXT, "constraints.max_drop", START_NO_CHECKS, NULL},
    {"speedup from", FORM_TEXT, "constraints.min_speedup", START_NO_CHECKS, NULL},
    {"size at most", FORM_TEXT, "constraints.max_size", START_NO_CHECKS, NULL},
    {"metric", FORM_CHOICE, "metric", START_NO_CHECKS, NULL},
    {"score", FORM_TEXT, "data.count", START_NO_CHECKS, NULL},
    {"calibration", FORM_TEXT, "calibration.samples", START_NO_CHECKS, NULL},
    {"leave out", FORM_TEXT, "calibration.first", START_NO_CHECKS, NULL},
    {"of these", FORM_TEXT, "calibration.count", START_NO_CHECKS, NULL},
    {"observer", FORM_CHOICE, "calibration.observer", START_NO_CHECKS, NULL},
    {"mean", FORM_TEXT, "preprocess.mean", START_NO_CHECKS, NULL},
    {"deviation", FORM_TEXT, "preprocess.deviation", START_NO_CHECKS, NULL},
    {"channels", FORM_CHOICE, "preprocess.order", START_NO_CHECKS, NULL},
    {"resize", FORM_TEXT, "preprocess.resize", START_NO_CHECKS, NULL},
    {"type", FORM_CHOICE, "data.type", START_NO_CHECKS, NULL},
    {"layout", FORM_CHOICE, "data.layout", START_NO_CHECKS, NULL},
    {"seconds", FORM_TEXT, "measure.seconds", START_NO_CHECKS, NULL},
};
const size_t start_field_count = sizeof(start_fields) / sizeof(start_fields[0]);

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
static void name_placements(struct start_form *form, struct form_field *field)
{
    struct topology *topology = NULL;
    struct placement placement;
    struct error ignored;
    bool is_loaded = topology_load(&topology, &ignored) == STATUS_OK;
    if (is_loaded)
        placement_resolve(topology, "threads", &form->everything, &ignored);
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

size_t start_field_of_modes(void)
{
    size_t row = 0;
    while (start_fields[row].checks != START_MODES)
        row++;
    return row;
}

static bool is_usual(const struct start_form *form, enum start_checks checks, const char *name)
{
    const struct mode *mode = checks == START_MODES ? mode_find(name) : NULL;
    if (mode)
        return form->is_integer ? mode->takes_quantized : !mode->by_name_only;
    return strcmp(name, key_find(checks == START_RUNTIMES ? "runtimes" : "placements")->initial) ==
           0;
}

static void name_checks(struct start_form *form, struct form_field *field, enum start_checks checks)
{
    size_t most = mode_count + runtime_count + placement_kind_count;
    field->names = arena_alloc(form->arena, most * sizeof(*field->names));
    field->checked = arena_alloc(form->arena, most * sizeof(*field->checked));
    for (size_t i = 0; checks == START_MODES && i < mode_count; i++)
        add_name(field, mode_table[i]->name);
    for (size_t i = 0; checks == START_RUNTIMES && i < runtime_count; i++)
        add_name(field, runtime_table[i]->name);
    if (checks == START_PLACEMENTS)
        name_placements(form, field);
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
    if (strcmp(key->path, "data.count") == 0)
        return "default all"; /* which 0 stands for */
    return key->initial ? arena_printf(form->arena, "default %s", key->initial) : "";
}

static void make_field(struct start_form *form, const struct start_field *row,
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
        fill(&form->fields[START_SAMPLES], samples, "found beside the model"))
        fill(&form->fields[START_LABELS], labels, "found beside the samples");
    free(samples);
    free(labels);
}

/* The labels that a run takes where none are given, to be freed; NULL: none. */
char *start_labels_taken(const struct start_form *form)
{
    const char *samples = form->fields[START_SAMPLES].text;
    return form->fields[START_LABELS].text[0] || !samples[0] ? NULL
                                                             : subject_labels_beside(samples);
}

static void tell_labels(struct start_form *form)
{
    char *labels = start_labels_taken(form);
    form->fields[START_LABELS].without = "";
    if (labels) {
        text_make_printable(labels);
        form->fields[START_LABELS].without =
            arena_printf(form->told, "default %s, beside the samples", labels);
    }
    free(labels);
}

/* Those with options of their own have a mark. */
static void mark_modes(struct start_form *form)
{
    size_t row = start_field_of_modes();
    for (size_t i = 0; i < mode_count; i++)
        form->fields[row].names[i] = start_mode_is_changed(&form->modes[i])
                                         ? arena_printf(form->told, "%s*", mode_table[i]->name)
                                         : mode_table[i]->name;
}

/* What a checked name stands for. */
void start_field_add_checked(const struct start_form *form, size_t row, size_t i, struct text *out)
{
    if (start_fields[row].checks == START_MODES)
        start_mode_format(&form->modes[i], out);
    else
        text_add_string(out, form->fields[row].names[i]);
}

/* The names that are checked are those that are checked at first, and are the key's default. */
bool start_field_is_usual(const struct start_form *form, size_t row)
{
    const struct form_field *field = &form->fields[row];
    bool of_modes = start_fields[row].checks == START_MODES, usual = !of_modes || !form->is_integer;
    for (size_t i = 0; i < field->n_names; i++) {
        const char *name = of_modes ? mode_table[i]->name : field->names[i];
        usual &= field->checked[i] == is_usual(form, start_fields[row].checks, name);
        usual &= !of_modes || !field->checked[i] || !start_mode_is_changed(&form->modes[i]);
    }
    return usual;
}

const char *start_field_unchecked(const struct start_form *form)
{
    for (size_t i = 0; i < start_field_count; i++) {
        const struct form_field *field = &form->fields[i];
        bool any = field->kind != FORM_CHECKS;
        for (size_t k = 0; k < field->n_names && !any; k++)
            any = field->checked[k];
        if (!any)
            return field->label;
    }
    return NULL;
}

void start_fields_tell(struct start_form *form)
{
    tell_labels(form);
    mark_modes(form);
}

void start_fields_check_integer(struct start_form *form)
{
    size_t row = start_field_of_modes();
    bool usual = start_field_is_usual(form, row);
    form->is_integer = true;
    for (size_t i = 0; i < mode_count && usual; i++)
        form->fields[row].checked[i] = is_usual(form, START_MODES, mode_table[i]->name);
}

void start_fields_make(struct start_form *form, void (*changed)(void *context))
{
    form->fields = arena_alloc(form->arena, start_field_count * sizeof(*form->fields));
    form->modes = arena_alloc(form->arena, mode_count * sizeof(*form->modes));
    for (size_t i = 0; i < mode_count; i++)
        start_mode_init(&form->modes[i], mode_table[i], form->arena, changed, form);
    for (size_t i = 0; i < start_field_count; i++)
        make_field(form, &start_fields[i], &form->fields[i]);
    fill_samples(form);
}
