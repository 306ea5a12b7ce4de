/* What a placement can do at most: products per second of each kind, and bytes read per second from
 * each level of memory, measured with the loops of kernels/ceiling.h. */
#ifndef WORKER_CEILINGS_H
#define WORKER_CEILINGS_H

#include <jansson.h>

#include "base/error.h"
#include "hardware/topology.h"
#include "kernels/ceiling.h"

#define CEILINGS_LEVELS_MAX 4

struct ceilings_level {
    char name[8];    /* "L1", "L2", "L3", "RAM" */
    double capacity; /* bytes that all threads together find there; 0: RAM, whatever there is */
    double read;     /* bytes per second, by all threads together */
};

struct ceilings {
    int threads;
    enum isa isa; /* the most that the loops were to use */
    double
        macs[CEILING_READ]; /* multiply-accumulates per second; 0: the CPU has no such products */
    struct ceilings_level levels[CEILINGS_LEVELS_MAX];
    int n_levels;
    long rounds; /* measured so often: the best of all counts */
};

/* Measures once, for about 0.2 s; binds the calling thread. */
enum status ceilings_measure(const struct placement *placement, enum isa isa,
                             struct ceilings *ceilings, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* The same, kept in $XDG_CACHE_HOME/quantop or ~/.cache/quantop with what identifies the machine,
 * and measured anew the first few times that somebody asks, since load makes it too low. Without a
 * place to keep it, it is measured each time. Called by a process of one thread: a child measures,
 * so that neither memory nor binding are the caller's. */
enum status ceilings_get(const struct placement *placement, enum isa isa, struct ceilings *ceilings,
                         struct error *error) __attribute__((nonnull(1, 3, 4)));

/* Gets them for this process to remember, as long as it may still start others and write files; and
 * what it remembers, NULL: nothing. */
void ceilings_note(const struct placement *placement, enum isa isa) __attribute__((nonnull(1)));
const struct ceilings *ceilings_noted(void);

/* As the event "steps" has them (results/event.h), a new reference; and back: false where it is
 * something else. */
json_t *ceilings_pack(const struct ceilings *ceilings) __attribute__((returns_nonnull, nonnull(1)));
bool ceilings_unpack(const json_t *packed, struct ceilings *ceilings) __attribute__((nonnull(2)));

#endif
