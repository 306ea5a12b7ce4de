#include "slice_cases.h"

#include "origins.h"

/* Appends a dimension to the output that walks one of the input's from begin to before end. */
static void walk(int dimension, int32_t begin, int32_t end, int32_t stride)
{
    int32_t extent = 0, size = wanted.in.dim[dimension];
    for (int32_t i = begin; i >= 0 && i < size && (stride > 0 ? i < end : i > end); i += stride)
        extent++;
    wanted.begin[dimension] = begin;
    wanted.stride[dimension] = stride;
    wanted.walks[wanted.out.rank] = dimension;
    wanted.out.dim[wanted.out.rank++] = extent;
}

void slice_case(struct kind kind)
{
    int32_t sizes[SHAPE_RANK_MAX];
    wanted.in = wanted_shape(1, 5);
    for (int d = 0; d < wanted.in.rank; d++) {
        int32_t size = wanted.in.dim[d], begin = case_between(0, size);
        bool is_open = case_between(0, 2) == 0;
        int32_t extent = is_open ? size - begin : case_between(0, size - begin);
        walk(d, begin, begin + extent, 1);
        sizes[d] = is_open ? -1 : extent;
    }
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, wanted.begin, wanted.in.rank);
    case_ints(&wanted.c, sizes, wanted.in.rank);
    wanted_finish(OP_SLICE, NULL, kind, origin_sliced);
}

/* The lists and masks of a STRIDED_SLICE, entry by entry. */
struct entries {
    int count;
    int32_t begin[SHAPE_RANK_MAX], end[SHAPE_RANK_MAX], stride[SHAPE_RANK_MAX];
    struct slice_params masks;
};

/* An entry begin:end:stride for an input dimension, as Python reads it; with the offset flag the
 * end is counted from the begin. */
static void add_range(struct entries *entries, int dimension)
{
    int i = entries->count++;
    int32_t size = wanted.in.dim[dimension], stride = case_between(1, 3),
            step = case_between(0, 1) ? stride : -stride;
    int32_t begin = case_between(0, size - 1), end = case_between(-1, size + 2);
    end = step > 0 && end < 0 ? size : end;
    bool from_start = case_between(0, 3) == 0, to_end = case_between(0, 3) == 0;
    entries->stride[i] = step;
    entries->begin[i] = case_between(0, 1) ? begin : begin - size;
    /* An end before the first element cannot be counted from the end by -1. */
    entries->end[i] = end < 0 ? -size - 1 : end;
    entries->masks.begin_mask |= from_start << i;
    entries->masks.end_mask |= to_end << i;
    if (from_start)
        begin = step > 0 ? 0 : size - 1;
    if (to_end)
        end = step > 0 ? size : -1;
    if (entries->masks.offset)
        entries->end[i] -= begin;
    walk(dimension, begin, end, step);
}

/* A single index, whose dimension disappears. */
static void add_index(struct entries *entries, int dimension)
{
    int i = entries->count++;
    int32_t size = wanted.in.dim[dimension];
    wanted.begin[dimension] = case_between(0, size - 1);
    entries->begin[i] = wanted.begin[dimension] - (case_between(0, 1) ? size : 0);
    entries->stride[i] = 1;
    entries->masks.shrink_axis_mask |= 1 << i;
}

/* A new dimension of size 1, or an ellipsis for no, one or two dimensions: how many it takes. */
static int add_other(struct entries *entries, int dimension)
{
    int i = entries->count++, taken = 0;
    entries->stride[i] = 1;
    if (entries->masks.ellipsis_mask || case_between(0, 1)) {
        wanted.walks[wanted.out.rank] = -1;
        wanted.out.dim[wanted.out.rank++] = 1;
        entries->masks.new_axis_mask |= 1 << i;
        return 0;
    }
    entries->masks.ellipsis_mask |= 1 << i;
    for (int most = case_between(0, 2); taken < most && dimension + taken < wanted.in.rank; taken++)
        walk(dimension + taken, 0, wanted.in.dim[dimension + taken], 1);
    return taken;
}

void strided_slice_case(struct kind kind)
{
    struct entries entries = {.masks = {.offset = case_between(0, 1)}};
    wanted.in = wanted_shape(1, 3);
    for (int d = 0; d < wanted.in.rank;) {
        if (entries.count < SHAPE_RANK_MAX - wanted.in.rank && case_between(0, 2) == 0)
            d += add_other(&entries, d);
        else if (case_between(0, 3) == 0)
            add_index(&entries, d++);
        else
            add_range(&entries, d++);
    }
    union op_params params = {.slice = entries.masks};
    wanted_add(kind, wanted.in);
    case_ints(&wanted.c, entries.begin, entries.count);
    case_ints(&wanted.c, entries.end, entries.count);
    case_ints(&wanted.c, entries.stride, entries.count);
    wanted_finish(OP_STRIDED_SLICE, &params, kind, origin_sliced);
}
