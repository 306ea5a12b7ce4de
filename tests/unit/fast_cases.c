#include "fast_cases.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hardware/cpu.h"

struct random fast_random;

/* Whether a kernel of the table has been compared. */
static bool *is_compared;

void fast_begin(uint64_t seed)
{
    fast_random.state = seed;
    is_compared = calloc(kernel_count(), sizeof(*is_compared));
}

void fast_end(void)
{
    free(is_compared);
}

int fast_between(int low, int high)
{
    return low + (int)random_below(&fast_random, (size_t)(high - low + 1));
}

float fast_scale(void)
{
    return (float)(0.001 + 0.05 * random_unit(&fast_random));
}

int fast_activation(struct graph *graph, enum type type, struct shape shape, float scale)
{
    int32_t zero = type == TYPE_I8   ? fast_between(-128, 127)
                   : type == TYPE_U8 ? fast_between(0, 255)
                                     : 0;
    return harness_tensor(graph, type, shape, type_is_quantized(type) ? scale : 0.0f, zero);
}

/* Whether the operator adds up products. */
static bool is_product(enum op op)
{
    return op_table[op].quant.weight_input != NO_INPUT || op == OP_BATCH_MATMUL;
}

/* Single precision: another order of summation, of products many terms. Half precision rounds each
 * product and each sum of a few to 2^-11, errors that add up like random ones; inputs are up to 3,
 * weights up to 1. */
static double absolute_bound(const struct graph *graph, const struct kernel *kernel)
{
    if (kernel->isa != ISA_AVX512_FP16)
        return is_product(kernel->op) ? 2e-4 : 2e-6;
    const struct tensor *weights = node_input(graph, &graph->nodes[0], 1);
    double terms = (double)shape_elements(&weights->shape) / weights->shape.dim[0];
    return 0.02 * sqrt(terms);
}

/* What is no finite number, in places of an input that is quantized at run time. */
static void plant_oddities(float *elements, size_t count)
{
    for (int i = fast_between(0, 3); i > 0; i--)
        elements[fast_between(0, (int)count - 1)] = NAN;
    if (fast_between(0, 3) == 0)
        elements[fast_between(0, (int)count - 1)] = fast_between(0, 1) ? INFINITY : -INFINITY;
}

static bool is_hybrid(const struct graph *graph)
{
    const struct node *node = &graph->nodes[0];
    return !harness_widens() && node->n_inputs > 1 && node->inputs[1] != NO_TENSOR &&
           node_input(graph, node, 0)->type == TYPE_F32 &&
           node_input(graph, node, 1)->type == TYPE_I8;
}

static void compare_kernel(struct graph *graph, const struct kernel *kernel, void *const *inputs,
                           const void *expected)
{
    const struct tensor *out = node_output(graph, &graph->nodes[0], 0);
    size_t count = shape_elements(&out->shape);
    const void *got = harness_run(graph, kernel, fast_between(1, 5), inputs);
    if (out->type == TYPE_F32)
        harness_near(got, expected, count, absolute_bound(graph, kernel), 2e-5);
    else
        harness_equal(out->type, got, expected, count);
    for (size_t k = 0; k < kernel_count(); k++)
        is_compared[k] = is_compared[k] || kernel_at(k) == kernel;
}

/* Whether node 0 is a convolution that Winograd's method can compute. */
static bool fits_winograd(const struct graph *graph)
{
    const struct node *node = &graph->nodes[0];
    const struct conv_params *params = &node->params.conv;
    if (node->op != OP_CONV_2D)
        return false;
    const struct tensor *in = node_input(graph, node, 0), *filter = node_input(graph, node, 1);
    const int32_t *sides = filter->shape.dim;
    return in->type == TYPE_F32 && filter->type == TYPE_F32 && sides[1] == 3 && sides[2] == 3 &&
           sides[3] == in->shape.dim[3] && params->stride_h == 1 && params->stride_w == 1 &&
           params->dilation_h == 1 && params->dilation_w == 1;
}

/* Its kernels, where they are not the fastest, too. */
static void compare_winograd(struct graph *graph, void *const *inputs, const void *expected)
{
    for (size_t k = 0; k < kernel_count() && fits_winograd(graph); k++)
        if (isa_available(kernel_at(k)->isa) && strstr(kernel_at(k)->name, "winograd_"))
            compare_kernel(graph, kernel_at(k), inputs, expected);
}

/* Runs node 0 with the reference and with every fast kernel that takes it. inputs are filled
 * here. */
void fast_compare_rounded(struct graph *graph, int n_activations, enum rounding rounding)
{
    graph->rounding = rounding;
    void *inputs[4] = {NULL};
    const struct kernel *reference = harness_kernel(graph, ISA_REFERENCE, true);
    const struct node *node = &graph->nodes[0];
    assert_non_null(reference);
    for (int i = 0; i < n_activations; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        size_t count = shape_elements(&tensor->shape);
        if (tensor->data)
            continue;
        inputs[i] = malloc(tensor_bytes(tensor) + 1);
        harness_fill(&fast_random, tensor->type, inputs[i], count, 3.0, fast_between(0, 3) == 0);
        if (i == 0 && is_hybrid(graph) && fast_between(0, 3) == 0)
            plant_oddities(inputs[i], count);
    }
    const void *expected = harness_run(graph, reference, 1, inputs);
    for (int isa = ISA_REFERENCE + 1; isa < ISA_COUNT; isa++) {
        const struct kernel *kernel =
            isa_available((enum isa)isa) ? harness_kernel(graph, (enum isa)isa, true) : NULL;
        if (kernel)
            compare_kernel(graph, kernel, inputs, expected);
    }
    compare_winograd(graph, inputs, expected);
    for (int i = 0; i < n_activations; i++)
        free(inputs[i]);
}

void fast_compare(struct graph *graph, int n_activations)
{
    fast_compare_rounded(graph, n_activations, ROUNDING_TWICE);
    fast_compare_rounded(graph, n_activations, ROUNDING_ONCE);
    graph->rounds_stored = true;
    graph->tensors[graph->nodes[0].outputs[0]].shift = fast_between(0, 1) ? 128 : 0;
    fast_compare_rounded(graph, n_activations, ROUNDING_ONCE);
    harness_widen(false);
}

struct pads fast_pads(int high, int wide)
{
    return (struct pads){
        fast_between(0, 1) * fast_between(0, high), fast_between(0, 1) * fast_between(0, wide),
        fast_between(0, 1) * fast_between(0, high), fast_between(0, 1) * fast_between(0, wide)};
}

void fast_finish(struct graph *graph, enum op op, const int *inputs, int n_inputs, enum type type,
                 const union op_params *params, int n_activations)
{
    int out = fast_activation(graph, type, SHAPE(1), 4.0f * fast_scale());
    graph_add_node(graph, op, inputs, n_inputs, &out, 1, params);
    fast_compare(graph, n_activations);
    graph_free(graph);
}

/* Those that look up what several nodes make are compared by test_merge.c. */
static bool is_compared_elsewhere(const struct kernel *kernel)
{
    return strncmp(kernel->name, "lookup_", strlen("lookup_")) == 0;
}

void fast_all_compared(bool of_products)
{
    for (size_t k = 0; k < kernel_count(); k++) {
        const struct kernel *kernel = kernel_at(k);
        if (is_product(kernel->op) == of_products && kernel->isa != ISA_REFERENCE &&
            isa_available(kernel->isa) && !is_compared[k] && !is_compared_elsewhere(kernel))
            fail_msg("%s was not compared", kernel->name);
    }
}
