/* DETECTION_POSTPROCESS: what TFLite's own test of the operator has, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detection_harness.h"
#include "engine/call.h"
#include "graph/infer.h"
#include "graph_harness.h"
#include "kernel_cases.h"
#include "kernels/fault.h"
#include "model/load.h"
#include "need.h"
#include "tflite_harness.h"

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

/* Written and read, as it is run. A quantized scale of 100.5 / 255 leaves a box 0.3 off. */
static void examples_are_those_of_tflite(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * detection_example_count; i++) {
        const struct example *example = &detection_examples[i / 2];
        enum type type = i % 2 || example->has_equal_scores ? TYPE_U8 : TYPE_F32;
        void *inputs[2], *outputs[OUTPUTS];
        struct graph *graph = detection_example_graph(example, type, inputs);
        struct graph *read = harness_through_file(graph, ".tflite");
        detection_check_shapes(read, example->count);
        harness_graph_run(read, ISA_REFERENCE, 2, (const void *const *)inputs, outputs);
        if (type == TYPE_U8 && example->is_regular) /* .93 and .95 are 237 and 242 of 255 */
            assert_true(((float *)outputs[SCORES])[1] < 0.93f);
        check_example(example, (float *const *)outputs, type == TYPE_U8 ? 0.3 : 1e-5);
        graph_free(read);
        graph_free(graph);
    }
}

static void a_box_turned_inside_out_is_told_of(void **state)
{
    void *inputs[2];
    struct graph *graph = detection_example_graph(&detection_examples[0], TYPE_F32, inputs);
    struct error error;
    struct kernel_fault fault = {.node = NULL};
    (void)state;
    struct tensor *anchors = &graph->tensors[graph->nodes[0].inputs[2]];
    float *changed = arena_copy(graph->arena, anchors->data, tensor_bytes(anchors));
    changed[4 * 2 + 3] = -1.0f;
    changed[4 * 5 + 2] = -1.0f;
    anchors->data = changed;
    need(infer_node(graph, &graph->nodes[0], &error), &error);
    struct kernel_call call = call_new(graph, &graph->nodes[0], 1, graph->arena);
    const struct kernel *kernel = harness_kernel(graph, ISA_REFERENCE, true);
    need(kernel->prepare(&call, graph->arena, &error), &error);
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
    union op_params params = detection_example_params();
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
        union op_params params = detection_example_params();
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
        struct graph *graph = detection_example_graph(&detection_examples[4], TYPE_F32, inputs),
                     *read;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_those_of_tflite),
        cmocka_unit_test(a_box_turned_inside_out_is_told_of),
        cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(wrong_shapes_and_options_are_named),
        cmocka_unit_test(options_of_others_are_read_or_named),
    };
    case_random.state = 5;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
