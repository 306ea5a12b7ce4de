/* Calibration: running the float graph over a representative data set and watching its tensors. */
#ifndef QUANTIZE_CALIBRATE_H
#define QUANTIZE_CALIBRATE_H

#include "formats/dataset/model_data.h"
#include "graph/graph.h"
#include "quantize/mode.h"

/* Runs all samples through the graph and fills ranges, of float32 tensors, for the integers of a
 * mode. ranges_release frees them; nothing is to be freed where there was an error. */
enum status calibrate(const struct graph *graph, struct model_data *data, const struct mode *mode,
                      const struct mode_options *options, struct ranges *ranges,
                      struct error *error) __attribute__((nonnull(1, 2, 3, 4, 5, 6)));
void ranges_release(struct ranges *ranges) __attribute__((nonnull(1)));

#endif
