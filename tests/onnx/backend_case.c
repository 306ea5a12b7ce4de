#include "backend_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/half.h"
#include "base/memory.h"
#include "engine/session.h"
#include "formats/onnx/read/import.h"
#include "model/load.h"

#define FILE_BYTES_MAX ((size_t)1 << 30)

/* The bounds of ONNX's own runner. */
#define RELATIVE 1e-3
#define ABSOLUTE 1e-7

static Onnx__Tensor *read_tensor(const char *folder, const char *kind, int i)
{
    char path[1024];
    unsigned char *bytes;
    size_t size;
    struct error error;
    snprintf(path, sizeof(path), "%s/test_data_set_0/%s_%d.pb", folder, kind, i);
    if (file_read(path, FILE_BYTES_MAX, &bytes, &size, &error) != STATUS_OK)
        return NULL;
    Onnx__Tensor *tensor = onnx__tensor__unpack(NULL, size, bytes);
    free(bytes);
    return tensor;
}

bool backend_case_read(const char *folder, struct backend_case *test, char text[CASE_TEXT_SIZE])
{
    char path[1024];
    unsigned char *bytes;
    size_t size;
    struct error error;
    *test = (struct backend_case){0};
    snprintf(path, sizeof(path), "%s/model.onnx", folder);
    if (file_read(path, FILE_BYTES_MAX, &bytes, &size, &error) != STATUS_OK) {
        error_line(&error, text, CASE_TEXT_SIZE);
        return false;
    }
    test->model = onnx__model__unpack(NULL, size, bytes);
    free(bytes);
    for (int i = 0; i < CASE_TENSORS_MAX; i++) {
        if ((test->inputs[i] = read_tensor(folder, "input", i)) != NULL)
            test->n_inputs = i + 1;
        if ((test->outputs[i] = read_tensor(folder, "output", i)) != NULL)
            test->n_outputs = i + 1;
    }
    snprintf(text, CASE_TEXT_SIZE, "the model or its outputs cannot be read");
    return test->model && test->model->graph && test->n_outputs > 0;
}

void backend_case_release(struct backend_case *test)
{
    for (int i = 0; i < CASE_TENSORS_MAX; i++) {
        if (test->inputs[i])
            onnx__tensor__free_unpacked(test->inputs[i], NULL);
        if (test->outputs[i])
            onnx__tensor__free_unpacked(test->outputs[i], NULL);
    }
    if (test->model)
        onnx__model__free_unpacked(test->model, NULL);
}

bool backend_case_is_claimed(const struct backend_case *test)
{
    struct import import = {.opset = 17};
    for (size_t i = 0; i < test->model->n_opset_import; i++)
        import.opset = test->model->opset_import[i]->version;
    for (size_t i = 0; i < test->model->graph->n_node; i++)
        if (!onnx_row_find(&import, test->model->graph->node[i]))
            return false;
    return true;
}

/* Operands that decide shapes, or how numbers are stored, are constants in models that people have;
 * the cases feed them. Bits are the inputs. */
static const struct {
    const char *operator;
    unsigned inputs;
} constant_operands[] = {
    {"Reshape", 2},        {"Slice", 0x1e},
    {"Pad", 0xe},          {"Squeeze", 2},
    {"Unsqueeze", 2},      {"Expand", 2},
    {"Tile", 2},           {"Split", 2},
    {"ReduceSum", 2},      {"Resize", 0xe},
    {"Upsample", 2},       {"ConstantOfShape", 1},
    {"ConvTranspose", 2},  {"Dropout", 6},
    {"QLinearConv", 0xfe}, {"QLinearMatMul", 0xf6},
    {"QuantizeLinear", 6}, {"DequantizeLinear", 6},
    {"TopK", 2},           {"OneHot", 2},
    {"CumSum", 2},         {"Range", 7},
    {"Trilu", 2},          {"NonZero", 1},
};

