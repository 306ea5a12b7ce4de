/* The machine as hwloc sees it, and the placements that it offers.
 *
 * Only processing units that this process may use count: a container's or cpuset's limits, and a
 * mask that it was started with (taskset, numactl, a batch system), are the machine. */
#ifndef HARDWARE_TOPOLOGY_H
#define HARDWARE_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

struct topology;

/* Discovers this machine, from a thread that has not been bound yet. HWLOC_SYNTHETIC or
 * HWLOC_XMLFILE in the environment replace it, for tests; binding then does nothing. Released with
 * topology_free (NULL is fine). STATUS_SYSTEM: hwloc failed. */
enum status topology_load(struct topology **topology, struct error *error)
    __attribute__((nonnull(1, 2)));
void topology_free(struct topology *topology);

/* One line: "1 package, 2 cores, 2 threads, L2 2 x 1 MiB, L3 32 MiB, 1 NUMA node, 23.4 GiB". */
const char *topology_summary(const struct topology *topology)
    __attribute__((returns_nonnull, nonnull(1)));
/* The units that a mask leaves to this process: "pu:1,4-5"; "" where there is none. */
const char *topology_mask(const struct topology *topology)
    __attribute__((returns_nonnull, nonnull(1)));
/* The tree, one line per object, identical siblings factored as "2 x Core", and the CPU kinds. */
void topology_print(const struct topology *topology, struct text *out)
    __attribute__((nonnull(1, 2)));

/* Which processing units run a trial: one entry per thread. */
struct placement {
    char name[48]; /* as the user wrote it, in canonical form: "1", "cores", "pu:0,2" */
    int n_threads;
    int *pus; /* per thread: operating-system index of the processing unit it is bound to */
};

/* One row per kind of placement. A number N is N cores; "pu:LIST" is given units. */
struct placement_kind {
    const char *name, *text;
    const char *phrase; /* "one core": what a sentence says in place of the name; NULL: the name */
};

extern const struct placement_kind placement_kinds[];
extern const size_t placement_kind_count;

/* What a sentence calls a placement, of this machine or of another. */
const char *placement_phrase(const char *name) __attribute__((returns_nonnull, nonnull(1)));

/* Whether a name could be that of a placement of some machine; else STATUS_INVALID with the nearest
 * name, and with what there is to choose from. */
enum status placement_check(const char *name, struct error *error) __attribute__((nonnull(1, 2)));

/* Resolves a name on this machine. A kind that the machine does not have (efficiency cores) is
 * STATUS_UNSUPPORTED, an unknown name STATUS_INVALID with the nearest valid one. */
enum status placement_resolve(const struct topology *topology, const char *name,
                              struct placement *placement, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));
void placement_release(struct placement *placement) __attribute__((nonnull(1)));

/* Binds the calling thread to one processing unit (operating-system index); STATUS_SYSTEM when the
 * system refuses. */
enum status bind_thread(int pu, struct error *error) __attribute__((nonnull(2)));
/* Whether that does anything: not on a topology that stands in for this machine's. */
bool binding_is_real(void);

#endif
