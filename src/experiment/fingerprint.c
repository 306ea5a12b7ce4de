#include "experiment/fingerprint.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "experiment/beside.h"
#include "experiment/contents.h"
#include "experiment/order.h"
#include "hardware/cpu.h"
#include "results/json_text.h"

/* As journal_append writes numbers: what it gives back must be the same. */
#define DUMP_FLAGS (JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(9))

static json_t *text_string(struct text *text)
{
    json_t *string = json_carried(text->bytes);
    text_release(text);
    return string;
}

static json_t *contents_of(const char *path, bool whole)
{
    struct text contents = {0};
    contents_describe(path, whole, &contents);
    return text_string(&contents);
}

/* By the names that the model calls them; NULL: none. */
static json_t *contents_beside(const char *path)
{
    struct beside beside = beside_find(path);
    char *folder = path_directory(path);
    json_t *contents = beside.count > 0 ? json_object() : NULL;
    for (size_t i = 0; i < beside.count; i++) {
        char *file = path_join(folder, beside.names[i]);
        json_t *name = json_carried(beside.names[i]);
        json_object_set_new(contents, json_string_value(name), contents_of(file, true));
        json_decref(name);
        free(file);
    }
    beside_release(&beside);
    free(folder);
    return contents;
}

static json_t *models(const struct experiment *experiment)
{
    json_t *list = json_array();
    for (size_t i = 0; i < experiment->n_models; i++) {
        const struct model_choice *choice = &experiment->models[i];
        json_t *model = json_pack("{s:o, s:o}", "name", json_carried(choice->name), "content",
                                  contents_of(choice->path, true));
        json_t *beside = contents_beside(choice->path);
        if (beside)
            json_object_set_new(model, "beside", beside);
        if (choice->signature)
            json_object_set_new(model, "signature", json_carried(choice->signature));
        json_array_append_new(list, model);
    }
    return list;
}

static json_t *modes(const struct experiment *experiment)
{
    json_t *list = json_array();
    for (size_t i = 0; i < experiment->n_modes; i++) {
        const struct mode_choice *choice = &experiment->modes[i];
        struct text mode = {0};
        mode_format(choice->mode, &choice->options, &mode);
        json_array_append_new(list, json_pack("{s:o, s:s}", "label", json_carried(choice->label),
                                              "mode", mode.bytes));
        text_release(&mode);
    }
    return list;
}

static json_t *runtimes(const struct experiment *experiment)
{
    json_t *list = json_array();
    for (size_t i = 0; i < experiment->n_runtimes; i++) {
        const char *library = experiment_library(experiment, i);
        json_t *runtime = json_pack("{s:s}", "name", experiment->runtimes[i]);
        if (library)
            json_object_set_new(runtime, "library", contents_of(library, true));
        json_array_append_new(list, runtime);
    }
    return list;
}

/* Names and the processing units that they stand for here. */
static json_t *placements(const struct experiment *experiment, const struct topology *topology)
{
    json_t *list = json_array();
    for (size_t i = 0; i < experiment->n_placements; i++) {
        struct placement placement = {0};
        struct error error;
        json_t *units = json_array();
        if (placement_resolve(topology, experiment->placements[i], &placement, &error) ==
            STATUS_OK) {
            for (int k = 0; k < placement.n_threads; k++)
                json_array_append_new(units, json_integer(placement.pus[k]));
            placement_release(&placement);
        }
        json_array_append_new(list,
                              json_pack("{s:o, s:o}", "name",
                                        json_carried(experiment->placements[i]), "units", units));
    }
    return list;
}

/* A member of an archive is told apart by its name. */
static json_t *contents_of_data(const char *path)
{
    const char *member;
    char *file = dataset_file(path, &member);
    json_t *contents = contents_of(file, false);
    if (member)
        contents = json_pack("[o, o]", contents, json_carried(member));
    free(file);
    return contents;
}

/* Of the file that a member of an order names. */
static json_t *contents_named(const json_t *value)
{
    struct arena *arena = arena_new();
    json_t *contents = contents_of_data(json_carried_value(value, arena));
    arena_free(arena);
    return contents;
}

/* Puts contents in the place of the files that the texts of a tree name. */
static void replace_paths(json_t *tree)
{
    const char *key;
    void *next;
    json_t *value;
    size_t i;
    json_object_foreach_safe(tree, next, key, value)
    {
        if (json_is_string(value))
            json_object_set_new(tree, key, contents_named(value));
        else
            replace_paths(value);
    }
    json_array_foreach(tree, i, value)
    {
        if (json_is_string(value))
            json_array_set_new(tree, i, contents_named(value));
        else
            replace_paths(value);
    }
}

