#include "runtimes/ort_products.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/summary.h"

#define NO_NODE (-1)

bool ort_is_product(const char *op)
{
    static const char *const ops[] = {"Conv",        "ConvTranspose", "ConvInteger",
                                      "QLinearConv", "Gemm",          "MatMul",
                                      "QGemm",       "MatMulInteger", "QLinearMatMul"};
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (strcmp(op, ops[i]) == 0)
            return true;
    return false;
}

/* The one product among the nodes that a node of the graph does the work of; NO_NODE: there is
 * none, or more than one. */
static int product_of(const char *const *ops, int count, const struct node *node)
{
    int product = NO_NODE;
    for (int i = 0; i < node->origin.count; i++) {
        int number = node->origin.layers[i];
        if (number >= count || !ort_is_product(ops[number]))
            continue;
        if (product != NO_NODE)
            return NO_NODE;
        product = number;
    }
    return product;
}

/* For each tensor of the graph the node that makes it, or NO_NODE. */
static int *find_makers(const struct graph *graph)
{
    int *makers = xcalloc((size_t)graph->n_tensors + 1, sizeof(*makers));
    for (int i = 0; i < graph->n_tensors; i++)
        makers[i] = NO_NODE;
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_outputs; i++)
            makers[graph->nodes[n].outputs[i]] = n;
    return makers;
}

static double constants_of(const struct graph *graph, const struct node *node)
{
    double bytes = 0.0;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *input = node_input(graph, node, i);
        if (input && input->data)
            bytes += (double)tensor_bytes(input);
    }
    return bytes;
}

static bool reads_constants_alone(const struct graph *graph, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *input = node_input(graph, node, i);
        if (input && !input->data)
            return false;
    }
    return true;
}

/* As they lie in the file: weights may be widened on their way to the product. */
static double constant_bytes(const struct graph *graph, const int *makers, const struct node *node)
{
    double bytes = constants_of(graph, node);
    for (int i = 0; i < node->n_inputs; i++) {
        int maker = node_input(graph, node, i) ? makers[node->inputs[i]] : NO_NODE;
        if (maker != NO_NODE && reads_constants_alone(graph, &graph->nodes[maker]))
            bytes += constants_of(graph, &graph->nodes[maker]);
    }
    return bytes;
}

static void measure_nodes(const char *const *ops, int count, const struct graph *graph,
                          struct product_work *works)
{
    int *makers = find_makers(graph);
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        double macs = node_macs(graph, node);
        int product = macs > 0.0 ? product_of(ops, count, node) : NO_NODE;
        if (product == NO_NODE)
            continue;
        works[product].is_known = true;
        works[product].macs += macs;
        works[product].constant_bytes += constant_bytes(graph, makers, node);
    }
    free(makers);
}

struct product_work *ort_products_measure(const char *const *ops, int count,
                                          const struct graph *graph)
{
    struct product_work *works = xcalloc((size_t)count + 1, sizeof(*works));
    if (graph)
        measure_nodes(ops, count, graph, works);
    return works;
}
