#include "results/trust.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/needed.h"
#include "results/verdict.h"

/* A block is disturbed where its threads waited, or the host took a unit, for this share of it, or
 * where the clock was off its usual by as much. */
#define DISTURBED_SHARE 0.05
/* The reasons that are told of a grade. */
#define REASONS_MOST 3
/* Of the normal distribution, two-sided 1 %: a drift is one beyond it. */
#define DRIFT_Z 2.5758293035489004

static double number_of(const json_t *facts, const char *key)
{
    const json_t *value = json_object_get(facts, key);
    return json_is_number(value) && isfinite(json_number_value(value)) ? json_number_value(value)
                                                                       : NAN;
}

struct witness trust_facts(const json_t *event)
{
    const json_t *facts = json_object_get(event, "facts");
    return (struct witness){
        .seconds = number_of(facts, "seconds"),
        .waited = number_of(facts, "waited"),
        .steal = number_of(facts, "steal"),
        .others = number_of(facts, "others"),
        .switches = number_of(facts, "switches"),
        .pace = number_of(facts, "pace"),
    };
}

/* --- Which blocks count --- */

/* A quantile of the pace of the blocks that count; NaN: it is not known. */
static double pace_quantile(const struct trial_data *trial, double p)
{
    double *paces = xcalloc(trial->n_blocks, sizeof(*paces));
    size_t count = 0;
    for (size_t i = 0; i < trial->n_blocks; i++)
        if (!trial->blocks[i].is_left_out && trial->blocks[i].facts.pace > 0.0)
            paces[count++] = trial->blocks[i].facts.pace;
    stats_sort(paces, count);
    double quantile = stats_quantile(paces, count, p);
    free(paces);
    return quantile;
}

static bool is_disturbed(const struct witness *facts, double usual_pace)
{
    double share = DISTURBED_SHARE;
    return facts->waited > share * facts->seconds || facts->steal > share * facts->seconds ||
           fabs(facts->pace - usual_pace) > share * usual_pace;
}

void trust_choose_blocks(struct trial_data *trial)
{
    size_t calm = 0;
    for (size_t i = 0; i < trial->n_blocks; i++)
        trial->blocks[i].is_left_out = false;
    double usual_pace = pace_quantile(trial, 0.5);
    for (size_t i = 0; i < trial->n_blocks; i++) {
        trial->blocks[i].is_disturbed = is_disturbed(&trial->blocks[i].facts, usual_pace);
        calm += !trial->blocks[i].is_disturbed;
    }
    for (size_t i = 0; i < trial->n_blocks && calm >= ROUNDS_FOR_VERDICT; i++)
        trial->blocks[i].is_left_out = trial->blocks[i].is_disturbed;
}

/* --- The facts of a row --- */

/* What a fact comes to per second of timing over the blocks that count; NaN: it is not known. */
static double per_second(const struct trial_data *trial, size_t fact)
{
    double sum = 0.0, seconds = 0.0;
    for (size_t i = 0; i < trial->n_blocks; i++) {
        const struct witness *facts = &trial->blocks[i].facts;
        double value = *(const double *)((const char *)facts + fact);
        if (trial->blocks[i].is_left_out || isnan(value) || !(facts->seconds > 0.0))
            continue;
        sum += value;
        seconds += facts->seconds;
    }
    return seconds > 0.0 ? fmax(sum, 0.0) / seconds : NAN;
}

/* Of what the row says of its speed. */
static double reach(const struct row *row)
{
    bool has_speedup = row->speedup.present && row->baseline != row->trial;
    return figure_reach(has_speedup ? &row->speedup : &row->typical);
}

/* Among sorted values, 1 for the least; the mean of equal ones. */
static double rank_of(const double *sorted, size_t count, double value)
{
    size_t below = 0, up_to = count, low, high;
    for (low = 0, high = count; low < high;) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    below = low;
    for (high = count; low < high;) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    up_to = low;
    return ((double)below + (double)up_to + 1.0) / 2.0;
}

/* Spearman's rank correlation of the values with their order, in deviations of the normal
 * distribution that it has without a trend. Source: W. J. Conover, 1999, Practical Nonparametric
 * Statistics (3rd ed.), section 5.4. */
static double trend(const double *values, size_t count)
{
    double *sorted = xcalloc(count, sizeof(*sorted)), sum = 0.0, n = (double)count;
    memcpy(sorted, values, count * sizeof(*sorted));
    stats_sort(sorted, count);
    for (size_t i = 0; i < count; i++) {
        double difference = rank_of(sorted, count, values[i]) - ((double)i + 1.0);
        sum += difference * difference;
    }
    free(sorted);
    return count < 3 ? 0.0 : (1.0 - 6.0 * sum / (n * (n * n - 1.0))) * sqrt(n - 1.0);
}

/* By what share the last third of the blocks is slower (or faster) than the first; 0 where there is
 * no trend. */
