#include "results/layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/state.h"

/* No network of ours has more; a hostile journal shall not make us allocate for a number it made
 * up. */
#define LAYERS_MAX 1000000

static const char *const fates[] = {"changed", "float", "missing"};

static double number_or_nan(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static double item_or_nan(const json_t *object, const char *key, size_t i)
{
    const json_t *value = json_array_get(json_object_get(object, key), i);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static const char *printable(struct results *results, const json_t *value)
{
    const char *text = json_string_value(value);
    char *copy = arena_strdup(results->arena, text ? text : "");
    text_make_printable(copy);
    return copy;
}

static struct candidate_data *candidate_at(struct results *results, const json_t *event)
{
    const json_t *number = json_object_get(event, "candidate");
    json_int_t value = json_integer_value(number);
    bool is_one = json_is_integer(number) && value >= 0 && (size_t)value < results->n_candidates;
    return is_one ? &results->candidates[value] : NULL;
}

static struct layer_data no_layer(void)
{
    struct layer_error_data none = {NAN, NAN, NAN};
    return (struct layer_data){
        .name = "",
        .op = "",
        .fate = "missing",
        .isolated = none,
        .accumulated = none,
        .scale = NAN,
        .held = {NAN, NAN},
        .seen = {NAN, NAN},
        .clipped = NAN,
        .noise = NAN,
        .drop = {NAN, NAN, NAN},
    };
}

/* What there was of an earlier process is void. Memory is taken as layers come. */
enum status results_take_layers(struct results *results, const json_t *event, struct error *error)
{
    struct candidate_data *candidate = candidate_at(results, event);
    const json_t *samples = json_object_get(event, "samples");
    if (!candidate)
        return malformed(error, event, "candidate");
    if (!json_is_integer(samples) || json_integer_value(samples) < 1)
        return malformed(error, event, "samples");
    candidate->ledger = (struct ledger){.state = LEDGER_OPEN, .absent = ""};
    candidate->ledger.samples = (size_t)json_integer_value(samples);
    candidate->ledger.has_grids = json_is_true(json_object_get(event, "grids"));
    return STATUS_OK;
}

static struct layer_error_data read_error(const json_t *event, const char *key)
{
    const json_t *entry = json_object_get(event, key);
    return (struct layer_error_data){number_or_nan(entry, "noise"), number_or_nan(entry, "cosine"),
                                     number_or_nan(entry, "rmse")};
}

/* What is no number of a layer is left out: that layer has no time. */
static void read_origin(struct results *results, const json_t *event, struct layer_data *layer)
{
    const json_t *list = json_object_get(event, "origin");
    size_t count = json_array_size(list), i;
    int *numbers = arena_alloc(results->arena, count * sizeof(*numbers));
    json_t *item;
    json_array_foreach(list, i, item)
    {
        json_int_t number = json_integer_value(item);
        if (json_is_integer(item) && number >= 0 && number < LAYERS_MAX)
            numbers[layer->n_origin++] = (int)number;
    }
    layer->origin = numbers;
}

static const char *fate_of(const json_t *event)
{
    const char *name = json_string_value(json_object_get(event, "fate"));
    for (size_t i = 0; name && i < sizeof(fates) / sizeof(fates[0]); i++)
        if (strcmp(name, fates[i]) == 0)
            return fates[i];
    return NULL;
}

/* Layers come in their order. */
enum status results_take_layer(struct results *results, const json_t *event, struct error *error)
{
    struct candidate_data *candidate = candidate_at(results, event);
    const char *fate = fate_of(event);
    if (!candidate || candidate->ledger.state != LEDGER_OPEN)
        return malformed(error, event, "candidate");
    struct ledger *ledger = &candidate->ledger;
    const json_t *number = json_object_get(event, "layer");
    if (!json_is_integer(number) || json_integer_value(number) != (json_int_t)ledger->layers ||
        ledger->layers >= LAYERS_MAX)
        return malformed(error, event, "layer");
    if (!fate)
        return malformed(error, event, "fate");
    candidate->ledger_layers =
        list_grow(candidate->ledger_layers, ledger->layers, &candidate->layer_capacity,
                  sizeof(*candidate->ledger_layers));
    struct layer_data *layer = &candidate->ledger_layers[ledger->layers];
    *layer = no_layer();
    layer->name = printable(results, json_object_get(event, "name"));
    layer->op = printable(results, json_object_get(event, "op"));
    layer->fate = fate;
    read_origin(results, event, layer);
    layer->isolated = read_error(event, "isolated");
    layer->accumulated = read_error(event, "accumulated");
    double scale = number_or_nan(event, "scale");
    layer->scale = scale > 0.0 ? scale : NAN;
    layer->clipped = number_or_nan(event, "clipped");
    for (size_t i = 0; i < 2; i++) {
        layer->held[i] = item_or_nan(event, "held", i);
        layer->seen[i] = item_or_nan(event, "seen", i);
    }
    enum status status = layer_grids_take(results, event, layer, error);
    ledger->layers += status == STATUS_OK;
    return status;
}

enum status results_take_layer_cost(struct results *results, const json_t *event,
                                    struct error *error)
{
    struct candidate_data *candidate = candidate_at(results, event);
    if (!candidate || candidate->ledger.state != LEDGER_OPEN)
        return malformed(error, event, "candidate");
    const json_t *number = json_object_get(event, "layer");
    json_int_t index = json_integer_value(number);
    if (!json_is_integer(number) || index < 0 || (size_t)index >= candidate->ledger.layers)
        return malformed(error, event, "layer");
    struct layer_data *layer = &candidate->ledger_layers[index];
    layer->is_weighed = true;
    layer->noise = number_or_nan(event, "noise");
    layer->drop[0] = number_or_nan(event, "drop");
    layer->drop[1] = item_or_nan(event, "interval", 0);
    layer->drop[2] = item_or_nan(event, "interval", 1);
    return STATUS_OK;
}

enum status results_take_ledger(struct results *results, const json_t *event, struct error *error)
{
    struct candidate_data *candidate = candidate_at(results, event);
    const json_t *absent = json_object_get(event, "absent");
    double left = number_or_nan(event, "left");
    if (!candidate)
        return malformed(error, event, "candidate");
    struct ledger *ledger = &candidate->ledger;
    ledger->state = absent ? LEDGER_ABSENT : LEDGER_COMPLETE;
    ledger->absent = printable(results, absent);
    ledger->left = left >= 0.0 && left <= LAYERS_MAX ? (size_t)left : 0;
    return STATUS_OK;
}

struct ledger results_ledger(const struct results *results, int candidate)
{
    return results->candidates[candidate].ledger;
}

bool results_has_ledger(const struct results *results, int candidate)
{
    enum ledger_state state = results->candidates[candidate].ledger.state;
    return state == LEDGER_COMPLETE || state == LEDGER_ABSENT;
}

/* --- figures --- */

static struct figure figure_of(double value, const char *reason)
{
    return isnan(value) ? (struct figure){.reason = reason}
                        : (struct figure){.present = true, .value = value};
}

/* The ratio of signal to noise from the relative error; infinite where there is none. */
static struct figure sqnr_of(double noise, const char *reason)
{
    return figure_of(noise > 0.0 ? -20.0 * log10(noise) : noise <= 0.0 ? INFINITY : NAN, reason);
}

static const char no_error[] = "its values cannot be compared with those of fp32";
static const char no_scale[] = "it has no scale for all of its values";

static void set_errors(struct layer_row *row, const struct layer_data *layer)
{
    const struct layer_error_data *alone = &layer->isolated, *all = &layer->accumulated;
    row->isolated_sqnr = sqnr_of(alone->noise, no_error);
    row->isolated_cosine = figure_of(alone->cosine, no_error);
    row->isolated_steps = figure_of(alone->rmse / layer->scale, no_scale);
    row->accumulated_sqnr = sqnr_of(all->noise, no_error);
    row->accumulated_cosine = figure_of(all->cosine, no_error);
    row->accumulated_steps = figure_of(all->rmse / layer->scale, no_scale);
}

static void set_ranges(struct layer_row *row, const struct layer_data *layer)
{
    row->clipped = figure_of(layer->clipped, no_scale);
    row->held_low = figure_of(layer->held[0], no_scale);
    row->held_high = figure_of(layer->held[1], no_scale);
    row->seen_low = figure_of(layer->seen[0], no_error);
    row->seen_high = figure_of(layer->seen[1], no_error);
}

static void set_weights(struct layer_row *row, const struct layer_data *layer, bool has_grids)
{
    const char *reason = has_grids ? "it is no product whose weights the mode stores otherwise"
                                   : "weights are not in this journal, of an older program";
    row->weights = layer->weights;
    row->values = layer->values;
    row->weights_sqnr =
        figure_of(layer->weights ? layer->weights->sqnr : NAN,
                  layer->weights ? "they have no signal, or no finite error" : reason);
    row->zeroed = figure_of(layer->weights ? layer->weights->zeroed : NAN, reason);
}

static void set_costs(struct layer_row *row, const struct layer_data *layer)
{
    const struct metric_kind *metric = row->row->metric;
    double scale = metric ? metric->scale : NAN;
    const char *reason = strcmp(layer->fate, "float") == 0     ? "the layer stays float"
                         : strcmp(layer->fate, "missing") == 0 ? no_error
                                                               : "not looked at, for want of time";
    row->output_sqnr = sqnr_of(layer->noise, layer->is_weighed ? "no output has a signal" : reason);
    row->drop = figure_of(layer->drop[0] * scale,
                          layer->is_weighed ? "the metric says nothing of these samples" : reason);
    row->drop.bounded = row->drop.present && !isnan(layer->drop[1] + layer->drop[2]);
    row->drop.low = layer->drop[1] * scale;
    row->drop.high = layer->drop[2] * scale;
}

static void set_times(struct results *results, struct layer_row *row, size_t i)
{
    const struct candidate_data *candidate = &results->candidates[row->row->candidate];
    int baseline = row->row->baseline;
    bool has_baseline = baseline >= 0 && (size_t)baseline < results->n_trials;
    struct figure real = {.reason = "there is no fp32 row"};
    row->time = layer_time(results, candidate, i, row->row->trial);
    if (has_baseline)
        real = layer_time(results, candidate, i, baseline);
    row->saved = figure_difference(&real, &row->time);
    double noise = candidate->ledger_layers[i].noise;
    row->cost =
        (struct figure){.reason = row->saved.present ? row->output_sqnr.reason : row->saved.reason};
    if (row->saved.present && !(row->saved.value > 0.0))
        row->cost.reason = "the layer saves no time";
    else if (row->saved.present && !isnan(noise))
        row->cost = (struct figure){.present = true, .value = noise / row->saved.value};
}

struct layer_row results_layer(struct results *results, int trial, size_t i)
{
    const struct row *row = results_row(results, trial);
    const struct layer_data *layer = &results->candidates[row->candidate].ledger_layers[i];
    struct layer_row made = {
        .row = row,
        .number = figure_of((double)i, NULL),
        .name = layer->name,
        .op = layer->op,
        .fate = layer->fate,
    };
    set_errors(&made, layer);
    set_ranges(&made, layer);
    set_weights(&made, layer, results->candidates[row->candidate].ledger.has_grids);
    set_costs(&made, layer);
    set_times(results, &made, i);
    return made;
}
