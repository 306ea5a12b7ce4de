/* What a command that quantizes a model itself has around it: processing units that are free share
 * the work, and a line on a terminal says how far it is. */
#ifndef COMMAND_QUANTIZING_H
#define COMMAND_QUANTIZING_H

#include <stdbool.h>

#include "hardware/topology.h"
#include "quantize/candidate.h"

struct quantizing {
    struct placement units;
    bool has_line; /* standard error is a terminal */
};

/* Before the process is confined, which cannot find any of that out. */
enum status quantizing_open(struct quantizing *quantizing, struct error *error)
    __attribute__((nonnull(1, 2)));
void quantizing_close(struct quantizing *quantizing) __attribute__((nonnull(1)));

/* As candidate_make, with both. */
enum status quantizing_make(const struct quantizing *quantizing,
                            const struct candidate_order *order, struct candidate *candidate,
                            struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
