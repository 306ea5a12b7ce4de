/* An experiment that gets more modes and placements while it is measured. */
#ifndef EXPERIMENT_GROW_H
#define EXPERIMENT_GROW_H

#include "experiment/experiment.h"

/* Adds a mode as the key `mode` takes it, or a placement as `placement` does, behind those that
 * there are, and its trials behind the others. STATUS_INVALID, which changes nothing: it is none,
 * with the nearest one, or is there already. */
enum status grow_mode(struct experiment *experiment, const char *text, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status grow_placement(struct experiment *experiment, const char *text, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* The mode with this label, or spelled like this; the placement of this name. Their count: there is
 * none, and the error names the nearest one. */
size_t grow_find_mode(const struct experiment *experiment, const char *text, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
size_t grow_find_placement(const struct experiment *experiment, const char *text,
                           struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
