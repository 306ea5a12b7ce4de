/* The times of a trial's inferences in order. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/stats.h"
#include "results/state.h"

/* Whether a block whose times are sorted in counts no more. */
static bool is_outdated(const struct trial_data *trial)
{
    for (size_t i = 0; i < trial->n_blocks; i++)
        if (trial->blocks[i].is_sorted && trial->blocks[i].is_left_out)
            return true;
    return false;
}

/* Adds values, which are ascending, from behind, so that nothing is overwritten. */
static void merge(struct series *series, const double *values, size_t count)
{
    size_t before = series->count, whole = before + count;
    while (series->capacity < whole)
        series->values =
            list_grow(series->values, series->capacity, &series->capacity, sizeof(*series->values));
    double *sorted = series->values;
    for (size_t end = whole; count > 0; end--) {
        bool is_old = before > 0 && sorted[before - 1] > values[count - 1];
        sorted[end - 1] = is_old ? sorted[--before] : values[--count];
    }
    series->count = whole;
}

/* The times of the blocks that count and are not sorted in, which they are from now on; to be
 * freed. */
static double *take_fresh(struct trial_data *trial, size_t *count)
{
    size_t most = 0;
    for (size_t i = 0; i < trial->n_blocks; i++)
        most += trial->blocks[i].is_sorted ? 0 : trial->blocks[i].count;
    double *fresh = xcalloc(most, sizeof(*fresh));
    *count = 0;
    for (size_t i = 0; i < trial->n_blocks; i++) {
        struct block *block = &trial->blocks[i];
        if (block->is_left_out || block->is_sorted)
            continue;
        memcpy(fresh + *count, trial->samples.values + block->first, block->count * sizeof(*fresh));
        *count += block->count;
        block->is_sorted = true;
    }
    return fresh;
}

void times_sort(struct trial_data *trial)
{
    size_t count;
    if (is_outdated(trial)) {
        trial->sorted.count = 0;
        for (size_t i = 0; i < trial->n_blocks; i++)
            trial->blocks[i].is_sorted = false;
    }
    double *fresh = take_fresh(trial, &count);
    stats_sort(fresh, count);
    merge(&trial->sorted, fresh, count);
    free(fresh);
}
