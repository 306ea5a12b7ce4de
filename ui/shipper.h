/* Making the file of a row: done by whoever opens the screens, since ui/ knows no model. */
#ifndef UI_SHIPPER_H
#define UI_SHIPPER_H

#include <stdbool.h>
#include <stddef.h>

/* What is said is for people, and printable. */
struct ui_shipper {
    /* Begins to make the file of the trial; false: that cannot be done, as is said. */
    bool (*begin)(void *context, int trial, const char *path, char *said, size_t size);
    /* Goes on without waiting; false: it is over, and how is said. */
    bool (*work)(void *context, char *said, size_t size);
    void *context;
    bool is_busy; /* it has begun and is not over */
};

#endif
