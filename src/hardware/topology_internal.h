/* The handle, for the files of this module. */
#ifndef HARDWARE_TOPOLOGY_INTERNAL_H
#define HARDWARE_TOPOLOGY_INTERNAL_H

#include <hwloc.h>
#include <stdbool.h>

struct topology {
    hwloc_topology_t hwloc;
    bool is_this_machine; /* false: a description of another one, which nothing can be bound to */
    char mask[64]; /* the units that a mask leaves to this process; "": there is no such mask */
    char summary[320];
};

/* An empty set of processing units, freed with hwloc_bitmap_free. Never NULL: the process ends
 * where there is no memory, as it does for all that is small. */
hwloc_bitmap_t topology_bitmap(void) __attribute__((returns_nonnull));

#endif
