/* What the machine does while a run goes on: told by whoever opens the screens, since ui/ knows no
 * hardware. */
#ifndef UI_LIVE_H
#define UI_LIVE_H

#include <stdbool.h>
#include <stddef.h>

/* Processing units beyond are not shown. */
#define LIVE_UNITS_MAX 1024

struct ui_live {
    /* The share of the time since the look before that each unit computed, by its number; NaN: it
     * is not there. Room for LIVE_UNITS_MAX shares; *count: so many are filled. False: nothing is
     * known yet, or ever. */
    bool (*look)(void *context, double *shares, size_t *count);
    void *context;
};

#endif
