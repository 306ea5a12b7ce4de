/* How integer operators round. A sum of products counts steps of input scale times weight scale,
 * the output counts steps of its own: results are multiplied by the ratio of both. RESIZE_BILINEAR
 * and L2_NORMALIZATION of integers only round twice. */
#ifndef GRAPH_ROUNDING_H
#define GRAPH_ROUNDING_H

#include <stdbool.h>
#include <stddef.h>

enum rounding {
    /* As TensorFlow Lite Micro and the reference kernels of LiteRT do it: the ratio of the steps is
     * a 32-bit mantissa and a shift, each of which rounds (kernels/common/fixed_point.h). Real
     * numbers are rounded with halves away from zero. .tflite files that state nothing are taken
     * for that. */
    ROUNDING_TWICE,
    /* As .onnx files are specified, and as XNNPACK does it, with which LiteRT runs int8 on CPUs:
     * the ratio is a real number, and the product is rounded, halves to the even neighbour
     * (kernels/common/real_scale.h). */
    ROUNDING_ONCE,
};

/* "twice" or "once": what files say where it is not their format's own way. */
const char *rounding_name(enum rounding rounding);
/* Sets *rounding and returns true when the length bytes are such a name. */
bool rounding_find(const char *name, size_t length, enum rounding *rounding)
    __attribute__((nonnull(1, 3)));

#endif
