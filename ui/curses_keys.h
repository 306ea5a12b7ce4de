/* What curses reads, as keys of ui/keys.h and clicks. */
#ifndef UI_CURSES_KEYS_H
#define UI_CURSES_KEYS_H

#include <stdbool.h>

struct terminal_event {
    int key;  /* 0: a click */
    int y, x; /* of the click */
};

/* Never waits; false when nothing is left. */
bool curses_read(struct terminal_event *event) __attribute__((nonnull(1)));

#endif
