#include "results/members.h"

#include <math.h>

#include "base/text.h"
#include "results/json_text.h"
#include "results/state.h"

const char *text_member(struct results *results, const json_t *object, const char *key)
{
    char *text = json_carried_value(json_object_get(object, key), results->arena);
    if (!text)
        return "";
    text_make_printable(text);
    return text;
}

bool number_member(const json_t *object, const char *key, double *value)
{
    const json_t *member = json_object_get(object, key);
    *value = json_number_value(member);
    return json_is_number(member) && isfinite(*value);
}

double number_or(const json_t *object, const char *key, double absent)
{
    double value;
    return number_member(object, key, &value) ? value : absent;
}

bool index_member(const json_t *object, const char *key, size_t count, size_t *index)
{
    const json_t *member = json_object_get(object, key);
    json_int_t value = json_integer_value(member);
    *index = (size_t)value;
    return json_is_integer(member) && value >= 0 && (size_t)value < count;
}
