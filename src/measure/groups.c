#include "measure/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

size_t groups_count(const struct scores *scores)
{
    return (size_t)scores->groups[scores->count - 1] + 1;
}

void group_scores_init(const struct scores *scores, struct group_scores *of_groups)
{
    size_t count = groups_count(scores);
    double *values = xcalloc(count, sizeof(*values));
    int32_t *labels = xcalloc(count, sizeof(*labels));
    for (size_t i = 0, members = 0; i < scores->count; i++) {
        int32_t group = scores->groups[i];
        members = i > 0 && scores->groups[i - 1] == group ? members + 1 : 1;
        values[group] += (scores->values[i] - values[group]) / (double)members;
        labels[group] = scores->labels[i];
    }
    *of_groups =
        (struct group_scores){values, labels, {.values = values, .labels = labels, .count = count}};
}

void group_scores_release(struct group_scores *of_groups)
{
    free(of_groups->values);
    free(of_groups->labels);
}

bool groups_are_same(const struct scores *a, const struct scores *b)
{
    return a->groups && b->groups &&
           memcmp(a->groups, b->groups, a->count * sizeof(*a->groups)) == 0;
}
