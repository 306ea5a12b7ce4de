#include "worker/layer_grids.h"

#include <math.h>

#include "quantize/weight_grid.h"
#include "worker/messages.h"

static json_t *bins_of(const struct spread *spread)
{
    json_t *bins = json_array();
    for (size_t i = 0; i < SPREAD_BINS; i++)
        json_array_append_new(bins, json_integer((json_int_t)spread->bins[i]));
    return bins;
}

static double share(size_t part, size_t all)
{
    return all > 0 ? (double)part / (double)all : 0.0;
}

static json_t *noise_entry(const struct tensor_error *error)
{
    return message_number(error->signal > 0.0 ? sqrt(error->noise / error->signal) : NAN);
}

static json_t *worst_entry(const struct weight_grid *grid)
{
    const struct weight_channel *worst = &grid->worst;
    double rms = sqrt(worst->error.signal / (double)worst->error.count);
    json_t *entry =
        json_pack("{s:i, s:o, s:o, s:o, s:f}", "channel", worst->number, "noise",
                  noise_entry(&worst->error), "most", message_number((double)worst->most), "rms",
                  message_number(rms), "zeroed", share(worst->zeroed, worst->others));
    if (grid->scales == 0)
        return entry;
    json_object_set_new(entry, "reach", json_integer(worst->reach));
    json_object_set_new(entry, "scale", message_number((double)worst->scale));
    return entry;
}

static json_t *weights_entry(const struct weight_grid *grid)
{
    json_t *entry = json_pack(
        "{s:s, s:i, s:i, s:o, s:f, s:o, s:o, s:o}", "type", type_name(grid->type), "bits",
        grid->bits, "channels", grid->channels, "noise", noise_entry(&grid->error), "zeroed",
        share(grid->zeroed, grid->others), "low", message_number(grid->spread.low), "high",
        message_number(grid->spread.high), "bins", bins_of(&grid->spread));
    if (grid->worst.number >= 0)
        json_object_set_new(entry, "worst", worst_entry(grid));
    if (grid->scales == 0)
        return entry;
    json_object_set_new(entry, "scales", json_integer(grid->scales));
    json_object_set_new(entry, "scale",
                        json_pack("[o, o, o]", message_number((double)grid->scale_low),
                                  message_number((double)grid->scale_median),
                                  message_number((double)grid->scale_high)));
    json_object_set_new(entry, "levels", json_integer((json_int_t)grid->levels));
    json_object_set_new(entry, "used", json_integer((json_int_t)grid->used));
    json_object_set_new(entry, "reached", message_number(grid->reached));
    return entry;
}

static json_t *values_entry(const struct layer_error *sums)
{
    const struct spread *spread = &sums->spread;
    return json_pack("{s:s, s:i, s:I, s:I, s:o}", "type", type_name(sums->type), "zero_point",
                     sums->zero_point, "below", (json_int_t)spread->below, "above",
                     (json_int_t)spread->above, "bins", bins_of(spread));
}

void layer_grids_add(const struct layer_set *set, int layer, const struct layer_error *sums,
                     json_t *event)
{
    struct weight_grid grid;
    if (weight_grid_find(&set->parts, layer, &grid))
        json_object_set_new(event, "weights", weights_entry(&grid));
    if (sums->is_held && sums->seen.count > 0 && isfinite(sums->held_low + sums->held_high))
        json_object_set_new(event, "values", values_entry(sums));
}
