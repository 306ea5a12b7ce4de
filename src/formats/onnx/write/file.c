/* The parts of an .onnx file, added one by one. */
#include "formats/onnx/write/file.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/nibbles.h"
#include "formats/onnx/codes.h"

void onnx_file_init(struct onnx_file *file)
{
    *file = (struct onnx_file){.arena = arena_new(), .wish = "", .doc = ""};
    file->values = list_grow(NULL, 0, &file->value_capacity, sizeof(*file->values));
    file->values[file->n_values++] = (struct onnx_value){.wish = ""}; /* NO_VALUE */
}

void onnx_file_release(struct onnx_file *file)
{
    free(file->values);
    free(file->nodes);
    free(file->constants);
    contents_release(&file->written);
    free(file->inputs);
    free(file->outputs);
    arena_free(file->arena);
    *file = (struct onnx_file){0};
}

static int add_value(struct onnx_file *file, const char *wish, enum onnx_claim claim)
{
    file->values =
        list_grow(file->values, file->n_values, &file->value_capacity, sizeof(*file->values));
    file->values[file->n_values] = (struct onnx_value){.wish = wish, .claim = claim};
    return (int)file->n_values++;
}

int onnx_add_input(struct onnx_file *file, const char *name, enum type type,
                   const struct shape *shape)
{
    int value = add_value(file, name[0] ? name : "input", CLAIM_INTERFACE);
    file->inputs =
        list_grow(file->inputs, file->n_inputs, &file->input_capacity, sizeof(*file->inputs));
    file->inputs[file->n_inputs++] = (struct onnx_end){value, type, *shape};
    return value;
}

void onnx_add_output(struct onnx_file *file, int value, const char *name, enum type type,
                     const struct shape *shape)
{
    struct onnx_value *own = &file->values[value];
    /* An input, a constant, or a value that already is an output keeps its name. */
    if (own->claim == CLAIM_INTERFACE || own->is_constant) {
        onnx_add_node(file, "Identity", &value, 1, &value, 1);
        own = &file->values[value];
    }
    own->wish = name[0] ? name : "output";
    own->claim = CLAIM_INTERFACE;
    file->outputs =
        list_grow(file->outputs, file->n_outputs, &file->output_capacity, sizeof(*file->outputs));
    file->outputs[file->n_outputs++] = (struct onnx_end){value, type, *shape};
}

/* The value of a constant: one that is the same already, or the next one. */
static int value_of(struct onnx_file *file, const struct onnx_constant *constant)
{
    const struct shape *shape = &constant->shape;
    int32_t label[SHAPE_RANK_MAX + 2] = {(int32_t)constant->type, constant->is_narrow};
    struct content content = {
        .label_size = ((size_t)shape->rank + 2) * sizeof(*label),
        .bytes = constant->data,
        .size = onnx_constant_bytes(constant),
        .number = (int)file->n_values,
    };
    memcpy(label + 2, shape->dim, (size_t)shape->rank * sizeof(*label));
    content.label = arena_copy(file->arena, label, content.label_size);
    return contents_number(&file->written, &content);
}

size_t onnx_constant_bytes(const struct onnx_constant *constant)
{
    size_t count = shape_elements(&constant->shape);
    return constant->is_narrow ? count / 2 + count % 2 : count * type_size(constant->type);
}

static int add_constant(struct onnx_file *file, const char *wish,
                        const struct onnx_constant *constant)
{
    int value = value_of(file, constant);
    if ((size_t)value < file->n_values)
        return value;
    file->constants = list_grow(file->constants, file->n_constants, &file->constant_capacity,
                                sizeof(*file->constants));
    value = add_value(file, wish, CLAIM_HELPER);
    file->values[value].is_constant = true;
    file->constants[file->n_constants] = *constant;
    file->constants[file->n_constants++].value = value;
    return value;
}

