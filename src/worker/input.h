/* The inputs of the file to ship, as samples see them. */
#ifndef WORKER_INPUT_H
#define WORKER_INPUT_H

#include "experiment/work.h"
#include "formats/dataset/dataset.h"

/* Where a mode made the input's type, samples are those of the float model. facts may be NULL. The
 * result refers to the tensor. */
struct dataset_input worker_input(const struct work *work, const struct tensor *tensor,
                                  const struct input_facts *facts) __attribute__((nonnull(1, 2)));

#endif
