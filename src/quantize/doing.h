/* What quantizing is at, for those who wait for it. */
#ifndef QUANTIZE_DOING_H
#define QUANTIZE_DOING_H

#include <stddef.h>

/* X(identifier, what a user reads before "34 of 100"). */
#define DOING_LIST(X)                                                                              \
    X(DOING_CALIBRATION, "calibrating,")                                                           \
    X(DOING_SEARCH, "searching ranges, layer")                                                     \
    X(DOING_ROUNDING, "rounding, layer")

enum doing {
#define X(identifier, text) identifier,
    DOING_LIST(X)
#undef X
        DOING_COUNT
};

extern const char *const doing_texts[DOING_COUNT];

/* From now on told of each step, by the thread that quantizes: done of all. NULL ends it. A process
 * has one. */
typedef void doing_teller(void *context, enum doing doing, size_t done, size_t all);
void doing_watch(doing_teller *teller, void *context);
void doing_tell(enum doing doing, size_t done, size_t all);

#endif
