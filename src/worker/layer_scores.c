#include "worker/layer_scores.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "measure/accuracy.h"
#include "measure/clock.h"
#include "runtimes/builtin.h"
#include "worker/scorer.h"

/* Lists of one run over the samples. */
struct tally {
    double *values;
    int32_t *top1, *labels;
    size_t count, most;
    double noise;
    bool is_grouped; /* samples are windows of recordings */
};

struct layer_scores {
    const struct work *work;
    const struct layer_set *set;
    const struct metric_kind *metric;
    struct tally real;
};

static void tally_init(struct tally *tally, size_t most)
{
    *tally = (struct tally){
        .values = xcalloc(most, sizeof(*tally->values)),
        .top1 = xcalloc(most, sizeof(*tally->top1)),
        .labels = xcalloc(most, sizeof(*tally->labels)),
        .most = most,
    };
}

static void tally_release(struct tally *tally)
{
    FREE_AND_NULL(tally->values);
    FREE_AND_NULL(tally->top1);
    FREE_AND_NULL(tally->labels);
}

static void take(struct tally *tally, const struct stretch *stretch)
{
    for (size_t i = 0; i < stretch->count && tally->count < tally->most; i++, tally->count++) {
        tally->values[tally->count] = stretch->values[i];
        tally->top1[tally->count] = stretch->top1[i];
        tally->labels[tally->count] = stretch->labels[i];
    }
    tally->is_grouped = stretch->groups != NULL;
}

/* Until there are as many as are wanted, or the clock reaches `end`, some samples at least. */
static enum status fill(struct tally *tally, struct scorer *scorer, double end, struct error *error)
{
    struct stretch stretch = {.count = 1};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && stretch.count > 0 && tally->count < tally->most) {
        if (tally->count > 0 && clock_seconds() > end)
            break;
        status = scorer_next(scorer, &stretch, error);
        if (status == STATUS_OK)
            take(tally, &stretch);
    }
    tally->noise = scorer_noise(scorer);
    return status;
}

/* Scores a graph, which is freed. */
static enum status score(const struct work *work, enum reference_use reference, struct graph *graph,
                         double end, struct tally *tally, struct error *error)
{
    struct work own = *work;
    const struct runtime_options options = scorer_options(work);
    struct runtime_model *model;
    struct scorer *scorer;
    own.reference = reference;
    enum status status = builtin_load_graph(graph, &options, &model, error);
    if (status == STATUS_OK)
        status = scorer_open_model(&own, SCORER_SPREAD, model, &scorer, error);
    if (status != STATUS_OK)
        return status;
    status = fill(tally, scorer, end, error);
    scorer_close(scorer);
    return status;
}

enum status layer_scores_open(const struct work *work, const struct layer_set *set, size_t most,
                              double seconds, struct layer_scores **scores, struct error *error)
{
    struct layer_scores *made = xcalloc(1, sizeof(*made));
    *made = (struct layer_scores){
        .work = work,
        .set = set,
        .metric = work->metric ? metric_kind_find(work->metric) : NULL,
    };
    tally_init(&made->real, most);
    enum status status = score(work, REFERENCE_WRITTEN, graph_share(set->real),
                               clock_seconds() + seconds, &made->real, error);
    if (status == STATUS_OK)
        *scores = made;
    else
        layer_scores_free(made);
    return status;
}

void layer_scores_free(struct layer_scores *scores)
{
    if (!scores)
        return;
    tally_release(&scores->real);
    free(scores);
}

size_t layer_scores_count(const struct layer_scores *scores)
{
    return scores->real.count;
}

static struct scores scores_of(const struct tally *tally)
{
    return (struct scores){.values = tally->values,
                           .top1 = tally->top1,
                           .labels = tally->labels,
                           .count = tally->count};
}

/* Some windows of recordings do not tell of these, nor do single samples of the outputs' SQNR. */
static bool tells_drop(const struct layer_scores *scores, const struct tally *own)
{
    const struct metric_kind *metric = scores->metric;
    const struct scores mode = scores_of(own), real = scores_of(&scores->real);
    return !metric->of_fidelity && !(metric->of_groups && own->is_grouped) &&
           !(metric->absent && metric->absent(&mode, &real));
}

enum status layer_scores_compare(const struct layer_scores *scores, int layer, double end,
                                 struct layer_cost *cost, bool *is_done, struct error *error)
{
    struct graph *graph;
    struct tally own;
    *is_done = false;
    enum status status = layer_set_within(scores->set, layer, &graph, error);
    if (status != STATUS_OK)
        return status;
    tally_init(&own, scores->real.count);
    status = score(scores->work, REFERENCE_READ, graph, end, &own, error);
    *is_done = status == STATUS_OK && own.count == scores->real.count;
    if (*is_done) {
        const struct scores mode = scores_of(&own), real = scores_of(&scores->real);
        *cost = (struct layer_cost){.noise = own.noise, .has_drop = tells_drop(scores, &own)};
        if (cost->has_drop)
            cost->drop = scores->metric->drop(&mode, &real);
    }
    tally_release(&own);
    return status;
}
