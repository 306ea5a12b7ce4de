/* Where windows and strided slices lie, against counting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/infer.h"
#include "node_harness.h"

/* Puts the window at 0, stride, ... and counts: VALID while all of it is inside, SAME while its
 * first cell is. */
static void check_window(int in, int filter, int stride, int dilation, enum padding padding)
{
    int extent = (filter - 1) * dilation + 1, count = 0, last = 0;
    for (int at = 0; padding == PADDING_SAME ? at < in : at + extent <= in; at += stride) {
        count++;
        last = at;
    }
    int missing = last + extent > in ? last + extent - in : 0;
    int32_t out = -1, before = -1;
    struct window window = {in, filter, stride, dilation, padding, 0, 0};
    assert_int_equal(infer_window(&window, &out, &before), count > 0);
    if (count == 0)
        return;
    assert_int_equal(out, count);
    assert_int_equal(before, missing / 2);
}

/* The same between so many cells before the first of the input and after the last. */
static void check_padded_window(int in, int filter, int stride, int before, int after)
{
    int count = 0;
    for (int at = -before; at + filter <= in + after; at += stride)
        count++;
    int32_t out = -1, first = -1;
    struct window window = {in, filter, stride, 1, PADDING_EXPLICIT, before, after};
    assert_int_equal(infer_window(&window, &out, &first), count > 0);
    if (count > 0) {
        assert_int_equal(out, count);
        assert_int_equal(first, before);
    }
}

static void windows_are_counted(void **state)
{
    (void)state;
    for (int in = 1; in <= 9; in++)
        for (int filter = 1; filter <= 5; filter++)
            for (int stride = 1; stride <= 4; stride++)
                for (int pads = 0; pads < 16; pads++)
                    check_padded_window(in, filter, stride, pads % 4, pads / 4);
    for (int in = 1; in <= 12; in++)
        for (int filter = 1; filter <= 5; filter++)
            for (int stride = 1; stride <= 4; stride++)
                for (int dilation = 1; dilation <= 3; dilation++) {
                    check_window(in, filter, stride, dilation, PADDING_SAME);
                    check_window(in, filter, stride, dilation, PADDING_VALID);
                }
}

/* One dimension, walked as numpy's slices are. */
struct walk {
    int32_t size, begin, end, stride;
    bool begin_mask, end_mask, offset;
};

static int first_index(const struct walk *walk)
{
    int first = walk->begin < 0 ? walk->begin + walk->size : walk->begin;
    if (walk->begin_mask)
        return walk->stride > 0 ? 0 : walk->size - 1;
    if (walk->stride > 0)
        return first < 0 ? 0 : first;
    return first >= walk->size ? walk->size - 1 : first;
}

/* The number of indices, the first of which is *first. */
static int count_indices(const struct walk *walk, int *first)
{
    int count = 0, end = walk->end < 0 ? walk->end + walk->size : walk->end;
    *first = first_index(walk);
    if (walk->offset)
        end = *first + walk->end;
    for (int i = *first; i >= 0 && i < walk->size; i += walk->stride, count++)
        if (!walk->end_mask && (walk->stride > 0 ? i >= end : i <= end))
            break;
    return count;
}

static void check_walk(const struct graph *graph, const struct walk *walk)
{
    struct node *node = &graph->nodes[0];
    struct slice_plan plan;
    struct error error;
    int first, count = count_indices(walk, &first);
    graph->tensors[0].shape.dim[0] = walk->size;
    const int32_t values[] = {walk->begin, walk->end, walk->stride};
    for (int i = 0; i < 3; i++)
        memcpy((void *)(uintptr_t)graph->tensors[1 + i].data, &values[i], sizeof(values[i]));
    node->params.slice = (struct slice_params){
        .begin_mask = walk->begin_mask, .end_mask = walk->end_mask, .offset = walk->offset};
    assert_int_equal(infer_strided_slice_plan(graph, node, &plan, &error), STATUS_OK);
    if (plan.extent[0] != count || plan.out.rank != 1 || plan.out.dim[0] != count ||
        (count > 0 && plan.begin[0] != first) || plan.stride[0] != walk->stride)
        fail_msg("%d[%d:%d:%d] with masks %d %d %d: %d from %d, expected %d from %d", walk->size,
                 walk->begin, walk->end, walk->stride, walk->begin_mask, walk->end_mask,
                 walk->offset, plan.extent[0], plan.begin[0], count, first);
}

static void strided_slices_are_walked(void **state)
{
    struct graph *graph = graph_new("slice");
    const int32_t one = 1;
    int inputs[4] = {harness_tensor(graph, TYPE_F32, SHAPE(5), 0.0f, 0)};
    (void)state;
    for (int i = 1; i < 4; i++)
        inputs[i] = harness_constant(graph, TYPE_I32, SHAPE(1), 0.0f, 0, &one);
    int out = harness_tensor(graph, TYPE_F32, SHAPE(5), 0.0f, 0);
    graph_add_node(graph, OP_STRIDED_SLICE, inputs, 4, &out, 1, NULL);
    for (int size = 0; size <= 4; size++)
        for (int begin = -6; begin <= 6; begin++)
            for (int end = -6; end <= 6; end++)
                for (int stride = -3; stride <= 3; stride++)
                    for (int masks = 0; stride != 0 && masks < 8; masks++) {
                        struct walk walk = {size,           begin,           end,
                                            stride,         (masks & 1) > 0, (masks & 2) > 0,
                                            (masks & 4) > 0};
                        /* An offset is a length, which has no meaning backwards. */
                        if (!walk.offset || (end >= 0 && stride > 0))
                            check_walk(graph, &walk);
                    }
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_counted),
        cmocka_unit_test(strided_slices_are_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
