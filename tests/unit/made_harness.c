#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "graph_harness.h"
#include "made_harness.h"
#include "model/load.h"
#include "node_harness.h"

void *made_grow(struct arena *arena, void *list, size_t count)
{
    void **longer = arena_alloc(arena, (count + 1) * sizeof(*longer));
    if (count > 0)
        memcpy(longer, list, count * sizeof(*longer));
    return longer;
}

Onnx__ValueInfo *made_info(struct arena *arena, const char *name)
{
    Onnx__ValueInfo *info = arena_alloc(arena, sizeof(*info));
    onnx__value_info__init(info);
    info->name = arena_strdup(arena, name);
    return info;
}

static Onnx__ValueInfo *make_input(struct arena *arena, const char *name)
{
    Onnx__ValueInfo *info = made_info(arena, name);
    Onnx__Type *type = info->type = arena_alloc(arena, sizeof(*type));
    onnx__type__init(type);
    Onnx__TensorType *tensor = type->tensor_type = arena_alloc(arena, sizeof(*tensor));
    onnx__tensor_type__init(tensor);
    tensor->has_elem_type = 1;
    tensor->elem_type = 1;
    tensor->shape = arena_alloc(arena, sizeof(*tensor->shape));
    onnx__shape__init(tensor->shape);
    for (int i = 0; i < 2; i++) {
        Onnx__Dimension *dim = arena_alloc(arena, sizeof(*dim));
        onnx__dimension__init(dim);
        dim->has_dim_value = 1;
        dim->dim_value = i == 0 ? 2 : 4;
        MADE_APPEND(arena, tensor->shape->dim, tensor->shape->n_dim, dim);
    }
    return info;
}

void made_opset(struct arena *arena, Onnx__OperatorSet ***sets, size_t *count, const char *domain,
                int64_t version)
{
    Onnx__OperatorSet *set = arena_alloc(arena, sizeof(*set));
    onnx__operator_set__init(set);
    set->domain = arena_strdup(arena, domain);
    set->has_version = 1;
    set->version = version;
    MADE_APPEND(arena, *sets, *count, set);
}

void made_begin(struct made *made)
{
    *made = (struct made){.arena = arena_new()};
    onnx__model__init(&made->model);
    onnx__graph__init(&made->graph);
    made->model.graph = &made->graph;
    made->model.has_ir_version = 1;
    made->model.ir_version = 8;
    made->graph.name = arena_strdup(made->arena, "graph");
    made_opset(made->arena, &made->model.opset_import, &made->model.n_opset_import, "", 17);
    MADE_APPEND(made->arena, made->graph.input, made->graph.n_input, make_input(made->arena, "x"));
    MADE_APPEND(made->arena, made->graph.output, made->graph.n_output, made_info(made->arena, "y"));
}

void made_add_names(struct arena *arena, const char *words, char ***list, size_t *count)
{
    char *left = arena_strdup(arena, words), *word;
    while ((word = strsep(&left, " ")) != NULL)
        MADE_APPEND(arena, *list, *count, arena_strdup(arena, strcmp(word, "-") == 0 ? "" : word));
}

Onnx__Node *made_add_node(struct arena *arena, Onnx__Node ***list, size_t *count, const char *op,
                          const char *inputs, const char *outputs)
{
    Onnx__Node *node = arena_alloc(arena, sizeof(*node));
    onnx__node__init(node);
    node->op_type = arena_strdup(arena, op);
    node->name = arena_printf(arena, "the %s", op);
    made_add_names(arena, inputs, &node->input, &node->n_input);
    made_add_names(arena, outputs, &node->output, &node->n_output);
    MADE_APPEND(arena, *list, *count, node);
    return node;
}

Onnx__Node *made_add(struct made *made, const char *op, const char *inputs, const char *outputs)
{
    return made_add_node(made->arena, &made->graph.node, &made->graph.n_node, op, inputs, outputs);
}

Onnx__Attribute *made_add_attribute(struct arena *arena, Onnx__Node *node, const char *name)
{
    Onnx__Attribute *attribute = arena_alloc(arena, sizeof(*attribute));
    onnx__attribute__init(attribute);
    attribute->name = arena_strdup(arena, name);
    MADE_APPEND(arena, node->attribute, node->n_attribute, attribute);
    return attribute;
}

void made_add_constant(struct made *made, const char *name, int32_t type, int64_t value)
{
    Onnx__Tensor *tensor = arena_alloc(made->arena, sizeof(*tensor));
    onnx__tensor__init(tensor);
    tensor->name = arena_strdup(made->arena, name);
    tensor->has_data_type = 1;
    tensor->data_type = type;
    tensor->has_raw_data = 1;
    tensor->raw_data.len = type == 7 ? 8 : 1;
    tensor->raw_data.data = arena_copy(made->arena, &value, sizeof(value));
    MADE_APPEND(made->arena, made->graph.initializer, made->graph.n_initializer, tensor);
}

Onnx__Function *made_add_function(struct made *made, const char *name, const char *inputs,
                                  const char *outputs)
{
    Onnx__Function *function = arena_alloc(made->arena, sizeof(*function));
    onnx__function__init(function);
    function->name = arena_strdup(made->arena, name);
    function->domain = arena_strdup(made->arena, "own");
    made_add_names(made->arena, inputs, &function->input, &function->n_input);
    made_add_names(made->arena, outputs, &function->output, &function->n_output);
    made_opset(made->arena, &function->opset_import, &function->n_opset_import, "", 17);
    made_opset(made->arena, &function->opset_import, &function->n_opset_import, "own", 1);
    MADE_APPEND(made->arena, made->model.functions, made->model.n_functions, function);
    return function;
}

Onnx__Node *made_add_inside(struct made *made, Onnx__Function *function, const char *op,
                            const char *inputs, const char *outputs)
{
    return made_add_node(made->arena, &function->node, &function->n_node, op, inputs, outputs);
}

Onnx__Node *made_call(struct made *made, Onnx__Node *node)
{
    node->domain = arena_strdup(made->arena, "own");
    return node;
}

enum status made_load_as(const char *path, const struct made *made, struct graph **graph,
                         struct error *error)
{
    size_t size = onnx__model__get_packed_size(&made->model);
    unsigned char *bytes =
        aligned_alloc(MEMORY_ALIGNMENT, (size / MEMORY_ALIGNMENT + 1) * MEMORY_ALIGNMENT);
    assert_non_null(bytes);
    onnx__model__pack(&made->model, bytes);
    return graph_load_bytes(path, bytes, size, NULL, graph, error);
}

enum status made_load(const struct made *made, struct graph **graph, struct error *error)
{
    return made_load_as("m.onnx", made, graph, error);
}

void made_gives(struct made *made, const float expected[8])
{
    const float sample[] = {2, -2, 3, -3, 4, -4, 5, -5};
    struct error error = {0};
    struct graph *graph;
    void *got;
    if (made_load(made, &graph, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    assert_string_equal(graph->tensors[graph->outputs[0]].name, "y");
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const[]){sample}, &got);
    harness_near(got, expected, 8, 1e-6, 1e-6);
    graph_free(graph);
    arena_free(made->arena);
}

void made_refuses(struct made *made, enum status expected, const char *words)
{
    struct error error = {0};
    struct graph *graph;
    char line[900];
    enum status status = made_load(made, &graph, &error);
    error_line(&error, line, sizeof(line));
    if (status != expected || !strstr(line, words))
        fail_msg("status %d, '%s'; expected %d, '%s'", (int)status, line, (int)expected, words);
    arena_free(made->arena);
}
