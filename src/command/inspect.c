/* quantop inspect: the inputs, outputs and operators of a model. */
#include <stdio.h>

#include "command/groups.h"
#include "command/launch.h"
#include "command/list.h"
#include "command/terminal.h"
#include "graph/node_facts.h"
#include "graph/summary.h"
#include "worker/sandbox.h"

static const struct option_group *const groups[] = {&group_help, &group_shapes, &group_guard, NULL};

static void print_quantization(const struct quantization *quant, struct text *out)
{
    if (quant->count == 1)
        text_printf(out, ", scale %.9g, zero point %d", (double)quant->scale[0],
                    quant->zero_point[0]);
    else if (quant->count > 1)
        text_printf(out, ", %d scales along dimension %d", quant->count, quant->axis);
}

static void print_end(const struct graph *graph, const char *what, int i, const char *name,
                      int number, struct text *out)
{
    char shape[SHAPE_TEXT_SIZE];
    const struct tensor *tensor = &graph->tensors[number];
    text_printf(out, "%s %d: '%s', %s %s", what, i, name, type_name(tensor->type),
                shape_text(&tensor->shape, shape));
    print_quantization(&tensor->quant, out);
    text_add_string(out, "\n");
}

static void print_ends(const struct graph *graph, struct text *out)
{
    for (int i = 0; i < graph->n_inputs; i++)
        print_end(graph, "input", i, graph->tensors[graph->inputs[i]].name, graph->inputs[i], out);
    for (int i = 0; i < graph->n_outputs; i++)
        print_end(graph, "output", i, graph->tensors[graph->outputs[i]].name, graph->outputs[i],
                  out);
    for (int i = 0; i < graph->n_states; i++)
        print_end(graph, "variable", i, graph->states[i].name, graph->states[i].tensor, out);
}

/* Where there is a choice. */
static void print_entries(const struct graph_entries *entries, struct text *out)
{
    for (int i = 0; entries && entries->count > 1 && i < entries->count; i++) {
        const struct graph_entry *entry = &entries->list[i];
        text_printf(out, "%s %d: '%s', inputs %s, outputs %s%s\n",
                    entries->are_signatures ? "signature" : "subgraph", i, entry->name,
                    entry->inputs, entry->outputs, i == entries->taken ? ", shown here" : "");
    }
}

/* Types of activation, weights where there are any, and output: "int8 x int8 -> int8". */
static void add_types(const struct graph *graph, const struct node *node, char *buffer, size_t size)
{
    const struct quant_rule *rule = &op_table[node->op].quant;
    int data = rule->data_inputs ? __builtin_ctz(rule->data_inputs) : 0;
    const struct tensor *in = node_input(graph, node, data);
    const struct tensor *weights = node_input(graph, node, rule->weight_input);
    const char *out = type_name(node_output(graph, node, 0)->type);
    snprintf(buffer, size, "%s%s%s -> %s", in ? type_name(in->type) : "-", weights ? " x " : "",
             weights ? type_name(weights->type) : "", out);
}

static void print_nodes(const struct graph *graph, struct text *out)
{
    char shape[SHAPE_TEXT_SIZE], types[64];
    double bytes;
    text_printf(out, "%4s  %-22s %-28s %-16s %10s %10s %12s  %s\n", "node", "operator", "types",
                "output", "constants", "bytes", "MACs", "parameters");
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        double elements = node_constants(graph, node, &bytes);
        add_types(graph, node, types, sizeof(types));
        text_printf(out, "%4d  %-22s %-28s %-16s %10.0f %10.0f %12.0f  ", n, op_name(node->op),
                    types, shape_text(&node_output(graph, node, 0)->shape, shape), elements, bytes,
                    node_macs(graph, node));
        node_print_params(node, out);
        text_add_string(out, "\n");
    }
}

static void print_totals(const struct graph *graph, struct text *out)
{
    struct graph_summary summary = graph_summarize(graph);
    text_printf(out, "total: %d operators, %d of them on integers", summary.nodes, summary.integer);
    if (graph_arithmetic(graph)[0])
        text_printf(out, " (%s)", graph_arithmetic(graph));
    text_printf(out, ", %.0f parameters, %.0f multiply-accumulates\n", graph_parameters(graph),
                graph_macs(graph));
    graph_summary_release(&summary);
}

static enum exit_status inspect(const struct arguments *arguments)
{
    struct graph *graph;
    struct text out = {0};
    struct error error;
    /* Confined like a worker that reads the model: nothing is done here but that, and printing. */
    sandbox_enter(&(struct work){.kind = WORK_INSPECT,
                                 .model = arguments->words[0],
                                 .is_unguarded = arguments_has(arguments, "no-sandbox")});
    enum status status = launch_model(arguments, &graph, &error);
    if (status != STATUS_OK)
        return command_fail(&error);
    text_add_printable(&out, graph->name);
    text_printf(&out, "%s%s\n", graph->description[0] ? ": " : "", graph->description);
    print_entries(graph->entries, &out);
    print_ends(graph, &out);
    print_nodes(graph, &out);
    print_totals(graph, &out);
    terminal_print(&out);
    graph_free(graph);
    return EXIT_DONE;
}

const struct command command_inspect = {
    .name = "inspect",
    .arguments = "MODEL",
    .text = "list a model's operators, shapes, types, parameters, multiply-accumulates and bytes",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = inspect,
};
