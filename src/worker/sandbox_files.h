/* The files that a worker needs (landlock). */
#ifndef WORKER_SANDBOX_FILES_H
#define WORKER_SANDBOX_FILES_H

#include <stdbool.h>

#include "experiment/work.h"

/* Version of the kernel's landlock; 0: it has none, or it is not switched on. */
long sandbox_landlock_version(void);
/* From now on nothing is written, made or removed by a path, and nothing read but what the order
 * names: the model's folder (for its weights), samples and labels, what was handed over, and what
 * the kernel says of the machine. A list of samples may name files anywhere, and a folder links to
 * them, so that with one of these all that the user may read can be read. False: it could not be
 * had. */
bool sandbox_restrict_files(const struct work *work) __attribute__((nonnull(1)));

#endif
