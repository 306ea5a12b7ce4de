/* Forms of operators in .onnx files that look like others: each is computed as its specification
 * has it, or refused by name. Where ONNX Runtime is there, it is asked, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "form_harness.h"
#include "graph/allowance.h"
#include "message_harness.h"
#include "model/load.h"
#include "ort_harness.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define INPUTS_MAX   8

/* Any operator with an input that it does not have. */
static void inputs_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    struct message *message = message_new(17);
    const char *inputs[2] = {message_input(message, TYPE_F32, SHAPE(4)),
                             message_input(message, TYPE_F32, SHAPE(4))};
    form_finish(message, message_node(message, NULL, "Relu", inputs, 2), TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED, "node 0 (Relu): input 1 ('x1') is not supported");
}

/* Sizes beside scales are none or of no elements. */
static void inputs_that_may_be_empty_are_read(void **state)
{
    static const float scales[] = {1.0f, 2.0f}, x[] = {1, 2, 3, 4};
    static const int64_t sizes[] = {2, 4};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct message *message = message_new(17);
        const char *inputs[4] = {message_input(message, TYPE_F32, SHAPE(2, 2)), NULL,
                                 message_constant(message, TYPE_F32, SHAPE(2), scales),
                                 message_constant(message, TYPE_I64, SHAPE(2 * i), sizes)};
        form_finish(message, message_node(message, NULL, "Resize", inputs, 4), TYPE_F32);
        if (i == 0)
            form_gives_here((const void *const[]){x}, (const float[]){1, 1, 2, 2, 3, 3, 4, 4},
                            "Resize");
        else
            form_refuses(STATUS_FORMAT, "node 0 (Resize): scales and sizes, expected one of them");
    }
}

/* --- QLinearConcat ---------------------------------------------------------------------------- */

/* Two parts; the last inputs are left out, or there is one more. */
static void write_concat(int count)
{
    const uint8_t zero = 3;
    struct message *message = message_new(17);
    const char *scale = message_float(message, 0.5f);
    const char *point = message_constant(message, TYPE_U8, (struct shape){0}, &zero);
    const char *inputs[INPUTS_MAX + 1] = {scale, point};
    for (int i = 2; i < COUNT(inputs); i++)
        inputs[i] = i % 3 == 2   ? message_input(message, TYPE_U8, SHAPE(2, 2))
                    : i % 3 == 0 ? scale
                                 : point;
    const char *out = message_node(message, MICROSOFT, "QLinearConcat", inputs, count);
    message_int(message, "axis", 0);
    form_finish(message, out, TYPE_U8);
}

static void a_concatenation_of_parts_in_pieces_is_refused(void **state)
{
    static const char *const words[] = {"6 inputs, expected a scale, a zero point and three of",
                                        "7 inputs, expected", NULL, "9 inputs, expected"};
    (void)state;
    for (int i = 0; i < COUNT(words); i++) {
        struct graph *graph = NULL;
        struct error error;
        write_concat(6 + i);
        if (words[i])
            form_refuses(STATUS_UNSUPPORTED, words[i]);
        else
            assert_int_equal(graph_load(ort_model_path(), NULL, &graph, &error), STATUS_OK);
        graph_free(graph);
    }
}

/* --- places ----------------------------------------------------------------------------------- */

/* Writes an operator on float32 [2, 3]; lists: of places, or what they are along axis 1. */
static void write_places(const char *op, struct shape lists, struct shape updates)
{
    struct message *message = message_new(17);
    const char *inputs[3] = {message_input(message, TYPE_F32, SHAPE(2, 3)),
                             message_input(message, TYPE_I64, lists)};
    bool has_updates = updates.rank > 0;
    if (has_updates)
        inputs[2] = message_input(message, TYPE_F32, updates);
    const char *out = message_node(message, NULL, op, inputs, has_updates ? 3 : 2);
    if (strstr(op, "Elements"))
        message_int(message, "axis", 1);
    form_finish(message, out, TYPE_F32);
}

