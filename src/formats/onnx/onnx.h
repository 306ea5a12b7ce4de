/* The .onnx format, and the versions of it that are read and written. */
#ifndef FORMATS_ONNX_ONNX_H
#define FORMATS_ONNX_ONNX_H

#include "formats/model.h"

/* Versions that are read, of the container (IR version) and of the standard operators (operator
 * set): those of ONNX 1.0 to 1.20. A later IR version may change what known
 * fields mean, and a later operator set what known operators compute: both are refused. */
#define ONNX_IR_FIRST    3
#define ONNX_IR_LAST     13
#define ONNX_OPSET_FIRST 1
#define ONNX_OPSET_LAST  25

/* Versions that are written: an operator set that runtimes of some age can read, or, where
 * activations have 16 bits, the first whose QuantizeLinear takes them; each with the IR version of
 * its release. */
#define ONNX_OPSET_USUAL 17
#define ONNX_IR_USUAL    8
#define ONNX_OPSET_WIDE  21
#define ONNX_IR_WIDE     10

/* How integers are rounded in files that do not state it. */
#define ONNX_ROUNDING ROUNDING_ONCE

extern const struct model_format onnx_format;

/* The format's functions; see struct model_format. When reading, images are NCHW in the file and
 * NHWC where operators of the graph want them; reading may be NULL. */
enum status onnx_read(const char *name, const unsigned char *bytes, size_t size,
                      const struct model_reading *reading, struct graph **graph,
                      struct error *error) __attribute__((nonnull(1, 2, 5, 6)));
enum status onnx_write(const struct graph *graph, const struct model_writing *writing,
                       unsigned char **bytes, size_t *size, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
