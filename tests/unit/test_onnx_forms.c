/* Forms of operators in .onnx files that look like others: each is computed as its specification
 * has it, or refused by name. Where ONNX Runtime is there, it is asked, too. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "graph/allowance.h"
#include "message_harness.h"
#include "model/load.h"
#include "ort_harness.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define MICROSOFT    "com.microsoft"
#define INPUTS_MAX   8

static struct random random_state;

static int set_up(void **state)
{
    random_state.state = 31;
    return ort_set_up(state);
}

/* Writes the model, whose only output is that of its last node, and frees it. */
static void finish(struct message *message, const char *output, enum type type)
{
    message_output(message, output, type);
    message_write(message, ort_model_path());
    message_free(message);
}

/* The model that was finished is refused, with the words in the message. */
static void refuses(enum status expected, const char *words)
{
    struct error error = {0};
    struct graph *graph = NULL;
    char line[900] = "";
    enum status status = graph_load(ort_model_path(), NULL, &graph, &error);
    if (status != STATUS_OK)
        error_line(&error, line, sizeof(line));
    else
        graph_free(graph);
    if (status != expected || !strstr(line, words) || !strstr(line, ort_model_path()))
        fail_msg("status %d, '%s'; expected %d, '%s'", (int)status, line, (int)expected, words);
}

/* Runs it on a runtime: the elements of its output, to be freed, or NULL with the error. */
static void *run(const struct runtime *runtime, const void *const *inputs, size_t *count,
                 struct error *error)
{
    struct runtime_options options = {.isa = isa_best()};
    struct runtime_model *model = NULL;
    struct runtime_session *session = NULL;
    void *result = NULL;
    if (runtime->load(ort_model_path(), ort_model_path(), &options, &model, error) != STATUS_OK ||
        runtime->open(model, &session, error) != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
    for (int i = 0; i < model->n_inputs; i++)
        memcpy(session->inputs[i], inputs[i], tensor_bytes(&model->inputs[i]));
    if (session->run(session, error) == STATUS_OK) {
        size_t bytes = tensor_bytes(&model->outputs[0]);
        *count = shape_elements(&model->outputs[0].shape);
        result = xcalloc(bytes + 1, 1);
        memcpy(result, session->outputs[0], bytes);
    }
    runtime_close(session);
    runtime_release(model);
    return result;
}

static void near(const float *got, const float *expected, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(got[i] - expected[i]) <= 1e-5f))
            fail_msg("%s: element %zu is %g, expected %g", what, i, (double)got[i],
                     (double)expected[i]);
}

static float *need(const struct runtime *runtime, const void *const *inputs, size_t *count,
                   const char *what)
{
    struct error error = {0};
    float *result = run(runtime, inputs, count, &error);
    if (!result)
        fail_msg("%s: %s: %s", what, error.where, error.text);
    return result;
}

/* It gives these real numbers here. */
static void gives_here(const void *const *inputs, const float *expected, const char *what)
{
    size_t count = 0;
    float *ours = need(runtime_find("builtin"), inputs, &count, what);
    near(ours, expected, count, what);
    free(ours);
}

/* It gives the same here and on ONNX Runtime. */
static void agrees(const void *const *inputs, const char *what)
{
    size_t count = 0, other = 0;
    if (!ort_runtime())
        return;
    float *ours = need(runtime_find("builtin"), inputs, &count, what);
    float *theirs = need(ort_runtime(), inputs, &other, what);
    assert_int_equal(count, other);
    near(ours, theirs, count, what);
    free(ours);
    free(theirs);
}

static void gives(const void *const *inputs, const float *expected, const char *what)
{
    gives_here(inputs, expected, what);
    agrees(inputs, what);
}

static void fill(float *elements, size_t count)
{
    for (size_t i = 0; i < count; i++)
        elements[i] = (float)(4.0 * random_unit(&random_state) - 2.0);
}

/* --- the standard's attention ----------------------------------------------------------------- */

enum { DEPTH = 4, PLACES_MAX = 8 };

/* One head of one sample. */
struct attention {
    int queries, past, keys;
    float query[PLACES_MAX * DEPTH], key[2 * PLACES_MAX * DEPTH], value[2 * PLACES_MAX * DEPTH];
};

