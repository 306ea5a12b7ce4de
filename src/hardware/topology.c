#include "hardware/topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "hardware/topology_internal.h"

/* Appends "2 cores", "1 core", or nothing when there is none. */
static void add_count(struct text *out, int count, const char *one, const char *many)
{
    if (count > 0)
        text_printf(out, "%s%d %s", out->length ? ", " : "", count, count == 1 ? one : many);
}

/* Appends "L3 2 x 32 MiB" for caches that are all alike, their sum otherwise. */
static void add_caches(struct text *out, hwloc_topology_t hwloc, hwloc_obj_type_t type,
                       const char *name)
{
    char bytes[TEXT_BYTES_SIZE];
    double sum = 0;
    bool alike = true;
    int count = hwloc_get_nbobjs_by_type(hwloc, type);
    for (int i = 0; i < count; i++) {
        hwloc_obj_t cache = hwloc_get_obj_by_type(hwloc, type, (unsigned)i);
        hwloc_obj_t first = hwloc_get_obj_by_type(hwloc, type, 0);
        sum += (double)cache->attr->cache.size;
        alike = alike && cache->attr->cache.size == first->attr->cache.size;
    }
    if (count <= 0 || sum <= 0)
        return;
    if (alike && count > 1)
        text_printf(out, ", %s %d x %s", name, count, text_bytes(sum / count, bytes));
    else
        text_printf(out, ", %s %s", name, text_bytes(sum, bytes));
}

static void summarize(struct topology *topology)
{
    hwloc_topology_t hwloc = topology->hwloc;
    struct text text = {0};
    char bytes[TEXT_BYTES_SIZE];
    add_count(&text, hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_PACKAGE), "package", "packages");
    add_count(&text, hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_CORE), "core", "cores");
    add_count(&text, hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_PU), "thread", "threads");
    add_caches(&text, hwloc, HWLOC_OBJ_L2CACHE, "L2");
    add_caches(&text, hwloc, HWLOC_OBJ_L3CACHE, "L3");
    add_count(&text, hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_NUMANODE), "NUMA node",
              "NUMA nodes");
    hwloc_obj_t machine = hwloc_get_root_obj(hwloc);
    if (machine->total_memory > 0)
        text_printf(&text, ", %s", text_bytes((double)machine->total_memory, bytes));
    if (topology->mask[0])
        text_printf(&text, ", only %s may be used", topology->mask);
    snprintf(topology->summary, sizeof(topology->summary), "%s", text.bytes);
    text_release(&text);
}

hwloc_bitmap_t topology_bitmap(void)
{
    hwloc_bitmap_t bitmap = hwloc_bitmap_alloc();
    if (!bitmap)
        memory_exhausted(0);
    return bitmap;
}

static void name_mask(struct topology *topology, hwloc_const_bitmap_t mask)
{
    char *list = NULL;
    if (hwloc_bitmap_list_asprintf(&list, mask) >= 0 && list)
        snprintf(topology->mask, sizeof(topology->mask), "pu:%s", list);
    free(list);
}

/* Takes away what an inherited mask of the process leaves out, as if the machine did not have it.
 */
static void restrict_to_mask(struct topology *topology)
{
    hwloc_bitmap_t mask = topology_bitmap();
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology->hwloc);
    bool known = hwloc_get_cpubind(topology->hwloc, mask, HWLOC_CPUBIND_THREAD) == 0;
    hwloc_bitmap_and(mask, mask, allowed);
    if (known && !hwloc_bitmap_iszero(mask) && !hwloc_bitmap_isequal(mask, allowed) &&
        hwloc_topology_restrict(topology->hwloc, mask, HWLOC_RESTRICT_FLAG_REMOVE_CPULESS) == 0)
        name_mask(topology, mask);
    hwloc_bitmap_free(mask);
}

enum status topology_load(struct topology **topology, struct error *error)
{
    struct topology *made = xcalloc(1, sizeof(*made));
    if (hwloc_topology_init(&made->hwloc) != 0) {
        free(made);
        return error_set(error, STATUS_SYSTEM, NULL, "hwloc cannot be initialized");
    }
    if (hwloc_topology_load(made->hwloc) != 0) {
        topology_free(made);
        return error_set(error, STATUS_SYSTEM, NULL, "hwloc cannot discover the machine");
    }
    made->is_this_machine = hwloc_topology_is_thissystem(made->hwloc) != 0;
    if (made->is_this_machine)
        restrict_to_mask(made);
    summarize(made);
    *topology = made;
    return STATUS_OK;
}

