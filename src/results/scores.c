/* Scores of samples, as workers send them. */
#include <math.h>

#include "base/memory.h"
#include "results/state.h"

struct score {
    double value, trivial;
    int32_t top1, label, group;
};

static void add_score(struct candidate_data *candidate, const struct score *score)
{
    size_t count = candidate->values.count;
    if (count == candidate->label_capacity) {
        size_t capacity = count ? 2 * count : 32;
        candidate->top1 = xrealloc(candidate->top1, capacity, sizeof(int32_t));
        candidate->labels = xrealloc(candidate->labels, capacity, sizeof(int32_t));
        candidate->groups = xrealloc(candidate->groups, capacity, sizeof(int32_t));
        candidate->trivial = xrealloc(candidate->trivial, capacity, sizeof(double));
        candidate->label_capacity = capacity;
    }
    candidate->top1[count] = score->top1;
    candidate->labels[count] = score->label;
    candidate->groups[count] = score->group;
    candidate->trivial[count] = score->trivial;
    series_add(&candidate->values, score->value);
}

static int32_t label_at(const json_t *labels, size_t i)
{
    const json_t *label = json_array_get(labels, i);
    return json_is_integer(label) ? (int32_t)json_integer_value(label) : -1;
}

/* Whether a stretch goes on with the groups of those before it; groups may be NULL. */
static bool groups_go_on(const struct candidate_data *candidate, const json_t *groups,
                         const json_t *labels, size_t count)
{
    size_t before = candidate->values.count;
    json_int_t group = before > 0 ? candidate->groups[before - 1] : -1;
    int32_t label = before > 0 ? candidate->labels[before - 1] : -1;
    if (before > 0 && (groups != NULL) != candidate->has_groups)
        return false;
    if (groups && (!json_is_array(groups) || json_array_size(groups) < count))
        return false;
    for (size_t i = 0; groups && i < count; i++) {
        const json_t *item = json_array_get(groups, i);
        bool begins = json_integer_value(item) == group + 1;
        bool goes_on = group >= 0 && json_integer_value(item) == group;
        if (!json_is_integer(item) || !(begins || (goes_on && label_at(labels, i) == label)))
            return false;
        group = json_integer_value(item);
        label = label_at(labels, i);
    }
    return true;
}

/* Whether there is a list for all of the stretch, or none, as before it. */
static bool trivial_goes_on(const struct candidate_data *candidate, const json_t *trivial,
                            size_t count)
{
    if (candidate->values.count > 0 && (trivial != NULL) != candidate->has_trivial)
        return false;
    return !trivial || (json_is_array(trivial) && json_array_size(trivial) >= count);
}

static double number_at(const json_t *list, size_t i)
{
    const json_t *value = json_array_get(list, i);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *scores_take(struct candidate_data *candidate, const json_t *event)
{
    const json_t *first = json_object_get(event, "first");
    const json_t *values = json_object_get(event, "values");
    const json_t *top1 = json_object_get(event, "top1"), *labels = json_object_get(event, "labels");
    const json_t *groups = json_object_get(event, "groups");
    const json_t *trivial = json_object_get(event, "trivial");
    size_t count = json_array_size(values), before = candidate->values.count;
    if (!json_is_integer(first) || json_integer_value(first) != (json_int_t)before ||
        before >= SAMPLES_MAX)
        return "first";
    if (!json_is_array(values))
        return "values";
    if (!all_numbers(top1, count) || !json_is_array(labels) || json_array_size(labels) < count)
        return "top1";
    if (!groups_go_on(candidate, groups, labels, count))
        return "groups";
    if (!trivial_goes_on(candidate, trivial, count))
        return "trivial";
    candidate->has_groups = groups != NULL;
    candidate->has_trivial = trivial != NULL;
    for (size_t i = 0; i < count; i++) {
        const struct score score = {
            .value = number_at(values, i),
            .trivial = number_at(trivial, i),
            .top1 = (int32_t)json_integer_value(json_array_get(top1, i)),
            .label = label_at(labels, i),
            .group = groups ? (int32_t)json_integer_value(json_array_get(groups, i)) : 0,
        };
        add_score(candidate, &score);
    }
    return NULL;
}

struct scores scores_of(const struct candidate_data *candidate, size_t count)
{
    return (struct scores){.values = candidate->values.values,
                           .top1 = candidate->top1,
                           .labels = candidate->labels,
                           .count = count,
                           .groups = candidate->has_groups ? candidate->groups : NULL};
}

const struct figure *row_judged(const struct row *row, const char **noun)
{
    bool by_recording = row->recordings.present && row->metric && row->metric->of_groups;
    *noun = by_recording ? "recordings" : "samples";
    return by_recording ? &row->recordings : &row->scored;
}
