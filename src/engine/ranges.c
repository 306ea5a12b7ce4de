#include "engine/ranges.h"

#include <string.h>

/* Images of so few rows are as quickly looked through as their ranges are put together. */
#define IMAGE_ROWS_LEAST 8

/* Images share a scale: of a matrix that is multiplied each row has its own. */
static size_t images_of(const struct kernel_call *call)
{
    const struct shape *shape = &call->inputs[0].tensor->shape;
    if (call->node->op != OP_FULLY_CONNECTED)
        return (size_t)shape->dim[0];
    size_t depth = (size_t)call->inputs[1].tensor->shape.dim[1];
    return depth > 0 ? shape_elements(shape) / depth : 0;
}

/* The step that makes the whole tensor, row by row; NULL: there is none. */
static struct step *maker_of(const struct planner *planner, int tensor)
{
    struct plan *plan = planner->plan;
    for (struct step *step = plan->steps + plan->n_steps; step-- > plan->steps;) {
        int made = step->call.node->outputs[0];
        const struct operand *out = &step->call.outputs[0];
        const struct shape *shape = &out->tensor->shape;
        if (planner->root[made] != planner->root[tensor])
            continue;
        bool is_whole =
            shape->rank > 0 && shape->dim[shape->rank - 1] > 0 &&
            (size_t)shape->dim[shape->rank - 1] == out->row_step &&
            shape_elements(shape) == shape_elements(&planner->graph->tensors[tensor].shape);
        return is_whole ? step : NULL;
    }
    return NULL;
}

int ranges_ask(const struct planner *planner, const struct kernel *kernel, struct kernel_call *call)
{
    size_t images = kernel->scales ? images_of(call) : 0;
    struct step *maker = images > 0 ? maker_of(planner, call->node->inputs[0]) : NULL;
    if (!maker || !maker->kernel->notes)
        return -1;
    const struct operand *out = &maker->call.outputs[0];
    size_t rows = shape_elements(&out->tensor->shape) / out->row_step;
    struct kernel_ranges *noted = &maker->call.noted;
    if (rows % images > 0 || (images > 1 && rows / images < IMAGE_ROWS_LEAST) ||
        (noted->images > 0 && noted->images != images))
        return -1;
    *noted = call->known = (struct kernel_ranges){.images = images, .image_rows = rows / images};
    return (int)(maker - planner->plan->steps);
}

static size_t bytes_of(const struct kernel_call *call)
{
    return (size_t)call->n_threads * call->noted.images * sizeof(struct kernel_range);
}

void ranges_place(const struct plan *plan, struct kernel_call *calls, struct arena *arena)
{
    for (int s = 0; s < plan->n_steps; s++) {
        int maker = plan->steps[s].range_maker;
        if (calls[s].noted.images > 0)
            calls[s].noted.of = arena_alloc(arena, bytes_of(&calls[s]));
        if (maker >= 0)
            calls[s].known.of = calls[maker].noted.of;
    }
}

void ranges_clear(const struct kernel_call *call)
{
    if (call->noted.images > 0)
        memset(call->noted.of, 0, bytes_of(call));
}
