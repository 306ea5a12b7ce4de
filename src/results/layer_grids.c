/* Reads the grids of a layer: nothing of them is taken for granted. */
#include <math.h>

#include "base/arena.h"
#include "results/members.h"
#include "results/state.h"

/* No program of ours writes more bins, nor numbers beyond these. */
#define BINS_MAX     256
#define BITS_MAX     64
#define CHANNELS_MAX ((size_t)1 << 31)
#define COUNT_MAX    9e15
#define LEVELS_MAX   65536.0

static bool member_between(const json_t *object, const char *key, double least, double most,
                           double *value)
{
    return number_member(object, key, value) && *value >= least && *value <= most;
}

/* In dB, from the relative error; null: not known. */
static bool take_sqnr(const json_t *object, double *sqnr)
{
    double noise;
    *sqnr = NAN;
    if (json_is_null(json_object_get(object, "noise")))
        return true;
    if (!member_between(object, "noise", 0.0, HUGE_VAL, &noise))
        return false;
    *sqnr = noise > 0.0 ? -20.0 * log10(noise) : INFINITY;
    return true;
}

static bool take_bins(struct results *results, const json_t *object, struct layer_bins *bins)
{
    const json_t *list = json_object_get(object, "bins");
    bins->count = json_array_size(list);
    if (bins->count < 1 || bins->count > BINS_MAX)
        return false;
    double *values = arena_alloc(results->arena, bins->count * sizeof(*values));
    for (size_t i = 0; i < bins->count; i++) {
        const json_t *item = json_array_get(list, i);
        values[i] = json_number_value(item);
        if (!json_is_integer(item) || values[i] < 0.0 || values[i] > COUNT_MAX)
            return false;
    }
    bins->values = values;
    return true;
}

static bool take_scales(const json_t *object, struct layer_weights *weights)
{
    const json_t *list = json_object_get(object, "scale");
    const double scales[] = {json_number_value(json_array_get(list, 0)),
                             json_number_value(json_array_get(list, 1)),
                             json_number_value(json_array_get(list, 2))};
    if (!json_object_get(object, "scales"))
        return true;
    if (!index_member(object, "scales", CHANNELS_MAX, &weights->scales) || weights->scales == 0 ||
        !all_numbers(list, 3) || !(scales[0] > 0.0) || scales[0] > scales[1] ||
        scales[1] > scales[2])
        return false;
    weights->least_scale = scales[0];
    weights->median = scales[1];
    weights->most_scale = scales[2];
    return member_between(object, "levels", 1.0, LEVELS_MAX, &weights->levels) &&
           member_between(object, "used", 0.0, weights->levels, &weights->used) &&
           member_between(object, "reached", 0.0, 1.0, &weights->reached);
}

static bool take_worst(const json_t *object, struct layer_weights *weights)
{
    const json_t *entry = json_object_get(object, "worst");
    struct layer_channel *worst = &weights->worst;
    weights->has_worst = entry != NULL;
    worst->reach = worst->scale = NAN;
    if (!entry)
        return true;
    bool has_levels = weights->scales == 0 ||
                      (member_between(entry, "reach", 0.0, weights->levels, &worst->reach) &&
                       member_between(entry, "scale", 0.0, HUGE_VAL, &worst->scale));
    return has_levels && index_member(entry, "channel", weights->channels, &worst->number) &&
           take_sqnr(entry, &worst->sqnr) &&
           member_between(entry, "most", 0.0, HUGE_VAL, &worst->most) &&
           member_between(entry, "rms", 0.0, HUGE_VAL, &worst->rms) &&
           member_between(entry, "zeroed", 0.0, 1.0, &worst->zeroed);
}

static bool take_weights(struct results *results, const json_t *object,
                         struct layer_weights *weights)
{
    struct layer_bins *bins = &weights->bins;
    weights->type = text_member(results, object, "type");
    return index_member(object, "bits", BITS_MAX + 1, &weights->bits) && weights->bits > 0 &&
           index_member(object, "channels", CHANNELS_MAX, &weights->channels) &&
           take_sqnr(object, &weights->sqnr) &&
           member_between(object, "zeroed", 0.0, 1.0, &weights->zeroed) &&
           number_member(object, "low", &bins->low) && number_member(object, "high", &bins->high) &&
           bins->low <= bins->high && take_bins(results, object, bins) &&
           take_scales(object, weights) && take_worst(object, weights);
}

static bool take_values(struct results *results, const json_t *object,
                        const struct layer_data *layer, struct layer_values *values)
{
    struct layer_bins *bins = &values->bins;
    values->type = text_member(results, object, "type");
    bins->low = layer->held[0];
    bins->high = layer->held[1];
    values->scale = layer->scale;
    return bins->low <= bins->high && values->scale > 0.0 &&
           member_between(object, "zero_point", -LEVELS_MAX, LEVELS_MAX, &values->zero_point) &&
           member_between(object, "below", 0.0, COUNT_MAX, &bins->below) &&
           member_between(object, "above", 0.0, COUNT_MAX, &bins->above) &&
           take_bins(results, object, bins);
}

enum status layer_grids_take(struct results *results, const json_t *event, struct layer_data *layer,
                             struct error *error)
{
    const json_t *weights = json_object_get(event, "weights");
    const json_t *values = json_object_get(event, "values");
    if (weights) {
        struct layer_weights *own = arena_alloc(results->arena, sizeof(*own));
        layer->weights = own;
        if (!take_weights(results, weights, own))
            return malformed(error, event, "weights");
    }
    if (values) {
        struct layer_values *own = arena_alloc(results->arena, sizeof(*own));
        layer->values = own;
        if (!take_values(results, values, layer, own))
            return malformed(error, event, "values");
    }
    return STATUS_OK;
}
