/* Searching: plans of mixed precision, made, timed and scored until the fastest is found that keeps
 * the limits. What was measured before, of the same experiment, is not measured again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/clock.h"
#include "results/json_text.h"
#include "search/search.h"
#include "worker/messages.h"
#include "worker/plan_bench.h"
#include "worker/worker.h"

struct searching {
    const struct work *work;
    struct plan_bench *bench;
    json_t *known; /* events */
    json_t *mode;  /* the text of the order's */
    struct search_layer *layers;
    bool without_wide; /* no layer has 16 bits */
    double until;
};

static double base_seconds(const struct searching *searching)
{
    return plan_bench_end(searching->bench, false)->seconds;
}

/* The event of that name and value of a member, or NULL. */
static json_t *find_known(const struct searching *searching, const char *event, const char *key,
                          const json_t *value)
{
    size_t i;
    json_t *known;
    json_array_foreach(searching->known, i, known)
    {
        const char *name = json_string_value(json_object_get(known, "event"));
        if (name && strcmp(name, event) == 0 &&
            json_equal(json_object_get(known, "mode"), searching->mode) &&
            json_equal(json_object_get(known, key), value))
            return known;
    }
    return NULL;
}

static json_t *interval_list(const struct interval *interval)
{
    return json_pack("[o, o, o]", message_number(interval->estimate), message_number(interval->low),
                     message_number(interval->high));
}

static struct interval interval_from(const json_t *list)
{
    struct interval interval = {
        .estimate = json_number_value(json_array_get(list, 0)),
        .low = json_number_value(json_array_get(list, 1)),
        .high = json_number_value(json_array_get(list, 2)),
    };
    for (size_t i = 0; i < 3; i++)
        if (!json_is_number(json_array_get(list, i)))
            return (struct interval){NAN, NAN, NAN, false};
    interval.bounded = interval.low < interval.high;
    return interval;
}

/* --- layers --- */

/* What a layer does, as an integer layer and as the two that it may be instead. */
struct layer_figures {
    double noise, ratio;           /* as the mode has it; times as long while it is float32 */
    double wide_noise, wide_ratio; /* with activations of 16 bits; 0: it is not asked for */
};

/* How many times longer an inference takes while the layer is kept as it was chosen. */
static enum status measure_ratio(struct searching *searching, size_t layer, double *ratio,
                                 struct error *error)
{
    bool *is_kept = xcalloc(plan_bench_layers(searching->bench), sizeof(*is_kept));
    struct plan_figures figures = {0};
    is_kept[layer] = true;
    enum status status = plan_bench_measure(searching->bench, is_kept, false, &figures, error);
    *ratio = figures.seconds / base_seconds(searching);
    free(is_kept);
    return status;
}

static enum status measure_layer(struct searching *searching, size_t layer,
                                 struct layer_figures *figures, struct error *error)
{
    struct plan_bench *bench = searching->bench;
    enum status status = plan_bench_noise(bench, layer, false, &figures->noise, error);
    if (status == STATUS_OK)
        status = measure_ratio(searching, layer, &figures->ratio, error);
    if (status != STATUS_OK || !plan_bench_may_be_wide(bench))
        return status;
    status = plan_bench_noise(bench, layer, true, &figures->wide_noise, error);
    plan_bench_choose_wide(bench, layer, true);
    if (status == STATUS_OK)
        status = measure_ratio(searching, layer, &figures->wide_ratio, error);
    plan_bench_choose_wide(bench, layer, false);
    return status;
}

static struct layer_figures layer_from(const json_t *known)
{
    return (struct layer_figures){
        .noise = json_number_value(json_object_get(known, "noise")),
        .ratio = json_number_value(json_object_get(known, "ratio")),
        .wide_noise = json_number_value(json_object_get(known, "wide_noise")),
        .wide_ratio = json_number_value(json_object_get(known, "wide_ratio")),
    };
}

static void tell_layer(struct searching *searching, size_t layer, json_t *node,
                       const struct layer_figures *figures)
{
    const struct plan_bench *bench = searching->bench;
    json_t *event =
        json_pack("{s:s, s:O, s:O, s:s, s:o, s:f, s:f, s:f}", "event", WORK_LAYER, "mode",
                  searching->mode, "node", node, "op", plan_bench_operator(bench, layer), "name",
                  json_carried(plan_bench_name(bench, layer)), "noise", figures->noise, "ratio",
                  figures->ratio, "bytes", plan_bench_bytes(bench, layer));
    if (figures->wide_ratio > 0.0) {
        json_object_set_new(event, "wide_noise", json_real(figures->wide_noise));
        json_object_set_new(event, "wide_ratio", json_real(figures->wide_ratio));
    }
    json_array_append(searching->known, event);
    worker_emit(event);
}

