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

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "message_harness.h"
#include "node_harness.h"
#include "ort_harness.h"

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
    const char *out; /* types of the outputs, a letter each */
    double bound;
};

#define INPUTS_MAX 12

static struct random random_state;

/* --- writing the model --- */

static enum type type_of(char letter)
{
    static const char letters[] = "flibus";
    static const enum type types[] = {TYPE_F32, TYPE_I64, TYPE_I32, TYPE_BOOL, TYPE_U8, TYPE_I8};
    const char *at = strchr(letters, tolower(letter));
    assert_non_null(at);
    return types[at - letters];
}

/* "2x3" or "." */
static struct shape parse_shape(const char *text)
{
    struct shape shape = {0};
    for (; isdigit((unsigned char)*text); text += *text == 'x')
        shape.dim[shape.rank++] = (int32_t)strtol(text, (char **)&text, 10);
    return shape;
}

static void fill(enum type type, void *elements, size_t count, int most)
{
    for (size_t i = 0; i < count; i++) {
        int below = most > 0 ? most : type == TYPE_BOOL ? 2 : 256;
        double value = type == TYPE_F32 ? 4.0 * random_unit(&random_state) - 2.0
                                        : (double)random_below(&random_state, (size_t)below);
        harness_set(type, elements, i, value);
    }
}

static int most_of(const char *word)
{
    const char *at = strchr(word, '<');
    return at ? atoi(at + 1) : 0;
}

static const char *add_constant(struct message *message, const char *word)
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
    size_t elements = shape_elements(&shape);
    uint8_t *bytes = xcalloc(elements + 1, type_size(type));
    fill(type, bytes, elements, most_of(word));
    for (size_t i = 0; i < count; i++)
        harness_set(type, bytes, i, list[i]);
    const char *name = message_constant(message, type, shape, bytes);
    free(bytes);
    return name;
}

static bool next_word(const char **text, char word[64])
{
    int length;
    if (sscanf(*text, " %63s%n", word, &length) != 1)
        return false;
    *text += length;
    return true;
}

static int add_inputs(struct message *message, const char *words, const char *names[INPUTS_MAX])
{
    char word[64];
    int count = 0;
    for (; next_word(&words, word); count++) {
        assert_true(count < INPUTS_MAX);
        if (word[0] == '-')
            names[count] = NULL;
        else if (isupper((unsigned char)word[0]))
            names[count] = add_constant(message, word);
        else
            names[count] = message_input(message, type_of(word[0]), parse_shape(word + 1));
    }
    return count;
}

static void add_attribute(struct message *message, char *word)
{
    char *value = strchr(word, '='), *end;
    int list[16], count = 0;
    assert_non_null(value);
    *value++ = '\0';
    float number = strtof(value, &end);
    if (value[0] == '[') {
        for (const char *at = value + 1; *at != ']'; at += *at == ',')
            list[count++] = (int)strtol(at, (char **)&at, 10);
        message_ints(message, word, list, count);
    } else if (isalpha((unsigned char)value[0])) {
        message_text(message, word, value);
    } else if (*end == 'f') {
        message_real(message, word, number);
    } else {
        message_int(message, word, (long long)number);
    }
}

static void write_model(const struct row *row)
{
    struct message *message = message_new(row->opset);
    const char *inputs[INPUTS_MAX], *words = row->attributes, *out;
    char word[64];
    int n_inputs = add_inputs(message, row->inputs, inputs);
    out = message_node(message, row->domain, row->op, inputs, n_inputs);
    for (const char *type = row->out; *type; type++)
        message_output(message, type == row->out ? out : message_node_output(message),
                       type_of(*type));
    while (next_word(&words, word))
        add_attribute(message, word);
    message_write(message, ort_model_path());
    message_free(message);
}

/* --- running it on both --- */

static void compare(const struct tensor *tensor, const void *got, const void *expected,
                    double bound, const char *what)
{
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++) {
        double a = harness_get(tensor->type, got, i), b = harness_get(tensor->type, expected, i);
        double most = bound * (tensor->type == TYPE_F32 ? 1.0 + fabs(b) : 1.0);
        if (!(fabs(a - b) <= most) && !(isnan(a) && isnan(b)))
            fail_msg("%s: '%s': element %zu is %.9g, expected %.9g", what, tensor->name, i, a, b);
    }
}

