/* Integer operators of .onnx files in QOperator form: bit for bit what ONNX Runtime computes, where
 * its library is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "formats/onnx/onnx.pb-c.h"
#include "node_harness.h"
#include "ort_harness.h"
#include "runtimes/runtime.h"

#define CASES 40

static const struct runtime *onnxruntime, *builtin;
static char *model_path;
static struct random random_state = {3};

static int between(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

static int set_up(void **state)
{
    (void)state;
    model_path = xstrdup("/tmp/quantop-qoperator-XXXXXX");
    int descriptor = mkstemp(model_path);
    if (descriptor < 0)
        return -1;
    close(descriptor);
    builtin = runtime_find("builtin");
    onnxruntime = harness_onnxruntime();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(model_path);
    free(model_path);
    return 0;
}

/* --- models of one node --- */

#define INPUTS_MAX 9

/* A model that is being made. */
struct made {
    struct arena *arena;
    Onnx__Node node;
    Onnx__Graph graph;
    char *inputs[INPUTS_MAX];
    Onnx__Tensor *constants[INPUTS_MAX];
};

/* Element types as the format numbers them. */
enum { CODE_FLOAT = 1, CODE_UINT8 = 2, CODE_INT8 = 3, CODE_INT32 = 6 };

static void made_init(struct made *made, const char *op)
{
    *made = (struct made){.arena = arena_new()};
    onnx__node__init(&made->node);
    onnx__graph__init(&made->graph);
    made->node.op_type = arena_strdup(made->arena, op);
    made->node.input = made->inputs;
    made->graph.initializer = made->constants;
    made->graph.name = arena_strdup(made->arena, "g");
}

static Onnx__ValueInfo *value(struct made *made, const char *name, int type,
                              const struct shape *shape)
{
    Onnx__ValueInfo *info = arena_alloc(made->arena, sizeof(*info));
    onnx__value_info__init(info);
    info->name = arena_strdup(made->arena, name);
    info->type = arena_alloc(made->arena, sizeof(*info->type));
    onnx__type__init(info->type);
    Onnx__TensorType *tensor = info->type->tensor_type =
        arena_alloc(made->arena, sizeof(*info->type->tensor_type));
    onnx__tensor_type__init(tensor);
    tensor->has_elem_type = 1;
    tensor->elem_type = type;
    tensor->shape = arena_alloc(made->arena, sizeof(*tensor->shape));
    onnx__shape__init(tensor->shape);
    tensor->shape->n_dim = (size_t)shape->rank;
    tensor->shape->dim =
        arena_alloc(made->arena, (size_t)shape->rank * sizeof(*tensor->shape->dim));
    for (int i = 0; i < shape->rank; i++) {
        Onnx__Dimension *dimension = arena_alloc(made->arena, sizeof(*dimension));
        onnx__dimension__init(dimension);
        dimension->has_dim_value = 1;
        dimension->dim_value = shape->dim[i];
        tensor->shape->dim[i] = dimension;
    }
    return info;
}

static void add_input(struct made *made, const char *name)
{
    made->inputs[made->node.n_input++] = arena_strdup(made->arena, name);
}

/* The next input, as a constant. */
static void add_constant(struct made *made, const char *name, int type, const struct shape *shape,
                         const void *elements, size_t size)
{
    Onnx__Tensor *tensor = arena_alloc(made->arena, sizeof(*tensor));
    size_t bytes = shape_elements(shape) * size;
    onnx__tensor__init(tensor);
    tensor->name = arena_strdup(made->arena, name);
    tensor->has_data_type = 1;
    tensor->data_type = type;
    tensor->n_dims = (size_t)shape->rank;
    tensor->dims = arena_alloc(made->arena, (size_t)(shape->rank + 1) * sizeof(*tensor->dims));
    for (int i = 0; i < shape->rank; i++)
        tensor->dims[i] = shape->dim[i];
    tensor->has_raw_data = 1;
    tensor->raw_data = (ProtobufCBinaryData){bytes, arena_copy(made->arena, elements, bytes)};
    made->constants[made->graph.n_initializer++] = tensor;
    add_input(made, name);
}

static void add_numbers(struct made *made, const char *name, const int64_t *numbers, size_t count)
{
    Onnx__Attribute *attribute = arena_alloc(made->arena, sizeof(*attribute));
    onnx__attribute__init(attribute);
    attribute->name = arena_strdup(made->arena, name);
    attribute->has_type = 1;
    attribute->type = 7; /* INTS */
    attribute->n_ints = count;
    attribute->ints = arena_copy(made->arena, numbers, count * sizeof(*numbers));
    made->node.attribute = made->node.attribute
                               ? made->node.attribute
                               : arena_alloc(made->arena, INPUTS_MAX * sizeof(attribute));
    made->node.attribute[made->node.n_attribute++] = attribute;
}