/* The sample fails, and the message has the words. */
static void fails(const void *const *inputs, const char *words)
{
    struct error error = {0};
    char line[900] = "";
    size_t count;
    void *result = form_run(runtime_find("builtin"), inputs, &count, &error);
    if (!result)
        error_line(&error, line, sizeof(line));
    free(result);
    if (result || !strstr(line, words))
        fail_msg("'%s', expected '%s'", line, words);
}

static const float table[] = {1, 2, 3, 4, 5, 6};

static void places_out_of_range_fail_the_sample(void **state)
{
    static const int64_t good[] = {-1, 0, 2, -3}, high[] = {0, 3, 1, 0}, low[] = {0, 1, -4, 2};
    static const float news[] = {10, 20, 30, 40};
    const struct shape pairs = SHAPE(2, 2);
    (void)state;
    write_places("GatherElements", pairs, (struct shape){0});
    form_gives((const void *const[]){table, good}, (const float[]){3, 1, 6, 4}, "GatherElements");
    fails((const void *const[]){table, high},
          "is 3, but the table that it looks up has the rows 0 to 2");
    fails((const void *const[]){table, low},
          "is -4, but the table that it looks up has the rows 0 to 2");
    write_places("ScatterElements", pairs, pairs);
    form_gives((const void *const[]){table, good, news}, (const float[]){20, 2, 10, 40, 5, 30},
               "ScatterElements");
    fails((const void *const[]){table, high, news}, "is 3, but");
    fails((const void *const[]){table, low, news}, "is -4, but");
    write_places("ScatterND", pairs, SHAPE(2));
    form_gives((const void *const[]){table, (const int64_t[]){-1, -1, 0, 1}, news},
               (const float[]){1, 20, 3, 4, 5, 10}, "ScatterND");
    fails((const void *const[]){table, (const int64_t[]){0, 0, 2, 1}, news},
          "element 2 of the indices is 2, but the table that it looks up has the rows 0 to 1");
    fails((const void *const[]){table, (const int64_t[]){0, 0, -3, 1}, news}, "is -3, but");
}

/* Along each axis, of fewer places than there are elements. */
static void elements_agree_along_every_axis(void **state)
{
    const struct shape whole = SHAPE(3, 4, 5), part = SHAPE(2, 3, 4);
    float x[60], news[24];
    int64_t places[24];
    (void)state;
    form_fill(x, COUNT(x));
    form_fill(news, COUNT(news));
    for (int i = 0; i < 6; i++) {
        struct message *message = message_new(17);
        int axis = i / 2, size = whole.dim[axis];
        bool scatters = i % 2 == 1;
        const char *inputs[3] = {message_input(message, TYPE_F32, whole),
                                 message_input(message, TYPE_I64, part)};
        if (scatters)
            inputs[2] = message_input(message, TYPE_F32, part);
        const char *out = message_node(
            message, NULL, scatters ? "ScatterElements" : "GatherElements", inputs, 2 + scatters);
        message_int(message, "axis", axis - 3);
        form_finish(message, out, TYPE_F32);
        for (size_t k = 0; k < 24; k++) { /* no place twice along the axis */
            size_t along = k / shape_span(&part, axis + 1, 3) % (size_t)part.dim[axis];
            places[k] = ((int64_t)along + (int64_t)k / 24) % size - (along == 0 ? size : 0);
        }
        form_agrees((const void *const[]){x, places, news}, scatters ? "scatter" : "gather");
    }
}

/* --- constants of shapes alone ---------------------------------------------------------------- */