static enum status take_layer(struct searching *searching, size_t layer, struct error *error)
{
    struct plan_bench *bench = searching->bench;
    json_t *node = json_integer(plan_bench_node(bench, layer));
    const json_t *known = find_known(searching, WORK_LAYER, "node", node);
    struct layer_figures figures = layer_from(known);
    enum status status = known ? STATUS_OK : measure_layer(searching, layer, &figures, error);
    if (status == STATUS_OK && !known)
        tell_layer(searching, layer, node, &figures);
    bool is_wide =
        !searching->without_wide && figures.wide_ratio > 0.0 &&
        search_prefers_wide(figures.noise, figures.ratio, figures.wide_noise, figures.wide_ratio);
    plan_bench_choose_wide(bench, layer, is_wide);
    searching->layers[layer] = (struct search_layer){
        .noise = is_wide ? figures.noise - figures.wide_noise : figures.noise,
        .seconds = ((is_wide ? figures.wide_ratio : figures.ratio) - 1.0) * base_seconds(searching),
        .bytes = plan_bench_bytes(bench, layer),
    };
    json_decref(node);
    return status;
}

/* --- plans --- */

static json_t *plan_event(const struct searching *searching, const char *name, const char *plan,
                          const struct plan_figures *figures)
{
    return json_pack(
        "{s:s, s:s, s:s, s:f, s:f, s:o, s:o}", "event", name, "mode", searching->work->mode, "plan",
        plan, "ratio", figures->seconds / base_seconds(searching), "bytes", figures->bytes, "drop",
        interval_list(&figures->drop), "kept_apart", interval_list(&figures->kept_apart));
}

static struct plan_figures figures_from(const struct searching *searching, const json_t *event)
{
    return (struct plan_figures){
        .seconds = json_number_value(json_object_get(event, "ratio")) * base_seconds(searching),
        .bytes = json_number_value(json_object_get(event, "bytes")),
        .drop = interval_from(json_object_get(event, "drop")),
        .kept_apart = interval_from(json_object_get(event, "kept_apart")),
    };
}

/* Known, or measured now and told. */
static enum status take_plan(struct searching *searching, const bool *is_kept,
                             struct plan_figures *figures, struct error *error)
{
    struct text plan = {0};
    plan_bench_mode(searching->bench, is_kept, &plan);
    json_t *name = json_carried(plan.bytes);
    const json_t *known = find_known(searching, WORK_PLAN, "plan", name);
    enum status status = STATUS_OK;
    if (known) {
        *figures = figures_from(searching, known);
    } else {
        status = plan_bench_measure(searching->bench, is_kept, true, figures, error);
        if (status == STATUS_OK) {
            json_t *event = plan_event(searching, WORK_PLAN, plan.bytes, figures);
            json_array_append(searching->known, event);
            worker_emit(event);
        }
    }
    json_decref(name);
    text_release(&plan);
    return status;
}

/* A limit holds where the whole interval keeps it; what has no interval keeps none. */
static double worst_of(const struct interval *drop)
{
    return drop->bounded ? drop->high : INFINITY;
}

static enum status measure(void *context, const bool *is_kept, struct search_result *result,
                           struct error *error)
{
    struct plan_figures figures;
    enum status status = take_plan(context, is_kept, &figures, error);
    if (status == STATUS_OK)
        *result = (struct search_result){
            .drop = worst_of(&figures.drop), .seconds = figures.seconds, .bytes = figures.bytes};
    return status;
}

static bool is_over(void *context)
{
    const struct searching *searching = context;
    return clock_seconds() > searching->until;
}

/* --- the whole --- */

static void tell_model(const struct searching *searching)
{
    const struct plan_bench *bench = searching->bench;
    const struct plan_figures *all = plan_bench_end(bench, true),
                              *none = plan_bench_end(bench, false);
    worker_emit(json_pack("{s:s, s:O, s:s, s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:o}", "event",
                          WORK_SEARCHING, "mode", searching->mode, "metric",
                          plan_bench_metric(bench), "unit", plan_bench_unit(bench), "samples",
                          (json_int_t)plan_bench_samples(bench), "layers",
                          (json_int_t)plan_bench_layers(bench), "float_seconds", all->seconds,
                          "float_bytes", all->bytes, "seconds", none->seconds, "bytes", none->bytes,
                          "drop", interval_list(&none->drop)));
}

