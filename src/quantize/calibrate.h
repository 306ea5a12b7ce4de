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
/* What another observer makes of the same samples: one range per tensor, for the integers of the
 * mode, to be freed. The ranges are of observer search, the other one is mse or minmax. */
struct range *calibrate_by(const struct graph *graph, const struct ranges *ranges,
                           const struct mode *mode, const char *observer)
    __attribute__((returns_nonnull, nonnull(1, 2, 3, 4)));
void ranges_release(struct ranges *ranges) __attribute__((nonnull(1)));

#endif
