/* Full-integer quantization: what int8, int8-io and 16x8 have in common. */
#ifndef QUANTIZE_INTEGER_H
#define QUANTIZE_INTEGER_H

#include "graph/graph.h"
#include "quantize/mode.h"

struct integer_scheme {
    enum type activation; /* TYPE_I8 or TYPE_I16 */
    enum type bias;       /* TYPE_I32 or TYPE_I64 */
    bool integer_io;      /* inputs and outputs keep the integer type */
    enum type io;         /* with integer_io: the activation type, or TYPE_U8 beside int8 */
};

/* Quantizes every node that the scheme has a rule for, with activations of int16 (and biases of
 * int64) where it is marked as wide and has a rule for these, unless its output is so small
 * beside its inputs that integers cannot say so; the others stay float between DEQUANTIZE and
 * QUANTIZE. The graph is a prepared float graph (float_graph.h), ranges are its calibration. */
enum status integer_quantize(struct graph *graph, const struct integer_scheme *scheme,
                             const struct mode_options *options, const struct ranges *ranges,
                             struct error *error) __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
