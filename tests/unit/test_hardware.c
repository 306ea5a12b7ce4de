/* The machine: placements on described topologies, their text, and the instruction sets. */
#include <hwloc.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hardware/cpu.h"
#include "hardware/own_units.h"
#include "hardware/topology.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Two packages of two NUMA nodes of two L3 caches of two cores of two units: 0-15 and 16-31. */
#define NESTED "pack:2 numa:2(memory=2147483648) l3:2(size=8388608) l2:1(size=1048576) core:2 pu:2"
#define PLAIN  "pack:2 numa:1(memory=1073741824) l3:1(size=4194304) core:4 pu:2"
#define BARE   "core:1 pu:1"
/* The second unit of each core is numbered after the first units of all. */
#define SPREAD "core:4 pu:2(indexes=0,4,1,5,2,6,3,7)"

#define UNITS_MAX 32

static struct topology *load(const char *synthetic)
{
    struct topology *topology;
    struct error error = {0};
    setenv("HWLOC_SYNTHETIC", synthetic, 1);
    if (topology_load(&topology, &error) != STATUS_OK)
        fail_msg("%s: %s", synthetic, error.text);
    return topology;
}

/* The units as text: "0 2 4". */
static const char *units_text(const struct placement *placement, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (int i = 0; i < placement->n_threads && used < size; i++)
        used += (size_t)snprintf(buffer + used, size - used, i ? " %d" : "%d", placement->pus[i]);
    return buffer;
}

static void check_units(const struct topology *topology, const char *name, const char *units)
{
    struct placement placement;
    struct error error = {0};
    char buffer[UNITS_MAX * 4];
    if (placement_resolve(topology, name, &placement, &error) != STATUS_OK)
        fail_msg("'%s': %s", name, error.text);
    if (strcmp(units_text(&placement, buffer, sizeof(buffer)), units) != 0)
        fail_msg("'%s' is %s, expected %s", name, buffer, units);
    assert_string_equal(placement.name, name);
    placement_release(&placement);
    assert_null(placement.pus);
    assert_int_equal(placement.n_threads, 0);
}

