#include "onnx_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "formats/onnx/messages.h"
#include "formats/onnx/onnx.h"

/* --- soundness */

/* TensorProto.DataType. */
static enum type type_of(int32_t code)
{
    static const struct {
        int32_t code;
        enum type type;
    } codes[] = {{1, TYPE_F32}, {2, TYPE_U8},   {3, TYPE_I8},   {5, TYPE_I16}, {6, TYPE_I32},
                 {7, TYPE_I64}, {9, TYPE_BOOL}, {10, TYPE_F16}, {11, TYPE_F64}};
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (codes[i].code == code)
            return codes[i].type;
    fail_msg("a constant of type %d", code);
    return TYPE_COUNT;
}

static size_t elements_of(const Onnx__Tensor *tensor)
{
    size_t count = 1;
    for (size_t i = 0; i < tensor->n_dims; i++)
        count *= (size_t)tensor->dims[i];
    return count;
}

/* All names of values so far. */
struct names {
    const char **list;
    size_t count;
};

static bool is_known(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i], name) == 0)
            return true;
    return false;
}

static void define(struct names *names, const char *name)
{
    if (name[0] == '\0')
        fail_msg("a value without a name");
    if (is_known(names, name))
        fail_msg("two values are called '%s'", name);
    names->list = realloc(names->list, (names->count + 1) * sizeof(*names->list));
    names->list[names->count++] = name;
}

static void check_nodes(const Onnx__Graph *graph, struct names *names)
{
    for (size_t n = 0; n < graph->n_node; n++) {
        const Onnx__Node *node = graph->node[n];
        for (size_t i = 0; i < node->n_input; i++)
            if (node->input[i][0] && !is_known(names, node->input[i]))
                fail_msg("%s reads '%s', which nothing has computed", node->op_type,
                         node->input[i]);
        for (size_t i = 0; i < node->n_output; i++)
            if (node->output[i][0])
                define(names, node->output[i]);
        for (size_t i = 0; i < node->n_attribute; i++)
            assert_true(node->attribute[i]->has_type && node->attribute[i]->name[0]);
    }
}

static void check_end(const Onnx__ValueInfo *info, const struct tensor *tensor)
{
    const Onnx__TensorType *type = info->type->tensor_type;
    assert_int_equal(type_of(type->elem_type), tensor->type);
    assert_int_equal(type->shape->n_dim, tensor->shape.rank);
    for (int i = 0; i < tensor->shape.rank; i++)
        assert_int_equal(type->shape->dim[i]->dim_value, tensor->shape.dim[i]);
}

static void check_ends(const Onnx__Graph *file, const struct graph *graph,
                       const struct names *names)
{
    assert_int_equal(file->n_input, graph->n_inputs);
    assert_int_equal(file->n_output, graph->n_outputs);
    for (int i = 0; i < graph->n_inputs; i++)
        check_end(file->input[i], &graph->tensors[graph->inputs[i]]);
    for (int i = 0; i < graph->n_outputs; i++) {
        check_end(file->output[i], &graph->tensors[graph->outputs[i]]);
        assert_true(is_known(names, file->output[i]->name));
    }
}

static void check(const Onnx__Model *model, const struct graph *graph)
{
    struct names names = {0};
    bool wide = model->opset_import[0]->version > 17;
    assert_int_equal(model->n_opset_import, 1);
    assert_int_equal(model->opset_import[0]->version, wide ? 21 : 17);
    assert_int_equal(model->ir_version, wide ? 10 : 8);
    assert_string_equal(model->producer_name, "quantop");
    assert_string_equal(model->producer_version, PACKAGE_VERSION);
    assert_true(model->graph->name && model->graph->name[0]);
    for (size_t i = 0; i < model->graph->n_input; i++)
        define(&names, model->graph->input[i]->name);
    for (size_t i = 0; i < model->graph->n_initializer; i++) {
        const Onnx__Tensor *tensor = model->graph->initializer[i];
        define(&names, tensor->name);
        assert_int_equal(tensor->raw_data.len,
                         elements_of(tensor) * type_size(type_of(tensor->data_type)));
    }
    check_nodes(model->graph, &names);
    check_ends(model->graph, graph, &names);
    free(names.list);
}

