/* The profiling pass: how long each step of an inference takes, found apart from what is timed. */
#ifndef WORKER_PROFILING_H
#define WORKER_PROFILING_H

#include <jansson.h>
#include <stdint.h>

#include "runtimes/runtime.h"

struct profiling {
    const struct runtime_model *model;
    struct runtime_session *session;
    /* One inference on the next input, and its time without the copying of that. */
    enum status (*run)(void *context, uint64_t *ns, struct error *error);
    void *context;
    double seconds;       /* how long, but for a fewest and a most of inferences */
    double block_seconds; /* of these blocks: like timed ones, each begins with the caches lost */
    /* Has what follows run in another session of the model, when its threads have come to rest. */
    void (*use)(void *context, struct runtime_session *session);
};

/* A median needs some inferences; of more than the most, which are spread over the time that there
 * is, it would say nothing new. */
#define PROFILED_LEAST 11
#define PROFILED_MOST  300

/* What somebody else would have the caches for, to be free()d; NULL: there is no memory for it. */
unsigned char *profiling_foreign(void);
/* Begins a block: the caches are lost to foreign, and PROFILED_WARMUP inferences warm them up. */
enum status profiling_begin_block(const struct profiling *profiling, unsigned char *foreign,
                                  struct error *error) __attribute__((nonnull(1, 3)));
#define PROFILED_WARMUP 3
/* A step of the event; a new reference. */
json_t *profiling_describe(const struct runtime_step *step, double ns) __attribute__((nonnull(1)));

/* The event "steps" without trial and process, a new reference; of a runtime that one can watch. */
enum status profile_steps(const struct profiling *profiling, json_t **event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The same, of a runtime whose library records its steps. */
enum status profile_recorded(const struct profiling *profiling, json_t **event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
