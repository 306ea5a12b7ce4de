/* The area under the ROC curve, alone and as a difference of two, with intervals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "measure/bootstrap.h"
#include "measure/stats.h"

/* With fewer items of one class intervals are too narrow: by simulation they cover 91 % to 95 %
 * with 20 items, but as little as 89 % with 10. */
#define CLASS_LEAST 20

/* Scores are ranked once. Equal scores share a group; groups ascend; each has a cell for negative
 * and one for positive items. An area is then one pass over the items to fill the cells and one
 * over the cells, for the whole set as for any resample. */
struct ranking {
    size_t *cell;  /* of each item: 2 * group + positive */
    size_t *tally; /* items in each cell */
    size_t cells;
};

struct ranked {
    double score;
    size_t item;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return (x->score > y->score) - (x->score < y->score);
}

static void ranking_init(struct ranking *ranking, const double *scores, const bool *positive,
                         size_t count)
{
    struct ranked *order = xcalloc(count, sizeof(*order));
    for (size_t i = 0; i < count; i++)
        order[i] = (struct ranked){scores[i], i};
    if (count > 1)
        qsort(order, count, sizeof(*order), compare);
    ranking->cell = xcalloc(count, sizeof(*ranking->cell));
    size_t group = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && order[i].score > order[i - 1].score)
            group++;
        ranking->cell[order[i].item] = 2 * group + positive[order[i].item];
    }
    ranking->cells = 2 * group + 2;
    ranking->tally = xcalloc(ranking->cells, sizeof(*ranking->tally));
    free(order);
}

static void ranking_release(struct ranking *ranking)
{
    free(ranking->cell);
    free(ranking->tally);
}

static void tally_all(struct ranking *ranking, size_t count)
{
    memset(ranking->tally, 0, ranking->cells * sizeof(*ranking->tally));
    for (size_t i = 0; i < count; i++)
        ranking->tally[ranking->cell[i]]++;
}

/* The share of pairs of a positive and a negative item in which the positive one scores higher,
 * ties counting half (the Mann-Whitney statistic). Source: J. A. Hanley, B. J. McNeil, 1982, The
 * meaning and use of the area under a receiver operating characteristic (ROC) curve. */
static double area(const struct ranking *ranking)
{
    double wins = 0.0, negatives = 0.0, positives = 0.0;
    for (size_t i = 0; i < ranking->cells; i += 2) {
        double negative = (double)ranking->tally[i], positive = (double)ranking->tally[i + 1];
        wins += positive * (negatives + 0.5 * negative);
        negatives += negative;
        positives += positive;
    }
    return wins / (positives * negatives); /* 0 / 0 is NAN */
}

static size_t positives_of(const bool *positive, size_t count)
{
    size_t positives = 0;
    for (size_t i = 0; i < count; i++)
        positives += positive[i];
    return positives;
}

static bool have_nan(const double *scores, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(scores[i]))
            return true;
    return false;
}

double stats_auc(const double *scores, const bool *positive, size_t count)
{
    struct ranking ranking;
    if (count == 0 || have_nan(scores, count))
        return NAN;
    ranking_init(&ranking, scores, positive, count);
    tally_all(&ranking, count);
    double result = area(&ranking);
    ranking_release(&ranking);
    return result;
}

/* Adds sign times the area without item i to influence[i]. Without an item the pairs that it won
 * are missing: wins[cell] for one of that cell. */
static void add_jackknife(const struct ranking *ranking, size_t count, size_t positives,
                          double sign, double *influence)
{
    double *wins = xcalloc(ranking->cells, sizeof(*wins));
    double total = 0.0, below = 0.0, p = (double)positives, n = (double)(count - positives);
    for (size_t i = 0, seen = 0; i < ranking->cells; i += 2) {
        double negative = (double)ranking->tally[i], positive = (double)ranking->tally[i + 1];
        wins[i] = p - (double)seen - 0.5 * positive;
        wins[i + 1] = below + 0.5 * negative;
        total += positive * wins[i + 1];
        below += negative;
        seen += ranking->tally[i + 1];
    }
    for (size_t i = 0; i < count; i++) {
        size_t cell = ranking->cell[i];
        double pairs = cell % 2 ? (p - 1.0) * n : p * (n - 1.0);
        influence[i] += sign * (total - wins[cell]) / pairs;
    }
    free(wins);
}

