#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detection_harness.h"
#include "kernel_cases.h"
#include "node_harness.h"

#define EXAMPLES_BOXES 6

static const float encodings[EXAMPLES_BOXES][4] = {{0, 0, 0, 0}, {0, 1, 0, 0}, {0, -1, 0, 0},
                                                   {0, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}};
static const float anchors[EXAMPLES_BOXES][4] = {{.5f, .5f, 1, 1},   {.5f, .5f, 1, 1},
                                                 {.5f, .5f, 1, 1},   {.5f, 10.5f, 1, 1},
                                                 {.5f, 10.5f, 1, 1}, {.5f, 100.5f, 1, 1}};
static const float scores[EXAMPLES_BOXES][2] = {{.9f, .8f},   {.75f, .72f}, {.6f, .5f},
                                                {.93f, .95f}, {.5f, .4f},   {.3f, .2f}};
/* Of a network, with equal ones among them. */
static const float equal_scores[EXAMPLES_BOXES][2] = {{.015625f, .007812f}, {.003906f, .015625f},
                                                      {.015625f, .007812f}, {.019531f, .019531f},
                                                      {.007812f, .003906f}, {.003906f, .003906f}};

union op_params detection_example_params(void)
{
    union op_params params;
    params_init(&params, op_table[OP_DETECTION_POSTPROCESS].params);
    params.detection.max_detections = 3;
    params.detection.max_classes_per_detection = 1;
    params.detection.num_classes = 2;
    params.detection.iou_threshold = 0.5f;
    params.detection.y_scale = params.detection.x_scale = 10.0f;
    params.detection.h_scale = params.detection.w_scale = 5.0f;
    return params;
}

const struct example detection_examples[] = {
    {false, true, false, false, 1, 100, 3, 3, {10, 0, 100}, {1, 0, 0}, {.95f, .9f, .3f}},
    {false, false, false, false, 1, 100, 3, 3, {10, 0, 100}, {1, 0, 0}, {.95f, .9f, .3f}},
    {false, true, true, false, 1, 1, 3, 3, {10, 0, 100}, {1, 0, 0}, {.95f, .9f, .3f}},
    {false,
     true,
     false,
     false,
     2,
     100,
     6,
     3,
     {10, 10, 0, 0, 100, 100},
     {1, 0, 0, 1, 0, 1},
     {.95f, .93f, .9f, .8f, .3f, .2f}},
    {true, true, false, false, 1, 1, 3, 2, {10, 10, 0}, {1, 0, 0}, {.95f, .93f, 0}},
    {false,
     false,
     true,
     true,
     1,
     1,
     3,
     3,
     {10, 0, 100},
     {0, 0, 0},
     {.0196078f, .0156863f, .00392157f}},
};
const size_t detection_example_count = sizeof(detection_examples) / sizeof(detection_examples[0]);

/* The numbers of a row in a type: uint8 counts in steps from the lowest one. */
static void store(enum type type, float low, float high, float value, void *elements, size_t i)
{
    if (type == TYPE_F32)
        ((float *)elements)[i] = value;
    else
        ((uint8_t *)elements)[i] = (uint8_t)lroundf((value - low) / ((high - low) / 255.0f));
}

static int add_example_tensor(struct graph *graph, enum type type, struct shape shape, float low,
                              float high)
{
    float scale = (high - low) / 255.0f;
    bool is_real = type == TYPE_F32;
    return harness_tensor(graph, type, shape, is_real ? 0.0f : scale,
                          is_real ? 0 : (int32_t)lroundf(-low / scale));
}

struct graph *detection_example_graph(const struct example *example, enum type type,
                                      void *inputs[2])
{
    struct graph *graph = graph_new("detector");
    int length = 4 + example->has_keypoint, depth = 2 + example->has_background;
    int in[3] = {add_example_tensor(graph, type, SHAPE(1, EXAMPLES_BOXES, length), -1.0f, 1.0f),
                 add_example_tensor(graph, type, SHAPE(1, EXAMPLES_BOXES, depth), 0.0f, 1.0f),
                 add_example_tensor(graph, type, SHAPE(EXAMPLES_BOXES, 4), 0.0f, 100.5f)};
    int out[OUTPUTS];
    void *elements[3];
    union op_params params = detection_example_params();
    for (int i = 0; i < 3; i++)
        elements[i] = arena_alloc(graph->arena, tensor_bytes(&graph->tensors[in[i]]));
    for (int i = 0; i < EXAMPLES_BOXES; i++) {
        const float *own = example->has_equal_scores ? equal_scores[i] : scores[i];
        for (int k = 0; k < length; k++)
            store(type, -1, 1, k < 4 ? encodings[i][k] : 1, elements[0], (size_t)(i * length + k));
        for (int k = 0; k < depth; k++)
            store(type, 0, 1, k < depth - 2 ? 0 : own[k - (depth - 2)], elements[1],
                  (size_t)(i * depth + k));
        for (int k = 0; k < 4; k++)
            store(type, 0, 100.5f, anchors[i][k], elements[2], (size_t)(i * 4 + k));
    }
    graph->tensors[in[2]].data = elements[2];
    inputs[0] = elements[0];
    inputs[1] = elements[1];
    for (int i = 0; i < OUTPUTS; i++) {
        out[i] = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
        graph->tensors[out[i]].name = arena_printf(graph->arena, "out%d", i);
    }
    params.detection.use_regular_nms = example->is_regular;
    params.detection.max_classes_per_detection = example->classes_per_box;
    params.detection.detections_per_class = example->per_class;
    graph_add_node(graph, OP_DETECTION_POSTPROCESS, in, 3, out, OUTPUTS, &params);
    graph_set_inputs(graph, in, 2);
    graph_set_outputs(graph, out, OUTPUTS);
    return graph;
}

void detection_check_shapes(const struct graph *graph, int count)
{
    const struct shape boxes = SHAPE(1, count, 4), list = SHAPE(1, count), one = SHAPE(1);
    const struct shape *shapes[OUTPUTS] = {&boxes, &list, &list, &one};
    for (int i = 0; i < OUTPUTS; i++) {
        const struct tensor *tensor = &graph->tensors[graph->outputs[i]];
        assert_int_equal(tensor->type, TYPE_F32);
        assert_true(shape_equal(&tensor->shape, shapes[i]));
    }
}

union op_params detection_random_params(void)
{
    union op_params params = detection_example_params();
    params.detection.max_detections = case_between(1, 12);
    params.detection.max_classes_per_detection = case_between(1, 3);
    params.detection.detections_per_class = case_between(1, 12);
    params.detection.use_regular_nms = case_between(0, 1);
    params.detection.num_classes = case_between(1, 5);
    params.detection.score_threshold = case_between(0, 2) ? 0.0f : 0.5f;
    params.detection.iou_threshold = (float)case_uniform(0.05, 1.0);
    params.detection.y_scale = (float)case_uniform(1.0, 12.0);
    params.detection.w_scale = (float)case_uniform(1.0, 12.0);
    return params;
}
