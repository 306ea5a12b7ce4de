#include "search/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Less time than this is none: a layer that costs nothing is worth any noise. */
#define SECONDS_LEAST 1e-9
/* Plans that are measured after the bisection, before layers are given back one by one. */
#define KNAPSACKS_MOST 8
/* Of its noise, a layer of 16 bits leaves at most so much. */
#define WIDE_LEAVES 0.1
/* So many steps are the noise that is too much. */
#define NOISE_STEPS 2048

/* The search so far. */
struct progress {
    const struct search_task *task;
    bool *trial;                 /* the plan that is measured next */
    bool *best;                  /* of those that were measured */
    bool found, any;             /* whether that meets the limits; whether there is one */
    struct search_result result; /* of the best */
    double too_noisy;            /* the least noise of a plan whose drop was too large */
};

bool search_prefers_wide(double noise, double float_time, double wide_noise, double wide_time)
{
    return wide_time < float_time && wide_noise <= WIDE_LEAVES * noise;
}

static bool meets(const struct search_task *task, const struct search_result *result)
{
    return result->drop <= task->limits.drop && result->bytes <= task->limits.bytes;
}

/* What layers add up to: noise of those in integers, time and bytes of the others. */
static struct search_layer sum_of(const struct search_task *task, const bool *stays_float)
{
    struct search_layer sum = {0};
    for (size_t i = 0; i < task->count; i++) {
        sum.noise += stays_float[i] ? 0.0 : task->layers[i].noise;
        sum.seconds += stays_float[i] ? task->layers[i].seconds : 0.0;
        sum.bytes += stays_float[i] ? task->layers[i].bytes : 0.0;
    }
    return sum;
}

/* What meets the limits is better by time, what does not by its drop. */
static bool is_better(const struct progress *progress, const struct search_result *result,
                      bool fits)
{
    if (!progress->any || fits != progress->found)
        return !progress->any || fits;
    return fits ? result->seconds < progress->result.seconds : result->drop < progress->result.drop;
}

/* Measures the trial. *fits: it meets the limits. */
static enum status measure(struct progress *progress, struct search_result *result, bool *fits,
                           struct error *error)
{
    const struct search_task *task = progress->task;
    enum status status = task->measure(task->context, progress->trial, result, error);
    if (status != STATUS_OK)
        return status;
    *fits = meets(task, result);
    if (!(result->drop <= task->limits.drop))
        progress->too_noisy = fmin(progress->too_noisy, sum_of(task, progress->trial).noise);
    if (is_better(progress, result, *fits)) {
        memcpy(progress->best, progress->trial, task->count * sizeof(bool));
        progress->found = *fits;
        progress->any = true;
        progress->result = *result;
    }
    return STATUS_OK;
}

/* A layer in an order. */
struct ranked {
    double worth;
    size_t layer;
};

static int by_worth(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->worth < y->worth || x->worth > y->worth)
        return x->worth < y->worth ? 1 : -1;
    return x->layer < y->layer ? -1 : x->layer > y->layer;
}

static double noise_of(const struct search_layer *layer, double price)
{
    (void)price;
    return layer->noise;
}

/* Noise per second, where a byte costs so many seconds. */
static double gain_of(const struct search_layer *layer, double price)
{
    double cost = layer->seconds + price * layer->bytes;
    return layer->noise / fmax(cost, SECONDS_LEAST);
}

/* The layers, the one that is worth most first. */
static struct ranked *rank(const struct search_task *task,
                           double (*worth)(const struct search_layer *layer, double price),
                           double price)
{
    struct ranked *ranked = xcalloc(task->count, sizeof(*ranked));
    for (size_t i = 0; i < task->count; i++)
        ranked[i] = (struct ranked){worth(&task->layers[i], price), i};
    qsort(ranked, task->count, sizeof(*ranked), by_worth);
    return ranked;
}

static void keep_first(struct progress *progress, const struct ranked *ranked, size_t count)
{
    memset(progress->trial, 0, progress->task->count * sizeof(bool));
    for (size_t i = 0; i < count; i++)
        progress->trial[ranked[i].layer] = true;
}

/* The fewest layers of an order whose plan meets the drop; the bytes may be too many then. */
static enum status bisect(struct progress *progress, const struct ranked *ranked,
                          struct error *error)
{
    const struct search_task *task = progress->task;
    size_t low = 0, high = task->count + 1; /* low - 1 layers are too few, high would do */
    enum status status = STATUS_OK;
    while (status == STATUS_OK && low < high && low <= task->count &&
           !task->is_over(task->context)) {
        /* The first look is at none: mostly nothing needs to stay. */
        size_t middle = low == 0 && high > task->count ? 0 : low + (high - low) / 2;
        struct search_result result;
        bool fits;
        middle = middle > task->count ? task->count : middle;
        keep_first(progress, ranked, middle);
        status = measure(progress, &result, &fits, error);
        if (status == STATUS_OK && result.drop <= task->limits.drop)
            high = middle;
        else
            low = middle + 1;
    }
    return status;
}

/* Gives layers of the best plan back to integers, those first that take most time, as long as the
 * limits hold. */
