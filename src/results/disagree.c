#include "results/disagree.h"

#include "results/state.h"

/* Fewer samples of which runtimes name other classes are rounding. */
#define SAMPLES_LEAST 3
#define SHARE_LEAST   0.03

bool disagrees_with_builtin(const struct results *results, const struct row *row, struct text *out)
{
    if (row->builtin < 0 || row->builtin == row->trial || row->builtin >= results_count(results))
        return false;
    const struct candidate_data *own = &results->candidates[row->candidate];
    const struct candidate_data *other =
        &results->candidates[results->trials[row->builtin].candidate];
    size_t count =
        own->values.count < other->values.count ? own->values.count : other->values.count;
    size_t differ = 0;
    for (size_t i = 0; own->top1 && other->top1 && i < count; i++)
        differ += own->top1[i] != other->top1[i];
    if (differ < SAMPLES_LEAST || (double)differ < SHARE_LEAST * (double)count)
        return false;
    text_printf(out,
                "%s computes something else: for %zu of %zu samples it names another class than "
                "builtin does in the same mode",
                row->runtime, differ, count);
    return true;
}
