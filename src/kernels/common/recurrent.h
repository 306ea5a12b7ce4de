/* LSTM, GRU and SIMPLE_RNN of float32, as ONNX defines them: what their kernels prepare. Shapes are
 * those of graph/infer_recurrent.c. */
#ifndef KERNELS_COMMON_RECURRENT_H
#define KERNELS_COMMON_RECURRENT_H

#include "kernels/kernel.h"

/* Inputs: x [time, batch, depth]; the matrices w [directions, gates * hidden, depth] and r
 * [directions, gates * hidden, hidden]; the biases of both [directions, 2 * gates * hidden];
 * lengths (int32) [batch]; the initial hidden values and cells [directions, batch, hidden]; and
 * peepholes [directions, 3 * hidden]. From the biases on they may be absent; the last two are
 * those of LSTM. */
enum recurrent_input {
    RECURRENT_X,
    RECURRENT_W,
    RECURRENT_R,
    RECURRENT_BIAS,
    RECURRENT_LENGTHS,
    RECURRENT_INITIAL_H,
    RECURRENT_INITIAL_C,
    RECURRENT_PEEPHOLES,
};

/* Outputs: all hidden values [time, directions, batch, hidden], the last ones, and the last
 * cells. */
enum recurrent_output { RECURRENT_Y, RECURRENT_LAST_H, RECURRENT_LAST_C };

/* Rows of `hidden` numbers that each thread has in the scratch. */
#define RECURRENT_WORK_ROWS 4

/* The state of a call. The item of work is one sequence in one direction. */
struct recurrent {
    size_t time, batch, depth, hidden, directions, gates;
};

/* Makes a struct recurrent the state. STATUS_UNSUPPORTED for an input of another type. */
enum status recurrent_prepare(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
