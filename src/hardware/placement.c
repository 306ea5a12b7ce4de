/* Placements: names of sets of processing units, and binding to one. */
#include <hwloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "hardware/topology.h"
#include "hardware/topology_internal.h"

/* Before a list of units in a name. */
#define LIST_PREFIX "pu:"

/* Fills units with what a kind stands for; false: the machine has no such thing. */
typedef bool units_function(hwloc_topology_t hwloc, hwloc_bitmap_t units);

/* One thread per core: the first unit of each within the set. */
static void keep_one_per_core(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    hwloc_bitmap_singlify_per_core(hwloc, units, 0);
}

static bool all_cores(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    hwloc_bitmap_copy(units, hwloc_topology_get_allowed_cpuset(hwloc));
    keep_one_per_core(hwloc, units);
    return true;
}

static bool all_threads(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    hwloc_bitmap_copy(units, hwloc_topology_get_allowed_cpuset(hwloc));
    return true;
}

/* The cores of the first object of a type. */
static bool first_of(hwloc_topology_t hwloc, hwloc_obj_type_t type, hwloc_bitmap_t units)
{
    hwloc_obj_t object = hwloc_get_obj_by_type(hwloc, type, 0);
    if (!object)
        return false;
    hwloc_bitmap_copy(units, object->cpuset);
    keep_one_per_core(hwloc, units);
    return true;
}

static bool first_l3(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    return first_of(hwloc, HWLOC_OBJ_L3CACHE, units);
}

static bool first_numa_node(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    return first_of(hwloc, HWLOC_OBJ_NUMANODE, units);
}

static bool first_package(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    return first_of(hwloc, HWLOC_OBJ_PACKAGE, units);
}

/* The cores of the weakest (rank 0) or of the most powerful kind. */
static bool cores_of_kind(hwloc_topology_t hwloc, bool most, hwloc_bitmap_t units)
{
    int kinds = hwloc_cpukinds_get_nr(hwloc, 0);
    if (kinds < 2)
        return false;
    unsigned kind = most ? (unsigned)kinds - 1 : 0;
    if (hwloc_cpukinds_get_info(hwloc, kind, units, NULL, NULL, NULL, 0) != 0)
        return false;
    keep_one_per_core(hwloc, units);
    return true;
}

static bool efficient_cores(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    return cores_of_kind(hwloc, false, units);
}

static bool performance_cores(hwloc_topology_t hwloc, hwloc_bitmap_t units)
{
    return cores_of_kind(hwloc, true, units);
}

/* X(name, function, text); the rows of placement_kinds in the same order. */
#define KIND_LIST(X)                                                                               \
    X("cores", all_cores, "one thread on each core")                                               \
    X("threads", all_threads, "one thread on each processing unit, hardware threads included")     \
    X("l3", first_l3, "one thread on each core that shares the first L3 cache")                    \
    X("numa", first_numa_node, "one thread on each core of the first NUMA node")                   \
    X("package", first_package, "one thread on each core of the first package")                    \
    X("efficient", efficient_cores, "one thread on each core of the most efficient kind")          \
    X("performance", performance_cores, "one thread on each core of the most powerful kind")

const struct placement_kind placement_kinds[] = {
    {"1", "one thread on one core; a number N is N threads on N cores", "one core"},
#define X(name, function, text) {(name), (text), NULL},
    KIND_LIST(X)
#undef X
        {LIST_PREFIX "0", "one thread on each unit of a list: pu:0,2 or pu:0-3", NULL},
};
const size_t placement_kind_count = sizeof(placement_kinds) / sizeof(placement_kinds[0]);

const char *placement_phrase(const char *name)
{
    for (size_t i = 0; i < placement_kind_count; i++)
        if (placement_kinds[i].phrase && strcmp(name, placement_kinds[i].name) == 0)
            return placement_kinds[i].phrase;
    return name;
}

static const struct {
    const char *name;
    units_function *units;
} kinds[] = {
#define X(name, function, text) {(name), (function)},
    KIND_LIST(X)
#undef X
};

static void take_units(struct placement *placement, hwloc_const_bitmap_t units)
{
    int unit = -1, count = hwloc_bitmap_weight(units);
    placement->n_threads = 0;
    placement->pus = xcalloc((size_t)count, sizeof(*placement->pus));
    while ((unit = hwloc_bitmap_next(units, unit)) >= 0)
        placement->pus[placement->n_threads++] = unit;
}

static enum status resolve_kind(const struct topology *topology, size_t kind,
                                struct placement *placement, struct error *error)
{
    hwloc_bitmap_t units = topology_bitmap();
    bool exists = kinds[kind].units(topology->hwloc, units) && !hwloc_bitmap_iszero(units);
    if (exists)
        take_units(placement, units);
    hwloc_bitmap_free(units);
    return exists ? STATUS_OK
                  : error_set(error, STATUS_UNSUPPORTED, NULL,
                              "this machine has nothing for placement '%s'", kinds[kind].name);
}

static enum status resolve_count(const struct topology *topology, long count,
                                 struct placement *placement, struct error *error)
{
    hwloc_bitmap_t units = topology_bitmap();
    all_cores(topology->hwloc, units);
    int cores = hwloc_bitmap_weight(units), unit = -1;
    enum status status = STATUS_OK;
    if (count > cores)
        status = error_set(error, STATUS_UNSUPPORTED, NULL,
                           "placement '%ld' needs %ld cores, %d may be used", count, count, cores);
    else
        for (long i = 0; (unit = hwloc_bitmap_next(units, unit)) >= 0; i++)
            if (i >= count)
                hwloc_bitmap_clr(units, (unsigned)unit);
    if (status == STATUS_OK)
        take_units(placement, units);
    hwloc_bitmap_free(units);
    return status;
}

