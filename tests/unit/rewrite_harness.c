#include "rewrite_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"

static struct random random_state = {1};

int rewrite_real(struct graph *graph, struct shape shape)
{
    return harness_tensor(graph, TYPE_F32, shape, 0.0f, 0);
}

int rewrite_random(struct graph *graph, struct shape shape)
{
    size_t count = shape_elements(&shape);
    float *elements = xcalloc(count, sizeof(*elements));
    harness_fill(&random_state, TYPE_F32, elements, count, 1.0, false);
    int constant = harness_constant(graph, TYPE_F32, shape, 0.0f, 0, elements);
    free(elements);
    return constant;
}

int rewrite_number(struct graph *graph, double value)
{
    float number = (float)value;
    return harness_constant(graph, TYPE_F32, (struct shape){0}, 0.0f, 0, &number);
}

int rewrite_apply(struct graph *graph, enum op op, int a, int b, const union op_params *params)
{
    int inputs[] = {a, b};
    return harness_node(graph, op, inputs, b == NO_TENSOR ? 1 : 2, params, TYPE_F32, 0.0f, 0);
}

void rewrite_outcome(struct graph *graph, const float *results[REWRITE_OUTPUTS_MAX])
{
    const void *inputs[4];
    void *outputs[REWRITE_OUTPUTS_MAX];
    struct random random = {7};
    assert_in_range(graph->n_inputs, 1, 4);
    assert_in_range(graph->n_outputs, 1, REWRITE_OUTPUTS_MAX);
    for (int i = 0; i < graph->n_inputs; i++) {
        const struct tensor *tensor = &graph->tensors[graph->inputs[i]];
        void *elements = arena_alloc(graph->arena, tensor_bytes(tensor));
        harness_fill(&random, TYPE_F32, elements, shape_elements(&tensor->shape), 2.0, false);
        inputs[i] = elements;
    }
    harness_graph_run(graph, ISA_REFERENCE, 1, inputs, outputs);
    for (int i = 0; i < graph->n_outputs; i++)
        results[i] = outputs[i];
}

void rewrite_check(struct graph *graph, const float *const results[REWRITE_OUTPUTS_MAX])
{
    const float *now[REWRITE_OUTPUTS_MAX];
    struct error error;
    if (graph_check(graph, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    rewrite_outcome(graph, now);
    for (int i = 0; i < graph->n_outputs; i++)
        harness_near(now[i], results[i], shape_elements(&graph->tensors[graph->outputs[i]].shape),
                     1e-5, 1e-5);
}

int rewrite_count(const struct graph *graph, enum op op)
{
    int count = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        count += graph->nodes[n].op == op;
    return count;
}
