/* The builtin runtime beside ONNX Runtime, where its library is, on the same files: one node of
 * each operator that .onnx files spell otherwise than graphs do, and models of others. */
#include <ctype.h>
#include <math.h>
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
#include "formats/onnx/codes.h"
#include "formats/onnx/onnx.pb-c.h"
#include "ort_harness.h"
#include "runtimes/runtime.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MICROSOFT    "com.microsoft"

/* One node. Inputs are words: a letter for the type (f float32, l int64, i int32, b bool, u uint8,
 * s int8), capital for a constant, then "2x3" for a shape, "." for a scalar, or "[1,2]" and "{1}"
 * (a scalar) for what a constant holds, and "<4" where whole numbers are below 4; "-" is absent.
 * Attributes are words, too: "axis=1", "alpha=0.5f", "mode=linear", "pads=[0,1]". The bound is for
 * whole numbers what they may differ by, for real ones relative to 1 + the number. */
struct row {
    const char *op, *domain;
    int opset;
    const char *inputs, *attributes;
    char out; /* type of the output */
    double bound;
};

#define INPUTS_MAX 12

static struct random random_state;
static char *model_path;
static bool is_there;

/* --- writing the model --- */

struct model {
    struct arena *arena;
    Onnx__Graph graph;
    Onnx__Node node;
};

static enum type type_of(char letter)
{
    static const char letters[] = "flibus";
    static const enum type types[] = {TYPE_F32, TYPE_I64, TYPE_I32, TYPE_BOOL, TYPE_U8, TYPE_I8};
    const char *at = strchr(letters, tolower(letter));
    assert_non_null(at);
    return types[at - letters];
}

static char *text_of(struct model *model, const char *text)
{
    return arena_strdup(model->arena, text);
}

/* "2x3" or "." */
static struct shape parse_shape(const char *text)
{
    struct shape shape = {0};
    for (; isdigit((unsigned char)*text); text += *text == 'x')
        shape.dim[shape.rank++] = (int32_t)strtol(text, (char **)&text, 10);
    return shape;
}

static void set_element(enum type type, void *elements, size_t i, double value)
{
    if (type == TYPE_F32)
        ((float *)elements)[i] = (float)value;
    else if (type == TYPE_I64)
        ((int64_t *)elements)[i] = (int64_t)value;
    else if (type == TYPE_I32)
        ((int32_t *)elements)[i] = (int32_t)value;
    else
        ((uint8_t *)elements)[i] = (uint8_t)(int)value;
}

static void fill(enum type type, void *elements, size_t count, int most)
{
    for (size_t i = 0; i < count; i++) {
        int below = most > 0 ? most : type == TYPE_BOOL ? 2 : 256;
        double value = type == TYPE_F32 ? 4.0 * random_unit(&random_state) - 2.0
                                        : (double)random_below(&random_state, (size_t)below);
        set_element(type, elements, i, value);
    }
}

static int most_of(const char *word)
{
    const char *at = strchr(word, '<');
    return at ? atoi(at + 1) : 0;
}

static void add_constant(struct model *model, const char *name, const char *word)
{
    enum type type = type_of(word[0]);
    double list[64];
    size_t count = 0;
    struct shape shape = parse_shape(word + 1);
    if (word[1] == '[' || word[1] == '{') {
        for (const char *at = word + 2; *at != ']' && *at != '}'; at += *at == ',')
            list[count++] = strtod(at, (char **)&at);
        shape = word[1] == '[' ? SHAPE((int32_t)count) : (struct shape){0};
    }
    size_t elements = shape_elements(&shape), size = elements * type_size(type);
    uint8_t *bytes = arena_alloc(model->arena, size + 1);
    fill(type, bytes, elements, most_of(word));
    for (size_t i = 0; i < count; i++)
        set_element(type, bytes, i, list[i]);
    Onnx__Tensor *tensor = arena_alloc(model->arena, sizeof(*tensor));
    onnx__tensor__init(tensor);
    tensor->name = text_of(model, name);
    tensor->has_data_type = tensor->has_raw_data = 1;
    tensor->data_type = onnx_type_code(type);
    tensor->raw_data = (ProtobufCBinaryData){size, bytes};
    tensor->n_dims = (size_t)shape.rank;
    tensor->dims = arena_alloc(model->arena, sizeof(int64_t) * SHAPE_RANK_MAX);
    for (int i = 0; i < shape.rank; i++)
        tensor->dims[i] = shape.dim[i];
    model->graph.initializer[model->graph.n_initializer++] = tensor;
}

