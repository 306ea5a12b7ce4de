#include "message_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx/codes.h"
#include "formats/onnx/onnx.pb-c.h"

#define ITEMS_MAX 64

struct message {
    struct arena *arena;
    Onnx__Model model;
    Onnx__Graph graph;
    Onnx__OperatorSet sets[2], *set_list[2];
    Onnx__Node *nodes[ITEMS_MAX];
    Onnx__ValueInfo *inputs[ITEMS_MAX], *outputs[ITEMS_MAX];
    Onnx__Tensor *constants[ITEMS_MAX];
    int names;
};

static char *text(struct message *message, const char *copied)
{
    return arena_strdup(message->arena, copied);
}

static char *new_name(struct message *message, const char *kind)
{
    return arena_printf(message->arena, "%s%d", kind, message->names++);
}

static void set_version(struct message *message, int i, const char *domain, int version)
{
    Onnx__OperatorSet *set = message->set_list[i] = &message->sets[i];
    onnx__operator_set__init(set);
    set->domain = text(message, domain);
    set->has_version = 1;
    set->version = version;
}

struct message *message_new(int opset)
{
    struct message *message = xcalloc(1, sizeof(*message));
    message->arena = arena_new();
    onnx__model__init(&message->model);
    onnx__graph__init(&message->graph);
    set_version(message, 0, "", opset);
    set_version(message, 1, "com.microsoft", 1);
    message->model.n_opset_import = 2;
    message->model.opset_import = message->set_list;
    message->model.has_ir_version = 1;
    message->model.ir_version = 10;
    message->model.graph = &message->graph;
    message->graph.name = text(message, "made");
    message->graph.node = message->nodes;
    message->graph.input = message->inputs;
    message->graph.output = message->outputs;
    message->graph.initializer = message->constants;
    return message;
}

void message_free(struct message *message)
{
    arena_free(message->arena);
    free(message);
}

static Onnx__ValueInfo *describe(struct message *message, char *name, enum type type)
{
    Onnx__ValueInfo *info = arena_alloc(message->arena, sizeof(*info));
    onnx__value_info__init(info);
    info->name = name;
    info->type = arena_alloc(message->arena, sizeof(*info->type));
    onnx__type__init(info->type);
    Onnx__TensorType *tensor = info->type->tensor_type =
        arena_alloc(message->arena, sizeof(*tensor));
    onnx__tensor_type__init(tensor);
    tensor->has_elem_type = 1;
    tensor->elem_type = onnx_type_code(type);
    return info;
}

static void set_shape(struct message *message, Onnx__ValueInfo *info, const struct shape *shape)
{
    Onnx__Shape *stated = info->type->tensor_type->shape =
        arena_alloc(message->arena, sizeof(*stated));
    onnx__shape__init(stated);
    stated->n_dim = (size_t)shape->rank;
    stated->dim = arena_alloc(message->arena, SHAPE_RANK_MAX * sizeof(Onnx__Dimension *));
    for (int i = 0; i < shape->rank; i++) {
        stated->dim[i] = arena_alloc(message->arena, sizeof(Onnx__Dimension));
        onnx__dimension__init(stated->dim[i]);
        stated->dim[i]->has_dim_value = shape->dim[i] >= 0;
        stated->dim[i]->dim_value = shape->dim[i];
        if (shape->dim[i] < 0)
            stated->dim[i]->dim_param = new_name(message, "N");
    }
}

const char *message_input(struct message *message, enum type type, struct shape shape)
{
    char *name = new_name(message, "x");
    assert_true(message->graph.n_input < ITEMS_MAX);
    Onnx__ValueInfo *info = message->inputs[message->graph.n_input++] =
        describe(message, name, type);
    set_shape(message, info, &shape);
    return name;
}

