#include "results/why_layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/state.h"

/* So many layers are named at most, and only where they make most of the error, and more of it than
 * as many layers would anyway. */
#define NAMED_MOST  3
#define MOST        0.5
#define BEYOND_PART 1.5
/* Where nothing tells of the loss, outputs with less signal to noise are far off, dB: a tenth of
 * them is error. */
#define FAR_OFF 20.0
/* Steps of the scale that are no rounding of outputs, which is 0.289. */
#define BEYOND_ROUNDING 1.0
/* A range that holds so many times what samples reach wastes two bits. */
#define WASTES 4.0

static bool is_lossy(const struct row *row)
{
    const char *verdict = row->drop_verdict;
    if (verdict[0] != '\0' && strcmp(verdict, "cannot tell") != 0)
        return strcmp(verdict, "loss") == 0;
    return row->sqnr.present && row->sqnr.value < FAR_OFF;
}

/* Layers of a ledger that make an error. */
struct culprits {
    const struct candidate_data *candidate;
    bool at_outputs; /* errors are those of the network's outputs, else of each layer's own */
    size_t of;       /* layers that make any */
    size_t worst[NAMED_MOST], count;
    double all, held; /* sums of squared errors: of all layers, and of the worst ones */
};

/* The error that a layer alone makes, squared, over the signal; 0: none, or it is not known. */
static double error_of(const struct culprits *culprits, size_t i)
{
    const struct layer_data *layer = &culprits->candidate->ledger_layers[i];
    double noise = culprits->at_outputs ? layer->noise : layer->isolated.noise;
    double squared = noise * noise;
    return squared > 0.0 && isfinite(squared) ? squared : 0.0;
}

static bool is_among(const struct culprits *culprits, size_t i)
{
    for (size_t k = 0; k < culprits->count; k++)
        if (culprits->worst[k] == i)
            return true;
    return false;
}

static void add_worst(struct culprits *culprits)
{
    size_t worst = SIZE_MAX;
    for (size_t i = 0; i < culprits->candidate->ledger.layers; i++)
        if (!is_among(culprits, i) &&
            (worst == SIZE_MAX || error_of(culprits, i) > error_of(culprits, worst)))
            worst = i;
    if (worst == SIZE_MAX)
        return;
    culprits->held += error_of(culprits, worst);
    culprits->worst[culprits->count++] = worst;
}

/* Whether a few layers make most of the error. */
static bool find(struct culprits *culprits)
{
    const struct candidate_data *candidate = culprits->candidate;
    for (size_t i = 0; i < candidate->ledger.layers; i++)
        culprits->at_outputs |= candidate->ledger_layers[i].noise > 0.0;
    for (size_t i = 0; i < candidate->ledger.layers; i++) {
        culprits->all += error_of(culprits, i);
        culprits->of += error_of(culprits, i) > 0.0;
    }
    while (culprits->count < NAMED_MOST && culprits->count < culprits->of &&
           culprits->held < MOST * culprits->all)
        add_worst(culprits);
    double part = (double)culprits->count / fmax((double)culprits->of, 1.0);
    return culprits->held >= MOST * culprits->all &&
           culprits->held > BEYOND_PART * part * culprits->all;
}

/* "FULLY_CONNECTED 'huge' (2.4 dB alone, costs 31.25 pp)" */
static void add_layer(const struct layer_row *layer, struct text *text)
{
    text_printf(text, "%s '%.40s'", layer->op, layer->name);
    if (layer->isolated_sqnr.present && isfinite(layer->isolated_sqnr.value))
        text_printf(text, " (%.1f dB alone", layer->isolated_sqnr.value + 0.0);
    else
        text_add_string(text, " (no error of its own");
    if (layer->drop.present)
        text_printf(text, ", costs %.3g%s%s", layer->drop.value,
                    layer->row->metric->drop_unit[0] ? " " : "", layer->row->metric->drop_unit);
    text_add_string(text, ")");
}

