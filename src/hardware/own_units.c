#include "hardware/own_units.h"

#include <sched.h>
#include <stdlib.h>

/* The mask that the process began with, once it was changed. */
static cpu_set_t began;
static bool is_known;

/* A topology that stands in for this machine's: see topology_load. */
static bool is_described(void)
{
    return getenv("HWLOC_SYNTHETIC") || getenv("HWLOC_XMLFILE");
}

void own_units_leave(const struct placement *placement)
{
    if (is_described() || (!is_known && sched_getaffinity(0, sizeof(began), &began) != 0))
        return;
    is_known = true;
    cpu_set_t left = began;
    for (int i = 0; i < placement->n_threads; i++)
        CPU_CLR(placement->pus[i], &left);
    sched_setaffinity(0, sizeof(left), CPU_COUNT(&left) > 0 ? &left : &began);
}

void own_units_return(void)
{
    if (is_known)
        sched_setaffinity(0, sizeof(began), &began);
}
