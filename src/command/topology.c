/* quantop topology: the machine, its placements and its instruction sets. */
#include "hardware/topology.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/terminal.h"
#include "hardware/cpu.h"
#include "worker/ceilings.h"
#include "worker/sandbox.h"

static const struct option_row own[] = {
    {"ceilings",
     .help = "measure, or recall, what one core and all cores multiply and read at most"},
    {"isa", .argument = "NAME",
     .help = "the same of this instruction set, where it is not the CPU's best"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_own, NULL};

static void print_placements(const struct topology *topology, struct text *out)
{
    text_add_string(out, "\nplacements:\n");
    for (size_t i = 0; i < placement_kind_count; i++) {
        const struct placement_kind *kind = &placement_kinds[i];
        struct placement placement;
        struct error error;
        text_printf(out, "  %-12s %s", kind->name, kind->text);
        if (placement_resolve(topology, kind->name, &placement, &error) == STATUS_OK) {
            text_printf(out, " (here: %d thread%s)", placement.n_threads,
                        placement.n_threads == 1 ? "" : "s");
            placement_release(&placement);
        } else if (error.status == STATUS_UNSUPPORTED) {
            text_printf(out, " (here: %s)", error.text);
        }
        text_add_string(out, "\n");
    }
}

static void print_isas(struct text *out)
{
    text_add_string(out, "\ninstruction sets:\n");
    for (int i = 0; i < ISA_COUNT; i++)
        text_printf(out, "  %-12s %s (%s)\n", isa_table[i].name, isa_table[i].text,
                    !isa_available((enum isa)i) ? "not here"
                    : (enum isa)i == isa_best() ? "the best here"
                                                : "available");
}

/* What confines the workers, which run the models. */
static void print_sandbox(struct text *out)
{
    struct sandbox sandbox = sandbox_probe();
    struct text missing = {0};
    text_add_string(out, "\nsandbox of workers: ");
    sandbox_describe(&sandbox, out);
    sandbox_missing(&sandbox, &missing);
    text_printf(out, "%s%s\n", missing.length ? "; " : "", missing.length ? missing.bytes : "");
    text_release(&missing);
}

static void print_rates(const struct ceilings *ceilings, struct text *out)
{
    char capacity[TEXT_BYTES_SIZE];
    for (int kind = 0; kind < CEILING_READ; kind++)
        if (ceilings->macs[kind] > 0.0)
            text_printf(out, "  %-8s %10.4g GMAC/s\n", ceiling_kind_names[kind],
                        1e-9 * ceilings->macs[kind]);
    for (int i = 0; i < ceilings->n_levels; i++) {
        const struct ceilings_level *level = &ceilings->levels[i];
        text_printf(out, "  %-8s %10.4g GB/s read", level->name, 1e-9 * level->read);
        if (level->capacity > 0.0)
            text_printf(out, " (%s)", text_bytes(level->capacity, capacity));
        text_add_string(out, "\n");
    }
}

/* Of one core, and of all where there are more. */
static enum status print_ceilings(const struct topology *topology, enum isa isa, struct text *out,
                                  struct error *error)
{
    static const char *const names[] = {"1", "cores"};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof(names) / sizeof(names[0]); i++) {
        struct placement placement;
        struct ceilings ceilings;
        status = placement_resolve(topology, names[i], &placement, error);
        if (status != STATUS_OK)
            return status;
        if (i == 0 || placement.n_threads > 1) {
            status = ceilings_get(&placement, isa, &ceilings, error);
            text_printf(out, "\nceilings of %s, %s:\n", placement_phrase(names[i]),
                        isa_table[isa].name);
            if (status == STATUS_OK)
                print_rates(&ceilings, out);
        }
        placement_release(&placement);
    }
    return status;
}

/* What --isa names, or the best here. */
static enum status choose_isa(const struct arguments *arguments, enum isa *isa, struct error *error)
{
    const char *name = arguments_value(arguments, "isa");
    *isa = name ? isa_from_name(name) : isa_best();
    if (*isa == ISA_COUNT) {
        const char *near = text_nearest(name, isa_table, ISA_COUNT, sizeof(isa_table[0]));
        return error_set(error, STATUS_INVALID, "option --isa", "no instruction set '%s'%s%s%s",
                         name, near ? ", nearest is '" : "", near ? near : "", near ? "'" : "");
    }
    if (!isa_available(*isa))
        return error_set(error, STATUS_UNSUPPORTED, "option --isa", "this CPU has no %s", name);
    if (name && !arguments_has(arguments, "ceilings"))
        return error_set(error, STATUS_INVALID, "option --isa",
                         "it says nothing without --ceilings");
    return STATUS_OK;
}

static enum exit_status print_topology(const struct arguments *arguments)
{
    struct topology *topology;
    struct text out = {0};
    struct error error;
    enum isa isa;
    if (choose_isa(arguments, &isa, &error) != STATUS_OK ||
        topology_load(&topology, &error) != STATUS_OK)
        return command_fail(&error);
    text_printf(&out, "%s\n%s\n\n", cpu_name(), topology_summary(topology));
    if (topology_mask(topology)[0])
        text_printf(&out,
                    "quantop was started with a mask (taskset, numactl, a batch system): what "
                    "follows is what it\nleaves, %s\n\n",
                    topology_mask(topology));
    topology_print(topology, &out);
    print_placements(topology, &out);
    print_isas(&out);
    print_sandbox(&out);
    enum status status = STATUS_OK;
    if (arguments_has(arguments, "ceilings"))
        status = print_ceilings(topology, isa, &out, &error);
    terminal_print(&out);
    topology_free(topology);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_topology = {
    .name = "topology",
    .arguments = "",
    .text = "show the machine, the placements it offers, its instruction sets, and what "
            "confines the processes that run models",
    .groups = groups,
    .run = print_topology,
};
