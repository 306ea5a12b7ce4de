/* Shape rules of operators that find elements by numbers, or numbers of elements. */
#include "graph/infer.h"

#include <math.h>

static void set_shape(struct graph *graph, const struct node *node, int i,
                      const struct shape *shape)
{
    graph->tensors[node->outputs[i]].shape = *shape;
}

/* Appends the dimensions first..last-1 of another shape; false where they are too many. */
static bool extend(struct shape *shape, const struct shape *other, int first, int last)
{
    if (shape->rank + last - first > SHAPE_RANK_MAX)
        return false;
    for (int i = first; i < last; i++)
        shape->dim[shape->rank++] = other->dim[i];
    return true;
}

static enum status check_places(const struct tensor *places, struct error *error)
{
    if (places->type == TYPE_I32 || places->type == TYPE_I64)
        return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "places have type %s, expected int32 or int64", type_name(places->type));
}

static enum status rank_error(struct error *error)
{
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "the output would have more than %d dimensions", SHAPE_RANK_MAX);
}

/* How many dimensions of a tensor of the rank the last one of the places tells. */
static enum status place_length(const struct tensor *places, int rank, int *length,
                                struct error *error)
{
    const struct shape *shape = &places->shape;
    enum status status = check_places(places, error);
    if (status != STATUS_OK)
        return status;
    if (shape->rank < 1 || shape->dim[shape->rank - 1] > rank)
        return error_set(error, STATUS_FORMAT, NULL, "places do not fit a tensor of rank %d", rank);
    *length = shape->dim[shape->rank - 1];
    return STATUS_OK;
}