const char *message_constant(struct message *message, enum type type, struct shape shape,
                             const void *elements)
{
    assert_true(message->graph.n_initializer < ITEMS_MAX);
    Onnx__Tensor *tensor = message->constants[message->graph.n_initializer++] =
        arena_alloc(message->arena, sizeof(*tensor));
    size_t bytes = shape_elements(&shape) * type_size(type);
    onnx__tensor__init(tensor);
    tensor->name = new_name(message, "c");
    tensor->has_data_type = 1;
    tensor->data_type = onnx_type_code(type);
    tensor->n_dims = (size_t)shape.rank;
    tensor->dims = arena_alloc(message->arena, SHAPE_RANK_MAX * sizeof(int64_t));
    for (int i = 0; i < shape.rank; i++)
        tensor->dims[i] = shape.dim[i];
    tensor->has_raw_data = 1;
    tensor->raw_data = (ProtobufCBinaryData){bytes, arena_copy(message->arena, elements, bytes)};
    return tensor->name;
}

const char *message_float(struct message *message, float value)
{
    return message_constant(message, TYPE_F32, (struct shape){0}, &value);
}

static Onnx__Node *last(const struct message *message)
{
    return message->nodes[message->graph.n_node - 1];
}

const char *message_node(struct message *message, const char *domain, const char *op,
                         const char *const *inputs, int n_inputs)
{
    assert_true(message->graph.n_node < ITEMS_MAX);
    Onnx__Node *node = message->nodes[message->graph.n_node++] =
        arena_alloc(message->arena, sizeof(*node));
    onnx__node__init(node);
    node->op_type = text(message, op);
    node->domain = domain ? text(message, domain) : NULL;
    node->n_input = (size_t)n_inputs;
    node->input = arena_alloc(message->arena, (size_t)n_inputs * sizeof(char *));
    for (int i = 0; i < n_inputs; i++)
        node->input[i] = text(message, inputs[i] ? inputs[i] : "");
    node->output = arena_alloc(message->arena, ITEMS_MAX * sizeof(char *));
    node->attribute = arena_alloc(message->arena, ITEMS_MAX * sizeof(Onnx__Attribute *));
    return message_node_output(message);
}

const char *message_node_output(struct message *message)
{
    Onnx__Node *node = last(message);
    assert_true(node->n_output < ITEMS_MAX);
    return node->output[node->n_output++] = new_name(message, "y");
}

static Onnx__Attribute *attribute(struct message *message, const char *name, int type)
{
    Onnx__Node *node = last(message);
    assert_true(node->n_attribute < ITEMS_MAX);
    Onnx__Attribute *made = node->attribute[node->n_attribute++] =
        arena_alloc(message->arena, sizeof(*made));
    onnx__attribute__init(made);
    made->name = text(message, name);
    made->has_type = 1;
    made->type = type;
    return made;
}

void message_int(struct message *message, const char *name, long long value)
{
    Onnx__Attribute *made = attribute(message, name, ONNX_ATTRIBUTE_INT);
    made->has_i = 1;
    made->i = value;
}

void message_ints(struct message *message, const char *name, const int *values, int count)
{
    Onnx__Attribute *made = attribute(message, name, ONNX_ATTRIBUTE_INTS);
    made->n_ints = (size_t)count;
    made->ints = arena_alloc(message->arena, (size_t)count * sizeof(*made->ints));
    for (int i = 0; i < count; i++)
        made->ints[i] = values[i];
}

void message_real(struct message *message, const char *name, float value)
{
    Onnx__Attribute *made = attribute(message, name, ONNX_ATTRIBUTE_FLOAT);
    made->has_f = 1;
    made->f = value;
}

void message_text(struct message *message, const char *name, const char *value)
{
    Onnx__Attribute *made = attribute(message, name, ONNX_ATTRIBUTE_STRING);
    made->has_s = 1;
    made->s = (ProtobufCBinaryData){strlen(value), (uint8_t *)text(message, value)};
}

void message_output(struct message *message, const char *name, enum type type)
{
    assert_true(message->graph.n_output < ITEMS_MAX);
    message->outputs[message->graph.n_output++] = describe(message, text(message, name), type);
}

void message_shape(struct message *message, int output, const struct shape *shape)
{
    set_shape(message, message->outputs[output], shape);
}

void message_write(const struct message *message, const char *path)
{
    struct error error;
    size_t size = onnx__model__get_packed_size(&message->model);
    uint8_t *bytes = xcalloc(size, 1);
    onnx__model__pack(&message->model, bytes);
    assert_int_equal(file_write(path, bytes, size, &error), STATUS_OK);
    free(bytes);
}
