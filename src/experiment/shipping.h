/* The file of a row once more, for whoever wants to ship it: a worker makes it as that of the run
 * was made, while whoever asked goes on. */
#ifndef EXPERIMENT_SHIPPING_H
#define EXPERIMENT_SHIPPING_H

#include "experiment/asked.h"
#include "experiment/experiment.h"
#include "hardware/topology.h"

struct shipping {
    const struct experiment *experiment;
    struct placement everything; /* the units that workers use */
    struct asked asked;
    char *path;
};

/* The experiment outlives the shipping. */
enum status shipping_init(struct shipping *shipping, const struct experiment *experiment,
                          const struct topology *topology, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
/* Begins to make the file of a trial (by its number) in the format that the path's suffix names.
 * STATUS_INVALID: it names none, there is such a file already, or it is one that is read;
 * STATUS_IO, STATUS_SYSTEM. */
enum status shipping_begin(struct shipping *shipping, int trial, const char *path,
                           struct error *error) __attribute__((nonnull(1, 3, 4)));
/* Never waits. False: the worker is still at it. Else the file is written, or the error says why
 * not. */
bool shipping_is_over(struct shipping *shipping, enum status *status, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
void shipping_release(struct shipping *shipping) __attribute__((nonnull(1)));

#endif
