#include "results/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/needed.h"
#include "results/verdict_words.h"

const struct verdict_word verdict_words[WORD_COUNT] = {
#define X(identifier, word, meaning) [identifier] = {word, meaning},
    WORD_LIST(X)
#undef X
};

#define SAID(identifier) verdict_words[identifier].word

/* The share of a metric whose loss matters. */
#define LOSS_MATTERS 0.01

/* An interval that reaches less far than this share of the band to either side, and still has one
 * of the band's ends within, is not worth more rounds: the speedup lies there. */
#define AT_THE_END 0.25

static struct figure absent(const char *reason)
{
    return (struct figure){.reason = reason};
}

static struct figure exact(double value)
{
    return (struct figure){.present = true, .value = value, .low = value, .high = value};
}

const char *verdict_of_speed(const struct figure *speedup, size_t rounds, double band)
{
    if (rounds == 0 || !speedup->present || !speedup->bounded)
        return "";
    if (rounds < ROUNDS_FOR_VERDICT)
        return SAID(WORD_CANNOT_TELL);
    if (speedup->low > 1.0 + band)
        return SAID(WORD_FASTER);
    if (speedup->high < 1.0 - band)
        return SAID(WORD_SLOWER);
    if (speedup->low >= 1.0 - band && speedup->high <= 1.0 + band)
        return SAID(WORD_SAME);
    return SAID(WORD_CANNOT_TELL);
}

/* Seconds from one block of a trial to its next, others' turns among them: the median, since a
 * pause may lie between. NaN: the journal does not say. */
static double seconds_of_round(const struct trial_data *trial)
{
    double *between = xcalloc(trial->n_blocks, sizeof(*between));
    size_t count = 0;
    for (size_t i = 1; i < trial->n_blocks; i++) {
        double seconds = trial->blocks[i].t - trial->blocks[i - 1].t;
        if (seconds > 0.0)
            between[count++] = seconds;
    }
    double median = stats_median(between, count);
    free(between);
    return median;
}

/* So many times as many rounds bring the whole interval to that side of the band's ends on which
 * its estimate is. */
static double times_for_speed(const struct row *row, size_t rounds, double band)
{
    double least = (double)ROUNDS_FOR_VERDICT / (double)rounds, value = row->speedup.value;
    double high = needed_times(row, &row->speedup, 1.0 + band);
    double low = needed_times(row, &row->speedup, 1.0 - band);
    double times = value > 1.0 + band ? high : value < 1.0 - band ? low : fmax(high, low);
    return fmax(times, least);
}

bool verdict_tells(const char *verdict)
{
    return verdict[0] != '\0' && strcmp(verdict, SAID(WORD_CANNOT_TELL)) != 0;
}

static struct figure seconds_needed(const struct trial_data *trial, const struct row *row,
                                    size_t rounds, double band)
{
    if (row->speed_verdict[0] == '\0')
        return absent("there is no interval yet");
    if (verdict_tells(row->speed_verdict))
        return absent("the verdict is there");
    double times = times_for_speed(row, rounds, band), seconds = seconds_of_round(trial);
    if (!(times < HUGE_VAL))
        return absent("the speedup is too near the band's end");
    if (!(seconds > 0.0))
        return absent("the journal does not say when blocks were timed");
    return exact((times - 1.0) * (double)trial->n_blocks * seconds);
}

static bool is_open(const struct row *row, double band)
{
    const struct figure *speedup = &row->speedup;
    double half = (speedup->high - speedup->low) / 2.0;
    return strcmp(row->speed_verdict, SAID(WORD_CANNOT_TELL)) == 0 && half > AT_THE_END * band;
}

void verdict_on_speed(const struct results *results, const struct trial_data *trial, size_t rounds,
                      struct row *row)
{
    row->speed_verdict = verdict_of_speed(&row->speedup, rounds, results->run.same_within);
    row->is_open = is_open(row, results->run.same_within);
    row->seconds_needed = seconds_needed(trial, row, rounds, results->run.same_within);
}

/* Textbooks count weights alone: scales, names and biases of a file come on top. */
#define SIZE_SLACK 0.1

void verdict_on_promise(struct row *row)
{
    const struct figure *smaller = &row->promised_smaller, *faster = &row->promised_faster;
    const struct figure *ratio = &row->size_ratio, *speedup = &row->speedup;
    bool has_size = smaller->present && ratio->present;
    bool has_speed = faster->present && speedup->present && speedup->bounded;
    bool size_missed = has_size && ratio->value < (1.0 - SIZE_SLACK) * smaller->value;
    bool speed_missed = has_speed && speedup->high < faster->value;
    bool is_unsure = has_speed && !speed_missed && speedup->low < faster->value;
    row->promise = size_missed && speed_missed ? "both missed"
                   : size_missed               ? "size missed"
                   : speed_missed              ? "speed missed"
                   : is_unsure                 ? SAID(WORD_CANNOT_TELL)
                   : has_size || has_speed     ? "kept"
                                               : "";
}

/* The usual target of deployments is 99 % of what fp32 achieves (J. Reddi et al., 2020, MLPerf
 * Inference Benchmark). */
double verdict_loss_that_matters(const struct metric_kind *metric, double other)
{
    return LOSS_MATTERS * (metric->higher_is_better ? metric->scale : fabs(other));
}

static double least_loss(const struct constraints *limits, const struct row *row)
{
    if (!row->drop.present)
        return NAN;
    return limits->max_drop.present
               ? limits->max_drop.value
               : verdict_loss_that_matters(row->metric, row->accuracy.value - row->drop.value);
}

static const char *judge_drop(const struct row *row)
{
    const struct figure *drop = &row->drop;
    if (!drop->present || row->baseline == row->trial)
        return "";
    if (!drop->bounded)
        return SAID(WORD_CANNOT_TELL);
    if (drop->high < 0.0)
        return SAID(WORD_BETTER);
    if (drop->high <= row->loss)
        return drop->low > 0.0 ? SAID(WORD_SMALL_LOSS) : SAID(WORD_NO_LOSS);
    return drop->low > 0.0 ? SAID(WORD_LOSS) : SAID(WORD_CANNOT_TELL);
}

static struct figure samples_needed(const struct row *row)
{
    const char *noun;
    if (strcmp(row->drop_verdict, SAID(WORD_CANNOT_TELL)) != 0)
        return absent(row->drop_verdict[0] ? "the verdict is there" : "there is no drop");
    double times = needed_times_of_loss(row);
    if (!(times < HUGE_VAL))
        return absent(row->drop.bounded ? "the drop is too near the limit"
                                        : "there is no interval yet");
    return exact(ceil((times - 1.0) * row_judged(row, &noun)->value));
}

void verdict_on_drop(const struct results *results, struct row *row)
{
    row->loss = least_loss(&results->constraints, row);
    row->drop_verdict = judge_drop(row);
    row->samples_needed = samples_needed(row);
}
