#include "ui/tags.h"

#include <string.h>

static int place_of(const struct tags *tags, int trial)
{
    int place = 0;
    while (place < tags->count && tags->trials[place] != trial)
        place++;
    return place;
}

bool tags_have(const struct tags *tags, int trial)
{
    return place_of(tags, trial) < tags->count;
}

bool tags_toggle(struct tags *tags, int trial)
{
    int place = place_of(tags, trial);
    if (place < tags->count) {
        tags->count--;
        memmove(&tags->trials[place], &tags->trials[place + 1],
                (size_t)(tags->count - place) * sizeof(tags->trials[0]));
        return true;
    }
    if (tags->count == TAGS_MAX)
        return false;
    tags->trials[tags->count++] = trial;
    return true;
}
