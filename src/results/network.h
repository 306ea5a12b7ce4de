/* What a row's file computes: its operators in their order and the tensors between them, as the
 * worker that made the file told. */
#ifndef RESULTS_NETWORK_H
#define RESULTS_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "results/results.h"

/* Texts are printable, "" where there are none; numbers are NaN where they are not known. */
struct network_tensor {
    const char *name, *type, *shape; /* "conv1", "int8", "1x28x28x16" (NHWC) */
    double bytes;                    /* of a constant; NaN: it is computed, or an input */
    double bits;                     /* that files keep of each element, where these are fewer */
    double scales;                   /* 0: not quantized; 1: one for all; else per index of axis, */
    double axis, block;              /* or per so many neighbours along it */
    double scale[2];                 /* the least and the greatest */
    double zero_point;               /* of one scale */
    double held[2]; /* the least and greatest number that it can hold, of one scale */
    double seen[2]; /* likewise of fp32, in calibration */
    int writer;     /* the operator that computes it; -1: none that is told */
};

struct network_operator {
    const char *op;         /* "CONV_2D" */
    const char *window;     /* height, width and stride: "3x3/2" */
    const char *activation; /* that it applies to its output: "RELU6" */
    const char *params;     /* "padding=SAME stride_w=2 stride_h=2" */
    const int *inputs;      /* tensors; -1: an optional one that is absent */
    const int *outputs;
    size_t n_inputs, n_outputs;
    int weights; /* the tensor that a product takes as such; -1: none */
    double macs, parameters;
    double constant_bytes; /* of all constants that it reads */
};

/* Bytes of constants of a type. */
struct network_constants {
    const char *type;
    double bytes;
};

/* Tensors, in the order of the model. */
struct network_ends {
    const int *tensors;
    size_t count; /* that are told */
    double all;   /* that there are */
};

struct network {
    const char *format, *version; /* "tflite", "schema version 3" */
    const char *description;      /* free text of the file */
    const char *spelling;         /* what is otherwise in the file than it is told here */
    const char *arithmetic;       /* how integers are rounded, and who else does so */
    double parameters, macs;      /* of all operators */
    double count;                 /* of operators that there are, of which these are told: */
    const struct network_operator *operators;
    const struct network_tensor *tensors;
    const struct network_constants *constants; /* of all operators */
    size_t n_operators, n_tensors, n_constants;
    struct network_ends inputs, outputs, variables;
};

/* Of a candidate; NULL: it is not known. Valid until the results are freed. */
const struct network *results_network(struct results *results, int candidate)
    __attribute__((nonnull(1)));
/* Why it is not known, where the line of the journal cannot be read; NULL: no event told of it. */
const char *results_network_absent(struct results *results, int candidate)
    __attribute__((nonnull(1)));

/* Appends the operators of a candidate by kind, all of them: "CONV_2D int8 x int8 x8, SOFTMAX int8
 * x1"; nothing in older journals. */
void results_print_kinds(const struct results *results, int candidate, struct text *out)
    __attribute__((nonnull(1, 3)));
/* Those that only convert between real numbers and integers, of them; NaN: not known. */
double results_conversions(const struct results *results, int candidate)
    __attribute__((nonnull(1)));

/* The operator of another network that computes the same: its first output has the same name and
 * shape, and no other output there has. -1: there is none. */
int network_counterpart(const struct network *network, size_t number, const struct network *other)
    __attribute__((nonnull(1, 3)));

#endif
