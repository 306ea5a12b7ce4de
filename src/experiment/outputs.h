/* What an experiment writes, and that this harms nothing. */
#ifndef EXPERIMENT_OUTPUTS_H
#define EXPERIMENT_OUTPUTS_H

#include "base/error.h"
#include "experiment/experiment.h"

/* Checks all outputs before anything is measured or written. STATUS_INVALID: one of them is, or
 * lies in, what the experiment reads (a model, data, labels, the profile, a library, the baseline),
 * by whatever name. STATUS_IO: a report could not be written. */
enum status outputs_check(const struct experiment *experiment, struct error *error)
    __attribute__((nonnull(1, 2)));

/* The first of these checks for one path, "-" or a file. */
enum status output_check(const char *path, const struct experiment *experiment, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* STATUS_INVALID where a command's output is its own input. */
enum status output_refuse_input(const char *output, const char *input, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
