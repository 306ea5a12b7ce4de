/* The row of the .onnx format, and how its files are told from others. */
#include "formats/onnx/codes.h"
#include "formats/onnx/messages.h"
#include "formats/onnx/onnx.h"

/* There is no magic number: files are known by their first field, the graph or one that precedes
 * it. */
static bool probe(const unsigned char *bytes, size_t size)
{
    enum { IR_VERSION = 1 << 3, PRODUCER = 2 << 3 | 2, GRAPH = 7 << 3 | 2, OPSET = 8 << 3 | 2 };
    return size >= 2 && (bytes[0] == IR_VERSION || bytes[0] == PRODUCER || bytes[0] == GRAPH ||
                         bytes[0] == OPSET);
}

/* Graphs inside of each other that are looked into. */
#define DEPTH_MAX 32

static bool is_here(const Onnx__Tensor *tensor)
{
    return !tensor->has_data_location || tensor->data_location != ONNX_EXTERNAL;
}

static bool graph_is_whole(const Onnx__Graph *graph, int depth);

static bool attribute_is_whole(const Onnx__Attribute *attribute, int depth)
{
    if (attribute->t && !is_here(attribute->t))
        return false;
    if (!attribute->has_g)
        return true;
    Onnx__Graph *graph = depth < DEPTH_MAX ? onnx_unpack_graph(&attribute->g) : NULL;
    bool whole = graph && graph_is_whole(graph, depth + 1);
    onnx_graph_free(graph);
    return whole;
}

static bool nodes_are_whole(Onnx__Node *const *nodes, size_t count, int depth)
{
    bool whole = true;
    for (size_t i = 0; whole && i < count; i++)
        for (size_t a = 0; whole && a < nodes[i]->n_attribute; a++)
            whole = attribute_is_whole(nodes[i]->attribute[a], depth);
    return whole;
}

static bool graph_is_whole(const Onnx__Graph *graph, int depth)
{
    bool whole = nodes_are_whole(graph->node, graph->n_node, depth);
    for (size_t i = 0; whole && i < graph->n_initializer; i++)
        whole = is_here(graph->initializer[i]);
    return whole;
}

static bool is_whole(const unsigned char *bytes, size_t size)
{
    Onnx__Model *model;
    struct error ignored;
    if (onnx_unpack(bytes, size, &model, &ignored) != STATUS_OK)
        return false;
    bool whole = !model->graph || graph_is_whole(model->graph, 0);
    for (size_t i = 0; whole && i < model->n_functions; i++)
        whole = nodes_are_whole(model->functions[i]->node, model->functions[i]->n_node, 0);
    onnx_messages_free(model);
    return whole;
}

static void print_version(const unsigned char *bytes, size_t size, struct text *out)
{
    Onnx__Model *model;
    struct error ignored;
    if (onnx_unpack(bytes, size, &model, &ignored) != STATUS_OK)
        return;
    text_printf(out, "IR version %lld", (long long)model->ir_version);
    for (size_t i = 0; i < model->n_opset_import; i++) {
        const Onnx__OperatorSet *set = model->opset_import[i];
        bool is_own = set->domain && set->domain[0] != '\0';
        text_printf(out, ", operator set %lld", (long long)set->version);
        if (is_own) {
            text_add_string(out, " of ");
            text_add_printable(out, set->domain);
        }
    }
    onnx_messages_free(model);
}

const struct model_format onnx_format = {
    .name = "onnx",
    .suffix = ".onnx",
    .pairs_scales = true,
    .rounding = ONNX_ROUNDING,
    .rounds_stored = true,
    .probe = probe,
    .is_whole = is_whole,
    .print_version = print_version,
    .read = onnx_read,
    .write = onnx_write,
};