enum status infer_gather_nd(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct tensor *places = node_input(graph, node, 1);
    struct shape out = {0};
    int length;
    enum status status = place_length(places, in->rank, &length, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < length; i++)
        if (in->dim[i] < 1)
            return error_set(error, STATUS_FORMAT, NULL, "there is nothing to gather");
    if (!extend(&out, &places->shape, 0, places->shape.rank - 1) ||
        !extend(&out, in, length, in->rank))
        return rank_error(error);
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_scatter_nd(struct graph *graph, const struct node *node, struct error *error)
{
    const struct tensor *places = node_input(graph, node, 0);
    const struct shape *updates = &node_input(graph, node, 1)->shape;
    struct shape out = {0}, wanted = {0};
    int length;
    enum status status = infer_constant(graph, node, 2, out.dim, SHAPE_RANK_MAX, &out.rank, error);
    if (status == STATUS_OK)
        status = place_length(places, out.rank, &length, error);
    if (status != STATUS_OK)
        return status;
    if (!shape_is_valid(&out) || !extend(&wanted, &places->shape, 0, places->shape.rank - 1) ||
        !extend(&wanted, &out, length, out.rank) || !shape_equal(&wanted, updates))
        return error_set(error, STATUS_FORMAT, NULL, "the updates fit neither places nor shape");
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_update_slice(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    const struct shape *update = &node_input(graph, node, 1)->shape;
    const struct tensor *begin = node_input(graph, node, 2);
    enum status status = check_places(begin, error);
    if (status != STATUS_OK)
        return status;
    bool fits =
        update->rank == in->rank && begin->shape.rank == 1 && begin->shape.dim[0] == in->rank;
    for (int i = 0; fits && i < in->rank; i++)
        fits = update->dim[i] <= in->dim[i];
    if (!fits)
        return error_set(error, STATUS_FORMAT, NULL, "the update does not fit the input");
    set_shape(graph, node, 0, in);
    return STATUS_OK;
}

enum status infer_embedding_lookup(struct graph *graph, const struct node *node,
                                   struct error *error)
{
    const struct tensor *ids = node_input(graph, node, 0);
    const struct shape *table = &node_input(graph, node, 1)->shape;
    enum status status = check_places(ids, error);
    if (status != STATUS_OK)
        return status;
    if (ids->shape.rank != 1 || table->rank < 1 || table->dim[0] < 1)
        return error_set(error, STATUS_FORMAT, NULL, "expected a list of ids and a table of rows");
    struct shape out = *table;
    out.dim[0] = ids->shape.dim[0];
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_top_k(struct graph *graph, const struct node *node, struct error *error)
{
    struct shape out = node_input(graph, node, 0)->shape;
    int32_t number;
    int count;
    enum status status = infer_constant(graph, node, 1, &number, 1, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count != 1 || out.rank < 1 || number < 0 || number > out.dim[out.rank - 1])
        return error_set(error, STATUS_FORMAT, NULL, "the number does not fit rows of the input");
    out.dim[out.rank - 1] = number;
    set_shape(graph, node, 0, &out);
    set_shape(graph, node, 1, &out);
    return STATUS_OK;
}

/* The depth becomes a dimension; axis -1 puts it last. */
enum status infer_one_hot(struct graph *graph, const struct node *node, struct error *error)
{
    const struct tensor *places = node_input(graph, node, 0);
    struct shape out = {0};
    int32_t depth;
    int count, axis;
    enum status status = infer_constant(graph, node, 1, &depth, 1, &count, error);
    if (status == STATUS_OK)
        status = check_places(places, error);
    if (status != STATUS_OK)
        return status;
    if (places->shape.rank >= SHAPE_RANK_MAX)
        return rank_error(error);
    if (count != 1 || depth < 0 ||
        !shape_axis(node->params.axis.axis, places->shape.rank + 1, &axis) ||
        shape_elements(&node_input(graph, node, 2)->shape) != 1 ||
        shape_elements(&node_input(graph, node, 3)->shape) != 1)
        return error_set(error, STATUS_FORMAT, NULL, "depth, axis or values do not fit the input");
    extend(&out, &places->shape, 0, axis);
    out.dim[out.rank++] = depth;
    extend(&out, &places->shape, axis, places->shape.rank);
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

enum status infer_cumsum(struct graph *graph, const struct node *node, struct error *error)
{
    const struct shape *in = &node_input(graph, node, 0)->shape;
    int32_t value;
    int count, axis;
    enum status status = infer_constant(graph, node, 1, &value, 1, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count != 1 || !shape_axis(value, in->rank, &axis))
        return error_set(error, STATUS_FORMAT, NULL, "the axis does not fit a tensor of rank %d",
                         in->rank);
    set_shape(graph, node, 0, in);
    return STATUS_OK;
}

/* How many places there are is known of a constant alone. */
enum status infer_where(struct graph *graph, const struct node *node, struct error *error)
{
    const struct tensor *condition = node_input(graph, node, 0);
    size_t count = 0;
    if (!condition->data)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "how many places '%s' has is known at run time alone", condition->name);
    for (size_t i = 0; i < shape_elements(&condition->shape); i++)
        count += type_is_set(condition->type, condition->data, i);
    if (count > INT32_MAX)
        return error_set(error, STATUS_FORMAT, NULL, "the output is too large");
    struct shape out = SHAPE((int32_t)count, condition->shape.rank);
    set_shape(graph, node, 0, &out);
    return STATUS_OK;
}

/* --- lists of numbers --- */

struct number {
    double real;
    int64_t whole; /* of integers */
};

static enum status read_number(const struct graph *graph, const struct node *node, int input,
                               struct number *number, struct error *error)
{
    const struct tensor *tensor = node_input(graph, node, input);
    if (!tensor->data)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "input %d (%s) is computed at run time",
                         input, op_input_name(node->op, input));
    if (shape_elements(&tensor->shape) != 1 || tensor->type != node_input(graph, node, 0)->type)
        return error_set(error, STATUS_FORMAT, NULL, "input %d (%s) is not one number of %s", input,
                         op_input_name(node->op, input),
                         type_name(node_input(graph, node, 0)->type));
    if (tensor->type == TYPE_F32) {
        *number = (struct number){(double)((const float *)tensor->data)[0], 0};
    } else if (tensor->type == TYPE_I32 || tensor->type == TYPE_I64) {
        number->whole = tensor->type == TYPE_I32 ? ((const int32_t *)tensor->data)[0]
                                                 : ((const int64_t *)tensor->data)[0];
        number->real = (double)number->whole;
    } else {
        return error_set(error, STATUS_UNSUPPORTED, NULL, "numbers of %s", type_name(tensor->type));
    }
    return STATUS_OK;
}

/* How many numbers there are; the difference of two int64 needs all bits of an unsigned one. */
static double count_wholes(int64_t start, int64_t limit, int64_t step)
{
    uint64_t distance =
        step > 0 ? (uint64_t)limit - (uint64_t)start : (uint64_t)start - (uint64_t)limit;
    uint64_t size = step > 0 ? (uint64_t)step : -(uint64_t)step;
    if (step == 0)
        return NAN;
    if (step > 0 ? limit <= start : limit >= start)
        return 0.0;
    return (double)(distance / size + (distance % size != 0));
}

/* The same of real numbers. TFLite divides in single precision, ONNX Runtime in double. */
static enum status count_reals(double start, double limit, double step, double *count,
                               struct error *error)
{
    double single = (double)ceilf(((float)limit - (float)start) / (float)step);
    *count = ceil((limit - start) / step);
    if (fabs(single - *count) > 0.0)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "from %g to %g by %g are %g numbers in single precision, and %g in double",
                         start, limit, step, single, *count);
    return STATUS_OK;
}

enum status infer_range_plan(const struct graph *graph, const struct node *node,
                             struct range_plan *plan, struct error *error)
{
    struct number start, limit, step;
    double count = 0.0;
    enum status status = read_number(graph, node, 0, &start, error);
    if (status == STATUS_OK)
        status = read_number(graph, node, 1, &limit, error);
    if (status == STATUS_OK)
        status = read_number(graph, node, 2, &step, error);
    if (status == STATUS_OK && node_input(graph, node, 0)->type == TYPE_F32)
        status = count_reals(start.real, limit.real, step.real, &count, error);
    else if (status == STATUS_OK)
        count = count_wholes(start.whole, limit.whole, step.whole);
    if (status != STATUS_OK)
        return status;
    if (!(count <= 0x1p30))
        return error_set(error, STATUS_FORMAT, NULL, "%g numbers from %g to %g", count, start.real,
                         limit.real);
    *plan = (struct range_plan){
        .start = start.real,
        .step = step.real,
        .whole_start = start.whole,
        .whole_step = step.whole,
        .count = count > 0.0 ? (int32_t)count : 0,
    };
    return STATUS_OK;
}

enum status infer_range(struct graph *graph, const struct node *node, struct error *error)
{
    struct range_plan plan;
    enum status status = infer_range_plan(graph, node, &plan, error);
    if (status == STATUS_OK)
        set_shape(graph, node, 0, &SHAPE(plan.count));
    return status;
}

enum status infer_rank(struct graph *graph, const struct node *node, struct error *error)
{
    (void)error;
    set_shape(graph, node, 0, &(struct shape){0});
    return STATUS_OK;
}

enum status infer_broadcast_args(struct graph *graph, const struct node *node, struct error *error)
{
    const struct tensor *a = node_input(graph, node, 0), *b = node_input(graph, node, 1);
    if (a->shape.rank != 1 || b->shape.rank != 1 || a->type != b->type)
        return error_set(error, STATUS_FORMAT, NULL, "expected two lists of one type");
    enum status status = check_places(a, error);
    if (status == STATUS_OK)
        set_shape(graph, node, 0, a->shape.dim[0] > b->shape.dim[0] ? &a->shape : &b->shape);
    return status;
}