/* What all workers are asked alike: everything in an order that is not its trial's own. */
static json_t *common_order(const struct experiment *experiment)
{
    static const char *const own[] = {"do",   "trial",   "candidate", "process", "model",
                                      "mode", "runtime", "library",   "pus"};
    const struct trial first = {0};
    struct text mode = {0};
    struct work work;
    order_fill(experiment, &first, &work, &mode);
    json_t *order = work_encode(&work);
    text_release(&mode);
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        json_object_del(order, own[i]);
    json_object_del(order, "bounds"); /* they decide whether a row fails, and not what it is */
    /* It decides what is said of the data, and not what they are. */
    json_object_del(json_object_get(order, "data"), "guessed");
    json_object_del(json_object_get(order, "calibration"), "guessed");
    replace_paths(json_object_get(order, "data"));
    replace_paths(json_object_get(order, "calibration"));
    return order;
}

static void set_limit(json_t *limits, const char *name, bool given, double value)
{
    json_object_set_new(limits, name, given ? json_real(value) : json_null());
}

static json_t *limits(const struct experiment *experiment)
{
    const struct measure_limits *measure = &experiment->measure;
    const struct constraint_limits *wanted = &experiment->constraints;
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:f, s:f, s:f}", "min_rounds", (json_int_t)measure->min_rounds,
        "max_rounds", (json_int_t)measure->max_rounds, "process_rounds",
        (json_int_t)measure->process_rounds, "seconds", measure->seconds, "interval_percent",
        measure->interval_percent, "same_percent", measure->same_percent);
    set_limit(object, "max_drop", wanted->has_drop, wanted->max_drop);
    set_limit(object, "min_speedup", wanted->has_speedup, wanted->min_speedup);
    set_limit(object, "max_bytes", wanted->has_bytes, wanted->max_bytes);
    return object;
}

json_t *fingerprint_describe(const struct experiment *experiment, const struct topology *topology)
{
    char host[128] = "";
    gethostname(host, sizeof(host) - 1);
    json_t *description =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "models", models(experiment),
                  "modes", modes(experiment), "runtimes", runtimes(experiment), "placements",
                  placements(experiment, topology), "order", common_order(experiment), "limits",
                  limits(experiment), "host", json_carried(host), "cpu", json_carried(cpu_name()),
                  "version", PACKAGE_VERSION);
    char *bytes = json_dumps(description, DUMP_FLAGS);
    json_t *rounded = json_loads(bytes, 0, NULL);
    free(bytes);
    json_decref(description);
    return rounded;
}

void fingerprint_hash(const json_t *description, char hash[SHA256_TEXT_SIZE])
{
    struct sha256 sum;
    char *bytes = json_dumps(description, DUMP_FLAGS);
    sha256_init(&sum);
    sha256_add(&sum, bytes, strlen(bytes));
    sha256_finish(&sum, hash);
    free(bytes);
}

static void add_value(struct text *out, const json_t *value)
{
    char *bytes = value ? json_dumps(value, DUMP_FLAGS | JSON_ENCODE_ANY) : NULL;
    text_printf(out, "%.60s", bytes ? bytes : "missing");
    free(bytes);
}

/* Two places in two trees, and the way to them. */
struct places {
    const json_t *here, *there;
    struct text path;
};

/* Moves on to the first member or item that differs; false: none does, or they are no lists. */
static bool step_down(struct places *places)
{
    const char *key;
    json_t *value;
    size_t i;
    json_object_foreach((json_t *)(uintptr_t)places->here, key, value)
    {
        const json_t *other = json_object_get(places->there, key);
        if (!json_is_object(places->there) || json_equal(value, other))
            continue;
        text_printf(&places->path, "%s%s", places->path.length ? "." : "", key);
        places->here = value;
        places->there = other;
        return true;
    }
    json_array_foreach(places->here, i, value)
    {
        const json_t *other = json_array_get(places->there, i);
        if (!json_is_array(places->there) || json_equal(value, other))
            continue;
        text_printf(&places->path, "[%zu]", i);
        places->here = value;
        places->there = other;
        return true;
    }
    return false;
}

bool fingerprint_difference(const json_t *here, const json_t *there, struct text *out)
{
    struct places places = {here, there, {0}};
    if (json_equal(here, there))
        return false;
    while (step_down(&places))
        ;
    text_printf(out, "%s is ", places.path.length ? places.path.bytes : "experiment");
    add_value(out, places.here);
    text_add_string(out, ", there it is ");
    add_value(out, places.there);
    text_release(&places.path);
    return true;
}