static void add_number(struct made *made, const char *name, int64_t number)
{
    add_numbers(made, name, &number, 1);
    Onnx__Attribute *attribute = made->node.attribute[made->node.n_attribute - 1];
    attribute->type = 2; /* INT */
    attribute->has_i = 1;
    attribute->i = number;
    attribute->n_ints = 0;
}

/* Scale and zero point of an operand: `count` of each, 0 for scalars of them. */
static void add_scale(struct made *made, const char *name, int type, int count, bool has_zero,
                      double spread)
{
    struct shape shape = {.rank = count > 0, .dim = {count}};
    float scales[256];
    uint8_t zeros[256] = {0};
    char text[32];
    int n = count > 0 ? count : 1;
    for (int i = 0; i < n; i++)
        scales[i] = (float)(spread * (0.1 + random_unit(&random_state)));
    memset(zeros, has_zero ? between(0, 255) : type == CODE_UINT8 ? 128 : 0, (size_t)n);
    snprintf(text, sizeof(text), "%s_scale", name);
    add_constant(made, text, CODE_FLOAT, &shape, scales, sizeof(float));
    snprintf(text, sizeof(text), "%s_zero", name);
    add_constant(made, text, type, &shape, zeros, 1);
}

static void add_bytes(struct made *made, const char *name, int type, const struct shape *shape)
{
    size_t count = shape_elements(shape);
    uint8_t *elements = arena_alloc(made->arena, count);
    harness_fill(&random_state, TYPE_U8, elements, count, 1.0, between(0, 3) == 0);
    add_constant(made, name, type, shape, elements, 1);
}

static void write_model(struct made *made, const Onnx__ValueInfo *y)
{
    Onnx__Model model;
    Onnx__OperatorSet set, *sets[] = {&set};
    Onnx__ValueInfo *outputs[] = {(Onnx__ValueInfo *)(uintptr_t)y};
    Onnx__Node *nodes[] = {&made->node};
    char *names[] = {y->name};
    struct error error;
    onnx__model__init(&model);
    onnx__operator_set__init(&set);
    set.domain = arena_strdup(made->arena, "");
    set.has_version = 1;
    set.version = 13;
    model.has_ir_version = 1;
    model.ir_version = 7;
    model.n_opset_import = 1;
    model.opset_import = sets;
    model.graph = &made->graph;
    made->node.n_output = 1;
    made->node.output = names;
    made->graph.n_node = 1;
    made->graph.node = nodes;
    made->graph.n_output = 1;
    made->graph.output = outputs;
    size_t size = onnx__model__get_packed_size(&model);
    uint8_t *bytes = arena_alloc(made->arena, size);
    onnx__model__pack(&model, bytes);
    assert_int_equal(file_write(model_path, bytes, size, &error), STATUS_OK);
}

/* --- running them --- */

/* A model on one of the runtimes. */
struct loaded {
    struct runtime_model *model;
    struct runtime_session *session;
};

static struct loaded open_on(const struct runtime *runtime)
{
    struct runtime_options options = {.isa = isa_best()};
    struct loaded loaded;
    struct error error = {0};
    if (runtime->load(model_path, model_path, &options, &loaded.model, &error) != STATUS_OK ||
        runtime->open(loaded.model, &loaded.session, &error) != STATUS_OK)
        fail_msg("%s: %s: %s", runtime->name, error.where, error.text);
    return loaded;
}

static void run_and_close(struct loaded loaded, void *outputs, size_t size)
{
    struct error error = {0};
    if (loaded.session->run(loaded.session, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    memcpy(outputs, loaded.session->outputs[0], size);
    runtime_close(loaded.session);
    runtime_release(loaded.model);
}

/* Integers on fast kernels, no real numbers between scales. */
static void check_kernels(const struct runtime_model *model, const char *what)
{
    const struct runtime_report report = builtin->report(model);
    for (int i = 0; i < report.n_kernels; i++)
        if (strstr(report.kernels[i], "f32") || strstr(report.kernels[i], "reference"))
            fail_msg("%s runs on %s", what, report.kernels[i]);
}

/* The output of both for the same inputs. */
static void compare(struct made *made, const char *what)
{
    struct loaded theirs = open_on(onnxruntime), ours = open_on(builtin);
    check_kernels(ours.model, what);
    for (int i = 0; i < ours.model->n_inputs; i++) {
        size_t bytes = tensor_bytes(&ours.model->inputs[i]);
        harness_fill(&random_state, TYPE_U8, ours.session->inputs[i], bytes, 1.0,
                     between(0, 3) == 0);
        memcpy(theirs.session->inputs[i], ours.session->inputs[i], bytes);
    }
    size_t count = shape_elements(&ours.model->outputs[0].shape);
    uint8_t *a = arena_alloc(made->arena, count), *b = arena_alloc(made->arena, count);
    run_and_close(ours, a, count);
    run_and_close(theirs, b, count);
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i])
            fail_msg("%s: element %zu of %zu is %d, of ONNX Runtime %d", what, i, count, a[i],
                     b[i]);
}