int onnx_add_constant(struct onnx_file *file, const char *wish, enum type type,
                      const struct shape *shape, const void *data)
{
    const struct onnx_constant constant = {.type = type, .shape = *shape, .data = data};
    return add_constant(file, wish, &constant);
}

int onnx_add_narrow(struct onnx_file *file, const char *wish, const struct shape *shape,
                    const void *data)
{
    size_t size;
    const struct onnx_constant constant = {
        .type = TYPE_I8,
        .is_narrow = true,
        .shape = *shape,
        .data = nibbles_packed(file->arena, data, shape_elements(shape), &size),
    };
    return add_constant(file, wish, &constant);
}

void onnx_add_node(struct onnx_file *file, const char *op, const int *inputs, int n_inputs,
                   int *outputs, int n_outputs)
{
    struct onnx_node *node = arena_alloc(file->arena, sizeof(*node));
    while (n_inputs > 0 && inputs[n_inputs - 1] == NO_VALUE)
        n_inputs--;
    onnx__node__init(&node->message);
    node->origin = file->origin;
    node->message.op_type = arena_strdup(file->arena, op);
    node->message.attribute = node->attributes;
    node->message.n_input = (size_t)n_inputs;
    node->message.n_output = (size_t)n_outputs;
    node->inputs = arena_alloc(file->arena, (size_t)(n_inputs + 1) * sizeof(int));
    node->outputs = arena_alloc(file->arena, (size_t)(n_outputs + 1) * sizeof(int));
    for (int i = 0; i < n_inputs; i++)
        node->inputs[i] = inputs[i];
    for (int i = 0; i < n_outputs; i++)
        node->outputs[i] = outputs[i] = add_value(file, file->wish, CLAIM_HELPER);
    file->nodes = list_grow(file->nodes, file->n_nodes, &file->node_capacity, sizeof(*file->nodes));
    file->nodes[file->n_nodes++] = node;
}

void onnx_name_value(struct onnx_file *file, int value, const char *wish)
{
    struct onnx_value *own = &file->values[value];
    if (own->claim != CLAIM_HELPER || own->is_constant)
        return;
    own->wish = wish;
    own->claim = CLAIM_TENSOR;
}

static Onnx__Attribute *add_attribute(struct onnx_file *file, const char *name, int32_t type)
{
    struct onnx_node *node = file->nodes[file->n_nodes - 1];
    Onnx__Attribute *attribute = arena_alloc(file->arena, sizeof(*attribute));
    onnx__attribute__init(attribute);
    attribute->name = arena_strdup(file->arena, name);
    attribute->has_type = 1;
    attribute->type = type;
    node->attributes[node->message.n_attribute++] = attribute;
    return attribute;
}

void onnx_set_int(struct onnx_file *file, const char *name, int64_t number)
{
    Onnx__Attribute *attribute = add_attribute(file, name, ONNX_ATTRIBUTE_INT);
    attribute->has_i = 1;
    attribute->i = number;
}

void onnx_set_ints(struct onnx_file *file, const char *name, const int64_t *numbers, int count)
{
    Onnx__Attribute *attribute = add_attribute(file, name, ONNX_ATTRIBUTE_INTS);
    attribute->n_ints = (size_t)count;
    attribute->ints = arena_copy(file->arena, numbers, (size_t)count * sizeof(*numbers));
}

void onnx_set_float(struct onnx_file *file, const char *name, float number)
{
    Onnx__Attribute *attribute = add_attribute(file, name, ONNX_ATTRIBUTE_FLOAT);
    attribute->has_f = 1;
    attribute->f = number;
}

void onnx_set_text(struct onnx_file *file, const char *name, const char *text)
{
    Onnx__Attribute *attribute = add_attribute(file, name, ONNX_ATTRIBUTE_STRING);
    attribute->has_s = 1;
    attribute->s.len = strlen(text);
    attribute->s.data = arena_copy(file->arena, text, strlen(text));
}