void topology_free(struct topology *topology)
{
    if (!topology)
        return;
    hwloc_topology_destroy(topology->hwloc);
    free(topology);
}

const char *topology_summary(const struct topology *topology)
{
    return topology->summary;
}

const char *topology_mask(const struct topology *topology)
{
    return topology->mask;
}

/* "L3 32 MiB", "NUMA node 24 GiB", "package (AMD EPYC)", "core with 2 threads". */
static void describe(hwloc_obj_t object, struct text *out)
{
    char bytes[TEXT_BYTES_SIZE], type[64];
    hwloc_obj_type_snprintf(type, sizeof(type), object, 0);
    text_add_string(out, type);
    if (hwloc_obj_type_is_cache(object->type))
        text_printf(out, " %s", text_bytes((double)object->attr->cache.size, bytes));
    if (object->type == HWLOC_OBJ_NUMANODE)
        text_printf(out, " %s", text_bytes((double)object->attr->numanode.local_memory, bytes));
    if (object->type == HWLOC_OBJ_CORE && object->arity > 1)
        text_printf(out, " with %u threads", object->arity);
    const char *model = hwloc_obj_get_info_by_name(object, "CPUModel");
    if (model)
        text_printf(out, " (%s)", model);
}

/* Nothing below is worth a line of its own: the numbers of its units are on the line. */
static bool is_leaf(hwloc_obj_t object)
{
    return object->type == HWLOC_OBJ_CORE || object->type == HWLOC_OBJ_PU;
}

/* The subtree as text without the numbers of units: siblings with the same text are alike. */
static void outline(hwloc_obj_t object, struct text *out)
{
    describe(object, out);
    text_add_string(out, "(");
    for (hwloc_obj_t m = object->memory_first_child; m; m = m->next_sibling)
        outline(m, out);
    for (hwloc_obj_t c = object->first_child; c && !is_leaf(object); c = c->next_sibling)
        outline(c, out);
    text_add_string(out, ")");
}

static bool is_alike(hwloc_obj_t a, hwloc_obj_t b)
{
    struct text first = {0}, second = {0};
    outline(a, &first);
    outline(b, &second);
    bool same = strcmp(first.bytes, second.bytes) == 0;
    text_release(&first);
    text_release(&second);
    return same;
}

/* "  pu:0-3": the units of siblings first to last. */
static void add_units(hwloc_obj_t first, hwloc_obj_t last, struct text *out)
{
    hwloc_bitmap_t all = topology_bitmap();
    char *list = NULL;
    for (hwloc_obj_t o = first; o != last->next_sibling; o = o->next_sibling)
        hwloc_bitmap_or(all, all, o->cpuset);
    if (hwloc_bitmap_list_asprintf(&list, all) >= 0 && list)
        text_printf(out, "  pu:%s", list);
    free(list);
    hwloc_bitmap_free(all);
}

/* Siblings one per line, those that are alike on one. */
static void print_siblings(hwloc_obj_t first, int depth, struct text *out)
{
    for (hwloc_obj_t object = first, last; object; object = last->next_sibling) {
        int count = 1;
        for (last = object; last->next_sibling && is_alike(object, last->next_sibling); count++)
            last = last->next_sibling;
        text_printf(out, "%*s", 2 * depth, "");
        if (count > 1)
            text_printf(out, "%d x ", count);
        describe(object, out);
        if (is_leaf(object) || count > 1)
            add_units(object, last, out);
        text_add_string(out, "\n");
        print_siblings(object->memory_first_child, depth + 1, out);
        if (!is_leaf(object))
            print_siblings(object->first_child, depth + 1, out);
    }
}

/* Kinds of cores, where the machine has several; from the least to the most powerful. */
static void print_kinds(hwloc_topology_t hwloc, struct text *out)
{
    int kinds = hwloc_cpukinds_get_nr(hwloc, 0);
    for (int kind = 0; kinds > 1 && kind < kinds; kind++) {
        hwloc_bitmap_t units = topology_bitmap();
        char *list = NULL;
        int efficiency = -1;
        if (hwloc_cpukinds_get_info(hwloc, (unsigned)kind, units, &efficiency, NULL, NULL, 0) ==
                0 &&
            hwloc_bitmap_list_asprintf(&list, units) >= 0 && list)
            text_printf(out, "CPU kind %d of %d  pu:%s\n", kind + 1, kinds, list);
        free(list);
        hwloc_bitmap_free(units);
    }
}

void topology_print(const struct topology *topology, struct text *out)
{
    print_siblings(hwloc_get_root_obj(topology->hwloc), 0, out);
    print_kinds(topology->hwloc, out);
}