static unsigned constants_of(const char *operator)
{
    for (size_t i = 0; i < sizeof(constant_operands) / sizeof(constant_operands[0]); i++)
        if (strcmp(constant_operands[i].operator, operator) == 0)
            return constant_operands[i].inputs;
    return 0;
}

static bool decides_shapes(const struct backend_case *test, const char *name)
{
    for (size_t n = 0; n < test->model->graph->n_node; n++) {
        const Onnx__Node *node = test->model->graph->node[n];
        for (size_t i = 0; i < node->n_input; i++)
            if (strcmp(node->input[i], name) == 0 && (constants_of(node->op_type) >> i & 1u))
                return true;
    }
    return false;
}

/* Graphs have inputs: the last one stays under another name, and nobody reads it. */
static void keep_unused(Onnx__Graph *graph, struct backend_case *test, size_t i, size_t *kept)
{
    free(graph->input[i]->name);
    graph->input[i]->name = xstrdup("unused");
    graph->input[0] = graph->input[i];
    test->inputs[0] = NULL;
    *kept = 1;
}

/* Moves such inputs to the initializers. Values stand in the order of the inputs. */
static void bind_constants(struct backend_case *test)
{
    Onnx__Graph *graph = test->model->graph;
    size_t kept = 0;
    graph->initializer =
        realloc(graph->initializer, (graph->n_initializer + graph->n_input + 1) * sizeof(void *));
    for (size_t i = 0; i < graph->n_input; i++) {
        Onnx__Tensor *value = i < CASE_TENSORS_MAX ? test->inputs[i] : NULL;
        if (value && decides_shapes(test, graph->input[i]->name)) {
            free(value->name);
            value->name = xstrdup(graph->input[i]->name);
            graph->initializer[graph->n_initializer++] = value;
            if (kept == 0 && i + 1 == graph->n_input)
                keep_unused(graph, test, i, &kept);
            else
                onnx__value_info__free_unpacked(graph->input[i], NULL);
        } else {
            graph->input[kept] = graph->input[i];
            test->inputs[kept++] = value;
        }
    }
    for (size_t i = kept; i < graph->n_input && i < CASE_TENSORS_MAX; i++)
        test->inputs[i] = NULL;
    graph->n_input = kept;
}

/* A message's elements as a tensor of ours, through the reader itself. */
static const struct tensor *tensor_of(struct graph *scratch, const Onnx__Tensor *message)
{
    struct error error = {0};
    struct import import = {.graph = scratch, .path = "test", .error = &error};
    int tensor = import_tensor_message(&import, message);
    return tensor == NO_TENSOR ? NULL : &scratch->tensors[tensor];
}

static double number_at(const struct tensor *tensor, const void *elements, size_t i)
{
    switch (tensor->type) {
    case TYPE_F32:
        return (double)((const float *)elements)[i];
    case TYPE_F16:
        return (double)half_to_float(((const uint16_t *)elements)[i]);
    case TYPE_F64:
        return ((const double *)elements)[i];
    case TYPE_I64:
        return (double)((const int64_t *)elements)[i];
    case TYPE_I32:
        return ((const int32_t *)elements)[i];
    case TYPE_I16:
        return ((const int16_t *)elements)[i];
    case TYPE_I8:
        return ((const int8_t *)elements)[i];
    default:
        return ((const uint8_t *)elements)[i];
    }
}

/* Where a model computes with float16, we do so with float32, inputs and outputs included. */
static bool is_widened(const struct tensor *ours, const struct tensor *theirs)
{
    return ours->type == TYPE_F32 && theirs->type == TYPE_F16;
}