/* most[i]: whole numbers of input i are below; 0: any. */
static void agree(const char *path, const int *most, double bound, const char *what)
{
    struct runtime_options options = {.isa = isa_best()};
    struct ort_pair pair;
    ort_pair_open(&pair, path, what, &options);
    const struct runtime_model *model = pair.model[OURS];
    for (int i = 0; i < model->n_inputs; i++)
        fill(model->inputs[i].type, pair.session[OURS]->inputs[i],
             shape_elements(&model->inputs[i].shape), most ? most[i] : 0);
    ort_pair_run(&pair, what);
    for (int i = 0; i < model->n_outputs; i++)
        compare(&model->outputs[i], pair.session[OURS]->outputs[i],
                pair.session[THEIRS]->outputs[i], bound, what);
    ort_pair_close(&pair);
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
    agree(ort_model_path(), most, row->bound, row->op);
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
    ROW("Celu", 17, "f2x50", "alpha=0.7f", "f", 1e-6),
    ROW("Selu", 17, "f2x50", "", "f", 1e-6),
    ROW("Elu", 17, "f2x50", "alpha=0.3f", "f", 1e-6),
    ROW("HardSigmoid", 17, "f2x50", "alpha=0.3f beta=0.4f", "f", 1e-6),
    ROW("Softplus", 17, "f2x50", "", "f", 1e-6),
    ROW("Mish", 18, "f2x50", "", "f", 1e-6),
    ROW("Softsign", 17, "f2x50", "", "f", 1e-6),
    ROW("ThresholdedRelu", 17, "f2x50", "alpha=0.5f", "f", 0.0),
    ROW("Shrink", 17, "f2x50", "lambd=0.4f bias=0.2f", "f", 1e-6),
    ROW("Round", 17, "f2x50", "", "f", 0.0),
    ROW("Mod", 17, "l20 L[3]", "", "l", 0.0),
    ROW("Mod", 17, "i20 I[-7]", "", "i", 0.0),
    ROW("Mod", 17, "f20 F[0.7]", "fmod=1", "f", 1e-6),
    ROW("Mean", 17, "f2x5 f5 f2x1", "", "f", 1e-6),
    /* comparisons */
    ROW("GreaterOrEqual", 17, "f2x5 f5", "", "b", 0.0),
    ROW("Less", 17, "l20<3 l20<3", "", "b", 0.0),
    ROW("Xor", 17, "b20 b20", "", "b", 0.0),
    ROW("IsInf", 17, "f20", "detect_negative=0", "b", 0.0),
    ROW("Where", 17, "b5 f2x5 f2x1", "", "f", 0.0),
    /* places */
    ROW("GatherND", 17, "f3x4x5 L[1,2]", "", "f", 0.0),
    ROW("GatherND", 17, "f3x4x5 l3x2x1<4", "batch_dims=1", "f", 0.0),
    ROW("GatherElements", 17, "f3x4 l2x4<3", "axis=0", "f", 0.0),
    ROW("GatherElements", 17, "l3x4 l3x7<4", "axis=-1", "l", 0.0),
    ROW("ScatterND", 17, "f4x3 L2x1<2 f2x3", "reduction=add", "f", 1e-6),
    ROW("ScatterElements", 17, "f4x3 l1x3<4 f1x3", "axis=0", "f", 0.0),
    ROW("ScatterElements", 17, "f4x3 l2x3<4 f2x3", "axis=0 reduction=add", "f", 1e-6),
    ROW("TopK", 17, "f3x9 L[4]", "", "fl", 0.0),
    ROW("TopK", 17, "f3x9 L[2]", "axis=0 largest=0", "fl", 0.0),
    ROW("OneHot", 17, "l5<4 L[6] F[0.5,2]", "axis=0", "f", 0.0),
    ROW("CumSum", 17, "f3x9 L[1]", "exclusive=1 reverse=1", "f", 1e-5),
    ROW("Trilu", 17, "f3x4x5 L[1]", "upper=0", "f", 0.0),
    ROW("EyeLike", 17, "f3x4", "k=1", "f", 0.0),
    /* along dimensions */
    ROW("LogSoftmax", 17, "f3x9x2", "axis=1", "f", 1e-6),
    ROW("Hardmax", 17, "f3x9", "axis=0", "f", 0.0),
    ROW("ReduceL1", 17, "f3x4x5", "axes=[1]", "f", 1e-6),
    ROW("ReduceL2", 17, "f3x4x5", "axes=[0,2]", "f", 1e-6),
    ROW("ReduceLogSumExp", 17, "f3x4x5", "axes=[2] keepdims=0", "f", 1e-6),
    ROW("ReduceSumSquare", 17, "f3x4x5", "axes=[-1]", "f", 1e-6),
    ROW("ReduceProd", 17, "f3x4x5", "axes=[1]", "f", 1e-5),
    ROW("ArgMin", 17, "f3x4x5", "axis=1 select_last_index=1", "l", 0.0),
    ROW("GroupNormalization", 21, "f2x6x5 F6 F6", "num_groups=3", "f", 1e-5),
    ROW("InstanceNormalization", 17, "f2x6x5 F6 F6", "", "f", 1e-5),
    ROW("RNN", 17, "f5x2x4 F1x3x4 F1x3x3 F1x6", "hidden_size=3", "ff", 1e-5),
    /* volumes */
    ROW("Conv", 17, "f1x4x5x6x7 F6x2x3x2x3 F6",
        "group=2 strides=[2,1,2] pads=[1,0,1,0,1,2] dilations=[1,2,1]", "f", 1e-5),
    ROW("Conv", 17, "f1x2x5x6x7 F3x2x2x2x3", "auto_pad=SAME_LOWER strides=[2,1,2]", "f", 1e-5),
    ROW("MaxPool", 17, "f1x2x5x6x7", "kernel_shape=[2,3,2] strides=[2,1,2] pads=[1,0,0,0,1,1]", "f",
        0.0),
    ROW("AveragePool", 17, "f1x2x5x6x7", "kernel_shape=[2,3,2] strides=[1,1,2] pads=[1,0,0,0,1,1]",
        "f", 1e-6),
    ROW("AveragePool", 17, "f1x2x5x6x7",
        "kernel_shape=[2,3,2] pads=[1,0,0,0,1,1] count_include_pad=1", "f", 1e-6),
    ROW("GridSample", 17, "f2x3x5x6 f2x4x7x2", "mode=bilinear", "f", 1e-5),
    ROW("GridSample", 17, "f2x3x5x6 f2x4x7x2", "mode=bilinear padding_mode=border align_corners=1",
        "f", 1e-5),
    ROW("GridSample", 17, "f2x3x5x6 f2x4x7x2", "mode=nearest", "f", 0.0),
    /* what an optimizer made of several */
    OWN("BiasGelu", "f2x50 F50", "", "f", 1e-5),
    OWN("FastGelu", "f2x50 F50", "", "f", 1e-5),
    OWN("QuickGelu", "f2x50", "", "f", 1e-6),
    OWN("FusedConv", "f1x3x6x6 F4x3x3x3 F4", "activation=Relu pads=[1,1,1,1]", "f", 1e-5),
    OWN("FusedMatMul", "f2x5x3 f2x5x4", "transA=1 alpha=0.5f", "f", 1e-5),
    OWN("FusedMatMul", "f2x3x5 F4x5", "transB=1 alpha=0.5f", "f", 1e-5),
    OWN("MatMulNBits", "f3x40 U8x3x8 F24", "K=40 N=8 bits=4 block_size=16", "f", 1e-4),
    OWN("MatMulNBits", "f3x40 U8x3x8 F24 U16", "K=40 N=8 bits=4 block_size=16", "f", 1e-4),
    OWN("SkipLayerNormalization", "f2x3x8 f2x3x8 F8 F8 F8", "", "f", 1e-5),
    OWN("EmbedLayerNormalization", "i2x4<9 i2x4<2 F9x8 F6x8 F2x8 F8 F8", "", "fi", 1e-5),
    OWN("Attention", "f2x5x8 F8x24 F24 i2x5<2", "num_heads=2", "f", 1e-5),
    OWN("Attention", "f2x5x8 F8x24 F24", "num_heads=4 unidirectional=1", "f", 1e-5),
    OWN("Attention", "f2x5x8 F8x24 F24 I[3,5]", "num_heads=2", "f", 1e-5),
    ROW("Attention", 23, "f2x4x5x8 f2x2x6x8 f2x2x6x7 f5x6", "", "f", 1e-5),
    ROW("Attention", 23, "f2x5x12 f2x5x12 f2x5x12", "q_num_heads=3 kv_num_heads=3 is_causal=1", "f",
        1e-5),
};

static void nodes_agree(void **state)
{
    NEEDS_LIBRARY;
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
    NEEDS_LIBRARY;
    if (!shared)
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
    random_state.state = 29;
    return ort_set_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_agree),
        cmocka_unit_test(models_of_others_agree),
    };
    return cmocka_run_group_tests(tests, set_up, ort_tear_down);
}
