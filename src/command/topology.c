/* quantop topology: the machine, its placements and its instruction sets. */
#include "hardware/topology.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/terminal.h"
#include "hardware/cpu.h"
#include "worker/sandbox.h"

static const struct option_group *const groups[] = {&group_help, NULL};

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

static enum exit_status print_topology(const struct arguments *arguments)
{
    struct topology *topology;
    struct text out = {0};
    struct error error;
    (void)arguments;
    if (topology_load(&topology, &error) != STATUS_OK)
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
    terminal_print(&out);
    topology_free(topology);
    return EXIT_DONE;
}

const struct command command_topology = {
    .name = "topology",
    .arguments = "",
    .text = "show the machine, the placements it offers, its instruction sets, and what "
            "confines the processes that run models",
    .groups = groups,
    .run = print_topology,
};