/* Query q sees the past, and the keys up to its own place behind that. */
static void attend(const struct attention *attention, float *out)
{
    int all = attention->past + attention->keys;
    for (int q = 0; q < attention->queries; q++) {
        double sum = 0.0, weighted[DEPTH] = {0};
        for (int k = 0; k < all && k <= attention->past + q; k++) {
            double score = 0.0;
            for (int d = 0; d < DEPTH; d++)
                score +=
                    (double)attention->query[q * DEPTH + d] * (double)attention->key[k * DEPTH + d];
            score = exp(score / sqrt(DEPTH));
            sum += score;
            for (int d = 0; d < DEPTH; d++)
                weighted[d] += score * (double)attention->value[k * DEPTH + d];
        }
        for (int d = 0; d < DEPTH; d++)
            out[q * DEPTH + d] = (float)(weighted[d] / sum);
    }
}

static const char *heads_input(struct message *message, int places)
{
    return message_input(message, TYPE_F32, SHAPE(1, 1, places, DEPTH));
}

static void causal_attention(int queries, int past, int keys)
{
    struct message *message = message_new(23);
    struct attention attention = {.queries = queries, .past = past, .keys = keys};
    float expected[PLACES_MAX * DEPTH];
    const char *inputs[6] = {heads_input(message, queries), heads_input(message, keys),
                             heads_input(message, keys)};
    if (past > 0) {
        inputs[4] = heads_input(message, past);
        inputs[5] = heads_input(message, past);
    }
    const char *out = message_node(message, NULL, "Attention", inputs, past > 0 ? 6 : 3);
    message_int(message, "is_causal", 1);
    finish(message, out, TYPE_F32);
    fill(attention.query, (size_t)queries * DEPTH);
    fill(attention.key, (size_t)(past + keys) * DEPTH);
    fill(attention.value, (size_t)(past + keys) * DEPTH);
    attend(&attention, expected);
    const void *const elements[] = {attention.query, attention.key + past * DEPTH,
                                    attention.value + past * DEPTH, attention.key, attention.value};
    gives_here(elements, expected, "Attention");
    if (past == 0) /* it insists on giving what becomes of the past */
        agrees(elements, "Attention");
}

static void causal_places_begin_behind_the_past(void **state)
{
    (void)state;
    causal_attention(3, 0, 3);
    causal_attention(2, 0, 5); /* keys of another sequence are no past */
    causal_attention(5, 0, 2);
    causal_attention(3, 4, 3);
    causal_attention(1, 5, 1);
    causal_attention(2, 3, 4);
}

static int draw(int low, int high)
{
    return low + (int)random_below(&random_state, (size_t)(high - low + 1));
}

/* The mask of an Attention for so many samples, heads, queries and keys: none, one for all of them,
 * truth values, one for each sample, or one for each head. */
static const char *draw_mask(struct message *message, int kind, const int sizes[4])
{
    const struct shape one = SHAPE(sizes[2], sizes[3]),
                       several = SHAPE(sizes[0], kind == 3 ? 1 : sizes[1], sizes[2], sizes[3]);
    if (kind == 0)
        return NULL;
    return message_input(message, kind == 2 ? TYPE_BOOL : TYPE_F32, kind > 2 ? several : one);
}

/* Queries, keys or values: [N, heads, places, depth], or flat [N, places, heads * depth]. */
static const char *draw_heads(struct message *message, bool is_flat, int samples, int heads,
                              int places)
{
    return message_input(message, TYPE_F32,
                         is_flat ? SHAPE(samples, places, heads * DEPTH)
                                 : SHAPE(samples, heads, places, DEPTH));
}

