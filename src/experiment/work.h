/* What the parent asks of a worker, as one line of JSON each way: an order first, then, for timing,
 * one request per block. The worker answers with events (results/event.h), the last of which says
 * that it is through: "prepared", "memory", WORK_SCORED, "ledger", WORK_INSPECTED or WORK_SHOWN;
 * or else "failed". */
#ifndef EXPERIMENT_WORK_H
#define EXPERIMENT_WORK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "formats/dataset/dataset.h"
#include "formats/model.h"

/* Descriptors that a worker finds open. */
enum {
    WORK_SOCKET = 3,   /* orders and events */
    WORK_ARTIFACT = 4, /* the file to ship: written by a preparing worker, read by the others */
    WORK_INPUTS = 5,   /* raw inputs for timing, WORK_INPUT_COUNT of them: likewise */
    /* Outputs of fp32 for the scored samples: written by the worker that scores it, read by those
     * that score what is compared with it. Closed where there are none.
     * For layers an empty file, which their worker writes and reads. */
    WORK_REFERENCE = 6,
    /* What was decoded of data, as formats/dataset/cache.h has it: for all workers that read
     * samples. Closed where there is none. */
    WORK_DECODED = 7,
};

/* Timed inferences take turns with this many inputs. */
#define WORK_INPUT_COUNT 8

/* What a searching worker says: of the model, of each layer and plan, and of the end. Behind its
 * order it is told {"known": [...]}, events of layers and plans that were measured before. */
#define WORK_SEARCHING   "searching"
#define WORK_LAYER       "layer"
#define WORK_PLAN        "plan"
#define WORK_SEARCH_ENDS "found"

/* Tells what a model is: experiment/inquiry.h has what is in it. */
#define WORK_INSPECTED "inspected"

/* What a preparing worker is at, now and then: {"event": "doing", "doing": number of DOING_LIST
 * (quantize/doing.h), "done": 34, "all": 100}; for its parent alone. */
#define WORK_DOING "doing"

/* Ends the scores of a worker, {"event": "scored"}: for its parent alone, not for the journal. */
#define WORK_SCORED "scored"

/* Shows a sample as the model is fed it (worker/showing.c): pictures and curves as "pixels",
 * "height" x "width" x "channels" bytes from black to white, the sides at most WORK_SHOWN_SIDE. */
#define WORK_SHOWN      "shown"
#define WORK_SHOWN_SIDE 64

/* What fp32 makes of some samples, ahead of "prepared", where the order asks for it: by which
 * "metric", of how many "samples" out of a "total", the "seconds" that one took, "estimate", "low",
 * "high", what "chance" would come to, if that is known, and the "word" of a doubt
 * (results/plausible.h), "" for none. */
#define WORK_LOOKED "looked"

/* X(identifier, name). */
#define WORK_LIST(X)                                                                               \
    X(WORK_PREPARE, "prepare") /* read, calibrate, quantize, write the artifact */                 \
    X(WORK_TIME, "time")       /* load the artifact, then time blocks on request */                \
    X(WORK_SCORE, "score")     /* run the artifact over the data set */                            \
    X(WORK_LAYERS, "layers")   /* compare the artifact's layers with those of the float graph */   \
    X(WORK_SEARCH, "search")   /* look for layers that are to stay float32 */                      \
    X(WORK_INSPECT, "inspect") /* tell what the model is */                                        \
    X(WORK_SHOW, "show")       /* show samples on request */

enum work_kind {
#define X(identifier, name) identifier,
    WORK_LIST(X)
#undef X
        WORK_KIND_COUNT
};

/* What a scoring worker does with WORK_REFERENCE. */
enum reference_use { REFERENCE_NONE, REFERENCE_WRITTEN, REFERENCE_READ };

/* What a search is to keep; src/search/search.h. */
struct work_search {
    double drop;        /* of the metric, in its unit */
    double bytes;       /* 0: any */
    double seconds;     /* for all of it */
    const char *method; /* row of search_methods */
};

struct work {
    enum work_kind kind;
    enum reference_use reference;
    int trial, candidate, process;    /* numbers to put into the events */
    const char *model;                /* path, for prepare and for messages */
    const char *signature;            /* which one of the model's; NULL: the first */
    const char *mode;                 /* as mode_parse reads it */
    const struct model_shape *shapes; /* of the model's inputs */
    size_t n_shapes;
    const char *metric;       /* row of metric_kinds; NULL: whoever prepares chooses one */
    const char *isa;          /* row of isa_table */
    bool is_direct;           /* convolutions are computed as they are defined */
    const char *runtime;      /* row of runtime_table */
    const char *format;       /* suffix of the file to make; NULL: what the runtime prefers */
    const char *library;      /* path of the runtime's; NULL: it is looked for */
    double memory_bytes;      /* of its process; 0: three quarters of the machine's */
    double inference_seconds; /* of one that is timed; 0: any */
    long most_nodes;          /* of the model; 0: any */
    bool is_unguarded;        /* the worker keeps what it may do: see worker/sandbox.h */
    double block_ms, warmup_ms;
    double profile_seconds; /* for the steps, once nothing more is timed; 0: not at all */
    double check_seconds;   /* for each way of looking at some samples before measuring; 0: none */
    bool tells_look;        /* what comes of that is told, too: WORK_LOOKED */
    bool has_threshold;
    double threshold;     /* of an output of one element: class 1 lies above it */
    size_t layer_samples; /* that layers are looked at with, at most */
    double layer_seconds; /* for all layers of the candidate */
    long seed;
    bool has_data, has_calibration;
    struct dataset_spec data, calibration;
    struct work_search search;
    int n_pus; /* threads to run on; for scoring, samples are shared among them */
    int *pus;
};

const char *work_kind_name(enum work_kind kind);

/* A new reference. */
json_t *work_encode(const struct work *work) __attribute__((returns_nonnull, nonnull(1)));
/* Texts and lists are copied into the arena. An order of another program is STATUS_FORMAT. */
enum status work_decode(const json_t *order, struct arena *arena, struct work *work,
                        struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

/* The requests of timing: {"do": "block", "round": N} and {"do": "finish"}. */
json_t *work_block_request(long round) __attribute__((returns_nonnull));
json_t *work_finish_request(void) __attribute__((returns_nonnull));
/* The request of showing, {"do": "show", "sample": K}, and the number that one is for. */
json_t *work_show_request(size_t sample) __attribute__((returns_nonnull));
size_t work_asks_for_sample(const json_t *request) __attribute__((nonnull(1)));
/* Whether the request is one for a block, and of which round. */
bool work_asks_for_block(const json_t *request, long *round) __attribute__((nonnull(1, 2)));

#endif
