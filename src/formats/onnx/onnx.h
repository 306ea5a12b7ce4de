/* The .onnx format (operator sets 7 to 25, IR versions 3 to 13). */
#ifndef FORMATS_ONNX_ONNX_H
#define FORMATS_ONNX_ONNX_H

#include "formats/model.h"

extern const struct model_format onnx_format;

/* The format's functions; see struct model_format. */
enum status onnx_read(const char *name, const unsigned char *bytes, size_t size,
                      const struct model_reading *reading, struct graph **graph,
                      struct error *error) __attribute__((nonnull(1, 2, 5, 6)));
enum status onnx_write(const struct graph *graph, const struct model_writing *writing,
                       unsigned char **bytes, size_t *size, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
