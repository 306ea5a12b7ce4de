/* Runtimes: what executes the file of a model. One row each: "builtin" is this program's engine,
 * the others are libraries that are looked for at run time; nothing of them is needed to build
 * it. */
#ifndef RUNTIMES_RUNTIME_H
#define RUNTIMES_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "graph/graph.h"
#include "graph/input_facts.h"
#include "hardware/cpu.h"
#include "hardware/topology.h"

struct runtime;

struct runtime_options {
    /* Threads and where they run, the caller being the first of them; NULL: the caller alone, where
     * it happens to be, as many callers at a time as there are sessions. */
    const struct placement *placement;
    enum isa isa;   /* the most that kernels may use, where the runtime lets one say so */
    bool is_direct; /* likewise: convolutions are computed as they are defined */
    /* Inputs and outputs of integer types come with scale and zero point, inputs with their facts.
     * A library that knows only types needs the graph for that, whose memory is not to be measured
     * with the library's. */
    bool needs_scales;
    /* Outputs are what can be compared (graph/comparable.h). No library runs a file with operators
     * for which that is something else. */
    bool compares;
};

/* A model that a runtime has loaded: the beginning of the runtime's own struct. */
struct runtime_model {
    const struct runtime *runtime;
    const struct tensor *inputs, *outputs; /* names, types and shapes; scales as asked for */
    int n_inputs, n_outputs;
    const struct input_facts *facts; /* of each input; NULL: not asked for */
    int n_states;                    /* variables that a session keeps from run to run */
};

/* The memory of one inference at a time: the beginning of the runtime's own struct. */
struct runtime_session {
    const struct runtime *runtime;
    /* The whole of what is timed: one call, on inputs that are in place. Threads of a library may
     * spin for a while after it. */
    enum status (*run)(struct runtime_session *session, struct error *error);
    /* Gives variables their first values, as in a new session; NULL where there are none. */
    void (*reset)(struct runtime_session *session);
    void **inputs;        /* elements, to be filled before each run */
    const void **outputs; /* elements, valid until the next run */
};

/* What a runtime tells of a loaded model. */
struct runtime_report {
    double arena_bytes, weight_bytes, scratch_bytes; /* negative: it does not tell */
    const char *isa;                                 /* of the best kernel; or who chooses it */
    const char *arithmetic;     /* of integers, see graph_arithmetic(); NULL: the library's own */
    const char *const *kernels; /* of each step, in order */
    int n_kernels;
    const char *note; /* where there are no names of kernels: what is known instead; else NULL */
};

/* What a runtime tells of a step beside its time; what it does not tell of texts is "". Texts live
 * as long as the model. */
struct runtime_step {
    const char *op, *merged; /* operator of the file, and those that it does on the way, or "" */
    const char *kernel, *isa;
    const char *arithmetic;     /* of ceiling_kind_names: what its products are made of */
    const char *input, *output; /* "int8 1x28x28x16"; input "": it reads constants alone */
    const int *nodes;           /* operators of the file whose work it does, ascending */
    int n_nodes;
    /* As struct step_facts has them; negative: not known. */
    double macs, constant_bytes, read_bytes, written_bytes;
};

/* What a library recorded of the runs of a session. */
struct runtime_record {
    const struct runtime_step *steps;
    int n_steps;
    size_t n_runs;
    const double *ticks; /* that steps took, cut to whole ones: run by run, n_steps of each */
    double tick_ns;
    const char *clock; /* what measured them */
};

struct runtime {
    const char *name;           /* "onnxruntime" */
    const char *text;           /* one sentence */
    const char *const *formats; /* suffixes of the files that it takes, the preferred one first;
                                   ends with NULL */
    bool is_baseline;           /* what the other runtimes are compared with */
    const char *library;        /* "libonnxruntime.so"; NULL: it is part of this program */
    const char *variable;       /* of the environment: path of the library; NULL likewise */
    /* Finds the library, once per process; path as somebody gave it, NULL: look where it usually
     * is. What follows may only be called when it was found. */
    enum status (*find)(const char *path, struct error *error);
    const char *(*version)(void);
    const char *(*where)(void); /* path of the library found; NULL: part of this program */
    /* Reads the file at path, which messages call name. */
    enum status (*load)(const char *name, const char *path, const struct runtime_options *options,
                        struct runtime_model **model, struct error *error);
    void (*release)(struct runtime_model *model);
    /* Lives as long as the model. */
    struct runtime_report (*report)(const struct runtime_model *model);
    /* The model must outlive the session. With a placement there is one session at a time, used by
     * the thread that loaded the model. */
    enum status (*open)(struct runtime_model *model, struct runtime_session **session,
                        struct error *error);
    void (*close)(struct runtime_session *session);
    /* One per kernel of the report, in order; as long as the model lives. NULL: it does not
     * tell. */
    const struct runtime_step *(*steps)(const struct runtime_model *model, int *count);
    /* Calls told during each run: before the first step, with -1, and after each, with its number
     * as the report's kernels have it; told NULL ends it. NULL: the runtime cannot look into a
     * network. */
    void (*watch)(struct runtime_session *session, void (*told)(void *context, int step),
                  void *context);
    /* Opens another session of the same model, whose library records how long its steps take. It
     * writes that into a file that it makes: whoever calls sees to it that this is the one of the
     * descriptor. Runs of it are slower; *n_steps is about how many steps each has. NULL: the
     * library cannot. */
    enum status (*record)(const struct runtime_model *model, int file,
                          struct runtime_session **session, int *n_steps, struct error *error);
    /* Ends the recording and reads it, as any file of a stranger; what it tells lives as long as
     * the session. */
    enum status (*recorded)(struct runtime_session *session, struct runtime_record *record,
                            struct error *error);
    /* Runs the inputs once more and writes into text which node is the first to yield a value that
     * is not finite; false where none does. NULL: the runtime cannot look into a network. */
    bool (*blame)(const struct runtime_model *model, void *const *inputs, char *text, size_t size);
};

extern const struct runtime *const runtime_table[];
extern const size_t runtime_count;

/* By name, or NULL. */
const struct runtime *runtime_find(const char *name) __attribute__((nonnull(1)));

/* NULL is fine. */
void runtime_release(struct runtime_model *model);
void runtime_close(struct runtime_session *session);

/* Begins another sequence. */
void runtime_reset(struct runtime_session *session) __attribute__((nonnull(1)));

#endif
