/* What is wrong with a calibration set, seen beside the samples that are scored. */
#ifndef WORKER_CALIBRATION_CHECK_H
#define WORKER_CALIBRATION_CHECK_H

#include <jansson.h>

#include "experiment/work.h"
#include "formats/dataset/model_data.h"

/* Appends a text for each finding of quantize/lint.h, of each input that takes real numbers. Some
 * of the calibration's and of the scored samples are read again for it. Drawn samples are not
 * looked at: they are what they are. */
void calibration_check(const struct work *work, const struct model_ends *ends, json_t *texts)
    __attribute__((nonnull(1, 2, 3)));

#endif
