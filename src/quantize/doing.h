/* What quantizing is at, for those who wait for it. */
#ifndef QUANTIZE_DOING_H
#define QUANTIZE_DOING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* X(identifier, what a user reads before "34 of 100"). */
#define DOING_LIST(X)                                                                              \
    X(DOING_CHANNELS, "looking at channels,")                                                      \
    X(DOING_CALIBRATION, "calibrating,")                                                           \
    X(DOING_SEARCH, "searching ranges, layer")                                                     \
    X(DOING_ROUNDING, "rounding, layer")                                                           \
    X(DOING_BIASES, "correcting biases, layer")

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

/* How it goes on, for words that are shown in each other's place; zeroed at first. */
struct doing_pace {
    bool is_begun;
    enum doing doing;
    double began, shown; /* that, and the last words: seconds of clock_seconds */
};

/* Adds "calibrating, 34 of 100, about 12 s left", of this stage; false and nothing where the last
 * words were just shown. */
bool doing_words(struct doing_pace *pace, enum doing doing, size_t done, size_t all,
                 struct text *out) __attribute__((nonnull(1, 5)));

#endif