/* One or two classifiers that scored the same items; the statistic is the area of the first, less
 * that of the second. */
struct contest {
    struct ranking rankings[2];
    int n_rankings;
    size_t count, positives;
};

static double statistic(const struct contest *contest)
{
    double first = area(&contest->rankings[0]);
    return contest->n_rankings == 1 ? first : first - area(&contest->rankings[1]);
}

static void draw(struct contest *contest, struct random *random)
{
    for (int k = 0; k < contest->n_rankings; k++)
        memset(contest->rankings[k].tally, 0, contest->rankings[k].cells * sizeof(size_t));
    for (size_t i = 0; i < contest->count; i++) {
        size_t item = random_below(random, contest->count);
        for (int k = 0; k < contest->n_rankings; k++)
            contest->rankings[k].tally[contest->rankings[k].cell[item]]++;
    }
}

static double contest_acceleration(const struct contest *contest)
{
    double *influence = xcalloc(contest->count, sizeof(*influence));
    for (int k = 0; k < contest->n_rankings; k++)
        add_jackknife(&contest->rankings[k], contest->count, contest->positives,
                      k == 0 ? -1.0 : 1.0, influence);
    double acceleration = bootstrap_acceleration(influence, contest->count);
    free(influence);
    return acceleration;
}

/* A resample without one of the classes has no area and is drawn again; with CLASS_LEAST of each
 * that hardly ever happens. */
static struct interval contest_bootstrap(struct contest *contest, double estimate, size_t resamples,
                                         uint64_t seed)
{
    struct random random = {seed};
    double acceleration = contest_acceleration(contest);
    double *replicates = xcalloc(resamples, sizeof(*replicates));
    for (size_t i = 0; i < resamples;) {
        draw(contest, &random);
        replicates[i] = statistic(contest);
        i += !isnan(replicates[i]);
    }
    struct interval interval = bootstrap_interval(estimate, replicates, resamples, acceleration);
    free(replicates);
    return interval;
}

/* second may be NULL. */
static struct interval contest_interval(const double *first, const double *second,
                                        const bool *positive, size_t count, size_t resamples,
                                        uint64_t seed)
{
    struct contest contest = {
        .n_rankings = second ? 2 : 1,
        .count = count,
        .positives = positives_of(positive, count),
    };
    size_t negatives = count - contest.positives;
    if (contest.positives == 0 || negatives == 0 || have_nan(first, count) ||
        (second && have_nan(second, count)))
        return (struct interval){NAN, NAN, NAN, false};
    for (int k = 0; k < contest.n_rankings; k++) {
        ranking_init(&contest.rankings[k], k == 0 ? first : second, positive, count);
        tally_all(&contest.rankings[k], count);
    }
    double estimate = statistic(&contest);
    struct interval interval = {estimate, estimate, estimate, false};
    if (contest.positives >= CLASS_LEAST && negatives >= CLASS_LEAST && resamples > 0)
        interval = contest_bootstrap(&contest, estimate, resamples, seed);
    for (int k = 0; k < contest.n_rankings; k++)
        ranking_release(&contest.rankings[k]);
    return interval;
}

/* Classes that no resample mixes give no interval: how far they are apart cannot be seen. */
struct interval stats_auc_interval(const double *scores, const bool *positive, size_t count,
                                   size_t resamples, uint64_t seed)
{
    struct interval interval = contest_interval(scores, NULL, positive, count, resamples, seed);
    interval.bounded = interval.bounded && interval.high > interval.low;
    return interval;
}

struct interval stats_auc_difference(const double *first, const double *second,
                                     const bool *positive, size_t count, size_t resamples,
                                     uint64_t seed)
{
    return contest_interval(first, second, positive, count, resamples, seed);
}
