/* A run from its JSON report, which has the columns of each row and what was measured. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "results/column.h"
#include "results/gate_run.h"
#include "results/json_text.h"
#include "results/members.h"

void gate_run_list_models(struct gate_run *run)
{
    size_t i;
    json_t *item;
    run->models = json_object();
    json_array_foreach(json_object_get(run->experiment, "models"), i, item)
    {
        char *name = json_carried_value(json_object_get(item, "name"), run->arena);
        if (!name)
            continue;
        text_make_printable(name);
        json_object_set(run->models, name, item);
    }
}

static const char *text_of(struct gate_run *run, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    char *copy = arena_strdup(run->arena, text ? text : "");
    text_make_printable(copy);
    return copy;
}

/* A number of a row that its report is being read for; what is wrong is said once. */
struct reading {
    struct gate_run *run;
    const json_t *object;
    size_t row;
    enum status status;
    struct error *error;
};

static void refuse(struct reading *reading, const char *id)
{
    if (reading->status == STATUS_OK)
        reading->status = error_set(reading->error, STATUS_FORMAT, reading->run->path,
                                    "row %zu: '%s' is wrong", reading->row, id);
}

static double member_of(struct reading *reading, const struct column *column, const char *suffix)
{
    char key[64];
    double value;
    snprintf(key, sizeof(key), "%s%s", column->id, suffix);
    const json_t *member = json_object_get(reading->object, key);
    if (!member || json_is_null(member))
        return NAN;
    if (!number_member(reading->object, key, &value)) {
        refuse(reading, key);
        return NAN;
    }
    return value / column->export_scale;
}

/* The figure of a column, absent where it is null. */
static struct figure figure_of(struct reading *reading, const char *id, bool has_interval)
{
    const struct column *column = column_find(id);
    double value = member_of(reading, column, ""), low = value, high = value;
    if (isnan(value))
        return (struct figure){.reason = "the report has none"};
    if (has_interval) {
        low = member_of(reading, column, "_low");
        high = member_of(reading, column, "_high");
    }
    bool bounded = has_interval && !isnan(low) && !isnan(high);
    if (bounded && !(low <= value && value <= high))
        refuse(reading, id);
    return (struct figure){.present = true,
                           .bounded = bounded,
                           .value = value,
                           .low = bounded ? low : value,
                           .high = bounded ? high : value};
}

static struct gate_row take_row(struct reading *reading)
{
    struct gate_run *run = reading->run;
    const json_t *object = reading->object;
    struct figure threads = figure_of(reading, "threads", false);
    struct gate_row row = {
        .model = text_of(run, object, "model"),
        .label = text_of(run, object, "mode"),
        .runtime = text_of(run, object, "runtime"),
        .placement = text_of(run, object, "placement"),
        .runtime_version = text_of(run, object, "runtime_version"),
        .state = text_of(run, object, "state"),
        .trust = text_of(run, object, "trust"),
        .threads = threads.present ? (int)fmin(fmax(threads.value, 0.0), 1e6) : 0,
        .metric = text_of(run, object, "metric"),
        .latency = figure_of(reading, "block_ms", true),
        .accuracy = figure_of(reading, "accuracy", true),
        .bytes = figure_of(reading, "size_bytes", false),
        .peak = figure_of(reading, "peak_memory_bytes", false),
        .rounds = figure_of(reading, "rounds", false),
        .scored = figure_of(reading, "scored_samples", false),
    };
    row.content = json_object_get(run->models, row.model);
    return row;
}

enum status gate_run_take_report(struct gate_run *run, json_t *report, struct error *error)
{
    const json_t *head = json_object_get(report, "run"), *rows = json_object_get(report, "rows");
    run->report = report;
    run->experiment = json_object_get(head, "experiment");
    if (!json_is_object(run->experiment))
        return error_set(error, STATUS_INVALID, run->path,
                         "this report does not say what was measured, as those of older versions "
                         "do not: give the journal");
    if (!json_is_true(json_object_get(head, "complete")))
        return error_set(error, STATUS_INVALID, run->path,
                         "the run of this report was not over, its figures are no baseline");
    run->cpu = text_of(run, head, "cpu");
    run->isa = text_of(run, head, "isa");
    run->host = text_of(run, head, "host");
    run->started = text_of(run, head, "started");
    gate_run_list_models(run);
    run->n_rows = json_array_size(rows);
    run->rows = arena_alloc(run->arena, run->n_rows * sizeof(*run->rows));
    struct reading reading = {.run = run, .error = error};
    for (size_t i = 0; i < run->n_rows; i++) {
        reading.object = json_array_get(rows, i);
        reading.row = i;
        run->rows[i] = take_row(&reading);
    }
    return reading.status;
}