/* Each of the operators would make a constant of far more than the file's few bytes allow. */
static void huge_constants_of_shapes_are_refused(void **state)
{
    enum { MANY = 1 << 16 };
    (void)state;
    struct message *message = message_new(17);
    const char *x = message_input(message, TYPE_F32, SHAPE(MANY, MANY));
    form_finish(message, message_node(message, NULL, "EyeLike", &x, 1), TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED,
                 "node 0 (EyeLike): 4294967296 elements of a constant that the file does not hold");
    message = message_new(17);
    x = message_input(message, TYPE_F32, SHAPE(MANY, MANY));
    form_finish(message, message_node(message, NULL, "Trilu", &x, 1), TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED, "node 0 (Trilu): 4294967296 elements of a constant");
    message = message_new(23);
    const char *heads[3];
    for (int i = 0; i < 3; i++)
        heads[i] = message_input(message, TYPE_F32, SHAPE(1, 1, MANY, 1));
    const char *out = message_node(message, NULL, "Attention", heads, 3);
    message_int(message, "is_causal", 1);
    form_finish(message, out, TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED, "node 0 (Attention): 4294967296 elements of a constant");
    message = message_new(17);
    x = message_input(message, TYPE_F32, SHAPE(1, MANY, 1));
    const int64_t size[] = {1, 2 * MANY, 1};
    const char *resized[4] = {x, NULL, NULL, message_constant(message, TYPE_I64, SHAPE(3), size)};
    out = message_node(message, NULL, "Resize", resized, 4);
    form_finish(message, out, TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED, "node 0 (Resize): 8589934592 elements of a constant");
}

/* Of several that are allowed each, the last one is too much. */
static void constants_of_shapes_are_bounded_together(void **state)
{
    enum { SIDE = 1 << 13, TIMES = ALLOWANCE_BESIDE / ((uint64_t)SIDE * SIDE) + 1 };
    struct message *message = message_new(17);
    const char *x = message_input(message, TYPE_F32, SHAPE(SIDE, SIDE));
    char words[80];
    (void)state;
    for (int i = 0; i < TIMES; i++)
        x = message_node(message, NULL, "Trilu", &x, 1);
    form_finish(message, x, TYPE_F32);
    snprintf(words, sizeof(words), "node %d (Trilu): %d elements of a constant", TIMES - 1,
             SIDE * SIDE);
    form_refuses(STATUS_UNSUPPORTED, words);
}

/* Three of 100 MiB each are computed from next to nothing: the third is one too many. */
static void computed_constants_are_bounded_together(void **state)
{
    const int64_t size[] = {25 << 20};
    struct message *message = message_new(17);
    const char *x = message_input(message, TYPE_F32, SHAPE(1));
    const char *shape = message_constant(message, TYPE_I64, SHAPE(1), size);
    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *made = message_node(message, NULL, "ConstantOfShape", &shape, 1);
        x = message_node(message, NULL, "Add", (const char *const[]){x, made}, 2);
    }
    form_finish(message, x, TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED, "computing constants of more than 32 times the ");
}

/* --- weights ---------------------------------------------------------------------------------- */

/* Two products with the same int8 weights, whose zero point is not 0: kernels want them in another
 * form, which is made once. */
