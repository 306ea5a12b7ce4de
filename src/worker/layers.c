/* The layer ledger of a candidate: the errors of its layers, then what each of them costs the
 * network, the most suspicious ones first, while there is time. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "measure/clock.h"
#include "results/json_text.h"
#include "worker/artifact.h"
#include "worker/layer_errors.h"
#include "worker/layer_grids.h"
#include "worker/layer_scores.h"
#include "worker/messages.h"
#include "worker/worker.h"

/* Shares of the time: the rest is for the layers in the network, one by one. */
#define ERRORS_SHARE 0.4
#define SCORES_SHARE 0.1

static enum status open_set(const struct work *work, struct layer_set *set, struct error *error)
{
    const struct load_options load = {
        .shapes = work->shapes, .n_shapes = work->n_shapes, .signature = work->signature};
    const struct layer_source source = {
        .model = work->model,
        .mode = work->mode,
        .load = &load,
        .calibration = work->has_calibration ? &work->calibration : NULL,
    };
    unsigned char *bytes;
    size_t size;
    *set = (struct layer_set){0};
    enum status status = artifact_read(&bytes, &size, error);
    return status == STATUS_OK ? layer_set_open(&source, bytes, size, set, error) : status;
}

static double noise_of(const struct tensor_error *sum)
{
    return sum->signal > 0.0 ? sqrt(sum->noise / sum->signal) : NAN;
}

static json_t *error_entry(const struct tensor_error *sum)
{
    return json_pack("{s:o, s:o, s:o}", "noise", message_number(noise_of(sum)), "cosine",
                     message_number(tensor_error_cosine(sum)), "rmse",
                     message_number(tensor_error_rmse(sum)));
}

static json_t *pair_entry(float low, float high)
{
    return json_pack("[o, o]", message_number((double)low), message_number((double)high));
}

static const char *fate_name(enum layer_fate fate)
{
    return fate == LAYER_CHANGED ? "changed" : fate == LAYER_FLOAT ? "float" : "missing";
}

static void emit_layer(const struct work *work, const struct layer_set *set, int layer,
                       const struct layer_error *sums)
{
    char name[NODE_TEXT_SIZE];
    json_t *event =
        json_pack("{s:s, s:i, s:i, s:o, s:s, s:s}", "event", "layer", "candidate", work->candidate,
                  "layer", layer, "name", json_said(layer_name(set, layer, name)), "op",
                  op_name(set->real->nodes[layer].op), "fate", fate_name(set->fates[layer]));
    const struct origin *origin = &set->real->nodes[layer].origin;
    json_t *numbers = json_array();
    for (int i = 0; i < origin->count; i++)
        json_array_append_new(numbers, json_integer(origin->layers[i]));
    json_object_set_new(event, "origin", numbers);
    if (sums->seen.count > 0)
        json_object_set_new(event, "seen", pair_entry(sums->seen.low, sums->seen.high));
    if (sums->is_held) {
        json_object_set_new(event, "held", pair_entry(sums->held_low, sums->held_high));
        json_object_set_new(event, "scale", message_number((double)sums->scale));
    }
    if (sums->is_held && sums->seen.count > 0)
        json_object_set_new(event, "clipped",
                            message_number((double)sums->seen.clipped / (double)sums->seen.count));
    if (sums->is_isolated)
        json_object_set_new(event, "isolated", error_entry(&sums->isolated));
    if (sums->is_accumulated)
        json_object_set_new(event, "accumulated", error_entry(&sums->accumulated));
    layer_grids_add(set, layer, sums, event);
    worker_emit(event);
}

static void emit_cost(const struct work *work, int layer, size_t samples,
                      const struct layer_cost *cost)
{
    json_t *event = json_pack("{s:s, s:i, s:i, s:I, s:o}", "event", "layer_cost", "candidate",
                              work->candidate, "layer", layer, "samples", (json_int_t)samples,
                              "noise", message_number(cost->noise));
    if (cost->has_drop)
        json_object_set_new(event, "drop", message_number(cost->drop.estimate));
    if (cost->has_drop && cost->drop.bounded)
        json_object_set_new(
            event, "interval",
            json_pack("[o, o]", message_number(cost->drop.low), message_number(cost->drop.high)));
    worker_emit(event);
}