/* Grouped heads, masks of all shapes, with and without places that do not count. */
static void any_attention_agrees(void **state)
{
    float numbers[4][PLACES_MAX * PLACES_MAX * 4 * DEPTH];
    uint8_t truths[PLACES_MAX * PLACES_MAX];
    (void)state;
    if (!ort_runtime())
        skip();
    for (int times = 0; times < 100; times++) {
        struct message *message = message_new(draw(23, 24));
        int shared = draw(1, 2), heads = shared * draw(1, 2), kind = draw(0, 4);
        const int sizes[] = {draw(1, 2), heads, draw(1, PLACES_MAX), draw(1, PLACES_MAX)};
        bool is_flat = draw(0, 1) == 1;
        const char *inputs[4] = {draw_heads(message, is_flat, sizes[0], heads, sizes[2]),
                                 draw_heads(message, is_flat, sizes[0], shared, sizes[3]),
                                 draw_heads(message, is_flat, sizes[0], shared, sizes[3])};
        inputs[3] = draw_mask(message, kind, sizes);
        const char *out = message_node(message, NULL, "Attention", inputs, kind > 0 ? 4 : 3);
        message_int(message, "is_causal", draw(0, 1));
        if (is_flat) {
            message_int(message, "q_num_heads", heads);
            message_int(message, "kv_num_heads", shared);
        }
        if (draw(0, 1) == 1)
            message_real(message, "softcap", 1.5f);
        if (draw(0, 1) == 1)
            message_real(message, "scale", 0.3f);
        finish(message, out, TYPE_F32);
        for (int i = 0; i < 4; i++)
            fill(numbers[i], COUNT(numbers[i]));
        for (int i = 0; i < COUNT(truths); i++) /* each query counts some key, so the first */
            truths[i] = i % sizes[3] == 0 || draw(0, 1) == 1;
        agrees((const void *const[]){numbers[0], numbers[1], numbers[2],
                                     kind == 2 ? (const void *)truths : numbers[3]},
               "any Attention");
    }
}

static void an_attention_with_what_it_lacks_is_refused(void **state)
{
    const int64_t length = 2;
    (void)state;
    struct message *message = message_new(24);
    const char *inputs[7] = {heads_input(message, 3), heads_input(message, 3),
                             heads_input(message, 3)};
    inputs[6] = message_constant(message, TYPE_I64, SHAPE(1), &length);
    finish(message, message_node(message, NULL, "Attention", inputs, 7), TYPE_F32);
    refuses(STATUS_UNSUPPORTED, "node 0 (Attention): input 6 ('c3') is not supported");
    message = message_new(24); /* a mask of the first key alone leaves out the others */
    const char *masked[4] = {heads_input(message, 3), heads_input(message, 3),
                             heads_input(message, 3),
                             message_input(message, TYPE_F32, SHAPE(3, 1))};
    finish(message, message_node(message, NULL, "Attention", masked, 4), TYPE_F32);
    refuses(STATUS_UNSUPPORTED, "attn_mask of other keys than all 3");
}

/* Any operator with an input that it does not have. */
static void inputs_that_mean_nothing_are_refused(void **state)
{
    (void)state;
    struct message *message = message_new(17);
    const char *inputs[2] = {message_input(message, TYPE_F32, SHAPE(4)),
                             message_input(message, TYPE_F32, SHAPE(4))};
    finish(message, message_node(message, NULL, "Relu", inputs, 2), TYPE_F32);
    refuses(STATUS_UNSUPPORTED, "node 0 (Relu): input 1 ('x1') is not supported");
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
        finish(message, message_node(message, NULL, "Resize", inputs, 4), TYPE_F32);
        if (i == 0)
            gives_here((const void *const[]){x}, (const float[]){1, 1, 2, 2, 3, 3, 4, 4}, "Resize");
        else
            refuses(STATUS_FORMAT, "node 0 (Resize): scales and sizes, expected one of them");
    }
}

/* --- that of ONNX Runtime's own domain -------------------------------------------------------- */

enum { SAMPLES = 2, PLACES = 5, WIDTH = 8, HEADS = 2 };

static struct shape no_mask;

/* Writes an Attention with a mask of that shape (no_mask: none) in the place of mask_index, and
 * perhaps something to be added to the scores. */
static void write_own(const struct shape *mask, const int32_t *elements, bool is_causal, bool adds)
{
    struct message *message = message_new(17);
    float weights[WIDTH * 3 * WIDTH], bias[3 * WIDTH], addend[SAMPLES * HEADS * PLACES * PLACES];
    struct random same = {.state = 5};
    for (int i = 0; i < COUNT(weights); i++)
        weights[i] = (float)(random_unit(&same) - 0.5);
    for (int i = 0; i < COUNT(bias); i++)
        bias[i] = (float)(random_unit(&same) - 0.5);
    const char *inputs[6] = {message_input(message, TYPE_F32, SHAPE(SAMPLES, PLACES, WIDTH)),
                             message_constant(message, TYPE_F32, SHAPE(WIDTH, 3 * WIDTH), weights),
                             message_constant(message, TYPE_F32, SHAPE(3 * WIDTH), bias)};
    int count = adds ? 6 : mask->rank > 0 ? 4 : 3;
    if (mask->rank > 0)
        inputs[3] = message_constant(message, TYPE_I32, *mask, elements);
    fill(addend, COUNT(addend));
    if (adds)
        inputs[5] =
            message_constant(message, TYPE_F32, SHAPE(SAMPLES, HEADS, PLACES, PLACES), addend);
    const char *out = message_node(message, MICROSOFT, "Attention", inputs, count);
    message_int(message, "num_heads", HEADS);
    message_int(message, "unidirectional", is_causal);
    message_real(message, "scale", 0.0f); /* as if it were absent */
    finish(message, out, TYPE_F32);
}