static void shared_weights_stay_shared(void **state)
{
    enum { SIZE = 4 };
    const int8_t weights[SIZE * SIZE] = {1, 2, 3, -4, 5}, zero = 3, none = 0;
    struct message *message = message_new(17);
    struct error error = {0};
    struct graph *graph;
    int read[2], count = 0;
    (void)state;
    const char *scale = message_float(message, 0.5f);
    const char *zero_of_x = message_constant(message, TYPE_I8, (struct shape){0}, &none);
    const char *stored[] = {message_constant(message, TYPE_I8, SHAPE(SIZE, SIZE), weights), scale,
                            message_constant(message, TYPE_I8, (struct shape){0}, &zero)};
    const char *real = message_node(message, NULL, "DequantizeLinear", stored, 3);
    const char *x = message_input(message, TYPE_F32, SHAPE(1, SIZE));
    for (int i = 0; i < 2; i++) {
        x = message_node(message, NULL, "QuantizeLinear",
                         (const char *const[]){x, scale, zero_of_x}, 3);
        x = message_node(message, NULL, "DequantizeLinear",
                         (const char *const[]){x, scale, zero_of_x}, 3);
        x = message_node(message, NULL, "Gemm", (const char *const[]){x, real}, 2);
        message_int(message, "transB", 1);
    }
    x = message_node(message, NULL, "QuantizeLinear", (const char *const[]){x, scale, zero_of_x},
                     3);
    form_finish(message, x, TYPE_I8);
    if (graph_load(ort_model_path(), NULL, &graph, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    for (int i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op == OP_FULLY_CONNECTED && count < 2) {
            assert_int_equal(node_input(graph, &graph->nodes[i], 1)->type, TYPE_U8);
            read[count++] = graph->nodes[i].inputs[1];
        }
    assert_int_equal(count, 2);
    assert_int_equal(read[0], read[1]);
    graph_free(graph);
}

/* --- images ----------------------------------------------------------------------------------- */

enum { IMAGE_ELEMENTS = 64 };

/* Shapes of as many elements, four of them channels. */
static const struct shape image_shapes[] = {
    {2, {16, 4}},         {3, {2, 4, 8}},       {3, {16, 4, 1}},        {4, {2, 4, 2, 4}},
    {5, {1, 4, 2, 2, 4}}, {5, {2, 4, 1, 2, 4}}, {6, {1, 4, 2, 2, 2, 2}}};

/* Channels that stand beside each other count, wherever the pixels are. */
static void normalize_channels(const float *image, const struct shape *shape, float *out)
{
    int pixels = (int)shape_span(shape, 2, shape->rank), channels = shape->dim[1];
    for (int i = 0; i < IMAGE_ELEMENTS; i++) {
        int channel = i / pixels % channels;
        double sum = 0.0;
        for (int c = channel - 1; c <= channel + 1; c++) {
            double x = c < 0 || c >= channels ? 0.0 : (double)image[i + (c - channel) * pixels];
            sum += x * x;
        }
        out[i] = (float)((double)image[i] / pow(1.5 + 0.6 / 3.0 * sum, 0.75));
    }
}

static void channels_of_any_rank_are_normalized(void **state)
{
    float image[IMAGE_ELEMENTS], expected[IMAGE_ELEMENTS];
    (void)state;
    form_fill(image, IMAGE_ELEMENTS);
    for (int i = 0; i < COUNT(image_shapes); i++) {
        struct message *message = message_new(17);
        const char *x = message_input(message, TYPE_F32, image_shapes[i]);
        const char *out = message_node(message, NULL, "LRN", &x, 1);
        message_int(message, "size", 3);
        message_real(message, "alpha", 0.6f);
        message_real(message, "bias", 1.5f);
        form_finish(message, out, TYPE_F32);
        normalize_channels(image, &image_shapes[i], expected);
        const void *const inputs[] = {image};
        if (image_shapes[i].rank == 4)
            form_gives(inputs, expected, "LRN");
        else
            form_gives_here(inputs, expected, "LRN");
    }
}

/* Of other ranks it is not said which dimensions blocks have: none is guessed. */
static void blocks_are_those_of_images_alone(void **state)
{
    static const struct {
        const char *op, *mode;
    } rows[] = {{"SpaceToDepth", NULL}, {"DepthToSpace", "DCR"}, {"DepthToSpace", "CRD"}};
    (void)state;
    for (int i = 0; i < COUNT(image_shapes); i++)
        for (int row = 0; row < COUNT(rows); row++) {
            if (image_shapes[i].rank == 4)
                continue;
            struct message *message = message_new(17);
            const char *x = message_input(message, TYPE_F32, image_shapes[i]);
            const char *out = message_node(message, NULL, rows[row].op, &x, 1);
            message_int(message, "blocksize", 2);
            if (rows[row].mode)
                message_text(message, "mode", rows[row].mode);
            form_finish(message, out, TYPE_F32);
            form_refuses(STATUS_UNSUPPORTED, "image has rank");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_that_mean_nothing_are_refused),
        cmocka_unit_test(inputs_that_may_be_empty_are_read),
        cmocka_unit_test(a_concatenation_of_parts_in_pieces_is_refused),
        cmocka_unit_test(places_out_of_range_fail_the_sample),
        cmocka_unit_test(elements_agree_along_every_axis),
        cmocka_unit_test(huge_constants_of_shapes_are_refused),
        cmocka_unit_test(constants_of_shapes_are_bounded_together),
        cmocka_unit_test(computed_constants_are_bounded_together),
        cmocka_unit_test(shared_weights_stay_shared),
        cmocka_unit_test(channels_of_any_rank_are_normalized),
        cmocka_unit_test(blocks_are_those_of_images_alone),
    };
    return cmocka_run_group_tests(tests, form_set_up, ort_tear_down);
}
