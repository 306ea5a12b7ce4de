#include "graph/rounding.h"

#include <string.h>

static const char *const names[] = {[ROUNDING_TWICE] = "twice", [ROUNDING_ONCE] = "once"};

const char *rounding_name(enum rounding rounding)
{
    return names[rounding];
}

bool rounding_find(const char *name, size_t length, enum rounding *rounding)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
            *rounding = (enum rounding)i;
            return true;
        }
    return false;
}