static void masks_that_are_known_agree(void **state)
{
    static const struct shape known[] = {{1, {SAMPLES}},
                                         {2, {SAMPLES, PLACES}},
                                         {2, {SAMPLES, 1}},
                                         {2, {1, 1}},
                                         {3, {SAMPLES, PLACES, PLACES}}};
    float x[SAMPLES * PLACES * WIDTH];
    (void)state;
    fill(x, COUNT(x));
    for (int i = 0; i < 4 * COUNT(known); i++) {
        const struct shape *shape = &known[i / 4];
        int32_t mask[SAMPLES * PLACES * PLACES] = {0};
        for (size_t k = 0; k < shape_elements(shape); k++)
            mask[k] = shape->rank == 1 ? 1 + (int32_t)random_below(&random_state, PLACES)
                                       : k % PLACES == 0 || random_below(&random_state, 2) == 0;
        write_own(shape, mask, i % 2 == 1, i / 2 % 2 == 1);
        agrees((const void *const[]){x}, "Attention of ONNX Runtime");
    }
}

/* A mask of one number for all places leaves none out, whatever it is. */
static void a_mask_of_one_number_is_none(void **state)
{
    float x[SAMPLES * PLACES * WIDTH], *expected;
    const void *const inputs[] = {x};
    size_t count;
    (void)state;
    fill(x, COUNT(x));
    write_own(&no_mask, NULL, false, false);
    expected = need(runtime_find("builtin"), inputs, &count, "no mask");
    write_own(&SHAPE(SAMPLES, 1), (const int32_t[SAMPLES]){1, 0}, false, false);
    gives(inputs, expected, "a mask of one number");
    free(expected);
}

