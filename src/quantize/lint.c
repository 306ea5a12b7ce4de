#include "quantize/lint.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Of a float32 value that large no scale is left that int8 could have had a use for; TFLite's
 * converter has been seen to write scales of 1e36 (tensorflow#62604). */
#define RANGE_ABSURD 1e10

/* A set is taken to be on another scale than the scored samples where one range is so many times
 * the other: normalising twice or not at all makes 255, different recordings rarely 10. */
#define SCALE_FACTOR 10.0
/* A range that loses so much of itself without one sample is that sample's. */
#define OUTLIER_SHARE 0.9
/* Values of the scored samples beyond what calibration saw, which int8 clips. 1 % of the inputs is
 * far more than the percentile observer leaves out. */
#define CLIPPED_SHARE 0.01
/* A range that the second half of the samples widened by so much is still growing. */
#define GROWING_SHARE 0.1
/* Below this nobody should trust a range: the usual advice is 100 to 500. */
#define SAMPLES_FEW 10

/* One sample: its range and a hash of its bytes. */
struct seen {
    float low, high;
    uint64_t hash;
};

struct set {
    struct seen *samples;
    size_t count, capacity;
    float low, high; /* of all */
};

struct lint {
    struct set calibration, scored;
    size_t first;           /* number of the calibration's sample 0 */
    size_t values, outside; /* of the scored samples; those beyond the calibration's range */
};

struct lint *lint_new(size_t first)
{
    struct lint *lint = xcalloc(1, sizeof(*lint));
    lint->first = first;
    return lint;
}

void lint_free(struct lint *lint)
{
    if (!lint)
        return;
    free(lint->calibration.samples);
    free(lint->scored.samples);
    free(lint);
}

/* FNV-1a (G. Fowler, L. Noll, K.-P. Vo, 1991), a word at a time. */
static uint64_t hash_of(const float *values, size_t count)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof(bits));
        hash = (hash ^ bits) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static void widen(float *low, float *high, const struct seen *seen, bool first)
{
    *low = first ? seen->low : fminf(*low, seen->low);
    *high = first ? seen->high : fmaxf(*high, seen->high);
}

/* Values that are not finite have no place in a range; whoever runs the samples complains. */
static void add(struct set *set, const float *values, size_t count)
{
    struct seen seen = {INFINITY, -INFINITY, hash_of(values, count)};
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            seen.low = fminf(seen.low, values[i]);
            seen.high = fmaxf(seen.high, values[i]);
        }
    if (seen.low > seen.high)
        seen.low = seen.high = 0.0f;
    set->samples = list_grow(set->samples, set->count, &set->capacity, sizeof(*set->samples));
    widen(&set->low, &set->high, &seen, set->count == 0);
    set->samples[set->count++] = seen;
}

void lint_calibration(struct lint *lint, const float *values, size_t count)
{
    add(&lint->calibration, values, count);
}

void lint_scored(struct lint *lint, const float *values, size_t count)
{
    float low = fminf(lint->calibration.low, 0.0f), high = fmaxf(lint->calibration.high, 0.0f);
    add(&lint->scored, values, count);
    lint->values += count;
    for (size_t i = 0; i < count; i++)
        lint->outside += values[i] < low || values[i] > high;
}

/* Width of a range that must hold 0, as every quantized one does. */
static double extent(double low, double high)
{
    return fmax(high, 0.0) - fmin(low, 0.0);
}

static double set_extent(const struct set *set)
{
    return extent((double)set->low, (double)set->high);
}

static bool is_zero(const struct set *set)
{
    return !(set_extent(set) > 0.0);
}

static void find_zero(const struct lint *lint, struct text *out)
{
    if (lint->calibration.count > 0 && is_zero(&lint->calibration))
        text_printf(out, "all %zu calibration samples are zero: check the file and 'preprocess'",
                    lint->calibration.count);
}