/* A number at *list, which moves behind it; whatever is beyond most becomes most + 1. */
static bool read_unit(const char **list, int most, int *unit)
{
    if (**list < '0' || **list > '9')
        return false;
    for (*unit = 0; **list >= '0' && **list <= '9'; ++*list) {
        int64_t value = (int64_t)*unit * 10 + (**list - '0');
        *unit = value > most ? most + 1 : (int)value;
    }
    return true;
}

/* "0,2-3": decimal numbers and ascending ranges. hwloc's own reader takes octal numbers and wraps
 * large ones around. */
static bool read_list(const char *list, int most, hwloc_bitmap_t units)
{
    int first, last;
    do {
        if (!read_unit(&list, most, &first))
            return false;
        last = first;
        if (*list == '-') {
            list++;
            if (!read_unit(&list, most, &last) || last < first)
                return false;
        }
        hwloc_bitmap_set_range(units, (unsigned)first, last);
    } while (*list++ == ',');
    return list[-1] == '\0';
}

static enum status refuse_units(const struct topology *topology, const char *list,
                                struct error *error)
{
    const char *mask = topology_mask(topology);
    if (mask[0])
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "not all of the processing units %s may be used: quantop was started with "
                         "a mask (taskset, numactl, a batch system) that leaves %s",
                         list, mask);
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "not all of the processing units %s may be used", list);
}

static enum status resolve_list(const struct topology *topology, const char *list,
                                struct placement *placement, struct error *error)
{
    hwloc_bitmap_t units = topology_bitmap();
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology->hwloc);
    enum status status = STATUS_OK;
    if (!read_list(list, hwloc_bitmap_last(allowed), units))
        status = error_set(error, STATUS_INVALID, NULL,
                           "'%s' is not a list of processing units such as 0,2-3", list);
    else if (!hwloc_bitmap_isincluded(units, allowed))
        status = refuse_units(topology, list, error);
    else
        take_units(placement, units);
    hwloc_bitmap_free(units);
    return status;
}

static enum status unknown(const char *name, struct error *error)
{
    const char *near =
        text_nearest(name, placement_kinds, placement_kind_count, sizeof(placement_kinds[0]));
    struct text choices = {0};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        text_printf(&choices, ", %s", kinds[i].name);
    error_set(error, STATUS_INVALID, NULL,
              "unknown placement '%.48s'%s%s%s, expected a number of cores%s or a list such "
              "as " LIST_PREFIX "0,2-3",
              name, near ? ", nearest is '" : "", near ? near : "", near ? "'" : "", choices.bytes);
    text_release(&choices);
    return STATUS_INVALID;
}

enum status placement_check(const char *name, struct error *error)
{
    long count;
    bool is_known = strncmp(name, LIST_PREFIX, strlen(LIST_PREFIX)) == 0 ||
                    (text_to_long(name, &count) && count >= 1);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        is_known = is_known || strcmp(name, kinds[i].name) == 0;
    return is_known ? STATUS_OK : unknown(name, error);
}

enum status placement_resolve(const struct topology *topology, const char *name,
                              struct placement *placement, struct error *error)
{
    long count;
    *placement = (struct placement){0};
    if ((size_t)snprintf(placement->name, sizeof(placement->name), "%s", name) >=
        sizeof(placement->name))
        return error_set(error, STATUS_INVALID, NULL, "the placement's name is too long: '%.60s'",
                         name);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(name, kinds[i].name) == 0)
            return resolve_kind(topology, i, placement, error);
    if (strncmp(name, LIST_PREFIX, strlen(LIST_PREFIX)) == 0)
        return resolve_list(topology, name + strlen(LIST_PREFIX), placement, error);
    if (text_to_long(name, &count) && count >= 1)
        return resolve_count(topology, count, placement, error);
    return unknown(name, error);
}

void placement_release(struct placement *placement)
{
    FREE_AND_NULL(placement->pus);
    placement->n_threads = 0;
}

/* Binding asks hwloc for nothing but the numbers of units: a topology without anything else is
 * made once, quickly. */
static hwloc_topology_t binder;
static bool is_bindable;

static void make_binder(void)
{
    if (hwloc_topology_init(&binder) != 0)
        return;
    hwloc_topology_set_all_types_filter(binder, HWLOC_TYPE_FILTER_KEEP_NONE);
    is_bindable = hwloc_topology_load(binder) == 0;
}

static bool has_binder(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_binder);
    return is_bindable;
}

bool binding_is_real(void)
{
    return has_binder() && hwloc_topology_is_thissystem(binder);
}

enum status bind_thread(int pu, struct error *error)
{
    if (!has_binder())
        return error_set(error, STATUS_SYSTEM, NULL, "hwloc cannot discover the machine");
    if (!binding_is_real())
        return STATUS_OK;
    hwloc_bitmap_t unit = topology_bitmap();
    hwloc_bitmap_only(unit, (unsigned)pu);
    int result = hwloc_set_cpubind(binder, unit, HWLOC_CPUBIND_THREAD);
    hwloc_bitmap_free(unit);
    return result == 0 ? STATUS_OK
                       : error_set_errno(error, STATUS_SYSTEM, NULL,
                                         "cannot bind to processing unit %d", pu);
}
