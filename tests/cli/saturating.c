/* A model for the stand-in of ONNX Runtime (tests/unit/fake_onnxruntime.c): it runs the .onnx files
 * that this program writes of networks of matrix products, and multiplies unsigned by signed bytes
 * as CPUs with AVX2 and without VNNI do there: neighbouring products are added in 16 bits, which
 * saturate (VPMADDUBSW). All else is exact. */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_model.h"
#include "formats/onnx/onnx.pb-c.h"

/* Their numbers of types. */
enum { FLOAT = 1, UINT8 = 2, INT8 = 3, INT32 = 6 };

struct value {
    const char *name;
    size_t count;
    int type;           /* of integers: UINT8, INT8, INT32; else FLOAT */
    float *real;        /* what it stands for */
    int *integers;      /* what it came from, or is; NULL: none */
    const float *scale; /* of these, one or one for each row */
    size_t n_scales;
    int zero;
    bool is_constant;
};

struct network {
    struct fake_model base;
    Onnx__Model *messages;
    struct value *values;
    size_t n_values;
};

/* Values are those of the network, whose runs take turns. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static struct value *find(const struct network *network, const char *name)
{
    for (size_t i = 0; i < network->n_values; i++)
        if (strcmp(network->values[i].name, name) == 0)
            return &network->values[i];
    return NULL;
}

/* Memory for so many elements, once. */
static void resize(struct value *value, size_t count, bool has_integers)
{
    value->count = count;
    value->real = value->real ? value->real : calloc(count, sizeof(float));
    if (has_integers && !value->integers)
        value->integers = calloc(count, sizeof(int));
}

/* --- operators -------------------------------------------------------------------------------- */

static void quantize(const struct value *const in[], struct value *out)
{
    bool is_unsigned = in[2]->type == UINT8;
    float least = is_unsigned ? 0.0f : -128.0f, most = is_unsigned ? 255.0f : 127.0f;
    resize(out, in[0]->count, true);
    out->type = in[2]->type;
    for (size_t i = 0; i < out->count; i++)
        out->integers[i] = (int)fminf(
            fmaxf(rintf(in[0]->real[i] / in[1]->real[0]) + (float)in[2]->integers[0], least), most);
}

static void dequantize(const struct value *const in[], struct value *out)
{
    size_t row = in[0]->count / in[1]->count;
    resize(out, in[0]->count, true);
    out->type = in[0]->type;
    out->scale = in[1]->real;
    out->n_scales = in[1]->count;
    out->zero = in[2] ? in[2]->integers[0] : 0;
    for (size_t i = 0; i < out->count; i++) {
        out->integers[i] = in[0]->integers[i];
        out->real[i] = (float)(out->integers[i] - out->zero) * out->scale[i / row];
    }
}

static int saturated(int sum)
{
    return sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum;
}

/* Zero points are subtracted from what was summed up: they cannot mend what is lost. */
static int add_products(const int *data, const int *weights, size_t count, int zero)
{
    int sum = 0, whole = 0;
    for (size_t i = 0; i < count; i += 2) {
        int next = i + 1 < count ? data[i + 1] * weights[i + 1] : 0;
        sum += saturated(data[i] * weights[i] + next);
        whole += weights[i] + (i + 1 < count ? weights[i + 1] : 0);
    }
    return sum - zero * whole;
}

static void multiply(const struct value *const in[], struct value *out)
{
    const struct value *data = in[0], *weights = in[1], *bias = in[2];
    size_t depth = data->count;
    bool is_mixed = data->integers && weights->integers && data->type == UINT8;
    resize(out, bias->count, false);
    for (size_t n = 0; n < out->count; n++) {
        float sum = 0.0f;
        for (size_t i = 0; !is_mixed && i < depth; i++)
            sum += data->real[i] * weights->real[n * depth + i];
        if (is_mixed)
            sum = (float)add_products(data->integers, weights->integers + n * depth, depth,
                                      data->zero) *
                  data->scale[0] * weights->scale[weights->n_scales > 1 ? n : 0];
        out->real[n] = sum + bias->real[n];
    }
}

static void rectify(const struct value *const in[], struct value *out)
{
    resize(out, in[0]->count, false);
    for (size_t i = 0; i < out->count; i++)
        out->real[i] = fmaxf(in[0]->real[i], 0.0f);
}

static void reshape(const struct value *const in[], struct value *out)
{
    resize(out, in[0]->count, false);
    memcpy(out->real, in[0]->real, out->count * sizeof(float));
}

static void soften(const struct value *const in[], struct value *out)
{
    float most = -INFINITY, sum = 0.0f;
    resize(out, in[0]->count, false);
    for (size_t i = 0; i < out->count; i++)
        most = fmaxf(most, in[0]->real[i]);
    for (size_t i = 0; i < out->count; i++)
        sum += out->real[i] = expf(in[0]->real[i] - most);
    for (size_t i = 0; i < out->count; i++)
        out->real[i] /= sum;
}

static const struct operation {
    const char *name;
    void (*run)(const struct value *const in[], struct value *out);
} operations[] = {{"QuantizeLinear", quantize}, {"DequantizeLinear", dequantize},
                  {"Gemm", multiply},           {"Relu", rectify},
                  {"Reshape", reshape},         {"Softmax", soften}};

static const struct operation *operation_of(const Onnx__Node *node)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (strcmp(operations[i].name, node->op_type) == 0)
            return &operations[i];
    return NULL;
}

