/* What ONNX Runtime records of a session: one event per node and run, with its time in whole
 * microseconds. It puts names of the model into its JSON as they are, so it is read as any file of
 * a stranger is. */
#ifndef RUNTIMES_ORT_TRACE_H
#define RUNTIMES_ORT_TRACE_H

#include "base/arena.h"
#include "base/error.h"

/* A node of the graph that the library made of the model's. */
struct ort_trace_step {
    const char *name;                 /* of the node, as it is */
    const char *op, *provider;        /* "QLinearConv", "CPUExecutionProvider"; printable */
    const char *type;                 /* of input 0: "int8"; "": not told */
    const char *input, *output;       /* "int8 1x28x28x16"; "": not told */
    double read_bytes, written_bytes; /* of activations; negative: not told */
};

struct ort_trace {
    const struct ort_trace_step *steps; /* in the order in which they first ran */
    size_t n_steps, n_runs;
    const double *us; /* run by run, n_steps of each */
};

/* Nobody should read larger ones. */
#define ORT_TRACE_BYTES_MAX ((size_t)128 << 20)
/* The library keeps no more events than a million. */
#define ORT_TRACE_EVENTS_MAX ((size_t)1 << 20)

/* Lists and texts are in the arena. STATUS_FORMAT, with the byte at which the event begins, where
 * it is not what it should be: no JSON, cut off, a time that is no number or is negative, a node
 * that ran more often than others. STATUS_UNSUPPORTED: a node runs others (If, Loop), whose times
 * it would hold once more. */
enum status ort_trace_read(const char *bytes, size_t size, struct arena *arena,
                           struct ort_trace *trace, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5)));

#endif
