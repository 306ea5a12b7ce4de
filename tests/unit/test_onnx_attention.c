/* Attention in .onnx files, the standard's and that of ONNX Runtime's own domain: masks, heads and
 * places. Where ONNX Runtime is there, it is asked, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/text.h"
#include "form_harness.h"
#include "message_harness.h"
#include "ort_harness.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define INPUTS_MAX   8

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
    form_finish(message, out, TYPE_F32);
    form_fill(attention.query, (size_t)queries * DEPTH);
    form_fill(attention.key, (size_t)(past + keys) * DEPTH);
    form_fill(attention.value, (size_t)(past + keys) * DEPTH);
    attend(&attention, expected);
    const void *const elements[] = {attention.query, attention.key + past * DEPTH,
                                    attention.value + past * DEPTH, attention.key, attention.value};
    form_gives_here(elements, expected, "Attention");
    if (past == 0) /* it insists on giving what becomes of the past */
        form_agrees(elements, "Attention");
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
    return low + (int)random_below(&form_random, (size_t)(high - low + 1));
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
        form_finish(message, out, TYPE_F32);
        for (int i = 0; i < 4; i++)
            form_fill(numbers[i], COUNT(numbers[i]));
        for (int i = 0; i < COUNT(truths); i++) /* each query counts some key, so the first */
            truths[i] = i % sizes[3] == 0 || draw(0, 1) == 1;
        form_agrees((const void *const[]){numbers[0], numbers[1], numbers[2],
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
    form_finish(message, message_node(message, NULL, "Attention", inputs, 7), TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED, "node 0 (Attention): input 6 ('c3') is not supported");
    message = message_new(24); /* a mask of the first key alone leaves out the others */
    const char *masked[4] = {heads_input(message, 3), heads_input(message, 3),
                             heads_input(message, 3),
                             message_input(message, TYPE_F32, SHAPE(3, 1))};
    form_finish(message, message_node(message, NULL, "Attention", masked, 4), TYPE_F32);
    form_refuses(STATUS_UNSUPPORTED, "attn_mask of other keys than all 3");
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
    form_fill(addend, COUNT(addend));
    if (adds)
        inputs[5] =
            message_constant(message, TYPE_F32, SHAPE(SAMPLES, HEADS, PLACES, PLACES), addend);
    const char *out = message_node(message, MICROSOFT, "Attention", inputs, count);
    message_int(message, "num_heads", HEADS);
    message_int(message, "unidirectional", is_causal);
    message_real(message, "scale", 0.0f); /* as if it were absent */
    form_finish(message, out, TYPE_F32);
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
    form_fill(x, COUNT(x));
    for (int i = 0; i < 4 * COUNT(known); i++) {
        const struct shape *shape = &known[i / 4];
        int32_t mask[SAMPLES * PLACES * PLACES] = {0};
        for (size_t k = 0; k < shape_elements(shape); k++)
            mask[k] = shape->rank == 1 ? 1 + (int32_t)random_below(&form_random, PLACES)
                                       : k % PLACES == 0 || random_below(&form_random, 2) == 0;
        write_own(shape, mask, i % 2 == 1, i / 2 % 2 == 1);
        form_agrees((const void *const[]){x}, "Attention of ONNX Runtime");
    }
}

/* A mask of one number for all places leaves none out, whatever it is. */
static void a_mask_of_one_number_is_none(void **state)
{
    float x[SAMPLES * PLACES * WIDTH], *expected;
    const void *const inputs[] = {x};
    size_t count;
    (void)state;
    form_fill(x, COUNT(x));
    write_own(&no_mask, NULL, false, false);
    expected = form_need(runtime_find("builtin"), inputs, &count, "no mask");
    write_own(&SHAPE(SAMPLES, 1), (const int32_t[SAMPLES]){1, 0}, false, false);
    form_gives(inputs, expected, "a mask of one number");
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
        form_refuses(STATUS_UNSUPPORTED, others[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(causal_places_begin_behind_the_past),
        cmocka_unit_test(any_attention_agrees),
        cmocka_unit_test(an_attention_with_what_it_lacks_is_refused),
        cmocka_unit_test(masks_that_are_known_agree),
        cmocka_unit_test(a_mask_of_one_number_is_none),
        cmocka_unit_test(other_masks_are_refused),
    };
    return cmocka_run_group_tests(tests, form_set_up, ort_tear_down);
}