static void names_stand_for_units(void **state)
{
    static const struct {
        const char *machine, *name, *units;
    } cases[] = {
        {NESTED, "1", "0"},
        {NESTED, "3", "0 2 4"},
        {NESTED, "16", "0 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30"},
        {NESTED, "cores", "0 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30"},
        {NESTED, "threads",
         "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31"},
        {NESTED, "l3", "0 2"},
        {NESTED, "numa", "0 2 4 6"},
        {NESTED, "package", "0 2 4 6 8 10 12 14"},
        {NESTED, "pu:31", "31"},
        {PLAIN, "cores", "0 2 4 6 8 10 12 14"},
        {PLAIN, "l3", "0 2 4 6"},
        {PLAIN, "numa", "0 2 4 6"},
        {BARE, "1", "0"},
        {BARE, "cores", "0"},
        {BARE, "threads", "0"},
        {BARE, "numa", "0"},
        {BARE, "pu:0", "0"},
        {SPREAD, "cores", "0 1 2 3"},
        {SPREAD, "2", "0 1"},
        {SPREAD, "threads", "0 1 2 3 4 5 6 7"},
        {SPREAD, "pu:4,0", "0 4"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = load(cases[i].machine);
        check_units(topology, cases[i].name, cases[i].units);
        topology_free(topology);
    }
}

static void lists_are_sets_of_decimal_numbers_and_ranges(void **state)
{
    static const struct {
        const char *name, *units;
    } cases[] = {
        {"pu:0", "0"},         {"pu:0,2", "0 2"},
        {"pu:0-3", "0 1 2 3"}, {"pu:3,0", "0 3"},
        {"pu:1,1,1", "1"},     {"pu:0-2,2-3", "0 1 2 3"},
        {"pu:5-5", "5"},       {"pu:0-1,14-15", "0 1 14 15"},
        {"pu:010", "10"},      {"pu:08,009", "8 9"},
    };
    struct topology *topology = load(PLAIN);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_units(topology, cases[i].name, cases[i].units);
    topology_free(topology);
}

/* A machine of two kinds of cores, 0-3 weak and 4-5 strong, from a file as hwloc writes it. */
static struct topology *load_hybrid(void)
{
    char path[] = "/tmp/quantop-hardware-XXXXXX";
    int descriptor = mkstemp(path);
    hwloc_topology_t made;
    struct topology *topology;
    struct error error = {0};
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_int_equal(hwloc_topology_init(&made), 0);
    assert_int_equal(hwloc_topology_set_synthetic(made, "pack:1 l3:1(size=1048576) core:6 pu:1"),
                     0);
    assert_int_equal(hwloc_topology_load(made), 0);
    hwloc_bitmap_t units = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(units, 4, 5);
    assert_int_equal(hwloc_cpukinds_register(made, units, 7, 0, NULL, 0), 0);
    hwloc_bitmap_zero(units);
    hwloc_bitmap_set_range(units, 0, 3);
    assert_int_equal(hwloc_cpukinds_register(made, units, 1, 0, NULL, 0), 0);
    assert_int_equal(hwloc_topology_export_xml(made, path, 0), 0);
    hwloc_bitmap_free(units);
    hwloc_topology_destroy(made);
    unsetenv("HWLOC_SYNTHETIC");
    setenv("HWLOC_XMLFILE", path, 1);
    if (topology_load(&topology, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    unsetenv("HWLOC_XMLFILE");
    unlink(path);
    return topology;
}

static void kinds_of_cores_are_told_apart(void **state)
{
    struct topology *topology = load_hybrid();
    (void)state;
    check_units(topology, "efficient", "0 1 2 3");
    check_units(topology, "performance", "4 5");
    check_units(topology, "cores", "0 1 2 3 4 5");
    topology_free(topology);
}

/* What the table offers works, on a machine that has everything. */
static void every_row_resolves(void **state)
{
    struct topology *topology = load_hybrid();
    (void)state;
    assert_int_equal(placement_kind_count, 9);
    for (size_t i = 0; i < placement_kind_count; i++) {
        struct placement placement;
        struct error error = {0};
        assert_true(strlen(placement_kinds[i].text) > 20);
        if (placement_resolve(topology, placement_kinds[i].name, &placement, &error) != STATUS_OK)
            fail_msg("%s: %s", placement_kinds[i].name, error.text);
        assert_true(placement.n_threads >= 1);
        placement_release(&placement);
    }
    topology_free(topology);
}

static void sentences_call_a_number_by_what_it_is(void **state)
{
    (void)state;
    assert_string_equal(placement_phrase("1"), "one core");
    assert_string_equal(placement_phrase("2"), "2");
    assert_string_equal(placement_phrase("pu:0"), "pu:0");
    assert_string_equal(placement_phrase("of another version"), "of another version");
    for (size_t i = 1; i < placement_kind_count; i++)
        assert_string_equal(placement_phrase(placement_kinds[i].name), placement_kinds[i].name);
}

/* A name that is refused, on PLAIN. */
struct refusal {
    const char *name;
    enum status status;
    const char *text;
};

#define NOT_A_LIST(list) "'" list "' is not a list of processing units such as 0,2-3"
#define BEYOND(list)     "not all of the processing units " list " may be used"

#define CHOICES                                                                                    \
    ", expected a number of cores, cores, threads, l3, numa, package, efficient, performance or "  \
    "a list such as pu:0,2-3"

static const struct refusal refusals[] = {
    {"core", STATUS_INVALID, "unknown placement 'core', nearest is 'cores'" CHOICES},
    {"coers", STATUS_INVALID, "unknown placement 'coers', nearest is 'cores'" CHOICES},
    {"Threads", STATUS_INVALID, "unknown placement 'Threads', nearest is 'threads'" CHOICES},
    {"l2", STATUS_INVALID, "unknown placement 'l2', nearest is 'l3'" CHOICES},
    {"nmua", STATUS_INVALID, "unknown placement 'nmua', nearest is 'numa'" CHOICES},
    {"packages", STATUS_INVALID, "unknown placement 'packages', nearest is 'package'" CHOICES},
    {"eficient", STATUS_INVALID, "unknown placement 'eficient', nearest is 'efficient'" CHOICES},
    {"perfomance", STATUS_INVALID,
     "unknown placement 'perfomance', nearest is 'performance'" CHOICES},
    {"0", STATUS_INVALID, "unknown placement '0', nearest is '1'" CHOICES},
    {"-1", STATUS_INVALID, "unknown placement '-1', nearest is '1'" CHOICES},
    {"1.5", STATUS_INVALID, "unknown placement '1.5', nearest is '1'" CHOICES},
    {"everything", STATUS_INVALID, "unknown placement 'everything'" CHOICES},
    {"99999999999999999999", STATUS_INVALID, "unknown placement '99999999999999999999'" CHOICES},
    {"9", STATUS_UNSUPPORTED, "placement '9' needs 9 cores, 8 may be used"},
    {"4294967297", STATUS_UNSUPPORTED,
     "placement '4294967297' needs 4294967297 cores, 8 may be used"},
    {"efficient", STATUS_UNSUPPORTED, "this machine has nothing for placement 'efficient'"},
    {"performance", STATUS_UNSUPPORTED, "this machine has nothing for placement 'performance'"},
    {"pu:16", STATUS_UNSUPPORTED, BEYOND("16")},
    {"pu:0,16", STATUS_UNSUPPORTED, BEYOND("0,16")},
    {"pu:15-16", STATUS_UNSUPPORTED, BEYOND("15-16")},
    {"pu:0-2147483647", STATUS_UNSUPPORTED, BEYOND("0-2147483647")},
    {"pu:4294967296", STATUS_UNSUPPORTED, BEYOND("4294967296")},
    {"pu:18446744073709551616", STATUS_UNSUPPORTED, BEYOND("18446744073709551616")},
    {"pu:", STATUS_INVALID, NOT_A_LIST("")},
    {"pu:x", STATUS_INVALID, NOT_A_LIST("x")},
    {"pu:-1", STATUS_INVALID, NOT_A_LIST("-1")},
    {"pu:1-", STATUS_INVALID, NOT_A_LIST("1-")},
    {"pu:1,", STATUS_INVALID, NOT_A_LIST("1,")},
    {"pu:,1", STATUS_INVALID, NOT_A_LIST(",1")},
    {"pu:0,,1", STATUS_INVALID, NOT_A_LIST("0,,1")},
    {"pu:3-1", STATUS_INVALID, NOT_A_LIST("3-1")},
    {"pu:1-2-3", STATUS_INVALID, NOT_A_LIST("1-2-3")},
    {"pu:0 1", STATUS_INVALID, NOT_A_LIST("0 1")},
    {"pu:0x1", STATUS_INVALID, NOT_A_LIST("0x1")},
    {"pu:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,0,1,2,3,4", STATUS_INVALID,
     "the placement's name is too long: 'pu:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,0,1,2,3,4'"},
};

static void wrong_names_are_refused_with_the_nearest(void **state)
{
    struct topology *topology = load(PLAIN);
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct placement placement;
        struct error error = {0};
        if (placement_resolve(topology, refusals[i].name, &placement, &error) == STATUS_OK)
            fail_msg("'%s' was taken", refusals[i].name);
        assert_string_equal(error.text, refusals[i].text);
        assert_int_equal(error.status, refusals[i].status);
        assert_int_equal(placement.n_threads, 0);
        assert_null(placement.pus);
    }
    topology_free(topology);
}

static void what_the_machine_lacks_is_said(void **state)
{
    static const char *const names[] = {"l3", "package", "efficient", "performance"};
    struct topology *topology = load(BARE);
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct placement placement;
        struct error error = {0};
        assert_int_equal(placement_resolve(topology, names[i], &placement, &error),
                         STATUS_UNSUPPORTED);
        assert_non_null(strstr(error.text, names[i]));
    }
    topology_free(topology);
}

static void the_summary_counts_everything(void **state)
{
    static const struct {
        const char *machine, *summary;
    } cases[] = {
        {NESTED, "2 packages, 16 cores, 32 threads, L2 8 x 1.00 MiB, L3 8 x 8.00 MiB, "
                 "4 NUMA nodes, 8.00 GiB"},
        {PLAIN, "2 packages, 8 cores, 16 threads, L3 2 x 4.00 MiB, 2 NUMA nodes, 2.00 GiB"},
        {"numa:1(memory=536870912) l3:1(size=3145728) core:1 pu:1",
         "1 core, 1 thread, L3 3.00 MiB, 1 NUMA node, 512 MiB"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct topology *topology = load(cases[i].machine);
        assert_string_equal(topology_summary(topology), cases[i].summary);
        topology_free(topology);
    }
}

static void check_print(const struct topology *topology, const char *expected)
{
    struct text text = {0};
    topology_print(topology, &text);
    assert_string_equal(text.bytes, expected);
    text_release(&text);
}

static void the_tree_shows_siblings_that_are_alike_once(void **state)
{
    struct topology *topology = load(PLAIN);
    (void)state;
    check_print(topology, "Machine\n"
                          "  2 x Package  pu:0-15\n"
                          "    NUMANode 1.00 GiB\n"
                          "    L3 4.00 MiB\n"
                          "      4 x Core with 2 threads  pu:0-7\n");
    topology_free(topology);
    topology = load(SPREAD);
    check_print(topology, "Machine\n"
                          "  NUMANode 1.00 GiB\n"
                          "  4 x Core with 2 threads  pu:0-7\n");
    topology_free(topology);
}

static void the_tree_ends_with_the_kinds_of_cores(void **state)
{
    struct topology *topology = load_hybrid();
    struct text text = {0};
    (void)state;
    topology_print(topology, &text);
    const char *kinds = strstr(text.bytes, "CPU kind");
    assert_non_null(kinds);
    assert_string_equal(kinds, "CPU kind 1 of 2  pu:0-3\nCPU kind 2 of 2  pu:4-5\n");
    text_release(&text);
    topology_free(topology);
}

static bool uses_what(const cpu_set_t *expected)
{
    cpu_set_t now;
    assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
    return CPU_EQUAL(&now, expected);
}

/* Where all units are measured there is no other place. */
static void the_program_makes_room_for_what_is_measured(void **state)
{
    cpu_set_t all, others;
    int units[CPU_SETSIZE], count = 0;
    (void)state;
    unsetenv("HWLOC_SYNTHETIC");
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    for (int unit = 0; unit < CPU_SETSIZE; unit++)
        if (CPU_ISSET(unit, &all))
            units[count++] = unit;
    own_units_leave(&(struct placement){.n_threads = count, .pus = units});
    assert_true(uses_what(&all));
    others = all;
    CPU_CLR(units[0], &others);
    own_units_leave(&(struct placement){.n_threads = 1, .pus = units});
    assert_true(uses_what(count > 1 ? &others : &all));
    own_units_leave(&(struct placement){.n_threads = count, .pus = units});
    assert_true(uses_what(&all));
    own_units_leave(&(struct placement){.n_threads = 1, .pus = units});
    own_units_return();
    assert_true(uses_what(&all));
}

/* The numbers of a described machine mean nothing here. */
static void nothing_is_bound_on_a_described_machine(void **state)
{
    struct error error = {0};
    cpu_set_t before, after;
    (void)state;
    setenv("HWLOC_SYNTHETIC", PLAIN, 1);
    assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
    assert_int_equal(bind_thread(0, &error), STATUS_OK);
    assert_int_equal(bind_thread(100000, &error), STATUS_OK);
    own_units_leave(&(struct placement){.n_threads = 1, .pus = (int[]){0}});
    assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
}

static void instruction_sets_have_names_in_ascending_order(void **state)
{
    static const char *const names[] = {"reference",   "generic",     "avx2", "avx512",
                                        "avx512-vnni", "avx512-fp16", "neon", "neon-dot"};
    static const char *const wrong[] = {"", "AVX2", "avx", "avx512-", "avx512-vnni "};
    (void)state;
    assert_int_equal(ISA_COUNT, COUNT(names));
    for (int i = 0; i < ISA_COUNT; i++) {
        assert_string_equal(isa_table[i].name, names[i]);
        assert_int_equal(isa_from_name(names[i]), i);
        assert_true(strlen(isa_table[i].text) > 0);
    }
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(isa_from_name(wrong[i]), ISA_COUNT);
}

/* Each set contains those of its architecture before it, so the best one is the last that is
 * available. */
static void the_best_instruction_set_is_the_last_available(void **state)
{
    enum isa best = isa_best(), first = best >= ISA_NEON ? ISA_NEON : ISA_AVX2;
    (void)state;
    assert_in_range(best, ISA_GENERIC, ISA_COUNT - 1);
    for (int i = 0; i < ISA_COUNT; i++)
        assert_int_equal(isa_available((enum isa)i),
                         i <= (int)best && (i <= ISA_GENERIC || i >= (int)first));
    assert_false(isa_available(ISA_COUNT));
    for (int i = 0; i < ISA_COUNT; i++) {
        enum isa within = isa_best_up_to((enum isa)i);
        assert_true(isa_available(within));
        assert_true(isa_available((enum isa)i) ? (int)within == i : (int)within < i);
    }
}

static void the_cpu_has_a_name_of_one_line(void **state)
{
    const char *name = cpu_name();
    (void)state;
    assert_true(strlen(name) > 0);
    assert_null(strpbrk(name, "\n\t:"));
    assert_false(name[0] == ' ');
    assert_ptr_equal(cpu_name(), name);
}

static void a_cpu_without_a_name_is_called_by_its_numbers(void **state)
{
    static const struct {
        const char *file, *name;
    } cases[] = {
        {"processor\t: 0\nmodel name\t: A  CPU @ 3 GHz\nmodel name\t: B\n", "A  CPU @ 3 GHz"},
        {"processor\t: 0\nCPU implementer\t: 0x41\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\n"
         "\nCPU implementer\t: 0x41\nCPU part\t: 0xd03\n",
         "Arm Neoverse N1"},
        {"CPU implementer\t: 0x61\nCPU part\t: 0x022\n",
         "AArch64 CPU (implementer 0x61, part 0x22)"},
        {"CPU implementer\t: 0x61\nCPU part\t: 0xd0c\n",
         "AArch64 CPU (implementer 0x61, part 0xd0c)"},
        {"model name\t:\nno colon\n", "unknown CPU"},
        {"\n", "unknown CPU"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char name[64];
        FILE *file = fmemopen((char *)(uintptr_t)cases[i].file, strlen(cases[i].file), "r");
        assert_non_null(file);
        cpu_name_in(file, name, sizeof(name));
        fclose(file);
        assert_string_equal(name, cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_stand_for_units),
        cmocka_unit_test(lists_are_sets_of_decimal_numbers_and_ranges),
        cmocka_unit_test(kinds_of_cores_are_told_apart),
        cmocka_unit_test(every_row_resolves),
        cmocka_unit_test(sentences_call_a_number_by_what_it_is),
        cmocka_unit_test(wrong_names_are_refused_with_the_nearest),
        cmocka_unit_test(what_the_machine_lacks_is_said),
        cmocka_unit_test(the_summary_counts_everything),
        cmocka_unit_test(the_tree_shows_siblings_that_are_alike_once),
        cmocka_unit_test(the_tree_ends_with_the_kinds_of_cores),
        cmocka_unit_test(the_program_makes_room_for_what_is_measured),
        cmocka_unit_test(nothing_is_bound_on_a_described_machine),
        cmocka_unit_test(instruction_sets_have_names_in_ascending_order),
        cmocka_unit_test(the_best_instruction_set_is_the_last_available),
        cmocka_unit_test(the_cpu_has_a_name_of_one_line),
        cmocka_unit_test(a_cpu_without_a_name_is_called_by_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