/* Of constants alone, or of the others. */
static void run_nodes(const struct network *network, bool constant)
{
    const Onnx__Graph *graph = network->messages->graph;
    for (size_t n = 0; n < graph->n_node; n++) {
        const struct value *in[3] = {NULL};
        struct value *out = find(network, graph->node[n]->output[0]);
        bool is_constant = true;
        for (size_t i = 0; i < graph->node[n]->n_input; i++) {
            in[i] = find(network, graph->node[n]->input[i]);
            is_constant = is_constant && in[i]->is_constant;
        }
        if (is_constant == constant)
            operation_of(graph->node[n])->run(in, out);
        out->is_constant = is_constant;
    }
}

/* --- files ------------------------------------------------------------------------------------ */

static void add_value(struct network *network, const char *name)
{
    network->values[network->n_values++] = (struct value){.name = name, .type = FLOAT};
}

/* Bytes of constants are in raw_data alone, as this program writes them. */
static void add_constant(struct network *network, const Onnx__Tensor *tensor)
{
    add_value(network, tensor->name);
    struct value *value = &network->values[network->n_values - 1];
    size_t width = tensor->data_type == UINT8 || tensor->data_type == INT8 ? 1 : 4;
    value->is_constant = true;
    value->type = tensor->data_type;
    resize(value, tensor->raw_data.len / width, tensor->data_type != FLOAT);
    for (size_t i = 0; i < value->count; i++) {
        const uint8_t *bytes = tensor->raw_data.data + width * i;
        if (value->type == FLOAT)
            memcpy(&value->real[i], bytes, 4);
        else if (value->type == INT32)
            memcpy(&value->integers[i], bytes, 4);
        else
            value->integers[i] = value->type == UINT8 ? *bytes : (int8_t)*bytes;
    }
}

static void take_end(const Onnx__ValueInfo *end, const char **name, int64_t *shape, int *rank)
{
    const Onnx__Shape *dimensions = end->type->tensor_type->shape;
    *name = end->name;
    *rank = (int)dimensions->n_dim;
    for (int i = 0; i < *rank && i < FAKE_RANK_MAX; i++)
        shape[i] = dimensions->dim[i]->dim_value;
}

static const char *step_name(const struct fake_model *model, int step)
{
    return ((const struct network *)model)->messages->graph->node[step]->name;
}

static const char *step_op(const struct fake_model *model, int step)
{
    return ((const struct network *)model)->messages->graph->node[step]->op_type;
}

static void take_graph(struct network *network)
{
    const Onnx__Graph *graph = network->messages->graph;
    network->values = calloc(graph->n_initializer + graph->n_node + 1, sizeof(struct value));
    for (size_t i = 0; i < graph->n_initializer; i++)
        add_constant(network, graph->initializer[i]);
    add_value(network, graph->input[0]->name);
    for (size_t n = 0; n < graph->n_node; n++)
        add_value(network, graph->node[n]->output[0]);
    take_end(graph->input[0], &network->base.input, network->base.in_shape, &network->base.in_rank);
    take_end(graph->output[0], &network->base.output, network->base.out_shape,
             &network->base.out_rank);
    network->base.n_steps = (int)graph->n_node;
    network->base.step_name = step_name;
    network->base.step_op = step_op;
    run_nodes(network, true);
}

static bool can_run(const Onnx__Model *messages)
{
    bool can = messages && messages->graph->n_input == 1 && messages->graph->n_output == 1;
    for (size_t n = 0; can && n < messages->graph->n_node; n++)
        can = operation_of(messages->graph->node[n]) && messages->graph->node[n]->n_input <= 3;
    return can;
}

static Onnx__Model *unpack_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t size = 0, most = 16 << 20;
    unsigned char *bytes = malloc(most);
    if (file)
        size = fread(bytes, 1, most, file);
    if (file)
        fclose(file);
    Onnx__Model *messages = onnx__model__unpack(NULL, size, bytes);
    free(bytes);
    return messages;
}

struct fake_model *fake_model_load(const char *path, const void *bytes, size_t size)
{
    Onnx__Model *messages = path ? unpack_file(path) : onnx__model__unpack(NULL, size, bytes);
    if (!can_run(messages)) {
        if (messages)
            onnx__model__free_unpacked(messages, NULL);
        return NULL;
    }
    struct network *network = calloc(1, sizeof(*network));
    network->messages = messages;
    take_graph(network);
    return &network->base;
}

void fake_model_free(struct fake_model *model)
{
    struct network *network = (struct network *)model;
    for (size_t i = 0; i < network->n_values; i++) {
        free(network->values[i].real);
        free(network->values[i].integers);
    }
    free(network->values);
    onnx__model__free_unpacked(network->messages, NULL);
    free(network);
}

void fake_model_run(const struct fake_model *model, const float *in, float *out)
{
    const struct network *network = (const struct network *)model;
    struct value *input = find(network, model->input);
    size_t count = 1;
    for (int i = 0; i < model->in_rank; i++)
        count *= (size_t)model->in_shape[i];
    pthread_mutex_lock(&turn);
    resize(input, count, false);
    memcpy(input->real, in, count * sizeof(float));
    run_nodes(network, false);
    const struct value *output = find(network, model->output);
    memcpy(out, output->real, output->count * sizeof(float));
    pthread_mutex_unlock(&turn);
}
