/* What an experiment asks of the workers of a trial. */
#ifndef EXPERIMENT_ORDER_H
#define EXPERIMENT_ORDER_H

#include "base/text.h"
#include "experiment/experiment.h"
#include "experiment/work.h"

/* Fills an order with all that follows from the experiment alone; kind, trial, process and
 * processing units are left at 0. Texts live in the experiment and in mode, which the caller
 * releases. */
void order_fill(const struct experiment *experiment, const struct trial *trial, struct work *work,
                struct text *mode) __attribute__((nonnull(1, 2, 3, 4)));

#endif
