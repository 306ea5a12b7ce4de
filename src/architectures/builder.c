#include "architectures/builder.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "architectures/builder_internal.h"
#include "base/memory.h"
#include "graph/infer.h"

int divisible(double number)
{
    int rounded = (int)(number + 4.0) / 8 * 8;
    if (rounded < 8)
        rounded = 8;
    return rounded < 0.9 * number ? rounded + 8 : rounded;
}

int channels(const struct builder *builder, int published)
{
    return divisible(published * builder->options->width);
}

int depth_of(const struct builder *builder, int tensor)
{
    const struct shape *shape = &builder->graph->tensors[tensor].shape;
    return shape->rank ? shape->dim[shape->rank - 1] : 1;
}

/* "conv_2d_12": the operator and the number of the node that comes next. */
static const char *next_name(const struct builder *builder, enum op op)
{
    const struct graph *graph = builder->graph;
    char *name = arena_printf(graph->arena, "%s_%d", op_name(op), graph->n_nodes);
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return name;
}

static void note_role(struct builder *builder, enum role role)
{
    size_t node = (size_t)builder->graph->n_nodes - 1;
    builder->roles =
        list_grow(builder->roles, node, &builder->role_capacity, sizeof(*builder->roles));
    builder->roles[node] = role;
}

int builder_node(struct builder *builder, enum op op, const int *inputs, int n_inputs,
                 const union op_params *params, enum role role)
{
    if (builder->status != STATUS_OK)
        return inputs[0];
    struct tensor tensor = {.name = next_name(builder, op), .type = TYPE_F32};
    int out = graph_add_tensor(builder->graph, &tensor);
    const struct node *node = graph_add_node(builder->graph, op, inputs, n_inputs, &out, 1, params);
    note_role(builder, role);
    builder->status = infer_node(builder->graph, node, builder->error);
    return out;
}

static int constant(struct builder *builder, enum type type, const struct shape *shape,
                    const char *what, void **elements)
{
    struct arena *arena = builder->graph->arena;
    const char *name = arena_printf(arena, "%s_%d", what, builder->graph->n_nodes);
    struct tensor tensor = {.name = name, .type = type, .shape = *shape};
    *elements = arena_try(arena, shape_elements(shape), type_size(type));
    if (!*elements && builder->status == STATUS_OK)
        builder->status = error_set(builder->error, STATUS_MEMORY, builder->graph->name,
                                    "not enough memory for %zu weights", shape_elements(shape));
    tensor.data = *elements;
    return graph_add_tensor(builder->graph, &tensor);
}

int builder_floats(struct builder *builder, struct shape shape, const char *what, float **values)
{
    void *elements;
    int tensor = constant(builder, TYPE_F32, &shape, what, &elements);
    *values = elements;
    return tensor;
}

int builder_ints(struct builder *builder, const int32_t *values, int count, const char *what)
{
    void *elements;
    int tensor = constant(builder, TYPE_I32, &SHAPE(count), what, &elements);
    if (elements)
        memcpy(elements, values, (size_t)count * sizeof(*values));
    return tensor;
}

/* How much of a filter's variance its taps share: trained filters are smooth. */
#define SHARED_BY_TAPS 0.5

struct normals {
    struct random *random;
    double pair[2];
    int left;
};

static double next_normal(struct normals *normals)
{
    if (normals->left == 0) {
        random_normals(normals->random, normals->pair);
        normals->left = 2;
    }
    return normals->pair[--normals->left];
}

void builder_draw(struct random *random, const struct filters *filters, float *values)
{
    struct normals normals = {.random = random};
    double shared = filters->taps > 1 ? SHARED_BY_TAPS : 0.0;
    double common = filters->deviation * sqrt(shared),
           own = filters->deviation * sqrt(1.0 - shared);
    for (size_t o = 0; o < filters->outer; o++)
        for (size_t i = 0; i < filters->inner; i++) {
            float *first = values + o * filters->taps * filters->inner + i;
            double base = filters->taps > 1 ? common * next_normal(&normals) : 0.0;
            for (size_t t = 0; t < filters->taps; t++)
                first[t * filters->inner] = (float)(base + own * next_normal(&normals));
        }
}