static double drift_of(const struct trial_data *trial)
{
    double *medians = xcalloc(trial->n_blocks, sizeof(*medians)), drift = 0.0;
    size_t count = 0;
    for (size_t i = 0; i < trial->n_blocks; i++)
        if (!trial->blocks[i].is_left_out)
            medians[count++] = trial->blocks[i].median;
    if (count >= ROUNDS_FOR_VERDICT && fabs(trend(medians, count)) > DRIFT_Z) {
        double first = stats_median(medians, count / 3);
        double last = stats_median(medians + count - count / 3, count / 3);
        drift = fabs(last / first - 1.0);
    }
    free(medians);
    return drift;
}

/* --- The grade --- */

/* One row per fact: above the limits the grade is B, C and D. */
static const struct rule {
    const char *before, *after; /* the amount times scale, with so many digits */
    int digits;
    double scale, limits[3];
    size_t figure; /* offset in struct row */
} rules[] = {
    {"times are known to ", " % only", 1, 100.0, {0.01, 0.03, 0.1}, offsetof(struct row, reach)},
    {"",
     " % of the rounds that count were disturbed",
     0,
     100.0,
     {0.0, 0.1, 0.5},
     offsetof(struct row, disturbed_share)},
    {"its threads waited for a processing unit ",
     " % of the time",
     1,
     100.0,
     {0.005, 0.03, 0.15},
     offsetof(struct row, waited)},
    {"the host took ", " % of the time", 1, 100.0, {0.005, 0.02, 0.1}, offsetof(struct row, steal)},
    {"times drifted by ",
     " % from the first rounds to the last",
     1,
     100.0,
     {0.02, 0.05, 0.15},
     offsetof(struct row, drift)},
    {"the clock varied by ",
     " %",
     1,
     100.0,
     {0.02, 0.05, 0.15},
     offsetof(struct row, clock_spread)},
    {"it was interrupted ",
     " times a second",
     0,
     1.0,
     {25.0, 100.0, 500.0},
     offsetof(struct row, switches)},
    {"other programs used ",
     " processing units",
     1,
     1.0,
     {0.25, 1.0, 4.0},
     offsetof(struct row, others)},
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

const char *const trust_grades[TRUST_GRADES] = {"A", "B", "C", "D"};

/* 0 for A. */
static int grade_by(const struct rule *rule, const struct row *row, double *amount)
{
    const struct figure *figure = (const void *)((const char *)row + rule->figure);
    int grade = 0;
    *amount = figure->present ? figure->value : 0.0;
    while (grade < 3 && *amount > rule->limits[grade])
        grade++;
    return grade;
}

static struct figure known(double value, const char *reason)
{
    return isnan(value)
               ? (struct figure){.reason = reason}
               : (struct figure){.present = true, .value = value, .low = value, .high = value};
}

static void compute_facts(const struct trial_data *trial, struct row *row)
{
    const char *untold = trial->n_blocks ? "the journal does not tell" : "not measured yet";
    double disturbed = 0.0, counted = 0.0, kept = 0.0;
    for (size_t i = 0; i < trial->n_blocks; i++) {
        const struct block *block = &trial->blocks[i];
        disturbed += block->is_disturbed;
        counted += !block->is_left_out;
        kept += block->is_disturbed && !block->is_left_out;
    }
    double middle = pace_quantile(trial, 0.5);
    row->disturbed = known(disturbed, untold);
    row->disturbed_share = known(counted > 0.0 ? kept / counted : NAN, untold);
    row->waited = known(per_second(trial, offsetof(struct witness, waited)), untold);
    row->steal = known(per_second(trial, offsetof(struct witness, steal)), untold);
    row->others = known(per_second(trial, offsetof(struct witness, others)), untold);
    row->switches = known(per_second(trial, offsetof(struct witness, switches)), untold);
    row->clock_spread =
        known((pace_quantile(trial, 0.9) - pace_quantile(trial, 0.1)) / middle, untold);
    row->drift = known(trial->n_blocks ? drift_of(trial) : NAN, untold);
    row->reach = known(trial->n_blocks ? reach(row) : NAN, untold);
}

/* The rules by which it is no better than its grade, as far as there is room. */
static void say_why(const struct row *row, int grade, char *out, size_t size)
{
    size_t used = 0;
    int said = 0;
    out[0] = '\0';
    for (size_t i = 0; i < RULES && said < REASONS_MOST && used < size; i++) {
        double amount;
        if (grade == 0 || grade_by(&rules[i], row, &amount) != grade)
            continue;
        used += (size_t)snprintf(out + used, size - used, "%s", said++ ? "; " : "");
        if (isinf(amount))
            used += (size_t)snprintf(out + used, size - used, "too few rounds for an interval");
        else if (used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%.*f%s", rules[i].before,
                                     rules[i].digits, amount * rules[i].scale, rules[i].after);
    }
}

void trust_grade(const struct trial_data *trial, struct row *row)
{
    int worst = 0;
    double amount;
    compute_facts(trial, row);
    bool is_told = row->waited.present || row->switches.present || row->clock_spread.present;
    row->trust = "";
    row->trust_reason[0] = '\0';
    if (!is_told)
        return;
    for (size_t i = 0; i < RULES; i++) {
        int grade = grade_by(&rules[i], row, &amount);
        worst = grade > worst ? grade : worst;
    }
    row->trust = trust_grades[worst];
    say_why(row, worst, row->trust_reason, sizeof(row->trust_reason));
}