static enum status give_back(struct progress *progress, struct error *error)
{
    const struct search_task *task = progress->task;
    struct ranked *ranked = xcalloc(task->count, sizeof(*ranked));
    enum status status = STATUS_OK;
    size_t count = 0;
    for (size_t i = 0; i < task->count; i++)
        if (progress->best[i] && task->layers[i].seconds > 0.0)
            ranked[count++] = (struct ranked){task->layers[i].seconds, i};
    qsort(ranked, count, sizeof(*ranked), by_worth);
    for (size_t i = 0; i < count && status == STATUS_OK && !task->is_over(task->context); i++) {
        struct search_result result;
        bool fits;
        memcpy(progress->trial, progress->best, task->count * sizeof(bool));
        progress->trial[ranked[i].layer] = false;
        status = measure(progress, &result, &fits, error);
    }
    free(ranked);
    return status;
}

/* Fills the trial with the plan that should be fastest of those whose noise stays below the bound:
 * the layers in integers are those of a knapsack of that size, noise being weight and time value
 * (dynamic programming over steps of noise, each layer's rounded up). */
static void fill_knapsack(const struct progress *progress, double noise)
{
    const struct search_task *task = progress->task;
    double *saved =
        xcalloc(NOISE_STEPS, sizeof(*saved)); /* by the first layers, at most so noisy */
    bool *takes = xcalloc(task->count * NOISE_STEPS, sizeof(*takes));
    for (size_t i = 0; i < task->count; i++) {
        double weight = ceil(task->layers[i].noise / noise * NOISE_STEPS);
        size_t steps = weight < NOISE_STEPS ? (size_t)weight : NOISE_STEPS;
        for (size_t room = NOISE_STEPS; room-- > steps;) {
            double with = saved[room - steps] + task->layers[i].seconds;
            takes[i * NOISE_STEPS + room] = with > saved[room];
            saved[room] = fmax(with, saved[room]);
        }
    }
    for (size_t i = task->count, room = NOISE_STEPS - 1; i-- > 0;) {
        progress->trial[i] = !takes[i * NOISE_STEPS + room];
        if (!progress->trial[i])
            room -= (size_t)ceil(task->layers[i].noise / noise * NOISE_STEPS);
    }
    free(saved);
    free(takes);
}

/* Plans that should be faster if the least noise that was too much is a bound: each of them lowers
 * the bound, or is better. */
static enum status try_knapsacks(struct progress *progress, struct error *error)
{
    const struct search_task *task = progress->task;
    enum status status = STATUS_OK;
    for (int i = 0; i < KNAPSACKS_MOST && status == STATUS_OK && isfinite(progress->too_noisy) &&
                    !task->is_over(task->context);
         i++) {
        struct search_result result;
        bool fits;
        fill_knapsack(progress, progress->too_noisy);
        if (sum_of(task, progress->trial).seconds >=
            sum_of(task, progress->best).seconds - SECONDS_LEAST)
            break;
        status = measure(progress, &result, &fits, error);
    }
    return status;
}

static void progress_init(struct progress *progress, const struct search_task *task, bool *best)
{
    *progress = (struct progress){
        .task = task,
        .trial = xcalloc(task->count + 1, sizeof(bool)),
        .best = best,
        .too_noisy = INFINITY,
    };
    memset(best, 0, task->count * sizeof(bool));
}

static void progress_end(struct progress *progress, struct search_result *result, bool *found)
{
    *result = progress->result;
    *found = progress->found;
    free(progress->trial);
}

/* Seconds that a byte may cost, in shares of what all layers take per byte: 0 first, and more only
 * where the file becomes too large. */
static const double prices[] = {0.0, 0.25, 1.0, 4.0, 16.0};

static double price_of_byte(const struct search_task *task, size_t i)
{
    double seconds = 0.0, bytes = 0.0;
    for (size_t k = 0; k < task->count; k++) {
        seconds += fmax(task->layers[k].seconds, 0.0);
        bytes += task->layers[k].bytes;
    }
    return bytes > 0.0 ? prices[i] * seconds / bytes : 0.0;
}

static enum status run_gain(const struct search_task *task, bool *stays_float,
                            struct search_result *result, bool *found, struct error *error)
{
    struct progress progress;
    enum status status = STATUS_OK;
    progress_init(&progress, task, stays_float);
    for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]) && status == STATUS_OK; i++) {
        if (i > 0 && (isinf(task->limits.bytes) || task->is_over(task->context)))
            break;
        struct ranked *ranked = rank(task, gain_of, price_of_byte(task, i));
        status = bisect(&progress, ranked, error);
        free(ranked);
    }
    if (status == STATUS_OK && progress.found)
        status = try_knapsacks(&progress, error);
    if (status == STATUS_OK && progress.found)
        status = give_back(&progress, error);
    progress_end(&progress, result, found);
    return status;
}

static enum status run_one_by_one(const struct search_task *task, bool *stays_float,
                                  struct search_result *result, bool *found, struct error *error)
{
    struct progress progress;
    struct ranked *ranked = rank(task, noise_of, 0.0);
    enum status status = STATUS_OK;
    progress_init(&progress, task, stays_float);
    for (size_t count = 0; count <= task->count && status == STATUS_OK && !progress.found &&
                           !task->is_over(task->context);
         count++) {
        struct search_result own;
        bool fits;
        keep_first(&progress, ranked, count);
        status = measure(&progress, &own, &fits, error);
    }
    free(ranked);
    progress_end(&progress, result, found);
    return status;
}

const struct search_method search_methods[] = {
    {"gain", "layers with the most noise per time stay float32: by bisection, then layer by layer",
     run_gain},
    {"one-by-one", "layers with the most noise stay float32, one more each time: to compare with",
     run_one_by_one},
};
const size_t search_method_count = sizeof(search_methods) / sizeof(search_methods[0]);
