#include "command/live.h"

#include <assert.h>

#include "hardware/load.h"

static_assert(LIVE_UNITS_MAX == LOAD_UNITS_MAX, "a screen has room for all units");

static struct load load = {.root = ""};

static bool look(void *context, double *shares, size_t *count)
{
    return load_look(context, shares, count);
}

struct ui_live command_live = {.look = look, .context = &load};