static void find_constant(const struct lint *lint, struct text *out)
{
    const struct set *set = &lint->calibration;
    size_t constant = 0;
    for (size_t i = 0; i < set->count; i++)
        constant += !(set->samples[i].high > set->samples[i].low);
    if (!is_zero(set) && 2 * constant > set->count)
        text_printf(out,
                    "%zu of %zu calibration samples have one value throughout: use real samples",
                    constant, set->count);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The hashes in order, to be freed. */
static uint64_t *sorted_hashes(const struct set *set)
{
    uint64_t *hashes = xcalloc(set->count + 1, sizeof(*hashes));
    for (size_t i = 0; i < set->count; i++)
        hashes[i] = set->samples[i].hash;
    qsort(hashes, set->count, sizeof(*hashes), compare_hashes);
    return hashes;
}

static void find_repeated(const struct lint *lint, struct text *out)
{
    const struct set *set = &lint->calibration;
    uint64_t *hashes = sorted_hashes(set);
    size_t repeats = 0;
    for (size_t i = 1; i < set->count; i++)
        repeats += hashes[i] == hashes[i - 1];
    free(hashes);
    if (is_zero(set) || set->count < 2)
        return;
    if (repeats == set->count - 1)
        text_printf(out, "all %zu calibration samples are the same: use different ones",
                    set->count);
    else if (2 * repeats > set->count)
        text_printf(out, "%zu of %zu calibration samples repeat others: use different ones",
                    repeats, set->count);
}

/* Ranges without and with the sample that widens them most. */
static void find_outlier(const struct lint *lint, struct text *out)
{
    const struct set *set = &lint->calibration;
    double all = set_extent(set);
    for (size_t i = 0; i < set->count && set->count > 2 && !is_zero(set); i++) {
        float low = 0.0f, high = 0.0f;
        const struct seen *seen = &set->samples[i];
        if (seen->low > set->low && seen->high < set->high)
            continue; /* sets neither end */
        for (size_t k = 0; k < set->count; k++)
            if (k != i)
                widen(&low, &high, &set->samples[k], false);
        double share = 1.0 - extent((double)low, (double)high) / all;
        if (share < OUTLIER_SHARE)
            continue;
        text_printf(
            out,
            "calibration sample %zu, one of %zu, sets %.0f %% of the range (%g..%g): leave it "
            "out, or use observer=search, which bears it",
            lint->first + i, set->count, 100.0 * share, (double)set->low, (double)set->high);
        return;
    }
}

/* The usual cause: samples that were normalised twice, or not at all. */
static void find_scale(const struct lint *lint, struct text *out)
{
    const struct set *ours = &lint->calibration, *theirs = &lint->scored;
    double own = set_extent(ours), other = set_extent(theirs);
    if (ours->count == 0 || theirs->count == 0 || is_zero(ours) || is_zero(theirs))
        return;
    if (own < SCALE_FACTOR * other && other < SCALE_FACTOR * own)
        return;
    text_printf(out,
                "calibration saw %g..%g, but the scored samples have %g..%g: they seem to be "
                "normalised differently (key 'preprocess')",
                (double)ours->low, (double)ours->high, (double)theirs->low, (double)theirs->high);
}

static void find_clipped(const struct lint *lint, struct text *out)
{
    double share = lint->values > 0 ? (double)lint->outside / (double)lint->values : 0.0;
    if (share > CLIPPED_SHARE && !is_zero(&lint->calibration))
        text_printf(out,
                    "%.1f %% of the values of the scored samples lie beyond the %g..%g that "
                    "calibration saw, and are clipped: calibrate on more, or more typical, samples",
                    100.0 * share, (double)lint->calibration.low, (double)lint->calibration.high);
}

/* Calibrating on what is scored makes a mode look better than it is. */
static void find_overlap(const struct lint *lint, struct text *out)
{
    const struct set *scored = &lint->scored;
    uint64_t *hashes = sorted_hashes(&lint->calibration);
    size_t both = 0;
    for (size_t i = 0; i < scored->count && lint->calibration.count > 0; i++)
        both += bsearch(&scored->samples[i].hash, hashes, lint->calibration.count, sizeof(*hashes),
                        compare_hashes) != NULL;
    free(hashes);
    if (both > 0)
        text_printf(out,
                    "%zu of the %zu scored samples that were compared were calibrated on, too: "
                    "accuracy may look better than it is (keys 'data.first', 'calibration.first')",
                    both, scored->count);
}

static double extent_of_first(const struct set *set, size_t count)
{
    float low = 0.0f, high = 0.0f;
    for (size_t i = 0; i < count; i++)
        widen(&low, &high, &set->samples[i], false);
    return extent((double)low, (double)high);
}

/* The curve: the share of the final range that an eighth, a quarter and half of the samples saw. */
static void find_few(const struct lint *lint, struct text *out)
{
    const struct set *set = &lint->calibration;
    double all = set_extent(set), half = extent_of_first(set, (set->count + 1) / 2);
    if (set->count == 0 || is_zero(set))
        return;
    if (set->count < SAMPLES_FEW)
        text_printf(out, "only %zu calibration samples: 100 to 500 are usual", set->count);
    else if (1.0 - half / all > GROWING_SHARE)
        text_printf(out,
                    "the range still grows with more calibration samples: an eighth of the %zu saw "
                    "%.0f %% of it, a quarter %.0f %%, half %.0f %% (key 'calibration.count')",
                    set->count, 100.0 * extent_of_first(set, (set->count + 7) / 8) / all,
                    100.0 * extent_of_first(set, (set->count + 3) / 4) / all, 100.0 * half / all);
}

static void find_absurd(const struct lint *lint, struct text *out)
{
    const struct set *set = &lint->calibration;
    if (set_extent(set) > RANGE_ABSURD)
        text_printf(out, "calibration saw values from %g to %g: no 8-bit scale can hold them",
                    (double)set->low, (double)set->high);
}

static const struct lint_rule rules[] = {
    {"zero", true, find_zero},
    {"constant", false, find_constant},
    {"repeated", false, find_repeated},
    {"absurd", true, find_absurd},
    {"outlier", true, find_outlier},
    {"scale", true, find_scale},
    {"few", true, find_few},
    {"clipped", true, find_clipped},
    {"overlap", false, find_overlap},
};

void lint_report(const struct lint *lint, lint_tell *tell, void *context)
{
    bool is_explained = false;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const struct lint_rule *rule = &rules[i];
        struct text text = {0};
        if (!rule->of_range || !is_explained)
            rule->find(lint, &text);
        if (text.length > 0) {
            tell(context, rule, text.bytes);
            is_explained = is_explained || rule->of_range;
        }
        text_release(&text);
    }
}
