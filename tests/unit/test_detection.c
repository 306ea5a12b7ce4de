/* DETECTION_POSTPROCESS: what TFLite's own test of the operator has, a definition of its own over
 * random boxes, and its way through files and modes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/call.h"
#include "formats/model.h"
#include "formats/tflite/tflite.h"
#include "graph/comparable.h"
#include "graph/infer.h"
#include "graph_harness.h"
#include "kernel_cases.h"
#include "kernels/fault.h"
#include "model/load.h"
#include "network_harness.h"
#include "tflite_harness.h"

enum { BOXES, CLASSES, SCORES, COUNT, OUTPUTS };

/* --- examples: figures of TensorFlow's tensorflow/lite/kernels/detection_postprocess_test.cc
 */

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

static union op_params example_params(void)
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

struct example {
    bool is_regular, has_background, has_keypoint, has_equal_scores;
    int classes_per_box, per_class;
    int count, found;                      /* places of the outputs; boxes */
    float boxes[6], classes[6], scores[6]; /* boxes: the left side */
};

static const struct example examples[] = {
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

/* The example as a graph whose inputs are the encodings and the scores, of a type. */
static struct graph *example_graph(const struct example *example, enum type type, void *inputs[2])
{
    struct graph *graph = graph_new("detector");
    int length = 4 + example->has_keypoint, depth = 2 + example->has_background;
    int in[3] = {add_example_tensor(graph, type, SHAPE(1, EXAMPLES_BOXES, length), -1.0f, 1.0f),
                 add_example_tensor(graph, type, SHAPE(1, EXAMPLES_BOXES, depth), 0.0f, 1.0f),
                 add_example_tensor(graph, type, SHAPE(EXAMPLES_BOXES, 4), 0.0f, 100.5f)};
    int out[OUTPUTS];
    void *elements[3];
    union op_params params = example_params();
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

static void check_example(const struct example *example, float *const *outputs, double bound)
{
    float boxes[24] = {0.0f};
    for (int i = 0; i < example->count; i++) {
        bool is_found = i < example->found * example->classes_per_box;
        const float box[] = {0, example->boxes[i], 1, example->boxes[i] + 1};
        memcpy(boxes + 4 * i, box, is_found ? sizeof(box) : 0);
    }
    harness_near(outputs[BOXES], boxes, 4 * (size_t)example->count, bound, 0.0);
    harness_near(outputs[CLASSES], example->classes, (size_t)example->count, 0.0, 0.0);
    harness_near(outputs[SCORES], example->scores, (size_t)example->count,
                 example->has_equal_scores ? 1e-7 : bound * 1e-2, 0.0);
    harness_near(outputs[COUNT], (const float[]){(float)example->found}, 1, 0.0, 0.0);
}

static void check_shapes(const struct graph *graph, int count)
{
    const struct shape boxes = SHAPE(1, count, 4), list = SHAPE(1, count), one = SHAPE(1);
    const struct shape *shapes[OUTPUTS] = {&boxes, &list, &list, &one};
    for (int i = 0; i < OUTPUTS; i++) {
        const struct tensor *tensor = &graph->tensors[graph->outputs[i]];
        assert_int_equal(tensor->type, TYPE_F32);
        assert_true(shape_equal(&tensor->shape, shapes[i]));
    }
}

/* Written and read, as it is run. A quantized scale of 100.5 / 255 leaves a box 0.3 off. */
static void examples_are_those_of_tflite(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * ROWS(examples); i++) {
        const struct example *example = &examples[i / 2];
        enum type type = i % 2 || example->has_equal_scores ? TYPE_U8 : TYPE_F32;
        void *inputs[2], *outputs[OUTPUTS];
        struct graph *graph = example_graph(example, type, inputs);
        struct graph *read = harness_through_file(graph, ".tflite");
        check_shapes(read, example->count);
        harness_graph_run(read, ISA_REFERENCE, 2, (const void *const *)inputs, outputs);
        if (type == TYPE_U8 && example->is_regular) /* .93 and .95 are 237 and 242 of 255 */
            assert_true(((float *)outputs[SCORES])[1] < 0.93f);
        check_example(example, (float *const *)outputs, type == TYPE_U8 ? 0.3 : 1e-5);
        graph_free(read);
        graph_free(graph);
    }
}

/* --- the definition over random boxes */

struct truth {
    double boxes[40][4];
    float chosen[40];
};

/* In double precision, but rounded where the operator has float32. */
static void decode(const struct kernel_case *c, const struct detection_params *params, int count,
                   struct truth *truth)
{
    int length = case_shape(c, 0)->dim[2];
    for (int i = 0; i < count; i++) {
        double y = case_real(c, 0, (size_t)(i * length)),
               x = case_real(c, 0, (size_t)(i * length + 1));
        double h = case_real(c, 0, (size_t)(i * length + 2)),
               w = case_real(c, 0, (size_t)(i * length + 3));
        double at[4];
        for (int k = 0; k < 4; k++)
            at[k] = case_real(c, 2, (size_t)(i * 4 + k));
        float center_y = (float)(y / (double)params->y_scale * at[2] + at[0]);
        float center_x = (float)(x / (double)params->x_scale * at[3] + at[1]);
        float half_h = (float)(0.5 * exp(h / (double)params->h_scale) * at[2]);
        float half_w = (float)(0.5 * exp(w / (double)params->w_scale) * at[3]);
        truth->boxes[i][0] = (double)(center_y - half_h);
        truth->boxes[i][1] = (double)(center_x - half_w);
        truth->boxes[i][2] = (double)(center_y + half_h);
        truth->boxes[i][3] = (double)(center_x + half_w);
    }
}

static double overlap(const double *a, const double *b)
{
    double common = 1.0, area_a = 1.0, area_b = 1.0;
    for (int d = 0; d < 2; d++) {
        common *= fmax(fmin(a[d + 2], b[d + 2]) - fmax(a[d], b[d]), 0.0);
        area_a *= a[d + 2] - a[d];
        area_b *= b[d + 2] - b[d];
    }
    return area_a > 0.0 && area_b > 0.0 ? common / (area_a + area_b - common) : 0.0;
}

struct entry {
    float score;
    int box, class, order;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    return x->order - y->order;
}

/* Sorts what reaches the threshold, then keeps what overlaps nothing kept by more than the other
 * threshold; appends at most so many to the list. */
static int suppress(const struct truth *truth, const struct detection_params *params, int count,
                    int class, int most, struct entry *list, int n_list)
{
    struct entry sorted[40];
    int n = 0, first = n_list;
    for (int i = 0; i < count; i++)
        if (truth->chosen[i] >= params->score_threshold)
            sorted[n++] = (struct entry){truth->chosen[i], i, class, i};
    qsort(sorted, (size_t)n, sizeof(*sorted), compare_entries);
    for (int i = 0; i < n && n_list - first < most; i++) {
        bool stays = true;
        for (int k = first; k < n_list; k++)
            stays = stays && overlap(truth->boxes[list[k].box], truth->boxes[sorted[i].box]) <=
                                 (double)params->iou_threshold;
        if (stays)
            list[n_list++] = sorted[i];
    }
    return n_list;
}

static int classes_of_box(const float *of_box, int classes, struct entry *sorted)
{
    for (int k = 0; k < classes; k++)
        sorted[k] = (struct entry){of_box[k], 0, k, k};
    qsort(sorted, (size_t)classes, sizeof(*sorted), compare_entries);
    return classes;
}

/* What each place of the outputs holds; how many boxes there are. */
static int expect(struct truth *truth, const struct detection_params *params, int count,
                  const float *of_boxes, int depth, struct entry *places)
{
    struct entry list[40 * 5], sorted[5];
    int classes = params->num_classes, n = 0, per_box = params->max_classes_per_detection;
    of_boxes += depth - classes;
    for (int class = 0; params->use_regular_nms && class < classes; class ++) {
        for (int i = 0; i < count; i++)
            truth->chosen[i] = of_boxes[i * depth + class];
        n = suppress(truth, params, count, class, params->detections_per_class, list, n);
    }
    if (params->use_regular_nms) {
        for (int i = 0; i < n; i++)
            list[i].order = i;
        qsort(list, (size_t)n, sizeof(*list), compare_entries);
        n = n < params->max_detections ? n : params->max_detections;
        memcpy(places, list, (size_t)n * sizeof(*list));
        return n;
    }
    for (int i = 0; i < count; i++) {
        classes_of_box(of_boxes + i * depth, classes, sorted);
        truth->chosen[i] = sorted[0].score;
    }
    n = suppress(truth, params, count, 0, params->max_detections, list, 0);
    for (int i = 0; i < n; i++) {
        classes_of_box(of_boxes + list[i].box * depth, classes, sorted);
        for (int k = 0; k < per_box && k < classes; k++) {
            places[i * per_box + k] = sorted[k];
            places[i * per_box + k].box = list[i].box;
        }
    }
    return n;
}

static union op_params random_params(void)
{
    union op_params params = example_params();
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

static void compare(struct kernel_case *c, const struct truth *truth, const struct entry *places,
                    int n_places, int found)
{
    const float *boxes = case_run_output(c, BOXES);
    for (int i = 0; i < n_places; i++)
        for (int k = 0; k < 4; k++) {
            double expected = places[i].box < 0 ? 0.0 : truth->boxes[places[i].box][k];
            assert_true((double)boxes[i * 4 + k] == expected);
        }
    const float *classes = case_run_output(c, CLASSES);
    for (int i = 0; i < n_places; i++)
        assert_true(classes[i] == (places[i].box < 0 ? 0.0f : (float)places[i].class));
    const float *of_places = case_run_output(c, SCORES);
    for (int i = 0; i < n_places; i++)
        assert_true(of_places[i] == (places[i].box < 0 ? 0.0f : places[i].score));
    assert_true(*(const float *)case_run_output(c, COUNT) == (float)found);
}

static void random_case(void)
{
    union op_params params = random_params();
    const struct detection_params *p = &params.detection;
    int count = case_between(0, 40), depth = p->num_classes + case_between(0, 1);
    int n_places = p->max_detections * p->max_classes_per_detection;
    const struct kind real = F32;
    struct truth truth;
    struct entry places[36];
    struct kernel_case c;
    case_init(&c);
    case_input(&c, real, SHAPE(1, count, 4 + 2 * case_between(0, 1)), 3.0);
    case_input(&c, real, SHAPE(1, count, depth), 1.0);
    case_constant(&c, real, SHAPE(count, 4), 2.0);
    for (size_t i = 0; i < case_count(&c, 2); i++) /* some are lines and points */
        if (i % 4 > 1)
            ((float *)c.elements[2])[i] = case_between(0, 9) ? (float)case_uniform(0.2, 2.0) : 0.0f;
    for (size_t i = 0; i < case_count(&c, 1); i++) /* many are equal */
        ((float *)c.elements[1])[i] = (float)case_between(-1, 9) / 8.0f;
    for (int i = 0; i < n_places; i++)
        places[i].box = -1;
    decode(&c, p, count, &truth);
    int found = expect(&truth, p, count, c.elements[1], depth, places);
    case_node(&c, OP_DETECTION_POSTPROCESS, &params, real, OUTPUTS);
    compare(&c, &truth, places, n_places, found);
    case_release(&c);
}

static void boxes_are_those_of_the_definition(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++)
        random_case();
    static const enum op ops[] = {OP_DETECTION_POSTPROCESS};
    cases_reached(ops, ROWS(ops));
}

/* --- what has no result */

static void a_box_turned_inside_out_is_told_of(void **state)
{
    void *inputs[2];
    struct graph *graph = example_graph(&examples[0], TYPE_F32, inputs);
    struct error error;
    struct kernel_fault fault = {.node = NULL};
    (void)state;
    float *changed = arena_copy(graph->arena, anchors, sizeof(anchors));
    changed[4 * 2 + 3] = -1.0f;
    changed[4 * 5 + 2] = -1.0f;
    graph->tensors[graph->nodes[0].inputs[2]].data = changed;
    lite_need(infer_node(graph, &graph->nodes[0], &error), &error);
    struct kernel_call call = call_new(graph, &graph->nodes[0], 1, graph->arena);
    const struct kernel *kernel = harness_kernel(graph, ISA_REFERENCE, true);
    lite_need(kernel->prepare(&call, graph->arena, &error), &error);
    for (int i = 0; i < 2; i++)
        call.inputs[i].data = inputs[i];
    for (int i = 0; i < OUTPUTS; i++)
        call.outputs[i].data = arena_alloc(graph->arena, tensor_bytes(call.outputs[i].tensor));
    call.scratch = arena_alloc(graph->arena, call.scratch_bytes);
    call.fault = &fault;
    kernel->run(&call, 0, 0, 1, 0);
    assert_int_equal(fault_check(&fault, &error), STATUS_FORMAT);
    assert_string_equal(error.text, "box 2 ends before it begins: its anchor has a negative size");
    assert_true(*(const float *)call.outputs[COUNT].data == 0.0f);
    graph_free(graph);
}

static void other_types_are_refused(void **state)
{
    const struct kind real = F32, whole = {TYPE_I32, 0.0f, 0};
    union op_params params = example_params();
    struct error error;
    struct kernel_case c;
    (void)state;
    case_init(&c);
    case_input(&c, real, SHAPE(1, 6, 4), 1.0);
    case_input(&c, whole, SHAPE(1, 6, 2), 1.0);
    case_input(&c, real, SHAPE(6, 4), 1.0);
    case_node(&c, OP_DETECTION_POSTPROCESS, &params, real, OUTPUTS);
    assert_int_equal(harness_prepare(c.graph, c.kernel, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.text, "input 1 is int32, expected float32");
    case_release(&c);
}

/* Shapes of the inputs, 0: as it should be; options, 0 likewise; and the message, NULL: there is
 * none. */
struct wrong {
    struct shape in[3];
    struct detection_params params;
    const char *text;
};

static void wrong_shapes_and_options_are_named(void **state)
{
    static const struct wrong rows[] = {
        {.text = NULL},
        {.in = {SHAPE(1, 9, 6), SHAPE(1, 9, 2), SHAPE(9, 4)}, .text = NULL},
        {.in = {SHAPE(1, 0, 4), SHAPE(1, 0, 2), SHAPE(0, 4)}, .text = NULL},
        {.params.h_scale = -1.0f, .text = NULL},
        {.in = {SHAPE(1, 9, 3)},
         .text = "box encodings 1x9x3, class scores 1x9x3 and anchors 9x4 are not those of one "
                 "list of boxes"},
        {.in = {SHAPE(9, 4)}, .text = "not those of one list"},
        {.in = {{0}, SHAPE(1, 8, 3)}, .text = "not those of one list"},
        {.in = {{0}, {0}, SHAPE(8, 4)}, .text = "not those of one list"},
        {.in = {{0}, {0}, SHAPE(9, 5)}, .text = "not those of one list"},
        {.in = {SHAPE(2, 9, 4), SHAPE(2, 9, 3)}, .text = "a batch of 2 images, expected 1"},
        {.in = {{0}, SHAPE(1, 9, 1)},
         .text = "1 scores per box for 2 classes: expected one each, and at most one for the "
                 "background"},
        {.in = {{0}, SHAPE(1, 9, 4)}, .text = "4 scores per box for 2 classes"},
        {.params.max_detections = -1, .text = "option 'max_detections' is -1, expected at least 1"},
        {.params.max_classes_per_detection = -1, .text = "'max_classes_per_detection' is -1"},
        {.params.num_classes = -1, .text = "option 'num_classes' is -1, expected at least 1"},
        {.params = {.use_regular_nms = 1, .detections_per_class = -1},
         .text = "option 'detections_per_class' is -1, expected at least 1"},
        {.params = {.max_detections = 1 << 20, .max_classes_per_detection = 1 << 20},
         .text = "1099511627776 detections, at most 536870911 are supported"},
        {.params.iou_threshold = 1.5f,
         .text = "option 'nms_iou_threshold' is 1.5, expected more than 0, at most 1"},
        {.params.iou_threshold = -0.5f, .text = "option 'nms_iou_threshold' is -0.5"},
        {.params.iou_threshold = NAN, .text = "option 'nms_iou_threshold' is"},
        {.params.score_threshold = NAN, .text = "option 'nms_score_threshold' is no number"},
        {.params.y_scale = INFINITY, .text = "option 'y_scale' is inf, expected a number"},
        {.params.x_scale = NAN, .text = "option 'x_scale' is"},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct shape usual[] = {SHAPE(1, 9, 4), SHAPE(1, 9, 3), SHAPE(9, 4)};
        struct graph *graph = graph_new("g");
        union op_params params = example_params();
        int in[3], out[OUTPUTS];
        struct error error = {0};
        for (size_t k = 0; k < sizeof(rows[i].params) / 4; k++) { /* all members have four bytes */
            const char *given = (const char *)&rows[i].params + 4 * k;
            if (memcmp(given, &(int32_t){0}, 4) != 0)
                memcpy((char *)&params.detection + 4 * k, given, 4);
        }
        for (int k = 0; k < 3; k++)
            in[k] = harness_tensor(graph, TYPE_F32, rows[i].in[k].rank ? rows[i].in[k] : usual[k],
                                   0.0f, 0);
        for (int k = 0; k < OUTPUTS; k++)
            out[k] = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
        const struct node *node =
            graph_add_node(graph, OP_DETECTION_POSTPROCESS, in, 3, out, OUTPUTS, &params);
        enum status status = infer_node(graph, node, &error);
        if ((status == STATUS_OK) != !rows[i].text ||
            (rows[i].text && !strstr(error.text, rows[i].text)))
            fail_msg("row %zu: %s", i, error.text);
        graph_free(graph);
    }
}

/* Changes a byte of the file behind this text, which it has once. */
static void patch(struct lite_file *file, const char *text, size_t behind, unsigned char byte)
{
    size_t length = strlen(text), at = 0;
    while (at + length <= file->size && memcmp(file->bytes + at, text, length) != 0)
        at++;
    assert_true(at + length + behind < file->size);
    file->bytes[at + length + behind] = byte;
}

/* Of options that the file does not have, and of those with other types. What a file lacks is as
 * TFLite has it: nothing, but a limit of 100 for each class. */
static void options_of_others_are_read_or_named(void **state)
{
    static const struct {
        const char *text;
        size_t behind; /* the byte that is changed */
        unsigned char byte;
        const char *message; /* NULL: it is read */
    } rows[] = {
        {"detections_per_clas", 0, 'z', NULL},
        {"max_detection", 0, 'z', "option 'max_detections' is 0, expected at least 1"},
        {"num_classe", 0, 'z', "option 'num_classes' is 0, expected at least 1"},
        {"y_scal", 0, 'f', "option 'y_scale' is 0, expected a number other than 0"},
        {"w_scale", 1, 'a', "the options: names that are not in order"},
        {"TFLite_Detection_PostProces", 0, 'z', "custom 'TFLite_Detection_PostProcesz' x1"},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        void *inputs[2];
        struct graph *graph = example_graph(&examples[4], TYPE_F32, inputs), *read;
        struct lite_file file = lite_write_and_read(graph);
        struct error error = {0};
        assert_int_equal(file.graph->nodes[0].params.detection.detections_per_class, 1);
        patch(&file, rows[i].text, rows[i].behind, rows[i].byte);
        unsigned char *bytes = xcalloc(file.size, 1);
        memcpy(bytes, file.bytes, file.size);
        enum status status = graph_load_bytes("m", bytes, file.size, NULL, &read, &error);
        if ((status == STATUS_OK) != !rows[i].message ||
            (rows[i].message && !strstr(error.text, rows[i].message)))
            fail_msg("row %zu: %s", i, error.text);
        if (status == STATUS_OK) {
            assert_int_equal(read->nodes[0].params.detection.detections_per_class, 100);
            graph_free(read);
        }
        lite_file_release(&file);
        graph_free(graph);
    }
}

/* --- files and modes */

static void options_survive_a_file(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        void *inputs[2];
        struct graph *graph = example_graph(&examples[i % 6], TYPE_F32, inputs);
        graph->nodes[0].params = random_params();
        struct lite_file file = lite_write_and_read(graph);
        assert_int_equal(file.graph->n_nodes, 1);
        assert_int_equal(file.graph->nodes[0].op, OP_DETECTION_POSTPROCESS);
        assert_memory_equal(&file.graph->nodes[0].params.detection,
                            &graph->nodes[0].params.detection, sizeof(struct detection_params));
        lite_file_release(&file);
        graph_free(graph);
    }
}

/* Of a file cut short, or with a byte changed, there is a graph or an error. */
static void damaged_files_are_no_crash(void **state)
{
    void *inputs[2];
    struct graph *graph = example_graph(&examples[0], TYPE_U8, inputs), *read;
    struct error error;
    struct lite_file file = lite_write_and_read(graph);
    (void)state;
    for (size_t i = 0; i < 4 * file.size; i++) {
        size_t at = i % file.size;
        unsigned char before = file.bytes[at];
        file.bytes[at] = (unsigned char)random_below(&case_random, 256);
        if (graph_load_bytes("m", memcpy(xcalloc(file.size, 1), file.bytes, file.size), file.size,
                             NULL, &read, &error) == STATUS_OK)
            graph_free(read);
        file.bytes[at] = before;
    }
    lite_file_release(&file);
    graph_free(graph);
}

/* Encodings and scores out of an image; two anchors per pixel of 2 x 2. */
static struct graph *small_detector(void)
{
    struct random random = {7};
    struct graph *graph = network_new(SHAPE(1, 2, 2, 8));
    union op_params params = example_params();
    const int32_t to[][3] = {{1, 8, 4}, {1, 8, 2}};
    int heads[3], out[OUTPUTS];
    for (int i = 0; i < 2; i++) {
        int weights = network_constant(graph, &random, SHAPE(to[i][2] * 2, 1, 1, 8), -0.5, 0.5);
        union op_params conv;
        params_init(&conv, op_table[OP_CONV_2D].params);
        conv.conv.stride_h = conv.conv.stride_w = 1;
        int bias = network_constant(graph, &random, SHAPE(to[i][2] * 2), -0.5, 0.5);
        int made =
            harness_node(graph, OP_CONV_2D, (int[]){0, weights, bias}, 3, &conv, TYPE_F32, 0.0f, 0);
        heads[i] = harness_node(graph, OP_RESHAPE, (int[]){made, harness_ints(graph, to[i], 3)}, 2,
                                NULL, TYPE_F32, 0.0f, 0);
    }
    heads[1] = harness_node(graph, OP_LOGISTIC, &heads[1], 1, NULL, TYPE_F32, 0.0f, 0);
    heads[2] = network_constant(graph, &random, SHAPE(8, 4), 0.1, 1.0);
    for (int i = 0; i < OUTPUTS; i++) {
        out[i] = harness_tensor(graph, TYPE_F32, SHAPE(1), 0.0f, 0);
        graph->tensors[out[i]].name = arena_printf(graph->arena, "out%d", i);
    }
    struct error error;
    const struct node *node =
        graph_add_node(graph, OP_DETECTION_POSTPROCESS, heads, 3, out, OUTPUTS, &params);
    lite_need(infer_node(graph, node, &error), &error);
    graph_set_outputs(graph, out, OUTPUTS);
    return graph;
}

static void it_stays_float_in_every_mode(void **state)
{
    static const char *const modes[] = {"fp32", "fp16", "dynamic", "int8", "int8-io", "16x8"};
    (void)state;
    for (size_t i = 0; i < ROWS(modes); i++) {
        struct graph *graph = small_detector();
        network_quantize(graph, modes[i]);
        const struct node *node = network_node(graph, OP_DETECTION_POSTPROCESS);
        check_shapes(graph, 3); /* outputs are real numbers, in int8-io as well */
        for (int k = 0; k < 3; k++)
            assert_int_equal(node_input(graph, node, k)->type, TYPE_F32);
        for (int k = 0; k < OUTPUTS; k++)
            assert_int_equal(node_output(graph, node, k)->type, TYPE_F32);
        if (i >= 3) {
            assert_int_equal(network_node(graph, OP_CONV_2D)->op, OP_CONV_2D);
            assert_int_not_equal(node_input(graph, network_node(graph, OP_CONV_2D), 0)->type,
                                 TYPE_F32);
        }
        struct graph *read = harness_through_file(graph, ".tflite");
        float image[32] = {0.0f};
        const void *inputs[] = {image};
        void *outputs[OUTPUTS];
        harness_graph_run(read, isa_best(), 2, inputs, outputs);
        graph_free(read);
        graph_free(graph);
    }
}

/* What a list is made of, and whatever is made of the list, is compared by what it is chosen from;
 * what was not computed is not. */
static void encodings_and_scores_are_compared(void **state)
{
    struct graph *graph = small_detector();
    int list[2 * OUTPUTS + 2], count = graph->outputs[COUNT];
    const struct node *node = network_node(graph, OP_DETECTION_POSTPROCESS);
    int expected[] = {node->inputs[0], node->inputs[1]};
    (void)state;
    assert_true(graph_hides_boxes(graph));
    assert_int_equal(graph_comparable(graph, list), 2);
    assert_memory_equal(list, expected, sizeof(expected));
    int other = harness_node(graph, OP_TANH, (int[]){0}, 1, NULL, TYPE_F32, 0.0f, 0);
    int behind = harness_node(graph, OP_ADD, (int[]){other, count}, 2, NULL, TYPE_F32, 0.0f, 0);
    graph_set_outputs(graph, (int[]){other, behind}, 2);
    assert_int_equal(graph_comparable(graph, list), 3);
    assert_int_equal(list[0], other);
    assert_memory_equal(list + 1, expected, sizeof(expected));
    graph_set_outputs(graph, &other, 1);
    assert_false(graph_hides_boxes(graph));
    graph_free(graph);
    void *inputs[2];
    graph = example_graph(&examples[0], TYPE_F32, inputs);
    assert_false(graph_hides_boxes(graph));
    assert_int_equal(graph_comparable(graph, list), OUTPUTS);
    assert_memory_equal(list, graph->outputs, OUTPUTS * sizeof(*list));
    graph_free(graph);
}

static void onnx_files_do_not_have_it(void **state)
{
    const struct model_format *format = model_format_for(".onnx");
    struct graph *graph = small_detector();
    unsigned char *bytes;
    size_t size;
    struct error error;
    (void)state;
    assert_int_equal(model_write(format, graph, NULL, &bytes, &size, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.text,
                           "operator DETECTION_POSTPROCESS cannot be expressed in .onnx "
                           "files: no operator there suppresses boxes as it does"));
    graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_those_of_tflite),
        cmocka_unit_test(boxes_are_those_of_the_definition),
        cmocka_unit_test(a_box_turned_inside_out_is_told_of),
        cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(wrong_shapes_and_options_are_named),
        cmocka_unit_test(options_of_others_are_read_or_named),
        cmocka_unit_test(options_survive_a_file),
        cmocka_unit_test(damaged_files_are_no_crash),
        cmocka_unit_test(it_stays_float_in_every_mode),
        cmocka_unit_test(encodings_and_scores_are_compared),
        cmocka_unit_test(onnx_files_do_not_have_it),
    };
    case_random.state = 5;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