/* shape NULL: not said. */
static Onnx__ValueInfo *value_info(struct model *model, const char *name, enum type type,
                                   const struct shape *shape)
{
    Onnx__ValueInfo *info = arena_alloc(model->arena, sizeof(*info));
    Onnx__Type *kind = arena_alloc(model->arena, sizeof(*kind));
    Onnx__TensorType *tensor = arena_alloc(model->arena, sizeof(*tensor));
    Onnx__Shape *dims = arena_alloc(model->arena, sizeof(*dims));
    onnx__value_info__init(info);
    onnx__type__init(kind);
    onnx__tensor_type__init(tensor);
    onnx__shape__init(dims);
    info->name = text_of(model, name);
    info->type = kind;
    kind->tensor_type = tensor;
    tensor->has_elem_type = 1;
    tensor->elem_type = onnx_type_code(type);
    tensor->shape = shape ? dims : NULL;
    dims->dim = arena_alloc(model->arena, sizeof(*dims->dim) * SHAPE_RANK_MAX);
    for (int i = 0; shape && i < shape->rank; i++) {
        Onnx__Dimension *dimension = arena_alloc(model->arena, sizeof(*dimension));
        onnx__dimension__init(dimension);
        dimension->has_dim_value = 1;
        dimension->dim_value = shape->dim[i];
        dims->dim[dims->n_dim++] = dimension;
    }
    return info;
}

static bool next_word(const char **text, char word[64])
{
    int length;
    if (sscanf(*text, " %63s%n", word, &length) != 1)
        return false;
    *text += length;
    return true;
}

static void add_inputs(struct model *model, const char *words)
{
    char word[64], name[8];
    while (next_word(&words, word)) {
        size_t i = model->node.n_input++;
        snprintf(name, sizeof(name), "x%zu", i);
        model->node.input[i] = word[0] == '-' ? "" : text_of(model, name);
        if (word[0] == '-')
            continue;
        if (isupper((unsigned char)word[0])) {
            add_constant(model, name, word);
            continue;
        }
        struct shape shape = parse_shape(word + 1);
        model->graph.input[model->graph.n_input++] =
            value_info(model, name, type_of(word[0]), &shape);
    }
}

static void add_attribute(struct model *model, const char *word)
{
    Onnx__Attribute *attribute = arena_alloc(model->arena, sizeof(*attribute));
    const char *value = strchr(word, '=') + 1;
    char *end;
    onnx__attribute__init(attribute);
    attribute->name = text_of(model, word);
    attribute->name[value - word - 1] = '\0';
    attribute->has_type = 1;
    if (value[0] == '[') {
        attribute->type = 7;
        attribute->ints = arena_alloc(model->arena, 16 * sizeof(int64_t));
        for (const char *at = value + 1; *at != ']'; at += *at == ',')
            attribute->ints[attribute->n_ints++] = strtoll(at, (char **)&at, 10);
    } else if (isalpha((unsigned char)value[0])) {
        attribute->type = 3;
        attribute->has_s = 1;
        attribute->s = (ProtobufCBinaryData){strlen(value), (uint8_t *)text_of(model, value)};
    } else {
        attribute->f = strtof(value, &end);
        attribute->has_f = *end == 'f';
        attribute->i = (int64_t)attribute->f;
        attribute->has_i = *end != 'f';
        attribute->type = *end == 'f' ? 1 : 2;
    }
    model->node.attribute[model->node.n_attribute++] = attribute;
}

