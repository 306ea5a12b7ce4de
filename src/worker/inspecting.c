/* Telling what a model is: its ends, operators, parameters and multiply-accumulates. */
#include "graph/summary.h"
#include "model/load.h"
#include "results/json_text.h"
#include "worker/messages.h"
#include "worker/worker.h"

/* So many inputs or outputs are told, the others are counted. */
#define ENDS_MOST 16

/* Name and "float32 1x28x28x1" each, of the first ones; behind them, where there are more, a number
 * of those. */
static json_t *list_ends(const struct graph *graph, const int *numbers, int count)
{
    json_t *list = json_array();
    char shape[SHAPE_TEXT_SIZE];
    for (int i = 0; i < count && i < ENDS_MOST; i++) {
        const struct tensor *tensor = &graph->tensors[numbers[i]];
        json_array_append_new(list, json_pack("[o, o]", json_said(tensor->name),
                                              json_sprintf("%s %s", type_name(tensor->type),
                                                           shape_text(&tensor->shape, shape))));
    }
    if (count > ENDS_MOST)
        json_array_append_new(list, json_integer(count - ENDS_MOST));
    return list;
}

enum status worker_inspect(const struct work *work, struct error *error)
{
    const struct load_options options = {.signature = work->signature,
                                         .most_nodes = work->most_nodes};
    struct graph *graph;
    enum status status = model_load(work->model, &options, &graph, error);
    if (status != STATUS_OK)
        return status;
    struct graph_summary summary = graph_summarize(graph);
    worker_emit(json_pack("{s:s, s:o, s:i, s:i, s:o, s:o, s:o, s:o}", "event", WORK_INSPECTED,
                          "description", json_said(graph->description), "operators", summary.nodes,
                          "integer", summary.integer, "parameters",
                          message_number(graph_parameters(graph)), "macs",
                          message_number(graph_macs(graph)), "inputs",
                          list_ends(graph, graph->inputs, graph->n_inputs), "outputs",
                          list_ends(graph, graph->outputs, graph->n_outputs)));
    graph_summary_release(&summary);
    graph_free(graph);
    return STATUS_OK;
}