/* Those of a plan that stay float32, or that have 16 bits. */
static json_t *list_layers(const struct plan_bench *bench, const bool *is_kept, bool is_wide)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plan_bench_layers(bench); i++)
        if (is_kept[i] && plan_bench_is_wide(bench, i) == is_wide)
            json_array_append_new(list,
                                  json_pack("{s:i, s:s, s:o}", "node", plan_bench_node(bench, i),
                                            "op", plan_bench_operator(bench, i), "name",
                                            json_carried(plan_bench_name(bench, i))));
    return list;
}

static enum status tell_result(struct searching *searching, const bool *is_kept, bool found,
                               struct error *error)
{
    struct plan_figures figures;
    struct text plan = {0};
    enum status status = take_plan(searching, is_kept, &figures, error);
    if (status != STATUS_OK)
        return status;
    plan_bench_mode(searching->bench, is_kept, &plan);
    json_t *event = plan_event(searching, WORK_SEARCH_ENDS, plan.bytes, &figures);
    json_object_set_new(event, "keeps_limits", json_boolean(found));
    json_object_set_new(event, "seconds", json_real(figures.seconds));
    json_object_set_new(event, "is_over", json_boolean(is_over(searching)));
    json_object_set_new(event, "float_layers", list_layers(searching->bench, is_kept, false));
    json_object_set_new(event, "wide_layers", list_layers(searching->bench, is_kept, true));
    text_release(&plan);
    worker_emit(event);
    return STATUS_OK;
}

static const struct search_method *method_of(const struct work *work)
{
    for (size_t i = 0; i < search_method_count; i++)
        if (work->search.method && strcmp(search_methods[i].name, work->search.method) == 0)
            return &search_methods[i];
    return &search_methods[0];
}

/* All of them, or none counts: a layer of which nothing is known would stay integer whatever it
 * costs. */
static enum status take_layers(struct searching *searching, struct error *error)
{
    size_t count = plan_bench_layers(searching->bench);
    for (size_t i = 0; i < count; i++) {
        if (is_over(searching))
            return error_set(
                error, STATUS_UNSUPPORTED, NULL,
                "time was up with %zu of %zu layers measured: give it more (--seconds), "
                "or go on from a record (--journal)",
                i, count);
        if (take_layer(searching, i, error) != STATUS_OK)
            return error->status;
    }
    return STATUS_OK;
}

static bool any_wide(const struct searching *searching)
{
    for (size_t i = 0; i < plan_bench_layers(searching->bench); i++)
        if (plan_bench_is_wide(searching->bench, i))
            return true;
    return false;
}

static enum status search(struct searching *searching, struct error *error)
{
    size_t count = plan_bench_layers(searching->bench);
    bool *best = xcalloc(count + 1, sizeof(*best)), found = false;
    struct search_result result;
    searching->layers = xcalloc(count + 1, sizeof(*searching->layers));
    enum status status = take_layers(searching, error);
    const struct search_task task = {
        .layers = searching->layers,
        .count = count,
        .limits = {.drop = searching->work->search.drop,
                   .bytes = searching->work->search.bytes > 0.0 ? searching->work->search.bytes
                                                                : INFINITY},
        .context = searching,
        .measure = measure,
        .is_over = is_over,
    };
    if (status == STATUS_OK)
        status = method_of(searching->work)->run(&task, best, &result, &found, error);
    if (status == STATUS_OK && !found && any_wide(searching)) { /* it takes float32 */
        searching->without_wide = true;
        status = take_layers(searching, error);
        if (status == STATUS_OK)
            status = method_of(searching->work)->run(&task, best, &result, &found, error);
    }
    if (status == STATUS_OK)
        status = tell_result(searching, best, found, error);
    free(searching->layers);
    free(best);
    return status;
}

enum status worker_search(const struct work *work, struct error *error)
{
    json_t *message = worker_await();
    json_t *known = json_object_get(message, "known");
    struct searching searching = {
        .work = work,
        .known = json_is_array(known) ? json_incref(known) : json_array(),
        .mode = json_carried(work->mode),
        .until = clock_seconds() + work->search.seconds,
    };
    enum status status = plan_bench_open(work, &searching.bench, error);
    if (status == STATUS_OK) {
        tell_model(&searching);
        status = search(&searching, error);
    }
    plan_bench_close(searching.bench);
    json_decref(searching.known);
    json_decref(searching.mode);
    json_decref(message);
    return status;
}
