#include "quantize/clipping.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

#define HALF (HISTOGRAM_BINS / 2)

/* Of an end, these shares are tried: 2^(-k / CUTS_PER_OCTAVE). */
#define CUTS_PER_OCTAVE 16
#define CUTS            (8 * CUTS_PER_OCTAVE + 1)

/* One side of 0: its magnitudes, summed up from the outermost. */
struct side {
    double end;                                               /* the largest */
    double rounded;                                           /* values of all bins */
    double count[HALF + 1], sum[HALF + 1], squares[HALF + 1]; /* of the bins from i on */
};

static uint64_t bin_of(const struct histogram *histogram, int i, bool is_upper)
{
    return histogram->bins[is_upper ? HALF + i : HALF - 1 - i];
}

/* Values are taken for the middle of their bin. */
static void side_init(struct side *side, const struct histogram *histogram, bool is_upper)
{
    double width = histogram->limit / HALF;
    double end = (double)(is_upper ? histogram->extremes.high : -histogram->extremes.low);
    *side = (struct side){.end = fmax(end, 0.0)};
    for (int i = HALF - 1; i >= 0; i--) {
        double count = (double)bin_of(histogram, i, is_upper), middle = (i + 0.5) * width;
        side->count[i] = side->count[i + 1] + count;
        side->sum[i] = side->sum[i + 1] + count * middle;
        side->squares[i] = side->squares[i + 1] + count * middle * middle;
    }
    side->rounded = side->count[0];
}

static double cut_at(const struct side *side, int k)
{
    return side->end * exp2(-(double)k / CUTS_PER_OCTAVE);
}

/* What lies beyond the cut costs the squares of what is left of it. */
static double cost_of_cut(const struct side *side, double cut, double width)
{
    int i = (int)(cut / width);
    if (i >= HALF)
        return 0.0;
    double cost = side->squares[i] - 2.0 * cut * side->sum[i] + cut * cut * side->count[i];
    double inner = (i + 0.5) * width - cut; /* the cut's own bin: only values beyond it */
    double own = side->count[i] - side->count[i + 1];
    return fmax(cost - own * inner * inner, 0.0);
}

static double step_of(enum type type, double low, double high)
{
    return type == TYPE_I16 ? fmax(low, high) / 32767.0 : (low + high) / 255.0;
}

/* Errors of all pairs of cuts. */
struct errors {
    const struct side *lower, *upper;
    double lower_costs[CUTS], upper_costs[CUTS];
    enum type type;
};

static double error_of(const struct errors *errors, int lower, int upper)
{
    double step = step_of(errors->type, cut_at(errors->lower, lower), cut_at(errors->upper, upper));
    double rounded = errors->lower->rounded + errors->upper->rounded;
    return errors->lower_costs[lower] + errors->upper_costs[upper] + rounded * step * step / 12.0;
}

/* Cuts of the widest range among those with the least error, or with less than the bound. */
static double choose(const struct errors *errors, double bound, int *lower, int *upper)
{
    double best = INFINITY, widest = -1.0;
    for (int i = 0; i < CUTS && (i == 0 || errors->lower->end > 0.0); i++)
        for (int k = 0; k < CUTS && (k == 0 || errors->upper->end > 0.0); k++) {
            double error = error_of(errors, i, k);
            double width = cut_at(errors->lower, i) + cut_at(errors->upper, k);
            bool is_better = bound < INFINITY ? error <= bound && width > widest : error < best;
            if (!is_better)
                continue;
            best = error;
            widest = width;
            *lower = i;
            *upper = k;
        }
    return best;
}

struct range clipping_by_error(const struct histogram *histogram, enum type type, double times)
{
    struct range range = histogram->extremes;
    struct side *sides = xcalloc(2, sizeof(*sides));
    struct errors errors = {.lower = &sides[0], .upper = &sides[1], .type = type};
    double width = histogram->limit / HALF;
    int lower = 0, upper = 0;
    side_init(&sides[0], histogram, false);
    side_init(&sides[1], histogram, true);
    for (int k = 0; range.seen && k < CUTS; k++) {
        errors.lower_costs[k] = cost_of_cut(&sides[0], cut_at(&sides[0], k), width);
        errors.upper_costs[k] = cost_of_cut(&sides[1], cut_at(&sides[1], k), width);
    }
    errors.lower_costs[0] = errors.upper_costs[0] = 0.0;
    if (range.seen) {
        double least = choose(&errors, INFINITY, &lower, &upper);
        if (times > 1.0)
            choose(&errors, times * least, &lower, &upper);
    }
    if (lower > 0)
        range.low = (float)-cut_at(&sides[0], lower);
    if (upper > 0)
        range.high = (float)cut_at(&sides[1], upper);
    free(sides);
    return range;
}

/* Magnitudes of both sides, or of the only one; how many bins reach to the last of them. */
static int fold(const struct histogram *histogram, double *magnitudes, double *all)
{
    int count = 0;
    for (int i = 0; i < HALF; i++) {
        magnitudes[i] = (double)bin_of(histogram, i, true) + (double)bin_of(histogram, i, false);
        *all += magnitudes[i];
        if (magnitudes[i] > 0.0)
            count = i + 1;
    }
    return count;
}

/* The divergence of what the first bins hold, those beyond moved into the last of them, from what
 * is left of the first bins alone in so many levels: there a level's values are spread evenly over
 * its bins that are not empty. */
static double divergence(const double *magnitudes, int count, int kept, int levels)
{
    double all = 0.0, inside = 0.0, sum = 0.0;
    for (int i = 0; i < count; i++) {
        all += magnitudes[i];
        inside += i < kept ? magnitudes[i] : 0.0;
    }
    for (int level = 0; level < levels; level++) {
        int first = (int)((int64_t)level * kept / levels);
        int last = (int)((int64_t)(level + 1) * kept / levels), filled = 0;
        double held = 0.0;
        for (int i = first; i < last; i++) {
            held += magnitudes[i];
            filled += magnitudes[i] > 0.0;
        }
        for (int i = first; i < last; i++) {
            double p = (magnitudes[i] + (i == kept - 1 ? all - inside : 0.0)) / all;
            double q = magnitudes[i] > 0.0 ? held / filled / inside : 0.0;
            if (p > 0.0)
                sum += q > 0.0 ? p * log(p / q) : INFINITY;
        }
    }
    return sum;
}

/* Every so many bins an end of the range is tried. */
#define ENTROPY_STRIDE 4
/* What logarithms leave of differences that are none. */
#define ENTROPY_NOISE 1e-9
/* With fewer values in a bin the divergence is that of chance, which is the less the fewer bins
 * are kept. */
#define ENTROPY_VALUES 64.0

struct range clipping_by_entropy(const struct histogram *histogram, enum type type)
{
    struct range range = histogram->extremes;
    if (!range.seen || type == TYPE_I16)
        return range;
    double *magnitudes = xcalloc(HALF, sizeof(*magnitudes)), least = INFINITY, all = 0.0;
    int count = fold(histogram, magnitudes, &all), best = count;
    int levels = range.low < 0.0f && range.high > 0.0f ? 128 : 255;
    for (int kept = count; kept >= levels && all >= ENTROPY_VALUES * count;
         kept -= ENTROPY_STRIDE) {
        double sum = divergence(magnitudes, count, kept, levels);
        if (sum < least - ENTROPY_NOISE) {
            least = sum;
            best = kept;
        }
    }
    free(magnitudes);
    double threshold = best * histogram->limit / HALF;
    return histogram_cut(histogram, -threshold, threshold);
}