static bool compare(const struct tensor *got, const void *elements, const struct tensor *wanted,
                    int output, char text[CASE_TEXT_SIZE])
{
    char a[SHAPE_TEXT_SIZE], b[SHAPE_TEXT_SIZE];
    if ((got->type != wanted->type && !is_widened(got, wanted)) ||
        !shape_equal(&got->shape, &wanted->shape)) {
        snprintf(text, CASE_TEXT_SIZE, "output %d is %s %s, expected %s %s", output,
                 type_name(got->type), shape_text(&got->shape, a), type_name(wanted->type),
                 shape_text(&wanted->shape, b));
        return false;
    }
    for (size_t i = 0; i < shape_elements(&got->shape); i++) {
        double x = number_at(got, elements, i), y = number_at(wanted, wanted->data, i);
        bool same = (isnan(x) && isnan(y)) || (!(x < y) && !(x > y));
        if (same || fabs(x - y) <= ABSOLUTE + RELATIVE * fabs(y))
            continue;
        snprintf(text, CASE_TEXT_SIZE, "output %d, element %zu is %.9g, expected %.9g", output, i,
                 x, y);
        return false;
    }
    return true;
}

static bool feed(const struct backend_case *test, const struct graph *graph,
                 struct session *session, struct graph *scratch, char text[CASE_TEXT_SIZE])
{
    for (int i = 0; i < graph->n_inputs; i++) {
        const struct tensor *wanted = &graph->tensors[graph->inputs[i]];
        if (strcmp(wanted->name, "unused") == 0)
            continue;
        const struct tensor *value = test->inputs[i] ? tensor_of(scratch, test->inputs[i]) : NULL;
        if (!value || !shape_equal(&value->shape, &wanted->shape) ||
            (value->type != wanted->type && !is_widened(wanted, value))) {
            snprintf(text, CASE_TEXT_SIZE, "input %d does not fit", i);
            return false;
        }
        if (value->type == wanted->type) {
            memcpy(session_input(session, i), value->data, tensor_bytes(value));
            continue;
        }
        for (size_t e = 0; e < shape_elements(&value->shape); e++)
            ((float *)session_input(session, i))[e] = (float)number_at(value, value->data, e);
    }
    return true;
}

static bool check_outputs(const struct backend_case *test, const struct graph *graph,
                          const struct session *session, struct graph *scratch,
                          char text[CASE_TEXT_SIZE])
{
    for (int i = 0; i < test->n_outputs && i < graph->n_outputs; i++) {
        const struct tensor *wanted =
            test->outputs[i] ? tensor_of(scratch, test->outputs[i]) : NULL;
        if (!wanted) {
            snprintf(text, CASE_TEXT_SIZE, "output %d has a type that is not known", i);
            return false;
        }
        if (!compare(&graph->tensors[graph->outputs[i]], session_output(session, i), wanted, i,
                     text))
            return false;
    }
    return true;
}

static bool run_graph(const struct backend_case *test, struct graph *graph,
                      char text[CASE_TEXT_SIZE])
{
    struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    struct plan *plan = NULL;
    struct pool *pool = NULL;
    struct session *session = NULL;
    struct graph *scratch = graph_new("expected");
    struct error error = {0};
    bool passed = plan_new(graph, &options, &plan, &error) == STATUS_OK &&
                  pool_new(NULL, &pool, &error) == STATUS_OK &&
                  session_new(plan, pool, &session, &error) == STATUS_OK;
    if (!passed)
        error_line(&error, text, CASE_TEXT_SIZE);
    if (passed && (passed = feed(test, graph, session, scratch, text))) {
        session_run(session);
        passed = check_outputs(test, graph, session, scratch, text);
    }
    session_free(session);
    pool_free(pool);
    plan_free(plan);
    graph_free(scratch);
    return passed;
}

bool backend_case_run(struct backend_case *test, char text[CASE_TEXT_SIZE])
{
    struct error error = {0};
    struct graph *graph;
    bind_constants(test);
    size_t size = onnx__model__get_packed_size(test->model);
    unsigned char *bytes =
        aligned_alloc(MEMORY_ALIGNMENT, (size / MEMORY_ALIGNMENT + 1) * MEMORY_ALIGNMENT);
    onnx__model__pack(test->model, bytes);
    if (graph_load_bytes("model.onnx", bytes, size, NULL, &graph, &error) != STATUS_OK) {
        error_line(&error, text, CASE_TEXT_SIZE);
        return false;
    }
    bool passed = run_graph(test, graph, text);
    graph_free(graph);
    return passed;
}