static void other_masks_are_refused(void **state)
{
    static const struct {
        struct shape shape;
        const char *text;
    } others[] = {
        {{1, {2 * SAMPLES}}, "mask_index of shape 4 is not supported for 2 samples of 5 places"},
        {{1, {3 * SAMPLES + 2}}, "mask_index of shape 8 is not supported"},
        {{1, {1}}, "mask_index of shape 1 is not supported"},
        {{2, {1, PLACES}}, "mask_index of shape 1x5 is not supported"},
        {{2, {SAMPLES, PLACES + 1}}, "mask_index of shape 2x6 is not supported"},
        {{3, {SAMPLES, 1, PLACES}}, "mask_index of shape 2x1x5 is not supported"},
        {{4, {SAMPLES, 1, PLACES, PLACES}}, "mask_index of shape 2x1x5x5 is not supported"},
    };
    static const int32_t ones[SAMPLES * PLACES * PLACES] = {1, 1, 1, 1};
    (void)state;
    for (int i = 0; i < COUNT(others); i++) {
        write_own(&others[i].shape, ones, false, false);
        refuses(STATUS_UNSUPPORTED, others[i].text);
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
    finish(message, out, TYPE_U8);
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
            refuses(STATUS_UNSUPPORTED, words[i]);
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
    finish(message, out, TYPE_F32);
}

/* The sample fails, and the message has the words. */
static void fails(const void *const *inputs, const char *words)
{
    struct error error = {0};
    char line[900] = "";
    size_t count;
    void *result = run(runtime_find("builtin"), inputs, &count, &error);
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
    write_places("GatherElements", pairs, no_mask);
    gives((const void *const[]){table, good}, (const float[]){3, 1, 6, 4}, "GatherElements");
    fails((const void *const[]){table, high},
          "is 3, but the table that it looks up has the rows 0 to 2");
    fails((const void *const[]){table, low},
          "is -4, but the table that it looks up has the rows 0 to 2");
    write_places("ScatterElements", pairs, pairs);
    gives((const void *const[]){table, good, news}, (const float[]){20, 2, 10, 40, 5, 30},
          "ScatterElements");
    fails((const void *const[]){table, high, news}, "is 3, but");
    fails((const void *const[]){table, low, news}, "is -4, but");
    write_places("ScatterND", pairs, SHAPE(2));
    gives((const void *const[]){table, (const int64_t[]){-1, -1, 0, 1}, news},
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
    fill(x, COUNT(x));
    fill(news, COUNT(news));
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
        finish(message, out, TYPE_F32);
        for (size_t k = 0; k < 24; k++) { /* no place twice along the axis */
            size_t along = k / shape_span(&part, axis + 1, 3) % (size_t)part.dim[axis];
            places[k] = ((int64_t)along + (int64_t)k / 24) % size - (along == 0 ? size : 0);
        }
        agrees((const void *const[]){x, places, news}, scatters ? "scatter" : "gather");
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
    finish(message, message_node(message, NULL, "EyeLike", &x, 1), TYPE_F32);
    refuses(STATUS_UNSUPPORTED,
            "node 0 (EyeLike): 4294967296 elements of a constant that the file does not hold");
    message = message_new(17);
    x = message_input(message, TYPE_F32, SHAPE(MANY, MANY));
    finish(message, message_node(message, NULL, "Trilu", &x, 1), TYPE_F32);
    refuses(STATUS_UNSUPPORTED, "node 0 (Trilu): 4294967296 elements of a constant");
    message = message_new(23);
    const char *heads[3];
    for (int i = 0; i < 3; i++)
        heads[i] = message_input(message, TYPE_F32, SHAPE(1, 1, MANY, 1));
    const char *out = message_node(message, NULL, "Attention", heads, 3);
    message_int(message, "is_causal", 1);
    finish(message, out, TYPE_F32);
    refuses(STATUS_UNSUPPORTED, "node 0 (Attention): 4294967296 elements of a constant");
    message = message_new(17);
    x = message_input(message, TYPE_F32, SHAPE(1, MANY, 1));
    const int64_t size[] = {1, 2 * MANY, 1};
    const char *resized[4] = {x, NULL, NULL, message_constant(message, TYPE_I64, SHAPE(3), size)};
    out = message_node(message, NULL, "Resize", resized, 4);
    finish(message, out, TYPE_F32);
    refuses(STATUS_UNSUPPORTED, "node 0 (Resize): 8589934592 elements of a constant");
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
    finish(message, x, TYPE_F32);
    snprintf(words, sizeof(words), "node %d (Trilu): %d elements of a constant", TIMES - 1,
             SIDE * SIDE);
    refuses(STATUS_UNSUPPORTED, words);
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
    finish(message, x, TYPE_F32);
    refuses(STATUS_UNSUPPORTED, "computing constants of more than 32 times the ");
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
    finish(message, x, TYPE_I8);
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
    fill(image, IMAGE_ELEMENTS);
    for (int i = 0; i < COUNT(image_shapes); i++) {
        struct message *message = message_new(17);
        const char *x = message_input(message, TYPE_F32, image_shapes[i]);
        const char *out = message_node(message, NULL, "LRN", &x, 1);
        message_int(message, "size", 3);
        message_real(message, "alpha", 0.6f);
        message_real(message, "bias", 1.5f);
        finish(message, out, TYPE_F32);
        normalize_channels(image, &image_shapes[i], expected);
        const void *const inputs[] = {image};
        if (image_shapes[i].rank == 4)
            gives(inputs, expected, "LRN");
        else
            gives_here(inputs, expected, "LRN");
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
            finish(message, out, TYPE_F32);
            refuses(STATUS_UNSUPPORTED, "image has rank");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(causal_places_begin_behind_the_past),
        cmocka_unit_test(any_attention_agrees),
        cmocka_unit_test(an_attention_with_what_it_lacks_is_refused),
        cmocka_unit_test(inputs_that_mean_nothing_are_refused),
        cmocka_unit_test(inputs_that_may_be_empty_are_read),
        cmocka_unit_test(masks_that_are_known_agree),
        cmocka_unit_test(a_mask_of_one_number_is_none),
        cmocka_unit_test(other_masks_are_refused),
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
    return cmocka_run_group_tests(tests, set_up, ort_tear_down);
}
