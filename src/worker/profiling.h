/* The profiling pass: how long each step of an inference takes, found apart from what is timed. */
#ifndef WORKER_PROFILING_H
#define WORKER_PROFILING_H

#include <jansson.h>

#include "runtimes/runtime.h"

struct profiling {
    const struct runtime_model *model;
    struct runtime_session *session;
    /* One inference on the next input. */
    enum status (*run)(void *context, struct error *error);
    void *context;
    double seconds;       /* how long, but for a fewest and a most of inferences */
    double block_seconds; /* of these blocks: like timed ones, each begins with the caches lost */
};

/* The event "steps" without trial and process, a new reference; NULL where the runtime cannot look
 * into a network. */
enum status profile_steps(const struct profiling *profiling, json_t **event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