/* The types that ONNX Runtime takes together. */
static const struct {
    int x, w;
} pairs[] = {{CODE_UINT8, CODE_UINT8}, {CODE_UINT8, CODE_INT8}, {CODE_INT8, CODE_INT8}};

#define NEEDS_LIBRARY                                                                              \
    do {                                                                                           \
        (void)state;                                                                               \
        if (!onnxruntime)                                                                          \
            skip();                                                                                \
    } while (0)

static void convolutions_are_theirs(void **state)
{
    NEEDS_LIBRARY;
    for (int i = 0; i < CASES; i++) {
        struct made made;
        int x = pairs[i % 3].x, w = pairs[i % 3].w;
        bool is_depthwise = between(0, 3) == 0, per_channel = between(0, 1);
        int depth = between(1, 40), channels = is_depthwise ? depth : between(1, 40);
        int side = between(1, 3), stride = between(1, 2), pad = between(0, side - 1);
        int high = between(3, 9), wide = between(3, 9);
        int out_high = (high + 2 * pad - side) / stride + 1;
        int out_wide = (wide + 2 * pad - side) / stride + 1;
        struct shape in = SHAPE(1, depth, high, wide), bias = SHAPE(channels);
        struct shape filter = SHAPE(channels, is_depthwise ? 1 : depth, side, side);
        struct shape out = SHAPE(1, channels, out_high, out_wide);
        int32_t addends[40];
        made_init(&made, "QLinearConv");
        Onnx__ValueInfo *inputs[] = {value(&made, "x", x, &in)};
        made.graph.n_input = 1;
        made.graph.input = inputs;
        add_input(&made, "x");
        add_scale(&made, "x", x, 0, true, 0.02);
        add_bytes(&made, "w", w, &filter);
        add_scale(&made, "w", w, per_channel ? channels : 0, w == CODE_UINT8 && !per_channel, 0.02);
        add_scale(&made, "y", x, 0, true, 0.1);
        for (int c = 0; c < channels; c++)
            addends[c] = between(-3000, 3000);
        if (between(0, 2) > 0)
            add_constant(&made, "b", CODE_INT32, &bias, addends, sizeof(*addends));
        add_numbers(&made, "pads", (int64_t[]){pad, pad, pad, pad}, 4);
        add_numbers(&made, "strides", (int64_t[]){stride, stride}, 2);
        add_numbers(&made, "kernel_shape", (int64_t[]){side, side}, 2);
        add_number(&made, "group", is_depthwise ? depth : 1);
        write_model(&made, value(&made, "y", x, &out));
        compare(&made, "QLinearConv");
        arena_free(made.arena);
    }
}

static void matrix_products_are_theirs(void **state)
{
    NEEDS_LIBRARY;
    for (int i = 0; i < CASES; i++) {
        struct made made;
        int a = pairs[i % 3].x, b = pairs[i % 3].w, rows = between(1, 9);
        int depth = between(1, 90), columns = between(1, 40);
        bool is_constant = between(0, 2) > 0, per_column = is_constant && between(0, 2) == 0;
        struct shape left = SHAPE(rows, depth), right = SHAPE(depth, columns);
        struct shape out = SHAPE(rows, columns);
        made_init(&made, "QLinearMatMul");
        Onnx__ValueInfo *inputs[] = {value(&made, "a", a, &left), value(&made, "b", b, &right)};
        made.graph.n_input = is_constant ? 1 : 2;
        made.graph.input = inputs;
        add_input(&made, "a");
        add_scale(&made, "a", a, 0, true, 0.02);
        if (is_constant)
            add_bytes(&made, "b", b, &right);
        else
            add_input(&made, "b");
        add_scale(&made, "b", b, per_column ? columns : 0, !per_column, 0.02);
        add_scale(&made, "y", a, 0, true, 0.1);
        write_model(&made, value(&made, "y", a, &out));
        compare(&made, "QLinearMatMul");
        arena_free(made.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_are_theirs),
        cmocka_unit_test(matrix_products_are_theirs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
