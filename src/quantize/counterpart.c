#include "quantize/counterpart.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A computed tensor of the float graph, to be looked up by name and shape. */
struct known {
    const struct tensor *tensor;
    int number;
    bool is_alone; /* no other one has both */
};

static int compare(const struct tensor *a, const struct tensor *b)
{
    int order = strcmp(a->name, b->name);
    if (order == 0)
        order = (a->shape.rank > b->shape.rank) - (a->shape.rank < b->shape.rank);
    for (int i = 0; order == 0 && i < a->shape.rank; i++)
        order = (a->shape.dim[i] > b->shape.dim[i]) - (a->shape.dim[i] < b->shape.dim[i]);
    return order;
}

static int by_name(const void *a, const void *b)
{
    return compare(((const struct known *)a)->tensor, ((const struct known *)b)->tensor);
}

/* What the nodes of a graph compute, sorted. */
static struct known *list_known(const struct graph *graph, size_t *count)
{
    struct known *list = xcalloc((size_t)graph->n_tensors, sizeof(*list));
    *count = 0;
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_outputs; i++) {
            int number = graph->nodes[n].outputs[i];
            const struct tensor *tensor = &graph->tensors[number];
            if (tensor->name[0] != '\0')
                list[(*count)++] = (struct known){tensor, number, true};
        }
    qsort(list, *count, sizeof(*list), by_name);
    for (size_t i = 1; i < *count; i++)
        if (by_name(&list[i - 1], &list[i]) == 0)
            list[i - 1].is_alone = list[i].is_alone = false;
    return list;
}

static void pair(struct counterparts *parts, int made, int real)
{
    parts->real_of[made] = real;
    if (parts->made_of[real] == NO_TENSOR)
        parts->made_of[real] = made;
}

static void pair_sources(struct counterparts *parts)
{
    const struct graph *real = parts->real, *made = parts->made;
    for (int i = 0; i < real->n_inputs && i < made->n_inputs; i++)
        pair(parts, made->inputs[i], real->inputs[i]);
    for (int i = 0; i < real->n_states && real->n_states == made->n_states; i++)
        pair(parts, made->states[i].tensor, real->states[i].tensor);
}

static bool same_shape(const struct counterparts *parts, int made, int real)
{
    return shape_equal(&parts->made->tensors[made].shape, &parts->real->tensors[real].shape);
}

/* Files may name outputs otherwise, for the sake of those who look them up by name. */
static void pair_outputs(struct counterparts *parts)
{
    const struct graph *real = parts->real, *made = parts->made;
    for (int i = 0; i < real->n_outputs && real->n_outputs == made->n_outputs; i++)
        if (parts->real_of[made->outputs[i]] == NO_TENSOR &&
            same_shape(parts, made->outputs[i], real->outputs[i]))
            pair(parts, made->outputs[i], real->outputs[i]);
}

struct counterparts counterparts_find(const struct graph *real, const struct graph *made)
{
    struct counterparts parts = {
        .real = real,
        .made = made,
        .real_of = xcalloc((size_t)made->n_tensors, sizeof(int)),
        .made_of = xcalloc((size_t)real->n_tensors, sizeof(int)),
    };
    size_t count;
    struct known *known = list_known(real, &count);
    for (int i = 0; i < made->n_tensors; i++)
        parts.real_of[i] = NO_TENSOR;
    for (int i = 0; i < real->n_tensors; i++)
        parts.made_of[i] = NO_TENSOR;
    pair_sources(&parts);
    for (int n = 0; n < made->n_nodes; n++)
        for (int i = 0; i < made->nodes[n].n_outputs; i++) {
            int number = made->nodes[n].outputs[i];
            const struct known wanted = {.tensor = &made->tensors[number]};
            const struct known *found = bsearch(&wanted, known, count, sizeof(*known), by_name);
            if (found && found->is_alone)
                pair(&parts, number, found->number);
        }
    pair_outputs(&parts);
    free(known);
    return parts;
}

void counterparts_release(struct counterparts *parts)
{
    FREE_AND_NULL(parts->real_of);
    FREE_AND_NULL(parts->made_of);
}