/* What is wrong with the worst of them, as far as its figures tell. */
static void add_ailment(const struct layer_row *layer, struct text *text)
{
    const struct figure *low = &layer->held_low, *high = &layer->held_high;
    double seen = layer->seen_high.value - layer->seen_low.value;
    if (layer->isolated_steps.present && layer->isolated_steps.value > BEYOND_ROUNDING)
        text_printf(text,
                    "; the first is off by %.3g steps of its scale, where rounding is 0.289: its "
                    "weights or inputs do not fit their scales",
                    layer->isolated_steps.value);
    else if (low->present && high->present && layer->seen_low.present && layer->seen_high.present &&
             high->value - low->value > WASTES * seen)
        text_printf(text, "; the first holds %.3g to %.3g, where the samples reach %.3g to %.3g",
                    low->value, high->value, layer->seen_low.value, layer->seen_high.value);
}

double why_costly_layers(const struct why_facts *facts, struct text *text)
{
    const struct row *row = facts->row;
    struct culprits culprits = {.candidate = &facts->results->candidates[row->candidate]};
    if (culprits.candidate->ledger.state != LEDGER_COMPLETE || !is_lossy(row) || !find(&culprits))
        return 0.0;
    double share = culprits.held / culprits.all;
    bool is_one = culprits.count == 1;
    text_printf(text, "%zu of %zu layers make%s %.0f %% of the error %s, each taken alone: ",
                culprits.count, culprits.of, is_one ? "s" : "", 100.0 * share,
                culprits.at_outputs ? "of the outputs" : "of their own outputs");
    for (size_t i = 0; i < culprits.count; i++) {
        struct layer_row layer = results_layer(facts->results, row->trial, culprits.worst[i]);
        text_add_string(text, i > 0 ? ", " : "");
        add_layer(&layer, text);
    }
    struct layer_row first = results_layer(facts->results, row->trial, culprits.worst[0]);
    add_ailment(&first, text);
    return 1.0 + 0.2 * share;
}

/* --- speed ------------------------------------------------------------------------------------ */

/* A layer gains little that takes so much of fp32's time; and what they all take matters from this
 * share of the row's time on. */
#define GAINS_LITTLE 0.8
#define MATTERS      0.15
/* It says where, and not why: causes come first, however little time is theirs. */
#define BEHIND_CAUSES 0.01

static bool misses_speed(const struct row *row)
{
    return row->baseline != row->trial && row->promised_faster.present && row->speedup.bounded &&
           row->speedup.high < row->promised_faster.value;
}

static bool gains_little(const struct layer_row *layer)
{
    return layer->time.present && layer->saved.present &&
           layer->time.value > GAINS_LITTLE * (layer->time.value + layer->saved.value);
}

/* Those that gain little first, the longest of them first. */
static int compare_times(const void *a, const void *b)
{
    const struct layer_row *x = a, *y = b;
    bool x_gains = !gains_little(x), y_gains = !gains_little(y);
    if (x_gains != y_gains)
        return (int)x_gains - (int)y_gains;
    double first = x->time.value, second = y->time.value;
    return first > second ? -1 : first < second ? 1 : x->number.value > y->number.value ? 1 : -1;
}

static void describe_slow(const struct layer_row *layers, size_t count, size_t all, double row_ns,
                          double share, struct text *text)
{
    const char *verb = count == 1 ? "s" : "";
    text_printf(text,
                "%zu of %zu layers gain%s little on fp32 and take%s %.0f %% of the time: ", count,
                all, verb, verb, 100.0 * share);
    for (size_t i = 0; i < count && i < NAMED_MOST; i++)
        text_printf(text, "%s%s '%.40s' %.0f %%", i > 0 ? ", " : "", layers[i].op, layers[i].name,
                    100.0 * layers[i].time.value / row_ns);
    if (count > NAMED_MOST)
        text_add_string(text, ", ...");
}

double why_little_gained(const struct why_facts *facts, struct text *text)
{
    size_t all, count = 0;
    double ns = 0.0;
    if (!misses_speed(facts->row) || !facts->profile || !facts->base_profile)
        return 0.0;
    struct layer_row *layers = results_timed_layers(facts->results, facts->row->trial, &all);
    qsort(layers, all, sizeof(*layers), compare_times);
    while (count < all && gains_little(&layers[count]))
        ns += layers[count++].time.value;
    double share = count > 0 ? ns / facts->profile->sum_ns : 0.0;
    bool matters = share > MATTERS;
    if (matters)
        describe_slow(layers, count, all, facts->profile->sum_ns, share, text);
    free(layers);
    return matters ? BEHIND_CAUSES * share : 0.0;
}
