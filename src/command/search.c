/* quantop search: which layers are to stay float32. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "command/exclusions.h"
#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/terminal.h"
#include "experiment/fingerprint.h"
#include "experiment/handover.h"
#include "experiment/search.h"
#include "experiment/work.h"
#include "results/journal.h"
#include "results/json_text.h"

/* Grows when an old reader would go wrong. */
#define RECORD_FORMAT    2
#define RECORD_BYTES_MAX ((size_t)256 << 20)

static const struct option_row own[] = {
    {"modes", .argument = "LIST", .key = "mode", .is_list = true,
     .help = "modes whose layers may stay float32 or, in int8, have activations of 16 bits: int8, "
             "16x8; "
             "those of the profile, or int8"},
    {"placements", .argument = "LIST", .key = "placement", .is_list = true,
     .help = "processing units to time on: the first of these"},
    {"drop", .argument = "POINTS", .key = "search.drop",
     .help = "the largest loss of accuracy against fp32, which the whole interval must keep"},
    {"size", .argument = "BYTES", .key = "search.size", .help = "the largest model file"},
    {"seconds", .argument = "S", .key = "search.seconds",
     .help = "time to search in, for each model and mode"},
    {"method", .argument = "NAME", .key = "search.method", .tells_choices = true,
     .help = "how plans are chosen"},
    {"journal", .argument = "FILE",
     .help = "where to record what is measured; a file that is there is gone on with"},
    {"export", .argument = "FORM",
     .help = "print the layers that stay float32 for another quantizer: profile, tflite, "
             "onnxruntime or nncf"},
    {"trust-profile", .help = "let a profile name libraries to load and outputs anywhere"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {
    &group_help, &group_models,    &group_shapes, &group_own,    &group_data,
    &group_isa,  &group_libraries, &group_set,    &group_config, NULL};

/* A search that goes on. */
struct session {
    const struct experiment *experiment;
    struct topology *topology;
    struct placement placement;
    struct journal *journal; /* NULL: nothing is recorded */
    json_t *known;           /* events that an earlier search left */
    const char *unit;        /* of the drops of the model that is searched */
    char unit_text[16];
    double seconds; /* of an inference without float32 layers */
    int decoded;
};

/* --- the record --- */

/* Events of a file, one per line. Lines that are none, as the last one of a search that was killed,
 * are left out. */
static json_t *read_events(const char *path, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    if (file_read(path, RECORD_BYTES_MAX, &bytes, &size, error) != STATUS_OK)
        return NULL;
    json_t *events = json_array();
    for (size_t at = 0; at < size;) {
        const unsigned char *end = memchr(bytes + at, '\n', size - at);
        size_t length = end ? (size_t)(end - (bytes + at)) : size - at;
        json_t *event = json_loadb((const char *)bytes + at, length, 0, NULL);
        if (json_is_object(event))
            json_array_append(events, event);
        json_decref(event);
        at += length + 1;
    }
    free(bytes);
    return events;
}

/* Whether the record is of this very search: same contents, machine and limits of measuring. */
static enum status check_record(const char *path, const json_t *events, const json_t *here,
                                struct error *error)
{
    const json_t *head = json_array_get(events, 0);
    const char *event = json_string_value(json_object_get(head, "event"));
    struct text difference = {0};
    enum status status = STATUS_OK;
    if (!event || strcmp(event, "search") != 0 ||
        json_integer_value(json_object_get(head, "format")) != RECORD_FORMAT)
        status = error_set(error, STATUS_INVALID, path, "the file is no record of a search");
    else if (fingerprint_difference(here, json_object_get(head, "experiment"), &difference))
        status = error_set(error, STATUS_INVALID, path, "the record is of another search: %s",
                           difference.bytes);
    text_release(&difference);
    return status;
}

static enum status open_record(struct session *session, const char *path, struct error *error)
{
    session->known = json_array();
    if (!path)
        return STATUS_OK;
    json_t *here = fingerprint_describe(session->experiment, session->topology);
    enum status status;
    if (access(path, F_OK) == 0) {
        json_decref(session->known);
        session->known = read_events(path, error);
        status = session->known ? check_record(path, session->known, here, error) : error->status;
        if (status == STATUS_OK)
            status = journal_continue(path, &session->journal, error);
    } else {
        status = journal_create(path, &session->journal, error);
        json_t *head = json_pack("{s:s, s:i, s:s, s:O}", "event", "search", "format", RECORD_FORMAT,
                                 "version", PACKAGE_VERSION, "experiment", here);
        if (status == STATUS_OK)
            status = journal_append(session->journal, head, error);
        json_decref(head);
    }
    json_decref(here);
    return status;
}

static void record(const struct session *session, const json_t *event)
{
    struct error error;
    if (session->journal && journal_append(session->journal, event, &error) != STATUS_OK)
        command_warn("%s", error.text);
}

/* --- what is told --- */

static double number_of(const json_t *event, const char *key)
{
    return json_number_value(json_object_get(event, key));
}

static const char *text_of(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text ? text : "";
}

/* "+0.40 (0.21 to 0.62) pp" */
static void add_drop(const struct session *session, const json_t *list, struct text *out)
{
    if (!json_is_number(json_array_get(list, 0))) {
        text_add_string(out, "-");
        return;
    }
    text_printf(out, "%+.2f", json_number_value(json_array_get(list, 0)));
    if (json_is_number(json_array_get(list, 2)))
        text_printf(out, " (%+.2f to %+.2f)", json_number_value(json_array_get(list, 1)),
                    json_number_value(json_array_get(list, 2)));
    text_printf(out, " %s", session->unit);
}

static void add_figures(const struct session *session, const json_t *event, double seconds,
                        struct text *out)
{
    char bytes[TEXT_BYTES_SIZE];
    text_printf(out, "%.4g ms, %s, drop ", seconds * 1e3,
                text_bytes(number_of(event, "bytes"), bytes));
    add_drop(session, json_object_get(event, "drop"), out);
}

static void tell_model(struct session *session, const json_t *event, struct text *out)
{
    char bytes[TEXT_BYTES_SIZE];
    snprintf(session->unit_text, sizeof(session->unit_text), "%s", text_of(event, "unit"));
    session->unit = session->unit_text;
    session->seconds = number_of(event, "seconds");
    text_add_string(out, "  ");
    text_add_printable(out, text_of(event, "metric"));
    text_printf(out, ", chosen by every other sample (%.0f)\n", number_of(event, "samples"));
    text_printf(out, "  all %.0f layers in float32: %.4g ms, %s\n", number_of(event, "layers"),
                number_of(event, "float_seconds") * 1e3,
                text_bytes(number_of(event, "float_bytes"), bytes));
    text_add_string(out, "  none: ");
    add_figures(session, event, session->seconds, out);
    text_add_string(out, "\n");
}

static void tell_layer(const json_t *event, struct text *out)
{
    char bytes[TEXT_BYTES_SIZE];
    text_printf(out, "  layer %.0f ", number_of(event, "node"));
    text_add_printable(out, text_of(event, "op"));
    text_add_string(out, " ");
    text_add_printable(out, text_of(event, "name"));
    text_printf(out, ": noise %.2e as integers; in float32 %+.1f %% time, %s",
                number_of(event, "noise"), (number_of(event, "ratio") - 1.0) * 100.0,
                text_bytes(number_of(event, "bytes"), bytes));
    if (json_object_get(event, "wide_ratio"))
        text_printf(out, "; with 16 bits noise %.2e, %+.1f %% time", number_of(event, "wide_noise"),
                    (number_of(event, "wide_ratio") - 1.0) * 100.0);
    text_add_string(out, "\n");
}

static void tell_plan(const struct session *session, const json_t *event, struct text *out)
{
    text_add_string(out, "  plan ");
    text_add_printable(out, text_of(event, "plan"));
    text_add_string(out, ": ");
    add_figures(session, event, number_of(event, "ratio") * session->seconds, out);
    text_add_string(out, "\n");
}

static void hear(void *context, const json_t *event)
{
    struct session *session = context;
    const char *name = text_of(event, "event");
    struct text out = {0};
    if (strcmp(name, WORK_SEARCHING) == 0)
        tell_model(session, event, &out);
    else if (strcmp(name, WORK_LAYER) == 0)
        tell_layer(event, &out);
    else if (strcmp(name, WORK_PLAN) == 0)
        tell_plan(session, event, &out);
    if (strcmp(name, WORK_LAYER) == 0 || strcmp(name, WORK_PLAN) == 0)
        record(session, event);
    fputs(out.bytes ? out.bytes : "", stderr);
    text_release(&out);
}

static void tell_result(const struct session *session, const json_t *result, struct text *out)
{
    size_t layers = json_array_size(json_object_get(result, "float_layers"));
    size_t wide = json_array_size(json_object_get(result, "wide_layers"));
    if (!json_is_true(json_object_get(result, "keeps_limits")))
        text_printf(
            out, "  no plan keeps a drop of %.4g; the nearest: ", search_drop(session->experiment));
    else
        text_add_string(out, "  found: ");
    text_add_printable(out, text_of(result, "plan"));
    text_printf(out, "\n  %zu layer%s in float32, %zu with activations of 16 bits: ", layers,
                layers == 1 ? "" : "s", wide);
    add_figures(session, result, number_of(result, "seconds"), out);
    text_add_string(out, "\n  by samples that had no part in the choice: drop ");
    add_drop(session, json_object_get(result, "kept_apart"), out);
    text_add_string(out, json_is_true(json_object_get(result, "is_over"))
                             ? "\n  the time was up before all was tried\n"
                             : "\n");
}

/* --- searching --- */

/* Modes that one can keep layers float in and whose ends stay float. */
static bool is_searched(const struct mode *mode)
{
    return mode->needs_calibration && (mode->options & HAS_SKIP) != 0 &&
           (mode->options & HAS_IO) == 0;
}

/* The better one of two results, of which either may be NULL: what keeps the limits, then time. */
static json_t *better(json_t *a, json_t *b)
{
    bool keeps_a = json_is_true(json_object_get(a, "keeps_limits"));
    bool keeps_b = json_is_true(json_object_get(b, "keeps_limits"));
    bool takes_b =
        !a ||
        (b && (keeps_a != keeps_b ? keeps_b : number_of(b, "seconds") < number_of(a, "seconds")));
    json_decref(takes_b ? a : b);
    return takes_b ? b : a;
}

/* The best of all modes; NULL: none could be searched. */
static json_t *search_model(struct session *session, size_t model, struct error *error)
{
    const struct experiment *experiment = session->experiment;
    json_t *best = NULL;
    int modes = 0;
    for (size_t mode = 0; mode < experiment->n_modes; mode++) {
        const struct trial trial = {.model = model, .mode = mode};
        struct text out = {0};
        if (!is_searched(experiment->modes[mode].mode))
            continue;
        modes++;
        fprintf(stderr, "%s, %s\n", experiment->models[model].name, experiment->modes[mode].label);
        json_t *result = search_in_worker(experiment, &trial, &session->placement, session->decoded,
                                          session->known, hear, session, error);
        if (result) {
            tell_result(session, result, &out);
            fputs(out.bytes, stderr);
            record(session, result);
        } else {
            command_warn("%s: %s", experiment->modes[mode].label, error->text);
        }
        text_release(&out);
        best = result ? better(best, result) : best;
    }
    if (modes == 0)
        error_set(error, STATUS_INVALID, NULL,
                  "a search needs a mode that calibrates and whose ends are float32, such as int8");
    return best;
}

static void print_best(const struct experiment *experiment, size_t model,
                       const struct exclusion_form *form, const json_t *best)
{
    struct text out = {0};
    struct arena *arena = arena_new();
    const char *plan = json_carried_value(json_object_get(best, "plan"), arena);
    plan = plan ? plan : "";
    if (form)
        form->write(experiment->models[model].path, plan, json_object_get(best, "float_layers"),
                    &out);
    else
        text_printf(&out, "%s\n", plan);
    terminal_print(&out);
    text_release(&out);
    arena_free(arena);
}

static enum exit_status search_all(struct session *session, const struct exclusion_form *form)
{
    enum exit_status exit_status = EXIT_DONE;
    for (size_t model = 0; model < session->experiment->n_models; model++) {
        struct error error;
        json_t *best = search_model(session, model, &error);
        if (!best)
            return command_fail(&error);
        print_best(session->experiment, model, form, best);
        if (!json_is_true(json_object_get(best, "keeps_limits")))
            exit_status = EXIT_CONSTRAINTS;
        json_decref(best);
    }
    return exit_status;
}

static enum status find_form(const struct arguments *arguments, const struct exclusion_form **form,
                             struct error *error)
{
    const char *name = arguments_value(arguments, "export");
    *form = name ? exclusion_form_find(name) : NULL;
    if (!name || *form)
        return STATUS_OK;
    const char *near =
        text_nearest(name, exclusion_forms, exclusion_form_count, sizeof(exclusion_forms[0]));
    return error_set(error, STATUS_INVALID, NULL, "unknown form '%s', nearest is '%s'", name,
                     near ? near : exclusion_forms[0].name);
}

static enum exit_status search(const struct arguments *arguments)
{
    struct experiment *experiment = NULL;
    struct session session = {.decoded = -1, .unit = ""};
    const struct exclusion_form *form;
    struct error error;
    enum status status = find_form(arguments, &form, &error);
    if (status == STATUS_OK)
        status = launch_experiment(arguments, &experiment, &error);
    session.experiment = experiment;
    if (status == STATUS_OK)
        status = topology_load(&session.topology, &error);
    if (status == STATUS_OK)
        status = placement_resolve(session.topology, experiment->placements[0], &session.placement,
                                   &error);
    if (status == STATUS_OK)
        status = open_record(&session, arguments_value(arguments, "journal"), &error);
    session.decoded = handover_open_decoded();
    enum exit_status exit_status =
        status == STATUS_OK ? search_all(&session, form) : command_fail(&error);
    if (session.decoded >= 0)
        close(session.decoded);
    journal_close(session.journal);
    json_decref(session.known);
    placement_release(&session.placement);
    topology_free(session.topology);
    if (experiment)
        experiment_free(experiment);
    return exit_status;
}

const struct command command_search = {
    .name = "search",
    .arguments = "[PROFILE | MODEL]",
    .text = "find the fastest plan that keeps accuracy, with some layers in float32 or 16 bits",
    .groups = groups,
    .most_arguments = 1,
    .run = search,
};