static void pack(struct model *model, const struct row *row)
{
    Onnx__Model packed = ONNX__MODEL__INIT;
    Onnx__OperatorSet set = ONNX__OPERATOR_SET__INIT, own = set, *sets[] = {&set, &own};
    struct error error;
    set.domain = "";
    set.has_version = own.has_version = 1;
    set.version = row->opset;
    own.domain = MICROSOFT;
    own.version = 1;
    packed.has_ir_version = 1;
    packed.ir_version = 8;
    packed.n_opset_import = 2;
    packed.opset_import = sets;
    packed.graph = &model->graph;
    size_t size = onnx__model__get_packed_size(&packed);
    uint8_t *bytes = xcalloc(size, 1);
    onnx__model__pack(&packed, bytes);
    assert_int_equal(file_write(model_path, bytes, size, &error), STATUS_OK);
    free(bytes);
}

static void write_model(const struct row *row)
{
    struct model model = {.arena = arena_new()};
    Onnx__Node *nodes[] = {&model.node};
    char *inputs[INPUTS_MAX], *outputs[] = {"y", "z"}, word[64];
    Onnx__ValueInfo *in[INPUTS_MAX], *out[1];
    Onnx__Tensor *constants[INPUTS_MAX];
    Onnx__Attribute *attributes[8];
    const char *words = row->attributes;
    onnx__graph__init(&model.graph);
    onnx__node__init(&model.node);
    model.graph.name = "g";
    model.graph.node = nodes;
    model.graph.n_node = 1;
    model.graph.input = in;
    model.graph.output = out;
    model.graph.n_output = 1;
    model.graph.initializer = constants;
    model.node.op_type = text_of(&model, row->op);
    model.node.domain = text_of(&model, row->domain ? row->domain : "");
    model.node.input = inputs;
    model.node.output = outputs;
    bool has_two = strcmp(row->op, "TopK") == 0 || strncmp(row->op, "Embed", 5) == 0;
    model.node.n_output = has_two ? 2 : 1;
    model.node.attribute = attributes;
    add_inputs(&model, row->inputs);
    while (next_word(&words, word))
        add_attribute(&model, word);
    out[0] = value_info(&model, "y", type_of(row->out), NULL);
    pack(&model, row);
    arena_free(model.arena);
}

/* --- running it on both --- */

static struct runtime_model *load(const char *runtime, const char *path, const char *what)
{
    struct runtime_options options = {.isa = isa_best()};
    struct runtime_model *model = NULL;
    struct error error = {0};
    if (runtime_find(runtime)->load(path, path, &options, &model, &error) != STATUS_OK)
        fail_msg("%s on %s: %s: %s", what, runtime, error.where, error.text);
    return model;
}

