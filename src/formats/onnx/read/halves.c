/* Models that compute with float16 (halves): we compute in float32, from weights that stay
 * float16. */
#include <string.h>

#include "formats/onnx/codes.h"
#include "formats/onnx/read/import.h"

/* A Cast alone does not make it such a model: others store weights in float16 and convert them. */
static bool is_conversion(const Onnx__Node *node)
{
    return node->op_type && strcmp(node->op_type, "Cast") == 0;
}

/* Notes the names of float16 constants and inputs. */
static void note_halves(const Onnx__Graph *graph, struct onnx_names *halves)
{
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (graph->initializer[i]->data_type == ONNX_FLOAT16 && graph->initializer[i]->name)
            onnx_names_set(halves, graph->initializer[i]->name, 1);
    for (size_t i = 0; i < graph->n_input; i++) {
        const Onnx__ValueInfo *info = graph->input[i];
        if (info->name && info->type && info->type->tensor_type &&
            info->type->tensor_type->elem_type == ONNX_FLOAT16)
            onnx_names_set(halves, info->name, 1);
    }
}

static void note_converted(const Onnx__Node *node, struct onnx_names *halves)
{
    for (size_t a = 0; a < node->n_attribute; a++) {
        const Onnx__Attribute *attribute = node->attribute[a];
        bool is_target = attribute->name && strcmp(attribute->name, "to") == 0 &&
                         attribute->has_i && attribute->i == ONNX_FLOAT16;
        if (is_target && node->n_output > 0)
            onnx_names_set(halves, node->output[0], 1);
    }
}

bool onnx_computes_halves(const Onnx__Model *model)
{
    const Onnx__Graph *graph = model->graph;
    struct onnx_names halves = {0};
    bool computes = false;
    note_halves(graph, &halves);
    for (size_t n = 0; n < graph->n_node && !computes; n++) {
        const Onnx__Node *node = graph->node[n];
        if (is_conversion(node)) {
            note_converted(node, &halves);
            continue;
        }
        for (size_t i = 0; i < node->n_input; i++)
            computes = computes || onnx_names_get(&halves, node->input[i], 0) != 0;
    }
    onnx_names_release(&halves);
    return computes;
}

enum type import_type(const struct import *import, int32_t code)
{
    return code == ONNX_FLOAT16 && import->widens_halves ? TYPE_F32 : onnx_type(code);
}

int import_widened(struct import *import, int constant)
{
    const struct tensor *tensor = import_tensor(import, constant);
    if (!import_ok(import) || tensor->type != TYPE_F16 || !import->widens_halves)
        return constant;
    if (tensor->shape.rank < 2) /* a bias, or a factor that is folded into weights */
        return import_cast(import, constant, TYPE_F32);
    return import_emit(import, OP_DEQUANTIZE, &constant, 1, NULL, TYPE_F32);
}
