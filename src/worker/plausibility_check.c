#include "worker/plausibility_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "formats/dataset/preset.h"
#include "measure/clock.h"
#include "worker/scorer.h"

/* So many samples show what is wrong with all of them; too few show nothing, unless there are no
 * more. */
#define SAMPLES_MOST  256
#define SAMPLES_LEAST 30

/* What fp32 makes of some samples. */
struct look {
    double values[SAMPLES_MOST], trivial[SAMPLES_MOST];
    int32_t top1[SAMPLES_MOST], labels[SAMPLES_MOST];
    int32_t *all_labels;
    struct evidence evidence;
    double seconds; /* that scoring took */
    bool is_enough;
};

static void look_free(struct look *look)
{
    if (look)
        free(look->all_labels);
    free(look);
}

static void take(struct look *look, const struct stretch *stretch)
{
    size_t *count = &look->evidence.scores.count;
    for (size_t i = 0; i < stretch->count && *count < SAMPLES_MOST; i++, (*count)++) {
        look->values[*count] = stretch->values[i];
        look->top1[*count] = stretch->top1[i];
        look->labels[*count] = stretch->labels[i];
        if (stretch->trivial)
            look->trivial[*count] = stretch->trivial[i];
    }
    look->evidence.trivial = stretch->trivial ? look->trivial : NULL;
}

/* The first output, as the event "fidelity" has it. */
static void take_output(struct look *look, const struct scorer *scorer)
{
    json_t *event = scorer_outputs(scorer);
    const json_t *output = json_array_get(json_object_get(event, "outputs"), 0);
    look->evidence.is_constant = json_is_true(json_object_get(output, "constant"));
    if (output) /* one element decides between two classes */
        look->evidence.classes = fmax(json_number_value(json_object_get(output, "elements")), 2.0);
    json_decref(event);
}

/* Scores until it is enough. What goes wrong is told of when all samples are scored. */
static void score_some(struct look *look, struct scorer *scorer, double seconds)
{
    struct stretch stretch = {0};
    struct error ignored;
    double start = clock_seconds(), end = start + seconds;
    size_t *count = &look->evidence.scores.count;
    enum status status;
    do {
        status = scorer_next(scorer, &stretch, &ignored);
        if (status == STATUS_OK)
            take(look, &stretch);
    } while (status == STATUS_OK && stretch.count > 0 && *count < SAMPLES_MOST &&
             clock_seconds() < end);
    look->seconds = clock_seconds() - start;
    bool is_whole = status == STATUS_OK && stretch.count == 0;
    look->is_enough = status == STATUS_OK && (*count >= SAMPLES_LEAST || is_whole);
}

/* The order names the metric. NULL: there is nothing to go by. */
static struct look *look_at(const struct work *work)
{
    struct scorer *scorer;
    struct error ignored;
    if (scorer_open(work, SCORER_SPREAD, &scorer, &ignored) != STATUS_OK)
        return NULL;
    struct look *look = xcalloc(1, sizeof(*look));
    look->evidence = (struct evidence){
        .metric = metric_kind_find(work->metric),
        .scores = {.values = look->values, .top1 = look->top1, .labels = look->labels},
        .classes = NAN,
    };
    look->all_labels = scorer_labels(scorer);
    look->evidence.labels = look->all_labels;
    look->evidence.total = scorer_samples(scorer);
    score_some(look, scorer, work->check_seconds);
    take_output(look, scorer);
    scorer_close(scorer);
    if (look->is_enough && look->evidence.scores.count > 0)
        return look;
    look_free(look);
    return NULL;
}

static bool is_clearly_better(const struct metric_kind *metric, const struct interval *a,
                              const struct interval *b)
{
    return metric->higher_is_better ? a->low > b->high : a->high < b->low;
}

static bool is_better(const struct metric_kind *metric, double a, double b)
{
    return metric->higher_is_better ? a > b : a < b;
}

/* The preset with which the metric is best and clearly better than the samples as they are; NULL:
 * there is none. */
static const struct dataset_preset *better_preset(const struct work *work,
                                                  const struct metric_kind *metric,
                                                  const struct interval *own,
                                                  struct interval *best_found)
{
    const struct dataset_preset *best = NULL;
    for (size_t i = 0; i < dataset_preset_count; i++) {
        struct work other = *work;
        dataset_preset_apply(&dataset_presets[i], &other.data);
        struct look *look = look_at(&other);
        if (!look)
            continue;
        struct interval found = metric->value(&look->evidence.scores, NULL);
        if (is_clearly_better(metric, &found, own) &&
            (!best || is_better(metric, found.estimate, best_found->estimate))) {
            best = &dataset_presets[i];
            *best_found = found;
        }
        look_free(look);
    }
    return best;
}

static void try_presets(const struct work *work, const struct evidence *evidence,
                        struct first_doubt *doubt)
{
    const struct metric_kind *metric = evidence->metric;
    struct interval own = metric->value(&evidence->scores, NULL);
    struct interval found = {0};
    const struct dataset_preset *preset = better_preset(work, metric, &own, &found);
    if (!preset)
        return;
    const char *space = metric->unit[0] ? " " : "";
    char samples[PLAUSIBLE_SAMPLES_SIZE];
    doubt->stays = true;
    doubt->word = "another preset fits";
    doubt->bar = metric->higher_is_better ? found.low : found.high;
    snprintf(doubt->text, sizeof(doubt->text),
             "over %s, %s of fp32 is %.4g%s%s with bytes fed as they are, and %.4g%s%s "
             "with preset '%s' (--preset, key preprocess.preset)",
             plausible_samples(evidence, samples), metric->title, own.estimate * metric->scale,
             space, metric->unit, found.estimate * metric->scale, space, metric->unit,
             preset->name);
}

struct first_doubt plausibility_check(const struct work *work, const struct metric_choice *choice,
                                      bool feeds_bytes)
{
    struct first_doubt doubt = {.value = {NAN, NAN, NAN, false}, .chance = NAN, .word = ""};
    struct work own = *work;
    if (choice->absent[0])
        return doubt;
    own.metric = choice->metric->name;
    own.has_threshold = !isnan(choice->threshold);
    own.threshold = choice->threshold;
    struct look *look = look_at(&own);
    if (!look)
        return doubt;
    if (feeds_bytes && choice->metric->truth != TRUTH_NONE)
        try_presets(&own, &look->evidence, &doubt);
    if (doubt.text[0] == '\0' && plausible_judge(&look->evidence, doubt.text))
        doubt.word = plausible_word(&look->evidence);
    doubt.samples = look->evidence.scores.count;
    doubt.total = look->evidence.total;
    doubt.seconds = look->seconds / (double)doubt.samples;
    if (choice->metric->truth != TRUTH_NONE) /* those compare with fp32 itself */
        doubt.value = choice->metric->value(&look->evidence.scores, NULL);
    doubt.chance = plausible_chance(&look->evidence);
    look_free(look);
    return doubt;
}