static struct runtime_session *run(struct runtime_model *model, void *const *inputs)
{
    struct runtime_session *session = NULL;
    struct error error = {0};
    if (model->runtime->open(model, &session, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    for (int i = 0; i < model->n_inputs; i++)
        memcpy(session->inputs[i], inputs[i], tensor_bytes(&model->inputs[i]));
    if (session->run(session, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return session;
}

static double element(enum type type, const void *elements, size_t i)
{
    switch (type) {
    case TYPE_F32:
        return (double)((const float *)elements)[i];
    case TYPE_I64:
        return (double)((const int64_t *)elements)[i];
    case TYPE_I32:
        return ((const int32_t *)elements)[i];
    case TYPE_I8:
        return ((const int8_t *)elements)[i];
    default:
        return ((const uint8_t *)elements)[i];
    }
}

static void compare(const struct tensor *tensor, const void *got, const void *expected,
                    double bound, const char *what)
{
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++) {
        double a = element(tensor->type, got, i), b = element(tensor->type, expected, i);
        double most = bound * (tensor->type == TYPE_F32 ? 1.0 + fabs(b) : 1.0);
        if (!(fabs(a - b) <= most) && !(isnan(a) && isnan(b)))
            fail_msg("%s: element %zu is %.9g, expected %.9g", what, i, a, b);
    }
}

/* most[i]: whole numbers of input i are below; 0: any. */
static void agree(const char *path, const int *most, double bound, const char *what)
{
    struct runtime_model *ours = load("builtin", path, what);
    struct runtime_model *theirs = load("onnxruntime", path, what);
    void *inputs[INPUTS_MAX];
    assert_int_equal(ours->n_inputs, theirs->n_inputs);
    for (int i = 0; i < ours->n_inputs; i++) {
        const struct tensor *tensor = &theirs->inputs[i];
        inputs[i] = xcalloc(tensor_bytes(tensor) + 1, 1);
        fill(tensor->type, inputs[i], shape_elements(&tensor->shape), most ? most[i] : 0);
    }
    struct runtime_session *a = run(ours, inputs), *b = run(theirs, inputs);
    assert_int_equal(ours->outputs[0].type, theirs->outputs[0].type);
    compare(&ours->outputs[0], a->outputs[0], b->outputs[0], bound, what);
    runtime_close(a);
    runtime_close(b);
    for (int i = 0; i < ours->n_inputs; i++)
        free(inputs[i]);
    runtime_release(ours);
    runtime_release(theirs);
}

static void try_row(const struct row *row)
{
    const char *words = row->inputs;
    int most[INPUTS_MAX], count = 0;
    char word[64];
    while (next_word(&words, word))
        if (islower((unsigned char)word[0]))
            most[count++] = most_of(word);
    write_model(row);
    agree(model_path, most, row->bound, row->op);
}

#define ROW(op, set, in, attributes, out, bound)                                                   \
    {                                                                                              \
        (op), NULL, (set), (in), (attributes), (out), (bound)                                      \
    }
#define OWN(op, in, attributes, out, bound)                                                        \
    {                                                                                              \
        (op), MICROSOFT, 17, (in), (attributes), (out), (bound)                                    \
    }

static const struct row rows[] = {
    /* functions */
    ROW("Celu", 17, "f2x50", "alpha=0.7f", 'f', 1e-6),
    ROW("Selu", 17, "f2x50", "", 'f', 1e-6),
    ROW("Elu", 17, "f2x50", "alpha=0.3f", 'f', 1e-6),
    ROW("HardSigmoid", 17, "f2x50", "alpha=0.3f beta=0.4f", 'f', 1e-6),
    ROW("Softplus", 17, "f2x50", "", 'f', 1e-6),
    ROW("Mish", 18, "f2x50", "", 'f', 1e-6),
    ROW("Softsign", 17, "f2x50", "", 'f', 1e-6),
    ROW("ThresholdedRelu", 17, "f2x50", "alpha=0.5f", 'f', 0.0),
    ROW("Shrink", 17, "f2x50", "lambd=0.4f bias=0.2f", 'f', 1e-6),
    ROW("Round", 17, "f2x50", "", 'f', 0.0),
    ROW("Mod", 17, "l20 L[3]", "", 'l', 0.0),
    ROW("Mod", 17, "i20 I[-7]", "", 'i', 0.0),
    ROW("Mod", 17, "f20 F[0.7]", "fmod=1", 'f', 1e-6),
    ROW("Mean", 17, "f2x5 f5 f2x1", "", 'f', 1e-6),
    /* comparisons */
    ROW("GreaterOrEqual", 17, "f2x5 f5", "", 'b', 0.0),
    ROW("Less", 17, "l20<3 l20<3", "", 'b', 0.0),
    ROW("Xor", 17, "b20 b20", "", 'b', 0.0),
    ROW("IsInf", 17, "f20", "detect_negative=0", 'b', 0.0),
    ROW("Where", 17, "b5 f2x5 f2x1", "", 'f', 0.0),
    /* places */
    ROW("GatherND", 17, "f3x4x5 L[1,2]", "", 'f', 0.0),
    ROW("GatherND", 17, "f3x4x5 l3x2x1<4", "batch_dims=1", 'f', 0.0),
    ROW("GatherElements", 17, "f3x4 l2x4<3", "axis=0", 'f', 0.0),
    ROW("GatherElements", 17, "l3x4 l3x7<4", "axis=-1", 'l', 0.0),
    ROW("ScatterND", 17, "f4x3 L2x1<2 f2x3", "reduction=add", 'f', 1e-6),
    ROW("ScatterElements", 17, "f4x3 l1x3<4 f1x3", "axis=0", 'f', 0.0),
    ROW("ScatterElements", 17, "f4x3 l2x3<4 f2x3", "axis=0 reduction=add", 'f', 1e-6),
    ROW("TopK", 17, "f3x9 L[4]", "", 'f', 0.0),
    ROW("TopK", 17, "f3x9 L[2]", "axis=0 largest=0", 'f', 0.0),
    ROW("OneHot", 17, "l5<4 L[6] F[0.5,2]", "axis=0", 'f', 0.0),
    ROW("CumSum", 17, "f3x9 L[1]", "exclusive=1 reverse=1", 'f', 1e-5),
    ROW("Trilu", 17, "f3x4x5 L[1]", "upper=0", 'f', 0.0),
    ROW("EyeLike", 17, "f3x4", "k=1", 'f', 0.0),
    /* along dimensions */
    ROW("LogSoftmax", 17, "f3x9x2", "axis=1", 'f', 1e-6),
    ROW("Hardmax", 17, "f3x9", "axis=0", 'f', 0.0),
    ROW("ReduceL1", 17, "f3x4x5", "axes=[1]", 'f', 1e-6),
    ROW("ReduceL2", 17, "f3x4x5", "axes=[0,2]", 'f', 1e-6),
    ROW("ReduceLogSumExp", 17, "f3x4x5", "axes=[2] keepdims=0", 'f', 1e-6),
    ROW("ReduceSumSquare", 17, "f3x4x5", "axes=[-1]", 'f', 1e-6),
    ROW("ReduceProd", 17, "f3x4x5", "axes=[1]", 'f', 1e-5),
    ROW("ArgMin", 17, "f3x4x5", "axis=1 select_last_index=1", 'l', 0.0),
    ROW("GroupNormalization", 21, "f2x6x5 F6 F6", "num_groups=3", 'f', 1e-5),
    ROW("InstanceNormalization", 17, "f2x6x5 F6 F6", "", 'f', 1e-5),
    ROW("RNN", 17, "f5x2x4 F1x3x4 F1x3x3 F1x6", "hidden_size=3", 'f', 1e-5),
    /* volumes */
    ROW("Conv", 17, "f1x4x5x6x7 F6x2x3x2x3 F6",
        "group=2 strides=[2,1,2] pads=[1,0,1,0,1,2] dilations=[1,2,1]", 'f', 1e-5),
    ROW("Conv", 17, "f1x2x5x6x7 F3x2x2x2x3", "auto_pad=SAME_LOWER strides=[2,1,2]", 'f', 1e-5),
    ROW("MaxPool", 17, "f1x2x5x6x7", "kernel_shape=[2,3,2] strides=[2,1,2] pads=[1,0,0,0,1,1]", 'f',
        0.0),
    ROW("AveragePool", 17, "f1x2x5x6x7", "kernel_shape=[2,3,2] strides=[1,1,2] pads=[1,0,0,0,1,1]",
        'f', 1e-6),
    ROW("AveragePool", 17, "f1x2x5x6x7",
        "kernel_shape=[2,3,2] pads=[1,0,0,0,1,1] count_include_pad=1", 'f', 1e-6),
    ROW("GridSample", 17, "f2x3x5x6 f2x4x7x2", "mode=bilinear", 'f', 1e-5),
    ROW("GridSample", 17, "f2x3x5x6 f2x4x7x2", "mode=bilinear padding_mode=border align_corners=1",
        'f', 1e-5),
    ROW("GridSample", 17, "f2x3x5x6 f2x4x7x2", "mode=nearest", 'f', 0.0),
    /* what an optimizer made of several */
    OWN("BiasGelu", "f2x50 F50", "", 'f', 1e-5),
    OWN("FastGelu", "f2x50 F50", "", 'f', 1e-5),
    OWN("QuickGelu", "f2x50", "", 'f', 1e-6),
    OWN("FusedConv", "f1x3x6x6 F4x3x3x3 F4", "activation=Relu pads=[1,1,1,1]", 'f', 1e-5),
    OWN("FusedMatMul", "f2x5x3 f2x5x4", "transA=1 alpha=0.5f", 'f', 1e-5),
    OWN("FusedMatMul", "f2x3x5 F4x5", "transB=1 alpha=0.5f", 'f', 1e-5),
    OWN("MatMulNBits", "f3x40 U8x3x8 F24", "K=40 N=8 bits=4 block_size=16", 'f', 1e-4),
    OWN("MatMulNBits", "f3x40 U8x3x8 F24 U16", "K=40 N=8 bits=4 block_size=16", 'f', 1e-4),
    OWN("SkipLayerNormalization", "f2x3x8 f2x3x8 F8 F8 F8", "", 'f', 1e-5),
    OWN("EmbedLayerNormalization", "i2x4<9 i2x4<2 F9x8 F6x8 F2x8 F8 F8", "", 'f', 1e-5),
    OWN("Attention", "f2x5x8 F8x24 F24 i2x5<2", "num_heads=2", 'f', 1e-5),
    OWN("Attention", "f2x5x8 F8x24 F24", "num_heads=4 unidirectional=1", 'f', 1e-5),
    OWN("Attention", "f2x5x8 F8x24 F24 I[3,5]", "num_heads=2", 'f', 1e-5),
    ROW("Attention", 23, "f2x4x5x8 f2x2x6x8 f2x2x6x7 f5x6", "", 'f', 1e-5),
    ROW("Attention", 23, "f2x5x12 f2x5x12 f2x5x12", "q_num_heads=3 kv_num_heads=3 is_causal=1", 'f',
        1e-5),
    /* integers of the QOperator format */
    /* it folds zero points into a float32 before it rounds: a step where halves are near */
    OWN("QLinearAdd", "s2x40 F{0.517} S{3} s2x40 F{0.253} S{-1} F{0.61} S{2}", "", 's', 1.0),
    OWN("QLinearAdd", "u2x40 F{0.517} U{3} U40 F{0.253} U{1} F{0.61} U{2}", "", 'u', 1.0),
    OWN("QLinearMul", "u2x40 F{0.0213} U{3} u2x40 F{0.0117} U{1} F{0.1}  U{2}", "", 'u', 0.0),
    OWN("QLinearSigmoid", "u2x40 F{0.0513} U{120} F{0.00390625} U{0}", "", 'u', 0.0),
    OWN("QLinearLeakyRelu", "s2x40 F{0.0513} S{3} F{0.0417} S{7}", "alpha=0.2f", 's', 0.0),
    OWN("QLinearSoftmax", "u2x40 F{0.0513} U{120} F{0.00390625} U{0}", "axis=-1 opset=13", 'u',
        0.0),
    OWN("QLinearConcat", "F{0.1} U{3} u2x9 F{0.23} U{5} u3x9 F{0.1} U{3}", "axis=0", 'u', 0.0),
    OWN("QLinearGlobalAveragePool", "u1x6x5x5 F{0.13} U{3} F{0.0717} U{1}", "channels_last=0", 'u',
        0.0),
    OWN("QLinearAveragePool", "u1x6x5x5 F{0.13} U{3} F{0.0717} U{1}", "kernel_shape=[2,2]", 'u',
        0.0),
};

static void nodes_agree(void **state)
{
    (void)state;
    if (!is_there)
        skip();
    for (int times = 0; times < 3; times++)
        for (size_t i = 0; i < COUNT(rows); i++)
            try_row(&rows[i]);
}

/* Files as they were found elsewhere, below the folder that QUANTOP_SHARED names. */
static void models_of_others_agree(void **state)
{
    static const struct {
        const char *path;
        double bound;
    } models[] = {
        {"comparisons/greater_or_equal.onnx", 1e-6},
        {"comparisons/topk.onnx", 1e-6},
        {"onnxruntime-qoperator/kws_qlinearadd.onnx", 0.0},
    };
    const char *shared = getenv("QUANTOP_SHARED");
    (void)state;
    if (!is_there || !shared)
        skip();
    for (size_t i = 0; i < COUNT(models); i++) {
        char *path = xasprintf("%s/cases/%s", shared, models[i].path);
        for (int times = 0; times < 5; times++)
            agree(path, NULL, models[i].bound, models[i].path);
        free(path);
    }
}

static int set_up(void **state)
{
    (void)state;
    is_there = harness_onnxruntime() != NULL;
    random_state.state = 29;
    model_path = xstrdup("/tmp/quantop-agreement-XXXXXX");
    int descriptor = mkstemp(model_path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(model_path);
    free(model_path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_agree),
        cmocka_unit_test(models_of_others_agree),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