/* A layer and how suspicious it is. */
struct suspect {
    int layer;
    double noise;
};

static int by_noise(const void *a, const void *b)
{
    const struct suspect *x = a, *y = b;
    if (x->noise < y->noise || x->noise > y->noise)
        return x->noise < y->noise ? 1 : -1;
    return x->layer - y->layer;
}

/* The layers that the mode changed, that with the largest isolated error first. */
static struct suspect *list_suspects(const struct layer_set *set, const struct layer_errors *errors,
                                     size_t *count)
{
    struct suspect *list = xcalloc((size_t)set->count, sizeof(*list));
    *count = 0;
    for (int i = 0; i < set->count; i++) {
        const struct layer_error *sums = &errors->list[i];
        double noise = sums->is_isolated ? noise_of(&sums->isolated) : 0.0;
        if (set->fates[i] == LAYER_CHANGED)
            list[(*count)++] = (struct suspect){i, isnan(noise) ? 0.0 : noise};
    }
    qsort(list, *count, sizeof(*list), by_noise);
    return list;
}

/* One after the other; *left counts those for which there was no time. A layer that is not found
 * again has no costs. */
static enum status emit_costs(const struct work *work, const struct layer_scores *scores,
                              const struct suspect *suspects, size_t count, double end,
                              size_t *left, struct error *error)
{
    enum status status = STATUS_OK;
    *left = 0;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct layer_cost cost;
        bool is_done = false;
        bool is_late = clock_seconds() > end;
        if (!is_late)
            status = layer_scores_compare(scores, suspects[i].layer, end, &cost, &is_done, error);
        *left += is_late || (status == STATUS_OK && !is_done);
        if (is_done)
            emit_cost(work, suspects[i].layer, layer_scores_count(scores), &cost);
        if (status == STATUS_UNSUPPORTED)
            status = STATUS_OK;
    }
    return status;
}

static enum status weigh(const struct work *work, const struct layer_set *set,
                         const struct layer_errors *errors, double end, size_t *left,
                         struct error *error)
{
    struct layer_scores *scores;
    size_t count;
    enum status status = layer_scores_open(work, set, work->layer_samples,
                                           SCORES_SHARE * work->layer_seconds, &scores, error);
    if (status != STATUS_OK)
        return status;
    struct suspect *suspects = list_suspects(set, errors, &count);
    status = emit_costs(work, scores, suspects, count, end, left, error);
    free(suspects);
    layer_scores_free(scores);
    return status;
}

static enum status keep_ledger(const struct work *work, struct layer_set *set, size_t *left,
                               struct error *error)
{
    struct layer_errors errors = {0};
    enum status status = open_set(work, set, error);
    double end = clock_seconds() + work->layer_seconds; /* loading takes what it takes */
    if (status == STATUS_OK)
        status = layer_errors_measure(work, set, work->layer_samples,
                                      ERRORS_SHARE * work->layer_seconds, &errors, error);
    if (status == STATUS_OK)
        worker_emit(json_pack("{s:s, s:i, s:i, s:I, s:b}", "event", "layers", "candidate",
                              work->candidate, "layers", set->count, "samples",
                              (json_int_t)errors.samples, "grids", 1));
    for (int i = 0; status == STATUS_OK && i < set->count; i++)
        emit_layer(work, set, i, &errors.list[i]);
    if (status == STATUS_OK)
        status = weigh(work, set, &errors, end, left, error);
    layer_errors_release(&errors);
    return status;
}

/* What cannot be had of the layers costs no row: the ledger says why. */
enum status worker_layers(const struct work *work, struct error *error)
{
    double start = clock_seconds();
    struct layer_set set;
    size_t left = 0;
    enum status status = keep_ledger(work, &set, &left, error);
    layer_set_release(&set);
    json_t *event =
        json_pack("{s:s, s:i, s:I, s:f}", "event", "ledger", "candidate", work->candidate, "left",
                  (json_int_t)left, "seconds", clock_seconds() - start);
    if (status != STATUS_OK) {
        char line[sizeof(error->where) + sizeof(error->text) + 4];
        json_object_set_new(event, "absent", json_said(error_line(error, line, sizeof(line))));
    }
    worker_emit(event);
    return STATUS_OK;
}
