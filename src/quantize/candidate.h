/* From a model's file, or an architecture, to the file to ship: the whole of quantization in one
 * call, as the worker and `quantop quantize` do it. */
#ifndef QUANTIZE_CANDIDATE_H
#define QUANTIZE_CANDIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "formats/dataset/dataset.h"
#include "formats/model.h"
#include "model/load.h"
#include "quantize/mode.h"
#include "quantize/quantizer.h"

struct candidate {
    struct graph *graph;         /* as the mode left it, rounding as the file says */
    struct quantizer *quantizer; /* that made it, whose memory it shares; NULL: none did */
    unsigned char *bytes;        /* its file */
    bool is_kept;                /* which is the model's own, byte by byte */
    const struct model_format *format;
    size_t size, base_size;      /* bytes of it, and of the float32 form; 0: it has none */
    size_t calibration_samples;  /* 0 where the mode needs none */
    struct file_origins origins; /* of the file's operators, in layers of the graph */
    char **remarks; /* what the user should know about the calibration's data set and the graph */
    size_t n_remarks;
};

/* What to make. */
struct candidate_order {
    const char *model; /* a file, or an architecture: see model_load of model/load.h */
    const char *mode;  /* as for mode_parse */
    const struct load_options *load;        /* may be NULL */
    const struct dataset_spec *calibration; /* NULL where the mode needs none */
    /* Suffixes that end with NULL: the first one that has a form for the result is taken. NULL:
     * ".tflite" and, failing that, ".onnx". */
    const char *const *formats;
};

/* Loads the model, brings it into the mode and serializes it. Released with candidate_release. */
enum status candidate_make(const struct candidate_order *order, struct candidate *candidate,
                           struct error *error) __attribute__((nonnull(1, 2, 3)));
/* What a calibrated quantizer makes by a plan (see quantizer_apply), as a file in
 * the first of the formats that has a form for it. *bytes is to be freed. */
enum status candidate_write(struct quantizer *quantizer, const struct layer_plan *plan,
                            const char *const *formats, unsigned char **bytes, size_t *size,
                            struct error *error) __attribute__((nonnull(1, 3, 4, 5, 6)));
void candidate_release(struct candidate *candidate) __attribute__((nonnull(1)));

#endif
