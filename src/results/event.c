#include "results/event.h"

#include <string.h>

static const char *const state_names[TRIAL_STATE_COUNT] = {
#define X(identifier, name) [identifier] = (name),
    TRIAL_STATE_LIST(X)
#undef X
};

const char *trial_state_name(enum trial_state state)
{
    return state_names[state];
}

bool trial_state_is_active(enum trial_state state)
{
    return state == TRIAL_QUANTIZING || state == TRIAL_TIMING || state == TRIAL_SCORING;
}

bool trial_state_is_over(enum trial_state state)
{
    return state == TRIAL_DONE || trial_state_is_lost(state);
}

bool trial_state_is_lost(enum trial_state state)
{
    return state == TRIAL_FAILED || state == TRIAL_SKIPPED;
}

enum trial_state trial_state_from_name(const char *name)
{
    for (int i = 0; i < TRIAL_STATE_COUNT; i++)
        if (strcmp(state_names[i], name) == 0)
            return (enum trial_state)i;
    return TRIAL_STATE_COUNT;
}

enum status malformed(struct error *error, const json_t *event, const char *key)
{
    return error_set(error, STATUS_FORMAT, NULL, "event '%s': '%s' is missing or wrong",
                     json_string_value(json_object_get(event, "event")), key);
}

bool all_numbers(const json_t *list, size_t fewest)
{
    size_t i;
    json_t *item;
    if (!json_is_array(list) || json_array_size(list) < fewest)
        return false;
    json_array_foreach(list, i, item)
    {
        if (!json_is_number(item))
            return false;
    }
    return true;
}
