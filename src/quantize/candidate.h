/* From a model's file, or an architecture, to the file to ship: the whole of quantization in one call, as the worker and
 * `quantop quantize` do it. */
#ifndef QUANTIZE_CANDIDATE_H
#define QUANTIZE_CANDIDATE_H

#include <stddef.h>

#include "base/error.h"
#include "formats/dataset.h"
#include "formats/model.h"
#include "quantize/mode.h"

struct candidate {
    struct graph *graph;  /* as the mode left it */
    unsigned char *bytes; /* its file */
    const struct model_format *format;
    size_t size, base_size;     /* bytes of it, and of the float32 form; 0: it has none */
    size_t calibration_samples; /* 0 where the mode needs none */
};

/* Reads the model (or builds it, see model_load of quantize/load.h), brings it into the mode (text
 * as for mode_parse) and serializes it. calibration may be NULL where the mode needs none. formats
 * are suffixes that end with NULL: the first one that has a form for the result is taken; NULL
 * stands for ".tflite" and, failing that, ".onnx". Released with candidate_release. */
enum status candidate_make(const char *model, const char *mode,
                           const struct dataset_spec *calibration, const char *const *formats,
                           struct candidate *candidate, struct error *error)
    __attribute__((nonnull(1, 2, 5, 6)));
void candidate_release(struct candidate *candidate) __attribute__((nonnull(1)));

#endif
