/* Writing .onnx files: the walk over the graph. */
#include <stdlib.h>

#include "base/memory.h"
#include "formats/metadata.h"
#include "formats/onnx/onnx.h"
#include "formats/onnx/write/export.h"

/* Whether integers have scales that DequantizeLinear knows since opset 21: int16, int4, blocks. */
static bool is_wide(const struct graph *graph)
{
    for (int i = 0; i < graph->n_tensors; i++) {
        const struct tensor *tensor = &graph->tensors[i];
        if (tensor->quant.count > 0 &&
            (tensor->type == TYPE_I16 || tensor->bits == 4 || tensor->quant.block > 0))
            return true;
    }
    return false;
}

static void find_sources(struct exporter *exporter)
{
    const struct graph *graph = exporter->graph;
    for (int i = 0; i < graph->n_tensors; i++) {
        exporter->tensors[i].source = graph->tensors[i].data ? i : NO_TENSOR;
        exporter->tensors[i].integers = NO_TENSOR;
    }
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        for (int i = 0; i < node->n_outputs; i++)
            exporter->tensors[node->outputs[i]].maker = node;
        if (node->op == OP_DEQUANTIZE && graph->tensors[node->inputs[0]].data)
            exporter->tensors[node->outputs[0]].source = node->inputs[0];
    }
}

/* An input keeps its type. Where int8 activations become uint8, that happens behind it. */
static void write_inputs(struct exporter *exporter)
{
    for (int i = 0; i < exporter->graph->n_inputs; i++) {
        int tensor = exporter->graph->inputs[i];
        const struct tensor *own = export_tensor(exporter, tensor);
        enum type stored = export_stored_type(exporter, tensor);
        int value = onnx_add_input(&exporter->file, own->name, own->type, &own->shape);
        if (stored != own->type) {
            value = export_dequantize(exporter, tensor, own->type, export_same_order, value);
            value = export_quantize(exporter, tensor, stored, export_same_order, value);
        }
        exporter->tensors[tensor].forms[LAYOUT_AS_IS] = value;
    }
}

static int output_value(struct exporter *exporter, int tensor)
{
    const struct tensor *own = export_tensor(exporter, tensor);
    enum type stored = export_stored_type(exporter, tensor);
    if (own->data)
        return export_raw_constant(exporter, tensor, export_same_order,
                                   export_tensor(exporter, tensor)->type);
    if (exporter->tensors[tensor].source != NO_TENSOR)
        return export_read(exporter, tensor, LAYOUT_AS_IS);
    int value = export_stored(exporter, tensor, LAYOUT_AS_IS);
    if (stored != own->type) {
        value = export_dequantize(exporter, tensor, stored, export_same_order, value);
        value = export_quantize(exporter, tensor, own->type, export_same_order, value);
    }
    return value;
}

static struct origin origin_of(const struct exporter *exporter, int tensor)
{
    const struct node *maker = exporter->tensors[tensor].maker;
    return maker ? maker->origin : (struct origin){0};
}

static void write_outputs(struct exporter *exporter)
{
    for (int i = 0; i < exporter->graph->n_outputs; i++) {
        int tensor = exporter->graph->outputs[i];
        const struct tensor *own = export_tensor(exporter, tensor);
        exporter->file.wish = own->name;
        exporter->file.origin = origin_of(exporter, tensor);
        int value = output_value(exporter, tensor);
        onnx_add_output(&exporter->file, value, own->name, own->type, &own->shape);
    }
}

static enum status write_node(struct exporter *exporter, const struct node *node)
{
    export_function *write = export_functions[node->op];
    char place[NODE_TEXT_SIZE];
    exporter->node = node;
    exporter->file.origin = node->origin;
    exporter->file.wish = export_tensor(exporter, node->outputs[0])->name;
    if (write)
        write(exporter, node, op_table[node->op].onnx_name);
    else
        export_refuse(exporter, "operator %s cannot be expressed in .onnx files: %s",
                      op_name(node->op), op_table[node->op].no_onnx);
    if (exporter->status != STATUS_OK)
        error_within(exporter->error, "%s", node_text(exporter->graph, node, place));
    return exporter->status;
}

static enum status write_graph(struct exporter *exporter, unsigned char **bytes, size_t *size)
{
    const struct graph *graph = exporter->graph;
    if (graph->n_states > 0)
        return error_set(exporter->error, STATUS_UNSUPPORTED, NULL,
                         "variable '%s', which is kept from run to run, cannot be expressed in "
                         ".onnx files",
                         graph->states[0].name);
    find_sources(exporter);
    if (graph->n_nodes > 0)
        exporter->file.origin = graph->nodes[0].origin;
    write_inputs(exporter);
    for (int n = 0; n < graph->n_nodes; n++)
        if (write_node(exporter, &graph->nodes[n]) != STATUS_OK)
            return exporter->status;
    write_outputs(exporter);
    return onnx_file_pack(&exporter->file, bytes, size, exporter->error);
}

enum status onnx_write(const struct graph *graph, const struct model_writing *writing,
                       unsigned char **bytes, size_t *size, struct error *error)
{
    struct exporter exporter = {
        .graph = graph,
        .activations = writing->activations,
        .tensors = xcalloc((size_t)graph->n_tensors, sizeof(*exporter.tensors)),
        .error = error,
    };
    onnx_file_init(&exporter.file);
    exporter.file.opset = is_wide(graph) ? ONNX_OPSET_WIDE : ONNX_OPSET_USUAL;
    exporter.file.doc = graph->description;
    exporter.file.rounding = metadata_rounding(graph, ONNX_ROUNDING);
    enum status status = write_graph(&exporter, bytes, size);
    if (status != STATUS_OK)
        error_within(error, "%s", graph->name);
    else if (writing->origins)
        *writing->origins = onnx_file_origins(&exporter.file);
    onnx_file_release(&exporter.file);
    free(exporter.tensors);
    return status;
}