Onnx__Model *onnx_harness_write(const struct graph *graph, enum type activations)
{
    const struct model_writing writing = {.activations = activations};
    unsigned char *bytes;
    size_t size;
    struct error error;
    Onnx__Model *model = NULL;
    if (onnx_write(graph, &writing, &bytes, &size, &error) != STATUS_OK ||
        onnx_unpack(bytes, size, &model, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    free(bytes);
    check(model, graph);
    return model;
}

void onnx_harness_free(Onnx__Model *model)
{
    onnx_messages_free(model);
}

/* --- nodes */

void onnx_harness_ops(const Onnx__Model *model, const char *expected)
{
    struct text text = {0};
    for (size_t n = 0; n < model->graph->n_node; n++)
        text_printf(&text, n ? " %s" : "%s", model->graph->node[n]->op_type);
    assert_string_equal(text.bytes ? text.bytes : "", expected);
    text_release(&text);
}

int onnx_harness_count(const Onnx__Model *model, const char *op)
{
    int count = 0;
    for (size_t n = 0; n < model->graph->n_node; n++)
        count += strcmp(model->graph->node[n]->op_type, op) == 0;
    return count;
}

const Onnx__Node *onnx_harness_node(const Onnx__Model *model, const char *op, int n)
{
    for (size_t i = 0; i < model->graph->n_node; i++)
        if (strcmp(model->graph->node[i]->op_type, op) == 0 && n-- == 0)
            return model->graph->node[i];
    fail_msg("there are not so many %s", op);
    return NULL;
}

const Onnx__Node *onnx_harness_source(const Onnx__Model *model, const char *value)
{
    for (size_t n = 0; n < model->graph->n_node; n++)
        for (size_t i = 0; i < model->graph->node[n]->n_output; i++)
            if (strcmp(model->graph->node[n]->output[i], value) == 0)
                return model->graph->node[n];
    return NULL;
}

int onnx_harness_readers(const Onnx__Model *model, const char *value, const Onnx__Node **first)
{
    int count = 0;
    *first = NULL;
    for (size_t n = 0; n < model->graph->n_node; n++)
        for (size_t i = 0; i < model->graph->node[n]->n_input; i++)
            if (strcmp(model->graph->node[n]->input[i], value) == 0 && count++ == 0)
                *first = model->graph->node[n];
    return count;
}

const Onnx__Tensor *onnx_harness_constant(const Onnx__Model *model, const char *value)
{
    for (size_t i = 0; i < model->graph->n_initializer; i++)
        if (strcmp(model->graph->initializer[i]->name, value) == 0)
            return model->graph->initializer[i];
    return NULL;
}

/* --- comparisons */

static const Onnx__Attribute *attribute_of(const Onnx__Node *node, const char *name)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        if (strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i];
    return NULL;
}

void onnx_harness_attribute(const Onnx__Node *node, const char *name, const char *expected)
{
    const Onnx__Attribute *attribute = attribute_of(node, name);
    struct text text = {0};
    text_add_string(&text, "");
    for (size_t i = 0; attribute && i < attribute->n_ints; i++)
        text_printf(&text, i ? " %lld" : "%lld", (long long)attribute->ints[i]);
    if (attribute && attribute->has_i)
        text_printf(&text, "%lld", (long long)attribute->i);
    if (attribute && attribute->has_f)
        text_printf(&text, "%g", (double)attribute->f);
    if (attribute && attribute->has_s)
        text_add(&text, (const char *)attribute->s.data, attribute->s.len);
    if (strcmp(text.bytes, expected) != 0)
        fail_msg("%s: %s is '%s', expected '%s'", node->op_type, name, text.bytes, expected);
    text_release(&text);
}

static const Onnx__Tensor *constant_input(const Onnx__Model *model, const Onnx__Node *node,
                                          int input)
{
    assert_true(node->n_input > (size_t)input);
    const Onnx__Tensor *tensor = onnx_harness_constant(model, node->input[input]);
    if (!tensor)
        fail_msg("%s: input %d ('%s') is no constant", node->op_type, input, node->input[input]);
    return tensor;
}

void onnx_harness_input(const Onnx__Model *model, const Onnx__Node *node, int input,
                        const char *expected)
{
    const Onnx__Tensor *tensor = constant_input(model, node, input);
    struct shape shape = {.rank = (int)tensor->n_dims};
    char text[SHAPE_TEXT_SIZE], got[SHAPE_TEXT_SIZE + 16];
    for (int i = 0; i < shape.rank; i++)
        shape.dim[i] = (int32_t)tensor->dims[i];
    snprintf(got, sizeof(got), "%s %s", type_name(type_of(tensor->data_type)),
             shape_text(&shape, text));
    assert_string_equal(got, expected);
}

void onnx_harness_elements(const Onnx__Model *model, const Onnx__Node *node, int input,
                           const char *expected)
{
    const Onnx__Tensor *tensor = constant_input(model, node, input);
    enum type type = type_of(tensor->data_type);
    struct text text = {0};
    text_add_string(&text, "");
    for (size_t i = 0; i < elements_of(tensor); i++) {
        const uint8_t *at = tensor->raw_data.data + i * type_size(type);
        int64_t number;
        float real;
        const char *gap = i ? " " : "";
        if (type == TYPE_F32)
            text_printf(&text, "%s%g", gap, (double)(memcpy(&real, at, sizeof(real)), real));
        else if (type == TYPE_I64)
            text_printf(&text, "%s%lld", gap,
                        (long long)(memcpy(&number, at, sizeof(number)), number));
        else
            text_printf(&text, "%s%d", gap, type == TYPE_I8 ? (int8_t)*at : *at);
    }
    assert_string_equal(text.bytes, expected);
    text_release(&text);
}
