#include "results/why.h"

#include <stdlib.h>
#include <string.h>

#include "results/state.h"

static const struct row *row_of(struct results *results, int trial)
{
    bool any = trial >= 0 && trial < results_count(results);
    return any ? results_row(results, trial) : NULL;
}

static const struct step_profile *profile_of(struct results *results, const struct row *row)
{
    return row ? results_profile(results, row->trial) : NULL;
}

/* The row of the same file and runtime on one thread. */
static const struct row *single_of(struct results *results, const struct row *row)
{
    for (int i = 0; row->threads > 1 && i < results_count(results); i++) {
        const struct row *other = results_row(results, i);
        if (other->candidate == row->candidate && other->threads == 1 && other->median.present)
            return other;
    }
    return NULL;
}

static int compare_reasons(const void *a, const void *b)
{
    const struct reason *left = a, *right = b;
    if (left->weight > right->weight || left->weight < right->weight)
        return left->weight > right->weight ? -1 : 1;
    return (left->rule > right->rule) - (left->rule < right->rule);
}

size_t results_why(struct results *results, int trial, struct arena *arena, struct reason **reasons)
{
    const struct row *row = results_row(results, trial);
    struct why_facts facts = {.results = results, .row = row, .single = single_of(results, row)};
    size_t count = 0;
    *reasons = arena_alloc(arena, why_rule_count * sizeof(**reasons));
    if (!row->median.present)
        return 0;
    facts.base = row->baseline != row->trial ? row_of(results, row->baseline) : NULL;
    facts.profile = profile_of(results, row);
    facts.base_profile = profile_of(results, facts.base);
    facts.single_profile = profile_of(results, facts.single);
    for (size_t i = 0; i < why_rule_count; i++) {
        struct text text = {0};
        double weight = why_rules[i].judge(&facts, &text);
        if (weight > 0.0)
            (*reasons)[count++] = (struct reason){
                .rule = &why_rules[i], .text = arena_strdup(arena, text.bytes), .weight = weight};
        text_release(&text);
    }
    qsort(*reasons, count, sizeof(**reasons), compare_reasons);
    return count;
}

void results_why_missing(struct results *results, int trial, struct text *out)
{
    const struct row *row = results_row(results, trial);
    const char *absent = results_profile_absent(results, trial);
    bool is_over = trial_state_is_over(row->state);
    if (!row->median.present)
        text_add_string(out, row->median.reason);
    else if (!results_profile(results, trial) && !absent && !is_over)
        text_add_string(out, "its steps are watched last, so where the time goes is not known yet");
    else if (!results_profile(results, trial))
        text_printf(out, "its steps were not watched: %s, so where the time goes is not known",
                    absent ? absent : "see the key measure.profile_seconds");
}
